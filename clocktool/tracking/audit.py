"""Likely mistakes in entries, and the command that corrects each."""

from collections.abc import Iterator, Sequence
from shlex import quote
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Entry, start_order
from clocktool.domain.ids import EntryId
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import Instant, shift
from clocktool.domain.time.spelling import time_text
from clocktool.errors import quoted
from clocktool.tracking.last_timer import likely_end

if TYPE_CHECKING:
    from clocktool.domain.time.zone import Zone

LONGEST = 10 * 3600
"""How long an entry may be without a ``max_timer``, in seconds."""

DAY = 24 * 3600
RECENT = 60 * DAY
"""Entries of this age are found by the end of an id; older ones by the whole id."""


class Finding(msgspec.Struct, frozen=True):
    """A problem with one entry, or with two that overlap; ``command`` corrects it."""

    problem: str
    entries: tuple[Entry, ...]
    message: str
    command: str


class Auditor(msgspec.Struct, frozen=True):
    """Looks for problems. ``unsent`` are the ids of pending entries: their rate is unknown.

    ``user`` is the id of the account's user: entries of others can't be edited as text.
    ``billable`` are the ids of the projects whose entries are billable by default.
    """

    now: Instant
    zone: "Zone"
    user: str
    longest: int | None = None
    unsent: frozenset[EntryId] = frozenset()
    billable: frozenset[str] = frozenset()

    def audit(self, entries: Sequence[Entry]) -> list[Finding]:
        """Return all problems, in the order of the entries. Touching entries don't overlap."""
        ordered = sorted(entries, key=start_order)
        overlapping: dict[EntryId, list[Entry]] = {}
        for one, other in self._overlapping(ordered):
            overlapping.setdefault(one.id, []).append(other)
        found: list[Finding] = []
        for entry in ordered:
            others = overlapping.get(entry.id, [])
            # It has one end, so one command corrects all that it runs into.
            ends = [each.start for each in others if not self._is_inside(each, entry)]
            found += [self._overlap(entry, each, min(ends, default=None)) for each in others]
            found += self._of_one(entry)
        return found

    def _end(self, entry: Entry) -> Instant:
        return max(entry.start, self.now if entry.end is None else entry.end)

    def _overlapping(self, ordered: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
        """Yield each pair of entries of a user that share time. Breaks are not compared."""
        open_: dict[str, list[Entry]] = {}
        for entry in ordered:
            if entry.is_break or self._end(entry) == entry.start:
                continue
            before = [
                each for each in open_.get(entry.user_id, ()) if self._end(each) > entry.start
            ]
            for each in before:
                yield each, entry
            open_[entry.user_id] = [*before, entry]

    def _is_inside(self, other: Entry, one: Entry) -> bool:
        """Whether an entry lies inside an earlier one: an earlier end of that would lose time."""
        return one.end is None or self._end(other) < one.end or one.start == other.start

    def _overlap(self, one: Entry, other: Entry, end: Instant | None) -> Finding:
        """Return the finding for two entries; ``end`` is when the first one should end."""
        shared = min(self._end(one), self._end(other)) - other.start
        message = f"{_name(one)} and {_name(other)} overlap by {format_duration(shared)}"
        if end is None or self._is_inside(other, one):
            command = self._day(one)
        else:
            at = time_text(end, self.zone, self.zone.day(one.start))
            command = f"clocktool edit {self._id(one)} --to {_word(at)}{self._future(end)}"
        return Finding("overlap", (one, other), message, command)

    def _future(self, at: Instant) -> str:
        return " --future" if at > self.now else ""

    def _of_one(self, entry: Entry) -> Iterator[Finding]:
        def found(problem: str, message: str, command: str) -> Finding:
            return Finding(problem, (entry,), f"{_name(entry)} {message}", command)

        edit, longest = f"clocktool edit {self._id(entry)}", self.longest or LONGEST
        if entry.seconds(self.now) > longest:
            at = likely_end(entry, self.now, self.zone, longest)
            yield found(
                "long",
                f"{'runs' if entry.running else 'is'} {format_duration(entry.seconds(self.now))}"
                f"{'' if entry.running else ' long'}",
                f"clocktool stop --at '{at}'"
                if entry.running
                else f"{edit} --to '{at}'{self._future(shift(entry.start, longest))}",
            )
        if not entry.is_break:
            if entry.project is None:
                yield found("no-project", "has no project", self._day(entry))
            if not entry.description.strip():
                yield found("no-description", "has no description", self._day(entry))
            if entry.billable and entry.hourly_rate is None and entry.id not in self.unsent:
                yield found("no-rate", "is billable, but has no rate", f"{edit} --no-billable")
            if entry.billable is False and entry.project and entry.project.id in self.billable:
                what = "is not billable, though its project is"
                yield found("not-billable", what, f"{edit} --billable")
        if entry.start > self.now:
            days = (self._end(entry) - self.now + DAY - 1) // DAY
            yield found("future", "starts in the future", f"{edit} --shift -{24 * days}h")
        elif entry.end is not None and entry.end > self.now:
            yield found("future", "ends in the future", f"{edit} --to now")
        if entry.end == entry.start:
            yield found("empty", "has no length", f"clocktool delete {self._id(entry)}")

    def _day(self, entry: Entry) -> str:
        """Return the command that opens the day of an entry, or lists that of another user."""
        day = self.zone.day(entry.start)
        if self._is_own(entry):
            return f"clocktool edit --day {day}"
        name = entry.user if entry.user.isprintable() else ""
        return f"clocktool list {day} --user {quote(name or entry.user_id)}"

    def _id(self, entry: Entry) -> str:
        is_recent = entry.start > self.now - RECENT
        return str(entry.id)[-8:] if is_recent and self._is_own(entry) else str(entry.id)

    def _is_own(self, entry: Entry) -> bool:
        return entry.user_id in ("", self.user)


def _name(entry: Entry) -> str:
    return quoted(entry.description) if entry.description.strip() else "an entry"


def _word(text: str) -> str:
    return f"'{text}'" if " " in text else text
