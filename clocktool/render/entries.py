"""Entries for people: a line for one, days with totals for many."""

from collections.abc import Container, Iterator, Sequence
from datetime import date

import msgspec

from clocktool.domain.duration import format_duration
from clocktool.domain.entry import Entry
from clocktool.domain.ids import SHORT, short_ids
from clocktool.domain.instant import Instant
from clocktool.domain.overlap import Overlap, gaps, overlap_of
from clocktool.domain.timeline import Cutter, Piece, by_day, total
from clocktool.render.columns import View
from clocktool.render.output import Output
from clocktool.render.shares import behind, shares
from clocktool.render.text import cells, fit, unpainted, visible

WARNING = "money"
"""The style of what may be wrong: yellow."""

DOT = ("·", "-")
"""What stands between project and client, and its stand-in where there is no Unicode."""

AGAIN = "*"
"""Stands behind a time that happens twice, the second time."""

NARROWEST = 40
TIMES = 11
"""How wide times are: ``09:00–10:30``."""

GAP = 3600
"""How many seconds between two entries are worth a line."""

GAPS = 3
"""How many gaps that line names."""

PLAIN_WIDTH = 78
WIDEST = 110
"""How wide headings and totals are where there is no terminal: as the lines are, within these."""


def day_name(day: date) -> str:
    """Return a day as a heading has it: ``Tue 24 Nov 2026``."""
    return f"{day:%a} {day.day} {day:%b} {day.year:04}"


def filed(entry: Entry, dot: str = "·") -> str:
    """Return where an entry is filed: project, client and task, in one text."""
    if entry.project is None:
        return ""
    parts = [entry.project.name or entry.project.id]
    if entry.project.client:
        parts.append(entry.project.client)
    name = f" {dot} ".join(parts)
    return visible(f"{name}: {entry.task.name or entry.task.id}" if entry.task else name)


def signs(entry: Entry, out: Output) -> list[tuple[str, str]]:
    """Return what is shown behind a description, each with its style: billable, break, tags."""
    found = [("$", "money")] if entry.billable else []
    if entry.type != "REGULAR":
        found.append((visible(entry.type.lower()), "dim"))
    if entry.locked or entry.approval_id:
        found.append((out.symbol("✓", "ok") if entry.approval_id else "locked", "dim"))
    found += [(f"#{visible(tag.name or tag.id)}", "tag") for tag in entry.tags]
    return found


def entry_line(mark: str, entry: Entry, view: View, out: Output) -> str:
    """Return one entry as a sentence: ``● Started 13:30  Fix login  Site · ACME  $ #dev  77b0``.

    It is cut as a row of a list is, where the terminal is narrower.
    """
    dash = out.symbol("–", "-")
    wall = view.zone.wall(entry.start)
    times = f"{wall:%H:%M}"
    if entry.end is not None:
        times += f"{dash}{_end_clock(entry.start, entry.end, view)}"
    if wall.date() != view.zone.day(view.now):
        times = f"{day_name(wall.date())} {times}"
    known = entry.end is not None or view.now > entry.start
    long = format_duration(entry.seconds(view.now)) if known else ""
    short = visible(entry.id[-SHORT:])
    described, filing = visible(entry.description), filed(entry, out.symbol(*DOT))
    signed = None
    if out.width is not None:
        taken = [unpainted(mark) + " " + times, long, short]
        room = max(out.width, NARROWEST) - sum(cells(each) + 2 for each in taken if each)
        widest = sum(cells(text) + 1 for text, _ in signs(entry, out))
        widths = shares(room, cells(filing), cells(described), max(0, widest - 1))
        filing = fit(filing, widths[0], unicode=out.unicode).rstrip()
        described = fit(described, widths[1], unicode=out.unicode).rstrip()
        signed = widths[2]
    parts = [
        out.painted(long, "bold"),
        out.painted(described, "bold"),
        out.painted(filing, entry.project.color if entry.project else ""),
        _shown_signs(entry, signed, out),
        out.painted(short, "dim"),
    ]
    return "  ".join([f"{mark} {times}", *(each for each in parts if each)])


def _end_clock(start: Instant, end: Instant, view: View) -> str:
    """Return the wall-clock time of an end, with the days it lies after the start's."""
    days = (view.zone.day(end) - view.zone.day(start)).days
    late = f"+{days}d" if days else ""
    return f"{view.zone.wall(end):%H:%M}{late}"


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

    @property
    def fixed(self) -> int:
        """What stands before the project: mark, id, times, duration and the gaps between."""
        return 2 + self.id + 2 + self.times + 2 + self.duration + 2


def lay_out(pieces: Sequence[Piece], out: Output, times: int = TIMES) -> Layout:
    """Return columns as wide as what is in them, or as narrow as the terminal asks for.

    Where there is no terminal nothing is cut.
    """
    ids = short_ids(piece.entry.id for piece in pieces)
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
    filing, described, signed = shares(width - layout.fixed, filing, described, signed)
    natural = layout.fixed + behind(filing, described, signed)
    return msgspec.structs.replace(
        layout,
        filed=filing,
        description=described,
        signs=signed,
        total=min(width, max(PLAIN_WIDTH, natural)),
    )


def entry_table(
    entries: Sequence[Entry],
    view: View,
    out: Output,
    *,
    window: tuple[Instant, Instant] | None = None,
    zone_note: str = "",
    with_gaps: bool = False,
    unsent: Container[str] = (),
) -> Iterator[str]:
    """Yield the lines of a list: a heading with its total for each day, a line for each piece.

    Entries are cut at midnight and at the window, so that a day's lines add up to its total.
    What is ``unsent``, by id, is marked. Below it is said what overlaps and, ``with_gaps``, which
    hours of the day have no entry.
    """
    cutter = Cutter(view.zone, view.now)
    pieces = cutter.cut_all(entries, window)
    days = by_day(pieces)
    times = _times_width(days, cutter, view, out)
    layout = lay_out(pieces, out, times)
    overlap = overlap_of(pieces)
    overlapping = {id(pieces[place]) for place in overlap.places}
    for day, of_day in days.items():
        yield from _heading(day_name(day), format_duration(total(of_day)), layout, out)
        for piece in of_day:
            if piece.entry.id in unsent:
                mark = out.painted("~", WARNING)
            elif piece.grows(view.now):
                mark = out.painted(out.symbol("●", "*"), "running")
            else:
                mark = out.painted("!", WARNING) if id(piece) in overlapping else " "
            clocks = _times(piece, cutter.bounds(day)[1], view, out)
            yield _row(piece, mark, clocks, layout, out)
    yield from _footer(pieces, layout, out, zone_note)
    if overlap.places:
        yield _overlap_line(pieces, overlap, layout, out)
    if with_gaps and (line := _gap_line(pieces, layout, view, out)):
        yield line
    if times > TIMES:
        yield out.painted(f"{AGAIN} the second time: the clocks went back", "dim")


def _heading(left: str, right: str, layout: Layout, out: Output) -> Iterator[str]:
    gap = " " * max(2, layout.total - cells(left) - cells(right))
    yield out.painted(left, "bold") + gap + out.painted(right, "bold")


def _footer(pieces: Sequence[Piece], layout: Layout, out: Output, zone_note: str) -> Iterator[str]:
    """Yield the totals, the zone on the left of them, or below where there is no room."""
    billable = total(piece for piece in pieces if piece.entry.billable)
    parts = [f"billable {format_duration(billable)}"] if billable else []
    parts.append(f"total {format_duration(total(pieces))}")
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
    text = f"{count} entries overlap: {twice}"
    if len(text) + 2 > layout.total:
        text = f"{count} overlap: {twice}"
    return f"{out.painted('!', WARNING)} {text}"


def _gap_line(pieces: Sequence[Piece], layout: Layout, view: View, out: Output) -> str:
    """Return a line about the longer gaps of a day, as many as there is room for; or nothing."""
    found = [
        f"{_clock(start, view)}{out.symbol('–', '-')}{_clock(end, view)}"
        f"  {format_duration(end - start)}"
        for start, end in gaps(pieces, GAP)
    ]
    for shown in range(min(GAPS, len(found)), 0, -1):
        more = f" and {len(found) - shown} more" if len(found) > shown else ""
        text = f"  gap{'s' * (len(found) > 1)} {', '.join(found[:shown])}{more}"
        if cells(text) <= layout.total or shown == 1:
            return out.painted(text, "dim")
    return ""


def _row(piece: Piece, mark: str, clocks: str, layout: Layout, out: Output) -> str:
    entry = piece.entry
    color = entry.project.color if entry.project else ""
    short = out.paint(layout.ids[entry.id].rjust(layout.id), "dim")
    parts = [
        f"{mark} {short}",
        clocks.ljust(layout.times),
        format_duration(piece.seconds).rjust(layout.duration),
    ]
    if layout.filed:
        project = fit(filed(entry, out.symbol(*DOT)), layout.filed, unicode=out.unicode)
        parts.append(out.painted(_apart(project, out), color))
    if layout.description:
        text = fit(visible(entry.description), layout.description, unicode=out.unicode)
        parts.append(_apart(text, out))
    parts.append(_shown_signs(entry, layout.signs, out))
    return "  ".join(parts).rstrip()


def _apart(text: str, out: Output) -> str:
    """Return a text that no column beside it is mixed with, if it is read from right to left.

    Some terminals turn such text around, with all up to the next Latin letter.
    """
    if text.isascii() or out.width is None or not out.unicode:
        return text
    from unicodedata import bidirectional

    if not any(bidirectional(each) in ("R", "AL", "AN") for each in text):
        return text
    bare = text.rstrip()
    return f"\u2068{bare}\u2069{text[len(bare) :]}"


def _shown_signs(entry: Entry, width: int | None, out: Output) -> str:
    """Return the signs that fit behind the description; ``…`` stands for those that do not."""
    found = signs(entry, out)
    if width is None or sum(cells(text) + 1 for text, _ in found) - 1 <= width:
        return " ".join(out.painted(_apart(text, out), style) for text, style in found)
    more = out.symbol("…", "...")
    room = width - len(more)
    shown: list[str] = []
    for text, style in found:
        room -= cells(text) + 1
        if room < 0:
            break
        shown.append(out.painted(_apart(text, out), style))
    return " ".join([*shown, more]) if width >= len(more) else ""


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
