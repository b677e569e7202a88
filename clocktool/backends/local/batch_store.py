"""SQL for batches of entries."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from clocktool.backends.local.rows import Plan
from clocktool.domain.entry import WRITABLE_TYPES, Draft, FieldValue
from clocktool.domain.ids import Known
from clocktool.domain.time.instant import Instant


class Protection(msgspec.Struct):
    """The columns of an entry that decide whether it may be deleted."""

    seq: int
    id: str
    start: int
    approval_id: str | None


def any_exists(connection: sqlite3.Connection, ids: Sequence[str]) -> bool:
    """Return whether any of these ids is used by an entry."""
    row = connection.execute(
        "SELECT 1 FROM json_each(?) j CROSS JOIN entries e ON e.id = j.value LIMIT 1",
        (_array(ids),),
    ).fetchone()
    return row is not None


def insert(
    connection: sqlite3.Connection, member: int, plans: Sequence[tuple[str, Plan]], now: int
) -> None:
    """Insert entries in the given order. A write transaction must be open."""
    (last,) = connection.execute("SELECT coalesce(max(seq), 0) FROM entries").fetchone()
    numbered = [(last + at, identity, plan) for at, (identity, plan) in enumerate(plans, 1)]
    connection.executemany(
        "INSERT INTO entries (seq, id, member, start_at, end_at, description, project, task,"
        " billable, type, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                seq,
                identity,
                member,
                plan.start,
                plan.end,
                plan.description,
                plan.project,
                plan.task,
                plan.billable,
                plan.type,
                now,
            )
            for seq, identity, plan in numbered
        ],
    )
    connection.executemany(
        "INSERT INTO entry_tags (entry, tag, position) VALUES (?, ?, ?)",
        [(seq, tag, at) for seq, _, plan in numbered for at, tag in enumerate(plan.tags)],
    )
    connection.executemany(
        "INSERT INTO entry_fields (entry, field, value) VALUES (?, ?, ?)",
        [(seq, *value) for seq, _, plan in numbered for value in plan.values],
    )


def drafts(
    connection: sqlite3.Connection, workspace: int, ids: Sequence[str]
) -> Iterator[tuple[str, Draft]]:
    """Yield the id and draft of each of these entries that exists."""
    wanted = (_array(ids), workspace)
    tags: dict[int, list[Known]] = {}
    for seq, tag in connection.execute(_TAGS, wanted):
        tags.setdefault(seq, []).append(tag)
    fields: dict[int, list[FieldValue]] = {}
    for seq, field, value in connection.execute(_FIELDS, wanted):
        fields.setdefault(seq, []).append(FieldValue(field, msgspec.json.decode(value)))
    for seq, identity, start, end, description, project, task, billable, kind in connection.execute(
        _DRAFTS, wanted
    ):
        yield (
            identity,
            Draft(
                start=Instant(start),
                end=end,
                description=description,
                project_id=project,
                task_id=task,
                tag_ids=tuple(tags.get(seq, ())),
                billable=bool(billable),
                fields=tuple(fields.get(seq, ())),
                type=kind if kind in WRITABLE_TYPES else None,
            ),
        )


def load_protection(
    connection: sqlite3.Connection, workspace: int, ids: Sequence[str]
) -> list[Protection]:
    """Return what locks or approves each of these entries that exists."""
    rows = connection.execute(_PROTECTION, (_array(ids), workspace))
    return [Protection(*row) for row in rows]


def _array(values: Sequence[str]) -> str:
    return msgspec.json.encode(values).decode()


_FROM: Final = (
    " FROM json_each(?) j CROSS JOIN entries e ON e.id = j.value"
    " JOIN members m ON m.seq = e.member AND m.workspace = ?"
)
_DRAFTS: Final = (
    "SELECT e.seq, e.id, e.start_at, e.end_at, e.description, p.id, t.id, e.billable, e.type"
    f"{_FROM} LEFT JOIN projects p ON p.seq = e.project LEFT JOIN tasks t ON t.seq = e.task"
)
_TAGS: Final = (
    f"SELECT e.seq, g.id{_FROM} JOIN entry_tags x ON x.entry = e.seq"
    " JOIN tags g ON g.seq = x.tag ORDER BY e.seq, x.position"
)
_FIELDS: Final = (
    f"SELECT e.seq, f.id, x.value{_FROM} JOIN entry_fields x ON x.entry = e.seq"
    " JOIN custom_fields f ON f.seq = x.field ORDER BY e.seq, f.seq"
)
_PROTECTION: Final = f"SELECT e.seq, e.id, e.start_at, e.approval_id{_FROM}"
