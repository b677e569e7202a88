"""The groups of a report as texts for people: names, shares, amounts and rows."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import msgspec

from clocktool.domain.minutes import WorkTime
from clocktool.domain.money import Rate
from clocktool.domain.report import FIELD, OWNER_KINDS, Group, Report
from clocktool.domain.time.duration import format_duration
from clocktool.render.cells import Cell
from clocktool.render.entries import day_name
from clocktool.render.fields import Field
from clocktool.render.output import Output
from clocktool.render.text import visible

LEAST = 4
"""The least width of labels, in columns."""

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
    """A group as a row, with the whole report: its visible name and owner, its color and style.

    ``names`` has its name and those of the groups around it as they are typed, by kind. ``client``
    is the client of its project.
    """

    group: Group
    whole: Group
    name: str
    owner: str = ""
    color: str = ""
    style: str = ""
    names: dict[str, str] = {}
    client: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it is the total."""
        return self.group is self.whole

    @property
    def depth(self) -> int:
        """How many groups are around it."""
        return max(0, len(self.names) - 1)

    def text(self, out: Output) -> str:
        """Return the name with the owner behind it: ``Site · ACME``."""
        return self.name + (_separator(out) + self.owner if self.owner else "")

    def cell(self, width: int, out: Output) -> Cell:
        """Return the label, indented by its depth, a project's name in its colour.

        The indent takes at most half the width.
        """
        style = {"project": self.color, "tag": "tag", "": self.style}.get(self.group.by, "")
        indent = " " * min(self.depth * INDENT, width // 2)
        owner = ((_separator(out), "dim"), (self.owner, "dim")) if self.owner else ()
        return ((indent, ""), (self.name, style), *owner)


def rows_of(report: Report, *, depth: int | None = None) -> list[Row]:
    """Return the rows of a report down to a depth, each before the rows within it."""
    deepest = len(report.kinds) if depth is None else depth
    return list(_rows(Row(report.whole, report.whole, ""), deepest))


def sums_of(report: Report) -> list[Row]:
    """Return the rows below those of the groups: the total, and breaks if there are any."""
    whole, time = report.whole, WorkTime(report.breaks)
    rows = [Row(whole, whole, "total", style="bold")]
    if report.breaks:
        pause = Group("", None, "", "", "", None, report.breaks, 0, {}, {}, shown=time)
        rows.append(Row(pause, whole, "break", style="dim"))
    return rows


def leaves(report: Report) -> list[Row]:
    """Return the rows that contain no others."""
    return [row for row in rows_of(report) if len(row.names) == len(report.kinds)]


def _rows(around: Row, deepest: int) -> Iterator[Row]:
    if len(around.names) == deepest:
        return
    is_nested = deepest > 1 and not around.names
    taken = Counter(each.name for each in around.group.groups)
    for group in around.group.groups:
        # A group inside its owner does not repeat the owner's name.
        owner = group.owner if OWNER_KINDS.get(group.by) not in around.names else ""
        is_ambiguous = taken[group.name] > 1 and group.owner  # named as it is typed: ACME/Site
        row = Row(
            group,
            around.whole,
            label_of(group),
            visible(owner),
            group.color or around.color,
            "bold" if is_nested else "",
            {**around.names, group.by: (f"{group.owner}/" if is_ambiguous else "") + group.name},
            group.owner if group.by == "project" else around.client,
        )
        yield row
        yield from _rows(row, deepest)


def label(fair: int) -> Field[Row]:
    """Return the column of labels. Figures are left out to keep it ``fair``."""
    return Field("", lambda row: row.name, parts=_label, least=LEAST, fair=fair)


def _label(row: Row, out: Output, width: int) -> Cell:
    return row.cell(width, out)


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


def billable_texts(group: Group) -> list[str]:
    """Return the billable time of a group, and its price: ``billable 2h 45m 73%, 288.75 EUR``."""
    share = percent(group.billable, group.seconds) if group.billable else ""
    text = f"billable {format_duration(group.shown.billable)} {share}".rstrip()
    return [text, *([money(group.amounts)] if group.amounts else [])]


def _separator(out: Output) -> str:
    return f" {out.symbol('·', '-')} "


def _figure(
    name: str,
    value: Callable[[Row], str],
    is_shown: Callable[[Row], object],
    rank: int,
    style: str = "",
) -> Field[Row]:
    return Field(
        name,
        value,
        heading="" if style else name,
        figures=True,
        color=lambda row: style or row.style,
        text=lambda row: value(row) if is_shown(row) else "",
        rank=rank,
    )


_ALL = (
    _figure(
        "share",
        lambda row: percent(row.group.seconds, row.whole.seconds),
        lambda row: row.group.by and row.group.seconds,
        rank=3,
        style="dim",
    ),
    _figure(
        "total",
        lambda row: format_duration(row.group.shown.seconds),
        lambda row: row.group.seconds or row.is_whole,
        rank=0,
    ),
    _figure(
        "rounded",
        lambda row: "" if row.group.rounded is None else format_duration(row.group.rounded),
        lambda row: row.group.seconds or row.is_whole,
        rank=1,
    ),
    _figure(
        "billable",
        lambda row: format_duration(row.group.shown.billable),
        lambda row: row.group.billable or row.is_whole,
        rank=1,
    ),
    _figure(
        "billable share",
        lambda row: percent(row.group.billable, row.group.seconds),
        lambda row: row.group.billable and row.is_whole,
        rank=4,
        style="dim",
    ),
    _figure("amount", lambda row: money(row.group.amounts), lambda _: True, rank=2),
)
FIGURES = {field.name: field for field in _ALL}
"""The columns of figures in a report, for every format."""
