"""``undo``: take back the last change made from here."""

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.commands import options, results
from clocktool.errors import NoError, NotFoundError, ServerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from clocktool.app import App
    from clocktool.tracking.undo import Step, Undo

command = options.new_command()

VERBS = {
    "delete": ("✗", "x"),
    "put": ("~", "~"),
    "make": ("+", "+"),
}

CHANGES = ("at", "command", "change", "undone")
"""The columns of ``--list``."""

_WAYS = {"forget": "not sent", "reopen": "without its end"}


@command.command()
def undo(
    ctx: options.Context,
    show: Annotated[
        bool, typer.Option("--list", help="List the last changes, the newest first.")
    ] = False,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Take back the last change made from here; again, the one before.

    start, stop, resume, add, edit, delete, dup, bulk, split, invoice, purge and import can be taken
    back. Shows what it will do, and asks on a terminal; off one -y is needed. Refused when an entry
    has changed since. What was deleted is made again, under a new id; names that an import has
    created stay.

    Examples:
      clocktool undo --dry-run
      clocktool undo -y
      clocktool undo --list
    """
    from clocktool.journal.change import STUCK, State
    from clocktool.storage.failure import StorageError
    from clocktool.tracking.undo import Undo, last_action

    app = options.app_of(ctx, quiet=quiet)
    if not app.connection.journal.file.exists:
        raise NoError("nothing was changed from here")
    file = app.connection.journal.file
    if show:
        return _list(app, output)
    user = app.account_to_write.user.id
    action, rows = last_action(file, user)
    journal, unsent = app.connection.journal, (State.WAITING, *STUCK)
    never_sent = all(row.state in unsent or row.merged for row in rows)
    if never_sent:
        journal.rest()  # then it need not be
    else:
        _ = app.api  # sends what waits, of which nothing may be left then
        action, rows = last_action(file, user)
    work = Undo(app.api.entries, app.changes, journal)
    steps = work.plan(rows)
    app.out.say(f"Undo of '{action.command}', {app.clock(rows[0].at)}:") if not quiet else None
    for step in steps:
        if not quiet:
            app.out.say(_line(app, step))
    if not steps:
        app.out.note("Nothing is left of it.")
    if dry_run:
        app.out.note("Not done.")
        return None
    if steps and not options.wants_yes(app, "Take it back?", yes=yes):
        app.out.note("Nothing was taken back.")
        raise typer.Exit(1)
    if last_action(file, user)[0].number != action.number:
        raise NoError("something else was changed from here meanwhile", "look again, then undo it")
    if never_sent:
        held = journal.turn.take(5)  # not before: a question holds up nobody
        if not held or work.plan(file.of_action(action.number)) != steps:
            raise NoError("another clocktool is sending just now", "try again in a moment")
    work.begin(action.number, steps)  # what cannot be noted is not begun
    try:
        _carry_out(app, work, steps, output)
    except BaseException:
        with suppress(StorageError):
            work.broke_off(action.number)
        raise
    if action.command == "split":
        try:
            _forget_parts(app, steps)
        except ServerError as error:  # it is taken back all the same
            app.out.note(error.message)
    app.out.note("Taken back.")
    return None


def _carry_out(app: "App", work: "Undo", steps: "list[Step]", output: options.Format) -> None:
    given_back = []
    for step in steps:
        follow = _following(app, step) if step.verb == "mark" else None
        left = work.carry_out(step)
        if follow is not None:
            follow()
        if left is not None and left.id:
            given_back.append(left)
    if output is not options.Format.TABLE:
        results.write_entries(app, [app.completed(each) for each in given_back], output)


def _forget_parts(app: "App", steps: "list[Step]") -> None:
    """Forget of the parts of an invoiced entry, which is whole again, that they were invoiced."""
    from clocktool.billed import Billed

    for workspace in {step.row.workspace for step in steps}:
        billed = Billed(app.billed_path, workspace)
        marks = billed.marks()
        batches = {
            marks[step.entry.id].batch
            for step in steps
            if step.verb == "put" and step.entry and step.entry.id in marks
        }
        parts = [step.entry.id for step in steps if step.verb == "delete" and step.entry]
        gone = [each for each in parts if each in marks and marks[each].batch in batches]
        if gone:
            billed.remove(gone)


def _line(app: "App", step: "Step") -> str:
    import msgspec

    from clocktool.journal.words import said
    from clocktool.render.entries import entry_line

    if step.entry is None or step.verb not in VERBS:
        return f"  {said(step.row, app.clock)}: {_WAYS.get(step.verb, 'back')}"
    shown = step.entry if step.verb != "make" else msgspec.structs.replace(step.entry, id="")
    if step.verb == "put" and step.draft is not None:
        from clocktool.journal.change import guess

        shown = guess(0, step.draft, id=shown.id, like=shown)
    mark = app.out.symbol(*VERBS[step.verb])
    return entry_line(f"  {mark}", shown, results.view_of(app), app.out)


def _following(app: "App", step: "Step") -> "Callable[[], None]":
    """Return what lets that which is remembered as invoiced follow the marks."""
    from clocktool.billed import Billed
    from clocktool.journal.change import Mark

    change = step.row.change
    assert isinstance(change, Mark)  # noqa: S101  # as it was planned
    billed = Billed(app.billed_path, step.row.workspace)
    if change.invoiced:
        return lambda: billed.remove(list(change.entries))
    entries = []
    for each in change.entries:
        with suppress(NotFoundError):  # it was deleted since
            entries.append(app.api.entries.get(step.row.workspace, each))
    return lambda: billed.add(entries, app.now, billed.next_batch())


def _list(app: "App", output: options.Format) -> None:
    from clocktool.journal.words import said
    from clocktool.render.records import Record

    file = app.connection.journal.file
    records = []
    for action in file.actions():
        first, count = file.first_of(action.number)
        more = f" and {count - 1} more" if count > 1 else ""
        records.append(
            Record(
                {
                    "at": results.moment(app, action.at, output),
                    "command": action.command,
                    "change": f"{said(first, app.clock)}{more}" if first else "",
                    "undone": action.undone,
                }
            )
        )
    results.write_records(
        app, records, output, nothing="Nothing was changed from here.", columns=CHANGES
    )
