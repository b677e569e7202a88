"""``stop``: end the timer."""

from typing import Annotated

import typer

from clocktool.commands import options, results
from clocktool.errors import NoError, RefusedError

command = options.new_command()


@command.command()
def stop(
    ctx: options.Context,
    at: options.At = None,
    if_running: Annotated[
        bool, typer.Option("--if-running", help="Nothing running is no failure.")
    ] = False,
    longest: Annotated[
        str | None,
        typer.Option(
            "--max", metavar="DURATION", help="End a forgotten timer so long after its start."
        ),
    ] = None,
    description: options.Description = None,
    project: options.Project = None,
    task: options.Task = None,
    tag: options.Tags = None,
    field: options.Fields = None,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Stop the timer, now or at a time; -d, -p, -t, -T and --field fill in what it lacks first.

    Tags are added to those it has; a first project makes it billable, if that is.

    Examples:
      clocktool stop
      clocktool stop --at 17:30
      clocktool stop --if-running --at 18:00 --max 10h -q
    """
    from clocktool.domain.duration import parse_duration
    from clocktool.tracking.filing import Filing, file
    from clocktool.tracking.timer import Timer, latest_end

    app = options.app_of(ctx, quiet=quiet)
    end = options.instant_of(app, at)
    most = None if longest is None else parse_duration(longest)
    said = Filing(project=project, task=task, tags=tag, fields=field or ())
    words = None if description is None else options.text_of([description]) or ""
    timer = Timer(app.api.entries, app.account)
    try:
        if words is None and most is None and said == Filing():
            entry = timer.stop(end)
        else:
            running = options.references(app).current()
            inside = running.project.id if running.project else None
            filed = file(said, app.names, inside)
            entry = timer.stop_with(running, latest_end(running, end, most), filed, words)
    except NoError:
        if if_running:
            return
        raise
    except RefusedError as refusal:
        hint = (refusal.hint or "").replace("say it with", "clocktool stop")
        refusal.hint = "see when it started: clocktool running" if "--from, --to" in hint else hint
        raise
    results.write_entry(app, entry, results.mark(app, "Stopped"), output, template)
