"""``stop``: end the timer."""

from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results, starting
from clocktool.domain.ids import Unresolved
from clocktool.errors import NoError, NotDoneError, RefusedError

if TYPE_CHECKING:
    from clocktool.app.app import App
    from clocktool.domain.entry import Entry
    from clocktool.domain.time.instant import Instant
    from clocktool.tracking.assignment import Filing
    from clocktool.tracking.timer import Timer

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

    TIME: 17:30, -15m ('clocktool help times'). DURATION: 10h, 1h30m ('clocktool help durations').

    Examples:
      clocktool stop
      clocktool stop --at 17:30
      clocktool stop --if-running --at 18:00 --max 10h -q
    """
    from clocktool.domain.time.duration import parse_duration
    from clocktool.tracking.assignment import Filing
    from clocktool.tracking.timer import BeganLaterError, BeganThenError

    app = options.app_of(ctx, quiet=quiet)
    end = options.instant_of(app, at)
    most = None if longest is None else parse_duration(longest)
    said = Filing(project=project, task=task, tags=tag, fields=field or ())
    words = None if description is None else options.text_of([description]) or ""
    timer = starting.timer_of(app)
    plain = words is None and most is None and said == Filing()
    try:
        end = timer.end_of(end, said=at is not None)
        if plain:
            entry = timer.stop(end, silent=if_running)
        else:
            entry = _stop_with(app, timer, (end, most), said, words)
    except NoError:
        if if_running:
            return
        raise
    except RefusedError as refusal:
        if if_running and isinstance(refusal, BeganLaterError | BeganThenError):
            return  # it was not started before that: then nothing was running
        hint = (refusal.hint or "").replace("say it with", "clocktool stop")
        refusal.hint = "see when it started: clocktool running" if "--from, --to" in hint else hint
        raise
    if entry is None:
        return
    if entry.id:
        results.write_entry(app, entry, results.mark(app, "Stopped"), output, template)
    if at is None and most is None and not app.outbox.kept:
        _tell_forgotten(app, entry)


def _tell_forgotten(app: "App", entry: "Entry") -> None:
    """Say that the timer that was ended just now may have been forgotten, unless it was said."""
    from clocktool.tracking.last_timer import forgotten_note, is_forgotten

    known = app.connection.last_timer
    last = None if known is None else known.timer()
    told = last is not None and last.told == str(entry.id)
    if entry.id and not told and is_forgotten(entry, app.now, app.zone, app.max_timer):
        app.out.note(forgotten_note(entry, app.now, app.zone, app.max_timer))


def _stop_with(
    app: "App",
    timer: "Timer",
    ends: "tuple[Instant, int | None]",
    said: "Filing",
    words: str | None,
) -> "Entry | None":
    """Read what runs, and end it filled in, not later than so many seconds after its start.

    What cannot be read now is kept to be done later.
    """
    from clocktool.errors import OfflineError, RateLimitedError, ServerError
    from clocktool.outbox.stop import Fill
    from clocktool.tracking.assignment import file
    from clocktool.tracking.timer import latest_end

    end, most = ends
    try:
        if app.outbox.away:
            raise OfflineError(app.outbox.away)  # noqa: TRY301  # one way out
        running = options.references(app).current()
    except (OfflineError, RateLimitedError, ServerError) as error:
        if isinstance(error, NotDoneError):
            raise
        inside = None if timer.last is None or timer.last.project is None else timer.last.project.id
        filed = file(said, app.names_to_write, inside or Unresolved(""), is_kept=True)
        fill = Fill(
            words,
            project_id=filed.project_id or None,
            no_project=filed.project_id is None,
            task_id=filed.task_id or None,
            no_task=filed.task_id is None,
            tag_ids=filed.tag_ids or None,
            fields=filed.fields,
        )
        app.outbox.away = error.message
        return timer.stop_unseen(end, most, None if fill == Fill() else fill, silent=False)
    inside = running.project.id if running.project else None
    filed = file(said, app.names_to_write, inside)
    return timer.stop_with(running, latest_end(running, end, most), filed, words)
