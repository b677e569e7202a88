"""``resume``: start a timer with the values of an earlier entry."""

from typing import Annotated

import msgspec
import typer

from clocktool.cli import options, timer
from clocktool.completion import kinds

command = options.new_command()


@command.command()
def resume(
    ctx: options.Context,
    ref: Annotated[
        str,
        typer.Argument(
            metavar=kinds.OPTIONAL_REF, help="last, last~1, that, an id or the end of one."
        ),
    ] = "last",
    at: options.At = None,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Start a new timer with the description, project, task and tags of an earlier entry.

    REF: last (the default), last~1, the end of an id ('clocktool help refs'). TIME: 9:30, -15m
    ('clocktool help times').

    Examples:
      clocktool resume
      clocktool resume last~1
      clocktool resume 9a1e --at -5m
    """
    from clocktool.domain.entry import Draft

    app = options.app_of(ctx, quiet=quiet)
    since = options.instant_of(app, at)
    draft = Draft.of(options.references(app).one(ref))
    draft = msgspec.structs.replace(draft, start=since, end=None)
    timer.start_timer(app, draft, output, template)
