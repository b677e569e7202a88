"""``completions``: print the completion script of a shell."""

from typing import Annotated

import typer

from clocktool.cli import options
from clocktool.completion.scripts import Shell

command = options.new_command()


@command.command()
def completions(
    ctx: options.Context,
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")],
) -> None:
    """Print the script that lets TAB complete commands, options and names in a SHELL.

    The first lines of the script say where to save it. Names and descriptions come from the files
    on this machine, without a request.

    Examples:
      clocktool completions bash > clocktool.bash
      clocktool completions zsh > ~/.zfunc/_clocktool
      clocktool completions fish > ~/.config/fish/completions/clocktool.fish
    """
    from clocktool.completion.scripts import SCRIPTS

    _, script = SCRIPTS[shell]
    options.app_of(ctx).out.data(script)
