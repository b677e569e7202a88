"""Watson's file ``frames``: a JSON array of [start, stop, project, id, tags, updated at].

The output of ``watson log --json`` is also read: objects with the same names and ISO times.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from clocktool.domain.time.instant import FIRST, LAST, Instant, parse_iso
from clocktool.errors import quoted
from clocktool.importers.array import Element
from clocktool.importers.row import Problem, Row


def is_frame(value: Any) -> bool:
    """Whether an element of an array may be a frame."""
    if isinstance(value, dict):
        return all(isinstance(value.get(name), str) for name in ("start", "stop", "project"))
    return isinstance(value, list) and len(value) >= 3 and isinstance(value[2], str)


def rows(found: Iterable[Element | Problem]) -> Iterator[Row | Problem]:
    """Yield a Row or a Problem for each frame."""
    for each in found:
        if isinstance(each, Problem):
            yield each
            continue
        try:
            yield _row(each.line, each.value)
        except ValueError as error:
            yield Problem(each.line, str(error))


def _row(line: int, value: Any) -> Row:
    if not is_frame(value):
        raise ValueError("not a frame with start, stop and project")
    if isinstance(value, dict):
        times, project = (_iso(value["start"]), _iso(value["stop"])), value["project"]
        tags = value.get("tags", [])
    else:
        start, stop, project, *rest = value
        times = _instant(start), _instant(stop)
        tags = rest[1] if len(rest) > 1 else []
        if isinstance(tags, int | float):
            tags = []  # old versions had no tags; this is the time of the last change
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ValueError("its tags are not a list of texts")
    return Row(
        line=line,
        start=times[0],
        end=times[1],
        project=project,
        tags=tuple(tags),
    )


def _instant(value: Any) -> Instant:
    """Return the instant of a number of seconds since 1970, without fractions."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not FIRST <= value <= LAST:
        raise ValueError(f"{quoted(str(value))} is not a number of seconds since 1970")
    return Instant(int(value // 1))


def _iso(text: str) -> Instant:
    try:
        return parse_iso(text)
    except ValueError:
        raise ValueError(
            f"invalid time {quoted(text)}, expected one like 2026-11-24T09:00:00+01:00"
        ) from None
