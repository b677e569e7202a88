"""The workbook of a document, read back: real numbers, dates and lengths, and no formula."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from hypothesis import given, settings
from openpyxl import load_workbook

from clocktool.documents.text import one_line
from clocktool.documents.xlsx import xlsx
from clocktool.domain.document import Document, cancellation, line
from clocktool.domain.money import Rate
from tests.documents.samples import HOSTILE, RATE, SAMPLE, WORK, changed, documents

TOTALS = ("Total due", "Total credited", "Zahlbetrag", "Gutschriftbetrag")


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    """Return the rows of each sheet as their values, without empty ones."""
    book = load_workbook(BytesIO(data))
    return {
        sheet.title: [
            [_day(cell) for cell in row if cell is not None]
            for row in sheet.iter_rows(values_only=True)
            if any(cell is not None for cell in row)
        ]
        for sheet in book.worksheets
    }


def _day(cell: Any) -> Any:
    """Return a cell's value; a date without the midnight that a workbook gives it."""
    return cell.date() if isinstance(cell, datetime) else cell


def test_the_lines_are_numbers() -> None:
    """The parties, the facts, the lines and the sums, each of its kind."""
    assert sheets(xlsx(SAMPLE)) == {
        "Invoice": [
            ["Invoice"],
            ["From", "Jo Doe Software"],
            ["Torstraße 12"],
            ["10115 Berlin"],
            ["VAT ID DE136695976"],
            ["To", "ACME GmbH"],
            ["Accounts payable"],
            ["Hauptstraße 5"],
            ["80331 München"],
            ["VAT ID DE987654321"],
            ["Invoice number", "2026-014"],
            ["Date", date(2026, 11, 30)],
            ["Service from", date(2026, 11, 2)],
            ["Service to", date(2026, 11, 27)],
            ["Due date", date(2026, 12, 14)],
            ["IBAN", "DE02120300000000202051"],
            ["Date", "Description", "Hours", "Rate (EUR)", "Amount (EUR)"],
            ["Site: Fix login page", 12.3333, 105, 1295],
            ["Site: Review", 3, 105, 315],
            ["Site: Search", 5.017, 105, 526.78],
            ["Net amount", 2136.78],
            ["VAT 19%", 405.99],
            ["Total due", 2542.77],
        ]
    }


def test_the_timesheet_has_dates_times_and_lengths() -> None:
    """A row an entry; the sum is a length too, also beyond a day."""
    rows = sheets(xlsx(changed(language="de", work=WORK)))["Stundennachweis"]
    assert rows[0] == ["Datum", "Beginn", "Ende", "Dauer", "Projekt", "Aufgabe", "Beschreibung"]
    assert rows[1] == [
        date(2026, 11, 2),
        time(9),
        time(10, 30),
        timedelta(minutes=90),
        *("Site", "Login", "Fix login page"),
    ]
    assert rows[-1] == ["Summe", timedelta(hours=36)]


def test_amounts_have_the_decimals_of_their_currency() -> None:
    """None for JPY, three for KWD."""
    for currency, looks in (("JPY", "#,##0"), ("EUR", "#,##0.00"), ("KWD", "#,##0.000")):
        document = changed(currency=currency, lines=(line("x", 3600, Rate(1005, currency)),))
        sheet = load_workbook(BytesIO(xlsx(document))).worksheets[0]
        formats = {cell.number_format for row in sheet.iter_rows(min_col=5) for cell in row}
        assert formats - {"General"} == {looks}


def test_a_cancellation_is_negative_and_a_draft_says_so() -> None:
    """The sheet is named after the kind of document."""
    rows = sheets(xlsx(cancellation(SAMPLE, "2026-015", SAMPLE.dated)))["Cancellation invoice"]
    assert rows[-2:] == [
        ["Total credited", -2542.77],
        ["This document cancels invoice 2026-014 of 30 November 2026."],
    ]
    assert ["Cancels invoice", "2026-014"] in rows
    assert sheets(xlsx(changed(number="")))["Invoice"][0] == ["Invoice – DRAFT"]


def test_hostile_texts_are_texts() -> None:
    """Formulas, links and numbers stay what was typed."""
    typed = (*HOSTILE, "http://x.example", "12", "@SUM(A1)", "+1", "x" * 40_000)
    data = xlsx(changed(lines=tuple(line(text, 3600, RATE) for text in typed)))
    sheet = load_workbook(BytesIO(data)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    shown = [cell.value for cell in cells]
    assert all(one_line(text)[:32_767] in shown for text in typed)


@settings(max_examples=25)
@given(document=documents())
def test_any_document_becomes_a_workbook(document: Document) -> None:
    """The same document gives the same bytes, and the lines are all there."""
    data = xlsx(document)
    assert xlsx(document) == data
    (rows,) = sheets(data).values()
    (gross,) = [row[-1] for row in rows if row[0] in TOTALS]
    assert abs(gross - document.gross / (1 if document.currency == "JPY" else 100)) < 0.001
