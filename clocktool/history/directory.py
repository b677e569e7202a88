"""Reads of clients, projects, tasks and tags, with pending changes applied."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol, TypeVar

from clocktool.api.directory import ALL, LISTS, Search
from clocktool.domain.directory import AnyNamed, Client, Project, Task
from clocktool.domain.entry import Tag
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.named import is_closed
from clocktool.domain.naming import is_id
from clocktool.errors import ClocktoolError

if TYPE_CHECKING:
    from clocktool.api.directory import Directory
    from clocktool.domain.directory import Account, CustomField, User

N = TypeVar("N", Client, Project, Task, Tag)


class PendingNames(Protocol):
    """The pending changes of names."""

    def overlay_names(
        self, things: dict[EntryId, AnyNamed | None], owner: tuple[str, str] | None = None
    ) -> None:
        """Apply pending changes to names that were read."""
        ...


class PendingDirectory:
    """The lists of the directory with pending changes applied.

    With ``falls_back`` the lists come from the cache if the service can't be reached, together with
    the items that ``kept`` returns.
    """

    def __init__(
        self,
        directory: "Directory",
        queue: PendingNames | None,
        account: "Account",
        *,
        falls_back: bool = False,
        kept: Callable[[], Iterable[AnyNamed]] = tuple,
    ) -> None:
        self._directory = directory
        self._queue = queue
        self._owner = (account.user.id, account.workspace)
        self._falls_back = falls_back
        self._kept = kept
        self._made: dict[str, Queued] = {}

    def projects(self, workspace: str, search: Search = ALL) -> Iterator[Project]:
        """Yield projects."""
        read = self._directory.projects
        return self._with_pending(Project, lambda search: read(workspace, search), search)

    def clients(self, workspace: str, search: Search = ALL) -> Iterator[Client]:
        """Yield clients."""
        read = self._directory.clients
        return self._with_pending(Client, lambda search: read(workspace, search), search)

    def tags(self, workspace: str, search: Search = ALL) -> Iterator[Tag]:
        """Yield tags."""
        read = self._directory.tags
        return self._with_pending(Tag, lambda search: read(workspace, search), search)

    def tasks(self, workspace: str, project: str, search: Search = ALL) -> Iterator[Task]:
        """Yield the tasks of a project, done ones too. A pending project has only pending tasks."""
        made = self.queued(project)
        read = self._directory.tasks

        def tasks(search: Search) -> Iterable[Task]:
            return read(workspace, project, search) if made is None else ()

        found = self._with_pending(Task, tasks, search)
        return (task for task in found if task.project_id in (project, ""))

    def tasks_of_all(self, workspace: str, search: Search = ALL) -> Iterator[Task]:
        """Yield the tasks of all projects."""
        read = self._directory.tasks_of_all
        return self._with_pending(Task, lambda search: read(workspace, search), search)

    def users(self, workspace: str, search: Search = ALL) -> "Iterator[User]":
        """Yield members of the workspace."""
        return self._directory.users(workspace, search)

    def custom_fields(self, workspace: str, *, age: int = 0) -> "list[CustomField]":
        """Return all custom fields."""
        return self._directory.custom_fields(workspace, age=age)

    def shown(self, thing: AnyNamed) -> AnyNamed | None:
        """Return an item that was read with its pending changes applied; None if it is deleted."""
        things: dict[EntryId, AnyNamed | None] = {Known(str(thing.id)): thing}
        self._overlay(things)
        return things[Known(str(thing.id))]

    def queued(self, key: object) -> Queued | None:
        """Return the pending change that creates the item with an id; None if it exists."""
        if str(key) not in self._made and not is_id(str(key)):
            self._overlay({})
        return self._made.get(str(key))

    def _with_pending(
        self, kind: type[N], read: Callable[[Search], Iterable[N]], search: Search
    ) -> Iterator[N]:
        if self._queue is None and not self._falls_back:
            return iter(read(search))
        failed: ClocktoolError | None = None
        try:
            found = list(read(search))
        except ClocktoolError as error:
            if not error.is_temporary or not self._falls_back:
                raise
            failed, found = error, self._cached(read)
            found = found or [each for each in self._kept() if isinstance(each, kind)]
        things: dict[EntryId, AnyNamed | None] = {Known(str(each.id)): each for each in found}
        self._overlay(things)
        items = [each for each in things.values() if isinstance(each, kind)]
        shown = [each for each in items if _fits(each, search)]
        if failed is not None and not found and not shown:
            raise failed
        return iter(shown)

    def _overlay(self, things: dict[EntryId, AnyNamed | None]) -> None:
        if self._queue is not None:
            self._queue.overlay_names(things, self._owner)
            self._made |= {str(key): key for key in things if isinstance(key, Queued)}

    def _cached(self, read: Callable[[Search], Iterable[N]]) -> list[N]:
        for search in LISTS:
            try:
                found = list(read(search))
            except ClocktoolError as error:  # tasks are in several lists
                if not error.is_temporary:
                    raise
                continue
            if found:
                return found
        return []


def _fits(thing: AnyNamed, search: Search) -> bool:
    """Return whether the service would list a thing for a search."""
    is_wanted = isinstance(thing, Task) or search.archived in (None, is_closed(thing))
    return is_wanted and (search.name or "").casefold() in thing.name.casefold()
