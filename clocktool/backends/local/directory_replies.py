"""Replies of the directory: rows as the JSON objects of the service, a page at a time."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from clocktool.backends.local import directory, rates, search, store
from clocktool.backends.local.call import Call
from clocktool.backends.local.replies import Json, duration, rate, tag
from clocktool.backends.local.rows import Client, Field, Project, Tag, Task, User, Workspace
from clocktool.domain.time.instant import Instant, format_iso

_NO_TIME: Final = {
    "active": False,
    "estimate": "PT0S",
    "includeNonBillable": True,
    "resetOption": None,
    "type": "AUTO",
}


def users(call: Call, rows: Sequence[User], memberships: str = "NONE") -> list[Json]:
    """Return members of the workspace, with their memberships of the requested type."""
    where = {row.id: list[Json]() for row in rows}
    if memberships in {"ALL", "WORKSPACE"}:
        known = rates.load(call.connection, (call.workspace.id,))
        for row in rows:
            where[row.id].append(_membership(call, known, "WORKSPACE", call.workspace.id, row.id))
    if memberships in {"ALL", "PROJECT"}:
        for project in projects(call, _all(call, Project)):
            for each in project["memberships"]:
                if each["userId"] in where:
                    where[each["userId"]].append(each)
    return [_user(call, row, where[row.id]) for row in rows]


def workspace(call: Call, row: Workspace) -> Json:
    """Return a workspace with its rules and members."""
    call = msgspec.structs.replace(call, workspace=row)
    known = rates.load(call.connection, (row.id,))
    members = [_membership(call, known, "WORKSPACE", row.id, user.id) for user in _all(call, User)]
    return {
        "currencies": [{"code": row.currency, "id": row.id, "isDefault": True}],
        **_rates(call, known, row.id),
        "id": row.id,
        "memberships": members,
        "name": row.name,
        "workspaceSettings": {
            "defaultBillableProjects": True,
            "forceDescription": bool(row.force_description),
            "forceProjects": bool(row.force_projects),
            "forceTags": bool(row.force_tags),
            "forceTasks": bool(row.force_tasks),
            "lockTimeEntries": None if row.lock_at is None else format_iso(Instant(row.lock_at)),
            "timeTrackingMode": "DEFAULT",
            "trackTimeDownToSecond": True,
        },
    }


def clients(call: Call, rows: Iterable[Client]) -> list[Json]:
    """Return clients."""
    return [
        {
            "address": row.address or "",
            "archived": bool(row.archived),
            "ccEmails": msgspec.Raw((row.cc or "[]").encode()),
            "currencyCode": call.workspace.currency,
            "currencyId": call.workspace.id,
            "email": row.email or "",
            "id": row.id,
            "name": row.name,
            "note": row.note,
            "workspaceId": call.workspace.id,
        }
        for row in rows
    ]


def projects(call: Call, rows: Sequence[Project]) -> list[Json]:
    """Return projects with their memberships, rates and estimates."""
    members = directory.load_people(
        call.connection, "project_members", "project", [row.seq for row in rows]
    )
    known = rates.load(call.connection, [row.id for row in rows])
    return [_project(call, row, known, members.get(row.seq, ())) for row in rows]


def hydrated_projects(call: Call, rows: Sequence[Project]) -> list[Json]:
    """Return projects with their clients, tasks and total duration."""
    worked = store.worked(call.connection, [row.seq for row in rows])
    theirs = sorted({row.client for row in rows if row.client is not None})
    owner = call.workspace.seq
    shown = clients(call, (directory.get_by_seq(call.connection, Client, owner, s) for s in theirs))
    client = dict(zip(theirs, shown, strict=True))
    found: dict[str, list[Json]] = {}
    for each in tasks(call, _tasks_of(call, rows)):
        found.setdefault(each["projectId"], []).append(each)
    replies = projects(call, rows)
    for row, reply in zip(rows, replies, strict=True):
        reply["client"] = None if row.client is None else client[row.client]
        reply["duration"] = duration(worked.get(row.seq, 0))
        reply["tasks"] = found.get(row.id, [])
    return replies


def tasks(call: Call, rows: Sequence[Task]) -> list[Json]:
    """Return tasks with their assignees, rates and estimates."""
    assignees = directory.load_people(
        call.connection, "task_assignees", "task", [r.seq for r in rows]
    )
    known = rates.load(call.connection, [row.id for row in rows])
    return [_task(call, row, known, assignees.get(row.seq, [])) for row in rows]


def tags(call: Call, rows: Iterable[Tag]) -> list[Json]:
    """Return tags."""
    return [tag(row, call.workspace) for row in rows]


def fields(call: Call, rows: Iterable[Field]) -> list[Json]:
    """Return custom fields."""
    return [
        {
            "allowedValues": msgspec.Raw(row.allowed.encode()),
            "entityType": "TIMEENTRY",
            "id": row.id,
            "name": row.name,
            "required": bool(row.required),
            "status": "VISIBLE",
            "type": row.type,
            "workspaceId": call.workspace.id,
        }
        for row in rows
    ]


def _user(call: Call, row: User, memberships: list[Json]) -> Json:
    return {
        "activeWorkspace": call.workspace.id,
        "customFields": [],
        "defaultWorkspace": call.workspace.id,
        "email": row.email,
        "id": row.id,
        "memberships": memberships,
        "name": row.name,
        "profilePicture": "",
        "settings": {
            "dateFormat": "YYYY-MM-DD",
            "lang": "EN",
            "timeFormat": "HOUR24",
            "timeTrackingManual": True,
            "timeZone": call.zone.name,
            "weekStart": "MONDAY",
        },
        "status": "ACTIVE",
    }


def _project(call: Call, row: Project, known: rates.Rates, members: Iterable[str]) -> Json:
    time = msgspec.json.decode(row.time_estimate) if row.time_estimate else _NO_TIME
    return {
        "archived": bool(row.archived),
        "billable": bool(row.billable),
        "budgetEstimate": _raw(row.budget_estimate),
        "clientId": row.client_id or "",
        "clientName": row.client_name or "",
        "color": row.color,
        "estimate": {"estimate": time["estimate"], "type": time["type"]},
        "estimateReset": _raw(row.estimate_reset),
        **_rates(call, known, row.id),
        "id": row.id,
        "memberships": [_membership(call, known, "PROJECT", row.id, user) for user in members],
        "name": row.name,
        "note": row.note,
        "public": bool(row.public),
        "template": False,
        "timeEstimate": time,
        "workspaceId": call.workspace.id,
    }


def _task(call: Call, row: Task, known: rates.Rates, assignees: list[str]) -> Json:
    return {
        "assigneeId": assignees[0] if assignees else None,
        "assigneeIds": assignees,
        "billable": bool(row.billable),
        "budgetEstimate": row.budget,
        **_rates(call, known, row.id),
        "estimate": duration(row.estimate),
        "id": row.id,
        "name": row.name,
        "projectId": row.project_id,
        "status": "DONE" if row.done else "ACTIVE",
        "userGroupIds": [],
    }


def _membership(call: Call, known: rates.Rates, kind: str, target: str, user: str) -> Json:
    return {
        **_rates(call, known, target, user),
        "membershipStatus": "ACTIVE",
        "membershipType": kind,
        "targetId": target,
        "userId": user,
    }


def _rates(call: Call, known: rates.Rates, holder: str, user: str = "") -> Json:
    """Return the current rates."""
    return {
        name: rate(known.at(call.now, holder, user, cost=cost), call.workspace)
        for cost, name in rates.FIELDS
    }


def _raw(text: str | None) -> msgspec.Raw | None:
    return None if text is None else msgspec.Raw(text.encode())


def _all(call: Call, kind: type[directory.Row]) -> list[directory.Row]:
    return search.find(call.connection, kind, call.workspace.seq, search.Filter())


def _tasks_of(call: Call, rows: Iterable[Project]) -> list[Task]:
    wanted = search.Filter(projects=tuple(row.seq for row in rows))
    return search.find(call.connection, Task, call.workspace.seq, wanted)
