"""``bulk``: change many entries at once."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results
from clocktool.cli.batch import Describe, change_each, change_together, described, end_many
from clocktool.cli.filters import chosen_or_named, filtered
from clocktool.cli.invoiced import note_invoiced
from clocktool.cli.overlaps import note_overlaps
from clocktool.errors import UsageError

if TYPE_CHECKING:
    from clocktool.api.routes import Operation
    from clocktool.app.app import App
    from clocktool.domain.entry import Entry
    from clocktool.domain.ids import EntryId
    from clocktool.outbox.change import Change
    from clocktool.render.changes import Names
    from clocktool.tracking.batch import Outcome
    from clocktool.tracking.bulk import Edit, Sorted
    from clocktool.tracking.select import Filters

command = options.new_command()


@command.command()
@filtered
def bulk(
    ctx: options.Context,
    filters: "Filters",
    words: options.Chosen = None,
    set_project: Annotated[
        str | None, typer.Option("--set-project", metavar="NAME", help="Move to; '' takes out.")
    ] = None,
    set_task: Annotated[
        str | None, typer.Option("--set-task", metavar="NAME", help="Task; '' takes off.")
    ] = None,
    set_description: Annotated[
        str | None, typer.Option("--set-description", metavar="TEXT", help="Another description.")
    ] = None,
    set_billable: Annotated[
        bool | None, typer.Option("--set-billable/--set-no-billable", help="Billable or not.")
    ] = None,
    add_tag: Annotated[
        list[str] | None,
        typer.Option("--add-tag", metavar="NAME", help="Tag to add.", show_default=False),
    ] = None,
    remove_tag: Annotated[
        list[str] | None,
        typer.Option("--remove-tag", metavar="NAME", help="Tag to remove.", show_default=False),
    ] = None,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Change many entries: shows what changes, asks, and says what became of each.

    Choose by a PERIOD and filters, by REFs, or by ids on standard input (-). Locked and approved
    entries are left out and named. Moving to another project takes entries off their tasks.

    PERIOD: today, last-week, 2026-11, A..B ('clocktool help periods'). REF: current, last, the end
    of an id ('clocktool help refs'). NAME: a name, its beginning or a part ('clocktool help
    names').

    Examples:
      clocktool bulk last-week -p Ops --set-project ACME/Site
      clocktool bulk week -d standup --add-tag meeting --set-no-billable --dry-run
      clocktool list today -o id | clocktool bulk - --add-tag dev -y
    """
    from clocktool.tracking.bulk import sort_out

    app = options.app_of(ctx, quiet=quiet)
    if (set_project, set_task, set_description, set_billable) == (None,) * 4 and not (
        add_tag or remove_tag
    ):
        raise UsageError("nothing to change", "say what: --set-project, --add-tag …")
    found = chosen_or_named(app, words or [], filters, None)
    operations, names = _operations(
        app, found, set_project, set_task, set_billable, add_tag or (), remove_tag or ()
    )
    plan = sort_out(found, operations, set_description)
    is_table = output is options.Format.TABLE and template is None
    _show(app, plan, names, app.out.line if is_table else app.out.note_line)
    if dry_run or not plan.edits:
        would = (
            f"Not done: {len(plan.edits)} would be changed" if plan.edits else "Nothing to change"
        )
        app.out.note(would + _rest(plan))
        if not is_table:
            results.write_entries(app, [], output, template)
        return
    note_invoiced(app, [edit.entry for edit in plan.edits])
    count = len(plan.edits)
    these = "this entry" if count == 1 else f"these {count} entries"
    if not options.wants_yes(app, f"Change {these}?", yes=yes):
        app.out.note("Nothing was changed.")
        raise typer.Exit(1)
    from clocktool.domain.entry import Entry

    outcomes = _write(app, plan.edits, operations, set_description)
    changed = [app.with_user(each.value) for each in outcomes if isinstance(each.value, Entry)]
    if is_table:
        app.out.line(_tally(plan, len(changed)))
    elif not quiet:
        results.write_entries(app, changed, output, template)
    note_overlaps(app, changed)
    end_many(app, outcomes, "entries", _described(app), in_json=results.is_json(output, template))


def _write(
    app: "App",
    edits: "Sequence[Edit]",
    operations: "Sequence[Operation]",
    description: str | None,
) -> "list[Outcome[Edit, Entry | bool]]":
    """Write edits and return what became of each, in their order (operation 9).

    The guide's bulk edit has no operation for the description: where that is all there is, an
    entry is written at a time (operation 4).
    """
    from clocktool.tracking.bulk import in_order

    entries, workspace = app.connect().entries, app.account.workspace
    if description is not None and not entries.replaces_many:
        return change_each(app, edits, _change, "entries")
    by_user: dict[str, list[Edit]] = {}
    for edit in edits:
        by_user.setdefault(edit.entry.user_id or app.account.user.id, []).append(edit)
    outcomes: dict[EntryId, Outcome[Edit, Entry | bool]] = {}
    for user, of_user in by_user.items():

        def request(chunk: "Sequence[Edit]", user: str = user) -> "list[Entry]":
            if description is not None:
                drafts = [(app.outbox.entry_known(each.entry.id), each.after) for each in chunk]
                return in_order(chunk, entries.replace_many(workspace, user, drafts))
            found = [each.entry for each in chunk]
            return in_order(chunk, entries.bulk_edit(workspace, user, found, operations))

        for outcome in change_together(app, of_user, _change, request, "entries"):
            outcomes[outcome.item.entry.id] = outcome
    return [outcomes[edit.entry.id] for edit in edits]


def _change(edit: "Edit") -> "Change":
    from clocktool.outbox import edit as outbox

    return outbox.Edit(edit.entry, edit.after)


def _operations(
    app: "App",
    entries: "Sequence[Entry]",
    project: str | None,
    task: str | None,
    billable: bool | None,
    add: Sequence[str],
    remove: Sequence[str],
) -> "tuple[list[Operation], Names]":
    """Return the operations that the words ask for, and the names of the ids in them."""
    from clocktool.api.routes import Operation
    from clocktool.tracking.names import full_name

    found: list[Operation] = []
    names: Names = {}
    inside = {str(entry.project.id) if entry.project else "" for entry in entries}
    if project is not None:
        moved = app.names.project(project) if project else None
        inside = {moved.id if moved else ""}
        if moved is not None:
            names[moved.id] = full_name(moved) or moved.id
        found.append(Operation.project(moved.id if moved else ""))
    if task:
        if len(inside) != 1 or inside == {""}:
            raise UsageError(
                "the entries are of several projects, or of none, and a task is of one",
                f"say which: --set-project PROJECT --set-task {task}",
            )
        of_project = app.names.task(inside.pop(), task, project)
        names[of_project.id] = of_project.name
        found.append(Operation.task(of_project.id))
    elif task == "":
        found.append(Operation.task(""))
    if billable is not None:
        found.append(Operation.billable(billable))
    for words, make in ((add, Operation.add_tags), (remove, Operation.remove_tags)):
        if words:
            # A tag that is archived cannot be given, but it can be taken away.
            known = app.names if make == Operation.add_tags else app.names_of_past
            tags = known.tags(words)
            names |= {str(tag.id): tag.name for tag in tags}
            found.append(make([str(tag.id) for tag in tags]))
    return found, names


def _show(app: "App", plan: "Sorted", names: "Names", say: "Callable[[str], None]") -> None:
    """Show what changes, before → after; beside the result where that is for a machine."""
    from clocktool.render.changes import change_lines

    for line in change_lines(plan.edits, results.view_of(app), app.out, names):
        say(line)
    describe = described(app)
    for entry in plan.kept:
        app.out.note_line(f"{entry.held}, left out: {describe(entry)}")


def _tally(plan: "Sorted", changed: int) -> str:
    return f"{changed} of {len(plan.edits)} changed{_rest(plan)}"


def _rest(plan: "Sorted") -> str:
    """Return how many were left alone, and why."""
    were = "was" if len(plan.same) == 1 else "were"
    same = f", {len(plan.same)} {were} so already" if plan.same else ""
    return same + (f", {len(plan.kept)} locked or approved" if plan.kept else "")


def _described(app: "App") -> "Describe[Edit]":
    describe = described(app)
    return lambda edit: describe(edit.entry)
