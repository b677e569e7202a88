"""``status``: the timer, today and the week against the target, the balance, what waits."""

from clocktool.cli import options, results

command = options.new_command()


@command.command()
def status(
    ctx: options.Context,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    template: options.StatusTemplate = None,
    quiet: options.Quiet = False,
) -> None:
    """Show the timer, today and the week against the target, the balance, and what waits.

    'clocktool' alone does the same, with one request at most. Without a connection it shows what is
    stored on this machine. 'clocktool targets' sets the targets.

    TEXT has {timer}, {today}, {week}, {left}, {done_at}, {balance}, and the fields of the timer
    ('clocktool help formats'); unknown values are empty.

    Examples:
      clocktool status
      clocktool status -o json
      clocktool status --template '{today} done, {left} left'
    """
    from clocktool.cli.status import status_of
    from clocktool.render import status as render

    app = options.app_of(ctx, quiet=quiet)
    found = status_of(app)
    if app.out.quiet:
        return
    if template is not None:
        app.out.data(render.template(template)(found) + "\n")
    elif output is options.SummaryFormat.TABLE:
        for line in render.status_lines(found, app.out, app.format_time):
            app.out.line(line)
    elif output is options.SummaryFormat.JSON:
        from clocktool.render.json import dump

        app.out.data(app.out.json(dump(render.status_object(found))) + "\n")
    elif output is options.SummaryFormat.JSONL:
        from clocktool.render.json import dump_line

        app.out.data(app.out.json(dump_line(render.status_object(found))) + "\n")
    else:
        row = render.status_row(found, options.Format(output))
        results.write_summary(app, row, options.Format(output))
