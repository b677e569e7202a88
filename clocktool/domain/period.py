"""PERIOD: a stretch of whole calendar days, and the words that say one."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from clocktool.domain.duration import plain
from clocktool.domain.instant import FIRST, LAST, Instant
from clocktool.domain.week import WEEKDAYS, week_of
from clocktool.domain.zone import Zone
from clocktool.errors import UsageError, quoted

HINT = (
    "a PERIOD is today, yesterday, week, last-week, month, last-month, year, last-year, 7d, mon, "
    "2026-11-24, 2026-11, 2026-W48, 2026-Q4, 2026, or A..B with two days, as 2026-11-02..today"
)

DAY_HINT = "a DAY is today, yesterday, tomorrow, mon or 2026-11-24"


class Period(msgspec.Struct, frozen=True):
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Return each day, in order."""
        return map(date.fromordinal, range(self.first.toordinal(), self.last.toordinal() + 1))

    def window(self, zone: Zone) -> tuple[Instant, Instant]:
        """Return the instant the first day starts and the one the day after the last starts.

        Both stay within what can be written, so the year 9999 ends one second early.
        """
        if self.last < date.max:
            end = zone.start_of_day(date.fromordinal(self.last.toordinal() + 1))
        else:
            end = LAST
        start = zone.start_of_day(self.first)
        return max(FIRST, min(LAST, start)), max(FIRST, min(LAST, end))


def parse_period(text: str, today: date, week_start: int = 0) -> Period:
    """Read a PERIOD. Weeks start on ``week_start``, 0 for Monday to 6 for Sunday.

    Days before the year 1 and after 9999 are cut off. Raises UsageError for anything else.
    """
    words = plain(text)
    before, dots, after = words.partition("..")
    if dots:
        return _range(text, before.strip(), after.strip(), today, week_start)
    if day := read_day(words, today):
        return Period(day, day)
    if found := re.fullmatch(r"(\d+)d", words):
        count = int(found[1])
        if not 1 <= count <= 36600:
            raise UsageError(f"{quoted(text)} is no PERIOD: from 1d to 36600d", HINT)
        return _span(text, today.toordinal() - count + 1, today.toordinal())
    return _named(text, words, today, week_start) or _calendar(text, words)


def parse_day(text: str, today: date, week_start: int = 0) -> date:
    """Read a DAY; a weekday is the latest such day, today included. Raises UsageError."""
    if day := read_day(plain(text), today):
        return day
    try:
        parse_period(text, today, week_start)
    except UsageError as error:
        what = error.message.partition(" is no PERIOD")[2]
        raise UsageError(f"{quoted(text)} is no DAY{what}", DAY_HINT) from None
    raise UsageError(f"{quoted(text)} is a PERIOD, not one DAY", DAY_HINT)


def read_day(words: str, today: date) -> date | None:
    """Return the day that plain words say; None when they say none.

    Raises UsageError for a date that the calendar does not have.
    """
    if (away := _NEAR.get(words)) is not None:
        return _day(words, today.toordinal() + away)
    if (weekday := read_weekday(words)) is not None:
        return _day(words, today.toordinal() - (today.weekday() - weekday) % 7)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", words):
        try:
            return date.fromisoformat(words)
        except ValueError:
            raise UsageError(f"the calendar has no day {words}", DAY_HINT) from None
    return None


def read_weekday(word: str) -> int | None:
    """Return the weekday a plain word names by three letters or more: 0 is Monday."""
    if len(word) < 3:
        return None
    return next((place for place, name in enumerate(WEEKDAYS) if name.startswith(word)), None)


def _range(text: str, before: str, after: str, today: date, week_start: int) -> Period:
    """Read ``A..B`` or ``A..``; a weekday is the one of this week."""
    ends = []
    for word in (before, after or "today"):
        weekday = read_weekday(word)
        if weekday is None:
            day = read_day(word, today)
        else:
            start = week_of(today, week_start)
            day = _day(word, start + (weekday - week_start) % 7)
        if day is None:
            raise UsageError(f"{quoted(text)} is no PERIOD", HINT)
        ends.append(day)
    first, last = ends
    if first > last:
        raise UsageError(
            f"{quoted(text)} ends before it starts: {first} is after {last}",
            "write the earlier day first; a weekday in A..B is the one of this week, "
            f"which starts on {WEEKDAYS[week_start % 7].capitalize()}",
        )
    return Period(first, last)


def _named(text: str, words: str, today: date, week_start: int) -> Period | None:
    """Read ``week``, ``month`` and ``year``, this one or the last."""
    unit = words.removeprefix("last-")
    back = int(unit != words)
    if unit == "week":
        start = week_of(today, week_start) - 7 * back
        return _span(text, start, start + 6)
    if unit == "month":
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        return _months(text, year, month + 1, 1)
    if unit == "year":
        return _months(text, today.year - back, 1, 12)
    return None


def _calendar(text: str, words: str) -> Period:
    """Read ``2026``, ``2026-11``, ``2026-Q4`` and the ISO week ``2026-W48``."""
    found = re.fullmatch(r"(\d{4})(?:-(?:(\d\d)|q([1-4])|w(\d\d)))?", words)
    if found is None:
        raise UsageError(f"{quoted(text)} is no PERIOD", HINT)
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
        raise UsageError(f"{quoted(text)} is no PERIOD: there is no such week", HINT) from None
    return _span(text, start, start + 6)


def _months(text: str, year: int, month: int, count: int) -> Period:
    """Return whole months of one year."""
    if not (1 <= year <= 9999 and 1 <= month <= 12):
        raise UsageError(f"{quoted(text)} is no PERIOD: the calendar has none", HINT)
    after = month + count
    end = date(year, 12, 31) if after > 12 else date(year, after, 1) - timedelta(days=1)
    return Period(date(year, month, 1), end)


def _span(text: str, first: int, last: int) -> Period:
    """Return the days between two ordinals, as far as the calendar has them."""
    lowest, highest = date.min.toordinal(), date.max.toordinal()
    if last < lowest or first > highest:
        raise UsageError(f"{quoted(text)} is no PERIOD: the calendar has none", HINT)
    return Period(date.fromordinal(max(lowest, first)), date.fromordinal(min(highest, last)))


def _day(word: str, ordinal: int) -> date:
    """Return the day of an ordinal. Raises UsageError outside the years 1 to 9999."""
    return _span(word, ordinal, ordinal).first


_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
