"""Entries for people: a line for one, days with totals for many."""

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from clocktool.domain.duration import format_duration
from clocktool.domain.entry import Entry
from clocktool.domain.ids import SHORT, short_ids
from clocktool.domain.instant import Instant
from clocktool.domain.timeline import Cutter, Piece, by_day, total
from clocktool.render.columns import View
from clocktool.render.output import Output
from clocktool.render.text import cells, fit, visible

NARROWEST = 40
CRAMPED = 26
"""With less room than this behind the duration there is a description only."""

PLAIN_WIDTH = 78
WIDEST = 110
"""How wide headings and totals are where there is no terminal: as the lines are, within these."""


def day_name(day: date) -> str:
    """Return a day as a heading has it: ``Tue 24 Nov 2026``."""
    return f"{day:%a} {day.day} {day:%b} {day.year:04}"


def filed(entry: Entry) -> str:
    """Return where an entry is filed: project, client and task, in one text."""
    if entry.project is None:
        return ""
    parts = [entry.project.name or entry.project.id]
    if entry.project.client:
        parts.append(entry.project.client)
    name = " · ".join(parts)
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
    """Return one entry as a sentence: ``● Started 13:30  Fix login  Site · ACME  $ #dev  77b0``."""
    dash = out.symbol("–", "-")
    wall = view.zone.wall(entry.start)
    times = f"{wall:%H:%M}"
    if entry.end is not None:
        times += f"{dash}{_end_clock(entry.start, entry.end, view)}"
    if wall.date() != view.zone.day(view.now):
        times = f"{day_name(wall.date())} {times}"
    parts = [f"{mark} {times}"]
    if entry.end is not None or view.now > entry.start:
        parts.append(out.paint(format_duration(entry.seconds(view.now)), "bold"))
    if entry.description:
        parts.append(out.paint(entry.description, "bold"))
    if entry.project is not None:
        parts.append(out.painted(filed(entry), entry.project.color))
    shown = " ".join(out.painted(text, style) for text, style in signs(entry, out))
    if shown:
        parts.append(shown)
    parts.append(out.paint(entry.id[-SHORT:], "dim"))
    return "  ".join(parts)


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


def lay_out(pieces: Sequence[Piece], out: Output) -> Layout:
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
        times=11,
        duration=max(longest, 6),
        filed=filing,
        description=described,
        signs=None,
        total=PLAIN_WIDTH,
    )
    if out.width is None:
        natural = layout.fixed + _behind(filing, described, signed)
        return msgspec.structs.replace(layout, total=min(max(PLAIN_WIDTH, natural), WIDEST))
    width = max(out.width, NARROWEST)
    filing, described, signed = _shares(width - layout.fixed, filing, described, signed)
    natural = layout.fixed + _behind(filing, described, signed)
    return msgspec.structs.replace(
        layout,
        filed=filing,
        description=described,
        signs=signed,
        total=min(width, max(PLAIN_WIDTH, natural)),
    )


def _behind(filing: int, described: int, signed: int) -> int:
    """Return how wide project, description and signs are, with the gaps between."""
    return sum(each + 2 for each in (filing, described, signed) if each) - 2


def _shares(room: int, filing: int, described: int, signed: int) -> tuple[int, int, int]:
    """Return how wide each is in so much room: as wide as it is, or a share, or nothing.

    The description is what one reads a list for: where room is scarce it has all of it.
    """
    if _behind(filing, described, signed) <= room:
        return filing, described, signed
    if room < CRAMPED:
        return 0, min(described, room), 0
    cut_filing, cut_signed = min(filing, max(8, room * 3 // 10)), min(signed, max(6, room // 4))
    cut = min(described, max(8, room - _behind(cut_filing, 0, cut_signed) - 2))
    spare = max(0, room - _behind(cut_filing, cut, cut_signed))
    more = min(spare, signed - cut_signed)
    return cut_filing + min(spare - more, filing - cut_filing), cut, cut_signed + more


def entry_table(
    entries: Sequence[Entry],
    view: View,
    out: Output,
    *,
    window: tuple[Instant, Instant] | None = None,
    zone_note: str = "",
) -> Iterator[str]:
    """Yield the lines of a list: a heading with its total for each day, a line for each piece.

    Entries are cut at midnight and at the window, so that a day's lines add up to its total.
    """
    cutter = Cutter(view.zone, view.now)
    pieces = cutter.cut_all(entries, window)
    layout = lay_out(pieces, out)
    for day, of_day in by_day(pieces).items():
        yield from _heading(day_name(day), format_duration(total(of_day)), layout, out)
        for piece in of_day:
            yield _row(piece, cutter.bounds(day), layout, view, out)
    yield _footer(pieces, layout, out, zone_note)


def _heading(left: str, right: str, layout: Layout, out: Output) -> Iterator[str]:
    gap = " " * max(2, layout.total - cells(left) - cells(right))
    yield out.painted(left, "bold") + gap + out.painted(right, "bold")


def _footer(pieces: Sequence[Piece], layout: Layout, out: Output, zone_note: str) -> str:
    billable = total(piece for piece in pieces if piece.entry.billable)
    parts = [f"billable {format_duration(billable)}"] if billable else []
    parts.append(f"total {format_duration(total(pieces))}")
    text = "    ".join(parts)
    note = visible(zone_note)
    gap = " " * max(2 if note else 0, layout.total - cells(text) - cells(note))
    return out.painted(note, "dim") + gap + out.painted(text, "bold")


def _row(
    piece: Piece, bounds: tuple[Instant, Instant], layout: Layout, view: View, out: Output
) -> str:
    entry = piece.entry
    growing = piece.running and piece.end < bounds[1]
    color = entry.project.color if entry.project else ""
    mark = out.painted(out.symbol("●", "*"), "running") if growing else " "
    short = out.paint(layout.ids[entry.id].rjust(layout.id), "dim")
    parts = [
        f"{mark} {short}",
        _times(piece, bounds, view, out, growing=growing),
        format_duration(piece.seconds).rjust(layout.duration),
    ]
    if layout.filed:
        project = fit(filed(entry), layout.filed, unicode=out.unicode)
        parts.append(out.painted(project, color))
    if layout.description:
        parts.append(fit(visible(entry.description), layout.description, unicode=out.unicode))
    parts.append(_shown_signs(entry, layout, out))
    return "  ".join(parts).rstrip()


def _shown_signs(entry: Entry, layout: Layout, out: Output) -> str:
    """Return the signs that fit behind the description; ``…`` stands for those that do not."""
    found = signs(entry, out)
    if layout.signs is None or sum(cells(text) + 1 for text, _ in found) - 1 <= layout.signs:
        return " ".join(out.painted(text, style) for text, style in found)
    more = out.symbol("…", "...")
    room = layout.signs - len(more)
    shown: list[str] = []
    for text, style in found:
        room -= cells(text) + 1
        if room < 0:
            break
        shown.append(out.painted(text, style))
    return " ".join([*shown, more]) if layout.signs >= len(more) else ""


def _times(
    piece: Piece, bounds: tuple[Instant, Instant], view: View, out: Output, *, growing: bool
) -> str:
    """Return a piece's times; ``24:00`` where it goes on after midnight, ``…`` while it runs."""
    dash = out.symbol("–", "-")
    if growing:
        end = out.symbol("…", "...")
    elif piece.end == bounds[1] and piece.entry.end != piece.end:
        end = "24:00"
    else:
        end = f"{view.zone.wall(piece.end):%H:%M}"
    text = f"{view.zone.wall(piece.start):%H:%M}{dash}{end}"
    return text + " " * (11 - len(text))
