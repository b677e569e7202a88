"""A command that lists things of one kind by name and adds to them."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import typer

from clocktool.app.app import App
from clocktool.cli import options, results
from clocktool.render.records import Fields

N = TypeVar("N", bound=results.Named)


def listing(
    noun: str,
    read: Callable[[App, bool | None], Iterable[N]],
    create: Callable[[App, str], N],
    fields: Fields[N],
) -> typer.Typer:
    """Return the command of a kind of thing that has a name and may be archived.

    ``read`` is given what to ask of ``archived``: False, or None for archived ones too.
    """
    command = options.new_group()

    def show(
        ctx: options.Context,
        archived: options.Archived = False,
        output: options.Output = options.Format.TABLE,
        quiet: options.Quiet = False,
    ) -> None:
        if ctx.invoked_subcommand is None:
            app = options.app_of(ctx, quiet=quiet)
            found = read(app, None if archived else False)
            results.write_named(app, found, fields, noun, output)

    def add(
        ctx: options.Context,
        name: options.NewName,
        output: options.Output = options.Format.TABLE,
        quiet: options.Quiet = False,
    ) -> None:
        app = options.app_of(ctx, quiet=quiet)
        results.write_added(app, create(app, name), fields, noun, output)

    new = "Globex" if noun == "client" else "travel"
    adds = f"Examples:\n  clocktool {noun}s add {new}"
    what = f"List the workspace's {noun}s; '{noun}s add NAME' creates one."
    more = f"{adds}\n  clocktool {noun}s add 'New {noun}' -q"
    command.callback(help=f"{what}\n\n{adds}\n  clocktool {noun}s --archived -o csv")(show)
    command.command(help=f"Create a {noun}.\n\n{more}")(add)
    return command
