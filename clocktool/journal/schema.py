"""The tables of the journal, and bringing those of an older version up to date."""

import sqlite3
from contextlib import closing

VERSION = 1

COLUMNS = "number, action, at, state, user, workspace, change, reason, after, theirs"
ACTION_COLUMNS = "number, at, command, undone, note"


def migrate(connection: sqlite3.Connection) -> None:
    """Make the tables; two processes at once make them once."""
    with closing(connection.cursor()) as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS actions (number INTEGER PRIMARY KEY AUTOINCREMENT,"
            " at INTEGER NOT NULL, command TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0,"
            " note TEXT NOT NULL DEFAULT '')"
        )
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS changes (number INTEGER PRIMARY KEY AUTOINCREMENT,"
            " action INTEGER NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL,"
            " user TEXT NOT NULL, workspace TEXT NOT NULL, change BLOB NOT NULL,"
            " reason TEXT NOT NULL DEFAULT '', after BLOB, theirs BLOB)"
        )
        cursor.execute("CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value INTEGER)")
        cursor.execute("CREATE INDEX IF NOT EXISTS changes_state ON changes (state, number)")
        cursor.execute("CREATE INDEX IF NOT EXISTS changes_action ON changes (action)")
        cursor.execute(f"PRAGMA user_version = {VERSION}")
        cursor.execute("COMMIT")
