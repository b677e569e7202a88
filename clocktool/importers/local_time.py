"""Local times as other programs write them, converted to instants."""

import re
from datetime import date, datetime, time
from typing import NamedTuple

from clocktool.domain.time.instant import Instant, parse_iso
from clocktool.domain.time.zone import Zone
from clocktool.errors import quoted

_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?(?:\s?([ap])\.?m\.?)?", re.ASCII | re.IGNORECASE)
_DATE = len("2026-11-24")


class Span(NamedTuple):
    """A start and an end; ``is_ambiguous`` if these local times happened twice, equally long."""

    start: Instant
    end: Instant
    is_ambiguous: bool = False


def read_instant(text: str, zone: Zone) -> Instant:
    """Parse an ISO date and time; ``zone`` is for one without an offset. Raises ValueError."""
    try:
        moment = datetime.fromisoformat(text if len(text) > _DATE else "")
    except ValueError:
        raise ValueError(
            f"invalid time {quoted(text)}, expected one like 2026-11-24T09:00:00+01:00"
        ) from None
    if moment.tzinfo is not None:
        return parse_iso(text)
    return read_local_time(moment.date(), moment.time(), zone)


def read_clock(text: str) -> time:
    """Parse 09:00, 09:00:00 or 9:00 AM. Raises ValueError."""
    found = _CLOCK.fullmatch(" ".join(text.split()))
    hour, minute, second = (int(part or 0) for part in found.groups()[:3]) if found else (99, 0, 0)
    if found and found[4]:
        half = 12 if found[4] in "pP" else 0
        hour = hour % 12 + half if 1 <= hour <= 12 else 99
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"invalid time {quoted(text)}, expected one like 09:00:00")
    return time(hour, minute, second)


def read_local_time(day: date, clock: time, zone: Zone) -> Instant:
    """Return the instant of a local time, the first one if it happened twice.

    Raises ValueError for a local time that the clocks skipped.
    """
    return _instants(day, clock, zone)[0]


def read_span(
    start: tuple[date, time],
    end: tuple[date, time],
    seconds: int | None,
    zone: Zone,
    *,
    slack: int = 0,
) -> Span:
    """Return the instants of a start and an end.

    Where a local time happened twice, the pair is taken that lasts ``seconds``, with a tolerance of
    ``slack`` seconds; else the first pair with an end not before its start. Raises ValueError for
    a local time that the clocks skipped.
    """
    firsts, lasts = _instants(*start, zone), _instants(*end, zone)
    pairs = [(first, last) for first in firsts for last in lasts]
    possible = [pair for pair in pairs if pair[0] <= pair[1]] or pairs
    if seconds is not None:
        possible = [
            pair for pair in possible if abs(pair[1] - pair[0] - seconds) <= slack
        ] or possible
    return Span(*possible[0], is_ambiguous=len(possible) > 1)


def _instants(day: date, clock: time, zone: Zone) -> tuple[Instant, ...]:
    found = zone.instants(day, clock)
    if not found:
        raise ValueError(f"{day} {clock:%H:%M} was skipped in {zone.name}: the clocks went forward")
    return found
