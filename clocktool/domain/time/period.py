"""PERIOD: a range of whole days, as people write it."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from clocktool.domain.time.day import DAY_HINT, read_day, read_weekday
from clocktool.domain.time.duration import normalize
from clocktool.domain.time.instant import FIRST, LAST, Instant
from clocktool.domain.time.suggestions import similar_periods, suggest
from clocktool.domain.time.week import WEEKDAYS, week_of
from clocktool.domain.time.zone import Zone
from clocktool.errors import UsageError, literal

UNITS = ("week", "month", "quarter", "year")
"""The units that can follow ``this`` and ``last``."""

NAMES = (
    "today",
    "yesterday",
    *(f"{last}{unit}" for unit in UNITS for last in ("", "last-")),
    "all",
)
"""The named periods, in the order in which hints show them."""

HINT = (
    f"use {', '.join(NAMES[:-1])}, all, 7d, mon, 2026-11-24, 2026-11, 2026-W48, 2026-Q4, 2026, "
    "or A..B, like 2026-11-02..2026-11-13 or mon..fri"
)


class Period(msgspec.Struct, frozen=True):
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Return the days in order."""
        return map(date.fromordinal, range(self.first.toordinal(), self.last.toordinal() + 1))

    def window(self, zone: Zone) -> tuple[Instant, Instant]:
        """Return the start of the first day and the start of the day after the last one.

        Both are limited to valid instants, so the year 9999 ends one second early.
        """
        if self.last < date.max:
            end = zone.start_of_day(date.fromordinal(self.last.toordinal() + 1))
        else:
            end = LAST
        start = zone.start_of_day(self.first)
        return max(FIRST, min(LAST, start)), max(FIRST, min(LAST, end))


ALL = Period(date.min, date.max)
"""All days, including future ones."""


def parse_period(text: str, today: date, week_start: int = 0) -> Period:
    """Parse a PERIOD. Weeks start on ``week_start``, 0 for Monday to 6 for Sunday.

    Days outside the years 1 to 9999 are cut off. Raises UsageError for anything else.
    """
    words = normalize(text)
    period = _read(text, words, today, week_start)
    if period is None:
        raise UsageError(f"invalid period {literal(text)}", _hint(words, today, week_start))
    return period


def parse_day(text: str, today: date, week_start: int = 0) -> date:
    """Parse a DAY. A weekday is this week's. Raises UsageError for anything else."""
    words = normalize(text)
    if day := read_day(words, today, week_start):
        return day
    try:
        parse_period(text, today, week_start)
    except UsageError as error:
        why = error.why
        near = [
            each
            for each in similar_periods(words, (*WEEKDAYS, "today", "yesterday", "tomorrow"))
            if _is_day(each, today)
        ]
        raise UsageError(
            f"invalid day {literal(text)}", suggest(words, near, DAY_HINT), why=why
        ) from None
    raise UsageError(f"{literal(text)} is a period, not one day", DAY_HINT)


def _read(text: str, words: str, today: date, week_start: int) -> Period | None:
    """Try each form of a PERIOD; None for other words."""
    before, dots, after = words.partition("..")
    if dots:
        return _range(text, before.strip(), after.strip(), today, week_start)
    if day := read_day(words, today, week_start):
        return Period(day, day)
    if words == "all":
        return ALL
    if found := re.fullmatch(r"(\d+)d", words):
        count = int(found[1])
        if not 1 <= count <= 36600:
            raise UsageError(f"invalid period {literal(text)}", HINT, why="from 1d to 36600d")
        return _span(text, today.toordinal() - count + 1, today.toordinal())
    return _named(text, words, today, week_start) or _calendar(text, words)


def _range(text: str, before: str, after: str, today: date, week_start: int) -> Period | None:
    """Parse ``A..B`` or ``A..``; each end is a day, or a period of fixed dates."""
    first, last = (_end(text, word, today, week_start) for word in (before, after or "today"))
    if first is None or last is None:
        return None
    if first.first > last.last:
        cure = "write the earlier one first"
        if read_weekday(before) is not None or read_weekday(after) is not None:
            starts = WEEKDAYS[week_start % 7].capitalize()
            cure += f"; a weekday is the one of this week, which starts on {starts}"
        raise UsageError(
            f"period {literal(text)} ends before it starts: {first.first} is after {last.last}",
            cure,
        )
    return Period(first.first, last.last)


def _end(text: str, word: str, today: date, week_start: int) -> Period | None:
    """Parse one end of a range."""
    day = read_day(word, today, week_start)
    return _calendar(text, word) if day is None else Period(day, day)


def _named(text: str, words: str, today: date, week_start: int) -> Period | None:
    """Parse ``week``, ``month``, ``quarter`` and ``year``, this one or the last."""
    found = re.fullmatch(r"(this |last[ -])?(week|month|quarter|year)", words)
    if found is None:
        return None
    back = int((found[1] or "").startswith("last"))
    if found[2] == "week":
        start = week_of(today, week_start) - 7 * back
        return _span(text, start, start + 6)
    if found[2] == "year":
        return _months(text, today.year - back, 1, 12)
    count = 1 if found[2] == "month" else 3
    year, part = divmod(today.year * 12 // count + (today.month - 1) // count - back, 12 // count)
    return _months(text, year, part * count + 1, count)


def _calendar(text: str, words: str) -> Period | None:
    """Parse ``2026``, ``2026-11``, ``2026-Q4`` and the ISO week ``2026-W48``."""
    found = re.fullmatch(r"(\d{4})(?:-(?:(\d\d)|q([1-4])|w(\d\d)))?", words)
    if found is None:
        return None
    year, month, quarter, week = (int(part or 0) for part in found.groups())
    if found[2]:
        return _months(text, year, month, 1)
    if quarter:
        return _months(text, year, quarter * 3 - 2, 3)
    if found[4] is None:
        return _months(text, year, 1, 12)
    try:
        start = date.fromisocalendar(year, week, 1).toordinal()
    except ValueError:
        raise UsageError(
            f"invalid period {literal(text)}", HINT, why="there is no such week"
        ) from None
    return _span(text, start, start + 6)


def _months(text: str, year: int, month: int, count: int) -> Period:
    """Return whole months of one year."""
    if not (1 <= year <= 9999 and 1 <= month <= 12):
        raise UsageError(f"invalid period {literal(text)}", HINT, why="the calendar has none")
    after = month + count
    end = date(year, 12, 31) if after > 12 else date(year, after, 1) - timedelta(days=1)
    return Period(date(year, month, 1), end)


def _span(text: str, first: int, last: int) -> Period:
    """Return the days between two ordinals, limited to the years 1 to 9999."""
    lowest, highest = date.min.toordinal(), date.max.toordinal()
    if last < lowest or first > highest:
        raise UsageError(f"invalid period {literal(text)}", HINT, why="the calendar has none")
    return Period(date.fromordinal(max(lowest, first)), date.fromordinal(min(highest, last)))


def _hint(words: str, today: date, week_start: int) -> str:
    """Return the hint for an invalid PERIOD."""
    near = similar_periods(words, (*NAMES, *WEEKDAYS))
    return suggest(words, [each for each in near if _is_read(each, today, week_start)], HINT)


def _is_read(words: str, today: date, week_start: int) -> bool:
    try:
        return _read(words, words.lower(), today, week_start) is not None
    except UsageError:
        return False


def _is_day(words: str, today: date) -> bool:
    try:
        return read_day(words, today) is not None
    except UsageError:
        return False
