"""Many entries in one transaction, where the place they go to has those: an import, and its undo.

One change for hundreds of entries: for what was made only ids and digests are kept.
"""

from collections.abc import Sequence
from typing import ClassVar

from clocktool.domain.entry import Draft, Entry
from clocktool.domain.ids import EntryId, Known
from clocktool.domain.instant import Instant
from clocktool.errors import RefusedError
from clocktool.outbox.change import Arrived, Change, Clock, Desk, Finding, Left, Moot, Overlay


class CreateMany(Change, frozen=True, tag="create many", omit_defaults=True):
    """Finished entries to be made, all or none.

    ``made`` is what each of them left. The drafts are not kept once it is done.
    """

    effect: ClassVar[str] = "make"

    count: int
    first: Instant
    drafts: tuple[Draft, ...] = ()
    made: tuple[Left, ...] = ()

    @property
    def keeps(self) -> bool:
        """Return that it never waits."""
        return False

    def describe(self, clock: Clock) -> str:
        """Return it in words."""
        return f"add {_many(self.count)} from {clock(self.first)}"

    def about(self, number: int) -> frozenset[EntryId]:
        """Return nothing: it never waits."""
        del number
        return frozenset()

    def send(self, desk: Desk) -> Arrived:
        """Create the entries."""
        made = desk.entries.create_many(desk.workspace, self.drafts)
        lefts = tuple(Left(entry, digest) for entry, digest in made)
        return Arrived(keep=CreateMany(self.count, self.first, made=lefts))

    def find(self, desk: Desk) -> Finding:
        """Return that nothing is to be done: an import is done again by whoever started it."""
        del desk
        return Moot()

    def leaves(self, number: int) -> Sequence[tuple[Instant, EntryId]]:
        """Return the entries, in their order."""
        del number
        return [(self.first, each.entry) for each in self.made]

    def overlay(self, entries: Overlay, number: int) -> None:
        """Show nothing: it never waits."""

    def revert(self, desk: Desk, left: Left | None) -> list[Change]:
        """Delete the entries that are there, if all of them are as they were left."""
        del left
        ids = {known: made.digest for made in self.made if (known := desk.known(made.entry))}
        found = desk.entries.get_many(desk.workspace, [*ids])
        for entry in found:
            digest = Draft.of(entry).digest
            if digest not in (ids.get(Known(str(entry.id))), desk.left_by(entry.id)):
                raise RefusedError(
                    f"the entry {entry.id} has changed since",
                    f"look at it: clocktool show {entry.id}",
                )
        return [DeleteMany(tuple(found))] if found else []


class DeleteMany(Change, frozen=True, tag="delete many", omit_defaults=True):
    """Entries to be deleted, as they were read, all or none."""

    effect: ClassVar[str] = "delete"

    before: tuple[Entry, ...]

    @property
    def keeps(self) -> bool:
        """Return that it never waits."""
        return False

    def describe(self, clock: Clock) -> str:
        """Return it in words."""
        return f"delete {_many(len(self.before))} from {clock(self.before[0].start)}"

    def about(self, number: int) -> frozenset[EntryId]:
        """Return nothing: it never waits."""
        del number
        return frozenset()

    def send(self, desk: Desk) -> Arrived:
        """Delete the entries."""
        ids = [known for each in self.before if (known := desk.known(each.id)) is not None]
        desk.entries.delete_many(desk.workspace, desk.user, ids)
        return Arrived()

    def find(self, desk: Desk) -> Finding:
        """Return whether the entries are gone."""
        ids = [known for each in self.before if (known := desk.known(each.id)) is not None]
        return Moot() if desk.entries.get_many(desk.workspace, ids) else Arrived()

    def overlay(self, entries: Overlay, number: int) -> None:
        """Show nothing: it never waits."""

    def revert(self, desk: Desk, left: Left | None) -> list[Change]:
        """Make the entries again, under other ids."""
        del desk, left
        drafts = tuple(map(Draft.of, self.before))
        return [CreateMany(len(drafts), drafts[0].start, drafts)]


def _many(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"
