"""Making an entry, and deleting one: each takes the other back."""

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from clocktool.api.entries import EntryQuery
from clocktool.domain.entry import Draft, Entry, preview_entry, rebase
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.time.instant import shift
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

DAY = 86_400
DESCRIBED = 80
"""How many characters of a description are kept of what is done."""


class Create(Change, frozen=True, tag="create", omit_defaults=True):
    """An entry to be made (operations 1 and 8): by start, add, dup, resume, split, or undo.

    ``owner`` is another user whose it will be. ``again`` is the deleted entry that it brings back,
    ``part_of`` the entry that it is cut from, ``copy_of`` the one that it copies (operation 10).
    """

    effect: ClassVar[str] = "make"

    draft: Draft
    owner: Known | None = None
    again: EntryId | None = None
    part_of: EntryId | None = None
    copy_of: EntryId | None = None

    @property
    def recreates(self) -> EntryId | None:
        """The deleted entry that it makes again."""
        return self.again

    @property
    def mark_source(self) -> EntryId | None:
        """The entry that it makes again, or that it is cut from."""
        return self.part_of if self.again is None else self.again

    @property
    def starts(self) -> bool:
        """Whether it starts a timer of the user's own."""
        return self.owner is None and self.draft.end is None

    def describe(self, clock: Clock) -> str:
        """Return it in words."""
        verb = "start" if self.draft.end is None else "add"
        words = quoted(self.draft.description) if self.draft.description else ""
        return " ".join(filter(None, (verb, words, clock(self.draft.start))))

    def about(self, number: int) -> frozenset[EntryId]:
        """Return the entry that it makes, and the one that it is cut from."""
        made = frozenset({Queued(number)})
        return made if self.part_of is None else made | {self.part_of}

    def send(self, desk: Desk) -> Arrived:
        """Create the entry."""
        draft = desk.resolve(self.draft)
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
        """Look for an entry just like it where it may have arrived.

        A start that has not gets an end where another timer was started elsewhere after it.
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
        # What it copies may be gone by now: it is made from what is known of it.
        return Due(msgspec.structs.replace(self, draft=draft, copy_of=None))

    def _alike(self, desk: Desk, draft: Draft) -> Iterator[Entry]:
        """Yield the entries that it may have made, and that nothing else from here has made."""
        query = EntryQuery(start=shift(draft.start, -DAY), end=shift(draft.start, DAY + 1))
        for entry in desk.entries.list_all(desk.workspace, self.owner or desk.user, query):
            if _is_like(draft, entry) and not desk.is_from_here(entry.id):
                yield entry

    def may_have_created(self, entry: Entry) -> bool:
        """Whether an entry is just like it."""
        return self.owner is None and _is_like(self.draft, entry)

    def entry(self) -> Entry:
        """Return the entry as it will be, without an id of its own."""
        return preview_entry(Known(""), self.draft)

    def get_draft(self) -> Draft:
        """Return the draft that it writes."""
        return self.draft

    def with_draft(self, draft: Draft) -> Change:
        """Return the same with another draft."""
        return msgspec.structs.replace(self, draft=draft)

    def overlay(self, entries: Overlay, number: int) -> None:
        """Show the entry."""
        if self.owner is None:
            entries[Queued(number)] = preview_entry(Queued(number), self.draft)

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Delete the entry, if it is as it was left."""
        now = unchanged(desk, result, Queued(desk.number))
        return [] if now is None else [Delete(now, part_of=self.part_of)]

    def combine(self, later: Change, number: int) -> "Change | Moot | None":
        """Take in a stop, an edit or a delete of the entry: then one request, or none, does."""
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
        """Let marks and undo follow to the new id."""
        if entry is None or isinstance(entry.id, Queued):
            return
        if self.again not in (None, entry.id):
            desk.follow(self.again, entry)
        if self.part_of is not None:
            desk.follow(self.part_of, entry, is_part=True)

    def shortened(self) -> Change:
        """Return what describes it: the entry itself can be read."""
        words = self.draft.description and self.draft.description[:DESCRIBED]
        short = Draft(start=self.draft.start, end=self.draft.end, description=words)
        return msgspec.structs.replace(self, draft=short)


class Delete(Change, frozen=True, tag="delete", omit_defaults=True):
    """An entry to be deleted, as it was read (operation 5).

    ``part_of`` is what it was cut from. ``with_all`` says that it goes with all others in one
    request, which is never sent later: entries that came since would go, too.
    """

    effect: ClassVar[str] = "delete"

    before: Entry
    part_of: EntryId | None = None
    with_all: bool = False

    @property
    def can_wait(self) -> bool:
        """Whether it may wait."""
        return not self.with_all

    def describe(self, clock: Clock) -> str:
        """Return it in words."""
        words = quoted(self.before.description) if self.before.description else ""
        return " ".join(filter(None, ("delete", words, clock(self.before.start))))

    def about(self, number: int) -> frozenset[EntryId]:
        """Return the entry."""
        del number
        return frozenset({self.before.id})

    def send(self, desk: Desk) -> Arrived:
        """Delete the entry; one that never was on the server is gone."""
        entry = desk.server_id(self.before.id)
        if entry is not None:
            desk.entries.delete(desk.workspace, entry)
        return Arrived()

    def find(self, desk: Desk) -> Finding:
        """Compare with what the server has: a change made elsewhere is never thrown away."""
        entry = desk.server_id(self.before.id)
        try:
            now = None if entry is None else desk.get(entry)
        except NotFoundError:
            now = None
        if now is None or entry is None:
            return Arrived()
        if self.with_all:
            return Moot()  # its process was killed before it was carried out
        is_same = is_as_read(desk, now, Draft.of(self.before))
        if not is_same and desk.last_digest(entry) != Draft.of(now).digest:
            return Conflict(now)
        return Due(msgspec.structs.replace(self, before=now))  # undo makes it again as it was

    def on_done(self, desk: Desk, entry: Entry | None) -> None:
        """Forget that a part was invoiced: the whole is."""
        del entry
        if self.part_of is not None:
            desk.forget(self.before.id)

    def override(self, theirs: Entry) -> Change:
        """Return the change that deletes what somebody else made of the entry."""
        return msgspec.structs.replace(self, before=theirs)

    def entry(self) -> Entry:
        """Return the entry that goes."""
        return self.before

    def overlay(self, entries: Overlay, number: int) -> None:
        """Show that the entry is gone."""
        del number
        entries[self.before.id] = None

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Make the entry again; the server gives it another id."""
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
    """Whether an entry may be what a draft has become; a timer may have been ended since."""
    return (
        entry.start == draft.start
        and draft.end in (entry.end, None)
        and entry.description.strip() == (draft.description or "").strip()
        and (entry.project.id if entry.project else None) == draft.project_id
    )
