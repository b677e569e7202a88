"""What is known of the account on this machine: replies that may be a day old, names by id.

Requests are the scarce thing (a free workspace has thirty an hour), so who one is, which workspace,
and what a name stands for are asked once a day. One SQLite file for each host and key. It is never
needed: where it cannot be read or written every question goes to the service.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec

from clocktool.backends.base import Reply, Request
from clocktool.backends.cache_file import read_pointer
from clocktool.domain.directory import AnyNamed, Client, Project, Task
from clocktool.domain.entry import Entry, ProjectRef, Tag, TaskRef
from clocktool.domain.ids import Known
from clocktool.domain.time.instant import FIRST, Instant
from clocktool.storage import files
from clocktool.storage.database import Database
from clocktool.storage.failure import DamagedError, StorageError
from clocktool.storage.kind import Damage, Kind

_TABLES = (
    """CREATE TABLE replies (
        key TEXT PRIMARY KEY, at INTEGER, status INTEGER, headers BLOB, body BLOB, crc INTEGER)
        WITHOUT ROWID""",
    """CREATE TABLE names (
        kind TEXT, id TEXT, name TEXT, color TEXT, client_id TEXT, client TEXT,
        project_id TEXT, gone INTEGER, billable INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID""",
    """CREATE TABLE entries (
        id TEXT PRIMARY KEY, workspace TEXT, start INTEGER, description TEXT, project_id TEXT)
        WITHOUT ROWID""",
)
FILE = Kind("the cache", (_TABLES,), before=5, durable=False, seconds=1, damage=Damage.THROW_AWAY)
"""A file of another version is thrown away, as all of it can be asked again."""

IDS_KEPT = 2000
"""How many ids of entries are kept, the newest."""


_RENAMED = (
    "ON CONFLICT DO UPDATE SET name = excluded.name, color = excluded.color,"
    " client_id = excluded.client_id, client = excluded.client,"
    " project_id = coalesce(nullif(excluded.project_id, ''), project_id),"
    " gone = coalesce(excluded.gone, gone), billable = coalesce(excluded.billable, billable)"
)
"""What a known name becomes. An entry does not say whether its project is archived or billable."""


_KINDS = {Client: "client", Project: "project", Task: "task", Tag: "tag"}

_CLIENT_RENAMED = (
    "UPDATE names SET client = (SELECT c.name FROM names c WHERE c.kind = 'client'"
    " AND c.id = names.client_id) WHERE kind = 'project' AND client <> (SELECT c.name"
    " FROM names c WHERE c.kind = 'client' AND c.id = names.client_id)"
)
_CLIENT_GONE = (
    "UPDATE names SET client_id = NULL, client = '' WHERE kind = 'project' AND client_id = ?"
)


class CachedName(msgspec.Struct):
    """The name of a project, task, tag or client as it is kept."""

    kind: str
    id: str
    name: str
    color: str = ""
    client_id: str | None = None
    client: str = ""
    project_id: str = ""
    gone: bool | None = None
    """Whether it is archived or done; None where what was read did not say."""
    billable: bool | None = None
    """Whether entries of a project are billable unless they say so; None where that is unknown."""


class Cache:
    """The file. Every method does nothing where the file is of no use; ``say`` is told why."""

    def __init__(
        self,
        path: Path,
        now: Callable[[], Instant],
        say: Callable[[str], None],
        pointer: Path | None = None,
    ) -> None:
        self._path = path
        self._pointer = pointer
        self._now = now
        self._say = say
        self._database = Database(path, FILE, say)
        self._is_pointed_to = pointer is None
        self._broken = False
        self._oldest = FIRST
        """The start of the oldest entry that is worth keeping; later pages are older."""
        self._lock = threading.Lock()

    def reply(self, request: Request) -> Reply | None:
        """Return the kept reply to a request, None when it is older than the request allows."""
        rows = self._run(
            "SELECT at, status, headers, body, crc FROM replies WHERE key = ?", (key_of(request),)
        )
        for at, status, headers, body, check in rows:
            if check != _check(key_of(request), at, status, headers, body):
                continue
            age = self._now() - at
            if request.only_if_cached or 0 <= age <= (request.age or 0):
                return Reply(status, _headers(headers), body)
        return None

    def keep(self, request: Request, reply: Reply) -> None:
        """Keep a reply."""
        kept = {name: reply.headers[name] for name in ("last-page",) if name in reply.headers}
        row = (key_of(request), self._now(), reply.status, msgspec.json.encode(kept), reply.body)
        self._run("INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?, ?)", (*row, _check(*row)))

    def forget(self, paths: str) -> None:
        """Forget the replies of all paths that start so."""
        self._run("DELETE FROM replies WHERE substr(key, 1, ?) = ?", (len(paths), paths))

    def learn(self, things: Iterable[object]) -> None:
        """Keep the names of projects, tasks, tags and clients, also those that entries show."""
        kept: dict[tuple[str, str], CachedName] = {}
        for thing, inside in _parts_of(things):
            each = _name_of(thing, inside)
            if each is not None:
                kept[each.kind, each.id] = each
        self._insert("names", [msgspec.structs.astuple(each) for each in kept.values()], _RENAMED)
        if any(kind == "client" for kind, _ in kept):
            self._run(_CLIENT_RENAMED, ())

    def forget_name(self, thing: AnyNamed) -> None:
        """Forget the name of a project, task, tag or client that is deleted, and what it had."""
        kind, key = _KINDS[type(thing)], str(thing.id)
        self._run("DELETE FROM names WHERE kind = ? AND id = ?", (kind, key))
        if kind == "project":
            self._run("DELETE FROM names WHERE kind = 'task' AND project_id = ?", (key,))
        if kind == "client":
            self._run(_CLIENT_GONE, (key,))

    def saw(self, entries: Sequence[Entry]) -> None:
        """Keep the ids and descriptions of entries that were shown, the newest of them."""
        rows = [
            (it.id, it.workspace_id, it.start, it.description, it.project and it.project.id)
            for it in entries
            if it.start >= self._oldest
        ]
        self._insert("entries", rows)
        if len(rows) > 1:
            newest = "SELECT start FROM entries ORDER BY start DESC LIMIT 1 OFFSET ?"
            for (start,) in self._run(newest, (IDS_KEPT,)):
                self._run("DELETE FROM entries WHERE start < ?", (start,))
                self._oldest = start

    def entry_ids(self, workspace: str) -> list[str]:
        """Return the ids of the entries of a workspace that were shown lately."""
        found = self._run("SELECT id FROM entries WHERE workspace = ?", (workspace,))
        return [str(entry) for (entry,) in found]

    def forget_entry(self, entry: str) -> None:
        """Forget the id of an entry that is not there any more."""
        self._run("DELETE FROM entries WHERE id = ?", (entry,))

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]], known: str = "") -> None:
        for start in range(0, len(rows), 100):
            some = rows[start : start + 100]
            marks = ", ".join(["(" + ", ".join("?" * len(some[0])) + ")"] * len(some))
            values = tuple(value for row in some for value in row)
            insert = "INSERT" if known else "INSERT OR REPLACE"
            self._run(f"{insert} INTO {table} VALUES {marks} {known}", values)

    def names(self, kind: str) -> list[str]:
        """Return every name of a kind (project, task, tag, client) that is kept."""
        return [
            str(name) for (name,) in self._run("SELECT name FROM names WHERE kind = ?", (kind,))
        ]

    def named(self, entry: Entry) -> Entry:
        """Return an entry with the names that are known of what it shows by id only."""
        project, task, tags = entry.project, entry.task, entry.tags
        if entry.has_names:
            return entry
        if project is not None and not project.name:
            kept = self._name("project", str(project.id))
            if kept is not None:
                project = ProjectRef(
                    Known(kept.id), kept.name, kept.color, kept.client_id, kept.client
                )
        if task is not None and not task.name:
            kept = self._name("task", str(task.id))
            task = task if kept is None else TaskRef(Known(kept.id), kept.name)
        if not all(tag.name for tag in tags):
            found = {tag.id: self._name("tag", str(tag.id)) for tag in tags if not tag.name}
            tags = tuple(
                Tag(tag.id, kept.name, workspace_id=entry.workspace_id)
                if (kept := found.get(tag.id)) is not None
                else tag
                for tag in tags
            )
        return msgspec.structs.replace(entry, project=project, task=task, tags=tags)

    def is_billable(self, project: str) -> bool | None:
        """Whether entries of a project are billable unless they say so; None if not known."""
        kept = self._name("project", project)
        return None if kept is None or kept.billable is None else bool(kept.billable)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _name(self, kind: str, key: str) -> CachedName | None:
        for row in self._run("SELECT * FROM names WHERE kind = ? AND id = ?", (kind, key)):
            return CachedName(*row)
        return None

    def _run(self, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        database = self._database
        with self._lock:
            try:
                with database.read() if sql.startswith("SELECT") else database.write() as file:
                    found = file.execute(sql, values).fetchall()
                self._point()
            except StorageError as error:
                if self._broken:
                    self._say(f"the cache in memory failed: {error}")
                    return []
                self._say(f"the cache is of no use: {error}")
                self._broken = True
                if isinstance(error, DamagedError):
                    self.throw_away()
                database.use_memory()
            else:
                return found
        return self._run(sql, values)

    def _point(self) -> None:
        """Let completion find the file without asking a password manager."""
        if self._pointer is not None and not self._is_pointed_to and not self._broken:
            self._is_pointed_to = True
            if read_pointer(self._pointer) != self._path:
                files.replace(self._pointer, self._path.name.encode())

    def throw_away(self) -> None:
        """Delete the file, and what points to it."""
        try:
            self._database.delete()
            if self._pointer is not None:
                files.remove(self._pointer)
        except StorageError as error:
            self._say(f"and cannot be deleted: {error.why}")


def _check(key: object, at: object, status: object, headers: object, body: object) -> int:
    """Return a sum over a row: what a damaged file gives back does not fit it."""
    return crc32(repr((key, at, status, headers, body)).encode("utf-8", "backslashreplace"))


def _headers(data: bytes) -> dict[str, str]:
    try:
        return msgspec.json.decode(data, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}


def _parts_of(things: Iterable[object]) -> Iterable[tuple[object, str]]:
    """Return things, and in the place of entries what they are filed under, each once.

    Beside it is the project that a task without one is of.
    """
    found: dict[tuple[object, str], None] = {}
    for thing in things:
        if isinstance(thing, Entry):
            if thing.project is not None:
                found[thing.project, ""] = None
            if thing.task is not None:
                found[thing.task, str(thing.project.id) if thing.project else ""] = None
            for tag in thing.tags:
                found[tag, ""] = None
        else:
            found[thing, ""] = None
    return found


def _name_of(thing: object, inside: str) -> CachedName | None:
    """Return the name of a thing; ``inside`` is the project that a task without one is of."""
    match thing:
        case Project() | ProjectRef() if thing.name:
            kept = CachedName(
                "project", str(thing.id), thing.name, thing.color, thing.client_id, thing.client
            )
            if isinstance(thing, Project):
                kept.gone, kept.billable = thing.archived, thing.billable
            return kept
        case Task() if thing.name:
            return CachedName(
                "task", thing.id, thing.name, project_id=thing.project_id, gone=thing.done
            )
        case TaskRef() if thing.name:
            return CachedName("task", str(thing.id), thing.name, project_id=inside)
        case Tag() if thing.name:
            return CachedName("tag", str(thing.id), thing.name, gone=thing.archived)
        case Client() if thing.name:
            return CachedName("client", thing.id, thing.name, gone=thing.archived)
    return None


def key_of(request: Request) -> str:
    """Return what a reply is kept under: the path and the query."""
    return request.path + "".join(f"\n{name}={value}" for name, value in request.query)
