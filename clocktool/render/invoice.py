"""The lines of an invoice as records, with their totals."""

from collections.abc import Mapping, Sequence

from clocktool.domain.invoice import Line, totals
from clocktool.domain.minutes import largest_remainder
from clocktool.domain.money import Rate, figure
from clocktool.domain.time.duration import HUNDREDTH, format_clock, format_decimal, hundredths
from clocktool.render.fields import Value, keyed

COLUMNS = ("client", "project", "hours", "decimal", "rate", "amount", "currency", "entries")
FIGURES = ("hours", "decimal", "rate", "amount", "entries")
"""The columns, and those that are aligned to the right."""

FIELDS = keyed(COLUMNS, FIGURES, color=lambda record: "bold" if "is total" in record else "")


def line_records(lines: Sequence[Line]) -> list[dict[str, Value]]:
    """Return lines as records. Their decimal hours add up to those of the whole."""
    lengths = [line.seconds for line in lines]
    decimals = largest_remainder(lengths, HUNDREDTH, hundredths(sum(lengths)))
    return [
        {
            "client": line.client,
            "project": line.project,
            "hours": format_clock(line.seconds),
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
    seconds = sum(line.seconds for line in lines)
    empty: dict[str, Value] = dict.fromkeys(("is total", *COLUMNS))
    records = [
        empty | {"amount": figure(total, currency), "currency": currency}
        for currency, total in totals(lines).items()
    ] or [empty]
    records[0] |= {
        "client": "total",
        "hours": format_clock(seconds),
        "decimal": format_decimal(seconds),
        "entries": sum(len(line.entries) for line in lines),
    }
    return records


def money(amounts: Mapping[str, int]) -> str:
    """Return amounts by currency, in minor units, for a sentence."""
    return ", ".join(Rate(each, currency).text for currency, each in amounts.items() if each)
