"""A server that answers like the service, from bytes made before, after a delay a request.

It is a process of its own and does next to nothing, so that it is not what is measured:
``python -m benchmarks.server`` prints its address. ``GET
/set/ENTRIES/SECONDS/MILLISECONDS/RUNNING`` says how many entries there are, over which time they
are spread, how long a request takes and whether the newest runs; ``GET /count`` gives the number of
requests since then.
"""

import json
import socketserver
import threading
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from benchmarks import data


class Server(socketserver.ThreadingTCPServer):
    """The server: keeps connections alive, a thread for each."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.delay = 0.0
        self.count = 0
        self.items: list[bytes] = []
        self.joined: dict[tuple[int, int], bytes] = {}
        self.lock = threading.Lock()

    def set(self, count: int, seconds: int, milliseconds: int, running: int) -> None:
        """Forget what was asked, and answer from other entries; 1 lets the newest one run."""
        now = int(time.time())
        self.items = [json.dumps(each).encode() for each in data.entries(count, seconds, now)]
        if running:
            self.items[:1] = [_json(data.entry(0, now - 600, None))]
        self.joined = {}
        self.delay = milliseconds / 1000
        self.count = 0
        for first in range(0, count, 1000):
            self.page(first, 1000)

    def page(self, first: int, size: int) -> bytes:
        """Return a page's JSON."""
        key = (first, size)
        if key not in self.joined:
            self.joined[key] = b"[" + b",".join(self.items[first : first + size]) + b"]"
        return self.joined[key]

    def answer(self, method: str, target: str) -> tuple[int, str, bytes]:
        """Return status, further headers and body of a request."""
        parts = urlsplit(target)
        names = parts.path.strip("/").split("/")
        if names[0] == "set":
            self.set(*map(int, names[1:]))
            return 200, "", b""
        if names[0] == "count":
            return 200, "", str(self.count).encode()
        with self.lock:
            self.count += 1
        time.sleep(self.delay)
        return self._service(method, names[1:], parse_qs(parts.query))

    def _service(
        self, method: str, names: list[str], query: dict[str, list[str]]
    ) -> tuple[int, str, bytes]:
        last, now = names[-1], int(time.time())
        if "time-entries" in names and method == "GET" and last == "time-entries":
            if query.get("in-progress") == ["true"]:
                return 200, "Last-Page: true\r\n", _json([data.entry(0, now - 600, None)])
            size = int(query.get("page-size", ["50"])[0])
            first = (int(query.get("page", ["1"])[0]) - 1) * size
            end = "true" if first + size >= len(self.items) else "false"
            return 200, f"Last-Page: {end}\r\n", self.page(first, size)
        if "time-entries" in names:
            ended = now if method == "PATCH" else None
            return 201 if method == "POST" else 200, "", _json(data.entry(0, now - 600, ended))
        return 200, "", _json(_directory(names))


def _directory(names: list[str]) -> Any:
    """Return what a path of the directory gives."""
    workspace = {"id": data.WORKSPACE, "name": "ACME"}
    projects = [
        {"id": data.project_id(number), "name": name, "clientName": "ACME"}
        for number, name in enumerate(data.PROJECTS)
    ]
    user = {
        "id": data.USER,
        "name": "ada",
        "activeWorkspace": data.WORKSPACE,
        "settings": {"timeZone": "Europe/Berlin", "weekStart": "MONDAY"},
    }
    match names:
        case ["user"]:
            return user
        case ["workspaces"]:
            return [workspace]
        case ["workspaces", _]:
            return workspace
        case [*_, "projects"]:
            return projects
        case [*_, "projects", one]:
            return next(each for each in projects if each["id"] == one)
        case _:
            return []


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    server: Server

    def handle(self) -> None:
        """Answer the requests of a connection, one after another."""
        while line := self.rfile.readline():
            method, target, _ = line.decode("latin-1").split(" ", 2)
            length = 0
            while (header := self.rfile.readline()) not in (b"\r\n", b""):
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            self.rfile.read(length)
            status, headers, body = self.server.answer(method, target)
            head = (
                f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\n{headers}"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            try:
                self.wfile.write(head.encode() + body)
            except OSError:
                return  # who asked has gone: a page that was asked for in vain


if __name__ == "__main__":
    with Server() as server:
        print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()
