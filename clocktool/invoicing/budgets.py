"""The use of budgets, read from the history once for each kind of period."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from clocktool.config.declaration import dotted
from clocktool.domain.budgets import (
    PERIODS,
    Budget,
    Per,
    Row,
    Use,
    exhausted_on,
    parse_budget,
    period_of,
)
from clocktool.domain.rates import Subject, parse_subject
from clocktool.domain.selection import Selection
from clocktool.domain.time.period import ALL, Period
from clocktool.errors import ClocktoolError, NotFoundError
from clocktool.history.sums import Days, sums
from clocktool.invoicing.rates import key_of

if TYPE_CHECKING:
    from clocktool.api.directory import Directory
    from clocktool.config.config import Setting
    from clocktool.domain.directory import Estimate
    from clocktool.domain.report import Group
    from clocktool.history.history import History

TABLE = "budgets"

WIDEST_FIRST: tuple[Per | None, ...] = (None, "year", "quarter", "month", "week")
"""The order of reads: after a wide period, a narrow one within it needs no request."""


class Calendar(msgspec.Struct, frozen=True):
    """Today, the zone and the first day of the week; ``is_working`` tells working days."""

    days: Days
    is_working: Callable[[date], bool] = lambda _: True

    @property
    def today(self) -> date:
        """The day that it is."""
        return self.days.period.first


def own_budgets(table: "Mapping[str, Setting]", currency: Callable[[], str]) -> Iterator[Row]:
    """Yield the budgets of ``[budgets]``, which is valid."""
    for name, setting in table.items():
        budget = parse_budget(str(setting.value))
        if budget.seconds is None and not budget.currency:
            budget = msgspec.structs.replace(budget, currency=currency())
        yield Row(parse_subject(name), budget)


def with_estimates(
    own: Sequence[Row], directory: "Directory", workspace: str, currency: Callable[[], str]
) -> Iterator[Row]:
    """Yield budgets, then the service's estimates of projects that have no budget here."""
    yield from own
    known = {row.subject.folded for row in own}
    for each in _estimates(directory, workspace):
        subject = Subject(each.client, each.name)
        per = next((per for per in PERIODS if per == each.per), None)
        if subject.folded in known:
            continue
        if each.seconds:
            yield Row(subject, Budget(each.seconds, per=per), "service")
        if each.amount:
            yield Row(subject, Budget(None, each.amount, currency(), per), "service")


def _estimates(directory: "Directory", workspace: str) -> "list[Estimate]":
    """Return the estimates of projects, of the last list if the service does not answer."""
    from clocktool.api.directory import Search

    try:
        return list(directory.estimates(workspace))
    except ClocktoolError as error:
        if not error.is_temporary:
            raise
        return list(directory.estimates(workspace, Search(cached_only=True)))


def set_budget(table: "Mapping[str, Setting]", subject: Subject, budget: Budget) -> dict[str, str]:
    """Return the new value of the configuration, by its key; it replaces the one before."""
    return {dotted((TABLE, key_of(table, subject))): budget.text}


def remove_budget(table: "Mapping[str, Setting]", subject: Subject, source: str) -> dict[str, None]:
    """Return the key to remove from the configuration.

    Raises NotFoundError where ``source``, the file or a profile, has no budget of the subject.
    """
    key = key_of(table, subject)
    if key not in table or table[key].source != source:
        raise NotFoundError(f"no budget of {key}", "clocktool budgets lists them")
    return {dotted((TABLE, key)): None}


def uses(history: "History", rows: Iterable[Row], calendar: Calendar) -> list[tuple[Row, Use]]:
    """Return the use of each budget in the period around today."""
    found: list[tuple[Row, Use]] = []
    by_period: dict[Per | None, list[Row]] = {}
    for row in rows:
        by_period.setdefault(row.budget.per, []).append(row)
    read: list[Period] = []
    for per in WIDEST_FIRST:
        if of_period := by_period.get(per):
            period = period_of(per, calendar.today, calendar.days.week_start)
            is_read = any(_holds(each, period) for each in read)
            source = history.on_disk() if is_read else history
            found += _uses(source, of_period, calendar, period)
            read.append(period)
    return found


def _holds(wide: Period, narrow: Period) -> bool:
    return wide.first <= narrow.first and narrow.last <= wide.last


def _uses(
    history: "History", rows: Sequence[Row], calendar: Calendar, period: Period
) -> Iterator[tuple[Row, Use]]:
    days = calendar.days
    window = None if period == ALL else period.window(days.zone)
    asked = Days(period, days.zone, days.week_start)
    by = ("project", "day")
    made = sums(history, Selection(window=window), asked, by, with_overlap=False)
    groups = made.report.whole.groups
    for row in rows:
        yield row, _use(row, groups, period, calendar)


def _use(row: Row, groups: Iterable["Group"], period: Period, calendar: Calendar) -> Use:
    subject, budget = row.subject.folded, row.budget
    of = [each for each in groups if each.id is not None and _is_for(subject, each)]
    amounts: dict[str, int] = {}
    for group in of:
        for currency, amount in group.amounts.items():
            amounts[currency] = amounts.get(currency, 0) + amount
    if budget.seconds is None:
        used = amounts.pop(budget.currency, 0)
    else:
        used, amounts = sum(group.seconds for group in of), {}
    first = min((min(group.days) for group in of if group.days), default=calendar.today)
    counted = Period(first, date.max) if period == ALL else period
    end = exhausted_on(budget, used, counted, calendar.today, calendar.is_working)
    shown = None if period == ALL else period
    return Use(row.subject, budget, shown, used, end, amounts)


def _is_for(subject: Subject, group: "Group") -> bool:
    is_client = (subject.client or "") == group.owner.casefold()
    return is_client and (not subject.project or subject.project == group.name.casefold())
