"""DURATION: accepted and refused forms with their hints, and how seconds are displayed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.domain.time.duration import (
    HINT,
    LONGEST,
    format_clock,
    format_decimal,
    format_duration,
    format_iso_duration,
    normalize,
    parse_duration,
    parse_iso_duration,
)
from clocktool.errors import UsageError, quoted

few = settings(max_examples=100)
seconds_of = st.integers(1, LONGEST)
almost = st.text("0123456789.:hmsptd -", max_size=12)


def outcome(text: str) -> int | UsageError:
    """Return the seconds of a text, or the error that it raises."""
    try:
        return parse_duration(text)
    except UsageError as error:
        return error


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1h30m", 5400),
        ("1h 30m", 5400),
        (" 1 H\t30  M ", 5400),
        ("90m", 5400),
        ("1h90m", 9000),
        ("1:30", 5400),
        ("01:30", 5400),
        ("0:05", 300),
        ("1:30:15", 5415),
        ("1.5h", 5400),
        ("1,5h", 5400),
        ("1,25 h", 4500),
        (",5h", 1800),
        ("PT1,5H", 5400),
        ("0.25h", 900),
        (".5h", 1800),
        ("1.333h", 4799),
        ("0.5s", 1),
        ("1.49s", 1),
        ("1h0.5m", 3630),
        ("45s", 45),
        ("1h 1m 1s", 3661),
        ("1hr", 3600),
        ("2hrs 5mins", 7500),
        ("1 hour 1 minute 1 second", 3661),
        ("2 hours 2 minutes 2 seconds", 7322),
        ("5min 5sec", 305),
        ("5 secs", 5),
        ("PT1H30M", 5400),
        ("pt38s", 38),
        ("PT48H", 172800),
        ("10000h", LONGEST),
    ],
)
def test_a_duration_is_read_in_seconds(text: str, seconds: int) -> None:
    """Every form of DURATION gives whole seconds, rounded half up."""
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "invalid duration ``", HINT),
        ("90", "invalid duration `90`", "did you mean 90m or 90h?"),
        ("2d", "invalid duration `2d`: a day may have 23 or 25 hours", "write 48h"),
        ("1:75", "invalid duration `1:75`", HINT),
        ("1:30:60", "invalid duration `1:30:60`", HINT),
        ("1:5", "invalid duration `1:5`", "did you mean 1:05?"),
        ("1,500h", "invalid duration `1,500h`", "did you mean 1.500h or 1500h?"),
        ("1.30", "invalid duration `1.30`", "did you mean 1.30h or 1:30?"),
        ("1,5h30m", "invalid duration `1,5h30m`", HINT),
        ("1.5h30m", "invalid duration `1.5h30m`", HINT),
        ("1.h", "invalid duration `1.h`", HINT),
        ("1h30", "invalid duration `1h30`", "did you mean 1h30m?"),
        ("30m1h", "invalid duration `30m1h`", "did you mean 1h30m?"),
        ("PT", "invalid duration `PT`", HINT),
        ("PT1hour", "invalid duration `PT1hour`", HINT),
        ("P1D", "invalid duration `P1D`", HINT),
        ("h", "invalid duration `h`", HINT),
        ("--5m", "invalid duration `--5m`", HINT),
        ("\u0661h", "invalid duration `\u0661h`", HINT),
        ("1\0h", "invalid duration `1h`", HINT),
        ("0m", "invalid duration `0m`: it must be longer than nothing", HINT),
        ("0.0001h", "invalid duration `0.0001h`: it must be longer than nothing", HINT),
        ("-5m", "invalid duration `-5m`: it must be longer than nothing", HINT),
        ("10000h1s", "invalid duration `10000h1s`: it is longer than 10,000 h", HINT),
        ("9" * 190 + "h", f"invalid duration `{'9' * 39}…`: it is longer than 10,000 h", HINT),
        ("9" * 1_000_000 + "h", f"invalid duration `{'9' * 39}…`", HINT),
    ],
)
def test_an_invalid_duration_is_refused_with_a_hint(text: str, message: str, hint: str) -> None:
    """The error names the word, shortened and escaped, and lists accepted forms."""
    with pytest.raises(UsageError) as raised:
        parse_duration(text)
    assert (raised.value.message, raised.value.hint) == (message, hint)


@few
@given(st.one_of(st.text(), almost))
def test_any_text_is_a_duration_within_bounds_or_a_usage_error(text: str) -> None:
    """Arbitrary text raises nothing but UsageError, with one short line and a hint."""
    found = outcome(text)
    if isinstance(found, UsageError):
        assert found.hint
        assert found.message.isprintable()
        assert len(found.message) < 100
    else:
        assert 0 < found <= LONGEST


@pytest.mark.parametrize(
    ("seconds", "iso", "people", "clock", "decimal"),
    [
        (0, "PT0S", "0m", "0:00:00", "0.00"),
        (1, "PT1S", "1s", "0:00:01", "0.00"),
        (18, "PT18S", "18s", "0:00:18", "0.01"),
        (59, "PT59S", "59s", "0:00:59", "0.02"),
        (60, "PT1M", "1m", "0:01:00", "0.02"),
        (359, "PT5M59S", "5m", "0:05:59", "0.10"),
        (3600, "PT1H", "1h 00m", "1:00:00", "1.00"),
        (3605, "PT1H5S", "1h 00m", "1:00:05", "1.00"),
        (5400, "PT1H30M", "1h 30m", "1:30:00", "1.50"),
        (23032, "PT6H23M52S", "6h 23m", "6:23:52", "6.40"),
        (172800, "PT48H", "48h 00m", "48:00:00", "48.00"),
    ],
)
def test_seconds_are_shown_in_four_ways(
    seconds: int, iso: str, people: str, clock: str, decimal: str
) -> None:
    """ISO for the wire, short for people, a clock and decimal hours for totals."""
    shown = (
        format_iso_duration(seconds),
        format_duration(seconds),
        format_clock(seconds),
        format_decimal(seconds),
    )
    assert shown == (iso, people, clock, decimal)


def test_a_negative_length_has_a_sign_and_no_iso_form() -> None:
    """A difference may be negative, but a duration in JSON may not."""
    assert format_duration(-5400) == "-1h 30m"
    assert format_duration(-45) == "-45s"
    assert format_clock(-5400) == "-1:30:00"
    assert format_decimal(-5400) == "-1.50"
    assert format_decimal(-1) == "0.00"
    with pytest.raises(ValueError, match="negative"):
        format_iso_duration(-1)


@few
@given(seconds_of)
def test_decimal_hours_are_off_by_half_a_hundredth_at_most(seconds: int) -> None:
    """Decimal hours are the nearest hundredth, 36 seconds, and a half goes up."""
    off = round(float(format_decimal(seconds)) * 100) * 36 - seconds
    assert -18 < off <= 18


def test_quoted_text_is_one_short_harmless_line() -> None:
    """Control and invisible characters go, white space becomes one space, length is at most 40."""
    assert quoted("a\x1b[31m\0b\n\tc\u202e\ud800") == "'a[31mb c'"
    assert quoted("x" * 40) == f"'{'x' * 40}'"
    assert quoted("x" * 41) == f"'{'x' * 39}…'"
    assert quoted(" " * 1_000_000) == "'…'"


def test_normalized_words_are_lower_case_ascii_with_single_spaces() -> None:
    """Text that cannot be a valid word becomes empty."""
    assert normalize("  Mon \t 9 PM ") == "mon 9 pm"
    for text in ("é", "9\0", "٩", "\x7f", "9" * 201):
        assert normalize(text) == ""


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT0S", 0),
        ("PT1H30M", 5400),
        ("PT48H", 172800),
        ("P1DT1S", 86401),
        ("PT1.9S", 1),
        ("PT90M", 5400),
    ],
)
def test_a_duration_of_a_server_is_read(text: str, seconds: int) -> None:
    """Fractions of a second are dropped, and a day has 24 hours."""
    assert parse_iso_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "P", "PT", "1h", "PT1", "-PT1H", "PT1H ", "pt1h", "PT1H1H"])
def test_an_invalid_iso_duration_is_refused(text: str) -> None:
    """There is a ValueError for each."""
    with pytest.raises(ValueError, match="invalid ISO-8601 duration"):
        parse_iso_duration(text)


@few
@given(st.integers(0, 10**9))
def test_every_duration_is_read_as_it_is_written(seconds: int) -> None:
    """Writing and reading give the same seconds."""
    assert parse_iso_duration(format_iso_duration(seconds)) == seconds
