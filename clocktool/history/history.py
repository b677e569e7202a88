"""The one door for reads of entries: nobody sees less than what was typed.

What the service has is asked for, and what waits in the outbox is laid over it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

import msgspec

from clocktool.api.entries import EntryQuery
from clocktool.domain.entry import Entry, start_order
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.selection import Selection
from clocktool.domain.time.instant import Instant, shift
from clocktool.errors import NotFoundError, OfflineError, RateLimitedError, ServerError

if TYPE_CHECKING:
    from clocktool.api.entries import TimeEntries
    from clocktool.domain.directory import Account

DAY = 86_400
LONGEST_ENTRY = 7
"""How many days before a window an entry may have started that reaches into it: servers look at
its start only. A timer forgotten over a weekend is within that."""

REACH = 1000
"""Among how many of the newest entries one is looked for."""


class Layer(Protocol):
    """What waits at one time, to be laid over entries while they are read."""

    def touches(self, entry: Entry) -> bool:
        """Whether an entry that is read may be another with it."""
        ...

    def lay(self, entries: dict[EntryId, Entry | None]) -> frozenset[EntryId]:
        """Show what waits in the entries that it touches; return the ids that it changes."""
        ...


class Waiting(Protocol):
    """The changes that wait, as far as reads need them."""

    def layer(self, owner: tuple[str, str] | None = None) -> Layer:
        """Return what waits now."""
        ...

    def overlay(
        self, entries: dict[EntryId, Entry | None], owner: tuple[str, str] | None = None
    ) -> frozenset[EntryId]:
        """Show what waits in entries that were read; return the ids that it changes."""
        ...

    def timer(self, confirmed: Entry | None, owner: tuple[str, str] | None = None) -> Entry | None:
        """Return the timer with pending changes applied; ``confirmed`` is the service's."""
        ...

    def known(self, entry: EntryId) -> Known | None:
        """Return the id that an entry has on the server by now; None while it has none."""
        ...


class Reading(msgspec.Struct, frozen=True):
    """Entries, oldest start first, as of when they were asked for.

    ``waiting`` are the ids of those that are not yet as the service has them.
    """

    entries: list[Entry]
    as_of: Instant
    waiting: frozenset[EntryId] = frozenset()
    running: Entry | None = None
    """The running entry among them, as the service has it."""


class Passing:
    """Entries in passing: none but those that change is held. It is gone over once."""

    def __init__(
        self,
        entries: Iterator[Entry],
        layer: Layer | None,
        holds: Callable[[Entry], bool],
        as_of: Instant,
    ) -> None:
        self.as_of = as_of
        self.waiting = 0
        """How many of the entries are not yet as the service has them, once all were seen."""
        self._entries = entries
        self._layer = layer
        self._holds = holds

    def __iter__(self) -> Iterator[Entry]:
        """Yield entries in no order: those that change come last."""
        layer = self._layer
        if layer is None:
            yield from self._entries
            return
        held: dict[EntryId, Entry | None] = {}
        for entry in self._entries:
            if layer.touches(entry):
                held[entry.id] = entry
            else:
                yield entry
        changed = layer.lay(held)
        for key, each in held.items():
            if each is not None and (key not in changed or self._holds(each)):
                self.waiting += key in changed
                yield each


class History:
    """The entries of an account. ``queue`` is None where nothing can wait."""

    def __init__(
        self,
        entries: "Callable[[], TimeEntries]",
        account: "Callable[[], Account]",
        queue: "Callable[[], Waiting | None]",
        now: Instant,
    ) -> None:
        self._api = entries
        self._account = account
        self._queue = queue
        self._now = now

    def entries(
        self,
        selection: Selection,
        users: Sequence[str] = (),
        counted: Callable[[Iterator[Entry]], Iterator[Entry]] = iter,
        asking: Callable[[Sequence[str]], Iterable[str]] = iter,
    ) -> Reading:
        """Return the entries of a selection, the account's own unless ``users`` are named.

        ``counted`` sees each entry as it is read, newest first; ``asking`` each of several users
        before their list is asked for.
        """
        found = {entry.id: entry for entry in counted(self.stream(selection, users, asking))}
        running = next((entry for entry in found.values() if entry.running), None)
        waiting = frozenset[EntryId]()
        if not users or self._account().user.id in users:
            waiting = self._lay_over(found, selection)
        entries = sorted(found.values(), key=start_order)
        return Reading(entries, self._now, waiting & found.keys(), running)

    def passing(
        self,
        selection: Selection,
        users: Sequence[str] = (),
        counted: Callable[[Iterator[Entry]], Iterator[Entry]] = iter,
        asking: Callable[[Sequence[str]], Iterable[str]] = iter,
    ) -> Passing:
        """Return the same entries one by one, for who needs no more than one at a time."""
        layer: Layer | None = None
        account, queue = self._account(), self._queue()
        if queue is not None and (not users or account.user.id in users):
            layer = queue.layer((account.user.id, account.workspace))
        entries = counted(self.stream(selection, users, asking))
        return Passing(entries, layer, lambda each: selection.holds(each, self._now), self._now)

    def stream(
        self,
        selection: Selection,
        users: Sequence[str] = (),
        asking: Callable[[Sequence[str]], Iterable[str]] = iter,
    ) -> Iterator[Entry]:
        """Yield the entries of a selection as the service has them, newest start first.

        A server may read the bounds as instants or as wall clock of the account's zone, so it is
        asked for a day more on each side, and what is really in the window is decided here. It
        looks at starts alone, so that the first bound lies some days earlier still. It filters by
        a project, task or part of a description that is the only one. One request a page and user.
        """
        start, end = selection.window or (None, None)
        query = EntryQuery(
            start=None if start is None else shift(start, -DAY * (1 + LONGEST_ENTRY)),
            end=None if end is None else shift(end, DAY),
            project_id=_only(selection.projects),
            task_id=_only(selection.tasks),
            tag_ids=tuple(sorted(selection.tags)),
            description=_searchable(selection.descriptions),
            in_progress=True if selection.running else None,
        )
        account = self._account()
        found: Iterator[Entry]
        if len(users) > 1:
            lists = [
                _begun(self._api().list_all(account.workspace, user, query))
                for user in asking(users)
            ]
            found = merge(*lists, key=lambda entry: entry.start, reverse=True)
        else:
            user = users[0] if users else account.user.id
            found = self._api().list_all(account.workspace, user, query)
        for entry in found:
            if selection.holds(entry, self._now):
                yield entry

    def waiting(self, selection: Selection) -> Reading:
        """Return what waits of a selection, for where the service can't be asked."""
        found: dict[EntryId, Entry] = {}
        waiting = self._lay_over(found, selection)
        entries = sorted(found.values(), key=start_order)
        return Reading(entries, self._now, waiting & found.keys())

    def changes_waiting(self, selection: Selection) -> int:
        """Return how many changes wait that are in a selection, or delete something."""
        found: dict[EntryId, Entry | None] = {}
        self._overlay(found)
        return sum(entry is None or selection.holds(entry, self._now) for entry in found.values())

    def current(self) -> Entry | None:
        """Return the running entry, None where there is none.

        Where the service can't be asked, it is the timer that waits: it is started later than any.
        """
        account, queue = self._account(), self._queue()
        owner = (account.user.id, account.workspace)
        try:
            running = self._api().current(account.workspace, account.user.id)
        except (OfflineError, RateLimitedError, ServerError):
            waits = None if queue is None else queue.timer(None, owner)
            if waits is None or not isinstance(waits.id, Queued):
                raise
            return waits
        return running if queue is None else queue.timer(running, owner)

    def one(self, entry: EntryId) -> Entry:
        """Return an entry by its id. Raises NotFoundError, also for one that is deleted here."""
        queue = self._queue()
        found: dict[EntryId, Entry | None] = {}
        if isinstance(entry, Queued) and queue is not None:
            entry = queue.known(entry) or entry  # it may be sent by now
        read: Entry | None = None
        if not isinstance(entry, Queued):
            found[entry] = read = self._api().get(self._account().workspace, entry)
        if queue is not None:
            self._overlay(found)
        here = found.get(entry, read)
        if here is None:
            gone = f"the entry {entry} was deleted here, which waits to be sent"
            raise NotFoundError(
                gone if entry in found else f"there is no entry {entry}", "see: clocktool pending"
            )
        return here

    def newest(self) -> list[Entry]:
        """Return the newest entries, a page of them, with what waits."""
        account = self._account()
        page = self._api().page(account.workspace, account.user.id, EntryQuery(), size=REACH)
        found = {entry.id: entry for entry in page}
        self._lay_over(found, Selection())
        return list(found.values())

    def finished(self, back: int) -> Entry | None:
        """Return the finished entry so many before the newest, of those that started by now.

        Of equal starts the one made last is the newest. It takes one page, unless that ends within
        entries of one start. Where the service can't be asked, it is the newest that waits.
        """
        account, size = self._account(), 50 if back < 40 else REACH
        read: dict[EntryId, Entry] = {}
        try:
            for page in self._api().list_pages(account.workspace, account.user.id, size):
                read |= {entry.id: entry for entry in page}
                found = self._finished(read)
                is_there = len(found) > back and page
                if is_there and (len(page) < size or page[-1].start < found[back].start):
                    break
        except (OfflineError, RateLimitedError, ServerError):
            if back or not self._finished({}):
                raise
        found = self._finished(read)
        return found[back] if len(found) > back else None

    def _finished(self, read: dict[EntryId, Entry]) -> list[Entry]:
        shown = dict(read)
        self._lay_over(shown, Selection())
        found = [each for each in shown.values() if not each.running and each.start <= self._now]
        return sorted(found, key=start_order, reverse=True)

    def _lay_over(self, found: dict[EntryId, Entry], selection: Selection) -> frozenset[EntryId]:
        """Lay what waits over entries; what no longer fits the selection goes."""
        if self._queue() is None:
            return frozenset()
        shown: dict[EntryId, Entry | None] = dict(found)
        waiting = self._overlay(shown)
        found.clear()
        for key, entry in shown.items():
            fits = key not in waiting or (entry and selection.holds(entry, self._now))
            if entry is not None and fits:
                found[key] = entry
        return waiting

    def _overlay(self, found: dict[EntryId, Entry | None]) -> frozenset[EntryId]:
        queue = self._queue()
        if queue is None:
            return frozenset()
        account = self._account()
        return queue.overlay(found, (account.user.id, account.workspace))


def _begun(entries: Iterator[Entry]) -> Iterator[Entry]:
    """Return entries of which the first page is read."""
    return chain([*islice(entries, 1)], entries)


def _only(ids: frozenset[str]) -> str | None:
    return next(iter(ids)) if len(ids) == 1 else None


def _searchable(descriptions: frozenset[str]) -> str | None:
    """Return the one part of a description that a server may search for.

    Only in ASCII: the case of other letters is not the same to every server.
    """
    part = _only(descriptions)
    return part if part and part.isascii() and not part.isspace() else None
