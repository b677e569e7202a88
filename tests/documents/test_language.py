"""How English and German write dates, numbers, money and rounding."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocktool.documents.language import clock, hours, language_of
from clocktool.domain.money import Rate, amount

ENGLISH, GERMAN = language_of("en"), language_of("de")


@pytest.mark.parametrize(
    ("minor", "currency", "english", "german"),
    [
        (123_450, "EUR", "€1,234.50", "1.234,50\u00a0€"),
        (-52_071, "USD", "\u2212$520.71", "\u2212520,71\u00a0$"),
        (8_000, "CHF", "CHF\u00a080.00", "80,00\u00a0CHF"),
        (-8_000, "CHF", "\u2212CHF\u00a080.00", "\u221280,00\u00a0CHF"),
        (12_000_000, "JPY", "¥12,000,000", "12.000.000\u00a0¥"),
        (1_234_567, "KWD", "KWD\u00a01,234.567", "1.234,567\u00a0KWD"),
        (5, "EUR", "€0.05", "0,05\u00a0€"),
    ],
)
def test_money_is_written_as_each_language_does(
    minor: int, currency: str, english: str, german: str
) -> None:
    """The decimals are those of the currency, the signs those of the language."""
    assert ENGLISH.money(minor, currency) == english
    assert GERMAN.money(minor, currency) == german


def test_dates_and_periods_are_written_as_each_language_does() -> None:
    """Long in sentences, short in tables; a period repeats nothing."""
    first, last = date(2026, 11, 2), date(2026, 11, 27)
    assert ENGLISH.long_date(last) == "27\u00a0November 2026"
    assert GERMAN.long_date(last) == "27.\u00a0November 2026"
    assert ENGLISH.short_date(first) == "02\u00a0Nov\u00a02026"
    assert GERMAN.short_date(first) == "02.11.2026"
    assert ENGLISH.period(first, last) == "2\u00a0– 27\u00a0November 2026"
    assert GERMAN.period(first, last) == "2.\u00a0– 27.\u00a0November 2026"
    assert ENGLISH.period(first, first) == "2\u00a0November 2026"
    assert GERMAN.period(date(2026, 10, 5), last) == "5.\u00a0Oktober\u00a0– 27.\u00a0November 2026"
    over = ENGLISH.period(date(2025, 12, 1), date(2026, 1, 31))
    assert over == "1\u00a0December 2025\u00a0– 31\u00a0January 2026"


def test_percentages_and_rounding_are_written_as_each_language_does() -> None:
    """A percentage has no needless zeros; the rule of rounding is a sentence."""
    assert [ENGLISH.percent(each) for each in (1900, 810, 775, 0)] == ["19%", "8.1%", "7.75%", "0%"]
    assert GERMAN.percent(810) == "8,1\u00a0%"
    assert ENGLISH.rounding("up:15m") == (
        "The time of each entry is rounded up to a multiple of 15\u00a0min."
    )
    assert ENGLISH.rounding("nearest:1h/day") == (
        "The time of each day is rounded to the nearest multiple of 1\u00a0h."
    )
    assert GERMAN.rounding("down:90s/total") == (
        "Die Zeit je Position ist auf volle 90\u00a0Sek. abgerundet."
    )


def test_both_languages_have_the_same_words() -> None:
    """No text of a document is missing in one of them."""
    assert ENGLISH.words.keys() == GERMAN.words.keys()
    assert language_of("fr") == ENGLISH


def test_lengths_are_written_as_hours_and_minutes() -> None:
    """Seconds only where there are some."""
    written = [clock(each) for each in (5400, 330, 0, -5400, 360_000)]
    assert written == ["1:30", "0:05:30", "0:00", "\u22121:30", "100:00"]


@given(st.integers(1, 10**6), st.integers(0, 10**7))
def test_hours_times_the_rate_is_the_amount(seconds: int, rate: int) -> None:
    """What is printed recomputes, to half of a minor unit and a hundredth."""
    from decimal import Decimal

    due = amount(seconds, Rate(rate))
    text = hours(seconds, rate, due)
    assert abs(Decimal(text) * rate - due) <= Decimal("0.51")
    assert hours(-seconds, rate, -due) == f"-{text}"


@pytest.mark.parametrize(
    ("seconds", "rate", "text"),
    [(5400, 10_500, "1.50"), (44_400, 10_500, "12.3333"), (1200, 0, "0.33"), (3000, 3, "0.83")],
)
def test_hours_have_two_decimals_unless_more_are_needed(seconds: int, rate: int, text: str) -> None:
    """Two for a quarter of an hour, four for a third of one at 105.00."""
    assert hours(seconds, rate, amount(seconds, Rate(rate))) == text
