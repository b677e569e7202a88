"""Saying that what was written overlaps another entry, from what this machine has on disk."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from clocktool.app import App
from clocktool.errors import ClocktoolError, quoted

if TYPE_CHECKING:
    from clocktool.domain.entry import Entry
    from clocktool.domain.instant import Instant
    from clocktool.journal.change import Row

LATE = 500
"""How many changes of the journal are looked at, the newest."""

SHOWN = 2
"""How many entries are named."""


def note_overlaps(app: App, made: "Sequence[Entry]") -> None:
    """Say in one line which entries these overlap; no request leaves this machine.

    What is not known here is not said. A note fails no command.
    """
    if app.out.quiet or not made:
        return
    from clocktool.domain.overlap import overlapped

    try:
        found = overlapped(made, _known(app, made), app.now)
    except ClocktoolError as error:
        app.if_verbose(f"overlaps are not known: {error.message}")
        return
    if found:
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        app.out.note(f"Overlaps {', '.join(_named(app, each) for each in found[:SHOWN])}{more}.")


def _known(app: App, made: "Sequence[Entry]") -> "list[Entry]":
    """Return the entries around these that are known on this machine, the latest word of each."""
    from clocktool.domain.selection import Selection
    from clocktool.tracking.select import select

    first = min(entry.start for entry in made)
    last = max(max(entry.start, _end(entry, app.now)) for entry in made)
    from clocktool.journal.change import State

    entries, account = app.api.entries, app.account_to_write
    if not entries.is_remote:
        window = Selection(window=(first, last))
        users = [made[0].user_id or account.user.id]
        return list(select(entries, account, window, app.now, users=users))
    known = app.connection.known
    running = None if known is None else known.running()
    journal = app.connection.journal.file
    found = {} if running is None else {running.id: running}
    if journal.exists:
        owner = (account.user.id, account.workspace)
        found |= _left(row for row in journal.rows([State.DONE], LATE) if row.is_of(*owner))
    found |= {entry.id: entry for entry in entries.seen}
    for key, waiting in app.unsent().items():
        found.pop(key, None)
        if waiting is not None:
            found[key] = waiting
    return list(found.values())


def _left(rows: "Iterable[Row]") -> "dict[str, Entry]":
    """Return the entries as changes have left them, by id, without those that were deleted."""
    from clocktool.journal.change import Delete

    found: dict[str, Entry] = {}
    for row in rows:
        if row.after is not None:
            found[row.after.id] = row.after
        elif isinstance(row.change, Delete):
            found.pop(row.change.before.id, None)
    return found


def _named(app: App, entry: "Entry") -> str:
    from clocktool.domain.ids import SHORT

    name = quoted(entry.description) if entry.description else "an entry"
    until = "" if entry.end is None else app.clock(entry.end)[-5:]
    dash = app.out.symbol("–", "-")
    return f"{name} {app.clock(entry.start)}{dash}{until or '…'} ({entry.id[-SHORT:]})"


def _end(entry: "Entry", now: "Instant") -> "Instant":
    return now if entry.end is None else entry.end
