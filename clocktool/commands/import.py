"""``import``: the entries of a file, checked whole before the first is written."""  # noqa: N999

from array import array
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results
from clocktool.cli.batch import counted, end_many, many_of, progress_of
from clocktool.errors import NotDoneError, NotFoundError, RefusedError, UsageError, quoted
from clocktool.importers.source import DateOrder, Source
from clocktool.render.text import visible

if TYPE_CHECKING:
    from clocktool.app.app import App
    from clocktool.domain.entry import Entry
    from clocktool.importers.formats import Reading
    from clocktool.importers.row import Problem, Row
    from clocktool.tracking.batch import Outcome
    from clocktool.tracking.importing import Filer, Missing

command = options.new_command()

BATCH = 500
"""How many entries one transaction of the local workspace makes."""

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
    dates: Annotated[
        DateOrder | None,
        typer.Option(
            "--dates",
            help="Day, month and year in a report; default: the order that fits.",
            show_default=False,
        ),
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
    output: options.OutputOfSums = options.Sums.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Add the entries of a file as your own: of 'export', Clockify, Toggl, timewarrior or Watson.

    All rows and names are checked before the first entry is written; bad rows are named by line.
    What is there already (start, end, description and project) is not added again, so that an
    import that ended halfway is finished by another. A running timer is left out. Names that are
    missing are created on the local workspace, on a server with --create-missing.

    jsonl and csv: as 'export' and 'purge' write them, or 'list', which cuts at midnight; a row of
    jsonl needs start and end (or a duration), names may be plain texts. clockify and toggl: the
    detailed report as CSV, its clock times in your zone; where its dates may be read in two ways
    --dates says which. timewarrior: 'timew export'; an annotation is the description, without one
    the tags are. watson: the file 'frames', or 'watson log --json'.

    Examples:
      clocktool import toggl.csv --dry-run
      clocktool import clockify.csv --dates dmy
      timew export | clocktool import -
      clocktool --profile local export | clocktool import - --create-missing
    """
    from clocktool.importers.rows import by_start
    from clocktool.tracking.importing import Filer

    app = options.app_of(ctx, quiet=quiet)
    rows = _rows_of(app, _read(app, file, source, dates), user)
    if not rows:
        app.out.note("Nothing to import.")
        _write_counts(app, output)
        return
    if not dry_run:
        _take_turn(app)
    filer = Filer(app.connect().directory, app.account.workspace, rows)
    rows = filer.rows
    new = _new(app, filer, rows)
    missing = filer.missing(new)
    _check(app, filer, new, missing if create_missing or app.connection.is_local else ())
    there = len(rows) - len(new)
    if dry_run:
        would = [f"Would create {_some([each.said for each in missing])}."] if missing else []
        would.append(f"{_entries(len(new))} would be added, {there} there already.")
        _write_counts(app, output, *would, added=len(new), there=there)
        return
    if missing:
        _create(app, filer, missing)
    _write(app, filer, by_start(new), there, output)


def _take_turn(app: "App") -> None:
    """Let one import run at a time: two of a file would both find nothing there.

    Raises NotDoneError while another sends.
    """
    from clocktool.outbox.outbox import BUSY

    if not app.outbox.is_alone():
        raise NotDoneError(f"{BUSY}; nothing was written", "try again when it is done")


def _read(app: "App", file: str, source: Source | None, dates: DateOrder | None) -> "Reading":
    """Read a file. Raises UsageError for one that cannot be read, or has a bad row."""
    from clocktool.importers.formats import read
    from clocktool.importers.row import FormatError

    name = "standard input" if file == "-" else quoted(file)
    try:
        with nullcontext(_stdin(app)) if file == "-" else Path(file).open("rb") as lines:
            reading = read(lines, source, app.zone, dates)
    except OSError as error:
        raise UsageError(
            f"{name} cannot be read: {error.strerror or error}",
            "FILE is a file of entries, or - for standard input",
        ) from error
    except FormatError as error:
        hint = error.hint or f"--from takes {', '.join(Source)}"
        raise UsageError(f"{name} cannot be read: {error}", hint) from error
    guessed = source is None and reading.source is not None
    if reading.bad:
        _say(app, reading.problems, reading.bad)
        raise UsageError(
            f"{reading.bad} of {reading.count} rows cannot be read; nothing was written",
            "mend these lines, or leave them out"
            + (f"; it was read as {reading.source}, --from says what it is" if guessed else ""),
        )
    if guessed:
        app.out.note(f"Read as {reading.source}.")
    if reading.running:
        app.out.note(f"Left out, as the timer runs: {_entries(reading.running)}.")
    if reading.twice:
        lines_of_rows = _some([f"line {line}" for line in reading.twice])
        app.out.note(f"The clocks showed these times twice; the first is taken: {lines_of_rows}.")
    return reading


def _stdin(app: "App") -> Iterable[bytes]:
    """Return standard input by lines, whatever its encoding."""
    stdin = app.process.stdin
    return getattr(stdin, "buffer", None) or BytesIO(stdin.read().encode(errors="surrogatepass"))


def _rows_of(app: "App", reading: "Reading", user: str | None) -> "Sequence[Row]":
    from clocktool.importers.owner import rows_of

    if not any(row.who for row in reading.rows) and user is None:
        return reading.rows
    me = app.account.user
    rows, note = rows_of(reading.rows, (me.name, me.email, me.id), user)
    if note:
        app.out.note(note)
    return rows


def _check(
    app: "App", filer: "Filer", rows: "Sequence[Row]", creatable: "Sequence[Missing]"
) -> None:
    """Raise the error of names that cannot be used or are missing, and of rows against a rule."""
    from clocktool.tracking.importing import against

    problems = list(filer.problems(rows))
    if problems:
        _say(app, sorted(problems, key=lambda each: each.line), len(problems))
        raise NotFoundError(
            "names of the file cannot be used; nothing was written",
            "make them active, or say which is meant: rename one, or leave these rows out",
        )
    if not creatable and (missing := filer.missing(rows)):
        names = _some([f"{each.said} (line {each.row.line})" for each in missing])
        raise NotFoundError(f"not there: {names}", "--create-missing creates them")
    rules = app.connect().directory.workspace(app.account.workspace).rules
    refused = [*against(rules, rows, app.connect().entries.forbidden), *filer.unfit(rows)]
    if refused:
        _say(app, sorted(refused, key=lambda each: each.line), len(refused))
        count = len({each.line for each in refused})
        raise RefusedError(
            f"{count} of {len(rows)} rows are against the workspace's rules; nothing was written",
            "change these rows, or ask whoever owns the workspace",
        )
    for name, lost in filer.lost(rows).items():
        app.out.note(f"There is no custom field {quoted(name)}: values left out: {lost}.")


def _new(app: "App", filer: "Filer", rows: "Sequence[Row]") -> "Sequence[Row]":
    """Return the rows that are not there yet, nor wait to be sent, in the order of their lines."""
    from clocktool.domain.selection import Selection
    from clocktool.domain.time.instant import Instant, shift
    from clocktool.tracking.deduplicate import new_rows

    starts = array("q", (row.start for row in rows))
    first, last = Instant(min(starts)), Instant(max(starts))
    window = Selection(window=(first, shift(last, 1)))
    there: Iterable[Entry]
    if app.connection.waits:
        there = app.history.entries(window, counted=partial(counted, app)).entries
    else:  # then they need not be kept in memory
        there = counted(app, app.history.stream(window))
    new = new_rows(rows, filer.project_of, there)
    return new if new is rows else sorted(new, key=lambda row: row.line)


AGAIN = "do it again: it goes on where it ended"


def _create(app: "App", filer: "Filer", missing: "Sequence[Missing]") -> None:
    """Create names, one after another, at the pace that entries are written with."""
    from clocktool.tracking.importing import in_turn

    def create(each: "Missing") -> bool:
        filer.create(each)
        return True

    with many_of(app, at_once=1) as many, progress_of(app, len(missing), "names") as done:
        outcomes = many.run(in_turn(missing), create, done)
    made = {outcome.item.key for outcome in outcomes if outcome.value}
    if made:
        app.out.note(f"Created {_some([each.said for each in missing if each.key in made])}.")
    end_many(app, outcomes, "names", lambda each: each.said, again=AGAIN)


def _write(
    app: "App", filer: "Filer", rows: "Sequence[Row]", there: int, output: options.Sums
) -> None:
    """Write rows: each by itself, or many together where they can be made so."""
    write = _write_batches if app.connect().entries.has_batches else _write_each
    added, left = write(app, filer, rows)
    kept = len({row.number for row in app.outbox.kept})
    waits = f" {kept} kept to be sent later," if kept else ""
    line = f"{_entries(added - kept)} added,{waits} {there} there already."
    _write_counts(app, output, line, added=added - kept, there=there, kept=kept)
    end_many(
        app,
        sorted(left, key=lambda outcome: outcome.item),
        "entries",
        lambda line: f"line {line}",
        in_json=output in (options.Sums.JSON, options.Sums.JSONL),
        again=AGAIN,
        most=SHOWN,
        done=added,
    )


Written = tuple[int, "list[Outcome[int, bool]]"]
"""How many entries were written, and what became of the other lines."""


def _write_each(app: "App", filer: "Filer", rows: "Sequence[Row]") -> Written:
    from clocktool.outbox.create import Create

    def write(row: "Row") -> bool:
        app.outbox.carry_out(Create(filer.draft(row)))
        return True

    with many_of(app) as many, progress_of(app, len(rows), "entries") as done:
        outcomes = many.run(rows, write, done)
    return _written(outcomes)


def _write_batches(app: "App", filer: "Filer", rows: "Sequence[Row]") -> Written:
    """Write batch after batch, each in a transaction: no more than that is in memory."""
    from clocktool.domain.ids import Known
    from clocktool.outbox.many import CreateMany
    from clocktool.tracking.batch import Outcome, in_chunks

    def write(batch: "Sequence[Row]") -> list[bool]:
        ids = [Known(app.process.new_id()) for _ in batch]
        app.outbox.carry_out(CreateMany.of(ids, list(map(filer.draft, batch))))
        return [True] * len(batch)

    added = 0
    left: list[Outcome[int, bool]] = []
    with many_of(app, at_once=1) as many, progress_of(app, len(rows), "entries") as done:
        for first in range(0, len(rows), BATCH):
            batch = rows[first : first + BATCH]
            if many.interrupted or many.ended.is_set():
                left += [Outcome(row.line) for row in batch]
                continue
            count, others = _written(in_chunks(batch, write, many, size=BATCH))
            added += count
            left += others
            done(first + len(batch))
    return added, left


def _written(outcomes: "Sequence[Outcome[Row, bool]]") -> Written:
    from clocktool.tracking.batch import Outcome

    left: list[Outcome[int, bool]] = [
        Outcome(outcome.item.line, error=outcome.error)
        for outcome in outcomes
        if outcome.value is None
    ]
    return len(outcomes) - len(left), left


def _write_counts(
    app: "App",
    output: options.Sums,
    *lines: str,
    added: int = 0,
    there: int = 0,
    kept: int = 0,
) -> None:
    """Write how many entries were added, were there already and are kept to be sent later."""
    counts = {"added": added, "there": there, "kept": kept}
    results.write_summary(app, counts, options.Format(output), *lines)


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
