"""Zones: instants and local times, above all around daylight saving changes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.domain.time.instant import Instant, format_iso, parse_iso
from clocktool.domain.time.zone import Occurrence, ResolvedTime, Zone

few = settings(max_examples=200)

CHANGES = [
    ("Europe/Berlin", "2026-03-29T01:00:00Z"),
    ("Europe/Berlin", "2026-10-25T01:00:00Z"),
    ("America/New_York", "2026-03-08T07:00:00Z"),
    ("America/New_York", "2026-11-01T06:00:00Z"),
    ("America/Los_Angeles", "2026-03-08T10:00:00Z"),
    ("America/Los_Angeles", "2026-11-01T09:00:00Z"),
    ("America/Los_Angeles", "2045-03-12T10:00:00Z"),  # beyond the table, by its rule
    ("Asia/Kathmandu", "1985-12-31T18:30:00Z"),  # a quarter of an hour, once
    ("Pacific/Auckland", "2026-04-04T14:00:00Z"),
    ("Pacific/Auckland", "2026-09-26T14:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),  # half an hour
    ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
    ("America/Sao_Paulo", "2018-02-18T02:00:00Z"),  # midnight falls back to 23:00
    ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),  # no midnight
    ("America/Havana", "2025-11-02T05:00:00Z"),  # two midnights
    ("Africa/Cairo", "2026-04-23T22:00:00Z"),
    ("Africa/Cairo", "2026-10-29T21:00:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z"),  # no 30 December
]

zones = st.sampled_from(sorted({name for name, _ in CHANGES})).map(Zone)
away = st.one_of(st.integers(-7300, 7300), st.integers(-2 * 86400, 2 * 86400))
around = st.tuples(st.sampled_from(CHANGES), away).map(
    lambda drawn: (Zone(drawn[0][0]), Instant(parse_iso(drawn[0][1]) + drawn[1]))
)
anywhere = st.tuples(zones, st.integers(-(10**10), 10**11).map(Instant))
walls = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001
    lambda local: (local.date(), local.time().replace(microsecond=0))
)


def instants_of(zone: Zone, day: date, clock: time) -> list[Instant]:
    """Return all instants of a local time, by trying all offsets near it."""
    as_utc = int(datetime.combine(day, clock, UTC).timestamp())
    offsets = {
        zone.local_time(Instant(as_utc + step)).utcoffset() for step in range(-172800, 172801, 3600)
    }
    tried = {Instant(as_utc - int(offset.total_seconds())) for offset in offsets if offset}
    tried.add(Instant(as_utc))
    return sorted(each for each in tried if shows(zone, each) == (day, clock))


def shows(zone: Zone, instant: Instant) -> tuple[date, time]:
    """Return the local date and time of an instant."""
    local = zone.local_time(instant)
    return local.date(), local.time().replace(fold=0)


def check(zone: Zone, day: date, clock: time) -> None:
    """Compare a resolved time with all instants of that local time."""
    resolved, found = zone.resolve(day, clock), instants_of(zone, day, clock)
    if resolved.occurrence is Occurrence.SKIPPED:
        assert found == []
        before, after = shows(zone, Instant(resolved.instant - 1)), shows(zone, resolved.instant)
        assert before < (day, clock) < after
    else:
        assert len(found) == (2 if resolved.occurrence is Occurrence.TWICE else 1)
        assert resolved.instant == found[0]


@pytest.mark.parametrize(
    ("name", "day", "clock", "instant", "reading"),
    [
        ("Europe/Berlin", "2026-11-24", "09:00", "2026-11-24T08:00:00Z", Occurrence.ONCE),
        ("Europe/Berlin", "2026-03-29", "01:59:59", "2026-03-29T00:59:59Z", Occurrence.ONCE),
        ("Europe/Berlin", "2026-03-29", "02:00", "2026-03-29T01:00:00Z", Occurrence.SKIPPED),
        ("Europe/Berlin", "2026-03-29", "02:59:59", "2026-03-29T01:00:00Z", Occurrence.SKIPPED),
        ("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00:00Z", Occurrence.ONCE),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30:00Z", Occurrence.TWICE),
        ("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T02:00:00Z", Occurrence.ONCE),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30:00Z", Occurrence.SKIPPED),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z", Occurrence.TWICE),
        ("Asia/Kathmandu", "1986-01-01", "00:10", "1985-12-31T18:30:00Z", Occurrence.SKIPPED),
        ("America/Sao_Paulo", "2018-11-04", "00:00", "2018-11-04T03:00:00Z", Occurrence.SKIPPED),
        ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T10:00:00Z", Occurrence.SKIPPED),
    ],
)
def test_a_local_time_occurs_once_twice_or_is_skipped(
    name: str, day: str, clock: str, instant: str, reading: Occurrence
) -> None:
    """A repeated time is its first, a skipped one the end of the gap."""
    read = Zone(name).resolve(date.fromisoformat(day), time.fromisoformat(clock))
    assert read == ResolvedTime(parse_iso(instant), reading)


@few
@given(st.one_of(around, anywhere))
def test_the_local_time_of_an_instant_resolves_to_it(drawn: tuple[Zone, Instant]) -> None:
    """Converting an instant to local time and back gives it, or the first of two."""
    zone, instant = drawn
    resolved = zone.resolve(*shows(zone, instant))
    assert resolved.occurrence is not Occurrence.SKIPPED
    if zone.local_time(instant).fold:
        assert resolved.occurrence is Occurrence.TWICE
        assert resolved.instant < instant
    else:
        assert resolved.instant == instant


def test_the_fold_of_a_local_time_is_ignored() -> None:
    """The second of two equal local times resolves like the first."""
    berlin = Zone("Europe/Berlin")
    second = berlin.local_time(parse_iso("2026-10-25T01:30:00Z"))
    resolved = berlin.resolve(second.date(), second.time())
    assert resolved == ResolvedTime(parse_iso("2026-10-25T00:30:00Z"), Occurrence.TWICE)


@few
@given(zones, walls)
def test_a_resolved_time_agrees_with_all_instants_that_show_it(
    zone: Zone, local: tuple[date, time]
) -> None:
    """Skipped means that no instant shows the time, twice that exactly two do."""
    check(zone, *local)


@few
@given(st.sampled_from(CHANGES), away)
def test_a_resolved_time_agrees_around_each_daylight_saving_change(
    change: tuple[str, str], seconds: int
) -> None:
    """The same holds for local times shortly before and after a change, also in gaps."""
    zone, instant = Zone(change[0]), Instant(parse_iso(change[1]) - 1)
    local = datetime.combine(*shows(zone, instant), UTC) + timedelta(seconds=seconds)
    check(zone, local.date(), local.time())


@few
@given(around)
def test_days_partition_time(drawn: tuple[Zone, Instant]) -> None:
    """Each instant lies between the start of its day and the start of the next."""
    zone, instant = drawn
    day = zone.day(instant)
    start, end = zone.start_of_day(day), zone.start_of_day(day + timedelta(days=1))
    assert start <= instant < end
    assert zone.day(Instant(start - 1)) < day
    assert zone.day(end) > day


@few
@given(zones, st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_the_start_of_a_day_is_never_after_the_next_ones(zone: Zone, day: date) -> None:
    """Days start in order; one that a country skipped has no length, others about 24 hours."""
    length = zone.start_of_day(day + timedelta(days=1)) - zone.start_of_day(day)
    skipped = (zone.name, day) == ("Pacific/Apia", date(2011, 12, 30))
    assert length == 0 if skipped else 22 * 3600 < length <= 49 * 3600


@pytest.mark.parametrize(
    ("name", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("America/Havana", date(2025, 11, 2), 25),
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_days_have_their_number_of_hours(name: str, day: date, hours: float) -> None:
    """A day with a daylight saving change does not have 24 hours."""
    zone = Zone(name)
    assert zone.start_of_day(day + timedelta(days=1)) - zone.start_of_day(day) == hours * 3600


@pytest.mark.parametrize(
    "name", ["", "Nowhere/None", "../etc/passwd", "\0", "é", "Europe", "x" * 5000]
)
def test_an_unknown_zone_name_is_a_value_error(name: str) -> None:
    """Any unknown name raises the same error."""
    with pytest.raises(ValueError, match="no time zone"):
        Zone(name)


def test_the_representation_of_a_zone_has_its_name() -> None:
    """A local time of the zone has its offset."""
    zone = Zone("Asia/Kathmandu")
    assert repr(zone) == "Zone('Asia/Kathmandu')"
    instant = parse_iso("2026-11-24T12:00:00Z")
    assert zone.local_time(instant).isoformat() == "2026-11-24T17:45:00+05:45"
    assert format_iso(instant) == "2026-11-24T12:00:00Z"


@few
@given(st.one_of(around, anywhere), st.sampled_from(["Z", "+00:00", "-11:00", ".999999Z"]))
def test_a_span_holds_every_instant_that_shows_a_time(
    drawn: tuple[Zone, Instant], ending: str
) -> None:
    """A time as written, whatever stands behind it: the instants around its span show others."""
    zone, near = drawn
    text = format_iso(near)
    local = datetime.fromisoformat(text)
    day, clock = local.date(), local.time()
    first, last = zone.span(text.replace("Z", ending))
    found = instants_of(zone, day, clock)
    assert [first, last] == ([found[0], found[-1]] if found else [first, first - 1])
    if not found:
        assert shows(zone, last) < (day, clock) < shows(zone, first)


@pytest.mark.parametrize(
    "text", ["2026-11-24", "2026-11-24T09:00:00", "9:00", "0000-01-01T00:00:00Z"]
)
def test_an_invalid_time_has_no_span(text: str) -> None:
    """As everywhere in JSON, Z or an offset is required."""
    with pytest.raises(ValueError, match=r"."):
        Zone("Europe/Berlin").span(text)
