"""The groups of a report as people read them: names in words, shares, amounts, and their rows."""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from clocktool.domain.money import Rate
from clocktool.domain.report import FIELD, OWNER_KINDS, Group, Report
from clocktool.domain.time.duration import format_duration
from clocktool.render.cells import Cell
from clocktool.render.entries import day_name
from clocktool.render.output import Output
from clocktool.render.text import visible

INDENT = 2
"""How many columns further in a group within another stands."""

_NONE = {
    "project": "no project",
    "client": "no client",
    "task": "no task",
    "tag": "untagged",
    "user": "nobody",
    "description": "no description",
}


class Row(msgspec.Struct, frozen=True):
    """A group at its depth. ``name`` and ``of`` are visible; ``color`` is that of its project."""

    group: Group
    depth: int
    name: str
    of: str
    color: str

    def text(self, out: Output) -> str:
        """Return what it is called and whose it is: ``Site · ACME``."""
        return self.name + (_between(out) + self.of if self.of else "")

    def cell(self, width: int, out: Output) -> Cell:
        """Return its label, a project's name in its colour, further in the deeper it is.

        Where there is little room, half of that is left for the name.
        """
        own = self.color if self.group.by == "project" else _STYLES.get(self.group.by, "")
        indent = " " * min(self.depth * INDENT, width // 2)
        of = ((_between(out), "dim"), (self.of, "dim")) if self.of else ()
        return ((indent, ""), (self.name, own), *of)


def rows_of(report: Report, *, depth: int | None = None) -> list[Row]:
    """Return the rows of a report, each before those within it, down to a depth."""
    deepest = len(report.kinds) if depth is None else depth
    return list(_rows(report.whole.groups, 0, deepest, "", frozenset()))


def _rows(
    groups: tuple[Group, ...], depth: int, deepest: int, color: str, above: frozenset[str]
) -> Iterator[Row]:
    if depth == deepest:
        return
    for group in groups:
        # Whose it is, is said once: not below that very thing.
        of = group.owner if OWNER_KINDS.get(group.by) not in above else ""
        shade = group.color or color
        yield Row(group, depth, words(group), visible(of), shade)
        yield from _rows(group.groups, depth + 1, deepest, shade, above | {group.by})


def words(group: Group) -> str:
    """Return a group's name for people, visible: ``Tue 24 Nov 2026``, ``no project``."""
    match group.by:
        case "billable":
            return "billable" if group.name == "true" else "not billable"
        case "day" if group.first:
            return day_name(group.first)
        case "week" if group.first:
            if group.name != group.first.isoformat():
                return f"{group.name}  {group.first:%a} {group.first.day} {group.first:%b}"
            return f"week of {day_name(group.first)}"
        case "month" if group.first:
            return f"{group.first:%b} {group.first.year:04}"
        case "quarter" if group.first:
            return f"Q{group.first.month // 3 + 1} {group.first.year:04}"
        case "tag" if group.id is not None:
            return f"#{visible(group.name)}"
    name = visible(group.name).strip()
    if not name and group.by.startswith(FIELD):
        return f"no {visible(group.by.removeprefix(FIELD))}"
    return name or _NONE.get(group.by, "")


def money(amounts: Mapping[str, int]) -> str:
    """Return amounts as people write them, one a currency: ``288.75 EUR, 10.00 USD``."""
    return visible(", ".join(Rate(amount, currency).text for currency, amount in amounts.items()))


def percent(part: int, whole: int) -> str:
    """Return a share in whole percent, rounded half up; of nothing it is empty."""
    return f"{(part * 200 + whole) // (2 * whole)}%" if whole else ""


def billed(group: Group) -> str:
    """Return what of a group is billable: ``billable 2h 45m 73%    288.75 EUR``."""
    share = percent(group.billable, group.seconds) if group.billable else ""
    text = f"billable {format_duration(group.shown.billable)} {share}".rstrip()
    return f"{text}    {money(group.amounts)}" if group.amounts else text


def _between(out: Output) -> str:
    return f" {out.symbol('·', '-')} "


_STYLES = {"tag": "tag"}


class Figure(msgspec.Struct, frozen=True):
    """A column of figures of a report: what it says of a group, and of the whole that it is in.

    People are shown nothing where ``of`` is nothing. The higher the ``rank`` the sooner the column
    is left out; 0 stays.
    """

    text: Callable[[Group, Group], str]
    of: Callable[[Group], object]
    rank: int
    heading: str = ""
    style: str = ""


FIGURES = {
    "share": Figure(
        lambda group, whole: percent(group.seconds, whole.seconds),
        lambda group: group.seconds,
        rank=3,
        style="dim",
    ),
    "total": Figure(
        lambda group, _: format_duration(group.shown.seconds),
        lambda group: group.seconds,
        rank=0,
        heading="total",
    ),
    "billable": Figure(
        lambda group, _: format_duration(group.shown.billable),
        lambda group: group.billable,
        rank=1,
        heading="billable",
    ),
    "billable share": Figure(
        lambda group, _: percent(group.billable, group.seconds),
        lambda group: group.billable,
        rank=4,
        style="dim",
    ),
    "amount": Figure(
        lambda group, _: money(group.amounts),
        lambda group: group.amounts,
        rank=2,
        heading="amount",
    ),
}
"""The columns of figures in a report, whatever the format."""
