"""Overlaps of entries, and the gaps between them."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from clocktool.domain.entry import Entry, start_order
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.midnight import Piece


class Overlap(msgspec.Struct, frozen=True):
    """The indexes of pieces that overlap, and the seconds that are covered more than once."""

    places: frozenset[int] = frozenset()
    seconds: int = 0


def measure_overlap(pieces: Sequence[Piece]) -> Overlap:
    """Find overlaps between pieces of the same user.

    Pieces that only touch do not overlap. Breaks and pieces without length are ignored.
    """
    order = sorted(
        (
            place
            for place, piece in enumerate(pieces)
            if piece.end > piece.start and not piece.entry.is_break
        ),
        key=lambda place: pieces[place].start,
    )
    seconds = 0
    places: set[int] = set()
    reach: dict[str, tuple[int, int, int]] = {}
    for place in order:
        piece = pieces[place]
        user = piece.entry.user_id
        # Time is covered until ``once``, and covered more than once until ``twice``. If any piece
        # overlaps this one, the one that ends last does.
        once, farthest, twice = reach.get(user, (piece.start, place, piece.start))
        if once > piece.start:
            places |= {place, farthest}
        shared = max(twice, min(once, piece.end))
        seconds += max(0, shared - max(twice, piece.start))
        reach[user] = (piece.end, place, shared) if piece.end > once else (once, farthest, shared)
    return Overlap(frozenset(places), seconds)


class Reach:
    """How much of some time spans is covered more than once. They are added in order of start."""

    __slots__ = ("_until_once", "_until_twice", "twice")

    def __init__(self) -> None:
        self._until_once: int | None = None
        self._until_twice = 0
        self.twice = 0
        """The seconds that are covered more than once. Each such second counts once."""

    def add(self, start: int, end: int) -> None:
        """Add a time span; one without length is ignored."""
        if end <= start:
            return
        if self._until_once is None:
            self._until_once = self._until_twice = start
        shared = max(self._until_twice, min(self._until_once, end))
        self.twice += max(0, shared - max(self._until_twice, start))
        self._until_once, self._until_twice = max(self._until_once, end), shared


class Coverage:
    """Time spans of one user, added in any order, to measure how much of them overlaps."""

    __slots__ = ("_ends", "_starts")

    def __init__(self) -> None:
        from array import array

        self._starts = array("q")
        self._ends = array("q")

    def add(self, start: Instant, end: Instant) -> None:
        """Add a time span. Its end must be after its start."""
        self._starts.append(start)
        self._ends.append(end)

    def overlap_seconds(self) -> int:
        """Return how many seconds are covered more than once. Each such second counts once."""
        reach = Reach()
        for start, end in sorted(zip(self._starts, self._ends, strict=True)):
            reach.add(start, end)
        return reach.twice


def find_gaps(pieces: Sequence[Piece], least: int) -> Iterator[tuple[Instant, Instant]]:
    """Yield the gaps of at least ``least`` seconds between pieces, which are sorted by start."""
    reach: Instant | None = None
    for piece in pieces:
        if reach is not None and piece.start - reach >= max(1, least):
            yield reach, piece.start
        reach = piece.end if reach is None else max(reach, piece.end)


def find_overlapping(made: Sequence[Entry], known: Iterable[Entry], now: Instant) -> list[Entry]:
    """Return the known entries that overlap one of the entries just made, sorted by start.

    Entries of different users or workspaces, breaks, and entries that only touch do not overlap.
    An entry without a user or workspace matches any.
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
