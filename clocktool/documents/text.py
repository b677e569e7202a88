"""Texts that people wrote, as they may stand in a document."""

import re

_UNSEEN = re.compile(
    # controls, characters that change the direction of text, the mark of byte order, surrogates,
    # and code points that are not characters
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_FORMULA = ("=", "+", "-", "@", "|", "%")


def one_line(text: str) -> str:
    """Return a text on one line, without the characters that can't be seen."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return " ".join(_UNSEEN.sub("", text).split())


def csv_cell(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula: a formula gets a ``'`` in front."""
    bare = one_line(text)
    first = bare.replace("'", " ").lstrip()[:1]
    return f"'{bare}" if first and first in _FORMULA else bare
