"""A balance as a table, a chart, JSON, CSV, Markdown or lines from a template."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from clocktool.domain.balance import Balance, Row, ShownRow, shown_rows
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import Instant, format_iso
from clocktool.domain.time.zone import Zone
from clocktool.render.cells import Cell
from clocktool.render.documents import template_of
from clocktool.render.fields import Field
from clocktool.render.hours import days_text, end_time, left, short_day, signed
from clocktool.render.json import dump, dump_line
from clocktool.render.output import Format, Output
from clocktool.render.records import lines as record_lines
from clocktool.render.records import table
from clocktool.render.table import paragraph
from clocktool.render.text import visible

COLUMNS = ("period", "worked", "target", "difference", "balance", "off")


class Frame(msgspec.Struct, frozen=True):
    """What a balance is shown with: its period, now, the zone, and what is left of today."""

    heading: str
    zone: Zone
    zone_note: str
    now: Instant
    begin: date | None
    left: int | None = None
    done_at: Instant | None = None


class Line(msgspec.Struct, frozen=True):
    """A row as it is displayed. ``has_target`` is False where nothing was agreed at all."""

    label: str
    figures: ShownRow
    row: Row
    has_target: bool
    is_planned: bool = False
    style: str = ""


def table_lines(balance: Balance, frame: Frame, out: Output) -> Iterator[str]:
    """Yield a balance as a table, with notes below it."""
    shown, whole = shown_rows(balance)
    today, has_target = frame.zone.day(frame.now), frame.begin is not None
    drawn = [
        Line(
            row_label(row),
            figures,
            row,
            has_target,
            is_planned=row.days.first > today,
            style="bold" if row.days.first <= today <= row.days.last else "",
        )
        for row, figures in zip(balance.rows, shown, strict=True)
    ]
    drawn.append(Line("total", whole, balance.whole, has_target, style="bold"))
    yield from paragraph(frame.heading, "bold", out)
    yield from table(drawn, _FIELDS, out)
    yield from notes(balance, frame, out)


def chart(balance: Balance, frame: Frame, by: str, out: Output) -> Iterator[str]:
    """Yield a balance as a chart, with the sums of the whole and notes below it."""
    from clocktool.render.balance_chart import chart_lines

    yield from paragraph(frame.heading, "bold", out)
    yield from chart_lines(balance, by, out)
    _, whole = shown_rows(balance)
    if whole.balance is not None:
        text = f"{format_duration(whole.worked)} worked, balance {signed(whole.balance)}"
        yield from paragraph(text, "bold", out)
    yield from notes(balance, frame, out)


def notes(balance: Balance, frame: Frame, out: Output) -> Iterator[str]:
    """Yield notes: what is left today, since when the balance counts, the zone of the days."""
    if frame.left is not None:
        yield from paragraph(f"{today_text(frame)}.", "", out)
    begin = frame.begin
    if begin is not None and balance.whole.days.first < begin:
        yield from paragraph(
            f"The balance counts from {short_day(begin)} {begin.year}.", "dim", out
        )
    if balance.whole.carried:
        text = f"The balance includes {signed(balance.whole.carried)} brought along."
        yield from paragraph(text, "dim", out)
    if frame.zone_note:
        yield from paragraph(f"Days as in {visible(frame.zone_note)}.", "dim", out)


def today_text(frame: Frame) -> str:
    """Return what is left of today: ``2h 15m left today, done at 17:42``."""
    rest = frame.left or 0
    if rest <= 0:
        more = -rest - -rest % 60
        return f"{format_duration(more)} over today's target" if more else "Done for today"
    text = f"{left(rest)} left today"
    if frame.done_at is None:
        return text
    return f"{text}, done at {end_time(frame.done_at, frame.now, frame.zone)}"


def row_label(row: Row) -> str:
    """Return the name of a row for people: ``Mon 23 Nov``, ``2026-W48``."""
    return short_day(row.days.first) if row.name == row.days.first.isoformat() else row.name


def _style(line: Line) -> str:
    return "dim" if line.is_planned else line.style


def _worked(line: Line, out: Output, _: int) -> Cell:
    seconds = _shown_work(line.row, line.figures)
    return () if line.is_planned and not seconds else _length(seconds, line, out)


def _shown_work(row: Row, figures: ShownRow) -> int:
    """Return the work of a row for display; less than a minute is shown in seconds."""
    return figures.worked or min(row.worked, 59)


def _target(line: Line, out: Output, _: int) -> Cell:
    return _length(line.figures.target, line, out) if line.has_target else ()


def _length(seconds: int, line: Line, out: Output) -> Cell:
    if not seconds:
        return ((out.symbol("·", "-"), "dim"),)
    return ((format_duration(seconds), _style(line)),)


def _difference(line: Line, _: Output, __: int) -> Cell:
    if line.is_planned or not line.has_target:
        return ()
    return ((signed(line.figures.difference), _style(line)),)


def _balance(line: Line, _: Output, __: int) -> Cell:
    balance = line.figures.balance
    return () if balance is None else ((signed(balance), _style(line)),)


def _nothing(_: Line) -> None:
    """Return no value: the cell has it."""


_FIELDS: Sequence[Field[Line]] = (
    Field("", lambda line: line.label, color=_style),
    Field("worked", _nothing, figures=True, parts=_worked),
    Field("target", _nothing, figures=True, parts=_target, rank=2),
    Field("difference", _nothing, figures=True, parts=_difference, rank=1, heading="+/-"),
    Field("balance", _nothing, figures=True, parts=_balance),
    Field("off", lambda line: ", ".join(line.row.off), color=lambda _: "dim", rank=3),
)


def data_lines(balance: Balance, frame: Frame, format: Format, out: Output) -> Iterator[str]:
    """Yield the lines of a balance as JSON, CSV or Markdown."""
    match format:
        case Format.JSON:
            yield out.json(dump(_object(balance, frame)))
        case Format.JSONL:
            for row in balance.rows:
                yield out.json(dump_line(_row_object(row)))
        case Format.CSV:
            yield from record_lines(balance.rows, _DATA, format, out)
        case _:
            shown, whole = shown_rows(balance)
            pairs = [*zip(balance.rows, shown, strict=True), (balance.whole, whole)]
            yield from record_lines(pairs, _MARKDOWN, Format.MD, out)


def _object(balance: Balance, frame: Frame) -> dict[str, Any]:
    whole = _row_object(balance.whole)
    return {
        "from": balance.whole.days.first.isoformat(),
        "to": balance.whole.days.last.isoformat(),
        "zone": frame.zone.name,
        **{name: whole[name] for name in whole if name.endswith("Seconds")},
        "doneAt": None if frame.done_at is None else format_iso(frame.done_at),
        "rows": [_row_object(row) for row in balance.rows],
    }


def _row_object(row: Row) -> dict[str, Any]:
    return {
        "period": row.name,
        "workedSeconds": row.worked,
        "targetSeconds": row.target,
        "differenceSeconds": row.difference,
        "balanceSeconds": row.balance,
        "off": ", ".join(row.off) or None,
    }


_DATA: Sequence[Field[Row]] = (
    Field("period", lambda row: row.name),
    Field("worked_seconds", lambda row: row.worked),
    Field("target_seconds", lambda row: row.target),
    Field("difference_seconds", lambda row: row.difference),
    Field("balance_seconds", lambda row: row.balance),
    Field("off", lambda row: ", ".join(row.off)),
)

Pair = tuple[Row, ShownRow]

TEXTS: dict[str, Callable[[Pair], str]] = {
    "period": lambda pair: pair[0].name,
    "worked": lambda pair: format_duration(_shown_work(*pair)),
    "target": lambda pair: format_duration(pair[1].target),
    "difference": lambda pair: signed(pair[1].difference),
    "balance": lambda pair: "" if pair[1].balance is None else signed(pair[1].balance),
    "off": lambda pair: ", ".join(pair[0].off),
}
"""The fields of a template and of Markdown."""

_MARKDOWN: Sequence[Field[Pair]] = tuple(
    Field(name, text, figures=name not in ("period", "off"))
    for name, text in (TEXTS | {"period": lambda pair: pair[0].name or "total"}).items()
)


def template(text: str) -> Callable[[Balance], Iterator[str]]:
    """Return a function that fills a template for each row of a balance.

    Raises UsageError for an unknown field.
    """
    seconds = {each.name: _seconds(each) for each in _DATA if each.name.endswith("_seconds")}
    fill = template_of(text, TEXTS | seconds)

    def lines(balance: Balance) -> Iterator[str]:
        shown, _ = shown_rows(balance)
        for pair in zip(balance.rows, shown, strict=True):
            yield fill(pair)

    return lines


def _seconds(field: Field[Row]) -> Callable[[Pair], str]:
    return lambda pair: field.data(pair[0])


def heading_of(balance: Balance) -> str:
    """Return the heading of a balance: its days."""
    return days_text(balance.whole.days)
