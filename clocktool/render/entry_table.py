"""Entries for people by day, with totals, and running timers: a line for each."""

from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec.structs import replace

from clocktool.domain.entry import Entry
from clocktool.domain.ids import EntryId, short_ids
from clocktool.domain.overlap import measure_overlap
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
from clocktool.render.records import table
from clocktool.render.table import justified, lines, totals, warning
from clocktool.render.text import visible

AGAIN = "*"
"""The sign behind a time that the clock shows for the second time that day."""

TIMES = 11
"""The width of times: ``09:00–10:30``."""

DAY = 24 * 3600

BELOW = "below"
"""The column of all words of an entry, on a second line."""

WORDS = LIST[3:]
"""The columns that a narrow terminal cuts, or shows on a second line."""


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
        self._cells: dict[tuple[str, Hashable], Cell] = {}
        self._ids = short_ids(str(piece.entry.id) for piece in pieces)
        longest = max(self.lengths.pieces.values(), default=0)
        bounds = {day: self.cutter.bounds(day) for day in self.days}
        long = [day for day, (first, end) in bounds.items() if end - first > 24 * 3600]
        times = max([TIMES, *(len(self._times(each)) for day in long for each in self.days[day])])
        ids = max(map(len, self._ids.values()), default=0)
        duration = max(6, len(format_duration(longest)))
        self.widths = {"id": 2 + ids, "times": times, "duration": duration}
        """The widths of columns that are never cut, in all lines."""

        self.has_users = len({piece.entry.user_id for piece in pieces} - {""}) > 1

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

    def cell(self, name: str, line: Line) -> Cell:
        """Return a cell of a line. Those that many lines share are made once."""
        field = FIELDS[name]
        if field.shared is None:
            return field.cell(line, self.out)
        key = name, field.shared(line)
        found = self._cells.get(key)
        if found is None:
            found = self._cells[key] = field.cell(line, self.out)
        return found

    def cells(self, name: str, entries: Iterable[Entry]) -> Iterable[Cell]:
        """Return the cells of entries in a column of words, each of them once."""
        for entry in entries:
            self.cell(name, Line(entry, self.view))
        return [cell for key, cell in self._cells.items() if key[0] == name]

    def _times(self, piece: Piece) -> str:
        """Return the times of a piece. Its end is ``24:00`` at midnight, ``…`` while it runs."""
        first, after = self.cutter.bounds(piece.day)
        midnight = first if after - first == DAY else None
        if piece.grows(self.view.now):
            end = self.out.symbol("…", "...")
        elif piece.end == after and piece.entry.end != piece.end:
            end = "24:00"
        else:
            end = _clock(piece.end, self.view, midnight)
        return f"{_clock(piece.start, self.view, midnight)}{self.out.symbol('–', '-')}{end}"

    def _mark(self, piece: Piece) -> Cell:
        """Return the two marks before an id: unsent, running or overlapping; and invoiced."""
        invoiced = (self.out.symbol("✓", "i") if self.view.is_invoiced(piece.entry) else " ", "")
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
    unsent: Container[EntryId] = (),
) -> Iterator[str]:
    """Yield the lines of a list: a heading with its total for each day, a line for each piece.

    Entries are cut at midnight and at the window, so that the lines of a day add up to its total.
    Entries with an ``unsent`` id have a mark. Below the total stand overlaps.
    """
    listed = _List(entries, window, view, out, unsent)
    columns, width = _lay_out(listed)
    first = next(iter(listed.days), None)
    for day, day_pieces in listed.days.items():
        if day != first:
            yield ""
        total = format_duration(listed.lengths.days[day].seconds)
        yield from justified(((day_name(day), "bold"),), ((total, "bold"),), width, out)
        rows = (
            row for line in map(listed.line, day_pieces) for row in _rows(line, columns, listed)
        )
        while block := list(islice(rows, BLOCK)):
            yield from lines(Table(list(columns.values()), block), out)
    whole, breaks = listed.lengths.whole, break_total(listed.pieces)
    parts = [f"break {format_duration(breaks)}"] if breaks else []
    parts += [f"billable {format_duration(whole.billable)}"] if whole.billable else []
    parts.append(f"total {format_duration(whole.seconds)}")
    yield from totals(parts, width, out, visible(zone_note))
    if overlap := listed.overlap.places:
        count = len({listed.pieces[place].entry.id for place in overlap})
        length = format_duration(listed.overlap.seconds)
        yield from warning(f"{count} entries overlap: {length} counted twice", out)
    if listed.widths["times"] > TIMES:
        yield out.painted(f"{AGAIN} the second time: the clocks went back", "dim")


def timer_table(entries: Sequence[Entry], view: View, out: Output) -> Iterator[str]:
    """Yield the lines of a table of running timers of several people, one timer a row."""
    short = short_ids(str(entry.id) for entry in entries)
    today = view.zone.day(view.now)
    timers = []
    for entry in entries:
        day = view.zone.day(entry.start)
        before = "" if day == today else f"{day_name(day)} "
        times = f"{before}{_clock(entry.start, view)}{out.symbol('–', '-')}{out.symbol('…', '...')}"
        mark = ((out.symbol("●", "*"), "running"), (" ", ""))
        length = format_duration(view.length(entry))
        timers.append(Line(entry, view, mark, visible(short[str(entry.id)]), times, length))
    return table(timers, [FIELDS[name] for name in ("user", *LIST)], out)


def _lay_out(listed: _List) -> tuple[dict[str, Column], int]:
    """Return columns as wide as their texts, or as the terminal allows, and the list's width.

    Words are measured in the first block of a terminal's list, in a pipe in all lines. Where there
    is too little room for them, they are one column, which stands below the times.
    """
    room = listed.out.table_width
    measured = [piece.entry for piece in listed.pieces[: None if room is None else BLOCK]]
    names = (*(["user"] if listed.has_users else []), *WORDS)
    widths = listed.widths | {name: widest(listed.cells(name, measured)) for name in names}
    filled = {name: FIELDS[name].column(width) for name, width in widths.items() if width}
    beside = sum(width + 2 for name, width in widths.items() if name not in WORDS)
    words = sum(widths[name] + 2 for name in WORDS if widths[name]) - 2
    found = fitted(list(filled.values()), room, 2)
    if room is not None and (found is None or room - beside < min(CRAMPED, words)):
        below = Column(width=room - widths["id"] - 2)
        return {"id": filled["id"], BELOW: below}, room
    columns = dict(zip(filled, (found or {}).values(), strict=True))
    taken = width_of(columns.values(), 2)
    total = min(room or WIDEST, max(PLAIN_WIDTH, taken))
    if room is not None and len(listed.pieces) > BLOCK and "description" in columns:
        text = columns["description"]  # wider, for later blocks
        columns["description"] = replace(text, width=(text.width or 0) + max(0, total - taken))
    return columns, total


def _rows(line: Line, columns: Mapping[str, Column], listed: _List) -> Iterator[Row]:
    """Yield the rows of an entry: one, or two where its words stand below its times."""
    if BELOW not in columns:
        yield [listed.cell(name, line) for name in columns]
        return
    id_, times, duration, *words = (listed.cell(name, line) for name in LIST)
    figures = listed.widths["times"] + 2 + listed.widths["duration"]
    blank = " " * (figures - size(times) - size(duration))
    yield id_, (*times, (blank, ""), *duration)
    user = listed.cell("user", line) if listed.has_users else ()
    project, description, signs = words
    parts = [cell for cell in (user, description, project, signs) if size(cell)]
    if parts:
        yield (), [part for cell in parts for part in (*cell, ("  ", ""))][:-1]


def _clock(instant: Instant, view: View, midnight: Instant | None = None) -> str:
    """Return the local time of an instant, with a sign if the clock shows it a second time.

    ``midnight`` is the begin of its day if that has 24 hours: then the zone need not be asked.
    """
    if midnight is not None:
        minutes = (instant - midnight) // 60
        return f"{minutes // 60 % 24:02}:{minutes % 60:02}"
    local = view.zone.local_time(instant)
    return f"{local.hour:02}:{local.minute:02}{AGAIN if local.fold else ''}"
