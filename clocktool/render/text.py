"""Text that others wrote, made harmless for a terminal, a table, Markdown or a spreadsheet."""

import re

UNSEEN = (
    # C1 controls, line and paragraph separators, the mark of byte order
    "\x7f-\x9f\u2028\u2029\ufeff"
    # all that Unicode has to turn text around, also what it has given up
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
)
"""The characters beyond C0 that a terminal must not be sent, as the inside of a ``[…]``."""

_CONTROL = f"[\x00-\x1f{UNSEEN}\ud800-\udfff]"
_RIGHT_TO_LEFT = ("R", "AL", "AN")
_MARKDOWN = r"([\\`*_\[\]<>|~#])"
_FORMULA = ("=", "+", "-", "@")
_ELLIPSIS = {True: "…", False: "..."}


def visible(text: str) -> str:
    """Return a text on one line without control characters: a blank for white space, else ``�``."""
    if text.isascii() and text.isprintable():
        return text
    return re.sub(_CONTROL, lambda found: " " if found[0].isspace() else "\ufffd", text)


def csv_cell(text: str) -> str:
    """Return a text that a spreadsheet shows instead of running it: a formula gets a ``'``.

    One that has a ``'`` gets another, so that the first can be taken off again.
    """
    safe = re.sub(_CONTROL, lambda found: found[0] if found[0] in "\n\t" else "\ufffd", text)
    first = safe.replace("'", " ").lstrip()[:1]
    return f"'{safe}" if first and first in _FORMULA else safe


def markdown_cell(text: str) -> str:
    """Return a text that Markdown shows as it is, inside a table."""
    return re.sub(_MARKDOWN, r"\\\1", visible(text))


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes; wide characters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def isolated(text: str) -> str:
    """Return a visible text so that what is read from right to left in it stays within it.

    The blanks at its ends stay outside, where they fill up a column.
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
    """Return a text of ours without the codes that paint it."""
    return re.sub("\x1b\\[[0-9;]*m", "", text)


def fit(text: str, width: int, *, unicode: bool = True) -> str:
    """Return a text in exactly that many columns: cut with an ellipsis, or filled up."""
    length = cells(text)
    if length <= width:
        return text + " " * (width - length)
    mark = _ELLIPSIS[unicode]
    if width <= len(mark):
        return mark[:width]
    from rich.cells import set_cell_size

    return set_cell_size(text, width - len(mark)) + mark


def ascii_json(text: str) -> str:
    """Return JSON for a stream that has no Unicode: all beyond ASCII escaped, nothing lost."""
    return "".join(
        each if each.isascii() else "".join(f"\\u{unit:04x}" for unit in _utf16(each))
        for each in text
    )


def _utf16(character: str) -> list[int]:
    data = character.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(data[place : place + 2], "big") for place in range(0, len(data), 2)]
