"""A document as a workbook for spreadsheets: the lines, and the timesheet if it is attached.

Numbers, dates and lengths are real ones, and texts are written as texts, so that no text can run
as a formula. Amounts are values too: a formula would round in its own way.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from clocktool.documents.language import Language, hours, language_of
from clocktool.documents.page import is_letter, is_rounded_later, notes, sums
from clocktool.documents.text import one_line
from clocktool.domain.currency import decimals
from clocktool.domain.document import Document, Party

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

LONGEST_TEXT = 32_767
"""The most characters that a cell can have."""

_DATES = {"en": "dd mmm yyyy", "de": "dd.mm.yyyy"}
_LENGTH = "[h]:mm:ss"
_QUANTITY = "#,##0.00##########"


def xlsx(document: Document) -> bytes:
    """Return the workbook of a document."""
    from xlsxwriter import Workbook

    language = language_of(document.language)
    words = language.words
    data = BytesIO()
    texts = dict.fromkeys(("strings_to_formulas", "strings_to_numbers", "strings_to_urls"), False)
    book = Workbook(data, {"in_memory": True, **texts})
    book.set_properties(
        {
            "title": f"{words[document.kind]} {one_line(document.number) or words['draft']}",
            "author": one_line(document.seller.name)[:255],
            "created": _instant(document.dated),
        }
    )
    _invoice(book, document, language)
    if document.work:
        _timesheet(book, document, language)
    book.close()
    return data.getvalue()


def _invoice(book: "Workbook", document: Document, language: Language) -> None:
    """Write the sheet with the parties, the facts, the lines and the sums."""
    words = language.words
    sheet = book.add_worksheet(words[document.kind])
    _paper(sheet, document)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 56)
    sheet.set_column(2, 4, 18)
    heading = words[document.kind] + (f" – {words['draft']}" if document.is_draft else "")
    sheet.write_string(0, 0, heading, book.add_format({"bold": True, "font_size": 16}))
    row = 2
    for label, value in _facts(document, words):
        if label:
            sheet.write_string(row, 0, label)
        if isinstance(value, date):
            left = book.add_format({"num_format": _DATES[language.code], "align": "left"})
            sheet.write_datetime(row, 1, _instant(value), left)
        else:
            sheet.write_string(row, 1, _cell(value))
        row += 1
    row = _lines(book, sheet, row + 1, document, language)
    _sums(book, sheet, row + 1, document, language)


def _facts(document: Document, words: Mapping[str, str]) -> Iterator[tuple[str, str | date]]:
    """Yield the labels and values above the lines. A label is empty where it was said before."""
    for label, party in ((words["from"], document.seller), (words["to"], document.buyer)):
        for place, text in enumerate(_party(party, words)):
            yield ("" if place else label), text
    facts: tuple[tuple[str, str | date | None], ...] = (
        (words["number"], document.number),
        (words["date"], document.dated),
        (words["period first"], document.first),
        (words["period last"], document.last),
        (words["due"], document.due),
        (words["reference"], document.buyer.buyer_reference),
        (words["account"], document.seller.iban if document.kind == "invoice" else ""),
        (words["cancels"], document.cancels),
    )
    for label, value in facts:
        if value:
            yield label, value


def _party(party: Party, words: Mapping[str, str]) -> Iterator[str]:
    yield party.name
    yield from party.address
    if party.vat_id:
        yield f"{words['vat id']} {party.vat_id}"
    if party.tax_number:
        yield f"{words['tax number']} {party.tax_number}"


def _lines(
    book: "Workbook", sheet: "Worksheet", row: int, document: Document, language: Language
) -> int:
    """Write the lines with their head, and return the next row."""
    words, currency = language.words, document.currency
    labels = (
        words["date"],
        words["description"],
        words["hours"],
        f"{words['rate']} ({currency})",
        f"{words['amount']} ({currency})",
    )
    _head(book, sheet, row, labels, right=2)
    day = book.add_format({"num_format": _DATES[language.code], "align": "left", "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    quantity = book.add_format({"num_format": _QUANTITY, "valign": "top"})
    money = book.add_format({"num_format": _amounts(currency), "valign": "top"})
    for line in document.lines:
        row += 1
        if line.day:
            sheet.write_datetime(row, 0, _instant(line.day), day)
        sheet.write_string(row, 1, _cell(line.text) or words["work"], text)
        if not line.is_fixed:
            sheet.write_number(row, 2, float(hours(line.seconds, line.rate, line.amount)), quantity)
            sheet.write_number(row, 3, _number(line.rate, currency), money)
        sheet.write_number(row, 4, _number(line.amount, currency), money)
    return row + 1


def _sums(
    book: "Workbook", sheet: "Worksheet", row: int, document: Document, language: Language
) -> None:
    words, currency = language.words, document.currency
    total = words["total due" if document.kind == "invoice" else "credited"]
    usual = {"num_format": _amounts(currency)}
    last = {**usual, "bold": True, "top": 1}
    for label, amount, looks in (
        *((label, amount, usual) for label, amount in sums(document, language)),
        (total, document.gross, last),
    ):
        sheet.write_string(row, 3, label, book.add_format(looks))
        sheet.write_number(row, 4, _number(amount, currency), book.add_format(looks))
        row += 1
    for note in notes(document, language):
        row += 1
        sheet.write_string(row, 0, _cell(note))


def _timesheet(book: "Workbook", document: Document, language: Language) -> None:
    """Write the sheet with an entry a row, and the sum of their lengths."""
    words = language.words
    sheet = book.add_worksheet(words["timesheet"])
    _paper(sheet, document)
    sheet.set_column(0, 3, 12)
    sheet.set_column(4, 5, 24)
    sheet.set_column(6, 6, 56)
    names = ("date", "start", "end", "duration", "project", "task", "description")
    _head(book, sheet, 0, [words[name] for name in names], right=7)
    sheet.freeze_panes(1, 0)
    day = book.add_format({"num_format": _DATES[language.code], "align": "left", "valign": "top"})
    clock = book.add_format({"num_format": "hh:mm", "align": "left", "valign": "top"})
    length = book.add_format({"num_format": _LENGTH, "align": "left", "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    row = 0
    for row, work in enumerate(document.work, 1):
        sheet.write_datetime(row, 0, _instant(work.day), day)
        for column, typed in ((1, work.start), (2, work.end)):
            _clock(sheet, row, column, typed, clock)
        sheet.write_datetime(row, 3, timedelta(seconds=work.seconds), length)
        for column, part in ((4, work.project), (5, work.task), (6, work.description)):
            sheet.write_string(row, column, _cell(part), text)
    bold = book.add_format({"bold": True, "top": 1, "num_format": _LENGTH, "align": "left"})
    totals = [("total", sum(work.seconds for work in document.work))]
    if is_rounded_later(document):
        totals.append(("total rounded", document.seconds))
    for name, seconds in totals:
        row += 1
        sheet.write_string(row, 0, words[name], bold)
        for column in (1, 2, 4, 5, 6):
            sheet.write_blank(row, column, None, bold)
        sheet.write_datetime(row, 3, timedelta(seconds=seconds), bold)


def _clock(sheet: "Worksheet", row: int, column: int, text: str, looks: "Format") -> None:
    """Write a time of day like ``09:30`` as a time; anything else, like ``24:00``, as a text."""
    try:
        sheet.write_datetime(row, column, time.fromisoformat(text), looks)
    except ValueError:
        sheet.write_string(row, column, _cell(text), looks)


def _head(
    book: "Workbook", sheet: "Worksheet", row: int, labels: Sequence[str], *, right: int
) -> None:
    """Write the head of a table. It is on every printed page."""
    for column, label in enumerate(labels):
        align = "right" if column >= right else "left"
        looks = book.add_format({"bold": True, "bottom": 1, "align": align})
        sheet.write_string(row, column, label, looks)
    sheet.repeat_rows(row)


def _paper(sheet: "Worksheet", document: Document) -> None:
    sheet.set_paper(1 if is_letter(document.seller.country) else 9)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)


def _instant(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  # a cell has no zone


def _cell(text: str) -> str:
    return one_line(text)[:LONGEST_TEXT]


def _number(minor: int, currency: str) -> float:
    return float(minor / 10 ** decimals(currency))


def _amounts(currency: str) -> str:
    """Return the format of cells with amounts; the program writes it with its own signs."""
    count = decimals(currency)
    return f"#,##0.{'0' * count}" if count else "#,##0"
