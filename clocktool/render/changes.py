"""Planned changes of entries, before → after, a line for each entry."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from clocktool.domain.entry import BREAK, Draft, Entry
from clocktool.domain.ids import NameId, short_ids
from clocktool.domain.time.instant import Instant
from clocktool.render.cells import Column, Row, Table, fitted, size, widest
from clocktool.render.entries import View, day_name
from clocktool.render.output import Output
from clocktool.render.table import lines
from clocktool.render.text import visible

LONGEST = 32
"""The greatest width of a description, in columns."""

LEAST = 20
"""The least width of the changes beside an entry. With less room they stand below it."""

Names = dict[str, str]
"""Names of projects, tasks and tags by id."""


class Change(Protocol):
    """An entry, and the draft that replaces it."""

    @property
    def entry(self) -> Entry:
        """The entry before the change."""
        ...

    @property
    def after(self) -> Draft:
        """The entry after the change."""
        ...


def change_lines(
    changes: Sequence[Change], view: View, out: Output, names: Mapping[str, str]
) -> Iterator[str]:
    """Yield a line for each entry with its changes, old → new.

    Long changes are wrapped. In a narrow terminal they stand below the entry.
    """
    ids = short_ids(str(change.entry.id) for change in changes)
    rows: list[Row] = [
        [
            (("  ", ""), (ids[str(change.entry.id)], "dim")),
            ((_start(change.entry, view), ""),),
            ((visible(change.entry.description), ""),),
            (("; ".join(_differences(change, view, out, names)), ""),),
        ]
        for change in changes
    ]
    if not rows:
        return
    id_, start, text, differences = map(widest, zip(*rows, strict=True))
    columns = [Column(right=True, width=id_), Column(width=start), Column(width=min(text, LONGEST))]
    columns.append(Column(width=differences, wraps=True, least=LEAST))
    found = fitted(columns, out.table_width, 2)
    if found is not None:
        yield from lines(Table(list(found.values()), rows), out)
        return
    stacked: list[Row] = []
    for row in rows:
        stacked += [row[:2], *(((), cell) for cell in row[2:] if size(cell))]
    yield from lines(Table([Column(width=id_), Column(wraps=True)], stacked), out)


def _start(entry: Entry, view: View) -> str:
    return f"{day_name(view.zone.day(entry.start))} {view.zone.local_time(entry.start):%H:%M}"


def _differences(
    change: Change, view: View, out: Output, names: Mapping[str, str]
) -> Iterator[str]:
    entry, after = change.entry, change.after
    arrow = out.symbol("→", "->")
    if (after.start, after.end) != (entry.start, entry.end):
        moved = _span(entry.start, after.start, after.end, view, out)
        yield f"{_span(entry.start, entry.start, entry.end, view, out)} {arrow} {moved}"
    project = entry.project.full_name if entry.project else "no project"
    if after.project_id != (entry.project.id if entry.project else None):
        yield visible(f"{project} {arrow} {_name(after.project_id, names, 'no project')}")
    task = entry.task.label if entry.task else "no task"
    if after.task_id != (entry.task.id if entry.task else None):
        yield visible(f"task {task} {arrow} {_name(after.task_id, names, 'no task')}")
    if (after.description or "") != entry.description:
        yield visible(f"text {arrow} {after.description or 'none'}")
    if after.billable is not None and after.billable != entry.billable:
        yield f"{'billable' if after.billable else 'not billable'}"
    if (after.type or "REGULAR") != entry.type and after.type is not None:
        yield "a break" if after.type == BREAK else "no break"
    tag_names = {str(tag.id): tag.name for tag in entry.tags if tag.name} | dict(names)
    before, now = {str(tag.id) for tag in entry.tags}, set(map(str, after.tag_ids or ()))
    yield from (visible(f"+#{tag_names.get(tag, tag)}") for tag in sorted(now - before))
    yield from (visible(f"-#{tag_names.get(tag, tag)}") for tag in sorted(before - now))


def _span(was: Instant, start: Instant, end: Instant | None, view: View, out: Output) -> str:
    """Return a start and an end as text: with seconds if there are any, with a day if it changes.

    ``was`` is the start before.
    """
    zone = view.zone
    days = [zone.day(each) for each in (was, start, start if end is None else end)]
    clocks = [zone.local_time(each) for each in (start, end) if each is not None]
    form = "%H:%M:%S" if any(clock.second for clock in clocks) else "%H:%M"
    day = "" if days[0] == days[1] else f"{day_name(days[1])} "
    later = (days[2] - days[1]).days
    text = out.symbol("–", "-").join(clock.strftime(form) for clock in clocks)
    return f"{day}{text}{f'+{later}d' if later else ''}"


def _name(name_id: NameId | None, names: Mapping[str, str], default: str) -> str:
    return default if name_id is None else names.get(str(name_id)) or str(name_id)
