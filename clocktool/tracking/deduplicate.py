"""Which imported rows are there already: an import that ran before, or ended halfway."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import chain
from typing import Any, TypeVar

from clocktool.domain.entry import Entry
from clocktool.domain.time.instant import Instant
from clocktool.importers.row import Row, comparable

_Mark = tuple[Instant, Instant | None, str, str | None]
_Rest = tuple[bool | None, str, frozenset[str]]
"""What two of one mark may differ in: billable, task, tags."""

T = TypeVar("T")


def new_rows(
    rows: Sequence[Row], project_of: Callable[[Row], str | None], entries: Iterable[Entry]
) -> Sequence[Row]:
    """Return the rows that are not among the entries.

    A row is there when start, end, description and project are. Of two such rows both are new
    until there are two such entries; which of them is there, task, tags and billable say. Entries
    are read one by one, and none is kept.
    """
    entries = iter(entries)
    first = next(entries, None)
    if first is None:
        return rows
    alike: dict[_Mark, list[Row]] = {}
    for row in rows:
        mark = row.start, row.end, comparable(row.description), project_of(row)
        alike.setdefault(mark, []).append(row)
    there: dict[_Mark, list[_Rest]] = {}
    for entry in chain([first], entries):
        project = str(entry.project.id) if entry.project else None
        mark = entry.start, entry.end, comparable(entry.description), project
        if mark in alike:
            there.setdefault(mark, []).append(_rest(entry))
    return [row for mark, same in alike.items() for row in _left(same, there.get(mark, ()))]


def _left(rows: Sequence[Row], there: Sequence[_Rest]) -> Sequence[Row]:
    """Return the rows that are left when each takes one that is there, the most alike first."""
    if not there:
        return list(rows)
    parts: tuple[Callable[[_Rest], Hashable], ...] = (
        lambda rest: rest,
        lambda rest: rest[1:],
        lambda _: None,
    )
    wanted = [(row, _rest(row)) for row in rows]
    found = [(None, rest) for rest in there]
    for part in parts:
        taken = _kinds(found, part) & _kinds(wanted, part)
        found, wanted = _without(found, part, taken), _without(wanted, part, taken)
    return [row for row, _ in wanted]


def _kinds(things: Sequence[tuple[T, _Rest]], part: Callable[[_Rest], Hashable]) -> Counter[Any]:
    return Counter(part(rest) for _, rest in things)


def _without(
    things: Sequence[tuple[T, _Rest]], part: Callable[[_Rest], Hashable], taken: Counter[Any]
) -> list[tuple[T, _Rest]]:
    """Return the things but so many of each kind."""
    left, kept = Counter(taken), []
    for thing, rest in things:
        kind = part(rest)
        if left[kind] > 0:
            left[kind] -= 1
        else:
            kept.append((thing, rest))
    return kept


def _rest(of: Row | Entry) -> _Rest:
    if isinstance(of, Row):
        task, tags = of.task, of.tags
    else:
        task, tags = of.task.name if of.task else "", tuple(tag.name for tag in of.tags)
    folded = frozenset(comparable(tag).casefold() for tag in tags)
    return of.billable, comparable(task).casefold(), folded
