"""The timer on the command line, for start, resume, dup and stop."""

from typing import TYPE_CHECKING

from clocktool.app.app import App
from clocktool.cli import options, results

if TYPE_CHECKING:
    from clocktool.domain.entry import Draft, Entry
    from clocktool.tracking.timer import Timer

OPTIONS = {
    "a description": "-d TEXT",
    "a project": "-p PROJECT",
    "a task": "-t TASK",
    "a tag": "-T TAG",
}
"""The options of ``stop`` that fill in a missing field."""


def timer_of(app: App) -> "Timer":
    """Return the account's timer, after sending pending changes."""
    from clocktool.tracking.timer import Timer

    app.connect()
    account = app.account_to_write
    last = app.connection.known_timer(account if account.workspace else None)
    return Timer(app.connection.outbox, last, lambda: app.history)


def start_timer(app: App, draft: "Draft", format: options.Format, template: str | None) -> None:
    """Start a timer, and write it and the entry that it has ended."""
    started = timer_of(app).start(draft)
    if started.ended is not None:
        results.write_stopped(app, started.ended, format, template)
    results.write_entry(app, started.entry, results.verb_sign(app, "Started"), format, template)
    if started.ended is not None:
        note_forgotten(app, started.ended)
    if draft.start < app.now:
        from clocktool.cli.overlaps import note_overlaps

        note_overlaps(app, [started.entry])
    if app.config.has_table("budgets"):
        from clocktool.cli.budget_note import note_budget

        note_budget(app, started.entry)
    if not app.outbox.kept:
        _note_missing(app, started.entry)


def note_forgotten(app: App, ended: "Entry") -> None:
    """Print a note if the timer that was stopped ran suspiciously long: how to correct it."""
    from clocktool.tracking.last_timer import forgotten_note, is_forgotten

    if is_forgotten(ended, app.now, app.zone, app.config.max_timer):
        app.out.note(forgotten_note(ended, app.now, app.zone, app.config.max_timer))


def _note_missing(app: App, entry: "Entry") -> None:
    """Print a note with the fields that a stop will require; none if the rules can't be read."""
    from clocktool.errors import ClocktoolError
    from clocktool.tracking.timer import missing_for_stop

    try:
        missing = missing_for_stop(entry, app.connection.api.directory, app.account.workspace)
    except ClocktoolError as error:
        app.note_if_verbose(f"the rules of the workspace could not be read: {error.message}")
        return
    if missing:
        give = " ".join(OPTIONS[word] for word in missing)
        app.out.note(f"To stop it, add {' and '.join(missing)}: clocktool stop {give}")
