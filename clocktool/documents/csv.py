"""The lines of a document as CSV: plain numbers and ISO dates, the same in both languages."""

from clocktool.documents.language import discount_label, hours, language_of, percentage
from clocktool.documents.text import csv_cell
from clocktool.domain.document import Document, DocumentLine, fixed_line
from clocktool.domain.money import figure

HEADER = "number,date,day,description,hours,rate,amount,currency,tax,percent"


def csv(document: Document) -> bytes:
    """Return the lines of a document as CSV in UTF-8, a row a line."""
    currency, tax = document.currency, document.tax
    rows = (
        _row(
            "DRAFT" if document.is_draft else _cell(document.number),
            document.dated.isoformat(),
            line.day.isoformat() if line.day else "",
            _cell(line.text),
            "" if line.is_fixed else hours(line.seconds, line.rate, line.amount),
            "" if line.is_fixed else figure(line.rate, currency),
            figure(line.amount, currency),
            currency,
            tax.category,
            percentage(tax.percent),
        )
        for line in (*document.lines, *_discount(document))
    )
    return "".join(f"{row}\n" for row in (HEADER, *rows)).encode()


def _discount(document: Document) -> tuple[DocumentLine, ...]:
    """Return the discount as a line, so that the lines add up to the net."""
    label = discount_label(document, language_of(document.language))
    return (fixed_line(label, -document.discount),) if document.discount else ()


def _row(*cells: str) -> str:
    return ",".join(cells)


def _cell(text: str) -> str:
    """Return a text as a cell, in quotes where it needs them."""
    safe = csv_cell(text)
    return '"' + safe.replace('"', '""') + '"' if {",", '"'} & set(safe) else safe
