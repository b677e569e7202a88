"""``tasks``: list a project's, add one."""

from typing import Annotated

import typer

from clocktool.cli import options, results
from clocktool.completion import kinds
from clocktool.domain.directory import Task
from clocktool.errors import UsageError
from clocktool.render.records import Field

command = options.new_group()

FIELDS: tuple[Field[Task], ...] = (
    Field("name", lambda task: task.name),
    Field("done", lambda task: task.done),
    Field("id", lambda task: task.id),
)

OfProject = Annotated[
    str | None, typer.Option("-p", "--project", metavar=kinds.PROJECT, help="The project.")
]


@command.callback()
def tasks(
    ctx: options.Context,
    project: OfProject = None,
    done: Annotated[bool, typer.Option("--done", help="Those that are done, too.")] = False,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List the tasks of a project; 'tasks add NAME -p PROJECT' creates one.

    Without -p they are those of the default project (defaults.project). NAME: a name, its beginning
    or a part ('clocktool help names').

    Examples:
      clocktool tasks -p Site
      clocktool tasks -p ACME/Site --done
      clocktool tasks add Review -p Site
    """
    if ctx.invoked_subcommand is not None:
        return
    app = options.app_of(ctx, quiet=quiet)
    found = app.connect().directory.tasks(app.account.workspace, _project(app, project))
    shown = (each for each in found if done or not each.done)
    results.write_named(app, shown, FIELDS, "task", output)


@command.command()
def add(
    ctx: options.Context,
    name: options.NewName,
    project: OfProject = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Create a task of a project; without -p, of the default project.

    Examples:
      clocktool tasks add Review -p Site
      clocktool tasks add 'Code review' -p ACME/Site -q
    """
    app = options.app_of(ctx, quiet=quiet)
    made = app.connect().directory.create_task(app.account.workspace, _project(app, project), name)
    results.write_added(app, made, FIELDS, "task", output)


def _project(app: options.App, said: str | None) -> str:
    name = said or app.config.text("defaults.project")
    if name is None:
        raise UsageError("a task belongs to a project", "say which: -p PROJECT")
    return app.names.project(name).id
