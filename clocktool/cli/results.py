"""Write results: entries, lists and summaries, in every format."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from clocktool.app.app import App
from clocktool.errors import ClocktoolError, UsageError, quoted, reason_of
from clocktool.render.output import Format

if TYPE_CHECKING:
    from clocktool.domain.entry import Entry
    from clocktool.domain.ids import EntryId
    from clocktool.domain.time.instant import Instant
    from clocktool.domain.time.period import Period
    from clocktool.render.entries import View
    from clocktool.render.fields import Fields, Value
    from clocktool.render.output import Output
    from clocktool.tracking.timer import Started


class Named(Protocol):
    """Anything with a name."""

    @property
    def name(self) -> str:
        """Its name."""
        ...


N = TypeVar("N", bound=Named)
T = TypeVar("T")


def verb_sign(app: App, verb: str) -> str:
    """Return what a line about one entry begins with: a sign and a verb, like ``■ Stopped``."""
    sign = {
        "Stopped": ("■", "#"),
        "Deleted": ("✗", "x"),
        "Added": ("+", "+"),
        "Copied": ("+", "+"),
        "Changed": ("~", "~"),
        "Renamed": ("~", "~"),
        "Archived": ("~", "~"),
        "Restored": ("~", "~"),
        "Finished": ("~", "~"),
        "Reopened": ("~", "~"),
        "Split": ("~", "~"),
        "Joined": ("~", "~"),
    }.get(verb, ("●", "*"))
    shown = app.out.symbol(*sign)
    if verb in ("Started", ""):
        shown = app.out.painted(shown, "running")
    return f"{shown} {verb}".rstrip()


OPTIONS = {
    "a description": "-d TEXT",
    "a project": "-p PROJECT",
    "a task": "-t TASK",
    "a tag": "-T TAG",
}
"""The options of ``stop`` that fill in a missing field."""


def plural(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 mark``, ``2 marks``, ``2 entries``."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"


def is_json(format: Format, template: str | None) -> bool:
    """Whether the result is JSON. Errors are JSON too then."""
    return template is None and format in (Format.JSON, Format.JSONL)


def view_of(
    app: App,
    lengths: Mapping[int, int] | None = None,
    invoiced: "frozenset[EntryId]" = frozenset(),
) -> "View":
    """Return the view of entries: now, the zone, the lengths to show, and which are invoiced."""
    from clocktool.render.entries import View

    return View(app.now, app.zone, lengths or {}, invoiced)


def write_entry(
    app: App,
    entry: "Entry",
    verb: str,
    format: Format,
    template: str | None = None,
    *,
    mark: str | None = None,
) -> None:
    """Write one entry: a line for people, an object in JSON.

    The line begins with the sign of the verb and the verb, or with a ``mark``.
    """
    from clocktool.render.entries import View, entry_line

    if app.out.quiet:
        return
    if format is Format.TABLE and template is None:
        mark = verb_sign(app, verb) if mark is None else mark
        view = View(app.now, app.zone)
        app.out.line(entry_line(mark, app.with_names(entry), view, app.out))
    elif format is Format.JSON and template is None:
        write_object(app, app.with_names(entry))
    else:
        is_id = format is Format.ID and template is None
        write_entries(app, [entry if is_id else app.with_names(entry)], format, template)


def write_started(
    app: App, started: "Started", format: Format, template: str | None = None
) -> None:
    """Write a timer that was started and the entry that it has ended, with notes about both."""
    entry, ended = started.entry, started.ended
    if ended is not None:
        write_stopped(app, ended, format, template)
    write_entry(app, entry, "Started", format, template)
    if ended is not None:
        note_forgotten(app, ended)
    if entry.start < app.now:
        from clocktool.cli.overlaps import note_overlaps

        note_overlaps(app, [entry])
    if app.config.has_table("budgets"):
        from clocktool.cli.budget_note import note_budget

        note_budget(app, entry)
    if not app.outbox.kept:
        _note_missing(app, entry)


def _note_missing(app: App, timer: "Entry") -> None:
    """Print a note with the fields that a stop will require; none if the rules can't be read."""
    try:
        missing = app.workspace.rules.missing_fields(timer)
    except ClocktoolError as error:
        app.note_if_verbose(f"the rules of the workspace could not be read: {error.message}")
        return
    if missing:
        give = " ".join(OPTIONS[word] for word in missing)
        app.out.note(f"To stop it, add {' and '.join(missing)}: clocktool stop {give}")


def note_forgotten(app: App, ended: "Entry") -> None:
    """Print a note if the timer that was stopped ran suspiciously long: how to correct it."""
    from clocktool.tracking.last_timer import forgotten_note, is_forgotten

    if is_forgotten(ended, app.now, app.zone, app.config.max_timer):
        app.out.note(forgotten_note(ended, app.now, app.zone, app.config.max_timer))


def write_stopped(app: App, entry: "Entry", format: Format, template: str | None) -> None:
    """Write the entry that a new timer has ended.

    It goes to standard error unless the result is for people: the result is one entry.
    """
    from clocktool.render.entries import entry_line

    if app.out.quiet:
        return
    line = entry_line(verb_sign(app, "Stopped"), app.with_names(entry), view_of(app), app.out)
    if format is Format.TABLE and template is None:
        app.out.line(line)
    else:
        app.out.note_line(line)


def write_entries(
    app: App,
    entries: Iterable["Entry"],
    format: Format,
    template: str | None = None,
    *,
    within: Mapping[str, int] | None = None,
    lengths: Mapping[int, int] | None = None,
) -> None:
    """Write entries in any format but the table.

    ``within`` are the seconds in a period, by id, for JSON; ``lengths`` are those of ``View``.
    """
    from clocktool.render import columns, records
    from clocktool.wire import entry_object

    if app.out.quiet:
        return
    view, seconds = view_of(app, lengths), within or {}
    lines = (columns.Line(entry, view) for entry in entries)

    def as_object(line: columns.Line) -> "Mapping[str, Any]":
        return entry_object(line.entry, app.now, seconds.get(str(line.entry.id)))

    if template is not None:
        _write_lines(app, map(columns.template(template), lines))
    else:
        fields = columns.MARKDOWN if format is Format.MD else list(columns.CSV.values())
        _write_lines(app, records.lines(lines, fields, format, app.out, as_object))


def write_object(app: App, entry: "Entry") -> None:
    """Write an entry as an object of JSON."""
    from clocktool.render.json import dump
    from clocktool.wire import entry_object

    if not app.out.quiet:
        app.out.data(app.out.json(dump(entry_object(entry, app.now))) + "\n")


def write_paged(app: App, lines: Iterable[str]) -> None:
    """Write lines for people, through the pager if the terminal has too few rows."""
    if app.process.rows is not None and not app.out.quiet:
        rest = iter(lines)
        lines = first = list(islice(rest, app.process.rows))
        if len(first) == app.process.rows:
            from clocktool.render.pager import page

            lines = page(first, rest, app.process.env, app.process.start_pager)
    for line in lines:
        app.out.line(line)


def _write_lines(app: App, lines: Iterable[str]) -> None:
    for line in lines:
        app.out.data(line + "\n")


def write_changed(
    app: App,
    entries: Sequence["Entry"],
    sign: str,
    format: Format,
    template: str | None,
) -> None:
    """Write entries that were changed: a line each for people, an array in JSON."""
    from clocktool.render.entries import entry_line

    done = [app.with_names(entry) for entry in entries]
    if format is Format.TABLE and template is None:
        for entry in done:
            shown = verb_sign(app, "") if entry.running else sign
            app.out.line(entry_line(shown, entry, view_of(app), app.out))
    elif not app.out.quiet:
        write_entries(app, done, format, template)


def write_dry_run(
    app: App, entries: Sequence["Entry"], format: Format, template: str | None
) -> None:
    """Write the entries that would be created, and a note that they were not."""
    from clocktool.render.entry_table import entry_table

    if format is not Format.TABLE or template is not None:
        return write_entries(app, entries, format, template)
    if entries:
        for line in entry_table(entries, view_of(app), app.out):
            app.out.line(line)
    app.out.note(f"Dry run: {plural(len(entries), 'entry')} would be created.")
    return None


def write_records(
    app: App,
    things: Sequence[T],
    fields: "Fields[T]",
    format: Format,
    *,
    nothing: str,
    as_object: "Callable[[T], Mapping[str, Any]] | None" = None,
) -> None:
    """Write a list of records, like projects or settings; nothing when quiet.

    ``nothing`` is the note if the list is empty. ``as_object`` returns a thing for JSON.
    Raises UsageError for ``-o id`` without ids.
    """
    from clocktool.render import records as render

    if app.out.quiet:
        return
    if format is Format.ID and not any(field.name == "id" for field in fields):
        raise UsageError(
            "this list has no ids", f"use another format: {', '.join(list(Format)[:5])}"
        )
    if format is Format.TABLE and not things:
        app.out.note(nothing)
    else:
        _write_lines(app, render.lines(things, fields, format, app.out, as_object))


def write_named(
    app: App,
    things: Iterable[N],
    fields: "Fields[N]",
    noun: str,
    format: Format,
) -> None:
    """Write a list of things sorted by name; if it is empty, say how to add the first."""
    from clocktool.domain.naming import natural_order

    ordered = sorted(things, key=lambda each: natural_order(each.name))
    nothing = f"No {noun}s yet: clocktool {noun}s add NAME"
    write_records(app, ordered, fields, format, nothing=nothing)


def write_summary(app: App, values: "Mapping[str, Value]", format: Format, *lines: str) -> None:
    """Write the result of a command: lines for people, one object or row in other formats."""
    from clocktool.render.fields import keyed
    from clocktool.render.json import dump

    if format is Format.TABLE:
        for line in lines:
            app.out.line(line)
    elif app.out.quiet:
        return
    elif format is Format.JSON:
        app.out.data(app.out.json(dump(values)) + "\n")
    else:
        write_records(app, [values], keyed(values), format, nothing="")


def write_added(
    app: App,
    thing: N,
    fields: "Fields[N]",
    noun: str,
    format: Format,
    *,
    as_object: "Callable[[N], Mapping[str, Any]] | None" = None,
) -> None:
    """Write what was created: a line for people, its record in other formats."""
    if app.connection.has_pending:
        app.outbox.retry_names()  # a change that failed for a missing name may succeed now
    if format is Format.TABLE:
        app.out.line(f"{verb_sign(app, 'Added')} {noun} {app.out.paint(thing.name, 'bold')}")
    elif not app.out.quiet:
        write_records(app, [thing], fields, format, nothing="", as_object=as_object)


def format_moment(app: App, instant: "Instant", format: Format) -> str:
    """Return an instant as a cell of a list: short for people, else ISO 8601."""
    return (
        app.format_time(instant)
        if format is Format.TABLE
        else app.zone.local_time(instant).isoformat()
    )


def period_name(days: "Period") -> str:
    """Return the name of a period in a sentence: ``Tue 24 Nov 2026``, ``all days``."""
    from clocktool.domain.time.period import ALL
    from clocktool.render.hours import days_text

    return "all days" if days == ALL else days_text(days)


def zone_note(app: App) -> str:
    """Return the name of the zone that times are shown in; empty if it is the machine's."""
    name = app.zone.name
    return "" if name == app.process.machine_zone().name else name


def check_picture(name: str, *, alone: bool) -> None:
    """Raise UsageError unless the file is a picture, or if another format is also asked for."""
    from clocktool.render.picture import SUFFIXES

    if Path(name).suffix.lower() not in SUFFIXES:
        raise UsageError(
            f"--save {quoted(name)} is neither .html nor .svg", "use one of these endings"
        )
    if not alone:
        raise UsageError("--save can't be combined with another format", "use one of them")


def save_picture(
    app: App, name: str, command: str, lines: "Callable[[Output], Iterable[str]]"
) -> None:
    """Save the result of a command as a coloured picture, as wide as the terminal.

    Raises UsageError if the file can't be created there, and OSError if the disk is full.
    """
    from clocktool.render import picture
    from clocktool.render.output import Output

    process = app.process
    out = Output(process.stdout, process.stderr, color=True, width=app.out.width or picture.WIDTH)
    path = Path(name)
    text = picture.picture(lines(out), f"clocktool {command}", path.suffix.lower())
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError) as error:
        raise UsageError(
            f"can't write {quoted(name)}",
            "--save needs a file in a folder that exists and is yours",
            why=reason_of(error),
        ) from error
    app.out.note(f"Saved to {name}")
