"""Operations on many entries at once, all or none of them: 9 and 11."""

from collections.abc import Sequence
from typing import Final

import msgspec

from clocktool.backends.local import replies, rules, store
from clocktool.backends.local.body import Body, checked_text, items, read_draft
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.entries import replace
from clocktool.backends.local.refusal import broken_rule, wrong_body
from clocktool.backends.local.rows import Entry, Project, Tag, Task, User

MAX_ENTRIES: Final = 1000
"""How many entries one bulk edit may name; the guide leaves the number to the workspace."""


class Step(msgspec.Struct):
    """One operation of a bulk edit with what its value stands for."""

    op: str
    flag: bool = False
    project: Project | None = None
    task: Task | None = None
    tags: tuple[int, ...] = ()


def edit(call: Call) -> Answer:
    """Apply operations, in the order given, to entries (operation 9)."""
    body = Body(call.body)
    ids = body.texts("timeEntryIds")
    if ids is None:
        raise wrong_body("timeEntryIds is required")
    if body.value("operations") is None:
        raise wrong_body("operations is required")
    _check_count(ids)
    steps = [_read_step(call, item) for item in items(body.value("operations"), "operations")]
    rows = rules.known_entries(call.connection, call.workspace, ids)
    for row in rows:
        rules.check_free(call.workspace, row)
    for row in rows:
        _apply(call, row, steps)
    return _updated(call, rows)


def replace_all(call: Call) -> Answer:
    """Write whole entries of a user, given as a bare array (operation 9 on the service)."""
    call.query.flag("hydrated")
    given = items(call.body, "body")
    _check_count(given)
    member = rules.known(call.connection, User, call.workspace, call.ids[0]).member
    drafts = []
    for item in given:
        identity = Body(item, "entry").identity("id")
        if identity is None:
            raise wrong_body("id is required")
        drafts.append((identity, read_draft(item, "entry")))
    ids = tuple(dict.fromkeys(identity for identity, _ in drafts))
    rows = {
        row.id: row for row in rules.known_entries(call.connection, call.workspace, ids, member)
    }
    for identity, draft in drafts:
        replace(call, rows[identity], draft)
    return _updated(call, list(rows.values()))


def invoice(call: Call) -> Answer:
    """Mark entries as invoiced, or as not (operation 11); locked and approved ones as well."""
    body = Body(call.body)
    ids, invoiced = body.texts("timeEntryIds"), body.flag("invoiced")
    if ids is None:
        raise wrong_body("timeEntryIds is required")
    if invoiced is None:
        raise wrong_body("invoiced is required")
    rows = rules.known_entries(call.connection, call.workspace, ids)
    store.set_invoiced(call.connection, [row.seq for row in rows], invoiced=invoiced)
    return _updated(call, rows)


def _check_count(given: Sequence[object]) -> None:
    if len(given) > MAX_ENTRIES:
        raise broken_rule(f"a bulk edit takes at most {MAX_ENTRIES} entries")


def _read_step(call: Call, item: object) -> Step:
    body = Body(item, "operations")
    op, connection, workspace = body.text("op"), call.connection, call.workspace
    if op is None:
        raise wrong_body("operations.op is required")
    match op:
        case "CHANGE-BILLABLE-STATUS":
            flag = body.flag("value")
            if flag is None:
                raise wrong_body("value must be true or false")
            return Step(op, flag=flag)
        case "CHANGE-PROJECT":
            identity = body.identity("value")
            project = rules.open_project(connection, workspace, identity) if identity else None
            return Step(op, project=project)
        case "CHANGE-TASK":
            identity = body.identity("value")
            return Step(
                op, task=rules.open_task(connection, workspace, identity) if identity else None
            )
        case "ADD-TAGS":
            return Step(op, tags=rules.open_tags(connection, workspace, _ids(body)))
        case "REMOVE-TAGS":
            return Step(op, tags=_known_tags(call, _ids(body)))
        case _:
            raise wrong_body("operations.op is no known operation")


def _ids(body: Body) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(checked_text(item, "value") for item in items(body.value("value"), "value"))
    )


def _known_tags(call: Call, ids: tuple[str, ...]) -> tuple[int, ...]:
    """Return the numbers of tags, archived ones too: those may still be taken off."""
    return tuple(rules.known(call.connection, Tag, call.workspace, one).seq for one in ids)


def _apply(call: Call, entry: Entry, steps: Sequence[Step]) -> None:
    plan = rules.as_plan(entry, entry.start, entry.end)
    for step in steps:
        match step.op:
            case "CHANGE-BILLABLE-STATUS":
                plan.billable = step.flag
            case "CHANGE-PROJECT":
                project = step.project.seq if step.project else None
                if project != plan.project:  # the task stays behind with its own project
                    plan.project, plan.task = project, None
            case "CHANGE-TASK":
                if step.task and step.task.project != plan.project:
                    raise broken_rule(f"Task with id {step.task.id} doesn't belong to Project")
                plan.task = step.task.seq if step.task else None
            case "ADD-TAGS":
                plan.tags = tuple(dict.fromkeys(plan.tags + step.tags))
            case _:
                plan.tags = tuple(tag for tag in plan.tags if tag not in step.tags)
    rules.check_required(call.connection, call.workspace, plan)
    store.replace(call.connection, entry.seq, plan)


def _updated(call: Call, rows: Sequence[Entry]) -> Answer:
    fresh = store.load(call.connection, [row.seq for row in rows])
    return Answer(200, replies.entries(fresh, call.workspace))
