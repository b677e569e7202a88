"""The HTTP server of ``serve``: waitress with short waits, and refusals in the service's shape."""

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
"""What is kept in memory of replies that are not read yet; more goes to a temporary file."""

CONNECTIONS = 500
"""How many connections are open at once; further ones wait until one of them is closed."""

IDLE = 5.0
"""After how many seconds a connection is closed that sends nothing, or reads nothing."""

WHOLE = 10.0
"""How many seconds a request may take to arrive, however steadily it does."""


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Reads requests; waitress lets a ValueError out for some addresses and numbers."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head of a request. Raises ParsingError for one that is none."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            raise ParsingError("The request cannot be read") from error


class _RefusedTask(ErrorTask):  # type: ignore[misc]
    """Answers what is no HTTP request, or too large, before the service is asked."""

    def execute(self) -> None:
        """Write the reply. The connection is closed behind it."""
        self.channel.lingers = True
        error = self.request.error
        reply = refusal(error.code, 3000 if error.code == 400 else error.code, error.reason)
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", "application/json"))
        self.set_close_on_finish()
        self.content_length = len(reply.body)
        self.write(b"" if getattr(self.request, "command", "") == "HEAD" else reply.body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that is looked at now and then: it may not keep others waiting."""

    parser_class = _Parser
    error_task_class = _RefusedTask
    close_when_flushed: bool
    lingers = False
    """Whether to read on before closing: a reply to who is still sending would get lost."""

    ended = False
    seen: object = None
    seen_since = 0.0
    arriving: object = None
    arriving_since = 0.0

    def handle_write(self) -> None:
        """Send what there is to send, and close where that is the end."""
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
        """Whether to read."""
        return (self.ended and not self.will_close) or bool(super().readable())

    def handle_read(self) -> None:
        """Take in what has come; behind a refusal, only to throw it away."""
        if not self.ended:
            super().handle_read()
            return
        try:
            self.recv(self.adj.recv_bytes)  # closes the connection where the other side has
        except OSError:
            self.handle_close()

    def is_overdue(self, now: float, idle: float, whole: float) -> bool:
        """Whether the other side has been waited for too long: to send, to finish or to read.

        A request that is being answered takes as long as it needs.
        """
        seen = (self.last_activity, self.total_outbufs_len, len(self.requests))
        if seen != self.seen:
            self.seen, self.seen_since = seen, now
        if self.requests or self.request is not self.arriving:
            self.arriving, self.arriving_since = self.request, now
        if now - self.seen_since > idle:
            return not self.requests or self.total_outbufs_len > 0
        return self.arriving is not None and now - self.arriving_since > whole


class HttpServer(TcpWSGIServer):  # type: ignore[misc]
    """A server of a WSGI application on loopback; ``run`` serves until it is interrupted.

    ``sockets`` takes what it watches, for a loop of one's own. Raises OSError where the port
    cannot be taken.
    """

    channel_class = _Channel

    def __init__(
        self,
        application: Any,
        port: int = 0,
        *,
        idle: float = IDLE,
        whole: float = WHOLE,
        sockets: dict[int, Any] | None = None,
    ) -> None:
        self._idle = idle
        self._whole = whole
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
            connection_limit=min(CONNECTIONS, _open_files() - 64),
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=True,
        )
        self.adj.cleanup_interval = idle / 5

    def maintenance(self, now: float) -> None:
        """Close connections that keep others waiting."""
        for channel in self.active_channels.values():
            if channel.is_overdue(now, self._idle, self._whole):
                channel.will_close = True


def _open_files() -> int:
    """Return how many files this process may have open."""
    try:
        import resource
    except ImportError:  # Windows, where a select watches 512
        return 512
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return CONNECTIONS + 64 if soft == resource.RLIM_INFINITY else soft
