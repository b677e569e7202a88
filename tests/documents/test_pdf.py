"""The PDF of a document, read back: text, pages, the XML inside, the claim of PDF/A-3."""

import base64
import re
import time
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import facturx
import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from pypdf import PdfReader

from clocktool.documents.cii import xml
from clocktool.documents.pdf import pdf, unshown
from clocktool.domain.document import Document, cancellation, line
from clocktool.domain.money import Rate
from clocktool.errors import SetupError
from tests.documents.samples import (
    BUYER,
    HOSTILE,
    RATE,
    SAMPLE,
    SELLER,
    WORK,
    changed,
    documents,
    long_document,
)

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30">'
    '<rect width="90" height="30"/></svg>'
)


def texts(data: bytes) -> list[str]:
    """Return the text of each page, with plain spaces and without the places of line breaks."""
    pages = PdfReader(BytesIO(data), strict=True).pages
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in pages]


def properties(data: bytes) -> dict[str, str]:
    """Return the properties in the metadata by their names without a prefix."""
    metadata: Any = PdfReader(BytesIO(data)).root_object["/Metadata"]
    root = ET.fromstring(metadata.get_data())  # noqa: S314
    return {each.tag.rpartition("}")[2]: each.text or "" for each in root.iter() if not len(each)}


def test_a_page_says_all_that_an_invoice_must() -> None:
    """Parties, number, dates, lines, sums, payment: the texts of the page in their order."""
    (text,) = texts(pdf(SAMPLE))
    assert text == (
        "Jo Doe Software Invoice Jo Doe Software · Torstraße 12 · 10115 Berlin"
        " ACME GmbH Accounts payable Hauptstraße 5 80331 München VAT ID DE987654321"
        " Invoice number 2026-014 Date 30 November 2026 Service period 2 – 27 November 2026"
        " Due date 14 December 2026 Description Hours Rate (EUR) Amount (EUR)"
        " Site: Fix login page 12.3333 105.00 1,295.00 Site: Review 3.0000 105.00 315.00"
        " Site: Search 5.0170 105.00 526.78 Net amount €2,136.78 VAT 19% €405.99"
        " Total due €2,542.77 Please pay €2,542.77 by 14 December 2026."
        " IBAN DE02 1203 0000 0000 2020 51 BIC BYLADEM1001 Reference 2026-014"
        " jo@example.com · +49 30 1234567 · VAT ID DE136695976 1 / 1"
    )


def test_it_claims_pdf_a_3_and_factur_x() -> None:
    """The metadata has the claim, the profile, and no moment but the day of the document."""
    data = pdf(SAMPLE)
    found = properties(data)
    assert {name: found[name] for name in ("part", "conformance")} == {
        "part": "3",
        "conformance": "B",
    }
    assert found["DocumentFileName"] == "factur-x.xml"
    assert found["DocumentType"] == "INVOICE"
    assert found["Version"] == "1.0"
    assert found["ConformanceLevel"] == "EN 16931"
    assert found["CreateDate"] == found["ModifyDate"] == "2026-11-30T00:00:00Z"
    reader = PdfReader(BytesIO(data))
    assert reader.pdf_header == "%PDF-1.7"
    assert reader.metadata is not None
    assert reader.metadata.title == "Invoice 2026-014"
    assert reader.metadata.author == "Jo Doe Software"
    root: Any = reader.root_object
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/AF"][0].get_object()["/AFRelationship"] == "/Alternative"
    assert "/OutputIntents" in root


@pytest.mark.parametrize(
    "document",
    [
        SAMPLE,
        changed(buyer=replace(BUYER, buyer_reference="04011000-1234512345-06")),
        cancellation(SAMPLE, "2026-015", SAMPLE.dated, "Wrong hours"),
    ],
    ids=["invoice", "XRechnung", "cancellation"],
)
def test_the_xml_is_inside(document: Document) -> None:
    """It is the profile EN 16931, found by a reader of Factur-X, which checks its schema."""
    name, data = facturx.get_facturx_xml_from_pdf(pdf(document))
    assert name == "factur-x.xml"
    assert data == xml(document, embedded=True)


@pytest.mark.parametrize(
    "document", [changed(number=""), changed(currency="KWD")], ids=["draft", "KWD"]
)
def test_where_there_is_no_xml_the_pdf_has_none(document: Document) -> None:
    """A draft has no XML, and EN 16931 has no amounts of three decimals."""
    data = pdf(document)
    assert PdfReader(BytesIO(data)).attachments == {}
    assert "ConformanceLevel" not in properties(data)
    assert properties(data)["part"] == "3"


def test_a_draft_says_so_on_each_page() -> None:
    """Behind the text stands DRAFT, or ENTWURF, and nothing asks for money."""
    draft = pdf(replace(long_document(60), number=""))
    assert all("DRAFT" in text for text in texts(draft))
    assert "Please pay" not in "".join(texts(draft))
    assert "ENTWURF" in texts(pdf(changed(number="", language="de")))[0]


def test_a_german_page_is_german() -> None:
    """Words, dates, decimal signs; a cancellation is negative and names its invoice."""
    document = changed(language="de", rounding="up:15m")
    (text,) = texts(pdf(document))
    assert "Leistungszeitraum 2. – 27. November 2026 Fällig am 14. Dezember 2026" in text
    assert "Nettobetrag 2.136,78 € USt. 19 % 405,99 € Zahlbetrag 2.542,77 €" in text
    assert "Die Zeit je Eintrag ist auf volle 15 Min. aufgerundet." in text
    (text,) = texts(pdf(cancellation(document, "2026-015", document.dated, "Falscher Satz")))
    assert "Gutschriftbetrag \u22122.542,77 €" in text
    assert "Dieses Dokument storniert die Rechnung 2026-014 vom 30. November 2026." in text
    assert "Grund: Falscher Satz" in text
    assert "IBAN" not in text


def test_a_timesheet_is_on_a_page_of_its_own() -> None:
    """The entries by day with their sums, under the number of the invoice."""
    pages = texts(pdf(changed(work=WORK)))
    assert len(pages) == 2
    assert pages[1].startswith("Jo Doe Software Invoice 2026-014 Timesheet Start End Project")
    assert "2 November 2026 4:30 09:00 10:30 Site / Login Fix login page 1:30" in pages[1]
    assert "Total 36:00" in pages[1]


def test_three_hundred_lines_take_less_than_three_seconds() -> None:
    """Each page has the head of the table, its number and that of the invoice."""
    document = long_document(300)
    before = time.process_time()
    data = pdf(document)
    assert time.process_time() - before < 3
    pages = texts(data)
    assert len(pages) == 9
    for number, text in enumerate(pages[1:], 2):
        assert text.startswith("Jo Doe Software Invoice 2026-014")
        assert text.endswith(f"{number} / 9")
    for text in pages[:-1]:
        assert "Description Hours Rate (EUR) Amount (EUR)" in text
    whole = " ".join(pages)
    assert all(f"Task {number} of a long list" in whole for number in range(1, 301))


def test_a_line_of_several_rows_stays_on_one_page() -> None:
    """No text begins on one page and ends on the next, in lines as in the timesheet."""
    words = "several words that say at some length what was done and for whom " * 5
    count = 40
    document = changed(
        lines=tuple(line(f"Begin{place} {words} End{place}.", 900, RATE) for place in range(count)),
        work=tuple(
            replace(WORK[0], description=f"Start{place} {words} Stop{place}.")
            for place in range(count)
        ),
    )
    pages = texts(pdf(document))
    assert len(pages) > 4
    for first, last in (("Begin", "End"), ("Start", "Stop")):
        for place in range(count):
            (page,) = [each for each in pages if f"{first}{place} " in each]
            assert f"{last}{place}." in page


@pytest.mark.parametrize("count", [6, 8])
def test_no_day_of_a_timesheet_is_the_last_on_a_page(count: int) -> None:
    """It goes on the next page with the first of its entries; the names of columns are on both."""
    work = tuple(
        replace(WORK[0], day=date(2026, 1, 1) + timedelta(place // count)) for place in range(200)
    )
    pages = texts(pdf(changed(work=work)))[1:]
    assert len(pages) > 3
    for page in pages:
        rows = page.partition(" jo@")[0]
        assert not re.search(r" \d+ (January|February) 2026 \d+:\d\d$", rows)
        assert "Start End Project Description Duration" in page


def test_a_text_longer_than_a_page_goes_on_on_the_next() -> None:
    """Nothing of it is lost."""
    words = " ".join(f"word{place}" for place in range(2000))
    whole = " ".join(texts(pdf(changed(lines=(line(words, 900, RATE),)))))
    assert all(f"word{place}" in whole for place in range(2000))


def test_hostile_texts_are_texts() -> None:
    """Markup of typst, formulas and tags are shown as they were written."""
    shown = [each for each in HOSTILE if each.isascii() and each.isprintable()]
    (text,) = texts(pdf(changed(lines=tuple(line(each, 3600, RATE) for each in shown))))
    bare = "".join(text.split())
    assert len(shown) >= 5
    assert all("".join(each.split()) in bare for each in shown)


def test_a_character_without_a_glyph_is_replaced() -> None:
    """A private character, which no font has, becomes a sign; the XML inside keeps it."""
    odd = "a\U000f0000b\U0010fffdc"
    data = pdf(changed(lines=(line(odd, 3600, RATE),), buyer=replace(BUYER, name=f"Co {odd}")))
    (text,) = texts(data)
    assert "a\ufffdb\ufffdc" in text
    assert "Co a\ufffdb\ufffdc" in text
    assert odd in facturx.get_facturx_xml_from_pdf(data)[1].decode()


def test_fonts_of_the_machine_show_what_those_of_typst_lack() -> None:
    """Armenian is in few fonts: it is readable where one is installed, and else it is named."""
    document = changed(buyer=replace(BUYER, name="Հայաստան"))
    (text,) = texts(pdf(document))
    assert ("Հայաստան" in text) is (unshown(document) == {})
    assert unshown(SAMPLE) == {}


@settings(max_examples=12)
@given(document=documents())
def test_any_document_becomes_a_pdf(document: Document) -> None:
    """Any names, texts and amounts; the same document gives the same bytes."""
    data = pdf(document)
    assert pdf(document) == data
    assert facturx.get_facturx_xml_from_pdf(data)[1] == xml(document, embedded=True)


def test_long_names_stay_on_the_page() -> None:
    """A word longer than a line breaks, and no text leaves the margins."""
    word = "Wolfeschlegelsteinhausenbergerdorff" * 4
    document = changed(
        seller=replace(SELLER, name=word),
        buyer=replace(BUYER, name=word, address=(word, f"10115 {word}")),
        lines=(line(word, 10**7, Rate(10**9, "EUR")),),
    )
    widths: list[float] = []

    def visit(text: str, _cm: object, matrix: list[float], *_rest: object) -> None:
        if text.strip():
            widths.append(matrix[4])

    (page,) = PdfReader(BytesIO(pdf(document))).pages
    page.extract_text(visitor_text=visit)
    assert max(widths) < 595
    assert "".join(texts(pdf(document))).replace(" ", "").count(word) >= 4


@pytest.mark.parametrize(
    "logo",
    [
        f"data:image/svg+xml;base64,{base64.b64encode(SVG.encode()).decode()}",
        f"data:image/svg+xml,{SVG}",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
    ],
    ids=["SVG", "SVG as text", "PNG"],
)
def test_a_logo_stands_in_the_place_of_the_name(logo: str) -> None:
    """The name is then in the line above the address only."""
    (text,) = texts(pdf(changed(logo=logo)))
    assert text.startswith("Invoice Jo Doe Software · Torstraße 12")


def test_the_paper_is_that_of_the_country() -> None:
    """US Letter for a seller in the United States, else A4."""
    for country, size in (("US", [612, 792]), ("DE", [595, 842]), ("", [595, 842])):
        data = pdf(changed(number="", seller=replace(SELLER, country=country)))
        box = PdfReader(BytesIO(data)).pages[0].mediabox
        assert [round(float(each)) for each in box[2:]] == size


@pytest.mark.parametrize(
    "logo", ["data:image/png;base64,AAAA", "data:image/png;base64,A", "data:text/plain,hello"]
)
def test_a_logo_that_is_no_picture_is_refused(logo: str) -> None:
    """It says which formats there are."""
    with pytest.raises(SetupError) as caught:
        pdf(changed(logo=logo))
    assert caught.value.what == "the logo can't be drawn"
    assert caught.value.hint == "use a PNG, JPEG, GIF, WebP or SVG"
