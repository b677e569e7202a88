"""``clients``: list them, add one."""

from clocktool.commands import options
from clocktool.domain.directory import Client
from clocktool.render.records import Record

command = options.new_group()


@command.callback()
def clients(
    ctx: options.Context,
    archived: options.Archived = False,
    output: options.Output = options.Format.TABLE,
) -> None:
    """List the workspace's clients; 'clients add NAME' creates one."""
    if ctx.invoked_subcommand is not None:
        return
    app = options.app_of(ctx)
    found = app.api.directory.clients(app.account.workspace, archived=None if archived else False)
    records = [_record(each) for each in sorted(found, key=lambda it: it.name.casefold())]
    options.write_records(
        app, records, output, nothing="No clients yet: clocktool clients add NAME"
    )


@command.command()
def add(
    ctx: options.Context,
    name: options.NewName,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Create a client."""
    app = options.app_of(ctx, quiet=quiet)
    made = app.api.directory.create_client(app.account.workspace, name)
    options.write_added(app, _record(made), "client", output)


def _record(client: Client) -> Record:
    return Record({"name": client.name, "archived": client.archived, "id": client.id})
