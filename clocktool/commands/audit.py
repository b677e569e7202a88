"""``audit``: what looks wrong in entries."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from clocktool.cli import options, results
from clocktool.cli.filters import chosen_reading, days_of, filtered
from clocktool.errors import UNAVAILABLE, AnswerIsNoError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from clocktool.app.app import App
    from clocktool.domain.entry import Entry
    from clocktool.tracking.audit import Finding
    from clocktool.tracking.select import Filters

command = options.new_command()


@command.command()
@filtered
def audit(
    ctx: options.Context,
    filters: "Filters",
    period: options.PeriodWords = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Open each such day as text in $EDITOR.")
    ] = False,
    yes: options.Yes = False,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List likely mistakes in entries, each with the command that corrects it; exit 1 if any.

    Overlaps, entries longer than max_timer (10h if it is not set), without a project or a
    description, billable without a rate, not billable though their project is, in the future, or of
    no length. Breaks need no project.

    PERIOD: month (the default), week, last-month, 2026-11, A..B ('clocktool help periods').
    Filters: 'clocktool help filters'.

    Examples:
      clocktool audit
      clocktool audit last week -p Site
      clocktool audit yesterday --fix
    """
    from clocktool.tracking.audit import Auditor

    app = options.app_of(ctx, quiet=quiet)
    if fix and filters.users:
        raise UsageError("--fix is for your own entries", "leave out --user")
    days = days_of(app, filters, options.period_of(period), "month")

    def read() -> "list[Finding]":
        reading = chosen_reading(app, filters, days)
        user = app.account.user.id
        longest, billable = app.config.max_timer, _billable_projects(app, reading.entries)
        auditor = Auditor(app.now, app.zone, user, longest, reading.waiting, billable)
        return auditor.audit(reading.entries)

    found, name = read(), results.period_name(days)
    if fix and found:
        _fix(app, found, yes=yes)
        found = read()
    _write(app, found, options.Format(output), f"Nothing found: {name}.")
    if found:
        error = AnswerIsNoError(f"{results.plural(len(found), 'problem')}: {name}")
        error.is_silent = True
        raise error


def _billable_projects(app: "App", entries: "Sequence[Entry]") -> frozenset[str]:
    """Return the ids of the projects whose entries are billable by default.

    They are listed, once a day, only if an entry of a project is not billable. None if they can't
    be listed now.
    """
    if not any(entry.project and not entry.billable and not entry.is_break for entry in entries):
        return frozenset()
    from clocktool.api.directory import DAY, Search

    try:
        found = app.connect().directory.projects(app.account.workspace, Search(age=DAY))
        return frozenset(each.id for each in found if each.billable)
    except UNAVAILABLE:
        return frozenset()


def _fix(app: "App", found: "list[Finding]", *, yes: bool) -> None:
    """Open each day with findings as text, one after the other, with the findings as comments."""
    from clocktool.cli.day_text import Asked, edit_day

    by_day: dict[date, list[str]] = {}
    for each in found:
        by_day.setdefault(app.zone.day(each.entries[0].start), []).append(each.message)
    for day, notes in by_day.items():
        edit_day(app, day, Asked(yes=yes), notes)


def _write(app: "App", found: "list[Finding]", format: options.Format, nothing: str) -> None:
    """Write findings in any format."""
    from clocktool.render.entries import day_name
    from clocktool.render.fields import Field
    from clocktool.render.findings import finding_lines
    from clocktool.render.text import visible

    def as_object(finding: "Finding") -> dict[str, Any]:
        return {
            "problem": finding.problem,
            "entries": [str(entry.id) for entry in finding.entries],
            "message": finding.message,
            "command": finding.command,
        }

    fields: list[Field[Finding]] = [
        Field("problem", lambda it: it.problem),
        Field("entries", lambda it: " ".join(str(entry.id) for entry in it.entries)),
        Field("message", lambda it: it.message),
        Field("command", lambda it: it.command),
    ]
    if format is not options.Format.TABLE or not found:
        results.write_records(app, found, fields, format, nothing=nothing, as_object=as_object)
        return
    zone = app.zone

    def when(finding: "Finding") -> str:
        start = finding.entries[0].start
        return f"{day_name(zone.day(start))} {zone.local_time(start):%H:%M}"

    rows = [
        (
            (((when(each), ""),), ((visible(each.message), ""),)),
            each.command,
        )
        for each in found
    ]
    results.write_paged(app, finding_lines(rows, app.out))
