"""TIME: a point in time, as people write it.

Ambiguous words are refused, and so are local times that daylight saving skips. If a local time
occurs twice, the first one is used, with a note.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import msgspec

from clocktool.domain.time.day import read_latest_day, read_weekday
from clocktool.domain.time.duration import normalize, parse_duration
from clocktool.domain.time.instant import FIRST, LAST, Instant, shift
from clocktool.domain.time.suggestions import similar_times, suggest
from clocktool.domain.time.week import WEEKDAYS
from clocktool.domain.time.zone import Occurrence, Zone
from clocktool.errors import FutureTimeError, UsageError, literal

HINT = (
    'use 9:30, 9am, noon, now, -15m, "15m ago", last, "yesterday 17:30", "mon 9:00", '
    '"2026-11-23 09:00", or ISO with Z or an offset'
)


class When(msgspec.Struct, frozen=True):
    """A parsed TIME, with an optional note for the user. ``bare`` means that no day was given."""

    instant: Instant
    note: str | None
    bare: bool


def parse_when(
    text: str,
    now: Instant,
    zone: Zone,
    *,
    future: bool = False,
    day: date | None = None,
    last: Callable[[], Instant] | None = None,
) -> When:
    """Parse a TIME. A time of day without a day is on ``day``, by default today.

    ``last`` returns the instant for the word ``last``: the end of the last finished entry.
    Raises UsageError for anything else and for a local time that daylight saving skips.
    Raises FutureTimeError for an instant after ``now``, unless ``future``.
    """
    words = normalize(text)
    today = zone.day(now)
    if words == "last" and last is not None:
        when: When | None = When(last(), None, bare=False)
    else:
        try:
            when = _read(text, words, now, zone, today, future=future, day=day or today)
            if when is None:
                raise UsageError(f"invalid time {literal(text)}", _hint(words, now, zone))
        except OverflowError:  # outside the years 1 to 9999
            when = None
    if when is None or not FIRST <= when.instant <= LAST:
        raise UsageError(f"invalid time {literal(text)}", HINT, why="outside the years 1 to 9999")
    if when.instant > now and not future:
        earlier = f"yesterday {words}" if when.bare and day in {None, today} else None
        raise FutureTimeError(f"{literal(text)[1:-1]} is in the future", earlier=earlier)
    return when


def parse_clock(text: str) -> time | None:
    """Parse a time of day without a day, like 9:30 or 9am. None for another form.

    Raises UsageError for hours, minutes or seconds out of range.
    """
    return _clock(text, normalize(text))


def _read(
    text: str, words: str, now: Instant, zone: Zone, today: date, *, future: bool, day: date
) -> When | None:
    """Try each form of a TIME; None for other words."""
    if words == "now":
        return When(now, None, bare=False)
    sign = -1 if words[:1] != "+" else 1
    if words[:1] in {"-", "+"} or words.endswith(" ago"):
        length = words.removesuffix(" ago") if words.endswith(" ago") else words[1:].lstrip()
        seconds = _seconds(text, length)
        return None if seconds is None else When(shift(now, sign * seconds), None, bare=False)
    if clock := _clock(text, words):
        return _on(day, clock, now, zone, bare=True)

    word, separator, rest = _halves(words)
    said = read_latest_day(word, today)
    if said is None:
        return None
    if not rest:
        raise UsageError(f"{literal(text)} has no time of day", f"write '{word} 9:00'")
    if found := re.fullmatch(_WITH_OFFSET, rest):
        if separator != "t":  # '2026-11-23 09:00-10:00' may mean from nine to ten
            raise UsageError(
                f"invalid time {literal(text)}",
                "an offset needs a date and a T before it, as in 2026-11-23T09:00+01:00",
            )
        return When(_at_offset(text, said, found), None, bare=False)
    clock = _clock(text, rest)
    if clock is None:
        return None
    if (
        not future
        and said == today
        and read_weekday(word) is not None
        and zone.resolve(said, clock).instant > now
    ):
        said -= timedelta(days=7)  # the latest such time was a week ago
    return _on(said, clock, now, zone, bare=False)


def _on(day: date, clock: time, now: Instant, zone: Zone, *, bare: bool) -> When:
    """Return a local time as When; refuse a skipped one, add a note to one that occurs twice."""
    resolved = zone.resolve(day, clock)
    if resolved.occurrence is Occurrence.ONCE:
        return When(resolved.instant, None, bare)
    local = zone.local_time(resolved.instant)
    shown, when = _format_clock(clock), _format_day(day)
    if resolved.occurrence is Occurrence.SKIPPED:
        next_one = _format_clock(local.time())
        raise UsageError(
            f"{shown} on {when} does not exist in {zone.name}: the clocks went forward",
            f"write {next_one}"
            if bare and local.date() == day
            else f"write '{local.date()} {next_one}'",
        )
    happens = "happened" if resolved.instant <= now else "happens"
    note = (
        f"{shown} {happens} twice on {when}; took the first, {shown}{_format_offset(local)} "
        f"(write {day}T{shown}{_format_offset(local.replace(fold=1))} for the second)"
    )
    return When(resolved.instant, note, bare)


def _seconds(text: str, words: str) -> int | None:
    """Parse the DURATION in ``-15m`` or ``15m ago`` and return seconds; None for other words.

    Raises UsageError for a duration that is refused for a reason: zero, or given in days.
    """
    try:
        return parse_duration(words)
    except UsageError as error:
        if error.why is None:
            return None
        raise UsageError(f"invalid time {literal(text)}", error.hint, why=error.why) from None


def _hint(words: str, now: Instant, zone: Zone) -> str:
    """Return the hint for an invalid TIME."""

    def is_read(each: str) -> bool:
        today = zone.day(now)
        try:
            found = _read(each, each, now, zone, today, future=True, day=today)
        except (UsageError, OverflowError):
            return False
        return found is not None

    return suggest(words, [each for each in similar_times(words) if is_read(each)], HINT)


def _clock(text: str, words: str) -> time | None:
    """Parse ``9``, ``9:30``, ``09:30:15``, ``0930``, ``9 pm`` and ``noon``; None for other forms.

    Raises UsageError for hours, minutes or seconds out of range.
    """
    if words == "noon":
        return time(12)
    found = re.fullmatch(_CLOCK, words)
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    if found[4]:
        if not 1 <= hour <= 12:
            raise UsageError(
                f"invalid time {literal(text)}", HINT, why=f"{found[4]} goes from 1 to 12"
            )
        hour = hour % 12 + 12 * (found[4] == "pm")
    return _time(text, hour, minute, second)


def _time(text: str, hour: int, minute: int, second: int) -> time:
    """Return a time of day. Raises UsageError if it is out of range."""
    if hour > 23 or minute > 59 or second > 59:
        raise UsageError(
            f"invalid time {literal(text)}", HINT, why="clocks go from 0:00 to 23:59:59"
        )
    return time(hour, minute, second)


def _at_offset(text: str, day: date, found: re.Match[str]) -> Instant:
    """Return the instant of a day and a time with ``Z`` or an offset."""
    hour, minute, second, *offset = (int(part or 0) for part in found.group(1, 2, 3, 5, 6, 7))
    clock = _time(text, hour, minute, second)
    ahead = _time(text, *offset)
    seconds = (day.toordinal() - _EPOCH) * 86400 + _since_midnight(clock)
    return Instant(seconds + _since_midnight(ahead) * (1 if found[4] == "-" else -1))


def _halves(words: str) -> tuple[str, str, str]:
    """Split words into the day, the separator (a space or ``t``), and the time of day."""
    if words[10:11] == "t" and words[:4].isdigit():
        return words[:10], "t", words[11:]
    return words.partition(" ")


def _since_midnight(clock: time) -> int:
    """Return the seconds from midnight to a time of day."""
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _format_clock(clock: time) -> str:
    """Format a time of day as ``02:30``, with seconds if there are any."""
    return clock.isoformat("seconds" if clock.second else "minutes")


def _format_day(day: date) -> str:
    """Format a day as ``Sun 29 Mar 2026``, in English for any locale."""
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[day.month * 3 - 3 : day.month * 3]
    return f"{WEEKDAYS[day.weekday()][:3].capitalize()} {day.day} {month} {day.year}"


def _format_offset(local: datetime) -> str:
    """Format the offset of a local time as ``+02:00``."""
    return local.isoformat()[19:]


_CLOCK = r"(\d\d?)(?::?(\d\d)(?:(?<=:\d\d):(\d\d))?)? ?([ap]m)?"
_WITH_OFFSET = (
    r"(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?"
    r"(?:z|([+-])(\d\d)(?::?(\d\d)(?::?(\d\d))?)?)"
)
_EPOCH = date(1970, 1, 1).toordinal()
