"""The seam: a request in, a reply out, by one method of a backend.

Nothing above it knows where a request goes: ``backends.http`` sends it to a server, ``local``
answers it from a file, and ``connection`` alone picks one. What else a backend can do is said in
its base class, with a default for those that can't.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from clocktool.errors import NotFoundError

if TYPE_CHECKING:
    from threading import Event

POLL_SECONDS = 0.1
"""How long anything is waited for at a time, in seconds: Ctrl-C is noticed between."""

MAX_PARALLEL = 4
"""How many requests are under way at the same time at most."""


class Request(msgspec.Struct, frozen=True):
    """One request.

    ``path`` is below the base URL and starts with ``/``: ``/workspaces/{id}/time-entries``.
    ``query`` keeps its order and may repeat a name. ``body`` is a JSON value, None for no body.

    The last two are for the cache, if there is one. ``age`` is the greatest age of a cached reply,
    in seconds; None keeps the reply out of the cache. With ``only_if_cached`` nothing is sent: a
    reply that is not in the cache is a 504, as with HTTP's ``only-if-cached``.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: object = None
    age: int | None = None
    only_if_cached: bool = False


class Reply(msgspec.Struct, frozen=True):
    """One reply. Header names are lower case; ``body`` is the JSON as bytes, maybe empty."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_json(self) -> bool:
        """Whether its body is JSON or empty, and not the page of a hotel's network."""
        try:
            msgspec.json.decode(self.body or b"{}", type=msgspec.Raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
        return True

    @property
    def is_refusal(self) -> bool:
        """Whether a status that is no 2xx is the service's own word.

        That is its JSON, ``{"message": text, "code": number}``, or one of its empty bodies. The
        page of a proxy or a portal says nothing about the request, whatever its status.
        """
        if not self.body.strip():
            return 400 <= self.status != 407
        if self.status == 429:
            return self.is_json
        try:
            found = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
        if not isinstance(found, dict):
            return False
        return isinstance(found.get("message"), str) or isinstance(found.get("code"), int | str)

    @property
    def retry_after(self) -> int | None:
        """In how many seconds the server says to try again; None where it does not."""
        asked = self.headers.get("retry-after", "").strip()
        return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else None


class Backend(ABC):
    """Where requests go: a server, or the file on this machine. Threads may share it."""

    is_remote: bool = False
    """Whether requests leave this machine, so that several at once save time."""

    is_atomic: bool = False
    """Whether the requests of a ``transaction`` are carried out all or none."""

    @abstractmethod
    def send(self, request: Request) -> Reply:
        """Send one request and return its reply, whatever its status.

        Raises a ClocktoolError when no reply came.
        """

    def transaction(self) -> AbstractContextManager[None]:
        """Return a block whose requests are one transaction, where ``is_atomic`` says so."""
        return nullcontext()

    def batch(self, ended: "Event") -> AbstractContextManager[None]:
        """Return a block for many requests of several threads, until ``ended`` is set.

        In it a backend with limits keeps its pace, and waits longer for a rate limit.
        """
        del ended
        return nullcontext()

    def forget(self, request: Request) -> bool:
        """Forget a kept reply to a request; return whether the last one was a kept one."""
        del request
        return False

    def close(self) -> None:  # noqa: B027  # most have nothing to close
        """Close files and connections."""


class Layer(Backend):
    """A backend in front of another one; it can do what the inner one can."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner
        self.is_remote = inner.is_remote
        self.is_atomic = inner.is_atomic

    def transaction(self) -> AbstractContextManager[None]:
        """Return a transaction of the inner backend."""
        return self._inner.transaction()

    def batch(self, ended: "Event") -> AbstractContextManager[None]:
        """Return a batch of the inner backend."""
        return self._inner.batch(ended)

    def forget(self, request: Request) -> bool:
        """Forget a reply that the inner backend has kept."""
        return self._inner.forget(request)

    def close(self) -> None:
        """Close the inner backend."""
        self._inner.close()


def path(*segments: str) -> str:
    """Return the path of these segments, each quoted whole: no id can name another route.

    Raises NotFoundError for nothing and for dots, which a path swallows: ``…/time-entries/..``
    would name the workspace.
    """
    for each in segments:
        if each in ("", ".", ".."):
            raise NotFoundError(f"'{each}' is no id", "clocktool list shows ids")
    return "".join(["/" + quote(each, safe="") for each in segments])
