"""``list``: list entries by day, with totals."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results
from clocktool.cli.batch import asking, counted
from clocktool.cli.filters import (
    asked_for,
    chosen_reading,
    days_of,
    filtered,
    narrows,
    users_of,
)
from clocktool.cli.invoiced import read_invoiced_ids
from clocktool.errors import UNAVAILABLE, UsageError

if TYPE_CHECKING:
    from clocktool.domain.entry import Entry
    from clocktool.domain.time.instant import Instant
    from clocktool.domain.time.period import Period
    from clocktool.history.history import EntryList
    from clocktool.history.sums import Sums
    from clocktool.tracking.select import Filters

command = options.new_command()

UNSENT = "~ not sent yet (see clocktool pending)."
UNREAD = "~ not sent yet; other entries can't be read now."


@command.command()
@filtered
def list_(
    ctx: options.Context,
    filters: "Filters",
    period: options.PeriodWords = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", metavar="N", min=1, help="Only the newest N entries.", show_default=False
        ),
    ] = None,
    total: Annotated[bool, typer.Option("--total", help="Print only the total: 6:23:52.")] = False,
    total_decimal: Annotated[
        bool, typer.Option("--total-decimal", help="Print only the total, in hours: 6.40.")
    ] = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """List entries by day, with a total for each day and for all; default: today.

    PERIOD: today, yesterday, week, last-week, month, 7d, 2026-11-24, 2026-11, 2026-W48, 2026-Q4,
    A..B, mon..fri ('clocktool help periods'). Filters: 'clocktool help filters'.

    Examples:
      clocktool list
      clocktool list week -p Site
      clocktool list month --total
      clocktool list all --limit 20
    """
    from clocktool.render.entry_table import entry_table

    app = options.app_of(ctx, quiet=quiet)
    days = days_of(app, filters, options.period_of(period), "today")
    window = days.window(app.zone)
    if total or total_decimal:
        if limit is not None:
            raise UsageError("--limit and --total can't be combined", "use one of them")
        return _write_total(app, filters, days, in_decimals=total_decimal)
    try:
        reading = _read(app, filters, days, limit)
    except UNAVAILABLE:
        plain = not (template or narrows(filters))
        if plain and output is options.Format.TABLE:
            _write_unsent(app, window)
        raise
    found, unsent = reading.entries, reading.waiting
    if limit is not None and len(found) > limit:
        app.out.note(f"Only the newest {results.plural(limit, 'entry')}.")
        found = found[-limit:]
        unsent &= frozenset(entry.id for entry in found)
    if output is not options.Format.TABLE or template is not None:
        _write(app, found, window, output, template)
    elif not found:
        app.out.note(f"No entries: {results.period_name(days)}.")
    else:
        lines = entry_table(
            found,
            results.view_of(app, invoiced=read_invoiced_ids(app)),
            app.out,
            window=window,
            zone_note=results.zone_note(app),
            unsent=unsent,
        )
        results.write_paged(app, lines)
    if unsent:
        app.out.note(UNSENT)
    return None


def _read(app: options.App, filters: "Filters", days: "Period", limit: int | None) -> "EntryList":
    """Return the entries for filters and days; with a limit, at least as many of the newest."""
    if limit is not None and not filters.users:
        app.connect()
        found = app.history.newest(asked_for(app, filters, days), limit)
        if found is not None:
            return found
    return chosen_reading(app, filters, days)


def _write_total(
    app: options.App, filters: "Filters", days: "Period", *, in_decimals: bool
) -> None:
    """Write the total of entries, without holding them in memory."""
    from clocktool.domain.selection import Selection
    from clocktool.domain.time.duration import format_clock, format_decimal
    from clocktool.history.sums import Days, sums

    app.connect()
    add_up = partial(
        sums,
        days=Days(days, app.zone, app.week_start),
        by=(),
        with_overlap=False,
        counted=partial(counted, app),
        asking=partial(asking, app),
    )

    def write(found: "Sums", note: str) -> None:
        seconds = found.report.whole.seconds
        app.out.line((format_decimal if in_decimals else format_clock)(seconds))
        if found.waiting:
            app.out.note(note)

    try:
        selection = asked_for(app, filters, days)
        found = add_up(app.history, selection, users=users_of(app, filters, selection))
    except UNAVAILABLE:
        if not narrows(filters):
            waiting = add_up(app.history.waiting_only, Selection(window=days.window(app.zone)))
            if waiting.waiting:
                write(waiting, UNREAD)
        raise
    write(found, UNSENT)


def _write_unsent(app: options.App, window: "tuple[Instant, Instant]") -> None:
    """Write the entries that are not sent yet: the others can't be read without the service."""
    from clocktool.domain.selection import Selection
    from clocktool.render.entry_table import entry_table

    reading = app.history.waiting(Selection(window=window))
    if reading.entries:
        view, waits = results.view_of(app), reading.waiting
        for line in entry_table(reading.entries, view, app.out, window=window, unsent=waits):
            app.out.line(line)
        app.out.note(UNREAD)


def _write(
    app: options.App,
    found: "list[Entry]",
    window: "tuple[Instant, Instant]",
    output: options.Format,
    template: str | None,
) -> None:
    """Write a row for each entry and day, so that rows add up; in JSON and ids one per entry."""
    from clocktool.domain.time.midnight import Cutter, display_lengths

    if output is options.Format.ID and template is None:
        return results.write_entries(app, found, output)
    pieces = Cutter(app.zone, app.now).cut_all(found, window)
    if not results.is_json(output, template):
        lengths = display_lengths(pieces).pieces
        rows = [piece.as_entry(app.now) for piece in pieces]
        seconds = [lengths[id(piece)] for piece in pieces]
        of_row = dict(zip(map(id, rows), seconds, strict=True))
        return results.write_entries(app, rows, output, template, lengths=of_row)
    within = dict.fromkeys((str(entry.id) for entry in found), 0)
    for piece in pieces:
        within[str(piece.entry.id)] += piece.seconds
    return results.write_entries(app, found, output, within=within)
