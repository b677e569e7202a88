"""``split``: split an entry into parts."""

from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results
from clocktool.cli.invoiced import confirm_invoiced
from clocktool.cli.overlaps import note_overlaps
from clocktool.cli.root import TimesCommand
from clocktool.completion import kinds

if TYPE_CHECKING:
    from datetime import date

    from clocktool.app.app import App
    from clocktool.domain.entry import Entry
    from clocktool.domain.time.instant import Instant
    from clocktool.domain.time.when import When

command = options.new_command()


@command.command(cls=TimesCommand)
def split(
    ctx: options.Context,
    ref: options.Ref,
    times: Annotated[
        list[str],
        typer.Argument(metavar=kinds.TIMES, help="When to split: 12:00, -15m, '2026-11-23 12:00'."),
    ],
    yes: options.Yes = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Split an entry at each time; the parts keep its description, project, task and tags.

    A time without a day is on the entry's day.

    REF: current, last, the end of an id ('clocktool help refs'). TIME: 12:00, -15m ('clocktool
    help times').

    Examples:
      clocktool split last 12:00 13:00
      clocktool split current -15m
    """
    from clocktool.tracking.split import split as cut

    app = options.app_of(ctx, quiet=quiet)
    entry = options.references(app).one(ref)
    confirm_invoiced(app, [entry], yes=yes)
    cuts = [_instant(app, entry, each) for each in times]
    parts = cut(app.outbox, entry, cuts, app.format_time)
    results.write_changed(app, parts, results.verb_sign(app, "Split"), output, template)
    note_overlaps(app, parts)


def _instant(app: "App", entry: "Entry", text: str) -> "Instant":
    """Return the instant of a TIME. Without a day it is the first such time in the entry."""
    from datetime import timedelta

    from clocktool.domain.time.when import parse_when

    def read(day: "date") -> "When":
        future, last = entry.end is not None, lambda: options.last_end(app)
        return parse_when(text, app.now, app.zone, future=future, day=day, last=last)

    day = app.zone.day(entry.start)
    when = read(day)
    end = app.now if entry.end is None else entry.end
    if when.bare and when.instant <= entry.start and day < app.zone.day(end):
        when = read(day + timedelta(days=1))
    if when.note:
        app.out.note(when.note)
    return when.instant
