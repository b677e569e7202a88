"""``import``: add the entries of a file, after checking all of it."""  # noqa: N999

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results
from clocktool.cli.batch import counted, new_batch, report_failures
from clocktool.completion import kinds
from clocktool.errors import NotDoneError, UsageError, quoted, reason_of
from clocktool.importers.source import DateOrder, Source
from clocktool.render.text import visible

if TYPE_CHECKING:
    from clocktool.app.app import App
    from clocktool.importers.formats import Reading
    from clocktool.importers.row import Problem, Row
    from clocktool.tracking.row_names import Missing, RowNames

command = options.new_command()

MAX_SHOWN = 10
"""How many lines are listed at most."""

REPEAT_HINT = "repeat the import: it goes on where it ended"


@command.command()
def import_(
    ctx: options.Context,
    file: Annotated[
        str, typer.Argument(metavar=kinds.FILE, help="The file; - for standard input.")
    ],
    source: Annotated[
        Source | None,
        typer.Option("--from", help="Format of the file; default: detected.", show_default=False),
    ] = None,
    dates: Annotated[
        DateOrder | None,
        typer.Option(
            "--dates",
            help="Order of day, month and year; default: the one that fits all dates.",
            show_default=False,
        ),
    ] = None,
    create_missing: Annotated[
        bool,
        typer.Option(
            "--create-missing", help="Create missing projects, clients, tasks and tags on a server."
        ),
    ] = False,
    user: Annotated[
        str | None,
        typer.Option("--user", metavar=kinds.USER, help="Import the rows of this user, as yours."),
    ] = None,
    dry_run: options.DryRun = False,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Import entries from a file of clocktool or of another time tracker, as yours.

    All rows and names are checked before the first entry is written; invalid rows are listed by
    line. An entry that exists (same start, end, description and project) is not added again, so an
    import can be repeated. Running timers are skipped. Missing names are created in the local
    workspace; on a server only with --create-missing.

    jsonl, csv: from 'export', 'purge' or 'list' (which cuts entries at midnight). A row of jsonl
    needs start and end, or start and a duration.

    clockify, toggl: the detailed report as CSV, with times in your time zone.

    timewarrior: 'timew export'; the annotation becomes the description, or else the tags.

    watson: the file 'frames', or 'watson log --json'.

    klog: tags become tags, the rest of the summary the description. A duration begins where the
    entries above it end, the first of a day at midnight.

    bartib: the file of activities. Its times, and klog's, are in your time zone.

    Examples:
      clocktool import toggl.csv --dry-run
      clocktool import clockify.csv --dates dmy
      timew export | clocktool import -
      clocktool import work.klg --dry-run
      clocktool --profile local export | clocktool import - --create-missing
    """
    from clocktool.importers.rows import by_start
    from clocktool.tracking.importing import check, new_rows, shortened
    from clocktool.tracking.row_names import RowNames

    app = options.app_of(ctx, quiet=quiet)
    rows = _rows_of(app, _read(app, file, source, dates), user)
    if not rows:
        app.out.note("Nothing to import.")
        _write_counts(app, output)
        return
    if not dry_run:
        _take_send_lock(app)
    directory, workspace = app.connect().directory, app.account.workspace
    names = RowNames(directory, workspace, rows)
    rows, waits = names.rows, app.connection.has_pending
    new = new_rows(names, rows, app.history, partial(counted, app), with_pending=waits)
    refused = check(
        names,
        new,
        lambda: directory.workspace(workspace).rules,
        app.connect().entries.forbidden,
        may_create=create_missing or app.connection.target.is_local,
    )
    if refused is not None:
        _show_problems(app, refused.problems, len(refused.problems))
        raise refused.error
    for name, count in names.missing_fields(new).items():
        app.out.note(f"No custom field {quoted(name)}: skipped {results.plural(count, 'value')}.")
    missing, there = names.missing(new), len(rows) - len(new)
    if dry_run:
        would = [f"Would create {shortened([each.text for each in missing])}."] if missing else []
        would.append(f"{_entries(len(new))} would be added, {there} already there.")
        _write_counts(app, output, *would, added=len(new), there=there)
        return
    if missing:
        _create(app, names, missing)
    _write(app, names, by_start(new), there, output)


def _take_send_lock(app: "App") -> None:
    """Take the send lock, so that two imports of one file don't both add its entries.

    Raises NotDoneError if another process has it.
    """
    from clocktool.outbox.outbox import BUSY

    if not app.outbox.is_alone():
        raise NotDoneError(f"{BUSY}; nothing was written", "try again when it is done")


def _read(app: "App", file: str, source: Source | None, dates: DateOrder | None) -> "Reading":
    """Read a file. Raises UsageError if it can't be read or has an invalid row."""
    from clocktool.importers.formats import read
    from clocktool.importers.row import FormatError

    name = "standard input" if file == "-" else quoted(file)
    try:
        with nullcontext(_stdin(app)) if file == "-" else Path(file).open("rb") as lines:
            reading = read(lines, source, app.zone, dates)
    except OSError as error:
        raise UsageError(
            f"can't read {name}",
            "FILE is a file of entries, or - for standard input",
            why=reason_of(error),
        ) from error
    except FormatError as error:
        hint = error.hint or f"--from takes {', '.join(Source)}"
        raise UsageError(f"can't read {name}", hint, why=str(error)) from error
    guessed = source is None and reading.source is not None
    if reading.bad:
        _show_problems(app, reading.problems, reading.bad)
        raise UsageError(
            f"{reading.bad} of {reading.count} rows can't be read; nothing was written",
            "correct or remove these lines"
            + (f"; for another format than {reading.source} add --from" if guessed else ""),
        )
    if guessed:
        app.out.note(f"Read as {reading.source}.")
    if reading.running:
        app.out.note(f"Skipped {_entries(reading.running)} of a running timer.")
    if reading.ambiguous_lines:
        lines_of_rows = _lines_named(reading.ambiguous_lines)
        app.out.note(f"Times that happened twice, read as the first: {lines_of_rows}.")
    if reading.untimed_lines:
        lines_of_rows = _lines_named(reading.untimed_lines)
        app.out.note(f"Durations without a start, placed after the entries above: {lines_of_rows}.")
    return reading


def _lines_named(numbers: "Sequence[int]") -> str:
    from clocktool.tracking.importing import shortened

    return shortened([f"line {number}" for number in numbers])


def _stdin(app: "App") -> Iterable[bytes]:
    """Return the lines of standard input as bytes."""
    stdin = app.process.stdin
    return getattr(stdin, "buffer", None) or BytesIO(stdin.read().encode(errors="surrogatepass"))


def _rows_of(app: "App", reading: "Reading", user: str | None) -> "Sequence[Row]":
    from clocktool.importers.owner import select_rows

    if not any(row.user_labels for row in reading.rows) and user is None:
        return reading.rows
    me = app.account.user
    rows, note = select_rows(reading.rows, (me.name, me.email, me.id), user)
    if note:
        app.out.note(note)
    return rows


def _create(app: "App", names: "RowNames", missing: "Sequence[Missing]") -> None:
    """Create missing names, and print which."""
    from clocktool.tracking.importing import create, shortened

    batch = new_batch(app)
    outcomes = create(batch, names, missing)
    made = {outcome.item.key for outcome in outcomes if outcome.value}
    if made:
        app.out.note(f"Created {shortened([each.text for each in missing if each.key in made])}.")
    report_failures(app, batch, outcomes, "names", lambda each: each.text, again=REPEAT_HINT)


def _write(
    app: "App", names: "RowNames", rows: "Sequence[Row]", there: int, output: options.SummaryFormat
) -> None:
    """Write rows: in batches if the backend has batches, else one by one."""
    from clocktool.tracking.importing import write, write_batches

    batch = new_batch(app)
    if app.connect().entries.has_batches:
        added, left = write_batches(batch, names, rows, app.process.new_id)
    else:
        added, left = write(batch, names, rows)
    kept = len({row.number for row in app.outbox.kept})
    pending = f" {kept} kept to be sent later," if kept else ""
    line = f"{_entries(added - kept)} added,{pending} {there} already there."
    _write_counts(app, output, line, added=added - kept, there=there, kept=kept)
    report_failures(
        app,
        batch,
        sorted(left, key=lambda outcome: outcome.item),
        "entries",
        lambda line: f"line {line}",
        in_json=output in (options.SummaryFormat.JSON, options.SummaryFormat.JSONL),
        again=REPEAT_HINT,
        most=MAX_SHOWN,
        done=added,
    )


def _write_counts(
    app: "App",
    output: options.SummaryFormat,
    *lines: str,
    added: int = 0,
    there: int = 0,
    kept: int = 0,
) -> None:
    """Write how many entries were added, were already there, and are kept to be sent later."""
    counts = {"added": added, "there": there, "kept": kept}
    results.write_summary(app, counts, options.Format(output), *lines)


def _show_problems(app: "App", problems: "Sequence[Problem]", count: int) -> None:
    for each in problems[:MAX_SHOWN]:
        app.out.say(visible(f"line {each.line}: {each.what}"))
    if count > MAX_SHOWN:
        app.out.say(f"and {count - MAX_SHOWN} more")


def _entries(count: int) -> str:
    return results.plural(count, "entry")
