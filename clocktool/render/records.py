"""Lists of things like entries, projects and settings in every format, from their columns."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from clocktool.render.cells import Cell, Column, Row, Table, fitted, size, widest, width_of
from clocktool.render.fields import Field, Fields
from clocktool.render.output import Format, Output
from clocktool.render.table import lines as table_lines
from clocktool.render.text import cells, visible

T = TypeVar("T")

LEAST = 12
"""The narrowest width of a column of texts, in columns of a terminal."""


def lines(
    things: Iterable[T],
    fields: Fields[T],
    format: Format,
    out: Output,
    as_object: Callable[[T], Mapping[str, Any]] | None = None,
) -> Iterator[str]:
    """Yield the lines of a list in a format. An empty CSV or Markdown table has its header.

    ``as_object`` returns a thing for JSON; without it JSON has the columns.
    """
    converted = as_object or (lambda thing: {field.name: field.value(thing) for field in fields})
    match format:
        case Format.JSON:
            from clocktool.render.json import dump

            yield out.json(dump([converted(each) for each in things]))
        case Format.JSONL:
            from clocktool.render.json import dump_line

            for each in things:
                yield out.json(dump_line(converted(each)))
        case Format.CSV:
            from clocktool.render.documents import csv_line

            yield csv_line(field.name for field in fields)
            figures = [field.figures for field in fields]
            for each in things:
                yield csv_line((field.csv(each) for field in fields), figures)
        case Format.MD:
            from clocktool.render.documents import markdown_head, markdown_line

            heads = [field.title().capitalize() for field in fields]
            yield from markdown_head(heads, (field.figures for field in fields))
            for each in things:
                yield markdown_line(field.shown(each) for field in fields)
        case Format.ID:
            of = next(field for field in fields if field.name == "id")
            for each in things:
                yield visible(of.data(each))
        case Format.TABLE:
            yield from table(list(things), fields, out)


def table(things: Sequence[T], fields: Fields[T], out: Output) -> Iterator[str]:
    """Yield a table of the columns that are not empty, with their names in the first row.

    Where a terminal is too narrow for it, each thing is a paragraph with a line for each value.
    """
    shown = [each for each in fields if not each.data_only]
    found = laid_out(things, shown, out)
    if found is not None:
        return table_lines(found[1], out)
    paragraphs = [
        [(field.title(out), _named(field.name, field.cell(each, out))) for field in shown]
        for each in things
    ]
    return table_lines(record_table(paragraphs), out)


def laid_out(
    things: Sequence[T],
    fields: Fields[T],
    out: Output,
    *,
    heading: str = "",
    gap: int = 2,
    width: int = 0,
) -> tuple[Fields[T], Table] | None:
    """Return the columns that are not empty and fit the terminal, and a table of them.

    The first column takes the rest of the least ``width``; above it is the heading, if it is not
    too long. Return None if no table fits.
    """
    drawn = [(field, [field.cell(each, out) for each in things]) for field in fields]
    filled = [(field, found) for field, found in drawn if any(map(size, found))]
    fitting = fitted([_column(*each, out) for each in filled], out.table_width, gap)
    if fitting is None:
        return None
    columns, kept = list(fitting.values()), [filled[place] for place in fitting]
    taken = width_of(columns, gap)
    wide = max(taken, min(width, out.table_width or width))
    label = (columns[0].width or 0) + wide - taken
    columns[0] = replace(columns[0], width=label)
    cut = [
        [field.cell(each, out, of.width or 0) for each in things] if field.parts else found
        for (field, found), of in zip(kept, columns, strict=True)
    ]
    titles = [((field.title(out), field.title_style),) for field, _ in kept]
    if cells(heading) <= label and heading:
        titles[0] = ((heading, "bold"),)
    shown = [field for field, _ in kept]
    return shown, Table(columns, [titles, *zip(*cut, strict=True)], gap)


def _column(field: Field[Any], found: Iterable[Cell], out: Output) -> Column:
    """Return a column as wide as its cells, which wraps or is cut on a narrow terminal."""
    drawn = [((field.title(out), ""),), *found]
    column = field.column(widest(drawn), out)
    if field.figures or field.name == "id":
        return column
    if field.least:
        return replace(column, least=max(field.least, size(drawn[0])))
    return replace(column, wraps=True, least=max(LEAST, *map(_longest_word, drawn)))


def record_table(things: Iterable[Iterable[tuple[str, Cell]]], *, right: bool = False) -> Table:
    """Return a table of two columns, names and values; empty values are left out.

    An empty row stands between two things. ``right`` aligns the names to the right.
    """
    rows: list[Row] = []
    for thing in things:
        rows += [((), ())] if rows else []
        rows += [(((name, "dim"),), cell) for name, cell in thing if size(cell)]
    names = Column(right, widest(row[0] for row in rows))
    return Table((names, Column(wraps=True)), rows)


def _longest_word(cell: Cell) -> int:
    return max(map(cells, "".join(text for text, _ in cell).split()), default=0)


def _named(name: str, cell: Cell) -> Cell:
    """Return a cell for a place behind the name of its column, where True is ``yes``."""
    return (("yes", ""),) if cell == ((name, ""),) else cell
