"""Hourly rates and amounts, as whole minor units of a currency."""

import re
from collections.abc import Callable

import msgspec

from clocktool.errors import UsageError, literal

LARGEST = 10**9
"""The largest rate accepted, in whole units. Anything larger is probably a typing error."""


class Rate(msgspec.Struct, frozen=True):
    """An hourly rate. ``amount`` is in minor units of the currency: cents of EUR, yen of JPY."""

    amount: int
    currency: str = ""

    @property
    def text(self) -> str:
        """The rate as text: ``105.00 EUR``."""
        return f"{self.figure} {self.currency}".rstrip()

    @property
    def figure(self) -> str:
        """The amount without its currency: ``105.00``."""
        return figure(self.amount, self.currency)

    @property
    def short(self) -> str:
        """The rate as in the configuration: ``105 EUR``, ``99.50 EUR``."""
        return f"{re.sub(r'[.]0+$', '', self.figure)} {self.currency}".rstrip()


def figure(amount: int, currency: str) -> str:
    """Return an amount in minor units as text without its currency: ``105.00``, ``12000`` (JPY)."""
    from clocktool.domain.currency import decimals  # most commands show no money

    count = decimals(currency)
    sign = "-" if amount < 0 else ""
    units, rest = divmod(abs(amount), 10**count)
    return f"{sign}{units}.{rest:0{count}}" if count else f"{sign}{units}"


def amount(seconds: int, rate: Rate) -> int:
    """Return the price of a number of seconds in minor units, rounded half up."""
    return (seconds * rate.amount * 2 + 3600) // 7200


def parse_rate(text: str, currency: "str | Callable[[], str]") -> Rate:
    """Parse an hourly rate like ``105`` or ``99.50``, with the decimals that its currency has.

    A currency that is not known yet is asked for only if the text is a number. Raises UsageError
    for anything else.
    """
    if not isinstance(currency, str):
        currency = currency() if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text.strip()) else ""
    return Rate(_parse_minor(text, currency, "rate"), currency)


def parse_money(text: str, what: str = "amount") -> tuple[int, str]:
    """Parse ``5000 EUR`` or ``99.50``; return minor units and the currency, empty if left out.

    Raises UsageError for anything else, also for more decimals than the currency has.
    """
    from clocktool.domain.currency import parse_currency

    number, _, code = text.strip().partition(" ")
    currency = parse_currency(code.strip()) if code.strip() else ""
    return _parse_minor(number, currency, what), currency


def _parse_minor(text: str, currency: str, what: str) -> int:
    from clocktool.domain.currency import decimals

    units, dot, rest = text.strip().partition(".")
    digits, count = units + rest, decimals(currency)
    good = digits.isascii() and digits.isdigit() and len(units) <= 10 and len(rest) <= count
    if not good or (dot and not rest) or not units or int(units) > LARGEST:
        example = f"like 105 or 99.{'50'.ljust(count, '0')}" if count else "without decimals"
        of = f" of {currency}" if currency else ""
        raise UsageError(f"invalid {what} {literal(text)}", f"use a number{of} {example}")
    return int(units + rest.ljust(count, "0"))
