"""The twelve operations on time entries, numbered as in the guide."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool import wire
from clocktool.api.paging import PAGE_SIZE, pages
from clocktool.api.routes import Routes
from clocktool.domain.entry import Draft, Entry
from clocktool.domain.instant import Instant, format_iso
from clocktool.transport import Request, path

if TYPE_CHECKING:
    from clocktool.api.client import Client


class EntryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What operation 2 can be asked; None leaves a parameter out."""

    description: str | None = None
    start: Instant | None = None
    end: Instant | None = None
    project_id: str | None = None
    task_id: str | None = None
    tag_ids: tuple[str, ...] = ()
    project_required: bool | None = None
    task_required: bool | None = None
    consider_duration_format: bool | None = None
    hydrated: bool | None = True
    in_progress: bool | None = None

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return the query parameters; ``tags`` is repeated, one for each tag."""
        named = (
            ("description", self.description),
            ("start", None if self.start is None else format_iso(self.start)),
            ("end", None if self.end is None else format_iso(self.end)),
            ("project", self.project_id),
            ("task", self.task_id),
            *(("tags", each) for each in self.tag_ids),
            ("project-required", _flag(self.project_required)),
            ("task-required", _flag(self.task_required)),
            ("consider-duration-format", _flag(self.consider_duration_format)),
            ("hydrated", _flag(self.hydrated)),
            ("in-progress", _flag(self.in_progress)),
        )
        return tuple((name, value) for name, value in named if value is not None)


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


class TimeEntries:
    """Time entries of a workspace; each method is one request, but for the pages of a list."""

    def __init__(self, client: "Client", routes: Routes) -> None:
        self._client = client
        self._routes = routes

    def create(self, workspace: str, draft: Draft) -> Entry:
        """Operation 1: create an entry of one's own; without an end its timer runs."""
        request = Request("POST", _path(workspace), body=wire.draft_body(draft))
        return self._client.call(request, wire.entry)

    def page(
        self, workspace: str, user: str, query: EntryQuery, *, page: int = 1, size: int = PAGE_SIZE
    ) -> list[Entry]:
        """Operation 2: one page of a user's entries, newest start first."""
        request = _list_request(workspace, user, query, page, size)
        return self._client.call(request, wire.entries)

    def list_all(
        self, workspace: str, user: str, query: EntryQuery, *, size: int = PAGE_SIZE
    ) -> Iterator[Entry]:
        """Operation 2, all pages: a user's entries, newest start first; one request a page."""
        return pages(
            self._client,
            lambda page: _list_request(workspace, user, query, page, size),
            wire.entries,
        )

    def get(self, workspace: str, entry: str) -> Entry:
        """Operation 3: one entry, with the names of its project, task and tags."""
        request = Request("GET", _path(workspace, entry), (("hydrated", "true"),))
        return self._client.call(request, wire.entry)

    def update(self, workspace: str, entry: str, draft: Draft) -> Entry:
        """Operation 4: put a draft in the place of an entry; what it leaves out is cleared."""
        body = wire.draft_body(draft, whole=True)
        return self._client.call(Request("PUT", _path(workspace, entry), body=body), wire.entry)

    def delete(self, workspace: str, entry: str) -> None:
        """Operation 5: delete an entry."""
        self._client.send(Request("DELETE", _path(workspace, entry)))

    def stop(self, workspace: str, user: str, end: Instant) -> Entry:
        """Operation 6: end the running timer. Raises NoError when none runs."""
        body = {"end": format_iso(end)}
        request = Request("PATCH", _user_path(workspace, user), body=body)
        return self._client.call(request, wire.entry)

    def in_progress(self, workspace: str) -> Iterator[Entry]:
        """Operation 7: the running timers of everyone in the workspace."""
        return pages(
            self._client,
            lambda page: self._routes.in_progress(_path(workspace), page, PAGE_SIZE),
            wire.entries,
        )

    def create_for(self, workspace: str, user: str, draft: Draft) -> Entry:
        """Operation 8: create an entry of another user."""
        request = Request("POST", _user_path(workspace, user), body=wire.draft_body(draft))
        return self._client.call(request, wire.entry)

    def bulk_edit(
        self, workspace: str, entries: Sequence[str], operations: Sequence[Operation]
    ) -> list[Entry]:
        """Operation 9: change many entries at once, all or none."""
        body = {
            "timeEntryIds": list(entries),
            "operations": [
                {"op": each.op, "value": list(each.value)}
                if isinstance(each.value, tuple)
                else {"op": each.op, "value": each.value}
                for each in operations
            ],
        }
        request = Request("PUT", _path(workspace, "bulk-edit"), body=body)
        return self._client.call(request, wire.entries)

    def duplicate(
        self, workspace: str, entry: str, start: Instant, end: Instant | None = None
    ) -> Entry:
        """Operation 10: copy an entry to other times; without an end the copy runs."""
        body = {"start": format_iso(start)}
        if end is not None:
            body["end"] = format_iso(end)
        request = Request("POST", _path(workspace, entry, "duplicate"), body=body)
        return self._client.call(request, wire.entry)

    def mark_invoiced(
        self, workspace: str, entries: Sequence[str], *, invoiced: bool
    ) -> list[Entry]:
        """Operation 11: mark entries as invoiced or not; empty where the reply has no body."""
        body = {"timeEntryIds": list(entries), "invoiced": invoiced}
        request = Request("PATCH", _path(workspace, "invoiced"), body=body)
        return self._client.call(request, wire.entries)

    def delete_all(self, workspace: str, user: str) -> None:
        """Operation 12: delete every unlocked, unapproved entry of a user. No undo."""
        self._client.send(Request("DELETE", _user_path(workspace, user)))


def _path(workspace: str, *rest: str) -> str:
    return path("workspaces", workspace, "time-entries", *rest)


def _user_path(workspace: str, user: str) -> str:
    return path("workspaces", workspace, "user", user, "time-entries")


def _list_request(workspace: str, user: str, query: EntryQuery, page: int, size: int) -> Request:
    paging = (("page", str(page)), ("page-size", str(size)))
    return Request("GET", _user_path(workspace, user), query.pairs() + paging)


def _flag(value: bool | None) -> str | None:  # noqa: FBT001  # a value, not a switch
    return None if value is None else str(value).lower()
