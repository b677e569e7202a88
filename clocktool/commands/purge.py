"""``purge``: delete many entries, after a backup and a word that nobody types by accident."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from clocktool.cli import options, results
from clocktool.cli.batch import change_each, change_together, described, end_many
from clocktool.cli.filters import chosen, days_if_said, filtered
from clocktool.cli.invoiced import note_invoiced
from clocktool.errors import ClocktoolError, ServerError, UsageError

if TYPE_CHECKING:
    from clocktool.app.app import App
    from clocktool.domain.entry import Entry
    from clocktool.outbox.desk import RowDesk
    from clocktool.tracking.batch import Outcome
    from clocktool.tracking.select import Filters

command = options.new_command()


@command.command()
@filtered
def purge(
    ctx: options.Context,
    filters: "Filters",
    period: options.PeriodWord = None,
    yes_delete: Annotated[
        int | None,
        typer.Option("--yes-delete", metavar="N", help="Delete so many; N must be the count."),
    ] = None,
    dry_run: options.DryRun = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Delete entries for good: of a period and filters, or without them all that you have.

    Shows count and hours, saves every entry to a file of JSON lines first, then wants the
    workspace's name typed, or --yes-delete with the exact count. Locked and approved entries are
    spared and named; a timer that runs is not, and only 'undo' brings it back: 'import' of the
    file leaves it out.

    PERIOD: 2019, 2026-11, A..B ('clocktool help periods'). NAME: a name, its beginning or a part
    ('clocktool help names').

    Examples:
      clocktool purge 2019 -p Old
      clocktool purge 2019 --user bob --yes-delete 231
    """
    from clocktool.domain.time.duration import format_duration
    from clocktool.tracking.select import Filters

    app = options.app_of(ctx, quiet=quiet)
    is_table = output is options.Format.TABLE and template is None
    say = app.out.line if is_table else app.out.note_line
    days = days_if_said(app, filters, period)
    found = chosen(app, filters, days)
    spared = [entry for entry in found if entry.held]
    kept = {entry.id for entry in spared}
    doomed = [entry for entry in found if entry.id not in kept]
    describe = described(app)
    for entry in spared:
        app.out.note_line(f"{entry.held}, spared: {describe(entry)}")
    seconds = sum(entry.seconds(app.now) for entry in doomed if not entry.is_break)
    of = f", of {results.period_name(days)}" if days is not None else ""
    what = f"{results.many_words(len(doomed), 'entry')}, {format_duration(seconds)}{of}"
    if dry_run or not doomed:
        say(f"{what}: {'not deleted' if doomed else 'nothing to delete'}.")
        if not is_table:
            results.write_entries(app, doomed, output, template)
        return
    note_invoiced(app, doomed)
    _confirm(app, what, len(doomed), yes_delete)
    say(f"Saved to {_save(app, doomed)}")
    every = days is None and len(filters.users) < 2 and replace(filters, users=()) == Filters()
    outcomes = _delete(app, filters, doomed, every=every)
    gone = [outcome.item for outcome in outcomes if outcome.value is not None]
    say(f"{len(gone)} of {len(doomed)} deleted.")
    if not is_table:
        results.write_entries(app, gone, output, template)
    end_many(app, outcomes, "entries", describe, in_json=results.is_json(output, template))


def _delete(
    app: "App", filters: "Filters", doomed: "Sequence[Entry]", *, every: bool
) -> "Sequence[Outcome[Entry, Entry | bool]]":
    """Delete entries with as few requests as the routes allow (operations 12 and 5)."""
    from clocktool.outbox.change import Arrived
    from clocktool.outbox.create import Delete
    from clocktool.tracking.batch import Outcome

    entries, workspace, me = app.connect().entries, app.account.workspace, app.account.user.id
    if every and not entries.deletes_many and _are_all(app, filters, doomed):
        owner = doomed[0].user_id or me
        doing = [Delete(entry, with_all=True) for entry in doomed]
        rows = app.outbox.keep(doing, sending=len(doing))

        def all_of_them(desks: "Sequence[RowDesk]") -> list[Arrived]:
            entries.delete_all(workspace, owner)
            return [Arrived()] * len(desks)

        try:
            app.outbox.send_together(rows, all_of_them)
        except (ClocktoolError, KeyboardInterrupt):
            app.outbox.drop(rows)
            raise
        return [Outcome(entry, value=True) for entry in doomed]
    if not entries.deletes_many:
        return change_each(app, doomed, Delete, "entries")
    by_user: dict[str, list[Entry]] = {}
    for entry in doomed:
        by_user.setdefault(entry.user_id or me, []).append(entry)
    outcomes: list[Outcome[Entry, Entry | bool]] = []
    for user, of_user in by_user.items():

        def some(chunk: "Sequence[Entry]", user: str = user) -> "list[None]":
            ids = [app.outbox.entry_known(entry.id) for entry in chunk]
            entries.delete_many(workspace, user, ids)
            return [None] * len(chunk)

        outcomes += change_together(app, of_user, Delete, some, "entries")
    return outcomes


def _are_all(app: "App", filters: "Filters", doomed: "Sequence[Entry]") -> bool:
    """Read once more whether these are all there are: one that came since must stay."""
    now = chosen(app, filters, None)
    free = {entry.id for entry in now if not entry.held}
    return free == {entry.id for entry in doomed}


def _confirm(app: "App", what: str, count: int, yes_delete: int | None) -> None:
    """Return when the word was given. Raises UsageError for a wrong count or nobody to ask."""
    if yes_delete is not None:
        if yes_delete != count:
            raise UsageError(
                f"--yes-delete {yes_delete}, but it is {what}", "look, and give the exact count"
            )
        return
    from clocktool.render.text import visible

    if not app.process.asks:
        raise UsageError(f"a yes is needed to delete {what}", f"--yes-delete {count}")
    word = visible(app.connect().directory.workspace(app.account.workspace).name).strip()
    called = f"the workspace's name, {word}"
    if not word:  # then Enter alone would be a yes
        word, called = str(count), f"how many they are, {count}"
    app.out.say(f"Delete {what}?")
    if options.ask(app, f"Type {called}, to delete them:") != word:
        app.out.note("Nothing was deleted.")
        raise typer.Exit(1)


def _save(app: "App", entries: "Sequence[Entry]") -> Path:
    """Save entries as JSON lines, readable by their owner alone, and return where.

    Raises ServerError when it cannot: then nothing is deleted.
    """
    from clocktool.render.json import json_line
    from clocktool.storage import files

    folder = app.data_folder / "purged"
    stamp = f"{app.zone.wall(app.now):%Y-%m-%d-%H%M%S}"
    path = folder / f"{stamp}-{app.process.new_id()[-6:]}.jsonl"
    try:
        with files.create(path) as file:  # half a backup is none
            for entry in entries:
                file.write(f"{json_line(entry, app.now)}\n".encode())
    except OSError as error:
        raise ServerError(
            f"the backup {path} cannot be written: {error.strerror}", "nothing was deleted"
        ) from error
    return path
