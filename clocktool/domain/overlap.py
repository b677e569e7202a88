"""Time that is counted more than once, and time between entries that is not counted at all."""

from array import array
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from clocktool.domain.entry import Entry, start_order
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.timeline import Piece


class Overlap(msgspec.Struct, frozen=True):
    """Which of some pieces overlap, by their place, and how many seconds count more than once."""

    places: frozenset[int] = frozenset()
    seconds: int = 0


def measure_overlap(pieces: Sequence[Piece]) -> Overlap:
    """Return where pieces of the same user overlap, in one sweep over their starts.

    Pieces that only touch do not overlap; one without length, and a break, overlaps nothing.
    """
    order = sorted(
        (place for place, piece in enumerate(pieces) if piece.time.seconds > 0),
        key=lambda place: pieces[place].start,
    )
    seconds = 0
    places: set[int] = set()
    reach: dict[str, tuple[int, int, int]] = {}
    for place in order:
        piece = pieces[place]
        user = piece.entry.user_id
        # Up to ``once`` time is counted so far, up to ``twice`` more than once; who reaches
        # farthest overlaps this piece if any does.
        once, farthest, twice = reach.get(user, (piece.start, place, piece.start))
        if once > piece.start:
            places |= {place, farthest}
        shared = max(twice, min(once, piece.end))
        seconds += max(0, shared - max(twice, piece.start))
        reach[user] = (piece.end, place, shared) if piece.end > once else (once, farthest, shared)
    return Overlap(frozenset(places), seconds)


class Covered:
    """Stretches of one user's time, added in any order, to see how much of it counts twice."""

    __slots__ = ("_ends", "_starts")

    def __init__(self) -> None:
        self._starts = array("q")
        self._ends = array("q")

    def add(self, start: Instant, end: Instant) -> None:
        """Add a stretch of time that has a length."""
        self._starts.append(start)
        self._ends.append(end)

    def twice(self) -> int:
        """Return how many seconds are covered more than once, each of them counted once."""
        seconds = 0
        once = twice = min(self._starts, default=0)
        for start, end in sorted(zip(self._starts, self._ends, strict=True)):
            shared = max(twice, min(once, end))
            seconds += max(0, shared - max(twice, start))
            once, twice = max(once, end), shared
        return seconds


def find_gaps(pieces: Sequence[Piece], least: int) -> Iterator[tuple[Instant, Instant]]:
    """Yield what lies between pieces, in the order of their starts, and lasts that many seconds."""
    reach: Instant | None = None
    for piece in pieces:
        if reach is not None and piece.start - reach >= max(1, least):
            yield reach, piece.start
        reach = piece.end if reach is None else max(reach, piece.end)


def find_overlapping(made: Sequence[Entry], known: Iterable[Entry], now: Instant) -> list[Entry]:
    """Return the known entries that share time with some of these, in the order of their starts.

    Of the same user and workspace, as far as that is said. What only touches does not overlap, and
    a break overlaps nothing.
    """
    latest = {entry.id: entry for entry in known} | {entry.id: entry for entry in made}
    found = [
        other
        for other in latest.values()
        if any(other.id != entry.id and _share(entry, other, now) for entry in made)
    ]
    return sorted(found, key=start_order)


def _share(one: Entry, other: Entry, now: Instant) -> bool:
    first, last = max(one.start, other.start), min(_end(one, now), _end(other, now))
    same = _agree(one.user_id, other.user_id) and _agree(one.workspace_id, other.workspace_id)
    return first < last and same and not (one.is_break or other.is_break)


def _agree(one: str, other: str) -> bool:
    return one == other or not one or not other


def _end(entry: Entry, now: Instant) -> Instant:
    return now if entry.end is None else entry.end
