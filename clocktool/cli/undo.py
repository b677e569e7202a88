"""Undo and redo on the command line: show what changes, and do it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clocktool.cli import options, results
from clocktool.cli.follow import follower_of
from clocktool.cli.undo_invoices import (
    conclude_invoice_steps,
    invoice_steps,
    take_invoice_steps,
    update_marks,
)
from clocktool.errors import AnswerIsNoError

if TYPE_CHECKING:
    from clocktool.app.app import App
    from clocktool.domain.entry import Entry
    from clocktool.outbox.change import Action, Change
    from clocktool.outbox.undo import Plan

SIGNS = {"delete": ("✗", "x"), "change": ("~", "~"), "make": ("+", "+")}

MAX_SHOWN = 20
"""How many lines of a plan are shown at most."""


def take_back(
    app: "App",
    choose: "Callable[[str], Action]",
    verb: str,
    output: options.Format,
    *,
    dry_run: bool,
) -> None:
    """Undo the action that ``choose`` returns for a user id, and write what that changes."""
    from clocktool.outbox import undo
    from clocktool.outbox.log import command_of

    outbox = app.outbox
    if not outbox.store.exists:
        raise AnswerIsNoError("no change was made here")
    outbox.stop_sending()  # pending changes can be undone without sending them

    def choose_mine() -> "Action":
        return choose(app.account_to_write.user.id)

    in_json = results.is_json(output, None)
    with _both_versions(app, in_json=in_json), undo.chosen(outbox, choose_mine) as chosen:
        action = chosen
        plan = undo.plan(outbox, action)
        while plan.is_empty and outbox.store.action(action.number) is None:
            action = choose_mine()  # that action had changed nothing, and is deleted now
            plan = undo.plan(outbox, action)
        command = command_of(outbox.store, action)
        steps = invoice_steps(app, plan)
        if not app.out.quiet:
            app.out.say(f"{verb} of '{command}', {app.format_time(action.at)}:")
            _show(app, plan)
        if plan.is_empty:
            app.out.note(f"Nothing left to {verb.lower()}.")
        if dry_run:
            app.out.note("Dry run: nothing was changed.")
            return
        follower = follower_of(app, plan)
        take_invoice_steps(app, steps)
        undo.take_back(outbox, plan)
    conclude_invoice_steps(app, steps)
    follower.follow()
    update_marks(app, plan)
    if output is not options.Format.TABLE:
        entries = [outbox.fresh[key] for key in outbox.fresh if key in undo.left(outbox)]
        results.write_entries(app, entries, output)
    app.out.note("Taken back." if verb == "Undo" else "Done again.")


@contextmanager
def _both_versions(app: "App", *, in_json: bool) -> "Iterator[None]":
    """Show an entry that has changed since as it was left, and as it is now."""
    from clocktool.outbox.change import ChangedSinceError

    try:
        yield
    except ChangedSinceError as error:
        for mark, entry in (("  was", error.left), ("  now", error.now)):
            if entry is not None and not (app.out.quiet or in_json):
                app.out.say(_entry_line(app, mark, entry, error.now))
        raise


def _show(app: "App", plan: "Plan") -> None:
    lines = [f"  {row.change.describe(app.format_time)}: not sent" for row in plan.cancelled]
    lines += [f"  {row.change.describe(app.format_time)}: to be sent" for row in plan.restored]
    lines += [_line(app, change, _like(row.change)) for row, change in plan.changes]
    for line in lines[:MAX_SHOWN]:
        app.out.say(line)
    if len(lines) > MAX_SHOWN:
        app.out.say(f"  and {len(lines) - MAX_SHOWN} more")


def _line(app: "App", change: "Change", like: "Entry | None") -> str:
    """Return the line of a change; ``like`` is an entry that has the names for its ids."""
    entry = change.entry()
    if entry is None or change.effect not in SIGNS:
        return f"  {change.describe(app.format_time)}"
    mark = app.out.symbol(*SIGNS[change.effect])
    return _entry_line(app, f"  {mark}", entry, like)


def _entry_line(app: "App", mark: str, entry: "Entry", like: "Entry | None") -> str:
    """Return the line of an entry, with the names that ``like`` has for its ids."""
    from clocktool.domain.entry import Draft, preview_entry
    from clocktool.render.entries import entry_line

    if not entry.has_names:
        entry = preview_entry(entry.id, Draft.of(entry), like=like)
    return entry_line(mark, entry, results.view_of(app), app.out)


def _like(change: "Change") -> "Entry | None":
    """Return an entry that has the names needed after a change is undone."""
    from clocktool.outbox.edit import Edit

    return change.before if isinstance(change, Edit) else change.entry()
