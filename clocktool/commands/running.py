"""``running``: show the timer and today's total."""

from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results
from clocktool.errors import (
    AnswerIsNoError,
    ClocktoolError,
    UsageError,
)

if TYPE_CHECKING:
    from clocktool.domain.entry import Entry

command = options.new_command()


@command.command()
def running(
    ctx: options.Context,
    everyone: Annotated[
        bool, typer.Option("--all", help="Timers of everyone in the workspace.")
    ] = False,
    prompt: Annotated[
        bool, typer.Option("--prompt", help="One line for prompts, without a request.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="A live clock; Ctrl-C ends it.")] = False,
    output: options.Output = options.Format.TABLE,
    template: options.StatusTemplate = None,
    quiet: options.Quiet = False,
) -> None:
    """Show the timer and today's total; exit code 1 if no timer is running.

    --prompt is for prompts and status bars: it never makes a request, marks with ~ a timer that
    was read more than 8 hours ago, and prints nothing (exit code 0) when no timer is running. With
    -o json it prints {"text", "class", "entry"}; "class" is running, stale or idle.

    TEXT also has {timer}, {today}, {week}, {left}, {done_at} and {balance}, as in 'status'; what is
    not known is empty.

    Examples:
      clocktool running
      clocktool running --prompt
      clocktool running -o json
    """
    app = options.app_of(ctx, quiet=quiet)
    if sum((everyone, prompt, watch)) > 1:
        raise UsageError("--all, --prompt and --watch can't be combined", "use one of them")
    if watch and (output is not options.Format.TABLE or template is not None):
        raise UsageError("--watch takes no -o and no --template", "leave them out")
    if everyone:
        if template is not None:
            options.check_template(template)
        return _everyone(app, output, template)
    if prompt:
        from clocktool.cli.prompt import write_timer

        return write_timer(app, output, template)
    if template is not None:
        from clocktool.render.status import uses_status

        if uses_status(template):
            return _write_status(app, template)
    from clocktool.tracking.running import today

    try:
        reading = today(app.history, app.zone, app.now)
    except ClocktoolError as error:
        if not error.is_temporary:
            raise
        return _last_known(app, error, output, template)
    app.connect().entries.note_running(reading.running)
    entries = reading.entries
    current = next((entry for entry in reversed(entries) if entry.running), None)
    if watch:
        return _watch(app, current, entries)
    from clocktool.domain.ids import Queued
    from clocktool.domain.time.duration import format_duration

    so_far = f"today {format_duration(_so_far(app, entries))}"
    if current is None:
        raise AnswerIsNoError(f"nothing is running; {so_far}")
    sent = not isinstance(current.id, Queued)
    results.write_entry(app, current, "", output, template, mark=None if sent else "~")
    if output is options.Format.TABLE and template is None:
        app.out.line(f"  {so_far}")
    return None


def _write_status(app: options.App, template: str) -> None:
    """Write the timer by a template with fields of the status."""
    from clocktool.cli.status import status_of
    from clocktool.render.status import template as template_of

    found = status_of(app)
    if found.timer is None:
        raise AnswerIsNoError("nothing is running", why=found.why)
    if not app.out.quiet:
        app.out.data(template_of(template)(found) + "\n")


def _so_far(app: options.App, entries: "list[Entry]") -> int:
    """Return the seconds of entries that lie in today, up to now."""
    from clocktool.tracking.running import seconds_today

    return seconds_today(entries, app.zone, app.process.now())


def _last_known(
    app: options.App, error: ClocktoolError, output: options.Format, template: str | None
) -> None:
    """Write the last known timer, marked with ``~``. Raises the error if there is none."""
    last_timer = app.connection.last_timer
    timer = None if last_timer is None else last_timer.timer()
    if timer is None or app.cache is None:
        raise error
    when = f"as last known {app.format_time(timer.at)}"
    if timer.entry is None:
        raise AnswerIsNoError(f"nothing is running, {when}", why=error.message)
    app.out.note(f"~ {when}: {error.message}")
    results.write_entry(app, app.cache.named(timer.entry), "", output, template, mark="~")


def _watch(app: options.App, current: "Entry | None", entries: "list[Entry]") -> None:
    """Show a live clock until Ctrl-C, in the current width of the terminal."""
    from clocktool.render import prompt

    if app.process.columns is None:
        raise UsageError("--watch needs a terminal", "use: clocktool running --prompt")
    if current is not None:
        current = app.with_names(current)
    app.out.data(prompt.OPEN)
    try:
        while True:
            width = app.process.width() or app.process.columns
            now = app.process.now()
            lines = prompt.clock_face(current, _so_far(app, entries), now, width, app.out)
            app.out.frame(prompt.CLEAR + "\r\n" + "\r\n".join(lines))
            app.process.sleep(1)
    except KeyboardInterrupt:
        return  # Ctrl-C ends the clock
    finally:
        app.out.frame(prompt.CLOSE)


def _everyone(app: options.App, output: options.Format, template: str | None) -> None:
    from clocktool.tracking.running import everyone

    entries = everyone(app.connect(), app.account, app.cache)
    if not entries:
        raise AnswerIsNoError("no timer is running")
    if output is not options.Format.TABLE or template is not None:
        return results.write_entries(app, entries, output, template)
    from clocktool.render.entry_table import timer_table

    for line in timer_table(entries, results.view_of(app), app.out):
        app.out.line(line)
    return None
