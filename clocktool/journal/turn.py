"""The turn to send what is in the journal: one process at a time."""

import sqlite3
from pathlib import Path

from clocktool.journal.transaction import DamagedError, JournalError, failure
from clocktool.paths import make_private


class Turn:
    """The turn to send: one process at a time has it, and a killed one has it no more.

    It is a lock that SQLite takes on a file of its own, which the system lets go of.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    @property
    def mine(self) -> bool:
        """Whether this process has it."""
        return self._connection is not None

    def take(self, seconds: float) -> bool:
        """Wait for the turn so long; return whether it is ours."""
        if self.mine:
            return True
        try:
            make_private(self._path)
            connection = sqlite3.connect(
                self._path, timeout=seconds, isolation_level=None, check_same_thread=False
            )
        except (sqlite3.Error, OSError) as error:
            raise JournalError(self._path, error) from error
        try:
            connection.execute("PRAGMA journal_mode = MEMORY")  # no second file is made for it
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            connection.close()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                return False
            if isinstance(failure(self._path, error), DamagedError) and self._emptied():
                return self.take(seconds)
            raise JournalError(self._path, error) from error
        self._connection = connection
        return True

    def _emptied(self) -> bool:
        """Empty a damaged file, which holds nothing; return whether that was of use."""
        try:
            was = self._path.stat().st_size
            self._path.write_bytes(b"")
        except OSError:
            return False
        return was > 0

    def give(self) -> None:
        """Let the next have it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
