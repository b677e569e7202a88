"""The interface of all backends: ``send`` takes a request and returns a reply.

``backends.http`` sends requests to a server, ``backends.local`` answers them from a file;
``app.connection`` picks one of them.
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
"""The longest single wait, in seconds; Ctrl-C is handled between two of them."""

MAX_PARALLEL = 4
"""The greatest number of requests at the same time."""

PAGE_SIZE = 5000
"""The largest page of a list; Clockify refuses larger ones."""


class Request(msgspec.Struct, frozen=True):
    """One request.

    ``path`` is relative to the base URL and starts with ``/``: ``/workspaces/{id}/time-entries``.
    ``query`` keeps its order and may repeat a name. ``body`` is a JSON value, None for no body.

    ``age`` and ``only_if_cached`` are for the cache, if there is one. ``age`` is the greatest age
    of a cached reply, in seconds; None keeps the reply out of the cache. With ``only_if_cached``
    nothing is sent: a reply that is not in the cache is a 504, as with HTTP's ``only-if-cached``.

    With ``as_value`` a backend in this process may reply with a value in place of JSON.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: object = None
    age: int | None = None
    only_if_cached: bool = False
    as_value: bool = False


class Reply(msgspec.Struct, frozen=True):
    """One reply. Header names are lower case; ``body`` is JSON as bytes, or empty.

    A backend in this process may reply with ``value`` instead: the object that the JSON stands for.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    value: object = None

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON or empty; a proxy's or a hotel's page is neither."""
        try:
            msgspec.json.decode(self.body or b"{}", type=msgspec.Raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
        return True

    @property
    def is_refusal(self) -> bool:
        """Whether a reply with an error status comes from the service itself.

        Its body is then ``{"message": text, "code": number}``, or empty. Any other body is from a
        proxy or portal: the request may not have reached the service.
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
    def last_page(self) -> str:
        """The ``Last-Page`` header in lower case, empty where there is none."""
        return self.headers.get("last-page", "").strip().lower()

    @property
    def retry_after(self) -> int | None:
        """The ``Retry-After`` header in seconds, None where it is missing or invalid."""
        value = self.headers.get("retry-after", "").strip()
        return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else None


class Backend(ABC):
    """The target of requests: a server, or the file on this machine. Thread-safe."""

    is_remote: bool = False
    """Whether requests leave this machine; several at the same time are then faster."""

    is_atomic: bool = False
    """Whether the requests of a ``transaction`` all take effect or none of them."""

    has_sums: bool = False
    """Whether it adds up the time of entries, so that reports need no single ones."""

    @abstractmethod
    def send(self, request: Request) -> Reply:
        """Send one request and return its reply, also one with an error status.

        Raises a ClocktoolError when there is no reply.
        """

    def transaction(self) -> AbstractContextManager[None]:
        """Return a context manager for one transaction; without ``is_atomic`` it does nothing."""
        return nullcontext()

    def batch(self, ended: "Event") -> AbstractContextManager[None]:
        """Return a context manager for many requests of several threads, until ``ended`` is set.

        Inside it a backend with limits spaces its requests and waits longer for a rate limit.
        """
        del ended
        return nullcontext()

    def urgent(self) -> AbstractContextManager[None]:
        """Return a context manager for requests that may use the last of a small quota."""
        return nullcontext()

    def has_quota(self, request: Request) -> bool:
        """Whether the number of requests like this one is limited, so that none may be wasted."""
        del request
        return False

    @property
    def page_size(self) -> int:
        """The largest page size that is accepted, as far as that is known."""
        return PAGE_SIZE

    def set_page_size(self, size: int) -> None:
        """Remember that pages must not be larger."""
        del size

    def forget(self, request: Request) -> bool:
        """Remove the cached reply to a request; return whether the last reply was a cached one."""
        del request
        return False

    def close(self) -> None:  # noqa: B027  # most have nothing to close
        """Close files and connections."""


class Layer(Backend):
    """A backend in front of another one; it passes on what it does not change."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner
        self.is_remote = inner.is_remote
        self.is_atomic = inner.is_atomic
        self.has_sums = inner.has_sums

    def transaction(self) -> AbstractContextManager[None]:
        """Return a transaction of the inner backend."""
        return self._inner.transaction()

    def batch(self, ended: "Event") -> AbstractContextManager[None]:
        """Return a batch of the inner backend."""
        return self._inner.batch(ended)

    def urgent(self) -> AbstractContextManager[None]:
        """Return the context of the inner backend."""
        return self._inner.urgent()

    def has_quota(self, request: Request) -> bool:
        """Whether the inner backend has a small quota for a request."""
        return self._inner.has_quota(request)

    @property
    def page_size(self) -> int:
        """The page size of the inner backend."""
        return self._inner.page_size

    def set_page_size(self, size: int) -> None:
        """Pass the size to the inner backend."""
        self._inner.set_page_size(size)

    def forget(self, request: Request) -> bool:
        """Remove the reply from the cache of the inner backend."""
        return self._inner.forget(request)

    def close(self) -> None:
        """Close the inner backend."""
        self._inner.close()


def path(*segments: str) -> str:
    """Return the path of these segments, each fully quoted: an id can't lead to another route.

    Raises NotFoundError for an empty segment and for dots: ``…/time-entries/..`` would be the path
    of the workspace.
    """
    for each in segments:
        if each in ("", ".", ".."):
            raise NotFoundError(f"invalid id '{each}'", "clocktool list shows ids")
    return "".join(["/" + quote(each, safe="") for each in segments])
