"""A report for people: a table of nested groups, the grid of a week or a heat map."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import zip_longest

import msgspec

from clocktool.domain.report import CALENDAR, FIELD, Report, with_empty_days
from clocktool.domain.time.duration import format_duration
from clocktool.render import chart
from clocktool.render.cells import PLAIN_WIDTH, WIDEST, Cell, Column, Table, size, widest
from clocktool.render.grid import grid
from clocktool.render.groups import FIGURES, Figure, Row, billable_text, money, rows_of
from clocktool.render.heatmap import heat_map
from clocktool.render.output import Output
from clocktool.render.table import justified, lines, paragraph, warning
from clocktool.render.text import cells, visible

MONTH = 31
"""The longest period with a bar for each day, in days. Longer ones are a heat map."""

WEEK = 7
LABEL = 16
"""The least width of labels, in columns. Figures are left out to keep it."""


class Frame(msgspec.Struct, frozen=True):
    """The heading of a report, a note on its zone if that is not the machine's, and today."""

    heading: str
    zone_note: str
    today: date


class _Figures(msgspec.Struct, frozen=True):
    """A column of figures with its cells, from the heading to the total."""

    figure: Figure
    cells: Sequence[Cell]

    @property
    def column(self) -> Column:
        """Its layout: as wide as the widest cell."""
        return Column(right=True, width=widest(self.cells))


def report_lines(
    report: Report, frame: Frame, out: Output, *, with_chart: bool = False
) -> Iterator[str]:
    """Yield the lines of a report."""
    days = report.period.last.toordinal() - report.period.first.toordinal() + 1
    if with_chart:
        if report.kinds[0] in CALENDAR and days > MONTH:
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
    natural = max((size(row.cell(WIDEST, out)) for row in rows), default=0)
    figures = _fitted(report, rows, natural, out, with_chart=with_chart)
    fixed = sum((each.column.width or 0) + 2 for each in figures)
    width = out.table_width
    label, bars = natural, 0
    if with_chart:
        label, bars = chart.share_room(natural, None if width is None else width - fixed - 2)
        fixed += bars + 2
    elif width is not None:
        label = min(natural, width - fixed)
    room = 0 if with_chart else min(width or PLAIN_WIDTH, PLAIN_WIDTH) - fixed
    label = max(label, room, len("total"))
    heading = frame.heading if cells(frame.heading) <= label else ""
    if not heading:
        yield from paragraph(frame.heading, "bold", out)
    labels = [
        ((heading, "bold"),),
        *(row.cell(label, out) for row in rows),
        (("total", "bold"),),
        (("break", "dim"),),
    ]
    drawn: list[tuple[Column, Sequence[Cell]]] = [(Column(width=label), labels)]
    if with_chart:
        largest = max((row.group.seconds for row in rows), default=0)
        drawn.append((Column(width=bars), [(), *(_bar(row, largest, bars, out) for row in rows)]))
    drawn += [(each.column, each.cells) for each in figures]
    body = list(zip_longest(*(each for _, each in drawn), fillvalue=()))
    table = Table([column for column, _ in drawn], body if report.breaks else body[:-1])
    yield from lines(table, out)
    for text in _left_out(report, figures, label + fixed):
        yield from justified((), ((text, "bold"),), label + fixed, out)


def _bar(row: Row, largest: int, width: int, out: Output) -> Cell:
    text = chart.bar(row.group.seconds, largest, width, out)
    return ((text, "dim" if row.depth else row.color or chart.COLOR),)


def _left_out(report: Report, figures: Sequence[_Figures], width: int) -> list[str]:
    """Return the totals of columns that were left out, as separate lines."""
    shown = [each.figure for each in figures]
    whole = report.whole
    amounts = money(whole.amounts)
    if FIGURES["billable"] in shown:
        return [amounts] if amounts and FIGURES["amount"] not in shown else []
    text = billable_text(whole)
    if cells(text) <= width:
        return [text]
    return [text.removesuffix(amounts).rstrip(), amounts]


def _fitted(
    report: Report, rows: Sequence[Row], natural: int, out: Output, *, with_chart: bool
) -> list[_Figures]:
    """Return the columns that fit beside the labels, and beside bars if there are any."""
    found = [_figures(figure, report, rows) for figure in FIGURES.values()]
    figures = [each for each in found if any(text for ((text, _),) in each.cells[1:])]
    width = out.table_width
    if width is not None:
        room = width - min(natural, LABEL)
        room -= chart.FAIR + 2 if with_chart else 0
        while sum((each.column.width or 0) + 2 for each in figures) > room:
            last = max(figures, key=lambda each: each.figure.rank)
            if last.figure.rank == 0:
                break
            figures.remove(last)
    return figures


def _figures(figure: Figure, report: Report, rows: Sequence[Row]) -> _Figures:
    """Return a column: its heading, a cell for each row, the total and perhaps the breaks."""
    whole, nested = report.whole, len(report.kinds) > 1
    texts = [figure.text(row.group, whole) if figure.value(row.group) else "" for row in rows]
    total = figure.text(whole, whole)
    if figure is FIGURES["share"]:
        total = ""
    elif figure is FIGURES["billable share"]:
        texts, total = [""] * len(rows), total if whole.billable else ""
    strong = ["bold" if nested and row.depth == 0 else "" for row in rows]
    cells = [
        ((figure.heading, "dim"),),
        *(((text, figure.style or style),) for text, style in zip(texts, strong, strict=True)),
        ((total, figure.style or "bold"),),
    ]
    if figure is FIGURES["total"]:
        cells.append(((format_duration(report.breaks), "dim"),))
    return _Figures(figure, cells)
