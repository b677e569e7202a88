"""Running timers of several people: a row for each, in the columns of a list of entries."""

from collections.abc import Iterator, Sequence

from clocktool.domain.entry import Entry
from clocktool.domain.ids import short_ids
from clocktool.domain.time.duration import format_duration
from clocktool.render.columns import FIELDS, LIST, Line
from clocktool.render.entries import View, day_name
from clocktool.render.output import Output
from clocktool.render.records import table
from clocktool.render.text import visible


def timer_table(entries: Sequence[Entry], view: View, out: Output) -> Iterator[str]:
    """Yield the lines of a table of running timers, one timer a row."""
    short = short_ids(str(entry.id) for entry in entries)
    timers = [
        Line(
            entry,
            view,
            ((out.symbol("●", "*"), "running"), (" ", "")),
            visible(short[str(entry.id)]),
            _since(entry, view, out),
            format_duration(view.length(entry)),
        )
        for entry in entries
    ]
    return table(timers, [FIELDS[name] for name in ("user", *LIST)], out)


def _since(entry: Entry, view: View, out: Output) -> str:
    """Return when a timer started: ``09:00–…``, with the day before it unless that is today."""
    day = view.zone.day(entry.start)
    before = "" if day == view.zone.day(view.now) else f"{day_name(day)} "
    dash, end = out.symbol("–", "-"), out.symbol("…", "...")
    return f"{before}{view.zone.local_time(entry.start):%H:%M}{dash}{end}"
