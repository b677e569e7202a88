"""The columns of entries, described once for every table and format."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.time.duration import format_decimal, format_duration
from clocktool.domain.time.instant import Instant
from clocktool.render.cells import Cell
from clocktool.render.documents import csv_line, markdown_head, markdown_line, template_of
from clocktool.render.entries import DOT, View, project_text, signs, spaced
from clocktool.render.output import Output
from clocktool.render.text import visible


class Line(msgspec.Struct, frozen=True):
    """A line of a list: an entry, and texts about it that depend on the list."""

    entry: Entry
    mark: Cell
    id: str
    times: str
    duration: str


Text = Callable[[Entry, View], str]


class Field(msgspec.Struct, frozen=True):
    """A column of entries. ``csv`` and ``document`` replace ``text`` in CSV and Markdown."""

    text: Text = lambda _entry, _view: ""
    cell: Callable[[Line, Output], Cell] = lambda _line, _out: ()
    """Its cell in a list for people."""

    csv: Text | None = None
    document: Text | None = None
    figures: bool = False
    """Whether the column is aligned to the right."""


def _iso(instant: Instant | None, view: View) -> str:
    return "" if instant is None else view.zone.local_time(instant).isoformat()


def _clock(instant: Instant | None, view: View) -> str:
    return "" if instant is None else f"{view.zone.local_time(instant):%H:%M}"


def _color(entry: Entry) -> str:
    return entry.project.color if entry.project else ""


def _listed(name: str) -> str:
    """Return a name for a list in one cell: quoted if it has a comma, quote or newline."""
    return '"' + name.replace('"', '""') + '"' if any(each in name for each in ',"\n') else name


FIELDS: dict[str, Field] = {
    "id": Field(
        lambda entry, _: str(entry.id),
        lambda line, _: (*line.mark, (line.id, "dim")),
    ),
    "date": Field(lambda entry, view: view.zone.day(entry.start).isoformat()),
    "times": Field(cell=lambda line, _: ((line.times, ""),)),
    "start": Field(
        lambda entry, view: _clock(entry.start, view),
        csv=lambda entry, view: _iso(entry.start, view),
    ),
    "end": Field(
        lambda entry, view: _clock(entry.end, view),
        csv=lambda entry, view: _iso(entry.end, view),
    ),
    "duration": Field(
        lambda entry, view: format_duration(view.length(entry)),
        lambda line, _: ((line.duration, "dim" if line.entry.is_break else ""),),
        document=lambda entry, view: (
            ("break " if entry.is_break else "") + format_duration(view.length(entry))
        ),
        figures=True,
    ),
    "duration_seconds": Field(lambda entry, view: str(entry.seconds(view.now))),
    "type": Field(lambda entry, _: entry.type.lower(), csv=lambda entry, _: entry.type),
    "hours": Field(lambda entry, view: format_decimal(entry.seconds(view.now))),
    "description": Field(
        lambda entry, _: entry.description,
        lambda line, _: ((visible(line.entry.description), ""),),
    ),
    "project": Field(
        lambda entry, _: entry.project.name if entry.project else "",
        lambda line, out: ((project_text(line.entry, out.symbol(*DOT)), _color(line.entry)),),
    ),
    "client": Field(lambda entry, _: entry.project.client if entry.project else ""),
    "task": Field(lambda entry, _: entry.task.name if entry.task else ""),
    "tags": Field(
        lambda entry, _: ", ".join(tag.name for tag in entry.tags),
        lambda line, out: spaced(signs(line.entry, out)),
        csv=lambda entry, _: ", ".join(_listed(tag.name) for tag in entry.tags),
    ),
    "billable": Field(lambda entry, _: "true" if entry.billable else "false"),
    "user": Field(
        lambda entry, _: entry.user or entry.user_id,
        lambda line, _: ((visible(line.entry.user or line.entry.user_id), ""),),
    ),
}

LIST = ("id", "times", "duration", "project", "description", "tags")
"""The columns of a list for people."""

DETAILS = ("description", "project", "client", "task", "tags", "billable", "user")

CSV: dict[str, Text] = {
    name: FIELDS[name].csv or FIELDS[name].text
    for name in ("id", "start", "end", "duration_seconds", *DETAILS, "type")
}

TEMPLATE: dict[str, Text] = {
    name: FIELDS[name].text
    for name in (
        *("id", "date", "start", "end", "duration", "duration_seconds", "type", "hours"),
        *DETAILS,
    )
}

MARKDOWN = "date", "start", "end", "duration", "project", "client", "task", "description", "tags"


def csv_lines(entries: Iterable[Entry], view: View) -> Iterator[str]:
    """Yield entries as CSV after a header. Times have their UTC offset."""
    yield csv_line(CSV)
    for entry in entries:
        yield csv_line(text(entry, view) for text in CSV.values())


def markdown(entries: Iterable[Entry], view: View) -> Iterator[str]:
    """Yield the lines of a Markdown table of entries."""
    fields = [FIELDS[name] for name in MARKDOWN]
    yield from markdown_head(
        [name.capitalize() for name in MARKDOWN], (each.figures for each in fields)
    )
    for entry in entries:
        yield markdown_line((each.document or each.text)(entry, view) for each in fields)


def template(text: str) -> Callable[[Entry, View], str]:
    """Return a function that fills a template. Raises UsageError for an unknown field."""
    return template_of(text, TEMPLATE)
