"""All reads of entries: from the service, with pending changes of the outbox applied."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from functools import cached_property
from heapq import merge
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from clocktool.api.entries import LONGEST_ENTRY, EntryQuery
from clocktool.domain.entry import Draft, Entry, start_order
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.selection import Selection
from clocktool.domain.time.instant import DAY, FIRST, Instant, shift
from clocktool.errors import UNAVAILABLE, ClocktoolError, NotFoundError
from clocktool.storage.failure import DamagedError

if TYPE_CHECKING:
    from clocktool.api.client import Client
    from clocktool.domain.directory import Account
    from clocktool.domain.totals import Question, Totals
    from clocktool.history.loader import Answer, Loader
    from clocktool.history.mirror import Mirror, Stamp

T = TypeVar("T")

MAX_SEARCHED = 1000
"""How many of the newest entries are searched."""


class Layer(Protocol):
    """A snapshot of pending changes, applied to entries as they are read."""

    @property
    def ids(self) -> frozenset[EntryId] | None:
        """The ids of the affected entries; None if an entry with any id may be affected."""
        ...

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
    """A stream of entries to read once. Only entries with pending changes stay in memory."""

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


class Added(msgspec.Struct):
    """Totals, and ``entries`` to add one by one; their overlap is in the totals already.

    ``waiting`` is the number of those with pending changes.
    """

    totals: "list[Totals]"
    entries: list[Entry] = []
    waiting: int = 0


class _Newest(msgspec.Struct, frozen=True):
    """The newest entries, as this run has read them: all that start after ``first``."""

    entries: dict[EntryId, Entry]
    first: Instant


class Source(Protocol):
    """What a run provides to its history; each part is made when it is first used."""

    now: Instant
    """The instant of the command."""

    def connect(self) -> "Client":
        """Return the client of the service, after sending pending changes."""
        ...

    @property
    def account(self) -> "Account":
        """The user and the workspace."""
        ...

    @property
    def account_to_write(self) -> "Account":
        """The account of the pending changes to show; its ids are empty while it is unknown."""
        return self.account

    @property
    def queue(self) -> PendingChanges | None:
        """The pending changes; None if there can be none."""
        return None

    @property
    def loader(self) -> "Loader | None":
        """Asks for entries and keeps them; None where entries are not mirrored."""
        return None

    @property
    def rated(self) -> Callable[[Entry], Entry] | None:
        """Sets the user's own rate of an entry; None without own rates."""
        return None

    @property
    def rate_changes(self) -> Sequence[Instant]:
        """The instants at which the user's own rates begin to count, sorted."""
        return ()

    def with_ids(self, entry: Entry) -> Entry:
        """Return a pending entry with the ids of its names, as filters match ids."""
        return entry

    def renamed(self, entry: Entry) -> Entry:
        """Return an entry of the mirror with the current names of its project, task and tags."""
        return entry


class History:
    """The entries of an account."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._now = source.now
        self._renamed = source.renamed
        self._is_waiting_only = False
        self._must_ask = False
        self._newest: list[Entry] | None = None
        self._oldest: Stamp | None = None
        """When the oldest entries that the mirror gave were requested; None if it gave none."""
        self.error: ClocktoolError | None = None
        """Why the mirror answered in place of the service; None if the service was not needed."""
        self._last: _Newest | None = None

    @property
    def waiting_only(self) -> "History":
        """The reads of pending changes alone, for when the service can't be reached."""
        history = copy(self)
        history._is_waiting_only = True  # noqa: SLF001  # a copy of itself
        return history

    @property
    def from_service(self) -> "History":
        """The reads of the service alone, for what bills, or changes or deletes many entries.

        All of a window is asked for, and the mirror never answers in its place.
        """
        history = copy(self)
        history._must_ask = True  # noqa: SLF001  # a copy of itself
        return history

    @property
    def _fallback(self) -> "Loader | None":
        """The loader with the mirror that answers if the service does not; None for no such."""
        return None if self._must_ask else self._loader

    @cached_property
    def _loader(self) -> "Loader | None":
        return self._source.loader

    def on_disk(self) -> "History":
        """Return a history that makes no request. It raises OfflineError for what the mirror lacks.

        On the local workspace it is this history.
        """
        if self._loader is None:
            return self
        found = copy(self)
        found.__dict__["_loader"] = self._loader.on_disk()
        return found

    @property
    def as_of(self) -> Instant | None:
        """As of when the mirror has answered in this run; None if it was not used."""
        return None if self._oldest is None else self._oldest.as_of

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

        def read() -> dict[EntryId, Entry]:
            reading = self.fetch(selection, users, asking, counted)
            return {entry.id: entry for entry in reading}

        try:
            found = read()
        except DamagedError:  # the mirror is deleted now
            found = read()
        running = next((entry for entry in found.values() if entry.running), None)
        waiting = frozenset[EntryId]()
        if not users or self._source.account.user.id in users:
            waiting = self._apply_pending(found, selection)
        entries = sorted(map(self.rated, found.values()), key=start_order)
        return EntryList(entries, self.as_of or self._now, waiting & found.keys(), running)

    @cached_property
    def rated(self) -> Callable[[Entry], Entry]:
        """Sets the hourly rate of an entry that the user has agreed on, if there is one."""
        return self._source.rated or (lambda entry: entry)

    @cached_property
    def rate_changes(self) -> Sequence[Instant]:
        """The instants at which the user's own rates begin to count, sorted."""
        return self._source.rate_changes

    def stream(
        self,
        selection: Selection,
        users: Sequence[str] = (),
        counted: Callable[[Iterator[Entry]], Iterator[Entry]] = iter,
        asking: Callable[[Sequence[str]], Iterable[str]] = iter,
    ) -> EntryStream:
        """Return the entries of a selection as a stream, without keeping them in memory."""
        layer: Layer | None = None
        account = self._source.account_to_write if self._is_waiting_only else self._source.account
        queue = self._source.queue
        if queue is not None and (not users or account.user.id in users):
            layer = queue.layer((account.user.id, account.workspace))
        entries = self.fetch(selection, users, asking, counted)
        return EntryStream(
            entries,
            layer,
            lambda each: self._matches(selection, each),
            self._resolved,
            self.as_of or self._now,
        )

    def holds(self, users: Sequence[str], window: tuple[Instant, Instant] | None) -> bool:
        """Return whether the mirror has a window of each of these users, as of any time."""
        loader = self._loader
        return loader is not None and all(loader.holds(user, window) for user in users)

    def fetch(
        self,
        selection: Selection,
        users: Sequence[str] = (),
        asking: Callable[[Sequence[str]], Iterable[str]] = iter,
        counted: Callable[[Iterator[Entry]], Iterator[Entry]] = iter,
    ) -> Iterator[Entry]:
        """Return the entries of a selection without pending changes, newest start first.

        They are asked for here, or come from the mirror. A single project, task or part of a
        description is filtered by the server. Entries outside the window are dropped here.
        """
        if self._is_waiting_only:
            return iter(())
        account, loader = self._source.account, self._loader
        query = _query(selection)
        wanted = users or (account.user.id,)
        one_each = asking(wanted) if len(wanted) > 1 else wanted
        if loader is None:
            found = counted(self._from_service(selection, one_each, query))
        else:
            answers = loader.answers(
                one_each, selection.window, query, must_ask=self._must_ask, counted=counted
            )
            found = _recovering(loader.entries(answers), loader.mirror)
            if self._note_kept(answers):
                found = map(self._renamed, found)
        return (entry for entry in found if selection.matches(entry, self._now))

    def _from_service(
        self, selection: Selection, users: Iterable[str], query: EntryQuery
    ) -> Iterator[Entry]:
        """Return entries as the service has them. Makes one request for each page and user.

        A server may read the bounds as instants or as local times of the account's zone, so a day
        more on each side is requested. The first bound is ``LONGEST_ENTRY`` days earlier, because
        servers filter by start only.
        """
        if selection.window is not None:
            start, end = selection.window
            start = shift(start, -DAY * (1 + LONGEST_ENTRY))
            query = msgspec.structs.replace(query, start=start, end=shift(end, DAY))
        workspace = self._source.account.workspace
        lists = (self._source.connect().entries.list_all(workspace, user, query) for user in users)
        if isinstance(users, tuple | list) and len(users) == 1:
            return next(lists)
        return merge(*map(_begun, lists), key=lambda entry: entry.start, reverse=True)

    def totals(
        self,
        question: "Question",
        users: Sequence[str] = (),
        counted: Callable[[Iterator[Entry]], Iterator[Entry]] = iter,
        asking: Callable[[Sequence[str]], Iterable[str]] = iter,
    ) -> "Added | None":
        """Return the time of entries, added up for each user; None where that must be done here."""
        if self._is_waiting_only:
            return None
        account, loader = self._source.account, self._loader
        wanted = users or (account.user.id,)
        one_each = asking(wanted) if len(wanted) > 1 else wanted
        if loader is None:
            api = self._source.connect().entries
            if not api.has_sums:
                return None
            return Added([api.sums(account.workspace, user, question) for user in one_each])
        layer: Layer | None = None
        queue, me = self._source.queue, account.user.id
        if queue is not None and me in wanted:
            layer = queue.layer((me, account.workspace))
        if layer is not None and layer.ids is None:
            return None
        answers = loader.answers(
            one_each, question.selection.window, _query(question.selection), counted=counted
        )
        self._note_kept(answers)
        added = Added([])
        for answer in answers:
            self._add_up(added, answer, question, layer if answer.user == me else None)
        return added

    def _add_up(
        self, added: "Added", answer: "Answer", question: "Question", layer: Layer | None
    ) -> None:
        """Add up what the mirror has, and return the entries with pending changes one by one."""
        from clocktool.history.mirror_sums import Extra

        assert self._loader is not None  # noqa: S101  # it has given the answer
        mirror, selection = self._loader.mirror, question.selection
        ids = frozenset[EntryId]() if layer is None else layer.ids or frozenset()
        single = [it.entry for it in answer.reaching]
        kept = [*mirror.among(answer.parts, map(str, ids)), *(it for it in single if it.id in ids)]
        singles = [it for it in map(self._renamed, single) if it.id not in ids]
        singles = [it for it in singles if selection.matches(it, self._now)]
        if layer is not None:
            found: dict[EntryId, Entry | None] = {
                it.id: it for it in map(self._renamed, kept) if selection.matches(it, self._now)
            }
            changed = layer.apply(found)
            for key, each in found.items():
                if each is not None and (key not in changed or self._matches(selection, each)):
                    added.waiting += key in changed
                    singles.append(self._resolved(each))
        spans = [
            (it.start, max(it.start, it.end or self._now)) for it in singles if not it.is_break
        ]
        extra = Extra(tuple(map(str, ids)), spans)
        added.totals.append(mirror.totals(answer.parts, question, extra, self._renamed))
        added.entries.extend(singles)

    def _note_kept(self, answers: "Sequence[Answer]") -> bool:
        """Note as of when entries are known; return whether any were kept by an earlier read."""
        kept = [each for each in answers if each.is_kept]
        for each in kept:
            self._note(each.as_of, each.error)
        return bool(kept)

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

        If the service can't be reached, a pending timer is returned, which started after any other,
        or else the timer in the mirror.
        """
        try:
            account = self._source.account
        except UNAVAILABLE:  # the account was never reached
            waits = self._waiting_timer(self._source.account_to_write)
            if waits is None:
                raise
            return waits
        queue, loader = self._source.queue, self._loader
        user = account.user.id
        stamp = None if loader is None else loader.mirror.begin(self._now)
        try:
            running = self._source.connect().entries.current(account.workspace, user)
        except UNAVAILABLE as error:
            waits = self._waiting_timer(account)
            if waits is not None:
                return waits
            loader = self._fallback
            as_of = None if loader is None else loader.as_of(user, self._now)
            if loader is None or as_of is None or not error.is_temporary:
                raise
            kept = self._read(loader.mirror.timer(user), as_of, error)
            running = None if kept is None else self._renamed(kept)
        else:
            if loader is not None and stamp is not None:
                self._keep([] if running is None else [running])
                loader.mirror.remove_timers(user, stamp)
        return running if queue is None else queue.timer(running, (user, account.workspace))

    def _waiting_timer(self, owner: "Account") -> Entry | None:
        """Return the pending timer that started last, or None."""
        queue = self._source.queue
        waits = None if queue is None else queue.timer(None, (owner.user.id, owner.workspace))
        return waits if waits is not None and isinstance(waits.id, Queued) else None

    def get(self, entry: EntryId) -> Entry:
        """Return an entry by its id.

        Raises NotFoundError if there is none, or if its delete is pending.
        """
        queue = self._source.queue
        found: dict[EntryId, Entry | None] = {}
        if queue is not None:  # it may have been sent, or made again by undo or redo
            entry = queue.server_id(entry) or entry
        read: Entry | None = None
        if not isinstance(entry, Queued):
            found[entry] = read = self._get(entry)
        if queue is not None:
            self._overlay(found)
        here = found.get(entry, read)
        if here is None:
            gone = f"entry {entry} was deleted here; the delete is waiting to be sent"
            raise NotFoundError(
                gone if entry in found else f"no entry {entry}", "see: clocktool pending"
            )
        return self.rated(here)

    def _get(self, entry: Known) -> Entry:
        """Return an entry as the service has it, or if that can't be reached, the mirror."""
        try:
            return self._source.connect().entries.get(self._source.account.workspace, entry)
        except UNAVAILABLE as error:
            loader = self._fallback
            kept = None if loader is None else loader.mirror.get(entry)
            if kept is None or not error.is_temporary:
                raise
            return self._renamed(self._read(kept.entry, kept.stamp, error))

    def ending(self, ending: str) -> list[Entry]:
        """Return the newest entries with an id that ends with a text, with pending changes."""
        account = self._source.account
        if self._newest is None:
            try:
                self._newest = self._source.connect().entries.page(
                    account.workspace, account.user.id, EntryQuery(), size=MAX_SEARCHED
                )
            except UNAVAILABLE as error:
                loader = self._fallback
                kept = [] if loader is None else loader.mirror.ending(account.user.id, ending)
                if not kept or not error.is_temporary:
                    raise
                return self._endings(
                    [self._renamed(self._read(it.entry, it.stamp, error)) for it in kept], ending
                )
            self._keep(self._newest)
        return self._endings(self._newest, ending)

    def recent(self) -> list[Entry]:
        """Return the newest entries with pending changes; of the mirror if no answer comes."""
        account, loader = self._source.account, self._fallback
        try:
            found = self._source.connect().entries.page(
                account.workspace, account.user.id, EntryQuery(), size=MAX_SEARCHED
            )
        except UNAVAILABLE as error:
            if loader is None or not error.is_temporary:
                raise
            found = list(map(self._renamed, loader.newest(account.user.id, MAX_SEARCHED)))
            if not found:
                raise
        else:
            self._keep(found)
        return self._with_pending(found)

    def newest_on_disk(self) -> list[Entry]:
        """Return the newest entries on this machine, with pending changes.

        Only if there are none, and with ``--fresh``, the service is asked.
        """
        loader = self._loader
        if loader is None or loader.is_fresh:
            return self.recent()
        found = map(self._renamed, loader.newest(self._source.account.user.id, MAX_SEARCHED))
        return self._with_pending(found) or self.recent()

    def _with_pending(self, found: Iterable[Entry]) -> list[Entry]:
        shown = {entry.id: entry for entry in found}
        self._apply_pending(shown, Selection())
        return list(shown.values())

    def _endings(self, entries: Sequence[Entry], ending: str) -> list[Entry]:
        found = {entry.id: entry for entry in entries}
        self._apply_pending(found, Selection())
        return [entry for key, entry in found.items() if str(key).endswith(ending)]

    def finished(self, back: int) -> Entry | None:
        """Return the finished entry ``back`` places before the newest, of those started by now.

        If starts are equal, the entry created last is the newest. Makes one request, or more if the
        page ends among entries with the same start. If the service can't be reached, it comes from
        the mirror if that holds the time since then, or it is the newest pending entry.
        """
        size = 50 if back < 40 else MAX_SEARCHED
        try:
            account = self._source.account
        except UNAVAILABLE:  # the account was never reached
            found = self._finished({})
            if back or not found:
                raise
            return found[0]
        if self._last is not None:
            found = self._finished(self._last.entries)
            if len(found) > back and self._last.first < found[back].start:
                return found[back]
        read: dict[EntryId, Entry] = {}
        try:
            for page in self._source.connect().entries.list_pages(
                account.workspace, account.user.id, EntryQuery(), size=size
            ):
                self._keep(page)
                read |= {entry.id: entry for entry in page}
                found = self._finished(read)
                is_there = len(found) > back and page
                if is_there and (len(page) < size or page[-1].start < found[back].start):
                    first = FIRST if len(page) < size else page[-1].start
                    self._last = _Newest(read, first)
                    break
        except UNAVAILABLE as error:
            loader = self._fallback
            kept = None if loader is None else loader.newest(account.user.id, MAX_SEARCHED)
            found = self._finished({} if kept is None else {each.id: each for each in kept})
            if kept is None or loader is None or not error.is_temporary:
                if back or not found:
                    raise
                return found[0]
            since = found[back].start if len(found) > back else FIRST
            as_of = loader.as_of(account.user.id, since)
            if as_of is None:
                if back or not found or not isinstance(found[0].id, Queued):
                    raise
                return found[0]
            last = self._renamed(found[back]) if len(found) > back else None
            return self._read(last, as_of, error)
        found = self._finished(read)
        return found[back] if len(found) > back else None

    def newest(self, selection: Selection, limit: int) -> EntryList | None:
        """Return the newest entries of a long selection, sorted by start, and no fewer than asked.

        Only as many pages are read as are needed. Returns None where the whole list should be read:
        on this machine, for a window that one request answers, and if the service does not answer.
        """
        loader, queue = self._loader, self._source.queue
        window = selection.window
        if loader is None or (window is not None and window[1] - window[0] <= 62 * DAY):
            return None
        account, more = self._source.account, 0
        if queue is not None:
            ids = queue.layer((account.user.id, account.workspace)).ids
            if ids is None:
                return None
            more = len(ids)  # each of them may be deleted or moved
        query = _query(selection)
        if window is not None:
            start = shift(window[0], -DAY * (1 + LONGEST_ENTRY))
            query = msgspec.structs.replace(query, start=start, end=shift(window[1], DAY))
        read: dict[EntryId, Entry] = {}
        size = min(max(limit + more, 50), MAX_SEARCHED)
        try:
            for page in self._source.connect().entries.list_pages(
                account.workspace, account.user.id, query, size=size
            ):
                self._keep(page)
                read |= {each.id: each for each in page if selection.matches(each, self._now)}
                if len(read) > limit + more:
                    break
        except UNAVAILABLE:
            return None
        waiting = self._apply_pending(read, selection)
        entries = sorted(map(self.rated, read.values()), key=start_order)
        return EntryList(entries, self._now, waiting & read.keys())

    def _keep(self, entries: Sequence[Entry]) -> None:
        """Store entries of single or limited reads in the mirror."""
        if self._loader is not None and entries:
            self._loader.mirror.keep(entries, self._now, self._source.account.user.id)

    def _read(self, entry: T, stamp: "Stamp", error: ClocktoolError) -> T:
        """Return what the mirror answered, and note why and as of when."""
        self._note(stamp, error)
        return entry

    def _note(self, stamp: "Stamp", error: ClocktoolError | None) -> None:
        if error is None and stamp.as_of == self._now:
            return
        if self._oldest is None or stamp.number < self._oldest.number:
            self._oldest = stamp
        self.error = self.error or error

    def _finished(self, read: dict[EntryId, Entry]) -> list[Entry]:
        shown = dict(read)
        self._apply_pending(shown, Selection())
        found = [each for each in shown.values() if not each.running and each.start <= self._now]
        return sorted(found, key=start_order, reverse=True)

    def _apply_pending(
        self, found: dict[EntryId, Entry], selection: Selection
    ) -> frozenset[EntryId]:
        """Apply pending changes to entries; drop those that no longer match the selection."""
        if self._source.queue is None:
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
        return self._source.with_ids(pending) if Draft.of(pending).is_unresolved else pending

    def _overlay(self, found: dict[EntryId, Entry | None]) -> frozenset[EntryId]:
        queue = self._source.queue
        if queue is None:
            return frozenset()
        owner = self._source.account_to_write
        return queue.overlay(found, (owner.user.id, owner.workspace))


def _query(selection: Selection) -> EntryQuery:
    """Return what the server can filter of a selection, besides its window."""
    return EntryQuery(
        project_id=_only(selection.projects),
        task_id=_only(selection.tasks),
        tag_ids=tuple(sorted(selection.tags)),
        description=_searchable(selection.descriptions),
        in_progress=True if selection.running else None,
    )


def _begun(entries: Iterator[Entry]) -> Iterator[Entry]:
    """Read the first page of a list; return the iterator over all of it."""
    return chain([*islice(entries, 1)], entries)


def _recovering(entries: Iterator[Entry], mirror: "Mirror") -> Iterator[Entry]:
    """Yield entries of the mirror; if it is damaged, delete it before the error is raised."""
    try:
        yield from entries
    except DamagedError as error:
        mirror.recover(error)
        raise


def _only(ids: frozenset[str]) -> str | None:
    return next(iter(ids)) if len(ids) == 1 else None


def _searchable(descriptions: frozenset[str]) -> str | None:
    """Return the part of a description that the server can search for, if it is the only one.

    It must be ASCII, because servers fold the case of other letters differently.
    """
    part = _only(descriptions)
    return part if part and part.isascii() and not part.isspace() else None
