"""The kinds of files: what writes them, and what is said where the extra is missing."""

import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from msgspec.structs import replace

from clocktool.documents import formats
from clocktool.documents.csv import csv
from clocktool.documents.formats import check, check_extra, write
from clocktool.domain.document import line
from clocktool.domain.money import Rate
from clocktool.errors import ExitCode, RefusedError, SetupError, UsageError
from tests.documents.samples import SAMPLE, changed


@pytest.mark.parametrize("suffix", [".html", ".csv", ".xml", ".pdf", ".xlsx"])
def test_the_ending_says_the_format(suffix: str) -> None:
    """In any case; the same document gives the same bytes."""
    data = write(SAMPLE, Path(f"Invoice{suffix.upper()}"))
    assert data == write(SAMPLE, Path(f"other{suffix}"))
    assert len(data) > 100


def test_an_unknown_ending_is_refused() -> None:
    """It names those that are known."""
    with pytest.raises(UsageError) as caught:
        write(SAMPLE, Path("invoice.docx"))
    assert caught.value.what == "unknown ending `.docx`"
    assert caught.value.hint == "use one of .pdf, .html, .xlsx, .csv, .xml"


def test_a_missing_extra_is_said_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Exit 3 says what to install; CSV needs nothing."""

    def find(name: str) -> ModuleSpec | None:
        return None if name == "typst" else ModuleSpec(name, None)

    monkeypatch.setattr(formats, "find_spec", find)
    check_extra([".csv", ".HTML", ".xml", ".xlsx"])
    with pytest.raises(SetupError) as caught:
        check_extra([".csv", ".pdf"])
    assert caught.value.exit_code is ExitCode.SETUP
    assert caught.value.message == (
        "'--save' of .pdf needs the extra invoices: not installed: typst"
    )
    assert caught.value.hint == (
        "install it: pip install 'clocktool[invoices]',"
        " or: pipx inject clocktool 'clocktool[invoices]'"
    )


def test_the_check_imports_nothing_of_the_extra() -> None:
    """Whether a package is there is found out without loading it."""
    program = (
        "import sys; from clocktool.documents.formats import check_extra, FORMATS;"
        "check_extra(FORMATS);"
        "print(sorted({'typst', 'facturx', 'jinja2', 'lxml', 'pypdf', 'xlsxwriter'}"
        " & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert (ran.stdout, ran.stderr) == ("[]\n", "")


def test_what_would_fail_is_found_before_numbering() -> None:
    """A currency that XML can't express, a template and a logo that are not valid."""
    draft = changed(number="")
    check(draft, [".pdf", ".html", ".XML", ".xlsx", ".csv"])
    dinars = replace(draft, currency="KWD")
    check(dinars, [".pdf", ".html"])
    with pytest.raises(RefusedError, match="no XML of an invoice in KWD"):
        check(dinars, [".pdf", ".XML"])
    broken = replace(draft, template="{{", logo="data:image/png;base64,AAAA")
    check(broken, [".xlsx", ".csv", ".xml"])
    with pytest.raises(SetupError, match="the template of invoices is not valid"):
        check(broken, [".html"])
    with pytest.raises(SetupError, match="the logo can't be drawn"):
        check(broken, [".pdf"])


@pytest.mark.parametrize("language", ["en", "de"])
def test_csv_of_a_draft_says_so_in_each_row(language: str) -> None:
    """DRAFT stands in the place of the number, in both languages."""
    rows = csv(changed(number="", language=language)).decode().splitlines()
    assert [each.split(",")[0] for each in rows] == ["number", "DRAFT", "DRAFT", "DRAFT"]


def test_csv_has_plain_numbers_and_no_formula() -> None:
    """A row a line; a text that looks like a formula gets a quote in front."""
    lines = (*SAMPLE.lines[:1], line('=1+1, "x"', 5400, Rate(9_950, "EUR")))
    assert csv(changed(lines=lines)).decode() == (
        "number,date,day,description,hours,rate,amount,currency,tax,percent\n"
        "2026-014,2026-11-30,,Site: Fix login page,12.3333,105.00,1295.00,EUR,S,19\n"
        '2026-014,2026-11-30,,"\'=1+1, ""x""",1.50,99.50,149.25,EUR,S,19\n'
    )
