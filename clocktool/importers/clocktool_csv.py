"""CSV as ``export -o csv`` writes it; also with fewer columns, or made by hand."""

import csv
from collections.abc import Iterable, Iterator

from clocktool.domain.entry import WRITABLE_TYPES
from clocktool.domain.time.instant import Instant, shift
from clocktool.domain.time.zone import Zone
from clocktool.errors import quoted
from clocktool.importers.local_time import read_instant
from clocktool.importers.row import FormatError, Problem, Row
from clocktool.importers.table import Line, header_of, lines_of

_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": None}
_FORMULA = ("=", "+", "-", "@")


def is_ours(first: bytes) -> bool:
    """Return whether the first line of a file has the columns that are needed."""
    columns = {name.lower() for name in header_of(first)[0]}
    return "start" in columns and ("end" in columns or "duration_seconds" in columns)


def rows(lines: Iterable[bytes], zone: Zone) -> Iterator[Row | Problem]:
    """Yield the entry of each row, or why it is none."""
    for line in lines_of(lines, ("start",)):
        if isinstance(line, Problem):
            yield line
            continue
        if not {"end", "duration_seconds"} & line.cells.keys():
            raise FormatError("there is no column 'end', and no 'duration_seconds'")
        try:
            yield _row(line, zone)
        except (ValueError, OverflowError) as error:
            yield Problem(line.number, str(error))


def _row(line: Line, zone: Zone) -> Row:
    start = read_instant(line["start"], zone)
    billable = line["billable"].lower()
    if billable not in _FLAGS:
        raise ValueError(f"{quoted(line['billable'])} is not true or false")
    user = plain(line["user"])
    return Row(
        line=line.number,
        start=start,
        end=_end(line, start, zone),
        description=plain(line.cells.get("description", "")),
        project=plain(line["project"]),
        client=plain(line["client"]) if "client" in line.cells else None,
        task=plain(line["task"]),
        tags=tags_of(plain(line["tags"])),
        billable=_FLAGS[billable],
        type=_type(line["type"]),
        who=(user,) if user else (),
    )


def _end(line: Line, start: Instant, zone: Zone) -> Instant | None:
    if "end" in line.cells:
        return read_instant(line["end"], zone) if line["end"] else None
    seconds = line["duration_seconds"]
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        raise ValueError(f"{quoted(seconds)} is no number of seconds")
    return shift(start, int(seconds))


def _type(text: str) -> str | None:
    """Return the type that a row names; others than may be written (a holiday) are left out."""
    named = text.strip().upper()
    return named if named in WRITABLE_TYPES else None


def plain(text: str) -> str:
    """Return a text without the ``'`` that keeps a spreadsheet from running it."""
    guarded = text[:1] == "'" and text.replace("'", " ").lstrip().startswith(_FORMULA)
    return text[1:] if guarded else text


def tags_of(text: str) -> tuple[str, ...]:
    """Return tags with commas between them; one with a comma of its own is in quotes."""
    try:
        found = next(csv.reader([text], skipinitialspace=True, strict=True), [])
    except csv.Error:
        found = text.split(",")
    return tuple(found)
