"""``targets``: how long to work on each day, days off, and a balance brought along."""

from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.cli import options, results
from clocktool.cli.root import TimesCommand
from clocktool.completion import kinds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from clocktool.domain.targets import DayOff
    from clocktool.domain.time.period import Period
    from clocktool.tracking.targets import Edits

command = options.new_group()


def _places(asked: kinds.Query) -> "Iterator[kinds.Candidate]":
    from clocktool.tracking.holidays import known_places

    yield from map(kinds.Candidate, known_places(asked.begun))


COUNTRY = kinds.Kind("COUNTRY", _places)
HOURS = kinds.Kind("DAYS=HOURS...", kinds.fixed("mon..fri=8h", "mon..thu=8h"))
CARRY = kinds.Kind("DURATION", kinds.fixed("+1h", "-1h"))
NAMES = kinds.Kind("[NAME]...", kinds.fixed("Holiday", "Vacation"))

Since = Annotated[
    str | None,
    typer.Option(
        "--from", metavar=kinds.DAY, help="The first day of it. Default: that of this week."
    ),
]
Days = Annotated[
    str, typer.Argument(metavar=kinds.DAYS, help="A day or days: 2026-12-24, A..B, fri.")
]


@command.callback()
def targets(
    ctx: options.Context,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Show how long you want to work on each day, days off, and balances brought along.

    They are in the configuration file: [targets], [days_off], [carry]. 'clocktool balance' and
    'clocktool status' compare them with your time.

    Examples:
      clocktool targets
      clocktool targets set mon..thu=8h fri=6h
      clocktool targets off 2026-12-24..2026-12-26 Christmas
    """
    if ctx.invoked_subcommand is None:
        app = options.app_of(ctx, quiet=quiet)
        _write_all(app, output)


@command.command("set")
def set_(
    ctx: options.Context,
    words: Annotated[
        list[str], typer.Argument(metavar=HOURS, help="Days and hours: mon..thu=8h fri=6h.")
    ],
    since: Since = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Set the hours of each weekday, from a day on.

    Days without hours are free, and earlier days keep their targets. mon..sun=0h ends them.

    Examples:
      clocktool targets set mon..fri=8h
      clocktool targets set mon..wed=7h30m --from 2026-03-01
      clocktool targets set mon..sun=0h --from 2026-10-01
    """
    from clocktool.domain.targets import parse_week
    from clocktool.domain.time.period import Period
    from clocktool.render.hours import days_text
    from clocktool.render.targets import week_text
    from clocktool.tracking.targets import set_week

    app = options.app_of(ctx, quiet=quiet)
    hours = parse_week(words)
    first = _day_of(app, since)
    _change(app, [set_week(_source(app), first, hours)])
    text = f"Target from {days_text(Period(first, first))}: {week_text(hours)}"
    _write_change(app, text, output)


@command.command()
def off(
    ctx: options.Context,
    days: Days,
    words: Annotated[
        list[str] | None, typer.Argument(metavar=NAMES, help="Why: Christmas.", show_default=False)
    ] = None,
    half: Annotated[
        bool, typer.Option("--half", help="Half of each day's target is left.")
    ] = False,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Add days off, which have no target, or half of one.

    PERIOD is a day or several: fri, 2026-12-24, 2026-12-24..2026-12-26 ('clocktool help periods').
    Of overlapping days off the row written later counts.

    Examples:
      clocktool targets off 2026-12-24..2026-12-26 Christmas
      clocktool targets off fri Company day --half
    """
    from clocktool.domain.targets import DayOff

    app = options.app_of(ctx, quiet=quiet)
    row = DayOff(_days_of(app, days), _name_of(words), half)
    _add_off(app, [row], output)


@command.command()
def on(
    ctx: options.Context,
    days: Days,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Make days off working days again.

    Other days of the same PERIOD stay off ('clocktool help periods').

    Examples:
      clocktool targets on 2026-12-24
      clocktool targets on 2026-12-28..2026-12-31
    """
    from clocktool.render.hours import days_text
    from clocktool.tracking.targets import remove_off

    app = options.app_of(ctx, quiet=quiet)
    period = _days_of(app, days)
    edits, found = remove_off(period, app.config)
    _change(app, edits)
    names = ", ".join(dict.fromkeys(row.name for row in found))
    _write_change(app, f"No longer off: {days_text(period)} ({names})", output)


@command.command()
def holidays(
    ctx: options.Context,
    country: Annotated[
        str, typer.Argument(metavar=COUNTRY, help="A country, with its region: DE, DE-BE, US-CA.")
    ],
    years: Annotated[
        list[int] | None,
        typer.Argument(
            metavar="[YEAR]...", help="Which years. Default: this one.", min=1900, max=9999
        ),
    ] = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Add the public holidays of a country or region as days off.

    It needs the package holidays.

    Examples:
      clocktool targets holidays DE-BE 2026
      clocktool targets holidays US 2026 2027
    """
    from clocktool.tracking.holidays import public_holidays

    app = options.app_of(ctx, quiet=quiet)
    found = public_holidays(country, years or [app.zone.day(app.now).year])
    _add_off(app, found, output)


@command.command(cls=TimesCommand)
def carry(
    ctx: options.Context,
    duration: Annotated[
        str, typer.Argument(metavar=CARRY, help="The balance: +2h, -1h30m; 0h for none.")
    ],
    since: Annotated[
        str, typer.Option("--from", metavar=kinds.DAY, help="The day from which it counts.")
    ],
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Bring a balance along: it is added from a day on.

    DURATION has a sign: +2h, -1h30m ('clocktool help durations'). Another balance of the same day
    replaces it.

    Examples:
      clocktool targets carry +12h30m --from 2026-01-01
      clocktool targets carry -1h30m --from 2026-03-02
    """
    from clocktool.domain.targets import parse_carry
    from clocktool.domain.time.period import Period
    from clocktool.render.hours import days_text, signed
    from clocktool.tracking.targets import set_carry

    app = options.app_of(ctx, quiet=quiet)
    seconds, first = parse_carry(duration), _day_of(app, since)
    _change(app, [set_carry(_source(app), first, seconds)])
    text = f"Brought along from {days_text(Period(first, first))}: {signed(seconds)}"
    _write_change(app, text, output)


@command.command("import")
def import_(
    ctx: options.Context,
    since: Since = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Import hours, working days and holidays of a Clockify account.

    The holidays are those of the year of the first day and of the next one. Clockify has them on
    paid plans only.

    Examples:
      clocktool targets import
      clocktool targets import --from 2026-01-01
    """
    from clocktool.domain.time.period import Period
    from clocktool.render.hours import days_text
    from clocktool.render.targets import week_text
    from clocktool.tracking.agreement import agreement_of
    from clocktool.tracking.targets import set_week

    app = options.app_of(ctx, quiet=quiet)
    first = _day_of(app, since)
    found = agreement_of(app.connect().directory, app.account, first)
    _change(app, [set_week(_source(app), first, found.hours)])
    text = f"Target from {days_text(Period(first, first))}: {week_text(found.hours)}"
    _add_off(app, found.off, output, text)


def _day_of(app: options.App, text: str | None) -> "date":
    """Return the day of ``--from``; without it the first day of this week."""
    from clocktool.domain.time.period import parse_day
    from clocktool.domain.time.week import first_of_week

    today = app.zone.day(app.now)
    if text is None:
        return first_of_week(today, app.week_start)
    return parse_day(text, today, app.week_start)


def _days_of(app: options.App, text: str) -> "Period":
    """Return the days of an argument. Raises UsageError for all days."""
    from clocktool.domain.time.period import ALL, parse_period
    from clocktool.errors import UsageError

    period = parse_period(text, app.zone.day(app.now), app.week_start)
    if period == ALL:
        raise UsageError("which days?", "give a day, or A..B like 2026-12-24..2026-12-26")
    return period


def _name_of(words: list[str] | None) -> str:
    """Return the name of days off. Raises UsageError for one that the file can't hold."""
    from clocktool.errors import UsageError, literal

    name = " ".join(" ".join(words or ()).split()) or "Day off"
    if not name.isprintable():
        raise UsageError(f"invalid name {literal(name)}", "use a name without control characters")
    return name


def _source(app: options.App) -> str:
    from clocktool.config.config import source_of

    return source_of(app.config_path, app.profile)


def _change(app: options.App, edits: "list[Edits]") -> None:
    """Change the configuration file: the table of the profile, or that of the file."""
    from clocktool.config.config import source_of
    from clocktool.config.file import change

    for each in edits:
        is_own = each.source == source_of(app.config_path, app.profile)
        profile = app.profile if is_own else None
        if each.removed:
            change(app.config_path, profile, dict.fromkeys(each.removed))
        change(app.config_path, profile, each.values, each.names)
    app.reload_config()


def _add_off(
    app: options.App, rows: "list[DayOff]", output: options.SummaryFormat, text: str | None = None
) -> None:
    """Add days off to the file, with a note on other rows of the same days."""
    from clocktool.domain.targets import format_days
    from clocktool.render.hours import days_text
    from clocktool.tracking.targets import add_off

    edits, overlaps = add_off(_source(app), rows, app.config)
    _change(app, [edits])
    for old in overlaps:
        app.out.note(f"Also off: {format_days(old.days)} ({old.name}); the new row counts.")
    if text is None and len(rows) == 1:
        half = ", half" if rows[0].half else ""
        text = f"Off: {days_text(rows[0].days)} ({rows[0].name}{half})"
    elif rows:
        lines = [f"  {days_text(row.days)}  {row.name}" for row in rows]
        text = "\n".join([text or f"Off: {len(rows)} public holidays", *lines])
    _write_change(app, text or "No holidays.", output)


def _write_change(app: options.App, text: str, output: options.SummaryFormat) -> None:
    """Write what was changed: lines for people, all targets in other formats."""
    if output is options.SummaryFormat.TABLE:
        app.out.line(f"{results.verb_sign(app, 'Changed').split()[0]} {text}")
    else:
        _write_all(app, output)


def _write_all(app: options.App, output: options.SummaryFormat) -> None:
    from clocktool.render import targets as render
    from clocktool.tracking.targets import targets_of

    found = targets_of(app.config)
    if output is options.SummaryFormat.JSON:
        from clocktool.render.json import dump

        if not app.out.quiet:
            app.out.data(app.out.json(dump(render.target_object(found))) + "\n")
        return
    if output is not options.SummaryFormat.TABLE:
        from clocktool.render.fields import keyed

        rows = render.target_rows(found)
        format_ = options.Format(output)
        results.write_records(app, rows, keyed(render.COLUMNS), format_, nothing="")
        return
    for line in render.target_lines(found, app.out):
        app.out.line(line)
    if not found.weeks:
        app.out.note("No targets yet: clocktool targets set mon..thu=8h fri=6h")
    for earlier, later in found.overlaps():
        app.out.note(render.overlap_text(earlier, later))
