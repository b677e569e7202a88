"""JSON to domain and back: the only place outside the local workspace that knows camelCase.

Replies are read leniently: the guide's nested objects and the service's flat ids, null or missing
fields, fields nobody knows. Requests are written strictly: UTC, whole seconds, no guesses.
"""

from typing import Any, TypeVar

import msgspec

from clocktool.domain.directory import Client, CustomField, Project, Rules, Task, User, Workspace
from clocktool.domain.duration import format_iso_duration, quoted
from clocktool.domain.entry import (
    Draft,
    Entry,
    FieldValue,
    ProjectRef,
    Rate,
    Tag,
    TaskRef,
)
from clocktool.domain.instant import Instant, format_iso, parse_iso

T = TypeVar("T")

WEEK_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


class _Wire(msgspec.Struct, rename="camel"):
    """A reply object; unknown fields are ignored."""


class _Rate(_Wire):
    amount: float | None = None
    currency: str | None = None


class _Interval(_Wire):
    start: str
    end: str | None = None


class _Named(_Wire):
    id: str
    name: str | None = None


class _ProjectRef(_Named):
    color: str | None = None
    client_id: str | None = None
    client_name: str | None = None


class _Tag(_Named):
    archived: bool | None = None
    workspace_id: str | None = None


class _FieldValue(_Wire):
    custom_field_id: str
    value: object = None
    name: str | None = None
    source_type: str | None = None


class _Entry(_Wire):
    id: str
    time_interval: _Interval
    description: str | None = None
    project: _ProjectRef | None = None
    project_id: str | None = None
    task: _Named | None = None
    task_id: str | None = None
    tags: list[_Tag] | None = None
    tag_ids: list[str] | None = None
    billable: bool | None = None
    type: str | None = None
    user: _Named | None = None
    user_id: str | None = None
    workspace_id: str | None = None
    custom_field_values: list[_FieldValue] | None = None
    hourly_rate: _Rate | None = None
    cost_rate: _Rate | None = None
    is_locked: bool | None = None
    approval_request_id: str | None = None
    kiosk_id: str | None = None


class _UserSettings(_Wire):
    time_zone: str | None = None
    week_start: str | None = None


class _User(_Named):
    email: str | None = None
    active_workspace: str | None = None
    default_workspace: str | None = None
    settings: _UserSettings | None = None


class _Rules(_Wire):
    force_projects: bool | None = None
    force_tasks: bool | None = None
    force_tags: bool | None = None
    force_description: bool | None = None
    lock_time_entries: str | None = None


class _Workspace(_Named):
    workspace_settings: _Rules | None = None
    hourly_rate: _Rate | None = None


class _Client(_Named):
    archived: bool | None = None


class _Project(_ProjectRef):
    billable: bool | None = None
    archived: bool | None = None
    hourly_rate: _Rate | None = None


class _Task(_Named):
    project_id: str | None = None
    status: str | None = None


class _CustomField(_Named):
    type: str | None = None
    allowed_values: list[str] | None = None
    required: bool | None = None


def decode(data: bytes, shape: type[T]) -> T:
    """Read JSON of a shape. Raises msgspec.DecodeError, which names the bad field."""
    return msgspec.json.decode(data, type=shape)


def entry(data: bytes) -> Entry:
    """Read one time entry."""
    return _entry(decode(data, _Entry))


def entries(data: bytes) -> list[Entry]:
    """Read a list of time entries. An empty body is none (operation 11 on the service)."""
    return [_entry(wire) for wire in decode(data, list[_Entry])] if data.strip() else []


def user(data: bytes) -> User:
    """Read the account or a member."""
    return _user(decode(data, _User))


def users(data: bytes) -> list[User]:
    """Read the members of a workspace."""
    return [_user(wire) for wire in decode(data, list[_User])]


def workspace(data: bytes) -> Workspace:
    """Read one workspace."""
    return _workspace(decode(data, _Workspace))


def workspaces(data: bytes) -> list[Workspace]:
    """Read a list of workspaces."""
    return [_workspace(wire) for wire in decode(data, list[_Workspace])]


def project(data: bytes) -> Project:
    """Read one project."""
    return _project(decode(data, _Project))


def projects(data: bytes) -> list[Project]:
    """Read a list of projects."""
    return [_project(wire) for wire in decode(data, list[_Project])]


def client(data: bytes) -> Client:
    """Read one client."""
    return _client(decode(data, _Client))


def clients(data: bytes) -> list[Client]:
    """Read a list of clients."""
    return [_client(wire) for wire in decode(data, list[_Client])]


def task(data: bytes) -> Task:
    """Read one task."""
    return _task(decode(data, _Task))


def tasks(data: bytes) -> list[Task]:
    """Read a list of tasks."""
    return [_task(wire) for wire in decode(data, list[_Task])]


def tag(data: bytes) -> Tag:
    """Read one tag."""
    return _tag(decode(data, _Tag))


def tags(data: bytes) -> list[Tag]:
    """Read a list of tags."""
    return [_tag(wire) for wire in decode(data, list[_Tag])]


def custom_field(data: bytes) -> CustomField:
    """Read one custom field."""
    return _custom_field(decode(data, _CustomField))


def custom_fields(data: bytes) -> list[CustomField]:
    """Read a list of custom fields."""
    return [_custom_field(wire) for wire in decode(data, list[_CustomField])]


def _instant(text: str) -> Instant:
    try:
        return parse_iso(text)
    except (ValueError, OverflowError) as error:
        raise msgspec.ValidationError(
            f"{quoted(text)} is no ISO-8601 time with Z or an offset"
        ) from error


def _entry(wire: _Entry) -> Entry:
    named = wire.project
    of_project = named.id if named is not None else wire.project_id
    of_task = wire.task.id if wire.task is not None else wire.task_id
    tagged = [_tag(each) for each in wire.tags or ()]
    if wire.tag_ids:
        shown = {each.id for each in tagged}
        tagged += [Tag(each) for each in wire.tag_ids if each not in shown]
    interval = wire.time_interval
    return Entry(
        id=wire.id,
        start=_instant(interval.start),
        end=_instant(interval.end) if interval.end is not None else None,
        description=wire.description or "",
        project=ProjectRef(
            id=of_project,
            name=(named and named.name) or "",
            color=(named and named.color) or "",
            client_id=named.client_id if named is not None else None,
            client=(named and named.client_name) or "",
        )
        if of_project
        else None,
        task=TaskRef(of_task, (wire.task and wire.task.name) or "") if of_task else None,
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
        hourly_rate=_rate(wire.hourly_rate),
        cost_rate=_rate(wire.cost_rate),
        locked=bool(wire.is_locked),
        approval_id=wire.approval_request_id,
        kiosk_id=wire.kiosk_id,
    )


def _rate(wire: _Rate | None) -> Rate | None:
    if wire is None or wire.amount is None:
        return None
    return Rate(round(wire.amount), wire.currency or "")


def _tag(wire: _Tag) -> Tag:
    return Tag(wire.id, wire.name or "", bool(wire.archived), wire.workspace_id or "")


def _user(wire: _User) -> User:
    settings = wire.settings or _UserSettings()
    week_start = (settings.week_start or "").upper()
    return User(
        id=wire.id,
        name=wire.name or "",
        email=wire.email or "",
        active_workspace=wire.active_workspace or wire.default_workspace or "",
        zone=settings.time_zone or None,
        week_start=WEEK_DAYS.index(week_start) if week_start in WEEK_DAYS else None,
    )


def _workspace(wire: _Workspace) -> Workspace:
    rules = wire.workspace_settings or _Rules()
    return Workspace(
        id=wire.id,
        name=wire.name or "",
        rules=Rules(
            force_project=bool(rules.force_projects),
            force_task=bool(rules.force_tasks),
            force_tags=bool(rules.force_tags),
            force_description=bool(rules.force_description),
            lock_before=_instant(rules.lock_time_entries) if rules.lock_time_entries else None,
        ),
        hourly_rate=_rate(wire.hourly_rate),
    )


def _client(wire: _Client) -> Client:
    return Client(wire.id, wire.name or "", bool(wire.archived))


def _project(wire: _Project) -> Project:
    return Project(
        id=wire.id,
        name=wire.name or "",
        color=wire.color or "",
        client_id=wire.client_id or None,
        client=wire.client_name or "",
        billable=bool(wire.billable),
        archived=bool(wire.archived),
        hourly_rate=_rate(wire.hourly_rate),
    )


def _task(wire: _Task) -> Task:
    return Task(wire.id, wire.name or "", wire.project_id or "", wire.status == "DONE")


def _custom_field(wire: _CustomField) -> CustomField:
    return CustomField(
        id=wire.id,
        name=wire.name or "",
        type=wire.type or "TXT",
        allowed=tuple(wire.allowed_values or ()),
        required=bool(wire.required),
    )


def draft_body(draft: Draft, *, whole: bool = False) -> dict[str, Any]:
    """Return the body that writes a draft (operations 1, 4 and 8).

    ``whole`` is for operation 4, which replaces the entry: ``billable`` is always sent then.
    Custom values are read as ``customFieldValues`` and written as ``customFields``.
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


def entry_object(entry: Entry, now: Instant) -> dict[str, Any]:
    """Return an entry as the guide's TimeEntry object plus ``durationSeconds``.

    A running entry's ``durationSeconds`` is so far; its interval has a null end and duration.
    """
    seconds = entry.seconds(now)
    return {
        "id": entry.id,
        "description": entry.description,
        "billable": entry.billable,
        "type": entry.type,
        "timeInterval": {
            "start": format_iso(entry.start),
            "end": None if entry.end is None else format_iso(entry.end),
            "duration": None if entry.end is None else format_iso_duration(seconds),
        },
        "durationSeconds": seconds,
        "project": entry.project
        and {
            "id": entry.project.id,
            "name": entry.project.name,
            "color": entry.project.color,
            "clientId": entry.project.client_id,
            "clientName": entry.project.client,
        },
        "task": entry.task and {"id": entry.task.id, "name": entry.task.name},
        "tags": [
            {
                "id": each.id,
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
                "timeEntryId": entry.id,
                "value": each.value,
            }
            for each in entry.fields
        ],
        "hourlyRate": _rate_object(entry.hourly_rate),
        "costRate": _rate_object(entry.cost_rate),
        "isLocked": entry.locked,
        "approvalRequestId": entry.approval_id,
        "kioskId": entry.kiosk_id,
        "userId": entry.user_id,
        "userName": entry.user,
        "workspaceId": entry.workspace_id,
    }


def _rate_object(rate: Rate | None) -> dict[str, Any] | None:
    return None if rate is None else {"amount": rate.amount, "currency": rate.currency}
