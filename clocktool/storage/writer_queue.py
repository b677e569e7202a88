"""Who writes next: a process with many transactions lets those that wait in between two of them.

SQLite lets whoever comes at the right moment write, and that is the one that has just written. Who
has to wait here holds a lock on a file of its own meanwhile; who has written before asks for it.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path

from clocktool.storage.failure import StorageError
from clocktool.storage.lock import Lock


class WriterQueue:
    """The way to write to one file. A single command that nobody is in the way of never sees it."""

    def __init__(self, path: Path, seconds: float) -> None:
        self._path = path
        self._seconds = seconds
        self._has_written = False

    def begin(self, connection: sqlite3.Connection) -> None:
        """Begin a transaction that writes. Raises sqlite3.Error."""
        is_next = not (self._has_written and self._path.exists())
        self._has_written = True
        if is_next and _began_at_once(connection, self._seconds):
            return
        lock = Lock(self._path)
        with suppress(StorageError):  # then it is as it is without
            lock.acquire(self._seconds)
        try:
            connection.execute("BEGIN IMMEDIATE")
        finally:
            lock.release()


def _began_at_once(connection: sqlite3.Connection, seconds: float) -> bool:
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
    return True
