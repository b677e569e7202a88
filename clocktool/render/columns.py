"""The columns of entries, described once for every table and format."""

from collections.abc import Callable, Hashable

import msgspec
from msgspec.structs import replace

from clocktool.domain.entry import Entry
from clocktool.domain.time.duration import format_decimal, format_duration
from clocktool.domain.time.instant import Instant
from clocktool.render.cells import Cell
from clocktool.render.entries import View, project_text, signs, spaced
from clocktool.render.fields import Field, Fields


class Line(msgspec.Struct, frozen=True):
    """A line of a list: an entry and its view. In tables it has texts that depend on the list."""

    entry: Entry
    view: View
    mark: Cell = ()
    id: str = ""
    times: str = ""
    duration: str = ""


def _iso(instant: Instant | None, view: View) -> str:
    return "" if instant is None else view.zone.local_time(instant).isoformat()


def _clock(instant: Instant | None, view: View) -> str:
    return "" if instant is None else f"{view.zone.local_time(instant):%H:%M}"


def _color(entry: Entry) -> str:
    return entry.project.color if entry.project else ""


def _listed(name: str) -> str:
    """Return a name for a list in one cell: quoted if it has a comma, quote or newline."""
    return '"' + name.replace('"', '""') + '"' if any(each in name for each in ',"\n') else name


def _length(line: Line) -> str:
    return format_duration(line.view.length(line.entry))


def _signs_of(entry: Entry) -> Hashable:
    """Return what the signs of an entry depend on."""
    return entry.billable, entry.type, entry.locked, entry.approval_id is None, entry.tags


_ALL: Fields[Line] = (
    Field(
        "id",
        lambda line: str(line.entry.id),
        parts=lambda line, _out, _width: (*line.mark, (line.id, "dim")),
    ),
    Field("date", lambda line: line.view.zone.day(line.entry.start).isoformat()),
    Field("times", lambda line: line.times),
    Field(
        "start",
        lambda line: _iso(line.entry.start, line.view),
        text=lambda line: _clock(line.entry.start, line.view),
    ),
    Field(
        "end",
        lambda line: _iso(line.entry.end, line.view),
        text=lambda line: _clock(line.entry.end, line.view),
    ),
    Field(
        "duration",
        _length,
        parts=lambda line, _out, _width: ((line.duration, "dim" if line.entry.is_break else ""),),
        figures=True,
    ),
    Field("duration_seconds", lambda line: line.entry.seconds(line.view.now)),
    Field("type", lambda line: line.entry.type, text=lambda line: line.entry.type.lower()),
    Field("hours", lambda line: format_decimal(line.entry.seconds(line.view.now))),
    Field(
        "description",
        lambda line: line.entry.description,
        least=8,
        fair=20,
        shared=lambda line: line.entry.description,
    ),
    Field(
        "project",
        lambda line: line.entry.project.name if line.entry.project else "",
        parts=lambda line, out, _: (
            (project_text(line.entry, unicode=out.unicode), _color(line.entry)),
        ),
        least=8,
        fair=14,
        shared=lambda line: (line.entry.project, line.entry.task),
    ),
    Field("client", lambda line: line.entry.project.client if line.entry.project else ""),
    Field("task", lambda line: line.entry.task.name if line.entry.task else ""),
    Field(
        "tags",
        lambda line: ", ".join(_listed(tag.name) for tag in line.entry.tags),
        text=lambda line: ", ".join(tag.name for tag in line.entry.tags),
        parts=lambda line, out, _: spaced(signs(line.entry, out)),
        least=6,
        fair=12,
        shared=lambda line: _signs_of(line.entry),
    ),
    Field("billable", lambda line: line.entry.billable),
    Field(
        "user",
        lambda line: line.entry.user or line.entry.user_id,
        least=6,
        fair=12,
        shared=lambda line: (line.entry.user, line.entry.user_id),
    ),
)
FIELDS = {field.name: field for field in _ALL}

LIST = ("id", "times", "duration", "project", "description", "tags")
"""The columns of a list for people."""

_DETAILS = ("description", "project", "client", "task", "tags", "billable", "user")

CSV = {name: FIELDS[name] for name in ("id", "start", "end", "duration_seconds", *_DETAILS, "type")}

TEMPLATE: dict[str, Callable[[Line], str]] = {
    name: FIELDS[name].shown
    for name in (
        *("id", "date", "start", "end", "duration", "duration_seconds", "type", "hours"),
        *_DETAILS,
    )
}

MARKDOWN: Fields[Line] = [
    *(FIELDS[name] for name in ("date", "start", "end")),
    replace(
        FIELDS["duration"],
        text=lambda line: ("break " if line.entry.is_break else "") + _length(line),
    ),
    *(FIELDS[name] for name in ("project", "client", "task", "description", "tags")),
]


def template(text: str) -> Callable[[Line], str]:
    """Return a function that fills a template. Raises UsageError for an unknown field."""
    from clocktool.render.documents import template_of

    return template_of(text, TEMPLATE)
