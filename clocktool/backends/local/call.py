"""A request as handlers receive it, and their answer."""

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
    """A request. ``ids`` are the variable parts of the path after the workspace's id.

    ``workspace`` is that of the path, or the first one if the path has none. ``zone`` is the
    account's. ``as_value`` allows an answer that is not JSON.
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
    as_value: bool = False


class Answer(msgspec.Struct):
    """A status, a JSON value (None for no body), and whether a page of a list is the last.

    With ``is_plain`` the value is not made JSON.
    """

    status: int
    value: Any = None
    last_page: bool | None = None
    is_plain: bool = False


class Page(msgspec.Struct):
    """The requested page of a list. One row more is read to find out if another page follows."""

    size: int
    number: int

    @property
    def offset(self) -> int:
        """The number of rows before the page."""
        return (self.number - 1) * self.size

    @property
    def limit(self) -> int:
        """The number of rows to read."""
        return self.size + 1


def page_of(query: Query, *, default: int = 50, most: int = 5000) -> Page:
    """Read ``page`` and ``page-size``."""
    size = query.integer("page-size", default, most)
    return Page(size, query.integer("page", 1, 1_000_000_000))
