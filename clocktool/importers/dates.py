"""Dates of reports: day, month and year in the order that an account is set to."""

import re
from collections.abc import Iterable
from datetime import date

from clocktool.errors import quoted
from clocktool.importers.row import FormatError
from clocktool.importers.source import DateOrder

_DATE = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})", re.ASCII)


def read_date(text: str, order: DateOrder) -> date:
    """Read a date in an order. Raises ValueError for any other."""
    day = _days(text).get(order)
    if day is None:
        example = {"dmy": "24/11/2026", "mdy": "11/24/2026", "ymd": "2026-11-24"}[order]
        raise ValueError(f"{quoted(text)} is no date like {example}")
    return day


def find_order(dates: Iterable[tuple[int, str]]) -> DateOrder:
    """Return the order that fits all dates, each given with its line.

    A text that is no date in any order is passed over. Dates that mean the same days in several
    orders are read in the first of them. Raises FormatError where several orders fit, or none.
    """
    left = dict.fromkeys(DateOrder, "")
    tells: dict[DateOrder, str] = {}
    differs = ""
    for line, text in dates:
        days = _days(text)
        for order in DateOrder if days else ():
            if order not in days and left.pop(order, None) is not None:
                tells[order] = f"{quoted(text)} (line {line})"
        if len(set(days.values())) > 1 and not differs:
            differs = f"{quoted(text)} (line {line})"
    if not left:
        against = " and ".join(dict.fromkeys(tells.values()))
        raise FormatError(
            f"no order of day, month and year fits all its dates: {against}",
            "make them alike, or name the rows of another order with --dates dmy|mdy|ymd",
        )
    orders = list(left)
    if len(orders) > 1 and differs:
        raise FormatError(
            f"its dates may be {' or '.join(order.words for order in orders)}, like {differs}",
            f"say which: {' or '.join(f'--dates {order}' for order in orders)}",
        )
    return orders[0]


def _days(text: str) -> dict[DateOrder, date]:
    """Return the day that a text is in each order that it fits; its year has four digits."""
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
