"""What becomes of the changes of a command that is refused, interrupted or killed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Draft
from clocktool.domain.ids import Queued
from clocktool.errors import UNAVAILABLE, ClocktoolError, InterruptedWorkError
from clocktool.outbox.change import Arrived, Finding, Moot, Result, Row, State

if TYPE_CHECKING:
    from clocktool.outbox.outbox import Outbox


def as_left(outbox: "Outbox", rows: Sequence[Row], left: Sequence[Arrived]) -> list[Row]:
    """Return sent changes as they are stored, or where that failed, as this run has left them."""
    numbers = [row.number for row in rows if row.number]
    stored = {row.number: row for row in (outbox.store.rows(numbers) if numbers else ())}
    found: list[Row] = []
    for row, arrived in zip(rows, left, strict=False):
        kept, entry, result = stored.get(row.number, row), arrived.entry, arrived.result
        if kept.state is not State.DONE and not outbox.is_kept(row):
            if entry is not None and not isinstance(entry.id, Queued):
                result = Result(entry.id, Draft.of(entry).digest)
            kept = msgspec.structs.replace(row, state=State.DONE, result=result)
        found.append(kept)
    return found


def roll_back(outbox: "Outbox", rows: Sequence[Row], error: ClocktoolError) -> None:
    """Undo the changes before a refused one; set ``error.rolled_back``.

    They are removed from the journal, so that undo does not find them.
    """
    error.rolled_back = True
    if outbox.is_atomic:
        return  # the transaction is rolled back
    for row in reversed(rows):
        try:
            desk = outbox.desk_of(row)
            changes = row.change.revert(desk, row.result) if row.state is State.DONE else []
            for change in changes:
                (inverse,) = outbox.keep([change], sending=1)
                outbox.send(inverse)
                if outbox.is_kept(inverse):  # both stay in the journal and are sent later
                    return
                outbox.drop([inverse])
            outbox.drop([row])
        except ClocktoolError as trouble:
            error.rolled_back = trouble
            error.leftover_ids += [] if row.result is None else [row.result.entry]


def interrupted(outbox: "Outbox", rows: Sequence[Row], place: int) -> InterruptedWorkError:
    """Undo the changes of an interrupted command, except a preparation, and return the error.

    The change at ``place`` was being sent and may have arrived, so it is looked for first.
    """
    error = InterruptedWorkError("interrupted")
    error.steps_done = place
    row = msgspec.structs.replace(rows[place], state=State.SENDING)
    if rows[0].change.is_preparation:
        outbox.drop(rows[place:])
        return error
    try:
        desk = outbox.desk_of(row)
        found = row.change.find(desk)
        if isinstance(found, Arrived):
            outbox.note_found(desk, found)
            outbox.conclude([row], [desk], [found])
        else:
            outbox.drop([row])
    except (ClocktoolError, KeyboardInterrupt):
        error.rolled_back = False
        error.hint = "the next command finishes it; to undo it: clocktool undo"
        return error
    outbox.drop(rows[place + 1 :])
    roll_back(outbox, outbox.store.rows([it.number for it in rows[: place + 1]]), error)
    return error


def settle(outbox: "Outbox", rows: Sequence[Row]) -> None:
    """Record which changes of a killed or failed command the local workspace has; drop the others.

    Nothing is sent: a command that failed does nothing later. A transaction must be open.
    """
    unsent: list[Row] = []
    for row in rows:
        sent = msgspec.structs.replace(row, state=State.SENDING)
        desk = outbox.desk_of(sent)
        found: Finding
        try:
            found = row.change.find(desk)
        except UNAVAILABLE:
            raise
        except ClocktoolError:  # a name in it was never created
            found = Moot()
        if isinstance(found, Arrived):
            outbox.conclude([sent], [desk], [found])
        else:
            unsent.append(row)
    outbox.store.drop([row.number for row in unsent])
