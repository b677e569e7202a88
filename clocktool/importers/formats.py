"""Find the format of a file and read its rows."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain

import msgspec

from clocktool.domain.time.zone import Zone
from clocktool.importers import (
    array,
    bartib,
    clockify,
    clocktool_csv,
    jsonl,
    klog,
    timewarrior,
    toggl,
    watson,
)
from clocktool.importers.row import FormatError, Problem, Row, check
from clocktool.importers.rows import Rows
from clocktool.importers.source import DateOrder, Source

MAX_SHOWN = 10
"""The number of problems that are shown."""

_REPORTS = (Source.CLOCKIFY, Source.TOGGL)
_TABLES = (Source.CSV, *_REPORTS)

_BOM = b"\xef\xbb\xbf"
"""The byte order mark that some editors write before UTF-8."""


_UTF_16_BOMS = (b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of UTF-16, which PowerShell writes with ``>``."""


class Reading(msgspec.Struct):
    """The content of a file: its rows, the first problems, and the number of problems."""

    source: Source | None
    rows: Rows
    problems: list[Problem]
    bad: int = 0
    running: int = 0
    """The number of rows left out because their timer runs."""

    ambiguous_lines: list[int] = []
    """The lines of rows with a local time that happened twice; the first instant is taken."""

    untimed_lines: list[int] = []
    """The lines of rows with a duration only; the importer chose the start."""

    @property
    def count(self) -> int:
        """The number of rows in the file."""
        return len(self.rows) + self.bad + self.running


def read(
    lines: Iterable[bytes], source: Source | None, zone: Zone, order: DateOrder | None = None
) -> Reading:
    """Read a file; without ``source`` its format is detected.

    ``order`` is the order of its dates; without it the order is detected, too. Raises FormatError
    for an unknown or another format, and for dates that fit several orders.
    """
    rest = _decoded(iter(lines))
    blank: list[bytes] = []
    for line in rest:
        first = line.removeprefix(_BOM) if not blank else line
        if first.strip():
            break
        blank.append(first)
    else:
        return Reading(source, Rows(), [])
    if source in _TABLES or first.lstrip()[:1] not in (b"[", b"{"):
        source = source or _guess(first)
    whole = chain(blank, [first], rest)
    if order is not None and source not in _REPORTS:
        raise FormatError(
            "--dates is for the reports of Clockify and Toggl", "leave --dates out for this file"
        )
    if first.lstrip()[:1] == b"[" and source in (None, Source.JSONL):
        return _read_array(whole, source, zone)
    source = source or Source.JSONL
    return _collect(source, _rows(source, whole, zone, order))


def _decoded(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Return the lines in UTF-8; a file that begins with a UTF-16 mark is converted."""
    first = next(lines, b"")
    if not first.startswith(_UTF_16_BOMS):
        return chain([first], lines)
    try:
        text = b"".join(chain([first], lines)).decode("utf-16")
        return iter(BytesIO(text.encode()))
    except UnicodeError as error:
        raise FormatError("it begins like UTF-16, but is not valid UTF-16") from error


def _guess(first: bytes) -> Source:
    """Return the format of a file that is not JSON. Raises FormatError."""
    if clockify.is_clockify(first):
        return Source.CLOCKIFY
    if toggl.is_toggl(first):
        return Source.TOGGL
    if clocktool_csv.is_clocktool(first):
        return Source.CSV
    if klog.is_klog(first):
        return Source.KLOG
    if bartib.is_bartib(first):
        return Source.BARTIB
    raise FormatError("unknown format")


def _read_array(lines: Iterable[bytes], source: Source | None, zone: Zone) -> Reading:
    """Read a JSON array; without ``source`` its first element shows the format."""
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
    raise FormatError("a JSON array of an unknown format")


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
        case Source.KLOG:
            return klog.rows(lines, zone)
        case Source.BARTIB:
            return bartib.rows(lines, zone)


def _collect(source: Source | None, found: Iterator[Row | Problem]) -> Reading:
    reading = Reading(source, Rows(), [])
    for each in found:
        row = check(each) if isinstance(each, Row) else each
        if isinstance(row, Problem):
            reading.bad += 1
            if len(reading.problems) < MAX_SHOWN:
                reading.problems.append(row)
        elif row.end is None:
            reading.running += 1
        else:
            if row.is_ambiguous:
                reading.ambiguous_lines.append(row.line)
            if row.is_untimed:
                reading.untimed_lines.append(row.line)
            reading.rows.append(row)
    return reading
