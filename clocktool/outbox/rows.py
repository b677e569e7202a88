"""Reads changes and actions from the columns of the store."""

from importlib import import_module
from typing import Any

import msgspec

from clocktool.domain.ids import Known
from clocktool.domain.time.instant import FIRST, LAST, Instant
from clocktool.outbox.change import Action, Change, Result, Row, State

KINDS = {
    "create": "create:Create",
    "create many": "batch:CreateBatch",
    "create name": "name_lifetime:CreateName",
    "delete": "create:Delete",
    "delete many": "batch:DeleteBatch",
    "delete name": "name_lifetime:DeleteName",
    "edit": "edit:Edit",
    "edit name": "name_edit:EditName",
    "mark": "mark:Mark",
    "restore name": "name_lifetime:RestoreName",
    "stop": "stop:Stop",
    "use name": "name_use:UseName",
}
"""The module and class of each kind of change, by its tag on disk.

A kind is imported when one of its changes is read: most commands read none.
"""

ROW = "number, action, at, state, user, workspace, change, reason, entry, digest, theirs"
ACTION = "number, at, command, whole, undoes, undone, note"

UNREADABLE = (msgspec.ValidationError, msgspec.DecodeError, ValueError, TypeError)
"""The errors raised by columns that can't be read as a change or an action."""


def row_of(columns: tuple[Any, ...]) -> Row:
    """Return a change from its columns; texts are bytes. Raises one of UNREADABLE."""
    number, action, at, state, user, workspace, data, reason, entry, digest, theirs = columns
    change: Change = msgspec.json.decode(data, type=_kind_of(data))
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


class _Tagged(msgspec.Struct):
    type: str


def _kind_of(data: bytes) -> type[Change]:
    """Return the class of an encoded change. Raises ValueError for an unknown tag."""
    tag = msgspec.json.decode(data, type=_Tagged).type
    if tag not in KINDS:
        raise ValueError(f"unknown kind of change: {tag}")
    module, _, name = KINDS[tag].partition(":")
    kind: type[Change] = getattr(import_module(f"clocktool.outbox.{module}"), name)
    return kind


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
