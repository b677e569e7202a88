"""Notes and questions before entries that are marked as invoiced are changed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clocktool.app.app import App
from clocktool.cli import options, results
from clocktool.errors import ServerError

if TYPE_CHECKING:
    from clocktool.domain.entry import Entry
    from clocktool.domain.ids import EntryId
    from clocktool.outbox.undo import Plan


def read_invoiced_ids(app: App) -> "frozenset[EntryId]":
    """Return the ids of all entries marked as invoiced. If they can't be read, note it: no ids."""
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
