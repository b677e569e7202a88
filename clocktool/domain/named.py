"""Functions for clients, projects, tasks and tags alike."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar
from zlib import adler32, crc32

import msgspec

from clocktool.domain.directory import AnyNamed, Client, Project, Task
from clocktool.domain.entry import Entry, ProjectRef, Tag, TaskRef
from clocktool.domain.ids import EntryId, Queued, Unresolved
from clocktool.domain.money import Rate
from clocktool.domain.naming import natural_order

N = TypeVar("N", bound=AnyNamed)

NOUNS: Final[Mapping[type, str]] = {
    Client: "client",
    Project: "project",
    Task: "task",
    Tag: "tag",
}

_SHOWN: Final = ("id", "client", "project_id", "workspace_id")
"""The fields that no request sets: they follow from other fields or items."""


def noun_of(thing: AnyNamed) -> str:
    """Return the noun for an item: ``project``."""
    return NOUNS[type(thing)]


def list_order(thing: AnyNamed) -> tuple[Any, ...]:
    """Return the sort key of a list: the client, none first, then the name."""
    client = thing.client if isinstance(thing, Project) else ""
    return natural_order(client), natural_order(thing.name), str(thing.id)


def is_closed(thing: AnyNamed) -> bool:
    """Return whether an item is archived, or a task is done."""
    return thing.done if isinstance(thing, Task) else thing.archived


def closed(thing: N, *, to: bool = True) -> N:
    """Return an item as archived (a task as done), or with ``to=False`` as active."""
    return msgspec.structs.replace(thing, **{"done" if isinstance(thing, Task) else "archived": to})


def differences(one: N, other: N) -> tuple[str, ...]:
    """Return the fields in which two versions differ, without those that no request sets."""
    return tuple(
        name
        for name in one.__struct_fields__
        if name not in _SHOWN and _content(one, name) != _content(other, name)
    )


def _content(thing: AnyNamed, name: str) -> object:
    """Return a field as servers store it: without blanks around it, in the workspace's currency."""
    value = getattr(thing, name)
    if isinstance(value, Rate):
        return value.amount
    if isinstance(value, str):
        return value.strip().lower() if name == "color" else value.strip()
    return value


def rebase_name(now: N, before: N, after: N) -> N:
    """Return the current item (``now``) with the fields changed that differ in two versions."""
    names = differences(before, after)
    if "client_id" in names:
        names = (*names, "client")
    return msgspec.structs.replace(now, **{name: getattr(after, name) for name in names})


def digest_of(thing: AnyNamed) -> int:
    """Return a checksum of an item: equal versions have the same one."""
    values = [getattr(thing, name) for name in thing.__struct_fields__ if name not in _SHOWN]
    data = repr(values).encode("utf-8", "backslashreplace")
    return crc32(data) << 31 | adler32(data) >> 1


def renamed(entry: Entry, names: Mapping[EntryId, AnyNamed | None]) -> Entry:
    """Return an entry with current names. Items that are None in ``names`` are removed from it."""
    project, task, tags = entry.project, entry.task, entry.tags
    if project is not None:
        project = _project(project, names)
    found = None if task is None else _named(task.id, names)
    if isinstance(found, Task) and task is not None:
        task = TaskRef(task.id, found.name)
    if project is None or found is GONE:
        task = None
    kept = [(tag, _named(tag.id, names)) for tag in tags]
    tags = tuple(
        msgspec.structs.replace(tag, name=now.name) if isinstance(now, Tag) else tag
        for tag, now in kept
        if now is not GONE
    )
    return msgspec.structs.replace(entry, project=project, task=task, tags=tags)


GONE: Final = object()


def _named(key: object, names: Mapping[EntryId, AnyNamed | None]) -> object:
    """Return the item with an id; None if it is unchanged, GONE if it is deleted."""
    if isinstance(key, Unresolved) and key.made_by is not None:
        return names.get(Queued(key.made_by))
    if not isinstance(key, str) or key not in names:
        return None
    return GONE if names[key] is None else names[key]  # type: ignore[index]


def _project(shown: ProjectRef, names: Mapping[EntryId, AnyNamed | None]) -> ProjectRef | None:
    now = _named(shown.id, names)
    if now is GONE:
        return None
    if isinstance(now, Project):
        shown = ProjectRef(shown.id, now.name, now.color, now.client_id, now.client)
    client = _named(shown.client_id, names)
    if client is GONE:
        return msgspec.structs.replace(shown, client_id=None, client="")
    if isinstance(client, Client):
        return msgspec.structs.replace(shown, client=client.name)
    return shown
