"""A time zone: the only place where instants meet wall clocks.

Days, weeks and "the same time tomorrow" are computed here, never by adding 24 hours: a day that
daylight saving changes has 23 or 25, and one that a country skipped has none.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

import msgspec

from clocktool.domain.time.instant import FIRST, LAST, Instant, parse_iso


class Reading(Enum):
    """How often a wall-clock time happens."""

    ONCE = "once"
    SKIPPED = "skipped"
    TWICE = "twice"


class Moment(msgspec.Struct, frozen=True):
    """A wall-clock time read in a zone.

    ``instant`` is the first of the two for a time that happens ``TWICE``. For one that is
    ``SKIPPED`` it is the end of the gap: the first instant after the clocks went forward.
    """

    instant: Instant
    reading: Reading


class Zone:
    """A time zone: of the IANA database by name, or as given under a name of one's own.

    Raises ValueError when there is none of that name.
    """

    __slots__ = ("_info", "name")

    def __init__(self, name: str, info: ZoneInfo | None = None) -> None:
        try:
            self._info = info or ZoneInfo(name)
        except (OSError, ValueError, LookupError) as error:  # ZoneInfo lets each of these out
            raise ValueError(f"no time zone {name!r}") from error
        self.name = name

    def __repr__(self) -> str:
        return f"Zone({self.name!r})"

    def local_time(self, instant: Instant) -> datetime:
        """Return the wall-clock date and time of an instant, aware of this zone.

        Within a day of the first and last instant the calendar may have no such day; it is then
        the nearest that it has in every zone.
        """
        return datetime.fromtimestamp(
            min(max(instant, _FIRST_LOCAL_TIME), _LAST_LOCAL_TIME), self._info
        )

    def day(self, instant: Instant) -> date:
        """Return the calendar day an instant falls on."""
        return self.local_time(instant).date()

    def moment(self, day: date, clock: time) -> Moment:
        """Read a wall-clock time of a day; seconds count, parts of a second do not."""
        clock = clock.replace(microsecond=0, tzinfo=None, fold=0)
        first = datetime.combine(day, clock, self._info)
        second = first.replace(fold=1)
        before, after = _offset(first), _offset(second)
        earlier, later = _epoch(first, before), _epoch(second, after)
        if before == after:
            return Moment(Instant(earlier), Reading.ONCE)
        if earlier < later:
            return Moment(Instant(earlier), Reading.TWICE)
        # The clock jumps over this time: the jump lies in (later, earlier], find its second.
        low, high = later, earlier
        while high - low > 1:
            middle = (low + high) // 2
            if _offset(self.local_time(Instant(middle))) == before:
                low = middle
            else:
                high = middle
        return Moment(Instant(high), Reading.SKIPPED)

    def span(self, text: str) -> tuple[Instant, Instant]:
        """Return the first and the last instant at which the clocks show an ISO-8601 time.

        Its ``Z`` or offset must be there and says nothing: the time is read as written. A time
        that is skipped has an empty span: from the end of the gap to the second before it. Raises
        ValueError for anything else.
        """
        parse_iso(text)
        local = datetime.fromisoformat(text)
        shown = self.instants(local.date(), local.time())
        if not shown:
            gap = self.moment(local.date(), local.time()).instant
            return gap, Instant(gap - 1)
        return shown[0], shown[-1]

    def instants(self, day: date, clock: time) -> tuple[Instant, ...]:
        """Return every instant at which the zone shows a wall-clock time: none, one or two."""
        moment = self.moment(day, clock)
        if moment.reading is Reading.SKIPPED:
            return ()
        if moment.reading is Reading.ONCE:
            return (moment.instant,)
        clock = clock.replace(microsecond=0, tzinfo=None, fold=1)
        second = datetime.combine(day, clock, self._info)
        return moment.instant, Instant(_epoch(second, _offset(second)))

    def has_day(self, day: date) -> bool:
        """Whether there is such a day: a country that crosses the date line skips one."""
        begin = self.moment(day, time())
        return begin.reading is not Reading.SKIPPED or self.day(begin.instant) == day

    def start_of_day(self, day: date) -> Instant:
        """Return the first instant of a day, also where daylight saving skips midnight."""
        return self.moment(day, time()).instant


def _offset(moment: datetime) -> int:
    """Return the offset from UTC in whole seconds (old local mean times have parts)."""
    offset = moment.utcoffset()
    assert offset is not None  # noqa: S101  # every datetime here carries its zone
    return round(offset.total_seconds())


def _epoch(local: datetime, offset: int) -> int:
    """Return the Unix time of a wall-clock time at an offset."""
    return (local.replace(tzinfo=UTC, fold=0) - _EPOCH) // timedelta(seconds=1) - offset


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_LOCAL_TIME = FIRST + 86_400
_LAST_LOCAL_TIME = LAST - 86_400
