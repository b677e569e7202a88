"""The file itself: opening it, and telling why it could not be used."""

import os
import sqlite3
from pathlib import Path
from typing import Final

from clocktool.errors import NotDoneError

BUSY_SECONDS: Final = 5.0
"""How long a request waits for another process to finish writing."""


class OpenFile:
    """A connection to the file. ``created`` says that it was made here; see ``open_file``."""

    __slots__ = ("connection", "created", "read_only")

    def __init__(self, connection: sqlite3.Connection, *, created: bool, read_only: bool) -> None:
        self.connection = connection
        self.created = created
        self.read_only = read_only


def open_file(path: Path) -> OpenFile:
    """Open the file, made with its folders when missing; only its owner may read what is made.

    A file in a folder that cannot be written is opened for reading.
    Raises OSError and sqlite3.Error; ``failure`` turns both into words.
    """
    created = _create(path)
    try:
        # Absolute, so that no name means something special to SQLite.
        connection = _connect(str(path.absolute()))
    except sqlite3.OperationalError as error:
        # SQLite cannot share a file without writing beside it. If nobody left a write-ahead
        # log there, the file alone is complete and nobody can be changing it.
        if _primary(error) not in _UNWRITABLE or not path.is_file() or _has_log(path):
            raise
        connection = _connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        return OpenFile(connection, created=created, read_only=True)
    return OpenFile(connection, created=created, read_only=False)


def failure(path: Path, error: Exception) -> NotDoneError:
    """Return the error that names the file, why it failed and what to do."""
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return _failed(path, reason[:1].lower() + reason[1:], _check_access(path))
    code = getattr(error, "sqlite_errorcode", 0) or 0
    if path.is_dir():
        return _failed(path, "it is a folder", f"move the folder away: {_mv(path)}")
    match code & 0xFF:
        case sqlite3.SQLITE_FULL:
            return _failed(path, "the disk is full", "free some space and try again")
        case sqlite3.SQLITE_IOERR:
            return _failed(
                path, "reading or writing it failed", "check the disk and its free space"
            )
        case sqlite3.SQLITE_READONLY:
            return _failed(path, "it is read-only", _check_access(path))
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return _failed(path, "it cannot be opened", _check_access(path))
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return _failed(
                path,
                f"another process kept it locked for {BUSY_SECONDS:.0f} seconds",
                "try again when the other command is done",
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return _failed(path, "it is damaged or no database", _move_away(path))
        case _:
            return _failed(path, " ".join(str(error).split()), _move_away(path))


def strange(path: Path, reason: str) -> NotDoneError:
    """Return the error for a sound file that must not be touched."""
    return _failed(path, reason, "update clocktool, or use another file")


def read_only(path: Path) -> NotDoneError:
    """Return the error for a write to a file that could only be opened for reading."""
    return _failed(path, "it is read-only", _check_access(path))


_UNWRITABLE: Final = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


def _connect(name: str, *, uri: bool = False) -> sqlite3.Connection:
    """Return a connection that can read the file and leaves transactions to its user.

    FULL, not NORMAL: what was answered must outlive a power cut. It costs a fraction of a
    millisecond on a solid-state disk.
    """
    connection = sqlite3.connect(
        name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=uri
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _create(path: Path) -> bool:
    """Make the file and its folders if missing; return whether it was made here."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    except FileNotFoundError:
        missing = [folder for folder in path.parents if not folder.exists()]
        if not missing:  # the name itself cannot exist here
            raise
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
        return _create(path)
    return True


def _has_log(path: Path) -> bool:
    """Return whether a write-ahead log holds more than the file does."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _primary(error: sqlite3.Error) -> int:
    """Return the SQLite result code without its details."""
    return error.sqlite_errorcode & 0xFF


def _failed(path: Path, reason: str, hint: str) -> NotDoneError:
    return NotDoneError(f"cannot use {path}: {reason}", hint)


def _check_access(path: Path) -> str:
    return f"check that you may write to {path.name} and to its folder {path.parent}"


def _move_away(path: Path) -> str:
    return f"restore it from a backup or move it away: {_mv(path)}"


def _mv(path: Path) -> str:
    import shlex

    return shlex.join(("mv", str(path), f"{path}.broken"))
