"""Entries for people by day: a heading with a total for each day, a line for each entry."""

from collections.abc import Container, Iterator, Sequence
from itertools import islice

import msgspec
from msgspec.structs import replace

from clocktool.domain.entry import Entry
from clocktool.domain.ids import EntryId, short_ids
from clocktool.domain.minutes import WorkTime
from clocktool.domain.overlap import find_gaps, measure_overlap
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.midnight import Cutter, Piece, break_total, by_day, display_lengths
from clocktool.render.cells import (
    BLOCK,
    PLAIN_WIDTH,
    WIDEST,
    Cell,
    Column,
    Row,
    Table,
    fitted,
    size,
    widest,
    width_of,
)
from clocktool.render.columns import FIELDS, LIST, Line
from clocktool.render.entries import CRAMPED, WARNING, View, day_name
from clocktool.render.output import Output
from clocktool.render.table import justified, lines, paragraph, warning
from clocktool.render.text import cells, visible

AGAIN = "*"
"""The sign behind a time that the clock shows for the second time that day."""

TIMES = 11
"""The width of times: ``09:00–10:30``."""

GAP = 3600
"""The shortest gap between two entries that is reported, in seconds."""

GAPS = 3
"""How many gaps are reported with their times."""

WORDS = LIST[3:]
"""The columns that a narrow terminal cuts, or shows on a second line."""


class Layout(msgspec.Struct, frozen=True):
    """The columns of a list, and their width together with the gaps between them."""

    columns: dict[str, Column]
    total: int
    is_stacked: bool = False
    """Whether the words of an entry stand on a second line, as a narrow terminal needs it."""


class _List:
    """The pieces of a list, with all values that its lines are made of."""

    def __init__(
        self,
        entries: Sequence[Entry],
        window: tuple[Instant, Instant] | None,
        view: View,
        out: Output,
        unsent: Container[EntryId],
    ) -> None:
        self.view = view
        self.out = out
        self.cutter = Cutter(view.zone, view.now)
        self.pieces = pieces = self.cutter.cut_all(entries, window)
        self.days = by_day(pieces)
        self.overlap = measure_overlap(pieces)
        self.lengths = display_lengths(pieces)
        self._overlapping = {id(pieces[place]) for place in self.overlap.places}
        self._unsent = unsent
        self._ids = short_ids(str(piece.entry.id) for piece in pieces)
        longest = max(self.lengths.pieces.values(), default=0)
        times = max([TIMES, *(len(self._times(piece)) for piece in pieces)])
        ids = max(map(len, self._ids.values()), default=0)
        duration = max(6, len(format_duration(longest)))
        self.widths = {"id": 2 + ids, "times": times, "duration": duration}
        """The widths of columns that are never cut, in all lines."""

        if len({piece.entry.user_id for piece in pieces} - {""}) > 1:
            self.widths["user"] = 0

    def line(self, piece: Piece) -> Line:
        """Return the line of a piece."""
        entry = piece.entry
        return Line(
            entry,
            self.view,
            self._mark(piece),
            visible(self._ids[str(entry.id)]).rjust(self.widths["id"] - 2),
            self._times(piece),
            format_duration(self.lengths.pieces[id(piece)]),
        )

    def _times(self, piece: Piece) -> str:
        """Return the times of a piece. Its end is ``24:00`` at midnight, ``…`` while it runs."""
        after = self.cutter.bounds(piece.day)[1]
        if piece.grows(self.view.now):
            end = self.out.symbol("…", "...")
        elif piece.end == after and piece.entry.end != piece.end:
            end = "24:00"
        else:
            end = _clock(piece.end, self.view)
        return f"{_clock(piece.start, self.view)}{self.out.symbol('–', '-')}{end}"

    def _mark(self, piece: Piece) -> Cell:
        """Return the two marks before an id: unsent, running or overlapping; and invoiced."""
        invoiced = (self.out.symbol("✓", "i") if piece.entry.id in self.view.invoiced else " ", "")
        if piece.entry.id in self._unsent:
            return ("~", WARNING), invoiced
        if piece.grows(self.view.now):
            return (self.out.symbol("●", "*"), "running"), invoiced
        if id(piece) in self._overlapping:
            return ("!", WARNING), invoiced
        return (((invoiced[0] + " "), ""),)


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

    Entries are cut at midnight and at the window, so that the lines of a day add up to its total.
    Entries with an ``unsent`` id have a mark. Below the total stand overlaps and, ``with_gaps``,
    the hours of the day that no entry covers.
    """
    listed = _List(entries, window, view, out, unsent)
    layout = _lay_out(listed)
    first = next(iter(listed.days), None)
    for day, day_pieces in listed.days.items():
        if day != first:
            yield ""
        total = format_duration(listed.lengths.days[day].seconds)
        yield from justified(((day_name(day), "bold"),), ((total, "bold"),), layout.total, out)
        rows = (row for line in map(listed.line, day_pieces) for row in _rows(line, layout, listed))
        while block := list(islice(rows, BLOCK)):
            yield from lines(Table(list(layout.columns.values()), block), out)
    yield from _footer(listed.lengths.whole, break_total(listed.pieces), layout, out, zone_note)
    if listed.overlap.places:
        yield from _overlap_lines(listed)
    if with_gaps and (line := _gap_line(listed, layout)):
        yield line
    if listed.widths["times"] > TIMES:
        yield out.painted(f"{AGAIN} the second time: the clocks went back", "dim")


def _lay_out(listed: _List) -> Layout:
    """Return columns as wide as their texts, or as narrow as the terminal needs them.

    Words are measured in the first block of a terminal's list, in a pipe in all lines.
    """
    out, room = listed.out, listed.out.table_width
    measured = list(map(listed.line, listed.pieces if room is None else listed.pieces[:BLOCK]))
    widths = listed.widths | {
        name: widest(FIELDS[name].cell(line, out) for line in measured)
        for name in ("user", *WORDS)
        if name in listed.widths or name in WORDS
    }
    filled = {name: FIELDS[name].column(width) for name, width in widths.items() if width}
    beside = sum(width + 2 for name, width in widths.items() if name not in WORDS)
    words = sum(widths[name] + 2 for name in WORDS if widths[name]) - 2
    found = fitted(list(filled.values()), room, 2)
    if room is not None and (found is None or room - beside < min(CRAMPED, words)):
        columns = {"id": filled["id"], "words": Column(width=room - widths["id"] - 2)}
        return Layout(columns, room, is_stacked=True)
    columns = dict(zip(filled, (found or {}).values(), strict=True))
    taken = width_of(columns.values(), 2)
    total = min(room or WIDEST, max(PLAIN_WIDTH, taken))
    if room is not None and len(listed.lengths.pieces) > BLOCK and "description" in columns:
        text = columns["description"]  # wider, for later blocks
        columns["description"] = replace(text, width=(text.width or 0) + max(0, total - taken))
    return Layout(columns, total)


def _words(line: Line, out: Output) -> Row:
    return [FIELDS[name].cell(line, out) for name in WORDS]


def _rows(line: Line, layout: Layout, listed: _List) -> Iterator[Row]:
    """Yield the rows of an entry: one, or two where its words stand below its times."""
    out = listed.out
    if not layout.is_stacked:
        yield [FIELDS[name].cell(line, out) for name in layout.columns]
        return
    id_, times, duration = (FIELDS[name].cell(line, out) for name in LIST[:3])
    figures = listed.widths["times"] + 2 + listed.widths["duration"]
    blank = " " * (figures - size(times) - size(duration))
    yield id_, (*times, (blank, ""), *duration)
    project, description, signs = _words(line, out)
    user = FIELDS["user"].cell(line, out) if "user" in listed.widths else ()
    parts = [cell for cell in (user, description, project, signs) if size(cell)]
    if parts:
        yield (), [part for cell in parts for part in (*cell, ("  ", ""))][:-1]


def _footer(
    whole: WorkTime, breaks: int, layout: Layout, out: Output, zone_note: str
) -> Iterator[str]:
    """Yield the totals. The zone stands on their left, or below where there is no room."""
    parts = [f"break {format_duration(breaks)}"] if breaks else []
    parts += [f"billable {format_duration(whole.billable)}"] if whole.billable else []
    parts.append(f"total {format_duration(whole.seconds)}")
    while len(parts) > 1 and cells("    ".join(parts)) > layout.total:
        yield from justified((), ((parts.pop(0), "bold"),), layout.total, out)
    text = "    ".join(parts)
    note = visible(zone_note)
    is_beside = cells(note) + 2 + cells(text) <= layout.total
    beside = ((note, "dim"),) if note and is_beside else ()
    yield from justified(beside, ((text, "bold"),), layout.total, out)
    if note and not is_beside:
        yield from paragraph(note, "dim", out)


def _overlap_lines(listed: _List) -> Iterator[str]:
    """Yield how many entries overlap, and for how long."""
    overlap = listed.overlap
    count = len({listed.pieces[place].entry.id for place in overlap.places})
    text = f"{count} entries overlap: {format_duration(overlap.seconds)} counted twice"
    yield from warning(text, listed.out)


def _gap_line(listed: _List, layout: Layout) -> str:
    """Return a line about the gaps of a day, with the times of the first ones; ``""`` if none."""
    view, out = listed.view, listed.out
    found = [
        f"{_clock(start, view)}{out.symbol('–', '-')}{_clock(end, view)}"
        f"  {format_duration(end - start)}"
        for start, end in find_gaps(listed.pieces, GAP)
    ]
    for count in range(min(GAPS, len(found)), -1, -1):
        more = f" and {len(found) - count} more" if count and len(found) > count else ""
        name = f"gap{'s' * (len(found) > 1)}"
        text = f"  {name} {', '.join(found[:count])}{more}" if count else f"  {len(found)} {name}"
        if found and cells(text) <= layout.total:
            return out.painted(text, "dim")
    return ""


def _clock(instant: Instant, view: View) -> str:
    """Return the local time of an instant, with a sign if the clock shows it a second time."""
    local = view.zone.local_time(instant)
    return f"{local.hour:02}:{local.minute:02}{AGAIN if local.fold else ''}"
