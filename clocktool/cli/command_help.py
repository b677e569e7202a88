"""The help of one command: what it does, examples, how to call it, its options by group."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap

from clocktool.cli.options import FILTERS, MORE_FILTERS, OUTPUT

EXAMPLES = "Examples:"
"""The line of a docstring after which the examples stand, an empty line behind them."""

COLUMN = 26
"""Where the texts of options begin at the latest; a longer name has its own line."""

NARROW = 60
"""Below that many columns a text stands under its name."""

GLOBAL = "Options of every command: clocktool help options"

ARGUMENTS = "Arguments"

WORDS = ("Commands", ARGUMENTS)
"""The groups of words that are not options."""

LAST = (FILTERS, MORE_FILTERS, OUTPUT)
"""The groups that come after all others, in this order."""

_BLANK = "\0"
"""Replaces a space at which a line must not end."""

Rows = Sequence[tuple[str, str]]


def split(text: str) -> tuple[list[str], list[str]]:
    """Return the paragraphs of a docstring, and the lines of its examples."""
    before, _, after = text.partition(EXAMPLES)
    examples, _, behind = after.strip("\n").partition("\n\n")
    paragraphs = [" ".join(each.split()) for each in f"{before}\n\n{behind}".split("\n\n")]
    return [each for each in paragraphs if each], [each.strip() for each in examples.splitlines()]


def page(text: str, usage: Sequence[str], groups: Mapping[str, Rows], width: int) -> str:
    """Return the help, with a final newline.

    ``text`` is the docstring, ``usage`` the words of the usage line. The names of options without
    a text of their own are listed together.
    """
    (summary, *paragraphs), examples = split(text)
    blocks = [_filled(summary, width)]
    if examples:
        blocks.append([f"  {line}" for line in examples])
    blocks.append(wrap(f"Usage: {' '.join(usage)}", width, subsequent_indent="  "))
    blocks += [_filled(each, width) for each in paragraphs]
    column = _column([row for title, rows in groups.items() if title not in WORDS for row in rows])
    for title in in_order(groups):
        rows = groups[title]
        if title == ARGUMENTS:
            rows = [row for row in rows if not _is_explained(row[0], text)]
        if not rows:
            continue
        if title == MORE_FILTERS:
            names = ", ".join(name.split(" ")[0] for name, _ in rows)
            blocks.append([f"{title}:", *_filled(names, width, "  ")])
        else:
            own = _column(rows) if title in WORDS else column
            blocks.append([f"{title}:", *_rows(rows, own, width)])
    blocks.append(wrap(GLOBAL, width))
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _is_explained(argument: str, text: str) -> bool:
    """Whether a text explains all words of an argument: ``PERIOD: week (the default) …``."""
    return all(f"{word}: " in text for word in re.findall("[A-Z]+", argument))


def in_order(titles: Iterable[str]) -> list[str]:
    """Return the titles of groups in the order of a page: filters and formats are the last."""
    return sorted(titles, key=lambda each: LAST.index(each) if each in LAST else -1)


def options_page(rows: Rows, width: int) -> str:
    """Return the help of the global options, with a final newline."""
    lines = [*wrap("Options of every command, before or after its name:", width), ""]
    return "\n".join([*lines, *_rows(rows, _column(rows), width)]) + "\n"


def _column(rows: Rows) -> int:
    """Return the column where the texts beside the names begin."""
    lengths = (len(name) + 4 for name, _ in rows)
    return max((each for each in lengths if each <= COLUMN), default=COLUMN)


def _rows(rows: Rows, column: int, width: int) -> Iterator[str]:
    if width < NARROW:
        for name, text in rows:
            yield f"  {name}"
            yield from _filled(text, width, "      ")
        return
    for name, text in rows:
        lines = _filled(text, width, " " * column)
        if len(name) + 4 > column:
            yield f"  {name}"
        else:
            lines[:1] = [f"  {name:<{column - 2}}{lines[0].lstrip()}" if lines else f"  {name}"]
        yield from lines


def _filled(text: str, width: int, indent: str = "") -> list[str]:
    """Return a text in lines; a command line in quotes stays whole."""
    joined = re.sub("'clocktool [^']{,40}'", lambda found: found[0].replace(" ", _BLANK), text)
    lines = wrap(
        joined,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_BLANK, " ") for line in lines]
