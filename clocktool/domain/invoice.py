"""Lines of an invoice: billable time by client, project and rate, in minor units.

The amount of a line is its seconds times its hourly rate, rounded half up once. Totals add these
amounts, so they match what a reader of the lines adds up.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.money import Rate, amount


class Line(msgspec.Struct, frozen=True):
    """The billable time of one project at one rate."""

    client: str
    project: str
    rate: Rate | None
    seconds: int
    entries: tuple[Entry, ...]
    rounded: int | None = None
    """The seconds after rounding; None without a rule."""

    @property
    def priced(self) -> int:
        """The seconds that are multiplied by the rate: rounded, if there is a rule."""
        return self.seconds if self.rounded is None else self.rounded

    @property
    def amount(self) -> int | None:
        """The amount in minor units. None if there is no rate."""
        return None if self.rate is None else amount(self.priced, self.rate)


def group_lines(
    entries: Iterable[Entry], rounded: Callable[[Sequence[Entry]], int | None] = lambda _: None
) -> list[Line]:
    """Group finished entries into lines by client, project and rate.

    ``rounded`` returns the rounded seconds of the entries of a line.
    """
    groups: dict[tuple[str, str, str, Rate | None], list[Entry]] = {}
    for entry in entries:
        of = entry.project
        key = (
            of.client if of else "",
            (of.label) if of else "",
            str(of.id) if of else "",
            entry.hourly_rate,
        )
        groups.setdefault(key, []).append(entry)
    ordered = sorted(
        groups.items(),
        key=lambda each: (each[0][:3], each[0][3].amount if each[0][3] else -1),
    )
    return [
        Line(
            client,
            project,
            rate,
            sum(entry.seconds(entry.start) for entry in of_line),
            tuple(of_line),
            rounded(of_line),
        )
        for (client, project, _, rate), of_line in ordered
    ]


def totals(lines: Iterable[Line]) -> dict[str, int]:
    """Return the total of each currency in minor units. Lines without a rate are skipped."""
    found: dict[str, int] = {}
    for line in lines:
        if line.rate is not None and line.amount is not None:
            found[line.rate.currency] = found.get(line.rate.currency, 0) + line.amount
    return found
