"""The minutes of a timesheet add up in both directions, whatever the seconds are."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.domain.entry import Entry, ProjectRef, Tag
from clocktool.domain.ids import Known
from clocktool.domain.minutes import MINUTE
from clocktool.domain.report import Group
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.midnight import Piece
from clocktool.domain.time.period import Period
from clocktool.domain.timesheet import Sheet, timesheet
from tests.domain.reports import build_report

MONDAY = date(2026, 11, 23)

pieces = st.lists(
    st.builds(
        lambda project, text, tags, day, seconds: Piece(
            Entry(
                Known("e"),
                Instant(0),
                description=text,
                project=ProjectRef(project, project),
                tags=tuple(Tag(tag, tag) for tag in tags),
            ),
            MONDAY + timedelta(days=day),
            Instant(0),
            Instant(seconds),
        ),
        st.sampled_from("abcd"),
        st.sampled_from("xyz"),
        st.sets(st.sampled_from("pq"), max_size=2),
        st.integers(0, 6),
        st.one_of(st.integers(0, 120), st.integers(0, 40_000)),
    ),
    min_size=1,
    max_size=25,
)


def check(group: Group, sheet: Sheet, *, additive: bool) -> None:
    """Check a sheet against its group, and its rows against their sums."""
    assert abs(group.seconds - sheet.seconds) < MINUTE
    assert sum(sheet.days.values()) == sheet.seconds
    for day, seconds in group.days.items():
        assert abs(seconds - sheet.days[day]) < MINUTE
        if sheet.rows and additive:
            assert sum(row.days.get(day, 0) for row in sheet.rows) == sheet.days[day]
    if sheet.rows and additive:
        assert sum(row.seconds for row in sheet.rows) == sheet.seconds
    for part, row in zip(group.groups, sheet.rows, strict=False):
        check(part, row, additive=additive)


@pytest.mark.slow
@given(some=pieces)
@settings(max_examples=400)
def test_rows_and_columns_add_up(some: list[Piece]) -> None:
    """Cells, rows, inner rows, days and the total are each off by less than a minute."""
    period = Period(MONDAY, MONDAY + timedelta(days=6))
    for kinds in (["project", "day"], ["project", "description", "day"]):
        whole = build_report(some, period, kinds).whole
        sheet = timesheet(whole, len(kinds) - 1)
        check(whole, sheet, additive=True)
        assert sheet.seconds == whole.seconds // MINUTE * MINUTE


@given(some=pieces)
@settings(max_examples=200)
def test_tags_are_separate_sheets(some: list[Piece]) -> None:
    """An entry counts in each of its tags: a row adds up, the column of a day does not."""
    period = Period(MONDAY, MONDAY + timedelta(days=6))
    whole = build_report(some, period, ["project", "tag", "day"]).whole
    check(whole, timesheet(whole, 2), additive=False)


def test_a_large_sheet_is_fast() -> None:
    """A sheet has four hundred rows of a week."""
    some = [
        Piece(
            Entry(Known("e"), Instant(0), project=ProjectRef(Known(str(row)), str(row))),
            MONDAY + timedelta(days=day),
            Instant(0),
            Instant(600 + row * 7 + day * 13),
        )
        for row in range(400)
        for day in range(7)
    ]
    period = Period(MONDAY, MONDAY + timedelta(days=6))
    whole = build_report(some, period, ["project", "day"]).whole
    check(whole, timesheet(whole, 1), additive=True)
