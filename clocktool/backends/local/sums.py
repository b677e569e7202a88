"""The request for sums: time of a user, added up by SQLite.

Only this process can send it: its body is a tuple with a ``Question``, which cannot come from JSON.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from clocktool.backends.local import rates, rules
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.refusal import no_route
from clocktool.backends.local.rows import Field, User
from clocktool.domain.entry import BREAK, Entry, FieldValue, ProjectRef, Tag, TaskRef
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.domain.selection import Selection
from clocktool.domain.time.instant import Instant
from clocktool.domain.totals import Question, Sum, Totals, Uncut
from clocktool.storage.sums import Columns, Like, Row, Source, like, overlap_seconds, read

COLUMNS: Final = Columns(
    number="e.seq",
    start="e.start_at",
    end="e.end_at",
    type="e.type",
    billable="e.billable",
    project="e.project",
    task="e.task",
    description="e.description",
    folded="fold(e.description)",
    tags="(SELECT json_group_array(tag) FROM"
    " (SELECT x.tag FROM entry_tags x WHERE x.entry = e.seq ORDER BY x.tag))",
    field="(SELECT x.value FROM entry_fields x WHERE x.entry = e.seq AND x.field = ?)",
    in_projects="e.project IN (SELECT seq FROM projects WHERE id IN ({}))",
    in_clients="e.project IN (SELECT p.seq FROM projects p JOIN clients c ON c.seq = p.client"
    " WHERE c.id IN ({}))",
    in_tasks="e.task IN (SELECT seq FROM tasks WHERE id IN ({}))",
    has_client="EXISTS (SELECT 1 FROM projects p WHERE p.seq = e.project AND p.client IS NOT NULL)",
    has_tag="EXISTS (SELECT 1 FROM entry_tags x WHERE x.entry = e.seq"
    " AND x.tag IN (SELECT seq FROM tags WHERE id IN ({})))",
    has_tags="EXISTS (SELECT 1 FROM entry_tags x WHERE x.entry = e.seq)",
)


def find(call: Call) -> Answer:
    """Return the totals of a user's entries."""
    if not isinstance(call.body, tuple):
        raise no_route()
    question: Question = call.body[0]
    user = rules.require(call.connection, User, call.workspace, call.ids[0])
    fields = [
        rules.require(call.connection, Field, call.workspace, each) for each in question.fields
    ]
    source = source_of(user.member, question.selection, [each.seq for each in fields])
    known = rates.load_all(call.connection)
    asked = question._replace(spans=question.spans.split(known.changes))
    likes = _Likes(call, user, fields, known)
    sums: list[Sum] = []
    uncut: list[Uncut] = []
    last: Instant | None = None
    for row in read(call.connection, source, asked):
        place = likes.place(row, source, asked)
        if row.seconds is None:
            uncut.append(Uncut(place, row.start, row.end))
        else:
            sums.append(Sum(place, row.start, row.seconds))
            last = row.end if last is None else max(last, row.end or last)
    overlap = overlap_seconds(call.connection, source, asked) if question.with_overlap else 0
    return Answer(200, Totals(likes.found, sums, uncut, overlap, last))


def source_of(member: int, selection: Selection, fields: Sequence[int] = ()) -> Source:
    """Return where the entries of a member are found, for a selection and some custom fields."""
    # The sign makes SQLite use the index of projects instead of the one of starts.
    sign = "+" if selection.projects or selection.clients else ""
    owner = "e.member = ?"
    return Source("entries e", owner, sign + owner, (member,), COLUMNS, fields)


class _Likes:
    """The entries that stand for those of the sums."""

    def __init__(self, call: Call, user: User, fields: Sequence[Field], known: rates.Rates) -> None:
        self._call = call
        self._user = user
        self._fields = fields
        self._rates = known
        self._chains: dict[object, tuple[Entry, tuple[rates.History, ...]]] = {}
        self._places: dict[object, int] = {}
        self.found: list[Entry] = []

    def place(self, row: Row, source: Source, question: Question) -> int:
        """Return the place of the entry that stands for a row."""
        known = self._chains.get(row.key)
        if known is None:
            known = self._chains[row.key] = self._new(like(row.key, source, question))
        entry, chain = known
        amount = rates.first_amount(chain, row.start)
        key = row.key, amount
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self.found)
            currency = self._call.workspace.currency
            rate = None if amount is None else Rate(amount, currency)
            self.found.append(msgspec.structs.replace(entry, hourly_rate=rate))
        return place

    def _new(self, of: Like) -> tuple[Entry, tuple[rates.History, ...]]:
        """Return an entry that has what entries have in common, and the rates it may have."""
        workspace, user = self._call.workspace, self._user
        project: ProjectRef | None = None
        task: TaskRef | None = None
        if of.project is not None:
            project = ProjectRef(*self._all(_PROJECT, of.project)[0])
        if of.task is not None:
            task = TaskRef(*self._all(_TASK, of.task)[0])
        entry = Entry(
            Known(""),
            Instant(0),
            description=of.description,
            project=project,
            task=task,
            tags=tuple(Tag(*self._all(_TAG, each)[0]) for each in of.tags),
            billable=of.billable,
            type=BREAK if of.is_break else "REGULAR",
            user_id=user.id,
            user=user.name,
            workspace_id=workspace.id,
            fields=tuple(
                FieldValue(field.id, value, field.name)
                for field, value in zip(self._fields, of.values, strict=True)
                if value is not None
            ),
        )
        levels = rates.levels(
            None if task is None else str(task.id),
            None if project is None else str(project.id),
            workspace.id,
            user.id,
        )
        return entry, self._rates.chain(levels)

    def _all(self, sql: str, seq: object) -> list[Any]:
        return self._call.connection.execute(sql, (seq,)).fetchall()


_PROJECT: Final = (
    "SELECT p.id, p.name, p.color, c.id, coalesce(c.name, '') FROM projects p"
    " LEFT JOIN clients c ON c.seq = p.client WHERE p.seq = ?"
)
_TASK: Final = "SELECT id, name FROM tasks WHERE seq = ?"
_TAG: Final = "SELECT id, name FROM tags WHERE seq = ?"
