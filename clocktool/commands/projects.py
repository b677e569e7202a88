"""``projects``: list them, and change them."""

from functools import partial
from typing import Annotated

import typer

from clocktool.api.directory import Search
from clocktool.cli import name_list, naming, options
from clocktool.cli.verbs import Verbs
from clocktool.completion import kinds
from clocktool.domain.directory import Client, Project
from clocktool.errors import UnknownNameError
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
        rank=4,
    ),
    Field("billable", lambda project: project.billable, rank=2),
    Field("archived", lambda project: project.archived),
    Field("id", lambda project: project.id, rank=3),
)


VERBS = Verbs(
    noun="project",
    find=lambda names, text: names.project(text),
    fields=FIELDS,
    one=kinds.PROJECT,
    several=kinds.PROJECTS,
    archived=kinds.ARCHIVED_PROJECTS,
    merged=kinds.MERGED_PROJECTS,
)

Name = Annotated[str, typer.Argument(metavar=kinds.PROJECT, help="A project.")]
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
    r"""Create a project: NAME, or CLIENT/NAME.

    A new client is created, too. Write \/ for a slash that belongs to the name; with --client every
    slash does. AMOUNT is per hour, in the workspace's currency; without it the workspace's own rate
    counts.

    Examples:
      clocktool projects add Intern --no-billable
      clocktool projects add ACME/Blog --rate 99.50 --color '#03A9F4'
    """
    from clocktool.domain.naming import escape_name, name_alone, unescape_name
    from clocktool.tracking.names import typed

    app = options.app_of(ctx, quiet=quiet)
    values = _values(app, rate, color, billable=billable, public=public, note=note)
    is_whole = client is not None
    naming.check_name(app, "project", unescape_name(name) if is_whole else name_alone(name))
    names = options.names_or_new(app, create=True)
    if client is None:
        of, name = names.client_and_name(name)
    else:
        of, name = app.names_to_change.client(client), unescape_name(name)
    project = Project("", name, client="" if of is None else of.name)
    twins = _of_name(app, name)
    naming.name_command(app, [project])
    with options.created(app, names):
        key = None if of is None else names.id_made(of.id)
        values |= {} if key is None else {"client_id": str(key)}
        made = naming.add(app, project, values, FIELDS, output, within=key)
    if names.has_new:
        app.out.note(f"The client {made.client} is new, too.")
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
    r"""Change a project; other values stay. A new rate applies to later entries.

    --name CLIENT/NAME also moves it to that client; write \/ for a plain slash.

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
    values = _values(app, rate, color, billable=billable, public=public, note=note)
    values |= _place(app, name, client, none=no_client)
    if no_rate:
        values |= {"hourly_rate": None}
    naming.edit(app, app.names_to_change.project(project), values, FIELDS, output)


VERBS.declare(
    command,
    archive="""Archive projects; lists hide them, new entries can't use them.

    Examples:
      clocktool projects archive Shop
      clocktool projects archive ACME/Site ACME/Shop
    """,
    restore="""Bring archived projects back into use.

    Examples:
      clocktool projects restore Shop
      clocktool projects restore ACME/Site ACME/Shop
    """,
    merge="""Merge projects into the last one, with their entries and tasks.

    Tasks of the same name become one, others move. Then the other projects are archived. Locked and
    approved entries stay, and their project is not archived.

    Examples:
      clocktool projects merge Old Shop
      clocktool projects merge ACME/Site Old ACME/Shop --dry-run
    """,
    delete="""Delete a project without entries; any project with --force.

    On a service undo can't restore all of it, so it asks first; without a terminal add -y.

    Examples:
      clocktool projects delete Shop
      clocktool projects delete ACME/Site --force -y
    """,
)


def _values(
    app: options.App, rate: str | None, color: str | None, **values: object
) -> dict[str, object]:
    """Return the given fields, with the rate as a number and the colour checked."""
    from clocktool.domain.color import parse_color
    from clocktool.domain.money import parse_rate

    fields = naming.given(**values)
    if rate is not None:
        fields["hourly_rate"] = parse_rate(rate, lambda: app.currency)
    if color is not None:
        fields["color"] = parse_color(color)
    return fields


def _place(
    app: options.App, name: str | None, client: str | None, *, none: bool
) -> dict[str, object]:
    """Return the new name and client of a project; ``--name CLIENT/NAME`` is both."""
    from clocktool.domain.naming import client_and_name, name_alone, unescape_name

    place: dict[str, object] = {}
    of: Client | None = None
    if name is not None:
        is_whole = none or client is not None
        place["name"] = whole = unescape_name(name)
        naming.check_name(app, "project", whole if is_whole else name_alone(name))
        halves = list(client_and_name(name))
        if not is_whole and halves != [("", whole.strip())]:
            of, place["name"] = _client_and_name(app, halves)
            none = of is None
    if client is not None:
        of = app.names_to_change.client(client)
    if of is not None or none:
        place |= {"client_id": of and of.id, "client": of.name if of else ""}
    return place


def _client_and_name(app: options.App, halves: list[tuple[str, str]]) -> tuple[Client | None, str]:
    """Return the client that is there, and the name. Raises UnknownNameError without one."""
    for client, name in halves:
        try:
            return (app.names_to_change.client(client) if client else None), name
        except UnknownNameError as error:
            unknown = error
    unknown.hint = f"{unknown.hint}; a plain slash is \\/"
    raise unknown


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
