"""The document of an invoice: what is printed, frozen when it gets its number.

Amounts are minor units of the currency, lengths are seconds, and a percentage is in hundredths of
a percent (1900 is 19 %). Totals are those of EN 16931: the net is the sum of the lines less the
discount, the tax is its percentage of the net, rounded half up once.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from clocktool.domain.money import Rate, amount

Category = Literal["S", "Z", "AE", "E", "O"]
"""The tax category of UNTDID 5305: standard, zero, reverse charge, exempt, not subject to tax."""

Kind = Literal["invoice", "cancellation"]


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """The seller or the buyer. The last line of an address is ``POSTCODE CITY``.

    ``country`` is a code of ISO 3166, such as ``DE``. Empty texts are unknown.
    """

    name: str
    address: tuple[str, ...] = ()
    country: str = ""
    vat_id: str = ""
    tax_number: str = ""
    email: str = ""
    phone: str = ""
    iban: str = ""
    bic: str = ""
    buyer_reference: str = ""


def share(amount: int, percent: int) -> int:
    """Return so many hundredths of a percent of an amount, rounded half away from zero."""
    sign = -1 if amount < 0 else 1
    return sign * ((abs(amount) * percent * 2 + 10_000) // 20_000)


class Tax(msgspec.Struct, frozen=True):
    """The tax of all lines. ``reason`` says why there is none."""

    category: Category
    percent: int = 0
    reason: str = ""

    def of(self, net: int) -> int:
        """Return the tax of an amount, rounded half up; half goes away from zero."""
        return share(net, self.percent)


class DocumentLine(msgspec.Struct, frozen=True):
    """A line: so many seconds at an hourly rate. ``amount`` is rounded half up once.

    A fixed line is one piece, without a time; its rate is the price. A line of a cancellation has a
    negative number of seconds, and a negative amount.
    """

    text: str
    seconds: int
    rate: int
    amount: int
    entries: tuple[str, ...] = ()
    day: date | None = None
    is_fixed: bool = False


class Work(msgspec.Struct, frozen=True):
    """A row of the timesheet behind an invoice: one entry, in the zone of the document."""

    day: date
    start: str
    end: str
    seconds: int
    project: str
    task: str
    description: str


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice or its cancellation of the day ``dated``; without a number it is a draft.

    ``first`` and ``last`` are the days of its entries. ``cancels`` is the number of the invoice
    that a cancellation cancels, and ``reason`` why. ``language`` is ``en`` or ``de``.
    """

    number: str = ""
    kind: Kind = "invoice"
    dated: date
    due: date | None = None
    first: date
    last: date
    seller: Party
    buyer: Party
    currency: str
    language: str = "en"
    lines: tuple[DocumentLine, ...]
    tax: Tax
    work: tuple[Work, ...] = ()
    """The timesheet, if it is attached."""
    rounding: str = ""
    """The rule by which time was rounded, like ``up:15m``; empty for none."""
    cancels: str = ""
    cancels_date: date | None = None
    reason: str = ""
    template: str = ""
    """The text of the person's own HTML template; empty for the one in the package."""
    logo: str = ""
    """A picture as a ``data:`` URL; empty for none."""
    discount: int = 0
    """What is taken off the sum of the lines; negative in a cancellation."""
    discount_percent: int = 0
    """The percentage that the discount was computed from; 0 for an amount."""
    note: str = ""
    """A sentence of the seller that each invoice has; empty for none."""

    @property
    def is_draft(self) -> bool:
        """Whether it has no number."""
        return not self.number

    @property
    def subtotal(self) -> int:
        """The sum of the lines."""
        return sum(line.amount for line in self.lines)

    @property
    def net(self) -> int:
        """The sum of the lines less the discount."""
        return self.subtotal - self.discount

    @property
    def tax_amount(self) -> int:
        """The tax of the net."""
        return self.tax.of(self.net)

    @property
    def gross(self) -> int:
        """What is to be paid."""
        return self.net + self.tax_amount

    @property
    def seconds(self) -> int:
        """The time of all lines."""
        return sum(line.seconds for line in self.lines)


def line(text: str, seconds: int, rate: Rate, entries: Iterable[str] = ()) -> DocumentLine:
    """Return a line with its amount: seconds at a rate, rounded half up once to the minor unit."""
    return DocumentLine(text, seconds, rate.amount, amount(seconds, rate), tuple(entries))


def fixed_line(text: str, price: int) -> DocumentLine:
    """Return a line without a time, at a price in minor units."""
    return DocumentLine(text, 0, price, price, is_fixed=True)


def cancellation(document: Document, number: str, day: date, reason: str = "") -> Document:
    """Return the document that cancels an invoice: the same lines, negative."""
    return msgspec.structs.replace(
        document,
        number=number,
        kind="cancellation",
        dated=day,
        due=None,
        lines=tuple(
            msgspec.structs.replace(each, seconds=-each.seconds, amount=-each.amount)
            for each in document.lines
        ),
        discount=-document.discount,
        work=(),
        cancels=document.number,
        cancels_date=document.dated,
        reason=reason,
    )
