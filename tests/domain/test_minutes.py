"""Displayed minutes add up: properties over any parts, as in lists and reports."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple

from clocktool.domain.minutes import MINUTE, WorkTime, apportion, floor_minutes, largest_remainder

pytestmark = pytest.mark.slow

times = st.builds(
    lambda seconds, kind, share: WorkTime(seconds, (0, seconds, seconds * share // 100)[kind]),
    st.one_of(st.integers(0, 200), st.integers(0, 40_000)),
    st.integers(0, 2),
    st.integers(0, 100),
)


def whole(parts: list[WorkTime]) -> WorkTime:
    """Return the total of parts."""
    return WorkTime(sum(each.seconds for each in parts), sum(each.billable for each in parts))


def check(exact: WorkTime, above: WorkTime, parts: list[WorkTime], shown: list[WorkTime]) -> None:
    """Check displayed times against exact ones."""
    for part, line in zip(parts, shown, strict=True):
        for real, said in zip(astuple(part), astuple(line), strict=True):
            assert abs(real - said) < MINUTE, "no line is off by a minute or more"
            assert said % MINUTE == 0 if real >= MINUTE else said == real
        assert line.billable <= line.seconds
        if part.billable == part.seconds:
            assert line.billable == line.seconds
    seconds = sum(line.seconds for line in shown)
    if all(real >= MINUTE or real == 0 for part in parts for real in astuple(part)):
        assert WorkTime(seconds, sum(line.billable for line in shown)) == above
    elif above.seconds <= exact.seconds:
        assert abs(above.seconds - seconds) < MINUTE


@given(parts=st.lists(times, max_size=12))
@settings(max_examples=1000)
def test_parts_add_up_to_a_whole_that_is_floored(parts: list[WorkTime]) -> None:
    """Both time and billable time add up; parts under a minute are counted in seconds."""
    exact = whole(parts)
    above = floor_minutes(exact)
    check(exact, above, parts, apportion(exact, above, parts))


@given(days=st.lists(st.lists(times, min_size=1, max_size=6), max_size=6))
@settings(max_examples=500)
def test_rows_add_up_to_days_and_days_to_the_whole(days: list[list[WorkTime]]) -> None:
    """Rows add up to the displayed day, whether it was rounded up or down."""
    exact = [whole(day) for day in days]
    shown = apportion(whole(exact), floor_minutes(whole(exact)), exact)
    for day, of_day, line in zip(days, exact, shown, strict=True):
        if of_day.seconds >= MINUTE:
            check(of_day, line, day, apportion(of_day, line, day))


@given(parts=st.lists(st.integers(60, 9999), max_size=12))
@settings(max_examples=300)
def test_where_nothing_is_billable_minutes_go_to_the_largest_remainders(parts: list[int]) -> None:
    """No line that was rounded down lost more than one that was rounded up."""
    shown = apportion(
        WorkTime(sum(parts)), floor_minutes(WorkTime(sum(parts))), list(map(WorkTime, parts))
    )
    up = [part % 60 for part, line in zip(parts, shown, strict=True) if line.seconds > part]
    down = [part % 60 for part, line in zip(parts, shown, strict=True) if line.seconds <= part]
    assert not up or not down or min(up) >= max(down)


def test_three_times_twenty_minutes_and_a_half_are_an_hour_and_one() -> None:
    """The first of equal remainders gets the minute."""
    parts = [WorkTime(1230)] * 3
    assert apportion(WorkTime(3690), WorkTime(3660), parts) == [
        WorkTime(1260),
        WorkTime(1200),
        WorkTime(1200),
    ]


def test_parts_that_do_not_add_up_are_floored() -> None:
    """An entry with two tags counts in each, so tags do not add up to the total."""
    assert apportion(WorkTime(90), WorkTime(60), [WorkTime(90), WorkTime(90)]) == [
        WorkTime(60),
        WorkTime(60),
    ]


def test_hundredths_add_up() -> None:
    """Rounding works for any unit: three thirds of an hour are one hour."""
    assert largest_remainder([1200] * 3, 36, 100) == [34, 33, 33]
