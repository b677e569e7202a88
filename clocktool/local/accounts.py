"""The requests about oneself and about workspaces, with the rules they set for entries."""

import re
from typing import Final

from clocktool.local import directory, replies
from clocktool.local.body import Body, given
from clocktool.local.call import Answer, Call
from clocktool.local.refusal import broken_rule
from clocktool.local.rows import User, Workspace

_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def get_me(call: Call) -> Answer:
    """Return the user whose file this is."""
    return Answer(200, replies.me(directory.me(call.connection), call.workspace, call.zone.name))


def list_workspaces(call: Call) -> Answer:
    """List every workspace; paging is ignored."""
    rows = directory.workspaces(call.connection)
    return Answer(200, [_workspace(call, row) for row in rows])


def create_workspace(call: Call) -> Answer:
    """Make a workspace with oneself as its only member."""
    identity = call.new_id()
    values = {"id": identity, "name": Body(call.body).required_name()}
    seq = directory.insert(call.connection, "workspaces", values)
    user = directory.me(call.connection).seq
    directory.insert(call.connection, "members", {"workspace": seq, "user": user})
    return Answer(201, _fresh_workspace(call, identity))


def get_workspace(call: Call) -> Answer:
    """Return a workspace with its rules."""
    return Answer(200, _workspace(call, call.workspace))


def update_workspace(call: Call) -> Answer:
    """Change the name, currency, hourly rate and rules of a workspace: those that are given."""
    body = Body(call.body)
    values = given(name=body.name())
    currency = body.text("currency")
    if body.value("hourlyRate") is not None:
        currency = currency or Body(body.value("hourlyRate"), "hourlyRate").text("currency")
    if currency is not None:
        if not _CURRENCY.fullmatch(currency):
            raise broken_rule("currency must be three capital letters")
        values["currency"] = currency
    if "hourlyRate" in body:
        values["rate"] = body.amount("hourlyRate")
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
    return Answer(200, _fresh_workspace(call, call.workspace.id))


def _workspace(call: Call, row: Workspace) -> replies.Json:
    wanted = directory.NameFilter()
    members = directory.search(call.connection, User, row.seq, wanted, limit=-1, offset=0)
    return replies.workspace(row, members)


def _fresh_workspace(call: Call, identity: str) -> replies.Json:
    row = directory.workspace(call.connection, identity)
    assert row is not None  # noqa: S101  # it was written a moment ago
    return _workspace(call, row)
