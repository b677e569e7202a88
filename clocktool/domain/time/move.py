"""Moving times by the wall clock: 24 hours later is the same clock time on the next day."""

from datetime import timedelta

import msgspec

from clocktool.domain.time.instant import Instant, check_range, shift
from clocktool.domain.time.zone import Zone
from clocktool.errors import UsageError


class Moved(msgspec.Struct, frozen=True):
    """A start and an end after a move, with notes about times that daylight saving changed."""

    start: Instant
    end: Instant | None
    notes: tuple[str, ...] = ()


def move(start: Instant, end: Instant | None, seconds: int, zone: Zone) -> Moved:
    """Move a start and an end by so many seconds of the wall clock.

    A time that daylight saving skips becomes the first one after the gap. Of a time that happens
    twice, the one nearer to the move in elapsed time is taken, so that an entry keeps its length
    where it can. Raises UsageError outside the years 1 to 9999.
    """
    notes: list[str] = []
    first = _moved(start, seconds, zone, notes)
    last = None if end is None else _moved(end, seconds, zone, notes)
    if end is not None and last is not None and last < first:
        last = shift(first, end - start)  # daylight saving repeats an hour between the two
    return Moved(first, last, tuple(dict.fromkeys(notes)))


def _moved(instant: Instant, seconds: int, zone: Zone, notes: list[str]) -> Instant:
    local = zone.local_time(instant)
    try:
        target = local.replace(tzinfo=None, fold=0) + timedelta(seconds=seconds)
    except OverflowError as error:
        raise UsageError("the entry would be outside the years 1 to 9999") from error
    day, clock = target.date(), target.time()
    found = zone.instants(day, clock)
    shown = f"{clock:%H:%M}"
    if not found:
        after = zone.resolve(day, clock).instant
        notes.append(
            f"{shown} does not exist on {day:%a} {day}: using {zone.local_time(after):%H:%M}"
        )
        return after
    near = min(found, key=lambda each: abs(each - instant - seconds))
    if len(found) > 1:
        which = "first" if near == found[0] else "second"
        notes.append(f"{shown} happens twice on {day:%a} {day}: using the {which}")
    return check_range(near)
