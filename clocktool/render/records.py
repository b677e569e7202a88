"""Lists of things with names (projects, tags, settings …) in every format."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from clocktool.render.columns import csv_line
from clocktool.render.json import dump, dump_line
from clocktool.render.output import Format, Output
from clocktool.render.text import cells, longest_word, markdown_cell, visible, wrapped

NARROWEST = 12
"""How wide a column is at least, when it is made narrower."""


class Record(msgspec.Struct, frozen=True):
    """One thing: its values by column, in order, and the colour its name is shown in."""

    values: Mapping[str, str | bool | int | None]
    color: str = ""


def lines(
    records: Sequence[Record], format: Format, out: Output, names: Sequence[str]
) -> Iterator[str]:
    """Yield the lines of a list. Every record has the columns of these names."""
    match format:
        case Format.JSON:
            yield out.json(dump([each.values for each in records]))
        case Format.JSONL:
            for each in records:
                yield out.json(dump_line(each.values))
        case Format.CSV:
            yield csv_line(names)
            for each in records:
                yield csv_line(map(_plain, each.values.values()))
        case Format.MD:
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
    """Yield a table as wide as what is in it; in a narrower terminal its cells are wrapped.

    Where not even that has room each record is a paragraph, a line for each value.
    """
    shown = [
        {name: visible(_words(name, value)) for name, value in each.values.items()}
        for each in records
    ]
    columns = [name for name in shown[0] if any(row[name] for row in shown)]
    widths = {name: max(cells(name), *(cells(row[name]) for row in shown)) for name in columns}
    least = {
        name: max(NARROWEST, len(name), *(longest_word(row[name]) for row in shown))
        for name in columns
    }
    if out.width is not None and not _narrow(widths, least, out.width):
        yield from _paragraphs(records, shown, columns, out)
        return
    yield "  ".join(out.painted(name.ljust(widths[name]), "dim") for name in columns).rstrip()
    for record, row in zip(records, shown, strict=True):
        parts = [wrapped(row[name], widths[name]) for name in columns]
        for line in range(max(map(len, parts))):
            told = (part[line] if line < len(part) else "" for part in parts)
            yield "  ".join(
                out.painted(out.isolated(text), _style(record, name))
                + " " * (widths[name] - cells(text))
                for name, text in zip(columns, told, strict=True)
            ).rstrip()


def _narrow(widths: dict[str, int], least: Mapping[str, int], room: int) -> bool:
    """Make the widest columns narrower until all fit, no word cut; return whether they do."""
    room -= 2 * (len(widths) - 1)
    while sum(widths.values()) > room:
        able = [name for name in widths if widths[name] > least[name]]
        if not able:
            return False
        widths[max(able, key=widths.__getitem__)] -= 1
    return True


def _paragraphs(
    records: Sequence[Record], shown: Sequence[dict[str, str]], columns: Sequence[str], out: Output
) -> Iterator[str]:
    margin = max(map(len, columns))
    for place, (record, row) in enumerate(zip(records, shown, strict=True)):
        if place:
            yield ""
        for name in columns:
            if row[name]:
                value = "yes" if record.values[name] is True else row[name]
                yield from told(name.ljust(margin), value, out, _style(record, name))


def told(name: str, value: str, out: Output, style: str = "") -> Iterator[str]:
    """Yield a value with its name before it, wrapped where the terminal is narrower."""
    margin = cells(name) + 2
    room = None if out.width is None else max(out.width - margin, NARROWEST)
    for place, line in enumerate([value] if room is None else wrapped(value, room)):
        before = " " * margin if place else out.painted(name, "dim") + "  "
        yield before + out.painted(out.isolated(line), style)


def _style(record: Record, name: str) -> str:
    return record.color if name == "name" else "dim" if name == "id" else ""


def _plain(value: str | bool | int | None) -> str:  # noqa: FBT001  # a cell
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _words(name: str, value: str | bool | int | None) -> str:  # noqa: FBT001  # a cell
    """Return a cell for people: a true flag is its column's name, a false one is nothing."""
    return (name if value else "") if isinstance(value, bool) else _plain(value)
