"""Clockify's detailed report as CSV: no ids, times by the clock and dates in an account's order.

The date columns of all rows are read before the first row is known: they alone tell the order.
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from clocktool.domain.time.instant import Instant, shift
from clocktool.domain.time.zone import Zone
from clocktool.errors import quoted
from clocktool.importers.dates import find_order, read_date
from clocktool.importers.local_time import read_clock, read_local_time, read_span
from clocktool.importers.row import FormatError, Problem, Row
from clocktool.importers.source import DateOrder
from clocktool.importers.table import Line, header_of, lines_of

_READ = (
    "Project",
    "Client",
    "Description",
    "Task",
    "User",
    "Email",
    "Tags",
    "Billable",
    "Start Date",
    "Start Time",
    "End Date",
    "End Time",
    "Duration (h)",
)
_LEFT_OUT = ("Group", "Duration (decimal)", "Date of creation")
_OWN = frozenset((*_READ, *_LEFT_OUT))
_COLUMNS = {name.lower(): name for name in _OWN}
_MONEY = re.compile(r"(billable|cost) (rate|amount)( \(.*\))?", re.IGNORECASE)
_LENGTH = re.compile(r"(\d{1,6}):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_SECONDS = 59
"""How far off a time or a length may be that is written without its seconds."""


class _Written(msgspec.Struct, gc=False):
    """What is to be read once the order of dates is known; None for a missing column."""

    start_date: str
    start_time: str
    end_date: str | None
    end_time: str | None
    length: str
    billable: str


def is_clockify(first: bytes) -> bool:
    """Return whether the first line of a file has Clockify's columns; Toggl's differ in case."""
    names = header_of(first)[0]
    lengths = {"duration (h)", "duration (decimal)"}
    return "Start Date" in names or any(name.lower() in lengths for name in names)


def rows(lines: Iterable[bytes], zone: Zone, order: DateOrder | None) -> Iterator[Row | Problem]:
    """Yield the entry of each row, or why it is none; clock times are of the zone.

    Without an order it is the one that fits all dates. Raises FormatError where several do.
    """
    found = list(_found(lines))
    order = order or find_order(
        (each[0].line, day)
        for each in found
        if not isinstance(each, Problem)
        for day in (each[1].start_date, each[1].end_date)
        if day
    )
    for each in found:
        if isinstance(each, Problem):
            yield each
            continue
        row, written = each
        try:
            start, end, twice = _span(written, zone, order)
            billable = _billable(written.billable)
        except (ValueError, OverflowError) as error:
            yield Problem(row.line, str(error))
            continue
        yield msgspec.structs.replace(row, start=start, end=end, twice=twice, billable=billable)


def _found(lines: Iterable[bytes]) -> Iterator[Problem | tuple[Row, _Written]]:
    """Yield each row without its times, and what says them."""
    for line in lines_of(lines, ("Start Date", "Start Time"), _column):
        if isinstance(line, Problem):
            yield line
            continue
        has_end = {"End Date", "End Time"} <= line.cells.keys()
        if not has_end and "Duration (h)" not in line.cells:
            raise FormatError("there is no column 'End Date', 'End Time' or 'Duration (h)'")
        yield (
            _row(line),
            _Written(
                line["Start Date"],
                line["Start Time"],
                line["End Date"] if has_end else None,
                line["End Time"] if has_end else None,
                line["Duration (h)"],
                line["Billable"],
            ),
        )


def _column(name: str) -> str:
    """Return a column of Clockify's as it writes it; any other is a custom field."""
    return _COLUMNS.get(name.lower(), name)


def _row(line: Line) -> Row:
    return Row(
        line=line.number,
        start=Instant(0),
        end=None,
        description=line["Description"],
        project=line["Project"],
        client=line["Client"] if "Client" in line.cells else None,
        task=line["Task"],
        tags=tuple(line["Tags"].split(", ")),
        fields=tuple(
            (name, text)
            for name in line.cells
            if name and name not in _OWN and not _MONEY.fullmatch(name) and (text := line[name])
        ),
        who=tuple(each for name in ("User", "Email") if (each := line[name])),
        joined=True,
    )


def _span(written: _Written, zone: Zone, order: DateOrder) -> tuple[Instant, Instant | None, bool]:
    """Return start, end, and whether the clocks showed them twice."""
    start = read_date(written.start_date, order), read_clock(written.start_time)
    seconds = _seconds(written.length)
    if written.end_date is None or written.end_time is None:
        if seconds is None:
            raise ValueError("it has no duration")
        first = read_local_time(*start, zone)
        return first, shift(first, seconds), len(zone.instants(*start)) > 1
    if not written.end_date and not written.end_time:
        return read_local_time(*start, zone), None, False
    end = read_date(written.end_date, order), read_clock(written.end_time)
    short = (written.start_time.count(":") < 2 or written.end_time.count(":") < 2) + (
        written.length.count(":") < 2
    )
    span = read_span(start, end, seconds, zone, slack=short * _SECONDS)
    if seconds is not None and abs(span.end - span.start - seconds) > short * _SECONDS:
        raise ValueError(
            f"its duration {written.length} is not the time from {written.start_date}"
            f" {written.start_time} to {written.end_date} {written.end_time}"
        )
    return span


def _seconds(text: str) -> int | None:
    """Return a length in seconds, None for none. Raises ValueError."""
    if not text:
        return None
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise ValueError(f"{quoted(text)} is no duration like 01:30:00")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _billable(text: str) -> bool | None:
    if text.lower() not in ("yes", "no", ""):
        raise ValueError(f"{quoted(text)} is not Yes or No")
    return text.lower() == "yes" if text else None
