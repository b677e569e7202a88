"""Budgets of time or money: for a project or a client, in all or for each week, month and so on.

A budget of time counts all time of the period, billable or not, cut at its midnights and exact. One
of money counts the price of billable time in its currency. Breaks never count.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal, get_args

import msgspec

from clocktool.domain import rates
from clocktool.domain.money import figure, parse_money
from clocktool.domain.rates import Subject
from clocktool.domain.time.duration import parse_duration
from clocktool.domain.time.period import ALL, Period
from clocktool.domain.time.week import first_of_week
from clocktool.errors import UsageError, literal

Per = Literal["week", "month", "quarter", "year"]
PERIODS: tuple[Per, ...] = get_args(Per)

WARNED = 80
"""The percentage above which a budget is nearly used."""

MOST_DAYS = 366 * 50
"""A budget without a period that lasts longer than these days counts as lasting forever."""


class Budget(msgspec.Struct, frozen=True):
    """What may be used: ``seconds``, or else ``amount`` in minor units of ``currency``.

    ``per`` is None for a budget in all.
    """

    seconds: int | None = None
    amount: int | None = None
    currency: str = ""
    per: Per | None = None

    @property
    def size(self) -> int:
        """The seconds, or the minor units."""
        return self.amount or 0 if self.seconds is None else self.seconds

    @property
    def text(self) -> str:
        """The budget as in the configuration: ``120h/month``, ``5000 EUR``."""
        if self.seconds is None:
            size = f"{figure(self.size, self.currency)} {self.currency}".rstrip()
        else:
            hours, rest = divmod(self.seconds, 3600)
            minutes, seconds = divmod(rest, 60)
            parts = ((hours, "h"), (minutes, "m"), (seconds, "s"))
            size = "".join(f"{number}{unit}" for number, unit in parts if number)
        return size if self.per is None else f"{size}/{self.per}"


class Row(msgspec.Struct, frozen=True):
    """A budget and what it is for. ``source`` is ``config`` or ``service``."""

    subject: Subject
    budget: Budget
    source: str = "config"


class Use(msgspec.Struct, frozen=True):
    """How much of a budget is used in its period, and when it is exhausted at that pace.

    ``exhausted_on`` is None where the budget lasts. ``others`` are amounts in other currencies.
    """

    subject: Subject
    budget: Budget
    period: Period | None
    used: int
    exhausted_on: date | None
    others: dict[str, int] = {}

    @property
    def left(self) -> int:
        """What is left; negative if the budget is over."""
        return self.budget.size - self.used

    @property
    def percent(self) -> float:
        """The used part in percent, with one decimal, rounded half up."""
        size = self.budget.size
        return (self.used * 2000 + size) // (2 * size) / 10 if size else 0.0

    @property
    def is_over(self) -> bool:
        """Whether more than all of it is used."""
        return self.used > self.budget.size


def parse_budget(text: str) -> Budget:
    """Parse ``120h``, ``120h/month`` or ``5000 EUR/year``. Raises UsageError."""
    size, slash, per = (each.strip() for each in text.strip().partition("/"))
    if slash and per not in PERIODS:
        raise UsageError(
            f"invalid budget {literal(text)}", f"write /{', /'.join(PERIODS)}, or nothing for all"
        )
    if size.rpartition(" ")[2].isalpha() and " " in size:
        amount, currency = parse_money(size)
        budget = Budget(amount=amount, currency=currency)
    else:
        try:
            budget = Budget(parse_duration(size))
        except UsageError as error:
            error.hint = "write time or money: 120h, 90m, '5000 EUR', with /month behind it"
            raise
    if not budget.size:
        raise UsageError(f"invalid budget {literal(text)}", "use more than nothing")
    return msgspec.structs.replace(budget, per=per or None)


def parse_subject(key: str) -> Subject:
    """Parse the name of a budget. Raises UsageError unless it names a project or a client."""
    subject = rates.parse_subject(key)
    if subject.client is None or subject.task is not None:
        raise UsageError(
            f"{literal(key)} names neither a client nor a project",
            "write ACME/, /Ops or ACME/Site",
        )
    return subject


def period_of(per: Per | None, today: date, week_start: int) -> Period:
    """Return the period around a day; all days for a budget in all."""
    match per:
        case "week":
            first = first_of_week(today, week_start)
            return Period(first, first + timedelta(days=6))
        case "month":
            first = today.replace(day=1)
            return Period(first, _month_after(first, 1) - timedelta(days=1))
        case "quarter":
            first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
            return Period(first, _month_after(first, 3) - timedelta(days=1))
        case "year":
            return Period(today.replace(month=1, day=1), today.replace(month=12, day=31))
    return ALL


def exhausted_on(
    budget: Budget,
    used: int,
    period: Period,
    today: date,
    is_working: Callable[[date], bool] = lambda _: True,
) -> date | None:
    """Return the day on which a budget is exhausted at the pace of its period so far.

    The pace is what was used, divided by the days that have passed, today included: working days,
    or all days if none of them was one. None where it lasts until the end of the period.
    """
    first, last = period.first, period.last
    if used <= 0 or today < first:
        return None
    days = [first + timedelta(days=each) for each in range((today - first).days + 1)]
    counts = is_working if any(map(is_working, days)) else lambda _: True
    passed = sum(map(counts, days))
    needed = -(-budget.size * passed // used)
    if needed > MOST_DAYS:
        return None
    seen = 0
    for day in Period(first, min(last, first + timedelta(days=2 * MOST_DAYS))).days():
        seen += counts(day)
        if seen >= needed and counts(day):
            return day
    return None


def _month_after(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
