"""Terms of an invoice as they are typed: a percentage of tax, and the day when it is due."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from clocktool.errors import UsageError, literal

USUAL_TERM = "14d"
"""The time to pay, unless another one is configured."""

LONGEST_TERM = 3660
"""The longest time to pay, in days."""


def parse_percent(text: str) -> int:
    """Return a percentage in hundredths of a percent: ``8.1`` is 810. Raises UsageError."""
    found = re.fullmatch(r"(\d{1,3})(?:[.,](\d{1,2}))?0* ?%?", text.strip(), re.ASCII)
    percent = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else -1
    if not 0 <= percent <= 10_000:
        raise UsageError(f"invalid tax {literal(text)}", "use a percentage, like 19 or 8.1")
    return percent


def parse_term(text: str) -> int:
    """Return the days in a time to pay like ``14d``. Raises UsageError."""
    found = re.fullmatch(r"(\d{1,4}) ?d(?:ays?)?", text.strip().lower(), re.ASCII)
    if found is None or int(found[1]) > LONGEST_TERM:
        raise UsageError(f"invalid time to pay {literal(text)}", "use days, like 14d")
    return int(found[1])


def parse_due(text: str, dated: date, parse_day: Callable[[str], date]) -> date:
    """Return the day when an invoice of a day is due: ``14d`` after it, or a DAY.

    Raises UsageError.
    """
    if re.fullmatch(r"\d+ ?d(ays?)?", text.strip().lower()):
        return dated + timedelta(parse_term(text))
    return parse_day(text)
