"""Requests for many entries, all or none: operations 9 and 11."""

from collections.abc import Sequence
from typing import Final

import msgspec

from clocktool.backends.local import replies, rules, store
from clocktool.backends.local.body import Body, check_array, check_text, read_draft
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.entries import replace
from clocktool.backends.local.refusal import broken_rule, invalid_body
from clocktool.backends.local.rows import Entry, Project, Tag, Task, User

MAX_ENTRIES: Final = 1000
"""The most entries of a bulk edit. The guide leaves the number to the workspace."""


class Operation(msgspec.Struct):
    """An operation of a bulk edit, with its value looked up."""

    op: str
    flag: bool = False
    project: Project | None = None
    task: Task | None = None
    tags: tuple[int, ...] = ()


def edit(call: Call) -> Answer:
    """Apply operations to entries, in the given order (operation 9)."""
    body = Body(call.body)
    ids = body.texts("timeEntryIds")
    if ids is None:
        raise invalid_body("timeEntryIds is required")
    if body.value("operations") is None:
        raise invalid_body("operations is required")
    _check_count(ids)
    operations = [
        _read_operation(call, item) for item in check_array(body.value("operations"), "operations")
    ]
    rows = rules.require_entries(call.connection, call.workspace, ids)
    for row in rows:
        rules.check_unprotected(call.workspace, row)
    for row in rows:
        _apply(call, row, operations)
    return _updated(call, rows)


def replace_all(call: Call) -> Answer:
    """Replace entries of a user, given as an array (operation 9 on the service)."""
    call.query.flag("hydrated")
    given = check_array(call.body, "body")
    _check_count(given)
    member = rules.require(call.connection, User, call.workspace, call.ids[0]).member
    drafts = []
    for item in given:
        identity = Body(item, "entry").identity("id")
        if identity is None:
            raise invalid_body("id is required")
        drafts.append((identity, read_draft(item, "entry")))
    ids = tuple(dict.fromkeys(identity for identity, _ in drafts))
    rows = {
        row.id: row for row in rules.require_entries(call.connection, call.workspace, ids, member)
    }
    for identity, draft in drafts:
        replace(call, rows[identity], draft)
    return _updated(call, list(rows.values()))


def invoice(call: Call) -> Answer:
    """Mark entries as invoiced or not (operation 11), including locked and approved ones."""
    body = Body(call.body)
    ids, invoiced = body.texts("timeEntryIds"), body.flag("invoiced")
    if ids is None:
        raise invalid_body("timeEntryIds is required")
    if invoiced is None:
        raise invalid_body("invoiced is required")
    rows = rules.require_entries(call.connection, call.workspace, ids)
    store.set_invoiced(call.connection, [row.seq for row in rows], invoiced=invoiced)
    return _updated(call, rows)


def _check_count(given: Sequence[object]) -> None:
    if len(given) > MAX_ENTRIES:
        raise broken_rule(f"a bulk edit takes at most {MAX_ENTRIES} entries")


def _read_operation(call: Call, item: object) -> Operation:
    body = Body(item, "operations")
    op, connection, workspace = body.text("op"), call.connection, call.workspace
    if op is None:
        raise invalid_body("operations.op is required")
    match op:
        case "CHANGE-BILLABLE-STATUS":
            flag = body.flag("value")
            if flag is None:
                raise invalid_body("value must be true or false")
            return Operation(op, flag=flag)
        case "CHANGE-PROJECT":
            identity = body.identity("value")
            project = rules.open_project(connection, workspace, identity) if identity else None
            return Operation(op, project=project)
        case "CHANGE-TASK":
            identity = body.identity("value")
            return Operation(
                op, task=rules.open_task(connection, workspace, identity) if identity else None
            )
        case "ADD-TAGS":
            return Operation(op, tags=rules.open_tags(connection, workspace, _ids(body)))
        case "REMOVE-TAGS":
            return Operation(op, tags=_known_tags(call, _ids(body)))
        case _:
            raise invalid_body("operations.op is unknown")


def _ids(body: Body) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            check_text(item, "value") for item in check_array(body.value("value"), "value")
        )
    )


def _known_tags(call: Call, ids: tuple[str, ...]) -> tuple[int, ...]:
    """Return the row numbers of tags, including archived ones, which may still be removed."""
    return tuple(rules.require(call.connection, Tag, call.workspace, one).seq for one in ids)


def _apply(call: Call, entry: Entry, operations: Sequence[Operation]) -> None:
    plan = rules.as_plan(entry, entry.start, entry.end)
    for operation in operations:
        match operation.op:
            case "CHANGE-BILLABLE-STATUS":
                plan.billable = operation.flag
            case "CHANGE-PROJECT":
                project = operation.project.seq if operation.project else None
                if project != plan.project:  # the task stays behind with its own project
                    plan.project, plan.task = project, None
            case "CHANGE-TASK":
                if operation.task and operation.task.project != plan.project:
                    raise broken_rule(f"Task with id {operation.task.id} doesn't belong to Project")
                plan.task = operation.task.seq if operation.task else None
            case "ADD-TAGS":
                plan.tags = tuple(dict.fromkeys(plan.tags + operation.tags))
            case _:
                plan.tags = tuple(tag for tag in plan.tags if tag not in operation.tags)
    rules.check_required(call.connection, call.workspace, plan)
    store.replace(call.connection, entry.seq, plan)


def _updated(call: Call, rows: Sequence[Entry]) -> Answer:
    fresh = store.load(call.connection, [row.seq for row in rows])
    return Answer(200, replies.entries(fresh, call.workspace))
