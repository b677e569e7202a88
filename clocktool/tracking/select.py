"""Turns the period and filters of a command line into a period and a selection of entries."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date

import msgspec
from msgspec.structs import replace

from clocktool.domain.entry import Entry, ProjectRef, Tag, TaskRef
from clocktool.domain.ids import Known, Unresolved
from clocktool.domain.selection import Selection
from clocktool.domain.time.day import read_weekday
from clocktool.domain.time.duration import normalize
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.period import Period, parse_day, parse_period
from clocktool.domain.time.zone import Zone
from clocktool.errors import ClocktoolError, UsageError, literal
from clocktool.tracking.names import Names


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """The filters of a command as typed; None means not given."""

    first: str | None = None
    last: str | None = None
    projects: Sequence[str] = ()
    clients: Sequence[str] = ()
    tasks: Sequence[str] = ()
    tags: Sequence[str] = ()
    descriptions: Sequence[str] = ()
    not_projects: Sequence[str] = ()
    not_clients: Sequence[str] = ()
    not_tasks: Sequence[str] = ()
    not_tags: Sequence[str] = ()
    not_descriptions: Sequence[str] = ()
    users: Sequence[str] = ()
    billable: bool | None = None
    is_break: bool | None = None
    no_project: bool = False
    no_client: bool = False
    no_task: bool = False
    no_tags: bool = False
    running: bool = False


def starting_in(days: Period | None, entries: Iterable[Entry], zone: Zone) -> Iterator[Entry]:
    """Yield the entries of a period that start in it; all of them if it is None.

    Entries are read by the time they cover, so the first may have started on the day before.
    """
    first = None if days is None else days.window(zone)[0]
    return (entry for entry in entries if first is None or entry.start >= first)


def period_of(
    filters: Filters, period: str | None, today: date, week_start: int, default: str
) -> Period:
    """Return the period of a command: a PERIOD, or the days from ``--from`` to ``--to``.

    Both days are included; ``--from`` without ``--to`` ends today. Raises UsageError for a PERIOD
    together with these options.
    """
    if filters.first is None and filters.last is None:
        return parse_period(default if period is None else period, today, week_start)
    if period is not None:
        raise UsageError(
            f"{literal(period)} can't be used with --from or --to",
            "use a period, or --from and --to",
        )
    if filters.first is None:
        raise UsageError(
            "--to needs --from", "add --from, or use a period, like 2026-11-01..2026-11-15"
        )
    first = parse_day(filters.first, today, week_start)
    last = today if filters.last is None else parse_day(filters.last, today, week_start)
    if last < first:
        named = [
            each
            for each in (filters.first, filters.last)
            if read_weekday(normalize(each or "")) is not None
        ]
        hint = "a weekday means this week's: use the date" if named else "swap them"
        raise UsageError(f"--to {last} is before --from {first}", hint)
    return Period(first, last)


def selection_of(
    filters: Filters, names: Names, window: tuple[Instant, Instant] | None
) -> Selection:
    """Return the selection of filters: one search request for each name that is not an id.

    Tasks are looked up in the projects of the filters, or else in all projects. Raises UsageError
    for filters that no entry can match.
    """
    _refuse_contradictions(filters)
    projects = {names.project(text).id: text for text in filters.projects}
    return Selection(
        window=window,
        projects=frozenset(projects),
        clients=frozenset(names.client(text).id for text in filters.clients),
        tasks=_tasks(names, projects, filters.tasks),
        tags=frozenset(str(tag.id) for tag in names.tags(filters.tags)),
        descriptions=frozenset(text.casefold() for text in filters.descriptions),
        not_projects=frozenset(names.project(text).id for text in filters.not_projects),
        not_clients=frozenset(names.client(text).id for text in filters.not_clients),
        not_tasks=_tasks(names, projects, filters.not_tasks),
        not_tags=frozenset(str(tag.id) for tag in names.tags(filters.not_tags)),
        not_descriptions=frozenset(text.casefold() for text in filters.not_descriptions),
        billable=filters.billable,
        is_break=filters.is_break,
        has_project=False if filters.no_project else None,
        has_client=False if filters.no_client else None,
        has_task=False if filters.no_task else None,
        has_tags=False if filters.no_tags else None,
        running=filters.running,
    )


def with_ids(entry: Entry, names: Names) -> Entry:
    """Return an entry with the ids of the project, task and tags that are only names so far.

    Names that are not found stay names.
    """
    project, task = entry.project, entry.task
    with suppress(ClocktoolError):
        if project is not None and isinstance(project.id, Unresolved):
            found = names.project(project.id.name)
            project = ProjectRef(
                Known(found.id), found.name, found.color, found.client_id, found.client
            )
    with suppress(ClocktoolError):
        of = None if project is None or isinstance(project.id, Unresolved) else project.id
        if of and task is not None and isinstance(task.id, Unresolved):
            task = TaskRef(Known(names.task(of, task.id.name).id), task.name)
    return replace(
        entry, project=project, task=task, tags=tuple(_tag(each, names) for each in entry.tags)
    )


def _tag(tag: Tag, names: Names) -> Tag:
    if isinstance(tag.id, Unresolved):
        with suppress(ClocktoolError):
            return names.tag(tag.id.name)
    return tag


def _refuse_contradictions(filters: Filters) -> None:
    """Raise UsageError for filters that contradict each other, or that no entry can match."""
    for without, names, option in (
        (filters.no_project, filters.projects, "project"),
        (filters.no_client, filters.clients, "client"),
        (filters.no_task, filters.tasks, "task"),
        (filters.no_tags, filters.tags, "tag"),
    ):
        if without and names:
            none = "--no-tags" if option == "tag" else f"--no-{option}"
            raise UsageError(f"--{option} and {none} contradict each other", "use one of them")
    if "" in filters.not_descriptions:
        raise UsageError(
            "--not-description '' would leave out every entry",
            "use a part of the descriptions to leave out",
        )


def _tasks(names: Names, projects: Mapping[str, str], texts: Sequence[str]) -> frozenset[str]:
    """Return the ids of tasks by name; ``projects`` maps ids of projects to texts as typed."""
    return frozenset(task.id for text in texts for task in names.tasks(projects, text))
