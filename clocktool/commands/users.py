"""``users``: list the workspace's members, add one."""

from typing import Annotated

import typer

from clocktool.commands import options, results
from clocktool.render.records import Record

command = options.new_group()


@command.callback()
def users(ctx: options.Context, output: options.Output = options.Format.TABLE) -> None:
    """List the members of the workspace; 'users add EMAIL' invites one.

    Examples:
      clocktool users
      clocktool users -o csv
    """
    if ctx.invoked_subcommand is not None:
        return
    app = options.app_of(ctx)
    records = [
        Record({"name": each.name, "email": each.email, "id": each.id})
        for each in app.api.directory.users(app.account.workspace)
    ]
    results.write_records(app, records, output, nothing="No members.")


@command.command()
def add(
    ctx: options.Context,
    name: Annotated[str, typer.Argument(metavar="EMAIL", help="Whom to add; NAME if local.")],
    quiet: options.Quiet = False,
) -> None:
    """Add a member to the workspace by e-mail address; a bare name will do on the local one.

    Examples:
      clocktool users add bob@example.com
      clocktool users add Bob
    """
    app = options.app_of(ctx, quiet=quiet)
    app.api.directory.create_user(app.account.workspace, name)
    app.out.line(f"{results.mark(app, 'Added')} user {app.out.paint(name, 'bold')}")
