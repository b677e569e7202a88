"""The SQLite file of a journal, as it is opened and set aside.

A file of an older version is brought up to date; one that is damaged, or of a newer version, is set
aside under a name that says so, and a new one is begun.
"""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from clocktool.journal.schema import VERSION, migrate
from clocktool.journal.transaction import DamagedError, JournalError, Transaction, failure
from clocktool.paths import make_private

BUSY_SECONDS = 5.0


class Database:
    """The file, opened when it is first used. ``say`` is told of one that is set aside.

    ``durable`` lets each change reach the disk itself before it is sent.
    """

    def __init__(self, path: Path, say: Callable[[str], None], *, durable: bool = True) -> None:
        self._path = path
        self._say = say
        self._durable = durable
        self._connection: sqlite3.Connection | None = None
        self._opened = 0
        self._lock = threading.Lock()

    @property
    def exists(self) -> bool:
        """Whether anything was ever kept."""
        try:
            return self._path.exists()
        except OSError:
            return False

    def set_aside(self, reason: str) -> None:
        """Give the file another name, unless another process has done so by now."""
        self.close()
        if self._opened == _inode(self._path):
            self._rename(reason)

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> "Transaction":
        if self._connection is None:
            try:
                self._connection = self._open()
            except _UnusableError as reason:
                self._rename(str(reason))
                self._connection = self._open()
        return Transaction(self._connection, self._path)

    def _open(self) -> sqlite3.Connection:
        try:
            make_private(self._path)
            connection = sqlite3.connect(
                self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        except (sqlite3.Error, OSError) as error:
            raise JournalError(f"{self._path}: {error}") from error
        try:
            self._opened = _inode(self._path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {'FULL' if self._durable else 'OFF'}")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > VERSION:
                raise _UnusableError("it was written by a newer clocktool")  # noqa: TRY301
            if version < VERSION:
                migrate(connection)
        except _UnusableError:
            connection.close()
            raise
        except (sqlite3.DatabaseError, UnicodeDecodeError, TypeError) as error:
            connection.close()
            found = failure(self._path, error)
            if isinstance(found, DamagedError):
                raise _UnusableError(found.reason) from error
            raise found from error
        return connection

    def _rename(self, reason: str) -> None:
        """Give the file another name, with what SQLite keeps beside it."""
        number = 1
        while (aside := self._path.with_name(f"{self._path.name}.damaged-{number}")).exists():
            number += 1
        try:
            self._path.rename(aside)
            for end in ("-wal", "-shm"):
                beside = self._path.with_name(self._path.name + end)
                if beside.exists():
                    beside.rename(aside.with_name(aside.name + end))
        except OSError as error:
            raise JournalError(
                f"{self._path}: {reason}; it cannot be set aside: {error}"
            ) from error
        self._say(f"The journal cannot be used ({reason}); it is set aside as {aside}")


class _UnusableError(Exception):
    """The file is there, and no journal of ours that can be read."""


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0
