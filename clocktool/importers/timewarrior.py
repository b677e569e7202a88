"""timewarrior's ``timew export``: a JSON array of intervals.

The description is the annotation, else the tags, as users type their activity as tags.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from clocktool.domain.time.instant import Instant, parse_iso
from clocktool.errors import quoted
from clocktool.importers.array import Element
from clocktool.importers.row import Problem, Row

_MEMBERS = {"id", "start", "end", "tags", "annotation"}


def is_interval(value: Any) -> bool:
    """Whether an element of an array may be an interval of timewarrior.

    Other programs write more members, or times with dashes.
    """
    return _has_start(value) and _MEMBERS.issuperset(value) and "-" not in value["start"]


def rows(found: Iterable[Element | Problem]) -> Iterator[Row | Problem]:
    """Yield a Row or a Problem for each interval."""
    for each in found:
        if isinstance(each, Problem):
            yield each
            continue
        try:
            yield _row(each.line, each.value)
        except (ValueError, TypeError) as error:
            yield Problem(each.line, str(error))


def _row(line: int, value: Any) -> Row:
    if not _has_start(value):
        raise ValueError("not an interval with a start")
    tags, annotation = value.get("tags", []), value.get("annotation", "")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ValueError("its tags are not a list of texts")
    if not isinstance(annotation, str):
        raise TypeError("its annotation is not a text")
    return Row(
        line=line,
        start=_instant(value["start"]),
        end=_instant(value["end"]) if value.get("end") is not None else None,
        description=annotation or ", ".join(tags),
        tags=tuple(tags),
    )


def _has_start(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("start"), str)


def _instant(text: Any) -> Instant:
    try:
        return parse_iso(text)
    except (ValueError, TypeError, OverflowError):
        raise ValueError(
            f"invalid time {quoted(str(text))}, expected one like 20261124T080000Z"
        ) from None
