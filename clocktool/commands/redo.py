"""``redo``: redo what ``undo`` took back."""

from typing import TYPE_CHECKING

from clocktool.cli import options
from clocktool.cli.undo import take_back

if TYPE_CHECKING:
    from clocktool.outbox.change import Action

command = options.new_command()


@command.command()
def redo(
    ctx: options.Context,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Redo what the last undo took back. Repeat it to redo the undo before.

    It asks for no confirmation. After a new change there is nothing to redo.

    Examples:
      clocktool redo
      clocktool redo --dry-run
    """
    from clocktool.outbox.log import to_redo

    app = options.app_of(ctx, quiet=quiet)
    del yes  # there is no question

    def choose(user: str) -> "Action":
        return to_redo(app.outbox.store, user)

    take_back(app, choose, "Redo", output, dry_run=dry_run)
