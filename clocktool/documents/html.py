"""A document as one HTML file: no script, nothing fetched, every text escaped."""

from pathlib import Path

import msgspec

from clocktool.documents.page import page
from clocktool.domain.document import Document
from clocktool.errors import SetupError

_FOLDER = Path(__file__).parent.parent / "data" / "documents"


def usual_template() -> str:
    """Return the text of the template in the package."""
    return (_FOLDER / "invoice.html").read_text(encoding="utf-8")


def html(document: Document) -> bytes:
    """Return the HTML of a document, by its own template or the usual one.

    A template runs in a sandbox and reads nothing but the texts of the page. Raises SetupError
    with the line for a template that is not valid.
    """
    from jinja2 import StrictUndefined, TemplateSyntaxError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    fields = msgspec.structs.asdict(page(document))
    try:
        template = environment.from_string(document.template or usual_template())
        text = template.render(fields)
    except Exception as error:  # a template is a program, and may fail like any
        place = f"line {error.lineno}: " if isinstance(error, TemplateSyntaxError) else ""
        raise SetupError(
            "the template of invoices is not valid",
            "'clocktool invoices template' prints one that is",
            why=f"{place}{error}".partition("\n")[0],
        ) from error
    return text.strip().encode() + b"\n"
