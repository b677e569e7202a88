"""Damaged files: what to do with them, and where they are set aside: ``NAME.damaged-1``."""

import os
import sqlite3
from contextlib import closing, suppress
from enum import Enum
from pathlib import Path

from clocktool.storage.failure import failure
from clocktool.storage.files import create

SIDE_FILES = ("-wal", "-shm", "-journal")
"""The suffixes of SQLite's files next to a database that is, or was, in use."""


class Damage(Enum):
    """What to do with a file that is damaged, from a newer version or from another program."""

    REFUSE = 1
    """Raise an error and leave the file: its data exists nowhere else."""
    SET_ASIDE = 2
    """Rename it and create a new one."""
    THROW_AWAY = 3
    """Delete it: its data can be read again from the service."""


def set_aside(path: Path, reason: str) -> Path:
    """Rename a damaged file and its side files, and return the new path.

    Raises StorageError, with the reason why it is damaged, if it can't be renamed.
    """
    aside = _free_name(path)
    try:
        path.rename(aside)
        for end in SIDE_FILES:
            with suppress(FileNotFoundError):
                side_file(path, end).rename(side_file(aside, end))
    except OSError as error:
        raise failure(path, error).within(f"{reason}, and cannot be set aside") from error
    return aside


def set_log_aside(path: Path) -> None:
    """Rename the log of a file that was moved away, so that a new file does not use it."""
    aside = _free_name(path)
    for end in SIDE_FILES:
        if os.path.lexists(side_file(path, end)):
            side_file(path, end).rename(side_file(aside, end))


def copy_aside(path: Path) -> Path:
    """Copy a damaged file that can still be read, and return the path of the copy."""
    aside = _free_name(path)
    try:
        with (
            create(aside, durable=False),
            closing(sqlite3.connect(path)) as file,
            closing(sqlite3.connect(aside)) as copy,
        ):
            file.backup(copy)
    except (sqlite3.Error, OSError) as error:
        raise failure(path, error).within("the damaged file cannot be copied") from error
    return aside


def side_file(path: Path, end: str) -> Path:
    """Return the path of a file with this ending, next to another."""
    return path.with_name(path.name + end) if end else path


def _free_name(path: Path) -> Path:
    """Return an unused path for a damaged file, next to it: ``NAME.damaged-1``."""
    number = 1
    while any(
        os.path.lexists(side_file(path, f".damaged-{number}{end}")) for end in ("", *SIDE_FILES)
    ):
        number += 1
    return side_file(path, f".damaged-{number}")
