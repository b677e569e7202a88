"""``report``: time added up by project, day, client and more."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results, rounding
from clocktool.cli.batch import asking, counted
from clocktool.cli.filters import asked_for, chosen_reading, days_of, filtered, narrows, users_of
from clocktool.completion import kinds
from clocktool.errors import UNAVAILABLE, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clocktool.app.app import App
    from clocktool.domain.report import Report
    from clocktool.render.output import Output as Out
    from clocktool.tracking.select import Filters

command = options.new_command()


def _kinds(_: kinds.Query) -> "Iterator[kinds.Candidate]":
    from clocktool.domain.report import KINDS

    yield from map(kinds.Candidate, KINDS)


def _fields(asked: kinds.Query) -> "Iterator[kinds.Candidate]":
    from clocktool.domain.report import FIELD

    for (name,) in asked.rows("field"):
        yield kinds.Candidate(FIELD + name)


KIND = kinds.Kind("KIND", _kinds, _fields)


@command.command()
@filtered
def report(
    ctx: options.Context,
    filters: "Filters",
    period: options.PeriodWords = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar=KIND,
            help="Group by; repeat it to nest groups. Default: project.",
            show_default=False,
        ),
    ] = None,
    round_: rounding.Option = None,
    chart: Annotated[
        bool, typer.Option("--chart", help="Draw bars; for long periods a heat map.")
    ] = False,
    save: Annotated[
        str | None,
        typer.Option("--save", metavar=kinds.FILE, help="Save a picture, as .html or .svg."),
    ] = None,
    total: Annotated[bool, typer.Option("--total", help="Print only the total: 6:23:52.")] = False,
    total_decimal: Annotated[
        bool, typer.Option("--total-decimal", help="Print only the total, in hours: 6.40.")
    ] = False,
    output: options.Output = options.Format.TABLE,
    template: Annotated[
        str | None,
        typer.Option(
            "--template",
            metavar="TEXT",
            help="Format each group: '{project} {hours}'.",
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    """Sum up time by project, or as --by says: total and billable hours, shares, amounts.

    KIND: project, client, task, tag, user, billable, description, day, week, month, quarter, year,
    or field:NAME for a custom field. A week with --by project --by day has a column for each day.

    RULE: up:15m, down:6m, nearest:30m; then /entry (the default), /day or /total. The exact time
    stays beside the rounded one; amounts come from the rounded one. 'workspace' is Clockify's
    setting, 'none' ignores defaults.round.

    PERIOD: today (the default), yesterday, week, last-week, month, 7d, 2026-11-24, 2026-11,
    2026-W48, 2026-Q4, year, all, A..B, mon..fri ('clocktool help periods'). Filters:
    'clocktool help filters'.

    Examples:
      clocktool report week --by project --by day
      clocktool report last-month --by client --by project -o md
      clocktool report last-month --round up:15m
      clocktool report year --by day --chart
    """
    from clocktool.domain.report import parse_kinds
    from clocktool.domain.selection import Selection
    from clocktool.domain.time.duration import format_clock, format_decimal
    from clocktool.history.sums import Days, sums

    app = options.app_of(ctx, quiet=quiet)
    kinds, fields = _with_fields(app, parse_kinds(by or ["project"]))
    if save is not None:
        only = total or total_decimal or template is not None
        results.check_picture(save, alone=not only and output is options.Format.TABLE)
    days = days_of(app, filters, options.period_of(period), "today")
    if output is options.Format.ID and template is None and not (total or total_decimal):
        results.write_entries(app, chosen_reading(app, filters, days).entries, output)
        return
    app.connect()
    rule = rounding.rule_of(app, round_)
    add_up = partial(
        sums,
        days=Days(days, app.zone, app.week_start),
        by=kinds,
        fields=fields,
        with_days=chart,
        with_overlap=not (total or total_decimal),
        counted=partial(counted, app),
        asking=partial(asking, app),
        named=app.with_user if "user" in kinds else lambda entry: entry,
        rounding=rule,
    )
    try:
        selection = asked_for(app, filters, days)
        found = add_up(app.history, selection, users=users_of(app, filters, selection))
    except UNAVAILABLE:
        is_table = output is options.Format.TABLE and template is None and save is None
        if is_table and not narrows(filters):
            waiting = add_up(app.history.waiting_only, Selection(window=days.window(app.zone)))
            if waiting.waiting:
                _write_unsent(app, waiting.report, total=total, in_decimals=total_decimal)
        raise
    if rule is not None and found.has_running:
        app.out.note("The running entry is rounded as of now.")
    if found.waiting:
        what = results.plural(found.waiting, "entry")
        app.out.note(f"Includes {what} not sent yet (see clocktool pending).")
    made = found.report
    if total or total_decimal:
        app.out.line((format_decimal if total_decimal else format_clock)(_total(made)))
    elif template is not None:
        _write_template(app, made, template)
    elif output is not options.Format.TABLE:
        _write_data(app, made, output)
    elif not made.whole.time.seconds and not made.whole.groups and not made.breaks:
        left = "" if save is None else " Nothing was saved."
        app.out.note(f"No entries: {results.period_name(days)}.{left}")
    elif save is not None:
        results.save_picture(app, save, "report", lambda out: _lines(app, made, out, chart=chart))
    else:
        results.write_paged(app, _lines(app, made, app.out, chart=chart))


def _total(made: "Report") -> int:
    """Return the seconds of a report, rounded if there is a rule."""
    return made.whole.seconds if made.whole.rounded is None else made.whole.rounded


def _write_unsent(app: "App", made: "Report", *, total: bool, in_decimals: bool) -> None:
    """Write the report of what is not sent yet: the rest can't be read without the service."""
    from clocktool.domain.time.duration import format_clock, format_decimal

    if total or in_decimals:
        app.out.line((format_decimal if in_decimals else format_clock)(_total(made)))
    else:
        for line in _lines(app, made, app.out, chart=False):
            app.out.line(line)
    app.out.note("Only what is not sent yet; other entries can't be read now.")


def _with_fields(app: "App", said: "Sequence[str]") -> "tuple[list[str], dict[str, str]]":
    """Return the kinds, with the names of custom fields, and the ids of these fields by kind."""
    from clocktool.domain.report import FIELD

    named, ids = list[str](), dict[str, str]()
    for each in said:
        kind = each
        if each.startswith(FIELD):
            field = app.names.field(each.removeprefix(FIELD))
            kind = FIELD + (field.name or field.id)
            ids[kind] = field.id
        if kind in named:
            raise UsageError(f"--by {kind} is given twice", "give each one once")
        named.append(kind)
    return named, ids


def _lines(app: "App", made: "Report", out: "Out", *, chart: bool) -> "Iterator[str]":
    from clocktool.render.report import Frame, report_lines

    heading = results.period_name(made.period)
    frame = Frame(heading, results.zone_note(app), app.zone.day(app.now))
    return report_lines(made, frame, out, with_chart=chart)


def _write_template(app: "App", made: "Report", text: str) -> None:
    from clocktool.render.groups import leaves
    from clocktool.render.report_data import template

    fill = template(text, made)
    if not app.out.quiet:
        for leaf in leaves(made):
            app.out.data(fill(leaf) + "\n")


def _write_data(app: "App", made: "Report", output: options.Format) -> None:
    from clocktool.render.report_data import data_lines

    for line in data_lines(made, app.zone.name, output, app.out):
        app.out.line(line)
