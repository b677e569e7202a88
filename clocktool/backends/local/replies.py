"""Replies with entries: rows as JSON objects.

An entry has both the nested objects of the guide and the flat ids of the service.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from clocktool.backends.local.rows import Entry, Tag, Value, Workspace
from clocktool.backends.local.rules import is_locked
from clocktool.domain.time.instant import Instant, format_iso

Json = dict[str, Any]


def entry(row: Entry, workspace: Workspace, *, hydrated: bool = False) -> Json:
    """Return an entry, with its user if ``hydrated``.

    As in the guide, the keys ``project`` and ``task`` are missing if there is none.
    """
    reply: Json = {
        "approvalRequestId": row.approval_id,
        "billable": bool(row.billable),
        "costRate": rate(row.cost, workspace),
        "customFieldValues": [_value(value, row) for value in row.values],
        "description": row.description,
        "hourlyRate": rate(row.rate, workspace),
        "id": row.id,
        "invoiced": bool(row.invoiced),
        "isLocked": is_locked(workspace, row.start),
        "kioskId": None,
        "projectId": row.project_id,
        "tagIds": [value.id for value in row.tags],
        "tags": [tag(value, workspace) for value in row.tags],
        "taskId": row.task_id,
        "timeInterval": _interval(row.start, row.end),
        "type": row.type,
        "userId": row.user_id,
        "workspaceId": workspace.id,
    }
    if row.project_id is not None:
        reply["project"] = _project_ref(row, workspace)
    if row.task_id is not None:
        reply["task"] = _task_ref(row)
    if hydrated:
        reply["user"] = {"id": row.user_id, "name": row.user_name}
    return reply


def entries(rows: Iterable[Entry], workspace: Workspace, *, hydrated: bool = False) -> list[Json]:
    """Return entries."""
    return [entry(row, workspace, hydrated=hydrated) for row in rows]


def tag(row: Tag, owner: Workspace) -> Json:
    """Return a tag."""
    return {
        "archived": bool(row.archived),
        "id": row.id,
        "name": row.name,
        "workspaceId": owner.id,
    }


def duration(seconds: int) -> str:
    """Return an ISO-8601 duration without days: ``PT38S``, ``PT1H30M``, ``PT48H``."""
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    parts = ((hour, "H"), (minute, "M"), (second, "S"))
    return "PT" + ("".join(f"{number}{unit}" for number, unit in parts if number) or "0S")


def _interval(start: int, end: int | None) -> Json:
    return {
        "duration": None if end is None else duration(end - start),
        "end": None if end is None else format_iso(Instant(end)),
        "start": format_iso(Instant(start)),
    }


def rate(amount: int | None, owner: Workspace) -> Json | None:
    """Return an amount with the currency of a workspace."""
    return None if amount is None else {"amount": amount, "currency": owner.currency}


def _project_ref(row: Entry, owner: Workspace) -> Json:
    return {
        "clientId": row.client_id,
        "clientName": row.client_name,
        "color": row.project_color,
        "id": row.project_id,
        "name": row.project_name,
        "workspaceId": owner.id,
    }


def _task_ref(row: Entry) -> Json:
    return {"id": row.task_id, "name": row.task_name, "projectId": row.project_id}


def _value(value: Value, row: Entry) -> Json:
    return {
        "customFieldId": value.field_id,
        "name": value.name,
        "sourceType": "WORKSPACE",
        "timeEntryId": row.id,
        "type": value.type,
        "value": msgspec.Raw(value.value.encode()),
    }
