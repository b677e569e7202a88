"""Requests about projects and their estimates."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from clocktool.backends.local import catalog, directory, people, rates, rules, tasks
from clocktool.backends.local.body import Body, given
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.directory_replies import hydrated_projects, projects
from clocktool.backends.local.refusal import broken_rule
from clocktool.backends.local.replies import duration
from clocktool.backends.local.rows import Client, Project
from clocktool.domain.color import is_color

MAX_NOTE: Final = 16384
"""In characters."""

PALETTE: Final = (
    "#03A9F4",
    "#E65100",
    "#43A047",
    "#AB47BC",
    "#D32F2F",
    "#00897B",
    "#5C6BC0",
    "#A1743F",
    "#EC407A",
    "#7A8F00",
    "#0097A7",
    "#7E57C2",
    "#78909C",
    "#C0842B",
    "#2E7DD1",
    "#B0578D",
)
"""Colours of new projects, in this order. Each is visible on light and dark backgrounds."""

_TYPES: Final = ("AUTO", "MANUAL")
_OPTIONS: Final = ("WEEKLY", "MONTHLY", "YEARLY")
_DAYS: Final = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_MONTHS: Final = (
    *("JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY"),
    *("AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"),
)


def list_projects(call: Call) -> Answer:
    """List projects. Templates are not supported, so a filter for templates finds none."""
    query = call.query
    query.refuse("userGroups")  # there are neither groups nor expenses, so the rest is harmless
    query.flag("contains-group")
    users = people.people(call, query.texts("users"))
    user_status = query.choice("user-status", *people.STATUSES) or "ALL"
    client_status = query.choice("client-status", "ACTIVE", "ARCHIVED", "ALL") or "ALL"
    access = query.choice("access", "PUBLIC", "PRIVATE")
    clients = (
        rules.require(call.connection, Client, call.workspace, identity)
        for identity in query.texts("clients")
    )
    contains_user = query.flag("contains-user") is not False
    is_nobody = bool(users) and user_status not in {"ACTIVE", "ALL"}  # all members are active
    wanted = catalog.name_filter(
        query,
        Project,
        archived=query.flag("archived"),
        billable=query.flag("billable"),
        public=None if access is None else access == "PUBLIC",
        clients=tuple(client.seq for client in clients),
        without_clients=query.flag("contains-client") is False,
        client_archived=None if client_status == "ALL" else client_status == "ARCHIVED",
        users=() if is_nobody else tuple(user.seq for user in users),
        without_users=not contains_user,
        nothing=query.flag("is-template") or (is_nobody and contains_user),
    )
    return catalog.find(call, Project, wanted, _show(call))


def create_project(call: Call) -> Answer:
    """Create a project, by default billable and public, with the current user as a member."""
    body = Body(call.body)
    values = {"client": None, "billable": True, "public": True, "color": _free_color(call)}
    values |= _columns(call, body) | {"name": body.required_name()}
    row = catalog.create(call, Project, "projects", values)
    people.set_members(call, row, [Body({"userId": directory.current_user(call.connection).id})])
    if body.value("memberships") is not None:
        people.set_members(call, row, body.objects("memberships"))
    if body.value("estimate") is not None:
        estimate = _time_estimate(Body(body.value("estimate"), "estimate"), active=True)
        _set_estimates(call, row, {"time": estimate})
    rates.set_rates(call.connection, rates.read_rates(body), row.id)
    for task in body.objects("tasks"):
        tasks.add(call, row, task)
    return catalog.answer(call, row, projects, 201)


def get_project(call: Call) -> Answer:
    """Return a project."""
    call.query.choice("custom-field-entity-type", "TIMEENTRY")
    return catalog.get(call, Project, _show(call))


def update_project(call: Call) -> Answer:
    """Replace a project.

    Fields left out are cleared and flags are unset, except the name, colour, estimates, memberships
    and rates.
    """
    body, row = Body(call.body), catalog.require(call, Project)
    values = {"client": None, "billable": False, "public": False} | _columns(call, body)
    catalog.update(call, "projects", row, values)
    rates.replace(call.connection, rates.read_rates(body), row.id, call.now)
    return catalog.answer(call, row, projects)


def update_estimate(call: Call) -> Answer:
    """Set the given estimates of a project, and when they are reset."""
    body, row = Body(call.body), catalog.require(call, Project)
    read: tuple[tuple[str, str, Callable[[Body], Any]], ...] = (
        ("time", "timeEstimate", _time_estimate),
        ("budget", "budgetEstimate", _budget_estimate),
        ("reset", "estimateReset", _estimate_reset),
    )
    _set_estimates(
        call,
        row,
        {
            column: None if body.value(name) is None else take(Body(body.value(name), name))
            for column, name, take in read
            if name in body
        },
    )
    return catalog.answer(call, row, projects)


def _show(call: Call) -> catalog.Show[Project]:
    return hydrated_projects if call.query.flag("hydrated") else projects


def _columns(call: Call, body: Body) -> dict[str, Any]:
    """Return the columns of a project."""
    color = body.text("color") or None
    if color and not is_color(color):
        raise broken_rule("color must be like #03A9F4")
    values = given(
        name=body.name(),
        color=color,
        billable=body.flag("billable"),
        public=body.flag("isPublic"),
        archived=body.flag("archived") or False,
        note=body.text("note", MAX_NOTE) or "",
    )
    identity = body.identity("clientId")
    if identity is not None:
        client = rules.require(call.connection, Client, call.workspace, identity)
        values["client"] = client.seq
    return values


def _free_color(call: Call) -> str:
    """Return the least used colour of the palette."""
    used = directory.count_colors(call.connection, call.workspace.seq)
    return min(PALETTE, key=lambda color: used.get(color, 0))


def _set_estimates(call: Call, row: Project, values: dict[str, Any]) -> None:
    kept = {"time": row.time_estimate, "budget": row.budget_estimate, "reset": row.estimate_reset}
    changed = {
        column: None if value is None else msgspec.json.encode(value).decode()
        for column, value in values.items()
    }
    directory.upsert(call.connection, "project_estimates", {"project": row.seq, **kept, **changed})


def _time_estimate(body: Body, *, active: bool = False) -> dict[str, Any]:
    stated = body.flag("active")
    return {
        "active": active if stated is None else stated,
        "estimate": duration(body.duration("estimate") or 0),
        "includeNonBillable": body.flag("includeNonBillable") or False,
        "resetOption": body.choice("resetOption", *_OPTIONS),
        "type": body.choice("type", *_TYPES) or "MANUAL",
    }


def _budget_estimate(body: Body) -> dict[str, Any]:
    return {
        "active": body.flag("active") or False,
        "estimate": body.integer("estimate") or 0,
        "includeExpenses": body.flag("includeExpenses") or False,
        "resetOption": body.choice("resetOption", *_OPTIONS),
        "type": body.choice("type", *_TYPES) or "MANUAL",
    }


def _estimate_reset(body: Body) -> dict[str, Any] | None:
    """Return when estimates are reset, or None if that is switched off."""
    values = {
        "dayOfMonth": body.integer("dayOfMonth", 1, 31),
        "dayOfWeek": body.choice("dayOfWeek", *_DAYS),
        "hour": body.integer("hour", 0, 23),
        "interval": body.choice("interval", *_OPTIONS),
        "month": body.choice("month", *_MONTHS),
    }
    is_off = False in (body.flag("active"), body.flag("isActive"))
    return None if is_off else values
