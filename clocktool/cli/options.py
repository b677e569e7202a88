"""Options that several commands share, and what their words mean."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.app.app import App
from clocktool.completion import kinds
from clocktool.errors import AnswerIsNoError, UsageError
from clocktool.render.output import Format

if TYPE_CHECKING:
    from clocktool.domain.time.instant import Instant
    from clocktool.tracking.assignment import Assignment
    from clocktool.tracking.reference import References
    from clocktool.tracking.times import Times

__all__ = ["App", "Format"]

Context = typer.Context

Words = Annotated[
    list[str] | None,
    typer.Argument(metavar=kinds.WORDS, help="What is done: the description.", show_default=False),
]
Ref = Annotated[
    str,
    typer.Argument(
        metavar=kinds.REF,
        help="current, last (the newest finished one), last~1, that, an id or the end of one.",
    ),
]
Refs = Annotated[
    list[str],
    typer.Argument(
        metavar=kinds.REFS, help="current, last, last~1, that, ids or ends of ids; - reads ids."
    ),
]
Project = Annotated[
    str | None,
    typer.Option(
        "-p",
        "--project",
        metavar=kinds.PROJECT,
        help="Project, CLIENT/PROJECT, or /PROJECT of no client; '' is none.",
    ),
]
Task = Annotated[
    str | None, typer.Option("-t", "--task", metavar=kinds.TASK, help="Task of the project.")
]
Tags = Annotated[
    list[str] | None,
    typer.Option(
        "-T", "--tag", metavar=kinds.TAG, help="Tag; may be repeated.", show_default=False
    ),
]
Billable = Annotated[
    bool | None,
    typer.Option("--billable/--no-billable", help="Billable or not; default: as the project."),
]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--field", metavar=kinds.FIELD, help="Custom field; repeatable.", show_default=False
    ),
]
Break = Annotated[bool, typer.Option("--break", help="The time is a break.")]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar=kinds.TIME,
        help="9:30, -15m, '15m ago', 'yesterday 17:30'; default: now.",
        show_default=False,
    ),
]
Description = Annotated[
    str | None,
    typer.Option("-d", "--description", metavar=kinds.DESCRIPTION, help="The description."),
]
From = Annotated[str | None, typer.Option("--from", metavar=kinds.TIME, help="When it started.")]
To = Annotated[str | None, typer.Option("--to", metavar=kinds.TIME, help="When it ended.")]
For = Annotated[
    str | None,
    typer.Option("--for", metavar=kinds.DURATION, help="How long: 1h30m, 90m, 1:30, 1.5h."),
]
User = Annotated[
    str | None, typer.Option("--user", metavar=kinds.USER, help="Another member of the workspace.")
]
Output = Annotated[
    Format, typer.Option("-o", "--output", help="How the result is written.", show_default=False)
]


def _checked_template(text: str | None) -> str | None:
    """Raise UsageError for a template with an unknown field, before anything is done."""
    if text is not None:
        from clocktool.render.columns import template

        template(text)
    return text


Template = Annotated[
    str | None,
    typer.Option(
        "--template",
        metavar="TEXT",
        help="Write each entry so: '{start} {project}'.",
        callback=_checked_template,
    ),
]


class Sums(StrEnum):
    """How a result that has no id is written (``-o``): every ``Format`` but ids."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"


OutputOfSums = Annotated[
    Sums, typer.Option("-o", "--output", help="How the result is written.", show_default=False)
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing on success.")]
Chosen = Annotated[
    list[str] | None,
    typer.Argument(
        metavar=kinds.PERIOD_OR_REFS, help="A period, or entries; - reads ids.", show_default=False
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
    _refuse_two_forms(ctx.params)
    return app


def _refuse_two_forms(params: Mapping[str, object]) -> None:
    """Raise UsageError for a result that is asked for in two forms: one would be ignored."""
    output = str(params.get("output") or Format.TABLE)
    sums = ("template", "total", "total_decimal")
    said = [f"--{name.replace('_', '-')}" for name in sums if params.get(name) not in (None, False)]
    if output != Format.TABLE:
        said.insert(0, f"-o {output}")
    if len(said) > 1:
        raise UsageError(f"{said[0]} and {said[1]} are two forms of one result", "say one of them")


def text_of(words: Iterable[str] | None) -> str | None:
    """Return words as one description, None for none."""
    return " ".join(words or ()).strip() or None


def assignment_of(app: App, typed: "Assignment") -> "Assignment":
    """Return the assignment of a new entry: what was typed, and configured defaults."""
    from clocktool.tracking.assignment import Assignment, with_defaults

    config = app.config
    default = Assignment(
        project=config.text("defaults.project"),
        task=config.text("defaults.task"),
        tags=config.texts("defaults.tags"),
        billable=config.get("defaults.billable"),
    )
    return with_defaults(typed, default)


def instant_of(app: App, text: str | None) -> "Instant":
    """Return the instant of a TIME, now for None; says what a time that happens twice became."""
    if text is None:
        return app.now
    from clocktool.domain.time.when import parse_when

    when = parse_when(text, app.now, app.zone, last=lambda: last_end(app))
    if when.note:
        app.out.note(when.note)
    return when.instant


def last_end(app: App) -> "Instant":
    """Return where the last finished entry ended: the TIME ``last``. One request."""
    return references(app).last_end()


def times_of(app: App, *, future: bool) -> "Times":
    """Return what reads ``--from``, ``--to`` and ``--for``."""
    from clocktool.tracking.times import Times

    return Times(app.now, app.zone, app.out.note, future=future, last=lambda: last_end(app))


def references(app: App) -> "References":
    """Return what finds the entries that REFs name; to read, also those that wait to be sent."""
    from clocktool.tracking.reference import References

    app.connect()
    workspace = app.account.workspace
    return References(app.history, workspace, shown=app.cache, changed=app.outbox.that)


def confirm(app: App, question: str, no: str, *, yes: bool) -> None:
    """Ask for a yes on a terminal; off one ``-y`` is needed. Raises UsageError without it.

    Raises AnswerIsNoError after another answer; its text says what did not happen:
    ``nothing was deleted``.
    """
    if yes:
        return
    if not app.process.is_interactive:
        raise UsageError(
            f"a yes is needed: {question}", "nobody can be asked here: say yes with -y"
        )
    if ask(app, f"{question} [y/N]").lower() not in ("y", "yes"):
        raise AnswerIsNoError(no)


def ask(app: App, question: str) -> str:
    """Ask on the terminal; return what was typed, without the blanks around it."""
    app.out.ask(question)
    return app.process.stdin.readline().strip()


PeriodWord = Annotated[
    str | None, typer.Argument(metavar=kinds.PERIOD, help="Which days.", show_default=False)
]
PeriodWords = Annotated[
    list[str] | None, typer.Argument(metavar=kinds.PERIOD, help="Which days.", show_default=False)
]
"""The same, which may be two words: ``last week``."""


def period_of(words: Iterable[str] | None) -> str | None:
    """Return the words of a period as one text, None for none."""
    return " ".join(words) if words else None


NewName = Annotated[str, typer.Argument(metavar="NAME", help="Its name.")]
Archived = Annotated[bool, typer.Option("--archived", help="Archived ones, too.")]
