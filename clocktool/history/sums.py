"""The read for reports: time of entries, added up."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.report import Report, ReportBuilder
from clocktool.domain.selection import Selection
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.midnight import Cutter
from clocktool.domain.time.period import ALL, Period
from clocktool.domain.time.zone import Zone

if TYPE_CHECKING:
    from clocktool.domain.rounding import Rounding
    from clocktool.history.history import History


class Days(msgspec.Struct, frozen=True):
    """A period in a zone. Weeks start on ``week_start``, 0 for Monday."""

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
    counted: Callable[[Iterator[Entry]], Iterator[Entry]] = iter,
    asking: Callable[[Sequence[str]], Iterable[str]] = iter,
    named: Callable[[Entry], Entry] = lambda entry: entry,
    rounding: "Rounding | None" = None,
) -> Sums:
    """Add up the time of a selection, in groups nested in the order of ``by``.

    Entries are cut at midnight and at the ends of the period, and are not kept in memory.
    With ``rounding`` the time is rounded, too.
    ``fields`` maps a kind to the id of its custom field, and ``named`` adds the names of users to
    an entry. For ``all`` the period of the report runs from the first to the last entry.
    """
    reading = history.stream(selection, users, counted, asking)
    period = days.period
    window, has_running = period.window(days.zone), False
    cutter = Cutter(days.zone, reading.as_of)
    builder = ReportBuilder(by, days.week_start, fields, rounding, reading.as_of)
    for entry in map(named, map(history.rated, reading)):
        for piece in cutter.cut(entry, window):
            builder.add(piece)
            has_running = has_running or piece.entry.running
    if period == ALL and builder.days:
        period = Period(min(builder.days), max(builder.days))
    return Sums(builder.report(period), reading.as_of, reading.waiting, has_running)
