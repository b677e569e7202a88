"""Targets, days off and carried balances, for people and for programs."""

from collections.abc import Iterator, Sequence
from typing import Any

from clocktool.domain.targets import Carry, DayOff, Targets, Week, format_days, format_week
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.period import Period
from clocktool.domain.time.week import WEEKDAYS
from clocktool.render.fields import Field
from clocktool.render.hours import days_text, signed
from clocktool.render.output import Output
from clocktool.render.records import table
from clocktool.render.text import visible

SHORT = tuple(day[:3] for day in WEEKDAYS)

COLUMNS = ("kind", "from", "to", "seconds", *SHORT, "name", "half")
"""The columns of CSV and Markdown."""

_WEEK: Sequence[Field[Week]] = (
    Field("from", lambda week: days_text(Period(week.first, week.first))),
    Field("hours", lambda week: week_text(week.hours)),
    Field("week", lambda week: format_duration(sum(week.hours)), figures=True),
)
_OFF: Sequence[Field[DayOff]] = (
    Field("days off", lambda row: days_text(row.days)),
    Field("name", lambda row: row.name),
    Field("half", lambda row: row.half),
)


def week_text(hours: Sequence[int]) -> str:
    """Return the targets of weekdays: ``mon..thu 8h, fri 6h``."""
    return ", ".join(part.replace("=", " ") for part in format_week(hours).split())


def target_lines(targets: Targets, out: Output) -> Iterator[str]:
    """Yield targets as tables: weeks, days off, and balances brought along."""
    weeks, days_off, carried = _in_order(targets)
    if weeks:
        yield from table(weeks, _WEEK, out)
    if days_off:
        yield from [""] * bool(weeks)
        yield from table(days_off, _OFF, out)
    if carried:
        yield from [""] * bool(weeks or days_off)
        rows = [(days_text(Period(row.first, row.first)), signed(row.seconds)) for row in carried]
        fields: Sequence[Field[tuple[str, str]]] = (
            Field("brought along", lambda row: row[0]),
            Field("balance", lambda row: row[1], figures=True),
        )
        yield from table(rows, fields, out)


def _in_order(
    targets: Targets,
) -> tuple[list[Week], list[DayOff], list[Carry]]:
    """Return the rows by their days; in the file the order says which of two days off counts."""
    return (
        sorted(targets.weeks, key=lambda row: row.first),
        sorted(targets.off, key=lambda row: (row.days.first, row.days.last)),
        sorted(targets.carry, key=lambda row: row.first),
    )


def overlap_text(earlier: DayOff, later: DayOff) -> str:
    """Return a note on two rows that share days: the later one counts."""
    return visible(
        f"{format_days(earlier.days)} ({earlier.name}) and {format_days(later.days)} "
        f"({later.name}) overlap; the later row counts: {later.name}."
    )


def target_object(targets: Targets) -> dict[str, Any]:
    """Return targets as an object of JSON."""
    weeks, days_off, carried = _in_order(targets)
    return {
        "weeks": [
            {"from": week.first.isoformat(), **dict(zip(SHORT, week.hours, strict=True))}
            for week in weeks
        ],
        "off": [
            {
                "from": row.days.first.isoformat(),
                "to": row.days.last.isoformat(),
                "name": row.name,
                "half": row.half,
            }
            for row in days_off
        ],
        "carry": [{"from": row.first.isoformat(), "seconds": row.seconds} for row in carried],
    }


def target_rows(targets: Targets) -> list[dict[str, Any]]:
    """Return each row of the targets with all columns."""
    empty: dict[str, Any] = dict.fromkeys(COLUMNS)
    found = target_object(targets)
    weeks = [
        {**empty, "kind": "week", **row, "seconds": sum(row[day] for day in SHORT)}
        for row in found["weeks"]
    ]
    off = [{**empty, "kind": "off", **row} for row in found["off"]]
    return weeks + off + [{**empty, "kind": "carry", **row} for row in found["carry"]]
