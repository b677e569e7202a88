"""A report for people: nested rows with their hours, as a table, a week's grid or a heat map."""

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from clocktool.domain.report import CALENDAR, Report, with_empty_days
from clocktool.domain.time.duration import format_duration
from clocktool.render import chart
from clocktool.render.entries import NARROWEST, PLAIN_WIDTH, WARNING, title
from clocktool.render.grid import grid
from clocktool.render.groups import Row, billed, money, percent, rows_of
from clocktool.render.heatmap import heat_map
from clocktool.render.output import Output
from clocktool.render.text import cells, visible, wrapped

MONTH = 31
"""Up to so many days there is a bar a day, beyond them a heat map."""

WEEK = 7
LABEL = 16
"""How much room a label has at least before a column is left out for it."""


class Frame(msgspec.Struct, frozen=True):
    """What stands around a report: its heading, the zone where it is another's, and today."""

    heading: str
    zone_note: str
    today: date


class _Column(msgspec.Struct, frozen=True):
    """Figures below each other: one a row, and the last of the total.

    The higher its ``rank`` the sooner it is left out; 0 stays.
    """

    heading: str
    figures: Sequence[str]
    rank: int
    style: str = ""
    gap: int = 2

    @property
    def width(self) -> int:
        """How many columns of the terminal it takes, the gap before it included."""
        return self.gap + max(cells(each) for each in (self.heading, *self.figures))


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
    elif report.kinds[-1] == "day" and len(report.kinds) > 1 and 1 < days <= WEEK:
        lines = list(grid(report, frame.heading, frame.today, out))
        if lines:
            yield from lines
            yield from _notes(report, frame, out)
            return
    yield from _table(report, frame, out, with_chart=with_chart)
    yield from _notes(report, frame, out)


def _notes(report: Report, frame: Frame, out: Output) -> Iterator[str]:
    """Yield what has to be known of the figures, dim; a warning where time counts twice."""
    if report.twice:
        text = f"{format_duration(report.twice)} covered more than once"
        yield f"{out.painted('!', WARNING)} {text}"
    if report.whole.overlaps:
        yield from _note("An entry with several tags counts in each, in the total once.", out)
    if frame.zone_note:
        yield from _note(f"Days as in {visible(frame.zone_note)}.", out)


def _note(text: str, out: Output) -> Iterator[str]:
    """Yield a text in dim lines that fit the terminal."""
    lines = [text] if out.width is None else wrapped(text, max(out.width, NARROWEST))
    yield from (out.painted(line, "dim") for line in lines)


def _table(report: Report, frame: Frame, out: Output, *, with_chart: bool) -> Iterator[str]:
    rows = rows_of(report)
    natural = max((row.width(out) for row in rows), default=0)
    breaks = format_duration(report.breaks)
    columns = _fitted(report, rows, natural, out, with_chart=with_chart)
    fixed = sum(column.width for column in columns)
    width = None if out.width is None else max(out.width, NARROWEST)
    label, bars = natural, 0
    if with_chart:
        label, drawn = chart.shares(natural, None if width is None else width - fixed - 2)
        bars = drawn + 2
    elif width is not None:
        label = min(natural, width - fixed)
    label = max(label, len("total"))
    room = PLAIN_WIDTH if width is None else min(width, PLAIN_WIDTH)
    if not with_chart:
        label = max(label, room - fixed)
    yield from _heading(frame.heading, columns, label + bars, out)
    largest = max((row.group.seconds for row in rows), default=0)
    for place, row in enumerate(rows):
        bar = ""
        if bars:
            bar = chart.bar(row.group.seconds, largest, bars - 2, out)
            bar = out.painted(bar, row.color or chart.COLOR)
            bar = "  " + (out.painted(bar, "dim") if row.depth else bar)
        strong = row.depth == 0 and len(report.kinds) > 1
        figures = (_figure(column, place, out, strong=strong) for column in columns)
        yield (row.label(label, out) + bar + "".join(figures)).rstrip()
    figures = (_figure(column, -1, out, strong=True) for column in columns)
    yield (out.painted("total".ljust(label + bars), "bold") + "".join(figures)).rstrip()
    if report.breaks:
        figures = (
            " " * column.width if column.rank != _TOTAL else breaks.rjust(column.width)
            for column in columns
        )
        line = "break".ljust(label + bars) + "".join(figures)
        yield out.painted(line.rstrip(), "dim")
    for text in _left_out(report, columns, label + bars + fixed):
        yield out.painted(" " * (label + bars + fixed - cells(text)) + text, "bold")


def _left_out(report: Report, columns: Sequence[_Column], width: int) -> list[str]:
    """Return what the total of columns is that were left out, as lines of their own."""
    ranks = {column.rank for column in columns}
    whole = report.whole
    amounts = money(whole.amounts)
    if _BILLABLE in ranks:
        return [amounts] if amounts and _AMOUNT not in ranks else []
    text = billed(whole)
    if cells(text) <= width:
        return [text]
    return [text.removesuffix(amounts).rstrip(), amounts]


def _heading(heading: str, columns: Sequence[_Column], width: int, out: Output) -> Iterator[str]:
    """Yield the heading with those of the columns beside it, or below where it is too long."""
    names = "".join(column.heading.rjust(column.width) for column in columns).rstrip()
    if cells(heading) > width:
        yield from title(heading, out)
        yield " " * width + out.painted(names, "dim")
    else:
        gap = " " * (width - cells(heading))
        yield out.painted(heading, "bold") + gap + out.painted(names, "dim")


def _figure(column: _Column, place: int, out: Output, *, strong: bool) -> str:
    """Return a figure of a column, right-aligned."""
    text = column.figures[place]
    style = column.style or ("bold" if strong else "")
    return " " * (column.width - cells(text)) + out.painted(text, style)


def _fitted(
    report: Report, rows: Sequence[Row], natural: int, out: Output, *, with_chart: bool
) -> list[_Column]:
    """Return the columns that fit beside the labels, and a bar where one is drawn."""
    columns = [column for column in _columns(report, rows) if any(column.figures)]
    if out.width is not None:
        room = max(out.width, NARROWEST) - min(natural, LABEL)
        room -= chart.FAIR + 2 if with_chart else 0
        while sum(column.width for column in columns) > room:
            last = max(columns, key=lambda each: each.rank)
            if last.rank == 0:
                break
            columns.remove(last)
    return columns


def _columns(report: Report, rows: Sequence[Row]) -> Iterator[_Column]:
    whole = report.whole
    groups = [row.group for row in rows]
    shares = [percent(each.seconds, whole.seconds) if each.seconds else "" for each in groups]
    yield _Column("", [*shares, ""], _SHARE, "dim")
    figures = [format_duration(each.shown.seconds) if each.seconds else "" for each in groups]
    yield _Column("total", [*figures, format_duration(whole.shown.seconds)], _TOTAL)
    figures = [format_duration(each.shown.billable) if each.billable else "" for each in groups]
    yield _Column("billable", [*figures, format_duration(whole.shown.billable)], _BILLABLE)
    share = percent(whole.billable, whole.seconds) if whole.billable else ""
    yield _Column("", [*([""] * len(groups)), share], _BILLABLE_SHARE, "dim", gap=1)
    amounts = [*(money(each.amounts) for each in groups), money(whole.amounts)]
    yield _Column("amount", amounts, _AMOUNT)


_TOTAL, _BILLABLE, _AMOUNT, _SHARE, _BILLABLE_SHARE = range(5)
"""The ranks of the columns."""
