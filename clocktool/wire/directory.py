"""JSON of the directory: users, workspaces, clients, projects, tasks, tags, custom fields."""

from typing import Any

import msgspec

from clocktool.domain.directory import (
    AnyNamed,
    Client,
    CustomField,
    Estimate,
    Project,
    ProjectTasks,
    Task,
    User,
    Workspace,
)
from clocktool.domain.entry import Rules, Tag
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.domain.time.duration import format_iso_duration, parse_iso_duration
from clocktool.domain.time.instant import Instant, parse_iso
from clocktool.domain.time.week import WEEKDAYS
from clocktool.errors import quoted


class Wire(msgspec.Struct, rename="camel"):
    """A JSON object of a reply. Unknown fields are ignored."""


class WireRate(Wire):
    """A rate. The amount is in minor units and may be a float."""

    amount: float | None = None
    currency: str | None = None


class WireNamed(Wire):
    """An object with an id and an optional name."""

    id: str
    name: str | None = None


class WireProjectRef(WireNamed):
    """The project of an entry."""

    color: str | None = None
    client_id: str | None = None
    client_name: str | None = None


class WireTag(WireNamed):
    """A tag."""

    archived: bool | None = None
    workspace_id: str | None = None


def instant_of(text: str) -> Instant:
    """Parse a time. Raises msgspec.ValidationError, like any value of the wrong type."""
    try:
        return parse_iso(text)
    except (ValueError, OverflowError) as error:
        raise msgspec.ValidationError(
            f"{quoted(text)} is not an ISO-8601 time with Z or an offset"
        ) from error


def rate_of(wire: WireRate | None) -> Rate | None:
    """Return a rate; None if it is missing or has no amount."""
    if wire is None or wire.amount is None:
        return None
    return Rate(round(wire.amount), wire.currency or "")


def rate_object(rate: Rate | None) -> dict[str, Any] | None:
    """Return a rate for JSON, or None."""
    return None if rate is None else {"amount": rate.amount, "currency": rate.currency}


def tag_of(wire: WireTag) -> Tag:
    """Convert a tag."""
    return Tag(Known(wire.id), wire.name or "", bool(wire.archived), wire.workspace_id or "")


class _UserSettings(Wire):
    time_zone: str | None = None
    week_start: str | None = None


class _User(WireNamed):
    email: str | None = None
    active_workspace: str | None = None
    default_workspace: str | None = None
    settings: _UserSettings | None = None


class _Round(Wire):
    round: str | None = None
    minutes: str | int | None = None


class _Rules(Wire):
    force_projects: bool | None = None
    force_tasks: bool | None = None
    force_tags: bool | None = None
    force_description: bool | None = None
    lock_time_entries: str | None = None
    time_rounding_in_reports: bool | None = None
    round: _Round | None = None


class _Currency(Wire):
    code: str | None = None
    is_default: bool | None = None


class _Workspace(WireNamed):
    workspace_settings: _Rules | None = None
    hourly_rate: WireRate | None = None
    currencies: list[_Currency] | None = None
    feature_subscription_type: str | None = None


class _Client(WireNamed):
    archived: bool | None = None
    email: str | None = None
    address: str | None = None
    note: str | None = None


class _Project(WireProjectRef):
    billable: bool | None = None
    archived: bool | None = None
    hourly_rate: WireRate | None = None
    note: str | None = None
    public: bool | None = None


class _Estimate(Wire):
    estimate: str | int | None = None
    active: bool | None = None
    reset_option: str | None = None


class _EstimatedProject(WireProjectRef):
    time_estimate: _Estimate | None = None
    budget_estimate: _Estimate | None = None


class _Task(WireNamed):
    project_id: str | None = None
    status: str | None = None
    estimate: str | None = None
    billable: bool | None = None
    assignee_ids: list[str] | None = None
    hourly_rate: WireRate | None = None


class _HydratedProject(WireNamed):
    tasks: list[_Task] | None = None


class _CustomField(WireNamed):
    type: str | None = None
    allowed_values: list[str] | None = None
    required: bool | None = None


def listed_object(thing: AnyNamed) -> dict[str, Any]:
    """Return a client, project, task or tag for JSON, with the names of the service."""
    common: dict[str, Any] = {"id": str(thing.id), "name": thing.name}
    if isinstance(thing, Task):
        return common | {
            "projectId": thing.project_id,
            "status": "DONE" if thing.done else "ACTIVE",
            "estimate": format_iso_duration(thing.estimate) if thing.estimate else None,
            "billable": thing.billable,
            "assigneeIds": list(thing.assignee_ids),
            "hourlyRate": rate_object(thing.hourly_rate),
        }
    common["archived"] = thing.archived
    if isinstance(thing, Client):
        return common | {"email": thing.email, "address": thing.address, "note": thing.note}
    if isinstance(thing, Project):
        return common | {
            "clientId": thing.client_id,
            "clientName": thing.client,
            "billable": thing.billable,
            "public": thing.public,
            "color": thing.color,
            "note": thing.note,
            "hourlyRate": rate_object(thing.hourly_rate),
        }
    return common


def user(data: bytes) -> User:
    """Read one user: the account's, or a member."""
    return _user(msgspec.json.decode(data, type=_User))


def users(data: bytes) -> list[User]:
    """Read the members of a workspace."""
    return [_user(wire) for wire in msgspec.json.decode(data, type=list[_User])]


def workspace(data: bytes) -> Workspace:
    """Read one workspace."""
    return _workspace(msgspec.json.decode(data, type=_Workspace))


def workspaces(data: bytes) -> list[Workspace]:
    """Read a list of workspaces."""
    return [_workspace(wire) for wire in msgspec.json.decode(data, type=list[_Workspace])]


def project(data: bytes) -> Project:
    """Read one project."""
    return _project(msgspec.json.decode(data, type=_Project))


def projects(data: bytes) -> list[Project]:
    """Read a list of projects."""
    return [_project(wire) for wire in msgspec.json.decode(data, type=list[_Project])]


def estimates(data: bytes) -> list[Estimate]:
    """Read the estimates in a list of projects."""
    return [_estimate_of(wire) for wire in msgspec.json.decode(data, type=list[_EstimatedProject])]


def _estimate_of(wire: _EstimatedProject) -> Estimate:
    time, money = (
        each if each is not None and each.active is not False else _Estimate()
        for each in (wire.time_estimate, wire.budget_estimate)
    )
    reset = (time.reset_option or money.reset_option or "").removesuffix("LY").lower()
    return Estimate(
        wire.id,
        wire.name or "",
        wire.client_name or "",
        _estimated_seconds(time.estimate),
        int(money.estimate or 0) if str(money.estimate or 0).isdigit() else 0,
        reset if reset in ("week", "month", "year") else "",
    )


def _estimated_seconds(value: str | int | None) -> int:
    """Return the seconds of an estimate: an ISO duration, or milliseconds."""
    text = str(value or 0)
    if text.isascii() and text.isdigit():
        return int(text) // 1000
    try:
        return parse_iso_duration(text)
    except ValueError:
        return 0


def hydrated_projects(data: bytes) -> list[ProjectTasks]:
    """Read the tasks in a list of projects."""
    return [
        ProjectTasks(
            wire.id,
            None
            if wire.tasks is None
            else tuple(
                msgspec.structs.replace(_task(each), project_id=wire.id) for each in wire.tasks
            ),
        )
        for wire in msgspec.json.decode(data, type=list[_HydratedProject])
    ]


def client(data: bytes) -> Client:
    """Read one client."""
    return _client(msgspec.json.decode(data, type=_Client))


def clients(data: bytes) -> list[Client]:
    """Read a list of clients."""
    return [_client(wire) for wire in msgspec.json.decode(data, type=list[_Client])]


def task(data: bytes) -> Task:
    """Read one task."""
    return _task(msgspec.json.decode(data, type=_Task))


def tasks(data: bytes) -> list[Task]:
    """Read a list of tasks."""
    return [_task(wire) for wire in msgspec.json.decode(data, type=list[_Task])]


def tag(data: bytes) -> Tag:
    """Read one tag."""
    return tag_of(msgspec.json.decode(data, type=WireTag))


def tags(data: bytes) -> list[Tag]:
    """Read a list of tags."""
    return [tag_of(wire) for wire in msgspec.json.decode(data, type=list[WireTag])]


def custom_field(data: bytes) -> CustomField:
    """Read one custom field."""
    return _custom_field(msgspec.json.decode(data, type=_CustomField))


def custom_fields(data: bytes) -> list[CustomField]:
    """Read a list of custom fields."""
    return [_custom_field(wire) for wire in msgspec.json.decode(data, type=list[_CustomField])]


def _user(wire: _User) -> User:
    settings = wire.settings or _UserSettings()
    week_start = (settings.week_start or "").lower()
    return User(
        id=wire.id,
        name=wire.name or "",
        email=wire.email or "",
        active_workspace=wire.active_workspace or wire.default_workspace or "",
        zone=settings.time_zone or None,
        week_start=WEEKDAYS.index(week_start) if week_start in WEEKDAYS else None,
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
            lock_before=instant_of(rules.lock_time_entries) if rules.lock_time_entries else None,
        ),
        hourly_rate=rate_of(wire.hourly_rate),
        currency=next((each.code or "" for each in wire.currencies or () if each.is_default), ""),
        plan=wire.feature_subscription_type or "",
        rounding=_rounding(rules),
    )


def _rounding(rules: _Rules) -> str:
    """Return the rule of a workspace's reports as clocktool writes it; empty for none."""
    of = rules.round
    if of is None or rules.time_rounding_in_reports is False:
        return ""
    word = (of.round or "").lower()
    direction = next((each for each in ("up", "down", "nearest") if each in word.split()), "")
    minutes = str(of.minutes or "")
    return f"{direction}:{minutes}m" if direction and minutes.isdigit() else ""


def _client(wire: _Client) -> Client:
    return Client(
        id=wire.id,
        name=wire.name or "",
        archived=bool(wire.archived),
        email=wire.email or "",
        address=wire.address or "",
        note=wire.note or "",
    )


def _project(wire: _Project) -> Project:
    return Project(
        id=wire.id,
        name=wire.name or "",
        color=wire.color or "",
        client_id=wire.client_id or None,
        client=wire.client_name or "",
        billable=bool(wire.billable),
        archived=bool(wire.archived),
        hourly_rate=rate_of(wire.hourly_rate),
        note=wire.note or "",
        public=bool(wire.public),
    )


def _task(wire: _Task) -> Task:
    return Task(
        id=wire.id,
        name=wire.name or "",
        project_id=wire.project_id or "",
        done=wire.status == "DONE",
        estimate=_seconds(wire.estimate),
        billable=bool(wire.billable),
        assignee_ids=tuple(wire.assignee_ids or ()),
        hourly_rate=rate_of(wire.hourly_rate),
    )


def _seconds(text: str | None) -> int:
    """Return the seconds of an ISO-8601 duration, 0 if it is missing or invalid."""
    try:
        return parse_iso_duration(text or "PT0S")
    except ValueError:
        return 0


def _custom_field(wire: _CustomField) -> CustomField:
    return CustomField(
        id=wire.id,
        name=wire.name or "",
        type=wire.type or "TXT",
        allowed=tuple(wire.allowed_values or ()),
        required=bool(wire.required),
    )
