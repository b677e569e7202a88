"""Many entries in one transaction, where the place they go to has those: an import, and its undo.

One change for hundreds of entries: of what was made only ids and digests are kept.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec

from clocktool.domain.entry import Draft
from clocktool.domain.ids import EntryId, Known
from clocktool.domain.time.instant import Instant
from clocktool.errors import RefusedError
from clocktool.outbox.change import Arrived, Change, Clock, Desk, Finding, Moot, Overlay, Result


class CreateBatch(Change, frozen=True, tag="create many", omit_defaults=True):
    """Finished entries to be made, all or none, with ids that are chosen here.

    ``digests`` are of what each of them left. The drafts are in memory alone.
    """

    effect: ClassVar[str] = "make"
    is_batch: ClassVar[bool] = True

    count: int
    first: Instant
    entries: tuple[Known, ...] = ()
    digests: tuple[int, ...] = ()
    drafts: tuple[Draft, ...] = ()

    @classmethod
    def of(cls, entries: Sequence[Known], drafts: Sequence[Draft]) -> "CreateBatch":
        """Return what makes entries of drafts."""
        return cls(len(drafts), drafts[0].start, tuple(entries), drafts=tuple(drafts))

    @property
    def can_wait(self) -> bool:
        """Return that it never waits."""
        return False

    def describe(self, clock: Clock) -> str:
        """Return it in words."""
        return f"add {_many(self.count)} from {clock(self.first)}"

    def about(self, number: int) -> frozenset[EntryId]:
        """Return nothing: it never waits."""
        del number
        return frozenset()

    def to_store(self) -> Change:
        """Return it without the drafts: it is never sent by another process."""
        return msgspec.structs.replace(self, drafts=())

    def send(self, desk: Desk) -> Arrived:
        """Create the entries."""
        pairs = list(zip(self.entries, self.drafts, strict=True))
        return self._arrived(desk.entries.create_batch(desk.workspace, pairs))

    def find(self, desk: Desk) -> Finding:
        """Return whether the entries are there: its process may have been killed after that."""
        found = desk.entries.read_batch(desk.workspace, self.entries)
        if not found:
            return Moot()
        return self._arrived([(entry, draft.digest) for entry, draft in found])

    def _arrived(self, made: Sequence[tuple[Known, int]]) -> Arrived:
        entries, digests = zip(*made, strict=True)
        return Arrived(keep=CreateBatch(len(made), self.first, entries, digests))

    def results(self, number: int) -> Sequence[tuple[Instant, EntryId]]:
        """Return the entries, in their order."""
        del number
        return [(self.first, entry) for entry in self.entries]

    def overlay(self, entries: Overlay, number: int) -> None:
        """Show nothing: it never waits."""

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Delete the entries that are there, if all of them are as they were left."""
        del result
        ids = dict(zip(self.entries, self.digests, strict=True))
        found = _there(desk, ids)
        for entry, draft in found:
            digest = draft.digest
            if digest != ids.get(entry) and digest != desk.last_digest(entry):
                raise _changed(entry)
        if not found:
            return []
        first = min(draft.start for _, draft in found)
        entries = tuple([entry for entry, _ in found])
        return [DeleteBatch(len(found), first, entries, tuple([it.digest for _, it in found]))]


class DeleteBatch(Change, frozen=True, tag="delete many", omit_defaults=True):
    """Entries to be deleted, all or none.

    ``drafts`` make them again; they are read just before. ``digests`` are of what they are to be
    then, and in memory alone.
    """

    effect: ClassVar[str] = "delete"
    is_batch: ClassVar[bool] = True

    count: int
    first: Instant
    entries: tuple[Known, ...]
    digests: tuple[int, ...] = ()
    drafts: tuple[Draft, ...] = ()

    @property
    def can_wait(self) -> bool:
        """Return that it never waits."""
        return False

    def describe(self, clock: Clock) -> str:
        """Return it in words."""
        return f"delete {_many(self.count)} from {clock(self.first)}"

    def about(self, number: int) -> frozenset[EntryId]:
        """Return nothing: it never waits."""
        del number
        return frozenset()

    def refreshed(self, desk: Desk) -> Change | None:
        """Return it with the entries as they are; another process may have written since."""
        found = desk.entries.read_batch(desk.workspace, self.entries)
        if not found:
            return None
        digests = dict(zip(self.entries, self.digests, strict=True))
        for entry, draft in found:
            if draft.digest != digests[entry]:
                raise _changed(entry)
        entries, drafts = zip(*found, strict=True)
        return DeleteBatch(len(found), self.first, entries, drafts=drafts)

    def send(self, desk: Desk) -> Arrived:
        """Delete the entries."""
        desk.entries.delete_batch(desk.workspace, self.entries)
        return Arrived()

    def find(self, desk: Desk) -> Finding:
        """Return whether the entries are gone."""
        return Moot() if desk.entries.read_batch(desk.workspace, self.entries) else Arrived()

    def overlay(self, entries: Overlay, number: int) -> None:
        """Show nothing: it never waits."""

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Make the entries again that are not there, with the ids that they had."""
        del result
        there = {entry for entry, _ in desk.entries.read_batch(desk.workspace, self.entries)}
        pairs = zip(self.entries, self.drafts, strict=True)
        gone = [(entry, draft) for entry, draft in pairs if entry not in there]
        return [CreateBatch.of(*zip(*gone, strict=True))] if gone else []


def _changed(entry: Known) -> RefusedError:
    return RefusedError(
        f"the entry {entry} has changed since", f"look at it: clocktool show {entry}"
    )


def _there(desk: Desk, entries: Mapping[Known, int]) -> list[tuple[Known, Draft]]:
    """Return the entries that there are, those made again under other ids, too."""
    found = desk.entries.read_batch(desk.workspace, [*entries])
    if len(found) == len(entries):
        return found
    gone = entries.keys() - {entry for entry, _ in found}
    others = [known for entry in gone if (known := desk.server_id(entry)) not in (None, entry)]
    return [*found, *desk.entries.read_batch(desk.workspace, [x for x in others if x])]


def _many(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"
