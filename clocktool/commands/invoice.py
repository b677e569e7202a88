"""``invoice``: list billable entries, and mark them as invoiced."""

from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import document, options, results, rounding
from clocktool.cli.batch import entry_describer, new_batch, report_failures
from clocktool.cli.filters import chosen_or_named, filtered, period_if_given
from clocktool.cli.invoiced import check_marks
from clocktool.errors import AnswerIsNoError, NotAllowedError, NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clocktool.app.app import App
    from clocktool.domain.entry import Entry
    from clocktool.domain.invoice import Line
    from clocktool.domain.rounding import Rounding
    from clocktool.domain.time.period import Period
    from clocktool.invoicing.invoice import Outcomes
    from clocktool.invoicing.marks import Marks
    from clocktool.tracking.batch import Batch
    from clocktool.tracking.select import Filters

command = options.new_command()


@command.command()
@filtered
def invoice(
    ctx: options.Context,
    filters: "Filters",
    words: options.PeriodOrRefs = None,
    undo: Annotated[bool, typer.Option("--undo", help="Undo the last marking.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="List marked entries that have changed since.")
    ] = False,
    round_: rounding.Option = None,
    number: document.Number = None,
    dated: document.Dated = None,
    future: document.Future = False,
    due: document.Due = None,
    tax: document.TaxPercent = None,
    reverse_charge: document.ReverseCharge = False,
    tax_exempt: document.TaxExempt = None,
    items: document.Items = None,
    discount: document.Discount = None,
    group: document.GroupBy = None,
    save: document.Save = None,
    timesheet: document.Timesheet = False,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List billable, finished entries by client and project, and mark them as invoiced.

    An entry belongs to the period in which it starts. The amount of a line is its time at its rate,
    rounded once. Entries marked on this machine are left out. Marking needs a paid Clockify plan.

    An option of the document, like --number or --save, makes an invoice with a number, for one
    client in one currency. It needs [seller] and [invoices] in the configuration. With --dry-run it
    is a draft: no number, no marks.

    RULE: up:15m, nearest:6m/day, down:30m/total. Amounts then come from the rounded time; the exact
    time stays beside it.

    PERIOD: month (the default), last-month, 2026-11, 2026-Q4, A..B ('clocktool help periods').
    REF: last, the end of an id ('clocktool help refs').

    Examples:
      clocktool invoice last-month --client ACME --dry-run
      clocktool invoice last-month --client ACME
      clocktool invoice last-month --client ACME --number next --save acme.pdf
      clocktool invoice last-month --item "Travel=120.00" --discount 5%
      clocktool invoice --check
    """
    from clocktool.invoicing.doubts import overlap_doubt
    from clocktool.invoicing.invoice import Billable, invoiced_ids, mark
    from clocktool.invoicing.marks import Marks
    from clocktool.tracking.select import Filters, starting_in

    app = options.app_of(ctx, quiet=quiet)
    wanted = document.Wanted(
        *(number, dated, due, tax, reverse_charge, tax_exempt, group),
        *(tuple(save or ()), timesheet, tuple(items or ()), discount),
    )
    marks = Marks(app.marks_path, app.account.workspace)
    if undo and check:
        raise UsageError("--undo and --check can't be combined", "use one of them")
    if (undo or check) and (words or round_ or wanted.is_any or filters != Filters()):
        raise UsageError(
            "--undo and --check take no period, no filters and no other options",
            "leave them out: --undo undoes the whole last marking",
        )
    if undo:
        return _undo(app, marks, yes=yes, dry_run=dry_run)
    if check:
        return check_marks(app, output)
    if wanted.is_any:
        document.check_files(app, wanted.save, is_draft=dry_run)
    days = period_if_given(app, words or [], filters, "month")
    chosen = chosen_or_named(app, words or [], filters, "month", bills=True)
    outbox = app.outbox if app.connection.has_pending else None
    billable = Billable.of(list(starting_in(days, chosen, app.zone)), invoiced_ids(marks, outbox))
    left_out = [f"{count} {why}" for why, count in billable.left_out.items()]
    left_out += [results.plural(billable.breaks, "break")] if billable.breaks else []
    if left_out:
        app.out.note(f"Left out: {', '.join(left_out)}.")
    found = billable.entries
    if doubt := overlap_doubt(found, app.now):
        app.out.note(doubt)
    if wanted.is_any:
        if not found:
            raise AnswerIsNoError("nothing to invoice")
        rule = rounding.rule_of(app, round_)
        return document.make(
            app, found, wanted, rule, output, dry_run=dry_run, yes=yes, future=future
        )
    lines = _write(app, found, days, output, rounding.rule_of(app, round_))
    if dry_run or not found:
        return None
    count = "this entry" if len(found) == 1 else f"these {len(found)} entries"
    options.confirm(app, f"Mark {count} as invoiced?", "nothing was marked", yes=yes)
    batch = new_batch(app)
    outcomes = mark(batch, found, marks, app.now)
    marked = [outcome.item for outcome in outcomes if outcome.value is not None]
    in_lines = results.plural(len(lines), "line")
    app.out.note(f"{len(marked)} of {len(found)} marked as invoiced, in {in_lines}.")
    return _report(app, batch, outcomes, output)


def _write(
    app: "App",
    entries: "Sequence[Entry]",
    days: "Period | None",
    output: options.Format,
    rule: "Rounding | None",
) -> "list[Line]":
    from clocktool.domain.invoice import group_lines
    from clocktool.domain.report import rounded_seconds
    from clocktool.render.invoice import fields_of, line_records, total_records

    def rounded(of_line: "Sequence[Entry]") -> int | None:
        return None if rule is None else rounded_seconds(of_line, rule, app.zone, app.now)

    lines = group_lines(entries, rounded)
    fields = fields_of(lines)
    if output is options.Format.ID:
        results.write_entries(app, entries, output)
        return lines
    records = line_records(lines)
    if output is not options.Format.TABLE:
        results.write_records(app, records, fields, output, nothing="")
        return lines
    if lines and days is not None:
        from clocktool.render.table import paragraph

        for line in paragraph(results.period_name(days), "bold", app.out):
            app.out.line(line)
    records += total_records(lines)
    results.write_records(app, records, fields, output, nothing="Nothing to invoice.")
    without = sum(line.rate is None for line in lines)
    if without:
        of = results.plural(len(lines), "line")
        have = "has" if len(lines) == 1 else "have"
        app.out.note(
            f"{without} of {of} {have} no rate: 'clocktool rates set 105 EUR -p NAME' sets one"
        )
    return lines


def _report(app: "App", batch: "Batch", outcomes: "Outcomes", output: options.Format) -> None:
    in_json = results.is_json(output, None)
    try:
        report_failures(app, batch, outcomes, "entries", entry_describer(app), in_json=in_json)
    except NotAllowedError as error:
        error.hint = "marking needs a paid Clockify plan; use the table without marking"
        raise


def _undo(app: "App", marks: "Marks", *, yes: bool, dry_run: bool) -> None:
    from clocktool.invoicing.invoice import unmark
    from clocktool.invoicing.register import Register

    newest = marks.last_batch()
    number = Register(app.marks_path, app.now).batch_number(newest[0].batch) if newest else ""
    if number:
        return document.take_back(app, number, yes=yes, dry_run=dry_run)
    sent = [mark for mark in newest if not mark.is_queued]
    if not sent:
        raise AnswerIsNoError("nothing was marked as invoiced from here")
    what = f"{results.plural(len(sent), 'mark')} of {app.zone.day(sent[0].at).isoformat()}"
    if dry_run:
        app.out.note(f"Dry run: {what} would be taken back.")
        return None
    options.confirm(app, f"Take back {what}?", "nothing was taken back", yes=yes)
    batch = new_batch(app)
    outcomes = unmark(batch, newest, marks)
    left = [each for each in outcomes if not isinstance(each.error, NotFoundError)]
    gone = len(outcomes) - sum(each.value is None for each in left)
    app.out.note(f"{gone} of {len(sent)} marks taken back.")
    return _report(app, batch, left, options.Format.TABLE)
