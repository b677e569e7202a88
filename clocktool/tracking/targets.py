"""Targets in the configuration: read them, and find what must change in the file for new ones."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from clocktool.config.config import Config
from clocktool.config.declaration import dotted
from clocktool.domain.targets import (
    DayOff,
    Hours,
    Targets,
    format_carry,
    format_days,
    format_week,
    is_common,
    parse_days,
    without,
)
from clocktool.domain.time.period import Period
from clocktool.errors import NotFoundError


class Edits(msgspec.Struct, frozen=True):
    """Changes of the tables in one source: a file, or a profile in it.

    ``values`` are the new values of keys; None removes a key. ``names`` are new names of keys. The
    keys in ``removed`` are removed first, so that their new values are written at the end.
    """

    source: str
    values: dict[str, Any]
    names: dict[str, str] = msgspec.field(default_factory=dict)
    removed: tuple[str, ...] = ()


class OffRow(msgspec.Struct, frozen=True):
    """Days off with their key and the source of it."""

    off: DayOff
    key: str
    source: str


def targets_of(config: Config) -> Targets:
    """Return the targets in force."""
    return Targets.of(
        {date.fromisoformat(day): value.hours for day, value, _ in config.rows("targets")},
        [row.off for row in off_rows(config)],
        {date.fromisoformat(day): value.seconds for day, value, _ in config.rows("carry")},
    )


def off_rows(config: Config) -> list[OffRow]:
    """Return the days off in the order in which they are written."""
    return [
        OffRow(DayOff(parse_days(days), value.name, value.half), dotted(("days_off", days)), source)
        for days, value, source in config.rows("days_off")
    ]


def set_week(source: str, first: date, hours: Hours) -> Edits:
    """Return the change for targets from a day on."""
    return Edits(source, {dotted(("targets", first.isoformat())): format_week(hours)})


def set_carry(source: str, first: date, seconds: int) -> Edits:
    """Return the change for a balance that is brought along to a day."""
    return Edits(source, {dotted(("carry", first.isoformat())): format_carry(seconds)})


def add_off(source: str, rows: Sequence[DayOff], config: Config) -> tuple[Edits, list[DayOff]]:
    """Return the change for new days off, and the other rows of the file that share days.

    The new rows count on these days, because they are written later.
    """
    written = [row for row in off_rows(config) if row.off not in rows]
    values = {_key_of(row.days): _value_of(row) for row in rows}
    removed = [
        row.key
        for place, row in enumerate(written)
        if row.source == source
        and row.key in values
        and any(is_common(row.off.days, later.off.days) for later in written[place + 1 :])
    ]
    overlaps = [
        row.off
        for row in written
        if row.key not in values and any(is_common(row.off.days, each.days) for each in rows)
    ]
    return Edits(source, values, removed=tuple(removed)), overlaps


def remove_off(days: Period, config: Config) -> tuple[list[Edits], list[DayOff]]:
    """Return the changes that make days working days again, and the rows that had them.

    A row that has other days, too, keeps those. Raises NotFoundError where no day is off.
    """
    rows = off_rows(config)
    edits: dict[str, Edits] = {}
    found: list[DayOff] = []
    for place, row in enumerate(rows):
        if not is_common(row.off.days, days):
            continue
        found.append(row.off)
        left = without(row.off, days)
        for later in rows[place + 1 :]:  # what is left is written behind them, and must not count
            left = [part for each in left for part in without(each, later.off.days)]
        edit = edits.setdefault(row.source, Edits(row.source, {}))
        if not left:
            edit.values[row.key] = None
            continue
        edit.names[row.key] = format_days(left[0].days)
        edit.values.update({_key_of(each.days): _value_of(each) for each in left[1:]})
        hidden = _key_of(left[0].days)  # an earlier row of the days that are left has no effect
        if any(each.key == hidden and each.source == row.source for each in rows):
            edit.values[hidden] = None
    if not found:
        raise NotFoundError(f"no day off: {format_days(days)}", "see: clocktool targets")
    return list(edits.values()), found


def _key_of(days: Period) -> str:
    return dotted(("days_off", format_days(days)))


def _value_of(row: DayOff) -> Any:
    return {"name": row.name, "half": True} if row.half else row.name
