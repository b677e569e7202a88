"""A lock that one process has at a time, and that a killed one has no more."""

import sqlite3
from pathlib import Path

from clocktool.storage.failure import DamagedError, LockedError, failure
from clocktool.storage.files import make_empty

LOCK_SECONDS = 5.0
"""How long another process is waited for: one that writes to a file, or sends."""


class Lock:
    """A lock between processes: SQLite holds it on a file of its own, and the system releases it.

    Raises StorageError where the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    @property
    def is_held(self) -> bool:
        """Whether this process has it."""
        return self._connection is not None

    def acquire(self, seconds: float) -> bool:
        """Wait for the lock so long; return whether it is ours."""
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
            connection.execute("PRAGMA journal_mode = MEMORY")  # no second file is made for it
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if connection is not None:
                connection.close()
            found = failure(self._path, error, seconds)
            if isinstance(found, LockedError):
                return False
            if isinstance(found, DamagedError) and self._emptied():
                return self.acquire(seconds)
            raise found from error
        self._connection = connection
        return True

    def release(self) -> None:
        """Let the next have it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _emptied(self) -> bool:
        """Empty a damaged file, which holds nothing; return whether that was of use."""
        try:
            was = self._path.stat().st_size
            self._path.write_bytes(b"")
        except OSError:
            return False
        return was > 0
