"""``gaps``: the time between entries, and working days without any."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from clocktool.cli import options, results
from clocktool.cli.filters import are_of_everyone, chosen_reading, days_of, filtered
from clocktool.completion import kinds

if TYPE_CHECKING:
    from clocktool.app.app import App
    from clocktool.tracking.gaps import Gap
    from clocktool.tracking.select import Filters

command = options.new_command()

LEAST = "5m"
"""The shortest gap that is listed without ``--min``."""


@command.command()
@filtered
def gaps(
    ctx: options.Context,
    filters: "Filters",
    period: options.PeriodWords = None,
    least: Annotated[
        str,
        typer.Option("--min", metavar=kinds.DURATION, help="The shortest gap to list."),
    ] = LEAST,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List gaps between the first and last entry of each day, and working days without any.

    Each gap has the command that fills it. Breaks fill a gap. Working days have a target
    ('clocktool targets'); without targets they are Monday to Friday.

    PERIOD: week (the default), today, last-week, 2026-11, A..B ('clocktool help periods').
    DURATION: 5m, 1h ('clocktool help durations'). Filters: 'clocktool help filters'.

    Examples:
      clocktool gaps
      clocktool gaps last week --min 15m
      clocktool gaps month -o json
    """
    from clocktool.domain.time.duration import parse_duration
    from clocktool.tracking import gaps as tracking
    from clocktool.tracking.targets import targets_of

    app = options.app_of(ctx, quiet=quiet)
    shortest = parse_duration(least)
    days = days_of(app, filters, options.period_of(period), "week")
    entries = chosen_reading(app, filters, days).entries
    targets = targets_of(app.config)
    found = tracking.gaps(entries, days, targets, app.zone, app.now, least=shortest)
    nothing = f"No gaps: {results.period_name(days)}."
    _write(app, found, options.Format(output), nothing, _other_user(app, filters))


def _other_user(app: "App", filters: "Filters") -> str:
    """Return the name or id of the one other user in --user; empty for none or several."""
    if len(filters.users) != 1 or are_of_everyone(filters):
        return ""
    user = app.names.user(filters.users[0])
    if user.id == app.account.user.id:
        return ""
    return user.name if user.name.isprintable() else str(user.id)


def _write(app: "App", found: "list[Gap]", format: options.Format, nothing: str, user: str) -> None:
    """Write gaps in any format."""
    from clocktool.domain.time.duration import format_duration
    from clocktool.domain.time.instant import format_iso
    from clocktool.domain.time.spelling import clock_text
    from clocktool.render.entries import day_name
    from clocktool.render.fields import Field
    from clocktool.render.findings import finding_lines

    zone, today = app.zone, app.zone.day(app.now)
    dash = app.out.symbol("–", "-")

    def times(gap: "Gap") -> str:
        if gap.is_day:
            return "all day"
        return f"{clock_text(gap.start, zone)}{dash}{clock_text(gap.end, zone)}"

    def as_object(gap: "Gap") -> dict[str, Any]:
        return {
            "start": format_iso(gap.start),
            "end": format_iso(gap.end),
            "durationSeconds": gap.seconds,
            "command": gap.command(zone, today, user),
        }

    fields: list[Field[Gap]] = [
        Field("start", lambda gap: format_iso(gap.start)),
        Field("end", lambda gap: format_iso(gap.end)),
        Field("duration_seconds", lambda gap: gap.seconds, figures=True),
        Field("command", lambda gap: gap.command(zone, today, user)),
    ]
    if format is not options.Format.TABLE or not found:
        results.write_records(app, found, fields, format, nothing=nothing, as_object=as_object)
        return
    rows = [
        (
            (
                ((day_name(gap.day), ""),),
                ((times(gap), "bold"),),
                ((format_duration(gap.seconds), ""),),
            ),
            gap.command(zone, today, user),
        )
        for gap in found
    ]
    results.write_paged(app, finding_lines(rows, app.out))
