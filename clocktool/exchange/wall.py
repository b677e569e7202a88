"""Wall-clock times as other programs write them, read in a zone."""

from datetime import date, datetime, time

from clocktool.domain.instant import Instant, parse_iso, shift
from clocktool.domain.zone import Reading, Zone
from clocktool.errors import quoted

_CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")


def read_instant(text: str, zone: Zone) -> Instant:
    """Read an ISO time; without an offset it is of the zone. Raises ValueError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{quoted(text)} is no time like 2026-11-24T09:00:00+01:00") from None
    if moment.tzinfo is not None:
        return parse_iso(text)
    return read_wall(moment.date(), moment.time(), zone)


def read_day(text: str) -> date:
    """Read YYYY-MM-DD. Raises ValueError for any other order: it could be two days."""
    try:
        return date.fromisoformat(text if len(text) == len("2026-11-24") else "")
    except ValueError:
        raise ValueError(f"{quoted(text)} is no date like 2026-11-24") from None


def read_clock(text: str) -> time:
    """Read 09:00, 09:00:00 or 9:00 AM. Raises ValueError."""
    for form in _CLOCKS:
        try:
            return datetime.strptime(text.upper(), form).time()  # noqa: DTZ007  # a clock only
        except ValueError:
            continue
    raise ValueError(f"{quoted(text)} is no time like 09:00:00")


def read_wall(day: date, clock: time, zone: Zone) -> Instant:
    """Return the instant of a wall-clock time, the first of two. Raises ValueError for none."""
    moment = zone.moment(day, clock)
    if moment.reading is Reading.SKIPPED:
        raise ValueError(f"{day} {clock:%H:%M} was skipped in {zone.name}: the clocks went forward")
    return moment.instant


def read_span(
    start: tuple[date, time], end: tuple[date, time], seconds: int | None, zone: Zone
) -> tuple[Instant, Instant]:
    """Return the instants of a start and an end.

    Where a clock time happens twice, the length tells which of the two it was; without one it is
    the first. Raises ValueError.
    """
    first, last = read_wall(*start, zone), read_wall(*end, zone)
    if seconds is None or last - first == seconds:
        return first, last
    if _shows(zone, shift(first, seconds), end):
        return first, shift(first, seconds)
    if _shows(zone, shift(last, -seconds), start):
        return shift(last, -seconds), last
    return first, last


def _shows(zone: Zone, instant: Instant, wall: tuple[date, time]) -> bool:
    """Return whether the clocks of a zone show a time at an instant."""
    shown = zone.wall(instant)
    return (shown.date(), shown.time().replace(microsecond=0)) == wall
