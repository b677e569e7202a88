"""Statements run in one transaction; what SQLite says is said in our words."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from clocktool.errors import NotDoneError, reason_of


class JournalError(NotDoneError):
    """The file is of no use: nothing can be kept; ``reason`` is what was found."""

    def __init__(self, path: Path, reason: Exception | str) -> None:
        self.reason = reason if isinstance(reason, str) else reason_of(reason)
        super().__init__(
            f"{path}: {self.reason}",
            f"check that you may write to {path.parent}, and that there is room",
        )


class DamagedError(JournalError):
    """The file is damaged, or none of ours."""


PASSING = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
)
"""What SQLite says where a sound file cannot be read or written now."""


def failure(path: Path, error: Exception) -> JournalError:
    """Return what SQLite says in our words, and whether the file is at fault."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if isinstance(error, sqlite3.Error) and (code == 0 or code in PASSING):
        return JournalError(path, error)
    return DamagedError(path, error)


class Transaction:
    """Runs statements in one transaction; what SQLite says is said in our words."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def __enter__(self) -> "Callable[..., list[tuple[Any, ...]]]":
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise failure(self._path, error) from error
        return self._run

    def _run(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            self._connection.execute("COMMIT" if error is None else "ROLLBACK")
        except sqlite3.Error as trouble:
            if self._connection.in_transaction:
                self._connection.rollback()
            raise failure(self._path, trouble) from trouble
        if isinstance(error, sqlite3.Error | UnicodeDecodeError):
            raise failure(self._path, error) from error
