"""``invoice``: what is to be billed, and marking it as invoiced."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import invoiced, options, results
from clocktool.cli.batch import described, end_many, many_of, progress_of
from clocktool.cli.filters import chosen_or_named, days_of, filtered
from clocktool.errors import NoError, NotAllowedError, NotFoundError, UsageError
from clocktool.invoicing.marks import Marks

if TYPE_CHECKING:
    from clocktool.app.app import App
    from clocktool.domain.entry import Entry
    from clocktool.domain.invoice import Line
    from clocktool.domain.time.period import Period
    from clocktool.render.records import Record
    from clocktool.tracking.batch import Outcome
    from clocktool.tracking.select import Filters

command = options.new_command()

COLUMNS = ("client", "project", "hours", "decimal", "rate", "amount", "currency", "entries")
"""The columns of what is to be billed."""


@command.command()
@filtered
def invoice(
    ctx: options.Context,
    filters: "Filters",
    words: options.Chosen = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back the last marking from here.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="List what changed since it was marked.")
    ] = False,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Show billable, finished entries by client and project, and mark them as invoiced.

    Default: this month; an entry is of the period it starts in. The amount of a line is its time at
    its rate, rounded half up once to the cent; totals add the lines. What was marked from this
    machine is remembered, and left out the next time. Marking needs a paid plan on Clockify.

    PERIOD: last-month, 2026-11, 2026-Q4, A..B ('clocktool help periods'). REF: last, the end of an
    id ('clocktool help refs').

    Examples:
      clocktool invoice last-month --client ACME --dry-run
      clocktool invoice last-month --client ACME
      clocktool invoice --check
    """
    from clocktool.tracking.select import Filters

    app = options.app_of(ctx, quiet=quiet)
    billed = Marks(app.marks_path, app.account.workspace)
    if undo and check:
        raise UsageError("--undo and --check are two things", "say one")
    if (undo or check) and (words or filters != Filters()):
        raise UsageError(
            "--undo and --check are about what was marked, not about a period or filters",
            "leave those out; --undo takes back the last marking whole",
        )
    if undo:
        return _undo(app, billed, yes=yes, dry_run=dry_run)
    if check:
        return invoiced.check(app, billed, output)
    days = _days(app, filters, words or [])
    chosen = chosen_or_named(app, words or [], filters, "month")
    if days is not None:  # one over midnight is billed once, in the period that it starts in
        first = app.zone.start_of_day(days.first)
        chosen = [each for each in chosen if each.start >= first]
    found = _billable(app, chosen, billed)
    lines = _write(app, found, days, output)
    if dry_run or not found:
        return None
    count = "this entry" if len(found) == 1 else f"these {len(found)} entries"
    if not options.wants_yes(app, f"Mark {count} as invoiced?", yes=yes):
        app.out.note("Nothing was marked.")
        raise typer.Exit(1)
    outcomes = _mark(app, found, billed)
    marked = [outcome.item for outcome in outcomes if outcome.value is not None]
    said = results.many_words(len(lines), "line")
    app.out.note(f"{len(marked)} of {len(found)} marked as invoiced, in {said}.")
    return _end(app, outcomes, output)


def _billable(app: "App", entries: "Sequence[Entry]", billed: Marks) -> "list[Entry]":
    """Return the entries to bill; what is left out, and why, is said in a line."""
    marks = billed.marks()
    work = [entry for entry in entries if not entry.is_break]
    breaks = [entry for entry in entries if entry.is_break]
    reasons = {
        "not billable": [entry for entry in work if not entry.billable],
        "still running": [entry for entry in work if entry.billable and entry.running],
        "marked already": [each for each in work if each.billable and each.id in marks],
    }
    out = {entry.id for left in (breaks, *reasons.values()) for entry in left}
    left_out = [f"{len(left)} {why}" for why, left in reasons.items() if left]
    left_out += [results.many_words(len(breaks), "break")] if breaks else []
    if left_out:
        app.out.note(f"Left out: {', '.join(left_out)}.")
    return [entry for entry in entries if entry.id not in out]


def _days(app: "App", filters: "Filters", words: list[str]) -> "Period | None":
    """Return the period that is asked for; None where entries are named."""
    from clocktool.domain.time.period import parse_period

    if len(words) > 1 or words == ["-"]:
        return None
    if words:
        try:
            parse_period(words[0], app.zone.day(app.now), app.week_start)
        except UsageError:
            return None
    return days_of(app, filters, words[0] if words else None, "month")


def _write(
    app: "App", entries: "Sequence[Entry]", days: "Period | None", output: options.Format
) -> "list[Line]":
    from clocktool.domain.invoice import lines_of, totals

    lines = lines_of(entries)
    if output is options.Format.ID:
        results.write_entries(app, entries, output)
        return lines
    records = _records(lines)
    if output is not options.Format.TABLE:
        results.write_records(app, records, output, nothing="", columns=COLUMNS)
        return lines
    if lines and days is not None:
        from clocktool.render.entries import title

        for line in title(results.period_name(days), app.out):
            app.out.line(line)
    results.write_records(app, records, output, nothing="Nothing to invoice.")
    if lines:
        _write_hours(app, sum(line.seconds for line in lines))
    for currency, total in totals(lines).items():
        app.out.line(app.out.paint(f"total {_money(total)} {currency}".rstrip(), "bold"))
    without = sum(line.rate is None for line in lines)
    if without:
        of = results.many_words(len(lines), "line")
        have = "has" if len(lines) == 1 else "have"
        app.out.note(
            f"{without} of {of} {have} no rate:"
            " 'clocktool projects add NAME --rate 105' makes a project with one"
        )
    return lines


def _write_hours(app: "App", seconds: int) -> None:
    """Write the time of all lines, as the clock has it and in hours."""
    from clocktool.domain.time.duration import format_clock, format_decimal

    text = f"total {format_clock(seconds)} ({format_decimal(seconds)} hours)"
    app.out.line(app.out.painted(text, "bold"))


def _records(lines: "Sequence[Line]") -> "list[Record]":
    """Return the lines for a table. Their decimal hours add up to those of the whole."""
    from clocktool.domain.minutes import largest_remainder
    from clocktool.domain.time.duration import HUNDREDTH, format_clock, format_decimal, hundredths
    from clocktool.render.records import Record

    lengths = [line.seconds for line in lines]
    decimals = largest_remainder(lengths, HUNDREDTH, hundredths(sum(lengths)))
    return [
        Record(
            {
                "client": line.client,
                "project": line.project,
                "hours": format_clock(line.seconds),
                "decimal": format_decimal(decimal * HUNDREDTH),
                "rate": "" if line.rate is None else _money(line.rate.amount),
                "amount": "" if line.amount is None else _money(line.amount),
                "currency": "" if line.rate is None else line.rate.currency,
                "entries": len(line.entries),
            }
        )
        for line, decimal in zip(lines, decimals, strict=True)
    ]


def _money(amount: int) -> str:
    from clocktool.domain.money import Rate

    return Rate(amount).text


def _mark(app: "App", entries: "Sequence[Entry]", billed: Marks) -> "list[Outcome[Entry, bool]]":
    """Mark entries, and remember each chunk as soon as it is marked."""
    billed.check_writable()
    batch = billed.next_batch()

    def remember(chunk: "Sequence[Entry]") -> None:
        billed.add(chunk, app.now, batch)

    return _marked(app, entries, remember, invoiced=True)


def _unmark(app: "App", entries: "Sequence[Entry]", billed: Marks) -> "list[Outcome[Entry, bool]]":
    """Take marks back, and forget each chunk as soon as that is done."""

    def forget(chunk: "Sequence[Entry]") -> None:
        billed.remove([str(entry.id) for entry in chunk])

    return _marked(app, entries, forget, invoiced=False)


def _marked(
    app: "App",
    entries: "Sequence[Entry]",
    then: "Callable[[Sequence[Entry]], None]",
    *,
    invoiced: bool,
) -> "list[Outcome[Entry, bool]]":
    """Mark entries in chunks; ``then`` is called with those of each that is certain."""
    from clocktool.outbox.mark import Mark
    from clocktool.tracking.batch import in_chunks

    outbox = app.outbox

    def mark(chunk: "Sequence[Entry]") -> list[bool]:
        outbox.carry_out(Mark(tuple(entry.id for entry in chunk), invoiced))
        if not outbox.is_atomic:
            then(chunk)
        return [True] * len(chunk)

    size = len(entries)
    with (
        many_of(app, at_once=1) as many,
        progress_of(app, size, "entries") as done,
        outbox.transaction(),
    ):
        outcomes = in_chunks(entries, mark, many, done=done)
    if outbox.is_atomic:
        then([each.item for each in outcomes if each.value is not None])
    return outcomes


def _end(app: "App", outcomes: "Sequence[Outcome[Entry, bool]]", output: options.Format) -> None:
    try:
        end_many(app, outcomes, "entries", described(app), in_json=results.is_json(output, None))
    except NotAllowedError as error:
        error.hint = "marking as invoiced needs a paid Clockify plan; the table is yours as it is"
        raise


def _undo(app: "App", billed: Marks, *, yes: bool, dry_run: bool) -> None:
    from clocktool.domain.entry import Entry
    from clocktool.domain.ids import Known

    newest = billed.last_batch()
    marks = [mark for mark in newest if not mark.waits]
    if not marks:
        raise NoError("nothing was marked as invoiced from here")
    day = app.zone.day(marks[0].at).isoformat()
    if dry_run:
        said = results.many_words(len(marks), "mark")
        app.out.note(f"Not done: {said} of {day} would be taken back.")
        return
    if not options.wants_yes(
        app, f"Take back {results.many_words(len(marks), 'mark')} of {day}?", yes=yes
    ):
        app.out.note("Nothing was taken back.")
        raise typer.Exit(1)
    entries = [Entry(Known(mark.entry), mark.start, mark.end, mark.description) for mark in marks]
    outcomes = _unmark(app, entries, billed)
    deleted = [str(each.item.id) for each in outcomes if isinstance(each.error, NotFoundError)]
    billed.remove([*deleted, *(mark.entry for mark in newest if mark.waits)])
    gone = [*deleted, *(str(each.item.id) for each in outcomes if each.value is not None)]
    app.out.note(f"{len(gone)} of {len(marks)} marks taken back.")
    left = [each for each in outcomes if not isinstance(each.error, NotFoundError)]
    _end(app, left, options.Format.TABLE)
