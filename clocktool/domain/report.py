"""Reports: time added up by project, client, day and so on, in nested groups.

Reports add up the same pieces as lists (``domain.time.midnight``), so both agree to the second. An
entry with several tags counts in the group of each tag, but only once in the group around them.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.ids import EntryId, Known, creation_order
from clocktool.domain.minutes import WorkTime, apportion, floor_minutes
from clocktool.domain.money import Rate
from clocktool.domain.overlap import Coverage
from clocktool.domain.time.calendar import CALENDAR, first_of
from clocktool.domain.time.instant import LAST, Instant
from clocktool.domain.time.midnight import Cutter, Piece
from clocktool.domain.time.period import Period
from clocktool.domain.time.zone import Zone
from clocktool.errors import UsageError, literal

if TYPE_CHECKING:
    from clocktool.domain.rounding import Rounding

KINDS = ("project", "client", "task", "tag", "user", "billable", "description", *CALENDAR)
"""The kinds of groups, besides those of a custom field: ``field:NAME``.

Those of the calendar are sorted by date, all others by time, longest first.
"""

FIELD = "field:"
"""The prefix of a kind that is a custom field. The name of the field follows."""

OWNER_KINDS = {"project": "client", "task": "project"}
"""The kind of thing that ``Group.owner`` names, by the kind of the group."""


class Group(msgspec.Struct, frozen=True):
    """The time of one project, one day …, and the groups within it.

    ``id`` is None and ``name`` empty for the group without a project, tag and so on. ``owner`` is
    the client of a project or the project of a task. ``first`` is the first day of a group by day,
    week, month, quarter or year. ``days`` holds the seconds of each day, in the total and in groups
    that have inner groups by day. ``amounts`` holds the price of billable time with a
    rate, in minor units by currency. ``rounded`` is the time after rounding, from which the amounts
    come; None without a rule.
    """

    by: str
    id: str | None
    name: str
    owner: str
    color: str
    first: date | None
    seconds: int
    billable: int
    amounts: dict[str, int]
    days: dict[date, int]
    groups: tuple["Group", ...] = ()
    shown: WorkTime = WorkTime(0)
    """The time as displayed, rounded so that minutes add up: see ``domain.minutes``."""
    rounded: int | None = None

    @property
    def time(self) -> WorkTime:
        """The time and its billable part."""
        return WorkTime(self.seconds, self.billable)

    @property
    def has_overlapping_groups(self) -> bool:
        """Whether the inner groups add up to more than this one: entries have several tags."""
        return bool(self.groups) and (
            sum(each.seconds for each in self.groups) != self.seconds
            or any(each.has_overlapping_groups for each in self.groups)
        )


class Report(msgspec.Struct, frozen=True):
    """The work of a period. ``whole`` is the total, ``week_start`` the first weekday (0: Monday).

    ``breaks`` is the time of breaks in seconds; it is not part of ``whole``. ``overlap_seconds`` is
    how many seconds of work are covered by more than one entry. Groups count these once per entry.
    """

    period: Period
    kinds: tuple[str, ...]
    week_start: int
    whole: Group
    breaks: int = 0
    overlap_seconds: int = 0


def parse_kinds(words: Iterable[str]) -> tuple[str, ...]:
    """Parse the values of ``--by``: kinds of groups, separated by commas.

    Raises UsageError for an unknown or repeated kind.
    """
    found: list[str] = []
    for word in ",".join(words).split(","):
        kind = word.strip().lower()
        if kind.startswith(FIELD) and len(kind) > len(FIELD):
            kind = FIELD + word.strip()[len(FIELD) :].strip()
        elif kind not in KINDS:
            close = get_close_matches(kind, KINDS, 1)
            near = f"did you mean {close[0]}? " if close else ""
            raise UsageError(
                f"invalid --by {literal(word)}", f"{near}Use {', '.join(KINDS)}, or {FIELD}NAME"
            )
        if kind in found:
            raise UsageError(f"--by {kind} is given twice", "give each one once")
        found.append(kind)
    return tuple(found)


class ReportBuilder:
    """Adds up pieces, in any order. It keeps sums and time spans, not the entries.

    Groups are nested in the order of ``kinds``. ``fields`` maps a kind to the id of its custom
    field. With ``rounding``, running entries are rounded as of ``now``. Without ``with_days`` the
    total has no ``days``.
    """

    def __init__(
        self,
        kinds: Sequence[str],
        week_start: int = 0,
        fields: Mapping[str, str] | None = None,
        rounding: "Rounding | None" = None,
        now: Instant = LAST,
        *,
        with_days: bool = True,
    ) -> None:
        self._rounding = rounding
        self._now = now
        self._of_day: dict[Hashable, list[Piece]] = {}
        self._kinds = tuple(kinds)
        self._fields = fields or {}
        self._week_start = week_start
        self._has_days = self._kinds[-1:] == ("day",)
        self._with_days = with_days
        self._whole = _Sum()
        self._breaks = 0
        self._covered: dict[tuple[str, date], Coverage] = {}
        self._overlap = 0
        self._firsts: dict[tuple[str, date], date] = {}
        self.days: set[date] = set()
        """The days that have a piece, including breaks."""

    def add(self, piece: Piece) -> None:
        """Add a piece to each group that it belongs to."""
        entry, length = piece.entry, piece.end - piece.start
        self.days.add(piece.day)
        if entry.is_break:
            self._breaks += length
            return
        if length:
            key = (entry.user_id, piece.day)
            covered = self._covered.get(key)
            if covered is None:
                covered = self._covered[key] = Coverage()
            covered.add(piece.start, piece.end)
        rule = self._rounding
        if rule is None or rule.scope == "total":
            rounded = length
        elif rule.scope == "entry":
            rounded = rounded_piece(piece, rule, self._now)
        else:
            rounded = 0
            self._of_day.setdefault(_day_key(piece), []).append(piece)
        self._add(self._whole, _Added(entry, piece.day, piece.start, length, rounded), 0)

    def add_sum(self, like: Entry, day: date, start: Instant, seconds: int) -> None:
        """Add the time of entries like this one within a day, or a week, month … around a day.

        ``start`` is the start of the first of them. How they overlap is added by ``add_overlap``.
        Sums can't be rounded by entry or day.
        """
        self.days.add(day)
        if like.is_break:
            self._breaks += seconds
        else:
            self._add(self._whole, _Added(like, day, start, seconds, seconds), 0)

    def add_overlap(self, seconds: int) -> None:
        """Add to the seconds that are covered by more than one entry."""
        self._overlap += seconds

    def _add(self, to: "_Sum", added: "_Added", depth: int) -> None:
        kinds = self._kinds
        like, day, length = added.like, added.day, added.seconds
        is_named = depth > 0 and kinds[depth - 1] in _NAMED
        to.add(like, added.start, length, added.rounded, is_named=is_named)
        if self._rounding is not None:
            to.add_rounded(like, added.rounded)
        if (depth == 0 and self._with_days) or (self._has_days and depth < len(kinds)):
            days = to.days
            if days is None:
                days = to.days = {}
            days[day] = days.get(day, 0) + length
        if depth == len(kinds):
            return
        groups = to.groups
        if groups is None:
            groups = to.groups = {}
        for key in self._keys(kinds[depth], like, day):
            group = groups.get(key)
            if group is None:
                group = groups[key] = _Sum()
            self._add(group, added, depth + 1)

    def _keys(self, kind: str, like: Entry, day: date) -> Iterable[Hashable]:
        """Return the keys of an entry's groups: several if it has several tags or values."""
        if kind == "tag":
            return {tag.id: None for tag in like.tags} or (None,)
        if field := self._fields.get(kind):
            return _values(like, field)
        if kind not in CALENDAR:
            return (_KEYS[kind](like),)
        first = self._firsts.get((kind, day))
        if first is None:
            first = self._firsts[kind, day] = first_of(kind, day, self._week_start)
        return (first,)

    def report(self, period: Period) -> Report:
        """Return the report. All pieces must lie in the period."""
        if self._rounding is not None:
            for pieces in self._of_day.values():
                for piece, rounded in zip(*rounded_day(pieces, self._rounding), strict=True):
                    added = _Added(piece.entry, piece.day, piece.start, 0, rounded)
                    self._add(self._whole, added, 0)
            self._of_day.clear()
        whole = self._group(self._whole, _Label(), self._kinds)
        return Report(
            period=period,
            kinds=self._kinds,
            week_start=self._week_start,
            whole=_shown(whole, floor_minutes(whole.time)),
            breaks=self._breaks,
            overlap_seconds=self._overlap
            + sum(each.overlap_seconds() for each in self._covered.values()),
        )

    def _group(self, of: "_Sum", label: "_Label", kinds: tuple[str, ...]) -> Group:
        """Return a sum as a group with a label, with its inner groups."""
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
                groups.sort(key=_sort_key)
        rounded, amounts = self._rounded(of, groups)
        return Group(
            by=label.by,
            id=label.id,
            name=label.name,
            owner=label.owner,
            color=label.color,
            first=label.first,
            seconds=of.seconds,
            billable=of.billable,
            amounts=amounts,
            days=dict(sorted((of.days or {}).items())),
            groups=tuple(groups),
            rounded=rounded,
        )

    def _rounded(self, of: "_Sum", groups: Sequence[Group]) -> tuple[int | None, dict[str, int]]:
        """Return the rounded time of a group, and its amounts."""
        rule = self._rounding
        if rule is None or rule.scope != "total":
            return (None if rule is None else of.rounded or 0), of.amounts()
        if not groups or sum(each.seconds for each in groups) != of.seconds:
            return of.rounded_by(rule)  # a line, or groups that overlap: entries have several tags
        amounts: dict[str, int] = {}
        for group in groups:
            for currency, each in group.amounts.items():
                amounts[currency] = amounts.get(currency, 0) + each
        return sum(group.rounded or 0 for group in groups), dict(sorted(amounts.items()))


class _Added(msgspec.Struct, frozen=True):
    """Time to add to each group that entries like this one belong to."""

    like: Entry
    day: date
    start: Instant
    seconds: int
    rounded: int


class _Sum:
    """The time of a group so far, with its inner groups by key.

    ``start`` and ``id`` belong to its earliest piece. ``entry`` is the entry of that piece, if the
    group takes its name from an entry.
    """

    __slots__ = (
        *("_parts", "_rated", "billable", "days", "entry", "groups", "id", "rounded", "seconds"),
        "start",
    )

    def __init__(self) -> None:
        self.seconds = self.billable = 0
        self.days: dict[date, int] | None = None
        self.groups: dict[Hashable, _Sum] | None = None
        self.start = LAST
        self.id: EntryId = Known("")
        self.entry: Entry | None = None
        self.rounded: int | None = None
        self._rated: dict[tuple[str, Rate], int] | None = None
        self._parts: dict[tuple[bool, Rate | None], int] | None = None

    @property
    def order(self) -> tuple[Instant, tuple[int, str]]:
        """The sort key for groups: their earliest piece."""
        return self.start, creation_order(self.id)

    def add(
        self, entry: Entry, start: Instant, length: int, priced: int, *, is_named: bool
    ) -> None:
        """Add a piece of an entry. ``length`` is in seconds; ``priced`` is what amounts count."""
        self.seconds += length
        if entry.billable:
            self.billable += length
            if entry.hourly_rate is not None:
                rated = self._rated
                if rated is None:
                    rated = self._rated = {}
                key = (str(entry.project.id) if entry.project else "", entry.hourly_rate)
                rated[key] = rated.get(key, 0) + priced
        if start <= self.start and (
            start < self.start or (start, creation_order(entry.id)) < self.order or not self.id
        ):
            self.start, self.id = start, entry.id
            if is_named:
                self.entry = entry

    def add_rounded(self, entry: Entry, rounded: int) -> None:
        """Add the rounded seconds of a piece."""
        self.rounded = (self.rounded or 0) + rounded
        parts = self._parts
        if parts is None:
            parts = self._parts = {}
        key = (bool(entry.billable), entry.hourly_rate if entry.billable else None)
        parts[key] = parts.get(key, 0) + rounded

    def rounded_by(self, rule: "Rounding") -> tuple[int, dict[str, int]]:
        """Round the time of each rate, and that without one; return the sum and the amounts."""
        from clocktool.domain.invoice import Line, totals

        parts = [(rate, rule.length(each)) for (_, rate), each in (self._parts or {}).items()]
        lines = [Line("", "", rate, length, ()) for rate, length in parts if rate is not None]
        return sum(length for _, length in parts), dict(sorted(totals(lines).items()))

    def amounts(self) -> dict[str, int]:
        """Return the amounts by currency, rounded once for each project and rate."""
        if not self._rated:
            return {}
        from clocktool.domain.invoice import Line, totals

        rated = self._rated.items()
        return dict(
            sorted(totals(Line("", of, rate, length, ()) for (of, rate), length in rated).items())
        )


def rounded_piece(piece: Piece, rule: "Rounding", now: Instant) -> int:
    """Return the seconds of a piece after its entry is rounded as a whole.

    What rounding adds is given to the last piece. What it takes is taken from the end.
    """
    start = piece.entry.start
    end = max(start, now if piece.entry.end is None else piece.entry.end)
    length = rule.length(end - start)
    until = length if piece.end >= end else min(length, piece.end - start)
    return until - min(length, piece.start - start)


def rounded_day(pieces: Sequence[Piece], rule: "Rounding") -> tuple[list[Piece], list[int]]:
    """Return pieces that are rounded together, oldest first, and their rounded seconds."""
    ordered = sorted(pieces, key=lambda each: (each.start, creation_order(each.entry.id)))
    return ordered, rule.parts([each.seconds for each in ordered])


def rounded_seconds(entries: Iterable[Entry], rule: "Rounding", zone: Zone, now: Instant) -> int:
    """Return the rounded seconds of entries that are one line: of an invoice, for example."""
    cutter = Cutter(zone, now)
    if rule.scope == "entry":
        return sum(rule.length(entry.seconds(now)) for entry in entries)
    sums: dict[Hashable, int] = {}
    for entry in entries:
        for piece in cutter.cut(entry):
            key = _day_key(piece) if rule.scope == "day" else None
            sums[key] = sums.get(key, 0) + piece.seconds
    return sum(map(rule.length, sums.values()))


def rounded_lengths(
    entries: Sequence[Entry], rule: "Rounding | None", zone: Zone, now: Instant
) -> list[int]:
    """Return the seconds of each entry after rounding; they add up to those of each line.

    The difference of a day is added to its last entry. A rule for totals leaves entries unchanged.
    """
    if rule is None or rule.scope == "total":
        return [entry.seconds(now) for entry in entries]
    if rule.scope == "entry":
        return [rule.length(entry.seconds(now)) for entry in entries]
    cutter = Cutter(zone, now)
    days: dict[Hashable, list[Piece]] = {}
    for entry in entries:
        for piece in cutter.cut(entry):
            days.setdefault(_day_key(piece), []).append(piece)
    lengths = {entry.id: 0 for entry in entries}
    for pieces in days.values():
        for piece, length in zip(*rounded_day(pieces, rule), strict=True):
            lengths[piece.entry.id] += length
    return [lengths[entry.id] for entry in entries]


def _day_key(piece: Piece) -> Hashable:
    """Return what is rounded together: a person's day, project, task and rate."""
    entry = piece.entry
    return (
        piece.day,
        entry.user_id,
        entry.project and entry.project.id,
        entry.task and entry.task.id,
        entry.billable,
        entry.hourly_rate if entry.billable else None,
    )


def with_empty_days(report: Report) -> Report:
    """Return a report by day with a group for each day of its period, even without time."""
    known = {group.first: group for group in report.whole.groups}
    groups = tuple(known.get(day) or _empty(day) for day in report.period.days())
    whole = msgspec.structs.replace(report.whole, groups=groups)
    return msgspec.structs.replace(report, whole=whole)


def longest_streak(days: Iterable[date]) -> int:
    """Return the largest number of consecutive days."""
    longest = length = 0
    before: date | None = None
    for day in sorted(days):
        follows = before is not None and day - before == timedelta(days=1)
        length = length + 1 if follows else 1
        longest, before = max(longest, length), day
    return longest


def _shown(group: Group, time: WorkTime) -> Group:
    """Set the displayed time of a group, and of its inner groups so that they add up."""
    parts = apportion(group.time, time, [each.time for each in group.groups])
    groups = tuple(map(_shown, group.groups, parts))
    return msgspec.structs.replace(group, shown=time, groups=groups)


def _sort_key(group: Group) -> tuple[int, bool, str, str, str, str]:
    """Return the sort key for groups: most time first, then by name, no name last."""
    name, of = group.name.casefold(), group.owner.casefold()
    is_last = group.id is None and not group.name
    return -group.seconds, is_last, name, of, group.id or "", group.name


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
"""Kinds of groups that take their name from an entry."""


def _values(entry: Entry, field: str) -> Iterable[str]:
    """Return the values of a custom field as texts. Without any, return one empty text."""
    of_field = (each.value for each in entry.fields if each.field_id == field)
    found: dict[str, None] = {}
    for value in of_field:
        for each in value if isinstance(value, list | tuple) else (value,):
            if each is not None:
                found[str(each).lower() if isinstance(each, bool) else str(each).strip()] = None
    return [text for text in found if text] or ("",)


class _Label(msgspec.Struct, frozen=True):
    """The label of a group: its kind, id, name, owner, colour and first day."""

    by: str = ""
    id: str | None = None
    name: str = ""
    owner: str = ""
    color: str = ""
    first: date | None = None


def _label(kind: str, key: Hashable, entry: Entry | None, week_start: int) -> _Label:
    """Return the label of a group by its key and one of its entries."""
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
