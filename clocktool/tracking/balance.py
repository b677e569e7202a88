"""The balance of worked time and targets, from the history."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from clocktool.domain.balance import Balance, balance_of
from clocktool.domain.entry import Entry
from clocktool.domain.selection import Selection
from clocktool.domain.targets import Targets
from clocktool.domain.time.instant import Instant, shift
from clocktool.domain.time.midnight import Cutter
from clocktool.domain.time.period import ALL, Period
from clocktool.domain.time.zone import Zone
from clocktool.errors import UsageError
from clocktool.history.sums import Days, Sums, sums

if TYPE_CHECKING:
    from clocktool.history.history import History

MAX_DAYS = 36_600
"""The longest period of a balance, in days."""

FIRST_DAY = date(1900, 1, 1)
"""No entry is earlier."""


class WorkDays(msgspec.Struct, frozen=True):
    """The seconds of work by day, without breaks; ``waiting`` counts entries not sent yet."""

    seconds: dict[date, int]
    waiting: int = 0
    has_running: bool = False


class BalanceRead(msgspec.Struct, frozen=True):
    """A balance; ``left`` of the target of today, if that is one of its days."""

    balance: Balance
    left: int | None
    done_at: Instant | None
    waiting: int


def work_days(
    history: "History",
    days: Days,
    counted: Callable[[Iterator[Entry]], Iterator[Entry]] = iter,
) -> WorkDays:
    """Return the work of each day of a period."""
    read = _sums(history, days, ("day",), counted)
    found = {group.first: group.seconds for group in read.report.whole.groups if group.first}
    return WorkDays(found, read.waiting, read.has_running)


def work_in(history: "History", days: Days) -> int:
    """Return the seconds of work in a period."""
    return _sums(history, days, ()).report.whole.seconds


def _sums(
    history: "History",
    days: Days,
    by: tuple[str, ...],
    counted: Callable[[Iterator[Entry]], Iterator[Entry]] = iter,
) -> Sums:
    window = None if days.period == ALL else days.period.window(days.zone)
    return sums(history, Selection(window=window), days, by, with_overlap=False, counted=counted)


def read_balance(
    history: "History",
    targets: Targets,
    days: Days,
    now: Instant,
    by: str,
    *,
    counted: Callable[[Iterator[Entry]], Iterator[Entry]] = iter,
) -> BalanceRead:
    """Return the balance of a period, with what is left of today if that is in it.

    All work since the first day with targets is read. ``all`` is from that day to today, or to the
    last entry. Raises UsageError for a period of more than ``MAX_DAYS``.
    """
    today, period = days.zone.day(now), days.period
    if period != ALL:
        _check_length(period)
    reading, earlier = history, 0
    if targets.begin is not None and targets.begin < period.first:
        reading, earlier = _read_earlier(history, targets.begin, days, today, counted)
    work = work_days(reading, days, counted)
    if period == ALL:
        known = [*work.seconds, today]
        first = targets.begin or min(known)
        period = Period(min(first, today), max(known))
        _check_length(period)
    balance = balance_of(
        targets,
        work.seconds,
        period,
        today,
        by=by,
        week_start=days.week_start,
        earlier=earlier,
    )
    if not (targets.counts(today) and period.first <= today <= period.last):
        return BalanceRead(balance, None, None, work.waiting)
    target, worked = targets.on(today).seconds, work.seconds.get(today, 0)
    ends = None
    if worked < target and work.has_running and is_work(_timer(history, days.zone, now)):
        ends = shift(now, target - worked)
    return BalanceRead(balance, target - worked, ends, work.waiting)


def _read_earlier(
    history: "History",
    begin: date,
    days: Days,
    today: date,
    counted: Callable[[Iterator[Entry]], Iterator[Entry]],
) -> "tuple[History, int]":
    """Return the work from ``begin`` up to a period, and the history to read the period from.

    All of it is asked for at once, so that the period is then on this machine.
    """
    period, begin = days.period, max(begin, FIRST_DAY)
    here = history.on_disk()
    if here is not history:
        _sums(history, replace(days, period=Period(begin, period.last)), (), counted)
    last = min(date.fromordinal(period.first.toordinal() - 1), today)
    if last < begin:
        return here, 0
    return here, work_in(here, replace(days, period=Period(begin, last)))


def _timer(history: "History", zone: Zone, now: Instant) -> Entry | None:
    """Return the running entry of today, which was read with the others."""
    window = Cutter(zone, now).bounds(zone.day(now))
    found = history.on_disk().entries(Selection(window=window))
    return next((each for each in reversed(found.entries) if each.running), None)


def is_work(timer: Entry | None) -> bool:
    """Whether a timer runs that is not a break."""
    return timer is not None and not timer.is_break


def _check_length(period: Period) -> None:
    if (period.last - period.first).days >= MAX_DAYS:
        raise UsageError("the period is too long for a balance", "use at most 100 years")
