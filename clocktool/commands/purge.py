"""``purge``: delete many entries, after a backup and a typed confirmation."""

from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from clocktool.cli import options, results
from clocktool.cli.batch import entry_describer, new_batch, report_failures
from clocktool.cli.filters import are_of_everyone, chosen, days_if_given, filtered
from clocktool.cli.invoiced import confirm_invoiced
from clocktool.errors import AnswerIsNoError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from clocktool.app.app import App
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
        typer.Option(
            "--yes-delete", metavar="N", help="Confirm; N must be the exact number of entries."
        ),
    ] = None,
    yes: options.Yes = False,
    dry_run: options.DryRun = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Delete the entries of a period and filters; without both, all of yours.

    Shows their number and hours, and asks for the workspace's name, or --yes-delete with the exact
    number. -y is the yes for invoiced ones, and asks nothing: the number must be given then. All
    entries are saved to a file of JSON lines before they are deleted. Locked and approved entries
    are skipped and listed. A running timer is deleted too; only 'undo' restores it, as 'import' of
    the file skips it.

    PERIOD: 2019, 2026-11, A..B ('clocktool help periods'). NAME: a name, its beginning or a part
    ('clocktool help names').

    Examples:
      clocktool purge 2019 -p Old
      clocktool purge 2019 --user bob --yes-delete 231
    """
    from clocktool.domain.time.duration import format_duration
    from clocktool.render.json import dump_line
    from clocktool.tracking.purge import Plan, delete, save
    from clocktool.tracking.select import Filters
    from clocktool.wire import entry_object

    app = options.app_of(ctx, quiet=quiet)
    is_table = output is options.Format.TABLE and template is None
    write = app.out.line if is_table else app.out.note_line
    days = days_if_given(app, filters, period)
    plan = Plan.of(chosen(app, filters, days, must_ask=True))
    count = len(plan.free)
    describe = entry_describer(app)
    for entry in plan.held:
        app.out.note_line(f"{entry.lock_reason}, skipped: {describe(entry)}")
    seconds = sum(entry.seconds(app.now) for entry in plan.free if not entry.is_break)
    of = f", of {results.period_name(days)}" if days is not None else ""
    what = f"{results.plural(count, 'entry')}, {format_duration(seconds)}{of}"
    if dry_run or not count:
        write(f"{what}: {'not deleted' if count else 'nothing to delete'}.")
        if not is_table:
            results.write_entries(app, plan.free, output, template)
        return
    confirm_invoiced(app, plan.free, yes=yes, asks=False)
    _confirm(app, what, count, yes_delete, yes=yes)
    backup = _backup_path(app)
    save(backup, (dump_line(entry_object(entry, app.now)) for entry in plan.free))
    write(f"Saved to {backup}")
    is_one = len(filters.users) < 2 and not are_of_everyone(filters)
    every = days is None and is_one and replace(filters, users=()) == Filters()
    batch = new_batch(app)
    read_all = (lambda: chosen(app, filters, None, must_ask=True)) if every else None
    outcomes = delete(batch, app.connect().entries, app.account, plan, read_all)
    gone = [outcome.item for outcome in outcomes if outcome.value is not None]
    write(f"{len(gone)} of {count} deleted.")
    if not is_table:
        results.write_entries(app, gone, output, template)
    in_json = results.is_json(output, template)
    report_failures(app, batch, outcomes, "entries", describe, in_json=in_json)


def _backup_path(app: "App") -> "Path":
    stamp = f"{app.zone.local_time(app.now):%Y-%m-%d-%H%M%S}"
    return app.data_folder / "purged" / f"{stamp}-{app.process.new_id()[-6:]}.jsonl"


def _confirm(app: "App", what: str, count: int, yes_delete: int | None, *, yes: bool) -> None:
    """Return after confirmation.

    Raises UsageError for a wrong number, and for none if nothing may be asked: off a terminal, or
    with ``yes``.
    """
    if yes_delete is not None:
        if yes_delete != count:
            raise UsageError(
                f"--yes-delete {yes_delete} does not match: {what}", "give the exact number"
            )
        return
    from clocktool.render.text import visible

    if yes or not app.process.is_interactive:
        raise UsageError(f"confirmation required to delete {what}", f"add --yes-delete {count}")
    word = visible(app.connect().directory.workspace(app.account.workspace).name).strip()
    called = f"the workspace's name, {word}"
    if not word:  # with an empty name, Enter would confirm
        word, called = str(count), f"their number, {count}"
    app.out.say(f"Delete {what}?")
    if options.ask(app, f"Type {called}, to delete them:") != word:
        raise AnswerIsNoError("nothing was deleted")
