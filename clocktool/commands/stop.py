"""``stop``: end the timer."""

from typing import Annotated

import msgspec
import typer

from clocktool.commands import options
from clocktool.errors import NoError, RefusedError

command = typer.Typer()


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
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Stop the timer, now or at a time; -d, -p, -t and -T fill in what it lacks first.

    Examples: clocktool stop · clocktool stop --at 17:30 · clocktool stop --if-running --max 10h -q
    """
    from clocktool.domain.duration import parse_duration
    from clocktool.domain.entry import Draft
    from clocktool.domain.instant import shift
    from clocktool.tracking.filing import Filing, changed, file
    from clocktool.tracking.reference import References

    app = options.app_of(ctx, quiet=quiet)
    end = options.instant_of(app, at)
    seconds = None if longest is None else parse_duration(longest)
    said = Filing(project=project, task=task, tags=tag)
    fills = description is not None or said != Filing()
    entries, account = app.api.entries, app.account
    try:
        if not fills and seconds is None:
            entry = entries.stop(account.workspace, account.user.id, end)
        else:
            running = References(entries, account, app.now).current()
            if seconds is not None:
                end = min(end, shift(running.start, seconds))
            if end < running.start:
                began = app.zone.wall(running.start)
                raise RefusedError(
                    f"the timer started at {began:%a %H:%M}, after the end it was given",
                    "give a later --at",
                )
            if fills:
                inside = running.project.id if running.project else None
                draft = changed(Draft.of(running), file(said, app.names, inside))
                if description is not None:
                    draft = msgspec.structs.replace(
                        draft, description=options.text_of([description]) or ""
                    )
                entry = entries.update(
                    account.workspace, running.id, msgspec.structs.replace(draft, end=end)
                )
            else:
                entry = entries.stop(account.workspace, account.user.id, end)
    except NoError:
        if if_running:
            return
        raise
    options.write_entry(app, entry, options.mark(app, "Stopped"), output, template)
