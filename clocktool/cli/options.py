"""Options and arguments that several commands share, and functions that read their values."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.app.app import App
from clocktool.completion import kinds
from clocktool.errors import AnswerIsNoError, UsageError
from clocktool.render.output import Format

if TYPE_CHECKING:
    from clocktool.domain.entry import Draft
    from clocktool.domain.time.instant import Instant
    from clocktool.errors import UnknownNameError
    from clocktool.tracking.creation import NewNames
    from clocktool.tracking.names import Names
    from clocktool.tracking.reference import References
    from clocktool.tracking.times import Times

__all__ = ["App", "Format"]

Context = typer.Context

Words = Annotated[
    list[str] | None,
    typer.Argument(metavar=kinds.WORDS, help="The description.", show_default=False),
]
Ref = Annotated[
    str,
    typer.Argument(
        metavar=kinds.REF,
        help="current, last (the newest finished entry), last~1, that, an id or its end.",
    ),
]
Refs = Annotated[
    list[str],
    typer.Argument(
        metavar=kinds.REFS,
        help="current, last, last~1, that, ids or their ends; - reads ids from stdin.",
    ),
]
Project = Annotated[
    str | None,
    typer.Option(
        "-p",
        "--project",
        metavar=kinds.PROJECT,
        help="Project, CLIENT/PROJECT, or /PROJECT if it has no client; '' for none.",
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
    typer.Option("--billable/--no-billable", help="Billable or not; default: as the project is."),
]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--field", metavar=kinds.FIELD, help="Custom field; may be repeated.", show_default=False
    ),
]
Create = Annotated[
    bool, typer.Option("--create", help="Create projects, tasks and tags that don't exist yet.")
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
Shift = Annotated[
    str | None,
    typer.Option(
        "--shift",
        metavar=kinds.SIGNED_DURATION,
        help="Move start and end: +15m, -1h; +24h is the same clock time a day later.",
    ),
]
User = Annotated[
    str | None, typer.Option("--user", metavar=kinds.USER, help="Another member of the workspace.")
]
FILTERS = "Filters"
"""The group of the most used filters in a help."""

MORE_FILTERS = "More filters (clocktool help filters)"
"""The group of filters that a help only names: a topic explains them."""

OUTPUT = "Output"
"""The group of the options that say what is printed."""

Output = Annotated[
    Format,
    typer.Option(
        "-o",
        "--output",
        metavar="FORMAT",
        help="table, json, jsonl, csv, md or id.",
        show_default=False,
        rich_help_panel=OUTPUT,
    ),
]


def check_template(text: str | None) -> str | None:
    """Return the template. Raises UsageError for an unknown field, before the command runs."""
    if text is not None:
        from clocktool.render.columns import template

        template(text)
    return text


def _check_status_template(text: str | None) -> str | None:
    """Return the template. Raises UsageError for an unknown field, before the command runs."""
    if text is not None:
        from clocktool.render.status import template

        template(text)
    return text


Template = Annotated[
    str | None,
    typer.Option(
        "--template",
        metavar="TEXT",
        help="Format each entry: '{start} {project}'.",
        callback=check_template,
        rich_help_panel=OUTPUT,
    ),
]

StatusTemplate = Annotated[
    str | None,
    typer.Option(
        "--template",
        metavar="TEXT",
        help="Format it: '{timer} {left} {done_at}'.",
        callback=_check_status_template,
        rich_help_panel=OUTPUT,
    ),
]
"""A template with the fields of the status and of the timer."""


class SummaryFormat(StrEnum):
    """The formats of a result without an id: every ``Format`` but ``id``."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"


SummaryOutput = Annotated[
    SummaryFormat,
    typer.Option(
        "-o",
        "--output",
        metavar="FORMAT",
        help="table, json, jsonl, csv or md.",
        show_default=False,
        rich_help_panel=OUTPUT,
    ),
]
Quiet = Annotated[
    bool,
    typer.Option("-q", "--quiet", help="Print nothing on success.", rich_help_panel=OUTPUT),
]
PeriodOrRefs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar=kinds.PERIOD_OR_REFS,
        help="A period, or entries; - reads ids from stdin.",
        show_default=False,
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen, change nothing.")]
Yes = Annotated[bool, typer.Option("-y", "--yes", help="Don't ask for confirmation.")]


def new_command() -> typer.Typer:
    """Return the Typer app of a command's module."""
    return typer.Typer(add_completion=False, rich_markup_mode=None)


def new_group() -> typer.Typer:
    """Return the Typer app of a command that has subcommands, and lists without one."""
    return typer.Typer(add_completion=False, rich_markup_mode=None, invoke_without_command=True)


def app_of(ctx: Context, *, quiet: bool = False) -> App:
    """Return the App of this run."""
    app = ctx.find_object(App)
    assert app is not None  # noqa: S101  # cli.call puts it there
    app.out.quiet = quiet
    _check_one_format(ctx.params)
    return app


def _check_one_format(params: Mapping[str, object]) -> None:
    """Raise UsageError if options ask for two formats: one would be ignored."""
    output = str(params.get("output") or Format.TABLE)
    sums = ("template", "total", "total_decimal")
    given = [
        f"--{name.replace('_', '-')}" for name in sums if params.get(name) not in (None, False)
    ]
    if output != Format.TABLE:
        given.insert(0, f"-o {output}")
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} can't be combined", "use one of them")


def text_of(words: Iterable[str] | None) -> str | None:
    """Return words as one description; None if there are none."""
    return " ".join(words or ()).strip() or None


def names_or_new(
    app: App, *, create: bool, yes: bool = False, names: "Names | None" = None
) -> "Names":
    """Return the names to look up, and to create where one is unknown and the answer is yes.

    Unless ``create``, an unknown name is an error off a terminal, and with ``yes``: it confirms a
    change, not how a name is spelt. Without ``names``, they are those for changes that can be
    queued.
    """

    def may_create(error: "UnknownNameError", what: str) -> None:
        if create:
            return
        if yes or not app.process.is_interactive:
            hint = "to create it, add --create"
            error.hint = f"{error.hint} To create it, add --create" if error.similar else hint
            raise error
        if error.similar:
            app.out.say(f"{error.message[:1].upper()}{error.message[1:]}: {error.hint}")
        if ask(app, f"Create {what}? [y/N]").lower() not in ("y", "yes"):
            raise error

    if names is None:
        names = app.names_to_create if create else app.names_to_write
    return names.or_new(may_create, always=create)


def created(app: App, names: "Names") -> "AbstractContextManager[Callable[[Draft], Draft]]":
    """Create the new names, and let the changes of a block be one change with them.

    The block gets a function that fills their ids into a draft.
    """
    if names.new is None or names.new.is_empty:
        return nullcontext(lambda draft: draft)
    return _created(app, names.new)


@contextmanager
def _created(app: App, new: "NewNames") -> "Iterator[Callable[[Draft], Draft]]":
    with app.outbox.transaction():
        new.create(app.name_changes)
        yield new.fill


def instant_of(app: App, text: str | None) -> "Instant":
    """Return the instant of a TIME, or now for None.

    Prints a note for a time that happens twice: which of the two is meant.
    """
    if text is None:
        return app.now
    from clocktool.domain.time.when import parse_when

    when = parse_when(text, app.now, app.zone, last=lambda: last_end(app))
    if when.note:
        app.out.note(when.note)
    return when.instant


def last_end(app: App) -> "Instant":
    """Return when the last finished entry ended: the TIME ``last``. One request."""
    return references(app).last_end()


def times_of(app: App, *, future: bool) -> "Times":
    """Return the reader of ``--from``, ``--to`` and ``--for``."""
    from clocktool.tracking.times import Times

    return Times(app.now, app.zone, app.out.note, future=future, last=lambda: last_end(app))


def references(app: App, *, must_ask: bool = False) -> "References":
    """Return the finder of entries by REF; it also finds entries that are not sent yet.

    With ``must_ask`` they come from the service, and never from the mirror.
    """
    from clocktool.tracking.reference import References

    app.connect()
    workspace = app.account_to_write.workspace
    history = app.history.from_service if must_ask else app.history
    return References(history, workspace, shown=app.cache, changed=app.outbox.that)


def confirm(app: App, question: str, no: str, *, yes: bool) -> None:
    """Ask for confirmation on a terminal, unless ``yes``.

    Raises UsageError without a terminal, and AnswerIsNoError after any other answer than yes.
    ``no`` is its message: ``nothing was deleted``.
    """
    if yes:
        return
    if not app.process.is_interactive:
        raise UsageError(f"confirmation required: {question}", "add --yes")
    if ask(app, f"{question} [y/N]").lower() not in ("y", "yes"):
        raise AnswerIsNoError(no)


def ask(app: App, question: str) -> str:
    """Ask on the terminal, and return the stripped answer."""
    app.out.ask(question)
    return app.process.stdin.readline().strip()


PeriodWord = Annotated[
    str | None, typer.Argument(metavar=kinds.PERIOD, help="Which days.", show_default=False)
]
PeriodWords = Annotated[
    list[str] | None, typer.Argument(metavar=kinds.PERIOD, help="Which days.", show_default=False)
]
"""A period of one or two words: ``last week``."""


def period_of(words: Iterable[str] | None) -> str | None:
    """Return the words of a period as one text; None if there are none."""
    return " ".join(words) if words else None


NewName = Annotated[str, typer.Argument(metavar="NAME", help="The name.")]
