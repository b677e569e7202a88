"""Time added up: the read that reports are made of."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.report import Report, ReportBuilder
from clocktool.domain.selection import Selection
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.period import ALL, Period
from clocktool.domain.time.timeline import Cutter
from clocktool.domain.time.zone import Zone

if TYPE_CHECKING:
    from clocktool.history.history import History


class Days(msgspec.Struct, frozen=True):
    """The days that sums are of, in a zone; weeks start on ``week_start``, 0 for Monday."""

    period: Period
    zone: Zone
    week_start: int = 0


class Sums(msgspec.Struct, frozen=True):
    """Time added up, as of when it was asked for, and how many entries in it wait."""

    report: Report
    as_of: Instant
    waiting: int = 0


def sums(
    history: "History",
    selection: Selection,
    days: Days,
    by: Sequence[str],
    users: Sequence[str] = (),
    *,
    fields: Mapping[str, str] | None = None,
    counted: Callable[[Iterator[Entry]], Iterator[Entry]] = iter,
    asking: Callable[[Sequence[str]], Iterable[str]] = iter,
    named: Callable[[Entry], Entry] = lambda entry: entry,
) -> Sums:
    """Return the time of a selection, added up by one thing and within it by the next.

    Entries are cut at midnight and at the ends of the period. ``fields`` are the ids of custom
    fields by kind; ``named`` gives entries the names of their users. Of all time the period is
    that of the entries. They are not held in memory.
    """
    reading = history.passing(selection, users, counted, asking)
    period = days.period
    window = period.window(days.zone)
    cutter = Cutter(days.zone, reading.as_of)
    builder = ReportBuilder(by, days.week_start, fields)
    for entry in map(named, reading):
        for piece in cutter.cut(entry, window):
            builder.add(piece)
    if period == ALL and builder.days:
        period = Period(min(builder.days), max(builder.days))
    return Sums(builder.report(period), reading.as_of, reading.waiting)
