"""What the outbox asks of a change. It knows no kind of change; a new kind is one file.

A kind is a frozen value with five abilities: it can describe itself, send itself, find out whether
it has arrived, show what a read looks like with it, and say what takes it back.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol

import msgspec

from clocktool.domain.entry import Draft, Entry, same_content
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.time.instant import Instant
from clocktool.errors import NotFoundError, RefusedError

if TYPE_CHECKING:
    from clocktool.api.entries import TimeEntries

Clock = Callable[[Instant], str]
"""Writes an instant for people."""

Overlay = dict[EntryId, Entry | None]
"""Entries by id as a read shows them; None for one that is deleted."""


class State(StrEnum):
    """How far a change has got."""

    WAITING = "waiting"
    """It was not sent, or certainly not carried out."""

    SENDING = "sending"
    """It is being sent; after the death of its process it may have arrived."""

    UNSURE = "unsure"
    """It was sent and the answer was lost: it may have arrived."""

    REFUSED = "refused"
    """A rule says no: it stays until a person decides."""

    CONFLICT = "conflict"
    """The entry was changed elsewhere: it stays until a person decides."""

    DONE = "done"
    CANCELLED = "cancelled"
    """It was taken back before it was sent; ``redo`` brings it back."""


TO_SEND = (State.WAITING, State.SENDING, State.UNSURE)
UNDECIDED = (State.REFUSED, State.CONFLICT)
OPEN = (*TO_SEND, *UNDECIDED)
"""The states of what is neither done nor cancelled."""


class Result(msgspec.Struct, frozen=True):
    """What a change left: an entry and the digest of its content."""

    entry: Known
    digest: int

    @classmethod
    def of(cls, entry: Entry) -> "Result | None":
        """Return what is kept of an entry that a reply showed; None for one that waits."""
        if isinstance(entry.id, Queued):
            return None
        return cls(entry.id, Draft.of(entry).digest)


class Arrived(msgspec.Struct, frozen=True):
    """The server has it: the entry after it, and what to store instead of ``shortened()``."""

    entry: Entry | None = None
    keep: "Change | None" = None


class Due(msgspec.Struct, frozen=True):
    """It is to be sent, perhaps as another change that fits what the server has by now."""

    change: "Change"


class Moot(msgspec.Struct, frozen=True):
    """There is nothing left to do, and why; an empty reason is not worth a word."""

    reason: str = ""


class Conflict(msgspec.Struct, frozen=True):
    """Somebody else has changed the entry: ``theirs`` is what it is now."""

    theirs: Entry


Finding = Arrived | Due | Moot | Conflict


class Desk(Protocol):
    """What a change may use to act: the API of its workspace, and what the outbox remembers."""

    @property
    def entries(self) -> "TimeEntries":
        """The requests."""
        ...

    @property
    def user(self) -> Known:
        """The user whose change it is."""
        ...

    @property
    def workspace(self) -> Known:
        """The workspace it is in."""
        ...

    @property
    def number(self) -> int:
        """The number of the change in the outbox."""
        ...

    @property
    def unsure(self) -> bool:
        """Whether it was sent before, and the answer was lost."""
        ...

    @property
    def at(self) -> Instant:
        """When it was made."""
        ...

    def say(self, text: str) -> None:
        """Tell the person something about this change."""
        ...

    def clock(self, instant: Instant) -> str:
        """Write an instant for people."""
        ...

    def resolve(self, draft: Draft) -> Draft:
        """Return a draft with ids for its names. Raises NotFoundError, AmbiguousError."""
        ...

    def server_id(self, entry: EntryId) -> Known | None:
        """Return the id that an entry has on the server by now; None while it has none."""
        ...

    def shown(self, entry: EntryId, now: Entry | None) -> Entry | None:
        """Return an entry, on the server ``now``, as it will be once what waits is sent.

        None for one that will not be there.
        """
        ...

    def get(self, entry: EntryId) -> Entry:
        """Read an entry. Raises NotFoundError."""
        ...

    def last_digest(self, entry: EntryId) -> int | None:
        """Return the digest that the last change from here left an entry with; None for none."""
        ...

    def is_from_here(self, entry: EntryId) -> bool:
        """Whether a change from here is known to have left an entry."""
        ...

    def follow(self, old: EntryId, new: Entry, *, is_part: bool = False) -> None:
        """Let what is kept here of an entry be of the one made again, or of its part, too."""
        ...

    def forget(self, entry: EntryId) -> None:
        """Forget what is kept here of an entry: it was a part, and the whole is back."""
        ...


class Change(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    """One change of entries."""

    effect: ClassVar[str] = "change"
    """What it does to an entry: make, change or delete one, or mark several."""
    is_preparation: ClassVar[bool] = False
    """Whether it only makes room for what the same command makes."""
    is_batch: ClassVar[bool] = False
    """Whether it is many entries. Several of those are a transaction each when they are undone."""

    @property
    def can_wait(self) -> bool:
        """Whether it may wait: one that may not is an error where it can't be sent at once."""
        return True

    def describe(self, clock: Clock) -> str:
        """Return it in words: ``edit 'fix login' 09:12``."""
        raise NotImplementedError

    def about(self, number: int) -> frozenset[EntryId]:
        """Return the entries it is about: changes of one entry are sent in their order."""
        raise NotImplementedError

    def send(self, desk: Desk) -> "Arrived | Moot":
        """Make the request, and return what it left. Raises what the request raises."""
        raise NotImplementedError

    def find(self, desk: Desk) -> Finding:
        """Return what has become of it on the server, before it is sent or sent again."""
        raise NotImplementedError

    def may_have_created(self, entry: Entry) -> bool:
        """Whether an entry that was read may be what it made, where its answer was lost."""
        del entry
        return False

    def overlay(self, entries: Overlay, number: int) -> None:
        """Show in what was read what will be when it is sent."""
        raise NotImplementedError

    def revert(self, desk: Desk, result: Result | None) -> "list[Change]":
        """Return what takes it back, none where nothing is left of it.

        Raises RefusedError where the entry has changed since.
        """
        raise NotImplementedError

    def combine(self, later: "Change", number: int) -> "Change | Moot | None":
        """Return one change for this and a later one, both unsent; None where there is none."""
        del later, number
        return None

    def on_done(self, desk: Desk, entry: Entry | None) -> None:
        """Let what is kept on this machine follow, now that the server has it."""

    def override(self, theirs: Entry) -> "Change":
        """Return the change that decides a conflict against what somebody else has made."""
        del theirs
        return self

    def results(self, number: int) -> Sequence[tuple[Instant, EntryId]]:
        """Return the entries that it leaves, each with its start."""
        entry = self.entry()
        ids = [] if entry is None else sorted(self.about(number), key=_queued_first)[:1]
        return [(entry.start, each) for each in ids] if entry is not None else []

    def entry(self) -> Entry | None:
        """Return the entry as this change leaves it, or that it deletes; None for several."""
        return None

    @property
    def recreates(self) -> EntryId | None:
        """The deleted entry that it makes again, None where it makes none again."""
        return None

    @property
    def mark_source(self) -> EntryId | None:
        """The entry whose mark as invoiced that which it makes has, too; None for none."""
        return self.recreates

    @property
    def is_unresolved(self) -> bool:
        """Whether it has a name that is still to be looked up."""
        draft = self.get_draft()
        return draft is not None and draft.is_unresolved

    def get_draft(self) -> Draft | None:
        """Return the draft that it writes, None where it writes none."""
        return None

    def with_draft(self, draft: Draft) -> "Change":
        """Return the same with another draft, where it writes one."""
        del draft
        return self

    def to_store(self) -> "Change":
        """Return what of it is put on disk before it is sent: all that sending it later needs."""
        return self

    def refreshed(self, desk: Desk) -> "Change | None":
        """Return it with all that taking it back needs, read just before it is carried out.

        None where nothing is left to do. Raises RefusedError where an entry has changed since.
        """
        del desk
        return self

    def shortened(self) -> "Change":
        """Return what of it is worth keeping once it is done."""
        return self


def _queued_first(entry: EntryId) -> bool:
    return not isinstance(entry, Queued)


class Row(msgspec.Struct, frozen=True):
    """A change in the outbox, with what became of it."""

    number: int
    action: int
    at: Instant
    state: State
    user: str
    workspace: str
    change: Change
    reason: str = ""
    result: Result | None = None
    theirs: Entry | None = None

    @property
    def id(self) -> Queued:
        """The id of what it makes, until the server gives one."""
        return Queued(self.number)

    @property
    def name(self) -> str:
        """The word a person calls it by: ``p12``."""
        return str(self.id)

    @property
    def about(self) -> frozenset[EntryId]:
        """The entries it is about."""
        return self.change.about(self.number)

    def is_of(self, user: str, workspace: str) -> bool:
        """Whether it is of a user's workspace; one kept before that was known may be."""
        return self.user in ("", user) and self.workspace in ("", workspace)


UNDER_WAY = "under way"
"""The note of an undo of which some batches are still to be done."""


class Action(msgspec.Struct, frozen=True):
    """A command that changed something: its changes are taken back together.

    ``undoes`` is the action that this one took back. A ``whole`` one is carried out to its end or
    not at all.
    """

    number: int
    at: Instant
    command: str
    whole: bool = False
    undoes: int | None = None
    undone: bool = False
    note: str = ""


def is_as_read(desk: Desk, now: Entry, before: Draft) -> bool:
    """Whether an entry is what it was when it was read; one of a name that there is not is not."""
    try:
        return same_content(Draft.of(now), desk.resolve(before))
    except NotFoundError:
        return False


def unchanged(desk: Desk, result: Result | None, entry: EntryId) -> Entry | None:
    """Return an entry that a change left, as it is now with what waits; None where it is gone.

    ``entry`` is what it was about, where it left nothing as it was sent with later changes. Raises
    RefusedError where something else has changed the entry since.
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
        raise RefusedError(
            f"the entry {now.id} has changed since",
            f"look at it: clocktool show {now.id}; then change it with clocktool edit",
        )
    return desk.shown(entry, now)
