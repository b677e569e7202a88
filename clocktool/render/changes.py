"""What changes of entries, before → after, a line each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from clocktool.domain.entry import Draft, Entry
from clocktool.domain.ids import short_ids
from clocktool.render.columns import View
from clocktool.render.entries import day_name
from clocktool.render.output import Output
from clocktool.render.text import cells, fit, visible

Names = dict[str, str]
"""Names by id, for what an entry is to be filed under and does not show yet."""


class Change(Protocol):
    """An entry and what it is to become."""

    @property
    def entry(self) -> Entry:
        """What it is."""
        ...

    @property
    def after(self) -> Draft:
        """What it is to be."""
        ...


def change_lines(
    changes: Sequence[Change], view: View, out: Output, names: Mapping[str, str]
) -> Iterator[str]:
    """Yield a line for each entry: which one, and each thing that changes, old → new."""
    ids = short_ids(change.entry.id for change in changes)
    rows = [
        (
            ids[change.entry.id],
            _when(change.entry, view),
            visible(change.entry.description),
            "; ".join(_differences(change, out, names)),
        )
        for change in changes
    ]
    id_width = max((len(row[0]) for row in rows), default=0)
    day_width = max((len(row[1]) for row in rows), default=0)
    text_width = min(max((cells(row[2]) for row in rows), default=0), 32)
    for short, day, text, differences in rows:
        yield (
            f"  {out.paint(short.rjust(id_width), 'dim')}  {day:<{day_width}}"
            f"  {fit(text, text_width, unicode=out.unicode)}  {differences}"
        )


def _when(entry: Entry, view: View) -> str:
    return f"{day_name(view.zone.day(entry.start))} {view.zone.wall(entry.start):%H:%M}"


def _differences(change: Change, out: Output, names: Mapping[str, str]) -> Iterator[str]:
    entry, after = change.entry, change.after
    arrow = out.symbol("→", "->")
    project = entry.project.name or entry.project.id if entry.project else "no project"
    if after.project_id != (entry.project.id if entry.project else None):
        yield visible(f"{project} {arrow} {_name(after.project_id, names, 'no project')}")
    task = entry.task.name or entry.task.id if entry.task else "no task"
    if after.task_id != (entry.task.id if entry.task else None):
        yield visible(f"task {task} {arrow} {_name(after.task_id, names, 'no task')}")
    if (after.description or "") != entry.description:
        yield visible(f"text {arrow} {after.description or 'none'}")
    if after.billable is not None and after.billable != entry.billable:
        yield f"{'billable' if after.billable else 'not billable'}"
    known = {tag.id: tag.name for tag in entry.tags if tag.name} | dict(names)
    before, now = {tag.id for tag in entry.tags}, set(after.tag_ids or ())
    yield from (visible(f"+#{known.get(tag, tag)}") for tag in sorted(now - before))
    yield from (visible(f"-#{known.get(tag, tag)}") for tag in sorted(before - now))


def _name(of: str | None, names: Mapping[str, str], nothing: str) -> str:
    return nothing if of is None else names.get(of) or of
