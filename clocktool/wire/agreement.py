"""JSON of what a member should work: the profile of a member, and holidays."""

from datetime import date
from typing import Any

import msgspec

from clocktool.domain.targets import DayOff, Hours, parse_days
from clocktool.domain.time.duration import parse_iso_duration
from clocktool.domain.time.period import Period
from clocktool.domain.time.week import WEEKDAYS


class _Profile(msgspec.Struct, rename="camel"):
    work_capacity: str | None = None
    working_days: list[str] | str | None = None


class _Holiday(msgspec.Struct, rename="camel"):
    date_period: dict[str, Any]
    name: str | None = None


def work_hours(data: bytes) -> Hours | None:
    """Read the target of each weekday from a member's profile; None where it has none.

    ``workingDays`` is a list, or a text that contains one.
    """
    profile = msgspec.json.decode(data, type=_Profile)
    if not profile.work_capacity or not profile.working_days:
        return None
    try:
        seconds = parse_iso_duration(profile.work_capacity)
    except ValueError as error:
        raise msgspec.ValidationError(str(error)) from error
    days = profile.working_days
    text = days if isinstance(days, str) else " ".join(days)
    return tuple(seconds if day.upper() in text.upper() else 0 for day in WEEKDAYS)


def holidays(data: bytes) -> list[DayOff]:
    """Read holidays, by day. Those of the same days are one, with both names."""
    names: dict[tuple[date, date], list[str]] = {}
    for each in msgspec.json.decode(data, type=list[_Holiday]):
        days = _days_of(each.date_period)
        name = "".join(mark if mark.isprintable() else " " for mark in each.name or "")
        names.setdefault((days.first, days.last), []).append(" ".join(name.split()) or "Holiday")
    return [
        DayOff(Period(*days), ", ".join(dict.fromkeys(found)))
        for days, found in sorted(names.items())
    ]


def _days_of(period: dict[str, Any]) -> Period:
    first, last = (str(period.get(name) or "")[:10] for name in ("startDate", "endDate"))
    try:
        return parse_days(f"{first}..{last or first}")
    except ValueError as error:
        raise msgspec.ValidationError(f"invalid datePeriod: {error}") from error
