"""An entry on one line for people, and what lists of entries share with it."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.ids import SHORT, EntryId
from clocktool.domain.naming import JOINT, PLAIN_JOINT
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone
from clocktool.render.cells import Cell, Part
from clocktool.render.output import Output
from clocktool.render.text import cells, fit, unpainted, visible

WARNING = "money"
"""The style of a possible mistake: yellow."""

LEAST = 9
"""The narrowest room for words beside the times, in columns."""

CRAMPED = 26
"""The narrowest room for project, description and signs side by side, in columns."""


class View(msgspec.Struct, frozen=True):
    """The time and zone in which entries are shown.

    ``lengths`` has the seconds to show for some entries, by their ``id()``: those that are rounded
    to add up with others. Other entries show their own seconds.
    """

    now: Instant
    zone: Zone
    lengths: Mapping[int, int] = {}
    invoiced: frozenset[EntryId] = frozenset()
    """The ids of entries that clocktool has marked as invoiced."""

    def is_invoiced(self, entry: Entry) -> bool:
        """Return whether an entry is invoiced, from here or by another program."""
        return entry.invoiced or entry.id in self.invoiced

    def length(self, entry: Entry) -> int:
        """Return the seconds to show for an entry."""
        return self.lengths.get(id(entry), entry.seconds(self.now))


def day_name(day: date) -> str:
    """Return a day as headings show it: ``Tue 24 Nov 2026``."""
    return f"{day:%a} {day.day} {day:%b} {day.year:04}"


def project_text(entry: Entry, *, unicode: bool) -> str:
    """Return project, client and task of an entry in one text: ``Site · ACME: Login``."""
    if entry.project is None:
        return ""
    name = entry.project.full_name
    if not unicode:
        name = name.replace(JOINT, PLAIN_JOINT)
    return visible(f"{name}: {entry.task.label}" if entry.task else name)


def signs(entry: Entry, out: Output) -> list[Part]:
    """Return the signs behind a description: billable, type, locked or approved, tags."""
    found = [("$", "money")] if entry.billable else []
    if entry.type != "REGULAR":
        found.append((visible(entry.type.lower()), "dim"))
    if entry.locked or entry.approval_id:
        found.append((out.symbol("✓", "ok") if entry.approval_id else "locked", "dim"))
    found += [(f"#{visible(tag.label)}", "tag") for tag in entry.tags]
    return found


def spaced(parts: Iterable[Part]) -> Cell:
    """Return a cell of parts with a space between them."""
    return [each for part in parts for each in ((" ", ""), part)][1:]


def width_of_words(project: int, description: int, signs: int) -> int:
    """Return the width of project, description and signs with the gaps between them."""
    return sum(each + 2 for each in (project, description, signs) if each) - 2


def share_room(room: int, project: int, description: int, signs: int) -> tuple[int, int, int]:
    """Return the width that each of the three gets in the room: its own, a share or none.

    In a cramped room the description gets everything, because readers look for it.
    """
    if width_of_words(project, description, signs) <= room:
        return project, description, signs
    if room < CRAMPED:
        return 0, max(0, min(description, room)), 0
    least_project, least_signs = max(8, room * 3 // 10), max(6, room // 4)
    others = width_of_words(min(project, least_project), 0, min(signs, least_signs))
    description = min(description, room - others - 2)
    signs = min(signs, room - width_of_words(min(project, least_project), description, 0) - 2)
    project = min(project, room - width_of_words(0, description, signs) - 2)
    return project, description, signs


def entry_line(mark: str, entry: Entry, view: View, out: Output) -> str:
    """Return an entry as one line: ``● Started 13:30  Fix login  Site · ACME  $ #dev  77b0``.

    A narrow terminal cuts it as a list does. Words without room stand on a second line.
    """
    found = signs(entry, out)
    project = project_text(entry, unicode=out.unicode)
    description, short_id = visible(entry.description), visible(str(entry.id)[-SHORT:])
    begin, today = view.zone.local_time(entry.start), view.zone.day(view.now)
    day = begin.date()
    times = f"{begin:%H:%M}"
    if entry.end is not None:
        times += f"{'–' if out.unicode else '-'}{_end_time(day, entry.end, view)}"
    has_length = entry.end is not None or view.now > entry.start
    duration = format_duration(entry.seconds(view.now)) if has_length else ""
    start = f"{mark} {times}" if day == today else f"{mark} {day_name(day)} {times}"
    gap, width = "  ", out.table_width
    if width is not None:
        widths = cells(project), cells(description), cells(" ".join(text for text, _ in found))
        figures = sum(cells(each) + 2 for each in (duration, short_id) if each)
        room = width - cells(unpainted(start)) - 2 - figures
        if day != today and day.year == today.year and room < width_of_words(*widths):
            start, room = start.replace(f" {day.year}", "", 1), room + 5
        if room < min(LEAST, width_of_words(*widths)):
            gap, room = "\n  ", width - 2 - figures
            if cells(unpainted(start)) > width:
                start = f"{mark} {day.day} {day:%b} {times}"
        for_project, for_description, for_signs = share_room(room, *widths)
        project = fit(project, for_project, unicode=out.unicode).rstrip()
        description = fit(description, for_description, unicode=out.unicode).rstrip()
        found = fitting_signs(found, for_signs, out)
    parts = [
        out.painted(duration, "bold"),
        out.painted(out.isolated(description.rstrip()), "bold"),
        out.painted(out.isolated(project.rstrip()), entry.project.color if entry.project else ""),
        out.words(found),
        out.painted(short_id, "dim"),
    ]
    return start + gap + "  ".join(filter(None, parts))


def _end_time(day: date, end: Instant, view: View) -> str:
    """Return the local time of an end: ``01:30+1d`` if it is on the day after the first one."""
    local = view.zone.local_time(end)
    days = (local.date() - day).days
    return f"{local:%H:%M}{f'+{days}d' if days else ''}"


def fitting_signs(found: list[Part], width: int, out: Output) -> list[Part]:
    """Return the signs that fit the width; ``…`` replaces the others."""
    for count in range(len(found), -1, -1):
        more = [] if count == len(found) else [(out.symbol("…", "..."), "")]
        parts = [*found[:count], *more]
        if cells(" ".join(text for text, _ in parts)) <= width:
            return parts
    return []
