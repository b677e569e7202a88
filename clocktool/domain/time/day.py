"""DAY: one calendar day, as people write it.

A weekday is this week's in a DAY or PERIOD. In a TIME it is the latest one.
"""

import re
from datetime import date

from clocktool.domain.time.week import WEEKDAYS, week_of
from clocktool.errors import UsageError, literal

DAY_HINT = "use today, yesterday, tomorrow, mon (this week's), or 2026-11-24"


def read_day(words: str, today: date, week_start: int = 0) -> date | None:
    """Parse a DAY from normalized words; None for other words. A weekday is this week's.

    Raises UsageError for a date that does not exist.
    """
    weekday = read_weekday(words)
    if weekday is None:
        return _read_date(words, today)
    return _of_ordinal(words, week_of(today, week_start) + (weekday - week_start) % 7)


def read_latest_day(words: str, today: date) -> date | None:
    """Parse a DAY as ``read_day`` does, but take the latest such weekday, which may be today."""
    weekday = read_weekday(words)
    if weekday is None:
        return _read_date(words, today)
    return _of_ordinal(words, today.toordinal() - (today.weekday() - weekday) % 7)


def read_weekday(word: str) -> int | None:
    """Parse a weekday, given by three letters or more: 0 is Monday. None for other words."""
    if len(word) < 3:
        return None
    return next((place for place, name in enumerate(WEEKDAYS) if name.startswith(word)), None)


def _read_date(words: str, today: date) -> date | None:
    if (away := _NEAR.get(words)) is not None:
        return _of_ordinal(words, today.toordinal() + away)
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)|(\d\d?)\.(\d\d?)\.(\d{4})", words)
    if found is not None:
        year, month, day = found.groups()[:3] if found[1] else found.groups()[:2:-1]
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            raise UsageError(f"the calendar has no day {words}", DAY_HINT) from None
    return None


def _of_ordinal(words: str, ordinal: int) -> date:
    if not date.min.toordinal() <= ordinal <= date.max.toordinal():
        raise UsageError(
            f"invalid day {literal(words)}", DAY_HINT, why="outside the years 1 to 9999"
        )
    return date.fromordinal(ordinal)


_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
