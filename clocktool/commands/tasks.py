"""``tasks``: list a project's, and change them."""

from typing import Annotated

import typer

from clocktool.api.directory import Search
from clocktool.cli import merging, name_list, naming, options
from clocktool.completion import kinds
from clocktool.domain.directory import Project, Task
from clocktool.errors import UsageError
from clocktool.render.fields import Field

command = options.new_group()


def _estimate(task: Task) -> str:
    from clocktool.domain.time.duration import format_duration

    return format_duration(task.estimate) if task.estimate else ""


FIELDS: tuple[Field[Task], ...] = (
    Field("name", lambda task: task.name),
    Field(
        "estimate_seconds",
        lambda task: task.estimate,
        figures=True,
        heading="estimate",
        text=_estimate,
    ),
    Field(
        "rate", lambda task: "" if (rate := task.hourly_rate) is None else rate.text, figures=True
    ),
    Field("billable", lambda task: task.billable, rank=1),
    Field("done", lambda task: task.done),
    Field("id", lambda task: task.id, rank=2),
)

OfProject = Annotated[
    str | None, typer.Option("-p", "--project", metavar=kinds.PROJECT, help="The project.")
]

Name = Annotated[str, typer.Argument(metavar=kinds.TASK, help="A task.")]
Names = Annotated[list[str], typer.Argument(metavar=kinds.TASKS, help="Tasks.")]
Closed = Annotated[list[str], typer.Argument(metavar=kinds.DONE_TASKS, help="Tasks.")]
Estimate = Annotated[
    str | None, typer.Option("--estimate", metavar=kinds.DURATION, help="How long it takes: 20h.")
]
Assignees = Annotated[
    list[str] | None,
    typer.Option(
        "--assignee", metavar=kinds.USER, help="Who does it; may be repeated.", show_default=False
    ),
]


@command.callback()
def tasks(
    ctx: options.Context,
    project: OfProject = None,
    all_: Annotated[bool, typer.Option("--all", help="Include those that are done.")] = False,
    hours: name_list.Hours = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List the tasks of a project; 'tasks add NAME -p PROJECT' creates one.

    Without -p they are those of the default project (defaults.project). NAME: a name, its beginning
    or a part ('clocktool help names'). --hours PERIOD adds your time: week, last-month, 2026-11
    ('clocktool help periods').

    Examples:
      clocktool tasks -p Site
      clocktool tasks -p ACME/Site --all --hours month
      clocktool tasks add Search -p Site
    """
    if ctx.invoked_subcommand is not None:
        return
    app = options.app_of(ctx, quiet=quiet)
    of = _project(app, project)
    found = list(app.directory.tasks(app.account.workspace, of.id))

    def read(search: Search) -> list[Task]:
        return [each for each in found if search.archived is None or not each.done]

    name_list.write(app, read, FIELDS, "task", output, all_=all_, hours=hours, project=of)


@command.command()
def add(
    ctx: options.Context,
    name: options.NewName,
    project: OfProject = None,
    estimate: Estimate = None,
    assignee: Assignees = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Create a task of a project; without -p, of the default project.

    DURATION: 20h, 1h30m ('clocktool help durations').

    Examples:
      clocktool tasks add Search -p Site
      clocktool tasks add 'Code review' -p ACME/Site --estimate 20h
    """
    app = options.app_of(ctx, quiet=quiet)
    naming.check_name(app, "task", name)
    values = _values(app, estimate, None, assignee)
    task = Task("", name, _project(app, project).id)
    naming.add(app, task, values, FIELDS, output)


@command.command()
def edit(
    ctx: options.Context,
    task: Name,
    project: OfProject = None,
    name: naming.NewNameOf = None,
    rate: Annotated[
        str | None, typer.Option("--rate", metavar="AMOUNT", help="Hourly rate, like 105 or 99.50.")
    ] = None,
    billable: Annotated[
        bool | None,
        typer.Option("--billable/--no-billable", help="Its entries are billable, or not."),
    ] = None,
    estimate: Estimate = None,
    assignee: Assignees = None,
    no_assignee: Annotated[
        bool, typer.Option("--no-assignee", help="Remove all assignees.")
    ] = False,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Change a task; other values stay. --assignee replaces its assignees.

    DURATION: 20h, 1h30m ('clocktool help durations').

    Examples:
      clocktool tasks edit Review -p Site --name 'Code review'
      clocktool tasks edit Review -p Site --estimate 20h --assignee Bob
    """
    naming.check_one(assignee or None, "--assignee and --no-assignee", none=no_assignee)
    app = options.app_of(ctx, quiet=quiet)
    naming.check_name(app, "task", name)
    values = _values(app, estimate, rate, assignee, name=name, billable=billable)
    if no_assignee:
        values["assignee_ids"] = ()
    naming.check_given(values, "--name, --rate, --billable, --estimate, --assignee")
    naming.edit(app, _found(app, [task], project)[0], values, FIELDS, output)


@command.command()
def done(
    ctx: options.Context,
    tasks: Names,
    project: OfProject = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Mark tasks as done; lists hide them.

    Examples:
      clocktool tasks done Review -p Site
      clocktool tasks -p ACME/Site done Login Review
    """
    app = options.app_of(ctx, quiet=quiet)
    naming.close(app, _found(app, tasks, project), "Finished", FIELDS, output, to=True)


@command.command()
def reopen(
    ctx: options.Context,
    tasks: Closed,
    project: OfProject = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Make tasks active again that are done.

    Examples:
      clocktool tasks reopen Review -p Site
      clocktool tasks -p ACME/Site reopen Login Review
    """
    app = options.app_of(ctx, quiet=quiet)
    naming.close(app, _found(app, tasks, project), "Reopened", FIELDS, output, to=False)


@command.command()
def merge(
    ctx: options.Context,
    tasks: Annotated[
        list[str],
        typer.Argument(
            metavar=kinds.MERGED_TASKS, help="The tasks to merge, then the one that stays."
        ),
    ],
    project: OfProject = None,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Merge tasks of a project into the last one, with their entries.

    The other tasks are then marked as done. Locked and approved entries stay, and their task is not
    marked.

    Examples:
      clocktool tasks merge Login Review -p Site
      clocktool tasks -p ACME/Site merge Login Review --dry-run
    """
    app = options.app_of(ctx, quiet=quiet)
    key = _project(app, project).id

    def source(text: str) -> Task:
        return app.names_to_filter.task(key, text, project)

    def target(text: str) -> Task:
        return app.names.task(key, text, project)

    found = merging.named(tasks, source, target)
    merging.merge(app, found, FIELDS, output, dry_run=dry_run, yes=yes)


@command.command()
def delete(
    ctx: options.Context,
    task: Name,
    project: OfProject = None,
    force: naming.Force = False,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Delete a task without entries; any task with --force.

    On a service undo can't restore all of it, so it asks first; without a terminal add -y.

    Examples:
      clocktool tasks delete Review -p Site
      clocktool tasks delete Login -p ACME/Site --force -y
    """
    app = options.app_of(ctx, quiet=quiet)
    (found,) = _found(app, [task], project)
    naming.delete(app, found, FIELDS, output, force=force, yes=yes)


def _values(
    app: options.App,
    estimate: str | None,
    rate: str | None,
    assignees: list[str] | None,
    **values: object,
) -> dict[str, object]:
    """Return the given fields, with people by their ids."""
    from clocktool.domain.money import parse_rate
    from clocktool.domain.time.duration import parse_duration

    fields = naming.given(**values)
    if estimate is not None:
        fields["estimate"] = parse_duration(estimate)
    if rate is not None:
        fields["hourly_rate"] = parse_rate(rate, lambda: app.currency)
    if assignees:
        people = (app.names_to_change.user(each).id for each in assignees)
        fields["assignee_ids"] = tuple(dict.fromkeys(people))
    return fields


def _found(app: options.App, texts: list[str], project: str | None) -> list[Task]:
    key = _project(app, project).id
    return [app.names_to_change.task(key, each, project) for each in texts]


def _project(app: options.App, said: str | None) -> Project:
    name = said or app.config.project
    if name is None:
        raise UsageError("a task belongs to a project", "say which: -p PROJECT")
    return app.names_to_change.project(name)
