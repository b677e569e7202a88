"""The timer: start it, which ends the one that runs, and stop it."""

from typing import TYPE_CHECKING

import msgspec

from clocktool.api.directory import DAY
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

    from clocktool.api.directory import Directory
    from clocktool.domain.time.instant import Instant
    from clocktool.history.history import History
    from clocktool.outbox.outbox import Outbox
    from clocktool.tracking.names import Names


class Started(msgspec.Struct, frozen=True):
    """A timer that was started, and the entry it ended."""

    entry: Entry
    ended: Entry | None


def made(entry: Entry | None) -> Entry:
    """Return the entry that a create or an edit has left: it leaves one."""
    if entry is None:
        raise AssertionError("it leaves an entry")
    return entry


class BeganLaterError(RefusedError):
    """A timer cannot be ended before it began: ``by`` how much, where that is known."""

    def __init__(self, description: str | None, by: str = "") -> None:
        named = f" {quoted(description)}" if description else ""
        after = f"{by} after that" if by else "after that"
        super().__init__(
            f"the running timer{named} started {after}",
            "look at it first: clocktool running, edit current --from, delete current",
        )


class BeganThenError(RefusedError):
    """A timer cannot be ended in the second in which it began: it would have no length."""

    def __init__(self, description: str | None) -> None:
        named = f" {quoted(description)}" if description else ""
        super().__init__(
            f"the running timer{named} started in that second: it would have no length",
            "end it later, or delete it: clocktool delete current",
        )


class StopChange(msgspec.Struct, frozen=True):
    """How a stop changes the timer: its assignment, description, and longest length in seconds."""

    assignment: Assignment = Assignment()
    description: str | None = None
    longest: int | None = None

    def fill(self, assigned: Assigned) -> Fill | None:
        """Return what a stop fills in, None for nothing."""
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
    """The one timer a user has; ``last`` is the one that ran as far as this machine knows.

    ``history`` is called where the service is asked: most starts and stops need not read.
    """

    def __init__(
        self, outbox: "Outbox", last: Entry | None, history: "Callable[[], History]"
    ) -> None:
        self._outbox = outbox
        self.last = last
        self._history = history

    def start(self, draft: Draft) -> Started:
        """End the running timer where the new one starts, and start that: two requests.

        When the new one is refused the old one runs again, as it was, and the refusal is raised
        (operations 6, 1 and 4).
        """
        stop = Stop(draft.start, timer=self.last, silent=True)
        try:
            ended, entry = self._carry_out(stop, Create(draft))
        except InterruptedWorkError as error:
            error.hint = self._what_was_ended(error.steps_done)
            raise
        except ClocktoolError as error:
            if isinstance(error, RefusedError) and error.steps_done == 0:
                if isinstance(error, EndBeforeStartError):
                    raise self._began_after(draft.start) from error
                if not isinstance(error, BeganLaterError):
                    error.within("the running timer cannot be ended")
                if isinstance(error, MissingFieldError):
                    error.hint = f"end it first: clocktool stop {error.option}"
            elif error.rolled_back is True:
                error.effect = "the timer before still runs"
            elif isinstance(error.rolled_back, ClocktoolError):
                error.effect = (
                    f"and the timer before could not run again: {error.rolled_back.message}"
                )
                error.hint = "start it again with: clocktool resume"
            raise
        return Started(made(entry), ended)

    def _began_after(self, start: "Instant") -> BeganLaterError:
        """Return the error for a start before that of the running timer."""
        last = self.last
        if last is None or last.start <= start:
            return BeganLaterError(None)  # another timer runs than this machine knows
        return began_later(last, start)

    def stop(self, end: "Instant", *, silent: bool = False) -> Entry | None:
        """End the timer: one request. Raises AnswerIsNoError when none runs (operation 6).

        After a refusal one more says whether the timer started after the end it was given.
        A ``silent`` stop that is kept may find nothing to end later.
        """
        try:
            return self._carry_out(Stop(end, timer=self.last, silent=silent))[0]
        except BeganLaterError:
            raise
        except RefusedError as refusal:
            try:
                running = self._history().current()
            except ClocktoolError:  # then the refusal is all there is
                raise refusal from None
            if running is not None and running.start > end:
                raise began_later(running, end) from refusal
            raise

    def end_of(self, end: "Instant", *, typed: bool) -> "Instant":
        """Return when the timer is ended that was last known to run, so that it has a length.

        Without a time that was ``typed``, a stop in the second it began is a second later. Raises
        BeganThenError for such a time; one more request reads whether that timer still runs.
        """
        running = self.last
        if running is None or running.start != end:
            return end
        if not typed:
            return shift(end, 1)
        try:
            now = self._history().current()
        except ClocktoolError:  # then what was last known has to do
            now = running
        if now is not None and now.start == end:
            raise BeganThenError(now.description)
        return end

    def stop_with(self, end: "Instant", change: "StopChange", names: "Names") -> Entry | None:
        """End the timer, changed, in one request, so that rules about finished entries see both.

        Tags are added to those it has; a first project makes it billable, if that is (operation
        4). Where what runs cannot be read now, the stop is kept. Raises RefusedError for an end
        before its start.
        """
        from clocktool.tracking.reference import running_entry

        try:
            if self._outbox.away:
                raise OfflineError(self._outbox.away)  # one way out
            running = running_entry(self._history())
        except ClocktoolError as error:
            if not error.is_temporary:
                raise
            return self._stop_unread(end, change, names, error.message)
        assigned = resolve(
            change.assignment, names, running.project.id if running.project else None
        )
        stop = Stop(end, running, change.longest, change.fill(assigned))
        end = stop.end_of(running.start)
        if end < running.start:
            raise began_later(running, end)
        draft = stop.filled(Draft.of(running))
        if assigned.has_project and running.project is None and assigned.project_billable:
            draft = msgspec.structs.replace(draft, billable=True)
        if draft == Draft.of(running):
            return self.stop(end)
        return self._outbox.carry_out(Edit(running, msgspec.structs.replace(draft, end=end)))[0]

    def _stop_unread(
        self, end: "Instant", change: "StopChange", names: "Names", reason: str
    ) -> Entry | None:
        """Keep a stop of the timer that was last known, as what runs could not be read."""
        last = self.last
        current = Unresolved("") if last is None or last.project is None else last.project.id
        fill = change.fill(resolve(change.assignment, names, current, may_wait=True))
        self._outbox.away = reason
        if last is not None and change.longest is not None:
            end = min(end, shift(last.start, change.longest))
        return self._carry_out(Stop(end, last, change.longest, fill))[0]

    def _what_was_ended(self, step: int) -> str | None:
        """Return how to go on after an interrupted start, None where nothing was ended."""
        if step == 0:
            return "the timer before may be ended: see 'clocktool running'"
        for entry in self._outbox.fresh.values():
            if not entry.running:
                again = f"then start again (or: clocktool resume {entry.id})"
                return f"the timer before is ended; see 'clocktool running', {again}"
        return None

    def _carry_out(self, stop: Stop, *more: Create) -> list[Entry | None]:
        """Carry out a stop, and what comes after it; one that can't be right is not kept."""
        if not stop.keeps and not self._can_go(stop):
            raise _began_later(stop)
        try:
            return self._outbox.carry_out(stop, *more)
        except ClocktoolError as error:
            if stop.keeps or not error.is_temporary:
                raise
            raise _began_later(stop) from error

    def _can_go(self, stop: Stop) -> bool:
        """Whether a stop goes out now, rather than wait for the start of its timer."""
        if not self._outbox.ready():
            return False
        return stop.timer is None or self._outbox.known(stop.timer.id) is not None


def _began_later(stop: Stop) -> BeganLaterError:
    return BeganLaterError(stop.timer.description if stop.timer else None)


def began_later(running: Entry, end: "Instant") -> BeganLaterError:
    """Return the error for an end before the start of a timer."""
    return BeganLaterError(running.description, format_duration(running.start - end))


def missing_for_stop(entry: Entry, directory: "Directory", workspace: str) -> list[str]:
    """Return what the workspace's rules require of a finished entry and this one lacks.

    The rules may be a day old: they serve to warn.
    """
    return directory.workspace(workspace, age=DAY).rules.missing_fields(entry)
