"""``init``: print what a shell's start-up file evaluates."""

from typing import Annotated

import typer

from clocktool.cli import options
from clocktool.completion.scripts import Shell

command = options.new_command()


@command.command()
def init(
    ctx: options.Context,
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")],
    aliases: Annotated[
        bool,
        typer.Option("--aliases", help="Also define ct, in, out, again, fix and day."),
    ] = False,
) -> None:
    """Print a script for the start-up file of a SHELL: completion, clocktool_prompt, aliases.

    The function clocktool_prompt prints the timer in a line, or nothing, without starting a
    program. In bash and zsh, 'clocktool_prompt -v NAME' puts the line into a variable. ~ marks a
    timer that may be out of date. --aliases defines ct (clocktool), in (start), out (stop), again
    (resume), fix (edit last) and day (list).

    Examples:
      eval "$(clocktool init bash)"
      eval "$(clocktool init zsh --aliases)"
      clocktool init fish | source
      clocktool init powershell | Out-String | Invoke-Expression
    """
    from clocktool.completion.shells import script

    app = options.app_of(ctx)
    app.out.data(script(shell, str(app.data_folder), aliases=aliases))
