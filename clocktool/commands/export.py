"""``export``: entries as lines for machines, one after the other, however many there are."""

from collections.abc import Iterator
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results
from clocktool.cli.batch import asking
from clocktool.cli.filters import asked_for, days_if_said, filtered, users_of

if TYPE_CHECKING:
    from clocktool.domain.entry import Entry
    from clocktool.domain.time.period import Period
    from clocktool.tracking.select import Filters

command = options.new_command()


class _Format(StrEnum):
    """What entries can be exported as."""

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
        typer.Option("-o", "--output", help="JSON lines, or CSV.", show_default=True),
    ] = _Format.JSONL,
) -> None:
    """Write entries to standard output, newest first; without PERIOD all that you have.

    Entries are whole, not cut at midnight. One belongs to the period that it starts in, so that
    two exports of periods side by side have no entry in common. 'import' reads both formats; CSV
    has no custom fields and no colours. What waits to be sent is not in it.

    PERIOD: 2026, 2026-11, last-month, A..B ('clocktool help periods').

    Examples:
      clocktool export > backup.jsonl
      clocktool export 2026 -p Site -o csv > site.csv
      clocktool --profile local export | clocktool import - --create-missing
    """
    app = options.app_of(ctx)
    days = days_if_said(app, filters, options.period_of(period))
    format = options.Format(output.value)
    app.out.in_utf_8()
    app.connect()
    selection, users = asked_for(app, filters, days), users_of(app, filters)
    found = app.history.fetch(selection, users, partial(asking, app))
    results.write_entries(app, _starting_in(app, found, days), format)
    if count := app.history.changes_waiting(selection):
        what = "1 change waits" if count == 1 else f"{count} changes wait"
        app.out.note(f"{what} to be sent, and not in it: clocktool pending")


def _starting_in(
    app: options.App, entries: "Iterator[Entry]", days: "Period | None"
) -> "Iterator[Entry]":
    """Yield the entries that start in a period, as long as someone reads them."""
    first = None if days is None else days.window(app.zone)[0]
    for entry in entries:
        if app.out.ended:
            return
        if first is None or entry.start >= first:
            yield entry
