"""The groups of a report as texts for people: names, shares, amounts and rows."""

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
"""The indent of a group within another, in columns."""

_NONE = {
    "project": "no project",
    "client": "no client",
    "task": "no task",
    "tag": "untagged",
    "user": "nobody",
    "description": "no description",
}


class Row(msgspec.Struct, frozen=True):
    """A group with its depth, its visible name and owner, and the colour of its project."""

    group: Group
    depth: int
    name: str
    owner: str
    color: str

    def text(self, out: Output) -> str:
        """Return the name with the owner behind it: ``Site · ACME``."""
        return self.name + (_separator(out) + self.owner if self.owner else "")

    def cell(self, width: int, out: Output) -> Cell:
        """Return the label, indented by its depth, a project's name in its colour.

        The indent takes at most half the width.
        """
        style = self.color if self.group.by == "project" else _STYLES.get(self.group.by, "")
        indent = " " * min(self.depth * INDENT, width // 2)
        owner = ((_separator(out), "dim"), (self.owner, "dim")) if self.owner else ()
        return ((indent, ""), (self.name, style), *owner)


def rows_of(report: Report, *, depth: int | None = None) -> list[Row]:
    """Return the rows of a report down to a depth, each before the rows within it."""
    deepest = len(report.kinds) if depth is None else depth
    return list(_rows(report.whole.groups, 0, deepest, "", frozenset()))


def _rows(
    groups: tuple[Group, ...], depth: int, deepest: int, color: str, above: frozenset[str]
) -> Iterator[Row]:
    if depth == deepest:
        return
    for group in groups:
        # A group inside its owner does not repeat the owner's name.
        owner = group.owner if OWNER_KINDS.get(group.by) not in above else ""
        shade = group.color or color
        yield Row(group, depth, label_of(group), visible(owner), shade)
        yield from _rows(group.groups, depth + 1, deepest, shade, above | {group.by})


def label_of(group: Group) -> str:
    """Return the visible name of a group: ``Tue 24 Nov 2026``, ``no project``."""
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
    """Return amounts, one for each currency, as a text: ``288.75 EUR, 10.00 USD``."""
    return visible(", ".join(Rate(amount, currency).text for currency, amount in amounts.items()))


def percent(part: int, whole: int) -> str:
    """Return a share in whole percent, rounded half up; ``""`` if the whole is 0."""
    return f"{(part * 200 + whole) // (2 * whole)}%" if whole else ""


def billable_text(group: Group) -> str:
    """Return the billable time of a group: ``billable 2h 45m 73%    288.75 EUR``."""
    share = percent(group.billable, group.seconds) if group.billable else ""
    text = f"billable {format_duration(group.shown.billable)} {share}".rstrip()
    return f"{text}    {money(group.amounts)}" if group.amounts else text


def _separator(out: Output) -> str:
    return f" {out.symbol('·', '-')} "


_STYLES = {"tag": "tag"}


class Figure(msgspec.Struct, frozen=True):
    """A column of figures of a report.

    ``text`` takes a group and the whole report. A table leaves a cell empty if ``value`` is empty
    or 0. A narrow table leaves out columns with the highest ``rank`` first, never rank 0.
    """

    text: Callable[[Group, Group], str]
    value: Callable[[Group], object]
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
    "rounded": Figure(
        lambda group, _: "" if group.rounded is None else format_duration(group.rounded),
        lambda group: group.rounded,
        rank=1,
        heading="rounded",
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
"""The columns of figures in a report, for every format."""
