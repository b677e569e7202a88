"""Minutes as they are shown: those of one table add up.

The whole is floored. Its parts share the minutes that flooring each of them would lose, by largest
remainder, so that none is off by a minute or more. What is shorter than a minute is shown in
seconds and is left as it is.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

MINUTE = 60


class Time(NamedTuple):
    """A length of time and how much of it is billable, in seconds.

    As shown, both are whole minutes, or less than one.
    """

    seconds: int
    billable: int = 0


def floor_minutes(time: Time) -> Time:
    """Return the time as a whole is shown."""
    return Time(*(each - each % MINUTE if each >= MINUTE else each for each in time))


def apportion(exact: Time, shown: Time, parts: Sequence[Time]) -> list[Time]:
    """Return the parts of a time as they are shown below it, so that they add up to ``shown``.

    The billable times add up, too, and none is more than the time it is part of. Parts that do not
    make up the whole (an entry counts in each of its tags) are floored.
    """
    if _sum(parts) != exact:
        return [floor_minutes(part) for part in parts]
    result = list(parts)
    places = [place for place, part in enumerate(parts) if part.seconds >= MINUTE]
    lines = [_Line(parts[place]) for place in places]
    rest = [parts[place].seconds for place in range(len(parts)) if parts[place].seconds < MINUTE]
    billable = [part.billable for part in parts if part.billable < MINUTE]
    _share(
        lines,
        shown.seconds // MINUTE - sum(rest) // MINUTE,
        shown.billable // MINUTE - sum(billable) // MINUTE,
    )
    for place, line in zip(places, lines, strict=True):
        part = parts[place]
        seconds = part.billable if part.billable < MINUTE else line.billable * MINUTE
        result[place] = Time(line.minutes * MINUTE, seconds)
    return result


def largest_remainder(amounts: Sequence[int], unit: int, whole: int) -> list[int]:
    """Return amounts in whole units that add up to ``whole`` of them.

    Each is rounded down or up; where ``whole`` asks for more or less than that, it is not met.
    """
    found = [each // unit for each in amounts]
    more = whole - sum(found)
    order = sorted(range(len(amounts)), key=lambda place: -(amounts[place] % unit))
    for place in order[: max(0, more)]:
        found[place] += amounts[place] % unit > 0
    return found


class _Line:
    """A part of a minute or more: its time in whole minutes, and what of it is billable.

    Its time, the billable part and the rest are each rounded down or up.
    """

    def __init__(self, time: Time) -> None:
        self.exact = time.seconds
        self.work = time.billable if time.billable >= MINUTE else 0
        self.rest = time.seconds - self.work
        self.minutes = self.exact // MINUTE
        self.billable = 0

    @property
    def remainder(self) -> int:
        """The seconds that flooring loses."""
        return self.exact % MINUTE

    @property
    def is_up(self) -> bool:
        """Whether it is shown longer than it is."""
        return self.minutes * MINUTE > self.exact

    def least(self, minutes: int) -> int:
        """Return how many billable minutes so many minutes have at least."""
        return max(self.work // MINUTE, minutes - _up(self.rest))

    def most(self, minutes: int) -> int:
        """Return how many they have at most."""
        return min(_up(self.work), minutes - self.rest // MINUTE)


def _share(lines: Sequence[_Line], minutes: int, billable: int) -> None:
    """Give lines their minutes by largest remainder, and of these the billable ones.

    Where the lines with the largest remainders leave too few or too many minutes to the billable
    ones, as few others as possible take their place.
    """
    work, rest = sum(line.work for line in lines), sum(line.rest for line in lines)
    minutes = _within(minutes, work + rest)
    billable = _within(billable, work)
    billable = minutes - _within(minutes - billable, rest)
    shown = largest_remainder([line.exact for line in lines], MINUTE, minutes)
    for line, length in zip(lines, shown, strict=True):
        line.minutes = length
    _swap(lines, billable - sum(line.most(line.minutes) for line in lines), _Line.most)
    _swap(lines, billable - sum(line.least(line.minutes) for line in lines), _Line.least)
    for line in lines:
        line.billable = line.least(line.minutes)
    more = billable - sum(line.billable for line in lines)
    able = [line for line in lines if line.billable < line.most(line.minutes)]
    able.sort(key=lambda line: -(line.work % MINUTE))
    for line in able[:more]:
        line.billable += 1


def _swap(lines: Sequence[_Line], more: int, bound: Callable[[_Line, int], int]) -> None:
    """Take a minute from some lines and give it to others, so that a bound is as much more.

    Too many may be billable at the least, or too few at the most; another difference is none.
    """
    if (more > 0) is not (bound is _Line.most) or not more:
        return

    def moves(line: _Line) -> bool:
        """Return whether the bound is another where the line is shown a minute longer."""
        low = line.exact // MINUTE
        return bound(line, low + 1) > bound(line, low)

    gains = more > 0
    able = [line for line in lines if line.remainder]
    longer = [line for line in able if not line.is_up and moves(line) is gains]
    shorter = [line for line in able if line.is_up and moves(line) is not gains]
    longer.sort(key=lambda line: -line.remainder)
    shorter.sort(key=lambda line: line.remainder)
    for up, down in zip(longer[: abs(more)], shorter, strict=False):
        up.minutes += 1
        down.minutes -= 1


def _within(minutes: int, seconds: int) -> int:
    """Return the number of minutes that so many seconds are, rounded down or up, nearest to it."""
    return max(seconds // MINUTE, min(minutes, _up(seconds)))


def _up(seconds: int) -> int:
    return -(-seconds // MINUTE)


def _sum(parts: Iterable[Time]) -> Time:
    seconds = billable = 0
    for part in parts:
        seconds += part.seconds
        billable += part.billable
    return Time(seconds, billable)
