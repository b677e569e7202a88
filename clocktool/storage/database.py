"""A SQLite database of clocktool: opened when it is first used, and used in transactions."""

import os
import sqlite3
from _thread import RLock
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from clocktool.storage.failure import DamagedError, StorageError, failure
from clocktool.storage.files import SIDE_FILES, side_file
from clocktool.storage.kind import Damage, Kind
from clocktool.storage.opening import (
    Opened,
    Seed,
    open_database,
    open_in_memory,
)
from clocktool.storage.writer_queue import WriterQueue

MIN_FREE_PAGES = 100
"""The number of free pages that a file keeps for the next writes."""


class Database:
    """One database file. Raises StorageError where it can't be used; thread-safe.

    ``say`` is called when a damaged file is renamed or deleted. ``seed`` inserts the first rows of
    a new file; with it, a file is also created by the first read.
    """

    def __init__(
        self,
        path: Path,
        kind: Kind,
        say: Callable[[str], None] = lambda _: None,
        *,
        seed: Seed | None = None,
    ) -> None:
        self.path = path
        self._in_memory = False
        self._kind = kind
        self._say = say
        self._seed = seed
        self._open: Opened | None = None
        self._inode = 0
        self._lock = RLock()
        self._depth = 0
        self._writer_queue = WriterQueue(side_file(self.path, ".queue"), kind.seconds)
        self.is_new = False
        """Whether this object created the file."""

    @property
    def exists(self) -> bool:
        """Whether the file exists, or something else has its name or the name of its folder."""
        folder = self.path.parent
        return os.path.lexists(self.path) or (os.path.lexists(folder) and not folder.is_dir())

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Read in one transaction; this works on a full disk and in a read-only folder, too."""
        with self._lock:
            connection = self._connection(to_write=False)
            with self._transaction(connection, lambda: connection.execute("BEGIN")):
                yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction, which is rolled back if the block raises.

        It takes the write lock at the start, so that its reads stay valid until it writes. Inside
        another transaction of this thread it is a savepoint, which is rolled back alone.
        """
        with self._lock:
            connection = self._connection(to_write=True)
            with self._transaction(connection, lambda: self._writer_queue.begin(connection)):
                yield connection

    def release_pages(self, pages: int) -> None:
        """Return up to this number of free pages to the file system, if there are many."""
        with self._lock:
            opened = self._open
            if opened is None or self._depth or self._in_memory:
                return
            # If it fails, the next command does it. It must be a script: with ``execute`` Python
            # runs a single step of this statement, which frees a single page.
            with suppress(sqlite3.Error):
                (free,) = opened.connection.execute("PRAGMA freelist_count").fetchone()
                if free > MIN_FREE_PAGES:
                    opened.connection.executescript(f"PRAGMA incremental_vacuum({pages})")

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            opened, self._open = self._open, None
            if opened is not None:
                opened.connection.close()

    def set_aside(self, reason: str) -> None:
        """Rename the damaged file, unless another process has done so."""
        from clocktool.storage.damage import set_aside

        self.close()
        if self._inode != _inode(self.path):
            return
        aside = set_aside(self.path, reason)
        noun = self._kind.noun
        self._say(
            f"{noun[:1].upper()}{noun[1:]} cannot be used ({reason}); it is set aside as {aside}"
        )

    def copy_aside(self) -> Path:
        """Copy the damaged file, and return the path of the copy."""
        from clocktool.storage.damage import copy_aside

        return copy_aside(self.path)

    def check_writable(self) -> None:
        """Raise StorageError unless the file is writable and the disk has free space."""
        with self.write() as file:
            file.execute(f"PRAGMA user_version = {self._kind.version}")  # as it is, but written

    def use_memory(self) -> None:
        """Use a copy in memory from now on, or an empty database if the file can't be read."""
        with self._lock:
            copy = open_in_memory(self._kind)
            try:
                with self.read() as file:
                    file.backup(copy)
            except StorageError:
                copy.close()
                copy = open_in_memory(self._kind)
            self.close()
            self._open, self._in_memory = Opened(copy), True

    def delete(self) -> None:
        """Delete the file."""
        self.close()
        try:
            for end in (*SIDE_FILES, ""):  # the log first: it must not be used for a new file
                side_file(self.path, end).unlink(missing_ok=True)
        except OSError as error:
            raise failure(self.path, error) from error

    @contextmanager
    def _transaction(
        self, connection: sqlite3.Connection, begin: Callable[[], object]
    ) -> Iterator[None]:
        end, back = "COMMIT", "ROLLBACK"
        if self._depth:
            if not connection.in_transaction:  # SQLite rolls back when the disk fails
                hint = "check the disk and its free space"
                raise StorageError(self.path, "the transaction was rolled back", hint)
            begin = partial(connection.execute, "SAVEPOINT part")
            end, back = "RELEASE part", "ROLLBACK TO part"
        self._depth += 1
        try:
            begin()
            try:
                yield
                connection.execute(end)
            except BaseException:
                if connection.in_transaction:
                    connection.execute(back)
                raise
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self._failure(error) from error
        finally:
            self._depth -= 1

    def _failure(self, error: Exception) -> StorageError:
        return failure(self.path, error, self._kind.seconds)

    def _connection(self, *, to_write: bool) -> sqlite3.Connection:
        opened = self._open
        if opened is not None and (self._depth or self._in_memory):
            return opened.connection
        # A copy can't be written, and it is outdated once another file exists.
        if opened is not None and opened.is_copy and (to_write or self._inode != _inode(self.path)):
            self.close()
        if self._open is None:
            self._inode = _inode(self.path)
            self._open = self._opened(to_write=to_write)
            self._inode = self._inode or (0 if self._open.is_copy else _inode(self.path))
            self.is_new = self.is_new or self._open.is_new
        return self._open.connection

    def _opened(self, *, to_write: bool) -> Opened:
        """Open the file; replace a damaged one with a new one if its kind allows that."""
        if self._in_memory:
            return Opened(open_in_memory(self._kind))
        again = (self.path, self._kind, self._seed)
        try:
            return open_database(*again, to_write=to_write)
        except DamagedError as error:
            match self._kind.damage:
                case Damage.REFUSE:
                    raise
                case Damage.SET_ASIDE:
                    self.set_aside(error.why)
                case Damage.THROW_AWAY:
                    self._say(f"{self._kind.noun} {self.path} is thrown away: {error.why}")
                    self.delete()
        return open_database(*again, to_write=to_write)


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0
