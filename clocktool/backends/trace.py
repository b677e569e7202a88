"""``--verbose``: one line on standard error for each request, without headers and keys."""

from collections.abc import Callable
from urllib.parse import urlencode

from clocktool.backends.base import Backend, Layer, Reply, Request


class Traced(Layer):
    """A layer that prints each request: method, path, status, milliseconds."""

    def __init__(
        self, inner: Backend, say: Callable[[str], None], monotonic: Callable[[], float]
    ) -> None:
        super().__init__(inner)
        self._say = say
        self._monotonic = monotonic

    def send(self, request: Request) -> Reply:
        """Send a request and print its outcome."""
        query = f"?{urlencode(request.query)}" if request.query else ""
        start = self._monotonic()
        outcome = "no reply"
        try:
            reply = self._inner.send(request)
            outcome = str(reply.status)
            return reply
        finally:
            spent = (self._monotonic() - start) * 1000
            self._say(f"{request.method} {request.path}{query} {outcome} {spent:.0f} ms")
