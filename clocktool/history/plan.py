"""Which parts of a window to ask the service for, and which ones the mirror answers. Pure."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec

from clocktool.api.entries import LONGEST_ENTRY
from clocktool.domain.time.instant import DAY, Instant, shift
from clocktool.domain.time.zone import Zone
from clocktool.history.held import END, Piece, Span, cover, missing


class Window(msgspec.Struct, frozen=True):
    """A window; ``reach`` is where entries that reach into it may start."""

    start: Instant
    end: Instant
    reach: Instant

    @classmethod
    def of(cls, window: tuple[Instant, Instant] | None) -> "Window":
        """Return the window of a selection; None is all time."""
        from clocktool.domain.time.instant import FIRST

        if window is None:
            return cls(FIRST, END, FIRST)
        start, end = window
        return cls(start, end, max(FIRST, shift(start, -DAY * LONGEST_ENTRY)))

    @property
    def starts(self) -> Span:
        """The time in which the entries of the window start."""
        return self.reach, self.end


def start_of_recent(now: Instant, zone: Zone) -> Instant:
    """Return the start of the last month, from which on the service is always asked."""
    first = zone.day(now).replace(day=1)
    return zone.start_of_day((first - timedelta(days=1)).replace(day=1))


def parts_to_ask(
    window: Window,
    pieces: Sequence[Piece],
    *,
    recent: Instant,
    now: Instant,
    max_age: int | None = DAY,
    is_short: Callable[[Span], bool] = lambda _: False,
) -> list[Span]:
    """Return the parts of a window to ask for, the newest first.

    These are the days from ``recent`` on, what is not held, and what is older than ``max_age``
    seconds; None takes it at any age. An instant in the future is that of a clock that was set
    back: it is too old. Two parts become one if the time between them ``is_short``, as one request
    then asks for all of it.
    """
    good = [each for each in pieces if max_age is None or 0 <= now - each.as_of <= max_age]
    parts = missing(good, window.starts)
    if window.end > recent:
        parts.append((max(window.start, recent), window.end))
    joined: list[Span] = []
    for start, end in sorted(parts):
        if joined and (start <= joined[-1][1] or is_short((joined[-1][1], start))):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    if joined and window.reach < joined[0][0] <= window.start:
        joined[0] = (window.reach, joined[0][1])
    return joined[::-1]


def oldest(pieces: Sequence[Piece], span: Span) -> Piece | None:
    """Return the oldest piece of a span; None if a part of it is not held.

    Requests are ordered by their numbers: the clock may have been set back between them.
    """
    if missing(pieces, span):
        return None
    return min(cover(pieces, span), key=lambda it: it.number, default=None)
