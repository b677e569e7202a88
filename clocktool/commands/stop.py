"""``stop``: stop the timer."""

from typing import Annotated

import typer

from clocktool.cli import options, results
from clocktool.cli.invoiced import confirm_invoiced
from clocktool.completion import kinds
from clocktool.errors import AnswerIsNoError, EndBeforeStartError, MissingFieldError, RefusedError

command = options.new_command()


@command.command()
def stop(
    ctx: options.Context,
    at: options.At = None,
    if_running: Annotated[
        bool, typer.Option("--if-running", help="Succeed if no timer is running.")
    ] = False,
    longest: Annotated[
        str | None,
        typer.Option(
            "--max",
            metavar=kinds.DURATION,
            help="End a forgotten timer this long after its start.",
        ),
    ] = None,
    description: options.Description = None,
    project: options.Project = None,
    task: options.Task = None,
    tag: options.Tags = None,
    field: options.Fields = None,
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Stop the timer, now or at a TIME; -d, -p, -t, -T and --field change the entry first.

    -T adds tags. An entry that gets its first project becomes billable if the project is.

    TIME: 17:30, -15m ('clocktool help times'). DURATION: 10h, 1h30m ('clocktool help durations').

    Examples:
      clocktool stop
      clocktool stop --at 17:30
      clocktool stop --if-running --at 18:00 --max 10h -q
    """
    from clocktool.domain.time.duration import parse_duration
    from clocktool.tracking.assignment import Assignment
    from clocktool.tracking.timer import NoLengthError, StartedLaterError, StopChange

    app = options.app_of(ctx, quiet=quiet)
    end = options.instant_of(app, at)
    change = StopChange(
        Assignment(project=project, task=task, tags=tag, fields=field or ()),
        None if description is None else options.text_of([description]) or "",
        None if longest is None else parse_duration(longest),
    )
    timer = app.timer
    try:
        end = timer.end_of(end, typed=at is not None)
        if change == StopChange():
            entry = timer.stop(end, silent=if_running)
        else:
            entry = timer.stop_with(
                end,
                change,
                app.names_to_write,
                lambda entry: confirm_invoiced(app, [entry], yes=yes),
            )
    except AnswerIsNoError as error:
        if if_running:
            return
        if at is not None:
            from shlex import quote

            error.hint = f"to move the last end: clocktool edit last --to {quote(at)}"
        raise
    except RefusedError as refusal:
        if if_running and isinstance(refusal, StartedLaterError | NoLengthError):
            return  # it started later, so nothing was running then
        if isinstance(refusal, MissingFieldError):
            refusal.hint = f"clocktool stop {refusal.option}"
        elif isinstance(refusal, EndBeforeStartError):
            refusal.hint = "see when it started: clocktool running"
        raise
    if entry is None or not entry.id:
        return
    results.write_entry(app, entry, "Stopped", output, template)
    last_timer = app.connection.last_timer
    is_noted = last_timer is not None and last_timer.is_noted(entry)
    if at is None and longest is None and not app.outbox.kept and not is_noted:
        results.note_forgotten(app, entry)
