"""Reads changes and actions from the columns of the store."""

from typing import Any

import msgspec

from clocktool.domain.ids import Known
from clocktool.domain.time.instant import FIRST, LAST, Instant
from clocktool.outbox.batch import CreateBatch, DeleteBatch
from clocktool.outbox.change import Action, Change, Result, Row, State
from clocktool.outbox.create import Create, Delete
from clocktool.outbox.edit import Edit
from clocktool.outbox.mark import Mark
from clocktool.outbox.name_create import CreateName, RestoreName
from clocktool.outbox.name_delete import DeleteName
from clocktool.outbox.name_edit import EditName
from clocktool.outbox.stop import Stop

AnyChange = (
    Create
    | CreateBatch
    | CreateName
    | Delete
    | DeleteBatch
    | DeleteName
    | Edit
    | EditName
    | Mark
    | RestoreName
    | Stop
)
"""Every kind of change that is read from disk."""

ROW = "number, action, at, state, user, workspace, change, reason, entry, digest, theirs"
ACTION = "number, at, command, whole, undoes, undone, note"

UNREADABLE = (msgspec.ValidationError, msgspec.DecodeError, ValueError, TypeError)
"""The errors raised by columns that can't be read as a change or an action."""


def row_of(columns: tuple[Any, ...]) -> Row:
    """Return a change from its columns; texts are bytes. Raises one of UNREADABLE."""
    number, action, at, state, user, workspace, data, reason, entry, digest, theirs = columns
    change: Change = msgspec.json.decode(data, type=AnyChange)
    return Row(
        number,
        _integer(action),
        _instant(at),
        State(text(state)),
        text(user),
        text(workspace),
        change,
        text(reason),
        None if entry is None else Result(Known(text(entry)), _integer(digest)),
        None if theirs is None else msgspec.json.decode(theirs, type=change.version),
    )


def action_of(columns: tuple[Any, ...]) -> Action:
    """Return an action from its columns; texts are bytes. Raises one of UNREADABLE."""
    number, at, command, whole, undoes, undone, note = columns
    return Action(
        number, _instant(at), text(command), bool(whole), undoes, bool(undone), text(note)
    )


def text(column: bytes) -> str:
    """Return the text of a column. Raises UnicodeDecodeError."""
    return str(column, "utf-8")


def _integer(column: object) -> int:
    if not isinstance(column, int):
        raise TypeError("it is not a number")
    return column


def _instant(column: object) -> Instant:
    instant = Instant(_integer(column))
    if not FIRST <= instant <= LAST:
        raise ValueError("it is outside the years 1 to 9999")
    return instant
