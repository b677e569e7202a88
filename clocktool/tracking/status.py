"""What one looks at all day: the timer, today and the week against the target, the balance."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.selection import Selection
from clocktool.domain.status import Status
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.midnight import Cutter
from clocktool.domain.time.period import Period
from clocktool.domain.time.week import week_of
from clocktool.domain.time.zone import Zone
from clocktool.errors import OfflineError

if TYPE_CHECKING:
    from clocktool.domain.targets import Targets
    from clocktool.history.history import History


class Clock(msgspec.Struct, frozen=True):
    """Now, in a zone with weeks that start on a day, 0 for Monday."""

    now: Instant
    zone: Zone
    week_start: int = 0

    @property
    def today(self) -> date:
        """The day of now."""
        return self.zone.day(self.now)

    @property
    def week(self) -> Period:
        """The week of now."""
        first = max(1, week_of(self.today, self.week_start))
        last = min(first + 6, date.max.toordinal())
        return Period(date.fromordinal(first), date.fromordinal(last))


class StatusRead(msgspec.Struct, frozen=True):
    """The status, and the running entry without pending changes."""

    status: Status
    running: Entry | None


def with_targets(status: Status, targets: "Targets", clock: Clock) -> Status:
    """Return the status with the targets of today and of the week, if there are any."""
    if not targets.counts(clock.today):
        return status
    of_today = targets.on(clock.today)
    return msgspec.structs.replace(
        status,
        target=of_today.seconds,
        week_target=targets.seconds(clock.week),
        off=None if of_today.off is None else of_today.off.name,
    )


def read_status(
    history: "History", targets: "Targets | None", clock: Clock, *, is_remote: bool
) -> StatusRead:
    """Read the status in one request.

    From a service the entries of the week are asked for, or where there is a balance, those of this
    month and the last. Older ones come from this machine: the balance is unknown if some are not
    here.
    """
    week, today = clock.week, clock.today
    first = week.first
    begin = None if targets is None or not targets.counts(today) else targets.begin
    if begin is not None and is_remote:
        first = min(first, max(begin, _start_of_last_month(today)))
    window = Period(first, week.last).window(clock.zone)
    reading = history.entries(Selection(window=window))
    worked = _by_day(reading.entries, clock, window)
    status = Status(
        clock.now,
        clock.zone,
        timer=next((each for each in reversed(reading.entries) if each.running), None),
        today=worked.get(today, 0),
        week=sum(seconds for day, seconds in worked.items() if week.first <= day <= week.last),
        idle_since=_last_end(reading.entries, clock),
    )
    if targets is None or begin is None:
        return StatusRead(status, reading.running)
    status = with_targets(status, targets, clock)
    length = sum(seconds for day, seconds in worked.items() if begin <= day <= today)
    if begin < first:
        try:
            length += _work_between(history.on_disk(), begin, first, clock)
        except OfflineError:
            return StatusRead(status, reading.running)
    from clocktool.domain.balance import balance_at

    balance = balance_at(targets, length, today)
    return StatusRead(msgspec.structs.replace(status, balance=balance), reading.running)


def _start_of_last_month(day: date) -> date:
    first = day.replace(day=1).toordinal()
    return date.fromordinal(max(1, first - 1)).replace(day=1)


def _work_between(history: "History", begin: date, end: date, clock: Clock) -> int:
    """Return the work from ``begin`` up to but not including ``end``."""
    from clocktool.history.sums import Days
    from clocktool.tracking.balance import FIRST_DAY, work_in

    period = Period(max(begin, FIRST_DAY), date.fromordinal(end.toordinal() - 1))
    return work_in(history, Days(period, clock.zone, clock.week_start))


def _by_day(
    entries: Iterable[Entry], clock: Clock, window: tuple[Instant, Instant]
) -> dict[date, int]:
    cutter = Cutter(clock.zone, clock.now)
    worked: dict[date, int] = {}
    for entry in entries:
        if not entry.is_break:
            for piece in cutter.cut(entry, window):
                worked[piece.day] = worked.get(piece.day, 0) + piece.seconds
    return worked


def _last_end(entries: Iterable[Entry], clock: Clock) -> Instant | None:
    ends = [each.end for each in entries if each.end is not None and each.end <= clock.now]
    last = max(ends, default=None)
    return last if last is not None and clock.zone.day(last) == clock.today else None
