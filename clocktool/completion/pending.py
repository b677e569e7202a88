"""Names and entries with pending changes: what TAB offers before they are sent."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import msgspec

from clocktool.backends.cache_file import QUERIES

ENTRY = "entry"

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
    project_id: str = ""
    archived: bool = False
    done: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether it is archived, or a task is done."""
        return self.archived or self.done

    def row(self, project: Row = ("", "")) -> Row:
        """Return its row; the one of a task includes its project."""
        if self.kind == "project":
            return self.name, self.client
        return (self.name, *project) if self.kind == "task" else (self.name,)


class Waiting(msgspec.Struct):
    """The id of an item or a name that is not created yet."""

    change: int = 0
    name: str = ""


class Draft(msgspec.Struct):
    """What a change has of a new entry."""

    start: int
    description: str = ""
    project_id: str | Waiting | None = None


class Change(msgspec.Struct):
    """A pending change of a name, or a new entry."""

    type: str
    before: Thing | None = None
    after: Thing | None = None
    thing: Thing | None = None
    beside: Waiting | None = None
    draft: Draft | None = None
    closes: bool = False

    def renamed(self, row: Row, noun: str) -> Row:
        """Return a row after the change; that of a task has its project, both their client."""
        before = self.before
        if before is None:
            return row
        if before.kind == noun and row == before.row(row[1:]):
            return row if self.after is None else self.after.row(row[1:])
        after = Thing(before.kind) if self.type == "delete name" else self.after or before
        place = {"project": 0, "task": 1}.get(noun)
        if place is None:
            return row
        if before.kind == "client" and row[place + 1] == before.name:
            return (*row[: place + 1], after.name)
        if before.kind == "project" and noun == "task" and row[1:] == before.row():
            return (row[0], *after.row())
        return row


class Projects:
    """The rows of projects by id, or by the number of the change that creates one."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[str, Row] = {key: (name, client) for key, name, client in rows}

    def apply(self, number: str, change: Change) -> None:
        """Apply a change: a new project, or another name of one."""
        for key, row in self._rows.items():
            self._rows[key] = change.renamed(row, "project")
        if change.thing is not None and change.thing.kind == "project":
            self._rows[number] = change.thing.row()

    def row(self, key: str | Waiting | None) -> Row:
        """Return the row of a project; one of empty texts for none, or if it is unknown."""
        if isinstance(key, Waiting):
            if key.name:
                return key.name, ""
            key = str(key.change)
        return self._rows.get(key or "", ("", ""))


def with_pending(kind: str, rows: Callable[[str], list[Row]], changes: Iterable[Row]) -> list[Row]:
    """Return the rows of a kind with pending changes, which come with their number, as JSON."""
    found: list[tuple[str, Change]] = []
    for number, text in changes:
        with suppress(msgspec.MsgspecError):  # of another form
            found.append((number, msgspec.json.decode(text, type=Change)))
    if not found:
        return rows(kind)
    projects = Projects(rows("project by id"))
    return (_entries if kind == ENTRY else _names)(kind, rows, found, projects)


def _names(
    kind: str,
    rows: Callable[[str], list[Row]],
    changes: Iterable[tuple[str, Change]],
    projects: Projects,
) -> list[Row]:
    noun, other = KINDS[kind]
    is_closed = kind != noun
    items = [(row, is_closed) for row in rows(kind)] + [(row, not is_closed) for row in rows(other)]
    for number, change in changes:
        projects.apply(number, change)
        if (thing := change.thing) is not None and thing.kind == noun:
            row = thing.row(projects.row(change.beside or thing.project_id))
            items.append((row, thing.is_closed))
        items = list(_changed(items, noun, change))
    return [row for row, closed in items if closed is is_closed]


def _changed(
    items: Iterable[tuple[Row, bool]], noun: str, change: Change
) -> Iterator[tuple[Row, bool]]:
    """Yield rows after a change, each with whether it is out of use."""
    before, after = change.before, change.after
    for row, was_closed in items:
        closed = was_closed
        if before is not None and before.kind == noun and row == before.row(row[1:]):
            if change.type == "delete name":
                continue
            closed = change.closes if after is None else after.is_closed
        yield change.renamed(row, noun), closed


def _entries(
    kind: str,
    rows: Callable[[str], list[Row]],
    changes: Iterable[tuple[str, Change]],
    projects: Projects,
) -> list[Row]:
    """Return the new entries, the newest first, then the others."""
    found: list[Row] = []
    for number, change in changes:
        projects.apply(number, change)
        if (draft := change.draft) is not None:
            project, _ = projects.row(draft.project_id)
            found.insert(0, (f"p{number}", draft.description, project, str(draft.start)))
    return found + rows(kind)
