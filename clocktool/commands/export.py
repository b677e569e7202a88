"""``export``: entries as lines for machines, one after the other, however many there are."""

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.commands import options, results
from clocktool.commands.filters import days_of, filtered, streamed

if TYPE_CHECKING:
    from clocktool.domain.entry import Entry
    from clocktool.domain.period import Period
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
    period: options.PeriodWord = None,
    output: Annotated[
        _Format,
        typer.Option("-o", "--output", help="JSON lines, or CSV.", show_default=True),
    ] = _Format.JSONL,
) -> None:
    """Write entries to standard output, newest first; without PERIOD all that you have.

    Entries are whole, not cut at midnight. One belongs to the period that it starts in, so that
    two exports of periods side by side have no entry in common. 'import' reads both formats; CSV
    has no custom fields, no colours and no breaks.

    PERIOD: 2026, 2026-11, last-month, A..B ('clocktool help periods').

    Examples:
      clocktool export > backup.jsonl
      clocktool export 2026 -p Site -o csv > site.csv
      clocktool --profile local export | clocktool import - --create-missing
    """
    app = options.app_of(ctx)
    has_days = period is not None or filters.first is not None or filters.last is not None
    days = days_of(app, filters, period, "today") if has_days else None
    format = options.Format(output.value)
    results.write_entries(app, _starting_in(app, streamed(app, filters, days), days), format)


def _starting_in(
    app: options.App, entries: "Iterator[Entry]", days: "Period | None"
) -> "Iterator[Entry]":
    """Yield the entries that start in a period."""
    first = None if days is None else days.window(app.zone)[0]
    return (entry for entry in entries if first is None or entry.start >= first)
