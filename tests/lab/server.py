"""Servers that fail as networks and services do: before they act, after it, or by their answer."""

import contextlib
import json
import random
import socket
import threading
from collections.abc import Callable, Iterator
from enum import StrEnum
from http.server import BaseHTTPRequestHandler
from typing import Any

from clocktool.backends.base import Backend
from clocktool.domain.time.instant import Instant
from tests.guide_server import Answer, GuideServer
from tests.service_server import ServiceServer

LONG = 3600
"""How long a long rate limit lasts, in seconds; the server keeps to it."""


class Fault(StrEnum):
    """What becomes of a request."""

    NONE = "none"
    REFUSED = "connection refused"
    DROP_BEFORE = "dropped before acting"
    DROP_AFTER = "dropped after acting"
    FAIL_BEFORE = "500 before acting"
    FAIL_AFTER = "500 after acting"
    LIMIT_SHORT = "429 for seconds"
    LIMIT_LONG = "429 for an hour"
    GARBAGE = "garbage after acting"
    HALF = "half a body after acting"
    PAGE_BEFORE = "a page before acting"
    PAGE_AFTER = "a page after acting"
    HANG_BEFORE = "hangs before acting"
    HANG_AFTER = "hangs after acting"
    TURN_AWAY = "a portal's redirect"
    PAGE_AGAIN = "an older page again"

    DISK_FULL = "full disk"


HANGS = (Fault.HANG_BEFORE, Fault.HANG_AFTER)
BEFORE = (
    Fault.DROP_BEFORE,
    Fault.FAIL_BEFORE,
    Fault.LIMIT_SHORT,
    Fault.LIMIT_LONG,
    Fault.PAGE_BEFORE,
    Fault.HANG_BEFORE,
    Fault.TURN_AWAY,
)
"""The faults of requests that are not acted upon."""

PAGE = b"<!DOCTYPE html><html><body>Welcome to Hotel WiFi</body></html>"

PAGE_STATUSES = (200, 201, 204, 302, 400, 401, 403, 404, 407, 429, 500, 502, 503)
"""The statuses of the pages of proxies and portals.

A 204 has no page. The service also answers a delete with 204, so a proxy's 204 to a delete that was
not carried out can't be recognized; such a proxy sends 403 here.
"""


def _free_address() -> tuple[str, int]:
    """Return an address that no other program takes while the server is down.

    It is below the ports that the system gives to whoever connects.
    """
    for port in random.SystemRandom().sample(range(20_000, 30_000), 100):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return "127.0.0.1", port
    raise OSError("no port is free")


class Faults(GuideServer):
    """A server that can be down, and asks ``choose`` what becomes of each request.

    ``acted`` is told of each request that was carried out: method, path, status and reply.
    """

    def __init__(self, workspace: Backend, now: Callable[[], Instant]) -> None:
        super().__init__(workspace)
        self._server.server_close()
        self.now = now
        self.choose: Callable[[str, str, bytes], Fault] = lambda *_: Fault.NONE
        self.acted: Callable[[str, str, int, Any], None] = lambda *_: None
        self.limited_until = 0
        self.page_status = 200
        self._listener: socket.socket | None = None
        self._over = threading.Event()
        self._address = _free_address()
        self.url = f"http://127.0.0.1:{self._address[1]}/v1"
        self._threads: list[threading.Thread] = []
        self.up()

    def up(self) -> None:
        """Take connections."""
        if self._listener is not None:
            return
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(self._address)
        listener.listen(64)
        self._listener = listener
        thread = threading.Thread(target=self._take, args=(listener,), daemon=True)
        thread.start()
        self._threads.append(thread)

    def down(self) -> None:
        """Refuse connections."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            self._threads.pop().join()

    @contextlib.contextmanager
    def serving(self) -> Iterator["Faults"]:
        """Serve as long as the context lasts."""
        try:
            yield self
        finally:
            self._over.set()
            self.down()

    def let_go(self) -> None:
        """Let what hangs end."""
        self._over.set()
        self._over = threading.Event()

    def _take(self, listener: socket.socket) -> None:
        handler = self._handler()
        while True:
            try:
                connection, address = listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(handler, connection, address), daemon=True
            ).start()

    def _serve(
        self, handler: type[BaseHTTPRequestHandler], connection: socket.socket, address: Any
    ) -> None:
        with contextlib.suppress(OSError), contextlib.closing(connection):
            handler(connection, address, self._server)

    def _act(self, method: str, target: str, key: str | None, body: bytes) -> Answer:
        answer = self.answer(method, target, key, body)
        self.acted(method, target.partition("?")[0], answer[0], answer[2])
        return answer

    def respond(
        self, fault: Fault, method: str, target: str, key: str | None, body: bytes
    ) -> tuple[int, dict[str, str], bytes] | None:
        """Return what is answered, None for nothing, with what a fault makes of it."""
        if fault in BEFORE:
            return self._unacted(fault, method)
        status, headers, found = self._act(method, target, key, body)
        data = b"" if found is None else json.dumps(found).encode()
        match fault:
            case Fault.FAIL_AFTER:
                return 502, {}, b'{"message": "Bad gateway"}'
            case Fault.PAGE_AFTER:
                return self.page(self.page_status)
            case Fault.GARBAGE:
                return 200, headers, b"\x00\xff]{garbage"
            case Fault.HANG_AFTER:
                self._over.wait(5)
                return None
            case Fault.DROP_AFTER:
                return None
        return status, headers, data

    def page(self, status: int) -> tuple[int, dict[str, str], bytes]:
        """Return what a proxy answers in the server's place."""
        if status == 204:
            return 204, {}, b""
        more = {"Location": "http://portal.example/"} if status == 302 else {}
        return status, {"Content-Type": "text/html"} | more, PAGE

    def _unacted(self, fault: Fault, method: str) -> tuple[int, dict[str, str], bytes] | None:
        match fault:
            case Fault.FAIL_BEFORE:
                return 500, {}, b""
            case Fault.LIMIT_SHORT:
                return 429, {"Retry-After": "2"}, b'{"message": "Too many requests", "code": 429}'
            case Fault.LIMIT_LONG:
                left = max(1, self.limited_until - self.now())
                return 429, {"Retry-After": str(left)}, b'{"message": "Too many", "code": 429}'
            case Fault.PAGE_BEFORE:
                is_word = self.page_status == 204 and method == "DELETE"
                return self.page(403 if is_word else self.page_status)
            case Fault.TURN_AWAY:
                return 302, {"Location": "http://portal.example/"}, b""
            case Fault.HANG_BEFORE:
                self._over.wait(5)
        return None

    def _fault_of(self, method: str, path: str, body: bytes) -> Fault:
        if self.limited_until > self.now():
            return Fault.LIMIT_LONG
        fault = self.choose(method, path, body)
        if fault is Fault.LIMIT_LONG:
            self.limited_until = self.now() + LONG
        if fault is Fault.REFUSED:
            self.down()
        return fault

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path = self.path.partition("?")[0]
                fault = server._fault_of(self.command, path, body)
                if fault is Fault.REFUSED:
                    self.close_connection = True
                    return
                key = self.headers.get("X-Api-Key")
                said = server.respond(fault, self.command, self.path, key, body)
                if said is None:
                    self.close_connection = True
                    return
                status, headers, data = said
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if fault is Fault.HALF:
                    data = data[: len(data) // 2]
                    self.close_connection = True
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        return Handler


class FaultyGuide(Faults):
    """A guide-shaped server with faults."""


class FaultyService(Faults, ServiceServer):
    """A service-shaped server with faults."""
