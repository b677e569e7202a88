"""Requests about the tasks of a project."""

from typing import Any

from clocktool.backends.local import catalog, directory, people, rates, rules
from clocktool.backends.local.body import Body, given
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.directory_replies import tasks
from clocktool.backends.local.people import STATUSES
from clocktool.backends.local.refusal import broken_rule
from clocktool.backends.local.rows import Project, Task
from clocktool.domain.limits import MAX_TASK_NAME


def list_tasks(call: Call) -> Answer:
    """List the tasks of a project."""
    project = catalog.require(call, Project)
    active = call.query.flag("is-active")
    done = None if active is None else not active
    wanted = catalog.name_filter(call.query, Task, projects=(project.seq,), done=done)
    return catalog.find(call, Task, wanted, tasks)


def create_task(call: Call) -> Answer:
    """Create a task. By default it is billable if its project is."""
    row = add(call, catalog.require(call, Project), Body(call.body))
    return catalog.answer(call, row, tasks, 201)


def add(call: Call, project: Project, body: Body) -> Task:
    """Add a task to a project."""
    values = {"project": project.seq, "billable": project.billable} | _columns(body)
    row = catalog.create(call, Task, "tasks", values | {"name": body.required_name(MAX_TASK_NAME)})
    _set_rest(call, row, body)
    return row


def get_task(call: Call) -> Answer:
    """Return a task."""
    return Answer(200, tasks(call, [require(call)])[0])


def update_task(call: Call) -> Answer:
    """Replace a task.

    Fields left out are cleared, and the task is not billable unless given. Rates stay.
    """
    body, row = Body(call.body), require(call)
    if call.query.choice("membership-status", *STATUSES) not in {None, "ACTIVE", "ALL"}:
        call.query.refuse("membership-status")
    values = {"project": row.project, "billable": False} | _columns(body)
    catalog.update(call, "tasks", row, values | {"name": body.required_name(MAX_TASK_NAME)})
    _set_rest(call, row, body)
    return catalog.answer(call, row, tasks)


def set_hourly_rate(call: Call) -> Answer:
    """Set the hourly rate of a task."""
    return _set_rate(call, cost=False)


def set_cost_rate(call: Call) -> Answer:
    """Set the cost rate of a task."""
    return _set_rate(call, cost=True)


def require(call: Call) -> Task:
    """Return the task of the path; refuse one of another project."""
    project = catalog.require(call, Project)
    task = rules.require(call.connection, Task, call.workspace, call.ids[1])
    if task.project != project.seq:
        raise broken_rule(f"Task with id {task.id} doesn't belong to Project")
    return task


def _columns(body: Body) -> dict[str, Any]:
    """Return the columns of a task."""
    return given(
        name=body.name(MAX_TASK_NAME),
        billable=body.flag("billable"),
        done=body.choice("status", "ACTIVE", "DONE") == "DONE",
    )


def _set_rest(call: Call, row: Task, body: Body) -> None:
    """Set the given rates, and the assignees and estimates, which are cleared if not given."""
    body.refuse("userGroupIds")
    one = body.identity("assigneeId")  # the older name, for a single assignee
    ids = body.texts("assigneeIds")
    if ids is None:
        ids = () if one is None else (one,)
    if call.query.flag("contains-assignee") is False:
        ids = ()
    assignees = people.people(call, ids)
    directory.set_people(call.connection, "task_assignees", "task", row.seq, assignees)
    estimates = {
        "seconds": body.duration("estimate") or 0,
        "budget": body.integer("budgetEstimate") or 0,
    }
    directory.upsert(call.connection, "task_estimates", {"task": row.seq, **estimates})
    rates.replace(call.connection, rates.read_rates(body), row.id, call.now)


def _set_rate(call: Call, *, cost: bool) -> Answer:
    row = require(call)
    rates.set_rates(call.connection, {cost: rates.read_rate(call.body)}, row.id)
    return catalog.answer(call, row, tasks)
