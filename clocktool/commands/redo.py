"""``redo``: do again what ``undo`` took back."""

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
    """Do again what the last undo took back; again, the one before. Nothing is asked.

    Once something new was changed from here, there is nothing to redo.

    Examples:
      clocktool redo
      clocktool redo --dry-run
    """
    from clocktool.outbox.log import to_redo

    app = options.app_of(ctx, quiet=quiet)
    del yes  # nothing is asked

    def choose(user: str) -> "Action":
        return to_redo(app.outbox.store, user)

    take_back(app, choose, "Redo", output, dry_run=dry_run)
