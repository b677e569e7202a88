"""The first screen of help: all commands by what they are for, within 39 lines of 80 columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap

WIDTH = 80
"""The columns of the screen; below that it has one column of commands."""

MARGIN = 12
"""The column where what stands beside a section's title begins."""

SECOND = 47
"""The column where the second command of a line begins."""

NAME = 10
"""The columns of a command's name, where two commands share a line."""

LONGEST = len("completions")
"""The columns of a command's name, where it has its own line."""

INTRODUCTION = "Track time from the terminal: on Clockify, or in one file on this machine."

FIRST = {
    "clocktool start fix login -p Site": "start a timer",
    "clocktool stop": "stop it",
    "clocktool": "see today and the week",
    "clocktool list week": "list the week's entries",
}
"""The first commands to type."""

NAMES = "Names"
"""The section where all commands do the same, so that their names say enough."""

HELP = "Help"
"""The section of ``help``, which has more lines than its commands."""

FURTHER = "clocktool start --help, clocktool help times, clocktool help options"

Sections = Mapping[str, Mapping[str, str]]


def overview(sections: Sections, aliases: Sequence[str], topics: Sequence[str], width: int) -> str:
    """Return the screen, with a final newline.

    ``width`` is at most 80. Below that, each command has its own line.
    """
    first = [f"  {line:<38}{text}" for line, text in FIRST.items()]
    if width < WIDTH:
        first = [row for line, text in FIRST.items() for row in (f"  {line}", f"      {text}")]
    blocks = [wrap(INTRODUCTION, width), first]
    for title, commands in sections.items():
        if title == NAMES:
            blocks.append(_beside(title, _flow(commands, width), width))
        elif title != HELP:
            blocks.append(_section(title, commands, width))
    last = []
    if aliases:
        last = _beside("Aliases", _few(aliases, width), width)
    last += _beside(HELP, _wrapped(FURTHER, width), width)
    last += _beside("Topics", _flow(topics, width), width)
    return _joined([*blocks, last])


def listing(sections: Sections, width: int) -> str:
    """Return all commands, a line each, with a final newline."""
    return _joined(_listed(title, commands, width) for title, commands in sections.items())


def _joined(blocks: Iterable[Iterable[str]]) -> str:
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _section(title: str, commands: Mapping[str, str], width: int) -> list[str]:
    """Return a section with two commands in a line, one if the terminal is narrow."""
    if width < WIDTH:
        return _listed(title, commands, width)
    names = [*commands]
    half = (len(names) + 1) // 2
    left, right = ([*_cells(part, commands)] for part in (names[:half], names[half:]))
    right += [""] * (half - len(right))
    rows = [
        f"{one:<{SECOND - MARGIN}}{other}".rstrip() for one, other in zip(left, right, strict=True)
    ]
    return _beside(title, rows, width)


def _cells(names: Sequence[str], texts: Mapping[str, str]) -> Iterator[str]:
    column = max(NAME, *(len(name) + 2 for name in names))
    return (f"{name:<{column}}{texts[name]}" for name in names)


def _listed(title: str, commands: Mapping[str, str], width: int) -> list[str]:
    lines = [title]
    for name, text in commands.items():
        first = f"  {name:<{LONGEST}}  "
        lines += wrap(text, width, initial_indent=first, subsequent_indent=" " * len(first))
    return lines


def _beside(title: str, rows: Sequence[str], width: int) -> list[str]:
    """Return rows with their title beside the first; above it if the terminal is narrow."""
    if width < WIDTH:
        return [title, *(f"  {row}" for row in rows)]
    lines = [f"{'':<{MARGIN}}{row}" for row in rows]
    return [f"{title:<{MARGIN}}{rows[0]}", *lines[1:]]


def _flow(names: Iterable[str], width: int) -> list[str]:
    return _wrapped("  ".join(names), width)


def _wrapped(text: str, width: int) -> list[str]:
    room = width - (MARGIN if width == WIDTH else 2)
    return wrap(text, room, break_long_words=False, break_on_hyphens=False)


def _few(aliases: Sequence[str], width: int) -> list[str]:
    """Return the aliases that one line can hold, and how many more there are."""
    shown = min(len(aliases), width)
    while True:
        more = len(aliases) - shown
        tail = (f"and {more} more: clocktool help aliases",) if more else ()
        lines = _flow([*aliases[:shown], *tail], width)
        if len(lines) == 1 or shown == 0:
            return lines
        shown -= 1
