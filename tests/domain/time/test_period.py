"""PERIOD: its forms, their days, and the instants of these days."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.domain.time.day import DAY_HINT, read_latest_day
from clocktool.domain.time.instant import FIRST, LAST, format_iso, parse_iso
from clocktool.domain.time.period import HINT, NAMES, UNITS, Period, parse_day, parse_period
from clocktool.domain.time.suggestions import similar_periods
from clocktool.domain.time.week import WEEKDAYS
from clocktool.domain.time.zone import Zone
from clocktool.errors import UsageError

few = settings(max_examples=100)

TODAY = date(2026, 11, 24)  # a Tuesday
SUNDAY = 6

zones = st.sampled_from(
    [
        "Europe/Berlin",
        "America/New_York",
        "America/Los_Angeles",
        "Asia/Kathmandu",
        "Pacific/Auckland",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Africa/Cairo",
        "Pacific/Apia",
    ]
).map(Zone)
days = st.dates(date(1950, 1, 1), date(2150, 1, 1))
names = [
    *("today", "yesterday", "tomorrow", "week", "last-week", "month", "last-month", "year"),
    *("last-year", "7d", "36600d", "mon", "sunday", "mon..sun", "mon..", "..", "a..b"),
    *("0001", "9999", "0001-W01", "9999-W52", "9999-12", "9999-Q4", "0000-01-01", "2026-W53"),
]
almost = st.text("0123456789-.dwq", max_size=12)


def outcome(
    parse: Callable[[str, date, int], Period | date], text: str, today: date, week_start: int
) -> Period | date | UsageError:
    """Return what a text is read as, or the error that it raises."""
    try:
        return parse(text, today, week_start)
    except UsageError as error:
        return error


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", "2026-11-24", "2026-11-24"),
        ("yesterday", "2026-11-23", "2026-11-23"),
        ("tomorrow", "2026-11-25", "2026-11-25"),
        ("week", "2026-11-23", "2026-11-29"),
        ("Last-Week", "2026-11-16", "2026-11-22"),
        ("month", "2026-11-01", "2026-11-30"),
        ("last-month", "2026-10-01", "2026-10-31"),
        ("year", "2026-01-01", "2026-12-31"),
        ("last-year", "2025-01-01", "2025-12-31"),
        ("quarter", "2026-10-01", "2026-12-31"),
        ("last-quarter", "2026-07-01", "2026-09-30"),
        ("this week", "2026-11-23", "2026-11-29"),
        ("last  Week", "2026-11-16", "2026-11-22"),
        ("this month", "2026-11-01", "2026-11-30"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("last quarter", "2026-07-01", "2026-09-30"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("all", "0001-01-01", "9999-12-31"),
        ("2019..2026", "2019-01-01", "2026-12-31"),
        ("2026-01..2026-03", "2026-01-01", "2026-03-31"),
        ("2026-Q1..2026-05-03", "2026-01-01", "2026-05-03"),
        ("2026-W48..sun", "2026-11-23", "2026-11-29"),
        ("2026-10..2026-11", "2026-10-01", "2026-11-30"),
        ("2026..", "2026-01-01", "2026-11-24"),
        ("1d", "2026-11-24", "2026-11-24"),
        (" 7D ", "2026-11-18", "2026-11-24"),
        ("2026-11-24", "2026-11-24", "2026-11-24"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-W48", "2026-11-23", "2026-11-29"),
        ("2026-w01", "2025-12-29", "2026-01-04"),
        ("2026-W53", "2026-12-28", "2027-01-03"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026-q4", "2026-10-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("mon", "2026-11-23", "2026-11-23"),
        ("Tuesday", "2026-11-24", "2026-11-24"),
        ("wed", "2026-11-25", "2026-11-25"),
        ("thurs", "2026-11-26", "2026-11-26"),
        ("mon..fri", "2026-11-23", "2026-11-27"),
        ("mon..today", "2026-11-23", "2026-11-24"),
        ("2026-11-02..2026-11-06", "2026-11-02", "2026-11-06"),
        ("2026-11-02 .. yesterday", "2026-11-02", "2026-11-23"),
        ("2026-11-02..", "2026-11-02", "2026-11-24"),
        ("today..today", "2026-11-24", "2026-11-24"),
        ("9999-W52", "9999-12-27", "9999-12-31"),
        ("0001-W01", "0001-01-01", "0001-01-07"),
    ],
)
def test_a_period_is_its_first_and_last_day(text: str, first: str, last: str) -> None:
    """Both ends are included; a weekday is this week's, alone and in a range."""
    assert parse_period(text, TODAY) == Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("week", "2026-11-22", "2026-11-28"),
        ("last-week", "2026-11-15", "2026-11-21"),
        ("sun..sat", "2026-11-22", "2026-11-28"),
        ("sun", "2026-11-22", "2026-11-22"),
        ("sat", "2026-11-28", "2026-11-28"),
        ("2026-W48", "2026-11-23", "2026-11-29"),
    ],
)
def test_weeks_start_on_the_given_weekday(text: str, first: str, last: str) -> None:
    """Only the numbered ISO weeks always start on a Monday."""
    expected = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert parse_period(text, TODAY, SUNDAY) == expected


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "invalid period ``", HINT),
        ("tody", "invalid period `tody`", "did you mean today?"),
        ("mo", "invalid period `mo`", HINT),
        ("last-", "invalid period `last-`", HINT),
        ("7", "invalid period `7`", HINT),
        ("-7d", "invalid period `-7d`", HINT),
        ("0d", "invalid period `0d`: from 1d to 36600d", HINT),
        ("36601d", "invalid period `36601d`: from 1d to 36600d", HINT),
        ("2026-1", "invalid period `2026-1`", "did you mean 2026-01?"),
        ("2026-13", "invalid period `2026-13`: the calendar has none", HINT),
        ("0000", "invalid period `0000`: the calendar has none", HINT),
        ("2026-Q5", "invalid period `2026-Q5`", HINT),
        ("2025-W53", "invalid period `2025-W53`: there is no such week", HINT),
        ("2026-W00", "invalid period `2026-W00`: there is no such week", HINT),
        ("2026-02-30", "the calendar has no day 2026-02-30", DAY_HINT),
        ("..", "invalid period `..`", HINT),
        ("..fri", "invalid period `..fri`", HINT),
        ("a..b", "invalid period `a..b`", HINT),
        ("last-week..today", "invalid period `last-week..today`", HINT),
        ("all..today", "invalid period `all..today`", HINT),
        ("last", "invalid period `last`", HINT),
        ("lastweek", "invalid period `lastweek`", "did you mean last-week?"),
        ("lastmonth", "invalid period `lastmonth`", "did you mean last-month?"),
        ("this-week", "invalid period `this-week`", "did you mean week?"),
        ("last-quartr", "invalid period `last-quartr`", "did you mean last-quarter?"),
        ("7days", "invalid period `7days`", "did you mean 7d?"),
        ("2026Q4", "invalid period `2026Q4`", "did you mean 2026-Q4?"),
        ("2026/11/24", "invalid period `2026/11/24`", "did you mean 2026-11-24?"),
        ("mon-fri", "invalid period `mon-fri`", "did you mean mon..fri?"),
        ("mon fri", "invalid period `mon fri`", "did you mean mon..fri?"),
        (
            "2026-11-01 2026-11-15",
            "invalid period `2026-11-01 2026-11-15`",
            "did you mean 2026-11-01..2026-11-15?",
        ),
        ("mon..tue..wed", "invalid period `mon..tue..wed`", HINT),
        ("٢026", "invalid period `٢026`", HINT),
        ("1" * 150 + "d", f"invalid period `{'1' * 39}…`: from 1d to 36600d", HINT),
        ("1" * 1_000_000, f"invalid period `{'1' * 39}…`", HINT),
        (
            "fri..mon",
            "period `fri..mon` ends before it starts: 2026-11-27 is after 2026-11-23",
            (
                "write the earlier one first; a weekday is the one of this week, "
                "which starts on Monday"
            ),
        ),
    ],
)
def test_an_invalid_period_is_refused_with_a_hint(text: str, message: str, hint: str) -> None:
    """The error names the word and lists what is accepted."""
    with pytest.raises(UsageError) as raised:
        parse_period(text, TODAY)
    assert (raised.value.message, raised.value.hint) == (message, hint)


@pytest.mark.parametrize(
    ("text", "day"),
    [("today", TODAY), ("MON", date(2026, 11, 23)), ("2026-01-31", date(2026, 1, 31))],
)
def test_a_day_is_one_date(text: str, day: date) -> None:
    """A day is today, its neighbours, a weekday or an ISO date."""
    assert parse_day(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("week", "`week` is a period, not one day"),
        ("foo", "invalid day `foo`"),
        ("2026-W54", "invalid day `2026-W54`: there is no such week"),
        ("2026-02-30", "the calendar has no day 2026-02-30"),
    ],
)
def test_an_invalid_day_is_refused(text: str, message: str) -> None:
    """If a PERIOD is given instead of a day, the error says so."""
    with pytest.raises(UsageError) as raised:
        parse_day(text, TODAY)
    assert (raised.value.message, raised.value.hint) == (message, DAY_HINT)


@few
@given(
    st.one_of(st.text(), almost, st.sampled_from(names)),
    st.one_of(st.dates(), st.sampled_from([date.min, date.max])),
    st.integers(0, 6),
)
def test_any_text_on_any_day_is_a_period_or_a_usage_error(
    text: str, today: date, week_start: int
) -> None:
    """Arbitrary text raises nothing but UsageError, at both ends of the calendar too."""
    for parse in (parse_period, parse_day):
        found = outcome(parse, text, today, week_start)
        if isinstance(found, UsageError):
            assert found.hint
            assert found.message.isprintable()
            assert len(found.message) < 150
        elif isinstance(found, Period):
            assert found.first <= found.last


@few
@given(st.dates(date(2, 1, 1), date(9998, 1, 1)), st.integers(0, 6))
def test_the_named_periods_meet_without_gap_or_overlap(today: date, week_start: int) -> None:
    """Today lies in this week, month, quarter and year, the last one ends the day before."""
    for unit in UNITS:
        this = parse_period(unit, today, week_start)
        last = parse_period(f"last-{unit}", today, week_start)
        assert today in this.days()
        assert today not in last.days()
        assert last.last + timedelta(days=1) == this.first
        assert parse_period(f"last {unit}", today, week_start) == last
        assert parse_period(f"this {unit}", today, week_start) == this
    assert parse_period("week", today, week_start).first.weekday() == week_start


@few
@given(st.dates(date(2, 1, 1), date(9998, 1, 1)), st.integers(0, 6), st.sampled_from(WEEKDAYS))
def test_a_weekday_is_this_weeks_as_a_day_and_the_latest_in_a_time(
    today: date, week_start: int, name: str
) -> None:
    """Alone, as either end of a range and as a DAY it is one date; a TIME looks back."""
    day = parse_day(name, today, week_start)
    assert parse_period(name, today, week_start) == Period(day, day)
    assert parse_period(f"{name}..{name}", today, week_start) == Period(day, day)
    assert day in parse_period("week", today, week_start).days()
    assert WEEKDAYS[day.weekday()] == name
    latest = read_latest_day(name, today)
    assert latest is not None
    assert 0 <= (today - latest).days < 7
    assert (day - latest).days in (0, 7)


fixed = st.one_of(
    days.map(lambda day: (f"{day}", day, day)),
    days.map(lambda day: (f"{day:%Y-%m}", day.replace(day=1), None)),
    days.map(lambda day: (f"{day:%Y}", day.replace(month=1, day=1), day.replace(month=12, day=31))),
    days.map(lambda day: (f"{day:%G-W%V}", day - timedelta(days=day.weekday()), None)),
    days.map(
        lambda day: (
            f"{day:%Y}-Q{(day.month + 2) // 3}",
            date(day.year, (day.month + 2) // 3 * 3 - 2, 1),
            None,
        )
    ),
)


@few
@given(fixed, fixed)
def test_a_range_of_fixed_dates_spans_both_of_its_ends(
    one: tuple[str, date, date | None], other: tuple[str, date, date | None]
) -> None:
    """Days, weeks, months, quarters and years may be mixed: first day of one, last of the other."""
    before, after = parse_period(one[0], TODAY), parse_period(other[0], TODAY)
    assert before.first == one[1]
    assert one[2] in (None, before.last)
    found = outcome(parse_period, f"{one[0]}..{other[0]}", TODAY, 0)
    if before.first <= after.last:
        assert found == Period(before.first, after.last)
    else:
        assert isinstance(found, UsageError)


@few
@given(st.one_of(st.sampled_from([*names, *NAMES]), almost, st.text(max_size=12)))
def test_suggestions_of_an_error_are_accepted(text: str) -> None:
    """A suggestion can be pasted."""
    found = outcome(parse_period, text, TODAY, 0)
    hint = (isinstance(found, UsageError) and found.hint) or ""
    if hint.startswith("did you mean "):
        for each in hint[13:-1].split(" or "):
            parse_period(each.strip('"'), TODAY)


def test_suggestions_for_long_words_are_fast() -> None:
    """Long words of digits and dots take no noticeable time."""
    for text in ("1" * 200, "1-" * 100, "a b " * 50, "..-" * 66):
        list(similar_periods(text, NAMES))


@few
@given(days, days)
def test_a_written_range_reads_back(one: date, other: date) -> None:
    """Two ISO dates with dots between them are that period, and its days are counted."""
    period = Period(min(one, other), max(one, other))
    assert parse_period(f"{period.first}..{period.last}", TODAY) == period
    listed = list(period.days())
    assert (listed[0], listed[-1]) == (period.first, period.last)
    assert len(listed) == (period.last - period.first).days + 1


@few
@given(zones, st.one_of(days, st.dates(date(2011, 12, 25), date(2012, 1, 5))), st.integers(0, 40))
def test_windows_tile_time(zone: Zone, first: date, count: int) -> None:
    """The windows of a period's days make up its window without gap or overlap."""
    period = Period(first, first + timedelta(days=count))
    start, end = period.window(zone)
    at = start
    for day in period.days():
        opens, closes = Period(day, day).window(zone)
        assert opens == at
        at = closes
    assert at == end


@few
@given(zones, st.dates(date(2011, 12, 1), date(2026, 12, 31)), st.integers(0, 10**6))
def test_an_instant_of_a_window_falls_on_a_day_of_its_period(
    zone: Zone, day: date, seconds: int
) -> None:
    """Windows and days agree on which day an instant belongs to."""
    period = Period(day, day + timedelta(days=3))
    start, end = period.window(zone)
    instant = parse_iso(format_iso(start)) + seconds
    assert (period.first <= zone.day(type(start)(instant)) <= period.last) == (instant < end)


def test_a_window_over_a_daylight_saving_change_is_not_a_multiple_of_24_hours() -> None:
    """The day when Berlin skips an hour is 23 hours long."""
    day = date(2026, 3, 29)
    start, end = Period(day, day).window(Zone("Europe/Berlin"))
    assert (format_iso(start), format_iso(end)) == ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")


@few
@given(zones)
def test_the_window_of_all_days_is_valid(zone: Zone) -> None:
    """Nothing overflows in the years 1 and 9999, east or west of Greenwich."""
    start, end = Period(date.min, date.max).window(zone)
    assert FIRST <= start < end <= LAST
    assert format_iso(start) < format_iso(end)
