"""Snapshots: all that a delete removes, read before it to restore it later.

A snapshot is a JSON object of rows by table, with ids instead of row numbers. It holds the thing,
what belongs to it (tasks, rates with their history, members, estimates), and what refers to it.
Outboxes keep snapshots, so those of earlier versions must still be restored. Only this process can
send these requests: their body is a tuple, which cannot come from JSON.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from clocktool.backends.local import catalog, directory, directory_replies, rules, tasks
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.chosen_ids import check_id_unused
from clocktool.backends.local.refusal import broken_rule, invalid_body, no_route
from clocktool.backends.local.rows import Client, Project, Tag, Task


class _Part(NamedTuple):
    """Rows of a table: the SQL to read and to write them.

    ``read`` takes the row number of the thing, ``write`` that of the workspace and then a row.
    """

    read: str
    write: str


def get_client(call: Call) -> Answer:
    """Return the snapshot of a client."""
    return _get(call, catalog.require(call, Client))


def get_project(call: Call) -> Answer:
    """Return the snapshot of a project."""
    return _get(call, catalog.require(call, Project))


def get_task(call: Call) -> Answer:
    """Return the snapshot of a task."""
    return _get(call, tasks.require(call))


def get_tag(call: Call) -> Answer:
    """Return the snapshot of a tag."""
    return _get(call, catalog.require(call, Tag))


def restore_client(call: Call) -> Answer:
    """Restore a client, and set it again on its projects that are without a client now."""
    return _restore(call, Client, directory_replies.clients)


def restore_project(call: Call) -> Answer:
    """Restore a project and its tasks, and set it on its entries that have no project now."""
    return _restore(call, Project, directory_replies.projects)


def restore_task(call: Call) -> Answer:
    """Restore a task, and set it on its entries that are on the project without a task."""
    return _restore(call, Task, directory_replies.tasks)


def restore_tag(call: Call) -> Answer:
    """Restore a tag, and add it to its entries again."""
    return _restore(call, Tag, directory_replies.tags)


def _get(call: Call, row: directory.Row) -> Answer:
    if not isinstance(call.body, tuple):
        raise no_route()
    parts = _PARTS[type(row)]
    return Answer(
        200,
        {
            name: call.connection.execute(part.read, {"seq": row.seq}).fetchall()
            for name, part in parts.items()
        },
    )


def _restore(call: Call, kind: type[directory.Row], show: catalog.Show[directory.Row]) -> Answer:
    if not isinstance(call.body, tuple):
        raise no_route()
    (snapshot,) = call.body
    parts = _PARTS[kind]
    table = next(iter(parts))
    if not isinstance(snapshot, Mapping) or parts.keys() != snapshot.keys():
        raise invalid_body("body must be a snapshot")
    ((identity, home, name, *_),) = snapshot[table]
    check_id_unused(call, kind, identity)
    catalog.check_name(call, kind, table, {"name": name, **_owner_columns(call, kind, home)})
    _check_unprotected(call, kind, name, snapshot.get("entries", ()))
    for each, part in parts.items():
        _write(call, part, snapshot[each])
    made = rules.require(call.connection, kind, call.workspace, identity)
    return Answer(201, show(call, [made])[0])


def _write(call: Call, part: _Part, rows: list[list[Any]]) -> None:
    call.connection.executemany(part.write, [(call.workspace.seq, *row) for row in rows])


def _owner_columns(call: Call, kind: type, identity: str | None) -> dict[str, Any]:
    """Return the column with the client or project of a thing; refuse one that was deleted."""
    if kind is Project:
        client = identity and rules.require(call.connection, Client, call.workspace, identity)
        return {"client": client.seq if client else None}
    if kind is Task:
        project = rules.require(call.connection, Project, call.workspace, identity or "")
        return {"project": project.seq}
    return {}


def _check_unprotected(call: Call, kind: type, name: str, rows: list[list[Any]]) -> None:
    """Refuse if any of the entries is locked or approved now."""
    ids = msgspec.json.encode([row[0] for row in rows]).decode()
    if _any_protected(call.connection, ids, call.workspace.lock_at):
        raise broken_rule(
            f"{kind.__name__} '{name}' was on a time entry that is now locked or approved"
        )


def _any_protected(connection: sqlite3.Connection, ids: str, lock_at: int | None) -> bool:
    row = connection.execute(
        "SELECT 1 FROM json_each(?) j CROSS JOIN entries e ON e.id = j.value"
        " WHERE e.approval_id IS NOT NULL OR e.start_at < ? LIMIT 1",
        (ids, lock_at),
    ).fetchone()
    return row is not None


_WRITE_RATE: Final = (
    "INSERT INTO rates (holder, user, cost, since, amount) VALUES (?2, ?3, ?4, ?5, ?6)"
)
_TASK: Final[Mapping[str, _Part]] = {
    "tasks": _Part(
        "SELECT t.id, p.id, t.name, t.name_key, t.done, t.billable FROM tasks t"
        " JOIN projects p ON p.seq = t.project WHERE t.seq = :seq",
        "INSERT INTO tasks (id, project, name, name_key, done, billable)"
        " VALUES (?2, (SELECT seq FROM projects WHERE id = ?3), ?4, ?5, ?6, ?7)",
    ),
    "task_estimates": _Part(
        "SELECT t.id, m.seconds, m.budget FROM task_estimates m"
        " JOIN tasks t ON t.seq = m.task WHERE t.seq = :seq",
        "INSERT INTO task_estimates (task, seconds, budget)"
        " VALUES ((SELECT seq FROM tasks WHERE id = ?2), ?3, ?4)",
    ),
    "task_assignees": _Part(
        "SELECT t.id, u.id, a.position FROM task_assignees a JOIN tasks t ON t.seq = a.task"
        " JOIN users u ON u.seq = a.user WHERE t.seq = :seq",
        "INSERT INTO task_assignees (task, user, position) SELECT t.seq, u.seq, ?4"
        " FROM tasks t JOIN users u ON u.id = ?3 WHERE t.id = ?2",
    ),
    "task_rates": _Part(
        "SELECT r.holder, r.user, r.cost, r.since, r.amount FROM rates r"
        " JOIN tasks t ON t.id = r.holder WHERE t.seq = :seq",
        _WRITE_RATE,
    ),
}
_TASKS: Final = {
    name: part._replace(read=part.read.replace("t.seq = :seq", "t.project = :seq"))
    for name, part in _TASK.items()
}
"""The parts of all tasks of a project."""

# The first part of each is the thing itself: its id, the id of its client or project, its name.
_PARTS: Final[Mapping[type, Mapping[str, _Part]]] = {
    Client: {
        "clients": _Part(
            "SELECT id, NULL, name, name_key, archived, note FROM clients WHERE seq = :seq",
            "INSERT INTO clients (workspace, id, name, name_key, archived, note)"
            " VALUES (?1, ?2, ?4, ?5, ?6, ?7)",
        ),
        "client_contacts": _Part(
            "SELECT c.id, t.email, t.address, t.cc FROM client_contacts t"
            " JOIN clients c ON c.seq = t.client WHERE c.seq = :seq",
            "INSERT INTO client_contacts (client, email, address, cc)"
            " VALUES ((SELECT seq FROM clients WHERE id = ?2), ?3, ?4, ?5)",
        ),
        "projects": _Part(
            "SELECT p.id, c.id FROM projects p JOIN clients c ON c.seq = p.client"
            " WHERE c.seq = :seq",
            "UPDATE projects SET client = (SELECT seq FROM clients WHERE id = ?3)"
            " WHERE id = ?2 AND client IS NULL",
        ),
    },
    Project: {
        "projects": _Part(
            "SELECT p.id, c.id, p.name, p.name_key, p.color, p.billable, p.public, p.archived,"
            " p.note FROM projects p LEFT JOIN clients c ON c.seq = p.client WHERE p.seq = :seq",
            "INSERT INTO projects (workspace, id, client, name, name_key, color, billable, public,"
            " archived, note) VALUES (?1, ?2, (SELECT seq FROM clients WHERE id = ?3),"
            " ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        ),
        "project_members": _Part(
            "SELECT p.id, u.id, m.position FROM project_members m"
            " JOIN projects p ON p.seq = m.project JOIN users u ON u.seq = m.user"
            " WHERE p.seq = :seq",
            "INSERT INTO project_members (project, user, position) SELECT p.seq, u.seq, ?4"
            " FROM projects p JOIN users u ON u.id = ?3 WHERE p.id = ?2",
        ),
        "project_estimates": _Part(
            "SELECT p.id, m.time, m.budget, m.reset FROM project_estimates m"
            " JOIN projects p ON p.seq = m.project WHERE p.seq = :seq",
            "INSERT INTO project_estimates (project, time, budget, reset)"
            " VALUES ((SELECT seq FROM projects WHERE id = ?2), ?3, ?4, ?5)",
        ),
        "project_rates": _Part(
            "SELECT r.holder, r.user, r.cost, r.since, r.amount FROM rates r"
            " JOIN projects p ON p.id = r.holder WHERE p.seq = :seq",
            _WRITE_RATE,
        ),
        **_TASKS,
        "entries": _Part(
            "SELECT e.id, p.id, t.id FROM entries e JOIN projects p ON p.seq = e.project"
            " LEFT JOIN tasks t ON t.seq = e.task WHERE e.project = :seq",
            "UPDATE entries SET project = (SELECT seq FROM projects WHERE id = ?3),"
            " task = (SELECT seq FROM tasks WHERE id = ?4) WHERE id = ?2 AND project IS NULL",
        ),
    },
    Task: {
        **_TASK,
        "entries": _Part(
            "SELECT e.id, t.id FROM entries e JOIN tasks t ON t.seq = e.task WHERE e.task = :seq",
            "UPDATE entries SET task = (SELECT seq FROM tasks WHERE id = ?3) WHERE id = ?2"
            " AND task IS NULL AND project = (SELECT project FROM tasks WHERE id = ?3)",
        ),
    },
    Tag: {
        "tags": _Part(
            "SELECT id, NULL, name, name_key, archived FROM tags WHERE seq = :seq",
            "INSERT INTO tags (workspace, id, name, name_key, archived)"
            " VALUES (?1, ?2, ?4, ?5, ?6)",
        ),
        "entries": _Part(
            "SELECT e.id, g.id, x.position FROM entry_tags x JOIN tags g ON g.seq = x.tag"
            " JOIN entries e ON e.seq = x.entry WHERE g.seq = :seq",
            "INSERT INTO entry_tags (entry, tag, position) SELECT e.seq, g.seq, ?4"
            " FROM entries e JOIN tags g ON g.id = ?3 WHERE e.id = ?2",
        ),
    },
}
