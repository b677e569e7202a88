"""What stands on the page of a document, as texts in its language: for HTML and for PDF."""

from collections.abc import Sequence

import msgspec

from clocktool.documents.language import (
    Language,
    clock,
    discount_label,
    hours,
    language_of,
    tax_label,
    untaxed,
)
from clocktool.documents.text import one_line
from clocktool.domain.document import Document, Party, Work

_LETTER = frozenset(["CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])
"""The countries that print on US Letter; the others print on A4."""


class Fact(msgspec.Struct, frozen=True):
    """A label and its value."""

    label: str
    value: str


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """The seller or the buyer."""

    name: str
    address: tuple[str, ...]
    facts: tuple[Fact, ...]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the document. ``day`` is empty unless lines are by day or by entry."""

    place: str
    text: str
    day: str
    hours: str
    rate: str
    amount: str


class WorkRow(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the timesheet."""

    start: str
    end: str
    duration: str
    project: str
    text: str


class WorkDay(msgspec.Struct, frozen=True, kw_only=True):
    """A day of the timesheet with its entries."""

    day: str
    duration: str
    rows: tuple[WorkRow, ...]


class Timesheet(msgspec.Struct, frozen=True, kw_only=True):
    """The entries behind an invoice, by day."""

    days: tuple[WorkDay, ...]
    duration: str
    rounded: str
    """The time of the lines where it was rounded as a whole; else empty."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """All texts of a document. ``words`` are the labels, see ``language``."""

    language: str
    paper: str
    heading: str
    title: str
    draft: str
    """The word for a draft; empty for a document with a number."""
    seller: Sender
    buyer: Sender
    facts: tuple[Fact, ...]
    lines: tuple[Row, ...]
    has_days: bool
    hours: str
    sums: tuple[Fact, ...]
    total: Fact
    notes: tuple[str, ...]
    request: str
    payment: tuple[Fact, ...]
    timesheet: Timesheet | None
    currency: str
    words: dict[str, str]
    logo: str


def is_letter(country: str) -> bool:
    """Return whether a country prints on US Letter."""
    return country in _LETTER


def page(document: Document) -> Page:
    """Return the texts of a document."""
    language = language_of(document.language)
    words = language.words
    currency = document.currency
    heading = words[document.kind]
    number = one_line(document.number)
    return Page(
        language=language.code,
        paper="us-letter" if is_letter(document.seller.country) else "a4",
        heading=heading,
        title=f"{heading} {number or words['draft']}",
        draft="" if number else words["draft"],
        seller=_seller(document, language),
        buyer=_buyer(document, language),
        facts=tuple(_facts(document, language)),
        lines=tuple(_rows(document, language)),
        has_days=any(line.day for line in document.lines),
        hours=clock(document.seconds),
        sums=tuple(
            Fact(label, language.money(value, currency))
            for label, value in sums(document, language)
        ),
        total=Fact(
            words["total due" if document.kind == "invoice" else "credited"],
            language.money(document.gross, currency),
        ),
        notes=tuple(notes(document, language)),
        request=_request(document, language),
        payment=tuple(_payment(document, language)),
        timesheet=_timesheet(document, language) if document.work else None,
        currency=currency,
        words=dict(words),
        logo=document.logo,
    )


def _seller(document: Document, language: Language) -> Sender:
    seller, words = document.seller, language.words
    facts = (
        ("", seller.email),
        ("", seller.phone),
        (words["vat id"], seller.vat_id),
        (words["tax number"], seller.tax_number),
    )
    return _party(seller, document.buyer, facts)


def _buyer(document: Document, language: Language) -> Sender:
    return _party(
        document.buyer, document.seller, ((language.words["vat id"], document.buyer.vat_id),)
    )


def _party(party: Party, other: Party, facts: Sequence[tuple[str, str]]) -> Sender:
    """Return a party; its country is on the page where the other one is in another country."""
    abroad = (party.country,) if party.country and party.country != other.country else ()
    return Sender(
        name=one_line(party.name),
        address=tuple(filter(None, map(one_line, (*party.address, *abroad)))),
        facts=tuple(Fact(label, one_line(value)) for label, value in facts if one_line(value)),
    )


def _facts(document: Document, language: Language) -> Sequence[Fact]:
    words = language.words
    due = language.long_date(document.due) if document.due else ""
    facts = (
        Fact(words["number"], one_line(document.number)),
        Fact(words["date"], language.long_date(document.dated)),
        Fact(words["period"], language.period(document.first, document.last)),
        Fact(words["due"], due),
        Fact(words["reference"], one_line(document.buyer.buyer_reference)),
    )
    return [fact for fact in facts if fact.value]


def _rows(document: Document, language: Language) -> Sequence[Row]:
    """Return the lines. All hours have as many decimals as the one that needs the most."""
    quantities = [
        "" if line.is_fixed else hours(line.seconds, line.rate, line.amount)
        for line in document.lines
    ]
    count = max((len(each.partition(".")[2]) for each in quantities), default=0)
    return [
        Row(
            place=str(place),
            text=one_line(line.text) or language.words["work"],
            day=language.short_date(line.day) if line.day else "",
            hours=language.number(_padded(quantity, count)) if quantity else "",
            rate="" if line.is_fixed else language.amount(line.rate, document.currency),
            amount=language.amount(line.amount, document.currency),
        )
        for place, (line, quantity) in enumerate(zip(document.lines, quantities, strict=True), 1)
    ]


def _padded(number: str, count: int) -> str:
    """Return a plain number with so many decimals; the new ones are zeros."""
    units, _, rest = number.partition(".")
    return f"{units}.{rest:0<{count}}"


def sums(document: Document, language: Language) -> Sequence[tuple[str, int]]:
    """Return labels and amounts of what leads to the total: discount, net, tax."""
    words = language.words
    discount = (
        (words["subtotal"], document.subtotal),
        (discount_label(document, language), -document.discount),
    )
    return (
        *(discount if document.discount else ()),
        (words["net"], document.net),
        (tax_label(document.tax, language), document.tax_amount),
    )


def notes(document: Document, language: Language) -> Sequence[str]:
    """Return the sentences under the sums: what is cancelled and why, why there is no tax."""
    words = language.words
    found = [words["draft note"]] if document.is_draft else []
    if document.cancels:
        day = language.long_date(document.cancels_date) if document.cancels_date else ""
        found.append(words["cancelled"].format(number=one_line(document.cancels), date=day))
    if reason := one_line(document.reason):
        found.append(words["reason"].format(reason=reason))
    found += filter(None, (untaxed(document.tax, language), one_line(document.note)))
    if document.rounding:
        found.append(language.rounding(document.rounding))
    return found


def _request(document: Document, language: Language) -> str:
    """Return the sentence that asks for the money; empty where there is nothing to pay."""
    if document.is_draft or document.kind == "cancellation" or document.gross <= 0:
        return ""
    total = language.money(document.gross, document.currency)
    if document.due:
        return language.words["pay"].format(total=total, date=language.long_date(document.due))
    return language.words["pay now"].format(total=total)


def _payment(document: Document, language: Language) -> Sequence[Fact]:
    """Return the account and the reference for a transfer; a draft asks for none."""
    words, seller = language.words, document.seller
    if document.is_draft or document.kind == "cancellation" or not seller.iban:
        return ()
    iban = "".join(one_line(seller.iban).split())
    groups = " ".join(iban[place : place + 4] for place in range(0, len(iban), 4))
    facts = (
        Fact(words["account"], groups),
        Fact(words["bank"], one_line(seller.bic)),
        Fact(words["purpose"], one_line(document.number)),
    )
    return [fact for fact in facts if fact.value]


def _timesheet(document: Document, language: Language) -> Timesheet:
    work = document.work
    days: dict[str, list[Work]] = {}
    for each in sorted(work, key=lambda row: row.day):
        days.setdefault(language.long_date(each.day), []).append(each)
    return Timesheet(
        days=tuple(
            WorkDay(
                day=day,
                duration=clock(sum(each.seconds for each in rows)),
                rows=tuple(
                    WorkRow(
                        start=one_line(each.start),
                        end=one_line(each.end),
                        duration=clock(each.seconds),
                        project=" / ".join(filter(None, map(one_line, (each.project, each.task)))),
                        text=one_line(each.description),
                    )
                    for each in rows
                ),
            )
            for day, rows in days.items()
        ),
        duration=clock(sum(each.seconds for each in work)),
        rounded=clock(document.seconds) if is_rounded_later(document) else "",
    )


def is_rounded_later(document: Document) -> bool:
    """Return whether lines have another time than their entries: rounded by line (``/total``)."""
    exact = sum(each.seconds for each in document.work)
    return document.rounding.endswith("/total") and document.seconds != exact
