"""The tables of the journal, and how its file is kept."""

import sqlite3

from clocktool.storage.kind import Damage, Kind

COLUMNS = "number, action, at, state, user, workspace, change, reason, after, theirs"
ACTION_COLUMNS = "number, at, command, undone, note"


def _prepare(connection: sqlite3.Connection) -> None:
    connection.text_factory = bytes  # what is no UTF-8 is a row's fault, not the file's


_FIRST = (
    """CREATE TABLE IF NOT EXISTS actions (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL, command TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0,
        note TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE IF NOT EXISTS changes (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        action INTEGER NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL,
        user TEXT NOT NULL, workspace TEXT NOT NULL, change BLOB NOT NULL,
        reason TEXT NOT NULL DEFAULT '', after BLOB, theirs BLOB)""",
    "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value INTEGER)",
    "CREATE INDEX IF NOT EXISTS changes_state ON changes (state, number)",
    "CREATE INDEX IF NOT EXISTS changes_action ON changes (action)",
)

OF_ACCOUNT = Kind("the journal", (_FIRST,), damage=Damage.SET_ASIDE, prepare=_prepare)
"""Each change reaches the disk itself before it is sent."""

OF_LOCAL_WORKSPACE = OF_ACCOUNT._replace(durable=False)
"""The changes are in the workspace itself; the journal is there for undo."""
