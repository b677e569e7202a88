"""The grid of a week, like a timesheet: a row for each group, a column for each day."""

from collections.abc import Iterable, Iterator
from datetime import date

from clocktool.domain.report import Report
from clocktool.domain.time.duration import format_clock, format_duration
from clocktool.domain.timesheet import Sheet, timesheet
from clocktool.render.cells import PLAIN_WIDTH, WIDEST, Cell, size, width_of
from clocktool.render.fields import Field
from clocktool.render.groups import Row, billable_texts, rows_of
from clocktool.render.output import Output
from clocktool.render.records import laid_out
from clocktool.render.table import lines, paragraph, totals

LABEL = 12
"""The least width of labels, in columns."""

Line = tuple[Row, Sheet]
"""A row, and its rounded hours."""


def grid(report: Report, heading: str, today: date, out: Output) -> Iterator[str]:
    """Yield the lines of a report with days as columns; no lines if the grid is too wide.

    Hours are ``1:30``. A day without time is a dot.
    """
    whole, inner = report.whole, len(report.kinds) - 1
    sheet = timesheet(whole, inner)
    body = list(zip(rows_of(report, depth=inner), _sheets(sheet.rows), strict=True))
    body.append((Row(whole, whole, "total", style="bold"), sheet))
    columns = [_day_field(day, is_today=day == today) for day in report.period.days()]
    columns.append(Field("total", _total, figures=True, color=lambda _: "bold"))
    for gap, least in ((2, WIDEST), (1, LABEL)):
        label: Field[Line] = Field("", _total, parts=_label, least=least)
        fields = [label, *columns]
        found = laid_out(body, fields, out, heading=heading, gap=gap, width=PLAIN_WIDTH)
        if found is not None:
            break
    else:
        return
    table = found[1]
    if not size(table.rows[0][0]):
        yield from paragraph(heading, "bold", out)
    yield from lines(table, out)
    parts = [f"break {format_duration(report.breaks)}"] if report.breaks else []
    parts += billable_texts(whole) if whole.billable else []
    yield from totals(parts, width_of(table.columns, table.gap), out)


def _total(line: Line) -> str:
    return _hours(line[1].seconds)


def _label(line: Line, out: Output, width: int) -> Cell:
    return line[0].cell(width, out)


def _day_field(day: date, *, is_today: bool) -> Field[Line]:
    def parts(line: Line, out: Output, _: int) -> Cell:
        row, sheet = line
        if not row.group.days.get(day):
            return ((out.symbol("·", "."), "dim"),)
        return ((_hours(sheet.days[day]), row.style),)

    name, style = f"{day:%a} {day.day}".rjust(len("Mon 23")), "bold" if is_today else "dim"
    return Field(name, _total, figures=True, title_style=style, parts=parts)


def _sheets(rows: Iterable[Sheet]) -> Iterator[Sheet]:
    """Yield each row, followed by its inner rows."""
    for row in rows:
        yield row
        yield from _sheets(row.rows)


def _hours(seconds: int) -> str:
    """Return seconds as ``1:30``, rounded down to minutes."""
    return format_clock(seconds)[:-3]
