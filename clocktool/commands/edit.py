"""``edit``: change what is said of an entry, keep the rest."""

from typing import Annotated

import typer

from clocktool.cli import options, results
from clocktool.cli.invoiced import confirm_invoiced
from clocktool.cli.overlaps import note_overlaps
from clocktool.errors import UsageError

command = options.new_command()


@command.command()
def edit(
    ctx: options.Context,
    ref: options.Ref,
    description: options.Description = None,
    start: options.From = None,
    end: options.To = None,
    length: options.For = None,
    project: options.Project = None,
    no_project: Annotated[
        bool, typer.Option("--no-project", help="Take it out of its project.")
    ] = False,
    task: options.Task = None,
    no_task: Annotated[bool, typer.Option("--no-task", help="Take it off its task.")] = False,
    tag: options.Tags = None,
    clear_tags: Annotated[bool, typer.Option("--clear-tags", help="Take all tags off.")] = False,
    billable: Annotated[
        bool | None, typer.Option("--billable/--no-billable", help="Billable or not.")
    ] = None,
    field: options.Fields = None,
    is_break: Annotated[
        bool | None, typer.Option("--break/--no-break", help="The time is a break, or work.")
    ] = None,
    future: Annotated[bool, typer.Option("--future", help="Allow times still to come.")] = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Change an entry: what is said changes, all else stays. Bare times are on its own day.

    -T replaces the tags. Moving it to another project takes it off a task of the old one.

    REF: current, last, the end of an id ('clocktool help refs'). TIME: 9:30, -15m ('clocktool help
    times'). DURATION: 1h30m ('clocktool help durations'). NAME: a name, its beginning or a part
    ('clocktool help names').

    Examples:
      clocktool edit last -d "Fix login"
      clocktool edit 9a1e --to 12:15 -p ACME/Site
      clocktool edit last --clear-tags --no-billable
    """
    from clocktool.domain.entry import Draft
    from clocktool.outbox.edit import Edit
    from clocktool.tracking.assignment import Assignment
    from clocktool.tracking.edit import EntryChange
    from clocktool.tracking.timer import expect_entry

    app = options.app_of(ctx, quiet=quiet)
    for one, other, names in (
        (project, no_project, "-p and --no-project"),
        (task, no_task, "-t and --no-task"),
        (tag, clear_tags, "-T and --clear-tags"),
    ):
        if one and other:
            raise UsageError(f"{names} contradict each other", "keep one of them")
    change = EntryChange(
        assignment=Assignment(
            project="" if no_project else project,
            task="" if no_task else task,
            tags=[] if clear_tags else tag,
            billable=billable,
            fields=field or (),
        ),
        description=None if description is None else options.text_of([description]) or "",
        start=start,
        end=end,
        length=length,
        is_break=is_break,
    )
    if change == EntryChange():
        raise UsageError("nothing to change", "say what: -d, -p, -t, -T, --from, --to, --for …")
    before = options.references(app).one(ref)
    confirm_invoiced(app, before)
    draft = change.apply(Draft.of(before), options.times_of(app, future=future), app.names)
    (entry,) = app.outbox.carry_out(Edit(before, draft))
    entry = expect_entry(entry)
    if before.task is not None and entry.task is None and task is None and not no_task:
        app.out.note(f"Its task, {before.task.label}, is of the old project: off.")
    results.write_entry(app, entry, results.mark(app, "Changed"), output, template)
    note_overlaps(app, [entry])
