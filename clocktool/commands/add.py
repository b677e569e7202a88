"""``add``: a finished entry."""

from typing import Annotated

import typer

from clocktool.commands import options

command = options.new_command()


@command.command()
def add(
    ctx: options.Context,
    words: options.Words = None,
    start: options.From = None,
    end: options.To = None,
    length: options.For = None,
    project: options.Project = None,
    task: options.Task = None,
    tag: options.Tags = None,
    billable: options.Billable = None,
    field: options.Fields = None,
    is_break: options.Break = False,
    user: options.User = None,
    future: Annotated[bool, typer.Option("--future", help="Allow times still to come.")] = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Add a finished entry: any two of --from, --to and --for; --for alone ends now.

    Examples:
      clocktool add review --from 9 --to 10:30
      clocktool add call --for 20m
    """
    from clocktool.domain.entry import Draft
    from clocktool.tracking.filing import Filing, file
    from clocktool.tracking.times import Times

    app = options.app_of(ctx, quiet=quiet)
    description = options.text_of(words)
    times = Times(app.now, app.zone, app.out.note, future=future)
    since, until = times.of_new(start, end, length)
    said = Filing(project=project, task=task, tags=tag, billable=billable, fields=field or ())
    filed = file(options.with_configured(app, said), app.names)
    draft = Draft(
        start=since,
        end=until,
        description=description,
        project_id=filed.project_id or None,
        task_id=filed.task_id or None,
        tag_ids=filed.tag_ids or None,
        billable=filed.billable,
        fields=filed.fields or None,
        type="BREAK" if is_break else None,
    )
    entries, workspace = app.api.entries, app.account.workspace
    if user is None:
        entry = entries.create(workspace, draft)
    else:
        entry = entries.create_for(workspace, app.names.user(user).id, draft)
    options.write_entry(app, entry, options.mark(app, "Added"), output, template)
