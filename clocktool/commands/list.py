"""``list``: entries by day, with totals."""

from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.commands import options, results
from clocktool.commands.filters import chosen, days_of, filtered

if TYPE_CHECKING:
    from clocktool.tracking.select import Filters

command = options.new_command()


@command.command()
@filtered
def list_(
    ctx: options.Context,
    filters: "Filters",
    period: options.PeriodWord = None,
    total: Annotated[bool, typer.Option("--total", help="Print the sum only: 6:23:52.")] = False,
    total_decimal: Annotated[
        bool, typer.Option("--total-decimal", help="Print the sum only, in hours: 6.40.")
    ] = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """List entries by day, with day totals and the whole; default: today.

    PERIOD: today, yesterday, week, last-week, month, 7d, 2026-11-24, 2026-11, 2026-W48, 2026-Q4,
    A..B, mon..fri.

    Examples:
      clocktool list
      clocktool list week -p Site
      clocktool list month --total
    """
    from clocktool.domain.duration import format_clock, format_decimal
    from clocktool.domain.timeline import Cutter
    from clocktool.domain.timeline import total as total_of
    from clocktool.render.entries import entry_table

    app = options.app_of(ctx, quiet=quiet)
    days = days_of(app, filters, period, "today")
    found = chosen(app, filters, days)
    window = days.window(app.zone)
    if total or total_decimal:
        seconds = total_of(Cutter(app.zone, app.now).cut_all(found, window))
        app.out.line((format_decimal if total_decimal else format_clock)(seconds))
    elif output is not options.Format.TABLE or template is not None:
        results.write_entries(app, found, output, template)
    elif not found:
        app.out.note(f"No entries: {results.period_name(days)}.")
    else:
        note = results.zone_note(app)
        view = results.view_of(app)
        for line in entry_table(found, view, app.out, window=window, zone_note=note):
            app.out.line(line)
