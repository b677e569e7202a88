"""The log of actions: which one an undo or a redo is about, and whether it can be undone alone."""

from typing import TYPE_CHECKING

from clocktool.domain.ids import Known, Queued
from clocktool.errors import AnswerIsNoError, NotFoundError, RefusedError
from clocktool.outbox.change import Action, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clocktool.outbox.outbox import Outbox
    from clocktool.outbox.store import Store


def to_undo(store: "Store", user: str) -> Action:
    """Return the last action of a user that is in effect.

    The user is empty if the account can't be read now. Raises AnswerIsNoError without an action.
    """
    others = False
    for action in _in_effect(store):
        if _is_undo(store, action):
            continue
        if _is_of(store, action, user):
            return action
        others = True
    if others:
        raise AnswerIsNoError(
            "the changes made here belong to another account",
            "use the profile with that account's key",
        )
    raise AnswerIsNoError("nothing to undo: no change was made here")


def to_redo(store: "Store", user: str) -> Action:
    """Return the last undo, if no command changed something since. Raises AnswerIsNoError."""
    newest = 0
    for action in _in_effect(store):
        if action.number < newest:
            break  # it was undone before the newest command that is in effect
        if _is_undo(store, action) and _is_of(store, action, user):
            return action
        newest = max(newest, _first(store, action).number)
    raise AnswerIsNoError("nothing to redo", "redo repeats what `clocktool undo` has undone")


def by_number(store: "Store", number: int, user: str) -> Action:
    """Return the action of a command in ``undo --list``. Raises NotFoundError."""
    action = store.action(number)
    if action is None or action.undoes is not None or not _is_of(store, action, user):
        raise NotFoundError(f"no change {number} to undo", "list them: clocktool undo --list")
    found = in_effect(store, action)
    if found is None:
        raise AnswerIsNoError(f"change {number} is already undone", "to redo it: clocktool redo")
    return found


def in_effect(store: "Store", action: Action) -> Action | None:
    """Return the action that puts a command's changes into effect, or None if they are undone."""
    while action.undone:
        undo = store.undoer(action.number)
        redo = None if undo is None or not undo.undone else store.undoer(undo.number)
        if redo is None:
            return None
        action = redo
    return action


def commands(store: "Store") -> "Iterator[Action]":
    """Yield the actions of commands, newest first, without those that undid or repeated one."""
    yield from (action for action in _all(store) if action.undoes is None)


def command_of(store: "Store", action: Action) -> str:
    """Return the command that an action carried out or undid."""
    return _first(store, action).command


def _first(store: "Store", action: Action) -> Action:
    """Return the action of the command that this one undid or repeated."""
    while action.undoes is not None:
        before = store.action(action.undoes)
        if before is None:
            break
        action = before
    return action


def summary(store: "Store", action: Action) -> tuple[Row | None, int]:
    """Return the change that a command was for, and the number of its changes.

    That is the first of an entry, without the timer that ``start`` stopped and the names that
    ``--create`` created before. Changes that an undo cancelled and a redo restored belong to the
    redo.
    """
    first, count = store.summary(action.number)
    while not first and (undo := store.undoer(action.number)) is not None:
        redo = store.undoer(undo.number)
        if redo is None:
            break
        action = redo
        first, count = store.summary(action.number)
    meant = (row for row in first if row.change.is_of_entries and not row.change.is_preparation)
    return next(meant, first[0] if first else None), count


def check_alone(outbox: "Outbox", action: Action) -> None:
    """Raise RefusedError if a later command in effect depends on an action.

    That is one that changed the same entries, that uses a name which the action has created, or
    that deleted a name which an entry would have again.
    """
    store = outbox.store
    rows = store.of_action(action.number)
    mine = _things(outbox, rows)
    had = {name for row in rows if row.change.replaced for name in row.change.replaced.names}
    for later in _in_effect(store):
        if later.number <= action.number:
            break
        if _is_undo(store, later):
            continue
        after = store.of_action(later.number)
        if not mine.isdisjoint(_things(outbox, after)):
            did = "changed the same entry since"
        elif not mine.isdisjoint(_current(outbox, _used(after))):
            did = "uses a name that it created"
        elif not had.isdisjoint(_current(outbox, {row.change.removes for row in after})):
            did = "deleted a name that its entry had"
        else:
            continue
        command = _first(store, later)
        raise RefusedError(
            f"'{command.command}' ({command.number}) {did}",
            f"undo that first: clocktool undo {command.number}",
        )


def _things(outbox: "Outbox", rows: "Sequence[Row]") -> set[object]:
    """Return the ids of the entries and names that changes are about, or have made."""
    found: set[object] = set()
    for row in rows:
        found |= _current(outbox, row.about)
        found |= {entry for _, entry in row.change.results(row.number)}
        found |= set() if row.result is None else {outbox.server_id(row.result.entry)}
    return found


def _used(rows: "Sequence[Row]") -> set[object]:
    """Return the ids of the names that entries and items have after changes."""
    return {name for row in rows for name in row.change.names_used}


def _current(outbox: "Outbox", ids: "Iterable[object]") -> set[object]:
    """Return ids, with those that the server has given them since."""
    return {_id_now(outbox, each) for each in ids}


def _id_now(outbox: "Outbox", each: object) -> object:
    if isinstance(each, Queued):
        return outbox.server_id(each) or each
    return outbox.server_id(Known(each)) or each if isinstance(each, str) else each


def _in_effect(store: "Store") -> "Iterator[Action]":
    """Yield the actions that are not undone, newest first."""
    yield from (action for action in _all(store) if not action.undone)


def _all(store: "Store") -> "Iterator[Action]":
    """Yield all actions, newest first."""
    before: int | None = None
    while found := store.actions(20, before=before):
        yield from found
        before = found[-1].number


def _is_undo(store: "Store", action: Action) -> bool:
    """Whether an action undid a command, rather than carried it out or repeated it."""
    steps = 0
    while action.undoes is not None:
        steps += 1
        before = store.action(action.undoes)
        if before is None:
            break
        action = before
    return steps % 2 == 1


def _is_of(store: "Store", action: Action, user: str) -> bool:
    if not user:
        return True
    owner = store.owner(action.number if action.undoes is None else action.undoes)
    return owner in ("", user, None)
