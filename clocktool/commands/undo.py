"""``undo``: undo changes that were made on this machine."""

from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results
from clocktool.cli.undo import take_back
from clocktool.completion import kinds
from clocktool.errors import UsageError

if TYPE_CHECKING:
    from clocktool.app.app import App
    from clocktool.outbox.change import Action

command = options.new_command()

LIST_COLUMNS = ("id", "at", "age", "command", "change", "undone")
"""The columns of ``--list``."""

LISTED = 20
"""How many commands are listed."""

CHANGE = 50
"""The width of what has changed, in columns, for which a narrow terminal leaves out others."""


@command.command()
def undo(
    ctx: options.Context,
    number: Annotated[
        int | None,
        typer.Argument(
            metavar=kinds.UNDO, help="Number of a change in --list.", show_default=False
        ),
    ] = None,
    show: Annotated[
        bool, typer.Option("--list", help="List the last changes, newest first.")
    ] = False,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Undo the last change made on this machine, or the one with an ID.

    Repeat it to undo the change before; 'clocktool redo' reverts it. No confirmation is needed.
    All changes of entries, projects, clients, tags and tasks can be undone, unless the entry has
    changed since or a later change depends on it. On a server a restored entry has a new id; names
    that an import created stay.

    Examples:
      clocktool undo
      clocktool undo --list
      clocktool undo 9 --dry-run
    """
    from clocktool.outbox.log import by_number, check_alone, to_undo

    app = options.app_of(ctx, quiet=quiet)
    del yes  # there is no question
    if show:
        if number is not None:
            raise UsageError("--list takes no ID", "use one of them")
        return _list(app, output)

    def choose(user: str) -> "Action":
        store = app.outbox.store
        if number is None:
            return to_undo(store, user)
        action = by_number(store, number, user)
        check_alone(app.outbox, action)
        return action

    return take_back(app, choose, "Undo", output, dry_run=dry_run)


def _list(app: "App", output: options.Format) -> None:
    from itertools import islice

    from msgspec.structs import replace

    from clocktool.domain.time.duration import format_duration
    from clocktool.outbox.log import commands, in_effect, summary
    from clocktool.render.fields import Value, keyed

    store = app.outbox.store
    records: list[dict[str, Value]] = []
    for action in islice(commands(store), LISTED) if store.exists else ():
        first, count = summary(store, action)
        more = f" and {count - 1} more" if count > 1 else ""
        age = max(0, app.now - action.at)
        words = f"{format_duration(age)} ago" if age else "just now"
        records.append(
            {
                "id": action.number,
                "at": results.format_moment(app, action.at, output),
                "age": words if output is options.Format.TABLE else age,
                "command": action.command,
                "change": f"{first.change.describe(app.format_time)}{more}" if first else "",
                "undone": in_effect(store, action) is None,
            }
        )
    nothing = "No changes to undo."
    ranks = {"command": 2, "at": 1}
    fields = [
        replace(field, fair=CHANGE) if field.name == "change" else field
        for field in keyed(LIST_COLUMNS, figures=("id", "at", "age"), ranks=ranks)
    ]
    results.write_records(app, records, fields, output, nothing=nothing)
