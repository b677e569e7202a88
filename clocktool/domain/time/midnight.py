"""Entries cut at midnight, for lists, reports and totals.

Each day of an entry counts the part on that day; a running entry counts until now. All totals add
up these pieces, so they agree to the second.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.ids import creation_order
from clocktool.domain.minutes import WorkTime, add_up, apportion, floor_minutes
from clocktool.domain.time.calendar import Calendar
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone


class Piece(msgspec.Struct, frozen=True):
    """The part of an entry on one day, from ``start`` up to but not including ``end``."""

    entry: Entry
    day: date
    start: Instant
    end: Instant

    @property
    def seconds(self) -> int:
        """The length in seconds."""
        return self.end - self.start

    @property
    def time(self) -> WorkTime:
        """The work time and its billable part. A break has none."""
        if self.entry.is_break:
            return WorkTime(0)
        return WorkTime(self.seconds, self.seconds if self.entry.billable else 0)

    def grows(self, now: Instant) -> bool:
        """Return whether this is the last piece of a running entry."""
        return self.entry.end is None and self.end >= now

    def as_entry(self, now: Instant) -> Entry:
        """Return the entry with the start and end of this piece."""
        end = None if self.grows(now) else self.end
        return msgspec.structs.replace(self.entry, start=self.start, end=end)


class Cutter:
    """Cuts entries at midnight in a zone."""

    def __init__(self, zone: Zone, now: Instant) -> None:
        self._days = Calendar(zone)
        self._now = now

    def bounds(self, day: date) -> tuple[Instant, Instant]:
        """Return the first instant of a day and of the day after."""
        return self._days.bounds(day)

    def day(self, at: Instant) -> date:
        """Return the day that an instant is counted in."""
        return self._days.of(at)

    def cut(self, entry: Entry, window: tuple[Instant, Instant] | None = None) -> Iterator[Piece]:
        """Yield the pieces of an entry within a window of time, oldest first.

        An entry without length gives one piece. A running entry that starts in the future has no
        length.
        """
        end = max(entry.start, self._now if entry.end is None else entry.end)
        first, last = (entry.start, end) if window is None else _within(entry.start, end, window)
        if first > last or (first == last and not (entry.start == end and _contains(window, end))):
            return
        day = self._days.of(first)
        at = first
        while True:
            after = self.bounds(day)[1]
            until = min(last, after)
            if at < until or at == until == first == last:
                yield Piece(entry, day, at, until)
            if last <= after or day == date.max:
                return
            at = after
            day += timedelta(days=1)

    def cut_all(
        self, entries: Iterable[Entry], window: tuple[Instant, Instant] | None = None
    ) -> list[Piece]:
        """Return the pieces of many entries, sorted by start."""
        pieces = [piece for entry in entries for piece in self.cut(entry, window)]
        pieces.sort(key=lambda each: (each.start, creation_order(each.entry.id)))
        return pieces


def by_day(pieces: Iterable[Piece]) -> dict[date, list[Piece]]:
    """Group pieces by day, in the order in which the days appear."""
    days: dict[date, list[Piece]] = {}
    for piece in pieces:
        days.setdefault(piece.day, []).append(piece)
    return days


def total(pieces: Iterable[Piece]) -> int:
    """Return the seconds of work in pieces. Breaks are not counted."""
    return sum(piece.seconds for piece in pieces if not piece.entry.is_break)


def break_total(pieces: Iterable[Piece]) -> int:
    """Return the seconds of breaks in pieces."""
    return sum(piece.seconds for piece in pieces if piece.entry.is_break)


class DisplayLengths(msgspec.Struct, frozen=True):
    """Displayed lengths, rounded so that minutes add up: see ``domain.minutes``."""

    whole: WorkTime
    days: dict[date, WorkTime]
    pieces: dict[int, int]
    """The seconds of each piece by its ``id()``. Breaks are not rounded."""


def display_lengths(pieces: Sequence[Piece]) -> DisplayLengths:
    """Return the displayed lengths of pieces, of their days and of the total."""
    days = by_day(pieces)
    parts = {day: [piece.time for piece in of_day] for day, of_day in days.items()}
    times = [add_up(of_day) for of_day in parts.values()]
    exact = add_up(times)
    whole = floor_minutes(exact)
    totals = dict(zip(days, apportion(exact, whole, times), strict=True))
    lengths: dict[int, int] = {}
    for (day, of_day), time in zip(days.items(), times, strict=True):
        for piece, part in zip(of_day, apportion(time, totals[day], parts[day]), strict=True):
            lengths[id(piece)] = piece.seconds if piece.entry.is_break else part.seconds
    return DisplayLengths(whole, totals, lengths)


def _within(
    start: Instant, end: Instant, window: tuple[Instant, Instant]
) -> tuple[Instant, Instant]:
    return max(start, window[0]), min(end, window[1])


def _contains(window: tuple[Instant, Instant] | None, at: Instant) -> bool:
    return window is None or window[0] <= at < window[1]
