"""The directory: what entries are filed under, and who is asking. One method, one request."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec

from clocktool import wire
from clocktool.api.paging import PAGE_SIZE, Identified, pages
from clocktool.api.routes import Routes
from clocktool.api.session import Session
from clocktool.backends.base import Request, path
from clocktool.domain.directory import (
    Client,
    CustomField,
    Project,
    Rules,
    Task,
    User,
    Workspace,
)
from clocktool.domain.entry import Tag
from clocktool.domain.money import Rate
from clocktool.domain.time.instant import format_iso
from clocktool.errors import RefusedError

T = TypeVar("T", bound=Identified)
R = TypeVar("R")


DAY = 86_400
"""How many seconds an answer about the account, or to a search for a name, is good for."""


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of the directory is asked for: names that contain ``name``, in any case.

    ``archived`` None is both kinds. ``age`` is how many seconds old the answer may be; ``known``
    wants what was last read, without a request.
    """

    name: str | None = None
    archived: bool | None = None
    age: int = 0
    known: bool = False

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
    """Lists and creates users, workspaces, clients, projects, tasks, tags and custom fields."""

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
    ) -> Project:
        """Create a project; what is None is left to the workspace."""
        body: dict[str, Any] = {"name": name}
        if client is not None:
            body["clientId"] = client
        if billable is not None:
            body["billable"] = billable
        if color is not None:
            body["color"] = color
        if rate is not None:
            body["hourlyRate"] = {"amount": rate.amount}
        return self._create(path("workspaces", workspace, "projects"), body, wire.project)

    def create_task(self, workspace: str, project: str, name: str) -> Task:
        """Create a task of a project."""
        where = path("workspaces", workspace, "projects", project, "tasks")
        return self._create(where, {"name": name}, wire.task)

    def create_tag(self, workspace: str, name: str) -> Tag:
        """Create a tag."""
        return self._create(path("workspaces", workspace, "tags"), {"name": name}, wire.tag)

    def create_client(self, workspace: str, name: str) -> Client:
        """Create a client."""
        return self._create(path("workspaces", workspace, "clients"), {"name": name}, wire.client)

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
        if search.known:
            return iter(self._session.kept(search.request(where, 1), read) or ())
        read = self._session.learning(read)
        return pages(self._session, lambda page: search.request(where, page), read)

    def _create(self, where: str, body: dict[str, Any], read: Callable[[bytes], R]) -> R:
        made = self._session.call(Request("POST", where, body=body), read)
        self._session.learning(lambda _: [made])(b"")
        return made
