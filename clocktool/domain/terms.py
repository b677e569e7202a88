"""Terms of an invoice as they are typed: a percentage of tax, and the day when it is due."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from clocktool.domain.money import parse_money
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


def parse_item(text: str, currency: str) -> tuple[str, int]:
    """Return the text and the amount of a fixed line: ``Travel=120.00``. Raises UsageError."""
    name, _, price = text.rpartition("=")
    name = " ".join(name.split())
    amount = _parse_amount(price, currency) if name else 0
    if not amount:
        raise UsageError(
            f"invalid item {literal(text)}", "use a text and an amount, like 'Travel=120.00'"
        )
    return name, amount


def parse_discount(text: str, currency: str) -> tuple[int, int]:
    """Return a discount as hundredths of a percent, ``5%``, or as an amount; the other one is 0.

    Raises UsageError.
    """
    if text.strip().endswith("%"):
        found = parse_percent(text), 0
    else:
        found = 0, _parse_amount(text, currency)
    if not any(found):
        raise UsageError(f"invalid discount {literal(text)}", "use more than 0: 5% or 50.00")
    return found


def _parse_amount(text: str, currency: str) -> int:
    """Return an amount in minor units; its currency may be left out."""
    number = text.strip().removesuffix(currency).strip()
    return parse_money(f"{number} {currency}")[0]


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
