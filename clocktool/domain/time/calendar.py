"""Calendar spans in a zone: days, weeks, months, quarters and years, and what splits them."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from clocktool.domain.time.instant import FIRST, LAST, Instant
from clocktool.domain.time.week import first_of_week, week_of
from clocktool.domain.time.zone import Zone

CALENDAR = ("day", "week", "month", "quarter", "year")
"""The kinds of spans, the shortest first."""

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def first_of(kind: str, day: date, week_start: int = 0) -> date:
    """Return the first day of the week, month, quarter or year of a day; or the day itself."""
    if kind == "week":
        return first_of_week(day, week_start)
    if months := MONTHS.get(kind):
        return day.replace(month=(day.month - 1) // months * months + 1, day=1)
    return day


class Calendar:
    """The days of a zone. The bounds of each day are computed once."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self._bounds: dict[date, tuple[Instant, Instant]] = {}

    def bounds(self, day: date) -> tuple[Instant, Instant]:
        """Return the first instant of a day and of the day after."""
        found = self._bounds.get(day)
        if found is None:
            start = self._zone.start_of_day(day)
            after = LAST if day == date.max else self._zone.start_of_day(day + timedelta(days=1))
            found = self._bounds[day] = start, after
        return found

    def of(self, at: Instant) -> date:
        """Return the day that contains an instant.

        It is the local day, with one exception: if the clocks go back over midnight, the hour
        before midnight happens again, and belongs to the new day.
        """
        day = self._zone.day(at)
        while at >= self.bounds(day)[1] and day < date.max:
            day += timedelta(days=1)
        return day


class Spans:
    """The spans in which entries can be added up before they are grouped by ``kinds``.

    Without calendar kinds, all time is one span. ``splits`` are further instants at which a span
    ends, as where a rate changes; they are sorted.
    """

    def __init__(
        self,
        days: Calendar,
        kinds: Collection[str],
        week_start: int = 0,
        splits: Sequence[Instant] = (),
    ) -> None:
        found = [kind for kind in CALENDAR if kind in kinds]
        # Weeks cross the ends of months: only days fit into both.
        self._kind = "day" if "week" in found[:-1] else next(iter(found), None)
        self._days = days
        self._week_start = week_start
        self._splits = splits

    def split(self, at: Sequence[Instant]) -> "Spans":
        """Return the same spans, split at further instants."""
        kinds = () if self._kind is None else (self._kind,)
        return Spans(self._days, kinds, self._week_start, sorted({*self._splits, *at}))

    def around(self, at: Instant) -> tuple[Instant, Instant]:
        """Return the first instant of the span around an instant, and that of the next span."""
        from bisect import bisect_right

        first, after = (FIRST, Instant(LAST + 1)) if self._kind is None else self._bounds(at)
        place = bisect_right(self._splits, at)
        if place:
            first = max(first, self._splits[place - 1])
        if place < len(self._splits):
            after = min(after, self._splits[place])
        return first, after

    def _bounds(self, at: Instant) -> tuple[Instant, Instant]:
        kind, day = self._kind or "", self._days.of(at)
        first = first_of(kind, day, self._week_start)
        last = self._last(kind, first)
        return self._days.bounds(first)[0], self._days.bounds(last)[1]

    def _last(self, kind: str, first: date) -> date:
        """Return the last day of the span that begins on a day."""
        if kind == "day":
            return first
        if kind == "week":
            last = week_of(first, self._week_start) + 6
            return date.fromordinal(min(last, date.max.toordinal()))
        month = first.month + MONTHS[kind] - 1
        return date.max if (first.year, month) == (9999, 12) else _month_end(first.year, month)


def _month_end(year: int, month: int) -> date:
    after = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return after - timedelta(days=1)
