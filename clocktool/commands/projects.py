"""``projects``: list them, add one."""

from typing import Annotated

import typer

from clocktool.api.directory import Search
from clocktool.cli import options, results
from clocktool.completion import kinds
from clocktool.domain.directory import Project
from clocktool.domain.money import Rate
from clocktool.render.records import Field

command = options.new_group()


def _rate(rate: Rate | None) -> str:
    return "" if rate is None else rate.text


FIELDS: tuple[Field[Project], ...] = (
    Field("name", lambda project: project.name, color=lambda project: project.color),
    Field("client", lambda project: project.client),
    Field("billable", lambda project: project.billable),
    Field("rate", lambda project: _rate(project.hourly_rate), figures=True),
    Field("archived", lambda project: project.archived),
    Field("id", lambda project: project.id),
)


@command.callback()
def projects(
    ctx: options.Context,
    archived: options.Archived = False,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List the workspace's projects with their clients; 'projects add NAME' creates one.

    Examples:
      clocktool projects
      clocktool projects --archived -o csv
      clocktool projects add Shop --client ACME --rate 105
    """
    if ctx.invoked_subcommand is not None:
        return
    app = options.app_of(ctx, quiet=quiet)
    found = app.connect().directory.projects(
        app.account.workspace, Search(archived=None if archived else False)
    )
    results.write_named(app, found, FIELDS, "project", output)


@command.command()
def add(
    ctx: options.Context,
    name: options.NewName,
    client: Annotated[
        str | None, typer.Option("--client", metavar=kinds.CLIENT, help="Its client.")
    ] = None,
    billable: Annotated[
        bool | None,
        typer.Option("--billable/--no-billable", help="Its entries are billable, or not."),
    ] = None,
    rate: Annotated[
        str | None, typer.Option("--rate", metavar="AMOUNT", help="Hourly rate, like 105 or 99.50.")
    ] = None,
    color: Annotated[
        str | None, typer.Option("--color", metavar="#RRGGBB", help="Its colour.")
    ] = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Create a project, in a client's name if one is given.

    AMOUNT is per hour, in the workspace's currency; without it the workspace's own rate counts.

    Examples:
      clocktool projects add Intern --no-billable
      clocktool projects add Shop --client ACME --rate 99.50 --color '#03A9F4'
    """
    from clocktool.domain.money import parse_rate
    from clocktool.domain.naming import escape_name
    from clocktool.tracking.names import typed

    app = options.app_of(ctx, quiet=quiet)
    twins = _of_name(app, name)
    made = app.connect().directory.create_project(
        app.account.workspace,
        name,
        client=None if client is None else app.names.client(client).id,
        billable=billable,
        color=color,
        rate=None if rate is None else parse_rate(rate),
    )
    results.write_added(app, made, FIELDS, "project", output)
    if twins:
        say = typed(escape_name(made.name, made.client, is_ambiguous=True))
        have = "has" if len(twins) == 1 else "have"
        app.out.note(f"{', '.join(twins)} {have} that name, too; this one is -p {say}")


def _of_name(app: options.App, name: str) -> list[str]:
    """Return the projects that are known to have a name already, without a request."""
    from clocktool.domain.naming import escape_name

    searches = (
        Search(cached_only=True),
        Search(archived=False, cached_only=True),
        Search(name=name.lower(), cached_only=True),
    )
    read, workspace = app.connect().directory.projects, app.account.workspace
    known = {each.id: each for search in searches for each in read(workspace, search)}
    twins = [each for each in known.values() if each.name.casefold() == name.casefold()]
    return [escape_name(each.name, each.client, is_ambiguous=True) for each in twins]
