"""Rounding is exact, done once, and adds up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocktool.domain.entry import Entry, ProjectRef
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.domain.report import Group, Report, ReportBuilder
from clocktool.domain.rounding import Rounding, parse_rounding
from clocktool.domain.time.instant import Instant, parse_iso
from clocktool.domain.time.midnight import Cutter
from clocktool.domain.time.period import Period
from clocktool.domain.time.zone import Zone
from clocktool.errors import UsageError
from tests.domain.test_report import NOW, ZONES, entries

MONTH = Period(date(2026, 3, 1), date(2026, 12, 31))
SITE = ProjectRef(Known("p1"), "Site", "", "c1", "ACME")
rules = st.builds(
    Rounding,
    st.sampled_from(["up", "down", "nearest"]),
    st.sampled_from([1, 7, 60, 360, 900, 3600, 86_400]),
    st.sampled_from(["entry", "day", "total"]),
)


def entry(start: str, minutes: float, number: int = 0, rate: Rate | None = None) -> Entry:
    """Return a finished entry of the project Site."""
    at = parse_iso(start)
    return Entry(
        Known(f"{number:024x}"),
        at,
        Instant(at + int(minutes * 60)),
        project=SITE,
        billable=rate is not None,
        hourly_rate=rate,
    )


def rounded(
    found: list[Entry], rule: Rounding | None, *kinds: str, zone: Zone = ZONES[0]
) -> Report:
    """Return the report of some entries."""
    builder = ReportBuilder(kinds, 0, {}, rule, NOW)
    cutter = Cutter(zone, NOW)
    for each in found:
        for piece in cutter.cut(each, MONTH.window(zone)):
            builder.add(piece)
    return builder.report(MONTH)


@pytest.mark.parametrize(
    ("rule", "seconds", "expected"),
    [
        ("up:15m", 1, 900),
        ("up:15m", 900, 900),
        ("up:15m", 0, 0),
        ("down:15m", 899, 0),
        ("down:15m", 1799, 900),
        ("nearest:15m", 449, 0),
        ("nearest:15m", 450, 900),
        ("nearest:1s", 7, 7),
        ("nearest:7s", 3, 0),
        ("nearest:7s", 4, 7),
        ("up:24h", 1, 86_400),
    ],
)
def test_a_length_is_rounded_to_a_multiple_of_the_step(
    rule: str, seconds: int, expected: int
) -> None:
    """Half of a step goes up, and 0 stays 0."""
    assert parse_rounding(rule).length(seconds) == expected


@given(rules, st.integers(0, 10**7), st.integers(0, 10**7))
def test_rounding_again_changes_nothing_and_longer_never_becomes_shorter(
    rule: Rounding, one: int, other: int
) -> None:
    """Rounding is idempotent and monotone, and never moves a length by a step or more."""
    assert rule.length(rule.length(one)) == rule.length(one)
    assert abs(rule.length(one) - one) < rule.step
    if one <= other:
        assert rule.length(one) <= rule.length(other)


@given(rules, st.lists(st.integers(0, 10**5), max_size=8))
def test_parts_of_a_rounded_length_add_up_and_are_never_negative(
    rule: Rounding, lengths: list[int]
) -> None:
    """Only the end of a length grows or shrinks."""
    parts = rule.parts(lengths)
    assert sum(parts) == (rule.length(sum(lengths)) if lengths else 0)
    assert all(part >= 0 for part in parts)
    assert all(part <= length for part, length in zip(parts[:-1], lengths, strict=False))


@pytest.mark.parametrize("text", ["up:15m", "down:6m/day", "nearest:1h/total", "up:90s"])
def test_a_rule_reads_back_as_it_was_typed(text: str) -> None:
    """A rule has one spelling."""
    assert parse_rounding(text).text == text


@pytest.mark.parametrize(
    "text", ["up", "up:", "up:0m", "up:25h", "sideways:15m", "up:15m/week", "15m", "up:15", ":15m"]
)
def test_anything_else_is_no_rule(text: str) -> None:
    """A step of nothing, one beyond a day, and unknown words are refused."""
    with pytest.raises(UsageError):
        parse_rounding(text)


def test_an_entry_over_midnight_is_rounded_once_and_its_last_piece_takes_the_difference() -> None:
    """23:50 to 00:25 is 35 minutes, up to 45: 10 on the first day, 35 on the second."""
    found = [entry("2026-11-03T23:50:00Z", 35)]
    report = rounded(found, parse_rounding("up:15m"), "day")
    assert [group.rounded for group in report.whole.groups] == [600, 2100]
    assert report.whole.rounded == 2700
    assert report.whole.seconds == 2100


def test_a_day_is_rounded_in_all_and_each_rate_on_its_own() -> None:
    """Three times 5 minutes at one rate are 15, 5 minutes at another are 15, too."""
    euro, dollar = Rate(6000, "EUR"), Rate(9000, "USD")
    found = [entry(f"2026-11-03T1{hour}:00:00Z", 5, hour, euro) for hour in range(3)]
    found.append(entry("2026-11-03T18:00:00Z", 5, 9, dollar))
    whole = rounded(found, parse_rounding("up:15m/day"), "project").whole
    assert whole.rounded == 1800
    assert whole.amounts == {"EUR": 1500, "USD": 2250}
    assert rounded(found, parse_rounding("up:15m"), "project").whole.rounded == 3600


def test_lines_are_rounded_and_groups_are_their_sums() -> None:
    """With /total each innermost line is rounded; without billable time apart there is one part."""
    found = [entry("2026-11-03T10:00:00Z", 5), entry("2026-11-04T10:00:00Z", 5, 1)]
    by_day = rounded(found, parse_rounding("up:15m/total"), "project", "day").whole
    assert by_day.rounded == 1800
    assert by_day.groups[0].rounded == 1800
    assert rounded(found, parse_rounding("up:15m/total"), "project").whole.rounded == 900


@pytest.mark.slow
@given(st.lists(entries(), max_size=6), rules, st.sampled_from(ZONES))
def test_rounded_sums_by_day_week_and_project_are_the_rounded_whole(
    found: list[Entry], rule: Rounding, zone: Zone
) -> None:
    """However time is grouped, by entry and by day it rounds to the same whole."""
    wholes = set()
    for kinds in (("day",), ("week", "day"), ("project",), ("month", "description", "task")):
        report = rounded(found, rule, *kinds, zone=zone)
        _check_sums(report.whole)
        wholes.add((report.whole.rounded, tuple(report.whole.amounts.items())))
        assert report.whole.seconds == rounded(found, None, *kinds, zone=zone).whole.seconds
    if rule.scope != "total":
        assert len({whole for whole, _ in wholes}) == 1


def _check_sums(group: Group) -> None:
    if group.groups:
        assert group.rounded == sum(each.rounded or 0 for each in group.groups)
        for each in group.groups:
            _check_sums(each)
