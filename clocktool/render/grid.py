"""A week's grid: a row for what was done, a column a day, as a timesheet has it."""

from collections.abc import Iterator, Mapping
from datetime import date

from clocktool.domain.duration import format_clock
from clocktool.domain.report import Report
from clocktool.render.entries import NARROWEST, PLAIN_WIDTH
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
    names = [f"{day:%a} {day.day}" for day in days]
    longest = max(len(_hours(each, "")) for each in whole.days.values())
    cell = max(longest, *map(len, names))
    last = max(len(_hours(whole.seconds, "")), len("total"))
    natural = max(row.width(out) for row in rows)
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

    def figures(of: Mapping[date, int], seconds: int, style: str) -> str:
        """Return the hours of each day, and their sum."""
        nothing = out.symbol("·", ".")
        shown = []
        for day in days:
            text = _hours(of.get(day, 0), nothing)
            shown.append(text.rjust(cell + gap) if text != nothing else " " * (cell + gap - 1))
            if text == nothing:
                shown.append(out.painted(nothing, "dim"))
            elif style:
                shown[-1] = out.painted(shown[-1], style)
        return "".join(shown) + out.painted(_hours(seconds, "0:00").rjust(last + 2), "bold")

    heads = (
        out.painted(name.rjust(cell + gap), "bold" if day == today else "dim")
        for day, name in zip(days, names, strict=True)
    )
    head = "".join(heads) + out.painted("total".rjust(last + 2), "dim")
    if cells(heading) > label:
        yield out.painted(heading, "bold")
        yield " " * label + head
    else:
        yield out.painted(heading, "bold") + " " * (label - cells(heading)) + head
    for row in rows:
        yield row.label(label, out) + figures(row.group.days, row.group.seconds, "")
    yield out.painted("total".ljust(label), "bold") + figures(whole.days, whole.seconds, "bold")
    if whole.billable:
        yield out.painted(billed(whole).rjust(label + fixed), "bold")


def _hours(seconds: int, nothing: str) -> str:
    """Return seconds as ``1:30``, minutes floored."""
    return format_clock(seconds)[:-3] if seconds else nothing
