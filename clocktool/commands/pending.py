"""``pending``: changes that wait to be sent, or for a decision."""

from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.commands import options, results
from clocktool.errors import NoError, NotFoundError, RefusedError, UsageError

if TYPE_CHECKING:
    from clocktool.app import App
    from clocktool.journal.change import Row

command = options.new_group()

COLUMNS = ("id", "state", "at", "change", "reason")

Name = Annotated[str, typer.Argument(metavar="ID", help="A change, as 'pending' lists it: p12.")]


@command.callback()
def pending(
    ctx: options.Context,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List the changes that were kept for later, and why; nothing is sent.

    'waiting' is sent with the next command that goes out, 'unsure' is looked for first, as its
    answer was lost. 'refused' and 'conflict' need a decision.

    Examples:
      clocktool pending
      clocktool pending drop p12
      clocktool pending keep theirs p12
    """
    from clocktool.render.records import Record

    if ctx.invoked_subcommand is not None:
        return
    app = options.app_of(ctx, quiet=quiet)
    rows = _rows(app)
    records = [Record(_values(app, row, output)) for row in rows]
    results.write_records(app, records, output, nothing="Nothing waits.", columns=COLUMNS)
    if output is options.Format.TABLE:
        for row in rows:
            _show_both(app, row)


@command.command()
def drop(
    ctx: options.Context,
    name: Name,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Give a change up: it is not sent. One that is unsure may have arrived all the same.

    Examples:
      clocktool pending drop p12
      clocktool pending drop p12 -q
    """
    from clocktool.journal.giving_up import give_up
    from clocktool.journal.words import said

    app = options.app_of(ctx, quiet=quiet)
    _take_turn(app)
    row = _row(app, name)
    give_up(app.connection.journal, app.connection.known, row)
    line = f"{results.mark(app, 'Deleted')} {app.out.paint(said(row, app.clock), 'bold')}"
    results.write_summary(app, _values(app, row, output), output, line)


@command.command()
def keep(
    ctx: options.Context,
    whose: Annotated[str, typer.Argument(metavar="mine|theirs", help="Which version stays.")],
    name: Name,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Decide a conflict.

    'mine' writes the change over what is there, 'theirs' gives it up.

    Examples:
      clocktool pending keep mine p12
      clocktool pending keep theirs p12
    """
    from clocktool.journal.change import State
    from clocktool.journal.words import retyped

    app = options.app_of(ctx, quiet=quiet)
    if whose not in ("mine", "theirs"):
        raise UsageError(f"{whose!r} is nobody", "say mine or theirs")
    _take_turn(app)
    row = _row(app, name)
    if row.state is not State.CONFLICT:
        again = retyped(row, lambda it: results.moment(app, it, options.Format.JSON))
        drop = f"clocktool pending drop {row.name}"
        hint = f"to type it again, mended: {again}; then {drop}" if again else drop
        raise UsageError(f"{name} is no conflict, it is {row.state}", hint)
    if whose == "theirs":
        app.connection.journal.file.drop([row.number])
        results.write_summary(app, _values(app, row, output), output, "Theirs stays.")
        return
    if not row.is_of(app.account.user.id, row.workspace):
        raise RefusedError(f"{row.name} is of another account", "decide it with its key")
    app.connection.sync.insist(row)
    results.write_summary(app, _values(app, row, output), output, "Mine is written.")


def _values(app: "App", row: "Row", output: options.Format) -> dict[str, str | bool | int | None]:
    from clocktool.journal.words import said

    return {
        "id": row.name,
        "state": "unsure" if row.state == "sending" else str(row.state),
        "at": results.moment(app, row.at, output),
        "change": said(row, app.clock),
        "reason": row.reason,
    }


def _rows(app: "App") -> "list[Row]":
    if not app.connection.journal.file.exists:
        return []
    app.connection.journal.rest()
    return app.connection.journal.waiting(stuck=True)


def _row(app: "App", name: str) -> "Row":
    for row in _rows(app):
        if row.name == name.strip().lower():
            return row
    raise NotFoundError(f"no change {name!r} waits", "clocktool pending lists them")


def _take_turn(app: "App") -> None:
    """Have the turn, so that nobody sends it meanwhile. Raises NoError where it is another's."""
    connection = app.connection
    if connection.journal.file.exists and not connection.journal.turn.take(5):
        raise NoError("another clocktool is sending just now", "try again in a moment")


def _show_both(app: "App", row: "Row") -> None:
    """Show the two versions of an entry between which a decision is wanted."""
    from clocktool.journal.change import Update, guess
    from clocktool.render.entries import entry_line

    if row.theirs is None:
        return
    view = results.view_of(app)
    if isinstance(row.change, Update):
        mine = guess(row.number, row.change.draft, id=row.change.before.id, like=row.change.before)
        app.out.line(entry_line(f"  {row.name} mine  ", mine, view, app.out))
    else:
        app.out.line(f"  {row.name} mine    deleted")
    app.out.line(entry_line(f"  {row.name} theirs", row.theirs, view, app.out))
