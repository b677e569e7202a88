"""The note that entries overlap others."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clocktool.app.app import App
from clocktool.errors import ClocktoolError, quoted

if TYPE_CHECKING:
    from clocktool.domain.entry import Entry

MAX_SHOWN = 2
"""How many overlapping entries the note names at most."""


def note_overlaps(app: App, made: "Sequence[Entry]") -> None:
    """Print a note in one line with the entries that these overlap.

    It makes no request: only entries on this machine are compared. It never fails a command.
    """
    if app.out.quiet or not made:
        return
    from clocktool.tracking.overlaps import OnDisk

    last_timer = app.connection.last_timer
    try:
        running = None if last_timer is None else last_timer.running()
        entries, account = app.connect().entries, app.account_to_write
        here = OnDisk(entries, app.history, app.outbox, running, account)
        found = here.find_overlapping(made, app.now)
    except ClocktoolError as error:
        app.note_if_verbose(f"overlaps could not be checked: {error.message}")
        return
    if found:
        more = f" and {len(found) - MAX_SHOWN} more" if len(found) > MAX_SHOWN else ""
        app.out.note(
            f"Overlaps {', '.join(_named(app, each) for each in found[:MAX_SHOWN])}{more}."
        )


def _named(app: App, entry: "Entry") -> str:
    from clocktool.domain.ids import SHORT

    name = quoted(entry.description) if entry.description else "an entry"
    until = "" if entry.end is None else app.format_time(entry.end)[-5:]
    dash = app.out.symbol("–", "-")
    return f"{name} {app.format_time(entry.start)}{dash}{until or '…'} ({str(entry.id)[-SHORT:]})"
