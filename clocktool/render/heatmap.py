"""A heat map: the days of a year, weeks side by side, darker the more time a day has."""

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from clocktool.domain.report import Report, longest_streak
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.period import Period
from clocktool.domain.time.week import WEEKDAYS, first_of_week
from clocktool.render.cells import PLAIN_WIDTH, Column, Part, Row, Table
from clocktool.render.chart import COLOR
from clocktool.render.entries import day_name, spaced
from clocktool.render.output import Output
from clocktool.render.records import record_table
from clocktool.render.table import lines, paragraph

_MARGIN = 4
"""The width of the names of weekdays, with a gap."""

_FANCY = "·░▒▓█"
_PLAIN = ".-+*#"
_COLUMNS = Column(width=3), Column()
_LEGEND = Column(width=3), Column(wraps=True)


class _Map(msgspec.Struct, frozen=True):
    """What all blocks of a map need."""

    report: Report
    largest: int
    """The seconds of the busiest day."""

    step: int
    """The width of a week: 1, or 2 with a gap between weeks."""

    out: Output

    @property
    def name_formats(self) -> tuple[str, ...]:
        """The formats of the names above the weeks: months, and years if there are several."""
        period = self.report.period
        return ("%b",) if period.first.year == period.last.year else ("%Y", "%b")


def heat_map(report: Report, heading: str, out: Output) -> Iterator[str]:
    """Yield a map of the days of a report, in blocks if it is wider than the terminal.

    A day is shaded by its share of the busiest day, in quarters.
    """
    room = (out.table_width or PLAIN_WIDTH) - _MARGIN
    blocks = _blocks(report, room)
    widest = max((_weeks(block, report.week_start) for block in blocks), default=1)
    largest = max(report.whole.days.values(), default=0)
    heat = _Map(report, largest, 2 if widest * 2 - 1 <= room else 1, out)
    yield from paragraph(heading, "bold", out)
    for block in blocks:
        yield ""
        yield from lines(Table(_COLUMNS, list(_rows(block, heat)), gap=1), out)
    yield ""
    shades = [_shade(level, out) for level in range(5)]
    more = f"more, up to {format_duration(largest)}"
    legend = spaced([("less", "dim"), *shades, (more, "dim")])
    yield from lines(Table(_LEGEND, [((), legend)], gap=1), out)
    yield ""
    sums = [(name, ((text, ""),)) for name, text in _sums(report)]
    yield from lines(record_table([sums]), out)


def _shade(level: int, out: Output) -> Part:
    """Return the sign of a day by its level: 0 is no time, 4 the last quarter of the busiest day.

    Signs of more time cover more of the background, so they stand out on light and dark ones.
    """
    if not out.unicode:
        return _PLAIN[level], ""
    return _FANCY[level], COLOR if level else "dim"


def _blocks(report: Report, room: int) -> list[Period]:
    """Return the period if it fits, else those of its years, half-years or quarters with time."""
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
    """Return the first day of the year, half-year or quarter (12, 6 or 3 months) of a day."""
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _before(start: date, months: int) -> date:
    """Return the last day of a span of months that begins on a first day."""
    after = start.month + months
    if after > 12:
        return date(start.year, 12, 31)
    return date(start.year, after, 1) - timedelta(days=1)


def _weeks(period: Period, week_start: int) -> int:
    """Return how many weeks a period touches."""
    first = first_of_week(period.first, week_start).toordinal()
    return (period.last.toordinal() - first) // 7 + 1


def _rows(block: Period, heat: _Map) -> Iterator[Row]:
    """Yield the rows of a block: names of years and months, then a row for each weekday."""
    week_start = heat.report.week_start
    first = first_of_week(block.first, week_start)
    for form in heat.name_formats:
        yield (), ((_names(block, first, form, heat.step), "dim"),)
    for weekday in range(7):
        start = first.toordinal() + weekday
        ordinals = range(start, first.toordinal() + 7 * _weeks(block, week_start), 7)
        name = WEEKDAYS[(week_start + weekday) % 7][:3].capitalize()
        shades = [_day_shade(each, block, heat) for each in ordinals]
        yield ((name, "dim"),), spaced(shades) if heat.step == 2 else shades


def _day_shade(ordinal: int, block: Period, heat: _Map) -> Part:
    """Return the sign of a day by its ordinal; a blank for a day outside the block."""
    if not block.first.toordinal() <= ordinal <= block.last.toordinal():
        return " ", ""
    seconds = heat.report.whole.days.get(date.fromordinal(ordinal), 0)
    return _shade(-(-seconds * 4 // heat.largest) if seconds else 0, heat.out)


def _names(block: Period, first: date, form: str, step: int) -> str:
    """Return the names of months, or of years, above the weeks in which they begin."""
    starts = [block.first] + [
        day
        for day in block.days()
        if day.day == 1 and (day.month == 1 or form == "%b") and day > block.first
    ]
    places = [(day - first).days // 7 * step for day in starts]
    line = ""
    for place, after, day in zip(places, [*places[1:], None], starts, strict=True):
        name = day.strftime(form) if form == "%b" else f"{day.year:04}"
        # The rest of a month at the start of a block may be too short for its name.
        if place >= len(line) and (after is None or place + len(name) < after):
            line = line.ljust(place) + name + " "
    return line.rstrip()


def _sums(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the totals of a period, each with its name."""
    whole = report.whole
    worked = {day: seconds for day, seconds in whole.days.items() if seconds}
    yield "total", format_duration(whole.seconds)
    yield "billable", format_duration(whole.billable)
    if report.breaks:
        yield "break", format_duration(report.breaks)
    if worked:
        busiest = max(worked, key=lambda day: (worked[day], -day.toordinal()))
        yield "busiest day", f"{day_name(busiest)}  {format_duration(worked[busiest])}"
        mean = format_duration(whole.seconds // len(worked))
        yield "average", f"{mean} on {_days(len(worked))}"
        yield "longest streak", _days(longest_streak(worked))


def _days(count: int) -> str:
    return f"{count} {'day' if count == 1 else 'days'}"
