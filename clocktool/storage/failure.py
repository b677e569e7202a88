"""Errors of files: the path, the reason, and a hint."""

import errno
import os
from pathlib import Path

from clocktool.errors import NotDoneError, reason_of

DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)


class StorageError(NotDoneError):
    """A file can't be read or written. ``why`` is the reason, without the path."""

    why: str

    def __init__(self, path: Path, why: str, hint: str) -> None:
        super().__init__(f"cannot use {path}", hint, why=why)
        self.path = path


class LockedError(StorageError):
    """Another process had the file locked for too long."""


class DeniedError(StorageError):
    """The permissions of a file, its folder or its file system forbid it."""


class BlockedError(StorageError):
    """The path is not a regular file but a folder, a pipe, a socket or a device."""


class DamagedError(StorageError):
    """The content can't be used: damaged, from a newer version, or from another program."""


def failure(path: Path, error: Exception, seconds: float = 0) -> StorageError:
    """Return the StorageError for an error of the system or of SQLite.

    ``seconds`` is how long a lock was waited for.
    """
    if isinstance(error, StorageError):
        return error
    if isinstance(error, OSError):
        reason = reason_of(error)
        kind = DeniedError if error.errno in DENIED else StorageError
        return kind(path, reason[:1].lower() + reason[1:], check_access(path))
    import sqlite3

    if not isinstance(error, sqlite3.Error):
        return damaged(path, "it is damaged")
    code = getattr(error, "sqlite_errorcode", None) or 0
    match code & 0xFF:
        case sqlite3.SQLITE_FULL:
            return StorageError(path, "the disk is full", "free some space and try again")
        case sqlite3.SQLITE_IOERR:
            return StorageError(
                path, "reading or writing it failed", "check the disk and its free space"
            )
        case sqlite3.SQLITE_READONLY:
            return DeniedError(path, "it is read-only", check_access(path))
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            reason = "it is read-only" if os.access(path, os.R_OK) else "it cannot be opened"
            return DeniedError(path, reason, check_access(path))
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return LockedError(
                path,
                f"another process had it locked for {seconds:g} seconds",
                "try again when the other command is done",
            )
        case sqlite3.SQLITE_NOMEM:
            return StorageError(path, "there is too little memory", "close other programs")
        case 0 if "decode" not in str(error):  # Python's errors, but for text that is not UTF-8
            return StorageError(path, "it can't be used", check_access(path))
        case _:
            return damaged(path, "it is damaged or not a database")


def damaged(path: Path, reason: str) -> DamagedError:
    """Return the error for a damaged file."""
    return DamagedError(path, reason, f"restore it from a backup, or {move_away(path)}")


def newer(path: Path) -> DamagedError:
    """Return the error for a file of a newer version."""
    return DamagedError(
        path, "it was written by a newer clocktool", "update clocktool, or use another file"
    )


def blocked(path: Path, what: str) -> BlockedError:
    """Return the error for a path that is not a regular file."""
    hint = "choose another file; this one is a device of the system"
    return BlockedError(path, f"it is {what}", hint if what == "a device" else move_away(path))


def check_access(path: Path) -> str:
    """Return the hint for missing permissions of a file or its folder."""
    return f"check that you may write to {path.name} and to its folder {path.parent}"


def move_away(path: Path) -> str:
    """Return the hint to start with a new file without deleting the old one."""
    import shlex

    return (
        f"move it away to start with a new file: {shlex.join(('mv', str(path), f'{path}.broken'))}"
    )
