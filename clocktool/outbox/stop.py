"""Ending the timer."""

from typing import ClassVar

import msgspec

from clocktool.api.entries import EntryQuery
from clocktool.domain.entry import Draft, Entry, FieldValue, preview_entry
from clocktool.domain.ids import EntryId, NameId
from clocktool.domain.time.instant import DAY, Instant, shift
from clocktool.errors import AnswerIsNoError, NotFoundError, quoted
from clocktool.outbox.change import (
    Arrived,
    Change,
    Clock,
    Desk,
    Due,
    Finding,
    Moot,
    Overlay,
    Result,
    unchanged,
)
from clocktool.outbox.edit import Edit

LONGEST = 8
"""The number of days before a stop in which its timer is looked for if the reply was lost."""


class Fill(msgspec.Struct, frozen=True, omit_defaults=True):
    """The values that a stop sets in the entry; None means not given."""

    description: str | None = None
    project_id: NameId | None = None
    no_project: bool = False
    task_id: NameId | None = None
    no_task: bool = False
    tag_ids: tuple[NameId, ...] | None = None
    fields: tuple[FieldValue, ...] = ()


class Stop(Change, frozen=True, tag="stop", omit_defaults=True):
    """An end of the timer (operation 6), at most ``longest`` seconds after its start.

    ``timer`` is the last known running entry. ``silent`` makes it no error if no timer is running.
    """

    is_preparation: ClassVar[bool] = True

    end: Instant
    timer: Entry | None = None
    longest: int | None = None
    fill: Fill | None = None
    silent: bool = False

    def describe(self, clock: Clock) -> str:
        """Return the change as text."""
        title = quoted(self.timer.description) if self.timer and self.timer.description else ""
        return " ".join(filter(None, ("stop", title, clock(self.end))))

    def about(self, number: int) -> frozenset[EntryId]:
        """Return the timer if it is known."""
        del number
        return frozenset() if self.timer is None else frozenset({self.timer.id})

    @property
    def can_wait(self) -> bool:
        """Whether it may be sent later: not if the timer is known to have started after the end."""
        return self.timer is None or self.timer.start <= self.end

    def end_of(self, start: Instant) -> Instant:
        """Return the end of a timer with this start."""
        return self.end if self.longest is None else min(self.end, shift(start, self.longest))

    def filled(self, draft: Draft) -> Draft:
        """Return a draft with the values set; tags and fields are added to those it has."""
        fill = self.fill
        if fill is None:
            return draft
        project = None if fill.no_project else fill.project_id or draft.project_id
        task = draft.task_id if project == draft.project_id else None
        fields = {each.field_id: each for each in (*(draft.fields or ()), *fill.fields)}
        tags = tuple(dict.fromkeys((*(draft.tag_ids or ()), *(fill.tag_ids or ()))))
        return msgspec.structs.replace(
            draft,
            description=draft.description if fill.description is None else fill.description,
            project_id=project,
            task_id=None if fill.no_task else fill.task_id or task,
            tag_ids=tags or draft.tag_ids,
            fields=tuple(fields.values()) or draft.fields,
        )

    def send(self, desk: Desk) -> Arrived | Moot:
        """End the timer. Raises AnswerIsNoError if none is running, unless ``silent``."""
        try:
            return Arrived(desk.entries.stop(desk.workspace, desk.user, self.end))
        except AnswerIsNoError:
            if not self.silent:
                raise
            return Moot()

    def find(self, desk: Desk) -> Finding:
        """Read the running timer: an end that the server already has is kept."""
        timer = None if self.timer is None else desk.server_id(self.timer.id)
        running = desk.timer()
        if running is None or not self._is_meant(timer, running):
            return self._ended_elsewhere(desk, timer)
        end = self.end_of(running.start)
        draft = Draft.of(running)
        full = self.filled(draft)
        if full == draft:
            return Due(Stop(end, running, silent=self.silent))
        return Due(Edit(running, msgspec.structs.replace(full, end=end)))

    def _is_meant(self, timer: EntryId | None, running: Entry) -> bool:
        """Whether the running entry is the timer to end, and not one that was started since."""
        if running.start > self.end:
            return False
        if timer is not None:
            return timer == running.id
        if self.timer is not None:  # its start may not have arrived
            return self.timer.start == running.start
        # A timer that started in that second was started by the same command.
        return not (self.silent and running.start == self.end)

    def _ended_elsewhere(self, desk: Desk, timer: EntryId | None) -> Finding:
        """Return the state on the server if the timer has already ended."""
        entry = None
        if timer is not None:
            try:
                entry = desk.get(timer)
            except NotFoundError:
                return Moot("the entry was deleted elsewhere")
        elif desk.unsure:
            query = EntryQuery(start=shift(self.end, -LONGEST * DAY), end=shift(self.end, DAY))
            found = desk.entries.list_all(desk.workspace, desk.user, query)
            entry = next((each for each in found if each.end == self.end), None)
        if entry is None:
            return Moot("" if self.silent or timer is not None else "no timer was running")
        if entry.end is None:
            return Moot("the timer started after that")
        if entry.end != self.end_of(entry.start):
            return Moot(f"it was stopped elsewhere at {desk.clock(entry.end)}; kept that end")
        return Arrived(entry)

    def entry(self) -> Entry | None:
        """Return the timer after the stop, if it is known."""
        if self.timer is None:
            return None
        draft = self.filled(Draft.of(self.timer))
        draft = msgspec.structs.replace(draft, end=self.end_of(self.timer.start))
        return preview_entry(self.timer.id, draft, like=self.timer)

    def overlay(self, entries: Overlay, number: int) -> None:
        """Show the timer as ended: the known one, or else any running entry that was read."""
        del number
        if self.timer is not None:
            timers = {self.timer.id: entries.get(self.timer.id, self.timer)}
        else:
            timers = dict(entries)
        for key, timer in timers.items():
            if timer is not None and timer.running and timer.start <= self.end:
                draft = self.filled(Draft.of(timer))
                draft = msgspec.structs.replace(draft, end=self.end_of(timer.start))
                entries[key] = preview_entry(timer.id, draft, like=timer)

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Remove the end of the timer."""
        timer: EntryId | None = None if result is None else result.entry
        if result is None and self.timer is not None:
            timer = self.timer.id
        now = None if timer is None else unchanged(desk, result, timer)
        if now is None:
            return []
        return [Edit(now, msgspec.structs.replace(Draft.of(now), end=None))]
