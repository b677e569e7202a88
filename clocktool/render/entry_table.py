"""Entries for people by day: a heading with a total for each day, a line for each entry."""

from collections.abc import Container, Iterator, Sequence
from datetime import date
from itertools import islice

import msgspec

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
    size,
)
from clocktool.render.columns import FIELDS, LIST, Line
from clocktool.render.entries import CRAMPED, WARNING, View, day_name, share_room, width_of_words
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

USER = 16
"""The largest width of user names on a terminal."""

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
        longest = max(self.lengths.pieces.values(), default=0)
        self.duration_width = max(6, len(format_duration(longest)))
        self.times_width = _times_width(self.days, self.cutter, view, out)
        self._overlapping = {id(pieces[place]) for place in self.overlap.places}
        self._unsent = unsent
        self._ids = short_ids(str(piece.entry.id) for piece in pieces)
        self.has_users = len({piece.entry.user_id for piece in pieces} - {""}) > 1
        """Whether the entries belong to several users, so that each line names one."""

        self.id_width = 2 + max(map(len, self._ids.values()), default=0)

    def line(self, piece: Piece) -> Line:
        """Return the line of a piece."""
        entry = piece.entry
        return Line(
            entry,
            self.view,
            self._mark(piece),
            visible(self._ids[str(entry.id)]).rjust(self.id_width - 2),
            _times(piece, self.cutter.bounds(piece.day)[1], self.view, self.out),
            format_duration(self.lengths.pieces[id(piece)]),
        )

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
    if listed.times_width > TIMES:
        yield out.painted(f"{AGAIN} the second time: the clocks went back", "dim")


def _lay_out(listed: _List) -> Layout:
    """Return columns as wide as their texts, or as narrow as the terminal needs them.

    Ids, times and durations are measured in all lines, and are never cut. Words are measured in the
    first block of a terminal's list, in a pipe in all lines.
    """
    out = listed.out
    figures = listed.id_width, listed.times_width, listed.duration_width
    widths = dict(zip(LIST, figures, strict=False))
    width = out.table_width
    first = listed.pieces if width is None else listed.pieces[:BLOCK]
    measured = list(map(listed.line, first))
    if listed.has_users:
        users = max(size(FIELDS["user"].cell(line, out)) for line in measured)
        widths["user"] = users if width is None else min(users, USER)
    fixed = sum(widths.values()) + 2 * len(widths)
    sizes = [[size(cell) for cell in _words(line, out)] for line in measured]
    words = [max(column) for column in zip(*sizes, strict=True)] or [0, 0, 0]
    if width is not None:
        room = width - fixed
        if room < min(CRAMPED, width_of_words(*words)):
            below = Column(width=width - widths["id"] - 2)
            return Layout(
                {"id": Column(width=widths["id"]), "words": below}, width, is_stacked=True
            )
        words = list(share_room(room, *words))
    total = min(width or WIDEST, max(PLAIN_WIDTH, fixed + width_of_words(*words)))
    if width is not None and len(listed.lengths.pieces) > BLOCK:
        words[1] += max(0, total - fixed - width_of_words(*words))  # for later blocks
    widths |= dict(zip(WORDS, words, strict=True))
    columns = {
        name: Column(width=width, right=FIELDS[name].figures)
        for name, width in widths.items()
        if width
    }
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
    figures = listed.times_width + 2 + listed.duration_width
    blank = " " * (figures - size(times) - size(duration))
    yield id_, (*times, (blank, ""), *duration)
    project, description, signs = _words(line, out)
    user = FIELDS["user"].cell(line, out) if listed.has_users else ()
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


def _times_width(days: dict[date, list[Piece]], cutter: Cutter, view: View, out: Output) -> int:
    """Return the width of the times, which is larger where the clocks went back."""
    long = [
        (piece, bounds[1])
        for day, day_pieces in days.items()
        if (bounds := cutter.bounds(day))[1] - bounds[0] > 24 * 3600
        for piece in day_pieces
    ]
    return max((len(_times(*each, view, out)) for each in long), default=TIMES)


def _times(piece: Piece, after: Instant, view: View, out: Output) -> str:
    """Return the times of a piece. Its end is ``24:00`` at midnight, ``…`` while it runs."""
    if piece.grows(view.now):
        end = out.symbol("…", "...")
    elif piece.end == after and piece.entry.end != piece.end:
        end = "24:00"
    else:
        end = _clock(piece.end, view)
    return f"{_clock(piece.start, view)}{out.symbol('–', '-')}{end}"


def _clock(instant: Instant, view: View) -> str:
    """Return the local time of an instant, with a sign if the clock shows it a second time."""
    local = view.zone.local_time(instant)
    return f"{local.hour:02}:{local.minute:02}{AGAIN if local.fold else ''}"
