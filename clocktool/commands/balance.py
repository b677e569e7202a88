"""``balance``: worked time against the target, and the sum of overtime."""

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results
from clocktool.cli.batch import counted

if TYPE_CHECKING:
    from datetime import date

    from clocktool.render.balance import Frame
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
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    template: Annotated[
        str | None,
        typer.Option("--template", metavar="TEXT", help="Format each row: '{period} {balance}'."),
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
    """
    from clocktool.domain.time.period import parse_period
    from clocktool.history.sums import Days
    from clocktool.render import balance as render
    from clocktool.tracking.balance import read_balance
    from clocktool.tracking.targets import targets_of

    app = options.app_of(ctx, quiet=quiet)
    fill = None if template is None else render.template(template)
    targets = targets_of(app.config)
    today = app.zone.day(app.now)
    days = parse_period(options.period_of(period) or "week", today, app.week_start)
    app.connect()
    found = read_balance(
        app.history,
        targets,
        Days(days, app.zone, app.week_start),
        app.now,
        by or Unit.DAY,
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
    elif output is not options.SummaryFormat.TABLE:
        for line in render.data_lines(found.balance, frame, options.Format(output), app.out):
            app.out.data(line + "\n")
    else:
        results.write_paged(app, render.table_lines(found.balance, frame, app.out))


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
