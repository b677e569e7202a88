"""Invoices with numbers: the register, and the lines and totals of one."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from clocktool.domain.document import Document, Tax
from clocktool.domain.money import figure
from clocktool.domain.register import Invoice
from clocktool.domain.time.duration import format_clock
from clocktool.render.fields import Field, Fields, Value, keyed

LINE_COLUMNS = ("text", "hours", "rate", "amount", "currency")
LINE_FIGURES = ("hours", "rate", "amount")
"""The columns of the lines of an invoice, and those that are aligned to the right."""


def document_fields() -> Fields[Mapping[str, Any]]:
    """Return the columns of the lines of an invoice."""
    return keyed(
        LINE_COLUMNS, LINE_FIGURES, color=lambda record: "bold" if "is total" in record else ""
    )


def document_records(document: Document) -> list[dict[str, Value]]:
    """Return the lines of an invoice as records."""
    currency = document.currency
    return [
        {
            "text": f"{line.day.isoformat()} {line.text}" if line.day else line.text,
            "hours": None if line.is_fixed else format_clock(line.seconds),
            "rate": None if line.is_fixed else figure(line.rate, currency),
            "amount": figure(line.amount, currency),
            "currency": currency,
        }
        for line in document.lines
    ]


def document_totals(document: Document) -> list[dict[str, Value]]:
    """Return net, tax and gross of an invoice as records."""
    empty: dict[str, Value] = dict.fromkeys(("is total", *LINE_COLUMNS))
    percent = f" {percent_text(document.discount_percent)}" if document.discount_percent else ""
    discount = (
        ("subtotal", document.subtotal, None),
        (f"discount{percent}", -document.discount, None),
    )
    totals = (
        *(discount if document.discount else ()),
        ("net", document.net, format_clock(document.seconds)),
        (tax_name(document.tax), document.tax_amount, None),
        ("total", document.gross, None),
    )
    return [
        empty
        | {
            "text": text,
            "hours": hours,
            "amount": figure(value, document.currency),
            "currency": document.currency,
        }
        for text, value, hours in totals
    ]


def tax_name(tax: Tax) -> str:
    """Return the name of a tax: ``tax 19%``, ``reverse charge``."""
    match tax.category:
        case "AE":
            return "reverse charge"
        case "E":
            return "tax exempt"
        case "O":
            return "not subject to tax"
        case _:
            return f"tax {percent_text(tax.percent)}"


def percent_text(hundredths: int) -> str:
    """Return hundredths of a percent as text: ``19%``, ``8.1%``."""
    units, rest = divmod(hundredths, 100)
    return f"{units}{f'.{rest:02}'.rstrip('0') if rest else ''}%"


class Sum(msgspec.Struct, frozen=True):
    """The sums of a currency: a row below the register."""

    currency: str
    net: int
    tax: int
    gross: int


Row = Invoice | Sum


def register_fields(today: date) -> Fields[Row]:
    """Return the columns of the register; a sum has no number."""

    def money(name: str, rank: int = 0) -> Field[Row]:
        def text(row: Row) -> str:
            of = row if isinstance(row, Sum) else row.issued
            return figure(getattr(of, name), of.currency)

        return Field(name, text, figures=True, color=_weight, rank=rank)

    return (
        _field("number", lambda each: each.number, total="total"),
        _field("date", lambda each: each.issued.dated.isoformat()),
        _field("due", lambda each: each.issued.due.isoformat() if each.issued.due else "", rank=1),
        _field("client", lambda each: each.issued.client, least=8),
        money("net"),
        money("tax", rank=2),
        money("gross"),
        Field(
            "currency",
            lambda row: row.currency if isinstance(row, Sum) else row.issued.currency,
            color=_weight,
        ),
        _field(
            "status",
            lambda each: each.status,
            text=lambda each: status_text(each, today),
            color=lambda each: "error" if each.is_overdue(today) else "",
        ),
        _field("paid", lambda each: each.paid.isoformat() if each.paid else "", data_only=True),
        _field("cancels", lambda each: each.issued.cancels, data_only=True),
        _field("cancelled_by", lambda each: each.cancelled_by, data_only=True),
    )


def _weight(row: Row) -> str:
    return "bold" if isinstance(row, Sum) else ""


def _field(
    name: str,
    value: Callable[[Invoice], str],
    *,
    text: Callable[[Invoice], str] | None = None,
    color: Callable[[Invoice], str] = lambda _: "",
    total: str = "",
    rank: int = 0,
    least: int = 0,
    data_only: bool = False,
) -> Field[Row]:
    """Return a column of invoices, with a text in the rows of sums."""
    shown = text or value
    return Field(
        name,
        lambda row: total if isinstance(row, Sum) else value(row),
        text=lambda row: total if isinstance(row, Sum) else shown(row),
        color=lambda row: "bold" if isinstance(row, Sum) else color(row),
        rank=rank,
        least=least,
        data_only=data_only,
    )


def status_text(invoice: Invoice, today: date) -> str:
    """Return the status for people: ``overdue 3d``, ``cancels 2026-001``."""
    match invoice.status:
        case "open" if invoice.is_overdue(today):
            days = (today - (invoice.issued.due or today)).days
            return f"overdue {days}d"
        case "paid":
            return f"paid {invoice.paid}"
        case "cancellation":
            return f"cancels {invoice.issued.cancels}"
        case status:
            return status


def sums_of(invoices: Sequence[Invoice]) -> list[Sum]:
    """Return the sums of each currency."""
    found: dict[str, Sum] = {}
    for each in invoices:
        it = each.issued
        old = found.get(it.currency, Sum(it.currency, 0, 0, 0))
        new = Sum(it.currency, old.net + it.net, old.tax + it.tax, old.gross + it.gross)
        found[it.currency] = new
    return list(found.values())


def invoice_object(invoice: Invoice) -> dict[str, Any]:
    """Return an invoice of the register for JSON."""
    issued = invoice.issued
    return {
        "number": issued.number,
        "date": issued.dated.isoformat(),
        "due": None if issued.due is None else issued.due.isoformat(),
        "client": issued.client,
        "currency": issued.currency,
        "net": figure(issued.net, issued.currency),
        "tax": figure(issued.tax, issued.currency),
        "gross": figure(issued.gross, issued.currency),
        "status": invoice.status,
        "entries": list(issued.entries),
        "paid": None if invoice.paid is None else invoice.paid.isoformat(),
        "cancels": issued.cancels or None,
        "cancelledBy": invoice.cancelled_by or None,
    }


def draft_object(document: Document, client: str) -> dict[str, Any]:
    """Return a draft for JSON: like an invoice, without a number."""
    entries = dict.fromkeys(each for line in document.lines for each in line.entries)
    return {
        "number": None,
        "date": document.dated.isoformat(),
        "due": None if document.due is None else document.due.isoformat(),
        "client": client,
        "currency": document.currency,
        "net": figure(document.net, document.currency),
        "tax": figure(document.tax_amount, document.currency),
        "gross": figure(document.gross, document.currency),
        "status": "draft",
        "entries": list(entries),
        "paid": None,
        "cancels": None,
        "cancelledBy": None,
    }


def line_objects(document: Document) -> Sequence[Mapping[str, Any]]:
    """Return the lines of an invoice for JSON."""
    return [
        {
            "text": line.text,
            "seconds": None if line.is_fixed else line.seconds,
            "rate": None if line.is_fixed else figure(line.rate, document.currency),
            "amount": figure(line.amount, document.currency),
        }
        for line in document.lines
    ]
