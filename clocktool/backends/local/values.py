"""Entries as values of the domain, for this process, which needs no JSON of them."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec

from clocktool.backends.local import rates
from clocktool.backends.local.rows import User, Workspace
from clocktool.backends.local.rules import is_locked
from clocktool.domain.entry import Entry, FieldValue, ProjectRef, Tag, TaskRef
from clocktool.domain.money import Rate

T = TypeVar("T")


class Values:
    """What entries refer to, by row number: each project, task and tag is read once."""

    def __init__(self, connection: sqlite3.Connection, workspace: Workspace) -> None:
        self._connection = connection
        self._workspace = workspace
        self.rates = rates.load_all(connection)
        self._found: dict[tuple[str, object], Any] = {}

    def project(self, seq: object) -> ProjectRef | None:
        """Return a project, or None for None."""
        return self._one(_PROJECT, seq, lambda row: ProjectRef(*row))

    def task(self, seq: object) -> TaskRef | None:
        """Return a task, or None for None."""
        return self._one(_TASK, seq, lambda row: TaskRef(*row))

    def tags(self, seqs: Sequence[object]) -> tuple[Tag, ...]:
        """Return tags."""
        found = (self._one(_TAG, each, self._tag) for each in seqs)
        return tuple(each for each in found if each is not None)

    def rate(self, amount: int | None) -> Rate | None:
        """Return an amount in the currency of the workspace."""
        return None if amount is None else Rate(amount, self._workspace.currency)

    def chain(
        self, user: User, project: ProjectRef | None, task: TaskRef | None, *, cost: bool = False
    ) -> tuple[rates.History, ...]:
        """Return the rates that an entry may have, the first one first."""
        levels = rates.levels(
            None if task is None else str(task.id),
            None if project is None else str(project.id),
            self._workspace.id,
            user.id,
        )
        return self.rates.chain(levels, cost=cost)

    def entries(self, seqs: Sequence[int], user: User, *, hydrated: bool) -> list[Entry]:
        """Return entries of a user, in the order of ``seqs``, with the user's name if hydrated."""
        wanted = msgspec.json.encode(seqs).decode()
        tags: dict[int, tuple[int, ...]] = {}
        for entry, tag in self._connection.execute(_TAGS, (wanted,)):
            tags[entry] = (*tags.get(entry, ()), tag)
        fields: dict[int, tuple[FieldValue, ...]] = {}
        for entry, *field, value in self._connection.execute(_FIELDS, (wanted,)):
            of = FieldValue(field[0], msgspec.json.decode(value), field[1], "WORKSPACE")
            fields[entry] = (*fields.get(entry, ()), of)
        of_tags: dict[tuple[int, ...], tuple[Tag, ...]] = {(): ()}
        of_work: dict[object, tuple[Any, ...]] = {}
        rate, workspace = self.rate, self._workspace
        name, has_rates = user.name if hydrated else "", bool(self.rates)
        locks = workspace.lock_at is not None
        found: list[Entry] = []
        hourly = cost = None
        for row in self._connection.execute(_LOAD, (wanted,)):
            seq, id_, start, end, description, billable, type_, approval, invoiced, *of = row
            _check_times(id_, start, end)
            work = of_work.get(tuple(of))
            if work is None:
                project, task = self.project(of[0]), self.task(of[1])
                chains = (self.chain(user, project, task, cost=each) for each in (False, True))
                work = of_work[tuple(of)] = (project, task, *chains)
            tag_seqs = tags.get(seq, ())
            if tag_seqs not in of_tags:
                of_tags[tag_seqs] = self.tags(tag_seqs)
            if has_rates:
                hourly, cost = (rate(rates.first_amount(each, start)) for each in work[2:])
            found.append(
                Entry(
                    id_,
                    start,
                    end,
                    description,
                    work[0],
                    work[1],
                    of_tags[tag_seqs],
                    billable == 1,
                    type_,
                    user.id,
                    name,
                    workspace.id,
                    fields.get(seq, ()),
                    hourly,
                    cost,
                    locks and is_locked(workspace, start),
                    approval,
                    invoiced=invoiced == 1,
                )
            )
        return found

    def _tag(self, row: Sequence[Any]) -> Tag:
        return Tag(row[0], row[1], bool(row[2]), self._workspace.id)

    def _one(self, sql: str, seq: object, read: Callable[[Sequence[Any]], T]) -> T | None:
        if seq is None:
            return None
        key = sql, seq
        if key not in self._found:
            self._found[key] = read(self._connection.execute(sql, (seq,)).fetchone())
        found: T = self._found[key]
        return found


def _check_times(entry: str, start: object, end: object) -> None:
    """Raise TypeError unless all times are whole numbers: SQLite also accepts text there."""
    if type(start) is not int or (end is not None and type(end) is not int):
        raise TypeError(f"entry {entry} has a time that is not a whole number")


_PROJECT: Final = (
    "SELECT p.id, p.name, p.color, c.id, coalesce(c.name, '') FROM projects p"
    " LEFT JOIN clients c ON c.seq = p.client WHERE p.seq = ?"
)
_TASK: Final = "SELECT id, name FROM tasks WHERE seq = ?"
_TAG: Final = "SELECT id, name, archived FROM tags WHERE seq = ?"
_LOAD: Final = (
    "SELECT e.seq, e.id, e.start_at, e.end_at, e.description, e.billable, e.type, e.approval_id,"
    " e.invoiced, e.project, e.task FROM json_each(?) j CROSS JOIN entries e ON e.seq = j.value"
)
_TAGS: Final = (
    "SELECT x.entry, x.tag FROM json_each(?) j CROSS JOIN entry_tags x ON x.entry = j.value"
    " ORDER BY x.entry, x.position"
)
_FIELDS: Final = (
    "SELECT x.entry, f.id, f.name, x.value FROM json_each(?) j"
    " CROSS JOIN entry_fields x ON x.entry = j.value JOIN custom_fields f ON f.seq = x.field"
    " ORDER BY x.entry, f.seq"
)
