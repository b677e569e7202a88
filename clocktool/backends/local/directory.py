"""SQL for the directory: users, workspaces, clients, projects, tasks, tags, custom fields."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec

from clocktool.backends.local.rows import Client, Field, Project, Tag, Task, User, Workspace

Row = TypeVar("Row", Client, Project, Task, Tag, Field, User)

COLUMNS: Final[Mapping[type, str]] = {
    Client: "x.seq, x.id, x.name, x.archived, x.note, t.email, t.address, t.cc"
    " FROM clients x LEFT JOIN client_contacts t ON t.client = x.seq",
    Project: "x.seq, x.id, x.name, x.color, x.billable, x.public, x.archived, x.note,"
    " c.seq, c.id, c.name, m.time, m.budget, m.reset FROM projects x"
    " LEFT JOIN clients c ON c.seq = x.client"
    " LEFT JOIN project_estimates m ON m.project = x.seq",
    Task: "x.seq, x.id, x.name, x.done, x.billable, p.seq, p.id,"
    " coalesce(m.seconds, 0), coalesce(m.budget, 0) FROM tasks x"
    " JOIN projects p ON p.seq = x.project LEFT JOIN task_estimates m ON m.task = x.seq",
    Tag: "x.seq, x.id, x.name, x.archived FROM tags x",
    Field: "x.seq, x.id, x.name, x.type, x.allowed, x.required FROM custom_fields x",
    User: "x.seq, x.id, x.name, x.email, m.seq FROM members m JOIN users x ON x.seq = m.user",
}
_TABLES: Final[Mapping[type, str]] = {
    Client: "clients",
    Project: "projects",
    Task: "tasks",
    Tag: "tags",
}
_WORKSPACE_OF: Final[Mapping[type, str]] = {Task: "p.workspace", User: "m.workspace"}
NAME_OF: Final[Mapping[type, str]] = {User: "fold(x.name)"}
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
        "DELETE FROM rates WHERE holder IN (SELECT id FROM tasks WHERE project = ?)",
        "DELETE FROM tasks WHERE project = ?",
        "DELETE FROM rates WHERE holder = (SELECT id FROM projects WHERE seq = ?)",
        "DELETE FROM projects WHERE seq = ?",
    ),
    Task: (
        "UPDATE entries SET task = NULL WHERE task = ?",
        "DELETE FROM rates WHERE holder = (SELECT id FROM tasks WHERE seq = ?)",
        "DELETE FROM tasks WHERE seq = ?",
    ),
    Tag: ("DELETE FROM entry_tags WHERE tag = ?", "DELETE FROM tags WHERE seq = ?"),
}
_WORKSPACES: Final = (
    "SELECT w.seq, w.id, w.name, w.currency, w.force_projects, w.force_tasks,"
    " w.force_tags, w.force_description, w.lock_at FROM workspaces w"
)


def current_user(connection: sqlite3.Connection) -> User:
    """Return the current user, who owns the file."""
    row = connection.execute("SELECT seq, id, name, email FROM users WHERE is_me = 1").fetchone()
    return User(*row)


def workspace(connection: sqlite3.Connection, identity: str) -> Workspace | None:
    """Return a workspace by its id."""
    row = connection.execute(f"{_WORKSPACES} WHERE w.id = ?", (identity,)).fetchone()
    return Workspace(*row) if row else None


def workspaces(connection: sqlite3.Connection) -> list[Workspace]:
    """Return all workspaces in the order of their creation."""
    return [Workspace(*row) for row in connection.execute(f"{_WORKSPACES} ORDER BY w.seq")]


def get(connection: sqlite3.Connection, kind: type[Row], owner: int, identity: str) -> Row | None:
    """Return a thing of a workspace by its id, or None."""
    return _one(connection, kind, "x.id = ?", owner, identity)


def exists(connection: sqlite3.Connection, kind: type, identity: str) -> bool:
    """Return whether an id is used by a client, project, task or tag of any workspace."""
    sql = f"SELECT 1 FROM {_TABLES[kind]} WHERE id = ?"  # noqa: S608  # names of our own tables
    return connection.execute(sql, (identity,)).fetchone() is not None


def get_by_seq(connection: sqlite3.Connection, kind: type[Row], owner: int, seq: int) -> Row:
    """Return a thing of a workspace by its row number, which must exist."""
    row = _one(connection, kind, "x.seq = ?", owner, seq)
    assert row is not None  # noqa: S101  # row numbers come from this file
    return row


def user_by_email(connection: sqlite3.Connection, email: str) -> User | None:
    """Return the user of any workspace with an e-mail address, or None."""
    row = connection.execute(
        "SELECT seq, id, name, email FROM users WHERE fold(email) = ?", (email.casefold(),)
    ).fetchone()
    return User(*row) if row else None


def has_member(connection: sqlite3.Connection, workspace: int, name: str) -> bool:
    """Return whether a member of the workspace has a name, in any case."""
    return (
        connection.execute(
            "SELECT 1 FROM users JOIN members ON members.user = users.seq"
            " WHERE members.workspace = ? AND fold(name) = ?",
            (workspace, name.casefold()),
        ).fetchone()
        is not None
    )


def insert(connection: sqlite3.Connection, table: str, values: Mapping[str, Any]) -> int:
    """Insert a row and return its number. ``name_key`` is added for a name."""
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
    """Change columns of a row. ``name_key`` is changed along with a name."""
    columns = _with_key(table, values)
    if columns:
        connection.execute(
            f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in columns)}"  # noqa: S608
            " WHERE seq = ?",
            (*columns.values(), seq),
        )


def upsert(connection: sqlite3.Connection, table: str, values: Mapping[str, Any]) -> None:
    """Insert a row, or replace the row with the same key."""
    connection.execute(
        f"INSERT OR REPLACE INTO {table} ({', '.join(values)})"  # noqa: S608  # as above
        f" VALUES ({', '.join('?' * len(values))})",
        tuple(values.values()),
    )


def load_people(
    connection: sqlite3.Connection, table: str, column: str, seqs: Iterable[int]
) -> dict[int, list[str]]:
    """Return the user ids of members of projects, or assignees of tasks, by row number."""
    found: dict[int, list[str]] = {}
    rows = connection.execute(
        f"SELECT x.{column}, u.id FROM json_each(?) j"  # noqa: S608  # names of our own columns
        f" CROSS JOIN {table} x ON x.{column} = j.value JOIN users u ON u.seq = x.user"
        f" ORDER BY x.{column}, x.position",
        (msgspec.json.encode(list(seqs)).decode(),),
    )
    for seq, identity in rows:
        found.setdefault(seq, []).append(identity)
    return found


def set_people(
    connection: sqlite3.Connection, table: str, column: str, seq: int, users: Iterable[User]
) -> None:
    """Replace the members of a project or the assignees of a task, keeping their order."""
    connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (seq,))  # noqa: S608
    connection.executemany(
        f"INSERT INTO {table} ({column}, user, position) VALUES (?, ?, ?)",  # noqa: S608
        [(seq, user.seq, position) for position, user in enumerate(users)],
    )


def count_colors(connection: sqlite3.Connection, workspace: int) -> dict[str, int]:
    """Count the projects of a workspace by colour."""
    rows = connection.execute(
        "SELECT upper(color), count(*) FROM projects WHERE workspace = ? GROUP BY 1", (workspace,)
    )
    return dict(rows.fetchall())


def archive_projects(connection: sqlite3.Connection, client: int) -> None:
    """Archive all projects of a client."""
    connection.execute("UPDATE projects SET archived = 1 WHERE client = ?", (client,))


def finish_tasks(connection: sqlite3.Connection, client: int) -> None:
    """Mark all tasks of a client's projects as done."""
    connection.execute(
        "UPDATE tasks SET done = 1 WHERE project IN (SELECT seq FROM projects WHERE client = ?)",
        (client,),
    )


def is_protected(connection: sqlite3.Connection, kind: type, seq: int, lock_at: int | None) -> bool:
    """Return whether a locked or approved entry uses a client, project, task or tag."""
    row = connection.execute(
        f"SELECT 1 FROM entries e WHERE {_POINTING[kind]}"  # noqa: S608  # fixed texts only
        " AND (e.approval_id IS NOT NULL OR e.start_at < :lock) LIMIT 1",
        {"seq": seq, "lock": lock_at},
    ).fetchone()
    return row is not None


def remove(connection: sqlite3.Connection, kind: type, seq: int) -> None:
    """Delete a client, project (with its tasks), task or tag. What used it stays without it."""
    for statement in _REMOVAL[kind]:
        connection.execute(statement, (seq,))


def find_name_clash(connection: sqlite3.Connection, client: int) -> str | None:
    """Return the name of a client's project that is also used by a project without a client."""
    row = connection.execute(
        "SELECT p.name FROM projects p JOIN projects o"
        " ON o.workspace = p.workspace AND o.name_key = p.name_key AND o.client IS NULL"
        " WHERE p.client = ? ORDER BY p.name_key LIMIT 1",
        (client,),
    ).fetchone()
    return row[0] if row else None


def name_exists(
    connection: sqlite3.Connection,
    table: str,
    name: str,
    within: Mapping[str, int | None],
    besides: int | None = None,
) -> bool:
    """Return whether another row with the columns ``within`` has a name, in any case."""
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
        f"SELECT {COLUMNS[kind]} WHERE {condition} AND {owner_of(kind)} = ?",
        (key, owner),
    ).fetchone()
    return kind(*row) if row else None


def owner_of(kind: type) -> str:
    """Return the column with the workspace of a kind of thing."""
    return _WORKSPACE_OF.get(kind, "x.workspace")


def _with_key(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    columns = dict(values)
    if "name" in columns and table not in {"users", "workspaces"}:
        columns["name_key"] = columns["name"].casefold()
    return columns
