"""The backend of ``--offline``: it sends nothing."""

from typing import NoReturn

from clocktool.backends.base import Backend, Request
from clocktool.errors import OfflineError


class Offline(Backend):
    """A server that can't be reached, so that the cache, the mirror and the outbox answer."""

    is_remote = True

    def send(self, request: Request) -> NoReturn:
        """Raise OfflineError."""
        del request
        raise OfflineError("--offline makes no request", "leave out --offline", not_sent=True)
