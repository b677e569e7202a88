"""A database of ours: opened when it is first used, and used in transactions."""

import os
import sqlite3
from _thread import RLock
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from clocktool.storage.failure import DamagedError, StorageError, failure
from clocktool.storage.files import create
from clocktool.storage.kind import Damage, Kind
from clocktool.storage.opening import (
    BESIDE,
    Opened,
    Seed,
    free_name,
    open_database,
    open_in_memory,
)
from clocktool.storage.writer_queue import WriterQueue

MANY_PAGES = 100
"""How many free pages a file may have, as what is written next will need some."""


class Database:
    """One file. Raises StorageError where it cannot be used; threads may share it.

    ``say`` is told of one that is set aside or thrown away. ``seed`` gives a new file its first
    rows; such a file is made when it is first read.
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
        self._writer_queue = WriterQueue(self._beside(".queue"), kind.seconds)
        self.is_new = False
        """Whether the file was made here."""

    @property
    def exists(self) -> bool:
        """Whether the file is there, or something is in the way of it."""
        folder = self.path.parent
        return os.path.lexists(self.path) or (os.path.lexists(folder) and not folder.is_dir())

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Read in one transaction; also on a full disk and in a read-only folder."""
        with self._lock:
            connection = self._connection(to_write=False)
            with self._transaction(connection, lambda: connection.execute("BEGIN")):
                yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction; where the block raises nothing has happened.

        It begins with the lock, so that what it reads is still true when it writes. Inside another
        transaction of this thread it is a part of that, which alone is undone.
        """
        with self._lock:
            connection = self._connection(to_write=True)
            with self._transaction(connection, lambda: self._writer_queue.begin(connection)):
                yield connection

    def release_pages(self, pages: int) -> None:
        """Give so many pages that nothing is in any more back to the system, if they are many."""
        with self._lock:
            opened = self._open
            if opened is None or self._depth or self._in_memory:
                return
            # Where it cannot be done now the next command does it. It must be a script:
            # of this statement Python takes a single step, which is a single page.
            with suppress(sqlite3.Error):
                (free,) = opened.connection.execute("PRAGMA freelist_count").fetchone()
                if free > MANY_PAGES:
                    opened.connection.executescript(f"PRAGMA incremental_vacuum({pages})")

    def close(self) -> None:
        """Close the file; it is opened again when it is used."""
        with self._lock:
            opened, self._open = self._open, None
            if opened is not None:
                opened.connection.close()

    def set_aside(self, reason: str) -> None:
        """Give the file another name, unless another process has done so by now."""
        self.close()
        if self._inode != _inode(self.path):
            return
        aside = free_name(self.path)
        try:
            self.path.rename(aside)
            for end in BESIDE:
                with suppress(FileNotFoundError):
                    self._beside(end).rename(aside.with_name(aside.name + end))
        except OSError as error:
            found = failure(self.path, error)
            raise found.within(f"{reason}, and cannot be set aside") from error
        noun = self._kind.noun
        self._say(
            f"{noun[:1].upper()}{noun[1:]} cannot be used ({reason}); it is set aside as {aside}"
        )

    def copy_aside(self) -> Path:
        """Copy the file as it is to a name that says that it is damaged; return that."""
        aside = free_name(self.path)
        try:
            with (
                create(aside, durable=False),
                closing(sqlite3.connect(self.path)) as file,
                closing(sqlite3.connect(aside)) as copy,
            ):
                file.backup(copy)
        except (sqlite3.Error, OSError) as error:
            found = failure(self.path, error)
            raise found.within("the damaged file cannot be copied") from error
        return aside

    def check_writable(self) -> None:
        """Raise StorageError unless the file can be written, and there is room."""
        with self.write() as file:
            file.execute(f"PRAGMA user_version = {self._kind.version}")  # as it is, but written

    def use_memory(self) -> None:
        """Go on with a copy in memory, where the file can only be read, or not even that."""
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
            for end in (*BESIDE, ""):  # the log first: a new file must not be given it
                self._beside(end).unlink(missing_ok=True)
        except OSError as error:
            raise failure(self.path, error) from error

    @contextmanager
    def _transaction(
        self, connection: sqlite3.Connection, begin: Callable[[], object]
    ) -> Iterator[None]:
        end, back = "COMMIT", "ROLLBACK"
        if self._depth:
            if not connection.in_transaction:  # SQLite ends it where the disk fails
                raise self._failure(sqlite3.OperationalError("the transaction was rolled back"))
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
        # A copy is no good to write, and an empty one no longer true once there is a file.
        if opened is not None and opened.is_copy and (to_write or self._inode != _inode(self.path)):
            self.close()
        if self._open is None:
            self._inode = _inode(self.path)
            self._open = self._opened(to_write=to_write)
            self._inode = self._inode or (0 if self._open.is_copy else _inode(self.path))
            self.is_new = self.is_new or self._open.is_new
        return self._open.connection

    def _opened(self, *, to_write: bool) -> Opened:
        """Open the file; a new one in the place of one that cannot be used, if it may be."""
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

    def _beside(self, end: str) -> Path:
        return self.path.with_name(self.path.name + end)


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0
