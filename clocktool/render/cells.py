"""The parts of a table for people: cells, rows and columns."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from clocktool.render.text import cells

PLAIN_WIDTH = 78
WIDEST = 110
"""The least and the greatest width of headings and totals in a pipe, in columns."""

BLOCK = 200
"""How many rows are laid out at once. A row takes rich 0.1 ms and some kilobytes of memory."""

FAIR = 24
"""A column of texts gets this width first; only then are other columns left out."""

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

    least: int | None = None
    """The width that a narrow terminal leaves it; None is the whole."""

    fair: int = FAIR
    """The width for which columns of a rank are left out."""

    rank: int = 0
    """A narrow terminal leaves out the columns of the highest rank first, those of 0 never."""


class Table(msgspec.Struct, frozen=True):
    """Rows of cells, in columns with a gap between them."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    gap: int = 2


def size(cell: Cell) -> int:
    """Return the width of a cell in columns of a terminal."""
    if len(cell) == 1:
        return cells(cell[0][0])
    return sum([cells(text) for text, _ in cell])


def widest(all_cells: Iterable[Cell]) -> int:
    """Return the width of the widest cell in columns of a terminal."""
    return max(map(size, all_cells), default=0)


def width_of(columns: Collection[Column], gap: int) -> int:
    """Return the width of columns side by side."""
    return sum(column.width or 0 for column in columns) + gap * (len(columns) - 1)


def fitted(columns: Sequence[Column], room: int | None, gap: int) -> dict[int, Column] | None:
    """Return the columns that fit side by side, by their places; None if even these do not.

    Columns are left out until the others have a fair width. Then they are narrowed to shares in
    proportion to it.
    """
    kept = dict(enumerate(columns))
    if room is None:
        return kept
    whole = {place: column.width or 0 for place, column in kept.items()}
    least = {
        place: whole[place] if column.least is None else min(whole[place], column.least)
        for place, column in kept.items()
    }
    fair = {place: min(whole[place], max(least[place], kept[place].fair)) for place in kept}
    while _taken(fair, gap) > room and (ranked := [place for place in fair if kept[place].rank]):
        del fair[max(ranked, key=lambda place: kept[place].rank)]
    widths = {place: whole[place] for place in fair}
    while _taken(widths, gap) > room:
        able = [place for place, width in widths.items() if width > least[place]]
        if not able:
            return None
        widths[max(able, key=lambda place: widths[place] / kept[place].fair)] -= 1
    return {place: replace(kept[place], width=width) for place, width in widths.items()}


def _taken(widths: Mapping[int, int], gap: int) -> int:
    return sum(widths.values()) + gap * (len(widths) - 1)
