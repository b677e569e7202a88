"""The register of invoices: its events, and the invoices that follow from them.

Events are only added, so that the register says what was done and when.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from clocktool.domain.document import Document, Kind
from clocktool.domain.numbers import Series
from clocktool.errors import RefusedError, quoted

Status = Literal["open", "paid", "cancelled", "cancellation"]


class Issued(msgspec.Struct, frozen=True, tag="issued", tag_field="event", kw_only=True):
    """An invoice or a cancellation got its number. Amounts are in minor units.

    ``series`` is the key of its series and ``count`` its place there. ``batch`` is that of the
    marks of its entries. ``client`` is the name in the workspace.
    """

    number: str
    series: str
    count: int
    kind: Kind = "invoice"
    cancels: str = ""
    workspace: str
    client: str
    batch: int
    dated: date
    due: date | None
    currency: str
    net: int
    tax: int
    gross: int
    entries: tuple[str, ...]


class Paid(msgspec.Struct, frozen=True, tag="paid", tag_field="event"):
    """An invoice was paid on a day."""

    number: str
    on: date


class Saved(msgspec.Struct, frozen=True, tag="saved", tag_field="event"):
    """A file of an invoice is about to be written; ``failed`` that this one was not written."""

    number: str
    file: str
    failed: bool = False


class TakenBack(msgspec.Struct, frozen=True, tag="taken back", tag_field="event"):
    """The newest invoice was taken back: its number is free again."""

    number: str


Event = Issued | Paid | Saved | TakenBack


class Invoice(msgspec.Struct, frozen=True):
    """An invoice or a cancellation as it is now. ``position`` is that of its row."""

    issued: Issued
    position: int
    paid: date | None = None
    cancelled_by: str = ""
    saves: int = 0
    """How many files of it were written, or may have been."""

    @property
    def number(self) -> str:
        """Its number."""
        return self.issued.number

    @property
    def status(self) -> Status:
        """Whether it is open, paid or cancelled, or a cancellation."""
        if self.issued.kind == "cancellation":
            return "cancellation"
        if self.cancelled_by:
            return "cancelled"
        return "open" if self.paid is None else "paid"

    def is_overdue(self, today: date) -> bool:
        """Whether it is open after the day when it is due."""
        return self.status == "open" and self.issued.due is not None and self.issued.due < today


def invoices_of(events: Iterable[tuple[int, Event]]) -> dict[str, Invoice]:
    """Return the invoices that follow from events and their positions, by number, oldest first."""
    found: dict[str, Invoice] = {}
    for position, event in events:
        of = found.get(event.number)
        match event:
            case Issued(number=number):
                found[number] = Invoice(event, position)
                if event.cancels in found:
                    before = found[event.cancels]
                    found[event.cancels] = msgspec.structs.replace(before, cancelled_by=number)
            case TakenBack(number=number):
                found.pop(number, None)
            case Paid(number=number, on=day) if of is not None:
                found[number] = msgspec.structs.replace(of, paid=day)
            case Saved(number=number, failed=failed) if of is not None:
                found[number] = msgspec.structs.replace(of, saves=of.saves + (-1 if failed else 1))
            case _:
                pass
    return found


def next_number(
    invoices: dict[str, Invoice], series: Series, dated: date, wanted: str = ""
) -> tuple[str, int]:
    """Return the next number of a series and its count.

    ``wanted`` must be that number, but the first one of the register may be any of the series.
    Raises RefusedError, also for a day before the newest invoice of the series that stands: what is
    cancelled, and its cancellation, hold nothing back.
    """
    of_series = [each for each in invoices.values() if each.issued.series == series.key]
    own = [each.issued for each in of_series]
    count = max((each.count for each in own), default=0) + 1
    number = series.number(count)
    if wanted and wanted != number:
        taken = invoices.get(wanted)
        if taken is not None:
            raise RefusedError(
                f"the number {quoted(wanted)} is taken", f"the next one is {number}: --number next"
            )
        start = series.count(wanted)
        if start is None:
            raise RefusedError(
                f"the number {quoted(wanted)} is not of the series {series.key}",
                f"the next one is {number}; invoices.number sets the pattern",
            )
        if invoices:
            raise RefusedError(
                f"{quoted(wanted)} is not the next number",
                f"the next one is {number}: --number next",
            )
        number, count = wanted, start
    if number in invoices:
        raise RefusedError(
            f"the number {quoted(number)} is taken by another series",
            "change the pattern: clocktool config set invoices.number '{year}-{n:03}'",
        )
    standing = [each.issued for each in of_series if each.status in ("open", "paid")]
    newest = max(standing, key=_dated, default=None)
    if newest is not None and dated < newest.dated:
        raise RefusedError(
            f"{dated.isoformat()} is before the newest number: {newest.number} is of"
            f" {newest.dated.isoformat()}",
            "numbers follow the days: use that day or a later one",
        )
    return number, count


def _dated(issued: Issued) -> tuple[date, int]:
    return issued.dated, issued.count


def issued_of(  # noqa: PLR0917
    document: Document, series: Series, count: int, workspace: str, client: str, batch: int
) -> Issued:
    """Return the event of a document that gets its number."""
    entries = dict.fromkeys(each for line in document.lines for each in line.entries)
    return Issued(
        number=document.number,
        series=series.key,
        count=count,
        kind=document.kind,
        cancels=document.cancels,
        workspace=workspace,
        client=client,
        batch=batch,
        dated=document.dated,
        due=document.due,
        currency=document.currency,
        net=document.net,
        tax=document.tax_amount,
        gross=document.gross,
        entries=tuple(entries),
    )
