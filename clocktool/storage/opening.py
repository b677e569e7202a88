"""Open a database file: create it if it is missing, migrate it, or open it to read only.

A new file is created under another name and then linked, so that no process sees it empty.
"""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import msgspec

from clocktool.storage.failure import (
    DamagedError,
    LockedError,
    StorageError,
    damaged,
    failure,
    newer,
)
from clocktool.storage.files import SIDE_FILES, is_there, make_empty, side_file
from clocktool.storage.kind import Damage, Kind

Seed = Callable[[sqlite3.Connection], None]


class Opened(msgspec.Struct, frozen=True):
    """An open database. ``is_copy`` says that it is read-only; it may be a copy in memory."""

    connection: sqlite3.Connection
    is_copy: bool = False
    is_new: bool = False


def open_database(path: Path, kind: Kind, seed: Seed | None, *, to_write: bool) -> Opened:
    """Open a file and migrate it to the current version. Raises StorageError.

    A missing file is created if ``to_write`` or ``seed`` is given; else the result is an empty
    database in memory.
    """
    with _storage_errors(path, kind):
        is_new = False
        if not is_there(path):
            if not to_write and seed is None:
                return Opened(open_in_memory(kind), is_copy=True)
            is_new = _make(path, kind, seed)
        elif os.path.lexists(side_file(path, ".new")):
            _remove(side_file(path, ".new"))  # left by a process killed while creating the file
        if kind.damage is Damage.REFUSE and path.stat().st_size == 0:
            raise damaged(path, "it is empty")
        try:
            with _storage_errors(path, kind):
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
    """Open a file without writing anything, not even a lock file next to it.

    Raises sqlite3.Error, StorageError.
    """
    is_there(path)
    # Sharing a file needs files next to it. If there is no log, the database file is complete and
    # can be opened as immutable.
    still = "" if _size(side_file(path, "-wal")) else "&immutable=1"
    uri = f"{path.absolute().as_uri()}?mode=ro{still}"
    return sqlite3.connect(
        uri, uri=True, timeout=seconds, isolation_level=None, check_same_thread=False
    )


def _open(path: Path, kind: Kind) -> sqlite3.Connection:
    with _close_on_error(_connect(str(path.absolute()), kind)) as connection:
        _check_version(connection, path, kind)
        if _version(connection) < kind.version:
            _migrate(connection, kind)
            _enable_reclaim(connection, kind)
        # WAL lets readers work during a write; the mode is stored in the file. If it can't be set,
        # as while another process reads, the old mode is used.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")
    return connection


def _open_to_read(path: Path, kind: Kind, reason: StorageError) -> sqlite3.Connection:
    """Open a file on a full disk or in a read-only folder. Raises ``reason`` if that fails."""
    for way in (_open_exclusive, _open_as_is, _open_copy):
        with suppress(sqlite3.Error, OSError), _close_on_error(way(path, kind)) as connection:
            _check_version(connection, path, kind)
            if _version(connection) == kind.version:
                return connection
            with _close_on_error(_connect(":memory:", kind)) as copy:
                connection.backup(copy)
                _migrate(copy, kind)
            connection.close()
            return copy
    raise reason


def _open_exclusive(path: Path, kind: Kind) -> sqlite3.Connection:
    """Open a file for this process alone, which needs no shared-memory file."""
    return _connect(str(path.absolute()), kind, "PRAGMA locking_mode = EXCLUSIVE")


def _open_as_is(path: Path, kind: Kind) -> sqlite3.Connection:
    if _size(side_file(path, "-wal")) or _size(side_file(path, "-journal")):
        raise sqlite3.OperationalError("the file alone is not complete")
    connection = open_read_only(path, kind.seconds)
    kind.prepare(connection)
    return connection


def _open_copy(path: Path, kind: Kind) -> sqlite3.Connection:
    """Open a copy of a file and of its log, which a killed process has left."""
    from shutil import copyfile
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="clocktool-") as name:
        copy = Path(name) / "copy"
        for end in ("", "-wal", "-journal"):
            if _size(side_file(path, end)):
                copyfile(side_file(path, end), side_file(copy, end))
        with (
            _close_on_error(_connect(":memory:", kind)) as connection,
            closing(sqlite3.connect(copy)) as file,
        ):
            file.backup(connection)
    return connection


def _make(path: Path, kind: Kind, seed: Seed | None) -> bool:
    """Create a file with its tables and first rows; return whether this process created it.

    One process creates it under another name, while others wait for the lock on that file.
    """
    target = Path(os.path.realpath(path))
    new = side_file(target, ".new")
    for _ in range(5):
        make_empty(new)
        try:
            with closing(_connect(str(new.absolute()), kind)) as connection:
                if not _fill(connection, kind, seed, new, target):
                    return False
            return _link(new, target)
        except FileNotFoundError:
            continue  # another process was faster and has removed the file
        except sqlite3.Error as error:
            if target.exists():
                return False  # another process was faster
            if not isinstance(failure(new, error), DamagedError):
                raise
            _remove(new)
    return False


def _fill(
    connection: sqlite3.Connection, kind: Kind, seed: Seed | None, new: Path, target: Path
) -> bool:
    """Create the tables of a new file; return False if another process has created it."""
    _enable_reclaim(connection, kind)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        if target.exists():
            _remove(new)
            return False
        if _version(connection) < kind.version:
            # With this lock no other process can have a file of that name open.
            from clocktool.storage.damage import set_log_aside

            set_log_aside(target)
            _migrate(connection, kind, seed)
        connection.execute("COMMIT")
    except BaseException:
        _remove(new)  # while this process has the lock
        raise
    return True


def _link(new: Path, target: Path) -> bool:
    """Give a new file its final name; return False if a file has that name already."""
    try:
        os.link(new, target)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        if target.exists():  # this file system has no links
            return False
        new.rename(target)
    finally:
        _remove(new)
    return True


def _remove(new: Path) -> None:
    for end in ("", *SIDE_FILES):
        with suppress(OSError):
            side_file(new, end).unlink()


def _connect(name: str, kind: Kind, *first: str) -> sqlite3.Connection:
    """Open a connection without automatic transactions; run the ``first`` statements on it."""
    connection = sqlite3.connect(
        name, timeout=kind.seconds, isolation_level=None, check_same_thread=False
    )
    with _close_on_error(connection):
        for each in first:
            connection.execute(each)
        kind.prepare(connection)
        connection.execute(f"PRAGMA synchronous = {'FULL' if kind.durable else 'OFF'}")
    return connection


def _check_version(connection: sqlite3.Connection, path: Path, kind: Kind) -> None:
    """Raise DamagedError for a file that this version can't use."""
    version = _version(connection)
    if version > kind.version:
        raise newer(path)
    if version == kind.version:
        if kind.is_compared and not _has_expected_schema(connection, kind):
            raise damaged(path, "it is damaged: its tables were changed")
    elif kind.damage is Damage.THROW_AWAY:
        raise damaged(path, "it was written by an older clocktool")
    elif version == 0 and kind.damage is Damage.REFUSE:  # clocktool's files have a version
        raise damaged(path, "it is another program's database")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _migrate(connection: sqlite3.Connection, kind: Kind, seed: Seed | None = None) -> None:
    """Migrate a file to the current version in one transaction, or in that of the caller."""
    is_begun = connection.in_transaction
    if not is_begun:
        connection.execute("BEGIN IMMEDIATE")
    version = _version(connection)  # again: another process may have migrated it
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


def _enable_reclaim(connection: sqlite3.Connection, kind: Kind) -> None:
    """Enable ``incremental_vacuum``; a file that has rows already is rewritten for that."""
    if kind.reclaims and connection.execute("PRAGMA auto_vacuum").fetchone()[0] != 2:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        if connection.execute("PRAGMA page_count").fetchone()[0] > 1:
            with suppress(sqlite3.OperationalError):  # no space, or another process reads it
                connection.execute("VACUUM")


def _has_expected_schema(connection: sqlite3.Connection, kind: Kind) -> bool:
    """Whether the tables and indexes of a file are those that the migrations create."""
    said = _schema(connection)
    expected = set[str]()
    for sql in (each for step in kind.migrations for each in step if isinstance(each, str)):
        text = "".join(sql.split())
        if text.startswith("CREATE"):
            expected.add(text)
        elif text.startswith("DROPINDEX"):
            dropped = f"CREATEINDEX{text.removeprefix('DROPINDEX')}ON"
            expected = {each for each in expected if not each.startswith(dropped)}
    if said == expected:
        return True
    with closing(
        open_in_memory(kind)
    ) as made:  # a migration that changes a table: in SQLite's words
        return said == _schema(made)


def _schema(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {"".join(sql.split()) for (sql,) in rows}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


@contextmanager
def _close_on_error(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Close a connection where the block raises."""
    try:
        yield connection
    except BaseException:
        connection.close()
        raise


@contextmanager
def _storage_errors(path: Path, kind: Kind) -> Iterator[None]:
    """Turn errors of SQLite and of the system into StorageError."""
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeDecodeError, TypeError) as error:
        raise failure(path, error, kind.seconds) from error
