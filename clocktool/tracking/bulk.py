"""Changing many entries at once: what changes, what may not, and chunks that get through."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool.api.routes import Operation, applied
from clocktool.domain.entry import Draft, Entry
from clocktool.tracking.chunks import in_chunks
from clocktool.tracking.many import Many, Outcome

if TYPE_CHECKING:
    from clocktool.account import Account
    from clocktool.api.entries import TimeEntries
    from clocktool.journal.changes import Changes


class Edit(msgspec.Struct, frozen=True):
    """An entry and what it is to become."""

    entry: Entry
    after: Draft

    @property
    def before(self) -> Draft:
        """What it is now."""
        return Draft.of(self.entry)


class Sorted(msgspec.Struct, frozen=True):
    """Entries by what a change does to them."""

    edits: list[Edit]
    same: list[Entry]
    kept: list[Entry]
    """Locked or approved ones, which may not be changed."""


def sort_out(
    entries: Sequence[Entry], operations: Sequence[Operation], description: str | None
) -> Sorted:
    """Return what operations, and a description, make of entries."""
    found = Sorted([], [], [])
    for entry in entries:
        after = applied(Draft.of(entry), operations)
        if description is not None:
            after = msgspec.structs.replace(after, description=description)
        if entry.held:
            found.kept.append(entry)
        elif after == Draft.of(entry):
            found.same.append(entry)
        else:
            found.edits.append(Edit(entry, after))
    return found


class Bulk:
    """Writes edits in chunks: all of a chunk are written, or none (operation 9)."""

    def __init__(
        self, entries: "TimeEntries", changes: "Changes", many: Many, account: "Account"
    ) -> None:
        self._entries = entries
        self._changes = changes
        self._many = many
        self._workspace = account.workspace
        self._me = account.user.id

    def write(
        self,
        edits: Sequence[Edit],
        operations: Sequence[Operation],
        description: str | None,
        done: Callable[[int], None],
    ) -> list[Outcome[Edit, Entry]]:
        """Write edits and return what became of each, in their order.

        The guide's bulk edit has no operation for the description: where that is all there is,
        an entry is written at a time (operation 4).
        """
        if description is not None and not self._entries.replaces_many:
            return self._many.run(edits, self._rewrite, done)
        outcomes: dict[str, Outcome[Edit, Entry]] = {}
        by_user: dict[str, list[Edit]] = {}
        for edit in edits:
            by_user.setdefault(edit.entry.user_id or self._me, []).append(edit)
        for user, of_user in by_user.items():

            def change(chunk: Sequence[Edit], user: str = user) -> list[Entry]:
                return self._change(user, chunk, operations, description)

            for outcome in in_chunks(of_user, change, self._many, done=done):
                outcomes[outcome.item.entry.id] = outcome
        return [outcomes[edit.entry.id] for edit in edits]

    def _rewrite(self, edit: Edit) -> Entry:
        return self._changes.update(self._workspace, edit.entry, edit.after)

    def _change(
        self,
        user: str,
        chunk: Sequence[Edit],
        operations: Sequence[Operation],
        description: str | None,
    ) -> list[Entry]:
        if description is not None:
            drafts = [(edit.entry, edit.after) for edit in chunk]
            return self._changes.replace_many(self._workspace, user, drafts)
        entries = [edit.entry for edit in chunk]
        return self._changes.bulk_edit(self._workspace, user, entries, operations)
