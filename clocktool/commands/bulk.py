"""``bulk``: change many entries at once."""

from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results
from clocktool.cli.batch import entry_describer, new_batch, report_failures
from clocktool.cli.filters import chosen_or_named, filtered
from clocktool.cli.invoiced import confirm_invoiced
from clocktool.cli.overlaps import note_overlaps
from clocktool.completion import kinds
from clocktool.errors import UsageError

if TYPE_CHECKING:
    from clocktool.app.app import App
    from clocktool.tracking.bulk import Plan
    from clocktool.tracking.select import Filters

command = options.new_command()


@command.command()
@filtered
def bulk(
    ctx: options.Context,
    filters: "Filters",
    words: options.PeriodOrRefs = None,
    set_project: Annotated[
        str | None,
        typer.Option("--set-project", metavar=kinds.PROJECT, help="New project; '' removes it."),
    ] = None,
    set_task: Annotated[
        str | None, typer.Option("--set-task", metavar=kinds.TASK, help="New task; '' removes it.")
    ] = None,
    set_description: Annotated[
        str | None,
        typer.Option("--set-description", metavar=kinds.DESCRIPTION, help="New description."),
    ] = None,
    set_billable: Annotated[
        bool | None, typer.Option("--set-billable/--set-no-billable", help="Billable or not.")
    ] = None,
    add_tag: Annotated[
        list[str] | None,
        typer.Option("--add-tag", metavar=kinds.TAG, help="Tag to add.", show_default=False),
    ] = None,
    remove_tag: Annotated[
        list[str] | None,
        typer.Option("--remove-tag", metavar=kinds.TAG, help="Tag to remove.", show_default=False),
    ] = None,
    shift: options.Shift = None,
    create: options.Create = False,
    future: Annotated[bool, typer.Option("--future", help="Allow times in the future.")] = False,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Change many entries: show the changes, ask for confirmation, make them.

    Choose entries by a PERIOD and filters, by REFs, or by ids on standard input (-). Locked and
    approved entries are skipped and listed. Moving entries to another project removes their tasks.

    PERIOD: today, last-week, 2026-11, A..B ('clocktool help periods'). REF: current, last, the end
    of an id ('clocktool help refs'). NAME: a name, its beginning or a part ('clocktool help
    names'). DURATION: 1h30m, 90m ('clocktool help durations').

    Examples:
      clocktool bulk last-week -p Ops --set-project ACME/Site
      clocktool bulk today --shift -15m
      clocktool bulk week -d standup --add-tag meeting --set-no-billable --dry-run
      clocktool list today -o id | clocktool bulk - --add-tag dev -y
    """
    from clocktool.domain.entry import Entry
    from clocktool.domain.time.duration import parse_signed_duration
    from clocktool.tracking import bulk as tracking

    app = options.app_of(ctx, quiet=quiet)
    change = tracking.BulkChange(
        project=set_project,
        task=set_task,
        description=set_description,
        shift=shift,
        billable=set_billable,
        add_tags=add_tag or (),
        remove_tags=remove_tag or (),
    )
    if change == tracking.BulkChange():
        raise UsageError("nothing to change", "add --set-project, --add-tag, --shift …")
    if shift is not None:
        parse_signed_duration(shift)
    found = chosen_or_named(app, words or [], filters, None)
    names = options.names_or_new(app, create=create, yes=yes, names=app.names)
    times = options.times_of(app, future=future)
    plan = tracking.plan(found, change, names, lambda: app.names_to_filter, times)
    is_table = output is options.Format.TABLE and template is None
    _show(app, plan, is_result=is_table)
    count = len(plan.edits)
    if dry_run or not count:
        would = (
            f"Dry run: {results.plural(count, 'entry')} would be changed"
            if count
            else "Nothing to change"
        )
        app.out.note(would + _not_changed(plan))
        if not is_table:
            results.write_entries(app, [], output, template)
        return
    confirm_invoiced(app, [edit.entry for edit in plan.edits], yes=yes, asks=False)
    these = "this entry" if count == 1 else f"these {count} entries"
    options.confirm(app, f"Change {these}?", "nothing was changed", yes=yes)
    batch = new_batch(app)
    with options.created(app, names):
        plan = plan.filled(names.new)
        outcomes = tracking.write(batch, app.connect().entries, app.account, plan)
    changed = [app.with_user(each.value) for each in outcomes if isinstance(each.value, Entry)]
    if is_table:
        app.out.line(f"{len(changed)} of {count} changed{_not_changed(plan)}")
    elif not quiet:
        results.write_entries(app, changed, output, template)
    note_overlaps(app, changed)
    describe, in_json = entry_describer(app), results.is_json(output, template)
    report_failures(app, batch, outcomes, "entries", lambda it: describe(it.entry), in_json=in_json)


def _show(app: "App", plan: "Plan", *, is_result: bool) -> None:
    """Show what changes, before → after. ``is_result``: on standard output."""
    from clocktool.render.changes import change_lines

    write = app.out.line if is_result else app.out.note_line
    for line in change_lines(plan.edits, results.view_of(app), app.out, plan.names):
        write(line)
    describe = entry_describer(app)
    for entry in plan.held:
        app.out.note_line(f"{entry.lock_reason}, skipped: {describe(entry)}")


def _not_changed(plan: "Plan") -> str:
    """Return how many entries are not changed, and why."""
    same = f", {len(plan.same)} unchanged" if plan.same else ""
    return same + (f", {len(plan.held)} locked or approved" if plan.held else "")
