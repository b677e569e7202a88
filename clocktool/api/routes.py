"""The two route sets: where the guide and the service differ, in operations 7, 9, 10 and 12.

This is the only module that holds the difference. Each method returns the request of an operation;
what the service cannot be asked at all, the entries' whole content, is given by the caller, who has
read it.
"""

from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

import msgspec

from clocktool import wire
from clocktool.backends.base import Request, path
from clocktool.domain.entry import Draft, Entry
from clocktool.domain.ids import Known
from clocktool.domain.time.instant import format_iso
from clocktool.errors import SetupError


class Operation(msgspec.Struct, frozen=True):
    """One of the five bulk operations (operation 9): an ``op`` and its value."""

    op: str
    value: bool | str | tuple[str, ...] | None

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

    def on(self, draft: Draft) -> Draft:
        """Return a draft with this done to it, as the guide's server does it.

        Another project takes the entry off its task, which is of the old one.
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
    """Return a draft with operations done to it, one after the other."""
    for operation in operations:
        draft = operation.on(draft)
    return draft


class Routes(Protocol):
    """The requests of the operations that the two sets name differently."""

    @property
    def name(self) -> str:
        """``guide`` or ``service``."""
        ...

    @property
    def deletes_all(self) -> bool:
        """Whether operation 12 deletes all by itself; else it takes ids."""
        ...

    @property
    def forbidden(self) -> str:
        """The characters that no description may have."""
        ...

    @property
    def running_has_pages(self) -> bool:
        """Whether operation 7 answers in pages; else in one reply."""
        ...

    @property
    def replaces_many(self) -> bool:
        """Whether one request can put whole entries in the place of many."""
        ...

    def in_progress(self, workspace: str, page: int, size: int) -> Request:
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

    def in_progress(self, workspace: str, page: int, size: int) -> Request:  # noqa: ARG002
        """Operation 7: a reply without pages."""
        return Request("GET", path("workspaces", workspace, "time-entries", "in-progress"))

    def bulk_edit(
        self,
        workspace: str,
        user: str,  # noqa: ARG002  # the service's route names it
        entries: Sequence[Entry],
        operations: Sequence[Operation],
    ) -> Request:
        """Operation 9: ids and operations."""
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
        """Operation 10: the new times; without an end the copy runs."""
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

    def in_progress(self, workspace: str, page: int, size: int) -> Request:
        """Operation 7: in pages, of ten unless more is asked for."""
        paging = (("page", str(page)), ("page-size", str(size)))
        where = path("workspaces", workspace, "time-entries", "status", "in-progress")
        return Request("GET", where, paging)

    def bulk_edit(
        self, workspace: str, user: str, entries: Sequence[Entry], operations: Sequence[Operation]
    ) -> Request:
        """Operation 9: the whole entries, changed here, as nothing less may be sent."""
        body: list[dict[str, Any]] = []
        for entry in entries:
            draft = apply_operations(Draft.of(entry), operations)
            body.append({"id": entry.id, **wire.draft_body(draft, whole=True)})
        where = path("workspaces", workspace, "user", user, "time-entries")
        return Request("PUT", where, (("hydrated", "true"),), body)

    def duplicate(self, workspace: str, entry: Known, draft: Draft) -> Request:  # noqa: ARG002
        """Operation 10: a create, as the service's own copies the times, too."""
        return Request(
            "POST", path("workspaces", workspace, "time-entries"), body=wire.draft_body(draft)
        )


GUIDE: Routes = Guide()
SERVICE: Routes = Service()


def routes_for(setting: str, base_url: str) -> Routes:
    """Return the route set of a configuration: ``auto`` is decided by the host alone.

    It is never learnt by trying: a wrong route costs a request of a small quota.
    """
    if setting == "auto":
        host = urlsplit(base_url).hostname or ""
        return SERVICE if host == "clockify.me" or host.endswith(".clockify.me") else GUIDE
    for routes in (GUIDE, SERVICE):
        if routes.name == setting:
            return routes
    raise SetupError(f"no route set {setting!r}", "'routes' is auto, guide or service")
