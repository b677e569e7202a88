"""Parse a shell's command line up to the cursor, and quote candidates for it.

Bash replaces only the part of a word after the last ``:`` or ``=``, or after an open quote. So the
whole line is parsed here, where that can be tested.
"""

from collections.abc import Sequence

import msgspec


class Line(msgspec.Struct):
    """The complete words, and the incomplete one (``begun``).

    ``head`` is the part of it that bash keeps, ``quote`` the open quote there, or "".
    """

    words: list[str]
    begun: str
    head: str
    quote: str


def read_bash(text: str, replaced: str) -> Line | None:
    """Parse the line before the cursor. ``replaced`` is its end, which bash will replace.

    Returns None after ``>`` or ``<``, where a file name is typed.
    """
    cut = len(text) - len(replaced) if text.endswith(replaced) else len(text)
    words: list[str] = []
    word, quote, escaped, begun, redirected = "", "", False, False, False
    at_cut: tuple[str, str] | None = None
    for place, mark in enumerate(text):
        if place == cut:
            at_cut = (word, quote)
        if escaped:
            word += mark if not quote or mark in '"\\$`' else f"\\{mark}"
            escaped = False
        elif mark == "\\" and quote != "'":
            escaped = begun = True
        elif quote:
            quote, word = ("", word) if mark == quote else (quote, word + mark)
        elif mark in "'\"":
            quote, begun = mark, True
        elif mark in " \t\n;|&()<>":
            if begun and not redirected and not (mark in "<>" and word.isdigit()):
                words.append(word)
            redirected = mark in "<>" or (redirected and not begun)
            words = [] if mark in "\n;|&()" and not redirected else words
            word, begun = "", False
        else:
            word, begun = word + mark, True
    if redirected:
        return None
    head, inside = at_cut or (word, quote)
    return Line(words, word, head, inside)


def begun_word(text: str) -> str:
    """Return an incomplete word without its quotes and backslashes."""
    line = read_bash(text, "")
    return text if line is None or line.words else line.begun


def quoted(text: str, quote: str, *, first: bool) -> str:
    """Return text quoted for bash inside an open quote ("" for none).

    ``first`` says that the text starts a word. Bash adds the closing quote, but not after a text
    that ends with one.
    """
    if quote:
        if quote == "'":
            inside = text.replace("'", "'\\''")
        else:
            inside = "".join(f"\\{mark}" if mark in '"\\$`' else mark for mark in text)
            inside = inside.replace(
                "!", "\"'!'\""
            )  # in double quotes bash expands it, even escaped
        return inside + quote if inside.endswith(quote) else inside
    marked = "".join(mark if _is_plain(mark) else f"\\{mark}" for mark in text)
    return f"\\{marked}" if first and text[:1] == "~" else marked


def is_lost(begun: str, found: Sequence[str]) -> bool:
    """Whether bash would replace an incomplete text with one that does not contain it.

    It inserts the beginning that all candidates share: ``S`` in the place of ``si`` for ``Site``
    and ``SITE 2``.
    """
    if len(found) < 2:
        return False
    first, last = min(found), max(found)
    pairs = enumerate(zip(first, last, strict=False))
    length = next((place for place, (one, other) in pairs if one != other), len(first))
    return length > 0 and begun.casefold() not in first[:length].casefold()


def powershell(text: str) -> str:
    """Return text quoted for PowerShell."""
    if text and all(mark.isalnum() or mark in "_-./:~" for mark in text):
        return text
    return "'" + "".join(mark * 2 if mark in _QUOTES else mark for mark in text) + "'"


_QUOTES = "'\u2018\u2019\u201a\u201b"
"""The characters that PowerShell treats as a single quote."""


def _is_plain(mark: str) -> bool:
    return mark.isalnum() or mark in "_./,+@%^-:=~" or not (mark.isascii() or mark.isspace())
