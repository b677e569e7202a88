"""A guide-shaped server on a real socket: the guide's routes and nested replies, key required."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from clocktool.backends.base import Backend, Request

KEY = "a-key-for-tests-only"
Answer = tuple[int, dict[str, str], Any]
FLAT = ("projectId", "taskId", "tagIds")


class GuideServer:
    """Answers below ``/v1`` from a workspace, as the guide describes it. Keeps what was asked.

    ``zone`` is told as the account's where the workspace itself is in another one: of a workspace
    in UTC the bounds of lists are instants, as on servers that are not Clockify.
    """

    def __init__(self, workspace: Backend, zone: str | None = None) -> None:
        self.workspace = workspace
        self.zone = zone
        self.asked: list[str] = []
        self.refused: list[str] = []
        self._lock = threading.Lock()
        handler = self._handler()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @contextlib.contextmanager
    def serving(self) -> Iterator["GuideServer"]:
        """Serve in a thread as long as the context lasts."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def answer(self, method: str, target: str, key: str | None, body: bytes) -> Answer:
        """Return status, headers and JSON of a request; None for an empty body."""
        parts = urlsplit(target)
        self.asked.append(f"{method} {parts.path}" + (f"?{parts.query}" if parts.query else ""))
        if key != KEY:
            return 401, {}, {"message": "Api key does not exist", "code": 4003}
        path = unquote(parts.path).removeprefix("/v1")
        if not parts.path.startswith("/v1/") or not self.knows(method, path):
            self.refused.append(f"{method} {path}")
            return 404, {}, {"message": "No such route", "code": 3000}
        value = msgspec.json.decode(body) if body else None
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        with self._lock:
            return self.shaped(Request(method, path, query, value))

    def knows(self, method: str, path: str) -> bool:
        """Whether the guide has this route."""
        return not is_of_the_service(method, path)

    def shaped(self, request: Request) -> Answer:
        """Answer from the workspace, nested as the guide shows it, without a Last-Page header."""
        reply = self.workspace.send(request)
        found = msgspec.json.decode(reply.body) if reply.body else None
        return reply.status, {}, _nested(self.located(request, found))

    def located(self, request: Request, found: Any) -> Any:
        """Return what was found, with the given zone in place of the workspace's."""
        if self.zone is not None and request.path == "/user":
            found["settings"]["timeZone"] = self.zone
        return found

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # headers and body are two packets

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                key = self.headers.get("X-Api-Key")
                status, headers, found = server.answer(self.command, self.path, key, body)
                data = b"" if found is None else msgspec.json.encode(found)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        return Handler


def is_of_the_service(method: str, path: str) -> bool:
    """Whether only the service has this route."""
    last = path.rpartition("/")[2]
    in_user = "/user/" in path
    return (
        path.endswith("/status/in-progress")
        or (method == "PUT" and in_user)
        or (last == "duplicate" and in_user)
    )


def _nested(value: Any) -> Any:
    """Return a reply without the flat fields beside an entry's nested ones."""
    if isinstance(value, list):
        return [_nested(each) for each in value]
    if isinstance(value, dict) and "timeInterval" in value:
        return {name: each for name, each in value.items() if name not in FLAT}
    return value
