"""The queue of writers: a process with many transactions lets others write between two of them.

SQLite has no queue, so the process that has just written usually gets the next write lock. Here a
waiting process holds a lock file. A process that has written before takes that lock first, and so
waits for the waiting one.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path

from clocktool.storage.failure import StorageError
from clocktool.storage.lock import Lock


class WriterQueue:
    """The queue of writers of one file; a process that need not wait does not use the lock file."""

    def __init__(self, path: Path, seconds: float) -> None:
        self._path = path
        self._seconds = seconds
        self._has_written = False

    def begin(self, connection: sqlite3.Connection) -> None:
        """Begin a write transaction. Raises sqlite3.Error."""
        is_next = not (self._has_written and self._path.exists())
        self._has_written = True
        if is_next and _try_begin(connection, self._seconds):
            return
        lock = Lock(self._path)
        with suppress(StorageError):  # without the lock the order is left to SQLite
            lock.acquire(self._seconds)
        try:
            connection.execute("BEGIN IMMEDIATE")
        finally:
            lock.release()


def _try_begin(connection: sqlite3.Connection, seconds: float) -> bool:
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
