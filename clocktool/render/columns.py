"""Entries for machines and documents: CSV, Markdown and templates from one list of columns."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ParamSpec

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.ids import EntryId
from clocktool.domain.time.duration import format_decimal, format_duration
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone
from clocktool.errors import UsageError
from clocktool.render.text import csv_cell, markdown_cell, visible


class View(msgspec.Struct, frozen=True):
    """From where entries are looked at: when, and in which zone.

    ``lengths`` has by ``id()`` the seconds that are shown of entries whose minutes add up with
    those of others; of any other entry they are its own.
    """

    now: Instant
    zone: Zone
    lengths: Mapping[int, int] = {}
    invoiced: frozenset[EntryId] = frozenset()
    """The ids of entries that were marked as invoiced from here."""

    def length(self, entry: Entry) -> int:
        """Return how many seconds an entry is shown to take."""
        return self.lengths.get(id(entry), entry.seconds(self.now))


Cell = Callable[[Entry, View], str]
P = ParamSpec("P")


def _iso(instant: Instant | None, view: View) -> str:
    return "" if instant is None else view.zone.wall(instant).isoformat()


def _clock(instant: Instant | None, view: View) -> str:
    return "" if instant is None else f"{view.zone.wall(instant):%H:%M}"


FILED: dict[str, Cell] = {
    "description": lambda entry, _: entry.description,
    "project": lambda entry, _: entry.project.name if entry.project else "",
    "client": lambda entry, _: entry.project.client if entry.project else "",
    "task": lambda entry, _: entry.task.name if entry.task else "",
    "tags": lambda entry, _: ", ".join(tag.name for tag in entry.tags),
    "billable": lambda entry, _: "true" if entry.billable else "false",
    "user": lambda entry, _: entry.user or entry.user_id,
}

CSV: dict[str, Cell] = {
    "id": lambda entry, _: str(entry.id),
    "start": lambda entry, view: _iso(entry.start, view),
    "end": lambda entry, view: _iso(entry.end, view),
    "duration_seconds": lambda entry, view: str(entry.seconds(view.now)),
    **FILED,
    "tags": lambda entry, _: ", ".join(_listed(tag.name) for tag in entry.tags),
    "type": lambda entry, _: entry.type,
}

TEMPLATE: dict[str, Cell] = {
    "id": CSV["id"],
    "date": lambda entry, view: view.zone.day(entry.start).isoformat(),
    "start": lambda entry, view: _clock(entry.start, view),
    "end": lambda entry, view: _clock(entry.end, view),
    "duration": lambda entry, view: format_duration(view.length(entry)),
    "duration_seconds": CSV["duration_seconds"],
    "type": lambda entry, _: entry.type.lower(),
    "hours": lambda entry, view: format_decimal(entry.seconds(view.now)),
    **FILED,
}

_DOCUMENT = TEMPLATE | {
    "work or break": lambda entry, view: (
        ("break " if entry.is_break else "") + format_duration(view.length(entry))
    )
}

MARKDOWN = {
    "Date": "date",
    "Start": "start",
    "End": "end",
    "Duration": "work or break",
    "Project": "project",
    "Client": "client",
    "Task": "task",
    "Description": "description",
    "Tags": "tags",
}


def csv_lines(entries: Iterable[Entry], view: View) -> Iterator[str]:
    """Yield entries as CSV, the header first; times carry their offset."""
    yield csv_line(CSV)
    for entry in entries:
        yield csv_line(cell(entry, view) for cell in CSV.values())


def csv_line(texts: Iterable[str]) -> str:
    """Return texts as one row of CSV that no spreadsheet runs, without the line's end."""
    return ",".join(_quoted(csv_cell(each)) for each in texts)


def _listed(name: str) -> str:
    """Return a name as one of several in a cell: in quotes where it could be two."""
    return '"' + name.replace('"', '""') + '"' if any(each in name for each in ',"\n') else name


def _quoted(text: str) -> str:
    if any(each in text for each in ',"\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def markdown(entries: Iterable[Entry], view: View) -> Iterator[str]:
    """Yield the lines of a Markdown table of entries."""
    yield f"| {' | '.join(MARKDOWN)} |"
    yield "|" + "|".join("---:" if name == "Duration" else "---" for name in MARKDOWN) + "|"
    for entry in entries:
        row = [markdown_cell(_DOCUMENT[field](entry, view)) for field in MARKDOWN.values()]
        yield f"| {' | '.join(row)} |"


def template(text: str) -> Callable[[Entry, View], str]:
    """Return what fills a template with an entry. Raises UsageError for an unknown field."""
    return template_of(text, TEMPLATE)


def template_of(text: str, fields: Mapping[str, Callable[P, str]]) -> Callable[P, str]:
    r"""Return what fills a template like ``{start} {project}``; ``\n`` and ``\t`` work.

    Raises UsageError for a field that is none of these, or a stray brace.
    """
    parts: list[tuple[str, Callable[P, str] | None]] = []
    try:
        from string import Formatter

        for literal, field, spec, conversion in Formatter().parse(text):
            plain = literal.replace("\\n", "\n").replace("\\t", "\t")
            if field is None:
                parts.append((plain, None))
            elif field in fields and not spec and not conversion:
                parts.append((plain, fields[field]))
            else:
                rest = (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
                raise UsageError(
                    f"--template has no field {{{field}{rest}}}", f"fields: {', '.join(fields)}"
                )
    except ValueError as error:
        raise UsageError(
            "--template cannot be read", "write {{ for a brace", why=str(error)
        ) from error

    def fill(*args: P.args, **kwargs: P.kwargs) -> str:
        return "".join(
            literal + (visible(cell(*args, **kwargs)) if cell else "") for literal, cell in parts
        )

    return fill
