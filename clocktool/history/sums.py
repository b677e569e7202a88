"""The read for reports: time of entries, added up."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from clocktool.api.entries import LONGEST_ENTRY
from clocktool.domain.entry import Entry
from clocktool.domain.report import Report, ReportBuilder
from clocktool.domain.selection import Selection
from clocktool.domain.time.calendar import Calendar, Spans
from clocktool.domain.time.instant import DAY, Instant
from clocktool.domain.time.midnight import Cutter
from clocktool.domain.time.period import ALL, Period
from clocktool.domain.time.zone import Zone
from clocktool.domain.totals import Question, Totals

if TYPE_CHECKING:
    from clocktool.domain.rounding import Rounding
    from clocktool.history.history import Added, History


class Days(msgspec.Struct, frozen=True):
    """A period in a zone. Weeks start on ``week_start``: 0 is Monday."""

    period: Period
    zone: Zone
    week_start: int = 0


class Sums(msgspec.Struct, frozen=True):
    """A report as of an instant, with the number of its entries that have pending changes."""

    report: Report
    as_of: Instant
    waiting: int = 0
    has_running: bool = False
    """Whether a running entry is in it, which counts until ``as_of``."""


def sums(
    history: "History",
    selection: Selection,
    days: Days,
    by: Sequence[str],
    users: Sequence[str] = (),
    *,
    fields: Mapping[str, str] | None = None,
    with_days: bool = False,
    with_overlap: bool = True,
    counted: Callable[[Iterator[Entry]], Iterator[Entry]] = iter,
    asking: Callable[[Sequence[str]], Iterable[str]] = iter,
    named: Callable[[Entry], Entry] = lambda entry: entry,
    rounding: "Rounding | None" = None,
) -> Sums:
    """Add up the time of a selection, in groups nested in the order of ``by``.

    Entries are cut at midnight and at the ends of the period, and are not kept in memory. A
    database adds them up where it can: not if each is rounded. With ``rounding`` the time is
    rounded, too. ``with_days`` keeps the time of each day, and ``with_overlap`` finds out how
    entries overlap. ``fields`` maps a kind to the id of its custom field, and ``named`` adds the
    names of users to an entry. For ``all`` the period of the report runs from the first to the last
    entry.
    """
    now = history.now
    builder = ReportBuilder(by, days.week_start, fields, rounding, now, with_days=with_days)
    window, cutter = days.period.window(days.zone), Cutter(days.zone, now)
    adding = _Adding(history, builder, cutter, window, named)
    added: Added | None = None
    if rounding is None or rounding.scope == "total":
        kinds = (*by, "day") if with_days else by
        question = Question(
            selection,
            window,
            Spans(Calendar(days.zone), kinds, days.week_start, history.rate_changes),
            now,
            (1 + LONGEST_ENTRY) * DAY,
            with_tags="tag" in by,
            with_descriptions="description" in by,
            fields=tuple((fields or {}).values()),
            with_overlap=with_overlap,
        )
        added = history.totals(question, users, counted, asking)
    if added is None:
        reading = history.stream(selection, users, counted, asking)
        for entry in reading:
            adding.add_entry(entry)
        waiting = reading.waiting
    else:
        for each in added.totals:
            adding.add_totals(each)
        for entry in added.entries:
            adding.add_whole(entry)
        waiting = added.waiting
    period = days.period
    if period == ALL and builder.days:
        period = Period(min(builder.days), max(builder.days))
    return Sums(builder.report(period), now, waiting, adding.has_running)


class _Adding:
    """Adds entries and totals to a report, with the rates and names that this user sees."""

    def __init__(
        self,
        history: "History",
        builder: ReportBuilder,
        cutter: Cutter,
        window: tuple[Instant, Instant],
        named: Callable[[Entry], Entry],
    ) -> None:
        self._rated = history.rated
        self._changes = history.rate_changes
        self._builder = builder
        self._cutter = cutter
        self._window = window
        self._named = named
        self.has_running = False

    def add_entry(self, entry: Entry) -> None:
        """Add an entry, cut at midnight."""
        entry = self._named(self._rated(entry))
        for piece in self._cutter.cut(entry, self._window):
            self._builder.add(piece)
            self.has_running = self.has_running or entry.running

    def add_whole(self, entry: Entry) -> None:
        """Add an entry, cut at midnight; its overlap with others is already in the totals."""
        entry = self._named(self._rated(entry))
        for piece in self._cutter.cut(entry, self._window):
            self._builder.add_sum(entry, piece.day, piece.start, piece.seconds)
            self.has_running = self.has_running or entry.running

    def add_totals(self, totals: Totals) -> None:
        """Add the time of a user's entries. Those that reach beyond a span are cut here."""
        builder, cutter = self._builder, self._cutter
        likes = list(map(self._named, totals.likes))
        rated: dict[tuple[int, int], Entry] = {}
        for each in totals.sums:
            key = each.like, bisect_right(self._changes, each.start)
            like = rated.get(key)
            if like is None:
                like = rated[key] = self._rated(replace(likes[each.like], start=each.start))
            builder.add_sum(like, cutter.day(each.start), each.start, each.seconds)
        for one in totals.uncut:
            self.add_whole(replace(totals.likes[one.like], start=one.start, end=one.end))
        if totals.last is not None:
            builder.days.add(cutter.day(totals.last))
        builder.add_overlap(totals.overlap)
