"""Copies on other days: the same local time, wherever there is one."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.domain.entry import Entry, ProjectRef
from clocktool.domain.ids import Known
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.period import Period
from clocktool.domain.time.zone import Occurrence, Zone
from clocktool.errors import RefusedError
from clocktool.tracking.duplicate import Copier, days_of, key_of

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland", "UTC")
FIRST_DAY = date(2026, 1, 1)
DAYS = st.integers(0, 730).map(lambda days: FIRST_DAY + timedelta(days=days))
CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


def entry(zone: Zone, day: date, clock: time, seconds: int) -> Entry:
    """Return an entry that starts at a local time."""
    start = zone.resolve(day, clock).instant
    return Entry(Known("a"), start, Instant(start + seconds), "x", ProjectRef(Known("p")))


@settings(max_examples=300)
@given(st.sampled_from(ZONES), DAYS, CLOCKS, st.integers(60, 20 * 3600), DAYS)
def test_copies_show_the_same_wall_clock(
    name: str, day: date, clock: time, seconds: int, target: date
) -> None:
    """Start and end, wherever both exist; and no copy ends before it starts."""
    zone = Zone(name)
    source = entry(zone, day, clock, seconds)
    assert source.end is not None
    (copy,) = Copier(zone).on_days([source], [target])
    assert copy.end >= copy.start
    local, end = zone.local_time(source.start), zone.local_time(source.end)
    over = end.date() - local.date()
    readings = (
        zone.resolve(target, local.time()).occurrence,
        zone.resolve(target + over, end.time()).occurrence,
    )
    if readings == (Occurrence.ONCE, Occurrence.ONCE) and _in_order(name, target, local, end):
        assert zone.local_time(copy.start).replace(tzinfo=None) == datetime.combine(
            target, local.time()
        )
        assert zone.local_time(copy.end).replace(tzinfo=None) == datetime.combine(
            target + over, end.time()
        )
        assert copy.notes == ()
    assert bool(copy.notes) == (readings != (Occurrence.ONCE, Occurrence.ONCE))


def _in_order(name: str, target: date, local: datetime, end: datetime) -> bool:
    """Whether the end is after the start on that day, by a library of its own."""
    info = ZoneInfo(name)
    over = end.date() - local.date()
    return datetime.combine(target, local.time(), info).timestamp() <= (
        datetime.combine(target + over, end.time(), info).timestamp()
    )


@settings(max_examples=100)
@given(st.sampled_from(ZONES), DAYS, CLOCKS, st.integers(60, 20 * 3600), DAYS)
def test_another_clock_keeps_the_length(
    name: str, day: date, clock: time, seconds: int, target: date
) -> None:
    """At another time of the day the copy is exactly as long as the entry was."""
    zone = Zone(name)
    source = entry(zone, day, time(9), seconds)
    (copy,) = Copier(zone, clock=clock).on_days([source], [target])
    assert copy.end - copy.start == seconds
    if zone.resolve(target, clock).occurrence is not Occurrence.SKIPPED:
        assert zone.local_time(copy.start).time() == clock


@settings(max_examples=100)
@given(st.sampled_from(ZONES), DAYS, CLOCKS, st.integers(1, 86_400), DAYS)
def test_another_length_is_that_length(
    name: str, day: date, clock: time, length: int, target: date
) -> None:
    """Elapsed time, whatever the clocks do meanwhile; also of a timer that runs."""
    zone = Zone(name)
    running = Entry(Known("a"), zone.resolve(day, clock).instant, None)
    (copy,) = Copier(zone, length=length).on_days([running], [target])
    assert copy.end - copy.start == length


def test_a_timer_without_a_length_is_refused() -> None:
    """It has no end to copy."""
    with pytest.raises(RefusedError, match="still running") as caught:
        list(Copier(Zone("UTC")).on_days([Entry(Known("a"), Instant(0))], [FIRST_DAY]))
    assert caught.value.hint == "give the length of the copy: --for 1h"


def test_a_night_that_folds_keeps_its_length() -> None:
    """01:45 to the second 01:15 by the clocks of that night: no copy ends before it starts."""
    zone = Zone("America/New_York")
    start = zone.resolve(date(2026, 11, 1), time(1, 45)).instant  # the first of two
    source = Entry(Known("a"), start, Instant(start + 1800), "x")
    assert f"{zone.local_time(Instant(start + 1800)):%H:%M}" == "01:15"
    (copy,) = Copier(zone).on_days([source], [date(2026, 11, 3)])
    assert (copy.start, copy.end - copy.start) == (
        zone.resolve(date(2026, 11, 3), time(1, 45)).instant,
        1800,
    )


def test_each_day_has_each_entry_in_order() -> None:
    """A template day is laid over the days one after another."""
    zone = Zone("UTC")
    sources = [entry(zone, FIRST_DAY, time(hour), 60) for hour in (9, 14)]
    days = [FIRST_DAY + timedelta(days=each) for each in (1, 3)]
    found = [f"{zone.local_time(copy.start):%d %H}" for copy in Copier(zone).on_days(sources, days)]
    assert found == ["02 09", "02 14", "04 09", "04 14"]


def test_what_is_there_is_told_by_start_text_and_project() -> None:
    """Tags and length do not matter; any of the three does."""
    one = Entry(Known("a"), Instant(0), Instant(60), "x", ProjectRef(Known("p"), "Site"))
    assert key_of(one) == key_of(
        Entry(Known("b"), Instant(0), Instant(90), "x", ProjectRef(Known("p")))
    )
    for other in (
        Entry(Known("b"), Instant(1), None, "x", ProjectRef(Known("p"))),
        Entry(Known("b"), Instant(0), None, "y", ProjectRef(Known("p"))),
        Entry(Known("b"), Instant(0), None, "x", ProjectRef(Known("q"))),
        Entry(Known("b"), Instant(0), None, "x"),
    ):
        assert key_of(one) != key_of(other)


def test_days_of_several_periods_are_each_once_and_in_order() -> None:
    """Whatever overlaps, and however it was typed."""
    day = [FIRST_DAY + timedelta(days=each) for each in range(5)]
    assert days_of([Period(day[3], day[4]), Period(day[0], day[0]), Period(day[3], day[3])]) == [
        day[0],
        day[3],
        day[4],
    ]


def test_a_thousand_days_are_enough() -> None:
    """A year mistyped does not write entries for ever."""
    with pytest.raises(RefusedError, match="more than 1000 days"):
        days_of([Period(FIRST_DAY, FIRST_DAY + timedelta(days=1000))])
