"""The kinds of databases: their tables and settings."""

import sqlite3
from collections.abc import Callable, Sequence
from enum import Enum

import msgspec

from clocktool.storage.lock import LOCK_SECONDS


class Damage(Enum):
    """What to do with a file that is damaged, from a newer version or from another program."""

    REFUSE = 1
    """Raise an error and leave the file: its data exists nowhere else."""
    SET_ASIDE = 2
    """Rename it and create a new one."""
    THROW_AWAY = 3
    """Delete it: its data can be read again from the service."""


def _no_setup(_: sqlite3.Connection) -> None:
    """Set up nothing."""


class Kind(msgspec.Struct, frozen=True):
    """A kind of database."""

    noun: str
    """Its name in messages: "the cache"."""
    migrations: tuple[Sequence[str | Callable[[sqlite3.Connection], None]], ...]
    """Step n brings a file to version ``before`` + n + 1, by statements and functions.

    A released step never changes."""
    before: int = 0
    """The version of a file before the first step."""
    durable: bool = True
    """Whether each transaction is written to the disk at once, to survive a power failure."""
    seconds: float = LOCK_SECONDS
    """How long to wait for another process that writes."""
    damage: Damage = Damage.REFUSE
    application: int = 0
    """The ``PRAGMA application_id`` of the file."""
    is_compared: bool = False
    """Whether to compare the tables with the migrations, as SQLite may miss a flipped bit."""
    prepare: Callable[[sqlite3.Connection], None] = _no_setup
    """Sets up each connection: functions, foreign keys."""
    reclaims: bool = False
    """Whether the space of deleted rows can be freed (``PRAGMA incremental_vacuum``)."""

    @property
    def version(self) -> int:
        """The ``PRAGMA user_version`` of a file that is up to date."""
        return self.before + len(self.migrations)
