"""``start``: start a timer, and stop the running one."""

from typing import TYPE_CHECKING

from clocktool.cli import options, results

if TYPE_CHECKING:
    from clocktool.app.app import App

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
    create: options.Create = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Start a timer; a running one is stopped at the same time.

    NAME: a name, its beginning or a part; CLIENT/PROJECT if two have one name
    ('clocktool help names'). TIME: 9:30, -15m, 'yesterday 17:30' ('clocktool help times').

    Examples:
      clocktool start fix login -p Site
      clocktool start -p ACME/Site -T dev --at -15m
      clocktool start lunch --break
    """
    from clocktool.tracking.assignment import Assignment, new_draft, with_defaults

    app = options.app_of(ctx, quiet=quiet)
    since, description = options.instant_of(app, at), options.text_of(words)
    names = options.names_or_new(app, create=create)
    typed = Assignment(project=project, task=task, tags=tag, billable=billable, fields=field or ())
    typed = with_defaults(typed, app.config)
    draft = new_draft((since, None), description, typed, names, is_break=is_break)
    with options.created(app, names) as fill:
        results.write_started(app, app.timer.start(fill(draft)), output, template)
    if at is None and words and (last := words[-1].split()[-1:]) and last[0][0].isdigit():
        _note_clock(app, last[0])


def _note_clock(app: "App", word: str) -> None:
    """Print a note if a word is a clock time that has passed: how to start the timer then."""
    from contextlib import suppress

    from clocktool.domain.time.when import parse_clock, parse_when
    from clocktool.errors import UsageError

    with suppress(UsageError):  # not a time, or in the future
        if not word.isdigit() and parse_clock(word) is not None:
            parse_when(word, app.now, app.zone)
            app.out.note(f"Started now. To start it at {word}: undo, and add --at {word}")
