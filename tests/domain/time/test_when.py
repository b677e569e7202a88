"""TIME: all forms, all refusals with their hints, and daylight saving changes."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.domain.time.instant import FIRST, LAST, Instant, format_iso, parse_iso
from clocktool.domain.time.when import HINT, When, parse_when
from clocktool.domain.time.zone import Zone
from clocktool.errors import UsageError

few = settings(max_examples=150)

BERLIN = Zone("Europe/Berlin")
NOW = parse_iso("2026-11-24T12:30:00Z")  # a Tuesday, 13:30 in Berlin
FUTURE_HINT = "only 'add --future' takes a time that is still to come"

CHANGES = [
    ("Europe/Berlin", "2026-03-29T01:00:00Z"),
    ("Europe/Berlin", "2026-10-25T01:00:00Z"),
    ("Europe/Berlin", "1893-03-31T23:06:32Z"),  # local mean time ends, offsets with seconds
    ("America/New_York", "2026-03-08T07:00:00Z"),
    ("America/New_York", "2026-11-01T06:00:00Z"),
    ("America/Los_Angeles", "2026-11-01T09:00:00Z"),
    ("Asia/Kathmandu", "1985-12-31T18:30:00Z"),
    ("Pacific/Auckland", "2026-04-04T14:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
    ("America/Sao_Paulo", "2018-02-18T02:00:00Z"),
    ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
    ("Africa/Cairo", "2026-10-29T21:00:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z"),
]
zones = st.sampled_from(sorted({name for name, _ in CHANGES})).map(Zone)
around = st.tuples(st.sampled_from(CHANGES), st.integers(-7300, 7300)).map(
    lambda drawn: (Zone(drawn[0][0]), Instant(parse_iso(drawn[0][1]) + drawn[1]))
)
anywhere = st.tuples(zones, st.integers(0, 4 * 10**9).map(Instant))
almost = st.lists(
    st.sampled_from(
        [
            *("mon", "today", "yesterday", "tomorrow", "now", "ago", "9", "9:30", "0930", "am"),
            *(" ", "-", "+", "T", "Z", "+01:00", "15m", "2026-11-23", "0001-01-01", "9999-12-31"),
            *("23:59", "00:00", "\0", "٩", "9" * 30),
        ]
    ),
    max_size=5,
).map("".join)


def refusal(text: str, now: Instant = NOW, zone: Zone = BERLIN) -> tuple[str, str | None]:
    """Return message and hint of the error that a text raises."""
    with pytest.raises(UsageError) as raised:
        parse_when(text, now, zone)
    return raised.value.message, raised.value.hint


def outcome(text: str, now: Instant, zone: Zone, *, future: bool = False) -> When | UsageError:
    """Return the parsed text, or the error that it raises."""
    try:
        return parse_when(text, now, zone, future=future)
    except UsageError as error:
        return error


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("9", "2026-11-24T09:00:00"),
        ("0", "2026-11-24T00:00:00"),
        ("09", "2026-11-24T09:00:00"),
        ("9:30", "2026-11-24T09:30:00"),
        ("09:30:15", "2026-11-24T09:30:15"),
        ("0930", "2026-11-24T09:30:00"),
        ("930", "2026-11-24T09:30:00"),
        ("9am", "2026-11-24T09:00:00"),
        ("noon", "2026-11-24T12:00:00"),
        ("9 AM", "2026-11-24T09:00:00"),
        ("12am", "2026-11-24T00:00:00"),
        ("12pm", "2026-11-24T12:00:00"),
        ("12:30 pm", "2026-11-24T12:30:00"),
        ("1pm", "2026-11-24T13:00:00"),
        ("13:30", "2026-11-24T13:30:00"),
    ],
)
def test_a_bare_time_is_todays(text: str, local: str) -> None:
    """A time without a day is today's in the zone, and is marked as bare."""
    when = parse_when(text, NOW, BERLIN)
    assert when == When(parse_iso(f"{local}+01:00"), None, bare=True)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("now", "2026-11-24T13:30:00"),
        ("yesterday NOON", "2026-11-23T12:00:00"),
        ("2026-11-20 noon", "2026-11-20T12:00:00"),
        ("fri noon", "2026-11-20T12:00:00"),
        ("-15m", "2026-11-24T13:15:00"),
        ("- 15m", "2026-11-24T13:15:00"),
        ("-1h30m", "2026-11-24T12:00:00"),
        ("-1:10", "2026-11-24T12:20:00"),
        ("15m ago", "2026-11-24T13:15:00"),
        ("1h30m ago", "2026-11-24T12:00:00"),
        ("15 Minutes  Ago", "2026-11-24T13:15:00"),
        ("yesterday 17:30", "2026-11-23T17:30:00"),
        ("yesterday 9", "2026-11-23T09:00:00"),
        ("Yesterday 9 pm", "2026-11-23T21:00:00"),
        ("today 9:00", "2026-11-24T09:00:00"),
        ("mon 9:00", "2026-11-23T09:00:00"),
        ("monday 9am", "2026-11-23T09:00:00"),
        ("wed 23:00", "2026-11-18T23:00:00"),
        ("tue 13:30", "2026-11-24T13:30:00"),
        ("tue 13:31", "2026-11-17T13:31:00"),
        ("2026-11-23 09:00", "2026-11-23T09:00:00"),
        ("2026-11-23T09:00", "2026-11-23T09:00:00"),
        ("2026-11-23t0900", "2026-11-23T09:00:00"),
        ("2026-11-23 09:00:30", "2026-11-23T09:00:30"),
        ("2026-11-23 9pm", "2026-11-23T21:00:00"),
        ("2026-11-23T09:00:00Z", "2026-11-23T10:00:00"),
        ("2026-11-23T09:00z", "2026-11-23T10:00:00"),
        ("2026-11-23T09:00:00.999Z", "2026-11-23T10:00:00"),
        ("2026-11-23T09:00+01:00", "2026-11-23T09:00:00"),
        ("2026-11-23T09:00+0530", "2026-11-23T04:30:00"),
        ("2026-11-23T09:00-05", "2026-11-23T15:00:00"),
    ],
)
def test_a_time_with_its_day_is_that_instant(text: str, local: str) -> None:
    """Relative times, days before times, and ISO with or without an offset are not bare."""
    when = parse_when(text, NOW, BERLIN)
    assert when == When(parse_iso(f"{local}+01:00"), None, bare=False)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("23:50", "2026-11-24T23:50:00"),
        ("+15m", "2026-11-24T13:45:00"),
        ("tomorrow 9:00", "2026-11-25T09:00:00"),
        ("tue 14:00", "2026-11-24T14:00:00"),
        ("mon 9:00", "2026-11-23T09:00:00"),
        ("2027-01-01 00:00", "2027-01-01T00:00:00"),
    ],
)
def test_a_future_time_is_read_if_allowed(text: str, local: str) -> None:
    """With ``future``, future times are accepted, and the weekday of today means today."""
    assert parse_when(text, NOW, BERLIN, future=True).instant == parse_iso(f"{local}+01:00")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("23:50", "23:50 is in the future", "write 'yesterday 23:50'"),
        ("11  PM", "11 PM is in the future", "write 'yesterday 11 pm'"),
        ("13:30:01", "13:30:01 is in the future", "write 'yesterday 13:30:01'"),
        ("+15m", "+15m is in the future", FUTURE_HINT),
        ("today 23:50", "today 23:50 is in the future", FUTURE_HINT),
        ("tomorrow 9:00", "tomorrow 9:00 is in the future", FUTURE_HINT),
        ("2026-11-24T13:30:00Z", "2026-11-24T13:30:00Z is in the future", FUTURE_HINT),
    ],
)
def test_a_future_time_is_refused_with_a_hint(text: str, message: str, hint: str) -> None:
    """The hint for a bare time is yesterday's; now itself is not in the future."""
    assert refusal(text) == (message, hint)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("15 minutes aog", "invalid time `15 minutes aog`", HINT),
        ("", "invalid time ``", HINT),
        ("   ", "invalid time ``", HINT),
        ("ago", "invalid time `ago`", HINT),
        ("soon", "invalid time `soon`", HINT),
        ("9:5", "invalid time `9:5`", HINT),
        ("9 30", "invalid time `9 30`", "did you mean 9:30?"),
        ("0930:15", "invalid time `0930:15`", HINT),
        ("15m", "invalid time `15m`", "did you mean -15m?"),
        ("9:00Z", "invalid time `9:00Z`", HINT),
        (
            "9:00 yesterday",
            "invalid time `9:00 yesterday`",
            'did you mean "yesterday 9:00"?',
        ),
        ("9.30", "invalid time `9.30`", "did you mean 9:30?"),
        ("9,30", "invalid time `9,30`", "did you mean 9:30?"),
        ("17h", "invalid time `17h`", "did you mean 17:00 or -17h?"),
        ("9h30", "invalid time `9h30`", "did you mean 9:30?"),
        ("midnight", "invalid time `midnight`", "did you mean 0:00?"),
        ("at 9:30", "invalid time `at 9:30`", "did you mean 9:30?"),
        ("last friday 9:00", "invalid time `last friday 9:00`", 'did you mean "friday 9:00"?'),
        ("yesterday 9.30", "invalid time `yesterday 9.30`", 'did you mean "yesterday 9:30"?'),
        ("2026/11/23 9:00", "invalid time `2026/11/23 9:00`", 'did you mean "2026-11-23 9:00"?'),
        ("last", "invalid time `last`", HINT),
        ("week 9:00", "invalid time `week 9:00`", HINT),
        ("mon tue", "invalid time `mon tue`", HINT),
        ("24:00", "invalid time `24:00`: clocks go from 0:00 to 23:59:59", HINT),
        ("24", "invalid time `24`: clocks go from 0:00 to 23:59:59", HINT),
        ("2460", "invalid time `2460`: clocks go from 0:00 to 23:59:59", HINT),
        ("9:60", "invalid time `9:60`: clocks go from 0:00 to 23:59:59", HINT),
        ("0am", "invalid time `0am`: am goes from 1 to 12", HINT),
        ("13pm", "invalid time `13pm`: pm goes from 1 to 12", HINT),
        ("12345", "invalid time `12345`", HINT),
        ("٩:30", "invalid time `٩:30`", HINT),
        ("9\0", "invalid time `9`", HINT),
        ("\x1b[31m9", "invalid time `[31m9`", HINT),
        ("9" * 1_000_000, f"invalid time `{'9' * 39}…`", HINT),
        ("-15", "invalid time `-15`", "did you mean -15m or -15h?"),
        ("15 ago", "invalid time `15 ago`", 'did you mean "15m ago" or "15h ago"?'),
        ("-2d", "invalid time `-2d`: a day may have 23 or 25 hours", "write 48h"),
        ("-", "invalid time `-`", HINT),
        ("-soon", "invalid time `-soon`", HINT),
        ("2026-11-23", "`2026-11-23` has no time of day", "write '2026-11-23 9:00'"),
        ("Mon", "`Mon` has no time of day", "write 'mon 9:00'"),
        (
            "2026-11-23 09:00-10:00",
            "invalid time `2026-11-23 09:00-10:00`",
            "an offset needs a date and a T before it, as in 2026-11-23T09:00+01:00",
        ),
        (
            "0001-01-01T00:00+14:00",
            "invalid time `0001-01-01T00:00+14:00`: outside the years 1 to 9999",
            HINT,
        ),
    ],
)
def test_an_invalid_time_is_refused_with_a_hint(text: str, message: str, hint: str) -> None:
    """The error names the word and lists accepted forms."""
    assert refusal(text) == (message, hint)


def test_an_invalid_date_is_named() -> None:
    """30 February is refused, and the error says why."""
    assert refusal("2026-02-30 9:00")[0] == "the calendar has no day 2026-02-30"


def test_a_bare_time_is_read_on_the_day_it_is_given() -> None:
    """The end of an entry can be read on the day of its start; a given day has priority."""
    day = date(2026, 11, 20)
    assert parse_when("10:00", NOW, BERLIN, day=day).instant == parse_iso("2026-11-20T09:00:00Z")
    said = parse_when("yesterday 10:00", NOW, BERLIN, day=day)
    assert said.instant == parse_iso("2026-11-23T09:00:00Z")
    with pytest.raises(UsageError) as raised:
        parse_when("10:00", NOW, BERLIN, day=date(2026, 11, 25))
    assert raised.value.hint == FUTURE_HINT


def test_today_is_the_local_day_not_the_day_in_utc() -> None:
    """At 16:30 in Los Angeles it is tomorrow in UTC, but 9:00 is today's."""
    now = parse_iso("2026-11-25T00:30:00Z")
    when = parse_when("9:00", now, Zone("America/Los_Angeles"))
    assert when.instant == parse_iso("2026-11-24T17:00:00Z")


@pytest.mark.parametrize(
    ("zone", "now", "text", "message", "hint"),
    [
        (
            "Europe/Berlin",
            "2026-03-29T12:00:00Z",
            "2:30",
            "02:30 on Sun 29 Mar 2026 does not exist in Europe/Berlin: the clocks went forward",
            "write 03:00",
        ),
        (
            "Europe/Berlin",
            "2026-03-30T12:00:00Z",
            "sun 2:30:15",
            "02:30:15 on Sun 29 Mar 2026 does not exist in Europe/Berlin: the clocks went forward",
            "write '2026-03-29 03:00'",
        ),
        (
            "Pacific/Apia",
            "2026-01-01T00:00:00Z",
            "2011-12-30 12:00",
            "12:00 on Fri 30 Dec 2011 does not exist in Pacific/Apia: the clocks went forward",
            "write '2011-12-31 00:00'",
        ),
    ],
)
def test_a_time_that_daylight_saving_skips_is_refused(
    zone: str, now: str, text: str, message: str, hint: str
) -> None:
    """The error names the day and the zone, the hint the first time after the gap."""
    assert refusal(text, parse_iso(now), Zone(zone)) == (message, hint)


def test_a_time_that_happens_twice_is_its_first_and_a_note_says_so() -> None:
    """The note also shows how to write the second one."""
    when = parse_when("2026-10-25 2:30", NOW, BERLIN)
    assert when.instant == parse_iso("2026-10-25T00:30:00Z")
    assert when.note == (
        "02:30 happened twice on Sun 25 Oct 2026; took the first, 02:30+02:00 "
        "(write 2026-10-25T02:30+01:00 for the second)"
    )
    ahead = parse_when("2027-10-31 2:30", NOW, BERLIN, future=True)
    assert ahead.note is not None
    assert ahead.note.startswith("02:30 happens twice on Sun 31 Oct 2027")


def test_an_offset_selects_the_second_of_two_times() -> None:
    """The text shown by the note works, and a time with an offset has no note."""
    when = parse_when("2026-10-25T02:30+01:00", NOW, BERLIN)
    assert when == When(parse_iso("2026-10-25T01:30:00Z"), None, bare=False)


def test_relative_times_count_exact_seconds_over_a_change_of_the_clocks() -> None:
    """Two hours before 03:30 on the night of the jump it was 00:30."""
    now = parse_iso("2026-03-29T01:30:00Z")
    assert BERLIN.local_time(parse_when("-2h", now, BERLIN).instant).isoformat()[11:16] == "00:30"


def test_the_latest_weekday_looks_a_week_back_over_a_change_of_the_clocks() -> None:
    """A week before a Sunday in winter time, 9:00 was 9:00 in summer time."""
    now = parse_iso("2026-10-25T07:00:00Z")  # Sunday, 08:00
    assert parse_when("sun 9:00", now, BERLIN).instant == parse_iso("2026-10-18T07:00:00Z")


@few
@given(st.one_of(around, anywhere))
def test_a_written_local_time_reads_back(drawn: tuple[Zone, Instant]) -> None:
    """With its offset a time reads back exactly; without, as itself or the first of two."""
    zone, instant = drawn
    written = zone.local_time(instant).isoformat()
    assert parse_when(written, instant, zone) == When(instant, None, bare=False)
    assert parse_when(format_iso(instant), instant, zone).instant == instant
    when = parse_when(written[:19], instant, zone)
    if zone.local_time(instant).fold:
        assert when.instant < instant
        assert when.note is not None
        second = when.note.partition("(write ")[2].partition(" ")[0]
        assert parse_when(second, instant, zone).instant == instant
    else:
        assert when.instant == instant


@few
@given(around, st.integers(0, 4 * 86400))
def test_the_latest_weekday_is_the_latest_of_all(drawn: tuple[Zone, Instant], later: int) -> None:
    """A weekday's time is not in the future, and its next one is."""
    zone, instant = drawn
    now = Instant(instant + later)
    local = zone.local_time(instant)
    when = outcome(f"{local:%A %H:%M:%S}", now, zone)
    if isinstance(when, UsageError):
        assert "does not exist" in when.message
    else:
        assert when.instant <= now
        next_day = zone.day(when.instant) + timedelta(days=7)
        assert zone.resolve(next_day, local.time().replace(fold=0)).instant > now


@few
@given(
    st.one_of(st.text(), almost),
    zones,
    st.one_of(st.sampled_from([FIRST, LAST]), st.integers(FIRST, LAST).map(Instant)),
    st.booleans(),
)
def test_any_text_is_a_time_within_the_calendar_or_a_usage_error(
    text: str, zone: Zone, now: Instant, future: bool
) -> None:
    """Arbitrary text raises nothing but UsageError, whenever it is read."""
    when = outcome(text, now, zone, future=future)
    if isinstance(when, UsageError):
        assert when.hint
        assert when.message.isprintable()
        assert len(when.message) < 150
    else:
        assert FIRST <= when.instant <= (LAST if future else now)


def test_last_is_the_end_of_the_last_finished_entry() -> None:
    """The caller looks up that end; no other TIME needs it."""
    ended = parse_iso("2026-11-24T08:15:00Z")
    assert parse_when(" Last ", NOW, BERLIN, last=lambda: ended) == When(ended, None, bare=False)
    with pytest.raises(UsageError) as raised:
        parse_when("last", NOW, BERLIN, last=lambda: Instant(NOW + 60))
    assert raised.value.message == "last is in the future"


@few
@given(
    st.one_of(
        almost, st.from_regex(r"\A(last |at )?(fri|yesterday)? ?[0-9]{1,2}[.h:, ][0-9]{0,2}\Z")
    )
)
def test_suggestions_of_an_error_are_accepted(text: str) -> None:
    """A suggestion can be pasted, unless it is in the future."""
    found = outcome(text, NOW, BERLIN)
    if isinstance(found, UsageError) and (found.hint or "").startswith("did you mean "):
        assert found.hint is not None
        for each in found.hint[13:-1].split(" or "):
            parse_when(each.strip('"'), NOW, BERLIN, future=True)
