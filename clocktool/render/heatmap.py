"""A heat map: a year of days, weeks beside each other, the darker the longer."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import msgspec

from clocktool.domain.report import Report, longest_streak
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.period import Period
from clocktool.domain.time.week import WEEKDAYS, first_of_week
from clocktool.render.cells import NARROWEST, PLAIN_WIDTH
from clocktool.render.entries import day_name
from clocktool.render.output import Output
from clocktool.render.table import paragraph
from clocktool.render.text import cells, unpainted

_MARGIN = 4
"""The names of the weekdays and a blank."""

_GREEN = "#2da44e"
"""Neither light nor dark: what covers more of the ground is seen better, whatever that is like."""

_FANCY = "·░▒▓█"
_PLAIN = ".-+*#"


class _Map(msgspec.Struct, frozen=True):
    """What the blocks of a map share. ``step`` is how many columns a week takes."""

    days: Mapping[date, int]
    week_start: int
    largest: int
    step: int
    names: tuple[str, ...]
    """What stands above the weeks, as formats: years where there are several, months."""


def heat_map(report: Report, heading: str, out: Output) -> Iterator[str]:
    """Yield a map of a report's days, in blocks where it is wider than the terminal.

    Shades go by the share of the busiest day, in quarters of it.
    """
    days, period = report.whole.days, report.period
    width = PLAIN_WIDTH if out.width is None else max(out.width, NARROWEST)
    blocks = _blocks(report, width - _MARGIN)
    widest = max((_weeks(block, report.week_start) for block in blocks), default=1)
    shared = _Map(
        days=days,
        week_start=report.week_start,
        largest=max(days.values(), default=0),
        step=2 if widest * 2 - 1 <= width - _MARGIN else 1,
        names=("%b",) if period.first.year == period.last.year else ("%Y", "%b"),
    )
    yield from paragraph(heading, "bold", out)
    for block in blocks:
        yield ""
        yield from _block(block, shared, out)
    yield ""
    yield _legend(shared.largest, width, out)
    yield from _wrapped(_sums(report), width, out)


def _legend(largest: int, width: int, out: Output) -> str:
    """Return what the signs mean; from what time on, where there is room for it."""
    shades = " ".join(_cell(level, out) for level in range(5))
    more = f"more, up to {format_duration(largest)}"
    line = f"{' ' * _MARGIN}{out.painted('less', 'dim')} {shades} {out.painted(more, 'dim')}"
    if cells(unpainted(line)) <= width:
        return line
    return f"{' ' * _MARGIN}{shades} {out.painted(format_duration(largest), 'dim')}"


def _cell(level: int, out: Output) -> str:
    """Return the sign of a day: nothing, then four quarters of the busiest day.

    More time covers more of a cell, so that it stands out from a light ground and from a dark one.
    """
    if not out.unicode:
        return _PLAIN[level]
    return out.painted(_FANCY[level], _GREEN if level else "dim")


def _blocks(report: Report, room: int) -> list[Period]:
    """Return the period whole, or in years, halves or quarters whose weeks fit.

    Parts without time are left out.
    """
    period = report.period
    if _weeks(period, report.week_start) <= room:
        return [period]
    for months in (12, 6, 3):
        starts = sorted({_part(day, months) for day in report.whole.days})
        parts = [
            Period(max(start, period.first), min(_before(start, months), period.last))
            for start in starts
        ]
        if all(_weeks(part, report.week_start) <= room for part in parts):
            break
    return parts


def _part(day: date, months: int) -> date:
    """Return the first day of a day's year, half or quarter."""
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _before(start: date, months: int) -> date:
    """Return the last day of the months from a day on."""
    after = start.month + months
    if after > 12:
        return date(start.year, 12, 31)
    return date(start.year, after, 1) - timedelta(days=1)


def _weeks(period: Period, week_start: int) -> int:
    """Return how many weeks a period is part of."""
    first = first_of_week(period.first, week_start).toordinal()
    return (period.last.toordinal() - first) // 7 + 1


def _block(block: Period, shared: _Map, out: Output) -> Iterator[str]:
    """Yield the lines of a block: years and months above, a row a weekday."""
    first = first_of_week(block.first, shared.week_start).toordinal()
    weeks = _weeks(block, shared.week_start)
    for form in shared.names:
        yield _names(block, first, form, shared.step, out)
    for weekday in range(7):
        ordinals = range(first + weekday, first + weeks * 7, 7)
        shown = (_day_cell(each, block, shared, out) for each in ordinals)
        name = WEEKDAYS[(shared.week_start + weekday) % 7][:3].capitalize()
        row = (" " * (shared.step - 1)).join(shown)
        yield f"{out.painted(name, 'dim')} {row}".rstrip()


def _day_cell(ordinal: int, block: Period, shared: _Map, out: Output) -> str:
    """Return the sign of a day by its ordinal; a blank for one outside of the block."""
    if not block.first.toordinal() <= ordinal <= block.last.toordinal():
        return " "
    seconds = shared.days.get(date.fromordinal(ordinal), 0)
    return _cell(-(-seconds * 4 // shared.largest) if shared.largest else 0, out)


def _names(block: Period, first: int, form: str, step: int, out: Output) -> str:
    """Return the names of months, or of years, above the weeks in which they begin."""
    starts = [block.first] + [
        day
        for day in block.days()
        if day.day == 1 and (day.month == 1 or form == "%b") and day > block.first
    ]
    columns = [_MARGIN + (day.toordinal() - first) // 7 * step for day in starts]
    line = ""
    for place, (day, column) in enumerate(zip(starts, columns, strict=True)):
        name = day.strftime(form) if form == "%b" else f"{day.year:04}"
        # The rest of a month that the block begins with may be too short for its name.
        after = columns[place + 1] if place + 1 < len(columns) else column + len(name) + 1
        if column >= len(line) and column + len(name) < after:
            line = line.ljust(column) + name + " "
    return out.painted(line.rstrip(), "dim")


def _sums(report: Report) -> Iterator[str]:
    """Yield what a year comes to, in a few words each."""
    whole = report.whole
    worked = {day: seconds for day, seconds in whole.days.items() if seconds}
    yield f"total {format_duration(whole.seconds)}"
    yield f"billable {format_duration(whole.billable)}"
    if report.breaks:
        yield f"break {format_duration(report.breaks)}"
    if worked:
        busiest = max(worked, key=lambda day: (worked[day], -day.toordinal()))
        yield f"busiest {day_name(busiest)} {format_duration(worked[busiest])}"
        count = len(worked)
        mean = format_duration(whole.seconds // count)
        yield f"{mean} a day on {count} {'day' if count == 1 else 'days'}"
        streak = longest_streak(worked)
        yield f"longest streak {streak} {'day' if streak == 1 else 'days'}"


def _wrapped(parts: Iterable[str], width: int, out: Output) -> Iterator[str]:
    """Yield parts beside each other, on as few lines as they fit on."""
    between = f" {out.symbol('·', '-')} "
    line = ""
    for part in parts:
        longer = f"{line}{between}{part}" if line else part
        if line and len(longer) > width:
            yield line
            longer = part
        line = longer
    yield line
