"""JSON of time entries, with the guide's nested objects or the service's flat ids."""

from typing import Any

import msgspec

from clocktool.domain.entry import Draft, Entry, FieldValue, ProjectRef, Tag, TaskRef
from clocktool.domain.ids import Known
from clocktool.domain.time.duration import format_iso_duration
from clocktool.domain.time.instant import Instant, format_iso
from clocktool.wire.directory import (
    Wire,
    WireNamed,
    WireProjectRef,
    WireRate,
    WireTag,
    instant_of,
    rate_object,
    rate_of,
    tag_of,
)


class _Interval(Wire):
    start: str
    end: str | None = None


class _FieldValue(Wire):
    custom_field_id: str
    value: object = None
    name: str | None = None
    source_type: str | None = None


class _Entry(Wire):
    id: str
    time_interval: _Interval
    description: str | None = None
    project: WireProjectRef | None = None
    project_id: str | None = None
    task: WireNamed | None = None
    task_id: str | None = None
    tags: list[WireTag] | None = None
    tag_ids: list[str] | None = None
    billable: bool | None = None
    type: str | None = None
    user: WireNamed | None = None
    user_id: str | None = None
    workspace_id: str | None = None
    custom_field_values: list[_FieldValue] | None = None
    hourly_rate: WireRate | None = None
    cost_rate: WireRate | None = None
    is_locked: bool | None = None
    approval_request_id: str | None = None
    kiosk_id: str | None = None
    invoiced: bool | None = None


def entry(data: bytes) -> Entry:
    """Read one time entry."""
    return _entry(msgspec.json.decode(data, type=_Entry))


def entries(data: bytes) -> list[Entry]:
    """Read a list of time entries. An empty body is an empty list (operation 11, service)."""
    return (
        [_entry(wire) for wire in msgspec.json.decode(data, type=list[_Entry])]
        if data.strip()
        else []
    )


def _entry(wire: _Entry) -> Entry:
    named = wire.project
    of_project = named.id if named is not None else wire.project_id
    of_task = wire.task.id if wire.task is not None else wire.task_id
    tagged = [tag_of(each) for each in wire.tags or ()]
    if wire.tag_ids:
        shown = {each.id for each in tagged}
        tagged += [Tag(Known(each)) for each in wire.tag_ids if each not in shown]
    interval = wire.time_interval
    return Entry(
        id=Known(wire.id),
        start=instant_of(interval.start),
        end=instant_of(interval.end) if interval.end is not None else None,
        description=wire.description or "",
        project=ProjectRef(
            id=Known(of_project),
            name=(named and named.name) or "",
            color=(named and named.color) or "",
            client_id=named.client_id if named is not None else None,
            client=(named and named.client_name) or "",
        )
        if of_project
        else None,
        task=TaskRef(Known(of_task), (wire.task and wire.task.name) or "") if of_task else None,
        tags=tuple(tagged),
        billable=bool(wire.billable),
        type=wire.type or "REGULAR",
        user_id=wire.user_id or (wire.user.id if wire.user else ""),
        user=(wire.user and wire.user.name) or "",
        workspace_id=wire.workspace_id or "",
        fields=tuple(
            [
                FieldValue(
                    each.custom_field_id, each.value, each.name or "", each.source_type or ""
                )
                for each in wire.custom_field_values
            ]
        )
        if wire.custom_field_values
        else (),
        hourly_rate=rate_of(wire.hourly_rate),
        cost_rate=rate_of(wire.cost_rate),
        locked=bool(wire.is_locked),
        approval_id=wire.approval_request_id,
        kiosk_id=wire.kiosk_id,
        invoiced=bool(wire.invoiced),
    )


def draft_body(draft: Draft, *, whole: bool = False) -> dict[str, Any]:
    """Return the request body for a draft (operations 1, 4 and 8).

    ``whole`` is for operation 4, which replaces the entry: it always sends ``billable``. Values of
    custom fields are ``customFieldValues`` in replies and ``customFields`` in requests.
    """
    body: dict[str, Any] = {"start": format_iso(draft.start)}
    if draft.end is not None:
        body["end"] = format_iso(draft.end)
    if draft.billable is not None or whole:
        body["billable"] = bool(draft.billable)
    if draft.description is not None:
        body["description"] = draft.description
    if draft.project_id is not None:
        body["projectId"] = draft.project_id
    if draft.task_id is not None:
        body["taskId"] = draft.task_id
    if draft.tag_ids is not None:
        body["tagIds"] = list(draft.tag_ids)
    if draft.fields is not None:
        body["customFields"] = [
            {"customFieldId": each.field_id, "value": each.value} for each in draft.fields
        ]
    if draft.type is not None:
        body["type"] = draft.type
    return body


def entry_object(entry: Entry, now: Instant, within: int | None = None) -> dict[str, Any]:
    """Return an entry as the guide's TimeEntry object plus ``durationSeconds``.

    For a running entry ``durationSeconds`` counts until ``now``, and end and duration are null.
    ``within`` replaces ``durationSeconds`` by the seconds in a requested period.
    """
    seconds = entry.seconds(now)
    return {
        "id": str(entry.id),
        "description": entry.description,
        "billable": entry.billable,
        "type": entry.type,
        "timeInterval": {
            "start": format_iso(entry.start),
            "end": None if entry.end is None else format_iso(entry.end),
            "duration": None if entry.end is None else format_iso_duration(seconds),
        },
        "durationSeconds": seconds if within is None else within,
        "project": entry.project
        and {
            "id": str(entry.project.id),
            "name": entry.project.name,
            "color": entry.project.color,
            "clientId": entry.project.client_id,
            "clientName": entry.project.client,
        },
        "task": entry.task and {"id": str(entry.task.id), "name": entry.task.name},
        "tags": [
            {
                "id": str(each.id),
                "name": each.name,
                "archived": each.archived,
                "workspaceId": each.workspace_id,
            }
            for each in entry.tags
        ],
        "customFieldValues": [
            {
                "customFieldId": each.field_id,
                "name": each.name,
                "sourceType": each.source_type,
                "timeEntryId": str(entry.id),
                "value": each.value,
            }
            for each in entry.fields
        ],
        "hourlyRate": rate_object(entry.hourly_rate),
        "costRate": rate_object(entry.cost_rate),
        "isLocked": entry.locked,
        "approvalRequestId": entry.approval_id,
        "kioskId": entry.kiosk_id,
        "userId": entry.user_id,
        "userName": entry.user,
        "workspaceId": entry.workspace_id,
    }


def billable_flags(data: bytes) -> list[bool]:
    """Read the reply to the creation of a batch: whether each entry is billable."""
    return msgspec.json.decode(data, type=list[bool])


def drafts(data: bytes) -> list[tuple[Known, Draft]]:
    """Read the reply with a batch of entries: their ids and drafts."""
    return msgspec.json.decode(data, type=list[tuple[Known, Draft]])
