"""English and German: the words of a document, and how each writes dates, numbers and money."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from clocktool.documents.text import one_line
from clocktool.domain.document import Document, Tax
from clocktool.domain.money import figure
from clocktool.domain.rounding import parse_rounding

MINUS = "\u2212"
SPACE = "\u00a0"
"""A space at which no line breaks."""

SYMBOLS = {"EUR": "€", "GBP": "£", "JPY": "¥", "USD": "$"}
"""The currencies that have a sign of their own in both languages; others show their code."""

Code = Literal["en", "de"]


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """How a language writes. ``words`` are the fixed texts, see ``_ENGLISH``."""

    code: Code
    months: tuple[str, ...]
    point: str
    thousands: str
    words: Mapping[str, str]

    def long_date(self, day: date) -> str:
        """Return a date in a sentence: ``24 November 2026``, ``24. November 2026``."""
        dot = "." if self.code == "de" else ""
        return f"{day.day}{dot}{SPACE}{self.months[day.month - 1]} {day.year}"

    def short_date(self, day: date) -> str:
        """Return a date in a table: ``24 Nov 2026``, ``24.11.2026``."""
        if self.code == "de":
            return f"{day.day:02}.{day.month:02}.{day.year}"
        return f"{day.day:02}{SPACE}{self.months[day.month - 1][:3]}{SPACE}{day.year}"

    def period(self, first: date, last: date) -> str:
        """Return the days from the first to the last: ``1 – 30 November 2026``."""
        dot = "." if self.code == "de" else ""
        if first == last:
            return self.long_date(last)
        if (first.year, first.month) == (last.year, last.month):
            start = f"{first.day}{dot}"
        elif first.year == last.year:
            start = f"{first.day}{dot}{SPACE}{self.months[first.month - 1]}"
        else:
            start = self.long_date(first)
        return f"{start}{SPACE}– {self.long_date(last)}"

    def number(self, text: str) -> str:
        """Return a plain number like ``-1234.50`` with the signs of the language."""
        sign = MINUS if text.startswith("-") else ""
        units, _, rest = text.removeprefix("-").partition(".")
        grouped = f"{int(units):,}".replace(",", self.thousands)
        return f"{sign}{grouped}{self.point}{rest}" if rest else f"{sign}{grouped}"

    def amount(self, minor: int, currency: str) -> str:
        """Return minor units as a number with the decimals of the currency: ``1.234,50``."""
        return self.number(figure(minor, currency))

    def money(self, minor: int, currency: str) -> str:
        """Return minor units with the currency: ``€1,234.50``, ``1.234,50 €``, ``CHF 80.00``."""
        text, symbol = self.amount(minor, currency), SYMBOLS.get(currency)
        if self.code == "de":
            return f"{text}{SPACE}{symbol or currency}"
        sign, bare = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
        return f"{sign}{symbol}{bare}" if symbol else f"{sign}{currency}{SPACE}{bare}"

    def rounding(self, rule: str) -> str:
        """Return a rule like ``up:15m`` as a sentence."""
        parsed = parse_rounding(rule)
        units = (("hour", 3600), ("minute", 60), ("second", 1))
        unit, size = next(each for each in units if parsed.step % each[1] == 0)
        return self.words["rounding"].format(
            direction=self.words[f"rounding {parsed.direction}"],
            scope=self.words[f"rounding {parsed.scope}"],
            step=f"{parsed.step // size}{SPACE}{self.words[unit]}",
        )

    def percent(self, hundredths: int) -> str:
        """Return a percentage: ``19%``, ``8.1%``; ``19 %``, ``8,1 %``."""
        space = SPACE if self.code == "de" else ""
        return f"{self.number(percentage(hundredths))}{space}%"


def percentage(hundredths: int) -> str:
    """Return hundredths of a percent as a plain number without needless zeros: ``19``, ``8.1``."""
    units, rest = divmod(hundredths, 100)
    return f"{units}.{rest:02}".rstrip("0").removesuffix(".")


def clock(seconds: int) -> str:
    """Return a length as ``1:30``, with seconds only where there are some: ``0:05:30``."""
    sign = MINUS if seconds < 0 else ""
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}:{minutes:02}" + (f":{rest:02}" if rest else "")


def hours(seconds: int, rate: int, amount: int) -> str:
    """Return a length in hours as a plain number that can be multiplied by the rate.

    It has two decimals, and more only where the amount would else not come out: times the rate and
    rounded, it is the amount. A hundredth is added for halves, as their product can end in …49999.
    """
    sign = "-" if seconds < 0 else ""
    for count in range(2, 13):
        ten = 10**count
        quantity = (abs(seconds) * ten * 2 + 3600) // 7200
        if 100 * abs(quantity * rate - abs(amount) * ten) <= 51 * ten:
            break
    return f"{sign}{quantity // ten}.{quantity % ten:0{count}}"


def tax_label(tax: Tax, language: Language) -> str:
    """Return the label of the tax, with its percentage where it is subject to one."""
    percent = "" if tax.category == "O" else language.percent(tax.percent)
    return language.words["tax"].format(percent=percent).strip()


def discount_label(document: Document, language: Language) -> str:
    """Return the label of the discount, with its percentage if it was computed from one."""
    percent = document.discount_percent
    word = language.words["discount"]
    return f"{word} {language.percent(percent)}" if percent else word


def untaxed(tax: Tax, language: Language) -> str:
    """Return the sentence that says why there is no tax; empty for a percentage."""
    usual = {"AE": "reverse", "E": "exempt", "O": "not subject"}.get(tax.category)
    return (one_line(tax.reason) or language.words[usual]) if usual else ""


_ENGLISH = {
    "account": "IBAN",
    "amount": "Amount",
    "bank": "BIC",
    "cancellation": "Cancellation invoice",
    "cancelled": "This document cancels invoice {number} of {date}.",
    "cancels": "Cancels invoice",
    "credited": "Total credited",
    "date": "Date",
    "description": "Description",
    "discount": "Discount",
    "draft": "DRAFT",
    "draft note": "This is a draft, not an invoice.",
    "due": "Due date",
    "duration": "Duration",
    "end": "End",
    "exempt": "Exempt from VAT.",
    "from": "From",
    "hours": "Hours",
    "invoice": "Invoice",
    "net": "Net amount",
    "not subject": "Not subject to VAT.",
    "number": "Invoice number",
    "on receipt": "Payable on receipt.",
    "page": "Page {page} of {pages}",
    "pay": "Please pay {total} by {date}.",
    "pay now": "Please pay {total} on receipt.",
    "payment": "Payment",
    "period": "Service period",
    "period first": "Service from",
    "period last": "Service to",
    "project": "Project",
    "purpose": "Reference",
    "rate": "Rate",
    "reason": "Reason: {reason}",
    "reference": "Buyer reference",
    "reverse": "Reverse charge: the recipient is liable for the VAT.",
    "rounding": "The time of each {scope} is rounded {direction} {step}.",
    "rounding up": "up to a multiple of",
    "rounding down": "down to a multiple of",
    "rounding nearest": "to the nearest multiple of",
    "rounding entry": "entry",
    "rounding day": "day",
    "rounding total": "line",
    "hour": "h",
    "minute": "min",
    "second": "s",
    "start": "Start",
    "subtotal": "Subtotal",
    "tax": "VAT {percent}",
    "tax number": "Tax number",
    "task": "Task",
    "timesheet": "Timesheet",
    "to": "To",
    "total": "Total",
    "total due": "Total due",
    "total rounded": "Total, rounded",
    "vat id": "VAT ID",
    "work": "Work",
}

_GERMAN = {
    "account": "IBAN",
    "amount": "Betrag",
    "bank": "BIC",
    "cancellation": "Stornorechnung",
    "cancelled": "Dieses Dokument storniert die Rechnung {number} vom {date}.",
    "cancels": "Storniert Rechnung",
    "credited": "Gutschriftbetrag",
    "date": "Datum",
    "description": "Beschreibung",
    "discount": "Rabatt",
    "draft": "ENTWURF",
    "draft note": "Dies ist ein Entwurf, keine Rechnung.",
    "due": "Fällig am",
    "duration": "Dauer",
    "end": "Ende",
    "exempt": "Umsatzsteuerfrei.",
    "from": "Von",
    "hours": "Stunden",
    "invoice": "Rechnung",
    "net": "Nettobetrag",
    "not subject": "Nicht steuerbar.",
    "number": "Rechnungsnummer",
    "on receipt": "Zahlbar sofort nach Erhalt.",
    "page": "Seite {page} von {pages}",
    "pay": "Bitte überweisen Sie {total} bis zum {date}.",
    "pay now": "Bitte überweisen Sie {total} sofort nach Erhalt.",
    "payment": "Zahlung",
    "period": "Leistungszeitraum",
    "period first": "Leistung von",
    "period last": "Leistung bis",
    "project": "Projekt",
    "purpose": "Verwendungszweck",
    "rate": "Stundensatz",
    "reason": "Grund: {reason}",
    "reference": "Käuferreferenz",
    "reverse": "Steuerschuldnerschaft des Leistungsempfängers.",
    "rounding": "Die Zeit je {scope} ist auf volle {step} {direction}.",
    "rounding up": "aufgerundet",
    "rounding down": "abgerundet",
    "rounding nearest": "gerundet",
    "rounding entry": "Eintrag",
    "rounding day": "Tag",
    "rounding total": "Position",
    "hour": "Std.",
    "minute": "Min.",
    "second": "Sek.",
    "start": "Beginn",
    "subtotal": "Zwischensumme",
    "tax": "USt. {percent}",
    "tax number": "Steuernummer",
    "task": "Aufgabe",
    "timesheet": "Stundennachweis",
    "to": "An",
    "total": "Summe",
    "total due": "Zahlbetrag",
    "total rounded": "Summe, gerundet",
    "vat id": "USt-IdNr.",
    "work": "Leistung",
}

_LANGUAGES = {
    "en": Language(
        code="en",
        months=(
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
        point=".",
        thousands=",",
        words=_ENGLISH,
    ),
    "de": Language(
        code="de",
        months=(
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ),
        point=",",
        thousands=".",
        words=_GERMAN,
    ),
}


def language_of(code: str) -> Language:
    """Return a language by its code. An unknown one is English."""
    return _LANGUAGES.get(code, _LANGUAGES["en"])
