"""Dates in reports, with day, month and year in the order of an account's settings."""

import re
from collections.abc import Iterable
from datetime import date

from clocktool.errors import quoted
from clocktool.importers.row import FormatError
from clocktool.importers.source import DateOrder

_DATE = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})", re.ASCII)


def read_date(text: str, order: DateOrder) -> date:
    """Parse a date in a known order. Raises ValueError."""
    day = _readings(text).get(order)
    if day is None:
        example = {"dmy": "24/11/2026", "mdy": "11/24/2026", "ymd": "2026-11-24"}[order]
        raise ValueError(f"invalid date {quoted(text)}, expected one like {example}")
    return day


def find_order(dates: Iterable[tuple[int, str]]) -> DateOrder:
    """Return the order that fits all dates; each date comes with its line number.

    Invalid dates are ignored. If several orders fit but give the same days, the first is returned.
    Raises FormatError where orders give different days, or none fits.
    """
    orders = dict.fromkeys(DateOrder, "")
    excluded_by: dict[DateOrder, str] = {}
    differs = ""
    for line, text in dates:
        days = _readings(text)
        for order in DateOrder if days else ():
            if order not in days and orders.pop(order, None) is not None:
                excluded_by[order] = f"{quoted(text)} (line {line})"
        if len(set(days.values())) > 1 and not differs:
            differs = f"{quoted(text)} (line {line})"
    if not orders:
        examples = " and ".join(dict.fromkeys(excluded_by.values()))
        raise FormatError(
            f"its dates fit no single order of day, month and year: {examples}",
            "use one order in the file, or find the rows that differ with --dates dmy|mdy|ymd",
        )
    found = list(orders)
    if len(found) > 1 and differs:
        raise FormatError(
            f"its dates may be {' or '.join(order.words for order in found)}, like {differs}",
            f"choose one: {' or '.join(f'--dates {order}' for order in found)}",
        )
    return found[0]


def _readings(text: str) -> dict[DateOrder, date]:
    """Return the day that a text means in each order it fits; the year has four digits."""
    found = _DATE.fullmatch(text)
    if found is None:
        return {}
    first, _, second, third = found.groups()
    days: dict[DateOrder, date] = {}
    for order, year, month, day in (
        (DateOrder.DMY, third, second, first),
        (DateOrder.MDY, third, first, second),
        (DateOrder.YMD, first, second, third),
    ):
        if len(year) == 4 and len(month) <= 2 and len(day) <= 2:
            try:
                days[order] = date(int(year), int(month), int(day))
            except ValueError:
                continue
    return days
