"""Spans of the calendar: each contains its instant, and the next one begins where it ends."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocktool.domain.time.calendar import CALENDAR, Calendar, Spans, first_of
from clocktool.domain.time.instant import FIRST, LAST, Instant, parse_iso
from clocktool.domain.time.zone import Zone

ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "America/Sao_Paulo")


@given(
    name=st.sampled_from(ZONES),
    kinds=st.lists(st.sampled_from([*CALENDAR, "project"]), unique=True, max_size=3),
    week_start=st.integers(0, 6),
    at=st.integers(0, 2_000_000_000),
    splits=st.lists(st.integers(0, 2_000_000_000), max_size=3),
)
def test_spans_follow_each_other_and_lie_in_one_group_of_each_kind(
    name: str, kinds: list[str], week_start: int, at: int, splits: list[int]
) -> None:
    """The first and the last second of a span are in the same week, month and so on."""
    calendar = Calendar(Zone(name))
    spans = Spans(calendar, kinds, week_start).split([Instant(each) for each in splits])
    first, after = spans.around(Instant(at))
    assert first <= at < after
    assert all(not first < split < after for split in splits)
    if after <= LAST:
        assert spans.around(after)[0] == after
        days = calendar.of(first), calendar.of(Instant(after - 1))
        for kind in set(kinds) & set(CALENDAR):
            assert first_of(kind, days[0], week_start) == first_of(kind, days[1], week_start)


@pytest.mark.parametrize(
    ("kinds", "first", "after"),
    [
        (["day"], "2026-11-24", "2026-11-25"),
        (["project", "week"], "2026-11-23", "2026-11-30"),
        (["year", "month"], "2026-11-01", "2026-12-01"),
        (["quarter"], "2026-10-01", "2027-01-01"),
        (["year"], "2026-01-01", "2027-01-01"),
        (["week", "month"], "2026-11-24", "2026-11-25"),
    ],
)
def test_a_span_is_as_long_as_the_finest_kind_allows(
    kinds: list[str], first: str, after: str
) -> None:
    """Weeks cross the ends of months, so that both together need days."""
    found = Spans(Calendar(Zone("UTC")), kinds).around(parse_iso("2026-11-24T12:30:00Z"))
    assert found == (parse_iso(f"{first}T00:00:00Z"), parse_iso(f"{after}T00:00:00Z"))


def test_without_calendar_kinds_all_time_is_one_span() -> None:
    """The last instant is in it, too."""
    first, after = Spans(Calendar(Zone("UTC")), ["client"]).around(LAST)
    assert (first, after) == (FIRST, LAST + 1)


def test_the_last_day_of_the_calendar_has_an_end() -> None:
    """The year 9999 has no next one."""
    calendar = Calendar(Zone("UTC"))
    assert calendar.of(LAST) == date.max
    assert Spans(calendar, ["year"]).around(Instant(LAST - 1))[1] == LAST
