"""Selects the entries of an invoice, and marks them at the service and on this machine."""

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
    """The entries to invoice, and the number of the others by reason; ``breaks`` are not listed."""

    entries: list[Entry]
    left_out: dict[str, int]
    breaks: int

    @classmethod
    def of(cls, entries: Sequence[Entry], invoiced: Collection[EntryId]) -> "Billable":
        """Sort entries into those to invoice and the others; ``invoiced`` has the marked ids."""
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
            elif entry.invoiced or entry.id in invoiced:
                left_out["marked already"] += 1
            elif isinstance(entry.id, Queued):
                left_out["to be sent first"] += 1
            else:
                found.append(entry)
        return cls(found, {why: count for why, count in left_out.items() if count}, breaks)


def mark(batch: Batch, entries: Sequence[Entry], marks: "Marks", now: "Instant") -> Outcomes:
    """Mark entries as invoiced; each batch is recorded as soon as it is marked (operation 11)."""
    marks.check_writable()
    number = marks.next_batch()
    return _send(batch, entries, lambda done: marks.add(done, now, number), invoiced=True)


def unmark(batch: Batch, newest: "Sequence[marks.Mark]", marks: "Marks") -> Outcomes:
    """Remove marks; each batch is recorded as soon as it is unmarked (operation 11).

    Marks of entries that are deleted or not created yet are removed, too.
    """
    sent = [each for each in newest if not each.is_queued]
    entries = [Entry(Known(each.entry), each.start, each.end, each.description) for each in sent]

    def remove(done: Sequence[Entry]) -> None:
        marks.remove([str(entry.id) for entry in done])

    outcomes = _send(batch, entries, remove, invoiced=False)
    deleted = [str(each.item.id) for each in outcomes if isinstance(each.error, NotFoundError)]
    marks.remove([*deleted, *(each.entry for each in newest if each.is_queued)])
    return outcomes


def invoiced_ids(marks: "Marks", outbox: "Outbox | None") -> frozenset[EntryId]:
    """Return the ids of marked entries, and of pending ones that replace or are parts of them."""
    found: set[EntryId] = set(map(Known, marks.marks()))
    if found and outbox is not None:
        for replacement, entry in outbox.replacements().items():
            if not found.isdisjoint({entry, outbox.server_id(entry)}):
                found.add(replacement)
    return frozenset(found)


def follow_undo(
    plan: "Plan", path: "Path", outbox: "Outbox", history: "History", now: "Instant"
) -> "Iterator[ServerError]":
    """Apply an undo to the marks in the file; yield each error."""
    from clocktool.invoicing.marks import Marks

    changes = [(row, change, True) for row, change in plan.changes]
    changes += [(row, row.change, False) for row in plan.cancelled]
    changes += [(row, row.change, True) for row in plan.restored]
    for row, change, applies in changes:
        if not isinstance(change, Mark) or change.number:
            continue  # the register has the marks of numbered invoices
        marks = Marks(path, row.workspace)
        try:
            ids = {each: list(map(str, outbox.store.ids(each))) for each in change.entries}
            if change.invoiced is not applies:
                marks.remove([one for each in ids.values() for one in each])
                continue
            entries = []
            for each, own_ids in ids.items():
                if not marks.restore(own_ids):
                    with suppress(NotFoundError, OfflineError):  # deleted, or can't be read now
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
    """Set or remove the mark of entries in batches; ``then`` is called with those that are done."""
    outbox = batch.outbox

    def send(part: Sequence[Entry]) -> list[bool]:
        outbox.carry_out(Mark(tuple(entry.id for entry in part), invoiced))
        if not outbox.is_atomic:
            then(part)
        return [True] * len(part)

    with batch.pool(len(entries), "entries", at_once=1) as (pool, done), outbox.transaction():
        outcomes = in_batches(entries, send, pool, done=done)
    if outbox.is_atomic:
        then([each.item for each in outcomes if each.value is not None])
    return outcomes
