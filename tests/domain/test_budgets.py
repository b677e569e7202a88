"""Budgets: what is used, what is left, and until when it lasts."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocktool.domain.budgets import (
    PERIODS,
    Budget,
    Use,
    exhausted_on,
    parse_budget,
    period_of,
)
from clocktool.domain.rates import Subject
from clocktool.domain.time.period import Period
from clocktool.errors import UsageError


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("120h", Budget(432_000)),
        ("120h/month", Budget(432_000, per="month")),
        ("1h30m/week", Budget(5400, per="week")),
        ("5000.00 EUR/year", Budget(amount=500_000, currency="EUR", per="year")),
        ("90000 JPY/quarter", Budget(amount=90_000, currency="JPY", per="quarter")),
    ],
)
def test_a_budget_reads_back_as_it_is_written(text: str, budget: Budget) -> None:
    """Time or money, in all or for each period."""
    assert parse_budget(text) == budget
    assert budget.text == text


@pytest.mark.parametrize(
    "text", ["", "120", "120h/day", "0 EUR", "5 XYZ", "-3h", "120h/", "EUR", "5.123 EUR", "0h"]
)
def test_anything_else_is_no_budget(text: str) -> None:
    """A number without a unit, an unknown currency or period, and nothing are refused."""
    with pytest.raises(UsageError):
        parse_budget(text)


@pytest.mark.parametrize(
    ("per", "first", "last"),
    [
        ("week", date(2026, 11, 23), date(2026, 11, 29)),
        ("month", date(2026, 11, 1), date(2026, 11, 30)),
        ("quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_the_one_around_today(per: str, first: date, last: date) -> None:
    """Weeks start where the account says."""
    found = period_of(per, date(2026, 11, 25), 0)  # type: ignore[arg-type]
    assert (found.first, found.last) == (first, last)
    assert per in PERIODS


def test_the_pace_is_what_was_used_by_the_days_that_have_passed() -> None:
    """60 of 120 hours in 12 days last for 24; working days count alone where there are some."""
    budget, first, today = Budget(120 * 3600), date(2026, 11, 1), date(2026, 11, 12)
    assert exhausted_on(budget, 60 * 3600, Period(first, date(2099, 12, 31)), today) == date(
        2026, 11, 24
    )
    last = date(2026, 11, 30)
    assert exhausted_on(budget, 40 * 3600, Period(first, last), today) is None
    assert exhausted_on(budget, 0, Period(first, last), today) is None
    weekdays = exhausted_on(
        budget, 60 * 3600, Period(first, last), today, lambda day: day.weekday() < 5
    )
    assert weekdays == date(2026, 11, 25)  # 9 working days have passed, 18 are needed


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 60), st.integers(1, 127))
def test_on_the_day_it_is_exhausted_the_pace_has_used_all_and_not_the_day_before(
    size: int, used: int, passed: int, weekdays: int
) -> None:
    """Checked with exact fractions, for any working days."""
    first = date(2026, 1, 1)
    today = first + timedelta(days=passed)

    def works(day: date) -> bool:
        return bool(weekdays >> day.weekday() & 1)

    def count(until: date) -> int:
        days = (first + timedelta(days=each) for each in range((until - first).days + 1))
        return sum(map(works, days))

    found = exhausted_on(Budget(size), used, Period(first, date(2099, 12, 31)), today, works)
    if found is None or not count(today):
        return
    pace = Fraction(used, count(today))
    assert pace * count(found) >= size
    assert pace * (count(found) - 1) < size


@pytest.mark.parametrize(
    ("used", "percent", "over"),
    [(0, 0.0, False), (1, 33.3, False), (2, 66.7, False), (3, 100.0, False), (4, 133.3, True)],
)
def test_more_than_all_of_it_is_over(used: int, percent: float, over: bool) -> None:
    """100 % is not over."""
    use = Use(Subject("ACME", "Site"), Budget(3), None, used, None)
    assert (use.percent, use.is_over, use.left) == (percent, over, 3 - used)
