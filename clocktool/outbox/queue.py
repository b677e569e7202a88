"""The pending changes of the outbox, and how they are applied to entries that were read."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.time.instant import Instant
from clocktool.errors import NotFoundError
from clocktool.outbox.change import MAY_HAVE_ARRIVED, Arrived, Change, Overlay, Row, State
from clocktool.storage.failure import StorageError

if TYPE_CHECKING:
    from clocktool.api.client import Client
    from clocktool.backends.base import Backend
    from clocktool.domain.directory import Account, Project, Task
    from clocktool.domain.entry import Tag
    from clocktool.outbox.name_overlay import Things
    from clocktool.outbox.store import Store


class Names(Protocol):
    """Looks up names when a change that contains some is sent."""

    def project(self, text: str) -> "Project":
        """Return the project with a name. Raises NotFoundError, AmbiguousError."""
        ...

    def task(self, project: str, text: str) -> "Task":
        """Return the task with a name; ``project`` is an id. Raises the same errors."""
        ...

    def tag(self, text: str) -> "Tag":
        """Return the tag with a name. Raises the same errors."""
        ...


class Accounts(Protocol):
    """The account of the run and its names; each is looked up when it is first used."""

    @property
    def account(self) -> "Account":
        """The user and the workspace."""
        ...

    @property
    def account_to_write(self) -> "Account":
        """The account for changes that can be queued; its ids are empty while it is unknown."""
        ...

    @property
    def names_as_sent(self) -> Names:
        """The names of the workspace without pending changes."""
        ...

    def format_time(self, instant: Instant) -> str:
        """Format an instant for people."""
        ...


class Connection(Protocol):
    """Where changes are sent, and what is stored on this machine with the entries."""

    @property
    def backend(self) -> "Backend":
        """Where requests go."""
        ...

    @property
    def api(self) -> "Client":
        """The requests."""
        ...

    def named(self, entry: Entry) -> Entry:
        """Return an entry with the names that are stored on this machine."""
        ...

    def is_billable(self, project: str) -> bool | None:
        """Whether entries of a project are billable by default; None if unknown."""
        ...

    def follow(self, workspace: str, old: str, new: Entry, *, is_part: bool) -> None:
        """Move the mark as invoiced of an entry to a new one, or copy it to a part."""
        ...

    def forget(self, workspace: str, entry: str) -> None:
        """Merge the mark as invoiced of a deleted part into that of its entry."""
        ...


class Setting(msgspec.Struct, frozen=True):
    """What the run provides to its outbox."""

    connection: Connection
    accounts: Accounts
    now: Callable[[], Instant]
    say: Callable[[str], None]
    command: Callable[[], str]
    """Returns the name of the command, for its action in the log."""


class Queue:
    """The changes made on this machine, with the pending ones, to read them.

    The outbox is one, which also makes and sends changes.
    """

    store: "Store"
    setting: Setting
    fresh: dict[EntryId, Entry]
    """The entries in replies of this run."""
    idle: set[tuple[str, str]] | None
    """While pending changes are sent: the workspace and user of whom no timer runs."""
    _is_broken: bool

    @property
    def undecided(self) -> int:
        """The number of changes that wait for the user's decision."""
        return len(self.store.undecided()) if self.store.exists else 0

    def waiting(self) -> list[Row]:
        """Return the pending changes, those to send and those to decide, oldest first."""
        return self.store.open()

    def overlay(self, entries: Overlay, owner: tuple[str, str] | None = None) -> frozenset[EntryId]:
        """Apply pending changes to entries that were read; return the ids that changed."""
        if not self.store.exists:
            return frozenset()
        return self.show(self.waiting_of(owner), entries)

    def layer(self, owner: tuple[str, str] | None = None) -> "Layer":
        """Return the changes that are pending now, for reads that yield entries one by one."""
        return Layer(self, owner, self.waiting_of(owner) if self.store.exists else [])

    def waiting_of(self, owner: tuple[str, str] | None) -> list[Row]:
        """Return the pending changes of an owner; without an owner, all."""
        return [row for row in self.waiting() if owner is None or row.is_of(*owner)]

    def show(self, rows: Sequence[Row], entries: Overlay) -> frozenset[EntryId]:
        """Apply changes to entries that were read; return the ids that changed."""
        before = dict(entries)
        for row in rows:
            self._remove_arrived(row, entries)
            self.apply_row(row, entries)
        changed = [key for key, entry in entries.items() if before.get(key, 0) is not entry]
        for key in changed:
            entry = entries[key]
            entries[key] = None if entry is None else self.setting.connection.named(entry)
        if names := self.names_of(rows):
            from clocktool.domain.named import renamed

            for key, entry in entries.items():
                entries[key] = None if entry is None else renamed(entry, names)
        return frozenset(changed)

    def overlay_names(self, things: "Things", owner: tuple[str, str] | None = None) -> None:
        """Apply pending changes to names that were read."""
        if self.store.exists:
            self._show_names(self.waiting_of(owner), things)

    def names_of(self, rows: Sequence[Row]) -> "Things":
        """Return the items after changes of names, by id."""
        things: Things = {}
        if of_names := [row for row in rows if not row.change.is_of_entries]:
            self._show_names(of_names, things)
        return things

    def _show_names(self, rows: Sequence[Row], things: "Things") -> None:
        from clocktool.outbox.name_overlay import NameOverlay

        overlay = NameOverlay(things, self.current_id)
        for row in rows:
            row.change.overlay_names(overlay, row.number)

    def apply_row(self, row: Row, entries: Overlay) -> None:
        """Apply a change to entries; its entries may have new ids since it was made."""
        ids = [(each, self.current_id(each)) for each in row.about if each != row.id]
        moved = [(old, new) for old, new in ids if old != new]
        for old, new in moved:
            if new in entries:
                entries[old] = entries.pop(new)
        self.with_default_billable(row.change).overlay(entries, row.number)
        made = entries.get(row.id)
        if made is not None and not made.user_id:
            entries[row.id] = msgspec.structs.replace(
                made, user_id=row.user, workspace_id=row.workspace
            )
        for old, new in moved:
            if old in entries:
                entry = entries.pop(old)
                if entry is not None and entry.id != new:
                    entry = msgspec.structs.replace(entry, id=new)
                entries[new] = entry

    def expected(self, rows: Sequence[Row]) -> list[Arrived]:
        """Return the results that changes will have once they are sent."""
        from clocktool.domain.named import renamed
        from clocktool.outbox.name_overlay import NameOverlay

        entries: Overlay = {}
        names = NameOverlay({}, self.current_id)
        results: list[Arrived] = []
        for row in rows:
            row.change.overlay_names(names, row.number)
            thing = next((names.things[key] for key in row.about if names.things.get(key)), None)
            self.with_default_billable(row.change).overlay(entries, row.number)
            entry = next((entries[key] for key in row.about if entries.get(key)), None)
            if entry is not None:
                entry = self.setting.connection.named(entry)
                if row.change.has_names:
                    entry = renamed(entry, self.names_of(self.still_there()))
            results.append(Arrived(entry, thing=thing))
        return results

    def still_there(self) -> list[Row]:
        """Return the pending changes to send; none if the journal can't be read."""
        try:
            return self.store.waiting()
        except StorageError:
            return []

    def with_default_billable(self, change: Change) -> Change:
        """Return a change with the billable flag that the service will set, if that is known."""
        draft = change.get_draft()
        if draft is None or draft.billable is not None or not isinstance(draft.project_id, str):
            return change
        billable = self.setting.connection.is_billable(draft.project_id)
        return change.with_draft(msgspec.structs.replace(draft, billable=billable))

    def _remove_arrived(self, row: Row, entries: Overlay) -> None:
        """Remove an entry that a change with a lost reply may have created: it would show twice."""
        if row.state not in MAY_HAVE_ARRIVED:
            return
        for key, entry in entries.items():
            is_it = entry is not None and row.change.may_have_created(entry)
            if is_it and isinstance(key, str) and not self.store.has_result(key):
                del entries[key]
                return

    def replacements(self) -> dict[EntryId, EntryId]:
        """Return pending new entries with the entry that passes its mark as invoiced to each."""
        rows = self.waiting() if self.store.exists else []
        made = [(row.id, it) for row in rows if (it := row.change.mark_source) is not None]
        found = [(new, self.mark_of(entry, is_part=False)) for new, entry in made]
        return {new: it[0] for new, it in found if it is not None}

    def mark_of(self, entry: EntryId, *, is_part: bool) -> tuple[EntryId, bool] | None:
        """Return the entry that has the mark as invoiced, and whether ``entry`` is a part of it.

        If an entry was deleted before it was sent, its source has the mark.
        """
        if not isinstance(entry, Queued):
            return entry, is_part
        made = self.store.made_by(entry.change)
        if made is not None:
            return made, is_part
        row = next(iter(self.store.rows([entry.change])), None)
        if row is None or row.state is not State.DONE:
            return entry, is_part
        source, is_part = row.change.mark_source, is_part or row.change.recreates is None
        return None if source is None else self.mark_of(source, is_part=is_part)

    def timer(self, confirmed: Entry | None, owner: tuple[str, str] | None = None) -> Entry | None:
        """Return the timer with pending changes applied; ``confirmed`` is the service's."""
        entries: Overlay = {} if confirmed is None else {confirmed.id: confirmed}
        try:
            self.overlay(entries, owner)
        except StorageError:
            return confirmed
        running = [each for each in entries.values() if each is not None and each.running]
        return max(running, key=lambda each: each.start, default=None)

    def alias(self, old: EntryId, new: Known) -> None:
        """Record the new id of an entry that was created again."""
        self.store.alias(old, new)

    def current_id(self, entry: EntryId) -> EntryId:
        """Return the current id of an entry: the server's, or that of a pending change."""
        newest = self.store.current_id(entry)
        return newest if isinstance(newest, str) else self._on_server(newest) or newest

    def server_id(self, entry: EntryId) -> Known | None:
        """Return the id of an entry on the server; None while it is not created there."""
        if self._is_broken or not self.store.exists:
            return None if isinstance(entry, Queued) else entry
        return self._on_server(entry)

    def _on_server(self, entry: EntryId) -> Known | None:
        newest = self.store.current_id(entry)
        if isinstance(newest, Queued):
            made = self.store.made_by(newest.change)
            return None if made is None else self._on_server(made)
        return newest

    def that(self) -> list[EntryId]:
        """Return the entries that the last command here created or changed, oldest start first.

        For a start, that is the new timer, not the one it ended; for a delete, none.
        """
        if not self.store.exists:
            return []
        account = self.setting.accounts.account_to_write
        owner = account.user.id, account.workspace
        for action in self.store.actions(20):
            rows = self.store.of_action(action.number)
            if not rows and action.undoes is not None:
                rows = self.store.of_action(action.undoes)
            if mine := [row for row in rows if row.is_of(*owner) and row.change.is_of_entries]:
                makes = any(row.change.effect == "make" for row in mine)
                found = [
                    (start, self.server_id(entry) or entry)
                    for row in mine
                    if row.change.effect != "delete" and not (makes and row.change.is_preparation)
                    for start, entry in row.change.results(row.number)
                ]
                return list(dict.fromkeys(entry for _, entry in sorted(found, key=_by_start)))
        return []

    def require_server_id(self, entry: EntryId) -> Known:
        """Return the id of an entry on the server. Raises NotFoundError if it has none yet."""
        if isinstance(entry, str):
            return entry
        raise NotFoundError(
            f"the entry is not sent yet: pending change {entry}",
            f"send it first: clocktool sync; or discard it: clocktool pending drop {entry}",
        )


class Layer:
    """The changes that were pending at one time, without those that were sent since."""

    def __init__(self, queue: Queue, owner: tuple[str, str] | None, rows: Sequence[Row]) -> None:
        self._queue = queue
        self._owner = owner
        self._numbers = {row.number for row in rows}
        self._ids = {
            each for row in rows for entry in row.about for each in (entry, queue.current_id(entry))
        }
        self._made = [row.change for row in rows if row.state in MAY_HAVE_ARRIVED]
        self._names = queue.names_of(rows)

    @property
    def ids(self) -> frozenset[EntryId] | None:
        """The ids of the affected entries; None if an entry with any id may be affected."""
        return None if self._made or self._names else frozenset(self._ids)

    def affects(self, entry: Entry) -> bool:
        """Return whether a change is about an entry or its names, or may have created it."""
        if entry.id in self._ids or any(each.may_have_created(entry) for each in self._made):
            return True
        if not self._names:
            return False
        from clocktool.domain.named import renamed

        return renamed(entry, self._names) != entry

    def apply(self, entries: Overlay) -> frozenset[EntryId]:
        """Apply the changes to the affected entries; return the ids that changed."""
        rows = self._queue.waiting_of(self._owner) if self._numbers else []
        rows = [row for row in rows if row.number in self._numbers]
        return self._queue.show(rows, entries)


def _by_start(each: tuple[Instant, EntryId]) -> Instant:
    return each[0]
