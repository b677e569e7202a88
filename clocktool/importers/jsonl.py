"""JSON lines: one TimeEntry object a line, as ``export`` and ``purge`` write it.

Other programs' objects need only a start and an end, in ``timeInterval`` or next to it; projects,
tasks and tags may be names. An array, as ``list -o json`` writes it, is also read.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from clocktool.domain.entry import WRITABLE_TYPES
from clocktool.domain.time.duration import parse_duration
from clocktool.domain.time.instant import Instant, shift
from clocktool.domain.time.zone import Zone
from clocktool.errors import UsageError, why_invalid
from clocktool.importers.array import Element
from clocktool.importers.local_time import read_instant
from clocktool.importers.row import Problem, Row


class _Object(msgspec.Struct, rename="camel"):
    """A JSON object; unknown members are ignored."""


class _Client(_Object):
    id: str | None = None
    name: str | None = None


class _Clients(_Object):
    """An object that may name a client: a project, or the row itself."""

    client: str | _Client | msgspec.UnsetType | None = msgspec.UNSET
    client_id: str | msgspec.UnsetType | None = msgspec.UNSET
    client_name: str | msgspec.UnsetType | None = msgspec.UNSET


class _Named(_Clients):
    id: str | None = None
    name: str | None = None
    color: str | None = None


class _Times(_Object):
    start: str | None = None
    end: str | msgspec.UnsetType | None = msgspec.UNSET
    duration: str | None = None


class _Field(_Object):
    custom_field_id: str | None = None
    name: str | None = None
    value: object = None


class _Line(_Clients):
    time_interval: _Times | None = None
    start: str | None = None
    end: str | msgspec.UnsetType | None = msgspec.UNSET
    duration: str | None = None
    duration_seconds: int | None = None
    description: str | None = None
    project: str | _Named | None = None
    project_id: str | None = None
    project_name: str | None = None
    task: str | _Named | None = None
    task_id: str | None = None
    task_name: str | None = None
    tags: list[str | _Named] | None = None
    tag_ids: list[str] | None = None
    billable: bool | None = None
    type: str | None = None
    user: str | _Named | None = None
    user_id: str | None = None
    user_name: str | None = None
    custom_field_values: list[_Field] | None = None


def is_object(value: Any) -> bool:
    """Whether an element of an array may be a time entry."""
    if not isinstance(value, dict):
        return False
    return "timeInterval" in value or ("start" in value and "stop" not in value)


def rows(lines: Iterable[bytes], zone: Zone) -> Iterator[Row | Problem]:
    """Yield a Row or a Problem for each line; ``zone`` is for times without an offset."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _read(number, line, zone)


def rows_of(found: Iterable[Element | Problem], zone: Zone) -> Iterator[Row | Problem]:
    """Yield a Row or a Problem for each element of an array."""
    for each in found:
        if isinstance(each, Problem):
            yield each
            continue
        try:
            data = msgspec.json.encode(each.value)
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            yield Problem(each.line, f"not a time entry: {why_invalid(error)}")
            continue
        yield _read(each.line, data, zone)


def _read(number: int, data: bytes, zone: Zone) -> Row | Problem:
    try:
        line = msgspec.json.decode(data.decode(), type=_Line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Problem(number, f"not a time entry: {why_invalid(error, data)}")
    try:
        return _row(number, line, zone)
    except (ValueError, OverflowError) as error:
        return Problem(number, str(error))


def _row(number: int, line: _Line, zone: Zone) -> Row:
    start, end = _span(line, zone)
    project = _name(line.project, line.project_name, line.project_id)
    user = _name(line.user, line.user_name), _id(line.user) or line.user_id or ""
    return Row(
        line=number,
        start=start,
        end=end,
        description=line.description or "",
        project=project,
        client=_client(line),
        color=(isinstance(line.project, _Named) and line.project.color) or "",
        task=_name(line.task, line.task_name, line.task_id),
        tags=_tags(line),
        billable=line.billable,
        type=line.type if line.type in WRITABLE_TYPES else None,
        fields=tuple(_field(each) for each in line.custom_field_values or ()),
        user_labels=tuple(each for each in user if each),
    )


def _span(line: _Line, zone: Zone) -> tuple[Instant, Instant | None]:
    """Return start and end; a missing end is computed from the duration, a null end is None."""
    inner = line.time_interval or _Times()
    start = _single_time("start", (inner.start, line.start), zone)
    if start is None:
        raise ValueError("it has no start")
    end = _single_time("end", (inner.end, line.end), zone)
    if end is not None or None in (inner.end, line.end):
        return start, end
    seconds = line.duration_seconds
    if text := inner.duration or line.duration:
        try:
            seconds = parse_duration(text)
        except UsageError as error:
            raise ValueError(error.message) from error
    if seconds is None and line.time_interval is None:
        raise ValueError("it has no end and no duration")
    return start, None if seconds is None else shift(start, seconds)


def _single_time(
    name: str, value: Iterable[str | msgspec.UnsetType | None], zone: Zone
) -> Instant | None:
    """Return a time that one or two members give. Raises ValueError where they differ."""
    found = {read_instant(each, zone) for each in value if isinstance(each, str)}
    if len(found) > 1:
        raise ValueError(f"it has two {name} times")
    return next(iter(found), None)


def _name(
    value: str | _Named | _Client | None, name: str | None = None, other: str | None = None
) -> str:
    """Return the name in an object or next to it; the id where there is no name."""
    if isinstance(value, str):
        return value or name or other or ""
    return (value and value.name) or name or (value and value.id) or other or ""


def _id(value: str | _Named | None) -> str:
    return (isinstance(value, _Named) and value.id) or ""


def _client(line: _Line) -> str | None:
    """Return the client's name, else its id; "" for no client, None if none is mentioned."""
    sources = [line.project, line] if isinstance(line.project, _Named) else [line]
    values = [
        each
        for it in sources
        for each in (it.client_name, it.client, it.client_id)
        if each is not msgspec.UNSET
    ]
    for each in values:
        if each and (name := _name(each)):
            return name
    named = _name(line.project, line.project_name)
    return "" if values and named else None


def _tags(line: _Line) -> tuple[str, ...]:
    """Return the names of tags, and the ids of tags without a name."""
    tags = [_name(each) for each in line.tags or ()]
    shown = {_id(each) for each in line.tags or ()}
    return *tags, *(each for each in line.tag_ids or () if each not in shown)


def _field(field: _Field) -> tuple[str, object]:
    name = field.name or field.custom_field_id
    if not name:
        raise ValueError("it has a custom field without a name")
    return name, field.value
