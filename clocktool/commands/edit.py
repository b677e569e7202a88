"""``edit``: change an entry."""

from typing import Annotated

import typer

from clocktool.cli import options, results
from clocktool.cli.invoiced import confirm_invoiced
from clocktool.cli.overlaps import note_overlaps
from clocktool.completion import kinds
from clocktool.errors import UsageError

command = options.new_command()


@command.command()
def edit(
    ctx: options.Context,
    ref: Annotated[
        str | None,
        typer.Argument(
            metavar=kinds.REF_OR_DAY,
            help="current, last (the newest finished entry), last~1, that, an id's end; a DAY.",
            show_default=False,
        ),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option("--day", metavar=kinds.DAY, help="Edit all of a day as text in $EDITOR."),
    ] = None,
    description: options.Description = None,
    start: options.From = None,
    end: options.To = None,
    length: options.For = None,
    shift: options.Shift = None,
    longer: Annotated[
        str | None,
        typer.Option("--longer", metavar=kinds.DURATION, help="Move the end later: 10m."),
    ] = None,
    shorter: Annotated[
        str | None,
        typer.Option("--shorter", metavar=kinds.DURATION, help="Move the end earlier: 10m."),
    ] = None,
    project: options.Project = None,
    no_project: Annotated[bool, typer.Option("--no-project", help="Remove the project.")] = False,
    task: options.Task = None,
    no_task: Annotated[bool, typer.Option("--no-task", help="Remove the task.")] = False,
    tag: options.Tags = None,
    clear_tags: Annotated[bool, typer.Option("--clear-tags", help="Remove all tags.")] = False,
    billable: Annotated[
        bool | None, typer.Option("--billable/--no-billable", help="Billable or not.")
    ] = None,
    field: options.Fields = None,
    is_break: Annotated[
        bool | None, typer.Option("--break/--no-break", help="Make it a break, or work.")
    ] = None,
    create: options.Create = False,
    future: Annotated[bool, typer.Option("--future", help="Allow times in the future.")] = False,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Change an entry; what no option names stays. A time without a day is on the entry's day.

    -T replaces the tags. Moving an entry to another project removes its task. A DAY, or --day DAY,
    opens the day as text, a line for each entry: what is changed, added or removed there is shown,
    asked, and done at once ('clocktool help day-text').

    REF: current, last, the end of an id ('clocktool help refs'). TIME: 9:30, -15m ('clocktool help
    times'). DURATION: 1h30m ('clocktool help durations'). NAME: a name, its beginning or a part
    ('clocktool help names').

    Examples:
      clocktool edit last -d "Fix login"
      clocktool edit 9a1e --to 12:15 -p ACME/Site
      clocktool edit last --shorter 10m
      clocktool edit yesterday
      clocktool edit last --clear-tags --no-billable
    """
    from clocktool.cli.day_text import Asked, edit_day
    from clocktool.domain.entry import Draft
    from clocktool.domain.time.period import parse_day
    from clocktool.outbox.edit import Edit
    from clocktool.tracking.assignment import Assignment
    from clocktool.tracking.edit import EntryChange
    from clocktool.tracking.timer import expect_entry

    app = options.app_of(ctx, quiet=quiet)
    for one, other, both in (
        (project, no_project, "-p and --no-project"),
        (task, no_task, "-t and --no-task"),
        (tag, clear_tags, "-T and --clear-tags"),
    ):
        if one and other:
            raise UsageError(f"{both} contradict each other", "use one of them")
    _refuse_two_times(shift, longer, shorter, (start, end, length))
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
        shift=shift,
        longer=longer,
        shorter=shorter,
        is_break=is_break,
    )
    if day is not None and (ref is not None or change != EntryChange()):
        raise UsageError("--day can't be used with an entry or other changes", "use one of them")
    if ref is not None and change == EntryChange() and _is_day(app, ref):
        day = ref
    if day is not None:
        asked = Asked(yes=yes, create=create, future=future, output=output, template=template)
        edit_day(app, parse_day(day, app.zone.day(app.now), app.week_start), asked)
        return
    if ref is None:
        raise UsageError("no entry is named", "like: clocktool edit last, or: edit today")
    if change == EntryChange():
        raise UsageError("nothing to change", "add -d, -p, -t, -T, --from, --to, --for …")
    before = options.references(app).one(ref)
    confirm_invoiced(app, [before], yes=yes)
    names = options.names_or_new(app, create=create, yes=yes)
    draft, assigned = change.applied(
        Draft.of(before), options.times_of(app, future=future), names, may_wait=True
    )
    with options.created(app, names) as fill:
        (entry,) = app.outbox.carry_out(Edit(before, fill(draft)))
    entry = expect_entry(entry)
    if before.task is not None and entry.task is None and task is None and not no_task:
        app.out.note(f"Removed its task, {before.task.label}: it belongs to the old project.")
    if assigned.project_billable is not None and billable is None and entry.project:
        is_so = "billable" if entry.billable else "not billable"
        if entry.billable != assigned.project_billable:
            flag = "--billable" if assigned.project_billable else "--no-billable"
            app.out.note(f"It stays {is_so}; its project differs: {flag} changes that.")
        elif entry.billable != before.billable:
            app.out.note(f"It is {is_so} now, as {entry.project.label} is.")
    results.write_entry(app, entry, "Changed", output, template)
    note_overlaps(app, [entry])


def _is_day(app: options.App, word: str) -> bool:
    """Return whether a word is a DAY and can't be an entry."""
    from clocktool.domain.time.day import read_day
    from clocktool.domain.time.duration import normalize
    from clocktool.tracking.reference import is_ref

    if is_ref(word):
        return False
    return read_day(normalize(word), app.zone.day(app.now), app.week_start) is not None


def _refuse_two_times(
    shift: str | None,
    longer: str | None,
    shorter: str | None,
    times: tuple[str | None, str | None, str | None],
) -> None:
    """Raise UsageError if the times are given in two ways."""
    given = [
        name
        for name, value in (("--shift", shift), ("--longer", longer), ("--shorter", shorter))
        if value is not None
    ]
    if given and times != (None, None, None):
        given.append("--from, --to or --for")
    if len(given) > 1:
        raise UsageError(f"{given[0]} can't be used with {given[1]}", "use one of them")
