"""Ranges of clock times in one word."""

import pytest

from clocktool.domain.time.clock_range import ClockRange, read_clock_range
from clocktool.errors import UsageError


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("14:00-14:20", ClockRange("14:00", "14:20", is_bare=False)),
        ("9–10:30", ClockRange("9", "10:30", is_bare=False)),
        ("9am..noon", ClockRange("9am", "noon", is_bare=False)),
        ("14:00:05-14:20:10", ClockRange("14:00:05", "14:20:10", is_bare=False)),
        ("2pm-3pm", ClockRange("2pm", "3pm", is_bare=False)),
        ("9-5pm", ClockRange("9", "5pm", is_bare=False)),
        ("9-10", ClockRange("9", "10", is_bare=True)),
        ("0930-1015", ClockRange("0930", "1015", is_bare=True)),
        ("14:20-14:00", ClockRange("14:20", "14:00", is_bare=False)),
    ],
)
def test_two_clock_times_are_a_range(word: str, expected: ClockRange) -> None:
    """Joined by a hyphen, a dash or two dots."""
    assert read_clock_range(word) == expected


@pytest.mark.parametrize(
    "word",
    [
        "",
        "review",
        "-15m",
        "2026-11-24",
        "a-b",
        "1-8000",
        "31-12",
        "x14:00-15:00",
        "14:00",
        "9-",
        "…",
    ],
)
def test_other_words_are_words(word: str) -> None:
    """Also two numbers that are not clock times."""
    assert read_clock_range(word) is None


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("9-25:00", "invalid range `9-25:00`: clocks go from 0:00 to 23:59:59"),
        ("9:75-10", "invalid range `9:75-10`: clocks go from 0:00 to 23:59:59"),
        ("13pm-2pm", "invalid range `13pm-2pm`: pm goes from 1 to 12"),
        ("9:5-10", "invalid range `9:5-10`: `9:5` is not a clock time"),
        ("2-3pm", "invalid range `2-3pm`: 2 may be in the morning or in the afternoon"),
    ],
)
def test_what_looks_like_a_range_but_is_none_is_refused(word: str, said: str) -> None:
    """It is neither guessed nor taken as a description."""
    with pytest.raises(UsageError) as raised:
        read_clock_range(word)
    assert raised.value.message == said
