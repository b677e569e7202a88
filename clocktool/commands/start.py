"""``start``: end the running timer and start a new one."""

from clocktool.commands import options

command = options.new_command()


@command.command()
def start(
    ctx: options.Context,
    words: options.Words = None,
    project: options.Project = None,
    task: options.Task = None,
    tag: options.Tags = None,
    billable: options.Billable = None,
    at: options.At = None,
    field: options.Fields = None,
    is_break: options.Break = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Start a timer; a running one ends where this one starts.

    Examples:
      clocktool start fix login -p Site
      clocktool start -p ACME/Site -T dev --at -15m
    """
    from clocktool.domain.entry import Draft
    from clocktool.tracking.filing import Filing, file
    from clocktool.tracking.timer import Timer

    app = options.app_of(ctx, quiet=quiet)
    description = options.text_of(words)
    since = options.instant_of(app, at)
    said = Filing(project=project, task=task, tags=tag, billable=billable, fields=field or ())
    filed = file(options.with_configured(app, said), app.names)
    draft = Draft(
        start=since,
        description=description,
        project_id=filed.project_id or None,
        task_id=filed.task_id or None,
        tag_ids=filed.tag_ids or None,
        billable=filed.billable,
        fields=filed.fields or None,
        type="BREAK" if is_break else None,
    )
    started = Timer(app.api.entries, app.account).start(draft)
    if started.ended is not None:
        options.write_ended(app, started.ended, output, template)
    options.write_entry(app, started.entry, options.mark(app, "Started"), output, template)
