"""The SQL of the directory: users, workspaces, clients, projects, tasks, tags, custom fields."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec

from clocktool.local.rows import Client, Field, Project, Tag, Task, User, Workspace

Row = TypeVar("Row", Client, Project, Task, Tag, Field, User)

_COLUMNS: Final[Mapping[type, str]] = {
    Client: "x.seq, x.id, x.name, x.archived, x.note FROM clients x",
    Project: "x.seq, x.id, x.name, x.color, x.billable, x.public, x.archived, x.rate, x.note,"
    " c.seq, c.id, c.name FROM projects x LEFT JOIN clients c ON c.seq = x.client",
    Task: "x.seq, x.id, x.name, x.done, x.billable, x.rate, p.seq, p.id"
    " FROM tasks x JOIN projects p ON p.seq = x.project",
    Tag: "x.seq, x.id, x.name, x.archived FROM tags x",
    Field: "x.seq, x.id, x.name, x.type, x.allowed, x.required FROM custom_fields x",
    User: "x.seq, x.id, x.name, x.email, m.seq FROM members m JOIN users x ON x.seq = m.user",
}
_WORKSPACE_OF: Final[Mapping[type, str]] = {Task: "p.workspace", User: "m.workspace"}
_NAME_OF: Final[Mapping[type, str]] = {User: "fold(x.name)"}
_POINTING: Final[Mapping[type, str]] = {
    Client: "e.project IN (SELECT seq FROM projects WHERE client = :seq)",
    Project: "e.project = :seq",
    Task: "e.task = :seq",
    Tag: "EXISTS (SELECT 1 FROM entry_tags g WHERE g.entry = e.seq AND g.tag = :seq)",
}
_REMOVAL: Final[Mapping[type, Sequence[str]]] = {
    Client: (
        "UPDATE projects SET client = NULL WHERE client = ?",
        "DELETE FROM clients WHERE seq = ?",
    ),
    Project: (
        "UPDATE entries SET project = NULL, task = NULL WHERE project = ?",
        "DELETE FROM tasks WHERE project = ?",
        "DELETE FROM projects WHERE seq = ?",
    ),
    Task: ("UPDATE entries SET task = NULL WHERE task = ?", "DELETE FROM tasks WHERE seq = ?"),
    Tag: ("DELETE FROM entry_tags WHERE tag = ?", "DELETE FROM tags WHERE seq = ?"),
}
_WORKSPACES: Final = (
    "SELECT w.seq, w.id, w.name, w.currency, w.rate, w.force_projects, w.force_tasks,"
    " w.force_tags, w.force_description, w.lock_at FROM workspaces w"
)


class NameFilter(msgspec.Struct, kw_only=True):
    """What a list of the directory is narrowed to; None leaves a condition out."""

    name: str | None = None
    exact: bool = False
    archived: bool | None = None
    done: bool | None = None
    project: int | None = None
    clients: tuple[int, ...] = ()


def me(connection: sqlite3.Connection) -> User:
    """Return the user whose file this is."""
    row = connection.execute("SELECT seq, id, name, email FROM users WHERE is_me = 1").fetchone()
    return User(*row)


def workspace(connection: sqlite3.Connection, identity: str) -> Workspace | None:
    """Return a workspace by its id."""
    row = connection.execute(f"{_WORKSPACES} WHERE w.id = ?", (identity,)).fetchone()
    return Workspace(*row) if row else None


def workspaces(connection: sqlite3.Connection) -> list[Workspace]:
    """Return every workspace, the first made first."""
    return [Workspace(*row) for row in connection.execute(f"{_WORKSPACES} ORDER BY w.seq")]


def get(connection: sqlite3.Connection, kind: type[Row], owner: int, identity: str) -> Row | None:
    """Return one thing of a workspace by its id."""
    return _one(connection, kind, "x.id = ?", owner, identity)


def numbered(connection: sqlite3.Connection, kind: type[Row], owner: int, seq: int) -> Row:
    """Return one thing of a workspace by its number, which must exist."""
    row = _one(connection, kind, "x.seq = ?", owner, seq)
    assert row is not None  # noqa: S101  # a number comes from the file itself
    return row


def search(
    connection: sqlite3.Connection,
    kind: type[Row],
    owner: int,
    wanted: NameFilter,
    *,
    limit: int,
    offset: int,
) -> list[Row]:
    """Return things of a workspace by name, in the order of their names."""
    name = _NAME_OF.get(kind, "x.name_key")
    sql = ""
    values: list[object] = []
    if wanted.name:
        sql += f" AND {name} = ?" if wanted.exact else f" AND instr({name}, ?) > 0"
        values.append(wanted.name.casefold())
    for column, value in (
        ("x.archived", wanted.archived),
        ("x.done", wanted.done),
        ("x.project", wanted.project),
    ):
        if value is not None:
            sql += f" AND {column} = ?"
            values.append(value)
    if wanted.clients:
        sql += " AND x.client IN (SELECT value FROM json_each(?))"
        values.append(msgspec.json.encode(wanted.clients).decode())
    rows = connection.execute(
        f"SELECT {_COLUMNS[kind]} WHERE {_owner(kind)} = ?{sql}"  # fixed texts only
        f" ORDER BY {name}, x.seq LIMIT ? OFFSET ?",
        (owner, *values, limit, offset),
    )
    return [kind(*row) for row in rows]


def fields(connection: sqlite3.Connection, owner: int) -> list[Field]:
    """Return every custom field of a workspace."""
    return search(connection, Field, owner, NameFilter(), limit=-1, offset=0)


def user_by_email(connection: sqlite3.Connection, email: str) -> User | None:
    """Return the user with an e-mail address, whatever workspace they are in."""
    row = connection.execute(
        "SELECT seq, id, name, email FROM users WHERE fold(email) = ?", (email.casefold(),)
    ).fetchone()
    return User(*row) if row else None


def has_member(connection: sqlite3.Connection, workspace: int, name: str) -> bool:
    """Return whether a member of the workspace has that name."""
    return (
        connection.execute(
            "SELECT 1 FROM users JOIN members ON members.user = users.seq"
            " WHERE members.workspace = ? AND fold(name) = ?",
            (workspace, name.casefold()),
        ).fetchone()
        is not None
    )


def insert(connection: sqlite3.Connection, table: str, values: Mapping[str, Any]) -> int:
    """Add a row and return its number; a name is stored the way it is compared, too."""
    columns = _with_key(table, values)
    cursor = connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608  # names of our own columns
        f" VALUES ({', '.join('?' * len(columns))})",
        tuple(columns.values()),
    )
    seq = cursor.lastrowid
    assert seq is not None  # noqa: S101  # an INSERT that did not raise has one
    return seq


def update(connection: sqlite3.Connection, table: str, seq: int, values: Mapping[str, Any]) -> None:
    """Change some columns of a row."""
    columns = _with_key(table, values)
    if columns:
        connection.execute(
            f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in columns)}"  # noqa: S608
            " WHERE seq = ?",
            (*columns.values(), seq),
        )


def is_held(connection: sqlite3.Connection, kind: type, seq: int, lock_at: int | None) -> bool:
    """Return whether a locked or approved entry shows a client, project, task or tag."""
    row = connection.execute(
        f"SELECT 1 FROM entries e WHERE {_POINTING[kind]}"  # noqa: S608  # fixed texts only
        " AND (e.approval_id IS NOT NULL OR e.start_at < :lock) LIMIT 1",
        {"seq": seq, "lock": lock_at},
    ).fetchone()
    return row is not None


def remove(connection: sqlite3.Connection, kind: type, seq: int) -> None:
    """Delete a client, project (with its tasks), task or tag; what showed it stays, without it."""
    for statement in _REMOVAL[kind]:
        connection.execute(statement, (seq,))


def name_clash(connection: sqlite3.Connection, client: int) -> str | None:
    """Return the name of a project of a client that a project without a client has as well."""
    row = connection.execute(
        "SELECT p.name FROM projects p JOIN projects o"
        " ON o.workspace = p.workspace AND o.name_key = p.name_key AND o.client IS NULL"
        " WHERE p.client = ? ORDER BY p.name_key LIMIT 1",
        (client,),
    ).fetchone()
    return row[0] if row else None


def name_taken(
    connection: sqlite3.Connection,
    table: str,
    name: str,
    within: Mapping[str, int | None],
    besides: int | None = None,
) -> bool:
    """Return whether something else within those columns already has a name, in any case."""
    where = "".join(f" AND {column} IS ?" for column in within)
    row = connection.execute(
        f"SELECT 1 FROM {table} WHERE name_key = ?{where} AND seq IS NOT ?",  # noqa: S608
        (name.casefold(), *within.values(), besides),
    ).fetchone()
    return row is not None


def _one(
    connection: sqlite3.Connection, kind: type[Row], condition: str, owner: int, key: object
) -> Row | None:
    row: Sequence[Any] | None = connection.execute(
        f"SELECT {_COLUMNS[kind]} WHERE {condition} AND {_owner(kind)} = ?",
        (key, owner),
    ).fetchone()
    return kind(*row) if row else None


def _owner(kind: type) -> str:
    return _WORKSPACE_OF.get(kind, "x.workspace")


def _with_key(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    columns = dict(values)
    if "name" in columns and table not in {"users", "workspaces"}:
        columns["name_key"] = columns["name"].casefold()
    return columns
