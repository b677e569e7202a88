"""Hourly rates and cost rates of a workspace, project or task, or of a user in one of them.

A rate counts from its time (by default from the beginning) until the next rate. ``holder`` is the
id of the workspace, project or task; ``user`` is the id of the user, or empty for everyone.
"""

import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from clocktool.backends.local.body import Body, is_integer
from clocktool.backends.local.refusal import invalid_body
from clocktool.domain.limits import EARLIEST, MAX_NUMBER
from clocktool.domain.time.instant import Instant

FIELDS: Final = ((False, "hourlyRate"), (True, "costRate"))
"""Whether a rate is a cost rate, with its name in JSON."""


class Change(msgspec.Struct):
    """An amount in minor units and the time from which it counts."""

    amount: int
    since: int


History = tuple[list[int], list[int]]
"""The sorted times from which amounts count, and the amounts."""

Changes = Mapping[bool, Change | None]
"""The rates to set, by whether each is a cost rate. None removes a rate."""


class Rates:
    """The rates of some holders."""

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

    @property
    def changes(self) -> list[Instant]:
        """The times at which any hourly rate changes, sorted."""
        hourly = (history for key, history in self._histories.items() if not key[2])
        starts = {start for history in hourly for start in history[0]}
        return sorted(map(Instant, starts - {EARLIEST}))

    def at(self, when: int, holder: str, user: str = "", *, cost: bool = False) -> int | None:
        """Return the amount at a time, or None."""
        return first_amount(self.chain(((holder, user),), cost=cost), when)

    def chain(
        self, levels: Iterable[tuple[str, str]], *, cost: bool = False
    ) -> tuple[History, ...]:
        """Return the histories of pairs of holder and user, without those that have none."""
        found = (self._histories.get((holder, user, cost)) for holder, user in levels)
        return tuple(history for history in found if history is not None)


def first_amount(chain: Iterable[History], when: int) -> int | None:
    """Return the amount at a time from the first history that has one, or None."""
    for starts, amounts in chain:
        place = bisect_right(starts, when)
        if place:
            return amounts[place - 1]
    return None


def levels(
    task: str | None, project: str | None, workspace: str, user: str
) -> tuple[tuple[str, str], ...]:
    """Return the holder and the user of each rate that an entry may have, by priority.

    The order is: the task's, the user's in the project, the project's, the user's in the workspace,
    the workspace's.
    """
    places = (project or "", workspace)
    return (task or "", ""), *((place, who) for place in places for who in (user, ""))


def load_all(connection: sqlite3.Connection) -> Rates:
    """Return all rates of the file."""
    return Rates(
        connection.execute(
            "SELECT holder, user, cost, since, amount FROM rates ORDER BY holder, user, cost, since"
        )
    )


def load(connection: sqlite3.Connection, holders: Iterable[str]) -> Rates:
    """Return all rates of some holders, including those of users in them."""
    return Rates(
        connection.execute(
            "SELECT r.holder, r.user, r.cost, r.since, r.amount FROM json_each(?) j"
            " CROSS JOIN rates r ON r.holder = j.value ORDER BY r.holder, r.user, r.cost, r.since",
            (msgspec.json.encode(list(holders)).decode(),),
        )
    )


def set_rates(
    connection: sqlite3.Connection, changes: Changes, holder: str, user: str = ""
) -> None:
    """Set rates. Each replaces all rates that would count later."""
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


def replace(connection: sqlite3.Connection, changes: Changes, holder: str, now: int) -> None:
    """Set the rates of an object that is being replaced.

    A rate without a time that equals the current rate was only sent back as it was read. It keeps
    its history.
    """
    known = load(connection, (holder,))
    changed = {
        cost: wanted
        for cost, wanted in changes.items()
        if known.at(now, holder, cost=cost) != (None if wanted is None else wanted.amount)
        or (wanted is not None and wanted.since != EARLIEST)
    }
    set_rates(connection, changed, holder)


def delete_others(connection: sqlite3.Connection, holder: str, users: Iterable[str]) -> None:
    """Delete the rates of all users in a holder except the given ones."""
    connection.execute(
        "DELETE FROM rates WHERE holder = ? AND user <> ''"
        " AND user NOT IN (SELECT value FROM json_each(?))",
        (holder, msgspec.json.encode(list(users)).decode()),
    )


def read_rates(body: Body) -> Changes:
    """Read the rates that an object sets. A rate left out is not changed."""
    return {
        cost: None if body.value(name) is None else read_rate(body.value(name), name)
        for cost, name in FIELDS
        if name in body
    }


def read_rate(value: object, where: str = "body") -> Change:
    """Read a rate: its ``amount``, and ``since``, the optional time from which it counts."""
    body = Body(value, where)
    amount = body.value("amount")
    if not is_integer(amount) or not 0 <= amount <= MAX_NUMBER:
        raise invalid_body(f"{where}.amount must be a whole number of minor units")
    since = body.instant("since")
    return Change(amount, EARLIEST if since is None else since)
