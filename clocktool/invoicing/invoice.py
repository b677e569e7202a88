"""What an invoice takes in, and marking it: at the service and on this machine."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.errors import NotFoundError, OfflineError, ServerError
from clocktool.outbox.mark import Mark
from clocktool.tracking.batch import Batch, Outcome, in_batches

if TYPE_CHECKING:
    from pathlib import Path

    from clocktool.domain.time.instant import Instant
    from clocktool.history.history import History
    from clocktool.invoicing import marks
    from clocktool.invoicing.marks import Marks
    from clocktool.outbox.outbox import Outbox
    from clocktool.outbox.undo import Plan

Outcomes = list[Outcome[Entry, bool]]


class Billable(msgspec.Struct, frozen=True):
    """The entries to invoice, and how many others there are by the reason that leaves them out."""

    entries: list[Entry]
    left_out: dict[str, int]
    breaks: int

    @classmethod
    def of(cls, entries: Sequence[Entry], invoiced: Collection[EntryId]) -> "Billable":
        """Return what is billable of entries; ``invoiced`` are the ids of those marked already."""
        found: list[Entry] = []
        left_out = {
            "not billable": 0,
            "still running": 0,
            "marked already": 0,
            "to be sent first": 0,
        }
        breaks = 0
        for entry in entries:
            if entry.is_break:
                breaks += 1
            elif not entry.billable:
                left_out["not billable"] += 1
            elif entry.running:
                left_out["still running"] += 1
            elif entry.id in invoiced:
                left_out["marked already"] += 1
            elif isinstance(entry.id, Queued):
                left_out["to be sent first"] += 1
            else:
                found.append(entry)
        return cls(found, {why: count for why, count in left_out.items() if count}, breaks)


def mark(batch: Batch, entries: Sequence[Entry], marks: "Marks", now: "Instant") -> Outcomes:
    """Mark entries as invoiced, and remember each part as soon as it is marked (operation 11)."""
    marks.check_writable()
    number = marks.next_batch()
    return _send(batch, entries, lambda done: marks.add(done, now, number), invoiced=True)


def unmark(batch: Batch, newest: "Sequence[marks.Mark]", marks: "Marks") -> Outcomes:
    """Take back marks, and forget each part as soon as that is done (operation 11).

    A mark of an entry that is deleted, or still to be made, is forgotten, too.
    """
    there = [each for each in newest if not each.waits]
    entries = [Entry(Known(each.entry), each.start, each.end, each.description) for each in there]

    def forget(done: Sequence[Entry]) -> None:
        marks.remove([str(entry.id) for entry in done])

    outcomes = _send(batch, entries, forget, invoiced=False)
    deleted = [str(each.item.id) for each in outcomes if isinstance(each.error, NotFoundError)]
    marks.remove([*deleted, *(each.entry for each in newest if each.waits)])
    return outcomes


def invoiced_ids(marks: "Marks", outbox: "Outbox | None") -> frozenset[EntryId]:
    """Return the ids of marked entries, and of what waits in an outbox to be made of them."""
    found: set[EntryId] = set(map(Known, marks.marks()))
    if found and outbox is not None:
        for heir, entry in outbox.heirs().items():
            if not found.isdisjoint({entry, outbox.known(entry)}):
                found.add(heir)
    return frozenset(found)


def follow_undo(
    plan: "Plan", path: "Path", outbox: "Outbox", history: "History", now: "Instant"
) -> "Iterator[ServerError]":
    """Let the marks of a file follow what an undo does to marks; yield what fails."""
    from clocktool.invoicing.marks import Marks

    changes = [(row, change, True) for row, change in plan.changes]
    changes += [(row, row.change, False) for row in plan.cancelled]
    changes += [(row, row.change, True) for row in plan.restored]
    for row, change, stands in changes:
        if not isinstance(change, Mark):
            continue
        marks = Marks(path, row.workspace)
        try:
            ids = {each: list(map(str, outbox.store.ids(each))) for each in change.entries}
            if change.invoiced is not stands:
                marks.remove([one for each in ids.values() for one in each])
                continue
            entries = []
            for each, known in ids.items():
                if not marks.restore(known):
                    with suppress(NotFoundError, OfflineError):  # it was deleted, or can't be asked
                        entries.append(history.get(each))
            if entries:
                marks.add(entries, now, marks.next_batch())
        except ServerError as error:
            yield error


def _send(
    batch: Batch,
    entries: Sequence[Entry],
    then: Callable[[Sequence[Entry]], None],
    *,
    invoiced: bool,
) -> Outcomes:
    """Mark entries in batches; ``then`` is called with those of each that is certain."""
    outbox = batch.outbox

    def send(some: Sequence[Entry]) -> list[bool]:
        outbox.carry_out(Mark(tuple(entry.id for entry in some), invoiced))
        if not outbox.is_atomic:
            then(some)
        return [True] * len(some)

    with batch.pool(len(entries), "entries", at_once=1) as (pool, done), outbox.transaction():
        outcomes = in_batches(entries, send, pool, done=done)
    if outbox.is_atomic:
        then([each.item for each in outcomes if each.value is not None])
    return outcomes
