"""CSV in the format of ``export -o csv``; most columns may be missing."""

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


def is_clocktool(first: bytes) -> bool:
    """Whether the first line of a file has the required columns."""
    columns = {name.lower() for name in header_of(first)[0]}
    return "start" in columns and ("end" in columns or "duration_seconds" in columns)


def rows(lines: Iterable[bytes], zone: Zone) -> Iterator[Row | Problem]:
    """Yield a Row or a Problem for each row of the file."""
    for line in lines_of(lines, ("start",)):
        if isinstance(line, Problem):
            yield line
            continue
        if not {"end", "duration_seconds"} & line.cells.keys():
            raise FormatError("the column 'end' or 'duration_seconds' is missing")
        try:
            yield _row(line, zone)
        except (ValueError, OverflowError) as error:
            yield Problem(line.number, str(error))


def _row(line: Line, zone: Zone) -> Row:
    start = read_instant(line["start"], zone)
    billable = line["billable"].lower()
    if billable not in _FLAGS:
        raise ValueError(f"{quoted(line['billable'])} is not true or false")
    user = without_guard(line["user"])
    return Row(
        line=line.number,
        start=start,
        end=_end(line, start, zone),
        description=without_guard(line.cells.get("description", "")),
        project=without_guard(line["project"]),
        client=without_guard(line["client"]) if "client" in line.cells else None,
        task=without_guard(line["task"]),
        tags=tags_of(without_guard(line["tags"])),
        billable=_FLAGS[billable],
        type=_type(line["type"]),
        user_labels=(user,) if user else (),
    )


def _end(line: Line, start: Instant, zone: Zone) -> Instant | None:
    if "end" in line.cells:
        return read_instant(line["end"], zone) if line["end"] else None
    seconds = line["duration_seconds"]
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        raise ValueError(f"{quoted(seconds)} is not a number of seconds")
    return shift(start, int(seconds))


def _type(text: str) -> str | None:
    """Return the type of a row, None for one that can't be written (a holiday)."""
    named = text.strip().upper()
    return named if named in WRITABLE_TYPES else None


def without_guard(text: str) -> str:
    """Return a text without the ``'`` that stops spreadsheets from running it as a formula."""
    guarded = text[:1] == "'" and text.replace("'", " ").lstrip().startswith(_FORMULA)
    return text[1:] if guarded else text


def tags_of(text: str) -> tuple[str, ...]:
    """Split tags at commas; a tag that contains a comma is in quotes."""
    try:
        found = next(csv.reader([text], skipinitialspace=True, strict=True), [])
    except csv.Error:
        found = text.split(",")
    return tuple(found)
