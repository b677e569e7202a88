"""Targets and balances: tables worked out by hand, bad input, and sums over any days."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.domain.balance import Balance, balance_at, balance_of, shown_rows
from clocktool.domain.entry import Entry
from clocktool.domain.ids import Known
from clocktool.domain.targets import (
    Carry,
    DayOff,
    Hours,
    Targets,
    Week,
    format_carry,
    format_days,
    format_week,
    parse_carry,
    parse_days,
    parse_week,
    without,
)
from clocktool.domain.time.midnight import Cutter
from clocktool.domain.time.period import Period
from clocktool.domain.time.zone import Zone
from clocktool.errors import UsageError

HOUR = 3600


def balance(
    targets: Targets,
    worked: Mapping[date, int],
    period: Period,
    today: date,
    *,
    by: str = "day",
    start: int = 0,
) -> Balance:
    """Return the balance of a period, from the work of all days."""
    last = min(period.first, today + timedelta(days=1))
    earlier = sum(
        seconds
        for day, seconds in worked.items()
        if targets.begin is not None and targets.begin <= day < last
    )
    return balance_of(targets, worked, period, today, by=by, week_start=start, earlier=earlier)


TODAY = date(2026, 3, 11)
"""A Wednesday."""

MARCH = Targets(
    weeks=(
        Week(date(2026, 3, 2), parse_week(["mon..thu=8h", "fri=6h"])),
        Week(date(2026, 3, 9), parse_week(["mon..wed=7h30m"])),
    ),
    off=(
        DayOff(Period(date(2026, 3, 5), date(2026, 3, 6)), "Trip"),
        DayOff(Period(date(2026, 3, 10), date(2026, 3, 10)), "Company day", half=True),
    ),
    carry=(Carry(date(2026, 3, 3), -5400),),
)

WORK = {
    "2026-02-27": "9",
    "2026-03-02": "8.5",
    "2026-03-03": "7.75",
    "2026-03-04": "8",
    "2026-03-06": "1",
    "2026-03-08": "0.5",
    "2026-03-09": "8.25",
    "2026-03-10": "4",
    "2026-03-11": "2.5",
}
"""Hours of work by day; those of February are before the first target."""

BY_HAND = """
2026-03-01  0     0     0      -
2026-03-02  8.5   8     0.5    0.5
2026-03-03  7.75  8    -0.25  -1.25
2026-03-04  8     8     0     -1.25
2026-03-05  0     0     0     -1.25
2026-03-06  1     0     1     -0.25
2026-03-07  0     0     0     -0.25
2026-03-08  0.5   0     0.5    0.25
2026-03-09  8.25  7.5   0.75   1
2026-03-10  4     3.75  0.25   1.25
2026-03-11  2.5   7.5  -5     -3.75
2026-03-12  0     0     0     -3.75
"""
"""Day, worked, target, difference, balance, in hours. On 3 March 1.5 h are brought along, owed."""


def seconds(hours: str) -> int:
    """Return hours as seconds, exactly."""
    exact = Decimal(hours) * HOUR
    assert exact == int(exact)
    return int(exact)


WORKED = {date.fromisoformat(day): seconds(hours) for day, hours in WORK.items()}


def test_each_day_is_that_of_a_table_made_by_hand() -> None:
    """Two weeks with a change of hours, days off whole and half, and a balance brought along."""
    days = Period(date(2026, 3, 1), date(2026, 3, 12))
    rows = balance(MARCH, WORKED, days, TODAY).rows
    expected = [line.split() for line in BY_HAND.split("\n") if line]
    assert [(row.name, row.worked, row.target, row.difference, row.balance) for row in rows] == [
        (day, *map(seconds, figures), None if sums == "-" else seconds(sums))
        for day, *figures, sums in expected
    ]


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        (
            "week",
            [
                ("2026-W09", "9", "0", None),
                ("2026-W10", "25.75", "24", "0.25"),
                ("2026-W11", "14.75", "18.75", "-3.75"),
                ("2026-W12", "0", "7.5", "-3.75"),
            ],
        ),
        ("month", [("2026-02", "9", "0", None), ("2026-03", "40.5", "50.25", "-3.75")]),
        ("year", [("2026", "49.5", "50.25", "-3.75")]),
    ],
)
def test_weeks_months_and_years_add_up_their_days(
    by: str, rows: list[tuple[str, str, str, str | None]]
) -> None:
    """A row counts all its days; the balance no day to come and none before the first target."""
    days = Period(date(2026, 2, 27), date(2026, 3, 16))
    found = balance(MARCH, WORKED, days, TODAY, by=by)
    assert [(row.name, row.worked, row.target, row.balance) for row in found.rows] == [
        (name, seconds(worked), seconds(target), None if sums is None else seconds(sums))
        for name, worked, target, sums in rows
    ]
    assert found.whole.worked == seconds("49.5")
    assert found.whole.target == seconds("50.25")
    assert found.whole.balance == seconds("-3.75")


def test_a_past_period_has_the_balance_at_its_end() -> None:
    """What was worked later does not change it."""
    days = Period(date(2026, 3, 2), date(2026, 3, 6))
    assert balance(MARCH, WORKED, days, TODAY).whole.balance == seconds("-0.25")
    before = Period(date(2026, 2, 1), date(2026, 2, 28))
    assert balance(MARCH, WORKED, before, TODAY).whole.balance is None


def test_a_week_that_starts_on_sunday_is_named_for_its_first_day() -> None:
    """ISO's numbers are those of weeks from Monday."""
    days = Period(date(2026, 3, 7), date(2026, 3, 9))
    rows = balance(MARCH, WORKED, days, TODAY, by="week", start=6).rows
    assert [row.name for row in rows] == ["2026-03-01", "2026-03-08"]


def test_a_balance_from_before_the_first_target_counts_from_that_on() -> None:
    """The first day with targets is where the balance begins."""
    owed = Targets(MARCH.weeks, (), (Carry(date(2025, 1, 1), 3600),))
    assert balance_at(owed, 0, date(2026, 3, 1)) is None
    assert balance_at(owed, 0, date(2026, 3, 2)) == seconds("1") - seconds("8")
    assert Targets().begin is None
    assert balance_at(Targets(), 0, TODAY) is None
    assert balance_at(MARCH, seconds("40.5"), TODAY) == seconds("-3.75")


def test_of_overlapping_days_off_the_later_row_counts() -> None:
    """Also where it is the half of a day."""
    week = (Week(date(2026, 12, 21), parse_week(["mon..fri=8h"])),)
    whole = DayOff(Period(date(2026, 12, 24), date(2026, 12, 26)), "Christmas")
    half = DayOff(Period(date(2026, 12, 24), date(2026, 12, 24)), "Christmas Eve", half=True)
    assert Targets(week, (whole, half)).on(date(2026, 12, 24)).seconds == 4 * HOUR
    assert Targets(week, (half, whole)).on(date(2026, 12, 24)).seconds == 0
    assert list(Targets(week, (whole, half)).overlaps()) == [(whole, half)]


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("mon..thu=8h fri=6h", (8, 8, 8, 8, 6, 0, 0)),
        ("mon=8h", (8, 0, 0, 0, 0, 0, 0)),
        ("Monday..FRIDAY=7:30", (7.5,) * 5 + (0, 0)),
        ("sun..thu=8h", (8, 8, 8, 8, 0, 0, 8)),
        ("mon,wed=4h tue=90m", (4, 1.5, 4, 0, 0, 0, 0)),
        ("mon..sun=24h", (24,) * 7),
        ("mon..sun=0h", (0,) * 7),
        ("mon=0 tue=0:00 wed=1h", (0, 0, 1, 0, 0, 0, 0)),
    ],
)
def test_hours_of_weekdays_are_read(words: str, hours: tuple[float, ...]) -> None:
    """Days that are not named are free."""
    assert parse_week(words.split()) == tuple(int(each * HOUR) for each in hours)


@pytest.mark.parametrize(
    ("words", "said", "hint"),
    [
        ("mon=25h", "invalid target `mon=25h`: longer than a day", "use at most 24h a day"),
        ("mon=24h01m", "invalid target `mon=24h01m`: longer than a day", "use at most 24h a day"),
        ("mon=-8h", "invalid target `mon=-8h`: it can't be negative", "a free day is mon=0h"),
        ("mno=8h", "invalid target `mno=8h`: no weekday `mno`", "did you mean mon?"),
        (
            "holiday=8h",
            "invalid target `holiday=8h`: no weekday `holiday`",
            "days are mon, tue, wed, thu, fri, sat, sun",
        ),
        (
            "x=8h",
            "invalid target `x=8h`: no weekday `x`",
            "days are mon, tue, wed, thu, fri, sat, sun",
        ),
        ("mon-fri=8h", "invalid target `mon-fri=8h`", "did you mean mon..fri?"),
        ("mon=8", "invalid target `mon=8`: invalid duration `8`", "write 8h"),
        (
            "mon..fri=8h fri=6h",
            "invalid target `fri=6h`: Friday is given twice",
            "give each day once",
        ),
        ("mon", "invalid target `mon`", "write days and hours, like mon..thu=8h fri=6h"),
        ("", "no targets were given", "write days and hours, like mon..thu=8h fri=6h"),
    ],
)
def test_hours_that_cannot_be_meant_are_refused(words: str, said: str, hint: str) -> None:
    """With what is accepted."""
    with pytest.raises(UsageError) as refused:
        parse_week(words.split())
    assert (refused.value.message, refused.value.hint) == (said, hint)


hours_of_weeks: st.SearchStrategy[Hours] = st.tuples(*[st.integers(0, 24 * HOUR)] * 7)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
periods = st.tuples(days, days).map(lambda pair: Period(min(pair), max(pair)))


@given(hours_of_weeks)
def test_hours_are_written_as_they_are_read(hours: Hours) -> None:
    """The file has what was meant."""
    assert parse_week(format_week(hours).split()) == hours


@given(periods, st.integers(-(10**7), 10**7))
def test_days_and_carried_balances_are_written_as_they_are_read(
    period: Period, carried: int
) -> None:
    """The file has what was meant."""
    assert parse_days(format_days(period)) == period
    assert parse_carry(format_carry(carried)) == carried


@given(periods, periods)
def test_what_is_left_of_days_off_is_all_but_what_was_removed(one: Period, other: Period) -> None:
    """No day is lost, none stays."""
    left = [day for row in without(DayOff(one, "x"), other) for day in row.days.days()]
    assert left == [day for day in one.days() if not other.first <= day <= other.last]


targets_of_a_year = st.builds(
    Targets.of,
    st.dictionaries(days, hours_of_weeks, max_size=4),
    st.lists(st.builds(DayOff, periods, st.just("x"), st.booleans()), max_size=4),
    st.dictionaries(days, st.integers(-100_000, 100_000), max_size=3),
)
work_of_a_year = st.dictionaries(days, st.integers(0, 90_000), max_size=60)


@settings(max_examples=50)
@given(targets_of_a_year, work_of_a_year, periods, days, st.sampled_from((0, 5, 6)))
def test_days_sum_to_weeks_months_years_and_the_whole(
    targets: Targets, worked: Mapping[date, int], period: Period, today: date, start: int
) -> None:
    """Whatever the rows are, they add up to the same figures and end with the same balance."""
    wholes = []
    for by in ("day", "week", "month", "year"):
        found = balance(targets, worked, period, today, by=by, start=start)
        assert found.whole.worked == sum(row.worked for row in found.rows)
        assert found.whole.target == sum(row.target for row in found.rows)
        assert found.whole.balance == found.rows[-1].balance
        assert [day for row in found.rows for day in row.days.days()] == list(period.days())
        wholes.append(found.whole)
    assert len({(each.worked, each.target, each.balance) for each in wholes}) == 1
    assert all(targets.on(day) == of_day for day, of_day in targets.days(period))
    assert wholes[0].worked == sum(
        length for day, length in worked.items() if period.first <= day <= period.last
    )


@settings(max_examples=50)
@given(targets_of_a_year, work_of_a_year, periods, days, days)
def test_a_balance_adds_up_over_any_split_of_a_period(
    targets: Targets, worked: Mapping[date, int], period: Period, today: date, at: date
) -> None:
    """The second part begins with the balance that the first one ended with."""
    whole = balance(targets, worked, period, today)
    at = min(max(at, period.first), period.last - timedelta(days=1))
    if period.first == period.last:
        return
    parts = [Period(period.first, at), Period(at + timedelta(days=1), period.last)]
    one, two = (balance(targets, worked, part, today) for part in parts)
    assert (*one.rows, *two.rows) == whole.rows
    assert one.whole.worked + two.whole.worked == whole.whole.worked
    assert one.whole.difference + two.whole.difference == whole.whole.difference
    if one.whole.balance is not None and two.whole.balance is not None:
        counted = two.whole.difference - sum(row.uncounted for row in two.rows)
        assert two.whole.balance == one.whole.balance + counted + two.whole.carried


def minutes_are_right(found: Balance) -> None:
    """Check that minutes in a table add up, and that none is off by a minute or more."""
    rows, whole = shown_rows(found)
    assert whole.worked == sum(row.worked for row in rows)
    assert whole.target == sum(row.target for row in rows)
    assert whole.worked == found.whole.worked - found.whole.worked % 60
    for shown, row in zip(rows, found.rows, strict=True):
        assert abs(shown.worked - row.worked) < 60
        assert abs(shown.target - row.target) < 60
    if whole.balance is not None and found.whole.balance is not None:
        assert whole.balance == found.whole.balance - found.whole.balance % 60
    counted = [each for each in zip(rows, found.rows, strict=True) if each[0].balance is not None]
    for (before, _), (shown, row) in pairwise(counted):
        assert before.balance is not None
        assert shown.balance is not None
        if not row.uncounted:
            assert shown.balance - before.balance == shown.difference + row.carried


whole_minutes = st.tuples(*[st.integers(0, 24 * 60).map(lambda each: each * 60)] * 7)


@settings(max_examples=50)
@given(
    st.dictionaries(days, whole_minutes, min_size=1, max_size=3),
    st.dictionaries(days, st.integers(-1000, 1000).map(lambda each: each * 60), max_size=2),
    work_of_a_year,
    periods,
)
def test_minutes_of_a_balance_add_up(
    weeks: dict[date, Hours],
    carried: dict[date, int],
    worked: dict[date, int],
    period: Period,
) -> None:
    """Rows to the whole, and each balance to the next one."""
    targets = Targets.of(weeks, (), carried)
    found = balance(targets, worked, period, period.last)
    minutes_are_right(found)
    rows, _ = shown_rows(found)
    for shown, row in zip(rows, found.rows, strict=True):
        if shown.balance is not None and row.balance is not None:
            assert abs(shown.balance - row.balance) < 60


ZONES = sorted(available_timezones())


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_a_day_of_23_or_25_hours_has_the_target_of_its_weekday(name: str) -> None:
    """An entry all day long is worked as long as the day is; the target stays."""
    transitions(Zone(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", ZONES)
def test_the_days_of_every_zone_have_their_targets(name: str) -> None:
    """At each transition of the year."""
    transitions(Zone(name))


def transitions(zone: Zone) -> None:
    """Check the days of 2026 that are not 24 hours long, with a timer that runs all year."""
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    start, end = year.window(zone)
    cutter = Cutter(zone, end)
    entry = Entry(Known("1"), start, end)
    worked: dict[date, int] = {}
    for piece in cutter.cut(entry, (start, end)):
        worked[piece.day] = worked.get(piece.day, 0) + piece.seconds
    assert sum(worked.values()) == end - start
    targets = Targets.of({year.first: parse_week(["mon..sun=8h"])}, (), {})
    found = balance(targets, worked, year, year.last)
    assert found.whole.balance == end - start - 365 * 8 * HOUR
    for row in found.rows:
        assert row.target == 8 * HOUR
        assert row.worked == worked[row.days.first]
