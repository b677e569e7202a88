"""The kinds of files that a document can be saved as, by the ending of the name."""

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path

import msgspec

from clocktool.domain.document import Document
from clocktool.errors import SetupError, UsageError, literal


class Format(msgspec.Struct, frozen=True):
    """A kind of file: what writes it, and the modules of the extra ``invoices`` that it needs."""

    write: Callable[[Document], bytes]
    modules: tuple[str, ...] = ()


def _csv(document: Document) -> bytes:
    from clocktool.documents.csv import csv

    return csv(document)


def _html(document: Document) -> bytes:
    from clocktool.documents.html import html

    return html(document)


def _pdf(document: Document) -> bytes:
    from clocktool.documents.pdf import pdf

    return pdf(document)


def _xlsx(document: Document) -> bytes:
    from clocktool.documents.xlsx import xlsx

    return xlsx(document)


def _xml(document: Document) -> bytes:
    from clocktool.documents.cii import xml

    return xml(document)


FORMATS = {
    ".pdf": Format(_pdf, ("typst", "facturx", "pypdf")),
    ".html": Format(_html, ("jinja2",)),
    ".xlsx": Format(_xlsx, ("xlsxwriter",)),
    ".csv": Format(_csv),
    ".xml": Format(_xml, ("facturx",)),
}
"""What is imported for a document is imported when it is written."""


def write(document: Document, path: Path) -> bytes:
    """Return a document as the bytes of a file, in the format of its ending.

    The same document gives the same text. Raises UsageError for an unknown ending, and for XML of
    a draft.
    """
    return _format(path.suffix).write(document)


def check_extra(suffixes: Iterable[str]) -> None:
    """Check that documents with these endings can be written by what is installed.

    Raises UsageError for an unknown ending, and SetupError if a package of the extra is missing.
    """
    for suffix in suffixes:
        missing = [each for each in _format(suffix).modules if find_spec(each) is None]
        if missing:
            raise SetupError(
                f"'--save' of {suffix} needs the extra invoices",
                "install it: pip install 'clocktool[invoices]', or: pipx inject clocktool"
                " 'clocktool[invoices]'",
                why=f"not installed: {', '.join(missing)}",
            )


def check(draft: Document, suffixes: Iterable[str]) -> None:
    """Check that a document can be written with these endings, before it gets its number.

    Raises RefusedError for XML of a currency that EN 16931 does not have, SetupError for a template
    that is not valid or a logo that can't be drawn.
    """
    endings = {suffix.lower() for suffix in suffixes}
    if ".xml" in endings:
        from clocktool.documents.cii import check_currency

        check_currency(draft.currency)
    if ".html" in endings and draft.template:
        _html(draft)
    if ".pdf" in endings and draft.logo:
        _pdf(msgspec.structs.replace(draft, lines=draft.lines[:1], work=()))


def _format(suffix: str) -> Format:
    found = FORMATS.get(suffix.lower())
    if found is None:
        raise UsageError(f"unknown ending {literal(suffix)}", f"use one of {', '.join(FORMATS)}")
    return found
