"""``--verbose``: a line on standard error for each request, never a header and so never a key."""

from collections.abc import Callable
from urllib.parse import urlencode

from clocktool.backends.base import Backend, Layer, Reply, Request


class Traced(Layer):
    """Says what goes through it: method, path, status, milliseconds."""

    def __init__(
        self, inner: Backend, say: Callable[[str], None], monotonic: Callable[[], float]
    ) -> None:
        super().__init__(inner)
        self._say = say
        self._monotonic = monotonic

    def send(self, request: Request) -> Reply:
        """Send a request and say how it went."""
        asked = f"?{urlencode(request.query)}" if request.query else ""
        start = self._monotonic()
        outcome = "no reply"
        try:
            reply = self._inner.send(request)
            outcome = str(reply.status)
            return reply
        finally:
            spent = (self._monotonic() - start) * 1000
            self._say(f"{request.method} {request.path}{asked} {outcome} {spent:.0f} ms")
