"""A report as JSON, CSV, Markdown or lines from a template."""

from collections.abc import Callable, Iterator
from typing import Any

from clocktool.domain.money import figure
from clocktool.domain.report import FIELD, OWNER_KINDS, Group, Report
from clocktool.domain.time.duration import format_decimal
from clocktool.render.documents import csv_line, markdown_head, template_of
from clocktool.render.groups import FIGURES, Row, leaves, rows_of, sums_of
from clocktool.render.json import dump, dump_line
from clocktool.render.output import Format, Output
from clocktool.render.text import markdown_cell


def data_lines(report: Report, zone: str, format: Format, out: Output) -> Iterator[str]:
    """Yield the lines of a report as JSON, CSV or Markdown."""
    match format:
        case Format.JSON:
            yield out.json(dump(_object(report, zone)))
        case Format.JSONL:
            for leaf in leaves(report):
                yield out.json(dump_line({**leaf.names, **_sums(leaf.group)}))
        case Format.CSV:
            yield from _csv(report)
        case Format.MD:
            yield from _markdown(report, out)
        case Format.TABLE | Format.ID:
            raise AssertionError("written by other functions")


def template(text: str, report: Report) -> Callable[[Row], str]:
    """Return a function that fills a template for a row without inner rows.

    Raises UsageError for an unknown field.
    """
    fields: dict[str, Callable[[Row], str]] = {
        "duration": FIGURES["total"].data,
        "hours": lambda row: format_decimal(row.group.seconds),
        "seconds": lambda row: str(row.group.seconds),
        **{name: FIGURES[name].data for name in ("rounded", "billable", "share", "amount")},
    }
    named: dict[str, Callable[[Row], str]] = {kind: _name_of(kind) for kind in report.kinds}
    return template_of(text, named | fields | named)


def _name_of(kind: str) -> Callable[[Row], str]:
    return lambda row: row.names[kind]


def _object(report: Report, zone: str) -> dict[str, Any]:
    return {
        "from": report.period.first.isoformat(),
        "to": report.period.last.isoformat(),
        "zone": zone,
        **_sums(report.whole),
        "breakSeconds": report.breaks,
        "overlapSeconds": report.overlap_seconds,
        "groups": [_group_object(each) for each in report.whole.groups],
    }


def _group_object(group: Group) -> dict[str, Any]:
    """Return a group as an object of JSON."""
    of = OWNER_KINDS.get(group.by)
    return {
        "by": group.by,
        "id": group.id,
        "name": group.name,
        **({} if of is None else {of: group.owner}),
        **({} if group.first is None else {"from": group.first.isoformat()}),
        **_sums(group),
        "groups": [_group_object(each) for each in group.groups],
    }


def _sums(group: Group) -> dict[str, Any]:
    return {
        "totalSeconds": group.seconds,
        "billableSeconds": group.billable,
        **({} if group.rounded is None else {"roundedSeconds": group.rounded}),
        "amounts": [
            {"amount": amount, "currency": currency} for currency, amount in group.amounts.items()
        ],
    }


def _csv(report: Report) -> Iterator[str]:
    """Yield a row for each leaf, with the client beside a project.

    A leaf with several currencies has a row for each. Only the first has hours, so that columns
    add up.
    """
    rounded = () if report.whole.rounded is None else ("rounded_seconds",)
    sums = ("seconds", "billable_seconds", "hours", *rounded, "amount", "currency")
    of = "" if "client" in report.kinds else "project"
    kinds = [each for kind in report.kinds for each in (kind, "client")[: 1 + (kind == of)]]
    yield csv_line([*kinds, *sums])
    for leaf in leaves(report):
        group, named = leaf.group, {"client": leaf.client} | leaf.names
        hours = [str(group.seconds), str(group.billable), format_decimal(group.seconds)]
        hours += [str(group.rounded)] if rounded else []
        names = [named[kind] for kind in kinds]
        for currency, amount in group.amounts.items() or [("", None)]:
            cost = "" if amount is None else figure(amount, currency)
            yield csv_line([*names, *hours, cost, currency])
            hours = [""] * len(hours)


def _markdown(report: Report, out: Output) -> Iterator[str]:
    """Yield the rows of a table, each group before the groups within it, and the total."""
    kinds, whole = report.kinds, report.whole
    rounded = [] if whole.rounded is None else ["rounded"]
    names = ["total", *rounded, "billable", "share", *(["amount"] if whole.amounts else [])]
    right = [False] * len(kinds) + [True] * len(names)
    yield from markdown_head([*map(_heading, kinds), *map(str.capitalize, names)], right)
    for row in [*rows_of(report), *sums_of(report)]:
        labels = [""] * len(kinds)
        labels[row.depth] = row.text(out)
        fields = [FIGURES[name] for name in names]
        figures = [
            each.data(row) if row.names or row.is_whole else each.shown(row) for each in fields
        ]
        cells = map(markdown_cell, [*labels, *figures])
        sign = "**" if row.is_whole else ""
        yield f"| {' | '.join(each and f'{sign}{each}{sign}' for each in cells)} |"


def _heading(kind: str) -> str:
    """Return the heading of a kind, which for a custom field is its name."""
    name = kind.removeprefix(FIELD)
    return kind.capitalize() if name == kind else markdown_cell(name)
