"""The timer: start it, which ends the one that runs, and stop it."""

from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Draft, Entry
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import shift
from clocktool.errors import (
    ClocktoolError,
    InterruptedWorkError,
    NotDoneError,
    OfflineError,
    RateLimitedError,
    RefusedError,
    ServerError,
    quoted,
)
from clocktool.outbox.create import Create
from clocktool.outbox.edit import Edit
from clocktool.outbox.stop import Fill, Stop
from clocktool.tracking.assignment import Filed, changed

if TYPE_CHECKING:
    from collections.abc import Callable

    from clocktool.domain.time.instant import Instant
    from clocktool.outbox.outbox import Outbox


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


class Timer:
    """The one timer a user has.

    ``last`` is what ran as far as is known on this machine, ``current`` asks the service.
    """

    def __init__(
        self, outbox: "Outbox", last: Entry | None, current: "Callable[[], Entry | None]"
    ) -> None:
        self._outbox = outbox
        self.last = last
        self._current = current

    def start(self, draft: Draft) -> Started:
        """End the running timer where the new one starts, and start that: two requests.

        When the new one is refused the old one runs again, as it was, and the refusal is raised
        (operations 6, 1 and 4).
        """
        stop = Stop(draft.start, timer=self.last, silent=True)
        try:
            ended, entry = self._carry_out(stop, Create(draft))
        except InterruptedWorkError as error:
            error.hint = self._what_was_ended(error.step)
            raise
        except ClocktoolError as error:
            if isinstance(error, RefusedError) and error.step == 0:
                if not isinstance(error, BeganLaterError):
                    error.message = f"the running timer cannot be ended: {error.message}"
                hint = error.hint or ""
                error.hint = hint.replace("say it with", "end it first: clocktool stop")
            elif error.put_back is True:
                error.message += "; the timer before still runs"
            elif isinstance(error.put_back, ClocktoolError):
                error.message += (
                    f"; and the timer before could not run again: {error.put_back.message}"
                )
                error.hint = "start it again with: clocktool resume"
            raise
        return Started(made(entry), ended)

    def stop(self, end: "Instant", *, silent: bool = False) -> Entry | None:
        """End the timer: one request. Raises NoError when none runs (operation 6).

        After a refusal one more says whether the timer started after the end it was given.
        ``silent`` lets a stop that is kept for later end nothing without a word.
        """
        try:
            return self._carry_out(Stop(end, timer=self.last, silent=silent))[0]
        except BeganLaterError:
            raise
        except RefusedError as refusal:
            try:
                running = self._current()
            except ClocktoolError:  # the refusal says what it says
                raise refusal from None
            if running is not None and running.start > end:
                raise began_later(running, end) from refusal
            raise

    def end_of(self, end: "Instant", *, said: bool) -> "Instant":
        """Return when the timer is ended that was last known to run, so that it has a length.

        Without a time that was ``said``, in the second it began, that is a second later. Raises
        BeganThenError for such a time; one more request says whether that timer still runs.
        """
        running = self.last
        if running is None or running.start != end:
            return end
        if not said:
            return shift(end, 1)
        try:
            now = self._current()
        except ClocktoolError:  # then what was last known has to do
            now = running
        if now is not None and now.start == end:
            raise BeganThenError(now.description)
        return end

    def stop_with(
        self, running: Entry, end: "Instant", filed: Filed, description: str | None
    ) -> Entry | None:
        """End a running entry, filled in as said.

        Tags are added to those it has; a first project makes it billable, if that is.
        Raises RefusedError for an end before its start. What is said is written with the end in
        one request, so that rules about finished entries see it (operation 4).
        """
        if end < running.start:
            raise began_later(running, end)
        draft = changed(Draft.of(running), filed)
        if filed.tag_ids is not msgspec.UNSET:
            tags = (*(tag.id for tag in running.tags), *filed.tag_ids)
            draft = msgspec.structs.replace(draft, tag_ids=tuple(dict.fromkeys(tags)))
        if filed.is_project_said and running.project is None and filed.project_billable:
            draft = msgspec.structs.replace(draft, billable=True)
        if description is not None:
            draft = msgspec.structs.replace(draft, description=description)
        if draft == Draft.of(running):
            return self.stop(end)
        draft = msgspec.structs.replace(draft, end=end)
        return self._outbox.carry_out(Edit(running, draft))[0]

    def stop_unseen(
        self, end: "Instant", longest: int | None, fill: Fill | None, *, silent: bool
    ) -> Entry | None:
        """Keep that the timer is to be ended, where what runs could not be read."""
        if self.last is not None and longest is not None:
            end = min(end, shift(self.last.start, longest))
        return self._carry_out(Stop(end, self.last, longest, fill, silent))[0]

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
        except (OfflineError, RateLimitedError, ServerError) as error:
            if stop.keeps or isinstance(error, NotDoneError):
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


def latest_end(running: Entry, end: "Instant", longest: int | None) -> "Instant":
    """Return the end of a timer that may run ``longest`` seconds: never later than given."""
    return end if longest is None else min(end, shift(running.start, longest))
