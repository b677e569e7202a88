"""The SQLite file of a journal, as it is opened and set aside.

A file of an older version is brought up to date; one that cannot be read, or of a newer version, is
set aside under a name that says so, and a new one is begun. Of one with rows that cannot be read a
copy is kept like that, and it goes on without them.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from clocktool.journal.change import UNDER_WAY, UNREADABLE, Action, Row
from clocktool.journal.schema import ACTION_COLUMNS, COLUMNS, VERSION, migrate
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
        """Whether anything was ever kept, or something is in the way of that."""
        folder = self._path.parent
        return os.path.lexists(self._path) or (os.path.lexists(folder) and not folder.is_dir())

    def set_aside(self, reason: str) -> None:
        """Give the file another name, unless another process has done so by now."""
        self.close()
        if self._opened == _inode(self._path):
            self._rename(reason)

    def leave_out(self, reason: str) -> bool:
        """Take out what cannot be read, where the rest can be; return whether it can.

        What is left keeps its numbers and states; the file as it was is kept under another name.
        """
        try:
            with self._lock, self._connected() as run:
                rows = run(f"SELECT {COLUMNS} FROM changes")  # noqa: S608
                bad = [row[0] for row in rows if not _makes(Row.of, row)]
                actions = run(f"SELECT {ACTION_COLUMNS} FROM actions")  # noqa: S608
                worse = [row[0] for row in actions if not _makes(Action.of, row)]
                if not bad and not worse:
                    return True  # another process has done so by now, or it is not the rows
                aside = self._copied()
                for number in bad:
                    run("DELETE FROM changes WHERE number = ?", (number,))
                for number in worse:
                    run("DELETE FROM actions WHERE number = ?", (number,))
                which = f"state IN ({marks(UNDER_WAY)})"
                ((kept,),) = run(f"SELECT count(*) FROM changes WHERE {which}", UNDER_WAY)  # noqa: S608
        except DamagedError:
            return False
        many = len(bad) + len(worse)
        wait = "1 change that waits is kept" if kept == 1 else f"{kept} changes that wait are kept"
        self._say(
            f"The journal has {many} {'row' if many == 1 else 'rows'} that cannot be read"
            f" ({reason}): left out{f', {wait}' if kept else ''}. As it was it is {aside};"
            " what clocktool list does not show is to be typed again"
        )
        return True

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
            raise JournalError(self._path, error) from error
        connection.text_factory = bytes  # what is no UTF-8 is a row's fault, not the file's
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
            return self._read_only(found)
        return connection

    def _read_only(self, failure: JournalError) -> sqlite3.Connection:
        """Open a file that may not be written. Raises the failure where it cannot be, either."""
        beside = self._path.with_name(f"{self._path.name}-wal")
        if os.access(self._path.parent, os.W_OK) or not self._path.is_file() or beside.exists():
            raise failure
        try:
            connection = sqlite3.connect(
                f"{self._path.absolute().as_uri()}?mode=ro&immutable=1",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
            )
        except sqlite3.Error:
            raise failure from None
        connection.text_factory = bytes
        return connection

    def _copied(self) -> Path:
        """Copy the file as it is to another name; return that."""
        aside = self._aside()
        try:
            make_private(aside)
            with (
                closing(sqlite3.connect(self._path)) as file,
                closing(sqlite3.connect(aside)) as to,
            ):
                file.backup(to)
        except (sqlite3.Error, OSError) as error:
            with suppress(OSError):
                aside.unlink()
            raise JournalError(self._path, f"it cannot be copied: {error}") from error
        return aside

    def _aside(self) -> Path:
        """Return a name that says that the file is damaged, and that nothing has."""
        number = 1
        while (aside := self._path.with_name(f"{self._path.name}.damaged-{number}")).exists():
            number += 1
        return aside

    def _rename(self, reason: str) -> None:
        """Give the file another name, with what SQLite keeps beside it."""
        aside = self._aside()
        try:
            self._path.rename(aside)
            for end in ("-wal", "-shm"):
                beside = self._path.with_name(self._path.name + end)
                if beside.exists():
                    beside.rename(aside.with_name(aside.name + end))
        except OSError as error:
            raise JournalError(self._path, f"{reason}; it cannot be set aside: {error}") from error
        self._say(f"The journal cannot be used ({reason}); it is set aside as {aside}")


class _UnusableError(Exception):
    """The file is there, and no journal of ours that can be read."""


def marks(values: Sequence[object]) -> str:
    """Return a question mark for each value."""
    return ", ".join("?" * len(values))


def _makes(read: Callable[[tuple[Any, ...]], object], columns: tuple[Any, ...]) -> bool:
    try:
        read(columns)
    except UNREADABLE:
        return False
    return True


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0
