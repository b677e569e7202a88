"""Entries cut at midnight: the one routine behind every total.

An entry over midnight counts on each of its days what lies on that day, a running one what has
passed. Lists and reports add up the pieces made here, so that they agree to the second.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.instant import Instant
from clocktool.domain.zone import Zone


class Piece(msgspec.Struct, frozen=True):
    """What of an entry lies on one day: from ``start`` up to, not including, ``end``."""

    entry: Entry
    day: date
    start: Instant
    end: Instant

    @property
    def seconds(self) -> int:
        """The length of the piece in seconds."""
        return self.end - self.start

    @property
    def running(self) -> bool:
        """Whether this is the piece that grows."""
        return self.entry.end is None and self.end >= self.entry.start


class Cutter:
    """Cuts entries at the midnights of a zone; a day's bounds are worked out once."""

    def __init__(self, zone: Zone, now: Instant) -> None:
        self._zone = zone
        self._now = now
        self._bounds: dict[date, tuple[Instant, Instant]] = {}

    def bounds(self, day: date) -> tuple[Instant, Instant]:
        """Return the first instant of a day and of the day after."""
        found = self._bounds.get(day)
        if found is None:
            after = day + timedelta(days=1)
            found = (self._zone.start_of_day(day), self._zone.start_of_day(after))
            self._bounds[day] = found
        return found

    def cut(self, entry: Entry, window: tuple[Instant, Instant] | None = None) -> Iterator[Piece]:
        """Yield the pieces of an entry that lie in a window of time, oldest first.

        An entry without length is one piece of its day. A running entry that starts in the
        future is one without length.
        """
        end = max(entry.start, self._now if entry.end is None else entry.end)
        day = self._zone.day(entry.start)
        at = entry.start
        while True:
            after = self.bounds(day)[1]
            until = min(end, after)
            if at < until or (at == until == entry.start):
                start, stop = (at, until) if window is None else _within(at, until, window)
                if start < stop or (at == until and (window is None or _holds(window, at))):
                    yield Piece(entry, day, start, stop)
            if end <= after:
                return
            at = after
            day += timedelta(days=1)

    def cut_all(
        self, entries: Iterable[Entry], window: tuple[Instant, Instant] | None = None
    ) -> list[Piece]:
        """Return the pieces of many entries, in the order of their starts."""
        pieces = [piece for entry in entries for piece in self.cut(entry, window)]
        pieces.sort(key=lambda each: (each.start, each.entry.id))
        return pieces


def by_day(pieces: Iterable[Piece]) -> dict[date, list[Piece]]:
    """Return pieces by their day, days in the order they first appear."""
    days: dict[date, list[Piece]] = {}
    for piece in pieces:
        days.setdefault(piece.day, []).append(piece)
    return days


def total(pieces: Iterable[Piece]) -> int:
    """Return the sum of the pieces' seconds."""
    return sum(piece.seconds for piece in pieces)


def _within(
    start: Instant, end: Instant, window: tuple[Instant, Instant]
) -> tuple[Instant, Instant]:
    return max(start, window[0]), min(end, window[1])


def _holds(window: tuple[Instant, Instant], at: Instant) -> bool:
    return window[0] <= at < window[1]
