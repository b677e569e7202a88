"""Money: whole minor units of a currency, never floating point."""

import msgspec

from clocktool.errors import UsageError, quoted

LARGEST = 10**9
"""The largest amount accepted, in whole units: a typing error beyond it is more likely."""


class Rate(msgspec.Struct, frozen=True):
    """An hourly price: whole minor units (cents) of a currency."""

    amount: int
    currency: str = ""

    @property
    def text(self) -> str:
        """The rate as people write it: ``105.00 EUR``."""
        sign = "-" if self.amount < 0 else ""
        units, cents = divmod(abs(self.amount), 100)
        return f"{sign}{units}.{cents:02} {self.currency}".rstrip()


def amount(seconds: int, rate: Rate) -> int:
    """Return what so many seconds cost, in minor units, rounded half up."""
    return (seconds * rate.amount * 2 + 3600) // 7200


def parse_rate(text: str) -> Rate:
    """Read an hourly rate like ``105`` or ``99.50``; the workspace knows its currency.

    Raises UsageError for anything else, a third decimal included.
    """
    units, dot, cents = text.strip().partition(".")
    digits = units + cents
    good = digits.isascii() and digits.isdigit() and len(units) <= 10 and len(cents) <= 2
    if not good or (dot and not cents) or not units or int(units) > LARGEST:
        raise UsageError(f"{quoted(text)} is no amount", "an amount is 105 or 99.50")
    return Rate(int(units) * 100 + int(cents.ljust(2, "0")))
