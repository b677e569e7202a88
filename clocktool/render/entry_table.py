"""Entries for people by day: a heading with a total for each day, a line for each entry."""

from collections.abc import Container, Iterator, Sequence
from datetime import date
from itertools import chain, islice

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.ids import EntryId, short_ids
from clocktool.domain.minutes import Time
from clocktool.domain.overlap import Overlap, find_gaps, measure_overlap
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.timeline import Cutter, Piece, break_total, by_day, display_lengths
from clocktool.render.cells import (
    BLOCK,
    PLAIN_WIDTH,
    WIDEST,
    Cell,
    Column,
    Row,
    Table,
    size,
    width_of,
)
from clocktool.render.columns import FIELDS, LIST, Line, View
from clocktool.render.entries import WARNING, day_name
from clocktool.render.output import Output
from clocktool.render.shares import CRAMPED, LEAST, behind, shares
from clocktool.render.table import ends, lines, paragraph
from clocktool.render.text import cells, visible

AGAIN = "*"
"""Stands behind a time that happens twice, the second time."""

TIMES = 11
"""How wide times are: ``09:00–10:30``."""

GAP = 3600
"""How many seconds between two entries are worth a line."""

GAPS = 3
"""How many gaps that line names."""

USER = 16
"""How wide names of users are at most on a terminal."""

WORDS = LIST[3:]
"""The columns that are made narrower, or left out."""


class Layout(msgspec.Struct, frozen=True):
    """The columns of a list by name, those that there is room for. ``total`` is the whole width."""

    columns: dict[str, Column]
    total: int
    shows_users: bool = False
    """Whether whose an entry is stands before its description, where there is no column for it."""

    below: int | None = None
    """How far in the words of an entry stand on a line of their own, where there is no room."""


class _List:
    """What a list shows of pieces, beside the pieces."""

    def __init__(
        self,
        pieces: Sequence[Piece],
        view: View,
        out: Output,
        cutter: Cutter,
        unsent: Container[EntryId],
    ) -> None:
        self.view = view
        self.out = out
        self.cutter = cutter
        self.overlap = measure_overlap(pieces)
        self.lengths = display_lengths(pieces)
        self._overlapping = {id(pieces[place]) for place in self.overlap.places}
        self._unsent = unsent
        self._ids = short_ids(str(piece.entry.id) for piece in pieces)
        self.shows_users = len({piece.entry.user_id for piece in pieces}) > 1
        """Whether entries are of several users, so that each says whose it is."""
        self.id_width = max(map(len, self._ids.values()), default=0)

    def line(self, piece: Piece) -> Line:
        """Return the line of a piece."""
        entry = piece.entry
        return Line(
            entry,
            self._mark(piece),
            visible(self._ids[str(entry.id)]).rjust(self.id_width),
            _times(piece, self.cutter.bounds(piece.day)[1], self.view, self.out),
            format_duration(self.lengths.pieces[id(piece)]),
        )

    def _mark(self, piece: Piece) -> Cell:
        """Return what stands before an id: what is special of the piece, and that it is billed."""
        sign = self.out.symbol("✓", "i") if piece.entry.id in self.view.invoiced else " "
        if piece.entry.id in self._unsent:
            return (("~", WARNING), (sign, ""))
        if piece.grows(self.view.now):
            return ((self.out.symbol("●", "*"), "running"), (sign, ""))
        if id(piece) in self._overlapping:
            return (("!", WARNING), (sign, ""))
        return ((f"{sign} ", ""),)


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
    found = _List(pieces, view, out, cutter, unsent)
    times = _times_width(days, cutter, view, out)
    layout = _lay_out(days, found, times)
    whole = found.lengths
    first = next(iter(days), None)
    for day, of_day in days.items():
        if day != first:
            yield ""
        total = format_duration(whole.days[day].seconds)
        yield from ends(((day_name(day), "bold"),), ((total, "bold"),), layout.total, out)
        rest = map(found.line, of_day)
        while block := list(islice(rest, BLOCK)):
            yield from _block(block, layout, out)
    yield from _footer(whole.whole, break_total(pieces), layout, out, zone_note)
    if found.overlap.places:
        yield _overlap_line(pieces, found.overlap, layout, out)
    if with_gaps and (line := _gap_line(pieces, layout, view, out)):
        yield line
    if times > TIMES:
        yield out.painted(f"{AGAIN} the second time: the clocks went back", "dim")


def _lay_out(days: dict[date, list[Piece]], found: _List, times: int) -> Layout:
    """Return columns as wide as what is in them, or as narrow as the terminal asks for.

    What has to be whole is measured in all lines, words in those of the first block. In a pipe
    nothing is cut.
    """
    out = found.out
    longest = max(found.lengths.pieces.values(), default=0)
    widths = {
        "id": 2 + found.id_width,
        "times": times,
        "duration": max(6, len(format_duration(longest))),
    }
    fixed = sum(widths.values()) + 2 * len(widths)
    width = width_of(out)
    settles = list(islice(chain.from_iterable(days.values()), None if width is None else BLOCK))
    measured = [found.line(each) for each in settles]
    sizes = [[size(cell) for cell in _words(line, out)] for line in measured]
    words = [max(column) for column in zip(*sizes, strict=True)] or [0, 0, 0]
    is_told = False
    if found.shows_users:
        users = max(size(FIELDS["user"].cell(line, out)) for line in measured)
        is_told = width is not None and width - fixed - min(users, USER) - 2 < CRAMPED
        if is_told:
            words[1] += users + 1
        else:
            widths["user"] = users if width is None else min(users, USER)
            fixed += widths["user"] + 2
    if width is not None:
        if width - fixed < min(LEAST, behind(*words)):
            return Layout(_columns(widths), width, is_told, below=widths["id"])
        words = list(shares(width - fixed, *words))
    total = min(width or WIDEST, max(PLAIN_WIDTH, fixed + behind(*words)))
    if width is not None and len(found.lengths.pieces) > BLOCK:
        words[1] += max(0, total - fixed - behind(*words))  # for what comes after the block
    return Layout(_columns(widths | dict(zip(WORDS, words, strict=True))), total, is_told)


def _columns(widths: dict[str, int]) -> dict[str, Column]:
    return {
        name: Column(width=width, right=FIELDS[name].figures)
        for name, width in widths.items()
        if width
    }


def _words(line: Line, out: Output) -> Row:
    return [FIELDS[name].cell(line, out) for name in WORDS]


def _block(block: Sequence[Line], layout: Layout, out: Output) -> Iterator[str]:
    """Yield the lines of entries, each on one line or, where there is no room, on two."""
    columns = layout.columns
    rows = [[_cell(name, line, layout, out) for name in columns] for line in block]
    above = lines(Table(list(columns.values()), rows), out)
    if layout.below is None:
        yield from above
        return
    indented = Column(width=layout.below), Column(width=layout.total - layout.below - 2)
    told = [((), _together(line, layout, out)) for line in block]
    for figures, words in zip(above, lines(Table(indented, told), out), strict=True):
        yield figures
        if words:
            yield words


def _cell(name: str, line: Line, layout: Layout, out: Output) -> Cell:
    """Return a cell; where there is no room for signs a break says so in its description."""
    cell = FIELDS[name].cell(line, out)
    if name == "description" and line.entry.is_break and "tags" not in layout.columns:
        cell = (("break ", "dim"), *cell)
    if name == "description" and layout.shows_users:
        return (*FIELDS["user"].cell(line, out), (" ", ""), *cell)
    return cell


def _together(line: Line, layout: Layout, out: Output) -> Cell:
    """Return what is told of an entry in one cell, the description first."""
    filing, described, signs = _words(line, out)
    user = FIELDS["user"].cell(line, out) if layout.shows_users else ()
    parts = [cell for cell in (user, described, filing, signs) if size(cell)]
    return [part for cell in parts for part in (*cell, ("  ", ""))][:-1]


def _footer(whole: Time, breaks: int, layout: Layout, out: Output, zone_note: str) -> Iterator[str]:
    """Yield the totals, the zone on the left of them, or below where there is no room."""
    parts = [f"break {format_duration(breaks)}"] if breaks else []
    parts += [f"billable {format_duration(whole.billable)}"] if whole.billable else []
    parts.append(f"total {format_duration(whole.seconds)}")
    while len(parts) > 1 and cells("    ".join(parts)) > layout.total:
        yield from ends((), ((parts.pop(0), "bold"),), layout.total, out)
    text = "    ".join(parts)
    note = visible(zone_note)
    is_beside = cells(note) + 2 + cells(text) <= layout.total
    beside = ((note, "dim"),) if note and is_beside else ()
    yield from ends(beside, ((text, "bold"),), layout.total, out)
    if note and not is_beside:
        yield from paragraph(note, "dim", out)


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
        for start, end in find_gaps(pieces, GAP)
    ]
    for count in range(min(GAPS, len(found)), -1, -1):
        more = f" and {len(found) - count} more" if count and len(found) > count else ""
        name = f"gap{'s' * (len(found) > 1)}"
        text = f"  {name} {', '.join(found[:count])}{more}" if count else f"  {len(found)} {name}"
        if found and cells(text) <= layout.total:
            return out.painted(text, "dim")
    return ""


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
    local = view.zone.local_time(instant)
    return f"{local.hour:02}:{local.minute:02}{AGAIN if local.fold else ''}"
