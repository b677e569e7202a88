"""What changes of entries, before → after, a line each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from clocktool.domain.entry import Draft, Entry
from clocktool.domain.ids import NameId, short_ids
from clocktool.render.columns import View
from clocktool.render.entries import NARROWEST, day_name
from clocktool.render.output import Output
from clocktool.render.text import cells, fit, visible, wrapped

LONGEST = 32
"""How much of a description is shown, in columns."""

CRAMPED = 48
"""With fewer columns than this a date is said without its year."""

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
    ids = short_ids(str(change.entry.id) for change in changes)
    rows = [
        _Row(
            ids[str(change.entry.id)],
            _when(change.entry, view, out),
            visible(change.entry.description),
            "; ".join(_differences(change, out, names)),
        )
        for change in changes
    ]
    id_width = max((len(row.short) for row in rows), default=0)
    margin = " " * (id_width + 4)
    when_width = max((len(row.when) for row in rows), default=0)
    text_width = min(max((cells(row.text) for row in rows), default=0), LONGEST)
    width = None if out.width is None else max(out.width, NARROWEST)
    for row in rows:
        start = f"  {out.paint(row.short.rjust(id_width), 'dim')}  {row.when:<{when_width}}"
        text = out.isolated(fit(row.text, text_width, unicode=out.unicode))
        taken = len(margin) + when_width + 2 + text_width + 2
        if width is None or taken + cells(row.differences) <= width:
            yield f"{start}  {text}  {out.isolated(row.differences)}"
            continue
        if taken <= width:
            yield f"{start}  {text}".rstrip()
        else:
            yield start.rstrip()
            short = fit(row.text, width - len(margin), unicode=out.unicode).rstrip()
            if short:
                yield margin + out.isolated(short)
        for line in wrapped(row.differences, width - len(margin)):
            yield margin + out.isolated(line)


class _Row(NamedTuple):
    """What is told of a change."""

    short: str
    when: str
    text: str
    differences: str


def _when(entry: Entry, view: View, out: Output) -> str:
    """Return when an entry begins, without the year where there is little room."""
    day, clock = view.zone.day(entry.start), f"{view.zone.wall(entry.start):%H:%M}"
    if out.width is not None and out.width < CRAMPED:
        return f"{day:%a} {day.day} {day:%b} {clock}"
    return f"{day_name(day)} {clock}"


def _differences(change: Change, out: Output, names: Mapping[str, str]) -> Iterator[str]:
    entry, after = change.entry, change.after
    arrow = out.symbol("→", "->")
    project = entry.project.label if entry.project else "no project"
    if after.project_id != (entry.project.id if entry.project else None):
        yield visible(f"{project} {arrow} {_name(after.project_id, names, 'no project')}")
    task = entry.task.label if entry.task else "no task"
    if after.task_id != (entry.task.id if entry.task else None):
        yield visible(f"task {task} {arrow} {_name(after.task_id, names, 'no task')}")
    if (after.description or "") != entry.description:
        yield visible(f"text {arrow} {after.description or 'none'}")
    if after.billable is not None and after.billable != entry.billable:
        yield f"{'billable' if after.billable else 'not billable'}"
    known = {str(tag.id): tag.name for tag in entry.tags if tag.name} | dict(names)
    before, now = {str(tag.id) for tag in entry.tags}, set(map(str, after.tag_ids or ()))
    yield from (visible(f"+#{known.get(tag, tag)}") for tag in sorted(now - before))
    yield from (visible(f"-#{known.get(tag, tag)}") for tag in sorted(before - now))


def _name(of: NameId | None, names: Mapping[str, str], nothing: str) -> str:
    return nothing if of is None else names.get(str(of)) or str(of)
