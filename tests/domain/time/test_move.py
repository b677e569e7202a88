"""Moves of times by the wall clock."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from clocktool.domain.time.instant import Instant, parse_iso
from clocktool.domain.time.move import Moved, move
from clocktool.domain.time.zone import Zone
from tests.domain.time.test_when import around, zones

BERLIN = Zone("Europe/Berlin")
DAY = 24 * 3600


def at(text: str) -> Instant:
    """Return the instant of an ISO text."""
    return parse_iso(text)


def test_a_day_later_is_the_same_clock_time_when_the_clocks_go_forward() -> None:
    """The night has 23 hours."""
    assert move(at("2026-03-28T09:00+01:00"), at("2026-03-28T10:00+01:00"), DAY, BERLIN) == Moved(
        at("2026-03-29T09:00+02:00"), at("2026-03-29T10:00+02:00")
    )


def test_a_skipped_time_becomes_the_first_after_the_gap() -> None:
    """The end stays where the clock says."""
    assert move(at("2026-03-28T02:30+01:00"), at("2026-03-28T04:00+01:00"), DAY, BERLIN) == Moved(
        at("2026-03-29T03:00+02:00"),
        at("2026-03-29T04:00+02:00"),
        ("02:30 does not exist on Sun 2026-03-29: using 03:00",),
    )


def test_an_entry_of_the_second_hour_stays_in_it() -> None:
    """A move within the hour that happens twice keeps the length."""
    assert move(at("2026-10-25T02:30+01:00"), at("2026-10-25T03:10+01:00"), -900, BERLIN) == Moved(
        at("2026-10-25T02:15+01:00"),
        at("2026-10-25T02:55+01:00"),
        (
            "02:15 happens twice on Sun 2026-10-25: using the second",
            "02:55 happens twice on Sun 2026-10-25: using the second",
        ),
    )


def test_an_end_is_never_before_its_start() -> None:
    """From the first 2:50 to the second 2:10, a day later on a plain day."""
    assert move(at("2026-10-25T02:50+02:00"), at("2026-10-25T02:10+01:00"), DAY, BERLIN) == Moved(
        at("2026-10-26T02:50+01:00"), at("2026-10-26T03:10+01:00")
    )


@given(around, st.integers(-3 * DAY, 3 * DAY), st.integers(1, DAY))
def test_the_clock_moves_by_what_was_said(
    placed: tuple[Zone, Instant], seconds: int, length: int
) -> None:
    """Unless daylight saving skips the time; and the end is never before the start."""
    zone, start = placed
    moved = move(start, Instant(start + length), seconds, zone)
    assert moved.end is not None
    assert moved.end >= moved.start
    was, now = (zone.local_time(each).replace(tzinfo=None, fold=0) for each in (start, moved.start))
    if not any("does not exist" in note for note in moved.notes):
        assert now - was == timedelta(seconds=seconds)


@given(zones, st.integers(0, 4 * 10**9).map(Instant))
def test_no_move_changes_nothing(zone: Zone, start: Instant) -> None:
    """Also in the hour that happens twice."""
    assert move(start, None, 0, zone).start == start
