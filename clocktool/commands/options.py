"""Options that several commands share, and how a command gets at its App and writes entries."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.app import App
from clocktool.errors import UsageError
from clocktool.render.output import Format

if TYPE_CHECKING:
    from clocktool.domain.entry import Entry
    from clocktool.domain.instant import Instant
    from clocktool.domain.period import Period
    from clocktool.render.columns import View
    from clocktool.render.records import Record
    from clocktool.tracking.filing import Filing
    from clocktool.tracking.reference import References

__all__ = ["App", "Format"]

Context = typer.Context

Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="[WORDS]...", help="What is done: the description.", show_default=False),
]
Ref = Annotated[
    str, typer.Argument(metavar="REF", help="current, last, last~1, an id or the end of one.")
]
Refs = Annotated[
    list[str],
    typer.Argument(
        metavar="REF...", help="current, last, last~1, ids or ends of ids; - reads ids."
    ),
]
Project = Annotated[
    str | None,
    typer.Option("-p", "--project", metavar="NAME", help="Project, or CLIENT/PROJECT; '' is none."),
]
Task = Annotated[
    str | None, typer.Option("-t", "--task", metavar="NAME", help="Task of the project.")
]
Tags = Annotated[
    list[str] | None,
    typer.Option("-T", "--tag", metavar="NAME", help="Tag; may be repeated.", show_default=False),
]
Billable = Annotated[
    bool | None,
    typer.Option("--billable/--no-billable", help="Billable or not; default: as the project."),
]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--field", metavar="NAME=VALUE", help="Custom field; repeatable.", show_default=False
    ),
]
Break = Annotated[bool, typer.Option("--break", help="The time is a break.")]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="9:30, -15m, '15m ago', 'yesterday 17:30'; default: now.",
        show_default=False,
    ),
]
Description = Annotated[
    str | None, typer.Option("-d", "--description", metavar="TEXT", help="The description.")
]
From = Annotated[str | None, typer.Option("--from", metavar="TIME", help="When it started.")]
To = Annotated[str | None, typer.Option("--to", metavar="TIME", help="When it ended.")]
For = Annotated[
    str | None, typer.Option("--for", metavar="DURATION", help="How long: 1h30m, 90m, 1:30, 1.5h.")
]
User = Annotated[
    str | None, typer.Option("--user", metavar="NAME", help="Another member of the workspace.")
]
Output = Annotated[
    Format, typer.Option("-o", "--output", help="How the result is written.", show_default=False)
]
Template = Annotated[
    str | None,
    typer.Option("--template", metavar="TEXT", help="Write each entry so: '{start} {project}'."),
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing on success.")]
Yes = Annotated[bool, typer.Option("-y", "--yes", help="Ask nothing.")]


def new_command() -> typer.Typer:
    """Return what a command's module registers its function with."""
    return typer.Typer(add_completion=False, rich_markup_mode=None)


def new_group() -> typer.Typer:
    """Return the same for a command that lists, with commands below it."""
    return typer.Typer(add_completion=False, rich_markup_mode=None, invoke_without_command=True)


def app_of(ctx: Context, *, quiet: bool = False) -> App:
    """Return the App of this run."""
    app = ctx.find_object(App)
    assert app is not None  # noqa: S101  # cli.call puts it there
    app.out.quiet = quiet
    return app


def text_of(words: Iterable[str] | None) -> str | None:
    """Return words as one description, None for none; raises UsageError for broken Unicode."""
    joined = " ".join(words or ()).strip()
    return _whole(joined) or None


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError("the description is not valid UTF-8") from error
    return text


def view_of(app: App) -> "View":
    """Return from where entries are looked at."""
    from clocktool.render.columns import View

    return View(app.now, app.zone)


def instant_of(app: App, text: str | None, *, future: bool = False) -> "Instant":
    """Return the instant of a TIME, now for None; says what a time that happens twice became."""
    if text is None:
        return app.now
    from clocktool.domain.when import parse_when

    when = parse_when(text, app.now, app.zone, future=future)
    if when.note:
        app.out.note(when.note)
    return when.instant


def references(app: App) -> "References":
    """Return what finds the entries that REFs name."""
    from clocktool.tracking.reference import References

    return References(app.api.entries, app.account, app.now)


def write_entry(
    app: App, entry: "Entry", mark: str, format: Format, template: str | None = None
) -> None:
    """Write one entry: a line for people, an object in JSON."""
    from clocktool.render.entries import entry_line

    if format is Format.TABLE and template is None:
        app.out.line(entry_line(mark, entry, view_of(app), app.out))
    elif not app.out.quiet:
        if format is Format.JSON and template is None:
            write_json(app, [entry], single=True)
        else:
            write_entries(app, [entry], format, template)


def write_entries(
    app: App, entries: Sequence["Entry"], format: Format, template: str | None = None
) -> None:
    """Write entries in a format that is not the table."""
    from clocktool.render import columns

    view = view_of(app)
    if template is not None:
        fill = columns.template(template)
        for entry in entries:
            app.out.data(fill(entry, view) + "\n")
        return
    match format:
        case Format.JSON:
            write_json(app, entries)
        case Format.JSONL:
            from clocktool.render.json import json_line

            _write_lines(app, (json_line(entry, app.now) for entry in entries))
        case Format.CSV:
            _write_lines(app, columns.csv_lines(entries, view))
        case Format.MD:
            _write_lines(app, columns.markdown(entries, view))
        case Format.ID:
            _write_lines(app, (entry.id for entry in entries))
        case Format.TABLE:
            raise AssertionError("a table has its own routine")


def _write_lines(app: App, lines: Iterable[str]) -> None:
    for line in lines:
        app.out.data(line + "\n")


def write_records(app: App, records: Sequence["Record"], format: Format, *, nothing: str) -> None:
    """Write a list of things with names, like projects or settings."""
    from clocktool.render import records as render

    if format is Format.TABLE and not records:
        app.out.note(nothing)
    else:
        _write_lines(app, render.lines(records, format, app.out))


def write_json(app: App, entries: Sequence["Entry"], *, single: bool = False) -> None:
    """Write entries as a JSON array, or the only one as an object."""
    from clocktool.render.json import json_text

    app.out.data(json_text(entries, app.now, single=single) + "\n")


def wants_yes(app: App, question: str, *, yes: bool) -> bool:
    """Ask for a yes on a terminal; off one ``-y`` is needed. Raises UsageError without it."""
    if yes:
        return True
    if not app.process.asks:
        raise UsageError(f"{question} Nobody can be asked here", "say yes with -y")
    app.process.stderr.write(f"{question} [y/N] ")
    app.process.stderr.flush()
    return app.process.stdin.readline().strip().lower() in ("y", "yes")


PeriodWord = Annotated[
    str | None, typer.Argument(metavar="[PERIOD]", help="Which days.", show_default=False)
]
FirstDay = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help="First day: 2026-11-01, mon, yesterday.")
]
LastDay = Annotated[
    str | None, typer.Option("--to", metavar="DAY", help="Last day, included; default: today.")
]
Client = Annotated[str | None, typer.Option("--client", metavar="NAME", help="Client.")]
NotTags = Annotated[
    list[str] | None,
    typer.Option("--not-tag", metavar="NAME", help="Without this tag.", show_default=False),
]
Part = Annotated[
    str | None, typer.Option("-d", "--description", metavar="TEXT", help="Part of the description.")
]
OnlyBillable = Annotated[
    bool | None, typer.Option("--billable/--no-billable", help="Only billable ones, or only not.")
]
NoProject = Annotated[bool, typer.Option("--no-project", help="Only those without a project.")]
NoTask = Annotated[bool, typer.Option("--no-task", help="Only those without a task.")]
OnlyRunning = Annotated[bool, typer.Option("--running", help="Only the one whose timer runs.")]


def with_configured(app: App, said: "Filing") -> "Filing":
    """Return what was said of a new entry, with the configured defaults for the rest."""
    from clocktool.tracking.filing import Filing, with_defaults

    config = app.config
    return with_defaults(
        said,
        Filing(
            project=config.text("defaults.project"),
            task=config.text("defaults.task"),
            tags=config.get("defaults.tags"),
            billable=config.get("defaults.billable"),
        ),
    )


def mark(app: App, verb: str) -> str:
    """Return the sign in front of a line about one entry, with what was done to it."""
    sign = {"Stopped": ("■", "#"), "Deleted": ("✗", "x"), "Added": ("+", "+")}.get(verb, ("●", "*"))
    shown = app.out.symbol(*sign)
    if verb in ("Started", ""):
        shown = app.out.painted(shown, "running")
    return f"{shown} {verb}".rstrip()


def write_ended(app: App, entry: "Entry", format: Format, template: str | None) -> None:
    """Say which entry a new timer ended: beside the result, so that this stays one entry."""
    from clocktool.render.entries import entry_line

    line = entry_line(mark(app, "Stopped"), entry, view_of(app), app.out)
    if format is Format.TABLE and template is None:
        app.out.line(line)
    else:
        app.out.note(line)


def period_name(days: "Period") -> str:
    """Return a period's days, for a sentence."""
    from clocktool.render.entries import day_name

    first = day_name(days.first)
    return first if days.first == days.last else f"{first} to {day_name(days.last)}"


def zone_note(app: App) -> str:
    """Return the name of the zone of what is shown, where it is not the machine's."""
    name = app.zone.name
    return "" if name == app.process.machine_zone().name else name


NewName = Annotated[str, typer.Argument(metavar="NAME", help="Its name.")]
Archived = Annotated[bool, typer.Option("--archived", help="Archived ones, too.")]


def write_added(app: App, record: "Record", noun: str, format: Format) -> None:
    """Write what was created: a line for people, the record in the other formats."""
    if format is Format.TABLE:
        name = app.out.paint(str(record.values["name"]), "bold")
        app.out.line(f"{mark(app, 'Added')} {noun} {name}")
    elif not app.out.quiet:
        write_records(app, [record], format, nothing="")
