"""Time zones: the conversion between instants and local times.

Days and "the same time tomorrow" are computed here, never by adding 24 hours: with daylight saving
a day may have 23 or 25 hours, and a country that crosses the date line skips a day.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

import msgspec

from clocktool.domain.time.instant import FIRST, LAST, Instant, parse_iso


class Occurrence(Enum):
    """How often a local time occurs in a zone."""

    ONCE = "once"
    SKIPPED = "skipped"
    TWICE = "twice"


class ResolvedTime(msgspec.Struct, frozen=True):
    """The instant of a local time.

    If the time occurs ``TWICE``, ``instant`` is the first. If it is ``SKIPPED``, ``instant`` is the
    end of the gap: the first instant after the clocks went forward.
    """

    instant: Instant
    occurrence: Occurrence


class Zone:
    """A time zone of the IANA database, or ``info`` under any name.

    Raises ValueError if there is no zone of that name.
    """

    __slots__ = ("_info", "name")

    def __init__(self, name: str, info: ZoneInfo | None = None) -> None:
        try:
            self._info = info or ZoneInfo(name)
        except (OSError, ValueError, LookupError) as error:  # ZoneInfo raises any of these
            raise ValueError(f"no time zone {name!r}") from error
        self.name = name

    def __repr__(self) -> str:
        return f"Zone({self.name!r})"

    def local_time(self, instant: Instant) -> datetime:
        """Return the local date and time of an instant, with this zone as ``tzinfo``.

        Within a day of the first or last instant the local day may be outside the years 1 to 9999.
        Then the nearest time that every zone can show is returned.
        """
        return datetime.fromtimestamp(
            min(max(instant, _FIRST_LOCAL_TIME), _LAST_LOCAL_TIME), self._info
        )

    def day(self, instant: Instant) -> date:
        """Return the local day of an instant."""
        return self.local_time(instant).date()

    def resolve(self, day: date, clock: time) -> ResolvedTime:
        """Return the instant of a local time, and how often it occurs. Microseconds are ignored."""
        clock = clock.replace(microsecond=0, tzinfo=None, fold=0)
        first = datetime.combine(day, clock, self._info)
        second = first.replace(fold=1)
        before, after = _offset(first), _offset(second)
        earlier, later = _epoch(first, before), _epoch(second, after)
        if before == after:
            return ResolvedTime(Instant(earlier), Occurrence.ONCE)
        if earlier < later:
            return ResolvedTime(Instant(earlier), Occurrence.TWICE)
        # The clocks skip this time. The change is in (later, earlier]; find its instant.
        low, high = later, earlier
        while high - low > 1:
            middle = (low + high) // 2
            if _offset(self.local_time(Instant(middle))) == before:
                low = middle
            else:
                high = middle
        return ResolvedTime(Instant(high), Occurrence.SKIPPED)

    def span(self, text: str) -> tuple[Instant, Instant]:
        """Return the first and last instant of an ISO-8601 date and time, read as local time.

        Its ``Z`` or offset is required but ignored. A skipped time has an empty span: from the end
        of the gap to the second before it. Raises ValueError for anything else.
        """
        parse_iso(text)
        local = datetime.fromisoformat(text)
        shown = self.instants(local.date(), local.time())
        if not shown:
            gap = self.resolve(local.date(), local.time()).instant
            return gap, Instant(gap - 1)
        return shown[0], shown[-1]

    def instants(self, day: date, clock: time) -> tuple[Instant, ...]:
        """Return all instants of a local time: none, one or two."""
        resolved = self.resolve(day, clock)
        if resolved.occurrence is Occurrence.SKIPPED:
            return ()
        if resolved.occurrence is Occurrence.ONCE:
            return (resolved.instant,)
        clock = clock.replace(microsecond=0, tzinfo=None, fold=1)
        second = datetime.combine(day, clock, self._info)
        return resolved.instant, Instant(_epoch(second, _offset(second)))

    def has_day(self, day: date) -> bool:
        """Return whether a day exists: a country that crosses the date line skips one."""
        begin = self.resolve(day, time())
        return begin.occurrence is not Occurrence.SKIPPED or self.day(begin.instant) == day

    def start_of_day(self, day: date) -> Instant:
        """Return the first instant of a day, also if daylight saving skips midnight."""
        return self.resolve(day, time()).instant


def _offset(moment: datetime) -> int:
    """Return the offset from UTC, rounded to seconds: old local mean times have fractions."""
    offset = moment.utcoffset()
    assert offset is not None  # noqa: S101  # every datetime here has a zone
    return round(offset.total_seconds())


def _epoch(local: datetime, offset: int) -> int:
    """Return the Unix time of a local time at an offset."""
    return (local.replace(tzinfo=UTC, fold=0) - _EPOCH) // timedelta(seconds=1) - offset


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_LOCAL_TIME = FIRST + 86_400
_LAST_LOCAL_TIME = LAST - 86_400
