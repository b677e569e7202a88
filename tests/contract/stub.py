"""A server with prepared answers, valid or not, that stores its requests."""

import contextlib
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Say(NamedTuple):
    """An answer: ``status`` 0 closes the connection without one, -1 waits until the end."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


DROP = Say(0)
STALL = Say(-1)
USER = Say(
    200,
    b'{"id": "000000000000000000000001", "name": "ada",'
    b' "activeWorkspace": "000000000000000000000002"}',
)
WORKSPACE = Say(200, b'{"id": "000000000000000000000002", "name": "ACME"}')
ENTRY = Say(
    201,
    b'{"id": "00000000000000000000000a", "timeInterval": {"start": "2026-11-24T11:30:00Z"}}',
)
NO_TIMER = Say(404, b'{"message": "No timer is running", "code": 404}')


class Stub:
    """Answers requests from a script, in order; then with the last answer again and again.

    Who asks for the user or for the workspace is told, outside of the script.
    """

    def __init__(self, *script: Say) -> None:
        self.script = list(script)
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.end = threading.Event()
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def _serve(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                said = stub.answer(self.command, self.path, dict(self.headers))
                if said.status <= 0:
                    if said.status < 0:
                        stub.end.wait(30)
                    self.close_connection = True
                    return
                self.send_response(said.status)
                self.send_header("Content-Length", str(len(said.body)))
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def answer(self, method: str, target: str, headers: dict[str, str]) -> Say:
        """Return the next answer."""
        path = target.partition("?")[0].removeprefix("/v1")
        self.headers.append(headers)
        if method == "GET" and path == "/user":
            return USER
        if method == "GET" and path == "/workspaces/000000000000000000000002":
            return WORKSPACE
        self.asked.append(f"{method} {path.rpartition('/')[2]}")
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    @contextlib.contextmanager
    def serving(self) -> Iterator["Stub"]:
        """Serve in a thread as long as the context lasts."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            self.end.set()
            self._server.shutdown()
            thread.join()
            self._server.server_close()
