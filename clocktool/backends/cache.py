"""The cache of an account: replies, the names of projects, tasks, tags and clients, entry ids.

It saves requests, of which a free workspace has thirty an hour. It is one SQLite file for each host
and key. A cache that can't be read or written costs requests, nothing else.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
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

if TYPE_CHECKING:
    from clocktool.backends.name_lists import Written

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
CACHE = Kind("the cache", (_TABLES,), before=5, durable=False, seconds=1, damage=Damage.THROW_AWAY)
"""A file of another version is deleted: all of it can be read again from the service."""

MAX_ENTRY_IDS = 2000
"""How many entry ids are stored; older ones are removed."""


_RENAMED = (
    "ON CONFLICT DO UPDATE SET name = excluded.name, color = excluded.color,"
    " client_id = excluded.client_id, client = excluded.client,"
    " project_id = coalesce(nullif(excluded.project_id, ''), project_id),"
    " gone = coalesce(excluded.gone, gone), billable = coalesce(excluded.billable, billable)"
)
"""The update of a name that is stored already. An entry lacks ``gone`` and ``billable``."""


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
    """The name of a project, task, tag or client in the cache."""

    kind: str
    id: str
    name: str
    color: str = ""
    client_id: str | None = None
    client: str = ""
    project_id: str = ""
    gone: bool | None = None
    """Whether it is archived or done; None while that is unknown."""
    billable: bool | None = None
    """Whether new entries of a project are billable; None while that is unknown."""


class Cache:
    """The cache. Without a usable file it stays in memory; ``say`` is called with the reason."""

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
        self._database = Database(path, CACHE, say)
        self._has_pointer = pointer is None
        self._is_broken = False
        self._oldest = FIRST
        """The start of the oldest entry that is stored; entries of later pages are older."""
        self._lock = threading.Lock()
        self._names_now: dict[tuple[str, str], CachedName] | None = None

    def reply(self, request: Request) -> Reply | None:
        """Return the cached reply to a request, None if there is none or it is too old."""
        rows = self._run(
            "SELECT at, status, headers, body, crc FROM replies WHERE key = ?", (key_of(request),)
        )
        for at, status, headers, body, check in rows:
            if check != _checksum(key_of(request), at, status, headers, body):
                continue
            age = self._now() - at
            if request.only_if_cached or 0 <= age <= (request.age or 0):
                return Reply(status, _headers(headers), body)
        return None

    def keep(self, request: Request, reply: Reply) -> None:
        """Store a reply."""
        kept = {name: reply.headers[name] for name in ("last-page",) if name in reply.headers}
        row = (key_of(request), self._now(), reply.status, msgspec.json.encode(kept), reply.body)
        self._run(
            "INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?, ?)", (*row, _checksum(*row))
        )

    def forget(self, paths: str) -> None:
        """Remove the replies of all paths with this prefix."""
        self._run("DELETE FROM replies WHERE substr(key, 1, ?) = ?", (len(paths), paths))

    def outdate(self, paths: str, written: "Written | None" = None) -> None:
        """Mark the replies of paths with this prefix as outdated, with a write applied to lists."""
        rows = self._run(
            "SELECT key, at, status, headers, body, crc FROM replies WHERE substr(key, 1, ?) = ?",
            (len(paths), paths),
        )
        for key, at, status, headers, body, check in rows:
            if check != _checksum(key, at, status, headers, body):
                continue
            if written is not None and status == 200:
                with suppress(msgspec.MsgspecError, ValueError):  # the reply is not a list
                    body = written.update(key, body)  # noqa: PLW2901
            row = (key, FIRST, status, headers, body)
            self._run(
                "INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?, ?)", (*row, _checksum(*row))
            )

    def store_names(self, things: Iterable[object]) -> None:
        """Store the names of projects, tasks, tags and clients, also those in entries."""
        self._names_now = None
        kept: dict[tuple[str, str], CachedName] = {}
        for thing, inside in _named_parts(things):
            each = _name_of(thing, inside)
            if each is not None:
                kept[each.kind, each.id] = each
        self._insert("names", [msgspec.structs.astuple(each) for each in kept.values()], _RENAMED)
        if any(kind == "client" for kind, _ in kept):
            self._run(_CLIENT_RENAMED, ())

    def remove_name(self, thing: AnyNamed) -> None:
        """Remove a deleted project, task, tag or client, and the tasks of a project."""
        self._names_now = None
        kind, key = _KINDS[type(thing)], str(thing.id)
        self._run("DELETE FROM names WHERE kind = ? AND id = ?", (kind, key))
        if kind == "project":
            self._run("DELETE FROM names WHERE kind = 'task' AND project_id = ?", (key,))
        if kind == "client":
            self._run(_CLIENT_GONE, (key,))

    def store_entries(self, entries: Sequence[Entry]) -> None:
        """Store the ids and descriptions of entries that were read, the newest of them."""
        rows = [
            (it.id, it.workspace_id, it.start, it.description, it.project and it.project.id)
            for it in entries
            if it.start >= self._oldest
        ]
        self._insert("entries", rows)
        if len(rows) > 1:
            newest = "SELECT start FROM entries ORDER BY start DESC LIMIT 1 OFFSET ?"
            for (start,) in self._run(newest, (MAX_ENTRY_IDS,)):
                self._run("DELETE FROM entries WHERE start < ?", (start,))
                self._oldest = start

    def entry_ids(self, workspace: str) -> list[str]:
        """Return the stored ids of the entries of a workspace."""
        found = self._run("SELECT id FROM entries WHERE workspace = ?", (workspace,))
        return [str(entry) for (entry,) in found]

    def forget_entry(self, entry: str) -> None:
        """Remove the id of an entry that no longer exists."""
        self._run("DELETE FROM entries WHERE id = ?", (entry,))

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]], known: str = "") -> None:
        for start in range(0, len(rows), 100):
            some = rows[start : start + 100]
            marks = ", ".join(["(" + ", ".join("?" * len(some[0])) + ")"] * len(some))
            values = tuple(value for row in some for value in row)
            insert = "INSERT" if known else "INSERT OR REPLACE"
            self._run(f"{insert} INTO {table} VALUES {marks} {known}", values)

    def names(self, kind: str) -> list[str]:
        """Return all stored names of a kind: project, task, tag or client."""
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

    def renamed(self, entry: Entry) -> Entry:
        """Return an entry with the names in the cache in place of its own, which may be older."""
        if self._names_now is None:
            rows = self._run("SELECT * FROM names", ())
            self._names_now = {(row[0], row[1]): CachedName(*row) for row in rows}
        names, project, task = self._names_now, entry.project, entry.task
        if project is not None and (kept := names.get(("project", str(project.id)))):
            project = ProjectRef(project.id, kept.name, kept.color, kept.client_id, kept.client)
        if task is not None and (kept := names.get(("task", str(task.id)))):
            task = TaskRef(task.id, kept.name)
        tags = tuple([_renamed_tag(each, names) for each in entry.tags])
        if (project, task, tags) == (entry.project, entry.task, entry.tags):
            return entry
        return msgspec.structs.replace(entry, project=project, task=task, tags=tags)

    def is_billable(self, project: str) -> bool | None:
        """Whether new entries of a project are billable; None if that is unknown."""
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
                self._write_pointer()
            except StorageError as error:
                if self._is_broken:
                    self._say(f"the cache in memory failed: {error}")
                    return []
                self._say(f"can't use the cache file: {error}")
                self._is_broken = True
                if isinstance(error, DamagedError):
                    self.throw_away()
                database.use_memory()
            else:
                return found
        return self._run(sql, values)

    def _write_pointer(self) -> None:
        """Write the pointer, by which completion finds the file without ``api_key_command``."""
        if self._pointer is not None and not self._has_pointer and not self._is_broken:
            self._has_pointer = True
            if read_pointer(self._pointer) != self._path:
                files.replace(self._pointer, self._path.name.encode())

    def throw_away(self) -> None:
        """Delete the file and its pointer."""
        try:
            self._database.delete()
            if self._pointer is not None:
                files.remove(self._pointer)
        except StorageError as error:
            self._say(f"can't delete the cache file: {error.why}")


def _checksum(key: object, at: object, status: object, headers: object, body: object) -> int:
    """Return the checksum of a row, which shows damage that SQLite does not notice."""
    return crc32(repr((key, at, status, headers, body)).encode("utf-8", "backslashreplace"))


def _renamed_tag(tag: Tag, names: Mapping[tuple[str, str], CachedName]) -> Tag:
    kept = names.get(("tag", str(tag.id)))
    if kept is None:
        return tag
    archived = tag.archived if kept.gone is None else bool(kept.gone)
    return msgspec.structs.replace(tag, name=kept.name, archived=archived)


def _headers(data: bytes) -> dict[str, str]:
    try:
        return msgspec.json.decode(data, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}


def _named_parts(things: Iterable[object]) -> Iterable[tuple[object, str]]:
    """Return named things, each once: an entry is replaced by its project, task and tags.

    Each comes with the id of a project, which only a task of an entry needs; else it is empty.
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
    """Return the row of a thing; ``inside`` is the project id of a task that lacks one."""
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
    """Return the cache key of a request: its path and its query."""
    return request.path + "".join(f"\n{name}={value}" for name, value in request.query)
