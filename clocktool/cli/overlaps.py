"""Saying that what was written overlaps another entry, from what this machine has on disk."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from clocktool.app.app import App
from clocktool.errors import ClocktoolError, quoted

if TYPE_CHECKING:
    from clocktool.domain.entry import Entry
    from clocktool.domain.ids import EntryId
    from clocktool.domain.time.instant import Instant
    from clocktool.outbox.change import Row

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

    first = min(entry.start for entry in made)
    last = max(max(entry.start, _end(entry, app.now)) for entry in made)
    entries, account = app.connect().entries, app.account_to_write
    if not entries.is_remote:
        window = Selection(window=(first, last))
        return list(app.history.stream(window, [made[0].user_id or account.user.id]))
    known, outbox = app.connection.last_timer, app.outbox
    running = None if known is None else known.running()
    found: dict[EntryId, Entry | None] = {} if running is None else {running.id: running}
    owner = (account.user.id, account.workspace)
    if outbox.store.exists:
        found |= _left(row for row in outbox.store.newest_done(LATE) if row.is_of(*owner))
        outbox.overlay(found, owner)
    found |= {entry.id: entry for entry in entries.seen if entry.id not in found}
    return [entry for entry in found.values() if entry is not None]


def _left(rows: "Iterable[Row]") -> "dict[EntryId, Entry | None]":
    """Return the entries as changes have left them, by id; None for those that were deleted."""
    import msgspec

    found: dict[EntryId, Entry | None] = {}
    for row in rows:
        entry = row.change.entry()
        if entry is None:
            continue
        if row.change.effect == "delete":
            found[entry.id] = None
        elif row.left is not None:
            found[row.left.entry] = msgspec.structs.replace(entry, id=row.left.entry)
    return found


def _named(app: App, entry: "Entry") -> str:
    from clocktool.domain.ids import SHORT

    name = quoted(entry.description) if entry.description else "an entry"
    until = "" if entry.end is None else app.clock(entry.end)[-5:]
    dash = app.out.symbol("–", "-")
    return f"{name} {app.clock(entry.start)}{dash}{until or '…'} ({str(entry.id)[-SHORT:]})"


def _end(entry: "Entry", now: "Instant") -> "Instant":
    return now if entry.end is None else entry.end
