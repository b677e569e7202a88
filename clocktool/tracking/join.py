"""Joins entries that follow each other into the earliest one."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Draft, Entry, start_order
from clocktool.domain.ids import SHORT
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import Instant, format_iso
from clocktool.errors import ClocktoolError, RefusedError, UsageError, quoted
from clocktool.outbox.create import Delete
from clocktool.outbox.edit import Edit

if TYPE_CHECKING:
    from clocktool.outbox.outbox import Outbox

LONGEST_GAP = 60
"""Entries with this many seconds or more between them are not joined."""


class Join(msgspec.Struct, frozen=True):
    """Entries to join, in the order of time, and the draft of the whole."""

    entries: tuple[Entry, ...]
    whole: Draft

    @property
    def first(self) -> Entry:
        """The earliest entry, which stays."""
        return self.entries[0]

    @property
    def projects(self) -> list[str]:
        """The different projects and types of the entries, as texts."""
        return list(dict.fromkeys(map(_kind, self.entries)))

    def overlapping(self) -> Iterator[tuple[Entry, Entry]]:
        """Yield an entry that begins before an earlier one ends, with that one."""
        last = self.first
        for entry in self.entries[1:]:
            if last.end is None or entry.start < last.end:
                yield last, entry
            if last.end is not None and (entry.end is None or entry.end > last.end):
                last = entry


def plan(entries: Sequence[Entry], clock: Callable[[Instant], str] = format_iso) -> Join:
    """Return how entries are joined: the earliest one keeps its id and fields.

    Raises UsageError for fewer than two entries, and RefusedError for locked ones, entries of
    different users, and a gap of a minute or more.
    """
    if len(entries) < 2:
        raise UsageError("join needs two entries or more", "like: clocktool join last last~1")
    ordered = sorted(entries, key=start_order)
    for entry in ordered:
        if entry.lock_reason:
            raise RefusedError(f"{describe(entry)} is {entry.lock_reason} and can't be joined")
    if len({entry.user_id for entry in ordered}) > 1:
        raise RefusedError("these are entries of different users", "join those of one user")
    last, reach = ordered[0], ordered[0].end
    for entry in ordered[1:]:
        if reach is not None and (gap := entry.start - reach) >= LONGEST_GAP:
            raise RefusedError(
                f"there is a gap of {format_duration(gap)} before {describe(entry)}: from"
                f" {clock(reach)} to {clock(entry.start)}",
                f"close it first: clocktool edit {str(last.id)[-8:]} --longer {_word(gap)}",
            )
        if reach is not None and (entry.end is None or entry.end > reach):
            last, reach = entry, entry.end
    return Join(tuple(ordered), msgspec.structs.replace(Draft.of(ordered[0]), end=reach))


def join(outbox: "Outbox", found: Join) -> Entry:
    """Join entries and return the whole; all of it is one change.

    The earliest entry gets the end of the latest one, then the others are deleted. A timer is
    deleted first, as there is only one. If a step is refused, those before it are undone.
    """
    others = [Delete(entry) for entry in found.entries[1:]]
    timers = [each for each in others if each.before.running]
    rest = [each for each in others if not each.before.running]
    try:
        left = outbox.carry_out(*timers, Edit(found.first, found.whole), *rest)
    except ClocktoolError as error:
        if error.rolled_back is False:  # the state is not known yet
            raise
        if isinstance(error.rolled_back, ClocktoolError):
            error.effect = "the steps before could not be undone"
            error.hint = "take them back: clocktool undo"
        else:
            error.effect = "the entries are unchanged"
        raise
    whole = left[len(timers)]
    assert whole is not None  # noqa: S101  # an edit has an entry
    return whole


def describe(entry: Entry) -> str:
    """Return an entry as words: its description and the end of its id."""
    name = quoted(entry.description) if entry.description else "an entry"
    return f"{name} ({str(entry.id)[-SHORT:]})"


def _word(seconds: int) -> str:
    """Return a DURATION of exactly so many seconds."""
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number)


def _kind(entry: Entry) -> str:
    project = "no project" if entry.project is None else entry.project.full_name
    return f"{project}, break" if entry.is_break else project
