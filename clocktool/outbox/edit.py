"""Putting a draft in the place of an entry."""

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
    """An entry as it was read, and the draft to be put in its place (operation 4)."""

    before: Entry
    draft: Draft

    def describe(self, clock: Clock) -> str:
        """Return it in words."""
        words = quoted(self.before.description) if self.before.description else ""
        return " ".join(filter(None, ("edit", words, clock(self.before.start))))

    def about(self, number: int) -> frozenset[EntryId]:
        """Return the entry."""
        del number
        return frozenset({self.before.id})

    def send(self, desk: Desk) -> Arrived:
        """Write the draft. Raises NotFoundError where the entry is not on the server."""
        entry = desk.server_id(self.before.id)
        if entry is None:
            raise NotFoundError("the entry was never made", "look: clocktool pending")
        draft = desk.resolve(self.draft)
        return Arrived(desk.entries.update(desk.workspace, entry, draft))

    def find(self, desk: Desk) -> Finding:
        """Compare with what the server has: a change made elsewhere is never written over."""
        entry = desk.server_id(self.before.id)
        try:
            now = None if entry is None else desk.get(entry)
        except NotFoundError:
            now = None
        if now is None or entry is None:
            return Moot("the entry was deleted elsewhere")
        before, draft = Draft.of(self.before), self.draft
        if before.is_unresolved:  # a name that it had may be another by now
            draft = rebase(draft, before, Draft.of(now))
        draft = desk.resolve(draft)
        if same_content(Draft.of(now), draft):
            return Arrived(now)
        if not is_as_read(desk, now, before):
            if desk.last_digest(entry) != Draft.of(now).digest:
                return Conflict(now)
            draft = rebase(draft, before, Draft.of(now))
        return Due(Edit(now, draft))  # undo puts back what is there now

    def on_done(self, desk: Desk, entry: Entry | None) -> None:
        """Let it be known on this machine whether the entry runs."""
        if entry is not None and entry.user_id in ("", desk.user):
            desk.entries.note_entry(entry)

    def override(self, theirs: Entry) -> Change:
        """Return the change that writes it over what somebody else made of the entry."""
        return Edit(theirs, self.draft)

    def entry(self) -> Entry:
        """Return the entry as this change wants it."""
        return preview_entry(self.before.id, self.draft, like=self.before)

    def get_draft(self) -> Draft:
        """Return the draft that it writes."""
        return self.draft

    def with_draft(self, draft: Draft) -> Change:
        """Return the same with another draft."""
        return msgspec.structs.replace(self, draft=draft)

    def overlay(self, entries: Overlay, number: int) -> None:
        """Show the entry as it will be."""
        del number
        now = entries.get(self.before.id, self.before)
        if now is not None:
            draft = rebase(self.draft, Draft.of(self.before), Draft.of(now))
            entries[self.before.id] = preview_entry(self.before.id, draft, like=now)

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Put back what the entry was before."""
        now = unchanged(desk, result, self.before.id)
        if now is None:
            return []
        before = Draft.of(self.before)
        if before.is_unresolved:  # a name that it had may be another by now
            before = rebase(before, self.draft, Draft.of(now))
        return [Edit(now, before)]
