"""Reports add up: each group is the sum of its inner groups, to the second and the cent."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocktool.domain.entry import Entry, ProjectRef, Tag, TaskRef
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.domain.overlap import measure_overlap
from clocktool.domain.report import (
    KINDS,
    Group,
    longest_streak,
    parse_kinds,
    with_empty_days,
)
from clocktool.domain.time.calendar import CALENDAR
from clocktool.domain.time.instant import Instant, parse_iso
from clocktool.domain.time.midnight import Cutter, Piece, total
from clocktool.domain.time.period import Period
from clocktool.domain.time.week import first_of_week
from clocktool.domain.time.zone import Zone
from clocktool.errors import UsageError
from tests.domain.reports import build_report

NOW = parse_iso("2026-11-24T12:30:00Z")
DAY = 86_400
CHANGES = [
    parse_iso("2026-03-29T00:00:00Z"),
    parse_iso("2026-10-25T00:00:00Z"),
    parse_iso("2026-11-01T05:00:00Z"),
]
ZONES = [Zone(n) for n in ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")]
PROJECTS = [
    None,
    ProjectRef(Known("p1"), "Site", "#03a9f4", "c1", "ACME"),
    ProjectRef(Known("p2"), "Site", "", "c2", "Umbrella"),
    ProjectRef(Known("p3"), "Ops"),
]
TAGS = [Tag(Known("t1"), "dev"), Tag(Known("t2"), "urgent"), Tag(Known("t3"), "dev")]
RATES = [None, Rate(10500, "EUR"), Rate(3333, "USD")]


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Draw an entry near now or a daylight saving change; it may be running."""
    start = draw(st.sampled_from([*CHANGES, NOW])) + draw(st.integers(-2 * DAY, 2 * DAY))
    running = draw(st.integers(0, 6)) == 0
    return Entry(
        Known(f"{draw(st.integers(0, 10**6)):024x}"),
        Instant(start),
        None if running else Instant(start + draw(st.integers(0, 3 * DAY))),
        draw(st.sampled_from(["", "Fix", "Review"])),
        draw(st.sampled_from(PROJECTS)),
        draw(st.sampled_from([None, TaskRef(Known("k1"), "Login"), TaskRef(Known("k2"), "")])),
        tuple(draw(st.lists(st.sampled_from(TAGS), max_size=3, unique=True))),
        draw(st.booleans()),
        user_id=draw(st.sampled_from(["", "u1"])),
        hourly_rate=draw(st.sampled_from(RATES)),
    )


def piece(day: date, seconds: int, **given: object) -> Piece:
    """Return a piece of so many seconds, starting at midnight in London."""
    start = Instant((day - date(1970, 1, 1)).days * DAY)
    entry = Entry("e", start, Instant(start + seconds), **given)  # type: ignore[arg-type]
    return Piece(entry, day, start, Instant(start + seconds))


TUESDAY = date(2026, 11, 24)
WHOLE = Period(TUESDAY, TUESDAY)


def names(groups: tuple[Group, ...]) -> list[str]:
    """Return the names of groups."""
    return [group.name for group in groups]


def check(group: Group) -> None:
    """Assert that a group is the sum of its inner groups, at each level."""
    assert not group.days or sum(group.days.values()) == group.seconds
    assert group.billable <= group.seconds
    if group.groups:
        assert sum(each.seconds for each in group.groups) == group.seconds
        assert sum(each.billable for each in group.groups) == group.billable
    for each in group.groups:
        check(each)


@given(
    found=st.lists(entries(), max_size=12),
    zone=st.sampled_from(ZONES),
    week_start=st.integers(0, 6),
    kinds=st.lists(
        st.sampled_from([each for each in KINDS if each != "tag"]), unique=True, max_size=4
    ),
    days=st.tuples(st.integers(-320, 5), st.integers(0, 320)),
)
def test_groups_add_up_to_the_total_of_a_list(
    found: list[Entry], zone: Zone, week_start: int, kinds: list[str], days: tuple[int, int]
) -> None:
    """At each level, in each zone, over each change of the clocks: not a second is lost or won."""
    first = TUESDAY + timedelta(days[0])
    period = Period(first, first + timedelta(days[1]))
    pieces = Cutter(zone, NOW).cut_all(found, period.window(zone))
    whole = build_report(pieces, period, kinds, week_start).whole
    assert whole.seconds == total(pieces) == sum(whole.days.values())
    check(whole)
    assert not whole.has_overlapping_groups
    assert all(period.first <= day <= period.last for day in whole.days)


@given(
    found=st.lists(entries(), max_size=12, unique_by=lambda each: each.id),
    kinds=st.lists(st.sampled_from(KINDS), unique=True, max_size=3),
    chance=st.randoms(use_true_random=False),
)
def test_pieces_may_come_in_any_order(found: list[Entry], kinds: list[str], chance: Random) -> None:
    """Sums, names, the order of groups and overlaps stay the same."""
    pieces = Cutter(ZONES[1], NOW).cut_all(found)
    made = build_report(pieces, WHOLE, kinds)
    chance.shuffle(pieces)
    assert build_report(pieces, WHOLE, kinds) == made
    assert made.overlap_seconds == measure_overlap(pieces).seconds


@given(found=st.lists(entries(), max_size=12))
def test_an_entry_counts_in_each_of_its_tags_and_once_in_the_total(found: list[Entry]) -> None:
    """Untagged entries are a group, too; tags of the same name are separate groups."""
    pieces = Cutter(ZONES[0], NOW).cut_all(found)
    whole = build_report(pieces, WHOLE, ["tag"]).whole
    assert whole.seconds == total(pieces)
    for group in whole.groups:
        if group.id is None:
            mine = [p for p in pieces if not p.entry.tags]
        else:
            mine = [p for p in pieces if any(tag.id == group.id for tag in p.entry.tags)]
        assert group.seconds == total(mine)
    twice = sum(p.seconds * (len(p.entry.tags) - 1) for p in pieces if p.entry.tags)
    assert whole.has_overlapping_groups == (twice > 0)


@given(found=st.lists(entries(), max_size=12))
def test_amounts_by_project_add_up_to_the_cent(found: list[Entry]) -> None:
    """An amount is rounded once for a project and rate, so projects add up to the total."""
    pieces = Cutter(ZONES[0], NOW).cut_all(found)
    whole = build_report(pieces, WHOLE, ["project"]).whole
    for currency, amount in whole.amounts.items():
        assert amount == sum(each.amounts.get(currency, 0) for each in whole.groups)
    seconds: dict[tuple[object, Rate], int] = {}
    for each in pieces:
        if each.entry.billable and each.entry.hourly_rate:
            key = (each.entry.project, each.entry.hourly_rate)
            seconds[key] = seconds.get(key, 0) + each.seconds
    exact = sum(length * rate.amount / 3600 for (_, rate), length in seconds.items())
    assert abs(sum(whole.amounts.values()) - exact) <= len(seconds) / 2 + 1e-6


def test_projects_of_the_same_name_are_separate_groups() -> None:
    """They differ by id and have their client as owner."""
    pieces = [piece(TUESDAY, 60, project=PROJECTS[1]), piece(TUESDAY, 90, project=PROJECTS[2])]
    groups = build_report(pieces, WHOLE, ["project"]).whole.groups
    assert [(each.id, each.name, each.owner) for each in groups] == [
        ("p2", "Site", "Umbrella"),
        ("p1", "Site", "ACME"),
    ]


def test_groups_are_sorted_by_time_and_days_by_date() -> None:
    """Groups of the same time are sorted by name; those without a name come last."""
    pieces = [
        piece(TUESDAY, 60),
        piece(TUESDAY, 60, project=PROJECTS[3]),
        piece(TUESDAY - timedelta(1), 30, project=PROJECTS[1]),
        piece(TUESDAY - timedelta(2), 61, project=PROJECTS[1]),
    ]
    by_project = build_report(pieces, WHOLE, ["project"]).whole.groups
    assert names(by_project) == ["Site", "Ops", ""]
    by_day = build_report(pieces, WHOLE, ["day"]).whole.groups
    assert names(by_day) == ["2026-11-22", "2026-11-23", "2026-11-24"]


@pytest.mark.parametrize(
    ("week_start", "kind", "expected"),
    [
        (0, "week", ["2026-W47", "2026-W48"]),
        (6, "week", ["2026-11-22"]),
        (5, "week", ["2026-11-21"]),
        (0, "month", ["2026-11"]),
    ],
)
def test_weeks_start_on_the_given_weekday(week_start: int, kind: str, expected: list[str]) -> None:
    """A Monday's week has its ISO name, another the name of its first day."""
    pieces = [piece(date(2026, 11, 22), 60), piece(TUESDAY, 60)]
    assert names(build_report(pieces, WHOLE, [kind], week_start).whole.groups) == expected


def test_a_week_across_two_years_has_its_iso_year() -> None:
    """The first days of 2027 are in the last week of 2026."""
    pieces = [piece(date(2027, 1, 1), 60)]
    group = build_report(pieces, WHOLE, ["week"]).whole.groups[0]
    assert (group.name, group.first) == ("2026-W53", date(2026, 12, 28))


@given(st.dates(), st.integers(0, 6))
def test_a_week_starts_at_most_six_days_before_a_day(day: date, week_start: int) -> None:
    """It starts on the given weekday, unless that is before the year 1."""
    first = first_of_week(day, week_start)
    assert 0 <= (day - first).days <= 6
    assert first.weekday() == week_start or first == date.min


def test_empty_days_are_filled_in() -> None:
    """The report has each day of the period in order, and the sums do not change."""
    period = Period(TUESDAY - timedelta(2), TUESDAY)
    report = build_report([piece(TUESDAY - timedelta(1), 60)], period, ["day"])
    filled = with_empty_days(report)
    assert [each.seconds for each in filled.whole.groups] == [0, 60, 0]
    check(filled.whole)


@pytest.mark.parametrize(
    ("days", "longest"), [([], 0), ([1], 1), ([1, 2, 4], 2), ([9, 3, 2, 1, 8], 3)]
)
def test_the_longest_streak(days: list[int], longest: int) -> None:
    """Consecutive days are counted, given in any order."""
    assert longest_streak(date(2026, 11, day) for day in days) == longest


def test_kinds_are_separated_by_commas_or_repeated() -> None:
    """Case and surrounding spaces do not matter."""
    assert parse_kinds(["project,Day", " task "]) == ("project", "day", "task")
    assert parse_kinds(KINDS) == KINDS
    assert set(CALENDAR) < set(KINDS)


@pytest.mark.parametrize("words", [["project", "project"], ["nope"], [""], ["day,"], ["\x1b[1m"]])
def test_an_unknown_or_repeated_kind_is_refused(words: list[str]) -> None:
    """A group can only be built from known kinds, each given once."""
    with pytest.raises(UsageError):
        parse_kinds(words)
