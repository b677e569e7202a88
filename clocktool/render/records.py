"""Lists of things like entries, projects and settings in every format, from their columns."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from clocktool.render.cells import Cell, Column, Row, Table, fitted, size
from clocktool.render.documents import csv_line, markdown_head, markdown_line
from clocktool.render.fields import Fields
from clocktool.render.json import dump, dump_line
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
            yield out.json(dump([converted(each) for each in things]))
        case Format.JSONL:
            for each in things:
                yield out.json(dump_line(converted(each)))
        case Format.CSV:
            yield csv_line(field.name for field in fields)
            for each in things:
                yield csv_line(field.data(each) for field in fields)
        case Format.MD:
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
    shown = [
        (field, [field.cell(each, out) for each in things])
        for field in fields
        if not field.data_only
    ]
    filled = [(field, found) for field, found in shown if any(map(size, found))]
    columns, drawn = [], []
    for field, found in filled:
        drawn.append([((field.title(out), "dim"),), *found])
        wraps = not field.figures and field.name != "id"
        width = max(map(size, drawn[-1]))
        least = min(width, max(LEAST, *map(_longest_word, drawn[-1]))) if wraps else width
        column = Column(field.figures, width, wraps, least=least, rank=field.rank_on(out))
        columns.append(column)
    fitting = fitted(columns, out.table_width)
    if fitting is not None:
        rows = list(zip(*(drawn[place] for place in fitting), strict=True))
        yield from table_lines(Table(list(fitting.values()), rows), out)
        return
    things_of = [
        [(field.title(out), _named(field.name, found[place])) for field, found in filled]
        for place in range(len(things))
    ]
    yield from table_lines(record_table(things_of), out)


def record_table(things: Iterable[Iterable[tuple[str, Cell]]], *, right: bool = False) -> Table:
    """Return a table with a row for each value that is not empty, behind its name.

    An empty row separates things. ``right`` aligns the names to the right.
    """
    rows: list[Row] = []
    for thing in things:
        rows += [((), ())] if rows else []
        rows += [(((name, "dim"),), cell) for name, cell in thing if size(cell)]
    width = max((size(row[0]) for row in rows), default=0)
    return Table((Column(right=right, width=width), Column(wraps=True)), rows)


def _longest_word(cell: Cell) -> int:
    return max(map(cells, "".join(text for text, _ in cell).split()), default=0)


def _named(name: str, cell: Cell) -> Cell:
    """Return a cell for a place behind the name of its column, where True is ``yes``."""
    return (("yes", ""),) if cell == ((name, ""),) else cell
