"""The two route sets: the guide and the service differ in operations 7, 9, 10 and 12.

Each method returns the request of an operation. The service's bulk edit needs whole entries, which
the caller reads first.
"""

from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

import msgspec

from clocktool import wire
from clocktool.backends.base import Request, path
from clocktool.domain.entry import Draft, Entry
from clocktool.domain.ids import Known
from clocktool.domain.limits import NameLimits
from clocktool.domain.time.instant import format_iso
from clocktool.errors import SetupError

Value = bool | str | tuple[str, ...] | None
"""The value of an operation."""


class Operation(msgspec.Struct, frozen=True):
    """One of the five changes of a bulk edit (operation 9): its name and its value."""

    op: str
    value: Value

    @classmethod
    def billable(cls, value: bool) -> "Operation":  # noqa: FBT001  # the value is the message
        """Set the billable flag."""
        return cls("CHANGE-BILLABLE-STATUS", value)

    @classmethod
    def project(cls, project_id: str) -> "Operation":
        """Change the project."""
        return cls("CHANGE-PROJECT", project_id)

    @classmethod
    def task(cls, task_id: str) -> "Operation":
        """Change the task."""
        return cls("CHANGE-TASK", task_id)

    @classmethod
    def add_tags(cls, tag_ids: Sequence[str]) -> "Operation":
        """Add tags."""
        return cls("ADD-TAGS", tuple(tag_ids))

    @classmethod
    def remove_tags(cls, tag_ids: Sequence[str]) -> "Operation":
        """Remove tags."""
        return cls("REMOVE-TAGS", tuple(tag_ids))

    def apply_to(self, draft: Draft) -> Draft:
        """Return a draft with this change, as the guide's server makes it.

        A new project clears the task, which belongs to the old project.
        """
        new = msgspec.structs.replace
        value = self.value
        match self.op, value:
            case "CHANGE-BILLABLE-STATUS", bool():
                return new(draft, billable=value)
            case "CHANGE-PROJECT", str() | None:
                same = (value or None) == draft.project_id
                return new(draft, project_id=value or None, task_id=draft.task_id if same else None)
            case "CHANGE-TASK", str() | None:
                return new(draft, task_id=value or None)
            case "ADD-TAGS", tuple():
                return new(draft, tag_ids=tuple(dict.fromkeys((*(draft.tag_ids or ()), *value))))
            case "REMOVE-TAGS", tuple():
                return new(draft, tag_ids=tuple(t for t in draft.tag_ids or () if t not in value))
        raise ValueError(f"no such operation: {self.op} {value!r}")


def apply_operations(draft: Draft, operations: Sequence[Operation]) -> Draft:
    """Return a draft with several changes, made one after the other."""
    for operation in operations:
        draft = operation.apply_to(draft)
    return draft


class Routes(Protocol):
    """A route set: the requests of the operations in which the two differ."""

    @property
    def name(self) -> str:
        """``guide`` or ``service``."""
        ...

    @property
    def deletes_all(self) -> bool:
        """Whether operation 12 deletes all entries; else it needs their ids."""
        ...

    @property
    def forbidden(self) -> str:
        """The characters that a description must not have."""
        ...

    @property
    def names(self) -> NameLimits:
        """The names that clients, projects, tasks and tags can have."""
        ...

    @property
    def running_has_pages(self) -> bool:
        """Whether operation 7 has pages."""
        ...

    @property
    def replaces_many(self) -> bool:
        """Whether one request can replace many entries as a whole."""
        ...

    def in_progress(self, workspace: str) -> Request:
        """Operation 7: the running timers of the workspace."""
        ...

    def bulk_edit(
        self, workspace: str, user: str, entries: Sequence[Entry], operations: Sequence[Operation]
    ) -> Request:
        """Operation 9: change entries of a user."""
        ...

    def duplicate(self, workspace: str, entry: Known, draft: Draft) -> Request:
        """Operation 10: copy an entry to the times of a draft of it."""
        ...


class Guide(msgspec.Struct, frozen=True):
    """The guide's routes."""

    name: str = "guide"
    deletes_all: bool = True
    replaces_many: bool = False
    running_has_pages: bool = False
    forbidden: str = ""
    names: NameLimits = NameLimits()

    def in_progress(self, workspace: str) -> Request:
        """Operation 7, without pages."""
        return Request("GET", path("workspaces", workspace, "time-entries", "in-progress"))

    def bulk_edit(
        self,
        workspace: str,
        user: str,  # noqa: ARG002  # the service's route names it
        entries: Sequence[Entry],
        operations: Sequence[Operation],
    ) -> Request:
        """Operation 9, with ids and changes."""
        body = {
            "timeEntryIds": [entry.id for entry in entries],
            "operations": [
                {
                    "op": each.op,
                    "value": list(each.value) if isinstance(each.value, tuple) else each.value,
                }
                for each in operations
            ],
        }
        return Request("PUT", path("workspaces", workspace, "time-entries", "bulk-edit"), body=body)

    def duplicate(self, workspace: str, entry: Known, draft: Draft) -> Request:
        """Operation 10, with the new times; without an end the timer of the copy runs."""
        body = {"start": format_iso(draft.start)}
        if draft.end is not None:
            body["end"] = format_iso(draft.end)
        where = path("workspaces", workspace, "time-entries", entry, "duplicate")
        return Request("POST", where, body=body)


class Service(msgspec.Struct, frozen=True):
    """The service's routes, as Clockify answers them."""

    name: str = "service"
    deletes_all: bool = False
    replaces_many: bool = True
    running_has_pages: bool = True
    forbidden: str = "<>"
    names: NameLimits = NameLimits({"client": 100, "tag": 100}, {"project": 2}, "<>")

    def in_progress(self, workspace: str) -> Request:
        """Operation 7, with pages; their default size is ten."""
        where = path("workspaces", workspace, "time-entries", "status", "in-progress")
        return Request("GET", where)

    def bulk_edit(
        self, workspace: str, user: str, entries: Sequence[Entry], operations: Sequence[Operation]
    ) -> Request:
        """Operation 9, with whole entries: the service does not accept single changes."""
        body: list[dict[str, Any]] = []
        for entry in entries:
            draft = apply_operations(Draft.of(entry), operations)
            body.append({"id": entry.id, **wire.draft_body(draft, whole=True)})
        where = path("workspaces", workspace, "user", user, "time-entries")
        return Request("PUT", where, (("hydrated", "true"),), body)

    def duplicate(self, workspace: str, entry: Known, draft: Draft) -> Request:  # noqa: ARG002
        """Operation 10, as a create: the service's duplicate keeps the old times."""
        return Request(
            "POST", path("workspaces", workspace, "time-entries"), body=wire.draft_body(draft)
        )


GUIDE: Routes = Guide()
SERVICE: Routes = Service()


def routes_for(setting: str, base_url: str) -> Routes:
    """Return the route set of the configuration; ``auto`` depends on the host alone.

    Routes are not tried out: a wrong one would cost a request, and few are allowed.
    """
    if setting == "auto":
        host = urlsplit(base_url).hostname or ""
        return SERVICE if host == "clockify.me" or host.endswith(".clockify.me") else GUIDE
    for routes in (GUIDE, SERVICE):
        if routes.name == setting:
            return routes
    raise SetupError(f"invalid routes {setting!r}", "use auto, guide or service")
