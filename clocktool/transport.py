"""The seam: a request in, a reply out.

Above it nobody knows where a request goes. ``api.http`` sends it to a server, ``local`` answers
it from a file; ``connection`` is the only place that picks one.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol
from urllib.parse import quote

import msgspec

from clocktool.errors import NotFoundError


class Request(msgspec.Struct, frozen=True):
    """One request.

    ``path`` is below the base URL and starts with ``/``: ``/workspaces/{id}/time-entries``.
    ``query`` keeps its order and may repeat a name. ``body`` is a JSON value, None for no body.

    The last two are for a cache on the way, if there is one. ``age`` is how many seconds old the
    reply may be; None keeps the reply out of it. ``kept_only`` asks it alone: a reply that is not
    kept is a 504, as of HTTP's ``only-if-cached``.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: object = None
    age: int | None = None
    kept_only: bool = False


class Reply(msgspec.Struct, frozen=True):
    """One reply. Header names are lower case; ``body`` is the JSON as bytes, maybe empty."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_whole(self) -> bool:
        """Whether its body is JSON or empty, and not the page of a hotel's network."""
        try:
            msgspec.json.decode(self.body or b"{}", type=msgspec.Raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
        return True

    @property
    def retry_after(self) -> int | None:
        """In how many seconds the server says to try again; None where it does not."""
        asked = self.headers.get("retry-after", "").strip()
        return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else None


class Transport(Protocol):
    """What sends a request: raises a ``ClocktoolError`` when no reply came.

    One that leaves this machine has an attribute ``far`` that is True: there it is worth to send
    several requests at once. One that can carry out several requests together, all or none, has a
    method ``together`` for a ``with`` block around them. Threads may share it.
    """

    def send(self, request: Request) -> Reply:
        """Send one request and return its reply, whatever its status."""
        ...


Together = Callable[[], AbstractContextManager[None]] | None
"""What makes requests one, where a transport can."""


class Layer:
    """A transport in front of another one; what it does to a request is up to its kind."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.far = getattr(inner, "far", False)
        self.together: Together = getattr(inner, "together", None)

    def close(self) -> None:
        """Close the transport inside."""
        close = getattr(self._inner, "close", None)
        if close is not None:
            close()


def path(*segments: str) -> str:
    """Return the path of these segments, each quoted whole: no id can name another route.

    Raises NotFoundError for nothing and for dots, which a path swallows: ``…/time-entries/..``
    would name the workspace.
    """
    for each in segments:
        if each in ("", ".", ".."):
            raise NotFoundError(f"'{each}' is no id", "clocktool list shows ids")
    return "".join(["/" + quote(each, safe="") for each in segments])
