"""``dup``: copy an entry, or a whole day, to other days."""

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from clocktool.cli import options, results
from clocktool.cli.batch import new_batch, report_failures
from clocktool.cli.filters import chosen, filtered
from clocktool.cli.overlaps import note_overlaps
from clocktool.completion import kinds
from clocktool.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, time

    from clocktool.app.app import App
    from clocktool.domain.entry import Entry
    from clocktool.outbox.create import Create as CreateEntry
    from clocktool.tracking.duplicate import Copy
    from clocktool.tracking.names import Names
    from clocktool.tracking.select import Filters

command = options.new_command()


@command.command()
@filtered
def dup(
    ctx: options.Context,
    filters: "Filters",
    ref: Annotated[
        str | None,
        typer.Argument(
            metavar=kinds.OPTIONAL_REF, help="current, last, last~1, that, an id or the end of one."
        ),
    ] = None,
    template_day: Annotated[
        str | None,
        typer.Option("--day", metavar=kinds.DAY, help="Copy all entries of a day instead."),
    ] = None,
    on: Annotated[
        list[str] | None,
        typer.Option(
            "--on",
            metavar=kinds.DAYS,
            help="To which days: fri, mon..fri, A..B; may be repeated; default: today.",
            show_default=False,
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar=kinds.TIME, help="Start at another time of day."),
    ] = None,
    length: options.For = None,
    skip_existing: Annotated[
        bool,
        typer.Option(
            "--skip-existing", help="Skip copies that exist: same start, description and project."
        ),
    ] = False,
    create: options.Create = False,
    dry_run: options.DryRun = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Copy an entry, or a whole day, to other days at the same time of day.

    With a REF, -p, -t and -T file the copies elsewhere; -T replaces the tags. With --day, filters
    like -p choose entries of that day. --at moves the copy and keeps its
    length. '--at now' without --on and --for starts a timer. Future days are allowed, with a note.

    REF: current, last, the end of an id ('clocktool help refs'). PERIOD: fri, mon..fri, A..B; DAY:
    one of them ('clocktool help periods'). TIME: 9:30 ('clocktool help times'). DURATION: 1h30m
    ('clocktool help durations').

    Examples:
      clocktool dup last --on mon..fri --skip-existing
      clocktool dup 9a1e --at 14:00 -p ACME/Shop --create
      clocktool dup --day mon --on tue..fri --dry-run
    """
    from clocktool.domain.entry import Draft
    from clocktool.domain.time.duration import parse_duration
    from clocktool.tracking.duplicate import Copier, new_copies
    from clocktool.tracking.select import Filters

    app = options.app_of(ctx, quiet=quiet)
    if (ref is None) == (template_day is None):
        raise UsageError(
            "dup needs either a REF or --day DAY", "for example: clocktool dup last --on mon..fri"
        )
    if create and ref is None:
        raise UsageError("--create needs a REF", "with --day, -p, -t and -T choose entries")
    seconds = None if length is None else parse_duration(length)
    names = options.names_or_new(app, create=create)
    filed = ref is not None and filters != Filters()
    if ref is None:
        sources = _of_day(app, template_day or "", filters)
    else:
        sources = [_filed(app, ref, filters, names)]
    is_now = at is not None and at.strip().lower() == "now"
    if ref is not None and is_now and not on and seconds is None:
        if dry_run:
            started = msgspec.structs.replace(sources[0], start=app.now, end=None)
            return results.write_dry_run(app, [started], output, template)
        with options.created(app, names) as fill:
            draft = msgspec.structs.replace(Draft.of(sources[0]), start=app.now, end=None)
            return results.write_started(app, app.timer.start(fill(draft)), output, template)
    days = [day for day in _days(app, on) if _exists(app, day)]
    copier = Copier(app.zone, clock=_clock(app, at), length=seconds, filed=filed)
    copies = list(copier.on_days(sources, days))
    moved = [copy for copy in copies if not copier.is_source(copy)]
    if len(moved) < len(copies):
        app.out.note("Skipped copies with the same day and time as their original.")
    wanted = new_copies(moved, app.history) if skip_existing else moved
    if len(wanted) < len(moved):
        app.out.note(f"Skipped {len(moved) - len(wanted)} of {len(moved)}: already there.")
    for note in dict.fromkeys(note for copy in wanted for note in copy.notes):
        app.out.note(note)
    ahead = sum(copy.end > app.now for copy in wanted)
    if ahead:
        app.out.note(f"{ahead} of {len(wanted)} end in the future.")
    if dry_run:
        results.write_dry_run(app, [copy.entry for copy in wanted], output, template)
        return None
    return _make(app, wanted, names, output, template)


def _filed(app: "App", ref: str, filters: "Filters", names: "Names") -> "Entry":
    """Return the entry to copy, under the project, task and tags that are given with a REF."""
    from clocktool.tracking.assignment import Assignment
    from clocktool.tracking.duplicate import file
    from clocktool.tracking.select import Filters

    names_only = Filters(projects=filters.projects, tasks=filters.tasks, tags=filters.tags)
    if filters != names_only:
        raise UsageError(
            "filters can't be combined with a REF",
            "use them with --day; -p, -t and -T file the copies of a REF elsewhere",
        )
    if len(filters.projects) > 1 or len(filters.tasks) > 1:
        raise UsageError("a copy has one project and one task", "give -p and -t once")
    entry = options.references(app).one(ref)
    if filters == Filters():
        return entry
    typed = Assignment(
        project=next(iter(filters.projects), None),
        task=next(iter(filters.tasks), None),
        tags=filters.tags or None,
    )
    filed = file(entry, typed, names)
    if entry.task is not None and filed.task is None and typed.task is None:
        app.out.note(f"Without its task, {entry.task.label}: it belongs to the old project.")
    return filed


def _of_day(app: "App", template_day: str, filters: "Filters") -> "list[Entry]":
    """Return the entries of a day to copy. A running one is left out, with a note."""
    from clocktool.domain.time.period import Period, parse_day
    from clocktool.render.entries import day_name
    from clocktool.tracking.select import Filters, starting_in

    if filters.first or filters.last or filters.users:
        raise UsageError("--from, --to and --user can't be combined with --day", "leave them out")
    day = parse_day(template_day, app.zone.day(app.now), app.week_start)
    days = Period(day, day)
    of_day = list(starting_in(days, chosen(app, filters, days), app.zone))
    finished = [each for each in of_day if not each.running]
    if len(finished) < len(of_day):
        app.out.note("Skipped the running timer of that day.")
    if not finished:
        such = "finished entry" if filters == Filters() else "matching finished entry"
        raise RefusedError(f"no {such} on {day_name(day)}", "see: clocktool list week")
    return finished


def _days(app: "App", on: list[str] | None) -> "list[date]":
    from clocktool.domain.time.period import parse_period
    from clocktool.tracking.duplicate import days_of

    today = app.zone.day(app.now)
    return days_of(parse_period(each, today, app.week_start) for each in on or ["today"])


def _exists(app: "App", day: "date") -> bool:
    """Whether a day exists in the zone; if not, a note says so."""
    if app.zone.has_day(day):
        return True
    app.out.note(f"Skipped {day:%a} {day}: it does not exist in {app.zone.name}.")
    return False


def _clock(app: "App", at: str | None) -> "time | None":
    """Return the time of day of ``--at``. Raises UsageError if it has a day."""
    from clocktool.domain.time.when import parse_clock

    if at is None:
        return None
    if at.strip().lower() == "now":
        return app.zone.local_time(app.now).time()
    clock = parse_clock(at)
    if clock is None:
        raise UsageError(f"invalid time of day {at!r}", "use 9:30 or 9am, and --on for the days")
    return clock


def _make(
    app: "App",
    copies: "Sequence[Copy]",
    names: "Names",
    output: options.Format,
    template: str | None,
) -> None:
    from clocktool.domain.entry import Entry
    from clocktool.render.entries import day_name
    from clocktool.tracking.batch import Outcome
    from clocktool.tracking.duplicate import duplicate

    batch = new_batch(app)
    with options.created(app, names) as fill:

        def change(copy: "Copy") -> "CreateEntry":
            return duplicate(copy, fill)

        if not names.has_new or len(copies) > 1:
            outcomes = batch.each(copies, change, "copies")
        else:  # if it is refused, the new names are not created
            outcomes = [Outcome(copies[0], app.outbox.carry_out(change(copies[0]))[0])]
    made = [outcome.value for outcome in outcomes if isinstance(outcome.value, Entry)]
    results.write_changed(app, made, results.verb_sign(app, "Copied"), output, template)
    note_overlaps(app, made)
    report_failures(
        app,
        batch,
        outcomes,
        "copies",
        lambda copy: (
            f"{day_name(app.zone.day(copy.start))} {app.zone.local_time(copy.start):%H:%M}"
        ),
    )
