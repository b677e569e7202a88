"""An invoice for people: its lines as records, and its totals."""

from collections.abc import Iterator, Mapping, Sequence

from clocktool.domain.invoice import Line, totals
from clocktool.domain.minutes import largest_remainder
from clocktool.domain.money import Rate
from clocktool.domain.time.duration import HUNDREDTH, format_clock, format_decimal, hundredths
from clocktool.render.output import Output
from clocktool.render.records import Value

COLUMNS = ("client", "project", "hours", "decimal", "rate", "amount", "currency", "entries")
FIGURES = ("hours", "decimal", "rate", "amount", "entries")
"""The columns of the lines, and which of them are aligned to the right."""


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
            "rate": "" if line.rate is None else Rate(line.rate.amount).text,
            "amount": "" if line.amount is None else Rate(line.amount).text,
            "currency": "" if line.rate is None else line.rate.currency,
            "entries": len(line.entries),
        }
        for line, decimal in zip(lines, decimals, strict=True)
    ]


def total_lines(lines: Sequence[Line], out: Output) -> Iterator[str]:
    """Yield the time of all lines, as clock time and in hours, and the total of each currency."""
    if lines:
        seconds = sum(line.seconds for line in lines)
        text = f"total {format_clock(seconds)} ({format_decimal(seconds)} hours)"
        yield out.painted(text, "bold")
    for currency, total in totals(lines).items():
        yield out.paint(f"total {Rate(total, currency).text}", "bold")


def money(amounts: Mapping[str, int]) -> str:
    """Return amounts by currency, in minor units, for a sentence."""
    return ", ".join(Rate(each, currency).text for currency, each in amounts.items() if each)
