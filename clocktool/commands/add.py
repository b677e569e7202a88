"""``add``: add a finished entry."""

from typing import Annotated

import msgspec
import typer

from clocktool.cli import options, results
from clocktool.cli.overlaps import note_overlaps

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
    create: options.Create = False,
    user: options.User = None,
    future: Annotated[bool, typer.Option("--future", help="Allow times in the future.")] = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Add a finished entry by a range, or two of --from, --to and --for; --for alone ends now.

    WORDS are its description; a last word like 14:00-14:20 is its start and end, today.

    TIME: 9, 9:30, -15m, 'yesterday 17:30' ('clocktool help times').
    DURATION: 1h30m, 90m, 1:30 ('clocktool help durations'). NAME: a name, its beginning or a part.

    Examples:
      clocktool add call 14:00-14:20 -p ACME/Site
      clocktool add review --from 9 --to 10:30
      clocktool add call --for 20m -p ACME/Site
      clocktool add deploy --from 'yesterday 17:30' --for 1h30m
    """
    from clocktool.domain.ids import Known
    from clocktool.outbox import create as outbox
    from clocktool.tracking.assignment import Assignment, new_draft, with_defaults
    from clocktool.tracking.timer import expect_entry

    app = options.app_of(ctx, quiet=quiet)
    reader = options.times_of(app, future=future)
    text, times = reader.of_words(words or (), start, end, length)
    typed = Assignment(project=project, task=task, tags=tag, billable=billable, fields=field or ())
    names = options.names_or_new(app, create=create)
    draft = new_draft(
        times,
        options.text_of(text),
        with_defaults(typed, app.config),
        names,
        is_break=is_break,
    )
    owner = None if user is None else app.names.user(user)
    app.connect()
    with options.created(app, names) as fill:
        (entry,) = app.outbox.carry_out(
            outbox.Create(fill(draft), owner=Known(owner.id) if owner else None)
        )
    entry = expect_entry(entry)
    if owner is not None:
        entry = msgspec.structs.replace(entry, user=entry.user or owner.name)
    results.write_entry(app, entry, "Added", output, template)
    if user is None:
        note_overlaps(app, [entry])
