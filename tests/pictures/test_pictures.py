"""The pictures in README and docs show what the tool prints today."""

import re
import xml.etree.ElementTree as ET

from tests.examples import README
from tests.pictures.make import DOCS, invoice, pictures
from tests.pictures.record import moving

AGAIN = "python -m tests.pictures.make"


def test_the_pictures_are_current() -> None:
    """Each is what ``python -m tests.pictures.make`` would write now, and a page shows it."""
    pages = "".join(page.read_text("utf-8") for page in DOCS.glob("*.md"))
    for name, text in pictures():
        assert (DOCS / "pictures" / f"{name}.svg").read_text("utf-8") == text, AGAIN
        assert f"(pictures/{name}.svg)" in pages


def test_the_picture_of_an_invoice_is_small() -> None:
    """A page shows it; it is drawn anew with the others, by the typst that is installed."""
    kept = (DOCS / "pictures" / "invoice.png").read_bytes()
    for picture in (kept, invoice()):
        assert picture.startswith(b"\x89PNG")
        assert len(picture) < 100_000
    assert "(pictures/invoice.png)" in (DOCS / "invoice-templates.md").read_text("utf-8")


def test_the_moving_picture_is_current() -> None:
    """It is README's first minute as it is printed now, and README shows it."""
    text = moving()
    assert (DOCS / "first-minute.svg").read_text("utf-8") == text, AGAIN
    assert "(docs/first-minute.svg)" in README.read_text("utf-8")


def test_the_moving_picture_is_small_and_loads_nothing() -> None:
    """Well-formed, no script, no address but the name of SVG itself."""
    text = moving()
    ET.fromstring(text)  # noqa: S314  # it is our own
    assert len(text) < 100_000
    assert re.findall(r"https?://[^\"]*|<script|url\(|@import", text) == [
        "http://www.w3.org/2000/svg"
    ]
