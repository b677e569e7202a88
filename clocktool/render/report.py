"""A report for people: a table of nested groups, the grid of a week or a heat map."""

from collections.abc import Iterator
from datetime import date

import msgspec

from clocktool.domain.report import FIELD, Report, with_empty_days
from clocktool.domain.time.calendar import CALENDAR
from clocktool.domain.time.duration import format_duration
from clocktool.render.cells import PLAIN_WIDTH, Cell, size, width_of
from clocktool.render.chart import COLOR, bar
from clocktool.render.fields import Field
from clocktool.render.groups import FIGURES, Row, billable_texts, label, rows_of, sums_of
from clocktool.render.output import Output
from clocktool.render.records import laid_out
from clocktool.render.table import lines, paragraph, totals, warning
from clocktool.render.text import visible

MONTH = 31
"""The longest period with a bar for each day, in days. Longer ones are a heat map."""

WEEK = 7
LABEL = 16
"""The width of labels for which figures are left out, in columns."""

BAR, LONGEST = 8, 40
"""The least and the greatest width of bars, in columns."""


class Frame(msgspec.Struct, frozen=True):
    """The heading of a report, a note on its zone if that is not the machine's, and today."""

    heading: str
    zone_note: str
    today: date


def report_lines(
    report: Report, frame: Frame, out: Output, *, with_chart: bool = False
) -> Iterator[str]:
    """Yield the lines of a report."""
    days = report.period.last.toordinal() - report.period.first.toordinal() + 1
    if with_chart:
        if report.kinds[0] in CALENDAR and days > MONTH:
            from clocktool.render.heatmap import heat_map

            yield from heat_map(report, frame.heading, out)
            if report.kinds == ("day",):
                return
            yield ""
        elif report.kinds[0] == "day":
            report = with_empty_days(report)
    elif (
        report.whole.rounded is None
        and report.kinds[-1] == "day"
        and len(report.kinds) > 1
        and 1 < days <= WEEK
    ):
        from clocktool.render.grid import grid

        found = list(grid(report, frame.heading, frame.today, out))
        if found:
            yield from found
            yield from _notes(report, frame, out)
            return
    yield from _table(report, frame, out, with_chart=with_chart)
    yield from _notes(report, frame, out)


def _notes(report: Report, frame: Frame, out: Output) -> Iterator[str]:
    """Yield notes on the figures, and a warning if time counts twice."""
    if report.overlap_seconds:
        text = f"{format_duration(report.overlap_seconds)} covered more than once"
        yield from warning(text, out)
    if report.whole.has_overlapping_groups:
        several = "values" if any(kind.startswith(FIELD) for kind in report.kinds) else "tags"
        text = f"An entry with several {several} counts in each, in the total once."
        yield from paragraph(text, "dim", out)
    if frame.zone_note:
        yield from paragraph(f"Days as in {visible(frame.zone_note)}.", "dim", out)


def _table(report: Report, frame: Frame, out: Output, *, with_chart: bool) -> Iterator[str]:
    rows = rows_of(report)
    largest = max((row.group.seconds for row in rows), default=0)

    def parts(row: Row, out: Output, width: int) -> Cell:
        length = row.group.seconds if row.group.by else 0
        style = "dim" if row.depth else row.color or COLOR
        return ((bar(length, largest, min(width, LONGEST), out), style),)

    bars: Field[Row] = Field("", lambda _: "", parts=parts, least=BAR, fair=BAR)
    fields = [label(LABEL), *([bars] if with_chart else []), *FIGURES.values()]
    width = 0 if with_chart else PLAIN_WIDTH
    found = laid_out([*rows, *sums_of(report)], fields, out, heading=frame.heading, width=width)
    if found is None:
        raise AssertionError("a total fits the narrowest terminal")
    shown, table = found
    if not size(table.rows[0][0]):
        yield from paragraph(frame.heading, "bold", out)
    yield from lines(table, out)
    names = [field.name for field in shown]
    left_out = billable_texts(report.whole)[1 if "billable" in names else 0 :]
    if "amount" not in names:
        yield from totals(left_out, width_of(table.columns, 2), out)
