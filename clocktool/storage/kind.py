"""What sets one kind of database apart: its tables, and what becomes of a damaged one."""

import sqlite3
from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from clocktool.storage.lock import LOCK_SECONDS


class Damage(Enum):
    """What becomes of a file that cannot be used: damaged, newer, another program's."""

    REFUSE = 1
    """It is named and left alone: nothing else has what is in it."""
    SET_ASIDE = 2
    """It gets another name, and a new one is begun."""
    THROW_AWAY = 3
    """It is deleted: all of it can be had again."""


def _as_it_is(_: sqlite3.Connection) -> None:
    """Leave a connection as it is opened."""


class Kind(NamedTuple):
    """A kind of database."""

    noun: str
    """What a message calls it: "the cache"."""
    migrations: tuple[Sequence[str | Callable[[sqlite3.Connection], None]], ...]
    """Step n brings a file to version n + 1, by statements and functions.

    A step, once released, never changes."""
    before: int = 0
    """The version of a file with none of these steps behind it."""
    durable: bool = True
    """Whether a transaction is on the disk itself when it ends, so that it outlives a power cut."""
    seconds: float = LOCK_SECONDS
    """How long another process that writes is waited for."""
    damage: Damage = Damage.REFUSE
    application: int = 0
    """Marks the file as ours (``PRAGMA application_id``)."""
    is_compared: bool = False
    """Whether tables must be as the migrations make them: SQLite may overlook a flipped bit."""
    prepare: Callable[[sqlite3.Connection], None] = _as_it_is
    """Sets up a connection: functions, foreign keys."""
    reclaims: bool = False
    """Whether the room of deleted rows can be given back (``PRAGMA incremental_vacuum``)."""

    @property
    def version(self) -> int:
        """The version that a file has when it is up to date (``PRAGMA user_version``)."""
        return self.before + len(self.migrations)
