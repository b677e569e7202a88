"""The columns of budgets: used, left, a bar, and until when each lasts."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from clocktool.domain.budgets import WARNED, Row, Use
from clocktool.domain.money import Rate
from clocktool.domain.time.duration import format_duration
from clocktool.render.cells import Cell
from clocktool.render.chart import COLOR, bar
from clocktool.render.entries import day_name
from clocktool.render.fields import Field, Fields, Value
from clocktool.render.output import Format, Output
from clocktool.render.records import table

BAR = 12
"""The width of the bar of a whole budget, in columns."""

Pair = tuple[Row, Use]


def name_of(use: Use) -> str:
    """Return the name of what a budget is for: ``Site · ACME``."""
    of = use.subject
    return " · ".join(name for name in (of.project, of.client) if name)


def budget_object(pair: Pair) -> dict[str, Any]:
    """Return a budget as an object of JSON."""
    row, use = pair
    period, is_time = use.period, use.budget.seconds is not None
    unit = "Seconds" if is_time else "Amount"
    return {
        "client": use.subject.client or None,
        "project": use.subject.project or None,
        "per": use.budget.per,
        "from": None if period is None else period.first.isoformat(),
        "to": None if period is None else period.last.isoformat(),
        f"budget{unit}": use.budget.size,
        f"used{unit}": use.used,
        "currency": None if is_time else use.budget.currency,
        "percent": use.percent,
        "exhaustedOn": None if use.exhausted_on is None else use.exhausted_on.isoformat(),
        "over": use.is_over,
        "source": row.source,
    }


def fields_of(format: Format) -> Fields[Pair]:
    """Return the columns of budgets in a format: texts for people, or values for programs."""
    if format is Format.TABLE:
        return PEOPLE
    return [each for each in PEOPLE if each.name] if format is Format.MD else DATA


def lines(pairs: Sequence[Pair], out: Output) -> Iterator[str]:
    """Yield the lines of the table."""
    return table(pairs, PEOPLE, out)


def _style(pair: Pair) -> str:
    """Return the style of a budget that is over or nearly used."""
    use = pair[1]
    return "error" if use.is_over else "money" if use.percent > WARNED else ""


def _bar(pair: Pair, out: Output, _: int) -> Cell:
    use = pair[1]
    full = bar(min(use.used, use.budget.size), use.budget.size, BAR, out)
    rest = out.symbol("·", ".") * (BAR - len(full))
    return ((full, _style(pair) or COLOR), (rest, "dim"))


def size_text(use: Use, size: int) -> str:
    """Return a size in the unit of a budget: ``12h 30m``, ``520.00 EUR``."""
    if use.budget.seconds is not None:
        return format_duration(size)
    return Rate(size, use.budget.currency).text


def _left_text(use: Use) -> str:
    """Return what is left: in whole minutes it and the used ones are the whole, as displayed."""
    if use.budget.seconds is None:
        return size_text(use, use.left)
    return format_duration((use.budget.size // 60 - use.used // 60) * 60)


def _until(pair: Pair) -> str:
    use = pair[1]
    if use.exhausted_on is None:
        return ""
    return day_name(use.exhausted_on)


def _value(name: str) -> Callable[[Pair], Value]:
    return lambda pair: budget_object(pair).get(name)


PEOPLE: tuple[Field[Pair], ...] = (
    Field("budget", lambda pair: name_of(pair[1])),
    Field("per", lambda pair: pair[1].budget.per or "in all", rank=4),
    Field("", lambda _: None, parts=_bar, rank=3),
    Field(
        "percent", lambda pair: f"{pair[1].percent:.1f}%", figures=True, color=_style, heading="%"
    ),
    Field("used", lambda pair: size_text(pair[1], pair[1].used), figures=True, rank=1),
    Field("of", lambda pair: size_text(pair[1], pair[1].budget.size), figures=True, rank=5),
    Field("left", lambda pair: _left_text(pair[1]), figures=True),
    Field("exhausted on", _until, color=_style, rank=2),
)
DATA: tuple[Field[Pair], ...] = tuple(
    Field(name, _value(key))
    for name, key in (
        *(("client", "client"), ("project", "project"), ("per", "per")),
        *(("from", "from"), ("to", "to")),
        *(("budget_seconds", "budgetSeconds"), ("used_seconds", "usedSeconds")),
        *(("budget_amount", "budgetAmount"), ("used_amount", "usedAmount")),
        *(("currency", "currency"), ("percent", "percent")),
        *(("exhausted_on", "exhaustedOn"), ("over", "over"), ("source", "source")),
    )
)
