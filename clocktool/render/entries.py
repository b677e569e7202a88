"""An entry in a line for people, and the parts of one that lists have, too."""

from datetime import date

from clocktool.domain.entry import Entry
from clocktool.domain.ids import SHORT
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import Instant
from clocktool.render.cells import NARROWEST
from clocktool.render.columns import DOT, View, filed, signs
from clocktool.render.output import Output
from clocktool.render.shares import LEAST, behind, shares
from clocktool.render.text import cells, fit, unpainted, visible

WARNING = "money"
"""The style of what may be wrong: yellow."""


def day_name(day: date) -> str:
    """Return a day as a heading has it: ``Tue 24 Nov 2026``."""
    return f"{day:%a} {day.day} {day:%b} {day.year:04}"


def entry_line(mark: str, entry: Entry, view: View, out: Output) -> str:
    """Return one entry as a sentence: ``● Started 13:30  Fix login  Site · ACME  $ #dev  77b0``.

    It is cut as a row of a list is, where the terminal is narrower; where that leaves no room for
    words they are on a second line.
    """
    day = view.zone.day(entry.start)
    said = "" if day == view.zone.day(view.now) else day_name(day)
    known = entry.end is not None or view.now > entry.start
    long = format_duration(entry.seconds(view.now)) if known else ""
    short = visible(str(entry.id)[-SHORT:])
    described, filing = visible(entry.description), filed(entry, out.symbol(*DOT))
    signed = None
    start = f"{mark} {_times(entry, said, view, out)}"
    between = "  "
    if out.width is not None:
        width = max(out.width, NARROWEST)
        widest = max(0, sum(cells(text) + 1 for text, _ in signs(entry, out)) - 1)
        wanted = cells(filing), cells(described), widest
        figures = sum(cells(each) + 2 for each in (long, short) if each)
        room = width - cells(unpainted(start)) - 2 - figures
        if room < min(LEAST, behind(*wanted)):
            between, room = "\n  ", width - 2 - figures
            if cells(unpainted(start)) > width:
                start = f"{mark} {_times(entry, f'{day.day} {day:%b}', view, out)}"
        widths = shares(room, *wanted)
        filing = fit(filing, widths[0], unicode=out.unicode).rstrip()
        described = fit(described, widths[1], unicode=out.unicode).rstrip()
        signed = widths[2]
    parts = [
        out.painted(long, "bold"),
        out.painted(out.isolated(described), "bold"),
        out.painted(out.isolated(filing), entry.project.color if entry.project else ""),
        shown_signs(entry, signed, out),
        out.painted(short, "dim"),
    ]
    return start + between + "  ".join(each for each in parts if each)


def _times(entry: Entry, day: str, view: View, out: Output) -> str:
    """Return when an entry was: ``09:00–10:30``, with the day before it where one is given."""
    times = f"{view.zone.local_time(entry.start):%H:%M}"
    if entry.end is not None:
        times += f"{out.symbol('–', '-')}{_end_clock(entry.start, entry.end, view)}"
    return f"{day} {times}" if day else times


def _end_clock(start: Instant, end: Instant, view: View) -> str:
    """Return the wall-clock time of an end, with the days it lies after the start's."""
    days = (view.zone.day(end) - view.zone.day(start)).days
    late = f"+{days}d" if days else ""
    return f"{view.zone.local_time(end):%H:%M}{late}"


def shown_signs(entry: Entry, width: int | None, out: Output) -> str:
    """Return the signs that fit behind the description; ``…`` stands for those that do not."""
    found = signs(entry, out)
    if width is None or sum(cells(text) + 1 for text, _ in found) - 1 <= width:
        return " ".join(out.painted(out.isolated(text), style) for text, style in found)
    more = out.symbol("…", "...")
    room = width - len(more)
    shown: list[str] = []
    for text, style in found:
        room -= cells(text) + 1
        if room < 0:
            break
        shown.append(out.painted(out.isolated(text), style))
    return " ".join([*shown, more]) if width >= len(more) else ""
