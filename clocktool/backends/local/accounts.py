"""Requests about the current user and about workspaces, including their rules."""

import re

from clocktool.backends.local import directory, directory_replies, rates
from clocktool.backends.local.body import Body, given
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.refusal import broken_rule
from clocktool.backends.local.replies import Json


def get_me(call: Call) -> Answer:
    """Return the current user, who owns the file."""
    memberships = "ALL" if call.query.flag("include-memberships") else "NONE"
    me = directory.current_user(call.connection)
    return Answer(200, directory_replies.users(call, [me], memberships)[0])


def list_workspaces(call: Call) -> Answer:
    """List all workspaces. Paging is ignored."""
    roles = {role.upper() for role in call.query.texts("roles")}
    if roles and not roles & {"OWNER", "WORKSPACE_ADMIN"}:
        return Answer(200, [])  # the current user owns every workspace of the file
    rows = directory.workspaces(call.connection)
    return Answer(200, [directory_replies.workspace(call, row) for row in rows])


def create_workspace(call: Call) -> Answer:
    """Create a workspace with the current user as its only member."""
    body = Body(call.body)
    body.refuse("organizationId")
    identity = call.new_id()
    values = {"id": identity, "name": body.required_name()}
    seq = directory.insert(call.connection, "workspaces", values)
    user = directory.current_user(call.connection).seq
    directory.insert(call.connection, "members", {"workspace": seq, "user": user})
    return Answer(201, _reload_workspace(call, identity))


def get_workspace(call: Call) -> Answer:
    """Return a workspace with its rules."""
    return Answer(200, directory_replies.workspace(call, call.workspace))


def update_workspace(call: Call) -> Answer:
    """Change the given ones of name, currency, rates and rules of a workspace."""
    body = Body(call.body)
    values = given(name=body.name())
    rate = Body(body.value("hourlyRate") or {}, "hourlyRate")
    values |= given(currency=_currency(body) or _currency(rate))
    if body.value("workspaceSettings") is not None:
        settings = Body(body.value("workspaceSettings"), "workspaceSettings")
        values |= given(
            force_projects=settings.flag("forceProjects"),
            force_tasks=settings.flag("forceTasks"),
            force_tags=settings.flag("forceTags"),
            force_description=settings.flag("forceDescription"),
        )
        if "lockTimeEntries" in settings:
            values["lock_at"] = settings.instant("lockTimeEntries")
    directory.update(call.connection, "workspaces", call.workspace.seq, values)
    rates.set_rates(call.connection, rates.read_rates(body), call.workspace.id)
    return Answer(200, _reload_workspace(call, call.workspace.id))


def set_hourly_rate(call: Call) -> Answer:
    """Set the hourly rate of a workspace, and its currency if given."""
    return _set_rate(call, cost=False)


def set_cost_rate(call: Call) -> Answer:
    """Set the cost rate of a workspace."""
    return _set_rate(call, cost=True)


def _set_rate(call: Call, *, cost: bool) -> Answer:
    wanted = rates.read_rate(call.body)
    rates.set_rates(call.connection, {cost: wanted}, call.workspace.id)
    currency = given(currency=_currency(Body(call.body)))
    directory.update(call.connection, "workspaces", call.workspace.seq, currency)
    return Answer(200, _reload_workspace(call, call.workspace.id))


def _currency(body: Body) -> str | None:
    currency = body.text("currency")
    if currency is not None and not re.fullmatch("[A-Z]{3}", currency):
        raise broken_rule("currency must be three capital letters")
    return currency


def _reload_workspace(call: Call, identity: str) -> Json:
    row = directory.workspace(call.connection, identity)
    assert row is not None  # noqa: S101  # it was just written
    return directory_replies.workspace(call, row)
