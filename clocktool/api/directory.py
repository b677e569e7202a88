"""The directory: what entries are filed under, and who is asking. One method, one request."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import msgspec

from clocktool import wire
from clocktool.api.paging import PAGE_SIZE, Identified, pages
from clocktool.api.routes import Routes
from clocktool.api.session import Session
from clocktool.backends.base import Request, path
from clocktool.domain.directory import (
    AnyNamed,
    Client,
    CustomField,
    Named,
    Project,
    Record,
    Rules,
    Task,
    User,
    Workspace,
)
from clocktool.domain.entry import Tag
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.domain.time.duration import format_iso_duration
from clocktool.domain.time.instant import format_iso
from clocktool.errors import RefusedError

T = TypeVar("T", bound=Identified)
R = TypeVar("R")


DAY = 86_400
"""How many seconds an answer about the account, or to a search for a name, is good for."""


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of the directory is asked for: names that contain ``name``, in any case.

    ``archived`` None finds both kinds. ``age`` is the largest age of the answer in seconds;
    ``cached_only`` returns what was last read, without a request.
    """

    name: str | None = None
    archived: bool | None = None
    age: int = 0
    cached_only: bool = False

    def request(self, where: str, page: int) -> Request:
        """Return the request for a page of the list at a path."""
        query: list[tuple[str, str]] = []
        if self.name is not None:
            query.append(("name", self.name))
        if self.archived is not None:
            query.append(("archived", str(self.archived).lower()))
        query += [("page", str(page)), ("page-size", str(PAGE_SIZE))]
        return Request("GET", where, tuple(query), age=self.age)


ALL = Search()


class Directory:
    """Lists and creates users, workspaces, clients, projects, tasks, tags and custom fields.

    Clients, projects, tasks and tags are also replaced and deleted.
    """

    def __init__(self, session: Session, routes: Routes) -> None:
        self._session = session
        self._routes = routes

    def me(self, *, age: int = 0) -> User:
        """Return the account the key belongs to."""
        return self._session.call(Request("GET", "/user", age=age), wire.user)

    def forget_me(self) -> None:
        """Let what is kept of the account be asked for again."""
        self._session.forget(Request("GET", "/user", age=0))

    def workspaces(self, *, age: int = 0) -> list[Workspace]:
        """Return all workspaces of the account; this list has no pages."""
        return self._session.call(Request("GET", "/workspaces", age=age), wire.workspaces)

    def workspace(self, workspace: str, *, age: int = 0) -> Workspace:
        """Return one workspace with its rules."""
        request = Request("GET", path("workspaces", workspace), age=age)
        return self._session.call(request, wire.workspace)

    def projects(self, workspace: str, search: Search = ALL) -> Iterator[Project]:
        """Yield projects."""
        return self._list(path("workspaces", workspace, "projects"), wire.projects, search)

    def tasks(self, workspace: str, project: str, search: Search = ALL) -> Iterator[Task]:
        """Yield the tasks of a project, done ones too."""
        where = path("workspaces", workspace, "projects", project, "tasks")
        return self._list(where, wire.tasks, search)

    def tasks_of_all(self, workspace: str, search: Search = ALL) -> Iterator[Task]:
        """Yield the tasks of all projects, one request a page of projects.

        Where a server leaves the tasks out of its projects, it is one more for each project. Only
        those are searched for a name.
        """
        where = path("workspaces", workspace, "projects")
        of_projects = msgspec.structs.replace(search, name=None)

        def request(page: int) -> Request:
            asked = of_projects.request(where, page)
            return msgspec.structs.replace(asked, query=(("hydrated", "true"), *asked.query))

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
        """Yield members of the workspace. Raises RefusedError where one may not list them."""
        return self._list(path("workspaces", workspace, "users"), wire.users, search)

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
        """Create a project; what is None is left to the workspace.

        ``chosen`` is the id that it gets, where ``chooses_ids`` says so.
        """
        body = _said(
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
        """Create a task of a project; the service sets its rate and billable by later requests."""
        body = _said(
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
        """Create a client; what is None is left out."""
        body = _said(name=name, email=email, address=address, note=note)
        return self._create(path("workspaces", workspace, "clients"), body, wire.client, chosen)

    def read(self, workspace: str, thing: Named) -> Record[Named]:
        """Return a thing as it is now, by its id (and that of a task's project)."""
        return self._record(Request("GET", _path_of(workspace, thing)), thing)

    def replace(self, workspace: str, read: Record[Named], changed: Named) -> Record[Named]:
        """Put a changed thing in the place of the one that was read; all else of it goes back.

        Whatever name a project has for its client goes with ``client_id``. The rate of a task
        needs ``set_rate`` besides: the service changes it by that alone.
        """
        body = wire.replacement_body(read, changed)
        return self._record(Request("PUT", _path_of(workspace, changed), body=body), changed)

    def set_rate(
        self, workspace: str, task: Task, rate: Rate, *, cost: bool = False
    ) -> Record[Task]:
        """Set the hourly rate of a task, or that of its cost."""
        where = f"{_path_of(workspace, task)}/{'cost' if cost else 'hourly'}-rate"
        return self._record(Request("PUT", where, body={"amount": rate.amount}), task)

    def delete(self, workspace: str, thing: AnyNamed) -> None:
        """Delete a thing. Servers want it archived first, a task done."""
        self._session.done(Request("DELETE", _path_of(workspace, thing)))
        self._session.remove_name(thing)

    def create_again(
        self, workspace: str, read: Record[Named], changed: Named | None = None
    ) -> Record[Named]:
        """Create a thing that was deleted, under another id, as far as one request can.

        It becomes ``changed``, by default what was read: its client may have another id by now.
        ``replace`` of ``read.under(id)`` by its thing then archives it and sets the rest. The
        service wants ``restore_estimates`` besides for a project, ``set_rate`` for a task.
        """
        changed = read.thing if changed is None else changed
        where = _path_of(workspace, changed).rpartition("/")[0]
        body = wire.recreation_body(read, changed)
        return self._record(Request("POST", where, body=body), changed)

    def restore_estimates(self, workspace: str, read: Record[Project], made: Project) -> None:
        """Give a project the estimates of the one that was read; no request where it had none."""
        body = wire.estimates_body(read)
        if body:
            where = f"{_path_of(workspace, made)}/estimate"
            self._session.done(Request("PATCH", where, body=body))

    @property
    def chooses_ids(self) -> bool:
        """Whether ids can be chosen and there are snapshots: no service has them."""
        return self._session.is_atomic

    def transaction(self) -> AbstractContextManager[None]:
        """Return a block whose requests are one transaction, where ``chooses_ids`` says so."""
        return self._session.transaction()

    def snapshot(self, workspace: str, thing: AnyNamed) -> bytes:
        """Return all that a delete of a thing would take away, as JSON."""
        where = f"{_path_of(workspace, thing)}/snapshot"
        return self._session.send(Request("GET", where, body=())).body

    def restore(self, workspace: str, thing: Named, snapshot: bytes) -> Record[Named]:
        """Put a thing back that was deleted, with its id and with all of its snapshot."""
        where = f"{_path_of(workspace, thing)}/snapshot"
        body = (msgspec.json.decode(snapshot),)
        return self._record(Request("PUT", where, body=body), thing)

    def create_user(self, workspace: str, who: str) -> None:
        """Add a member by e-mail address; a bare name will do on the local workspace.

        The reply is not read, as it is the whole workspace on the service.
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
        """Raise RefusedError where the rules of a workspace cannot be set: no request tells."""
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
        """Set the rules of a workspace, as the local workspace lets one.

        Raises RefusedError for the service, which has no such request; none is sent then.
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

    def _list(self, where: str, read: Callable[[bytes], list[T]], search: Search) -> Iterator[T]:
        if search.cached_only:
            return iter(self._session.kept(search.request(where, 1), read) or ())
        read = self._session.storing_names(read)
        return pages(self._session, lambda page: search.request(where, page), read)

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
        found = self._session.call(request, lambda data: wire.record(data, type(like)))
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


def _said(**values: object) -> dict[str, Any]:
    """Return the fields of a body that are not None."""
    return {name: value for name, value in values.items() if value is not None}
