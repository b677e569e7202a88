"""A change of time entries as the journal keeps it: with the instants of the key press.

What an entry was before is kept with it, for undo and to see whether someone else has changed it
since. A name that could not be looked up is kept as ``?name`` in the place of an id.
"""

from enum import StrEnum
from typing import Any

import msgspec

from clocktool.domain.entry import Draft, Entry, FieldValue, ProjectRef, Tag, TaskRef
from clocktool.domain.instant import FIRST, LAST, Instant

UNRESOLVED = "?"
"""What stands before a name that waits to be looked up."""


class State(StrEnum):
    """How far a change has got."""

    SENDING = "sending"
    """It is being sent; of a process that is gone it may have arrived."""

    WAITING = "waiting"
    """It was not sent, or surely not carried out."""

    UNSURE = "unsure"
    """It was sent, and the answer was lost: it may have arrived."""

    DONE = "done"
    REFUSED = "refused"
    """A rule says no, now that it was sent: it stays until it is dropped."""

    CONFLICT = "conflict"
    """The entry was changed elsewhere since: it stays until one of both is kept."""


LEFT = (State.WAITING, State.UNSURE, State.SENDING)
"""The states of what is still to be sent."""

STUCK = (State.REFUSED, State.CONFLICT)
"""The states of what needs a decision."""

UNDER_WAY = (*LEFT, *STUCK)
"""The states of what is not over."""

UNREADABLE = (msgspec.ValidationError, msgspec.DecodeError, ValueError, TypeError)
"""What is raised by columns of which no change, or command, can be made."""


class Fill(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a stop fills in first: ids or unresolved names; None is not said."""

    description: str | None = None
    project_id: str | None = None
    task_id: str | None = None
    tag_ids: tuple[str, ...] | None = None
    fields: tuple[FieldValue, ...] = ()


class Create(msgspec.Struct, frozen=True, tag="create", omit_defaults=True):
    """An entry to be made; ``other`` is the user whose it will be, if not one's own."""

    draft: Draft
    other: str | None = None


class Stop(msgspec.Struct, frozen=True, tag="stop", omit_defaults=True):
    """The timer to be ended, never later than ``longest`` seconds after its start.

    ``known`` is what ran as far as was known; ``silent`` says that none running is as good.
    """

    end: Instant
    known: Entry | None = None
    longest: int | None = None
    fill: Fill | None = None
    silent: bool = False
    after: int | None = None
    """The number of the start that was given this end before it was sent."""


class Update(msgspec.Struct, frozen=True, tag="update", omit_defaults=True):
    """A draft to be put in the place of an entry."""

    before: Entry
    draft: Draft


class Delete(msgspec.Struct, frozen=True, tag="delete", omit_defaults=True):
    """An entry to be deleted.

    ``with_all`` says that it goes with all others in one request, which is never sent later.
    """

    before: Entry
    with_all: bool = False


class Mark(msgspec.Struct, frozen=True, tag="invoiced", omit_defaults=True):
    """Entries to be marked as invoiced or not (operation 11): doing it twice does no harm."""

    entries: tuple[str, ...]
    invoiced: bool


Change = Create | Stop | Update | Delete | Mark


class Row(msgspec.Struct, frozen=True):
    """A change in the journal.

    ``after`` is the entry it left, None for what deletes one; ``theirs`` is the one in its way.
    """

    number: int
    action: int
    at: Instant
    state: State
    user: str
    workspace: str
    change: Change
    reason: str = ""
    after: Entry | None = None
    theirs: Entry | None = None

    @property
    def lasting_name(self) -> str:
        """The name of what it makes, as no other journal gives it: numbers may begin anew."""
        return f"{self.name}@{self.at}"

    @classmethod
    def of(cls, columns: tuple[Any, ...]) -> "Row":
        """Return a change from its columns; texts are bytes. Raises one of UNREADABLE."""
        number, action, at, state, user, workspace, change, reason, after, theirs = columns
        return cls(
            number,
            _integer(action),
            _instant(at),
            State(str(state, "utf-8")),
            str(user, "utf-8"),
            str(workspace, "utf-8"),
            msgspec.json.decode(change, type=Change),
            str(reason, "utf-8"),
            None if after is None else msgspec.json.decode(after, type=Entry),
            None if theirs is None else msgspec.json.decode(theirs, type=Entry),
        )

    @property
    def name(self) -> str:
        """The word it is called by: ``p12``."""
        return f"p{self.number}"

    def is_of(self, user: str, workspace: str) -> bool:
        """Whether it is of a user's workspace; one that was kept before that was known may be."""
        return self.user in ("", user) and self.workspace in ("", workspace)

    def deletes(self, entry: Entry) -> bool:
        """Whether it deletes this entry."""
        return isinstance(self.change, Delete) and self.change.before.id == entry.id

    @property
    def merged(self) -> bool:
        """Whether it is a stop that became the end of a start that waits."""
        return isinstance(self.change, Stop) and self.change.after is not None


class Action(msgspec.Struct, frozen=True):
    """A command that changed something: its changes are undone together."""

    number: int
    at: Instant
    command: str
    undone: bool
    note: str = ""

    @classmethod
    def of(cls, columns: tuple[Any, ...]) -> "Action":
        """Return a command from its columns; texts are bytes. Raises one of UNREADABLE."""
        number, at, command, undone, note = columns
        return cls(number, _instant(at), str(command, "utf-8"), bool(undone), str(note, "utf-8"))


def _integer(column: object) -> int:
    if not isinstance(column, int):
        raise TypeError("a number is none")
    return column


def _instant(column: object) -> Instant:
    instant = Instant(_integer(column))
    if not FIRST <= instant <= LAST:
        raise ValueError("a time is outside the years 1 to 9999")
    return instant


def guess(number: int, draft: Draft, *, id: str | None = None, like: Entry | None = None) -> Entry:  # noqa: A002
    """Return the entry that a draft will be, as far as that is known before it is sent.

    Names are those of ``like``, the entry in whose place it is put, as far as they still apply.
    """
    project = like.project if like else None
    task = like.task if like else None
    tags = {tag.id: tag for tag in like.tags} if like else {}
    if draft.project_id != (project.id if project else None):
        project = _project(draft.project_id)
    if draft.task_id != (task.id if task else None):
        task = None if draft.task_id is None else TaskRef(draft.task_id, _name(draft.task_id))
    return Entry(
        id=id or f"p{number}",
        start=draft.start,
        end=draft.end,
        description=draft.description or "",
        project=project,
        task=task,
        tags=tuple(tags.get(tag) or Tag(tag, _name(tag)) for tag in draft.tag_ids or ()),
        billable=bool(draft.billable),
        type=draft.type or "REGULAR",
        fields=draft.fields or (),
        user_id=like.user_id if like else "",
        user=like.user if like else "",
        workspace_id=like.workspace_id if like else "",
    )


def unresolved(draft: Draft) -> bool:
    """Whether a draft has a name that waits to be looked up."""
    ids = (draft.project_id, draft.task_id, *(draft.tag_ids or ()))
    return any(each is not None and each.startswith(UNRESOLVED) for each in ids)


def _project(project: str | None) -> ProjectRef | None:
    return None if project is None else ProjectRef(project, _name(project))


def _name(key: str) -> str:
    return key.removeprefix(UNRESOLVED) if key.startswith(UNRESOLVED) else ""


def filled(draft: Draft, fill: Fill | None) -> Draft:
    """Return a draft with what a stop fills in; tags and fields are added to those it has."""
    if fill is None:
        return draft
    tags = dict.fromkeys((*(draft.tag_ids or ()), *(fill.tag_ids or ())))
    fields = {each.field_id: each for each in (*(draft.fields or ()), *fill.fields)}
    moved = fill.project_id is not None and (fill.project_id or None) != draft.project_id
    task = None if moved else draft.task_id
    return msgspec.structs.replace(
        draft,
        description=draft.description if fill.description is None else fill.description,
        project_id=draft.project_id if fill.project_id is None else fill.project_id or None,
        task_id=task if fill.task_id is None else fill.task_id or None,
        tag_ids=tuple(tags) or draft.tag_ids,
        fields=tuple(fields.values()) or draft.fields,
    )


def starts(row: Row) -> bool:
    """Whether a change starts a timer of one's own."""
    change = row.change
    return isinstance(change, Create) and change.other is None and change.draft.end is None


def ended(change: Stop) -> Entry:
    """Return the entry that a stop leaves, as far as is known what ran."""
    known = change.known
    if known is None:
        return Entry("", change.end, change.end)
    return msgspec.structs.replace(known, end=max(known.start, change.end))
