"""The parts of a table for people: cells, rows and columns."""

from collections.abc import Iterable, Sequence

import msgspec

from clocktool.render.text import cells

PLAIN_WIDTH = 78
WIDEST = 110
"""The least and the greatest width of headings and totals in a pipe, in columns."""

BLOCK = 200
"""How many rows are laid out at once. A row takes rich 0.1 ms and some kilobytes of memory."""

Part = tuple[str, str]
"""A visible text and its style: a name in ``output.STYLES``, ``#rrggbb`` or ``""``."""

Cell = Sequence[Part]
Row = Sequence[Cell]


class Column(msgspec.Struct, frozen=True):
    """The layout of a column. Its ``width`` does not include the gap behind it."""

    right: bool = False
    width: int | None = None
    """None makes the column as wide as its widest cell."""

    wraps: bool = False
    """Whether cells that are too wide for a terminal are wrapped. Other columns cut them."""

    fills: bool = False
    """Whether the column takes the rest of the table's width."""


class Table(msgspec.Struct, frozen=True):
    """Rows of cells. The default width is that of the columns and the gaps between them."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    width: int | None = None
    gap: int = 2


def size(cell: Cell) -> int:
    """Return the width of a cell in columns of a terminal."""
    return sum(cells(text) for text, _ in cell)


def widest(all_cells: Iterable[Cell]) -> int:
    """Return the width of the widest cell in columns of a terminal."""
    return max(map(size, all_cells), default=0)
