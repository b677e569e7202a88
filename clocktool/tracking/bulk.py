"""Changing many entries at once: what changes, what may not, and chunks that get through."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool.api.routes import Operation, applied
from clocktool.domain.entry import Draft, Entry

if TYPE_CHECKING:
    pass


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


def in_order(edits: Sequence[Edit], changed: Sequence[Entry]) -> list[Entry]:
    """Return the entries of a reply in the order of the edits; one that it lacks as it was."""
    found = {entry.id: entry for entry in changed}
    return [found.get(edit.entry.id, edit.entry) for edit in edits]
