"""A shell's command line, read as far as the cursor, and text quoted as it must stand there.

Bash replaces only part of the word that is typed: what is behind the last ``:`` or ``=``, or behind
an open quote. So its line is read here, where all of this can be known and tested.
"""

import msgspec


class Line(msgspec.Struct):
    """The words up to the cursor, and the one begun: ``head`` of it stays, in ``quote`` or not."""

    words: list[str]
    begun: str
    head: str
    quote: str


def read_bash(text: str, replaced: str) -> Line | None:
    """Read the line before the cursor, whose end ``replaced`` bash would replace.

    None where a file name is typed, behind ``>`` or ``<``.
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
    """Return what a word that is being typed says: without the quotes and backslashes of it."""
    line = read_bash(text, "")
    return text if line is None or line.words else line.begun


def quoted(text: str, quote: str, *, first: bool) -> str:
    """Return text as bash reads it inside that quote ('' for none); ``first`` begins a word.

    Bash adds the closing quote, but not behind a text that ends with one.
    """
    if quote:
        if quote == "'":
            inside = text.replace("'", "'\\''")
        else:
            inside = "".join(f"\\{mark}" if mark in '"\\$`' else mark for mark in text)
            inside = inside.replace("!", "\"'!'\"")  # history is expanded there, escaped or not
        return inside + quote if inside.endswith(quote) else inside
    marked = "".join(mark if _is_plain(mark) else f"\\{mark}" for mark in text)
    return f"\\{marked}" if first and text[:1] == "~" else marked


def powershell(text: str) -> str:
    """Return text as a word of PowerShell."""
    if text and all(mark.isalnum() or mark in "_-./:~" for mark in text):
        return text
    return "'" + "".join(mark * 2 if mark in _QUOTES else mark for mark in text) + "'"


_QUOTES = "'\u2018\u2019\u201a\u201b"
"""What PowerShell takes for a single quote."""


def _is_plain(mark: str) -> bool:
    return mark.isalnum() or mark in "_./,+@%^-:=~" or not (mark.isascii() or mark.isspace())
