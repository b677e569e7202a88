"""Instants are read and written to the second, from the year 1 to 9999."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.domain.time.instant import FIRST, LAST, Instant, format_iso, parse_iso, shift
from clocktool.errors import UsageError

few = settings(max_examples=100)
instants = st.integers(FIRST, LAST).map(Instant)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-11-24T09:00:00Z", 1795510800),
        ("2026-11-24T10:00:00+01:00", 1795510800),
        ("2026-11-24T04:00:00-0500", 1795510800),
        ("2026-11-24T09:00Z", 1795510800),
        ("2026-11-24T09:00:00.999Z", 1795510800),
        ("1969-12-31T23:59:59.5Z", -1),
        ("0001-01-01T00:00:00Z", FIRST),
        ("9999-12-31T23:59:59Z", LAST),
    ],
)
def test_an_iso_time_with_z_or_an_offset_is_read_to_the_second(text: str, instant: int) -> None:
    """Z and offsets mean the same instant; parts of a second are floored."""
    assert parse_iso(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-11-24",
        "2026-11-24T09:00:00",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-11-24T09:60:00Z",
        "9" * 5000,
    ],
)
def test_an_invalid_iso_time_is_a_value_error(text: str) -> None:
    """A time without an offset is refused rather than guessed to be UTC."""
    with pytest.raises(ValueError, match=r"."):
        parse_iso(text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-01:00"])
def test_an_iso_time_that_cannot_be_written_again_is_a_value_error(text: str) -> None:
    """An offset does not carry an instant out of the years 1 to 9999."""
    with pytest.raises(ValueError, match=r"."):
        parse_iso(text)


@few
@given(st.text())
def test_any_text_is_read_or_a_value_error(text: str) -> None:
    """Arbitrary text raises nothing but ValueError."""
    with contextlib.suppress(ValueError):
        assert FIRST <= parse_iso(text) <= LAST


@few
@given(instants)
def test_what_is_written_reads_back_as_the_same_instant(instant: Instant) -> None:
    """Writing an instant and reading it again changes nothing, in 20 characters."""
    text = format_iso(instant)
    assert len(text) == 20
    assert parse_iso(text) == instant


@few
@given(instants, instants)
def test_written_instants_sort_as_text(one: Instant, other: Instant) -> None:
    """The order of the texts is the order of the instants."""
    assert (one < other) == (format_iso(one) < format_iso(other))


def test_shifting_adds_seconds() -> None:
    """A shift is exact seconds, in both directions."""
    assert shift(Instant(100), 60) == 160
    assert shift(Instant(100), -160) == -60


@pytest.mark.parametrize("instant", [FIRST - 1, LAST + 1])
def test_an_instant_that_cannot_be_written_is_a_usage_error(instant: int) -> None:
    """JSON has years of four digits, from 1 to 9999."""
    with pytest.raises(UsageError, match="outside the years 1 to 9999"):
        format_iso(Instant(instant))
