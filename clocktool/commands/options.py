"""Options that several commands share, and what their words mean."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.app import App
from clocktool.commands import results
from clocktool.errors import UsageError
from clocktool.render.output import Format

if TYPE_CHECKING:
    from clocktool.domain.directory import Rules
    from clocktool.domain.entry import Draft, Entry
    from clocktool.domain.instant import Instant
    from clocktool.tracking.filing import Filing
    from clocktool.tracking.reference import References

__all__ = ["App", "Format"]

Context = typer.Context

Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="[WORDS]...", help="What is done: the description.", show_default=False),
]
Ref = Annotated[
    str,
    typer.Argument(
        metavar="REF",
        help="current, last (the newest finished one), last~1, an id or the end of one.",
    ),
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
Chosen = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PERIOD | REF...]", help="A period, or entries; - reads ids.", show_default=False
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, do nothing.")]
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
    """Return words as one description, None for none."""
    return " ".join(words or ()).strip() or None


def instant_of(app: App, text: str | None) -> "Instant":
    """Return the instant of a TIME, now for None; says what a time that happens twice became."""
    if text is None:
        return app.now
    from clocktool.domain.when import parse_when

    when = parse_when(text, app.now, app.zone)
    if when.note:
        app.out.note(when.note)
    return when.instant


def references(app: App) -> "References":
    """Return what finds the entries that REFs name."""
    from clocktool.tracking.reference import References

    return References(app.api.entries, app.account, app.now, app.cache, app.unsent)


def wants_yes(app: App, question: str, *, yes: bool) -> bool:
    """Ask for a yes on a terminal; off one ``-y`` is needed. Raises UsageError without it."""
    if yes:
        return True
    if not app.process.asks:
        raise UsageError(
            f"a yes is needed: {question}", "nobody can be asked here: say yes with -y"
        )
    return ask(app, f"{question} [y/N]").lower() in ("y", "yes")


def ask(app: App, question: str) -> str:
    """Ask on the terminal; return what was typed, without the blanks around it."""
    app.out.ask(question)
    return app.process.stdin.readline().strip()


PeriodWord = Annotated[
    str | None, typer.Argument(metavar="[PERIOD]", help="Which days.", show_default=False)
]


def new_draft(
    app: App,
    times: tuple["Instant", "Instant | None"],
    words: Iterable[str] | None,
    said: "Filing",
    *,
    is_break: bool,
) -> "Draft":
    """Return the draft of a new entry: what was said, and the configured defaults for the rest."""
    from clocktool.domain.entry import Draft
    from clocktool.tracking.filing import Filing, file, with_defaults

    config = app.config
    default = Filing(
        project=config.text("defaults.project"),
        task=config.text("defaults.task"),
        tags=config.get("defaults.tags"),
        billable=config.get("defaults.billable"),
    )
    description = text_of(words)
    filed = file(with_defaults(said, default), app.names_to_write)
    return Draft(
        start=times[0],
        end=times[1],
        description=description,
        project_id=filed.project_id or None,
        task_id=filed.task_id or None,
        tag_ids=filed.tag_ids or None,
        billable=filed.billable,
        fields=filed.fields or None,
        type="BREAK" if is_break else None,
    )


def start_timer(app: App, draft: "Draft", format: Format, template: str | None) -> None:
    """Start a timer, and say which entry it ended."""
    from clocktool.tracking.timer import Timer

    started = Timer(app.api.entries, app.changes, app.account_to_write).start(draft)
    if started.ended is not None:
        results.write_ended(app, started.ended, format, template)
    results.write_entry(app, started.entry, results.mark(app, "Started"), format, template)
    if started.ended is not None:
        _tell_forgotten(app, started.ended)
    lacks = [] if app.connection.journal.kept else _rules(app).lacks(started.entry)
    if lacks:
        say = " ".join(_FILLS_IN[word] for word in lacks)
        app.out.note(f"To stop it {' and '.join(lacks)} will be needed: clocktool stop {say}")


def _tell_forgotten(app: App, ended: "Entry") -> None:
    """Say that the timer which a new one ended may have been forgotten, and how to mend it."""
    from clocktool.tracking.forgotten import is_forgotten, mending

    if is_forgotten(ended, app.now, app.zone, app.max_timer):
        app.out.note(mending(ended, app.now, app.zone, app.max_timer))


def _rules(app: App) -> "Rules":
    """Return the rules of the workspace, as they were within a day; none where they are not known.

    They serve to warn only: the timer runs, whether they can be read or not.
    """
    from clocktool.api.directory import DAY
    from clocktool.domain.directory import Rules
    from clocktool.errors import ClocktoolError

    try:
        return app.api.directory.workspace(app.account.workspace, age=DAY).rules
    except ClocktoolError as error:
        app.if_verbose(f"the rules of the workspace are not known: {error.message}")
        return Rules()


_FILLS_IN = {
    "a description": "-d TEXT",
    "a project": "-p PROJECT",
    "a task": "-t TASK",
    "a tag": "-T TAG",
}


NewName = Annotated[str, typer.Argument(metavar="NAME", help="Its name.")]
Archived = Annotated[bool, typer.Option("--archived", help="Archived ones, too.")]
