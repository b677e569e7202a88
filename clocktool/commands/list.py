"""``list``: entries by day, with totals."""

from typing import Annotated

import typer

from clocktool.commands import options, results

command = options.new_command()


@command.command()
def list_(
    ctx: options.Context,
    period: options.PeriodWord = None,
    first: options.FirstDay = None,
    last: options.LastDay = None,
    project: options.Project = None,
    client: options.Client = None,
    task: options.Task = None,
    tag: options.Tags = None,
    not_tag: options.NotTags = None,
    description: options.Part = None,
    billable: options.OnlyBillable = None,
    no_project: options.NoProject = False,
    no_task: options.NoTask = False,
    user: options.User = None,
    running: options.OnlyRunning = False,
    total: Annotated[bool, typer.Option("--total", help="Print the sum only: 6:23:52.")] = False,
    total_decimal: Annotated[
        bool, typer.Option("--total-decimal", help="Print the sum only, in hours: 6.40.")
    ] = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
) -> None:
    """List entries by day, with day totals and the whole; default: today.

    PERIOD: today, yesterday, week, last-week, month, 7d, 2026-11-24, 2026-11, 2026-W48, 2026-Q4,
    A..B, mon..fri.

    Examples:
      clocktool list
      clocktool list week -p Site
      clocktool list month --total
    """
    from clocktool.domain.duration import format_clock, format_decimal
    from clocktool.domain.timeline import Cutter
    from clocktool.domain.timeline import total as total_of
    from clocktool.render.entries import entry_table
    from clocktool.tracking.select import Filters, period_of, select, selection_of

    app = options.app_of(ctx)
    filters = Filters(
        period=period,
        first=first,
        last=last,
        project=project,
        client=client,
        task=task,
        tags=tag or (),
        not_tags=not_tag or (),
        description=description,
        billable=billable,
        no_project=no_project,
        no_task=no_task,
        user=user,
        running=running,
    )
    days = period_of(filters, app.zone.day(app.now), app.week_start, "today")
    window = days.window(app.zone)
    selection = selection_of(filters, app.names_of_past, window)
    whose = None if user is None else app.names.user(user).id
    entries = select(app.api.entries, app.account, selection, app.now, user=whose)
    found = list(results.counted(app, entries))
    found.reverse()
    if total or total_decimal:
        seconds = total_of(Cutter(app.zone, app.now).cut_all(found, window))
        app.out.line((format_decimal if total_decimal else format_clock)(seconds))
    elif output is not options.Format.TABLE or template is not None:
        results.write_entries(app, found, output, template)
    elif not found:
        app.out.note(f"No entries: {results.period_name(days)}.")
    else:
        note = results.zone_note(app)
        view = results.view_of(app)
        for line in entry_table(found, view, app.out, window=window, zone_note=note):
            app.out.line(line)
