"""The HTML of a document: its texts, its safety, people's own templates, a real browser."""

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from pypdf import PdfReader

from clocktool.documents.html import html, usual_template
from clocktool.documents.page import Page
from clocktool.documents.text import one_line
from clocktool.domain.document import Document, Tax, line
from clocktool.domain.money import Rate
from clocktool.errors import SetupError
from tests.documents.samples import HOSTILE, SAMPLE, WORK, changed, documents, long_document

BROWSER = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)


in_a_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")


class Reader(HTMLParser):
    """The tags and texts of a page."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.texts: list[str] = []
        self.is_style = False
        self.feed(data.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag and its attributes."""
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}
        self.is_style = tag == "style"

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        if not self.is_style and data.strip():
            self.texts.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        """Leave the style."""
        self.is_style = False


TAGS = {
    "address",
    "bdi",
    "body",
    "dd",
    "div",
    "dl",
    "dt",
    "footer",
    "h1",
    "h2",
    "head",
    "header",
    "html",
    "img",
    "main",
    "meta",
    "p",
    "section",
    "span",
    "style",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "title",
    "tr",
}
"""The tags of the usual template: a text adds none."""


def test_a_document_says_all_that_an_invoice_must() -> None:
    """Parties, number, dates, lines, sums, payment: the texts in their order."""
    assert Reader(html(SAMPLE)).texts == [
        "Invoice 2026-014 – Jo Doe Software",
        *("Jo Doe Software", "Torstraße 12", "10115 Berlin", "Invoice"),
        *("To", "ACME GmbH", "Accounts payable", "Hauptstraße 5", "80331 München"),
        *("VAT ID", "DE987654321"),
        *("Invoice number", "2026-014", "Date", "30\u00a0November 2026"),
        *("Service period", "2\u00a0– 27\u00a0November 2026", "Due date", "14\u00a0December 2026"),
        *("Description", "Hours", "Rate (EUR)", "Amount (EUR)"),
        *("Site: Fix login page", "12.3333", "105.00", "1,295.00"),
        *("Site: Review", "3.0000", "105.00", "315.00"),
        *("Site: Search", "5.0170", "105.00", "526.78"),
        *("Net amount", "€2,136.78", "VAT 19%", "€405.99", "Total due", "€2,542.77"),
        "Please pay €2,542.77 by 14\u00a0December 2026.",
        *("IBAN", "DE02 1203 0000 0000 2020 51", "BIC", "BYLADEM1001"),
        *("Reference", "2026-014"),
        *("jo@example.com", "+49 30 1234567", "VAT ID", "DE136695976"),
    ]


def test_a_german_document_is_german() -> None:
    """Words, dates, decimal signs and the place of the currency."""
    texts = Reader(html(changed(language="de", work=WORK, rounding="up:15m"))).texts
    assert {"Rechnung", "Leistungszeitraum", "12,3333", "2.542,77\u00a0€", "Stundennachweis"} < {
        *texts
    }
    assert "Bitte überweisen Sie 2.542,77\u00a0€ bis zum 14.\u00a0Dezember 2026." in texts
    assert not {"Invoice", "Hours", "Total"} & set(texts)


def test_a_draft_says_so_and_asks_for_no_money() -> None:
    """It has no number and no account."""
    texts = Reader(html(changed(number=""))).texts
    assert texts.count("DRAFT") == 2
    assert "This is a draft, not an invoice." in texts
    assert not any(text.startswith(("Please pay", "IBAN")) for text in texts)


def test_the_reason_for_no_tax_is_said() -> None:
    """Reverse charge has words of its own; an exemption has its reason."""
    words = "Reverse charge: the recipient is liable for the VAT."
    assert words in Reader(html(changed(tax=Tax("AE")))).texts
    assert "§ 19 UStG" in Reader(html(changed(tax=Tax("E", 0, "§ 19 UStG")))).texts


@settings(max_examples=30)
@given(document=documents())
def test_no_text_is_markup(document: Document) -> None:
    """Any text stays text: no tag but the template's, and the same bytes again."""
    data = html(document)
    page = Reader(data)
    assert page.tags <= TAGS
    assert not {name for name, _ in page.attributes if name.startswith("on")}
    assert {"src", "href"} & {name for name, _ in page.attributes} == set()
    assert html(document) == data


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_shown_as_it_was_written(text: str) -> None:
    """All but the characters that can't be seen."""
    document = changed(lines=(line(text, 3600, Rate(100, "EUR")),))
    assert one_line(text) in Reader(html(document)).texts


def test_nothing_is_fetched() -> None:
    """The page forbids scripts and requests, and a logo is part of the file."""
    logo = "data:image/png;base64,iVBORw0KGgo="
    page = Reader(html(changed(logo=logo)))
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert ("content", policy) in page.attributes
    assert ("src", logo) in page.attributes
    assert "url(" not in usual_template()
    assert "@import" not in usual_template()


def test_the_page_about_templates_names_every_text() -> None:
    """A template can use each field of the page, and no other name is promised."""
    page = (Path(__file__).parents[2] / "docs" / "invoice-templates.md").read_text("utf-8")
    table = page.partition("| name | what it is |")[2]
    cells = re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE)
    named = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(named) == sorted(Page.__struct_fields__)


def test_an_own_template_has_the_same_texts() -> None:
    """It is filled with the texts of the page, escaped."""
    own = "<p>{{ title }}: {{ buyer.name }}, {{ total.value }}</p>"
    document = changed(template=own, buyer=replace(SAMPLE.buyer, name="A <b>"))
    assert html(document) == "<p>Invoice 2026-014: A &lt;b&gt;, €2,542.77</p>\n".encode()


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("<p>\n{{ title", "line 2: unexpected end of template, expected 'end of print statement'."),
        ("{{ nothing }}", "'nothing' is undefined"),
        (
            "{{ title.__class__.__mro__ }}",
            "access to attribute '__class__' of 'str' object is unsafe.",
        ),
        ("{% include '/etc/passwd' %}", "no loader for this environment specified"),
    ],
)
def test_a_template_that_is_not_valid_is_refused(template: str, why: str) -> None:
    """It says the line or the name; a template reads no file and no inside of Python."""
    with pytest.raises(SetupError) as caught:
        html(changed(template=template))
    assert caught.value.what == "the template of invoices is not valid"
    assert caught.value.why == why


def browse(folder: Path, page: bytes, *options: str) -> str:
    """Open a page in a real browser and return what it prints."""
    (folder / "invoice.html").write_bytes(page)
    ran = subprocess.run(
        [
            *(str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", *options),
            f"--user-data-dir={folder / 'profile'}",
            (folder / "invoice.html").as_uri(),
        ],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return ran.stdout


@in_a_browser
def test_a_browser_prints_it_on_pages(tmp_path: Path) -> None:
    """A4, the head of the table on each page."""
    out = tmp_path / "out.pdf"
    browse(tmp_path, html(long_document(60)), "--no-pdf-header-footer", f"--print-to-pdf={out}")
    pages = PdfReader(out).pages
    texts = [page.extract_text() for page in pages]
    assert [round(float(each)) for each in pages[0].mediabox[2:]] == [595, 842]
    assert len(pages) == 3
    assert all("Description" in text for text in texts[:2])
    assert "Total due" in texts[-1]


@in_a_browser
def test_a_browser_sees_texts_where_texts_are_hostile(tmp_path: Path) -> None:
    """Its tree of elements has no script, no picture and no link."""
    lines = tuple(line(each, 3600, Rate(100, "EUR")) for each in HOSTILE)
    page = Reader(browse(tmp_path, html(changed(lines=lines)), "--dump-dom").encode())
    assert "<script>alert(1)</script>" in page.texts
    assert page.tags <= TAGS - {"img"}
