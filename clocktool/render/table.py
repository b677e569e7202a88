"""Tables for people: aligned text in a pipe, rich's tables on a terminal."""

from collections.abc import Iterator

from clocktool.render.cells import Cell, Column, Table, size
from clocktool.render.output import Output
from clocktool.render.text import cells

SPACE = " " * 4
"""The gap between totals on a line."""


def lines(table: Table, out: Output) -> Iterator[str]:
    """Yield the lines of a table, without trailing blanks."""
    if out.width is None:
        return _plain(table, out)
    from clocktool.render import terminal

    return terminal.lines(table, out)


def justified(left: Cell, right: Cell, width: int, out: Output) -> Iterator[str]:
    """Yield a line of this width with one text at its left end and one at its right end."""
    if not left:
        return lines(Table((Column(right=True, width=width),), ((right,),)), out)
    return lines(Table((Column(width=width - size(right) - 2), Column()), ((left, right),)), out)


def totals(parts: list[str], width: int, out: Output, note: str = "") -> Iterator[str]:
    """Yield visible totals at the right end of a width, on several lines if there is no room.

    The note stands on their left, or below where there is no room.
    """
    while len(parts) > 1 and cells(SPACE.join(parts)) > width:
        yield from justified((), ((parts.pop(0), "bold"),), width, out)
    text = SPACE.join(parts)
    is_beside = note and cells(note) + 2 + cells(text) <= width
    if text:
        yield from justified(((note, "dim"),) if is_beside else (), ((text, "bold"),), width, out)
    if note and not is_beside:
        yield from paragraph(note, "dim", out)


def paragraph(text: str, style: str, out: Output) -> Iterator[str]:
    """Yield a visible text in lines that fit the terminal."""
    return lines(Table((Column(wraps=True),), ((((text, style),),),)), out)


def warning(text: str, out: Output) -> Iterator[str]:
    """Yield a visible text behind a yellow ``!``, in lines that fit the terminal."""
    columns = Column(), Column(wraps=True)
    return lines(Table(columns, ((((("!", "money"),)), ((text, ""),)),), gap=1), out)


def _plain(table: Table, out: Output) -> Iterator[str]:
    """Yield aligned lines, as wide as their texts."""
    gap = " " * table.gap
    sizes = [[size(cell) for cell in row] for row in table.rows]
    least = [column.width or 0 for column in table.columns]
    widths = list(map(max, least, least, *sizes))
    sides = [column.right for column in table.columns]
    for row, row_sizes in zip(table.rows, sizes, strict=True):
        texts = []
        for is_right, cell, taken, width in zip(sides, row, row_sizes, widths, strict=True):
            text, blank = out.joined(cell), " " * (width - taken)
            texts.append(blank + text if is_right else text + blank)
        yield gap.join(texts).rstrip()
