"""``export``: write entries as JSON lines or CSV, without holding them in memory."""

from enum import StrEnum
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results
from clocktool.cli.batch import asking
from clocktool.cli.filters import asked_for, days_if_given, filtered, users_of

if TYPE_CHECKING:
    from clocktool.tracking.select import Filters

command = options.new_command()


class _Format(StrEnum):
    """The formats of an export."""

    JSONL = "jsonl"
    CSV = "csv"


@command.command()
@filtered
def export(
    ctx: options.Context,
    filters: "Filters",
    period: options.PeriodWords = None,
    output: Annotated[
        _Format,
        typer.Option(
            "-o",
            "--output",
            metavar="FORMAT",
            help="jsonl or csv.",
            show_default=True,
            rich_help_panel=options.OUTPUT,
        ),
    ] = _Format.JSONL,
) -> None:
    """Write entries to standard output, newest first; without a PERIOD all of yours.

    Entries are not cut at midnight: each belongs to the period in which it starts, so exports of
    adjacent periods have no entry in common. 'import' reads both formats; CSV has no custom fields
    and no colours. Pending changes are not included.

    PERIOD: 2026, 2026-11, last-month, A..B ('clocktool help periods').

    Examples:
      clocktool export > backup.jsonl
      clocktool export 2026 -p Site -o csv > site.csv
      clocktool --profile local export | clocktool import - --create-missing
    """
    from clocktool.tracking.select import starting_in

    app = options.app_of(ctx)
    days = days_if_given(app, filters, options.period_of(period))
    format = options.Format(output.value)
    app.out.in_utf_8()
    app.connect()
    selection = asked_for(app, filters, days)
    users = users_of(app, filters, selection)
    found = app.history.fetch(selection, users, partial(asking, app))
    wanted = takewhile(lambda _: not app.out.ended, found)  # until the reader has gone
    results.write_entries(app, starting_in(days, wanted, app.zone), format)
    if count := app.history.changes_waiting(selection):
        what = results.plural(count, "pending change")
        app.out.note(f"Not included: {what} (see clocktool pending).")
