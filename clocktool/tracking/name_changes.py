"""Creates, changes, archives and deletes clients, projects, tasks and tags."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from clocktool.api.directory import Search
from clocktool.domain.directory import AnyNamed, Client, Project, Task
from clocktool.domain.entry import Entry, Tag
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.named import closed, differences, noun_of
from clocktool.domain.selection import Selection
from clocktool.errors import ClocktoolError, RefusedError, exists_already, quoted

if TYPE_CHECKING:
    from clocktool.api.directory import Directory
    from clocktool.history.directory import PendingDirectory
    from clocktool.outbox.name_lifetime import CreateName
    from clocktool.outbox.outbox import Outbox


class Found(msgspec.Struct, frozen=True):
    """An item to change: its id, its value, and all fields that were just read."""

    key: EntryId
    thing: AnyNamed
    whole: bytes = b""


class NameChanges:
    """Changes names through the outbox. ``pending`` has the lists with pending changes."""

    def __init__(
        self,
        outbox: "Outbox",
        directory: "Directory",
        pending: "PendingDirectory",
        workspace: str,
        new_id: Callable[[], str],
    ) -> None:
        self._outbox = outbox
        self._directory = directory
        self._pending = pending
        self._workspace = workspace
        self._new_id = new_id

    @property
    def is_reversible(self) -> bool:
        """Whether undo restores everything that a delete removes."""
        return self._directory.chooses_ids

    def keeps_rate(self, before: AnyNamed, after: AnyNamed) -> bool:
        """Whether undo can't remove the rate that an edit gives a task."""
        return (
            isinstance(before, Task)
            and isinstance(after, Task)
            and before.hourly_rate is None
            and after.hourly_rate is not None
            and not self._directory.removes_task_rates
        )

    def is_queued(self, found: Found) -> bool:
        """Whether an item is not created at the service yet."""
        return isinstance(found.key, Queued)

    def create(
        self, thing: AnyNamed, said: Sequence[str] = (), within: EntryId | None = None
    ) -> AnyNamed:
        """Create an item with the given fields. Raises RefusedError for an invalid name.

        ``within`` is its client, if that was just created.
        """
        beside = within if isinstance(within, Queued) else None
        (made,) = self._outbox.carry_out_names(self._creation(thing, said, beside))
        return thing if made is None else made

    def create_first(
        self, thing: AnyNamed, said: Sequence[str], beside: Queued | None = None
    ) -> EntryId:
        """Create an item that the next changes use, and return its id; it is undone with them.

        ``beside`` is its client, or the project of a task, if that is not created yet. If it is
        sent later and exists by then, that is used. Raises RefusedError for an invalid name.
        """
        change = self._creation(thing, said, beside, if_missing=True)
        return self._outbox.carry_out_first(change)

    def _creation(
        self,
        thing: AnyNamed,
        said: Sequence[str],
        beside: Queued | None = None,
        *,
        if_missing: bool = False,
    ) -> "CreateName":
        from clocktool.outbox.name_lifetime import CreateName

        self._check_name(thing)
        if self._directory.chooses_ids:
            thing = msgspec.structs.replace(thing, id=self._new_id())
        return CreateName(thing, tuple(said), beside or self._beside(thing), if_missing)

    def current(self, thing: AnyNamed) -> Found:
        """Return the current item; without a connection, the last known one."""
        queued = self._pending.queued(thing.id)
        if queued is not None:
            return Found(queued, thing)
        key = Known(str(thing.id))
        try:
            record = self._directory.read(self._workspace, thing)
        except ClocktoolError as error:
            if not error.is_temporary or not thing.name:
                raise
            self._outbox.away = error.message
            return Found(key, thing)
        return Found(key, record.thing, record.whole)

    def shown(self, found: Found) -> Found:
        """Return an item with its pending changes applied; it is read again before the next one."""
        thing = self._pending.shown(found.thing)
        return found if thing is None or thing == found.thing else Found(found.key, thing)

    def edit(self, *changes: tuple[Found, AnyNamed]) -> list[AnyNamed]:
        """Change items, all or none; return the items after the change."""
        from clocktool.outbox.name_edit import EditName

        made = []
        for found, after in changes:
            if after.name != found.thing.name:
                self._check_name(after)
            edit = EditName(found.key, found.thing, after, self._beside(after), found.whole)
            made.append((after, edit if differences(found.thing, after) else None))
        edits = [edit for _, edit in made if edit is not None]
        left = iter(self._outbox.carry_out_names(*edits) if edits else ())
        if edits and not self._outbox.is_atomic:
            self._outbox.retry_names()  # changes refused because of a name may now work
        return [after if edit is None else next(left) or after for after, edit in made]

    def close(self, found: Iterable[Found], *, to: bool = True) -> list[AnyNamed]:
        """Archive or restore items, all or none; a task becomes done or active."""
        return self.edit(*((each, closed(each.thing, to=to)) for each in found))

    def delete(self, found: Found) -> None:
        """Delete an item."""
        from clocktool.outbox.name_lifetime import DeleteName

        with self._outbox.transaction():
            snapshot = b""
            if self.is_reversible:
                snapshot = self._directory.snapshot(self._workspace, found.thing)
            self._outbox.carry_out(DeleteName(found.key, found.thing, found.whole, snapshot))

    def _beside(self, thing: AnyNamed) -> Any:
        """Return the pending client of an item, or the pending project of a task."""
        match thing:
            case Project(client_id=str(client)):
                return self._pending.queued(client)
            case Task(project_id=project):
                return self._pending.queued(project)
            case _:
                return None

    def _check_name(self, thing: AnyNamed) -> None:
        """Raise RefusedError for an invalid name, or one that another item has.

        Names on this machine may be old, so a match is read again first.
        """
        noun, name = noun_of(thing), thing.name
        check_name(noun, name, self._directory)
        if self._outbox.is_atomic or not self._is_taken(thing, is_cached=True):
            return
        if self._is_taken(thing, is_cached=False):
            raise exists_already(noun, name)

    def _is_taken(self, thing: AnyNamed, *, is_cached: bool) -> bool:
        search = Search(name=thing.name.lower(), cached_only=is_cached)
        lists = [Search(cached_only=True), Search(archived=False, cached_only=True), search]
        return any(
            each.name == thing.name and each.id != thing.id
            for one in (lists if is_cached else [search])
            for each in self._alike(thing, one)
        )

    def _alike(self, thing: AnyNamed, search: Search) -> Iterable[AnyNamed]:
        """Return the items among which a name must be unique."""
        match thing:
            case Client():
                return self._pending.clients(self._workspace, search)
            case Project(client_id=client):
                found = self._pending.projects(self._workspace, search)
                return [each for each in found if each.client_id == client]
            case Task():
                return self._pending.tasks(self._workspace, thing.project_id, search)
            case Tag():
                return self._pending.tags(self._workspace, search)


def check_name(noun: str, name: str, directory: "Directory") -> None:
    """Raise RefusedError for a name that the server would refuse; no request."""
    problem = directory.name_limits.problem(noun, name)
    if problem is not None:
        raise RefusedError(*problem)


def selection_of(*things: AnyNamed) -> Selection:
    """Return a selection of the entries that use any of some items of one kind.

    The entries of a client are those of its projects. Of several tags it is all entries: a
    selection matches all tags, not any.
    """
    ids = frozenset(str(each.id) for each in things)
    match things[0]:
        case Client():
            return Selection(clients=ids)
        case Project():
            return Selection(projects=ids)
        case Task():
            return Selection(tasks=ids)
        case Tag():
            return Selection(tags=ids) if len(ids) == 1 else Selection()


def check_not_running(entries: Iterable[Entry], thing: AnyNamed) -> None:
    """Raise RefusedError if one of the entries is running."""
    for entry in entries:
        if entry.running:
            raise RefusedError(
                f"a timer runs on the {noun_of(thing)} {quoted(thing.name)}",
                "stop it first: clocktool stop",
            )
