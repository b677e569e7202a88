"""Timers that were forgotten: they run over midnight, or longer than a timer should."""

from clocktool.domain.entry import Entry
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import Instant, format_iso
from clocktool.domain.time.zone import Zone


def is_forgotten(entry: Entry, now: Instant, zone: Zone, longest: int | None) -> bool:
    """Whether an entry that runs, or ended just now, is over midnight or over so many seconds."""
    end = now if entry.end is None else entry.end
    if end <= entry.start:
        return False
    if longest is not None and end - entry.start > longest:
        return True
    return zone.day(entry.start) < zone.day(Instant(end - 1))


def mending(entry: Entry, now: Instant, zone: Zone, longest: int | None) -> str:
    """Return a sentence that says how long, and the command that mends it."""
    started = zone.wall(entry.start)
    seconds = entry.seconds(now)
    if longest is not None and seconds > longest:
        end = Instant(entry.start + longest)
    else:  # the end of the day it was started on, as far as anyone can know
        evening = started.replace(hour=18, minute=0, second=0)
        late = started.replace(hour=23, minute=59, second=0)
        end = Instant(int((evening if evening > started else late).timestamp()))
    wall = zone.wall(end)
    if end < entry.start + 60:  # in the minute of its start: seconds count
        at = format_iso(Instant(max(end, entry.start + 1)))
    else:
        at = f"{wall:%Y-%m-%d %H:%M}"
    since = f"since {started:%a} {started.day} {started:%b} {started:%H:%M}"
    named = f"'{entry.description}'" if entry.description else "The timer"
    if entry.end is None:
        return (
            f"{named} runs {since}, {format_duration(seconds)}."
            f" If it was forgotten: clocktool stop --at '{at}'"
        )
    return (
        f"{named} ran {since}, {format_duration(seconds)}."
        f" If it was forgotten: clocktool edit {str(entry.id)[-8:]} --to '{at}'"
    )
