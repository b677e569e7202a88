"""Deleting things of the directory. Entries outlive them and lose what is deleted.

An entry that is locked or approved must not change, so what it shows cannot be deleted: its tags,
its task, its project and, through the project, its client.
"""

from clocktool.local import directory, replies, rules
from clocktool.local.call import Answer, Call
from clocktool.local.catalog import known_task
from clocktool.local.refusal import broken_rule
from clocktool.local.rows import Client, Project, Tag, Task


def delete_client(call: Call) -> Answer:
    """Delete an archived client; its projects stay, without one, if their names allow it."""
    row = rules.known(call.connection, Client, call.workspace, call.ids[0])
    _check_archived(row)
    clash = directory.name_clash(call.connection, row.seq)
    if clash is not None:
        raise broken_rule(f"Project with name '{clash}' already exists without a client")
    return _remove(call, row, replies.client(row, call.workspace))


def delete_project(call: Call) -> Answer:
    """Delete an archived project and its tasks; its entries stay, without both."""
    row = rules.known(call.connection, Project, call.workspace, call.ids[0])
    _check_archived(row)
    return _remove(call, row, replies.project(row, call.workspace))


def delete_task(call: Call) -> Answer:
    """Delete a task; its entries stay on the project."""
    row = known_task(call)
    return _remove(call, row, replies.task(row, call.workspace))


def delete_tag(call: Call) -> Answer:
    """Delete a tag; its entries stay, with their other tags."""
    row = rules.known(call.connection, Tag, call.workspace, call.ids[0])
    return _remove(call, row, replies.tag(row, call.workspace))


def _check_archived(row: Client | Project) -> None:
    if not row.archived:
        kind = type(row).__name__
        raise broken_rule(f"{kind} '{row.name}' must be archived before it is deleted")


def _remove(call: Call, row: Client | Project | Task | Tag, reply: replies.Json) -> Answer:
    """Delete a row that no locked or approved entry shows, and answer with what it was."""
    kind = type(row)
    if directory.is_held(call.connection, kind, row.seq, call.workspace.lock_at):
        raise broken_rule(f"{kind.__name__} '{row.name}' is on a locked or approved time entry")
    directory.remove(call.connection, kind, row.seq)
    return Answer(200, reply)
