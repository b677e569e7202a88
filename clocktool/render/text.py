"""Texts that people wrote, made safe for terminals, tables, Markdown and spreadsheets."""

import re

UNSEEN = (
    # C1 controls, line and paragraph separators, the mark of byte order
    "\x7f-\x9f\u2028\u2029\ufeff"
    # all characters of Unicode that change the direction of text, deprecated ones too
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
)
"""Characters beyond C0 that must not reach a terminal, as the inside of a ``[…]`` pattern."""

LONGEST = 30
"""The greatest width of a description or a project name in a prompt, in columns."""

_CONTROL = f"[\x00-\x1f{UNSEEN}\ud800-\udfff]"
_RIGHT_TO_LEFT = ("R", "AL", "AN")
_MARKDOWN = r"([\\`*_\[\]<>|~#])"
_FORMULA = ("=", "+", "-", "@")
_NEGATIVE = r"-\d+(:\d\d)*(\.\d+)?( [A-Z]{3})?"
_ELLIPSIS = {True: "…", False: "..."}


def visible(text: str) -> str:
    """Return a text on one line. Control characters become spaces, or ``�``."""
    if text.isprintable():  # none of these characters is
        return text
    return re.sub(_CONTROL, lambda found: " " if found[0].isspace() else "\ufffd", text)


def csv_cell(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula: a formula gets a ``'`` in front.

    A formula with a ``'`` in front gets another one, so that removing one restores the text.
    """
    safe = re.sub(_CONTROL, lambda found: found[0] if found[0] in "\n\t" else "\ufffd", text)
    first = safe.replace("'", " ").lstrip()[:1]
    return f"'{safe}" if first and first in _FORMULA else safe


def is_negative(figure: str) -> bool:
    """Return whether an amount or a duration is below zero: ``-5.50 EUR``, ``-2:37:00``."""
    return figure[:1] == "-" and re.fullmatch(_NEGATIVE, figure, re.ASCII) is not None


def markdown_cell(text: str) -> str:
    """Return a text for a table of Markdown, with special characters escaped."""
    return re.sub(_MARKDOWN, r"\\\1", visible(text))


def cells(text: str) -> int:
    """Return the width of a text in columns of a terminal. Wide characters take two."""
    if text.isascii() or text.translate(_NARROW).isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def isolated(text: str) -> str:
    """Return a visible text with marks around it if parts of it are written from right to left.

    The marks (Unicode isolates) keep it from changing the order of other texts on the line. Spaces
    at its ends stay outside.
    """
    if text.isascii():
        return text
    from unicodedata import bidirectional

    if not any(bidirectional(each) in _RIGHT_TO_LEFT for each in text):
        return text
    bare = text.strip()
    before, _, after = text.partition(bare)
    return f"{before}\u2068{bare}\u2069{after}"


def unpainted(text: str) -> str:
    """Return a painted text without its colour codes."""
    return re.sub("\x1b\\[[0-9;]*m", "", text)


def fit(text: str, width: int, *, unicode: bool = True) -> str:
    """Return a text in exactly this width: cut with an ellipsis, or padded with spaces."""
    length = cells(text)
    if length <= width:
        return text + " " * (width - length)
    mark = _ELLIPSIS[unicode]
    if width <= len(mark):
        return mark[:width]
    if text.isascii():
        return text[: width - len(mark)] + mark
    from rich.cells import set_cell_size

    return set_cell_size(text, width - len(mark)) + mark


def shortened(text: str, *, unicode: bool = True) -> str:
    """Return a text on one line, in at most ``LONGEST`` columns."""
    shown = visible(text)
    return shown if cells(shown) <= LONGEST else fit(shown, LONGEST, unicode=unicode).rstrip()


def ascii_json(text: str) -> str:
    """Return JSON with all characters beyond ASCII escaped."""
    return "".join(
        each if each.isascii() else "".join(f"\\u{unit:04x}" for unit in _utf16(each))
        for each in text
    )


def _utf16(character: str) -> list[int]:
    data = character.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(data[place : place + 2], "big") for place in range(0, len(data), 2)]


_NARROW = dict.fromkeys(map(ord, "–…·●■✓✗"))
"""The signs of clocktool's own tables, one column wide each: they need no table of widths."""
