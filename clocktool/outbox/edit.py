"""Replacing an entry by a draft."""

from typing import ClassVar

import msgspec

from clocktool.domain.entry import Draft, Entry, preview_entry, rebase, same_content
from clocktool.domain.ids import EntryId
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


class Edit(Change, frozen=True, tag="edit", omit_defaults=True):
    """An entry as it was read, and the draft that replaces it (operation 4)."""

    has_draft: ClassVar[bool] = True

    before: Entry
    draft: Draft

    def describe(self, clock: Clock) -> str:
        """Return the change as text."""
        title = quoted(self.before.description) if self.before.description else ""
        return " ".join(filter(None, ("edit", title, clock(self.before.start))))

    def about(self, number: int) -> frozenset[EntryId]:
        """Return the entry."""
        del number
        return frozenset({self.before.id})

    def send(self, desk: Desk) -> Arrived:
        """Send the draft. Raises NotFoundError if the entry is not on the server."""
        entry = desk.server_id(self.before.id)
        if entry is None:
            raise NotFoundError("the entry was never created", "see: clocktool pending")
        return Arrived(desk.entries.update(desk.workspace, entry, self.draft))

    def find(self, desk: Desk) -> Finding:
        """Compare with the server's entry: a change made elsewhere is never overwritten."""
        entry = desk.server_id(self.before.id)
        try:
            now = None if entry is None else desk.get(entry)
        except NotFoundError:
            now = None
        if now is None or entry is None:
            return Moot("the entry was deleted elsewhere")
        before, draft = Draft.of(self.before), self.draft
        if before.is_unresolved:  # a name in it may have been changed since
            draft = rebase(draft, before, Draft.of(now))
        draft = desk.resolve(draft)
        if same_content(Draft.of(now), draft):
            return Arrived(now)
        if not is_as_read(desk, now, before):
            if desk.last_digest(entry) != Draft.of(now).digest:
                return Conflict(now)
            draft = rebase(draft, before, Draft.of(now))
        return Due(Edit(now, draft))  # undo restores this state

    def on_done(self, desk: Desk, entry: Entry | None) -> None:
        """Update the last known timer."""
        if entry is not None and entry.user_id in ("", desk.user):
            desk.entries.note_entry(entry)

    def override(self, theirs: Entry) -> Change:
        """Return the change that overwrites the entry as it was changed elsewhere."""
        return Edit(theirs, self.draft)

    def entry(self) -> Entry:
        """Return the entry after this change."""
        return preview_entry(self.before.id, self.draft, like=self.before)

    def get_draft(self) -> Draft:
        """Return the draft that it writes."""
        return self.draft

    @property
    def base(self) -> Entry:
        """The version that it replaces or deletes."""
        return self.before

    @property
    def replaced(self) -> Draft:
        """The draft that undoing it writes again."""
        return Draft.of(self.before)

    def with_draft(self, draft: Draft) -> Change:
        """Return the change with another draft."""
        return msgspec.structs.replace(self, draft=draft)

    def overlay(self, entries: Overlay, number: int) -> None:
        """Apply the draft to the entry."""
        del number
        now = entries.get(self.before.id, self.before)
        if now is not None:
            draft = rebase(self.draft, Draft.of(self.before), Draft.of(now))
            entries[self.before.id] = preview_entry(self.before.id, draft, like=now)

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Restore the entry as it was before."""
        now = unchanged(desk, result, self.before.id)
        if now is None:
            return []
        before = Draft.of(self.before)
        if before.is_unresolved:  # a name in it may have been changed since
            before = rebase(before, self.draft, Draft.of(now))
        return [Edit(now, before)]
