"""Lists of things like projects, tags and settings in every format, from one list of columns."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from clocktool.render.cells import Cell, Column, Row, Table, size, widest
from clocktool.render.documents import csv_line, markdown_head, markdown_line
from clocktool.render.json import dump, dump_line
from clocktool.render.output import Format, Output, is_rgb
from clocktool.render.table import lines as table_lines
from clocktool.render.text import visible

T = TypeVar("T")
Value = str | bool | int | None


class Field(msgspec.Struct, Generic[T], frozen=True):
    """A column of a list: its name, and a function that returns its value for a thing.

    ``figures`` are aligned to the right. ``color`` returns the style of the value. ``heading`` and
    ``text`` are the name and the value for people, if they differ from those in CSV. A table has no
    column that is ``data_only``; on a terminal with colour it has a sign in place of a ``swatch``.
    """

    name: str
    value: Callable[[T], Value]
    figures: bool = False
    color: Callable[[T], str] = lambda _: ""
    heading: str = ""
    text: Callable[[T], str] | None = None
    data_only: bool = False
    swatch: bool = False

    @property
    def title(self) -> str:
        """The name for people."""
        return self.heading or self.name

    def shown(self, thing: T) -> Value:
        """Return the value for people."""
        return self.value(thing) if self.text is None else self.text(thing)


Fields = Sequence[Field[T]]


def keyed(
    names: Iterable[str],
    figures: Iterable[str] = (),
    color: Callable[[Mapping[str, Any]], str] = lambda _: "",
) -> Fields[Mapping[str, Any]]:
    """Return the columns of things that are mappings with these names as keys."""
    right = frozenset(figures)
    return [Field(name, _get(name), figures=name in right, color=color) for name in names]


def _get(name: str) -> Callable[[Mapping[str, Any]], Value]:
    return lambda values: values[name]


def record(thing: T, fields: Fields[T]) -> dict[str, Value]:
    """Return a thing as an object of JSON."""
    return {field.name: field.value(thing) for field in fields}


def lines(
    things: Sequence[T],
    fields: Fields[T],
    format: Format,
    out: Output,
    as_object: Callable[[T], Mapping[str, Any]] | None = None,
) -> Iterator[str]:
    """Yield the lines of a list in a format. An empty CSV or Markdown table has its header.

    ``as_object`` returns a thing for JSON; without it JSON has the columns.
    """
    converted = as_object or (lambda thing: record(thing, fields))
    match format:
        case Format.JSON:
            yield out.json(dump([converted(each) for each in things]))
        case Format.JSONL:
            for each in things:
                yield out.json(dump_line(converted(each)))
        case Format.CSV:
            yield csv_line(field.name for field in fields)
            for each in things:
                yield csv_line(_plain(field.value(each)) for field in fields)
        case Format.MD:
            yield from markdown_head([field.title for field in fields], [False] * len(fields))
            for each in things:
                yield markdown_line(_plain(field.shown(each)) for field in fields)
        case Format.ID:
            of = next(field for field in fields if field.name == "id")
            for each in things:
                yield visible(str(of.value(each)))
        case Format.TABLE:
            yield from _table(things, fields, out)


def _table(things: Sequence[T], fields: Fields[T], out: Output) -> Iterator[str]:
    columns = [field for field in fields if not field.data_only]
    rows = [[_cell(field, each, out) for field in columns] for each in things]
    return headed([(_heading(field, out), field.figures) for field in columns], rows, out)


def _heading(field: Field[Any], out: Output) -> str:
    """Return the title of a column; one of signs in place of colours needs none."""
    return "" if field.swatch and out.color else field.title


def headed(columns: Sequence[tuple[str, bool]], rows: Sequence[Row], out: Output) -> Iterator[str]:
    """Yield a table of the columns that are not empty, with their names in the first row.

    A column is its name, and whether it is aligned to the right. Where a terminal is too narrow
    for the table, each row is a paragraph with a line for each value.
    """
    filled = [place for place in range(len(columns)) if any(size(row[place]) for row in rows)]
    table = Table(
        [
            Column(right=right, wraps=not (right or name == "id"))
            for name, right in (columns[place] for place in filled)
        ],
        [[((columns[place][0], "dim"),) for place in filled]]
        + [[row[place] for place in filled] for row in rows],
    )
    if out.width is None:
        yield from table_lines(table, out)
        return
    from clocktool.render.terminal import narrowed

    fitting = narrowed(table, out)
    if fitting is None:
        fitting = record_table(
            [
                [
                    (columns[place][0], _named_cell(columns[place][0], row[place]))
                    for place in filled
                ]
                for row in rows
            ]
        )
    yield from table_lines(fitting, out)


def record_table(things: Iterable[Iterable[tuple[str, Cell]]], *, right: bool = False) -> Table:
    """Return a table with a row for each value that is not empty, behind its name.

    An empty row separates things. ``right`` aligns the names to the right.
    """
    rows: list[Row] = []
    for thing in things:
        rows += [((), ())] if rows else []
        rows += [(((name, "dim"),), cell) for name, cell in thing if size(cell)]
    names = Column(right=right, width=widest(row[0] for row in rows))
    return Table((names, Column(wraps=True)), rows)


def _cell(field: Field[T], thing: T, out: Output) -> Cell:
    """Return a value as a cell: True is the name of its column, False is empty."""
    value = field.shown(thing)
    text = (field.name if value else "") if isinstance(value, bool) else visible(_plain(value))
    style = "dim" if field.name == "id" else field.color(thing)
    if field.swatch and out.color and is_rgb(style):
        text = out.symbol("●", "*")
    return ((text, style),) if text else ()


def _named_cell(name: str, cell: Cell) -> Cell:
    """Return a cell for a place behind the name of its column, where True is ``yes``."""
    return (("yes", ""),) if cell == ((name, ""),) else cell


def _plain(value: Value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
