"""A document as PDF/A-3 by typst, with its XML inside: Factur-X."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

import msgspec

from clocktool.documents.cii import has_xml, xml
from clocktool.documents.page import page
from clocktool.documents.text import one_line
from clocktool.domain.document import Document
from clocktool.errors import NotDoneError, SetupError

TEMPLATE = Path(__file__).parent.parent / "data" / "documents" / "invoice.typ"
STANDARD: Final = "a-3b"
REPLACEMENT = "\ufffd"
_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed')
_ALWAYS = "\u017f"
"""The last of the characters that typst's own fonts all have: Latin."""

_ROUNDS = 10
"""How often a page is set anew, each time without the characters that no font has."""


def unshown(document: Document) -> dict[str, str]:
    """Return the characters that no font of this machine has, by the field that they stand in.

    The page is set only if a text has characters that typst's own fonts may lack.
    """
    fields = {name: one_line(text) for name, text in _fields(document)}
    if not any(each > _ALWAYS for text in fields.values() for each in text):
        return {}
    _, missing = _typeset(document, {})
    found = {
        name: "".join(dict.fromkeys(each for each in text if each in missing))
        for name, text in fields.items()
    }
    return {name: characters for name, characters in found.items() if characters}


def _fields(document: Document) -> Iterator[tuple[str, str]]:
    for who, party in (("seller", document.seller), ("client", document.buyer)):
        for name, value in msgspec.structs.asdict(party).items():
            yield f"{who}.{name}", value if isinstance(value, str) else " ".join(value)
    yield "invoices.note", document.note
    yield "the reason", f"{document.reason} {document.tax.reason}"
    for place, line in enumerate(document.lines, 1):
        yield f"line {place}", line.text
    for work in document.work:
        what = f"{work.project} {work.task} {work.description}"
        yield f"the timesheet, {work.day} {work.start}", what


def pdf(document: Document) -> bytes:
    """Return the PDF of a document. A draft, or a currency without XML, has no XML inside.

    Raises SetupError for a logo that can't be drawn, and NotDoneError if typst fails.
    """
    inputs = {"xml": xml(document, embedded=True).decode()} if has_xml(document) else {}
    data, _ = _typeset(document, inputs)
    return _with_metadata(data) if inputs else data


def _typeset(document: Document, inputs: dict[str, str]) -> tuple[bytes, set[str]]:
    """Set the page; return it, and the characters that no font has: a sign is in their place.

    The fonts are those of typst, then those of the machine.
    """
    from typst import TypstError
    from typst import compile as compile_typst

    text = page_json(document)
    day = datetime(*document.dated.timetuple()[:3], tzinfo=UTC)
    all_missing: set[str] = set()
    for _ in range(_ROUNDS):
        try:
            data = compile_typst(
                TEMPLATE,
                root=TEMPLATE.parent,
                sys_inputs={**inputs, "page": text},
                format="pdf",
                pdf_standards=STANDARD,
                timestamp=day,
            )
        except TypstError as error:
            missing = _missing(error.diagnostic)
            all_missing |= missing
            if not missing:
                raise _failure(document, error.message) from error
            text = text.translate(dict.fromkeys(map(ord, missing), REPLACEMENT))
        else:
            return data, all_missing
    raise NotDoneError("the PDF was not made", why="no font has its characters")


def page_json(document: Document) -> str:
    """Return the texts of the page, the day and the picture of the logo, as JSON."""
    fields = msgspec.structs.asdict(page(document))
    fields["dated"] = document.dated.timetuple()[:3]
    fields["logo"] = list(_picture(document.logo)) if document.logo else None
    return msgspec.json.encode(fields).decode()


def _picture(url: str) -> bytes:
    """Return the bytes of a ``data:`` URL."""
    head, _, body = url.partition(",")
    try:
        return b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)
    except Base64Error as error:
        raise _logo_error(str(error)) from error


def _missing(diagnostic: str) -> set[str]:
    """Return the characters that no font has, from the messages of typst. ASCII has glyphs."""
    found = "".join(_MISSING.findall(diagnostic))
    plain = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), found)
    return {each for each in plain if not each.isascii() and each != REPLACEMENT}


def _failure(document: Document, message: str) -> SetupError | NotDoneError:
    if document.logo and ("image" in message or "decode" in message or "SVG" in message):
        return _logo_error(message)
    return NotDoneError("the PDF was not made", why=f"typst says: {message}")


def _logo_error(why: str) -> SetupError:
    return SetupError("the logo can't be drawn", "use a PNG, JPEG, GIF, WebP or SVG", why=why)


_END = re.compile(rb"trailer\s*<<(.*)>>\s*startxref\s*(\d+)\s*%%EOF\s*\Z", re.DOTALL)
"""The end of a PDF: what its trailer says, and where its table of objects is."""

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
_FACTUR_X = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = {
    "DocumentFileName": ("factur-x.xml", "The name of the embedded XML document"),
    "DocumentType": ("INVOICE", "The type of the hybrid document"),
    "Version": ("1.0", "The version of the standard of the embedded XML document"),
    "ConformanceLevel": ("EN 16931", "The conformance level of the embedded XML document"),
}
"""The properties of Factur-X: value, and the description that PDF/A demands."""


def _with_metadata(data: bytes) -> bytes:
    """Add the properties of Factur-X to the metadata, and their description for PDF/A.

    The new metadata is appended to the file, as an incremental update of PDF: what typst wrote
    stays as it is, and a long document is not written twice.
    """
    from pypdf import PdfReader
    from pypdf.generic import IndirectObject, StreamObject

    reference = PdfReader(BytesIO(data)).root_object.raw_get("/Metadata")
    end = _END.search(data)
    if not isinstance(reference, IndirectObject) or end is None:
        raise NotDoneError("the PDF was not made", why="this version of typst is not supported")
    stream = reference.get_object()
    packet = _metadata(stream.get_data()) if isinstance(stream, StreamObject) else b""
    number, place = reference.idnum, len(data) + 1
    item = (
        b"\n%d 0 obj\n<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%b\nendstream\nendobj\n"
        % (number, len(packet), packet)
    )
    table = b"xref\n0 1\n0000000000 65535 f\r\n%d 1\n%010d 00000 n\r\n" % (number, place)
    trailer = b"trailer\n<<%b/Prev %b>>\nstartxref\n%d\n%%%%EOF\n" % (
        end[1],
        end[2],
        len(data) + len(item),
    )
    return data + item + table + trailer


def _metadata(packet: bytes) -> bytes:
    """Return the packet of XMP with the properties of Factur-X.

    The description goes into the list of schemas, because a packet can have only one.
    """
    head, _, rest = packet.decode().partition("<x:xmpmeta")
    body, _, tail = rest.partition("</x:xmpmeta>")
    for prefix, name in re.findall(r'xmlns:(\w+)="([^"]+)"', body):
        ET.register_namespace(prefix, name)
    ET.register_namespace("fx", _FACTUR_X)
    root = ET.fromstring(f"<x:xmpmeta{body}</x:xmpmeta>")  # noqa: S314  # made here by typst
    description = root.find(f".//{{{_RDF}}}Description")
    schemas = root.find(f".//{{{_EXTENSION}}}schemas/{{{_RDF}}}Bag")
    if description is None:
        raise NotDoneError("the PDF was not made", why="its metadata is empty")
    if schemas is None:
        schemas = ET.SubElement(
            ET.SubElement(description, f"{{{_EXTENSION}}}schemas"), f"{{{_RDF}}}Bag"
        )
    schemas.append(ET.fromstring(_schema()))  # noqa: S314
    for name, (value, _) in _PROPERTIES.items():
        ET.SubElement(description, f"{{{_FACTUR_X}}}{name}").text = value
    return f"{head}{ET.tostring(root, encoding='unicode')}{tail}".encode()


def _schema() -> str:
    """Return the description of Factur-X's properties as an item of XMP."""
    items = "".join(
        f"""<rdf:li rdf:parseType="Resource"><p:name>{name}</p:name>"""
        f"<p:valueType>Text</p:valueType><p:category>external</p:category>"
        f"<p:description>{text}</p:description></rdf:li>"
        for name, (_, text) in _PROPERTIES.items()
    )
    return (
        f'''<rdf:li xmlns:rdf="{_RDF}" xmlns:s="http://www.aiim.org/pdfa/ns/schema#"'''
        f""" xmlns:p="http://www.aiim.org/pdfa/ns/property#" rdf:parseType="Resource">"""
        "<s:schema>Factur-X PDFA Extension Schema</s:schema>"
        f"<s:namespaceURI>{_FACTUR_X}</s:namespaceURI><s:prefix>fx</s:prefix>"
        f"<s:property><rdf:Seq>{items}</rdf:Seq></s:property></rdf:li>"
    )
