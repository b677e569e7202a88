"""Notes and questions about entries that are marked as invoiced, before they are changed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clocktool.app.app import App
from clocktool.cli import options, results
from clocktool.errors import ServerError

if TYPE_CHECKING:
    from clocktool.domain.entry import Entry
    from clocktool.domain.ids import EntryId
    from clocktool.outbox.undo import Plan


def ids_of(app: App) -> "frozenset[EntryId]":
    """Return the ids of all that is marked; none, with a note, where that can't be read."""
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


def follow_marks(app: App, plan: "Plan") -> None:
    """Let marks follow an undo; a note says what could not be written."""
    from clocktool.invoicing.invoice import follow_undo

    for error in follow_undo(plan, app.marks_path, app.outbox, app.history, app.now):
        app.out.note(error.message)  # it is taken back all the same


def note_invoiced(app: App, entries: "Iterable[Entry]") -> bool:
    """Say that some of these entries are invoiced; return whether any is."""
    marked = ids_of(app)
    count = sum(entry.id in marked for entry in entries)
    if count:
        are = "is" if count == 1 else "are"
        app.out.note(f"{results.many_words(count, 'entry')} {are} marked as invoiced.")
    return count > 0


def confirm_invoiced(app: App, entry: "Entry") -> None:
    """Say that an entry is invoiced, and ask on a terminal whether it is changed all the same.

    Raises AnswerIsNoError after a no. Off a terminal it is changed after the note.
    """
    if not note_invoiced(app, [entry]) or not app.process.is_interactive:
        return
    options.confirm(app, "Change it all the same?", "nothing was changed", yes=False)
