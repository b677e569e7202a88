"""What every request goes through: status to error, body to values, names filled in."""

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


class Book(Protocol):
    """Knows names by id: fills in those that a flat reply leaves out, learns from full ones."""

    def named(self, entry: Entry) -> Entry:
        """Return an entry with the names that are known."""
        ...

    def learn(self, things: Iterable[object]) -> None:
        """Keep the names of what entries are filed under."""
        ...

    def forget_name(self, thing: AnyNamed) -> None:
        """Forget the name of a thing that is deleted."""
        ...

    def saw(self, entries: Sequence[Entry]) -> None:
        """Keep the ids of entries that were read."""
        ...


SEEN = 1000
"""How many entries are kept of what was read."""


class Session:
    """Sends requests to one backend and reads their replies."""

    def __init__(self, backend: Backend, book: Book | None = None) -> None:
        self._backend = backend
        self._book = book
        self.seen: deque[Entry] = deque(maxlen=SEEN)
        """The entries that were read last, in this run."""

    @property
    def is_remote(self) -> bool:
        """Whether requests leave this machine, so that several at once save time."""
        return self._backend.is_remote

    @property
    def is_atomic(self) -> bool:
        """Whether the requests of a ``transaction`` are carried out all or none."""
        return self._backend.is_atomic

    def transaction(self) -> AbstractContextManager[None]:
        """Return a block whose requests are one transaction, where ``is_atomic`` says so."""
        return self._backend.transaction()

    def send(self, request: Request) -> Reply:
        """Send a request; raise the error that the reply stands for when its status is no 2xx."""
        reply = self._backend.send(request)
        if not 200 <= reply.status < 300:
            raise error_of(request, reply)
        return reply

    def done(self, request: Request) -> None:
        """Send a request whose reply says nothing more than that it was carried out."""
        if not self.send(request).is_json:
            raise ServerError(
                f"the reply to {request.method} {request.path} is none of a Clockify API's",
                "check that 'base_url' is the address of a Clockify API (clocktool config)",
            )

    def call(self, request: Request, read: Callable[[bytes], T]) -> T:
        """Send a request and read its reply's body."""
        return self.read(request, self.send(request), read)[1]

    def read(self, request: Request, reply: Reply, read: Callable[[bytes], T]) -> tuple[Reply, T]:
        """Read a reply's body; a kept one that cannot be read is asked for once more."""
        try:
            return reply, _readable(request, reply, read)
        except ServerError:
            if not self.forget(request):
                raise
        return self.read(request, self.send(request), read)

    def forget(self, request: Request) -> bool:
        """Forget a kept reply to a request; return whether the last one was a kept one."""
        return request.age is not None and self._backend.forget(request)

    def read_entry(self, data: bytes) -> Entry:
        """Read an entry, with the names that are known of it."""
        return self._named([wire.entry(data)])[0]

    def read_entries(self, data: bytes) -> list[Entry]:
        """Read entries, with the names that are known of them."""
        return self._named(wire.entries(data))

    def _named(self, entries: list[Entry]) -> list[Entry]:
        if self._book is None:
            self.seen.extend(entries)
            return entries
        self._book.learn(entries)
        self._book.saw(entries)
        entries = [self._book.named(each) for each in entries]
        self.seen.extend(entries)
        return entries

    def learn(self, thing: object) -> None:
        """Let the book know the name of a thing."""
        if self._book is not None:
            self._book.learn([thing])

    def forget_name(self, thing: AnyNamed) -> None:
        """Let the book forget the name of a thing that is deleted."""
        if self._book is not None:
            self._book.forget_name(thing)

    def learning(self, read: Callable[[bytes], list[T]]) -> Callable[[bytes], list[T]]:
        """Return what reads things and lets the book know their names."""
        book = self._book
        if book is None:
            return read

        def read_and_learn(data: bytes) -> list[T]:
            found = read(data)
            book.learn(found)
            return found

        return read_and_learn

    def kept(self, request: Request, read: Callable[[bytes], T]) -> T | None:
        """Read what a cache on the way has kept, without a request; None when it has not."""
        request = msgspec.structs.replace(request, only_if_cached=True)
        reply = self._backend.send(request)
        try:
            return _readable(request, reply, read) if reply.status == 200 else None
        except ServerError:
            self.forget(request)
            return None


def _readable(request: Request, reply: Reply, read: Callable[[bytes], T]) -> T:
    """Read a reply's body; raises ServerError when it is not what was asked for."""
    try:
        if request.method == "GET" and not reply.body.strip():
            raise msgspec.DecodeError("it is empty")  # noqa: TRY301  # as for any other
        return read(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ServerError(
            f"the reply to {request.method} {request.path} is not what was asked for",
            "check that 'base_url' is the address of a Clockify API (clocktool config)",
            why=str(error),
        ) from error
