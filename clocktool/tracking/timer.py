"""The timer: start one, which ends the running one, and stop it."""

from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Draft, Entry
from clocktool.domain.ids import Unresolved
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import shift
from clocktool.errors import (
    ClocktoolError,
    EndBeforeStartError,
    InterruptedWorkError,
    MissingFieldError,
    OfflineError,
    RefusedError,
    quoted,
)
from clocktool.outbox.create import Create
from clocktool.outbox.edit import Edit
from clocktool.outbox.stop import Fill, Stop
from clocktool.tracking.assignment import Assigned, Assignment, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from clocktool.domain.time.instant import Instant
    from clocktool.history.history import History
    from clocktool.outbox.outbox import Outbox
    from clocktool.tracking.names import Names


class Started(msgspec.Struct, frozen=True):
    """The entry of a new timer, and the entry that its start ended."""

    entry: Entry
    ended: Entry | None


def expect_entry(entry: Entry | None) -> Entry:
    """Return the result of a create or an edit, which is always an entry."""
    if entry is None:
        raise AssertionError("a create or an edit returned no entry")
    return entry


class StartedLaterError(RefusedError):
    """A timer can't be ended before its start; ``by`` is how much earlier, if that is known."""

    def __init__(self, description: str | None, by: str = "") -> None:
        named = f" {quoted(description)}" if description else ""
        after = f"{by} after that" if by else "after that"
        super().__init__(
            f"the running timer{named} started {after}",
            "move its start: clocktool edit current --from TIME",
        )


class NoLengthError(RefusedError):
    """A timer can't be ended in the second of its start: the entry would have no length."""

    def __init__(self, description: str | None) -> None:
        named = f" {quoted(description)}" if description else ""
        super().__init__(
            f"the running timer{named} started in the same second and would have no length",
            "end it later, or delete it: clocktool delete current",
        )


class StopChange(msgspec.Struct, frozen=True):
    """What a stop changes in the timer; ``longest`` limits its length in seconds."""

    assignment: Assignment = Assignment()
    description: str | None = None
    longest: int | None = None

    def fill(self, assigned: Assigned) -> Fill | None:
        """Return the values that a stop sets in the entry, None for no values."""
        fill = Fill(
            self.description,
            project_id=assigned.project_id or None,
            no_project=assigned.project_id is None,
            task_id=assigned.task_id or None,
            no_task=assigned.task_id is None,
            tag_ids=assigned.tag_ids or None,
            fields=assigned.fields,
        )
        return None if fill == Fill() else fill


class Timer:
    """The timer of a user; a user has only one. ``last`` is the last known running entry.

    ``history`` is called only if the timer must be read: most starts and stops do not.
    """

    def __init__(
        self, outbox: "Outbox", last: Entry | None, history: "Callable[[], History]"
    ) -> None:
        self._outbox = outbox
        self.last = last
        self._history = history

    def start(self, draft: Draft) -> Started:
        """End the running timer at the start of the new one, and start the new one: two requests.

        If the new one is refused, the old one is made to run again and the error is raised
        (operations 6, 1 and 4).
        """
        stop = Stop(draft.start, timer=self.last, silent=True)
        try:
            ended, entry = self._carry_out(stop, Create(draft))
        except InterruptedWorkError as error:
            error.hint = self._interrupted_hint(error.steps_done)
            raise
        except ClocktoolError as error:
            if isinstance(error, RefusedError) and error.steps_done == 0:
                if isinstance(error, EndBeforeStartError):
                    raise self._started_later(draft.start) from error
                if not isinstance(error, StartedLaterError):
                    error.within("the running timer can't be ended")
                if isinstance(error, MissingFieldError):
                    error.hint = f"end it first: clocktool stop {error.option}"
            elif error.rolled_back is False:
                if self._has_ended:
                    error.effect = "the previous timer has ended"
            elif error.rolled_back is True:
                error.effect = "the previous timer is still running"
            elif isinstance(error.rolled_back, ClocktoolError):
                error.effect = (
                    f"the previous timer could not be restarted: {error.rolled_back.message}"
                )
                error.hint = "start it again: clocktool resume"
            raise
        assert entry is not None  # noqa: S101  # a new timer is an entry
        return Started(entry, ended)

    @property
    def _has_ended(self) -> bool:
        """Whether a reply of this run shows that the last known timer has ended."""
        now = None if self.last is None else self._outbox.fresh.get(self.last.id)
        return now is not None and not now.running

    def _started_later(self, start: "Instant") -> StartedLaterError:
        """Return the error for a start before the start of the running timer."""
        last = self.last
        if last is None or last.start <= start:
            return StartedLaterError(None)  # the running timer is not the last known one
        return _started_after(last, start)

    def stop(self, end: "Instant", *, silent: bool = False) -> Entry | None:
        """End the timer: one request. Raises AnswerIsNoError if no timer is running (operation 6).

        If it is refused, one more request finds out whether the timer started after ``end``. A
        ``silent`` stop that is sent later succeeds even if no timer is running then.
        """
        try:
            return self._carry_out(Stop(end, timer=self.last, silent=silent))[0]
        except StartedLaterError:
            raise
        except RefusedError as refusal:
            try:
                running = self._history().from_service.current()
            except ClocktoolError:
                raise refusal from None
            if running is not None and running.start > end:
                raise _started_after(running, end) from refusal
            raise

    def end_of(self, end: "Instant", *, typed: bool) -> "Instant":
        """Return the end for the last known timer, so that its entry has a length.

        If ``end`` is the second of its start and was not ``typed``, return one second later. Raises
        NoLengthError if it was typed; one more request finds out whether that timer still runs.
        """
        running = self.last
        if running is None or running.start != end:
            return end
        if not typed:
            return shift(end, 1)
        try:
            now = self._history().from_service.current()
        except ClocktoolError:  # assume that the last known timer is still running
            now = running
        if now is not None and now.start == end:
            raise NoLengthError(now.description)
        return end

    def stop_with(
        self,
        end: "Instant",
        change: "StopChange",
        names: "Names",
        confirm: "Callable[[Entry], None]",
    ) -> Entry | None:
        """Change the timer and end it in one request, so that it passes rules for finished entries.

        ``confirm`` gets the timer before it is changed.

        Tags are added to those of the entry. A first project sets the billable flag to the
        project's (operation 4). If the timer can't be read now, the stop is saved in the journal.
        Raises RefusedError for an end before the start.
        """
        from clocktool.tracking.reference import running_entry

        try:
            if self._outbox.away:
                raise OfflineError(self._outbox.away)
            running = running_entry(self._history().from_service)
        except ClocktoolError as error:
            if not error.is_temporary:
                raise
            if self.last is not None:
                confirm(self.last)
            return self._stop_unread(end, change, names, error.message)
        confirm(running)
        assigned = resolve(
            change.assignment, names, running.project.id if running.project else None
        )
        stop = Stop(end, running, change.longest, change.fill(assigned))
        end = stop.end_of(running.start)
        if end < running.start:
            raise _started_after(running, end)
        draft = stop.filled(Draft.of(running))
        if assigned.has_project and running.project is None and assigned.project_billable:
            draft = msgspec.structs.replace(draft, billable=True)
        if draft == Draft.of(running):
            return self.stop(end)
        return self._outbox.carry_out(Edit(running, msgspec.structs.replace(draft, end=end)))[0]

    def _stop_unread(
        self, end: "Instant", change: "StopChange", names: "Names", reason: str
    ) -> Entry | None:
        """Save a stop of the last known timer in the journal, as the timer can't be read now."""
        last = self.last
        current = Unresolved("") if last is None or last.project is None else last.project.id
        fill = change.fill(resolve(change.assignment, names, current, may_wait=True))
        self._outbox.away = reason
        if last is not None and change.longest is not None:
            end = min(end, shift(last.start, change.longest))
        return self._carry_out(Stop(end, last, change.longest, fill))[0]

    def _interrupted_hint(self, step: int) -> str | None:
        """Return what to do after an interrupted start; None if no timer was ended."""
        if step == 0:
            return "the previous timer may have ended; check: clocktool running"
        for entry in self._outbox.fresh.values():
            if not entry.running:
                again = f"then start again, or: clocktool resume {entry.id}"
                return f"the previous timer has ended; check: clocktool running; {again}"
        return None

    def _carry_out(self, stop: Stop, *more: Create) -> list[Entry | None]:
        """Send a stop and the changes after it; a stop that would be invalid later is not saved."""
        if not stop.can_wait and not self._can_send(stop):
            raise _started_later(stop)
        try:
            return self._outbox.carry_out(stop, *more)
        except ClocktoolError as error:
            if stop.can_wait or not error.is_temporary:
                raise
            raise _started_later(stop) from error

    def _can_send(self, stop: Stop) -> bool:
        """Whether a stop can be sent now: it must wait if the start of its timer waits."""
        if not self._outbox.ready():
            return False
        return stop.timer is None or self._outbox.server_id(stop.timer.id) is not None


def _started_later(stop: Stop) -> StartedLaterError:
    return StartedLaterError(stop.timer.description if stop.timer else None)


def _started_after(running: Entry, end: "Instant") -> StartedLaterError:
    """Return the error for an end before the start of a timer."""
    return StartedLaterError(running.description, format_duration(running.start - end))
