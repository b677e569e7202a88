"""Requests about the directory: users, workspaces, clients, projects, tasks, tags, fields."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from clocktool import wire
from clocktool.api.paging import Identified, pages
from clocktool.api.routes import Routes
from clocktool.api.session import Session, request_for_page
from clocktool.backends.base import Request, path
from clocktool.domain.directory import (
    AnyNamed,
    Client,
    CustomField,
    Estimate,
    Named,
    Project,
    Record,
    Task,
    User,
    Workspace,
)
from clocktool.domain.entry import Rules, Tag
from clocktool.domain.ids import Known
from clocktool.domain.limits import NameLimits
from clocktool.domain.money import Rate
from clocktool.domain.time.duration import format_iso_duration
from clocktool.domain.time.instant import format_iso
from clocktool.errors import RefusedError

if TYPE_CHECKING:
    from clocktool.domain.targets import DayOff, Hours
    from clocktool.domain.time.period import Period

T = TypeVar("T", bound=Identified)
R = TypeVar("R")


DAY = 86_400
"""How long replies about the account and to name searches are cached, in seconds."""


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A search in a list of the directory: names that contain ``name``, in any case.

    With ``archived`` None, archived items are found, too. ``age`` is the largest age of a cached
    reply in seconds; ``cached_only`` sends no request and uses the last reply.
    """

    name: str | None = None
    archived: bool | None = None
    age: int = 0
    cached_only: bool = False

    def request(self, where: str) -> Request:
        """Return the request for the list at a path, without a page."""
        query: list[tuple[str, str]] = []
        if self.name is not None:
            query.append(("name", self.name))
        if self.archived is not None:
            query.append(("archived", str(self.archived).lower()))
        return Request("GET", where, tuple(query), age=self.age)


ALL = Search()

LISTS = (Search(cached_only=True), Search(archived=False, cached_only=True))
"""The cached lists to use if the service can't be reached: all items, or the active ones."""


class Directory(msgspec.Struct):
    """Lists and creates users, workspaces, clients, projects, tasks, tags and custom fields.

    Clients, projects, tasks and tags are also replaced and deleted.
    """

    _session: Session
    _routes: Routes

    @property
    def name_limits(self) -> NameLimits:
        """The names that clients, projects, tasks and tags can have."""
        return self._routes.names

    @property
    def removes_task_rates(self) -> bool:
        """Whether a task can lose its own rate again."""
        return self._routes.name != "service"

    def me(self, *, age: int = 0) -> User:
        """Return the account the key belongs to."""
        return self._session.call(Request("GET", "/user", age=age), wire.user)

    def forget_me(self) -> None:
        """Remove the account from the cache."""
        self._session.forget(Request("GET", "/user", age=0))

    def kept_me(self) -> User | None:
        """Return the account as it was last read; None without a cache."""
        return self._session.kept(Request("GET", "/user", age=0), wire.user)

    def kept_workspaces(self) -> list[Workspace]:
        """Return the workspaces as they were last read; none without a cache."""
        return self._session.kept(Request("GET", "/workspaces", age=0), wire.workspaces) or []

    def workspaces(self, *, age: int = 0) -> list[Workspace]:
        """Return all workspaces of the account; this list has no pages."""
        return self._session.call(Request("GET", "/workspaces", age=age), wire.workspaces)

    def workspace(self, workspace: str, *, age: int = 0) -> Workspace:
        """Return one workspace with its rules."""
        request = Request("GET", path("workspaces", workspace), age=age)
        return self._session.call(request, wire.workspace)

    def work_hours(self, workspace: str, user: str) -> "Hours | None":
        """Return a member's target of each weekday; None where none is set."""
        from clocktool.wire import agreement

        request = Request("GET", path("workspaces", workspace, "member-profile", user))
        return self._session.call(request, agreement.work_hours)

    def holidays(self, workspace: str, user: str, days: "Period") -> "list[DayOff]":
        """Return the holidays of a member in a period."""
        from clocktool.wire import agreement

        query = (
            ("assigned-to", user),
            ("start", days.first.isoformat()),
            ("end", days.last.isoformat()),
        )
        request = Request("GET", path("workspaces", workspace, "holidays", "in-period"), query)
        return self._session.call(request, agreement.holidays)

    def projects(self, workspace: str, search: Search = ALL) -> Iterator[Project]:
        """Yield projects."""
        return self._list(path("workspaces", workspace, "projects"), wire.projects, search)

    def estimates(self, workspace: str, search: Search = ALL) -> Iterator[Estimate]:
        """Yield the estimates of projects, from the list of projects."""
        return self._list(path("workspaces", workspace, "projects"), wire.estimates, search)

    def tasks(self, workspace: str, project: str, search: Search = ALL) -> Iterator[Task]:
        """Yield the tasks of a project, done ones too."""
        where = path("workspaces", workspace, "projects", project, "tasks")
        return self._list(where, wire.tasks, search)

    def tasks_of_all(self, workspace: str, search: Search = ALL) -> Iterator[Task]:
        """Yield the tasks of all projects: one request for each page of projects.

        If the server does not return tasks with projects, each project takes one more request, and
        only those requests search for a name.
        """
        of_projects = msgspec.structs.replace(search, name=None)
        request = of_projects.request(path("workspaces", workspace, "projects"))
        query = (("hydrated", "true"), *request.query)
        request = msgspec.structs.replace(request, query=query)
        for each in pages(self._session, request, wire.hydrated_projects):
            if each.tasks is None:
                yield from self.tasks(workspace, each.id, search)
            else:
                yield from each.tasks

    def tags(self, workspace: str, search: Search = ALL) -> Iterator[Tag]:
        """Yield tags."""
        return self._list(path("workspaces", workspace, "tags"), wire.tags, search)

    def clients(self, workspace: str, search: Search = ALL) -> Iterator[Client]:
        """Yield clients."""
        return self._list(path("workspaces", workspace, "clients"), wire.clients, search)

    def users(self, workspace: str, search: Search = ALL) -> Iterator[User]:
        """Yield members of the workspace. Raises RefusedError without the permission."""
        where = path("workspaces", workspace, "users")
        required = (("include-roles", "false"),)  # by the service's description
        return self._list(where, wire.users, search, required)

    def custom_fields(self, workspace: str, *, age: int = 0) -> list[CustomField]:
        """Return all custom fields; this list has no pages."""
        request = Request("GET", path("workspaces", workspace, "custom-fields"), age=age)
        return self._session.call(request, wire.custom_fields)

    def create_workspace(self, name: str) -> Workspace:
        """Create a workspace."""
        return self._create("/workspaces", {"name": name}, wire.workspace)

    def create_project(
        self,
        workspace: str,
        name: str,
        *,
        client: str | None = None,
        billable: bool | None = None,
        color: str | None = None,
        rate: Rate | None = None,
        public: bool | None = None,
        note: str | None = None,
        chosen: Known | None = None,
    ) -> Project:
        """Create a project; for None the workspace sets its default.

        ``chosen`` is its id; only with ``chooses_ids``.
        """
        body = _given(
            name=name,
            clientId=client,
            billable=billable,
            color=color,
            hourlyRate=None if rate is None else {"amount": rate.amount},
            isPublic=public,
            note=note,
        )
        return self._create(path("workspaces", workspace, "projects"), body, wire.project, chosen)

    def create_task(
        self,
        workspace: str,
        project: str,
        name: str,
        *,
        estimate: int | None = None,
        assignees: Sequence[str] | None = None,
        chosen: Known | None = None,
    ) -> Task:
        """Create a task of a project; its rate and billable flag need later requests."""
        body = _given(
            name=name,
            estimate=None if estimate is None else format_iso_duration(estimate),
            assigneeIds=None if assignees is None else list(assignees),
        )
        where = path("workspaces", workspace, "projects", project, "tasks")
        return self._create(where, body, wire.task, chosen)

    def create_tag(self, workspace: str, name: str, *, chosen: Known | None = None) -> Tag:
        """Create a tag."""
        where = path("workspaces", workspace, "tags")
        return self._create(where, {"name": name}, wire.tag, chosen)

    def create_client(
        self,
        workspace: str,
        name: str,
        *,
        email: str | None = None,
        address: str | None = None,
        note: str | None = None,
        chosen: Known | None = None,
    ) -> Client:
        """Create a client; values that are None are not sent."""
        body = _given(name=name, email=email, address=address, note=note)
        return self._create(path("workspaces", workspace, "clients"), body, wire.client, chosen)

    def read(self, workspace: str, thing: Named) -> Record[Named]:
        """Read the current state of an item."""
        return self._record(Request("GET", _path_of(workspace, thing)), thing)

    def replace(self, workspace: str, read: Record[Named], changed: Named) -> Record[Named]:
        """Replace an item that was read by a changed one; its other fields are sent unchanged.

        The client of a project is set by ``client_id``, not by its name. The rate of a task can
        only be changed by ``set_rate``.
        """
        from clocktool.wire.records import replacement_body

        body = replacement_body(read, changed)
        return self._record(Request("PUT", _path_of(workspace, changed), body=body), changed)

    def set_rate(
        self, workspace: str, task: Task, rate: Rate, *, cost: bool = False
    ) -> Record[Task]:
        """Set the hourly rate or the cost rate of a task."""
        where = f"{_path_of(workspace, task)}/{'cost' if cost else 'hourly'}-rate"
        return self._record(Request("PUT", where, body={"amount": rate.amount}), task)

    def delete(self, workspace: str, thing: AnyNamed) -> None:
        """Delete an item. Servers require it to be archived first, or a task to be done."""
        self._session.done(Request("DELETE", _path_of(workspace, thing)))
        self._session.remove_name(thing)

    def create_again(
        self, workspace: str, read: Record[Named], changed: Named | None = None
    ) -> Record[Named]:
        """Create a deleted item again, under a new id, with the fields that one request can set.

        ``changed`` has its fields, by default those that were read; its client may have a new id.
        Afterwards ``replace`` of ``read.under(id)`` sets the other fields. On the service a project
        also needs ``restore_estimates``, and a task ``set_rate``.
        """
        from clocktool.wire.records import recreation_body

        changed = read.thing if changed is None else changed
        where = _path_of(workspace, changed).rpartition("/")[0]
        body = recreation_body(read, changed)
        return self._record(Request("POST", where, body=body), changed)

    def restore_estimates(self, workspace: str, read: Record[Project], made: Project) -> None:
        """Set the estimates of a project to those that were read; no request without estimates."""
        from clocktool.wire.records import estimates_body

        body = estimates_body(read)
        if body:
            where = f"{_path_of(workspace, made)}/estimate"
            self._session.done(Request("PATCH", where, body=body))

    @property
    def chooses_ids(self) -> bool:
        """Whether the backend accepts chosen ids and has snapshots: only the local workspace."""
        return self._session.is_atomic

    def transaction(self) -> AbstractContextManager[None]:
        """Return a context manager for one transaction; only with ``chooses_ids``."""
        return self._session.transaction()

    def snapshot(self, workspace: str, thing: AnyNamed) -> bytes:
        """Return everything that deleting an item removes, as JSON."""
        where = f"{_path_of(workspace, thing)}/snapshot"
        return self._session.send(Request("GET", where, body=())).body

    def restore(self, workspace: str, thing: Named, snapshot: bytes) -> Record[Named]:
        """Restore a deleted item with its id from a snapshot."""
        where = f"{_path_of(workspace, thing)}/snapshot"
        body = (msgspec.json.decode(snapshot),)
        return self._record(Request("PUT", where, body=body), thing)

    def create_user(self, workspace: str, who: str) -> None:
        """Add a member by e-mail address, in the local workspace also by name.

        The reply is ignored: on the service it is the whole workspace.
        """
        body = {"email" if "@" in who else "name": who}
        self._session.send(Request("POST", path("workspaces", workspace, "users"), body=body))

    def create_custom_field(
        self, workspace: str, name: str, kind: str, allowed: tuple[str, ...] = ()
    ) -> CustomField:
        """Create a custom field of a type; ``allowed`` are the choices of a dropdown."""
        body: dict[str, Any] = {"name": name, "type": kind}
        if allowed:
            body["allowedValues"] = list(allowed)
        where = path("workspaces", workspace, "custom-fields")
        return self._create(where, body, wire.custom_field)

    def refuse_rules(self) -> None:
        """Raise RefusedError for the service: it has no request that sets rules."""
        if self._routes.name == "service":
            raise RefusedError(
                "the rules of a workspace on Clockify are set on the web",
                "these are for the local workspace: --profile local",
            )

    def set_rules(
        self,
        workspace: str,
        rules: Rules,
        *,
        rate: Rate | None = None,
        currency: str | None = None,
    ) -> Workspace:
        """Set the rules of a workspace; only the local workspace has this request.

        Raises RefusedError for the service, without sending a request.
        """
        self.refuse_rules()
        lock = rules.lock_before
        body: dict[str, Any] = {
            "workspaceSettings": {
                "forceProjects": rules.force_project,
                "forceTasks": rules.force_task,
                "forceTags": rules.force_tags,
                "forceDescription": rules.force_description,
                "lockTimeEntries": None if lock is None else format_iso(lock),
            }
        }
        if rate is not None:
            body["hourlyRate"] = {"amount": rate.amount}
        if currency is not None:
            body["currency"] = currency
        request = Request("PUT", path("workspaces", workspace), body=body)
        return self._session.call(request, wire.workspace)

    def _list(
        self,
        where: str,
        read: Callable[[bytes], list[T]],
        search: Search,
        query: tuple[tuple[str, str], ...] = (),
    ) -> Iterator[T]:
        """Return a list: one request for each page, the first at once."""
        session, request = self._session, search.request(where)
        request = msgspec.structs.replace(request, query=(*query, *request.query))
        if search.cached_only:
            first = request_for_page(request, 1, session.page_size)
            return iter(session.kept(first, read) or ())
        read = session.storing_names(read)
        page = session.first_page(request, read)
        if page.reply.last_page == "true":
            return iter(page.items)
        return pages(session, request, read, first=page)

    def _create(
        self,
        where: str,
        body: dict[str, Any],
        read: Callable[[bytes], R],
        chosen: Known | None = None,
    ) -> R:
        request = Request("POST", where, body=body)
        if chosen is not None:
            request = Request("POST", where + path(chosen), body=(body,))
        made = self._session.call(request, read)
        self._session.store_names(made)
        return made

    def _record(self, request: Request, like: Named) -> Record[Named]:
        from clocktool.wire.records import record

        found = self._session.call(request, lambda data: record(data, type(like)))
        self._session.store_names(found.thing)
        return found


def _path_of(workspace: str, thing: AnyNamed) -> str:
    match thing:
        case Task():
            return path("workspaces", workspace, "projects", thing.project_id, "tasks", thing.id)
        case Project():
            return path("workspaces", workspace, "projects", thing.id)
        case Client():
            return path("workspaces", workspace, "clients", thing.id)
        case Tag():
            return path("workspaces", workspace, "tags", str(thing.id))


def _given(**values: object) -> dict[str, Any]:
    """Return the values that are not None, as the fields of a body."""
    return {name: value for name, value in values.items() if value is not None}
