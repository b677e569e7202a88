"""``projects``: list them, and change them."""

from functools import partial
from typing import Annotated

import typer

from clocktool.api.directory import Search
from clocktool.cli import merging, name_list, naming, options
from clocktool.completion import kinds
from clocktool.domain.directory import Project
from clocktool.render.fields import Field

command = options.new_group()


FIELDS: tuple[Field[Project], ...] = (
    Field("name", lambda project: project.name),
    Field("client", lambda project: project.client),
    Field(
        "rate",
        lambda project: "" if (rate := project.hourly_rate) is None else rate.text,
        figures=True,
    ),
    Field(
        "color",
        lambda project: project.color,
        color=lambda project: project.color,
        swatch=True,
        rank=3,
    ),
    Field("billable", lambda project: project.billable, rank=1),
    Field("archived", lambda project: project.archived),
    Field("id", lambda project: project.id, rank=2),
)


Name = Annotated[str, typer.Argument(metavar=kinds.PROJECT, help="A project.")]
Names = Annotated[list[str], typer.Argument(metavar=kinds.PROJECTS, help="Projects.")]
Closed = Annotated[list[str], typer.Argument(metavar=kinds.ARCHIVED_PROJECTS, help="Projects.")]
OfClient = Annotated[str | None, typer.Option("--client", metavar=kinds.CLIENT, help="Its client.")]
Billable = Annotated[
    bool | None,
    typer.Option("--billable/--no-billable", help="Its entries are billable, or not."),
]
HourlyRate = Annotated[
    str | None, typer.Option("--rate", metavar="AMOUNT", help="Hourly rate, like 105 or 99.50.")
]
Color = Annotated[str | None, typer.Option("--color", metavar="#RRGGBB", help="Its colour.")]
Public = Annotated[
    bool | None, typer.Option("--public/--private", help="For all members, or for some.")
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="A note.")]


@command.callback()
def projects(
    ctx: options.Context,
    all_: name_list.All = False,
    hours: name_list.Hours = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List the workspace's projects with their clients; 'projects add NAME' creates one.

    --hours PERIOD adds your time: week, last-month, 2026-11 ('clocktool help periods').

    Examples:
      clocktool projects
      clocktool projects --all -o csv
      clocktool projects --hours last-month
      clocktool projects edit Site --rate 110
    """
    if ctx.invoked_subcommand is not None:
        return
    app = options.app_of(ctx, quiet=quiet)
    read = partial(app.directory.projects, app.account.workspace)
    name_list.write(app, read, FIELDS, "project", output, all_=all_, hours=hours)


@command.command()
def add(
    ctx: options.Context,
    name: options.NewName,
    client: OfClient = None,
    billable: Billable = None,
    rate: HourlyRate = None,
    color: Color = None,
    public: Public = None,
    note: Note = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Create a project, in a client's name if one is given.

    AMOUNT is per hour, in the workspace's currency; without it the workspace's own rate counts.

    Examples:
      clocktool projects add Intern --no-billable
      clocktool projects add Blog --client ACME --rate 99.50 --color '#03A9F4'
    """
    from clocktool.domain.naming import escape_name
    from clocktool.tracking.names import typed

    app = options.app_of(ctx, quiet=quiet)
    twins = _of_name(app, name)
    values = _values(app, client, rate, billable=billable, color=color, public=public, note=note)
    label = values.pop("client", "")
    made = naming.add(app, Project("", name, client=str(label)), values, FIELDS, output)
    if twins:
        say = typed(escape_name(made.name, made.client, is_ambiguous=True))
        have = "has" if len(twins) == 1 else "have"
        app.out.note(f"{', '.join(twins)} {have} that name, too; this one is -p {say}")


@command.command()
def edit(
    ctx: options.Context,
    project: Name,
    name: naming.NewNameOf = None,
    client: OfClient = None,
    no_client: Annotated[bool, typer.Option("--no-client", help="It has no client.")] = False,
    rate: HourlyRate = None,
    no_rate: Annotated[
        bool, typer.Option("--no-rate", help="The workspace's own rate counts.")
    ] = False,
    color: Color = None,
    billable: Billable = None,
    public: Public = None,
    note: Note = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Change a project; other values stay. A new rate applies to later entries.

    Examples:
      clocktool projects edit Shop --name Store
      clocktool projects edit ACME/Site --no-client --rate 110 --color '#0088ff'
    """
    naming.check_one(client, "--client and --no-client", none=no_client)
    naming.check_one(rate, "--rate and --no-rate", none=no_rate)
    app = options.app_of(ctx, quiet=quiet)
    flags = (no_client, no_rate)
    named = naming.given(name=name, client=client, rate=rate, color=color, note=note)
    if not (any(flags) or named or billable is not None or public is not None):
        naming.check_given({}, "--name, --client, --rate, --color, --billable, --public, --note")
    values = _values(
        app, client, rate, name=name, color=color, billable=billable, public=public, note=note
    )
    if no_client:
        values |= {"client_id": None, "client": ""}
    if no_rate:
        values |= {"hourly_rate": None}
    naming.edit(app, app.names_to_change.project(project), values, FIELDS, output)


@command.command()
def archive(
    ctx: options.Context,
    projects: Names,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Archive projects; lists hide them, new entries can't use them.

    Examples:
      clocktool projects archive Shop
      clocktool projects archive ACME/Site ACME/Shop
    """
    app = options.app_of(ctx, quiet=quiet)
    found = [app.names_to_change.project(each) for each in projects]
    naming.close(app, found, "Archived", FIELDS, output, to=True)


@command.command()
def restore(
    ctx: options.Context,
    projects: Closed,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Bring archived projects back into use.

    Examples:
      clocktool projects restore Shop
      clocktool projects restore ACME/Site ACME/Shop
    """
    app = options.app_of(ctx, quiet=quiet)
    found = [app.names_to_change.project(each) for each in projects]
    naming.close(app, found, "Restored", FIELDS, output, to=False)


@command.command()
def merge(
    ctx: options.Context,
    projects: Annotated[
        list[str],
        typer.Argument(
            metavar=kinds.MERGED_PROJECTS, help="The projects to merge, then the one that stays."
        ),
    ],
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Merge projects into the last one, with their entries and tasks.

    Tasks of the same name become one, others move. Then the other projects are archived. Locked and
    approved entries stay, and their project is not archived.

    Examples:
      clocktool projects merge Old Shop
      clocktool projects merge ACME/Site Old ACME/Shop --dry-run
    """
    app = options.app_of(ctx, quiet=quiet)
    found = merging.named(projects, app.names_to_filter.project, app.names.project)
    merging.merge(app, found, FIELDS, output, dry_run=dry_run, yes=yes)


@command.command()
def delete(
    ctx: options.Context,
    project: Name,
    force: naming.Force = False,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Delete a project without entries; any project with --force.

    On a service undo can't restore all of it, so it asks first; without a terminal add -y.

    Examples:
      clocktool projects delete Shop
      clocktool projects delete ACME/Site --force -y
    """
    app = options.app_of(ctx, quiet=quiet)
    found = app.names_to_change.project(project)
    naming.delete(app, found, FIELDS, output, force=force, yes=yes)


def _values(
    app: options.App, client: str | None, rate: str | None, **values: object
) -> dict[str, object]:
    """Return the given fields, with the client by its id and the rate as a number."""
    from clocktool.domain.money import parse_rate

    fields = naming.given(**values)
    if client is not None:
        found = app.names_to_change.client(client)
        fields |= {"client_id": found.id, "client": found.name}
    if rate is not None:
        fields["hourly_rate"] = parse_rate(rate)
    return fields


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
