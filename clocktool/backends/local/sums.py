"""The request for sums: time of a user, added up by SQLite.

Only this process can send it: its body is a tuple with a ``Question``, which cannot come from JSON.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from clocktool.backends.local import rates, rules
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.refusal import no_route
from clocktool.backends.local.rows import Field, User
from clocktool.backends.local.values import Values
from clocktool.domain.entry import BREAK, Entry, FieldValue
from clocktool.domain.ids import Known
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
    likes = _Likes(call, user, fields)
    asked = msgspec.structs.replace(
        question, spans=question.spans.split(likes.values.rates.changes)
    )
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
    return Answer(200, Totals(likes.found, sums, uncut, overlap, last), is_plain=True)


def source_of(member: int, selection: Selection, fields: Sequence[int] = ()) -> Source:
    """Return where the entries of a member are found, for a selection and some custom fields."""
    # The sign makes SQLite use the index of projects instead of the one of starts.
    sign = "+" if selection.projects or selection.clients else ""
    owner = "e.member = ?"
    return Source("entries e", owner, sign + owner, (member,), COLUMNS, fields)


class _Likes:
    """The entries that stand for those of the sums."""

    def __init__(self, call: Call, user: User, fields: Sequence[Field]) -> None:
        self.values = Values(call.connection, call.workspace)
        self._workspace = call.workspace
        self._user = user
        self._fields = fields
        self._known: dict[object, tuple[Entry, tuple[rates.History, ...]]] = {}
        self._places: dict[object, int] = {}
        self.found: list[Entry] = []

    def place(self, row: Row, source: Source, question: Question) -> int:
        """Return the place of the entry that stands for a row."""
        known = self._known.get(row.key)
        if known is None:
            known = self._known[row.key] = self._new(like(row.key, source, question))
        entry, chain = known
        amount = rates.first_amount(chain, row.start)
        key = row.key, amount
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self.found)
            rate = self.values.rate(amount)
            self.found.append(msgspec.structs.replace(entry, hourly_rate=rate))
        return place

    def _new(self, of: Like) -> tuple[Entry, tuple[rates.History, ...]]:
        """Return an entry that has what entries have in common, and the rates it may have."""
        values, user = self.values, self._user
        project, task = values.project(of.project), values.task(of.task)
        entry = Entry(
            Known(""),
            Instant(0),
            description=of.description,
            project=project,
            task=task,
            tags=values.tags(of.tags),
            billable=of.billable,
            type=BREAK if of.is_break else "REGULAR",
            user_id=user.id,
            user=user.name,
            workspace_id=self._workspace.id,
            fields=tuple(
                FieldValue(field.id, value, field.name)
                for field, value in zip(self._fields, of.values, strict=True)
                if value is not None
            ),
        )
        return entry, values.chain(user, project, task)
