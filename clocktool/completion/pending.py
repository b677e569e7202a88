"""Names with pending changes: what TAB offers before they are sent."""

from collections.abc import Callable, Iterable
from contextlib import suppress

import msgspec

from clocktool.backends.cache_file import QUERIES

KINDS = {
    each: (noun, other)
    for noun, closed in (
        ("project", "archived project"),
        ("task", "done task"),
        ("tag", "archived tag"),
        ("client", "archived client"),
    )
    for each, other in ((noun, closed), (closed, noun))
    if each in QUERIES
}
"""By kind: its noun, and the opposite kind: ``archived project`` for ``project``, and back."""

Row = tuple[str, ...]


class Thing(msgspec.Struct):
    """What a change has of an item."""

    kind: str
    name: str = ""
    client: str = ""
    archived: bool = False
    done: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether it is archived, or a task is done."""
        return self.archived or self.done

    def row(self, like: Row | None = None) -> Row:
        """Return its row; a task keeps the project of the row that it replaces."""
        if self.kind == "project":
            return self.name, self.client
        rest = like[1:] if like is not None else ("", "") if self.kind == "task" else ()
        return self.name, *rest


class Change(msgspec.Struct):
    """A pending change of a name."""

    type: str
    before: Thing | None = None
    after: Thing | None = None
    thing: Thing | None = None
    closes: bool = False

    def apply(self, items: list[tuple[Row, bool]], noun: str) -> None:
        """Apply it to rows of a kind of name, each with whether that is out of use."""
        if self.thing is not None and self.thing.kind == noun:
            items.append((self.thing.row(), self.thing.is_closed))
        if self.before is not None and self.before.kind == noun:
            is_it = [row == self.before.row(row) for row, _ in items]
            items[:] = [
                self._changed(row) if here else (row, closed)
                for (row, closed), here in zip(items, is_it, strict=True)
                if not (here and self.type == "delete name")
            ]
        elif self.before is not None:
            items[:] = [(self._renamed(row, noun, self.before), closed) for row, closed in items]

    def _renamed(self, row: Row, noun: str, before: Thing) -> Row:
        """Return the row of a project after a change of its client, of a task also its project."""
        after = Thing(before.kind) if self.type == "delete name" else self.after or before
        place = {"project": 0, "task": 1}.get(noun)
        if place is None:
            return row
        if before.kind == "client" and row[place + 1] == before.name:
            return (*row[: place + 1], after.name)
        if before.kind == "project" and noun == "task" and row[1:] == before.row():
            return (row[0], *after.row())
        return row

    def _changed(self, row: Row) -> tuple[Row, bool]:
        if self.after is not None:
            return self.after.row(row), self.after.is_closed
        return row, self.closes


def with_pending(kind: str, rows: Callable[[str], list[Row]], changes: Iterable[Row]) -> list[Row]:
    """Return the rows of a kind of name with pending changes, which come as JSON."""
    found: list[Change] = []
    for (text,) in changes:
        with suppress(msgspec.MsgspecError):  # a change of an entry
            found.append(msgspec.json.decode(text, type=Change))
    if not found:
        return rows(kind)
    noun, other = KINDS[kind]
    is_closed = kind != noun
    items = [(row, is_closed) for row in rows(kind)] + [(row, not is_closed) for row in rows(other)]
    for change in found:
        change.apply(items, noun)
    return [row for row, closed in items if closed is is_closed]
