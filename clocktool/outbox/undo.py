"""Taking back what a command changed, and doing it again: the log of actions, walked both ways.

To take back an action is an action itself, whose changes are the inverse ones; so what was taken
back is done again by taking that back. What was never sent is cancelled, or waits again.
"""

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.ids import EntryId, Queued
from clocktool.errors import (
    AnswerIsNoError,
    ClocktoolError,
    OfflineError,
    RateLimitedError,
    RefusedError,
    ServerError,
)
from clocktool.outbox.change import UNDECIDED, UNDER_WAY, Action, Arrived, Change, Moot, Row, State
from clocktool.outbox.desk import RowDesk
from clocktool.outbox.log import command_of
from clocktool.outbox.outbox import BUSY
from clocktool.storage.failure import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clocktool.outbox.outbox import Outbox
    from clocktool.outbox.store import Store

MAY_HAVE_ARRIVED = (State.SENDING, State.UNSURE)


class Plan(msgspec.Struct, frozen=True):
    """What takes an action back: changes to be made, those cancelled, those that wait again."""

    action: Action
    changes: tuple[tuple[Row, Change], ...] = ()
    cancelled: tuple[Row, ...] = ()
    restored: tuple[Row, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left of the action."""
        return not (self.changes or self.cancelled or self.restored)


def left(outbox: "Outbox") -> set[EntryId]:
    """Return the entries that the changes of this run have left."""
    return {row.result.entry for row in outbox.rows_of_this_run() if row.result is not None}


def plan(outbox: "Outbox", action: Action) -> Plan:
    """Return what takes an action back. The send lock must be held.

    Raises RefusedError where an entry has changed since, or where it can't be known yet what has
    become of a change.
    """
    changes: list[tuple[Row, Change]] = []
    cancelled: list[Row] = []
    rows = outbox.store.of_action(action.number)
    if not rows and action.undoes is None:  # they were left out just now
        raise AnswerIsNoError(
            f"what {action.command!r} changed can't be read any more",
            "undo takes back what was changed before that: clocktool undo --list",
        )
    for found in reversed(rows):
        row = found
        if row.state in MAY_HAVE_ARRIVED or (changes and _is_of_unsure(outbox, row)):
            row = _settled(outbox, row)
        if row.state is State.WAITING or row.state in UNDECIDED:
            cancelled.append(row)
        elif row.state is State.DONE:
            desk = RowDesk(outbox, row)
            changes += [(row, change) for change in row.change.revert(desk, row.result)]
    restored: list[Row] = []
    if action.undoes is not None:
        before = outbox.store.of_action(action.undoes)
        restored = [row for row in before if row.state is State.CANCELLED]
    return Plan(action, tuple(changes), tuple(cancelled), tuple(restored))


def is_long(store: "Store", action: Action) -> bool:
    """Whether it is many batches, or one that is still being taken back."""
    first, count = store.summary(action.number)
    return action.note == UNDER_WAY or (count > 1 and first is not None and first.change.is_batch)


@contextmanager
def chosen(outbox: "Outbox", choose: "Callable[[], Action]") -> "Iterator[Action]":
    """Let a block take back the action that is chosen, in one transaction where there are such.

    One of many batches is a transaction for each: others can write between two of them, but no
    other undo or import. Raises AnswerIsNoError where one is under way.
    """
    with outbox.locked():
        outbox.settle_killed()
        if not outbox.is_atomic or not is_long(outbox.store, choose()):
            with outbox.transaction():
                yield choose()
            return
        if not outbox.is_alone():
            raise AnswerIsNoError(BUSY, "try again in a moment")
        outbox.settle_killed()  # what is chosen may be another by now
        yield choose()


def take_back(outbox: "Outbox", found: Plan) -> None:
    """Carry a plan out. The send lock must be held.

    Where a change is refused halfway, what was taken back is forgotten, and the rest can still be.
    """
    if outbox.is_atomic and len(found.changes) > 1 and all(it.is_batch for _, it in found.changes):
        _take_back_batches(outbox, found)
    else:
        _take_back_together(outbox, found)


def _take_back_together(outbox: "Outbox", found: Plan) -> None:
    action, store = found.action, outbox.store
    done: list[Row] = []
    try:
        with outbox.transaction():
            for part in _parts(outbox, found):
                whole = [
                    (row, complete)
                    for row, change in part.changes
                    if (complete := change.refreshed(RowDesk(outbox, row))) is not None
                ]
                rows = outbox.keep(
                    [change for _, change in whole],
                    undoes=action.number,
                    cancelled=part.cancelled,
                    restored=part.restored,
                )
                if rows:
                    outbox.send_before(rows[0])
                for (row, _), inverse in zip(whole, rows, strict=True):
                    outbox.send(inverse)
                    done.append(row)
    except BaseException:
        if outbox.is_atomic:
            done = []
        with suppress(StorageError):  # what went wrong first is what is to be said
            store.undo_stopped(
                action.number,
                forgotten=[row.number for row in done],
                restored=[row.number for row in found.restored],
            )
        outbox.drop([row for row in outbox.rows_of_this_run() if row.state is not State.DONE])
        raise


def _take_back_batches(outbox: "Outbox", found: Plan) -> None:
    """Carry a plan out in a transaction for each batch. The send lock must be held.

    It is noted as under way until the last one is done: if it is killed the next command goes on,
    as a plan has only what is still to be done. What is refused leaves the rest as it is.
    """
    action, store = found.action, outbox.store
    some = False
    try:
        for row, change in found.changes:
            with outbox.transaction():
                complete = change.refreshed(RowDesk(outbox, row))
                if complete is not None:
                    (inverse,) = outbox.keep([complete], undoes=action.number, note=UNDER_WAY)
                    outbox.send(inverse)
            some = True
        store.undo_finished(action.number)
    except BaseException:
        with suppress(StorageError):  # what went wrong first is what is to be said
            store.undo_stopped(action.number, forgotten=())
        if some:
            outbox.setting.say("A part is done; the same command goes on with the rest.")
        raise


def finish(outbox: "Outbox", undo: Action) -> None:
    """Go on with an undo that was killed between two batches. The send lock must be held.

    Where that is refused what was taken back stays so, and the rest can be taken back later.
    """
    store = outbox.store
    action = None if undo.undoes is None else store.action(undo.undoes)
    if action is None:
        return
    try:
        _take_back_batches(outbox, plan(outbox, action))
    except ClocktoolError as error:
        store.undo_stopped(action.number, forgotten=())
        command = command_of(store, action)
        outbox.setting.say(f"{command!r} is taken back in part only: {error.message}")


def _parts(outbox: "Outbox", found: Plan) -> "Iterator[Plan]":
    """Yield what is put on disk and sent together: all of a plan.

    In one transaction nothing is ever half done, so that it can be a change at a time, and no more
    than that is in memory.
    """
    if not outbox.is_atomic or len(found.changes) < 2:
        yield found
        return
    first = msgspec.structs.replace(found, changes=found.changes[:1])
    yield first
    for each in found.changes[1:]:
        yield Plan(found.action, (each,))


def _is_of_unsure(outbox: "Outbox", row: Row) -> bool:
    """Whether a change waits for an entry that may have arrived; that is looked for.

    The server ends a timer where the next one starts: then the stop that waits has come about.
    """
    if row.state is not State.WAITING:
        return False
    makers = [each.change for each in row.about if isinstance(each, Queued) and each != row.id]
    unsure = [each for each in outbox.store.rows(makers) if each.state in MAY_HAVE_ARRIVED]
    if not unsure:
        return False
    return all(_settled(outbox, each).state is State.DONE for each in unsure)


def _settled(outbox: "Outbox", row: Row) -> Row:
    """Return a change that may have come about as done or as waiting, by looking for it."""
    desk = RowDesk(outbox, row)
    if any(outbox.server_id(each) is None for each in row.about if each != row.id):
        outbox.send_before(row)  # what it is about may have been sent together with it
        if outbox.away:
            raise _not_known(outbox.away)
    try:
        match row.change.find(desk):
            case Arrived() as arrived:
                outbox.conclude([row], [desk], [arrived])
            case Moot():
                outbox.drop([row])
                return msgspec.structs.replace(row, state=State.CANCELLED)
            case _:
                outbox.store.mark([row.number], State.WAITING, reason=row.reason)
    except (OfflineError, RateLimitedError, ServerError) as error:
        raise _not_known(error.message) from error
    return outbox.store.rows([row.number])[0]


def _not_known(reason: str) -> RefusedError:
    return RefusedError(
        "it can't be known yet whether it arrived",
        "try again when the service answers, or see: clocktool pending",
        why=reason,
    )
