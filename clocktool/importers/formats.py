"""Which format a file is of, and its rows."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain

import msgspec

from clocktool.domain.time.zone import Zone
from clocktool.importers import array, clockify, clocktool_csv, jsonl, timewarrior, toggl, watson
from clocktool.importers.row import FormatError, Problem, Row, checked
from clocktool.importers.rows import Rows
from clocktool.importers.source import DateOrder, Source

SHOWN = 10
"""How many problems are kept to be named."""

_REPORTS = (Source.CLOCKIFY, Source.TOGGL)
_TABLES = (Source.CSV, *_REPORTS)

_MARK = b"\xef\xbb\xbf"
"""What some editors put in front of UTF-8."""


_MARKS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""What PowerShell puts in front of what ``>`` writes."""


class Reading(msgspec.Struct):
    """A file that was read: its rows, the first problems, and how many there are."""

    source: Source | None
    rows: Rows
    problems: list[Problem]
    bad: int = 0
    running: int = 0
    """How many rows were left out, as their timer runs."""

    twice: list[int] = []
    """The lines of rows whose clock times happened twice: the first of them is taken."""

    @property
    def count(self) -> int:
        """How many rows the file has."""
        return len(self.rows) + self.bad + self.running


def read(
    lines: Iterable[bytes], source: Source | None, zone: Zone, order: DateOrder | None = None
) -> Reading:
    """Read a file of a format, of the one it looks like for None; an empty one has no rows.

    ``order`` is the order of its dates; None is the one that fits. Raises FormatError where a file
    is of no format, or not of this one, or its dates fit several orders.
    """
    rest = _utf_8(iter(lines))
    blank: list[bytes] = []
    for line in rest:
        first = line.removeprefix(_MARK) if not blank else line
        if first.strip():
            break
        blank.append(first)
    else:
        return Reading(source, Rows(), [])
    if source in _TABLES or first.lstrip()[:1] not in (b"[", b"{"):
        source = source or _guess_table(first)
    whole = chain(blank, [first], rest)
    if order is not None and source not in _REPORTS:
        raise FormatError(
            "--dates is for the reports of Clockify and Toggl", "leave --dates out for this file"
        )
    if first.lstrip()[:1] == b"[" and source in (None, Source.JSONL):
        return _read_array(whole, source, zone)
    source = source or Source.JSONL
    return _collect(source, _rows(source, whole, zone, order))


def _utf_8(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Return lines in UTF-8, those of a file that begins as UTF-16 does, too."""
    first = next(lines, b"")
    if not first.startswith(_MARKS_OF_UTF_16):
        return chain([first], lines)
    try:
        text = b"".join(chain([first], lines)).decode("utf-16")
        return iter(BytesIO(text.encode()))
    except UnicodeError as error:
        raise FormatError("it begins as UTF-16 does, and is not") from error


def _guess_table(first: bytes) -> Source:
    if clockify.is_clockify(first):
        return Source.CLOCKIFY
    if toggl.is_toggl(first):
        return Source.TOGGL
    if clocktool_csv.is_ours(first):
        return Source.CSV
    raise FormatError("it looks like no format that is known")


def _read_array(lines: Iterable[bytes], source: Source | None, zone: Zone) -> Reading:
    """Read an array of a format, for None of the one that its first element is of."""
    found = array.elements(lines)
    first = next(found, None)
    if first is None:
        return Reading(source, Rows(), [])
    if isinstance(first, Problem):
        return _collect(source, iter([first]))
    whole = chain([first], found)
    if source is Source.JSONL:
        return _collect(source, jsonl.rows_of(whole, zone))
    if watson.is_frame(first.value):
        return _collect(Source.WATSON, watson.rows(whole))
    if timewarrior.is_interval(first.value):
        return _collect(Source.TIMEWARRIOR, timewarrior.rows(whole))
    if jsonl.is_object(first.value):
        return _collect(Source.JSONL, jsonl.rows_of(whole, zone))
    raise FormatError("it is a JSON array of no format that is known")


def _rows(
    source: Source, lines: Iterable[bytes], zone: Zone, order: DateOrder | None
) -> Iterator[Row | Problem]:
    match source:
        case Source.JSONL:
            return jsonl.rows(lines, zone)
        case Source.CSV:
            return clocktool_csv.rows(lines, zone)
        case Source.CLOCKIFY:
            return clockify.rows(lines, zone, order)
        case Source.TOGGL:
            return toggl.rows(lines, zone, order or DateOrder.YMD)
        case Source.TIMEWARRIOR:
            return timewarrior.rows(array.elements(lines))
        case Source.WATSON:
            return watson.rows(array.elements(lines))


def _collect(source: Source | None, found: Iterator[Row | Problem]) -> Reading:
    reading = Reading(source, Rows(), [])
    for each in found:
        row = checked(each) if isinstance(each, Row) else each
        if isinstance(row, Problem):
            reading.bad += 1
            if len(reading.problems) < SHOWN:
                reading.problems.append(row)
        elif row.end is None:
            reading.running += 1
        else:
            if row.twice:
                reading.twice.append(row.line)
            reading.rows.append(row)
    return reading
