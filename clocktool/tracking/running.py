"""Running timers: the user's, with the total of today, and everyone's."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from clocktool.api.directory import DAY, Search
from clocktool.domain.entry import Entry
from clocktool.domain.selection import Selection
from clocktool.domain.time.midnight import Cutter, total
from clocktool.errors import RefusedError

if TYPE_CHECKING:
    from clocktool.api.client import Client
    from clocktool.api.directory import Directory
    from clocktool.domain.directory import Account
    from clocktool.domain.time.instant import Instant
    from clocktool.domain.time.zone import Zone
    from clocktool.history.history import EntryList, History


class NameCache(Protocol):
    """A cache of names by id on this machine."""

    def store_names(self, things: Iterable[object]) -> None:
        """Store the names of projects, tasks, tags and clients."""
        ...

    def named(self, entry: Entry) -> Entry:
        """Return an entry with the names in the cache."""
        ...


def today(history: "History", zone: "Zone", now: "Instant") -> "EntryList":
    """Return all entries of today: one request."""
    window = Cutter(zone, now).bounds(zone.day(now))
    return history.from_service.entries(Selection(window=window))


def seconds_today(entries: Iterable[Entry], zone: "Zone", now: "Instant") -> int:
    """Return the seconds of entries that are within today."""
    cutter = Cutter(zone, now)
    return total(cutter.cut_all(entries, cutter.bounds(zone.day(now))))


def everyone(client: "Client", account: "Account", cache: "NameCache | None") -> list[Entry]:
    """Return the running timers of the workspace with their names, the oldest start first."""
    workspace = account.workspace
    entries = sorted(client.entries.in_progress(workspace), key=lambda entry: entry.start)
    if cache is not None and not all(entry.has_names for entry in entries):
        _learn_names(entries, client.directory, workspace, cache)
        entries = [cache.named(entry) for entry in entries]
    if all(entry.user for entry in entries):
        return entries
    members = _members(client.directory, account, {entry.user_id for entry in entries})
    return [
        msgspec.structs.replace(entry, user=members.get(entry.user_id, "")) for entry in entries
    ]


def _members(directory: "Directory", account: "Account", wanted: set[str]) -> dict[str, str]:
    """Return names by id, from a list that may be a day old; a newer one if an id is missing.

    A member who is not an admin may not list users: then only their own name is returned.
    """
    members: dict[str, str] = {account.user.id: account.user.name}
    try:
        for age in (DAY, 0):
            if not wanted <= members.keys():
                found = directory.users(account.workspace, Search(age=age))
                members |= {user.id: user.name for user in found}
    except RefusedError:
        pass
    return members


def _learn_names(
    entries: Sequence[Entry], directory: "Directory", workspace: str, cache: NameCache
) -> None:
    """Read the lists with the missing names of entries into the cache; each may be a day old.

    At most one request for projects, one for tags, and one for the tasks of each project.
    """
    search = Search(age=DAY)
    if any(entry.project and not entry.project.name for entry in entries):
        cache.store_names(directory.projects(workspace, search))
    if any(not tag.name for entry in entries for tag in entry.tags):
        cache.store_names(directory.tags(workspace, search))
    for project in {
        str(entry.project.id)
        for entry in entries
        if entry.project and entry.task and not entry.task.name
    }:
        cache.store_names(directory.tasks(workspace, project, search))
