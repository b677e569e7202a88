"""The tables of the journal, and the migration from version 1."""

import re
import sqlite3
from typing import Any

import msgspec

from clocktool.domain.entry import Draft, Entry
from clocktool.domain.ids import Known, Queued
from clocktool.outbox.change import Result, State
from clocktool.storage.kind import Damage, Kind

_FIRST = (
    """CREATE TABLE IF NOT EXISTS actions (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL, command TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0,
        note TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE IF NOT EXISTS changes (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        action INTEGER NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL,
        user TEXT NOT NULL, workspace TEXT NOT NULL, change BLOB NOT NULL,
        reason TEXT NOT NULL DEFAULT '', after BLOB, theirs BLOB)""",
    "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value INTEGER)",
    "CREATE INDEX IF NOT EXISTS changes_state ON changes (state, number)",
    "CREATE INDEX IF NOT EXISTS changes_action ON changes (action)",
)

_SECOND = (
    "ALTER TABLE actions ADD COLUMN whole INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE actions ADD COLUMN undoes INTEGER",
    "CREATE INDEX actions_undoes ON actions (undoes) WHERE undoes IS NOT NULL",
    "ALTER TABLE changes ADD COLUMN entry TEXT",
    "ALTER TABLE changes ADD COLUMN digest INTEGER",
    "DROP INDEX changes_state",
    # Nearly all changes are done, and those are never searched by state.
    "CREATE INDEX changes_open ON changes (state, number) WHERE state <> 'done'",
    "CREATE INDEX changes_entry ON changes (entry, number) WHERE entry IS NOT NULL",
    "CREATE TABLE aliases (old TEXT PRIMARY KEY, new TEXT NOT NULL) WITHOUT ROWID",
)


BATCH = 500
"""The number of changes of version 1 that are in memory at once."""

_UNREADABLE = (msgspec.MsgspecError, ValueError, TypeError, KeyError, AttributeError)


def _migrate(connection: sqlite3.Connection) -> None:
    """Convert the changes of version 1 to version 2.

    In version 1 the characters of an id had a meaning: ``p12`` is the entry that change 12 creates,
    ``?Site`` a name to look up. A stop of a waiting start was merged into the start. Changes of
    different kinds in one action waited for each other.
    """
    kinds: dict[int, set[str]] = {}
    last = -1
    while rows := connection.execute(
        "SELECT number, action, at, state, change, after, theirs FROM changes"
        " WHERE number > ? ORDER BY number LIMIT ?",
        (last, BATCH),
    ).fetchall():
        last = rows[-1][0]
        for number, action, at, state, change, after, theirs in rows:
            try:
                new, merged = _change(number, at, msgspec.json.decode(change))
                left = None if after is None else _left(after)
                other = None if theirs is None else msgspec.json.encode(_entry(_json(theirs)))
                now = str(state, "utf-8")
                if merged is not None:
                    now, left = _merged(connection, action, merged)
            except _UNREADABLE:
                _damaged(connection, number)
                continue
            if now not in (State.DONE, State.CANCELLED):
                kinds.setdefault(action, set()).add(new["type"])
            connection.execute(
                "UPDATE changes SET change = ?, entry = ?, digest = ?, theirs = ?, state = ?,"
                " after = NULL WHERE number = ?",
                (
                    msgspec.json.encode(new),
                    left and left.entry,
                    left and left.digest,
                    other,
                    now,
                    number,
                ),
            )
    whole = [(action,) for action, found in kinds.items() if len(found) > 1]
    connection.executemany("UPDATE actions SET whole = 1 WHERE number = ?", whole)
    _link_undos(connection)


def _damaged(connection: sqlite3.Connection, number: int) -> None:
    """Mark a change as unreadable: the next read deletes it and keeps a copy of the file."""
    connection.execute(
        "UPDATE changes SET state = 'damaged ' || CAST(state AS TEXT) WHERE number = ?", (number,)
    )


def _merged(connection: sqlite3.Connection, action: int, start: int) -> tuple[str, Result | None]:
    """Return the state and the result of a stop that was merged into a start.

    If the start still waits, the end is removed from it, and the stop waits separately.
    """
    found = connection.execute(
        "SELECT state, change, entry, digest FROM changes WHERE number = ?", (start,)
    ).fetchone()
    if found is None:
        return State.DONE, None
    state, change, entry, digest = found
    if state == b"done":
        return State.DONE, entry and Result(Known(str(entry, "utf-8")), digest)
    if connection.execute(
        "SELECT 1 FROM actions WHERE number = ? AND undone", (action,)
    ).fetchone():
        return State.CANCELLED, None
    create = _json(change)
    create["draft"].pop("end", None)
    data = msgspec.json.encode(create)
    connection.execute("UPDATE changes SET change = ? WHERE number = ?", (data, start))
    return State.WAITING, None


def _link_undos(connection: sqlite3.Connection) -> None:
    """Record which action each undo undid: the last one that was not undone yet."""
    undos = connection.execute(
        "SELECT number FROM actions WHERE command = 'undo' ORDER BY number"
    ).fetchall()
    for (undo,) in undos:
        connection.execute(
            "UPDATE actions SET undoes = coalesce((SELECT max(number) FROM actions AS done"
            " WHERE number < ?1 AND undone AND command <> 'undo'"
            " AND NOT EXISTS (SELECT 1 FROM actions WHERE undoes = done.number)"
            " AND EXISTS (SELECT 1 FROM changes WHERE action = done.number"
            " AND state <> 'cancelled')), 0) WHERE number = ?1",
            (undo,),
        )


def _change(number: int, at: int, old: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
    """Return an old change in the current format, and the number of the start that includes it."""
    kind = old["type"]
    new: dict[str, Any]
    match kind:
        case "create":
            new = {"draft": _draft(old["draft"]), "again": f"p{number}@{at}"}
            if other := old.get("other"):
                new["owner"] = other
        case "stop":
            timer = old.get("known")
            new = {key: old[key] for key in ("end", "longest", "silent") if key in old}
            new |= {"timer": _entry(timer)} if timer else {}
            new |= {"fill": _fill(old["fill"])} if old.get("fill") else {}
        case "update":
            kind, new = "edit", {"before": _entry(old["before"]), "draft": _draft(old["draft"])}
        case "delete":
            new = {"before": _entry(old["before"]), "with_all": old.get("with_all", False)}
        case "invoiced":
            marked = [_id(each) for each in old["entries"]]
            kind, new = "mark", {"entries": marked, "invoiced": old["invoiced"]}
        case _:
            raise ValueError(f"there was no change of the kind {kind!r}")
    return {"type": kind, **new}, old.get("after")


def _entry(old: dict[str, Any]) -> dict[str, Any]:
    new = old | {"id": _id(old["id"])}
    for key in ("project", "task"):
        if old.get(key):
            new[key] = old[key] | {"id": _name(old[key]["id"])}
    if old.get("tags"):
        new["tags"] = [tag | {"id": _name(tag["id"])} for tag in old["tags"]]
    return new


def _draft(old: dict[str, Any]) -> dict[str, Any]:
    new = dict(old)
    for key in ("project_id", "task_id"):
        if old.get(key):
            new[key] = _name(old[key])
    if old.get("tag_ids"):
        new["tag_ids"] = [_name(each) for each in old["tag_ids"]]
    return new


def _fill(old: dict[str, Any]) -> dict[str, Any]:
    new = _draft(old)
    for key in ("project", "task"):
        if new.get(f"{key}_id") == "":
            new |= {f"{key}_id": None, f"no_{key}": True}
    return new


def _id(old: str) -> object:
    waits = re.fullmatch(r"p(\d{1,15})", old)
    return {"change": int(waits[1])} if waits else old


def _name(old: str) -> object:
    return {"name": old[1:]} if old.startswith("?") else old


def _left(data: bytes) -> Result | None:
    entry = msgspec.convert(_entry(_json(data)), Entry)
    return None if isinstance(entry.id, Queued) else Result(entry.id, Draft.of(entry).digest)


def _json(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(data)
    return found


def _prepare(connection: sqlite3.Connection) -> None:
    connection.text_factory = bytes  # a text that can't be decoded damages its row only


KIND = Kind(
    noun="the journal",
    migrations=(_FIRST, (*_SECOND, _migrate)),
    damage=Damage.SET_ASIDE,
    prepare=_prepare,
    reclaims=True,
)
"""The kind of the file. The journal of the local workspace need not be durable."""
