"""The requests about the tasks of a project."""

from typing import Any

from clocktool.backends.local import catalog, directory, people, rates, rules
from clocktool.backends.local.body import Body, given
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.directory_replies import tasks
from clocktool.backends.local.people import STATUSES
from clocktool.backends.local.refusal import broken_rule
from clocktool.backends.local.rows import Project, Task


def list_tasks(call: Call) -> Answer:
    """List the tasks of a project."""
    project = catalog.known(call, Project)
    active = call.query.flag("is-active")
    done = None if active is None else not active
    wanted = catalog.named(call.query, Task, projects=(project.seq,), done=done)
    return catalog.find(call, Task, wanted, tasks)


def create_task(call: Call) -> Answer:
    """Make a task; it is billable if its project is, unless said otherwise."""
    row = add(call, catalog.known(call, Project), Body(call.body))
    return catalog.answer(call, row, tasks, 201)


def add(call: Call, project: Project, body: Body) -> Task:
    """Add a task to a project."""
    values = {"project": project.seq, "billable": project.billable} | _columns(body)
    row = catalog.create(call, Task, "tasks", values | {"name": body.required_name()})
    _set_rest(call, row, body)
    return row


def get_task(call: Call) -> Answer:
    """Return a task."""
    return Answer(200, tasks(call, [known(call)])[0])


def update_task(call: Call) -> Answer:
    """Put a task in the place of one.

    What is left out is cleared and not billable, but the rates stay.
    """
    body, row = Body(call.body), known(call)
    if call.query.choice("membership-status", *STATUSES) not in {None, "ACTIVE", "ALL"}:
        call.query.refuse("membership-status")
    values = {"project": row.project, "billable": False} | _columns(body)
    catalog.update(call, "tasks", row, values | {"name": body.required_name()})
    _set_rest(call, row, body)
    return catalog.answer(call, row, tasks)


def set_hourly_rate(call: Call) -> Answer:
    """Set the hourly rate of a task."""
    return _set_rate(call, cost=False)


def set_cost_rate(call: Call) -> Answer:
    """Set the cost rate of a task."""
    return _set_rate(call, cost=True)


def known(call: Call) -> Task:
    """Return the task of a path, which must be of the path's project."""
    project = catalog.known(call, Project)
    task = rules.known(call.connection, Task, call.workspace, call.ids[1])
    if task.project != project.seq:
        raise broken_rule(f"Task with id {task.id} doesn't belong to Project")
    return task


def _columns(body: Body) -> dict[str, Any]:
    """Return the columns of a task."""
    return given(
        name=body.name(),
        billable=body.flag("billable"),
        done=body.choice("status", "ACTIVE", "DONE") == "DONE",
    )


def _set_rest(call: Call, row: Task, body: Body) -> None:
    """Set the assignees and the estimates, none unless given, and the rates that are given."""
    body.refuse("userGroupIds")
    one = body.identity("assigneeId")  # the older name, for one of them
    ids = body.texts("assigneeIds")
    if ids is None:
        ids = () if one is None else (one,)
    if call.query.flag("contains-assignee") is False:
        ids = ()
    assignees = people.people(call, ids)
    directory.set_people(call.connection, "task_assignees", "task", row.seq, assignees)
    estimates = {"seconds": body.span("estimate") or 0, "budget": body.whole("budgetEstimate") or 0}
    directory.put(call.connection, "task_estimates", {"task": row.seq, **estimates})
    rates.put_back(call.connection, rates.read(body), row.id, call.now)


def _set_rate(call: Call, *, cost: bool) -> Answer:
    row = known(call)
    rates.change(call.connection, {cost: rates.read_one(call.body)}, row.id)
    return catalog.answer(call, row, tasks)
