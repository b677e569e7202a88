"""Toggl Track's detailed report as CSV, in its older and its newer format.

The newer format has the columns Member, Stop date and Stop time, and ``-`` for an empty cell.
"""

import re
from collections.abc import Iterable, Iterator

from clocktool.domain.time.instant import Instant, shift
from clocktool.domain.time.zone import Zone
from clocktool.importers.dates import read_date
from clocktool.importers.local_time import read_clock, read_local_time, read_span
from clocktool.importers.row import FormatError, Problem, Row
from clocktool.importers.source import DateOrder
from clocktool.importers.table import Line, header_of, lines_of

_NEEDED = ("start date", "start time")
_DURATION = re.compile(r"(\d{1,5}):(\d\d):(\d\d)")


def is_toggl(first: bytes) -> bool:
    """Whether the first line of a file has Toggl's columns."""
    columns = {name.lower() for name in header_of(first)[0]}
    return columns.issuperset(_NEEDED)


def rows(lines: Iterable[bytes], zone: Zone, order: DateOrder) -> Iterator[Row | Problem]:
    """Yield a Row or a Problem for each row of the file; ``zone`` is that of its local times."""
    for line in lines_of(lines, _NEEDED):
        if isinstance(line, Problem):
            yield line
            continue
        if not {"end date", "stop date", "duration"} & line.cells.keys():
            raise FormatError("the column 'End date' or 'Duration' is missing")
        try:
            yield _row(line, zone, order)
        except (ValueError, OverflowError) as error:
            yield Problem(line.number, str(error))


def _row(line: Line, zone: Zone, order: DateOrder) -> Row:
    start, end, is_ambiguous = _span(line, zone, order)
    billable = _cell(line, "billable").lower()
    return Row(
        line=line.number,
        start=start,
        end=end,
        description=_cell(line, "description"),
        project=_cell(line, "project"),
        client=_cell(line, "client") if "client" in line.cells else None,
        task=_cell(line, "task"),
        tags=tuple(_cell(line, "tags").split(",")),
        has_joined_tags=True,
        is_ambiguous=is_ambiguous,
        billable=billable == "yes" if billable in ("yes", "no") else None,
        user_labels=tuple(
            each for name in ("user", "member", "email") if (each := _cell(line, name))
        ),
    )


def _span(line: Line, zone: Zone, order: DateOrder) -> tuple[Instant, Instant | None, bool]:
    """Return start, end, and whether these local times happened twice."""
    start = read_date(line["start date"], order), read_clock(line["start time"])
    day = line["end date"] or line["stop date"]
    clock = line["end time"] or line["stop time"]
    length = _DURATION.fullmatch(line["duration"])
    seconds = None
    if length is not None:
        hours, minutes, rest = map(int, length.groups())
        seconds = hours * 3600 + minutes * 60 + rest
    if day not in ("", "-"):
        return read_span(start, (read_date(day, order), read_clock(clock)), seconds, zone)
    first = read_local_time(*start, zone)
    if {"end date", "stop date"} & line.cells.keys() or seconds is None:
        return first, None, False
    return first, shift(first, seconds), len(zone.instants(*start)) > 1


def _cell(line: Line, column: str) -> str:
    """Return a cell; the dash of the newer format means an empty cell."""
    text = line[column]
    return "" if text == "-" and "stop date" in line.cells else text
