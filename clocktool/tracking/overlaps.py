"""Finds entries that overlap a new or changed entry, from data on this machine."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.overlap import find_overlapping
from clocktool.domain.selection import Selection

if TYPE_CHECKING:
    from clocktool.api.entries import TimeEntries
    from clocktool.domain.directory import Account
    from clocktool.domain.ids import EntryId
    from clocktool.domain.time.instant import Instant
    from clocktool.history.history import History
    from clocktool.outbox.change import Row
    from clocktool.outbox.outbox import Outbox

NEWEST = 500
"""The number of changes of the journal that are searched, newest first."""


class OnDisk(msgspec.Struct, frozen=True):
    """The entries of an account on this machine; ``running`` is the last known timer."""

    entries: "TimeEntries"
    history: "History"
    outbox: "Outbox"
    running: Entry | None
    account: "Account"

    def find_overlapping(self, made: Sequence[Entry], now: "Instant") -> list[Entry]:
        """Return the entries that these overlap, without a request to the service."""
        return find_overlapping(made, self._around(made, now), now)

    def _around(self, made: Sequence[Entry], now: "Instant") -> list[Entry]:
        """Return the entries on this machine near these, each in its latest state."""
        owner = (self.account.user.id, self.account.workspace)
        if not self.entries.is_remote:
            first = min(entry.start for entry in made)
            last = max(max(each.start, now if each.end is None else each.end) for each in made)
            window = Selection(window=(first, last))
            return list(self.history.fetch(window, [made[0].user_id or owner[0]]))
        running, outbox = self.running, self.outbox
        found: dict[EntryId, Entry | None] = {} if running is None else {running.id: running}
        if outbox.store.exists:
            found |= _results(row for row in outbox.store.newest_done(NEWEST) if row.is_of(*owner))
            outbox.overlay(found, owner)
        found |= {entry.id: entry for entry in self.entries.seen if entry.id not in found}
        return [entry for entry in found.values() if entry is not None]


def _results(rows: "Iterable[Row]") -> "dict[EntryId, Entry | None]":
    """Return the entries after changes, by id; None for deleted ones."""
    found: dict[EntryId, Entry | None] = {}
    for row in rows:
        entry = row.change.entry()
        if entry is None:
            continue
        if row.change.effect == "delete":
            found[entry.id] = None
        elif row.result is not None:
            found[row.result.entry] = msgspec.structs.replace(entry, id=row.result.entry)
    return found
