"""Entries by period and filters: the words of a command, to a selection, to entries."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from clocktool.api.entries import EntryQuery
from clocktool.domain.day import read_weekday
from clocktool.domain.duration import plain
from clocktool.domain.entry import Entry
from clocktool.domain.instant import Instant, shift
from clocktool.domain.period import Period, parse_day, parse_period
from clocktool.domain.selection import Selection
from clocktool.errors import UsageError
from clocktool.names import Names

if TYPE_CHECKING:
    from clocktool.account import Account
    from clocktool.api.entries import TimeEntries


DAY = 86_400
LONGEST_ENTRY = 7
"""How many days before a window an entry may have started that reaches into it: servers look at
its start only. A timer forgotten over a weekend is within that."""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """The filters of a command as they were typed; None is not said."""

    first: str | None = None
    last: str | None = None
    project: str | None = None
    client: str | None = None
    task: str | None = None
    tags: Sequence[str] = ()
    not_tags: Sequence[str] = ()
    description: str | None = None
    billable: bool | None = None
    no_project: bool = False
    no_task: bool = False
    user: str | None = None
    running: bool = False


def period_of(
    filters: Filters, period: str | None, today: date, week_start: int, default: str
) -> Period:
    """Return the days that filters are about.

    ``--from`` and ``--to`` are days, both included; ``--from`` alone goes up to today. Raises
    UsageError for a period beside them.
    """
    if filters.first is None and filters.last is None:
        return parse_period(default if period is None else period, today, week_start)
    if period is not None:
        raise UsageError(f"{period!r} is a period, and --from or --to another", "say it one way")
    if filters.first is None:
        raise UsageError("--to needs --from", "or a period, like 2026-11-01..2026-11-15")
    first = parse_day(filters.first, today, week_start)
    last = today if filters.last is None else parse_day(filters.last, today, week_start)
    if last < first:
        named = [
            each
            for each in (filters.first, filters.last)
            if read_weekday(plain(each or "")) is not None
        ]
        cure = "a weekday is this week's: write the date" if named else "swap them"
        raise UsageError(f"--to {last} is before --from {first}", cure)
    return Period(first, last)


def selection_of(
    filters: Filters, names: Names, window: tuple[Instant, Instant] | None
) -> Selection:
    """Return the selection that filters name; one search request for each name that is no id."""
    project = None if filters.project is None else names.project(filters.project).id
    task = None
    if filters.task is not None:
        if project is None:
            raise UsageError(
                "a task belongs to a project", f"say which: -p PROJECT -t {filters.task}"
            )
        task = names.task(project, filters.task, filters.project).id
    return Selection(
        window=window,
        project=project,
        task=task,
        client=None if filters.client is None else names.client(filters.client).id,
        tags=frozenset(tag.id for tag in names.tags(filters.tags)),
        not_tags=frozenset(tag.id for tag in names.tags(filters.not_tags)),
        description=filters.description,
        billable=filters.billable,
        has_project=False if filters.no_project else None,
        has_task=False if filters.no_task else None,
        running=filters.running,
    )


def select(
    entries: "TimeEntries",
    account: "Account",
    selection: Selection,
    now: Instant,
    *,
    user: str | None = None,
) -> Iterator[Entry]:
    """Yield the entries of a selection, newest start first; one request a page (operation 2).

    A server may read the bounds as instants or as wall clock of the account's zone, so it is
    asked for a day more on each side, and what is really in the window is decided here. It looks
    at starts alone, so that the first bound lies some days earlier still.
    """
    start, end = selection.window or (None, None)
    query = EntryQuery(
        start=None if start is None else shift(start, -DAY * (1 + LONGEST_ENTRY)),
        end=None if end is None else shift(end, DAY),
        project_id=selection.project,
        task_id=selection.task,
        tag_ids=tuple(sorted(selection.tags)),
        in_progress=True if selection.running else None,
    )
    for entry in entries.list_all(account.workspace, user or account.user.id, query):
        if selection.holds(entry, now):
            yield entry
