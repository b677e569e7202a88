"""SQL for entries. Callers check the rules first."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Final

import msgspec

from clocktool.backends.local import rates
from clocktool.backends.local.cursors import Position
from clocktool.backends.local.rows import Entry, Plan, Tag, Value


class EntryFilter(msgspec.Struct, kw_only=True):
    """Filters of a list of entries (operation 2). None leaves a condition out.

    ``start`` and ``end`` bound the start of an entry, both included. A running entry always passes
    them.
    """

    start: int | None = None
    end: int | None = None
    description: str | None = None
    project: int | None = None
    task: int | None = None
    tags: tuple[int, ...] = ()
    has_project: bool | None = None
    has_task: bool | None = None
    running: bool = False


def find(
    connection: sqlite3.Connection,
    member: int,
    wanted: EntryFilter,
    *,
    limit: int,
    offset: int,
    after: Position | None = None,
) -> list[tuple[int, Position]]:
    """Return row numbers and positions of a member's entries, newest first, from ``after`` on."""
    sql, values = list_query(member, wanted, after)
    rows = connection.execute(sql, (*values, limit, offset))
    return [(seq, (start, id_)) for seq, start, id_ in rows]


def list_query(
    member: int, wanted: EntryFilter, after: Position | None = None
) -> tuple[str, tuple[object, ...]]:
    """Return the query of ``find`` and its values, without the limit and the offset.

    It combines two index searches: entries in the window, and a running entry outside it. A single
    search with ``OR`` would read and sort all entries.
    """
    conditions, values = _conditions(wanted)
    # The sign makes SQLite use the index of projects instead of the one of starts.
    of = "e.member = ?" if wanted.project is None else "+e.member = ?"
    bounds = [(f"e.start_at {sign} ?", at) for sign, at in _window(wanted) if at is not None]
    rest = unindexed = ""
    if after is not None:
        rest, unindexed = " AND (e.start_at, e.id) < (?, ?)", " AND (+e.start_at, +e.id) < (?, ?)"
        values += after
    arms: list[tuple[str, list[object]]] = []
    if not wanted.running:
        inside = "".join(f" AND {bound}" for bound, _ in bounds)
        arms.append((of + conditions + rest + inside, [member, *values, *(at for _, at in bounds)]))
    if wanted.running or bounds:
        outside = " OR ".join(f"NOT {bound}" for bound, _ in bounds)
        outside = f" AND ({outside})" if outside and not wanted.running else ""
        used = [at for _, at in bounds] if outside else []
        # The signs make SQLite use the index of running entries instead of the one of starts.
        where = f"e.member = ? AND e.end_at IS NULL{conditions}{unindexed}{outside}"
        arms.append((where, [member, *values, *used]))
    selects = [
        "SELECT e.seq AS seq, e.start_at AS start_at, e.id AS id"  # noqa: S608  # fixed texts only
        f" FROM entries e WHERE {where}"
        for where, _ in arms
    ]
    query = " UNION ALL ".join(selects) + " ORDER BY start_at DESC, id DESC LIMIT ? OFFSET ?"
    return query, tuple(value for _, used in arms for value in used)


def running_in(
    connection: sqlite3.Connection, workspace: int, *, limit: int, offset: int
) -> list[int]:
    """Return row numbers of the running entries of a workspace (operation 7), newest first."""
    rows = connection.execute(
        "SELECT e.seq FROM members m CROSS JOIN entries e ON e.member = m.seq"
        " WHERE m.workspace = ? AND e.end_at IS NULL"
        " ORDER BY e.start_at DESC, e.id DESC LIMIT ? OFFSET ?",
        (workspace, limit, offset),
    )
    return [seq for (seq,) in rows]


def running_of(connection: sqlite3.Connection, member: int) -> Entry | None:
    """Return the running entry of a member, or None."""
    row = connection.execute(
        "SELECT seq FROM entries WHERE member = ? AND end_at IS NULL", (member,)
    ).fetchone()
    return load(connection, [row[0]])[0] if row else None


def seqs_by_id(
    connection: sqlite3.Connection, workspace: int, ids: Iterable[str]
) -> dict[str, int]:
    """Return row numbers by id, for those of these entries that are in a workspace."""
    rows = connection.execute(
        "SELECT e.id, e.seq FROM json_each(?) j CROSS JOIN entries e ON e.id = j.value"
        " JOIN members m ON m.seq = e.member WHERE m.workspace = ?",
        (_array(ids), workspace),
    )
    return dict(rows.fetchall())


def load(connection: sqlite3.Connection, seqs: Sequence[int]) -> list[Entry]:
    """Return entries with everything they refer to, in the order of ``seqs``."""
    if not seqs:
        return []
    wanted = _array(seqs)
    found = {row[0]: Entry(*row) for row in connection.execute(_LOAD, (wanted,))}
    _set_rates(connection, found.values())
    for seq, *tag in connection.execute(_LOAD_TAGS, (wanted,)):
        found[seq].tags += (Tag(*tag),)
    for seq, *value in connection.execute(_LOAD_VALUES, (wanted,)):
        found[seq].values += (Value(*value),)
    return [found[seq] for seq in seqs]


def insert(connection: sqlite3.Connection, member: int, identity: str, plan: Plan, now: int) -> int:
    """Insert an entry and return its row number."""
    cursor = connection.execute(
        "INSERT INTO entries (id, member, start_at, end_at, description, project, task, billable,"
        " type, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
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
        ),
    )
    seq = cursor.lastrowid
    assert seq is not None  # noqa: S101  # an INSERT that did not raise has one
    _set_tags(connection, seq, plan.tags)
    _set_values(connection, seq, plan.values)
    return seq


def replace(connection: sqlite3.Connection, seq: int, plan: Plan) -> None:
    """Replace an entry by a plan. Its id, user, approval and invoiced flag stay."""
    connection.execute(
        "UPDATE entries SET start_at = ?, end_at = ?, description = ?, project = ?, task = ?,"
        " billable = ?, type = ? WHERE seq = ?",
        (
            plan.start,
            plan.end,
            plan.description,
            plan.project,
            plan.task,
            plan.billable,
            plan.type,
            seq,
        ),
    )
    _set_tags(connection, seq, plan.tags)
    connection.execute("DELETE FROM entry_fields WHERE entry = ?", (seq,))
    _set_values(connection, seq, plan.values)


def set_end(connection: sqlite3.Connection, seq: int, end: int) -> None:
    """Set the end of an entry."""
    connection.execute("UPDATE entries SET end_at = ? WHERE seq = ?", (end, seq))


def worked(connection: sqlite3.Connection, projects: Iterable[int]) -> dict[int, int]:
    """Return the total seconds of finished entries by row number of their project."""
    rows = connection.execute(
        "SELECT project, sum(end_at - start_at) FROM entries WHERE end_at IS NOT NULL"
        " AND project IN (SELECT value FROM json_each(?)) GROUP BY project",
        (_array(projects),),
    )
    return dict(rows.fetchall())


def set_invoiced(connection: sqlite3.Connection, seqs: Sequence[int], *, invoiced: bool) -> None:
    """Mark entries as invoiced or not (operation 11)."""
    connection.execute(
        "UPDATE entries SET invoiced = ? WHERE seq IN (SELECT value FROM json_each(?))",
        (invoiced, _array(seqs)),
    )


def delete(connection: sqlite3.Connection, seqs: Sequence[int]) -> None:
    """Delete entries, with their tags and values of custom fields."""
    connection.execute(
        "DELETE FROM entries WHERE seq IN (SELECT value FROM json_each(?))", (_array(seqs),)
    )


def delete_unprotected(connection: sqlite3.Connection, member: int, lock_at: int | None) -> None:
    """Delete all entries of a member that are not locked or approved (operation 12)."""
    connection.execute(
        "DELETE FROM entries WHERE member = :member AND approval_id IS NULL"
        " AND (:lock IS NULL OR start_at >= :lock)",
        {"member": member, "lock": lock_at},
    )


def _set_rates(connection: sqlite3.Connection, entries: Collection[Entry]) -> None:
    """Set the rates of entries: the first one that exists at their start."""
    holders = {e.workspace_id for e in entries} | {e.project_id or "" for e in entries}
    known = rates.load(connection, holders | {e.task_id or "" for e in entries})
    if not known:
        return
    chains: dict[tuple[str | None, ...], list[tuple[rates.History, ...]]] = {}
    for entry in entries:
        key = (entry.task_id, entry.project_id, entry.user_id)
        if key not in chains:
            levels = rates.levels(
                entry.task_id, entry.project_id, entry.workspace_id, entry.user_id
            )
            chains[key] = [known.chain(levels, cost=cost) for cost in (False, True)]
        entry.rate, entry.cost = (rates.first_amount(chain, entry.start) for chain in chains[key])


def _set_tags(connection: sqlite3.Connection, seq: int, tags: Sequence[int]) -> None:
    """Replace the tags of an entry, keeping their order."""
    connection.execute("DELETE FROM entry_tags WHERE entry = ?", (seq,))
    connection.executemany(
        "INSERT INTO entry_tags (entry, tag, position) VALUES (?, ?, ?)",
        [(seq, tag, position) for position, tag in enumerate(tags)],
    )


def _set_values(
    connection: sqlite3.Connection, seq: int, values: Sequence[tuple[int, str]]
) -> None:
    connection.executemany(
        "INSERT INTO entry_fields (entry, field, value) VALUES (?, ?, ?)",
        [(seq, field, value) for field, value in values],
    )


def _window(wanted: EntryFilter) -> tuple[tuple[str, int | None], tuple[str, int | None]]:
    return (">=", wanted.start), ("<=", wanted.end)


def _conditions(wanted: EntryFilter) -> tuple[str, list[object]]:
    """Return the SQL of the conditions other than times, and their values."""
    sql = ""
    values: list[object] = []
    if wanted.description:
        sql += " AND instr(fold(e.description), ?) > 0"
        values.append(wanted.description.casefold())
    for column, wanted_value in (("project", wanted.project), ("task", wanted.task)):
        if wanted_value is not None:
            sql += f" AND e.{column} = ?"
            values.append(wanted_value)
    for column, present in (("project", wanted.has_project), ("task", wanted.has_task)):
        if present is not None:
            sql += f" AND e.{column} IS {'NOT ' if present else ''}NULL"
    for tag in wanted.tags:
        sql += " AND EXISTS (SELECT 1 FROM entry_tags g WHERE g.entry = e.seq AND g.tag = ?)"
        values.append(tag)
    return sql, values


def _array(values: Iterable[object]) -> str:
    """Return values as one JSON parameter. SQLite limits the number of ``?``, not its length."""
    return msgspec.json.encode(list(values)).decode()


_LOAD: Final = """
SELECT e.seq, e.id, e.member, u.id, u.name, e.start_at, e.end_at, e.description, e.billable,
       e.type, e.invoiced, e.approval_id, p.seq, p.id, p.name, p.color, c.id, c.name,
       t.seq, t.id, t.name, w.id
  FROM json_each(?) j
 CROSS JOIN entries e ON e.seq = j.value
  JOIN members m ON m.seq = e.member
  JOIN users u ON u.seq = m.user
  JOIN workspaces w ON w.seq = m.workspace
  LEFT JOIN projects p ON p.seq = e.project
  LEFT JOIN clients c ON c.seq = p.client
  LEFT JOIN tasks t ON t.seq = e.task"""

_LOAD_TAGS: Final = """
SELECT x.entry, g.seq, g.id, g.name, g.archived
  FROM json_each(?) j
 CROSS JOIN entry_tags x ON x.entry = j.value
  JOIN tags g ON g.seq = x.tag
 ORDER BY x.entry, x.position"""

_LOAD_VALUES: Final = """
SELECT x.entry, f.seq, f.id, f.name, f.type, x.value
  FROM json_each(?) j
 CROSS JOIN entry_fields x ON x.entry = j.value
  JOIN custom_fields f ON f.seq = x.field
 ORDER BY x.entry, f.seq"""
