"""The balance: worked time less target, summed up since the first day with targets."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import accumulate

import msgspec

from clocktool.domain.targets import DayTarget, Targets, day_after
from clocktool.domain.time.period import Period
from clocktool.domain.time.week import first_of_week


class Row(msgspec.Struct, frozen=True):
    """The days of a period that lie in one day, week, month or year.

    ``balance`` is that at the end of the row, or of today if the row ends later; None before the
    first day with targets. ``carried`` is the part of it that was brought along in these days,
    ``uncounted`` the difference of days that it leaves out: those to come, and those before the
    first target. ``off`` has the names of the days off.
    """

    name: str
    days: Period
    worked: int
    target: int
    balance: int | None
    carried: int = 0
    uncounted: int = 0
    off: tuple[str, ...] = ()

    @property
    def difference(self) -> int:
        """Worked time less target: positive is overtime."""
        return self.worked - self.target


class Balance(msgspec.Struct, frozen=True):
    """A period in rows, and the whole of it.

    ``past`` is how many of the rows begin by today; the balance counts no later one.
    """

    whole: Row
    rows: tuple[Row, ...]
    past: int


def balance_of(
    targets: Targets,
    worked: Mapping[date, int],
    period: Period,
    today: date,
    *,
    by: str = "day",
    week_start: int = 0,
    earlier: int = 0,
) -> Balance:
    """Return the balance of a period in rows by day, week, month or year.

    ``worked`` has the seconds of work of each day of the period, ``earlier`` that from ``begin`` up
    to the period. The balance counts each day from ``begin`` to ``today`` with its whole target,
    and no later day.
    """
    groups: dict[str, list[tuple[date, DayTarget]]] = {}
    for day, target in targets.days(period):
        groups.setdefault(unit_name(by, day, week_start), []).append((day, target))
    running = balance_before(targets, earlier, min(period.first, day_after(today)))
    rows: list[Row] = []
    for name, days in groups.items():
        first, last = days[0][0], days[-1][0]
        counted = [(day, target) for day, target in days if targets.counts(day) and day <= today]
        carried = sum(targets.carried_on(day) for day, _ in counted)
        difference = sum(worked.get(day, 0) - target.seconds for day, target in counted)
        running += difference + carried
        length = sum(worked.get(day, 0) for day, _ in days)
        wanted = sum(target.seconds for _, target in days)
        rows.append(
            Row(
                name,
                Period(first, last),
                length,
                wanted,
                running if targets.counts(min(last, today)) else None,
                carried,
                length - wanted - difference,
                _names_of(days),
            )
        )
    whole = Row(
        "",
        period,
        sum(row.worked for row in rows),
        sum(row.target for row in rows),
        rows[-1].balance,
        sum(row.carried for row in rows),
    )
    return Balance(whole, tuple(rows), sum(row.days.first <= today for row in rows))


def balance_before(targets: Targets, worked: int, day: date) -> int:
    """Return the balance at the start of a day; 0 until the first day with targets.

    ``worked`` is the work from ``begin`` up to that day.
    """
    if targets.begin is None or day <= targets.begin:
        return 0
    days = Period(targets.begin, date.fromordinal(day.toordinal() - 1))
    return worked - targets.seconds(days) + targets.carried(days.last)


def balance_at(targets: Targets, worked: int, today: date) -> int | None:
    """Return the balance at the end of today, as if no more is worked; None before any target.

    ``worked`` is the work from the first target to today.
    """
    if targets.begin is None or today < targets.begin:
        return None
    days = Period(targets.begin, today)
    return worked - targets.seconds(days) + targets.carried(today)


def unit_name(by: str, day: date, week_start: int) -> str:
    """Return the name of the day, week, month or year of a day, like ``2026-W48``.

    A week that does not start on a Monday is named for its first day.
    """
    match by:
        case "day":
            return day.isoformat()
        case "week":
            first = first_of_week(day, week_start)
            if week_start:
                return first.isoformat()
            year, week, _ = first.isocalendar()
            return f"{year:04}-W{week:02}"
        case "month":
            return day.isoformat()[:7]
    return day.isoformat()[:4]


class ShownRow(msgspec.Struct, frozen=True):
    """The figures of a row as they are displayed, in seconds that are whole minutes."""

    worked: int
    target: int
    balance: int | None

    @property
    def difference(self) -> int:
        """Worked time less target."""
        return self.worked - self.target


def shown_rows(balance: Balance) -> tuple[list[ShownRow], ShownRow]:
    """Return the rows and the total in whole minutes that add up, none off by a minute or more.

    The worked time of the total is rounded down, and so is the last balance. Each row is the
    difference of two sums that are rounded down; if that does not fit both ends, the sums count
    from a whole minute of the balance.
    """
    rows = balance.rows
    worked = [0, *accumulate(row.worked for row in rows)]
    begin = ((rows[-1].balance or 0) - worked[balance.past]) % 60
    if _minutes(begin + worked[-1]) != _minutes(worked[-1]):
        begin = 0
    worked = [_minutes(begin + each) for each in worked]
    target = [_minutes(each) for each in (0, *accumulate(row.target for row in rows))]
    found = [
        ShownRow(worked[place + 1] - worked[place], target[place + 1] - target[place], None)
        for place in range(len(rows))
    ]
    whole = ShownRow(worked[-1], target[-1], None)
    if rows[-1].balance is not None:
        running = _minutes(rows[-1].balance)
        whole = msgspec.structs.replace(whole, balance=running)
        for place in range(balance.past - 1, -1, -1):
            if rows[place].balance is not None:
                found[place] = msgspec.structs.replace(found[place], balance=running)
                counted = found[place].difference - _minutes(rows[place].uncounted)
                running -= counted + _minutes(rows[place].carried)
    return found, whole


def _names_of(days: Iterable[tuple[date, DayTarget]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.off.name for _, each in days if each.off is not None))


def _minutes(seconds: int) -> int:
    """Return seconds rounded down to whole minutes."""
    return seconds - seconds % 60
