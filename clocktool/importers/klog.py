"""klog's file: a record a day, with entries that are ranges of local times or durations.

The format: https://github.com/jotaen/klog/blob/main/Specification.md

A duration has no start: it begins where the entries above it end, the first of a day at midnight.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from functools import cached_property

from clocktool.domain.time.instant import Instant, shift
from clocktool.domain.time.zone import Zone
from clocktool.errors import quoted
from clocktool.importers.local_time import read_clock, read_local_time, read_span
from clocktool.importers.row import Problem, Row
from clocktool.importers.text import TextLine, text_lines

_HEAD = re.compile(
    r"(\d{4})([-/])(\d\d)\2(\d\d)(?:[ \t]+\([ \t]*[+-]?(?:\d+h)?(?:\d+m)?![ \t]*\))?[ \t]*",
    re.ASCII,
)
_INDENTS = ("    ", "   ", "  ", "\t")
_TIME = r"<?\d{1,2}:\d\d(?:am|pm)?>?"
_RANGE = re.compile(rf"({_TIME}) *- *({_TIME}|\?+)(?![^ \t])", re.ASCII)
_DURATION = re.compile(r"([+-])?(?=\d)(?:(\d{1,7})h)?(?:(\d{1,7})m)?(?![^ \t])", re.ASCII)
_TAG = re.compile(r"""#([\w-]+)(?:=(?:"([^"\n]*)"|'([^'\n]*)'|([\w-]*)))?""")
_WORD = re.compile(rf"{_TAG.pattern}(?!\S)|\S+")


class _Record:
    """A day, the lines of its summary, and the indentation of its entries."""

    def __init__(self, head: str) -> None:
        """Read the first line of a record. Raises ValueError."""
        found = _HEAD.fullmatch(head)
        try:
            year, _, month, day = found.groups() if found else ("", "", "", "")
            self.day = date(int(year), int(month), int(day))
        except ValueError:
            raise ValueError(
                f"invalid date {quoted(head)}, expected one like 2026-11-24 or 2026-11-24 (8h!)"
            ) from None
        self.lines: list[str] = []
        self.indent = ""

    @cached_property
    def text_and_tags(self) -> tuple[str, tuple[str, ...]]:
        """The summary, for entries without one, and its tags, for all entries."""
        return _text_and_tags(self.lines)

    def read_entry(self, number: int, line: str) -> "_Entry":
        """Return the entry that begins on a line. Raises ValueError."""
        self.indent = self.indent or next(filter(line.startswith, _INDENTS), "")
        text = line.removeprefix(self.indent)
        if len(text) == len(line) or text[0] in " \t":
            raise ValueError("indent the entries of a day alike: by 2 to 4 blanks, or by a tab")
        found = _RANGE.match(text) or _DURATION.match(text)
        if found is None:
            raise ValueError("not an entry, expected one like 9:00 - 10:30 or 1h30m")
        return _Entry(number, self, found, text[found.end() :])

    def continues(self, line: str) -> bool:
        """Whether a line below an entry goes on with the entry's summary."""
        return line.startswith(self.indent * 2) and bool(line.strip())


class _Entry:
    """The times of an entry as they are written, and the lines of its summary."""

    __slots__ = ("line", "lines", "record", "times")

    def __init__(self, line: int, record: _Record, times: re.Match[str], text: str) -> None:
        self.line = line
        self.record = record
        self.times = times
        self.lines = [text]


def is_klog(first: bytes) -> bool:
    """Whether the first line of a file may begin a record."""
    return _HEAD.fullmatch(first.decode(errors="replace").rstrip("\r\n")) is not None


def rows(lines: Iterable[bytes], zone: Zone) -> Iterator[Row | Problem]:
    """Yield a Row or a Problem for each entry; ``zone`` is that of its local times."""
    ends: dict[date, Instant] = {}
    for each in _entries(lines):
        if isinstance(each, Problem):
            yield each
            continue
        day = each.record.day
        try:
            begin = ends[day] if day in ends else zone.start_of_day(day)
            row = _row(each, zone, begin)
        except (ValueError, OverflowError) as error:
            yield Problem(each.line, str(error))
            continue
        ends[day] = max(begin, row.start if row.end is None else row.end)
        yield row


def _entries(lines: Iterable[bytes]) -> Iterator[_Entry | Problem]:
    """Yield each entry, and a Problem for each line that breaks the format.

    Below an invalid date nothing is read up to the next blank line.
    """
    record: _Record | None = None
    entry: _Entry | None = None
    has_date = True
    for line in text_lines(lines):
        if entry and isinstance(line, TextLine) and entry.record.continues(line.text):
            entry.lines.append(line.text)
            continue
        if entry:
            yield entry
            entry = None
        if isinstance(line, Problem):
            yield line
            has_date = record is not None
        elif not line.text.strip():
            record, has_date = None, True
        elif has_date:
            try:
                if record is None:
                    record = _Record(line.text)
                elif line.text[0] in " \t" or record.indent:
                    entry = record.read_entry(*line)
                else:
                    record.lines.append(line.text)
            except ValueError as error:
                yield Problem(line.number, str(error))
                has_date = record is not None
    if entry:
        yield entry


def _row(entry: _Entry, zone: Zone, begin: Instant) -> Row:
    """Return the row of an entry; ``begin`` is the start of one with a duration only."""
    day, is_untimed = entry.record.day, entry.times.re is _DURATION
    if is_untimed:
        start, is_ambiguous = begin, False
        end: Instant | None = shift(start, _seconds(entry.times))
    else:
        start, end, is_ambiguous = _span(day, entry.times[1], entry.times[2], zone)
    shared_text, shared_tags = entry.record.text_and_tags
    text, tags = _text_and_tags(entry.lines)
    return Row(
        line=entry.line,
        start=start,
        end=end,
        description=text or shared_text,
        tags=shared_tags + tags,
        is_ambiguous=is_ambiguous,
        is_untimed=is_untimed,
    )


def _span(day: date, start: str, end: str, zone: Zone) -> tuple[Instant, Instant | None, bool]:
    """Return start, end (None for ``?``), and whether these local times happened twice."""
    first = _local_time(day, start)
    if end[0] == "?":
        return read_local_time(*first, zone), None, False
    last = _local_time(day, end)
    if last < first:
        raise ValueError("its end is before its start; a time of the next day is written 1:00>")
    return read_span(first, last, None, zone)


def _local_time(day: date, text: str) -> tuple[date, time]:
    """Parse a time: ``<`` before it is the previous day, ``>`` behind it the next day."""
    clock = text.strip("<>")
    if text[0] == "<" and text[-1] == ">":
        raise ValueError(f"invalid time {quoted(text)}, expected one like 9:00, <23:00 or 1:00>")
    days = (text[-1] == ">") - (text[0] == "<")
    if clock == "24:00" and days < 1:
        clock, days = "0:00", days + 1
    return day + timedelta(days), read_clock(clock)


def _seconds(duration: re.Match[str]) -> int:
    """Return the length of a duration. Raises ValueError for a negative one."""
    sign, hours, minutes = duration.groups()
    if hours and minutes and int(minutes) > 59:
        raise ValueError(f"invalid duration {quoted(duration[0])}, expected one like 1h30m")
    seconds = int(hours or 0) * 3600 + int(minutes or 0) * 60
    if sign == "-" and seconds:
        raise ValueError(
            f"{quoted(duration[0])} is negative, which no entry can be; take it off another entry"
        )
    return seconds


def _text_and_tags(lines: list[str]) -> tuple[str, tuple[str, ...]]:
    """Return a summary in one line, without the tags at its ends, and the names of its tags.

    A tag between other words loses only its ``#``.
    """
    text = "\n".join(lines)
    if "#" not in text:
        return " ".join(text.split()), ()
    words = list(_WORD.finditer(text))
    first, last = 0, len(words)
    while first < last and words[first][1]:
        first += 1
    while first < last and words[last - 1][1]:
        last -= 1
    kept = (_name(word) if word[1] else word[0] for word in words[first:last])
    return " ".join(kept), tuple(map(_name, _TAG.finditer(text)))


def _name(tag: re.Match[str]) -> str:
    """Return a tag as a name: ``dev`` or ``ticket=17``."""
    name, *values = tag.groups()
    value = next(filter(None, values), "")
    return f"{name}={value}" if value else str(name)
