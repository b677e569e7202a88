"""``balance``: worked time against the target, and the sum of overtime."""

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results
from clocktool.cli.batch import counted
from clocktool.completion import kinds
from clocktool.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from clocktool.domain.time.period import Period
    from clocktool.render.balance import Frame
    from clocktool.render.output import Output as Out
    from clocktool.tracking.balance import BalanceRead

command = options.new_command()


class Unit(StrEnum):
    """What a row covers."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@command.command()
def balance(
    ctx: options.Context,
    period: options.PeriodWords = None,
    by: Annotated[
        Unit | None,
        typer.Option("--by", help="A row for each. Default: day.", show_default=False),
    ] = None,
    chart: Annotated[
        bool, typer.Option("--chart", help="Draw differences; default: by week, of this year.")
    ] = False,
    save: Annotated[
        str | None,
        typer.Option("--save", metavar=kinds.FILE, help="Save a picture, as .html or .svg."),
    ] = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    template: Annotated[
        str | None,
        typer.Option(
            "--template",
            metavar="TEXT",
            help="Format each row: '{period} {balance}'.",
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    """Compare your time with the target: worked, target, difference, and the balance.

    The balance is the sum of all differences since the first day with targets ('clocktool
    targets'): overtime is positive. It includes today with its whole target, and no later day.

    PERIOD: week (the default), last-week, month, year, 7d, 2026-11, 2026-W48, all, A..B
    ('clocktool help periods').

    Examples:
      clocktool balance
      clocktool balance year --by month
      clocktool balance last-month -o csv
      clocktool balance --chart --save overtime.svg
    """
    from clocktool.domain.time.period import parse_period
    from clocktool.history.sums import Days
    from clocktool.render import balance as render
    from clocktool.tracking.balance import read_balance
    from clocktool.tracking.targets import targets_of

    app = options.app_of(ctx, quiet=quiet)
    fill = None if template is None else render.template(template)
    is_table = output is options.SummaryFormat.TABLE and fill is None
    if save is not None:
        results.check_picture(save, alone=is_table)
    if chart and not is_table:
        raise UsageError("--chart can't be combined with another format", "use one of them")
    targets = targets_of(app.config)
    today = app.zone.day(app.now)
    asked = options.period_of(period) or ("year" if chart else "week")
    days = parse_period(asked, today, app.week_start)
    unit = by or _default_unit(days, chart=chart)
    app.connect()
    found = read_balance(
        app.history,
        targets,
        Days(days, app.zone, app.week_start),
        app.now,
        unit,
        counted=partial(counted, app),
    )
    if found.waiting:
        what = results.plural(found.waiting, "entry")
        app.out.note(f"Includes {what} not sent yet (see clocktool pending).")
    if not targets.weeks:
        app.out.note("No targets yet: clocktool targets set mon..thu=8h fri=6h")
    if app.out.quiet:
        return
    frame = _frame(app, found, targets.begin)
    if fill is not None:
        for line in fill(found.balance):
            app.out.data(line + "\n")
    elif not is_table:
        for line in render.data_lines(found.balance, frame, options.Format(output), app.out):
            app.out.data(line + "\n")
    else:

        def lines(out: "Out") -> "Iterator[str]":
            if chart:
                return render.chart(found.balance, frame, unit, out)
            return render.table_lines(found.balance, frame, out)

        if save is None:
            results.write_paged(app, lines(app.out))
        else:
            results.save_picture(app, save, "balance", lines)


def _default_unit(days: "Period", *, chart: bool) -> Unit:
    """Return the unit of a row if none is given: a week in a chart of over a month, else a day."""
    is_long = (days.last - days.first).days > 31
    return Unit.WEEK if chart and is_long else Unit.DAY


def _frame(app: options.App, found: "BalanceRead", begin: "date | None") -> "Frame":
    from clocktool.render.balance import Frame, heading_of

    return Frame(
        heading_of(found.balance),
        app.zone,
        results.zone_note(app),
        app.now,
        begin,
        found.left,
        found.done_at,
    )
