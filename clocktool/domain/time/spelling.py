"""Writes an instant as a TIME that is read back as the same instant."""

from datetime import date

from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone


def clock_text(instant: Instant, zone: Zone) -> str:
    """Return the local clock time, with seconds if there are any: ``9:30`` as ``09:30``."""
    local = zone.local_time(instant)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def offset_text(instant: Instant, zone: Zone) -> str:
    """Return the offset from UTC as ``+01:00``."""
    return zone.local_time(instant).isoformat()[19:]


def is_second(instant: Instant, zone: Zone) -> bool:
    """Whether the local time happens twice, and this is the second one."""
    local = zone.local_time(instant)
    return zone.instants(local.date(), local.time())[:1] != (instant,)


def time_text(instant: Instant, zone: Zone, day: date | None = None) -> str:
    """Return a TIME for an instant, without its date if that is ``day``."""
    clock, of = clock_text(instant, zone), zone.day(instant)
    if is_second(instant, zone):
        return f"{of}T{clock}{offset_text(instant, zone)}"
    return clock if of == day else f"{of} {clock}"
