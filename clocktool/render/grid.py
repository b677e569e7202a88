"""The grid of a week, like a timesheet: a row for each group, a column for each day."""

from collections.abc import Iterable, Iterator
from datetime import date

from clocktool.domain.report import Group, Report
from clocktool.domain.time.duration import format_clock, format_duration
from clocktool.domain.timesheet import Sheet, timesheet
from clocktool.render.cells import PLAIN_WIDTH, WIDEST, Cell, Column, Table, size
from clocktool.render.groups import billable_text, rows_of
from clocktool.render.output import Output
from clocktool.render.table import justified, lines, paragraph
from clocktool.render.text import cells

NARROWEST_LABEL = 12


def grid(report: Report, heading: str, today: date, out: Output) -> Iterator[str]:
    """Yield the lines of a report with days as columns; no lines if the grid is too wide.

    Hours are ``1:30``. A day without time is a dot.
    """
    days = list(report.period.days())
    rows = rows_of(report, depth=len(report.kinds) - 1)
    whole = report.whole
    sheet = timesheet(whole, len(report.kinds) - 1)
    names = [f"{day:%a} {day.day}" for day in days]
    cell = max(len(each) for each in (*map(_hours, sheet.days.values()), *names))
    last = max(len(_hours(sheet.seconds)), len("total"))
    natural = max((size(row.cell(WIDEST, out)) for row in rows), default=0)
    width = out.table_width
    gap = 2
    if width is not None and natural + len(days) * (cell + 2) + last + 2 > width:
        gap = 1
    fixed = len(days) * (cell + gap) + gap + last
    label = natural
    if width is not None:
        label = min(natural, width - fixed)
        if label < min(natural, NARROWEST_LABEL):
            return
    room = PLAIN_WIDTH if width is None else min(PLAIN_WIDTH, width)
    label = max(label, room - fixed, len("total"))
    nothing = ((out.symbol("·", "."), "dim"),)

    def row_of(head: Cell, group: Group, sheet: Sheet, style: str) -> list[Cell]:
        """Return a row: its label, the hours of each day and their sum."""
        hours = [
            ((_hours(sheet.days[day]), style),) if group.days.get(day) else nothing for day in days
        ]
        return [head, *hours, ((_hours(sheet.seconds), "bold"),)]

    heads: list[Cell] = [
        *(
            ((name, "bold" if day == today else "dim"),)
            for day, name in zip(days, names, strict=True)
        ),
        (("total", "dim"),),
    ]
    if cells(heading) > label:
        yield from paragraph(heading, "bold", out)
        heading = ""
    body = [
        [((heading, "bold"),), *heads],
        *(
            row_of(row.cell(label, out), row.group, sheet_row, "")
            for row, sheet_row in zip(rows, _sheets(sheet.rows), strict=True)
        ),
        row_of((("total", "bold"),), whole, sheet, "bold"),
    ]
    columns = [Column(width=label), *[Column(right=True, width=cell)] * len(days)]
    yield from lines(Table([*columns, Column(right=True, width=last)], body, gap=gap), out)
    parts = [f"break {format_duration(report.breaks)}"] if report.breaks else []
    parts += [billable_text(whole)] if whole.billable else []
    if parts:
        yield from justified((), (("    ".join(parts), "bold"),), label + fixed, out)


def _sheets(rows: Iterable[Sheet]) -> Iterator[Sheet]:
    """Yield each row, followed by its inner rows."""
    for row in rows:
        yield row
        yield from _sheets(row.rows)


def _hours(seconds: int) -> str:
    """Return seconds as ``1:30``, rounded down to minutes."""
    return format_clock(seconds)[:-3]
