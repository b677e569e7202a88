"""The lines of an invoice as records, with their totals."""

from collections.abc import Mapping, Sequence
from typing import Any

from clocktool.domain.invoice import Line, totals
from clocktool.domain.minutes import largest_remainder
from clocktool.domain.money import Rate, figure
from clocktool.domain.time.duration import HUNDREDTH, format_clock, format_decimal, hundredths
from clocktool.render.fields import Fields, Value, keyed

COLUMNS = (
    *("client", "project", "hours", "rounded", "decimal", "rate", "amount", "currency"),
    "entries",
)
FIGURES = ("hours", "rounded", "decimal", "rate", "amount", "entries")
"""The columns, and those that are aligned to the right."""


def fields_of(lines: Sequence[Line]) -> Fields[Mapping[str, Any]]:
    """Return the columns of lines: with the rounded time if there is a rule."""
    names = [name for name in COLUMNS if name != "rounded" or any(map(_is_rounded, lines))]
    return keyed(names, FIGURES, color=lambda record: "bold" if "is total" in record else "")


def _is_rounded(line: Line) -> bool:
    return line.rounded is not None


def line_records(lines: Sequence[Line]) -> list[dict[str, Value]]:
    """Return lines as records. Their decimal hours add up to those of the whole.

    Decimal hours are those that the amount comes from: rounded by the rule, if there is one.
    """
    lengths = [line.priced for line in lines]
    decimals = largest_remainder(lengths, HUNDREDTH, hundredths(sum(lengths)))
    return [
        {
            "client": line.client,
            "project": line.project,
            "hours": format_clock(line.seconds),
            "rounded": "" if line.rounded is None else format_clock(line.rounded),
            "decimal": format_decimal(decimal * HUNDREDTH),
            "rate": figure(line.rate.amount, line.rate.currency) if line.rate else "",
            "amount": figure(line.amount or 0, line.rate.currency) if line.rate else "",
            "currency": line.rate.currency if line.rate else "",
            "entries": len(line.entries),
        }
        for line, decimal in zip(lines, decimals, strict=True)
    ]


def total_records(lines: Sequence[Line]) -> list[dict[str, Value]]:
    """Return the total of each currency as a record; the first has the hours of all lines."""
    if not lines:
        return []
    seconds, priced = sum(line.seconds for line in lines), sum(line.priced for line in lines)
    empty: dict[str, Value] = dict.fromkeys(("is total", *COLUMNS))
    records = [
        empty | {"amount": figure(total, currency), "currency": currency}
        for currency, total in totals(lines).items()
    ] or [empty]
    records[0] |= {
        "client": "total",
        "hours": format_clock(seconds),
        "rounded": format_clock(priced) if any(map(_is_rounded, lines)) else "",
        "decimal": format_decimal(priced),
        "entries": sum(len(line.entries) for line in lines),
    }
    return records


def money(amounts: Mapping[str, int]) -> str:
    """Return amounts by currency, in minor units, for a sentence."""
    return ", ".join(Rate(each, currency).text for currency, each in amounts.items() if each)
