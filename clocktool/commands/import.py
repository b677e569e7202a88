"""``import``: the entries of a file, checked whole before the first is written."""  # noqa: N999

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.commands import options
from clocktool.commands.many import counted, end_many, run_many
from clocktool.errors import NotFoundError, RefusedError, UsageError, quoted
from clocktool.exchange.source import Source
from clocktool.render.text import visible

if TYPE_CHECKING:
    from clocktool.app import App
    from clocktool.domain.entry import Draft
    from clocktool.exchange.formats import Reading
    from clocktool.exchange.row import Problem, Row
    from clocktool.tracking.importing import Filer

command = options.new_command()

SHOWN = 10
"""How many lines and names are said one by one."""


@command.command()
def import_(
    ctx: options.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file; - is standard input.")],
    source: Annotated[
        Source | None,
        typer.Option("--from", help="What it is; default: what it looks like.", show_default=False),
    ] = None,
    create_missing: Annotated[
        bool,
        typer.Option(
            "--create-missing", help="Create projects, clients, tasks and tags on a server, too."
        ),
    ] = False,
    user: Annotated[
        str | None,
        typer.Option("--user", metavar="NAME", help="Whose rows of the file; they become yours."),
    ] = None,
    dry_run: options.DryRun = False,
    quiet: options.Quiet = False,
) -> None:
    """Add the entries of a file as your own: of 'export', 'purge', Toggl, timewarrior or Watson.

    All rows and names are checked before the first entry is written; bad rows are named by line.
    What is there already (start, end, description and project) is not added again, so that an
    import that ended halfway is finished by another. A running timer is left out. Names that are
    missing are created on the local workspace, on a server with --create-missing.

    jsonl and csv: as 'export' writes them. toggl: the detailed report as CSV, its clock times in
    your zone. timewarrior: 'timew export'; an annotation is the description, without one the tags
    are. watson: the file 'frames'.

    Examples:
      clocktool import toggl.csv --dry-run
      timew export | clocktool import -
      clocktool --profile local export | clocktool import - --create-missing
    """
    from clocktool.tracking.importing import Filer

    app = options.app_of(ctx, quiet=quiet)
    rows = _rows_of(app, _read(app, file, source), user)
    if not rows:
        app.out.note("Nothing to import.")
        return
    filer = Filer(app.api.directory, app.account.workspace, rows)
    _check(app, filer, rows, may_create=create_missing or app.connection.is_local)
    new = _new(app, filer, rows)
    names = [each.said for each in filer.missing]
    there = len(rows) - len(new)
    if dry_run:
        if names:
            app.out.line(f"Would create {_some(names)}.")
        app.out.line(f"{_entries(len(new))} would be added, {there} there already.")
        return
    if names and new:
        filer.create()
        app.out.note(f"Created {_some(names)}.")
    _write(app, [(row.line, filer.draft(row)) for row in new], there)


def _read(app: "App", file: str, source: Source | None) -> "Reading":
    """Read a file. Raises UsageError for one that cannot be read, or has a bad row."""
    from clocktool.exchange.formats import read
    from clocktool.exchange.row import FormatError

    name = "standard input" if file == "-" else quoted(file)
    try:
        with nullcontext(_stdin(app)) if file == "-" else Path(file).open("rb") as lines:
            reading = read(lines, source, app.zone)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror or error}") from error
    except FormatError as error:
        known = ", ".join(Source)
        raise UsageError(f"{name} cannot be read: {error}", f"--from takes {known}") from error
    guessed = source is None and reading.source is not None
    if reading.bad:
        _say(app, reading.problems, reading.bad)
        raise UsageError(
            f"{reading.bad} of {reading.count} rows cannot be read; nothing was written",
            f"read as {reading.source}; --from says what it is" if guessed else None,
        )
    if guessed:
        app.out.note(f"Read as {reading.source}.")
    if reading.running:
        app.out.note(f"Left out, as the timer runs: {_entries(reading.running)}.")
    return reading


def _stdin(app: "App") -> Iterable[bytes]:
    """Return standard input by lines, whatever its encoding."""
    stdin = app.process.stdin
    return getattr(stdin, "buffer", None) or BytesIO(stdin.read().encode(errors="surrogatepass"))


def _rows_of(app: "App", reading: "Reading", user: str | None) -> "list[Row]":
    from clocktool.exchange.whose import rows_of

    if not any(row.who for row in reading.rows) and user is None:
        return reading.rows
    me = app.account.user
    rows, note = rows_of(reading.rows, (me.name, me.email, me.id), user)
    if note:
        app.out.note(note)
    return rows


def _check(app: "App", filer: "Filer", rows: "Sequence[Row]", *, may_create: bool) -> None:
    """Raise the error of names that cannot be used or are missing, and of rows against a rule."""
    from clocktool.tracking.importing import against

    if filer.problems:
        _say(app, filer.problems, len(filer.problems))
        raise NotFoundError("names of the file cannot be used; nothing was written")
    if filer.missing and not may_create:
        names = _some([f"{each.said} (line {each.row.line})" for each in filer.missing])
        raise NotFoundError(f"not there: {names}", "--create-missing creates them")
    rules = app.api.directory.workspace(app.account.workspace).rules
    refused = list(against(rules, rows))
    if refused:
        _say(app, refused, len(refused))
        count = f"{len(refused)} of {len(rows)} rows"
        raise RefusedError(f"{count} are against the workspace's rules; nothing was written")
    for name, lost in filer.lost.items():
        app.out.note(f"There is no custom field {quoted(name)}: values left out: {lost}.")


def _new(app: "App", filer: "Filer", rows: "Sequence[Row]") -> "list[Row]":
    """Return the rows that are not there yet, in the order of time."""
    from clocktool.domain.instant import shift
    from clocktool.domain.selection import Selection
    from clocktool.tracking.already import new_rows, waiting
    from clocktool.tracking.select import select

    first, last = min(row.start for row in rows), max(row.start for row in rows)
    window = Selection(window=(first, shift(last, 1)))
    there = counted(app, select(app.api.entries, app.account, window, app.now))
    waits = waiting(app.connection.journal.file)
    return sorted(new_rows(rows, filer.project_of, there, waits), key=lambda row: row.start)


def _write(app: "App", drafts: "Sequence[tuple[int, Draft]]", there: int) -> None:
    """Write entries, each by itself."""
    changes, workspace = app.changes, app.account.workspace

    def write(each: "tuple[int, Draft]") -> bool:
        changes.create(workspace, each[1])
        return True

    outcomes = run_many(app, drafts, write, "entries")
    added = sum(outcome.value is not None for outcome in outcomes)
    app.out.line(f"{_entries(added)} added, {there} there already.")
    end_many(app, outcomes, "entries", lambda each: f"line {each[0]}")


def _say(app: "App", problems: "Sequence[Problem]", count: int) -> None:
    for each in problems[:SHOWN]:
        app.out.say(visible(f"line {each.line}: {each.what}"))
    if count > SHOWN:
        app.out.say(f"and {count - SHOWN} more")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"
