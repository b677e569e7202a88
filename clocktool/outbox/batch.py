"""Creating or deleting many entries in one transaction, on the local workspace: imports, and undo.

One change is hundreds of entries; only the ids and digests of new entries are stored.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from clocktool.domain.entry import Draft
from clocktool.domain.ids import EntryId, Known
from clocktool.domain.time.instant import Instant
from clocktool.errors import RefusedError
from clocktool.outbox.change import Arrived, Change, Clock, Desk, Finding, Moot, Overlay, Result


class CreateBatch(Change, frozen=True, tag="create many", omit_defaults=True):
    """Finished entries to create, all or none, with ids that are chosen here.

    ``digests`` are those of the new entries. ``drafts`` are in memory only.
    """

    effect: ClassVar[str] = "make"
    is_batch: ClassVar[bool] = True
    not_stored: ClassVar[Mapping[str, object]] = {"drafts": ()}  # no other process sends it

    count: int
    first: Instant
    entries: tuple[Known, ...] = ()
    digests: tuple[int, ...] = ()
    drafts: tuple[Draft, ...] = ()

    @classmethod
    def of(cls, entries: Sequence[Known], drafts: Sequence[Draft]) -> "CreateBatch":
        """Return the change that creates entries from drafts."""
        return cls(len(drafts), drafts[0].start, tuple(entries), drafts=tuple(drafts))

    @property
    def can_wait(self) -> bool:
        """Return False: such a change is sent at once or not at all."""
        return False

    def describe(self, clock: Clock) -> str:
        """Return the change as text."""
        return f"add {_entries(self.count)} from {clock(self.first)}"

    def about(self, number: int) -> frozenset[EntryId]:
        """Return no entries: it is never sent later."""
        del number
        return frozenset()

    def send(self, desk: Desk) -> Arrived:
        """Create the entries."""
        pairs = list(zip(self.entries, self.drafts, strict=True))
        return self._arrived(desk.entries.create_batch(desk.workspace, pairs))

    def find(self, desk: Desk) -> Finding:
        """Return whether the entries exist: the process may have been killed after the request."""
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
        """Change nothing: it is never sent later."""

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Delete the entries that exist, if all of them are unchanged."""
        del result
        ids = dict(zip(self.entries, self.digests, strict=True))
        found = _existing(desk, ids)
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
    """Entries to delete, all or none.

    ``drafts`` are read just before, to create them again on redo. ``digests`` are the expected ones
    of the entries, in memory only.
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
        """Return False: such a change is sent at once or not at all."""
        return False

    def describe(self, clock: Clock) -> str:
        """Return the change as text."""
        return f"delete {_entries(self.count)} from {clock(self.first)}"

    def about(self, number: int) -> frozenset[EntryId]:
        """Return no entries: it is never sent later."""
        del number
        return frozenset()

    def refreshed(self, desk: Desk) -> Change | None:
        """Return the change with the current entries; another process may have changed them."""
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
        """Return whether the entries are deleted."""
        return Moot() if desk.entries.read_batch(desk.workspace, self.entries) else Arrived()

    def overlay(self, entries: Overlay, number: int) -> None:
        """Change nothing: it is never sent later."""

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Create the missing entries again, with their previous ids."""
        del result
        there = {entry for entry, _ in desk.entries.read_batch(desk.workspace, self.entries)}
        pairs = zip(self.entries, self.drafts, strict=True)
        gone = [(entry, draft) for entry, draft in pairs if entry not in there]
        return [CreateBatch.of(*zip(*gone, strict=True))] if gone else []


def _changed(entry: Known) -> RefusedError:
    return RefusedError(f"the entry {entry} has changed since", f"see it: clocktool show {entry}")


def _existing(desk: Desk, entries: Mapping[Known, int]) -> list[tuple[Known, Draft]]:
    """Return the entries that exist, with those that were created again under other ids."""
    found = desk.entries.read_batch(desk.workspace, [*entries])
    if len(found) == len(entries):
        return found
    gone = entries.keys() - {entry for entry, _ in found}
    others = [known for entry in gone if (known := desk.server_id(entry)) not in (None, entry)]
    return [*found, *desk.entries.read_batch(desk.workspace, [x for x in others if x])]


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"
