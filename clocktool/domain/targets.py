"""Targets: how long to work on each day, days off, and a balance brought along.

A day is a calendar day of the zone, so a day of 23 or 25 hours has the target of its weekday.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from clocktool.domain.time.day import read_weekday
from clocktool.domain.time.duration import HINT, normalize, parse_duration
from clocktool.domain.time.period import Period
from clocktool.domain.time.week import WEEKDAYS
from clocktool.errors import UsageError, literal

DAY = 24 * 3600
"""The longest target of a day, in seconds."""

WEEK_HINT = "write days and hours, like mon..thu=8h fri=6h"

Hours = tuple[int, ...]
"""The target of each weekday in seconds, Monday first."""


class Week(msgspec.Struct, frozen=True):
    """The targets of the weekdays from a day on."""

    first: date
    hours: Hours


class DayOff(msgspec.Struct, frozen=True):
    """Days off, whole or half."""

    days: Period
    name: str
    half: bool = False

    def __contains__(self, day: date) -> bool:
        return self.days.first <= day <= self.days.last


class Carry(msgspec.Struct, frozen=True):
    """A balance brought along, in seconds; it counts from its day on."""

    first: date
    seconds: int


class DayTarget(msgspec.Struct, frozen=True):
    """The target of one day in seconds, and the day off that lowers it."""

    seconds: int = 0
    off: DayOff | None = None

    @classmethod
    def of(cls, seconds: int, off: DayOff | None) -> "DayTarget":
        """Return the target of a day; ``seconds`` is that of its weekday."""
        if off is not None:
            seconds = seconds // 2 if off.half else 0
        return cls(seconds, off)


class Targets(msgspec.Struct, frozen=True):
    """What was agreed: weeks and carried balances by day, days off in the order written.

    Of two days off on the same day, the later one in ``off`` counts.
    """

    weeks: tuple[Week, ...] = ()
    off: tuple[DayOff, ...] = ()
    carry: tuple[Carry, ...] = ()

    @classmethod
    def of(
        cls, weeks: Mapping[date, Hours], off: Iterable[DayOff], carry: Mapping[date, int]
    ) -> "Targets":
        """Return targets with their rows sorted by day."""
        return cls(
            tuple(Week(*row) for row in sorted(weeks.items())),
            tuple(off),
            tuple(Carry(*row) for row in sorted(carry.items())),
        )

    @property
    def begin(self) -> date | None:
        """The first day with targets, on which the balance begins; None without targets."""
        return self.weeks[0].first if self.weeks else None

    def days(self, period: Period) -> Iterator[tuple[date, DayTarget]]:
        """Yield each day of a period with its target."""
        off: dict[date, DayOff] = {}
        for row in self.off:
            for day in _common(row.days, period):
                off[day] = row
        at = 0
        for day in period.days():
            while at < len(self.weeks) and self.weeks[at].first <= day:
                at += 1
            seconds = self.weeks[at - 1].hours[day.weekday()] if at else 0
            yield day, DayTarget.of(seconds, off.get(day))

    def on(self, day: date) -> DayTarget:
        """Return the target of a day."""
        week = next((each for each in reversed(self.weeks) if each.first <= day), None)
        off = next((row for row in reversed(self.off) if day in row), None)
        return DayTarget.of(0 if week is None else week.hours[day.weekday()], off)

    def seconds(self, period: Period) -> int:
        """Return the target of a period: the sum of its days."""
        return sum(target.seconds for _, target in self.days(period))

    def carried(self, until: date) -> int:
        """Return the balances brought along until a day, that day included."""
        return sum(row.seconds for row in self.carry if row.first <= until)

    def carried_on(self, day: date) -> int:
        """Return the balance brought along on a day; on the first one all until then."""
        if day == self.begin:
            return self.carried(day)
        return sum(row.seconds for row in self.carry if row.first == day)

    def counts(self, day: date) -> bool:
        """Whether the balance has begun on a day."""
        return self.begin is not None and self.begin <= day

    def is_working(self, day: date) -> bool:
        """Whether a day has a target; before the first target each day counts as one."""
        return not self.counts(day) or self.on(day).seconds > 0

    def overlaps(self) -> Iterator[tuple[DayOff, DayOff]]:
        """Yield days off that share a day; the later one of each pair counts."""
        for place, later in enumerate(self.off):
            for earlier in self.off[:place]:
                if is_common(earlier.days, later.days):
                    yield earlier, later


def parse_week(words: Iterable[str]) -> Hours:
    """Parse hours of weekdays, like ``mon..thu=8h fri=6h``; days without hours are free.

    Raises UsageError for anything else, for a day given twice and for more than 24 hours.
    """
    hours: dict[int, int] = {}
    for word in " ".join(words).split():
        days, is_pair, length = word.partition("=")
        if not is_pair:
            raise UsageError(f"invalid target {literal(word)}", WEEK_HINT)
        seconds = _parse_hours(word, length)
        for day in _parse_days(word, days):
            if day in hours:
                name = WEEKDAYS[day].capitalize()
                raise UsageError(
                    f"invalid target {literal(word)}",
                    "give each day once",
                    why=f"{name} is given twice",
                )
            hours[day] = seconds
    if not hours:
        raise UsageError("no targets were given", WEEK_HINT)
    return tuple(hours.get(day, 0) for day in range(7))


def _parse_hours(word: str, text: str) -> int:
    words = normalize(text)
    if re.fullmatch(r"0+(h|m|s|:00)?", words):
        return 0
    if words.startswith("-"):
        hint = "a free day is mon=0h"
        raise UsageError(f"invalid target {literal(word)}", hint, why="it can't be negative")
    try:
        seconds = parse_duration(text)
    except UsageError as error:
        why = error.why or f"invalid duration {literal(text)}"
        cure = f"write {words}h" if words.isdigit() else error.hint
        raise UsageError(f"invalid target {literal(word)}", cure, why=why) from None
    if seconds > DAY:
        raise UsageError(
            f"invalid target {literal(word)}", "use at most 24h a day", why="longer than a day"
        )
    return seconds


def _parse_days(word: str, text: str) -> list[int]:
    """Parse ``mon``, ``mon..thu`` or ``mon,wed``; a range may go over the end of the week."""
    days: list[int] = []
    for part in text.split(","):
        first, dots, last = part.partition("..")
        begin = _parse_weekday(word, first)
        count = (_parse_weekday(word, last) - begin) % 7 if dots else 0
        days += [(begin + step) % 7 for step in range(count + 1)]
    return days


def _parse_weekday(word: str, text: str) -> int:
    name = normalize(text)
    found = read_weekday(name)
    if found is not None:
        return found
    from difflib import get_close_matches

    short = [day[:3] for day in WEEKDAYS]
    first, dash, last = re.sub("[–—]", "-", text).lower().partition("-")
    if dash and read_weekday(first) is not None and read_weekday(last) is not None:
        hint = f"did you mean {first}..{last}?"
        raise UsageError(f"invalid target {literal(word)}", hint)
    close = get_close_matches(name, [*WEEKDAYS, *short], 1, 0.65)
    hint = f"did you mean {close[0]}?" if close else f"days are {', '.join(short)}"
    raise UsageError(f"invalid target {literal(word)}", hint, why=f"no weekday {literal(text)}")


def format_week(hours: Sequence[int]) -> str:
    """Format targets of weekdays as they are typed: ``mon..thu=8h fri=6h``."""
    runs: list[list[int]] = []
    for day, seconds in enumerate(hours):
        if runs and hours[runs[-1][0]] == seconds:
            runs[-1].append(day)
        else:
            runs.append([day])
    is_free = not any(hours)
    return " ".join(
        f"{_format_days(days)}={format_hours(hours[days[0]])}"
        for days in runs
        if hours[days[0]] or is_free
    )


def _format_days(days: Sequence[int]) -> str:
    first, last = WEEKDAYS[days[0]][:3], WEEKDAYS[days[-1]][:3]
    if len(days) == 1:
        return first
    return f"{first},{last}" if len(days) == 2 else f"{first}..{last}"


def format_hours(seconds: int) -> str:
    """Format a length as a DURATION that is typed: ``8h``, ``7h30m``; 0 is ``0h``."""
    parts = (seconds // 3600, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s")
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0h"


def parse_days(text: str) -> Period:
    """Parse the days of a row: ``2026-12-24`` or ``2026-12-24..2026-12-26``.

    Raises ValueError for anything else.
    """
    first, dots, last = text.partition("..")
    period = Period(_parse_date(first), _parse_date(last if dots else first))
    if period.first > period.last:
        raise ValueError(f"{text} ends before it starts")
    return period


def format_days(period: Period) -> str:
    """Format days for a row: ``2026-12-24``, or both ends joined by ``..``."""
    first, last = period.first.isoformat(), period.last.isoformat()
    return first if first == last else f"{first}..{last}"


def _parse_date(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError(f"{text!r} is not like 2026-12-24")
    return date.fromisoformat(text)


def parse_carry(text: str) -> int:
    """Parse a balance brought along: a DURATION with a sign, like ``-1h30m``; ``0h`` removes it."""
    words = normalize(text)
    sign, length = -1 if words[:1] == "-" else 1, words.lstrip("+-").strip()
    if len(words) - len(words.lstrip("+-")) > 1:
        raise UsageError(f"invalid duration {literal(text)}", f"write +2h or -1h30m; {HINT}")
    if re.fullmatch(r"0+(h|m|s|:00)?", length):
        return 0
    return sign * parse_duration(length)


def format_carry(seconds: int) -> str:
    """Format a balance brought along as it is typed: ``+2h``, ``-1h30m``."""
    return f"{'-' if seconds < 0 else '+'}{format_hours(abs(seconds))}"


def without(row: DayOff, days: Period) -> list[DayOff]:
    """Return what is left of days off after some days are removed: no row, one or two."""
    left = []
    if row.days.first < days.first:
        before = date.fromordinal(days.first.toordinal() - 1)
        left.append(Period(row.days.first, min(row.days.last, before)))
    if row.days.last > days.last:
        left.append(Period(max(row.days.first, day_after(days.last)), row.days.last))
    return [msgspec.structs.replace(row, days=each) for each in left]


def is_common(one: Period, other: Period) -> bool:
    """Whether two periods have a day in common."""
    return max(one.first, other.first) <= min(one.last, other.last)


def _common(one: Period, other: Period) -> Iterator[date]:
    if is_common(one, other):
        yield from Period(max(one.first, other.first), min(one.last, other.last)).days()


def day_after(day: date) -> date:
    """Return the next day, or the same day if the calendar ends."""
    return day if day == date.max else date.fromordinal(day.toordinal() + 1)
