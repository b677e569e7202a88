"""Entries cut at midnights and windows: nothing is lost, nothing counts twice."""

from datetime import date, timedelta
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clocktool.domain.entry import Entry
from clocktool.domain.ids import Known
from clocktool.domain.time.instant import FIRST, LAST, Instant, parse_iso
from clocktool.domain.time.midnight import Cutter, Piece, by_day, total
from clocktool.domain.time.zone import Zone

DAY = 86_400
NOW = parse_iso("2026-11-24T11:30:00Z")
SPRING = parse_iso("2026-03-28T12:00:00Z")
AUTUMN = parse_iso("2026-10-24T12:00:00Z")
NAMES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"),
    *("America/Sao_Paulo", "Pacific/Apia", "Africa/Cairo", "America/Santiago", "Asia/Gaza"),
)
ZONES = {name: Zone(name) for name in NAMES}

zones = st.sampled_from(NAMES).map(ZONES.__getitem__)
starts = st.one_of(
    st.integers(NOW - 60 * DAY, NOW + 5 * DAY),
    st.integers(SPRING - 3 * DAY, SPRING + 5 * DAY),
    st.integers(AUTUMN - 3 * DAY, AUTUMN + 5 * DAY),
    st.integers(parse_iso("2011-12-27T00:00:00Z"), parse_iso("2012-01-02T00:00:00Z")),  # Apia
    st.integers(parse_iso("2018-11-02T00:00:00Z"), parse_iso("2018-11-06T00:00:00Z")),  # no 0:00
    st.integers(0, 2_000_000_000).map(lambda at: at - at % 3600),
)
lengths = st.one_of(
    st.just(0), st.integers(0, 3600), st.integers(0, 40 * DAY), st.integers(0, 40).map(DAY.__mul__)
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Draw a finished or a running entry."""
    running = draw(st.integers(0, 4)) == 0
    start = draw(st.integers(NOW - 40 * DAY, NOW + DAY) if running else starts)
    end = None if running else Instant(start + draw(lengths))
    return Entry(Known(f"{draw(st.integers(0, 99)):024x}"), Instant(start), end)


@st.composite
def windows(draw: st.DrawFn, entry: Entry) -> tuple[Instant, Instant]:
    """Draw a window somewhere around an entry, sometimes at its very edges."""
    end = max(entry.start, NOW if entry.end is None else entry.end)
    edges = st.sampled_from([entry.start - 1, entry.start, entry.start + 1, end - 1, end, end + 1])
    around = st.integers(entry.start - 3 * DAY, max(entry.start, min(end, entry.start + 50 * DAY)))
    low, high = sorted((draw(edges | around), draw(edges | around)))
    return Instant(low), Instant(high)


def until(entry: Entry) -> int:
    """Return the end of an entry: now for a running one, but not before its start."""
    return max(entry.start, NOW if entry.end is None else entry.end)


def check(pieces: list[Piece], zone: Zone) -> None:
    """Check that pieces follow each other, each within one local day."""
    for piece in pieces:
        assert zone.day(piece.start) == piece.day
        assert zone.day(Instant(max(piece.start, piece.end - 1))) == piece.day
        assert zone.start_of_day(piece.day) <= piece.start
    for one, other in pairwise(pieces):
        assert one.end == other.start
        assert one.day < other.day
        assert one.seconds > 0
        assert other.seconds > 0


@given(zone=zones, entry=entries(), data=st.data())
@settings(max_examples=150)
def test_the_pieces_in_a_window_add_up_to_the_overlap(
    zone: Zone, entry: Entry, data: st.DataObject
) -> None:
    """To the second, for any window, and no piece crosses a midnight."""
    window = data.draw(windows(entry))
    pieces = list(Cutter(zone, NOW).cut(entry, window))
    overlap = min(until(entry), window[1]) - max(entry.start, window[0])
    assert total(pieces) == max(0, overlap)
    check(pieces, zone)
    if overlap > 0:
        assert pieces[0].start == max(entry.start, window[0])
        assert pieces[-1].end == min(until(entry), window[1])
    if until(entry) > entry.start:
        assert all(piece.seconds for piece in pieces)


@given(zone=zones, entry=entries())
@settings(max_examples=100)
def test_the_pieces_without_a_window_are_the_whole_entry(zone: Zone, entry: Entry) -> None:
    """Their sum is the entry's length, and they cover each of its days."""
    pieces = list(Cutter(zone, NOW).cut(entry))
    assert total(pieces) == entry.seconds(NOW)
    assert (pieces[0].start, pieces[-1].end) == (entry.start, until(entry))
    check(pieces, zone)
    growing = [piece for piece in pieces if piece.grows(NOW)]
    assert growing == (pieces[-1:] if entry.end is None else [])


@given(zone=zones, entry=entries(), data=st.data())
@settings(max_examples=100)
def test_a_piece_as_an_entry_is_as_long_as_the_piece(
    zone: Zone, entry: Entry, data: st.DataObject
) -> None:
    """With the piece's times, no end where it grows, and all else of its entry."""
    window = data.draw(st.none() | windows(entry))
    for piece in Cutter(zone, NOW).cut(entry, window):
        shown = piece.as_entry(NOW)
        assert shown.seconds(NOW) == piece.seconds
        assert (shown.id, shown.start) == (entry.id, piece.start)
        assert shown.end == (None if piece.grows(NOW) else piece.end)


@given(zone=zones, entry=entries(), data=st.data())
@settings(max_examples=100)
def test_adjacent_windows_add_up_to_one_window(
    zone: Zone, entry: Entry, data: st.DataObject
) -> None:
    """If a window is split in two, no time is lost or counted twice."""
    first, last = data.draw(windows(entry))
    middle = Instant(data.draw(st.integers(first, last)))
    cutter = Cutter(zone, NOW)
    halves = [*cutter.cut(entry, (first, middle)), *cutter.cut(entry, (middle, last))]
    whole = list(cutter.cut(entry, (first, last)))
    assert total(halves) == total(whole)
    if until(entry) == entry.start:
        assert halves == whole


@given(zone=zones, some=st.lists(entries(), max_size=5), first=starts, count=st.integers(1, 50))
@settings(max_examples=60)
def test_days_of_a_period_add_up_to_it(
    zone: Zone, some: list[Entry], first: int, count: int
) -> None:
    """The totals of a period's days add up to its total."""
    days = [zone.day(Instant(first)) + timedelta(days=number) for number in range(count)]
    cutter = Cutter(zone, NOW)
    window = (cutter.bounds(days[0])[0], cutter.bounds(days[-1])[1])
    pieces = cutter.cut_all(some, window)
    assert pieces == sorted(pieces, key=lambda each: (each.start, each.entry.id))
    found = by_day(pieces)
    assert list(found) == sorted(found)
    assert set(found) <= set(days)
    alone = {day: total(cutter.cut_all(some, cutter.bounds(day))) for day in days}
    assert {day: total(found.get(day, [])) for day in days} == alone
    assert total(pieces) == sum(
        max(0, min(until(each), window[1]) - max(each.start, window[0])) for each in some
    )


@given(zone=zones, at=starts, running=st.booleans())
@example(zone=ZONES["Europe/Berlin"], at=parse_iso("2026-11-23T23:00:00Z"), running=False)
@settings(max_examples=100)
def test_an_entry_without_length_is_on_exactly_one_day(zone: Zone, at: int, running: bool) -> None:
    """At midnight it is on the day that begins."""
    entry = Entry(Known("a"), Instant(at), None if running and at >= NOW else Instant(at))
    cutter = Cutter(zone, NOW)
    day = zone.day(entry.start)
    expected = [Piece(entry, day, entry.start, entry.start)]
    assert list(cutter.cut(entry)) == expected
    around = [day + timedelta(days=number) for number in range(-2, 3)]
    assert [
        piece for each in around for piece in cutter.cut(entry, cutter.bounds(each))
    ] == expected


@pytest.mark.parametrize("name", NAMES)
def test_midnights_that_do_not_exist_or_come_twice_cut_once(name: str) -> None:
    """Each day of a two-year entry appears once, in order, without a gap."""
    zone = ZONES[name]
    for start in ("2011-06-01T05:00:00Z", "2018-03-01T05:00:00Z", "2025-02-01T05:00:00Z"):
        entry = Entry(Known("a"), parse_iso(start), Instant(parse_iso(start) + 700 * DAY))
        pieces = list(Cutter(zone, NOW).cut(entry))
        check(pieces, zone)
        assert total(pieces) == 700 * DAY
        assert {piece.seconds for piece in pieces[1:-1]} <= {
            DAY + half * 1800 for half in range(-2, 3)
        }
        skipped = name == "Pacific/Apia" and start.startswith("2011")
        days = (pieces[-1].day - pieces[0].day).days + 1 - skipped
        assert len(pieces) == days
        assert (date(2011, 12, 30) in by_day(pieces)) is (start.startswith("2011") and not skipped)


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia"])
@pytest.mark.parametrize("day", [date(2026, 11, 24), date(1, 1, 2), date(9999, 12, 30)])
def test_a_day_of_an_entry_of_ten_thousand_years_is_cut_quickly(name: str, day: date) -> None:
    """Only the day of the window is computed, and it is full."""
    cutter = Cutter(ZONES[name], NOW)
    entry = Entry(Known("a"), FIRST, LAST)
    window = cutter.bounds(day)
    before = process_time()
    pieces = list(cutter.cut(entry, window))
    assert process_time() - before < 0.05
    assert pieces == [Piece(entry, day, max(window[0], FIRST), window[1])]


def test_today_of_a_timer_from_the_year_one_is_cut_quickly() -> None:
    """A running entry counts the part of today that has passed."""
    zone = ZONES["Europe/Berlin"]
    cutter = Cutter(zone, NOW)
    entry = Entry(Known("a"), FIRST)
    before = process_time()
    pieces = list(cutter.cut(entry, cutter.bounds(date(2026, 11, 24))))
    assert process_time() - before < 0.05
    assert [(piece.day, piece.seconds, piece.grows(NOW)) for piece in pieces] == [
        (date(2026, 11, 24), 45_000, True)
    ]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("first", [FIRST, Instant(LAST - 3 * DAY)])
def test_the_ends_of_the_calendar_lose_nothing(name: str, first: Instant) -> None:
    """The last piece takes the time after the last day of the calendar."""
    last = Instant(min(LAST, first + 3 * DAY))
    pieces = list(Cutter(ZONES[name], NOW).cut(Entry(Known("a"), first, last)))
    assert total(pieces) == last - first
    assert all(one.end == other.start for one, other in pairwise(pieces))


def test_a_window_outside_an_entry_gives_no_pieces() -> None:
    """The window is before the entry, after it, or without length inside it."""
    cutter = Cutter(ZONES["UTC"], NOW)
    entry = Entry(Known("a"), Instant(1000), Instant(2000))
    for low, high in ((0, 999), (0, 1000), (2000, 3000), (2001, 3000), (1500, 1500), (900, 800)):
        assert list(cutter.cut(entry, (Instant(low), Instant(high)))) == []


def test_clocks_that_go_back_over_midnight_count_no_second_twice() -> None:
    """In St. John's 00:01 became 23:01 of the day before: the new day goes on."""
    zone = Zone("America/St_Johns")
    change = parse_iso("2006-10-29T02:31:00Z")
    entry = Entry(Known("e"), Instant(change + 600), Instant(change + 7200))
    pieces = list(Cutter(zone, LAST).cut(entry))
    assert [(piece.day, piece.seconds) for piece in pieces] == [(date(2006, 10, 29), 6600)]
