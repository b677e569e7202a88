"""Rates, hourly and of cost: of a workspace, a project or a task, or of a person in one of them.

A rate counts from a time on, without one from the beginning, until one that was set later takes
its place. ``holder`` is the id of what has the rate; ``user`` that of the person, '' for everyone.
"""

import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from clocktool.backends.local.body import Body, is_whole
from clocktool.backends.local.refusal import wrong_body
from clocktool.domain.limits import EARLIEST, MAX_NUMBER

FIELDS: Final = ((False, "hourlyRate"), (True, "costRate"))
"""Which rates of an object are of cost, and their names in JSON."""


class Change(msgspec.Struct):
    """An amount in minor units, and the time from which it counts."""

    amount: int
    since: int


History = tuple[list[int], list[int]]
"""The times from which amounts count, in order, and these amounts."""

Changes = Mapping[bool, Change | None]
"""The rates that a request sets, of cost or not; None takes a rate away."""


class Rates:
    """The rates of some holders, read from the file."""

    __slots__ = ("_histories",)

    def __init__(self, rows: Iterable[tuple[str, str, int, int, int]]) -> None:
        self._histories: dict[tuple[str, str, bool], History] = {}
        for holder, user, cost, since, amount in rows:
            key = (holder, user, bool(cost))
            starts, amounts = self._histories.setdefault(key, ([], []))
            starts.append(since)
            amounts.append(amount)

    def __bool__(self) -> bool:
        return bool(self._histories)

    def at(self, when: int, holder: str, user: str = "", *, cost: bool = False) -> int | None:
        """Return the amount that counts at a time."""
        return first(self.chain(((holder, user),), cost=cost), when)

    def chain(
        self, levels: Iterable[tuple[str, str]], *, cost: bool = False
    ) -> tuple[History, ...]:
        """Return the histories of holders and people, of those that have one."""
        found = (self._histories.get((holder, user, cost)) for holder, user in levels)
        return tuple(history for history in found if history is not None)


def first(chain: Iterable[History], when: int) -> int | None:
    """Return the amount of the first history that has one at a time."""
    for starts, amounts in chain:
        place = bisect_right(starts, when)
        if place:
            return amounts[place - 1]
    return None


def load(connection: sqlite3.Connection, holders: Iterable[str]) -> Rates:
    """Return all rates of some holders, and of people in them."""
    return Rates(
        connection.execute(
            "SELECT r.holder, r.user, r.cost, r.since, r.amount FROM json_each(?) j"
            " CROSS JOIN rates r ON r.holder = j.value ORDER BY r.holder, r.user, r.cost, r.since",
            (msgspec.json.encode(list(holders)).decode(),),
        )
    )


def change(connection: sqlite3.Connection, changes: Changes, holder: str, user: str = "") -> None:
    """Set rates: each takes the place of all that would count later."""
    for cost, wanted in changes.items():
        connection.execute(
            "DELETE FROM rates WHERE holder = ? AND user = ? AND cost = ? AND since >= ?",
            (holder, user, cost, EARLIEST if wanted is None else wanted.since),
        )
        if wanted is not None:
            connection.execute(
                "INSERT INTO rates (holder, user, cost, since, amount) VALUES (?, ?, ?, ?, ?)",
                (holder, user, cost, wanted.since, wanted.amount),
            )


def put_back(connection: sqlite3.Connection, changes: Changes, holder: str, now: int) -> None:
    """Set the rates of an object that is put in the place of one.

    One without a time that is as it counts now was sent back as it was read: it keeps its history.
    """
    known = load(connection, (holder,))
    changed = {
        cost: wanted
        for cost, wanted in changes.items()
        if known.at(now, holder, cost=cost) != (None if wanted is None else wanted.amount)
        or (wanted is not None and wanted.since != EARLIEST)
    }
    change(connection, changed, holder)


def drop_others(connection: sqlite3.Connection, holder: str, users: Iterable[str]) -> None:
    """Take away the rates of people in a holder, but for those named."""
    connection.execute(
        "DELETE FROM rates WHERE holder = ? AND user <> ''"
        " AND user NOT IN (SELECT value FROM json_each(?))",
        (holder, msgspec.json.encode(list(users)).decode()),
    )


def read(body: Body) -> Changes:
    """Return the rates that an object sets; one that is left out stays as it is."""
    return {
        cost: None if body.value(name) is None else read_one(body.value(name), name)
        for cost, name in FIELDS
        if name in body
    }


def read_one(value: object, where: str = "body") -> Change:
    """Return a rate: ``amount``, and ``since`` if it does not count from the beginning."""
    body = Body(value, where)
    amount = body.value("amount")
    if not is_whole(amount) or not 0 <= amount <= MAX_NUMBER:
        raise wrong_body(f"{where}.amount must be a whole number of minor units")
    since = body.instant("since")
    return Change(amount, EARLIEST if since is None else since)
