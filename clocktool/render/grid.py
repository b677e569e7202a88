"""A week's grid: a row for what was done, a column a day, as a timesheet has it."""

from collections.abc import Iterable, Iterator
from datetime import date

from clocktool.domain.report import Group, Report
from clocktool.domain.time.duration import format_clock, format_duration
from clocktool.domain.timesheet import Sheet, timesheet
from clocktool.render.entries import NARROWEST, PLAIN_WIDTH, title
from clocktool.render.groups import billed, rows_of
from clocktool.render.output import Output
from clocktool.render.text import cells

NARROWEST_LABEL = 12


def grid(report: Report, heading: str, today: date, out: Output) -> Iterator[str]:
    """Yield the lines of a report by something and by day; none where it is too wide.

    Hours are ``1:30``; a day without is a dot.
    """
    days = list(report.period.days())
    rows = rows_of(report, depth=len(report.kinds) - 1)
    whole = report.whole
    sheet = timesheet(whole, len(report.kinds) - 1)
    shown = list(_sheets(sheet.rows))
    names = [f"{day:%a} {day.day}" for day in days]
    longest = max((len(_hours(each)) for each in sheet.days.values()), default=0)
    cell = max(longest, *map(len, names))
    last = max(len(_hours(sheet.seconds)), len("total"))
    natural = max((row.width(out) for row in rows), default=0)
    width = None if out.width is None else max(out.width, NARROWEST)
    gap = 2
    if width is not None and natural + len(days) * (cell + 2) + last + 2 > width:
        gap = 1
    fixed = len(days) * (cell + gap) + 2 + last
    label = natural
    if width is not None:
        label = min(natural, width - fixed)
        if label < min(natural, NARROWEST_LABEL):
            return
    room = PLAIN_WIDTH if width is None else min(PLAIN_WIDTH, width)
    label = max(label, room - fixed, len("total"))

    def figures(group: Group, sheet: Sheet, style: str) -> str:
        """Return the hours of each day, and their sum."""
        nothing = out.symbol("·", ".")
        parts = []
        for day in days:
            if group.days.get(day):
                parts.append(out.painted(_hours(sheet.days[day]).rjust(cell + gap), style))
            else:
                parts.append(" " * (cell + gap - 1) + out.painted(nothing, "dim"))
        return "".join(parts) + out.painted(_hours(sheet.seconds).rjust(last + 2), "bold")

    heads = (
        out.painted(name.rjust(cell + gap), "bold" if day == today else "dim")
        for day, name in zip(days, names, strict=True)
    )
    head = "".join(heads) + out.painted("total".rjust(last + 2), "dim")
    if cells(heading) > label:
        yield from title(heading, out)
        yield " " * label + head
    else:
        yield out.painted(heading, "bold") + " " * (label - cells(heading)) + head
    for row, of_row in zip(rows, shown, strict=True):
        yield row.label(label, out) + figures(row.group, of_row, "")
    yield out.painted("total".ljust(label), "bold") + figures(whole, sheet, "bold")
    parts = [f"break {format_duration(report.breaks)}"] if report.breaks else []
    parts += [billed(whole)] if whole.billable else []
    if parts:
        yield out.painted("    ".join(parts).rjust(label + fixed), "bold")


def _sheets(rows: Iterable[Sheet]) -> Iterator[Sheet]:
    """Yield rows, each before those within it."""
    for row in rows:
        yield row
        yield from _sheets(row.rows)


def _hours(seconds: int) -> str:
    """Return seconds as ``1:30``, minutes floored."""
    return format_clock(seconds)[:-3]
