"""Tables on a terminal, laid out by rich. Only commands that show one there import this module."""

from collections.abc import Iterable, Iterator
from functools import cache
from io import StringIO

from msgspec.structs import replace
from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.segment import Segment
from rich.style import Style
from rich.table import Table as RichTable
from rich.text import Text

from clocktool.render.cells import BLOCK, Cell, Column, Table, size
from clocktool.render.output import NARROWEST, STYLES, Output, rgb

NULL = Style.null()
WIDEST = 10_000
"""The width of a terminal on which every table has room."""

_CUT, _PLAIN_CUT = "…", ">"
"""The sign for the rest of a cut text, and its replacement where there is no Unicode."""


class _Fixed:
    """A cell that is never wrapped, with a gap behind it.

    rich draws it in a third of the time of a ``Text`` with padding.
    """

    def __init__(self, cell: Cell, gap: int, *, right: bool) -> None:
        self._cell = cell
        self._gap = gap
        self._right = right
        self._size = size(cell)

    def __rich_measure__(self, _console: Console, _options: ConsoleOptions) -> Measurement:
        return Measurement(self._size + self._gap, self._size + self._gap)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = options.max_width - self._gap
        if self._size > room:
            cut = _text(self._cell)
            cut.truncate(room, overflow="ellipsis")
            yield from cut.render(console)
            return
        if self._right:
            yield Segment(" " * (room - self._size))
        for text, style in self._cell:
            yield Segment(text, _style(style))


def lines(table: Table, out: Output) -> Iterator[str]:
    """Yield the lines of a table for a terminal, laid out block by block.

    The columns of a table with several blocks must have a width, wrap or fill.
    """
    console = _console(WIDEST if out.width is None else max(out.width, NARROWEST))
    for first in range(0, len(table.rows), BLOCK):
        made = _rich_table(replace(table, rows=table.rows[first : first + BLOCK]))
        for segments in Segment.split_lines(console.render(made)):
            yield _line(segments, out)


def _rich_table(table: Table) -> RichTable:
    gaps = [table.gap] * (len(table.columns) - 1) + [0]
    made = RichTable.grid()
    for column, gap in zip(table.columns, gaps, strict=True):
        made.add_column(
            width=None if column.width is None else column.width + gap,
            no_wrap=not column.wraps,
            overflow="fold",
        )
    for row in table.rows:
        made.add_row(*map(_renderable, row, table.columns, gaps))
    return made


def _renderable(cell: Cell, column: Column, gap: int) -> RenderableType:
    if column.wraps:
        return Padding(_text(cell), (0, gap, 0, 0)) if gap else _text(cell)
    return _Fixed(cell, gap, right=column.right)


def _text(cell: Cell) -> Text:
    """Return a cell as rich's text, in which markup of people has no effect."""
    return Text.assemble(*((text, _style(style)) for text, style in cell), end="")


@cache
def _style(name: str) -> Style:
    """Return the style of a name in ``STYLES``, or of a colour like ``#03a9f4``."""
    if color := rgb(name):
        return Style(color="rgb({},{},{})".format(*color))
    return Style.parse(STYLES.get(name, "")) if name else NULL


@cache
def _console(width: int) -> Console:
    """Return a console that lays out tables and writes nothing."""
    return Console(file=StringIO(), width=width, height=25, color_system=None, force_terminal=False)


def _line(segments: Iterable[Segment], out: Output) -> str:
    """Return a painted line without trailing spaces."""
    runs = [(segment.text, segment.style) for segment in segments if segment.text]
    while runs and not runs[-1][0].strip():
        runs.pop()
    if runs:
        runs[-1] = runs[-1][0].rstrip(), runs[-1][1]
    return "".join(_run(text, style, out) for text, style in runs)


def _run(text: str, style: Style | None, out: Output) -> str:
    """Return a run of characters in one style, painted.

    Text from right to left is isolated here, after it was measured and cut.
    """
    shown = out.isolated(text if out.unicode else text.replace(_CUT, _PLAIN_CUT))
    if not style or not out.color or not text.strip():
        return shown
    return style.render(shown, color_system=ColorSystem.TRUECOLOR)
