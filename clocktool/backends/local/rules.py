"""The rules of a workspace, including the validation settings of the guide.

Required fields are checked when an entry is finished, not when its timer starts (operation 6).
"""

import sqlite3
from collections.abc import Collection

import msgspec

from clocktool.backends.local import directory, search, store
from clocktool.backends.local.refusal import approved, broken_rule, locked, unknown_id
from clocktool.backends.local.rows import Entry, Field, Plan, Project, Tag, Task, Workspace
from clocktool.domain.directory import CustomField
from clocktool.domain.entry import Draft, FieldValue
from clocktool.domain.ids import NameId


def require(
    connection: sqlite3.Connection, kind: type[directory.Row], workspace: Workspace, identity: str
) -> directory.Row:
    """Return a thing of the workspace by its id; refuse an unknown id."""
    row = directory.get(connection, kind, workspace.seq, identity)
    if row is None:
        raise unknown_id("Custom field" if kind is Field else kind.__name__, identity)
    return row


def require_entries(
    connection: sqlite3.Connection,
    workspace: Workspace,
    ids: tuple[str, ...],
    member: int | None = None,
) -> list[Entry]:
    """Return entries in the order of their ids; refuse unknown ids.

    If ``member`` is given, all entries must be of that member.
    """
    found = store.seqs_by_id(connection, workspace.seq, ids)
    for identity in ids:
        if identity not in found:
            raise unknown_id("Time entry", identity)
    entries = store.load(connection, [found[identity] for identity in ids])
    for entry in entries:
        if member is not None and entry.member != member:
            raise broken_rule(f"Time entry with id {entry.id} doesn't belong to User")
    return entries


def is_locked(workspace: Workspace, start: int) -> bool:
    """Return whether a start is in the locked period of the workspace."""
    return workspace.lock_at is not None and start < workspace.lock_at


def check_unprotected(workspace: Workspace, entry: Entry) -> None:
    """Refuse to change an entry that is locked or approved (operations 4, 5 and 9)."""
    if is_locked(workspace, entry.start):
        raise locked()
    if entry.approval_id is not None:
        raise approved()


def check_span(workspace: Workspace, start: int, end: int | None) -> None:
    """Refuse an end before the start, and a start in the locked period."""
    if end is not None and end < start:
        raise broken_rule("end must not be before start")
    if is_locked(workspace, start):
        raise locked()


def check_required(connection: sqlite3.Connection, workspace: Workspace, plan: Plan) -> None:
    """Refuse a finished entry without a required field."""
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
    """Refuse to stop a running entry if a rule forbids it (operation 6)."""
    check_unprotected(workspace, entry)
    check_span(workspace, entry.start, end)
    check_required(connection, workspace, as_plan(entry, entry.start, end))


def as_plan(entry: Entry, start: int, end: int | None) -> Plan:
    """Return the plan for an entry with other times."""
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


def plan_entry(
    connection: sqlite3.Connection,
    workspace: Workspace,
    draft: Draft,
    *,
    replaced: Entry | None = None,
) -> Plan:
    """Check a draft and return the plan for it (operations 1, 4, 8 and 10).

    An entry that is ``replaced`` keeps a project, a task or a tag that is archived or done since.
    If ``billable`` is not given, it is the project's, or false when replacing an entry.
    """
    check_span(workspace, draft.start, draft.end)
    kept: frozenset[str] = frozenset()
    if replaced is not None:
        ids = (replaced.project_id, replaced.task_id, *(tag.id for tag in replaced.tags))
        kept = frozenset(each for each in ids if each is not None)
    project, task = require_work(
        connection, workspace, _text(draft.project_id), _text(draft.task_id), kept
    )
    billable = draft.billable
    if billable is None:
        billable = bool(project and project.billable and replaced is None)
    planned = Plan(
        start=draft.start,
        end=draft.end,
        description=draft.description or "",
        project=project.seq if project else None,
        task=task.seq if task else None,
        billable=billable,
        type=draft.type or "REGULAR",
        tags=open_tags(connection, workspace, tuple(map(str, draft.tag_ids or ())), kept),
        values=_values(connection, workspace, draft.fields or ()),
    )
    check_required(connection, workspace, planned)
    return planned


def require_work(
    connection: sqlite3.Connection,
    workspace: Workspace,
    project_id: str | None,
    task_id: str | None,
    kept: Collection[str] = (),
) -> tuple[Project | None, Task | None]:
    """Return an entry's project and task; refuse a task without its project.

    Those that it has already, by their ids in ``kept``, may be archived or done.
    """
    project = open_project(connection, workspace, project_id, kept) if project_id else None
    task = open_task(connection, workspace, task_id, kept) if task_id else None
    if task and not project:
        raise broken_rule("a task requires its project")
    if task and project and task.project != project.seq:
        raise broken_rule(f"Task with id {task.id} doesn't belong to Project")
    return project, task


def open_project(
    connection: sqlite3.Connection,
    workspace: Workspace,
    identity: str,
    kept: Collection[str] = (),
) -> Project:
    """Return a project; refuse an archived one that is not ``kept``."""
    project = require(connection, Project, workspace, identity)
    if project.archived and identity not in kept:
        raise broken_rule(f"Project '{project.name}' is archived")
    return project


def open_task(
    connection: sqlite3.Connection,
    workspace: Workspace,
    identity: str,
    kept: Collection[str] = (),
) -> Task:
    """Return a task; refuse one that is done and not ``kept``."""
    task = require(connection, Task, workspace, identity)
    if task.done and identity not in kept:
        raise broken_rule(f"Task '{task.name}' is done")
    return task


def open_tags(
    connection: sqlite3.Connection,
    workspace: Workspace,
    ids: tuple[str, ...],
    kept: Collection[str] = (),
) -> tuple[int, ...]:
    """Return the row numbers of tags; refuse archived ones that are not ``kept``."""
    tags = [require(connection, Tag, workspace, identity) for identity in ids]
    for tag in tags:
        if tag.archived and tag.id not in kept:
            raise broken_rule(f"Tag '{tag.name}' is archived")
    return tuple(tag.seq for tag in tags)


def _values(
    connection: sqlite3.Connection, workspace: Workspace, given: tuple[FieldValue, ...]
) -> tuple[tuple[int, str], ...]:
    """Return the values of custom fields as they are stored. Null values are left out."""
    found: list[tuple[int, str]] = []
    for item in given:
        field = require(connection, Field, workspace, item.field_id)
        if item.value is None:
            continue
        if not _fits(field, item.value):
            raise broken_rule(f"custom field '{field.name}' does not accept this value")
        found.append((field.seq, msgspec.json.encode(item.value).decode()))
    return tuple(found)


def _fits(field: Field, value: object) -> bool:
    """Return whether a custom field accepts a value."""
    allowed = tuple(msgspec.json.decode(field.allowed, type=list[str]))
    return CustomField(field.id, type=field.type, allowed=allowed).takes(value)


def _text(identity: NameId | None) -> str | None:
    return None if identity is None else str(identity)
