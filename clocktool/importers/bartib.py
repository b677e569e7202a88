r"""bartib's file: an activity a line, with local times: ``start - end | project | description``.

A ``|`` or ``\`` in a text is written ``\|`` and ``\\``. A running activity has no end.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone
from clocktool.errors import quoted
from clocktool.importers.local_time import read_local_time, read_span
from clocktool.importers.row import Problem, Row
from clocktool.importers.text import TextLine, text_lines

_TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?"
_TIMES = rf"\s*({_TIME})(?:\s+-\s+({_TIME}))?\s*\|"
_TEXT = r"((?:\\.|[^\\|])*)"
_FIRST_LINE = re.compile(_TIMES.encode())
_ACTIVITY = re.compile(rf"{_TIMES}{_TEXT}(?:\|{_TEXT})?\\?", re.ASCII | re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def is_bartib(first: bytes) -> bool:
    """Whether the first line of a file begins like an activity."""
    return _FIRST_LINE.match(first) is not None


def rows(lines: Iterable[bytes], zone: Zone) -> Iterator[Row | Problem]:
    """Yield a Row or a Problem for each line; ``zone`` is that of its local times."""
    for line in text_lines(lines):
        if isinstance(line, Problem):
            yield line
        elif line.text.strip():
            try:
                yield _row(line, zone)
            except (ValueError, OverflowError) as error:
                yield Problem(line.number, str(error))


def _row(line: TextLine, zone: Zone) -> Row:
    found = _ACTIVITY.match(line.text)
    if found is None:
        raise ValueError(
            "not an activity, expected one like"
            " 2026-11-24 09:00 - 2026-11-24 10:30 | project | description"
        )
    if found.end() < len(line.text):
        raise ValueError(r"it has a third |; in a text write \|")
    start, end, project, description = found.groups()
    begin, until, is_ambiguous = _span(start, end, zone)
    return Row(
        line=line.number,
        start=begin,
        end=until,
        description=_unescaped(description or ""),
        project=_unescaped(project),
        is_ambiguous=is_ambiguous,
    )


def _span(start: str, end: str | None, zone: Zone) -> tuple[Instant, Instant | None, bool]:
    """Return start, end, and whether these local times happened twice."""
    first = _local_time(start)
    if end is None:
        return read_local_time(*first, zone), None, False
    return read_span(first, _local_time(end), None, zone)


def _local_time(text: str) -> tuple[date, time]:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"invalid time {quoted(text)}, expected one like 2026-11-24 09:00"
        ) from None
    return moment.date(), moment.time()


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text).strip()
