"""Running timers of several people: a row for each, in the columns of a list of entries."""

from collections.abc import Iterator, Sequence

from clocktool.domain.entry import Entry
from clocktool.domain.ids import short_ids
from clocktool.domain.time.duration import format_duration
from clocktool.render.columns import FIELDS, LIST, Line
from clocktool.render.entries import View, day_name
from clocktool.render.output import Output
from clocktool.render.records import headed
from clocktool.render.text import visible

COLUMNS = ("user", *LIST)


def timer_table(entries: Sequence[Entry], view: View, out: Output) -> Iterator[str]:
    """Yield the lines of a table of running timers, one timer a row."""
    short = short_ids(str(entry.id) for entry in entries)
    rows = []
    for entry in entries:
        line = Line(
            entry,
            ((out.symbol("●", "*"), "running"), (" ", "")),
            visible(short[str(entry.id)]),
            _since(entry, view, out),
            format_duration(view.length(entry)),
        )
        rows.append([FIELDS[name].cell(line, out) for name in COLUMNS])
    yield from headed([(name, FIELDS[name].figures) for name in COLUMNS], rows, out)


def _since(entry: Entry, view: View, out: Output) -> str:
    """Return when a timer started: ``09:00–…``, with the day before it unless that is today."""
    day = view.zone.day(entry.start)
    before = "" if day == view.zone.day(view.now) else f"{day_name(day)} "
    dash, end = out.symbol("–", "-"), out.symbol("…", "...")
    return f"{before}{view.zone.local_time(entry.start):%H:%M}{dash}{end}"
