"""Hourly rates and amounts, as whole minor units of a currency."""

import msgspec

from clocktool.errors import UsageError, literal

LARGEST = 10**9
"""The largest rate accepted, in whole units. Anything larger is probably a typing error."""


class Rate(msgspec.Struct, frozen=True):
    """An hourly rate. ``amount`` is in minor units (cents) of the currency."""

    amount: int
    currency: str = ""

    @property
    def text(self) -> str:
        """The rate as text: ``105.00 EUR``."""
        sign = "-" if self.amount < 0 else ""
        units, cents = divmod(abs(self.amount), 100)
        return f"{sign}{units}.{cents:02} {self.currency}".rstrip()


def amount(seconds: int, rate: Rate) -> int:
    """Return the price of so many seconds in minor units, rounded half up."""
    return (seconds * rate.amount * 2 + 3600) // 7200


def parse_rate(text: str) -> Rate:
    """Parse an hourly rate like ``105`` or ``99.50``. It has no currency.

    Raises UsageError for anything else, also for a third decimal.
    """
    units, dot, cents = text.strip().partition(".")
    digits = units + cents
    good = digits.isascii() and digits.isdigit() and len(units) <= 10 and len(cents) <= 2
    if not good or (dot and not cents) or not units or int(units) > LARGEST:
        raise UsageError(f"invalid rate {literal(text)}", "use a number like 105 or 99.50")
    return Rate(int(units) * 100 + int(cents.ljust(2, "0")))
