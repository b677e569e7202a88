"""``users``: list the workspace's members, add one."""

from typing import Annotated

import typer

from clocktool.cli import options, results
from clocktool.domain.directory import User
from clocktool.render.fields import Field

command = options.new_group()

FIELDS: tuple[Field[User], ...] = (
    Field("name", lambda user: user.name),
    Field("email", lambda user: user.email),
    Field("id", lambda user: user.id, rank=2),
)


@command.callback()
def users(
    ctx: options.Context,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List the members of the workspace; 'users add EMAIL' invites one.

    Examples:
      clocktool users
      clocktool users -o csv
    """
    if ctx.invoked_subcommand is not None:
        return
    app = options.app_of(ctx, quiet=quiet)
    found = app.connect().directory.users(app.account.workspace)
    results.write_records(app, list(found), FIELDS, output, nothing="No members.")


@command.command()
def add(
    ctx: options.Context,
    name: Annotated[
        str, typer.Argument(metavar="EMAIL", help="E-mail address; a NAME in the local workspace.")
    ],
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Add a member to the workspace, by e-mail address.

    In the local workspace a name is enough.

    Examples:
      clocktool users add bob@example.com
      clocktool users add Bob
    """
    app = options.app_of(ctx, quiet=quiet)
    app.connect().directory.create_user(app.account.workspace, name)
    added = User("", name, name if "@" in name else "")
    if output is not options.Format.TABLE and not quiet:
        added = _found(app, added)
    results.write_added(app, added, FIELDS, "user", output)


def _found(app: options.App, added: User) -> User:
    """Return the new member from the list of members: replies to the request differ."""
    for each in app.connect().directory.users(app.account.workspace):
        mine = each.email if added.email else each.name
        if mine.casefold() == added.name.casefold():
            return each
    app.out.note("The new member is not listed yet, so the id is unknown.")
    return User("", "", added.email)
