"""The tables of the file, and the migrations from older versions.

Times are instants, money is in minor units, flags are 0 or 1. ``name_key`` is the case-folded name,
because SQLite folds only ASCII. A released migration never changes.
"""

import sqlite3
from collections.abc import Sequence
from typing import Final

from clocktool.storage.kind import Kind

APPLICATION_ID: Final = 0x636C6B74
"""Identifies the file, so that tables are never created in another program's database."""

_FIRST: Final = (
    """CREATE TABLE users (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL, email TEXT NOT NULL, is_me INTEGER NOT NULL DEFAULT 0)""",
    "CREATE UNIQUE INDEX users_me ON users (is_me) WHERE is_me = 1",
    """CREATE TABLE workspaces (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL, currency TEXT NOT NULL DEFAULT 'USD', rate INTEGER,
        force_projects INTEGER NOT NULL DEFAULT 0, force_tasks INTEGER NOT NULL DEFAULT 0,
        force_tags INTEGER NOT NULL DEFAULT 0, force_description INTEGER NOT NULL DEFAULT 0,
        lock_at INTEGER)""",
    """CREATE TABLE members (
        seq INTEGER PRIMARY KEY,
        workspace INTEGER NOT NULL REFERENCES workspaces,
        user INTEGER NOT NULL REFERENCES users,
        UNIQUE (workspace, user))""",
    """CREATE TABLE clients (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        workspace INTEGER NOT NULL REFERENCES workspaces,
        name TEXT NOT NULL, name_key TEXT NOT NULL,
        archived INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '',
        UNIQUE (workspace, name_key))""",
    """CREATE TABLE projects (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        workspace INTEGER NOT NULL REFERENCES workspaces,
        client INTEGER REFERENCES clients,
        name TEXT NOT NULL, name_key TEXT NOT NULL,
        color TEXT NOT NULL, billable INTEGER NOT NULL, public INTEGER NOT NULL,
        archived INTEGER NOT NULL DEFAULT 0, rate INTEGER, note TEXT NOT NULL DEFAULT '')""",
    "CREATE UNIQUE INDEX projects_name ON projects (workspace, name_key, coalesce(client, 0))",
    """CREATE TABLE tasks (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        project INTEGER NOT NULL REFERENCES projects,
        name TEXT NOT NULL, name_key TEXT NOT NULL,
        done INTEGER NOT NULL DEFAULT 0, billable INTEGER NOT NULL, rate INTEGER,
        UNIQUE (project, name_key))""",
    """CREATE TABLE tags (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        workspace INTEGER NOT NULL REFERENCES workspaces,
        name TEXT NOT NULL, name_key TEXT NOT NULL, archived INTEGER NOT NULL DEFAULT 0,
        UNIQUE (workspace, name_key))""",
    """CREATE TABLE custom_fields (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        workspace INTEGER NOT NULL REFERENCES workspaces,
        name TEXT NOT NULL, name_key TEXT NOT NULL,
        type TEXT NOT NULL, allowed TEXT NOT NULL, required INTEGER NOT NULL DEFAULT 0,
        UNIQUE (workspace, name_key))""",
    """CREATE TABLE entries (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        member INTEGER NOT NULL REFERENCES members,
        start_at INTEGER NOT NULL, end_at INTEGER,
        description TEXT NOT NULL,
        project INTEGER REFERENCES projects, task INTEGER REFERENCES tasks,
        billable INTEGER NOT NULL, type TEXT NOT NULL,
        invoiced INTEGER NOT NULL DEFAULT 0, approval_id TEXT, created_at INTEGER NOT NULL,
        CHECK (end_at IS NULL OR end_at >= start_at),
        CHECK (task IS NULL OR project IS NOT NULL))""",
    "CREATE INDEX entries_newest ON entries (member, start_at, id)",
    # At most one running timer for each member of a workspace.
    "CREATE UNIQUE INDEX entries_running ON entries (member) WHERE end_at IS NULL",
    """CREATE TABLE entry_tags (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        tag INTEGER NOT NULL REFERENCES tags,
        position INTEGER NOT NULL,
        PRIMARY KEY (entry, tag)) WITHOUT ROWID""",
    """CREATE TABLE entry_fields (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        field INTEGER NOT NULL REFERENCES custom_fields,
        value TEXT NOT NULL,
        PRIMARY KEY (entry, field)) WITHOUT ROWID""",
)

# The directory as the service has it. The columns ``rate`` of the first migration are unused now:
# all rates are in a table with the time from which they count. -2208988800 is EARLIEST.
_SECOND: Final = (
    """CREATE TABLE rates (
        holder TEXT NOT NULL, user TEXT NOT NULL DEFAULT '',
        cost INTEGER NOT NULL, since INTEGER NOT NULL, amount INTEGER NOT NULL,
        PRIMARY KEY (holder, user, cost, since)) WITHOUT ROWID""",
    *(
        f"INSERT INTO rates (holder, cost, since, amount)"  # noqa: S608  # fixed texts only
        f" SELECT id, 0, -2208988800, rate FROM {table} WHERE rate IS NOT NULL"
        for table in ("workspaces", "projects", "tasks")
    ),
    "UPDATE workspaces SET rate = NULL",
    "UPDATE projects SET rate = NULL",
    "UPDATE tasks SET rate = NULL",
    """CREATE TABLE project_members (
        project INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
        user INTEGER NOT NULL REFERENCES users,
        position INTEGER NOT NULL,
        PRIMARY KEY (project, user)) WITHOUT ROWID""",
    # The creator of a project is a member, and only the current user could create projects.
    """INSERT INTO project_members (project, user, position)
        SELECT p.seq, u.seq, 0 FROM projects p JOIN users u ON u.is_me = 1""",
    """CREATE TABLE project_estimates (
        project INTEGER PRIMARY KEY REFERENCES projects ON DELETE CASCADE,
        time TEXT, budget TEXT, reset TEXT)""",
    """CREATE TABLE task_estimates (
        task INTEGER PRIMARY KEY REFERENCES tasks ON DELETE CASCADE,
        seconds INTEGER NOT NULL, budget INTEGER NOT NULL)""",
    """CREATE TABLE task_assignees (
        task INTEGER NOT NULL REFERENCES tasks ON DELETE CASCADE,
        user INTEGER NOT NULL REFERENCES users,
        position INTEGER NOT NULL,
        PRIMARY KEY (task, user)) WITHOUT ROWID""",
    """CREATE TABLE client_contacts (
        client INTEGER PRIMARY KEY REFERENCES clients ON DELETE CASCADE,
        email TEXT NOT NULL, address TEXT NOT NULL, cc TEXT NOT NULL)""",
)

# Time is added up from the first index alone. The others are for filters.
_THIRD: Final = (
    "DROP INDEX entries_newest",
    """CREATE INDEX entries_by_start ON entries
        (member, start_at, id, end_at, project, task, billable, type)""",
    "CREATE INDEX entries_by_project ON entries (project, start_at)",
    "CREATE INDEX entry_tags_by_tag ON entry_tags (tag)",
)

MIGRATIONS: Final[tuple[Sequence[str], ...]] = (_FIRST, _SECOND, _THIRD)
"""Migration n changes a file of version n to version n + 1."""


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.create_function("fold", 1, str.casefold, deterministic=True)


FILE: Final = Kind(
    "the local workspace",
    MIGRATIONS,
    application=APPLICATION_ID,
    is_compared=True,
    prepare=_prepare,
)
"""The only copy of its data: it is durable, and a damaged file is not replaced."""
