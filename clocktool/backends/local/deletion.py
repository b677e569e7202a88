"""Requests that delete clients, projects, tasks and tags. As on the service, their entries stay.

A locked or approved entry must not change, so its tags, task, project and client can't be deleted.
"""

from clocktool.backends.local import catalog, directory, directory_replies, tasks
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.refusal import broken_rule
from clocktool.backends.local.rows import Client, Project, Tag


def delete_client(call: Call) -> Answer:
    """Delete an archived client. Its projects stay without a client, if their names are unique."""
    row = catalog.require(call, Client)
    _check_archived(row)
    clash = directory.find_name_clash(call.connection, row.seq)
    if clash is not None:
        raise broken_rule(f"Project with name '{clash}' already exists without a client")
    return _remove(call, row, directory_replies.clients)


def delete_project(call: Call) -> Answer:
    """Delete an archived project and its tasks. Its entries stay without both."""
    row = catalog.require(call, Project)
    _check_archived(row)
    return _remove(call, row, directory_replies.projects)


def delete_task(call: Call) -> Answer:
    """Delete a task that is done. Its entries stay on the project."""
    row = tasks.require(call)
    if not row.done:
        raise broken_rule(f"Task '{row.name}' must be done before it is deleted")
    return _remove(call, row, directory_replies.tasks)


def delete_tag(call: Call) -> Answer:
    """Delete an archived tag. Its entries stay with their other tags."""
    row = catalog.require(call, Tag)
    _check_archived(row)
    return _remove(call, row, directory_replies.tags)


def _check_archived(row: Client | Project | Tag) -> None:
    if not row.archived:
        kind = type(row).__name__
        raise broken_rule(f"{kind} '{row.name}' must be archived before it is deleted")


def _remove(call: Call, row: directory.Row, show: catalog.Show[directory.Row]) -> Answer:
    """Delete a row and answer with it; refuse if a locked or approved entry uses it."""
    kind = type(row)
    if directory.is_protected(call.connection, kind, row.seq, call.workspace.lock_at):
        raise broken_rule(f"{kind.__name__} '{row.name}' is on a locked or approved time entry")
    reply = show(call, [row])[0]
    directory.remove(call.connection, kind, row.seq)
    return Answer(200, reply)
