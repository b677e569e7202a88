"""Notes and questions before entries that are marked as invoiced are changed."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from clocktool.app.app import App
from clocktool.cli import options, results
from clocktool.errors import AnswerIsNoError, ServerError

if TYPE_CHECKING:
    from clocktool.domain.entry import Entry
    from clocktool.domain.ids import EntryId
    from clocktool.outbox.change import Change
    from clocktool.outbox.undo import Plan

CHECK_COLUMNS = ("start", "description", "changed", "before", "after", "worth", "id")
"""The columns of a list of entries that have changed since."""


def read_invoiced_ids(app: App) -> "frozenset[EntryId]":
    """Return the ids of all entries marked as invoiced; none, with a note, if unreadable."""
    if not app.marks_path.exists():
        return frozenset()
    from clocktool.invoicing.invoice import invoiced_ids
    from clocktool.invoicing.marks import Marks

    marks = Marks(app.marks_path, app.account_to_write.workspace)
    try:
        return invoiced_ids(marks, app.outbox if app.connection.has_pending else None)
    except ServerError as error:
        app.out.note(error.message)
        return frozenset()


def update_marks(app: App, plan: "Plan") -> None:
    """Update the marks after an undo; a note says which could not be written."""
    from clocktool.invoicing.invoice import follow_undo

    for error in follow_undo(plan, app.marks_path, app.outbox, app.history, app.now):
        app.out.note(error.message)  # the undo itself is done


class InvoiceStep(NamedTuple):
    """What an undo or a redo does in the register: take an invoice back, or put it back."""

    number: str
    puts_back: bool


def invoice_steps(app: App, plan: "Plan") -> list[InvoiceStep]:
    """Return what an undo does in the register. Raises RefusedError if an invoice stands."""
    from clocktool.invoicing.register import Register
    from clocktool.outbox.mark import Mark

    marks: list[tuple[Change, Change | None]] = [
        (row.change, change) for row, change in plan.changes
    ]
    marks += [(row.change, None) for row in plan.cancelled]
    marks += [(row.change, row.change) for row in plan.restored]
    steps = list[InvoiceStep]()
    for change, inverse in marks:
        if isinstance(change, Mark) and change.number:
            was_marked = change.invoiced and inverse is not change
            steps.append(InvoiceStep(change.number, puts_back=not was_marked))
    register = Register(app.marks_path, app.now)
    for step in dict.fromkeys(steps):
        if step.puts_back:
            register.check_put_back(step.number)
        else:
            register.check_take_back(step.number)
    return list(dict.fromkeys(steps))


def take_invoice_steps(app: App, steps: "Sequence[InvoiceStep]") -> None:
    """Take back invoices in the register, or put them back: their numbers and marks."""
    from clocktool.invoicing.register import Register

    register = Register(app.marks_path, app.now)
    for number, puts_back in steps:
        if puts_back:
            register.put_back(number)
            app.out.note(f"Invoice {number} is back.")
        else:
            register.take_back(number)
            app.out.note(f"Invoice {number} is taken back; its number is free again.")


def conclude_invoice_steps(app: App, steps: "Sequence[InvoiceStep]") -> None:
    """Record that the marks of these invoices have been sent, or wait in the journal."""
    from clocktool.invoicing.register import Register

    register = Register(app.marks_path, app.now)
    numbers = {step.number for step in steps}
    for each in register.unsent() if steps else ():
        if each.number in numbers:
            register.sent(each)


def note_invoiced(app: App, entries: "Iterable[Entry]") -> bool:
    """Print a note if any of these entries are invoiced, and return whether any are."""
    marked = read_invoiced_ids(app)
    count = sum(entry.id in marked for entry in entries)
    if count:
        are = "is" if count == 1 else "are"
        app.out.note(f"{results.plural(count, 'entry')} {are} marked as invoiced.")
    return count > 0


def confirm_invoiced(app: App, entry: "Entry") -> None:
    """Print a note if an entry is invoiced, and ask on a terminal whether to change it anyway.

    Raises AnswerIsNoError after a no. Off a terminal there is only the note.
    """
    if not note_invoiced(app, [entry]) or not app.process.is_interactive:
        return
    options.confirm(app, "Change it anyway?", "nothing was changed", yes=False)


def check_marks(app: App, output: options.Format) -> None:
    """List marked entries that have changed since, and how much money that is.

    Raises AnswerIsNoError if there are any.
    """
    from clocktool.invoicing.check import changed
    from clocktool.invoicing.marks import Marks
    from clocktool.render.fields import keyed
    from clocktool.render.invoice import money

    marks = Marks(app.marks_path, app.account.workspace)
    count = len(marks.marks())
    if not count:
        raise AnswerIsNoError("nothing was marked as invoiced from here")
    entries, workspace = app.connect().entries, app.account.workspace
    records, worth = [], dict[str, int]()
    replacements = app.outbox.replacements() if app.connection.has_pending else {}
    for each in changed(marks, app.history, entries, workspace, app.now, replacements):
        for currency, amount in each.worth.items():
            worth[currency] = worth.get(currency, 0) + amount
        start = f"{app.zone.local_time(each.mark.start):%Y-%m-%d %H:%M}"
        before, after = each.texts(app.format_time)
        what, mark = ", ".join(each.what), each.mark
        values = (start, mark.description, what, before, after, money(each.worth), mark.entry)
        records.append(dict(zip(CHECK_COLUMNS, values, strict=True)))
    same = f"None of {count} marked entries has changed."
    fields = keyed(CHECK_COLUMNS, figures=["worth"])
    results.write_records(app, records, fields, output, nothing=same)
    if records:
        if output is options.Format.TABLE:
            app.out.line(app.out.paint(f"worth {money(worth) or '0.00'}", "bold"))
        many = results.plural(len(records), "marked entry")
        raise AnswerIsNoError(
            f"{many} {'has' if len(records) == 1 else 'have'} changed since invoicing"
        )
