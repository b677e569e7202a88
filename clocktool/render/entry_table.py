"""Entries for people by day: a heading with a total for each day, a line for each entry."""

from collections.abc import Container, Iterator, Sequence
from datetime import date

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.ids import SHORT, EntryId, short_ids
from clocktool.domain.minutes import Time
from clocktool.domain.overlap import Overlap, gaps, overlap_of
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.timeline import Cutter, Piece, by_day, shown, total_of_breaks
from clocktool.render.columns import View
from clocktool.render.entries import (
    DOT,
    NARROWEST,
    PLAIN_WIDTH,
    WARNING,
    WIDEST,
    day_name,
    filed,
    shown_signs,
    signs,
)
from clocktool.render.output import Output
from clocktool.render.shares import LEAST, behind, shares
from clocktool.render.text import cells, fit, visible

AGAIN = "*"
"""Stands behind a time that happens twice, the second time."""

TIMES = 11
"""How wide times are: ``09:00–10:30``."""

GAP = 3600
"""How many seconds between two entries are worth a line."""

GAPS = 3
"""How many gaps that line names."""


class Layout(msgspec.Struct, frozen=True):
    """The columns of a list of entries, in columns of the terminal."""

    ids: dict[str, str]
    id: int
    times: int
    duration: int
    filed: int
    description: int
    signs: int | None
    """None where nothing is cut."""

    total: int
    below: bool = False
    """Whether project, description and signs are on a line of their own, for want of room."""

    @property
    def fixed(self) -> int:
        """What stands before the project: mark, id, times, duration and the gaps between."""
        return self.margin + self.times + 2 + self.duration + 2

    @property
    def margin(self) -> int:
        """What stands before the times."""
        return 2 + self.id + 2


def lay_out(pieces: Sequence[Piece], out: Output, times: int = TIMES) -> Layout:
    """Return columns as wide as what is in them, or as narrow as the terminal asks for.

    Where there is no terminal nothing is cut.
    """
    ids = short_ids(str(piece.entry.id) for piece in pieces)
    longest = max((len(format_duration(piece.seconds)) for piece in pieces), default=0)
    filing = max((cells(filed(piece.entry)) for piece in pieces), default=0)
    described = max((cells(visible(piece.entry.description)) for piece in pieces), default=0)
    signed = max(
        (sum(cells(text) + 1 for text, _ in signs(piece.entry, out)) - 1 for piece in pieces),
        default=0,
    )
    signed = max(signed, 0)
    layout = Layout(
        ids=ids,
        id=max((len(each) for each in ids.values()), default=SHORT),
        times=times,
        duration=max(longest, 6),
        filed=filing,
        description=described,
        signs=None,
        total=PLAIN_WIDTH,
    )
    if out.width is None:
        natural = layout.fixed + behind(filing, described, signed)
        return msgspec.structs.replace(layout, total=min(max(PLAIN_WIDTH, natural), WIDEST))
    width = max(out.width, NARROWEST)
    room = width - layout.fixed
    below = room < min(LEAST, behind(filing, described, signed))
    filing, described, signed = shares(
        width - layout.margin if below else room, filing, described, signed
    )
    natural = layout.fixed + behind(filing, described, signed)
    return msgspec.structs.replace(
        layout,
        filed=filing,
        description=described,
        signs=signed,
        total=min(width, max(PLAIN_WIDTH, natural)),
        below=below,
    )


def entry_table(
    entries: Sequence[Entry],
    view: View,
    out: Output,
    *,
    window: tuple[Instant, Instant] | None = None,
    zone_note: str = "",
    with_gaps: bool = False,
    unsent: Container[EntryId] = (),
) -> Iterator[str]:
    """Yield the lines of a list: a heading with its total for each day, a line for each piece.

    Entries are cut at midnight and at the window, so that a day's lines add up to its total.
    What is ``unsent``, by id, is marked; what is invoiced, behind another mark, too. Below it is
    said what overlaps and, ``with_gaps``, which hours of the day have no entry.
    """
    cutter = Cutter(view.zone, view.now)
    pieces = cutter.cut_all(entries, window)
    days = by_day(pieces)
    times = _times_width(days, cutter, view, out)
    layout = lay_out(pieces, out, times)
    overlap = overlap_of(pieces)
    overlapping = {id(pieces[place]) for place in overlap.places}
    lengths = shown(pieces)
    for day, of_day in days.items():
        yield from _heading(day_name(day), format_duration(lengths.days[day].seconds), layout, out)
        for piece in of_day:
            if piece.entry.id in unsent:
                mark = out.painted("~", WARNING)
            elif piece.grows(view.now):
                mark = out.painted(out.symbol("●", "*"), "running")
            elif id(piece) in overlapping:
                mark = out.painted("!", WARNING)
            else:
                mark = ""
            sign = out.symbol("✓", "i") if piece.entry.id in view.invoiced else " "
            mark = f"{mark}{sign}" if mark else f"{sign} "
            clocks = _times(piece, cutter.bounds(day)[1], view, out)
            long = format_duration(lengths.pieces[id(piece)]).rjust(layout.duration)
            yield from _row(piece, (mark, clocks, long), layout, out)
    yield from _footer(lengths.whole, total_of_breaks(pieces), layout, out, zone_note)
    if overlap.places:
        yield _overlap_line(pieces, overlap, layout, out)
    if with_gaps and (line := _gap_line(pieces, layout, view, out)):
        yield line
    if times > TIMES:
        yield out.painted(f"{AGAIN} the second time: the clocks went back", "dim")


def _heading(left: str, right: str, layout: Layout, out: Output) -> Iterator[str]:
    gap = " " * max(2, layout.total - cells(left) - cells(right))
    yield out.painted(left, "bold") + gap + out.painted(right, "bold")


def _footer(whole: Time, breaks: int, layout: Layout, out: Output, zone_note: str) -> Iterator[str]:
    """Yield the totals, the zone on the left of them, or below where there is no room."""
    parts = [f"break {format_duration(breaks)}"] if breaks else []
    parts += [f"billable {format_duration(whole.billable)}"] if whole.billable else []
    parts.append(f"total {format_duration(whole.seconds)}")
    while len(parts) > 1 and cells("    ".join(parts)) > layout.total:
        yield out.painted(parts.pop(0).rjust(layout.total), "bold")
    text = "    ".join(parts)
    note = visible(zone_note)
    room = layout.total - cells(text)
    beside = note if cells(note) + 2 <= room else ""
    yield out.painted(beside, "dim") + " " * (room - cells(beside)) + out.painted(text, "bold")
    if note != beside:
        yield out.painted(note, "dim")


def _overlap_line(pieces: Sequence[Piece], overlap: Overlap, layout: Layout, out: Output) -> str:
    count = len({pieces[place].entry.id for place in overlap.places})
    twice = f"{format_duration(overlap.seconds)} counted twice"
    forms = f"{count} entries overlap: {twice}", f"{count} overlap: {twice}", f"{count} overlap"
    text = next((each for each in forms if len(each) + 2 <= layout.total), forms[-1])
    return f"{out.painted('!', WARNING)} {text}"


def _gap_line(pieces: Sequence[Piece], layout: Layout, view: View, out: Output) -> str:
    """Return a line about the longer gaps of a day, as many as there is room for; or nothing."""
    found = [
        f"{_clock(start, view)}{out.symbol('–', '-')}{_clock(end, view)}"
        f"  {format_duration(end - start)}"
        for start, end in gaps(pieces, GAP)
    ]
    for count in range(min(GAPS, len(found)), -1, -1):
        more = f" and {len(found) - count} more" if count and len(found) > count else ""
        name = f"gap{'s' * (len(found) > 1)}"
        text = f"  {name} {', '.join(found[:count])}{more}" if count else f"  {len(found)} {name}"
        if found and cells(text) <= layout.total:
            return out.painted(text, "dim")
    return ""


def _row(piece: Piece, figures: tuple[str, str, str], layout: Layout, out: Output) -> Iterator[str]:
    """Yield the line of a piece: its mark, times, length, and words.

    Where there is no room for the words they are on a second line.
    """
    entry = piece.entry
    mark, clocks, long = figures
    color = entry.project.color if entry.project else ""
    parts = [
        f"{mark}{out.paint(layout.ids[str(entry.id)].rjust(layout.id), 'dim')}",
        clocks.ljust(layout.times),
        out.painted(long, "dim") if entry.is_break else long,
    ]
    if layout.below:
        yield "  ".join(parts).rstrip()
        parts = [" " * (layout.margin - 2)]
    if layout.filed:
        project = fit(filed(entry, out.symbol(*DOT)), layout.filed, unicode=out.unicode)
        parts.append(out.painted(out.isolated(project), color))
    if layout.description:
        text = fit(_described(entry, layout), layout.description, unicode=out.unicode)
        parts.append(out.isolated(text))
    parts.append(shown_signs(entry, layout.signs, out))
    line = "  ".join(parts).rstrip()
    if line:
        yield line


def _described(entry: Entry, layout: Layout) -> str:
    """Return what an entry is about; that it is a break, too, where there is no room for signs."""
    text = visible(entry.description)
    return f"break {text}".rstrip() if entry.is_break and layout.signs == 0 else text


def _times_width(days: dict[date, list[Piece]], cutter: Cutter, view: View, out: Output) -> int:
    """Return how wide the times are: wider where one is of an hour that comes again."""
    long = [
        (piece, bounds[1])
        for day, of_day in days.items()
        if (bounds := cutter.bounds(day))[1] - bounds[0] > 24 * 3600
        for piece in of_day
    ]
    return max((len(_times(*each, view, out)) for each in long), default=TIMES)


def _times(piece: Piece, after: Instant, view: View, out: Output) -> str:
    """Return a piece's times; ``24:00`` where it goes on after midnight, ``…`` while it runs."""
    if piece.grows(view.now):
        end = out.symbol("…", "...")
    elif piece.end == after and piece.entry.end != piece.end:
        end = "24:00"
    else:
        end = _clock(piece.end, view)
    return f"{_clock(piece.start, view)}{out.symbol('–', '-')}{end}"


def _clock(instant: Instant, view: View) -> str:
    """Return the wall-clock time of an instant, with a sign where it comes for a second time."""
    wall = view.zone.wall(instant)
    return f"{wall.hour:02}:{wall.minute:02}{AGAIN if wall.fold else ''}"
