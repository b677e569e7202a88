"""Documents at the front door: every format, from the same frozen invoice."""

from importlib.machinery import ModuleSpec
from pathlib import Path

import facturx
import pytest
from pypdf import PdfReader

from clocktool.documents import formats
from clocktool.documents.html import usual_template
from tests.conftest import Console

CONFIG = """\
[seller]
name = "Jo Doe"
address = ["Street 1", "10115 Berlin"]
country = "DE"
vat_id = "DE136695976"
iban = "DE02120300000000202051"
[invoices]
tax = 19
[profiles.local.clients.ACME]
address = ["Hauptstraße 5", "80331 München"]
country = "DE"
language = "de"
"""
ENDINGS = (".pdf", ".html", ".xlsx", ".csv", ".xml")


@pytest.fixture
def seller(day: Console) -> Console:
    """A day with billable entries of ACME, and all that documents need."""
    Path(day.env["CLOCKTOOL_CONFIG"]).write_text(CONFIG)
    return day


def saved(console: Console, folder: str) -> list[str]:
    """Return options that save a document in every format."""
    (console.folder / folder).mkdir()
    return [f"{folder}/acme{ending}" for ending in ENDINGS]


def test_every_format_is_saved_and_saved_again(seller: Console) -> None:
    """``invoices save`` writes the same bytes, also after the configuration was edited."""
    first, again = saved(seller, "first"), saved(seller, "again")
    options = [word for name in first for word in ("--save", name)]
    seller.ok("invoice", "-y", "--attach-timesheet", *options)
    Path(seller.env["CLOCKTOOL_CONFIG"]).write_text(CONFIG.replace("Jo Doe", "Someone else"))
    seller.ok("invoices", "save", "2026-001", *again)
    for one, other in zip(first, again, strict=True):
        data = (seller.folder / one).read_bytes()
        assert data == (seller.folder / other).read_bytes()
    pdf = (seller.folder / first[0]).read_bytes()
    assert facturx.get_facturx_xml_from_pdf(pdf)[1] == (seller.folder / first[4]).read_bytes()
    pages = PdfReader(seller.folder / first[0]).pages
    assert "Rechnung" in pages[0].extract_text()
    assert "Stundennachweis" in pages[1].extract_text()


def test_a_draft_is_saved_in_every_format_but_xml(seller: Console) -> None:
    """It says ENTWURF, has no number and no XML inside."""
    names = saved(seller, "drafts")[:4]
    seller.ok("invoice", "--dry-run", *(word for name in names for word in ("--save", name)))
    reader = PdfReader(seller.folder / names[0])
    assert "ENTWURF" in reader.pages[0].extract_text()
    assert reader.attachments == {}
    assert "ENTWURF" in (seller.folder / names[1]).read_text("utf-8")
    assert seller.ok("invoices", "-o", "json").json == []


def test_without_the_extra_nothing_is_numbered(
    seller: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 3 says how to install it."""

    def find(name: str) -> ModuleSpec | None:
        return None if name in {"typst", "facturx"} else ModuleSpec(name, None)

    monkeypatch.setattr(formats, "find_spec", find)
    message = (
        "error: '--save' of .pdf needs the extra invoices: not installed: typst, facturx\n"
        "hint: install it: pip install 'clocktool[invoices]',"
        " or: pipx inject clocktool 'clocktool[invoices]'\n"
    )
    assert seller("invoice", "-y", "--save", "acme.pdf") == (3, "", message)
    assert seller.ok("invoices", "-o", "json").json == []


def test_an_own_template_is_used_and_checked_before_numbering(seller: Console) -> None:
    """It is one file, in the folder of the configuration; the one in use can be printed."""
    assert seller.ok("invoices", "template").out == usual_template()
    config = Path(seller.env["CLOCKTOOL_CONFIG"])
    config.write_text(CONFIG.replace("tax = 19", 'tax = 19\ntemplate = "own.html"'))
    (config.parent / "own.html").write_text("<p>{{ titel }}</p>", encoding="utf-8")
    result = seller("invoice", "-y", "--save", "acme.html")
    assert (result.code, result.err.splitlines()[-2:]) == (
        3,
        [
            "error: the template of invoices is not valid: 'titel' is undefined",
            "hint: 'clocktool invoices template' prints one that is",
        ],
    )
    assert seller.ok("invoices", "-o", "json").json == []
    (config.parent / "own.html").write_text("<p>{{ title }}</p>", encoding="utf-8")
    seller.ok("invoice", "-y", "--save", "acme.html")
    assert (seller.folder / "acme.html").read_text("utf-8") == "<p>Rechnung 2026-001</p>\n"


def test_a_cancellation_is_a_credit_note(seller: Console) -> None:
    """Its XML has the type 381 and the old number."""
    seller.ok("invoice", "-y", "--save", "acme.pdf")
    seller.ok("invoices", "cancel", "2026-001", "--reason", "Falscher Satz", "-y")
    seller.ok("invoices", "save", "2026-002", "storno.xml", "storno.pdf")
    xml = (seller.folder / "storno.xml").read_text("utf-8")
    assert "<ram:TypeCode>381</ram:TypeCode>" in xml
    assert "<ram:IssuerAssignedID>2026-001</ram:IssuerAssignedID>" in xml
    assert "Stornorechnung" in PdfReader(seller.folder / "storno.pdf").pages[0].extract_text()


def test_a_vat_identifier_begins_with_a_country(seller: Console) -> None:
    """Else the rules of EN 16931 refuse it; Greece has a prefix of its own."""
    seller.ok("config", "set", "seller.vat_id", "EL 123456789")
    message = (
        "error: `seller.vat_id` must be the country and the number, like `DE136695976`,"
        " not `XX123456789`\nhint: to remove it: clocktool config set seller.vat_id ''\n"
    )
    assert seller("config", "set", "seller.vat_id", "XX123456789") == (2, "", message)


def test_what_no_font_can_show_is_named_with_its_field(seller: Console) -> None:
    """Before the number is given, for a draft too, and each time it is saved as a PDF."""
    item = ("--item", "A\U000f0000B=5")
    said = "The PDF can't show U+F0000 of line 2: no font for it is installed.\n"
    assert said in seller.ok("invoice", *item, "--save", "a.pdf", "--dry-run").err
    assert said not in seller.ok("invoice", *item, "--save", "a.html", "--dry-run").err
    assert said in seller.ok("invoice", *item, "--save", "a.pdf", "-y").err
    assert said in seller.ok("invoices", "save", "2026-001", "b.pdf").err
