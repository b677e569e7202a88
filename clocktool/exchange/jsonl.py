"""JSON lines: what ``export`` and the backup of ``purge`` write, a TimeEntry object a line.

The array that ``list -o json`` writes is read, too.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from clocktool import wire
from clocktool.domain.entry import WRITABLE_TYPES, Entry
from clocktool.exchange.array import Element
from clocktool.exchange.row import Problem, Row


class _Who(msgspec.Struct, rename="camel"):
    """What else an object of ours has: the name of its user."""

    user_name: str | None = None


def is_object(value: Any) -> bool:
    """Return whether an element of an array may be one of ours."""
    return isinstance(value, dict) and "timeInterval" in value


def rows(lines: Iterable[bytes]) -> Iterator[Row | Problem]:
    """Yield the entry of each line, or why it is none."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _read(number, line)


def rows_of(found: Iterable[Element | Problem]) -> Iterator[Row | Problem]:
    """Yield the entry of each element of an array, or why it is none."""
    for each in found:
        if isinstance(each, Problem):
            yield each
            continue
        try:
            yield _read(each.line, msgspec.json.encode(each.value))
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            yield Problem(each.line, f"it is no time entry: {quoted_reason(error)}")


def _read(number: int, data: bytes) -> Row | Problem:
    try:
        entry = wire.entry(data)
        name = msgspec.json.decode(data, type=_Who).user_name or entry.user
    except UnicodeDecodeError:
        return Problem(number, "it is not UTF-8")
    except RecursionError:
        return Problem(number, "it is nested too deep")
    except msgspec.DecodeError as error:
        return Problem(number, f"it is no time entry: {quoted_reason(error)}")
    return _row(number, entry, name)


def _row(number: int, entry: Entry, name: str) -> Row:
    project = entry.project
    return Row(
        line=number,
        start=entry.start,
        end=entry.end,
        description=entry.description,
        project=project.name or project.id if project else "",
        client=project.client if project and project.name else None,
        color=project.color if project else "",
        task=entry.task.name or entry.task.id if entry.task else "",
        tags=tuple(tag.name or tag.id for tag in entry.tags),
        billable=entry.billable,
        type=entry.type if entry.type in WRITABLE_TYPES else None,
        fields=tuple((each.name or each.field_id, each.value) for each in entry.fields),
        who=tuple(each for each in (name, entry.user_id) if each),
    )


def quoted_reason(error: Exception) -> str:
    """Return what a decoder says, as a part of a sentence."""
    text = str(error)
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
