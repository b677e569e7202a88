"""Rounding of displayed minutes, so that the minutes in a table add up.

The total is floored. Its parts are rounded up or down by largest remainder, so none is off by a
minute or more. Times under a minute are shown in seconds and are not rounded.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec

MINUTE = 60


class WorkTime(msgspec.Struct, frozen=True):
    """A duration and its billable part, in seconds.

    A displayed duration is a number of whole minutes, or shorter than a minute.
    """

    seconds: int
    billable: int = 0


def floor_minutes(time: WorkTime) -> WorkTime:
    """Return a time rounded down to whole minutes; less than a minute stays as it is."""
    return WorkTime(_floor(time.seconds), _floor(time.billable))


def add_up(times: Iterable[WorkTime]) -> WorkTime:
    """Return the sum of times."""
    seconds = billable = 0
    for time in times:
        seconds += time.seconds
        billable += time.billable
    return WorkTime(seconds, billable)


def _floor(seconds: int) -> int:
    return seconds - seconds % MINUTE if seconds >= MINUTE else seconds


def apportion(exact: WorkTime, shown: WorkTime, parts: Sequence[WorkTime]) -> list[WorkTime]:
    """Round the parts of a time to minutes, so that they add up to ``shown``.

    ``exact`` is their total and ``shown`` its displayed value. Billable times add up, too, and are
    never longer than the time of their part. If the parts do not add up to ``exact`` (an entry
    counts in each of its tags), each is floored.
    """
    if add_up(parts) != exact:
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
        result[place] = WorkTime(line.minutes * MINUTE, seconds)
    return result


def largest_remainder(amounts: Sequence[int], unit: int, whole: int) -> list[int]:
    """Round amounts to whole units that add up to ``whole``.

    Each amount is rounded down or up to the next unit. If that cannot give ``whole``, the result is
    as near to it as possible.
    """
    found = [each // unit for each in amounts]
    more = whole - sum(found)
    order = sorted(range(len(amounts)), key=lambda place: -(amounts[place] % unit))
    for place in order[: max(0, more)]:
        found[place] += amounts[place] % unit > 0
    return found


class _Line:
    """A part of at least a minute, with its rounded minutes.

    The time, its billable part (``work``) and the rest are each rounded down or up.
    """

    def __init__(self, time: WorkTime) -> None:
        self.exact = time.seconds
        self.work = time.billable if time.billable >= MINUTE else 0
        self.rest = time.seconds - self.work
        self.minutes = self.exact // MINUTE
        self.billable = 0

    @property
    def remainder(self) -> int:
        """The seconds above the last whole minute."""
        return self.exact % MINUTE

    @property
    def is_up(self) -> bool:
        """Whether the time is rounded up."""
        return self.minutes * MINUTE > self.exact

    def least(self, minutes: int) -> int:
        """Return the smallest number of billable minutes among so many minutes."""
        return max(self.work // MINUTE, minutes - _up(self.rest))

    def most(self, minutes: int) -> int:
        """Return the largest number of billable minutes among so many minutes."""
        return min(_up(self.work), minutes - self.rest // MINUTE)


def _share(lines: Sequence[_Line], minutes: int, billable: int) -> None:
    """Assign minutes to lines by largest remainder, then billable minutes.

    If that leaves too few or too many billable minutes, as few lines as possible are swapped.
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
    """Move minutes between lines to change the sum of a bound by ``more``.

    Only too small a maximum is raised, and only too large a minimum is lowered.
    """
    if (more > 0) is not (bound is _Line.most) or not more:
        return

    def moves(line: _Line) -> bool:
        """Return whether a minute more for the line changes the bound."""
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
    """Limit ``minutes`` to ``seconds`` rounded down or up to minutes."""
    return max(seconds // MINUTE, min(minutes, _up(seconds)))


def _up(seconds: int) -> int:
    return -(-seconds // MINUTE)
