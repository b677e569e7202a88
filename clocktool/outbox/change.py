"""The interface of a change; the outbox uses only this, so a new kind of change is one file.

A kind of change is a frozen value with five methods: ``describe``, ``send``, ``find`` (has it
arrived?), ``overlay`` (what a read looks like with it) and ``revert`` (the changes that undo it).
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import msgspec

from clocktool.domain.directory import AnyNamed
from clocktool.domain.entry import Draft, Entry, same_content
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.time.instant import Instant
from clocktool.errors import (
    ClocktoolError,
    NotFoundError,
    RateLimitedError,
    RefusedError,
)

if TYPE_CHECKING:
    from clocktool.api.directory import Directory
    from clocktool.api.entries import TimeEntries
    from clocktool.outbox.name_overlay import NameOverlay

Clock = Callable[[Instant], str]
"""Formats an instant for people."""

Overlay = dict[EntryId, Entry | None]
"""Entries by id as a read shows them; None for a deleted entry."""


class State(StrEnum):
    """The state of a change."""

    WAITING = "waiting"
    """It was not sent, or certainly had no effect."""

    SENDING = "sending"
    """It is being sent; if its process was killed, it may have arrived."""

    UNSURE = "unsure"
    """It was sent and the answer was lost: it may have arrived."""

    REFUSED = "refused"
    """The service refused it: it stays until the user decides."""

    CONFLICT = "conflict"
    """The entry or item was changed elsewhere: the change stays until the user decides."""

    DONE = "done"
    CANCELLED = "cancelled"
    """It was undone before it was sent; ``redo`` restores it."""


MAY_HAVE_ARRIVED = (State.SENDING, State.UNSURE)
TO_SEND = (State.WAITING, *MAY_HAVE_ARRIVED)
UNDECIDED = (State.REFUSED, State.CONFLICT)
OPEN = (*TO_SEND, *UNDECIDED)
"""The states of changes that are neither done nor cancelled."""


def state_after(error: ClocktoolError) -> State:
    """Return the state of a change after its request failed: unsure if it may have arrived."""
    had_no_effect = error.not_sent or isinstance(error, RateLimitedError)
    return State.WAITING if had_no_effect else State.UNSURE


class Result(msgspec.Struct, frozen=True):
    """The result of a change: the id of an entry or a name, and the digest of its content."""

    entry: Known
    digest: int


class Arrived(msgspec.Struct, frozen=True):
    """The server has the change; ``entry`` is the entry after it.

    For a change of a name, ``thing`` is the item after it, and ``result`` its result. ``keep`` is
    saved in place of the change, by default ``shortened()``.
    """

    entry: Entry | None = None
    keep: "Change | None" = None
    thing: AnyNamed | None = None
    result: Result | None = None


class Due(msgspec.Struct, frozen=True):
    """The change must be sent, perhaps in another form that fits the server's current entry."""

    change: "Change"


class Moot(msgspec.Struct, frozen=True):
    """There is nothing to do any more, and why; an empty reason is not shown."""

    reason: str = ""


class Conflict(msgspec.Struct, frozen=True):
    """The entry or item was changed elsewhere; ``theirs`` is its current state."""

    theirs: Entry | AnyNamed


Finding = Arrived | Due | Moot | Conflict


class Desk(Protocol):
    """What a change needs to act: the API of its workspace, and the outbox's records."""

    @property
    def entries(self) -> "TimeEntries":
        """The requests on time entries."""
        ...

    @property
    def directory(self) -> "Directory":
        """The requests about names."""
        ...

    @property
    def user(self) -> Known:
        """The user who made the change."""
        ...

    @property
    def workspace(self) -> Known:
        """The workspace of the change."""
        ...

    @property
    def number(self) -> int:
        """The number of the change in the outbox."""
        ...

    @property
    def unsure(self) -> bool:
        """Whether the change was sent before and the reply was lost."""
        ...

    @property
    def at(self) -> Instant:
        """When the change was made."""
        ...

    def say(self, text: str) -> None:
        """Write a note about this change for the user."""
        ...

    def clock(self, instant: Instant) -> str:
        """Format an instant for people."""
        ...

    def resolve(self, draft: Draft) -> Draft:
        """Return a draft with ids for its names. Raises NotFoundError, AmbiguousError."""
        ...

    def server_id(self, entry: EntryId) -> Known | None:
        """Return the id of an entry on the server; None while it is not created there."""
        ...

    def shown(self, entry: EntryId, now: Entry | None) -> Entry | None:
        """Return an entry with pending changes applied; ``now`` is its state on the server.

        None if it will be deleted.
        """
        ...

    def get(self, entry: EntryId) -> Entry:
        """Read an entry. Raises NotFoundError."""
        ...

    def timer(self) -> Entry | None:
        """Return the running timer. It is requested once, and again only while one runs."""
        ...

    def last_digest(self, entry: EntryId) -> int | None:
        """Return the digest of an entry after the last change from here; None without one."""
        ...

    def is_from_here(self, entry: EntryId) -> bool:
        """Whether an entry is the result of a change from here."""
        ...

    def follow(self, old: EntryId, new: Entry, *, is_part: bool = False) -> None:
        """Move the records of an entry to the one that replaces it, or copy them to its part."""
        ...

    def alias(self, old: EntryId, new: Known) -> None:
        """Record that a name was made again under another id."""
        ...

    def forget(self, entry: EntryId) -> None:
        """Delete the records of a part, as it was merged into its entry again."""
        ...


class Change(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    """One change of entries, or of a name."""

    effect: ClassVar[str] = "change"
    """The effect: ``make``, ``change`` or ``delete`` an entry, or ``mark`` several."""
    is_preparation: ClassVar[bool] = False
    """Whether it only prepares another change of the same command: ``start`` stops first."""
    is_of_entries: ClassVar[bool] = True
    """Whether it changes entries, not an item with a name."""
    version: ClassVar[Any] = Entry
    """The type of the versions that a conflict keeps: an entry, or an item with a name."""
    is_batch: ClassVar[bool] = False
    """Whether it concerns many entries. Each batch is undone in a transaction of its own."""
    has_draft: ClassVar[bool] = False
    """Whether it writes a draft of an entry, in which names may stand for ids."""
    not_stored: ClassVar[Mapping[str, object]] = {}
    """The fields that are in memory only, with what is stored in their place."""

    @property
    def can_wait(self) -> bool:
        """Whether it may be sent later; else it is an error if it can't be sent at once."""
        return True

    def describe(self, clock: Clock) -> str:
        """Return the change as text: ``edit 'fix login' 09:12``."""
        raise NotImplementedError

    def about(self, number: int) -> frozenset[EntryId]:
        """Return the entries it concerns: changes of one entry are sent in their order."""
        raise NotImplementedError

    def send(self, desk: Desk) -> "Arrived | Moot":
        """Send the request and return its result. Raises what the request raises.

        The names in its draft are resolved: there are only ids.
        """
        raise NotImplementedError

    def find(self, desk: Desk) -> Finding:
        """Return the state of the change on the server, before it is sent or sent again."""
        raise NotImplementedError

    def may_have_created(self, entry: Entry) -> bool:
        """Whether an entry may be its result, if the reply was lost."""
        del entry
        return False

    def overlay(self, entries: Overlay, number: int) -> None:
        """Apply the change to entries that were read."""
        raise NotImplementedError

    def overlay_names(self, names: "NameOverlay", number: int) -> None:
        """Apply the change to names that were read, as if it were sent."""

    def revert(self, desk: Desk, result: Result | None) -> "list[Change]":
        """Return the changes that undo it; none if its result no longer exists.

        Raises RefusedError if the entry has changed since.
        """
        raise NotImplementedError

    def combine(self, later: "Change", number: int) -> "Change | Moot | None":
        """Return one change for this and a later one, both unsent; None if that is impossible."""
        del later, number
        return None

    def on_done(self, desk: Desk, entry: Entry | None) -> None:
        """Update records on this machine after the server has the change."""

    def on_name_done(self, desk: Desk, result: Result) -> None:
        """Update the local records of a name after the change was sent."""

    def override(self, theirs: Any) -> "Change":
        """Return the change that replaces ``theirs``, the state from elsewhere, in a conflict."""
        del theirs
        return self

    def results(self, number: int) -> Sequence[tuple[Instant, EntryId]]:
        """Return the ids of the entries after it, each with the start of the entry."""
        entry = self.entry()
        ids = [] if entry is None else sorted(self.about(number), key=_queued_first)[:1]
        return [(entry.start, each) for each in ids] if entry is not None else []

    def entry(self) -> Entry | None:
        """Return the entry after this change, or the entry that it deletes; None for several."""
        return None

    def name_left(self) -> AnyNamed | None:
        """Return the item after a change of a name; None if it is deleted."""
        return None

    @property
    def base(self) -> Entry | None:
        """The version of an entry that it replaces or deletes, or None."""
        return None

    @property
    def recreates(self) -> EntryId | None:
        """The deleted entry that it creates again, or None."""
        return None

    @property
    def mark_source(self) -> EntryId | None:
        """The entry that passes its mark as invoiced on to the new entry, or None."""
        return self.recreates

    @property
    def has_names(self) -> bool:
        """Whether it writes an entry with a project, a task or tags."""
        draft = self.get_draft()
        return draft is not None and bool(draft.project_id or draft.task_id or draft.tag_ids)

    @property
    def uses(self) -> frozenset[Queued]:
        """The changes that create the names it uses."""
        draft = self.get_draft()
        return frozenset() if draft is None else draft.uses

    def get_draft(self) -> Draft | None:
        """Return the draft that it writes, or None."""
        return None

    @property
    def names_used(self) -> frozenset[object]:
        """The ids of the names that an entry has after it, or of an item's client or project."""
        draft = self.get_draft()
        return frozenset() if draft is None else frozenset(draft.names) | draft.uses

    @property
    def replaced(self) -> Draft | None:
        """The draft that undoing it writes again, or None."""
        return None

    @property
    def removes(self) -> EntryId | None:
        """The id of the name that it deletes, or None."""
        return None

    def with_draft(self, draft: Draft) -> "Change":
        """Return the change with another draft; unchanged if it writes none."""
        del draft
        return self

    def refreshed(self, desk: Desk) -> "Change | None":
        """Return the change with the current entries, which are needed to undo it.

        None if there is nothing to do any more. Raises RefusedError if an entry has changed.
        """
        del desk
        return self

    def shortened(self) -> "Change":
        """Return the change as it is stored once it is done."""
        return self


def _queued_first(entry: EntryId) -> bool:
    return not isinstance(entry, Queued)


class Row(msgspec.Struct, frozen=True):
    """A change in the outbox, with its state and its result."""

    number: int
    action: int
    at: Instant
    state: State
    user: str
    workspace: str
    change: Change
    reason: str = ""
    result: Result | None = None
    theirs: Entry | AnyNamed | None = None

    @property
    def id(self) -> Queued:
        """The id of the entry that it creates, until the server assigns one."""
        return Queued(self.number)

    @property
    def name(self) -> str:
        """The name of the change for users: ``p12``."""
        return str(self.id)

    @property
    def about(self) -> frozenset[EntryId]:
        """The entries it concerns."""
        return self.change.about(self.number)

    def is_of(self, user: str, workspace: str) -> bool:
        """Whether it belongs to a user and workspace; an empty user or workspace matches any."""
        return self.user in ("", user) and self.workspace in ("", workspace)


UNDER_WAY = "under way"
"""The note of an undo that still has batches to do."""


Later = Callable[[Sequence[int]], Change]
"""Returns a change that refers to those saved before it in the same step, by their numbers."""


class Action(msgspec.Struct, frozen=True):
    """A command that changed something; its changes are undone together.

    ``undoes`` is the action that this one undid. A ``whole`` action is completed or rolled back.
    """

    number: int
    at: Instant
    command: str
    whole: bool = False
    undoes: int | None = None
    undone: bool = False
    note: str = ""


class ChangedSinceError(RefusedError):
    """An entry is not as a change left it: ``now`` is what it is, ``left`` what it was, if known.

    The project, the task and the tags of ``left`` may have no names.
    """

    def __init__(self, now: Entry) -> None:
        super().__init__(
            f"the entry {now.id} has changed since",
            f"see it: clocktool show {now.id}; then change it: clocktool edit {now.id}",
        )
        self.now = now
        self.left: Entry | None = None


def is_as_read(desk: Desk, now: Entry, before: Draft) -> bool:
    """Whether an entry is unchanged since it was read; False if a name in it no longer exists."""
    try:
        return same_content(Draft.of(now), desk.resolve(before))
    except NotFoundError:
        return False


def unchanged(desk: Desk, result: Result | None, entry: EntryId) -> Entry | None:
    """Return the current entry of a change, with pending changes applied; None if it is deleted.

    ``entry`` is the entry of a change without a result, as it was sent together with later ones.
    Raises RefusedError if the entry was changed elsewhere since.
    """
    entry = entry if result is None else result.entry
    known = desk.server_id(entry)
    if known is None:
        return desk.shown(entry, None)
    try:
        now = desk.get(known)
    except NotFoundError:
        return None
    last = desk.last_digest(known)
    if result is None and last is None:
        return None
    if Draft.of(now).digest not in (result and result.digest, last):
        raise ChangedSinceError(now)
    return desk.shown(entry, now)
