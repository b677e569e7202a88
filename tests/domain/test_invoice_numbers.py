"""Patterns of invoice numbers, their series, and terms of invoices."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocktool.domain.numbers import parse_pattern, series_of
from clocktool.domain.terms import parse_due, parse_percent, parse_term
from clocktool.errors import UsageError

DAY = date(2026, 3, 7)


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("{year}-{n:03}", "2026-007"),
        ("{n}", "7"),
        ("R{year}{month}-{n:02}/{client}", "R202603-07/ACME"),
        ("{client}{n:09}", "ACME000000007"),
    ],
)
def test_a_pattern_is_filled_in(pattern: str, number: str) -> None:
    """The year and the month are those of the invoice's day."""
    assert series_of(parse_pattern(pattern), DAY, "ACME").number(7) == number


@pytest.mark.parametrize(
    "pattern",
    ["{year}", "{n}{n}", "{n:03}-{n}", "{n:3}", "{N}", "{n", "{x}-{n}", "n}", "{n:0}", ""],
)
def test_other_patterns_are_refused(pattern: str) -> None:
    """One counter, and nothing else between braces."""
    with pytest.raises(UsageError):
        parse_pattern(pattern)


@given(
    st.sampled_from(("{year}-{n:03}", "{n}", "{client}{n:02}", "{n}{client}", "{n:03}-{year}")),
    st.integers(1, 10**9 - 1),
    st.text(max_size=5),
)
def test_the_counter_of_a_number_is_read_back(pattern: str, count: int, client: str) -> None:
    """Whatever the client is called."""
    series = series_of(pattern, DAY, client)
    assert series.count(series.number(count)) == count


@pytest.mark.parametrize("number", ["", "2026-", "2026-0", "2026-01", "2026-0001", "x", "2025-001"])
def test_numbers_that_are_not_of_the_series(number: str) -> None:
    """A number is of it only as the series would write it."""
    assert series_of("{year}-{n:03}", DAY, "").count(number) is None


@pytest.mark.parametrize(
    ("text", "percent"), [("19", 1900), ("8.1", 810), ("7,5", 750), ("0", 0), ("19%", 1900)]
)
def test_percentages(text: str, percent: int) -> None:
    """In hundredths of a percent, with a point or a comma."""
    assert parse_percent(text) == percent


def test_terms() -> None:
    """A number of days after the invoice, or a day."""
    assert parse_term("14d") == 14
    assert parse_due("30 days", DAY, date.fromisoformat) == date(2026, 4, 6)
    assert parse_due("2026-04-01", DAY, date.fromisoformat) == date(2026, 4, 1)
    for text in ("", "14", "-1d", "9999d"):
        with pytest.raises(UsageError):
            parse_term(text)
