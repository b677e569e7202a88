"""A lock between processes; the system releases that of a killed process."""

import sqlite3
from pathlib import Path

from clocktool.storage.failure import DamagedError, LockedError, failure
from clocktool.storage.files import make_empty

LOCK_SECONDS = 5.0
"""How long to wait for another process that writes to a file or sends changes."""


class Lock:
    """A lock between processes, held by an exclusive SQLite transaction on a file of its own.

    Raises StorageError where the file can't be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    @property
    def is_held(self) -> bool:
        """Whether this process has the lock."""
        return self._connection is not None

    def acquire(self, seconds: float) -> bool:
        """Wait for the lock at most ``seconds``; return whether this process has it."""
        if self.is_held:
            return True
        make_empty(self._path)
        connection = None
        try:
            connection = sqlite3.connect(
                self._path.absolute(),
                timeout=seconds,
                isolation_level=None,
                check_same_thread=False,
            )
            connection.execute("PRAGMA journal_mode = MEMORY")  # no second file on the disk
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if connection is not None:
                connection.close()
            found = failure(self._path, error, seconds)
            if isinstance(found, LockedError):
                return False
            if isinstance(found, DamagedError) and self._empty():
                return self.acquire(seconds)
            raise found from error
        self._connection = connection
        return True

    def release(self) -> None:
        """Release the lock."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _empty(self) -> bool:
        """Empty a damaged lock file; return False if it was empty already or can't be written."""
        try:
            was = self._path.stat().st_size
            self._path.write_bytes(b"")
        except OSError:
            return False
        return was > 0
