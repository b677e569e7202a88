"""``clients``: list them, and change them."""

from functools import partial
from typing import Annotated

import typer

from clocktool.cli import name_list, naming, options
from clocktool.cli.verbs import Verbs
from clocktool.completion import kinds
from clocktool.domain.directory import Client
from clocktool.render.fields import Field

command = options.new_group()

FIELDS: tuple[Field[Client], ...] = (
    Field("name", lambda client: client.name),
    Field("email", lambda client: client.email),
    Field("address", lambda client: client.address, data_only=True),
    Field("note", lambda client: client.note, data_only=True),
    Field("archived", lambda client: client.archived),
    Field("id", lambda client: client.id, rank=2),
)

VERBS = Verbs(
    noun="client",
    find=lambda names, text: names.client(text),
    fields=FIELDS,
    one=kinds.CLIENT,
    several=kinds.CLIENTS,
    archived=kinds.ARCHIVED_CLIENTS,
    merged=kinds.MERGED_CLIENTS,
)

Name = Annotated[str, typer.Argument(metavar=kinds.CLIENT, help="A client.")]


Email = Annotated[str | None, typer.Option("--email", metavar="TEXT", help="Its e-mail address.")]
Address = Annotated[
    str | None, typer.Option("--address", metavar="TEXT", help="Its postal address.")
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="A note.")]


@command.callback()
def clients(
    ctx: options.Context,
    all_: name_list.All = False,
    hours: name_list.Hours = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List the workspace's clients; 'clients add NAME' creates one.

    --hours PERIOD adds your time: week, last-month, 2026-11 ('clocktool help periods').

    Examples:
      clocktool clients
      clocktool clients --all -o csv
      clocktool clients --hours last-month
      clocktool clients edit Globex --name 'Globex Inc'
    """
    if ctx.invoked_subcommand is None:
        app = options.app_of(ctx, quiet=quiet)
        read = partial(app.directory.clients, app.account.workspace)
        name_list.write(app, read, FIELDS, "client", output, all_=all_, hours=hours)


@command.command()
def add(
    ctx: options.Context,
    name: options.NewName,
    email: Email = None,
    address: Address = None,
    note: Note = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Create a client.

    Examples:
      clocktool clients add Hooli
      clocktool clients add Umbrella --email pay@umbrella.example
    """
    app = options.app_of(ctx, quiet=quiet)
    naming.check_name(app, "client", name)
    values = naming.given(email=email, address=address, note=note)
    naming.add(app, Client("", name), values, FIELDS, output)


@command.command()
def edit(
    ctx: options.Context,
    client: Name,
    name: naming.NewNameOf = None,
    email: Email = None,
    address: Address = None,
    note: Note = None,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Change a client; other values stay. '' removes a value.

    Examples:
      clocktool clients edit Globex --name 'Globex Inc'
      clocktool clients edit Globex --email pay@globex.example --note ''
    """
    values = naming.given(name=name, email=email, address=address, note=note)
    naming.check_given(values, "--name, --email, --address, --note")
    app = options.app_of(ctx, quiet=quiet)
    naming.check_name(app, "client", name)
    naming.edit(app, app.names_to_change.client(client), values, FIELDS, output)


VERBS.declare(
    command,
    archive="""Archive clients; lists hide them, and their projects stay.

    Examples:
      clocktool clients archive Globex
      clocktool clients archive Globex Initech
    """,
    restore="""Bring archived clients back into use.

    Examples:
      clocktool clients restore Globex
      clocktool clients restore Globex Initech
    """,
    merge="""Merge clients into the last one, with their projects.

    The other clients are then archived.

    Examples:
      clocktool clients merge Initech Globex
      clocktool clients merge Globex Initech ACME --dry-run
    """,
    delete="""Delete a client without entries; any client with --force.

    On a service undo can't restore all of it, so it asks first; without a terminal add -y.

    Examples:
      clocktool clients delete Globex
      clocktool clients delete Globex --force -y
    """,
)
