"""Lists of the directory: filters, order, and their SQL."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from clocktool.backends.local.directory import COLUMNS, NAME_OF, Row, owner_of
from clocktool.backends.local.rows import Project, User

_ACCESS: Final = (
    "(x.public = 1 OR EXISTS (SELECT 1 FROM project_members pm WHERE pm.project = x.seq"
    " AND pm.user IN (SELECT value FROM json_each(?))))"
)
_ACCESS_OF_USER: Final = (
    "EXISTS (SELECT 1 FROM projects p WHERE p.seq = ? AND (p.public = 1 OR EXISTS ("
    "SELECT 1 FROM project_members pm WHERE pm.project = p.seq AND pm.user = x.seq)))"
)
_DURATION: Final = "(SELECT total(end_at - start_at) FROM entries e WHERE e.project = x.seq)"
ORDERS: Final[Mapping[type, Mapping[str, str]]] = {
    Project: {"CLIENT_NAME": "c.name_key", "DURATION": _DURATION},
    User: {"EMAIL": "fold(x.email)", "NAME_LOWERCASE": "fold(x.name)"},
}
"""Sort columns of each kind, besides ID and NAME."""


class Filter(msgspec.Struct, kw_only=True):
    """Filters and order of a list. None leaves a condition out; ``nothing`` makes the list empty.

    ``projects`` limits tasks to those of some projects. ``clients`` and ``users`` limit projects to
    those of any of them, or with ``without_…`` of none of them.
    """

    name: str | None = None
    exact: bool = False
    email: str | None = None
    archived: bool | None = None
    done: bool | None = None
    billable: bool | None = None
    public: bool | None = None
    client_archived: bool | None = None
    projects: tuple[int, ...] | None = None
    access_to: int | None = None
    clients: tuple[int, ...] = ()
    without_clients: bool = False
    users: tuple[int, ...] = ()
    without_users: bool = False
    excluded: tuple[str, ...] = ()
    nothing: bool = False
    order: str = "NAME"
    descending: bool = False


def _conditions(kind: type, wanted: Filter, values: list[object]) -> str:
    """Return the SQL of the conditions, and append their values to ``values``."""
    name = NAME_OF.get(kind, "x.name_key")
    sql = " AND 0" if wanted.nothing else ""
    if wanted.name:
        sql += f" AND {name} = ?" if wanted.exact else f" AND instr({name}, ?) > 0"
        values.append(wanted.name.casefold())
    if wanted.email:
        sql += " AND instr(fold(x.email), ?) > 0"
        values.append(wanted.email.casefold())
    for column, value in (
        ("x.archived", wanted.archived),
        ("x.done", wanted.done),
        ("x.billable", wanted.billable),
        ("x.public", wanted.public),
        ("c.archived", wanted.client_archived),
    ):
        if value is not None:
            sql += f" AND {column} = ?"
            values.append(value)
    if wanted.projects is not None:
        sql += " AND x.project IN (SELECT value FROM json_each(?))"
        values.append(msgspec.json.encode(wanted.projects).decode())
    if wanted.access_to is not None:
        sql += f" AND {_ACCESS_OF_USER}"
        values.append(wanted.access_to)
    some: tuple[tuple[str, bool, Sequence[object]], ...] = (
        ("x.client IN (SELECT value FROM json_each(?))", wanted.without_clients, wanted.clients),
        (_ACCESS, wanted.without_users, wanted.users),
        ("x.id IN (SELECT value FROM json_each(?))", True, wanted.excluded),
    )
    for condition, unwanted, chosen in some:
        if chosen:
            sql += f" AND coalesce({condition}, 0) = {0 if unwanted else 1}"
            values.append(msgspec.json.encode(chosen).decode())
    return sql


def find(
    connection: sqlite3.Connection,
    kind: type[Row],
    owner: int,
    wanted: Filter,
    *,
    limit: int = -1,
    offset: int = 0,
) -> list[Row]:
    """Return things of a workspace, sorted by the filter's order, then by name."""
    values: list[object] = [owner]
    where = _conditions(kind, wanted, values)
    name = NAME_OF.get(kind, "x.name_key")
    order = {"ID": "x.id", "NAME": name, **ORDERS.get(kind, {})}[wanted.order]
    way = " DESC" if wanted.descending else ""
    rows = connection.execute(
        f"SELECT {COLUMNS[kind]} WHERE {owner_of(kind)} = ?{where}"  # fixed texts only
        f" ORDER BY {order}{way}, {name}{way}, x.seq LIMIT ? OFFSET ?",
        (*values, limit, offset),
    )
    return [kind(*row) for row in rows]
