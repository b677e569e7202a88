"""The session of a client: raises errors for error replies, reads bodies, fills in names."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

import msgspec

from clocktool import wire
from clocktool.api.errors import error_of
from clocktool.backends.base import Backend, Reply, Request
from clocktool.domain.directory import AnyNamed
from clocktool.domain.entry import Entry
from clocktool.errors import ServerError

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


class Session:
    """Sends requests to one backend and reads their replies."""

    def __init__(self, backend: Backend, name_store: NameStore | None = None) -> None:
        self._backend = backend
        self._name_store = name_store
        self.seen: deque[Entry] = deque(maxlen=SEEN)
        """The entries read last in this run."""

    @property
    def is_remote(self) -> bool:
        """Whether requests leave this machine; several at the same time are then faster."""
        return self._backend.is_remote

    @property
    def is_atomic(self) -> bool:
        """Whether the requests of a ``transaction`` all take effect or none of them."""
        return self._backend.is_atomic

    def transaction(self) -> AbstractContextManager[None]:
        """Return a context manager for one transaction; without ``is_atomic`` it does nothing."""
        return self._backend.transaction()

    def send(self, request: Request) -> Reply:
        """Send a request and return its reply. Raises a ClocktoolError for an error reply."""
        reply = self._backend.send(request)
        if not 200 <= reply.status < 300:
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

    def forget(self, request: Request) -> bool:
        """Remove the cached reply to a request; return whether the last reply was a cached one."""
        return request.age is not None and self._backend.forget(request)

    def read_entry(self, data: bytes) -> Entry:
        """Decode an entry and fill in its names."""
        return self._named([wire.entry(data)])[0]

    def read_entries(self, data: bytes) -> list[Entry]:
        """Decode entries and fill in their names."""
        return self._named(wire.entries(data))

    def _named(self, entries: list[Entry]) -> list[Entry]:
        if self._name_store is None:
            self.seen.extend(entries)
            return entries
        self._name_store.store_names(entries)
        self._name_store.store_entries(entries)
        entries = [self._name_store.named(each) for each in entries]
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


def _decoded(request: Request, reply: Reply, read: Callable[[bytes], T]) -> T:
    """Decode the body of a reply. Raises ServerError where it is invalid."""
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
