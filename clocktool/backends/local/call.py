"""One request on its way through the workspace, and the answer a handler gives."""

import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec

from clocktool.backends.local.body import Query
from clocktool.backends.local.cursors import Cursors
from clocktool.backends.local.rows import Workspace
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone


class Call(msgspec.Struct):
    """What a handler is given. ``ids`` are the variable parts of the path after the workspace's.

    ``workspace`` is the one of the path; where a path names none, the first one of the file.
    ``zone`` is the account's.
    """

    connection: sqlite3.Connection
    workspace: Workspace
    ids: tuple[str, ...]
    query: Query
    body: object
    now: Instant
    new_id: Callable[[], str]
    zone: Zone
    cursors: Cursors


class Answer(msgspec.Struct):
    """A status, a JSON value (None: no body) and, for a page of a list, whether it is the last."""

    status: int
    value: Any = None
    last_page: bool | None = None


class Page(msgspec.Struct):
    """The part of a list that was asked for: one row more is read, to know if another follows."""

    size: int
    number: int

    @property
    def offset(self) -> int:
        """How many rows are before it."""
        return (self.number - 1) * self.size

    @property
    def limit(self) -> int:
        """How many rows to read."""
        return self.size + 1


def page_of(query: Query, *, default: int = 50, most: int = 5000) -> Page:
    """Read ``page`` and ``page-size``."""
    size = query.whole("page-size", default, most)
    return Page(size, query.whole("page", 1, 1_000_000_000))
