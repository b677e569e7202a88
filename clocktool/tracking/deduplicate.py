"""Finds the rows of an import that exist as entries: from an earlier or an unfinished import."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import chain
from typing import Any, TypeVar

from clocktool.domain.entry import Entry
from clocktool.domain.time.instant import Instant
from clocktool.importers.row import Row, normalized

_Key = tuple[Instant, Instant | None, str, str | None]
"""Start, end, description and project: a row and an entry with the same key are the same."""

_Details = tuple[bool | None, str, frozenset[str]]
"""Billable, task and tags: they are compared if several rows or entries have the same key."""

T = TypeVar("T")


def without_existing(
    rows: Sequence[Row], project_of: Callable[[Row], str | None], entries: Iterable[Entry]
) -> Sequence[Row]:
    """Return the rows that do not exist as entries.

    A row exists if an entry has the same start, end, description and project. Two equal rows need
    two such entries; where there are fewer, task, tags and billable decide which row is new.
    Entries are read one by one and not kept in memory.
    """
    entries = iter(entries)
    first = next(entries, None)
    if first is None:
        return rows
    rows_by_key: dict[_Key, list[Row]] = {}
    for row in rows:
        key = row.start, row.end, normalized(row.description), project_of(row)
        rows_by_key.setdefault(key, []).append(row)
    existing: dict[_Key, list[_Details]] = {}
    for entry in chain([first], entries):
        project = str(entry.project.id) if entry.project else None
        key = entry.start, entry.end, normalized(entry.description), project
        if key in rows_by_key:
            existing.setdefault(key, []).append(_details(entry))
    return [
        row for key, same in rows_by_key.items() for row in _unmatched(same, existing.get(key, ()))
    ]


def _unmatched(rows: Sequence[Row], existing: Sequence[_Details]) -> Sequence[Row]:
    """Return the rows that are left after each entry is matched with the most similar row."""
    if not existing:
        return list(rows)
    parts: tuple[Callable[[_Details], Hashable], ...] = (
        lambda details: details,
        lambda details: details[1:],
        lambda _: None,
    )
    left = [(row, _details(row)) for row in rows]
    entries = [(None, details) for details in existing]
    for part in parts:
        matched = _count(entries, part) & _count(left, part)
        entries, left = _without(entries, part, matched), _without(left, part, matched)
    return [row for row, _ in left]


def _count(
    items: Sequence[tuple[T, _Details]], part: Callable[[_Details], Hashable]
) -> Counter[Any]:
    return Counter(part(details) for _, details in items)


def _without(
    items: Sequence[tuple[T, _Details]],
    part: Callable[[_Details], Hashable],
    matched: Counter[Any],
) -> list[tuple[T, _Details]]:
    """Return the items without the matched number of each kind."""
    left, kept = Counter(matched), []
    for item, details in items:
        kind = part(details)
        if left[kind] > 0:
            left[kind] -= 1
        else:
            kept.append((item, details))
    return kept


def _details(of: Row | Entry) -> _Details:
    if isinstance(of, Row):
        task, tags = of.task, of.tags
    else:
        task, tags = of.task.name if of.task else "", tuple(tag.name for tag in of.tags)
    folded = frozenset(normalized(tag).casefold() for tag in tags)
    return of.billable, normalized(task).casefold(), folded
