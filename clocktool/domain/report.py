"""A report: the pieces of entries added up, by one thing and within that by the next.

Only pieces are added up (``domain.timeline``), so that a report, a list and its total agree to the
second. An entry with several tags counts in each of them, and once in whatever they lie in.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from difflib import get_close_matches

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.ids import EntryId, Known, creation_order
from clocktool.domain.invoice import Line, totals
from clocktool.domain.minutes import Time, apportion, floor_minutes
from clocktool.domain.money import Rate
from clocktool.domain.overlap import Covered
from clocktool.domain.time.instant import LAST, Instant
from clocktool.domain.time.period import Period
from clocktool.domain.time.timeline import Piece
from clocktool.domain.time.week import first_of_week
from clocktool.errors import UsageError, quoted

CALENDAR = ("day", "week", "month", "quarter", "year")
"""What lies in the order of the calendar; all else begins with what took longest."""

KINDS = ("project", "client", "task", "tag", "user", "billable", "description", *CALENDAR)
"""What time can be added up by, besides a custom field: ``field:NAME``."""

FIELD = "field:"
"""What the kind of a custom field begins with; its name follows."""

OWNER = {"project": "client", "task": "project"}
"""Whose something is, by its kind: what ``Group.of`` names."""


class Group(msgspec.Struct, frozen=True):
    """The time of one project, one day …, and the groups within it.

    ``id`` is None for what has none: no project, no tag. ``name`` is for machines, empty there;
    ``of`` says whose it is: a project's client, a task's project. ``first`` is the first day of a
    stretch of the calendar. ``days`` are the seconds of each day, which only the whole has, and
    what is added up by day at last. ``amounts`` are what the billable seconds of a known rate
    cost, in minor units by currency.
    """

    by: str
    id: str | None
    name: str
    of: str
    color: str
    first: date | None
    seconds: int
    billable: int
    amounts: dict[str, int]
    days: dict[date, int]
    groups: tuple["Group", ...] = ()
    shown: Time = Time(0)
    """Its time as people are shown it, so that minutes add up: see ``minutes``."""

    @property
    def time(self) -> Time:
        """Its time and the billable part."""
        return Time(self.seconds, self.billable)

    @property
    def overlaps(self) -> bool:
        """Whether groups in here add up to more than this does: entries have several tags."""
        return bool(self.groups) and (
            sum(each.seconds for each in self.groups) != self.seconds
            or any(each.overlaps for each in self.groups)
        )


class Report(msgspec.Struct, frozen=True):
    """A period's work; ``whole`` is all of it. Weeks start on ``week_start``, 0 for Monday.

    Breaks are apart: ``breaks`` is their sum. Of the work ``twice`` is covered more than once, each
    second counted once; it counts in the sums as often as it is there. All in seconds.
    """

    period: Period
    kinds: tuple[str, ...]
    week_start: int
    whole: Group
    breaks: int = 0
    twice: int = 0


def read_kinds(words: Iterable[str]) -> tuple[str, ...]:
    """Read what to add up by: ``project``, ``field:NAME``, or several with commas between.

    Raises UsageError for anything else, and for what is said twice.
    """
    found: list[str] = []
    for word in ",".join(words).split(","):
        kind = word.strip().lower()
        if kind.startswith(FIELD) and len(kind) > len(FIELD):
            kind = FIELD + word.strip()[len(FIELD) :].strip()
        elif kind not in KINDS:
            close = get_close_matches(kind, KINDS, 1)
            also = f"did you mean {close[0]}? It takes" if close else "it takes"
            raise UsageError(
                f"time is not added up by {quoted(word)}",
                f"{also} {', '.join(KINDS)}, {FIELD}NAME",
            )
        if kind in found:
            raise UsageError(f"--by {kind} is said twice", "say each once")
        found.append(kind)
    return tuple(found)


class Adding:
    """Pieces added up as they come, in any order: what is held is sums, and where time overlaps.

    By the first kind and within it by the next; ``fields`` are the ids of custom fields by kind.
    """

    def __init__(
        self, kinds: Sequence[str], week_start: int = 0, fields: Mapping[str, str] | None = None
    ) -> None:
        self._kinds = tuple(kinds)
        self._fields = fields or {}
        self._week_start = week_start
        self._has_days = self._kinds[-1:] == ("day",)
        self._whole = _Sum()
        self._breaks = 0
        self._covered: dict[tuple[str, date], Covered] = {}
        self._firsts: dict[tuple[str, date], date] = {}
        self.days: set[date] = set()
        """The days that have a piece, a break, too."""

    def add(self, piece: Piece) -> None:
        """Add a piece to all that it is part of."""
        entry, length = piece.entry, piece.end - piece.start
        self.days.add(piece.day)
        if entry.is_break:
            self._breaks += length
            return
        if length:
            key = (entry.user_id, piece.day)
            covered = self._covered.get(key)
            if covered is None:
                covered = self._covered[key] = Covered()
            covered.add(piece.start, piece.end)
        self._add(self._whole, piece, length, 0)

    def _add(self, to: "_Sum", piece: Piece, length: int, depth: int) -> None:
        kinds = self._kinds
        is_named = depth > 0 and kinds[depth - 1] in _NAMED
        to.add(piece.entry, piece.start, length, is_named=is_named)
        if depth == 0 or (self._has_days and depth < len(kinds)):
            days = to.days
            if days is None:
                days = to.days = {}
            days[piece.day] = days.get(piece.day, 0) + length
        if depth == len(kinds):
            return
        groups = to.groups
        if groups is None:
            groups = to.groups = {}
        for key in self._keys(kinds[depth], piece):
            group = groups.get(key)
            if group is None:
                group = groups[key] = _Sum()
            self._add(group, piece, length, depth + 1)

    def _keys(self, kind: str, piece: Piece) -> Iterable[Hashable]:
        """Return what a piece belongs to; one of several tags or values belongs to each of them."""
        if kind == "tag":
            return {tag.id: None for tag in piece.entry.tags} or (None,)
        if field := self._fields.get(kind):
            return _values(piece.entry, field)
        if kind not in CALENDAR:
            return (_KEYS[kind](piece.entry),)
        first = self._firsts.get((kind, piece.day))
        if first is None:
            first = self._firsts[kind, piece.day] = _first(kind, piece.day, self._week_start)
        return (first,)

    def report(self, period: Period) -> Report:
        """Return the report of a period that all of it is of."""
        whole = self._group(self._whole, _Label(), self._kinds)
        return Report(
            period=period,
            kinds=self._kinds,
            week_start=self._week_start,
            whole=_shown(whole, floor_minutes(whole.time)),
            breaks=self._breaks,
            twice=sum(each.twice() for each in self._covered.values()),
        )

    def _group(self, of: "_Sum", label: "_Label", kinds: tuple[str, ...]) -> Group:
        """Return a sum as a group under a label, and the groups within."""
        groups: list[Group] = []
        if kinds:
            kind, rest = kinds[0], kinds[1:]
            within = sorted((of.groups or {}).items(), key=lambda each: each[1].order)
            for key, each in within:
                name = _label(kind, key, each.entry, self._week_start)
                groups.append(self._group(each, name, rest))
            if kind in CALENDAR:
                groups.sort(key=lambda each: each.first or date.min)
            else:
                groups.sort(key=_rank)
        return Group(
            by=label.by,
            id=label.id,
            name=label.name,
            of=label.of,
            color=label.color,
            first=label.first,
            seconds=of.seconds,
            billable=of.billable,
            amounts=of.amounts(),
            days=dict(sorted((of.days or {}).items())),
            groups=tuple(groups),
        )


class _Sum:
    """The time of a group so far, and of those within it by what they are of.

    ``start`` and ``id`` are of its earliest piece; ``entry`` is that one's, where it is to give the
    group its name.
    """

    __slots__ = ("_rated", "billable", "days", "entry", "groups", "id", "seconds", "start")

    def __init__(self) -> None:
        self.seconds = self.billable = 0
        self.days: dict[date, int] | None = None
        self.groups: dict[Hashable, _Sum] | None = None
        self.start = LAST
        self.id: EntryId = Known("")
        self.entry: Entry | None = None
        self._rated: dict[tuple[str, Rate], int] | None = None

    @property
    def order(self) -> tuple[Instant, tuple[int, str]]:
        """What sorts groups by their earliest piece."""
        return self.start, creation_order(self.id)

    def add(self, entry: Entry, start: Instant, length: int, *, is_named: bool) -> None:
        """Add a piece of an entry, of so many seconds."""
        self.seconds += length
        if entry.billable:
            self.billable += length
            if entry.hourly_rate is not None:
                rated = self._rated
                if rated is None:
                    rated = self._rated = {}
                key = (str(entry.project.id) if entry.project else "", entry.hourly_rate)
                rated[key] = rated.get(key, 0) + length
        if start <= self.start and (
            start < self.start or (start, creation_order(entry.id)) < self.order or not self.id
        ):
            self.start, self.id = start, entry.id
            if is_named:
                self.entry = entry

    def amounts(self) -> dict[str, int]:
        """Return what it costs by currency: an amount is rounded once a project and rate."""
        rated = (self._rated or {}).items()
        return dict(
            sorted(totals(Line("", of, rate, length, ()) for (of, rate), length in rated).items())
        )


def report_of(
    pieces: Iterable[Piece], period: Period, kinds: Sequence[str], week_start: int = 0
) -> Report:
    """Return the report of a period's pieces, by the first kind and within it by the next."""
    adding = Adding(kinds, week_start)
    for piece in pieces:
        adding.add(piece)
    return adding.report(period)


def with_empty_days(report: Report) -> Report:
    """Return a report by day that has each day of its period, also those without time."""
    known = {group.first: group for group in report.whole.groups}
    groups = tuple(known.get(day) or _empty(day) for day in report.period.days())
    whole = msgspec.structs.replace(report.whole, groups=groups)
    return msgspec.structs.replace(report, whole=whole)


def longest_streak(days: Iterable[date]) -> int:
    """Return how many days follow each other at most."""
    longest = length = 0
    before: date | None = None
    for day in sorted(days):
        follows = before is not None and day - before == timedelta(days=1)
        length = length + 1 if follows else 1
        longest, before = max(longest, length), day
    return longest


def _shown(group: Group, time: Time) -> Group:
    """Return a group that is shown with such a time, and those within it so that they add up."""
    parts = apportion(group.time, time, [each.time for each in group.groups])
    groups = tuple(map(_shown, group.groups, parts))
    return msgspec.structs.replace(group, shown=time, groups=groups)


def _rank(group: Group) -> tuple[int, bool, str, str, str]:
    """Return the place of a group: most time first, then by name, no name last."""
    name, of = group.name.casefold(), group.of.casefold()
    return -group.seconds, group.id is None and not group.name, name, of, group.id or ""


_KEYS: dict[str, Callable[[Entry], Hashable]] = {
    "project": lambda entry: entry.project and entry.project.id,
    "client": lambda entry: (
        (entry.project.client_id or entry.project.client or None) if entry.project else None
    ),
    "task": lambda entry: entry.task and entry.task.id,
    "user": lambda entry: entry.user_id or entry.user or None,
    "billable": lambda entry: entry.billable,
    "description": lambda entry: entry.description,
}

_NAMED = ("project", "client", "task", "tag", "user")
"""What takes its name from an entry."""


def _values(entry: Entry, field: str) -> Iterable[str]:
    """Return the values of a custom field as texts, one empty text for none."""
    of_field = (each.value for each in entry.fields if each.field_id == field)
    found: dict[str, None] = {}
    for value in of_field:
        for each in value if isinstance(value, list | tuple) else (value,):
            if each is not None:
                found[str(each).lower() if isinstance(each, bool) else str(each).strip()] = None
    return [text for text in found if text] or ("",)


def _first(kind: str, day: date, week_start: int) -> date:
    """Return the first day of the stretch of the calendar that a day lies in."""
    match kind:
        case "week":
            return first_of_week(day, week_start)
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


class _Label(msgspec.Struct, frozen=True):
    """What a group is called."""

    by: str = ""
    id: str | None = None
    name: str = ""
    of: str = ""
    color: str = ""
    first: date | None = None


def _label(kind: str, key: Hashable, entry: Entry | None, week_start: int) -> _Label:
    """Return what the group of a key is called, from one of its entries."""
    if isinstance(key, date):
        name = _calendar_name(kind, key, week_start)
        return _Label(kind, name, name, first=key)
    if kind == "billable":
        return _Label(kind, name="true" if key else "false")
    if kind == "description" or kind.startswith(FIELD) or key is None or entry is None:
        return _Label(kind, name=str(key or ""))
    id_, project = str(key), entry.project
    if kind == "project" and project is not None:
        return _Label(kind, id_, project.name or id_, project.client, project.color)
    if kind == "client" and project is not None:
        return _Label(kind, id_, project.client or id_)
    if kind == "task" and entry.task is not None:
        of = project.label if project else ""
        return _Label(kind, id_, entry.task.name or id_, of)
    if kind == "tag":
        return _Label(kind, id_, next((t.name for t in entry.tags if t.id == id_), "") or id_)
    return _Label(kind, id_, entry.user or id_)


def _calendar_name(kind: str, first: date, week_start: int) -> str:
    """Return ``2026-11-24``, ``2026-W48``, ``2026-11``, ``2026-Q4`` or ``2026``.

    Weeks that do not start on a Monday are named for their first day.
    """
    if kind == "year":
        return f"{first.year:04}"
    if kind == "quarter":
        return f"{first.year:04}-Q{first.month // 3 + 1}"
    if kind == "month":
        return first.isoformat()[:7]
    if kind == "week" and week_start == 0:
        year, week, _ = first.isocalendar()
        return f"{year:04}-W{week:02}"
    return first.isoformat()


def _empty(day: date) -> Group:
    name = day.isoformat()
    return Group("day", name, name, "", "", day, 0, 0, {}, {})
