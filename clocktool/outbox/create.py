"""Creating and deleting an entry: each undoes the other."""

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from clocktool.api.entries import EntryQuery
from clocktool.domain.entry import Draft, Entry, preview_entry, rebase
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.time.instant import DAY, shift
from clocktool.errors import NotFoundError, quoted
from clocktool.outbox.change import (
    Arrived,
    Change,
    Clock,
    Conflict,
    Desk,
    Due,
    Finding,
    Moot,
    Overlay,
    Result,
    is_as_read,
    unchanged,
)
from clocktool.outbox.edit import Edit
from clocktool.outbox.stop import Stop

DESCRIBED = 80
"""The number of characters of a description that are stored for a change that is done."""


class Create(Change, frozen=True, tag="create", omit_defaults=True):
    """An entry to create (operations 1 and 8): by start, add, dup, resume, split, or undo.

    ``owner`` is another user who will own it. ``again`` is the deleted entry that it restores,
    ``part_of`` the entry that it is split from, ``copy_of`` the one that it copies (operation 10).
    """

    effect: ClassVar[str] = "make"
    has_draft: ClassVar[bool] = True

    draft: Draft
    owner: Known | None = None
    again: EntryId | None = None
    part_of: EntryId | None = None
    copy_of: EntryId | None = None

    @property
    def recreates(self) -> EntryId | None:
        """The deleted entry that it creates again."""
        return self.again

    @property
    def mark_source(self) -> EntryId | None:
        """The entry that it creates again, or that it is split from."""
        return self.part_of if self.again is None else self.again

    @property
    def starts(self) -> bool:
        """Whether it starts the user's timer."""
        return self.owner is None and self.draft.end is None

    def describe(self, clock: Clock) -> str:
        """Return the change as text."""
        verb = "start" if self.draft.end is None else "add"
        title = quoted(self.draft.description) if self.draft.description else ""
        return " ".join(filter(None, (verb, title, clock(self.draft.start))))

    def about(self, number: int) -> frozenset[EntryId]:
        """Return the new entry, and the one that it is split from."""
        made = frozenset({Queued(number)})
        return made if self.part_of is None else made | {self.part_of}

    def send(self, desk: Desk) -> Arrived:
        """Create the entry."""
        draft = self.draft
        if self.again is not None and self.owner is None and desk.entries.has_batches:
            before = desk.server_id(self.again)
            if before is not None:
                return Arrived(desk.entries.create_again(desk.workspace, before, draft))
        source = None if self.copy_of is None else desk.server_id(self.copy_of)
        if source is not None:
            return Arrived(desk.entries.duplicate(desk.workspace, source, draft))
        if self.owner is None:
            return Arrived(desk.entries.create(desk.workspace, draft))
        return Arrived(desk.entries.create_for(desk.workspace, self.owner, draft))

    def find(self, desk: Desk) -> Finding:
        """Look for an equal entry on the server if the change may have arrived.

        A start that has not arrived gets an end if a later timer was started elsewhere.
        """
        draft = desk.resolve(self.draft)
        if desk.unsure:
            for entry in self._alike(desk, draft):
                if entry.running and self.owner is None:
                    desk.entries.note_running(entry)
                return Arrived(entry)
            return Due(self)
        if self.starts:
            running = desk.entries.current(desk.workspace, desk.user)
            if running is not None and running.start >= draft.start:
                draft = msgspec.structs.replace(draft, end=running.start)
                at = desk.clock(running.start)
                desk.say(f"another timer was started elsewhere at {at}, so that it ended there")
        # The copied entry may be deleted: create it from its known values.
        return Due(msgspec.structs.replace(self, draft=draft, copy_of=None))

    def _alike(self, desk: Desk, draft: Draft) -> Iterator[Entry]:
        """Yield equal entries that no other change from here has created: one may be its result."""
        query = EntryQuery(start=shift(draft.start, -DAY), end=shift(draft.start, DAY + 1))
        for entry in desk.entries.list_all(desk.workspace, self.owner or desk.user, query):
            if _is_like(draft, entry) and not desk.is_from_here(entry.id):
                yield entry

    def may_have_created(self, entry: Entry) -> bool:
        """Whether an entry equals the draft."""
        return self.owner is None and _is_like(self.draft, entry)

    def entry(self) -> Entry:
        """Return the new entry, without an id."""
        return preview_entry(Known(""), self.draft)

    def get_draft(self) -> Draft:
        """Return the draft that it writes."""
        return self.draft

    def with_draft(self, draft: Draft) -> Change:
        """Return the change with another draft."""
        return msgspec.structs.replace(self, draft=draft)

    def overlay(self, entries: Overlay, number: int) -> None:
        """Show the entry."""
        if self.owner is None:
            entries[Queued(number)] = preview_entry(Queued(number), self.draft)

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Delete the entry if it is unchanged."""
        now = unchanged(desk, result, Queued(desk.number))
        return [] if now is None else [Delete(now, part_of=self.part_of)]

    def combine(self, later: Change, number: int) -> "Change | Moot | None":
        """Combine with a stop, an edit or a delete of the entry: one request, or none, is sent."""
        match later:
            case Stop(timer=Entry(id=Queued(change))) if change == number and self.starts:
                end = later.end_of(self.draft.start)
                if end <= self.draft.start:
                    return None
                draft = later.filled(msgspec.structs.replace(self.draft, end=end))
                return msgspec.structs.replace(self, draft=draft)
            case Edit(before=Entry(id=Queued(change))) if change == number:
                # What the edit did not change may have been settled since: a name, say.
                draft = rebase(later.draft, Draft.of(later.before), self.draft)
                return msgspec.structs.replace(self, draft=draft)
            case Delete(before=Entry(id=Queued(change))) if change == number:
                return Moot()
        return None

    def on_done(self, desk: Desk, entry: Entry | None) -> None:
        """Move marks and undo to the new id."""
        if entry is None or isinstance(entry.id, Queued):
            return
        if self.again not in (None, entry.id):
            desk.follow(self.again, entry)
        if self.part_of is not None:
            desk.follow(self.part_of, entry, is_part=True)

    def shortened(self) -> Change:
        """Return the change with only its times, description and names: the entry can be read.

        An undo of what created one of the names has to know that it is used.
        """
        draft = self.draft
        short = Draft(
            start=draft.start,
            end=draft.end,
            description=draft.description and draft.description[:DESCRIBED],
            project_id=draft.project_id,
            task_id=draft.task_id,
            tag_ids=draft.tag_ids,
        )
        return msgspec.structs.replace(self, draft=short)


class Delete(Change, frozen=True, tag="delete", omit_defaults=True):
    """An entry to delete, as it was read (operation 5).

    ``part_of`` is the entry it was split from. ``with_all`` means that one request deletes all
    entries; that is never sent later, as it would delete newer entries, too.
    """

    effect: ClassVar[str] = "delete"

    before: Entry
    part_of: EntryId | None = None
    with_all: bool = False

    @property
    def can_wait(self) -> bool:
        """Whether it may be sent later."""
        return not self.with_all

    def describe(self, clock: Clock) -> str:
        """Return the change as text."""
        title = quoted(self.before.description) if self.before.description else ""
        return " ".join(filter(None, ("delete", title, clock(self.before.start))))

    def about(self, number: int) -> frozenset[EntryId]:
        """Return the entry."""
        del number
        return frozenset({self.before.id})

    def send(self, desk: Desk) -> Arrived:
        """Delete the entry; an entry that was never on the server needs no request."""
        entry = desk.server_id(self.before.id)
        if entry is not None:
            desk.entries.delete(desk.workspace, entry)
        return Arrived()

    def find(self, desk: Desk) -> Finding:
        """Compare with the server's entry: a change made elsewhere is never deleted."""
        entry = desk.server_id(self.before.id)
        try:
            now = None if entry is None else desk.get(entry)
        except NotFoundError:
            now = None
        if now is None or entry is None:
            return Arrived()
        if self.with_all:
            return Moot()  # its process was killed before the request took effect
        is_same = is_as_read(desk, now, Draft.of(self.before))
        if not is_same and desk.last_digest(entry) != Draft.of(now).digest:
            return Conflict(now)
        return Due(msgspec.structs.replace(self, before=now))  # undo restores this state

    def on_done(self, desk: Desk, entry: Entry | None) -> None:
        """Merge the mark of a part into the mark of the entry that it was split from."""
        del entry
        if self.part_of is not None:
            desk.forget(self.before.id)

    def override(self, theirs: Entry) -> Change:
        """Return the change that deletes the entry as it was changed elsewhere."""
        return msgspec.structs.replace(self, before=theirs)

    @property
    def base(self) -> Entry | None:
        """The version that it deletes."""
        return None if self.with_all else self.before

    @property
    def replaced(self) -> Draft:
        """The draft that undoing it writes again."""
        return Draft.of(self.before)

    def entry(self) -> Entry:
        """Return the entry to delete."""
        return self.before

    def overlay(self, entries: Overlay, number: int) -> None:
        """Show the entry as deleted."""
        del number
        entries[self.before.id] = None

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Create the entry again; the server assigns another id."""
        del result
        owner = self.before.user_id
        return [
            Create(
                Draft.of(self.before),
                owner=None if owner in ("", desk.user) else Known(owner),
                again=self.before.id,
                part_of=self.part_of,
            )
        ]


def _is_like(draft: Draft, entry: Entry) -> bool:
    """Whether an entry may have been created from a draft; a timer may have been ended since."""
    return (
        entry.start == draft.start
        and draft.end in (entry.end, None)
        and entry.description.strip() == (draft.description or "").strip()
        and (entry.project.id if entry.project else None) == draft.project_id
    )
