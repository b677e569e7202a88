"""Gaps: time between entries that nothing was tracked in, and working days without any."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from shlex import quote

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.overlap import find_gaps
from clocktool.domain.targets import Targets
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.midnight import Cutter, by_day
from clocktool.domain.time.period import ALL, Period
from clocktool.domain.time.spelling import time_text
from clocktool.domain.time.zone import Zone

SATURDAY = 5


class Gap(msgspec.Struct, frozen=True):
    """A gap on a day, from ``start`` to ``end``; ``is_day`` means all of a working day."""

    day: date
    start: Instant
    end: Instant
    is_day: bool = False

    @property
    def seconds(self) -> int:
        """The length in seconds."""
        return self.end - self.start

    def command(self, zone: Zone, today: date, user: str = "") -> str:
        """Return the command that fills it; ``user`` is the name of another user."""
        add = f"clocktool add --user {quote(user)}" if user else "clocktool add"
        if self.is_day and user:
            return f"{add} --from '{self.day} 09:00' --to 17:00"
        if self.is_day:
            return f"clocktool edit --day {self.day}"
        start, end = time_text(self.start, zone, today), time_text(self.end, zone, self.day)
        if self.day == today and "T" not in start + end:
            return f"{add} {start}-{end}"
        return f"{add} --from '{start}' --to {end}"


def gaps(
    entries: Iterable[Entry],
    days: Period,
    targets: Targets,
    zone: Zone,
    now: Instant,
    *,
    least: int,
) -> list[Gap]:
    """Return the gaps of at least ``least`` seconds in a period, oldest first.

    Between the first and last entry of a day all that no entry covers is a gap; breaks and
    overlaps cover time; a gap ends now at the latest. A working day that is over and has no entry
    is a gap from midnight to midnight: a day with a target, without any targets one from Monday to
    Friday. ``all`` begins with the first entry.
    """
    cutter = Cutter(zone, now)
    window = None if days == ALL else days.window(zone)
    of_days = by_day(cutter.cut_all(entries, window))
    found = [
        Gap(day, start, end)
        for day, pieces in of_days.items()
        for start, until in find_gaps(pieces, least)
        if (end := min(until, now)) - start >= least
    ]
    today = zone.day(now)
    for day in _working_days(days, targets, today, list(of_days)):
        if day not in of_days and zone.has_day(day):
            start, end = cutter.bounds(day)
            if end - start >= least:
                found.append(Gap(day, start, end, is_day=True))
    return sorted(found, key=lambda gap: gap.start)


def _working_days(
    days: Period, targets: Targets, today: date, tracked: Sequence[date]
) -> Iterator[date]:
    """Yield the working days of a period that are over."""
    first, last = days.first, min(days.last, today - timedelta(days=1))
    if days == ALL:
        first = min(tracked, default=today)
    if last < first:
        return
    for day, target in targets.days(Period(first, last)):
        if target.seconds if targets.weeks else day.weekday() < SATURDAY:
            yield day
