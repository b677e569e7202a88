"""Notes and questions before entries that are marked as invoiced are changed."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from clocktool.app.app import App
from clocktool.cli import options, results
from clocktool.errors import AnswerIsNoError, RefusedError, ServerError

if TYPE_CHECKING:
    from clocktool.domain.entry import Entry
    from clocktool.domain.ids import EntryId

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


def confirm_invoiced(app: App, entries: "Iterable[Entry]", *, yes: bool, asks: bool = True) -> None:
    """Print a note if any of these entries are invoiced, and ask whether to change them anyway.

    Without ``asks`` the caller asks a question of its own after the note. Raises RefusedError off a
    terminal, unless ``yes``, and AnswerIsNoError after a no.
    """
    found = list(entries)
    marked = read_invoiced_ids(app)
    count = sum(entry.invoiced or entry.id in marked for entry in found)
    if not count:
        return
    said = f"{results.plural(count, 'entry')} {'is' if count == 1 else 'are'} marked as invoiced"
    them = "it" if count == 1 else "them"
    if not yes and not app.process.is_interactive:
        raise RefusedError(said, f"to change {them} anyway, add --yes")
    app.out.note(f"{said}.")
    if asks:
        options.confirm(app, f"Change {them} anyway?", "nothing was changed", yes=yes)
    _adopt_marks(app, [entry for entry in found if entry.invoiced])


def _adopt_marks(app: App, entries: "Sequence[Entry]") -> None:
    """Record the marks of another program here: the copies that a change makes will have them."""
    if not entries:
        return
    from clocktool.invoicing.marks import FOREIGN, Marks

    marks = Marks(app.marks_path, app.account_to_write.workspace)
    known = marks.marks()
    marks.add([each for each in entries if str(each.id) not in known], app.now, FOREIGN)


def check_marks(app: App, output: options.Format) -> None:
    """List marked entries that have changed since, and how much money that is.

    Raises AnswerIsNoError if there are any.
    """
    from clocktool.invoicing.check import changed
    from clocktool.invoicing.marks import Marks
    from clocktool.invoicing.register import Register
    from clocktool.render.fields import keyed
    from clocktool.render.invoice import money

    marks = Marks(app.marks_path, app.account.workspace)
    count = len(marks.marks())
    if not count:
        raise AnswerIsNoError("nothing was marked as invoiced from here")
    entries, workspace = app.connect().entries, app.account.workspace
    records, worth = [], dict[str, int]()
    replacements = app.outbox.replacements() if app.connection.has_pending else {}
    rules = Register(app.marks_path, app.now).rounding_rules()
    for each in changed(
        marks, app.history, entries, workspace, app.now, replacements, rules, app.zone
    ):
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
