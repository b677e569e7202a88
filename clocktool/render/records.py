"""Lists of things with names (projects, tags, settings …) in every format."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from clocktool.render.columns import csv_line
from clocktool.render.json import dump, dump_line
from clocktool.render.output import Format, Output
from clocktool.render.text import cells, markdown_cell, visible


class Record(msgspec.Struct, frozen=True):
    """One thing: its values by column, in order, and the colour its name is shown in."""

    values: Mapping[str, str | bool | int | None]
    color: str = ""


def lines(records: Sequence[Record], format: Format, out: Output) -> Iterator[str]:
    """Yield the lines of a list. Every record has the same columns; ``id`` is one of them."""
    match format:
        case Format.JSON:
            yield out.json(dump([each.values for each in records]))
        case Format.JSONL:
            for each in records:
                yield out.json(dump_line(each.values))
        case Format.CSV:
            yield csv_line(records[0].values if records else ())
            for each in records:
                yield csv_line(map(_plain, each.values.values()))
        case Format.MD:
            names = list(records[0].values) if records else []
            yield f"| {' | '.join(names)} |"
            yield "|" + "---|" * len(names)
            for each in records:
                row = " | ".join(markdown_cell(_plain(value)) for value in each.values.values())
                yield f"| {row} |"
        case Format.ID:
            for each in records:
                yield visible(str(each.values["id"]))
        case Format.TABLE:
            yield from _table(records, out)


def _table(records: Sequence[Record], out: Output) -> Iterator[str]:
    shown = [
        [(name, visible(_words(name, value))) for name, value in each.values.items()]
        for each in records
    ]
    columns = [name for place, (name, _) in enumerate(shown[0]) if any(r[place][1] for r in shown)]
    widths = {
        name: max(
            cells(name), *(cells(value) for row in shown for key, value in row if key == name)
        )
        for name in columns
    }
    yield "  ".join(out.painted(name.ljust(widths[name]), "dim") for name in columns).rstrip()
    for record, row in zip(records, shown, strict=True):
        parts = []
        for name, value in row:
            if name not in widths:
                continue
            style = record.color if name == "name" else "dim" if name == "id" else ""
            parts.append(out.painted(value, style) + " " * (widths[name] - cells(value)))
        yield "  ".join(parts).rstrip()


def _plain(value: str | bool | int | None) -> str:  # noqa: FBT001  # a cell
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _words(name: str, value: str | bool | int | None) -> str:  # noqa: FBT001  # a cell
    """Return a cell for people: a true flag is its column's name, a false one is nothing."""
    return (name if value else "") if isinstance(value, bool) else _plain(value)
