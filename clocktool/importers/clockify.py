"""Clockify's detailed report as CSV: it has local times, and dates in the account's order.

All rows are read before the first is yielded, as only their dates together show that order.
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

_USED_COLUMNS = (
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
_IGNORED_COLUMNS = ("Group", "Duration (decimal)", "Date of creation")
_OWN_COLUMNS = frozenset((*_USED_COLUMNS, *_IGNORED_COLUMNS))
_COLUMNS = {name.lower(): name for name in _OWN_COLUMNS}
_MONEY = re.compile(r"(billable|cost) (rate|amount)( \(.*\))?", re.IGNORECASE)
_LENGTH = re.compile(r"(\d{1,6}):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_SECONDS = 59
"""The greatest error of a time or duration that is written without seconds."""


class _Times(msgspec.Struct, gc=False):
    """The cells that can be read once the order of dates is known; None for a missing column."""

    start_date: str
    start_time: str
    end_date: str | None
    end_time: str | None
    length: str
    billable: str


def is_clockify(first: bytes) -> bool:
    """Whether the first line of a file has Clockify's columns; Toggl's differ in case."""
    names = header_of(first)[0]
    lengths = {"duration (h)", "duration (decimal)"}
    return "Start Date" in names or any(name.lower() in lengths for name in names)


def rows(lines: Iterable[bytes], zone: Zone, order: DateOrder | None) -> Iterator[Row | Problem]:
    """Yield a Row or a Problem for each row of the file; ``zone`` is that of its local times.

    Without ``order`` it is found from the dates. Raises FormatError where several orders fit.
    """
    found = list(_rows_and_times(lines))
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
        row, times = each
        try:
            start, end, is_ambiguous = _span(times, zone, order)
            billable = _billable(times.billable)
        except (ValueError, OverflowError) as error:
            yield Problem(row.line, str(error))
            continue
        yield msgspec.structs.replace(
            row, start=start, end=end, is_ambiguous=is_ambiguous, billable=billable
        )


def _rows_and_times(lines: Iterable[bytes]) -> Iterator[Problem | tuple[Row, _Times]]:
    """Yield each row without its times, and the cells with the times."""
    for line in lines_of(lines, ("Start Date", "Start Time"), _column):
        if isinstance(line, Problem):
            yield line
            continue
        has_end = {"End Date", "End Time"} <= line.cells.keys()
        if not has_end and "Duration (h)" not in line.cells:
            raise FormatError("the column 'End Date', 'End Time' or 'Duration (h)' is missing")
        yield (
            _row(line),
            _Times(
                line["Start Date"],
                line["Start Time"],
                line["End Date"] if has_end else None,
                line["End Time"] if has_end else None,
                line["Duration (h)"],
                line["Billable"],
            ),
        )


def _column(name: str) -> str:
    """Return the name of a column in Clockify's spelling; other columns are custom fields."""
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
            if name
            and name not in _OWN_COLUMNS
            and not _MONEY.fullmatch(name)
            and (text := line[name])
        ),
        user_labels=tuple(each for name in ("User", "Email") if (each := line[name])),
        has_joined_tags=True,
    )


def _span(times: _Times, zone: Zone, order: DateOrder) -> tuple[Instant, Instant | None, bool]:
    """Return start, end, and whether these local times happened twice."""
    start = read_date(times.start_date, order), read_clock(times.start_time)
    seconds = _seconds(times.length)
    if times.end_date is None or times.end_time is None:
        if seconds is None:
            raise ValueError("it has no duration")
        first = read_local_time(*start, zone)
        return first, shift(first, seconds), len(zone.instants(*start)) > 1
    if not times.end_date and not times.end_time:
        return read_local_time(*start, zone), None, False
    end = read_date(times.end_date, order), read_clock(times.end_time)
    short = (times.start_time.count(":") < 2 or times.end_time.count(":") < 2) + (
        times.length.count(":") < 2
    )
    span = read_span(start, end, seconds, zone, slack=short * _SECONDS)
    if seconds is not None and abs(span.end - span.start - seconds) > short * _SECONDS:
        raise ValueError(
            f"its duration {times.length} is not the time from {times.start_date}"
            f" {times.start_time} to {times.end_date} {times.end_time}"
        )
    return span


def _seconds(text: str) -> int | None:
    """Return a duration in seconds, None for an empty text. Raises ValueError."""
    if not text:
        return None
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise ValueError(f"invalid duration {quoted(text)}, expected one like 01:30:00")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _billable(text: str) -> bool | None:
    if text.lower() not in ("yes", "no", ""):
        raise ValueError(f"{quoted(text)} is not Yes or No")
    return text.lower() == "yes" if text else None
