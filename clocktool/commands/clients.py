"""``clients``: list them, and change them."""

from functools import partial
from typing import Annotated

import typer

from clocktool.cli import merging, name_list, naming, options
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

Name = Annotated[str, typer.Argument(metavar=kinds.CLIENT, help="A client.")]
Names = Annotated[list[str], typer.Argument(metavar=kinds.CLIENTS, help="Clients.")]
Closed = Annotated[list[str], typer.Argument(metavar=kinds.ARCHIVED_CLIENTS, help="Clients.")]


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
    naming.edit(app, app.names_to_change.client(client), values, FIELDS, output)


@command.command()
def archive(
    ctx: options.Context,
    clients: Names,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Archive clients; lists hide them, and their projects stay.

    Examples:
      clocktool clients archive Globex
      clocktool clients archive Globex Initech
    """
    app = options.app_of(ctx, quiet=quiet)
    found = [app.names_to_change.client(each) for each in clients]
    naming.close(app, found, "Archived", FIELDS, output, to=True)


@command.command()
def restore(
    ctx: options.Context,
    clients: Closed,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Bring archived clients back into use.

    Examples:
      clocktool clients restore Globex
      clocktool clients restore Globex Initech
    """
    app = options.app_of(ctx, quiet=quiet)
    found = [app.names_to_change.client(each) for each in clients]
    naming.close(app, found, "Restored", FIELDS, output, to=False)


@command.command()
def merge(
    ctx: options.Context,
    clients: Annotated[
        list[str],
        typer.Argument(
            metavar=kinds.MERGED_CLIENTS, help="The clients to merge, then the one that stays."
        ),
    ],
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Merge clients into the last one, with their projects.

    The other clients are then archived.

    Examples:
      clocktool clients merge Initech Globex
      clocktool clients merge Globex Initech ACME --dry-run
    """
    app = options.app_of(ctx, quiet=quiet)
    found = merging.named(clients, app.names_to_filter.client, app.names.client)
    merging.merge(app, found, FIELDS, output, dry_run=dry_run, yes=yes)


@command.command()
def delete(
    ctx: options.Context,
    client: Name,
    force: naming.Force = False,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Delete a client without entries; any client with --force.

    On a service undo can't restore all of it, so it asks first; without a terminal add -y.

    Examples:
      clocktool clients delete Globex
      clocktool clients delete Globex --force -y
    """
    app = options.app_of(ctx, quiet=quiet)
    found = app.names_to_change.client(client)
    naming.delete(app, found, FIELDS, output, force=force, yes=yes)
