"""Undo and redo of the changes of a command.

An undo is an action with the inverse changes; a redo is the undo of an undo. Changes that were
never sent are cancelled, and a redo restores them.
"""

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.ids import SHORT, EntryId, Queued
from clocktool.errors import (
    UNAVAILABLE,
    AnswerIsNoError,
    ClocktoolError,
    RefusedError,
    quoted,
)
from clocktool.outbox.change import (
    MAY_HAVE_ARRIVED,
    UNDECIDED,
    UNDER_WAY,
    Action,
    Arrived,
    Change,
    ChangedSinceError,
    Moot,
    Row,
    State,
)
from clocktool.outbox.log import command_of
from clocktool.outbox.outbox import BUSY
from clocktool.storage.failure import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clocktool.outbox.outbox import Outbox
    from clocktool.outbox.store import Store


IN_PART = "Undone in part; repeat the command to continue."


class Plan(msgspec.Struct, frozen=True):
    """The plan of an undo: inverse changes, changes to cancel, and changes to restore."""

    action: Action
    changes: tuple[tuple[Row, Change], ...] = ()
    cancelled: tuple[Row, ...] = ()
    restored: tuple[Row, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to undo."""
        return not (self.changes or self.cancelled or self.restored)


def left(outbox: "Outbox") -> set[EntryId]:
    """Return the entries that are results of changes of this run."""
    return {row.result.entry for row in outbox.rows_of_this_run() if row.result is not None}


def plan(outbox: "Outbox", action: Action) -> Plan:
    """Return the plan that undoes an action. The send lock must be held.

    Raises ChangedSinceError if an entry has changed since, and RefusedError if it is unknown
    whether a change has arrived.
    """
    changes: list[tuple[Row, Change]] = []
    cancelled: list[Row] = []
    rows = outbox.store.of_action(action.number)
    if not rows and action.undoes is None:  # its rows were unreadable and deleted
        raise AnswerIsNoError(
            f"what {action.command!r} changed can't be read any more",
            "earlier changes can be undone: clocktool undo --list",
        )
    for found in reversed(rows):
        row = found
        if row.state in MAY_HAVE_ARRIVED or (changes and _is_of_unsure(outbox, row)):
            row = _settled(outbox, row)
        if row.state is State.WAITING or row.state in UNDECIDED:
            cancelled.append(row)
        elif row.state is State.DONE:
            desk = outbox.desk_of(row)
            try:
                changes += [(row, change) for change in row.change.revert(desk, row.result)]
            except ChangedSinceError as error:
                error.left = row.change.entry()
                raise
    restored: list[Row] = []
    if action.undoes is not None:
        before = outbox.store.of_action(action.undoes)
        restored = [row for row in before if row.state is State.CANCELLED]
    _refuse_second_timer(outbox, changes, restored)
    return Plan(action, tuple(changes), tuple(cancelled), tuple(restored))


def _refuse_second_timer(
    outbox: "Outbox", changes: "Sequence[tuple[Row, Change]]", restored: "Sequence[Row]"
) -> None:
    """Raise RefusedError if an undo would let a timer run beside another one."""
    after = [(row, change.entry(), change.effect) for row, change in changes]
    after += [(row, row.change.entry(), row.change.effect) for row in restored]
    runs = [row for row, entry, effect in after if entry and entry.running and effect != "delete"]
    if not runs:
        return
    desk = outbox.desk_of(runs[0])
    other = outbox.timer(desk.timer(), (desk.user, desk.workspace))
    if other is not None and all(entry is None or entry.id != other.id for _, entry, _ in after):
        title = quoted(other.description) if other.description else "another timer"
        raise RefusedError(
            f"{title} is running since {desk.clock(other.start)}, and only one timer can run",
            "end it first: clocktool stop",
        )


def is_long(store: "Store", action: Action) -> bool:
    """Whether an action has many batches, or is an undo of batches under way."""
    first, count = store.summary(action.number)
    return action.note == UNDER_WAY or (count > 1 and first[0].change.is_batch)


@contextmanager
def chosen(outbox: "Outbox", choose: "Callable[[], Action]") -> "Iterator[Action]":
    """Choose an action for a block that undoes it; on the local workspace in one transaction.

    An action of many batches is undone in a transaction for each: other commands, except undo and
    import, can write between two of them. Raises AnswerIsNoError if one of those is running.
    """
    with outbox.locked():
        outbox.settle_killed()
        if not outbox.is_atomic or not is_long(outbox.store, choose()):
            with outbox.transaction():
                yield choose()
            return
        if not outbox.is_alone():
            raise AnswerIsNoError(BUSY, "try again in a moment")
        outbox.settle_killed()  # another action may be the last one now
        yield choose()


def take_back(outbox: "Outbox", found: Plan) -> None:
    """Carry out a plan. The send lock must be held.

    If a change is refused, the changes before it stay undone, and the rest can be undone later.
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
                    if (complete := change.refreshed(outbox.desk_of(row))) is not None
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
                    with _naming(inverse.change, is_one=len(found.changes) == 1):
                        outbox.send(inverse)
                    done.append(row)
    except BaseException:
        if outbox.is_atomic:
            done = []
        if done:
            outbox.setting.say(IN_PART)
        with suppress(StorageError):  # the first error is raised
            store.undo_stopped(
                action.number,
                forgotten=[row.number for row in done],
                restored=[row.number for row in found.restored],
            )
        outbox.drop([row for row in outbox.rows_of_this_run() if row.state is not State.DONE])
        raise


@contextmanager
def _naming(change: Change, *, is_one: bool) -> "Iterator[None]":
    """Add the entry of a change to an error that it ends in, unless it is the only one."""
    try:
        yield
    except ClocktoolError as error:
        entry = change.entry()
        if entry is None or is_one:
            raise
        title = quoted(entry.description) if entry.description else "an entry"
        raise error.within(f"{title} ({str(entry.id)[-SHORT:]})" if entry.id else title) from None


def _take_back_batches(outbox: "Outbox", found: Plan) -> None:
    """Carry out a plan in a transaction for each batch. The send lock must be held.

    The undo is recorded as under way until the last batch, so that the next command can continue
    it if it is killed. After a refused batch the rest is unchanged.
    """
    action, store = found.action, outbox.store
    some = False
    try:
        for row, change in found.changes:
            with outbox.transaction():
                complete = change.refreshed(outbox.desk_of(row))
                if complete is not None:
                    (inverse,) = outbox.keep([complete], undoes=action.number, note=UNDER_WAY)
                    outbox.send(inverse)
            some = True
        store.undo_finished(action.number)
    except BaseException:
        with suppress(StorageError):  # the first error is raised
            store.undo_stopped(action.number, forgotten=())
        if some:
            outbox.setting.say(IN_PART)
        raise


def finish(outbox: "Outbox", undo: Action) -> None:
    """Continue an undo that was killed between two batches. The send lock must be held.

    If that is refused, the finished batches stay undone, and the rest can be undone later.
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
        outbox.setting.say(f"{command!r} is undone only in part: {error.message}")


def _parts(outbox: "Outbox", found: Plan) -> "Iterator[Plan]":
    """Yield the parts of a plan that are saved and sent together.

    On a service that is the whole plan. In a transaction it is one change at a time, to save
    memory, as a transaction is never half done.
    """
    if not outbox.is_atomic or len(found.changes) < 2:
        yield found
        return
    first = msgspec.structs.replace(found, changes=found.changes[:1])
    yield first
    for each in found.changes[1:]:
        yield Plan(found.action, (each,))


def _is_of_unsure(outbox: "Outbox", row: Row) -> bool:
    """Whether a change waits for an entry that may have arrived and was found.

    The server ends a timer when the next one starts, so a waiting stop may be done.
    """
    if row.state is not State.WAITING:
        return False
    makers = [each.change for each in row.about if isinstance(each, Queued) and each != row.id]
    unsure = [each for each in outbox.store.rows(makers) if each.state in MAY_HAVE_ARRIVED]
    if not unsure:
        return False
    return all(_settled(outbox, each).state is State.DONE for each in unsure)


def _settled(outbox: "Outbox", row: Row) -> Row:
    """Look for a change that may have arrived; return it as done, waiting or cancelled."""
    desk = outbox.desk_of(row)
    if any(outbox.server_id(each) is None for each in row.about if each != row.id):
        outbox.send_before(row)  # its entry may have been sent in the same command
        if outbox.away:
            raise _not_known(outbox.away)
    try:
        match row.change.find(desk):
            case Arrived() as arrived:
                outbox.note_found(desk, arrived)
                outbox.conclude([row], [desk], [arrived])
            case Moot():
                outbox.drop([row])
                return msgspec.structs.replace(row, state=State.CANCELLED)
            case _:
                outbox.store.mark([row.number], State.WAITING, reason=row.reason)
    except UNAVAILABLE as error:
        raise _not_known(error.message) from error
    return outbox.store.rows([row.number])[0]


def _not_known(reason: str) -> RefusedError:
    return RefusedError(
        "it is unknown whether the change arrived",
        "try again when the service answers, or see: clocktool pending",
        why=reason,
    )
