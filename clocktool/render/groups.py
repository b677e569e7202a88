"""The groups of a report as people read them: names in words, shares, amounts, and their rows."""

from collections.abc import Iterator, Mapping

import msgspec

from clocktool.domain.money import Rate
from clocktool.domain.report import OWNER, Group, Report
from clocktool.domain.time.duration import format_duration
from clocktool.render.entries import day_name
from clocktool.render.output import Output
from clocktool.render.text import cells, fit, visible

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

    def width(self, out: Output) -> int:
        """Return how many columns its label takes."""
        of = cells(self.of) + len(_between(out)) if self.of else 0
        return self.depth * INDENT + cells(self.name) + of

    def label(self, width: int, out: Output) -> str:
        """Return its label in exactly so many columns, a project's name in its colour."""
        own = self.color if self.group.by == "project" else _STYLES.get(self.group.by, "")
        gap = width - self.width(out)
        if gap < 0:
            indent = " " * min(self.depth * INDENT, width // 2)
            text = fit(self.text(out), width - len(indent), unicode=out.unicode)
            return indent + out.painted(out.isolated(text), own)
        of = out.isolated(self.of) and _between(out) + out.isolated(self.of)
        shown = out.painted(out.isolated(self.name), own) + out.painted(of, "dim")
        return " " * (self.depth * INDENT) + shown + " " * gap


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
        of = group.of if OWNER.get(group.by) not in above else ""
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
        case "tag" if group.id is not None:
            return f"#{visible(group.name)}"
    return visible(group.name).strip() or _NONE.get(group.by, "")


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
