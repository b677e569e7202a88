"""Opening one database file: made if missing, brought up to date, or only read.

A new file is made under another name and then linked to its own, so that nobody ever sees it empty.
"""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from clocktool.storage.failure import (
    DamagedError,
    LockedError,
    StorageError,
    damaged,
    failure,
    newer,
)
from clocktool.storage.files import is_there, make_empty
from clocktool.storage.kind import Damage, Kind

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file that is in use, or that a killed process had open."""

Seed = Callable[[sqlite3.Connection], None]


class Opened(NamedTuple):
    """An open database. ``is_copy`` says that it can only be read, and may be a copy in memory."""

    connection: sqlite3.Connection
    is_copy: bool = False
    is_new: bool = False


def open_database(path: Path, kind: Kind, seed: Seed | None, *, to_write: bool) -> Opened:
    """Open a file and bring it up to date. Raises StorageError.

    A missing one is made to be written, or where ``seed`` gives it its first rows; else what is
    opened is empty, and in memory.
    """
    with _told(path, kind):
        is_new = False
        if not is_there(path):
            if not to_write and seed is None:
                return Opened(open_in_memory(kind), is_copy=True)
            is_new = _make(path, kind, seed)
        elif os.path.lexists(_beside(path, ".new")):
            _remove(_beside(path, ".new"))  # of a process that was killed as it made the file
        if kind.damage is Damage.REFUSE and path.stat().st_size == 0:
            raise damaged(path, "it is empty")
        try:
            with _told(path, kind):
                return Opened(_open(path, kind), is_new=is_new)
        except StorageError as error:
            if to_write or isinstance(error, DamagedError | LockedError):
                raise
            return Opened(_open_to_read(path, kind, error), is_copy=True, is_new=is_new)


def open_in_memory(kind: Kind) -> sqlite3.Connection:
    """Return an empty database in memory."""
    connection = _connect(":memory:", kind)
    _migrate(connection, kind)
    return connection


def open_read_only(path: Path, seconds: float) -> sqlite3.Connection:
    """Open a file as it is without writing anything, not even a lock beside it.

    Raises sqlite3.Error, StorageError.
    """
    is_there(path)
    # SQLite cannot share a file without writing beside it. Where nobody has left a log there, the
    # file alone is complete.
    still = "" if _size(_beside(path, "-wal")) else "&immutable=1"
    uri = f"{path.absolute().as_uri()}?mode=ro{still}"
    return sqlite3.connect(
        uri, uri=True, timeout=seconds, isolation_level=None, check_same_thread=False
    )


def _open(path: Path, kind: Kind) -> sqlite3.Connection:
    with _opened(_connect(str(path.absolute()), kind)) as connection:
        _check_version(connection, path, kind)
        if _version(connection) < kind.version:
            _migrate(connection, kind)
            _let_reclaim(connection, kind)
        # Readers and a writer work side by side; the file remembers it. Where that cannot be
        # written, or another process reads the file right now, it is used as it is.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")
    return connection


def _open_to_read(path: Path, kind: Kind, reason: StorageError) -> sqlite3.Connection:
    """Open a file on a full disk or in a read-only folder. Raises the reason where none can."""
    for way in (_alone, _as_it_is, _copied):
        with suppress(sqlite3.Error, OSError), _opened(way(path, kind)) as connection:
            _check_version(connection, path, kind)
            if _version(connection) == kind.version:
                return connection
            with _opened(_connect(":memory:", kind)) as copy:
                connection.backup(copy)
                _migrate(copy, kind)
            connection.close()
            return copy
    raise reason


def _alone(path: Path, kind: Kind) -> sqlite3.Connection:
    """Open a file for this process alone, which needs no memory shared by way of the disk."""
    return _connect(str(path.absolute()), kind, "PRAGMA locking_mode = EXCLUSIVE")


def _as_it_is(path: Path, kind: Kind) -> sqlite3.Connection:
    if _size(_beside(path, "-wal")) or _size(_beside(path, "-journal")):
        raise sqlite3.OperationalError("the file alone is not complete")
    connection = open_read_only(path, kind.seconds)
    kind.prepare(connection)
    return connection


def _copied(path: Path, kind: Kind) -> sqlite3.Connection:
    """Read a file with what a killed process left beside it, by way of a copy."""
    from shutil import copyfile
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="clocktool-") as name:
        copy = Path(name) / "copy"
        for end in ("", "-wal", "-journal"):
            if _size(_beside(path, end)):
                copyfile(_beside(path, end), _beside(copy, end))
        with (
            _opened(_connect(":memory:", kind)) as connection,
            closing(sqlite3.connect(copy)) as file,
        ):
            file.backup(connection)
    return connection


def _make(path: Path, kind: Kind, seed: Seed | None) -> bool:
    """Make a file with all that belongs into a new one; return whether it was made here.

    Of several processes one makes it, under another name, while the others wait for its lock.
    """
    target = Path(os.path.realpath(path))
    new = _beside(target, ".new")
    for _ in range(5):
        make_empty(new)
        try:
            with closing(_connect(str(new.absolute()), kind)) as connection:
                if not _fill(connection, kind, seed, new, target):
                    return False
            return _link(new, target)
        except FileNotFoundError:
            continue  # another process was quicker, and has cleaned up
        except sqlite3.Error as error:
            if target.exists():
                return False  # the same, under our hands
            if not isinstance(failure(new, error), DamagedError):
                raise
            _remove(new)
    return False


def _fill(
    connection: sqlite3.Connection, kind: Kind, seed: Seed | None, new: Path, target: Path
) -> bool:
    """Make the tables of a new file; return whether it is still needed."""
    _let_reclaim(connection, kind)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        if target.exists():
            _remove(new)
            return False
        if _version(connection) < kind.version:
            # Only here is it sure that no other process has the file of that name open.
            _set_log_aside(target)
            _migrate(connection, kind, seed)
        connection.execute("COMMIT")
    except BaseException:
        _remove(new)  # while the lock is ours
        raise
    return True


def _link(new: Path, target: Path) -> bool:
    """Give a file its own name, unless that is taken; return whether it was free."""
    try:
        os.link(new, target)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        if target.exists():  # a file system without links
            return False
        new.rename(target)
    finally:
        _remove(new)
    return True


def _remove(new: Path) -> None:
    for end in ("", *BESIDE):
        with suppress(OSError):
            _beside(new, end).unlink()


def _set_log_aside(path: Path) -> None:
    """Rename what is left of a file that was moved away, so that no new one is mixed with it."""
    aside = free_name(path)
    for end in BESIDE:
        if os.path.lexists(_beside(path, end)):
            _beside(path, end).rename(_beside(aside, end))


def free_name(path: Path) -> Path:
    """Return a name beside a file that says that it is damaged, and that nothing has."""
    number = 1
    while any(os.path.lexists(_beside(path, f".damaged-{number}{end}")) for end in ("", *BESIDE)):
        number += 1
    return _beside(path, f".damaged-{number}")


def _connect(name: str, kind: Kind, *first: str) -> sqlite3.Connection:
    """Return a connection that leaves transactions to its user, after some first statements."""
    connection = sqlite3.connect(
        name, timeout=kind.seconds, isolation_level=None, check_same_thread=False
    )
    with _opened(connection):
        for each in first:
            connection.execute(each)
        kind.prepare(connection)
        connection.execute(f"PRAGMA synchronous = {'FULL' if kind.durable else 'OFF'}")
    return connection


def _check_version(connection: sqlite3.Connection, path: Path, kind: Kind) -> None:
    """Raise DamagedError for a file that must not be touched."""
    version = _version(connection)
    if version > kind.version:
        raise newer(path)
    if version == kind.version:
        if kind.is_compared and not _is_as_made(connection, kind):
            raise damaged(path, "it is damaged: its tables are not as they were made")
    elif kind.damage is Damage.THROW_AWAY:
        raise damaged(path, "it was written by an older clocktool")
    elif version == 0 and kind.damage is Damage.REFUSE:  # no file of ours is ever seen like that
        raise damaged(path, "it is another program's database")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _migrate(connection: sqlite3.Connection, kind: Kind, seed: Seed | None = None) -> None:
    """Bring a file up to date in one transaction, in that of the caller if there is one."""
    is_begun = connection.in_transaction
    if not is_begun:
        connection.execute("BEGIN IMMEDIATE")
    version = _version(connection)  # another process may have done it meanwhile
    done = max(0, version - kind.before)
    for step in kind.migrations[done:]:
        for statement in step:
            if isinstance(statement, str):
                connection.execute(statement)
            else:
                statement(connection)
    if version == 0:
        if kind.application:
            connection.execute(f"PRAGMA application_id = {kind.application}")
        if seed is not None:
            seed(connection)
    connection.execute(f"PRAGMA user_version = {kind.version}")
    if not is_begun:
        connection.execute("COMMIT")


def _let_reclaim(connection: sqlite3.Connection, kind: Kind) -> None:
    """Let the room of deleted rows be given back; a file that has rows is written anew for that."""
    if kind.reclaims and connection.execute("PRAGMA auto_vacuum").fetchone()[0] != 2:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        if connection.execute("PRAGMA page_count").fetchone()[0] > 1:
            with suppress(sqlite3.OperationalError):  # no room, or another process reads it
                connection.execute("VACUUM")


def _is_as_made(connection: sqlite3.Connection, kind: Kind) -> bool:
    """Return whether a file describes its tables and indexes in the words they are made with."""
    said = _schema(connection)
    steps = (each for step in kind.migrations for each in step if isinstance(each, str))
    if said == {"".join(sql.split()) for sql in steps if sql.startswith("CREATE")}:
        return True
    with closing(
        open_in_memory(kind)
    ) as made:  # a migration that changes a table: in SQLite's words
        return said == _schema(made)


def _schema(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {"".join(sql.split()) for (sql,) in rows}


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end) if end else path


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


@contextmanager
def _opened(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Close a connection where the block raises."""
    try:
        yield connection
    except BaseException:
        connection.close()
        raise


@contextmanager
def _told(path: Path, kind: Kind) -> Iterator[None]:
    """Say in our words why a file cannot be opened."""
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeDecodeError, TypeError) as error:
        raise failure(path, error, kind.seconds) from error
