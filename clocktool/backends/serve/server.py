"""The HTTP server of ``serve``: waitress with short timeouts and errors in Clockify's format."""

from socket import SHUT_WR
from typing import Any

from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.parser import HTTPRequestParser, ParsingError  # type: ignore[import-untyped]
from waitress.server import TcpWSGIServer  # type: ignore[import-untyped]
from waitress.task import ErrorTask  # type: ignore[import-untyped]

from clocktool.backends.serve.wsgi import refusal

HOST = "127.0.0.1"
BODY_LIMIT = 10 * 1024 * 1024
HEADER_LIMIT = 64 * 1024
REPLY_LIMIT = 64 * 1024 * 1024
"""How many bytes of unsent replies stay in memory; more goes to a temporary file."""

MAX_CONNECTIONS = 500
"""The greatest number of open connections; further ones wait."""

IDLE_SECONDS = 5.0
"""A connection that sends and reads nothing for so many seconds is closed."""

REQUEST_SECONDS = 10.0
"""The longest time for a whole request to arrive, in seconds."""


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Parses requests; waitress raises ValueError for some invalid paths and numbers."""

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the header of a request. Raises ParsingError if it is invalid."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            raise ParsingError("Invalid request") from error


class _RefusedTask(ErrorTask):  # type: ignore[misc]
    """Answers an invalid or too large request, without calling the service."""

    def execute(self) -> None:
        """Write the error reply; the connection is closed after it."""
        self.channel.lingers = True
        error = self.request.error
        reply = refusal(error.code, 3000 if error.code == 400 else error.code, error.reason)
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", "application/json"))
        self.set_close_on_finish()
        self.content_length = len(reply.body)
        self.write(b"" if getattr(self.request, "command", "") == "HEAD" else reply.body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection with timeouts, so that slow clients do not block others."""

    parser_class = _Parser
    error_task_class = _RefusedTask
    close_when_flushed: bool
    lingers = False
    """Whether to read on before closing: a client that is still sending would lose the reply."""

    ended = False
    seen: object = None
    seen_since = 0.0
    arriving: object = None
    arriving_since = 0.0

    def handle_write(self) -> None:
        """Send pending data, and close the connection after the last of it."""
        if not (self.lingers and self.close_when_flushed):
            super().handle_write()
            return
        self.close_when_flushed = False
        super().handle_write()
        if self.total_outbufs_len:
            self.close_when_flushed = True
        elif self.connected:
            self.ended = True
            try:
                self.socket.shutdown(SHUT_WR)
            except OSError:
                self.will_close = True

    def readable(self) -> bool:
        """Whether the server waits for data of this connection."""
        return (self.ended and not self.will_close) or bool(super().readable())

    def handle_read(self) -> None:
        """Read data; after an error reply it is thrown away."""
        if not self.ended:
            super().handle_read()
            return
        try:
            self.recv(self.adj.recv_bytes)  # this closes the connection if the client has
        except OSError:
            self.handle_close()

    def is_overdue(self, now: float, idle_seconds: float, request_seconds: float) -> bool:
        """Whether the client exceeds a timeout: to send, to complete a request, or to read.

        There is no timeout while the service answers a request.
        """
        seen = (self.last_activity, self.total_outbufs_len, len(self.requests))
        if seen != self.seen:
            self.seen, self.seen_since = seen, now
        if self.requests or self.request is not self.arriving:
            self.arriving, self.arriving_since = self.request, now
        if now - self.seen_since > idle_seconds:
            return not self.requests or self.total_outbufs_len > 0
        return self.arriving is not None and now - self.arriving_since > request_seconds


class HttpServer(TcpWSGIServer):  # type: ignore[misc]
    """An HTTP server for a WSGI application on loopback; ``run`` serves until it is interrupted.

    ``sockets`` is the map of sockets, for use with another event loop. Raises OSError where the
    port is in use.
    """

    channel_class = _Channel

    def __init__(
        self,
        application: Any,
        port: int = 0,
        *,
        idle_seconds: float = IDLE_SECONDS,
        request_seconds: float = REQUEST_SECONDS,
        sockets: dict[int, Any] | None = None,
    ) -> None:
        self._idle_seconds = idle_seconds
        self._request_seconds = request_seconds
        super().__init__(
            application,
            map=sockets,
            host=HOST,
            port=port,
            threads=4,
            ident="clocktool",
            outbuf_overflow=REPLY_LIMIT,
            max_request_body_size=BODY_LIMIT,
            max_request_header_size=HEADER_LIMIT,
            connection_limit=min(MAX_CONNECTIONS, _open_files() - 64),
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=True,
        )
        self.adj.cleanup_interval = idle_seconds / 5

    def maintenance(self, now: float) -> None:
        """Close connections that exceed a timeout."""
        for channel in self.active_channels.values():
            if channel.is_overdue(now, self._idle_seconds, self._request_seconds):
                channel.will_close = True


def _open_files() -> int:
    """Return the number of files that this process may open."""
    try:
        import resource
    except ImportError:  # Windows, where select() is limited to 512
        return 512
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_CONNECTIONS + 64 if soft == resource.RLIM_INFINITY else soft
