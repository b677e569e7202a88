"""The session of a client: sends requests, reads the bodies of replies, fills in names."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Generic, Protocol, TypeVar, cast

import msgspec

from clocktool import wire
from clocktool.backends.base import PAGE_SIZE, Backend, Reply, Request
from clocktool.domain.directory import AnyNamed
from clocktool.domain.entry import Entry
from clocktool.errors import PageSizeError, ServerError

T = TypeVar("T")


class NameStore(Protocol):
    """Names by id: stores those in replies, and adds those that are missing in flat replies."""

    def named(self, entry: Entry) -> Entry:
        """Return an entry with the stored names of its project, task and tags."""
        ...

    def store_names(self, things: Iterable[object]) -> None:
        """Store the names of things, and of the project, task and tags of entries."""
        ...

    def remove_name(self, thing: AnyNamed) -> None:
        """Remove the name of a deleted thing."""
        ...

    def store_entries(self, entries: Sequence[Entry]) -> None:
        """Store the ids of entries that were read."""
        ...


SEEN = 1000
"""The number of recently read entries that are kept in memory."""

SMALLER_PAGES = (1000, 200, 50)
"""The page sizes to try after one was refused; 50 is the default of Clockify."""


class Page(msgspec.Struct, Generic[T], frozen=True):
    """The first page of a list: its size as requested, the reply, and what it contains."""

    size: int
    reply: Reply
    items: T


class Session(msgspec.Struct):
    """Sends requests to one backend and reads their replies."""

    _backend: Backend
    _name_store: NameStore | None = None
    seen: deque[Entry] = msgspec.field(default_factory=partial(deque, maxlen=SEEN))
    """The entries read last in this run."""

    @property
    def is_remote(self) -> bool:
        """Whether requests leave this machine; several at the same time are then faster."""
        return self._backend.is_remote

    @property
    def page_size(self) -> int:
        """The largest page size that the server takes, as far as that is known."""
        return self._backend.page_size

    def reads_ahead(self, request: Request) -> bool:
        """Whether pages may be requested before it is known that they exist."""
        return self.is_remote and not self._backend.has_quota(request)

    @property
    def is_atomic(self) -> bool:
        """Whether the requests of a ``transaction`` all take effect or none of them."""
        return self._backend.is_atomic

    @property
    def has_sums(self) -> bool:
        """Whether the backend adds up the time of entries."""
        return self._backend.has_sums

    def transaction(self) -> AbstractContextManager[None]:
        """Return a context manager for one transaction; without ``is_atomic`` it does nothing."""
        return self._backend.transaction()

    def send(self, request: Request) -> Reply:
        """Send a request and return its reply. Raises a ClocktoolError for an error reply."""
        reply = self._backend.send(request)
        if not 200 <= reply.status < 300:
            from clocktool.api.errors import error_of

            raise error_of(request, reply)
        return reply

    def done(self, request: Request) -> None:
        """Send a request without reading its reply. Raises ServerError if the reply is not JSON."""
        if not self.send(request).is_json:
            raise ServerError(
                f"the reply to {request.method} {request.path} is not from a Clockify API",
                "check that 'base_url' is the address of a Clockify API (clocktool config)",
            )

    def call(self, request: Request, read: Callable[[bytes], T]) -> T:
        """Send a request and return the decoded reply."""
        return self.read(request, self.send(request), read)[1]

    def read(self, request: Request, reply: Reply, read: Callable[[bytes], T]) -> tuple[Reply, T]:
        """Decode a reply; if a cached one is invalid, send the request again."""
        try:
            return reply, _decoded(request, reply, read)
        except ServerError:
            if not self.forget(request):
                raise
        return self.read(request, self.send(request), read)

    def first_page(
        self, request: Request, read: Callable[[bytes], T], *, page: int = 1, most: int = PAGE_SIZE
    ) -> Page[T]:
        """Return one page of a list.

        ``request`` is for the list, without a page. If the server refuses pages of ``most`` items,
        smaller ones are requested, and the accepted size is kept.
        """
        size = most = min(most, self._backend.page_size)
        smaller = [each for each in SMALLER_PAGES if each < size]
        while True:
            asked = request_for_page(request, page, size)
            try:
                reply = self.send(asked)
            except PageSizeError:
                if not smaller:
                    raise
                size = smaller.pop(0)
                continue
            if size < most:
                self._backend.set_page_size(size)
            return Page(size, *self.read(asked, reply, read))

    def forget(self, request: Request) -> bool:
        """Remove the cached reply to a request; return whether the last reply was a cached one."""
        return request.age is not None and self._backend.forget(request)

    def read_entry(self, data: bytes) -> Entry:
        """Decode an entry and fill in its names."""
        entry = wire.entry(data)
        if self._name_store is not None:
            (entry,) = _named([entry], self._name_store)
        self.seen.append(entry)
        return entry

    def read_entries(self, data: "bytes | list[Entry]") -> list[Entry]:
        """Decode entries, unless they are decoded, and fill in their names."""
        entries = data if isinstance(data, list) else wire.entries(data)
        if self._name_store is not None:
            entries = _named(entries, self._name_store)
        self.seen.extend(entries)
        return entries

    def store_names(self, thing: object) -> None:
        """Store the name of a thing in the store."""
        if self._name_store is not None:
            self._name_store.store_names([thing])

    def remove_name(self, thing: AnyNamed) -> None:
        """Remove the name of a deleted thing from the store."""
        if self._name_store is not None:
            self._name_store.remove_name(thing)

    def storing_names(self, read: Callable[[bytes], list[T]]) -> Callable[[bytes], list[T]]:
        """Return a function that decodes things like ``read`` and stores their names."""
        name_store = self._name_store
        if name_store is None:
            return read

        def read_and_learn(data: bytes) -> list[T]:
            found = read(data)
            name_store.store_names(found)
            return found

        return read_and_learn

    def kept(self, request: Request, read: Callable[[bytes], T]) -> T | None:
        """Return the decoded reply from the cache, None if there is none; no request is sent."""
        request = msgspec.structs.replace(request, only_if_cached=True)
        reply = self._backend.send(request)
        try:
            return _decoded(request, reply, read) if reply.status == 200 else None
        except ServerError:
            self.forget(request)
            return None


def _named(entries: list[Entry], name_store: NameStore) -> list[Entry]:
    """Store the names and ids of entries, and return the entries with all their names."""
    name_store.store_names(entries)
    name_store.store_entries(entries)
    return [name_store.named(each) for each in entries]


def request_for_page(request: Request, page: int, size: int) -> Request:
    """Return the request for a page of the list that a request without a page is for."""
    paging = (("page", str(page)), ("page-size", str(size)))
    return msgspec.structs.replace(request, query=(*request.query, *paging))


def _decoded(request: Request, reply: Reply, read: Callable[[bytes], T]) -> T:
    """Decode the body of a reply, or take its value. Raises ServerError where it is invalid."""
    if reply.value is not None:
        return read(cast("bytes", reply.value))  # a caller that allows a value can read it
    try:
        if request.method == "GET" and not reply.body.strip():
            raise msgspec.DecodeError("it is empty")  # noqa: TRY301  # as for any other
        return read(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ServerError(
            f"the reply to {request.method} {request.path} is invalid",
            "check that 'base_url' is the address of a Clockify API (clocktool config)",
            why=str(error),
        ) from error
