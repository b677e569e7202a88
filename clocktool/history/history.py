"""All reads of entries: from the service, with pending changes of the outbox applied."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from heapq import merge
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

import msgspec

from clocktool.api.entries import EntryQuery
from clocktool.domain.entry import Draft, Entry, start_order
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.selection import Selection
from clocktool.domain.time.instant import Instant, shift
from clocktool.domain.totals import Question, Totals
from clocktool.errors import NotFoundError, OfflineError, RateLimitedError, ServerError

if TYPE_CHECKING:
    from clocktool.api.entries import TimeEntries
    from clocktool.domain.directory import Account

DAY = 86_400
LONGEST_ENTRY = 7
"""How many days before a window entries are requested. Servers filter by start only, and a timer
forgotten over a weekend reaches into the window."""

MAX_SEARCHED = 1000
"""How many of the newest entries are searched."""


class Layer(Protocol):
    """A snapshot of pending changes, applied to entries as they are read."""

    def affects(self, entry: Entry) -> bool:
        """Return whether a pending change may affect an entry."""
        ...

    def apply(self, entries: dict[EntryId, Entry | None]) -> frozenset[EntryId]:
        """Apply the changes to the affected entries; return the ids that changed."""
        ...


class PendingChanges(Protocol):
    """Pending changes, as far as reads need them. None of them is sent yet."""

    def layer(self, owner: tuple[str, str] | None = None) -> Layer:
        """Return a snapshot of the pending changes."""
        ...

    def overlay(
        self, entries: dict[EntryId, Entry | None], owner: tuple[str, str] | None = None
    ) -> frozenset[EntryId]:
        """Apply pending changes to entries; return the ids that changed."""
        ...

    def timer(self, confirmed: Entry | None, owner: tuple[str, str] | None = None) -> Entry | None:
        """Return the running entry after all pending changes; ``confirmed`` is the service's."""
        ...

    def server_id(self, entry: EntryId) -> Known | None:
        """Return the id of an entry on the server, or None if it has none yet."""
        ...


class EntryList(msgspec.Struct, frozen=True):
    """Entries, sorted by start, as of the instant ``as_of``.

    ``waiting`` holds the ids of entries with pending changes.
    """

    entries: list[Entry]
    as_of: Instant
    waiting: frozenset[EntryId] = frozenset()
    running: Entry | None = None
    """The running entry among them, as the service returned it."""


class EntryStream:
    """A stream of entries, to iterate over once. Only entries with pending changes are kept."""

    def __init__(
        self,
        entries: Iterator[Entry],
        layer: Layer | None,
        holds: Callable[[Entry], bool],
        with_ids: Callable[[Entry], Entry],
        as_of: Instant,
    ) -> None:
        self.as_of = as_of
        self.waiting = 0
        """The number of entries with pending changes. It is complete after the iteration."""
        self._entries = entries
        self._layer = layer
        self._holds = holds
        self._with_ids = with_ids

    def __iter__(self) -> Iterator[Entry]:
        """Yield entries in no fixed order. Those with pending changes come last."""
        layer = self._layer
        if layer is None:
            yield from self._entries
            return
        held: dict[EntryId, Entry | None] = {}
        for entry in self._entries:
            if layer.affects(entry):
                held[entry.id] = entry
            else:
                yield entry
        changed = layer.apply(held)
        for key, each in held.items():
            if each is not None and (key not in changed or self._holds(each)):
                self.waiting += key in changed
                yield self._with_ids(each)


class History:
    """The entries of an account. ``queue`` returns None if changes are never pending.

    ``rated`` returns what sets the user's own rate of an entry, None where they have none, and
    ``rate_changes`` when such rates begin to count, sorted.
    ``owner`` returns the account of the pending changes to show; its ids are empty while unknown.
    ``with_ids`` adds known ids to names in a pending entry, because filters match ids.
    """

    def __init__(
        self,
        entries: "Callable[[], TimeEntries]",
        account: "Callable[[], Account]",
        queue: "Callable[[], PendingChanges | None]",
        now: Instant,
        *,
        with_ids: Callable[[Entry], Entry] = lambda entry: entry,
        owner: "Callable[[], Account] | None" = None,
        rated: Callable[[], Callable[[Entry], Entry] | None] = lambda: None,
        rate_changes: Callable[[], Sequence[Instant]] = tuple,
    ) -> None:
        self._rated = rated
        self._rate_changes = rate_changes
        self._with_ids = with_ids
        self._api = entries
        self._account = account
        self._owner = owner or account
        self._queue = queue
        self._now = now

    @property
    def now(self) -> Instant:
        """The time of this run."""
        return self._now

    def entries(
        self,
        selection: Selection,
        users: Sequence[str] = (),
        counted: Callable[[Iterator[Entry]], Iterator[Entry]] = iter,
        asking: Callable[[Sequence[str]], Iterable[str]] = iter,
    ) -> EntryList:
        """Return the entries of a selection, of the account's user unless ``users`` are given.

        To show progress, ``counted`` wraps the iterator of entries (newest first), and ``asking``
        the iterator of several users, each before their list is requested.
        """
        found = {entry.id: entry for entry in counted(self.fetch(selection, users, asking))}
        running = next((entry for entry in found.values() if entry.running), None)
        waiting = frozenset[EntryId]()
        if not users or self._account().user.id in users:
            waiting = self._apply_pending(found, selection)
        entries = sorted(map(self.rated, found.values()), key=start_order)
        return EntryList(entries, self._now, waiting & found.keys(), running)

    @cached_property
    def rated(self) -> Callable[[Entry], Entry]:
        """Sets the hourly rate of an entry that the user has agreed on, if there is one."""
        return self._rated() or (lambda entry: entry)

    @cached_property
    def rate_changes(self) -> Sequence[Instant]:
        """The instants at which the user's own rates begin to count, sorted."""
        return self._rate_changes()

    def stream(
        self,
        selection: Selection,
        users: Sequence[str] = (),
        counted: Callable[[Iterator[Entry]], Iterator[Entry]] = iter,
        asking: Callable[[Sequence[str]], Iterable[str]] = iter,
    ) -> EntryStream:
        """Return the entries of a selection as a stream, without keeping them in memory."""
        layer: Layer | None = None
        account, queue = self._account(), self._queue()
        if queue is not None and (not users or account.user.id in users):
            layer = queue.layer((account.user.id, account.workspace))
        entries = counted(self.fetch(selection, users, asking))
        return EntryStream(
            entries, layer, lambda each: self._matches(selection, each), self._resolved, self._now
        )

    def fetch(
        self,
        selection: Selection,
        users: Sequence[str] = (),
        asking: Callable[[Sequence[str]], Iterable[str]] = iter,
    ) -> Iterator[Entry]:
        """Yield the entries of a selection as the service has them, newest start first.

        Makes one request for each page and user. A server may read the bounds as instants or as
        local times of the account's zone, so a day more on each side is requested, and entries
        outside the window are dropped here. The first bound is ``LONGEST_ENTRY`` days earlier,
        because servers filter by start only. A single project, task or part of a description is
        filtered by the server.
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
            if selection.matches(entry, self._now):
                yield entry

    def totals(
        self,
        question: Question,
        users: Sequence[str] = (),
        asking: Callable[[Sequence[str]], Iterable[str]] = iter,
    ) -> list[Totals] | None:
        """Return the time of entries, added up for each user; None where that must be done here."""
        api, account = self._api(), self._account()
        if not api.has_sums:
            return None
        return [
            api.sums(account.workspace, user, question)
            for user in asking(users or [account.user.id])
        ]

    def waiting(self, selection: Selection) -> EntryList:
        """Return the pending entries of a selection, for when the service can't be reached."""
        found: dict[EntryId, Entry] = {}
        waiting = self._apply_pending(found, selection)
        entries = sorted(found.values(), key=start_order)
        return EntryList(entries, self._now, waiting & found.keys())

    def changes_waiting(self, selection: Selection) -> int:
        """Return how many pending changes are in a selection or delete an entry."""
        found: dict[EntryId, Entry | None] = {}
        self._overlay(found)
        return sum(entry is None or self._matches(selection, entry) for entry in found.values())

    def current(self) -> Entry | None:
        """Return the running entry, or None.

        If the service can't be reached, a pending timer is returned, which started after any other.
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

    def get(self, entry: EntryId) -> Entry:
        """Return an entry by its id.

        Raises NotFoundError if there is none, or if its delete is pending.
        """
        queue = self._queue()
        found: dict[EntryId, Entry | None] = {}
        if isinstance(entry, Queued) and queue is not None:
            entry = queue.server_id(entry) or entry  # it may have been sent meanwhile
        read: Entry | None = None
        if not isinstance(entry, Queued):
            found[entry] = read = self._api().get(self._account().workspace, entry)
        if queue is not None:
            self._overlay(found)
        here = found.get(entry, read)
        if here is None:
            gone = f"entry {entry} was deleted here; the delete is waiting to be sent"
            raise NotFoundError(
                gone if entry in found else f"no entry {entry}", "see: clocktool pending"
            )
        return self.rated(here)

    def newest(self) -> list[Entry]:
        """Return a page of the newest entries, with pending changes."""
        account = self._account()
        page = self._api().page(account.workspace, account.user.id, EntryQuery(), size=MAX_SEARCHED)
        found = {entry.id: entry for entry in page}
        self._apply_pending(found, Selection())
        return list(found.values())

    def finished(self, back: int) -> Entry | None:
        """Return the finished entry ``back`` places before the newest, of those started by now.

        If starts are equal, the entry created last is the newest. Makes one request, or more if the
        page ends among entries with the same start. If the service can't be reached, only the
        newest pending entry is returned.
        """
        account, size = self._account(), 50 if back < 40 else MAX_SEARCHED
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
        self._apply_pending(shown, Selection())
        found = [each for each in shown.values() if not each.running and each.start <= self._now]
        return sorted(found, key=start_order, reverse=True)

    def _apply_pending(
        self, found: dict[EntryId, Entry], selection: Selection
    ) -> frozenset[EntryId]:
        """Apply pending changes to entries; drop those that no longer match the selection."""
        if self._queue() is None:
            return frozenset()
        shown: dict[EntryId, Entry | None] = dict(found)
        waiting = self._overlay(shown)
        found.clear()
        for key, entry in shown.items():
            fits = key not in waiting or (entry and self._matches(selection, entry))
            if entry is not None and fits:
                found[key] = entry
        return waiting

    def _matches(self, selection: Selection, pending: Entry) -> bool:
        """Return whether an entry with pending changes matches a selection."""
        return selection.matches(self._resolved(pending), self._now)

    def _resolved(self, pending: Entry) -> Entry:
        return self._with_ids(pending) if Draft.of(pending).is_unresolved else pending

    def _overlay(self, found: dict[EntryId, Entry | None]) -> frozenset[EntryId]:
        queue = self._queue()
        if queue is None:
            return frozenset()
        owner = self._owner()
        return queue.overlay(found, (owner.user.id, owner.workspace))


def _begun(entries: Iterator[Entry]) -> Iterator[Entry]:
    """Read the first page of a list; return the iterator over all of it."""
    return chain([*islice(entries, 1)], entries)


def _only(ids: frozenset[str]) -> str | None:
    return next(iter(ids)) if len(ids) == 1 else None


def _searchable(descriptions: frozenset[str]) -> str | None:
    """Return the part of a description that the server can search for, if it is the only one.

    It must be ASCII, because servers fold the case of other letters differently.
    """
    part = _only(descriptions)
    return part if part and part.isascii() and not part.isspace() else None
