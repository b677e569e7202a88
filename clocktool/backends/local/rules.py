"""The rules of a workspace: what may be written, and what the guide calls validation settings.

Required fields are checked when an entry is finished, not when its timer starts (operation 6).
"""

import sqlite3

import msgspec

from clocktool.backends.local import directory, search, store
from clocktool.backends.local.refusal import approved, broken_rule, foreign, locked
from clocktool.backends.local.rows import Entry, Field, Plan, Project, Tag, Task, Workspace
from clocktool.domain.directory import CustomField
from clocktool.domain.entry import Draft, FieldValue
from clocktool.domain.ids import NameId


def known(
    connection: sqlite3.Connection, kind: type[directory.Row], workspace: Workspace, identity: str
) -> directory.Row:
    """Return what an id stands for in the workspace; refuse any other id."""
    row = directory.get(connection, kind, workspace.seq, identity)
    if row is None:
        raise foreign("Custom field" if kind is Field else kind.__name__, identity)
    return row


def known_entries(
    connection: sqlite3.Connection,
    workspace: Workspace,
    ids: tuple[str, ...],
    member: int | None = None,
) -> list[Entry]:
    """Return entries by their ids, in that order; a member, when given, must own them all."""
    found = store.numbers(connection, workspace.seq, ids)
    for identity in ids:
        if identity not in found:
            raise foreign("Time entry", identity)
    entries = store.load(connection, [found[identity] for identity in ids])
    for entry in entries:
        if member is not None and entry.member != member:
            raise broken_rule(f"Time entry with id {entry.id} doesn't belong to User")
    return entries


def is_locked(workspace: Workspace, start: int) -> bool:
    """Return whether the workspace has locked the time an entry starts at."""
    return workspace.lock_at is not None and start < workspace.lock_at


def check_free(workspace: Workspace, entry: Entry) -> None:
    """Refuse to change an entry that is locked or approved (operations 4, 5 and 9)."""
    if is_locked(workspace, entry.start):
        raise locked()
    if entry.approval_id is not None:
        raise approved()


def check_span(workspace: Workspace, start: int, end: int | None) -> None:
    """Refuse times that run backwards, or that the workspace has locked."""
    if end is not None and end < start:
        raise broken_rule("end must not be before start")
    if is_locked(workspace, start):
        raise locked()


def check_required(connection: sqlite3.Connection, workspace: Workspace, plan: Plan) -> None:
    """Refuse a finished entry that leaves out what the workspace requires."""
    if plan.end is None:
        return
    for required, present, name in (
        (workspace.force_projects, plan.project, "project"),
        (workspace.force_tasks, plan.task, "task"),
        (workspace.force_tags, plan.tags, "tags"),
        (workspace.force_description, plan.description.strip(), "description"),
    ):
        if required and not present:
            raise broken_rule(f"{name} is a required field in this workspace")
    given = {field for field, _ in plan.values}
    for field in search.find(connection, Field, workspace.seq, search.Filter()):
        if field.required and field.seq not in given:
            raise broken_rule(f"custom field '{field.name}' is a required field in this workspace")


def check_stop(
    connection: sqlite3.Connection, workspace: Workspace, entry: Entry, end: int
) -> None:
    """Refuse to end a running entry against the rules (operation 6)."""
    check_free(workspace, entry)
    check_span(workspace, entry.start, end)
    check_required(connection, workspace, as_plan(entry, entry.start, end))


def as_plan(entry: Entry, start: int, end: int | None) -> Plan:
    """Return an entry as it would be stored at other times."""
    return Plan(
        start=start,
        end=end,
        description=entry.description,
        project=entry.project,
        task=entry.task,
        billable=bool(entry.billable),
        type=entry.type,
        tags=tuple(tag.seq for tag in entry.tags),
        values=tuple((value.field, value.value) for value in entry.values),
    )


def plan(
    connection: sqlite3.Connection, workspace: Workspace, draft: Draft, *, replacing: bool
) -> Plan:
    """Return a draft as it will be stored, or refuse it (operations 1, 4, 8 and 10).

    Not said, ``billable`` comes from the project; when replacing an entry, it is false.
    """
    check_span(workspace, draft.start, draft.end)
    project, task = work(connection, workspace, _said(draft.project_id), _said(draft.task_id))
    billable = draft.billable
    if billable is None:
        billable = bool(project and project.billable and not replacing)
    planned = Plan(
        start=draft.start,
        end=draft.end,
        description=draft.description or "",
        project=project.seq if project else None,
        task=task.seq if task else None,
        billable=billable,
        type=draft.type or "REGULAR",
        tags=open_tags(connection, workspace, tuple(map(str, draft.tag_ids or ()))),
        values=_values(connection, workspace, draft.fields or ()),
    )
    check_required(connection, workspace, planned)
    return planned


def work(
    connection: sqlite3.Connection,
    workspace: Workspace,
    project_id: str | None,
    task_id: str | None,
) -> tuple[Project | None, Task | None]:
    """Return the project and the task an entry is to be on; a task needs its own project."""
    project = open_project(connection, workspace, project_id) if project_id else None
    task = open_task(connection, workspace, task_id) if task_id else None
    if task and not project:
        raise broken_rule("a task requires its project")
    if task and project and task.project != project.seq:
        raise broken_rule(f"Task with id {task.id} doesn't belong to Project")
    return project, task


def open_project(connection: sqlite3.Connection, workspace: Workspace, identity: str) -> Project:
    """Return a project that time may be put on."""
    project = known(connection, Project, workspace, identity)
    if project.archived:
        raise broken_rule(f"Project '{project.name}' is archived")
    return project


def open_task(connection: sqlite3.Connection, workspace: Workspace, identity: str) -> Task:
    """Return a task that time may be put on."""
    task = known(connection, Task, workspace, identity)
    if task.done:
        raise broken_rule(f"Task '{task.name}' is done")
    return task


def open_tags(
    connection: sqlite3.Connection, workspace: Workspace, ids: tuple[str, ...]
) -> tuple[int, ...]:
    """Return the numbers of tags that may be put on an entry."""
    tags = [known(connection, Tag, workspace, identity) for identity in ids]
    for tag in tags:
        if tag.archived:
            raise broken_rule(f"Tag '{tag.name}' is archived")
    return tuple(tag.seq for tag in tags)


def _values(
    connection: sqlite3.Connection, workspace: Workspace, given: tuple[FieldValue, ...]
) -> tuple[tuple[int, str], ...]:
    """Return the values of custom fields as they are stored; null is no value."""
    found: list[tuple[int, str]] = []
    for item in given:
        field = known(connection, Field, workspace, item.field_id)
        if item.value is None:
            continue
        if not _fits(field, item.value):
            raise broken_rule(f"custom field '{field.name}' does not take this value")
        found.append((field.seq, msgspec.json.encode(item.value).decode()))
    return tuple(found)


def _fits(field: Field, value: object) -> bool:
    """Return whether a value is of a custom field's type."""
    allowed = tuple(msgspec.json.decode(field.allowed, type=list[str]))
    return CustomField(field.id, type=field.type, allowed=allowed).takes(value)


def _said(identity: NameId | None) -> str | None:
    return None if identity is None else str(identity)
