"""Copies of entries on other days, at the same local time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.directory import Project, Task
from clocktool.domain.entry import Draft, Entry, ProjectRef, Tag, TaskRef, preview_entry
from clocktool.domain.ids import Known, NameId
from clocktool.domain.selection import Selection
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import Instant, check_range, shift
from clocktool.domain.time.zone import Occurrence, Zone
from clocktool.errors import RefusedError, UsageError
from clocktool.outbox.create import Create
from clocktool.tracking.assignment import Assignment, changed, resolve

if TYPE_CHECKING:
    from clocktool.domain.time.period import Period
    from clocktool.history.history import History
    from clocktool.tracking.names import Names


class Copy(msgspec.Struct, frozen=True):
    """A copy to create: its source, start and end, and notes about its times.

    If it is ``filed`` elsewhere, its source has a changed project, task or tags.
    """

    source: Entry
    start: Instant
    end: Instant
    notes: tuple[str, ...] = ()
    filed: bool = False

    @property
    def entry(self) -> Entry:
        """The entry that the copy will be; its id is empty."""
        return msgspec.structs.replace(
            self.source,
            id=Known(""),
            start=self.start,
            end=self.end,
            locked=False,
            approval_id=None,
        )

    @property
    def key(self) -> tuple[Instant, str, NameId | None]:
        """Start, description and project: an entry with the same key is the same."""
        return key_of(self.entry)


def key_of(entry: Entry) -> tuple[Instant, str, NameId | None]:
    """Return start, description and project of an entry."""
    return entry.start, entry.description, entry.project.id if entry.project else None


class Copier:
    """Computes the copies of entries in a zone.

    ``clock`` replaces the time of the start, ``length`` (in seconds) the length. Without either, a
    copy starts and ends at the same local times as its source, also over midnight and where
    daylight saving makes it longer or shorter. With ``clock`` alone it is as long as its source.
    Sources that are ``filed`` elsewhere have other names than the entries with their ids.
    """

    def __init__(
        self,
        zone: Zone,
        *,
        clock: time | None = None,
        length: int | None = None,
        filed: bool = False,
    ) -> None:
        self._zone = zone
        self._clock = clock
        self._length = length
        self._filed = filed

    def on_days(self, sources: Iterable[Entry], days: Sequence[date]) -> Iterator[Copy]:
        """Yield a copy of each entry for each day, in the order of the days.

        Raises UsageError for a copy outside the years 1 to 9999.
        """
        found = list(sources)
        for day in days:
            for source in found:
                try:
                    copy = self._on(source, day)
                except OverflowError as error:
                    raise UsageError(f"a copy on {day} would end after the year 9999") from error
                check_range(copy.start)
                check_range(copy.end)
                yield copy

    def is_source(self, copy: Copy) -> bool:
        """Whether a copy starts at the local time of its source, so that it is the same entry."""
        was, now = self._zone.local_time(copy.source.start), self._zone.local_time(copy.start)
        return (was.date(), was.time()) == (now.date(), now.time())

    def _on(self, source: Entry, day: date) -> Copy:
        notes: list[str] = []
        local = self._zone.local_time(source.start)
        start = self._moment(day, self._clock or local.time(), notes)
        if self._length is not None:
            return Copy(source, start, shift(start, self._length), tuple(notes), self._filed)
        if source.end is None:
            raise RefusedError(
                "the entry is still running", "give the length of the copy: --for 1h"
            )
        if self._clock is not None:
            return Copy(
                source, start, shift(start, source.end - source.start), tuple(notes), self._filed
            )
        over = self._zone.day(source.end) - local.date()
        end = self._moment(day + over, self._zone.local_time(source.end).time(), notes)
        if end < start:  # daylight saving repeats an hour between the two
            end = shift(start, source.end - source.start)
        if notes and end - start != source.end - source.start:
            notes[-1] += f", so the copy is {format_duration(end - start)} long"
        return Copy(source, start, end, tuple(notes), self._filed)

    def _moment(self, day: date, clock: time, notes: list[str]) -> Instant:
        resolved = self._zone.resolve(day, clock)
        if resolved.occurrence is Occurrence.SKIPPED:
            shown = self._zone.local_time(resolved.instant)
            notes.append(f"{clock:%H:%M} does not exist on {day:%a} {day}: using {shown:%H:%M}")
        elif resolved.occurrence is Occurrence.TWICE:
            notes.append(f"{clock:%H:%M} happens twice on {day:%a} {day}: using the first")
        return resolved.instant


def days_of(periods: Iterable["Period"], longest: int = 1000) -> list[date]:
    """Return the days of periods, each once, in order. Raises RefusedError for too many."""
    days: set[date] = set()
    for period in periods:
        length = (period.last - period.first).days + 1
        if length + len(days) > longest:
            raise RefusedError(f"more than {longest} days", "copy to fewer days at once")
        days.update(period.first + timedelta(days=each) for each in range(length))
    return sorted(days)


def new_copies(copies: Sequence[Copy], history: "History") -> Sequence[Copy]:
    """Return the copies that do not exist as entries: one more read, of the time they span."""
    if not copies:
        return copies
    starts = [copy.start for copy in copies]
    window = (min(starts), shift(max(starts), 1))
    existing = {key_of(entry) for entry in history.entries(Selection(window=window)).entries}
    return [copy for copy in copies if copy.key not in existing]


def duplicate(copy: Copy, fill: Callable[[Draft], Draft]) -> Create:
    """Return the change that creates a copy (operation 10, or 1 for one filed elsewhere).

    ``fill`` returns a draft with the ids of names that were created for it.
    """
    draft = msgspec.structs.replace(Draft.of(copy.source), start=copy.start, end=copy.end)
    return Create(fill(draft), copy_of=None if copy.filed else copy.source.id)


def file(source: Entry, typed: Assignment, names: "Names") -> Entry:
    """Return an entry under the given project, task and tags; another project drops its task."""
    draft = Draft.of(source)
    assigned = resolve(typed, names, draft.project_id, may_wait=True)
    filed = preview_entry(source.id, changed(draft, assigned), source)
    found = {str(each.id): each for each in assigned.found}
    project, task = filed.project, filed.task
    if project is not None and isinstance(now := found.get(str(project.id)), Project):
        project = ProjectRef(project.id, now.name, now.color, now.client_id, now.client)
    if task is not None and isinstance(of := found.get(str(task.id)), Task):
        task = TaskRef(task.id, of.name)
    tags = tuple(
        msgspec.structs.replace(each, name=tag.name)
        if isinstance(tag := found.get(str(each.id)), Tag)
        else each
        for each in filed.tags
    )
    return msgspec.structs.replace(filed, project=project, task=task, tags=tags)
