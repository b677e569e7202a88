"""Watson's file ``frames``: a JSON array of [start, stop, project, id, tags, updated at]."""

from collections.abc import Iterable, Iterator
from typing import Any

from clocktool.domain.instant import FIRST, LAST, Instant
from clocktool.errors import quoted
from clocktool.exchange.array import Element
from clocktool.exchange.row import Problem, Row


def is_frame(value: Any) -> bool:
    """Return whether an element of an array may be a frame."""
    return isinstance(value, list) and len(value) >= 3 and isinstance(value[2], str)


def rows(found: Iterable[Element | Problem]) -> Iterator[Row | Problem]:
    """Yield the entry of each frame, or why it is none."""
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
        raise ValueError("it is no frame with start, stop and project")
    start, stop, project, *rest = value
    tags = rest[1] if len(rest) > 1 and isinstance(rest[1], list) else []
    if not all(isinstance(tag, str) for tag in tags):
        raise ValueError("its tags are no texts")
    return Row(
        line=line,
        start=_instant(start),
        end=_instant(stop),
        project=project,
        tags=tuple(tags),
    )


def _instant(value: Any) -> Instant:
    """Return a time that is a number of seconds since 1970; parts of a second are dropped."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not FIRST <= value <= LAST:
        raise ValueError(f"{quoted(str(value))} is no number of seconds since 1970")
    return Instant(int(value // 1))
