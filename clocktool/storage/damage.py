"""Damaged files, set aside where they can be looked at: ``NAME.damaged-1``."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from clocktool.storage.failure import failure
from clocktool.storage.files import SIDE_FILES, create, side_file


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


def _free_name(path: Path) -> Path:
    """Return an unused path for a damaged file, next to it: ``NAME.damaged-1``."""
    number = 1
    while any(
        os.path.lexists(side_file(path, f".damaged-{number}{end}")) for end in ("", *SIDE_FILES)
    ):
        number += 1
    return side_file(path, f".damaged-{number}")
