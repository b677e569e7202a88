"""What a table for people is made of, before it is laid out: cells, in columns of some width."""

from collections.abc import Iterable, Sequence

import msgspec

from clocktool.render.output import Output
from clocktool.render.text import cells

NARROWEST = 32
"""The narrowest terminal that tables are laid out for, in columns."""

PLAIN_WIDTH = 78
WIDEST = 110
"""How wide headings and totals are where there is no terminal: as the lines are, within these."""

BLOCK = 200
"""How many rows rich lays out at once: it takes 0.3 ms for one, and some kilobytes."""

Part = tuple[str, str]
"""Visible text, and its style: a name in ``output.STYLES``, ``#rrggbb``, or empty."""

Cell = Sequence[Part]
Row = Sequence[Cell]


class Column(msgspec.Struct, frozen=True):
    """How a column is laid out. A ``width`` is measured without the gap behind the column."""

    right: bool = False
    width: int | None = None
    """None: as wide as its widest cell."""

    wraps: bool = False
    """Whether a cell that is too wide for a terminal is wrapped; else it is cut."""

    fills: bool = False
    """Whether the column takes the room that the others leave of the table's width."""


class Table(msgspec.Struct, frozen=True):
    """Rows of cells. Without a ``width`` a table is as wide as its columns."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    width: int | None = None
    gap: int = 2


def width_of(out: Output) -> int | None:
    """Return how wide a table may be; None where there is no terminal."""
    return None if out.width is None else max(out.width, NARROWEST)


def size(cell: Cell) -> int:
    """Return how many columns of a terminal a cell takes."""
    return sum(cells(text) for text, _ in cell)


def widest(all_cells: Iterable[Cell]) -> int:
    """Return how many columns the widest of these cells takes."""
    return max(map(size, all_cells), default=0)
