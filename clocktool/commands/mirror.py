"""``mirror``: the entries of an account that are kept on this machine."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from clocktool.cli import options, results
from clocktool.cli.batch import counted, entry_describer
from clocktool.errors import AnswerIsNoError, ClocktoolError

if TYPE_CHECKING:
    from clocktool.domain.entry import Entry
    from clocktool.domain.time.instant import Instant
    from clocktool.history.loader import Loader
    from clocktool.history.mirror import Differences, Status

command = options.new_group()

LOCAL_NOTE = "All of it is on this machine: the local workspace needs no mirror."


@command.callback()
def mirror(
    ctx: options.Context,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Show what is kept of an account: entries by year, as of when, size, requests of the hour.

    Entries that were read are kept, so that reports need few requests and work without a network
    ('clocktool help offline').

    Examples:
      clocktool mirror
      clocktool mirror load
      clocktool mirror verify 2026
    """
    if ctx.invoked_subcommand is not None:
        return
    app = options.app_of(ctx, quiet=quiet)
    kept = app.connection.mirror
    status = None if kept is None else kept.status()
    lines = [LOCAL_NOTE] if status is None else list(_lines(app, status))
    results.write_summary(app, _object(app, status), options.Format(output), *lines)


@command.command()
def load(
    ctx: options.Context,
    period: options.PeriodWords = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Load your entries, newest first; without PERIOD all of them.

    Each page is kept at once: a load that is interrupted, or ends with the requests of the hour,
    goes on from there. Of what is kept, only this month and the last are asked for again. PERIOD:
    2025, last-year, 2024..2026 ('clocktool help periods').

    Examples:
      clocktool mirror load
      clocktool mirror load 2024..2026
    """
    app = options.app_of(ctx, quiet=quiet)
    loader = app.loader
    if loader is None:
        return _write_counted(app, "loaded", 0, output, LOCAL_NOTE)
    from clocktool.history.plan import Window

    user = app.account.user.id
    spans = loader.parts(user, Window.of(_window(app, period)), max_age=None)
    _note_cost(app, loader, len(spans))
    oldest: list[Instant] = []

    def read() -> "Iterator[Entry]":
        for span in spans:
            for page in loader.ask(user, span):
                if loader.mirror.problem is not None:
                    raise loader.mirror.problem
                oldest.extend(entry.start for entry in page[-1:])
                yield from page

    count = 0
    try:
        for _ in counted(app, read()):
            count += 1
    except ClocktoolError:
        if count:
            back = f"{app.zone.day(oldest[-1])}"
            app.out.note(f"Loaded {count:,} entries, back to {back}; a next load goes on there.")
        raise
    line = f"Loaded {results.plural(count, 'entry')}"
    return _write_counted(app, "loaded", count, output, line)


@command.command()
def verify(
    ctx: options.Context,
    period: options.PeriodWords = None,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Compare what is kept with the service.

    It is asked again for all that is kept, or for a PERIOD of it ('clocktool help periods'). What
    differs is listed, and kept as it is now; exit code 1 then: added, changed, or gone.

    Examples:
      clocktool mirror verify
      clocktool mirror verify last-month
    """
    app = options.app_of(ctx, quiet=quiet)
    loader = app.loader
    if loader is None:
        return _write_differences(app, [], output, LOCAL_NOTE)
    from clocktool.history.plan import Window

    user = app.account.user.id
    spans = loader.held_spans(user, Window.of(_window(app, period)))
    if not spans:
        return _write_differences(app, [], output, "Nothing of it is kept: clocktool mirror load")
    found: list[Differences] = []
    for span in spans:
        found += loader.verify(user, span)
    if loader.mirror.problem is not None:
        raise loader.mirror.problem
    rows = list(_differences(found))
    _write_differences(app, rows, output, "Nothing differs.")
    if not rows:
        return None
    counts = {word: sum(row[0] == word for row in rows) for word in ("added", "changed", "gone")}
    said = ", ".join(f"{number} {word}" for word, number in counts.items() if number)
    raise AnswerIsNoError(f"the mirror was not up to date: {said}; it is now")


@command.command()
def drop(
    ctx: options.Context,
    yes: options.Yes = False,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Delete what is kept; the service has all of it.

    Examples:
      clocktool mirror drop
      clocktool mirror drop -y
    """
    app = options.app_of(ctx, quiet=quiet)
    kept = app.connection.mirror
    if kept is None:
        return _write_counted(app, "dropped", 0, output, LOCAL_NOTE)
    count = kept.status().entries
    if app.process.is_interactive:
        what = results.plural(count, "kept entry")
        options.confirm(app, f"Drop {what}?", "nothing was dropped", yes=yes)
    kept.drop()
    line = f"Dropped {results.plural(count, 'kept entry')}"
    return _write_counted(app, "dropped", count, output, line)


def _window(app: options.App, words: list[str] | None) -> "tuple[Instant, Instant] | None":
    from clocktool.domain.time.period import ALL, parse_period

    text = options.period_of(words) or "all"
    days = parse_period(text, app.zone.day(app.now), app.week_start)
    return None if days == ALL else days.window(app.zone)


def _note_cost(app: options.App, loader: "Loader", parts: int) -> None:
    """Say beforehand what a load costs; the workspace, read once a day, tells its plan."""
    from clocktool.api.directory import DAY

    app.connect().directory.workspace(app.account.workspace, age=DAY)
    quota = app.connection.quota()
    size = f"{loader.page_size:,}"
    least = results.plural(parts, "request")
    cost = f"At least {least}, and one for each {size} entries"
    if quota is not None and quota.left is not None:
        cost += f"; {quota.left} of {quota.allowed} left this hour"
    app.out.note(f"{cost}.")


def _object(app: options.App, status: "Status | None") -> dict[str, Any]:
    quota = app.connection.quota()
    requests = {
        "lastHour": None if quota is None else quota.last_hour,
        "allowed": None if quota is None else quota.allowed,
    }
    has = status is not None and status.entries
    return {
        "workspace": _workspace_name(app),
        "entries": None if status is None else status.entries,
        "from": _day(app, status.first) if status and has else None,
        "to": _day(app, status.last) if status and has else None,
        "asOf": _iso(status.oldest) if status and has else None,
        "bytes": None if status is None else status.bytes,
        "requests": requests,
    }


def _workspace_name(app: options.App) -> str:
    try:
        return app.workspace.name
    except ClocktoolError as error:
        if not error.is_temporary:
            raise
        return app.account.workspace


def _day(app: options.App, instant: "Instant | None") -> str | None:
    return None if instant is None else app.zone.day(instant).isoformat()


def _iso(instant: "Instant | None") -> str | None:
    from clocktool.domain.time.instant import format_iso

    return None if instant is None else format_iso(instant)


def _lines(app: options.App, status: "Status") -> Iterator[str]:
    from clocktool.render.text import visible

    out = app.out
    name = out.paint(visible(_workspace_name(app)), "bold")
    if not status.entries or status.first is None or status.last is None:
        yield f"{name}  nothing is kept yet: clocktool mirror load"
    else:
        days = f"{_day(app, status.first)} to {_day(app, status.last)}"
        entries = f"{status.entries:,} {'entry' if status.entries == 1 else 'entries'}"
        yield f"{name}  {entries}, {days}, {_size(status.bytes)}"
    if status.oldest is not None and status.newest is not None:
        newest, oldest = app.format_time(status.newest), app.format_time(status.oldest)
        yield f"as of {newest}" + ("" if newest == oldest else f", the oldest part {oldest}")
    yield from _years(app, status)
    quota = app.connection.quota()
    if quota is not None:
        left = "" if quota.left is None else f", {quota.left} of {quota.allowed} left"
        yield f"{results.plural(quota.last_hour, 'request')} in the last hour{left}"


def _years(app: options.App, status: "Status") -> Iterator[str]:
    from datetime import date

    from clocktool.render.chart import bar

    kept, zone = app.connection.mirror, app.zone
    if kept is None or status.first is None or status.last is None:
        return
    first, last = zone.day(status.first).year, zone.day(status.last).year
    if first == last:
        return
    years = list(range(first, last + 1))
    bounds = [zone.start_of_day(date(year, 1, 1)) for year in [*years, last + 1]]
    counts = kept.counts_by_year(bounds)
    width = len(f"{max(counts):,}")
    for year, count in zip(years, counts, strict=True):
        drawn = app.out.paint(bar(count, max(counts), BAR, app.out), "dim")
        yield f"  {year}  {count:>{width},}  {drawn}".rstrip()


BAR = 20
"""The width of the bar of the fullest year, in columns."""


def _size(count: int) -> str:
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 10 else f"{count:.1f} {unit}"
        count /= 1000  # type: ignore[assignment]
    return f"{count:.1f} GB"


Row = tuple[str, "Entry", "Entry | None"]
"""What is different of an entry, the entry, and as it was kept if it has changed."""


def _differences(found: "list[Differences]") -> Iterator[Row]:
    """Yield what differs; an entry that is gone in one part and added in another was moved."""
    added = {entry.id: entry for each in found for entry in each.added}
    gone = {entry.id: entry for each in found for entry in each.gone}
    for key, entry in added.items():
        yield ("changed", entry, gone[key]) if key in gone else ("added", entry, None)
    for each in found:
        for before, after in each.changed:
            yield "changed", after, before
    for key, entry in gone.items():
        if key not in added:
            yield "gone", entry, None


def _write_counted(
    app: options.App, name: str, count: int, output: options.SummaryFormat, line: str
) -> None:
    results.write_summary(app, {name: count}, options.Format(output), line)


def _write_differences(
    app: options.App, rows: list[Row], output: options.SummaryFormat, nothing: str
) -> None:
    """Write what differs; ``nothing`` is the note if nothing does."""
    from clocktool.render.fields import Field
    from clocktool.wire import entry_object

    if output is options.SummaryFormat.TABLE and rows:
        describe = entry_describer(app)
        for word, entry, _ in rows:
            app.out.line(f"{word:<7}  {describe(entry)}")
        return
    fields = (
        Field[Row]("difference", lambda row: row[0]),
        Field[Row]("id", lambda row: str(row[1].id)),
        Field[Row]("start", lambda row: app.zone.local_time(row[1].start).isoformat()),
        Field[Row]("description", lambda row: row[1].description),
    )

    def as_object(row: Row) -> dict[str, Any]:
        before = None if row[2] is None else entry_object(row[2], app.now)
        return {"difference": row[0], "entry": entry_object(row[1], app.now), "before": before}

    format = options.Format(output)
    results.write_records(app, rows, fields, format, nothing=nothing, as_object=as_object)
