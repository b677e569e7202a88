"""The timer: start it, which ends the one that runs, and stop it."""

from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.duration import format_duration
from clocktool.domain.entry import Draft, Entry
from clocktool.domain.instant import shift
from clocktool.errors import (
    ClocktoolError,
    InterruptedWorkError,
    NoError,
    OfflineError,
    RateLimitedError,
    RefusedError,
    ServerError,
    WrongServerError,
)
from clocktool.journal.words import BeganLaterError, BeganThenError
from clocktool.tracking.filing import Filed, changed
from clocktool.tracking.reference import References

if TYPE_CHECKING:
    from clocktool.account import Account
    from clocktool.api.entries import TimeEntries
    from clocktool.domain.instant import Instant
    from clocktool.journal.change import Fill
    from clocktool.journal.changes import Changes


class Started(msgspec.Struct, frozen=True):
    """A timer that was started, and the entry it ended."""

    entry: Entry
    ended: Entry | None


class Timer:
    """The one timer a user has."""

    def __init__(self, entries: "TimeEntries", changes: "Changes", account: "Account") -> None:
        self._entries = entries
        self._changes = changes
        self._account = account

    def start(self, draft: Draft) -> Started:
        """End the running timer where the new one starts, and start that: two requests.

        When the new one is refused the old one runs again, as it was, and the refusal is raised
        (operations 6, 1 and 4). When it is not known whether the new one arrived, the error says
        that the old one was ended.
        """
        try:
            ended = self._end(draft.start)
        except KeyboardInterrupt:
            hint = "the timer before may be ended: see 'clocktool running'"
            raise InterruptedWorkError("interrupted", hint) from None
        try:
            entry = self._changes.create(self._account.workspace, draft)
        except KeyboardInterrupt:
            if ended is None:
                raise
            raise InterruptedWorkError("interrupted", _after(ended)) from None
        except ClocktoolError as error:
            if ended is not None:
                if _may_have_arrived(error):
                    error.hint = _after(ended)
                else:
                    self._run_again(ended, error)
            raise
        return Started(entry, ended)

    def stop(self, end: "Instant", *, silent: bool = False) -> Entry:
        """End the timer: one request. Raises NoError when none runs (operation 6).

        After a refusal one more says whether the timer started after the end it was given.
        ``silent`` lets a stop that is kept for later end nothing without a word.
        """
        try:
            return self._changes.stop(self._account.workspace, end, silent=silent)
        except BeganLaterError:
            raise
        except RefusedError as refusal:
            try:
                running = References(self._entries, self._account, end).current()
            except ClocktoolError:  # the refusal says what it says
                raise refusal from None
            if running.start > end:
                raise _began_later(running, end) from refusal
            raise

    def end_of(self, running: Entry | None, end: "Instant", *, said: bool) -> "Instant":
        """Return when a timer is ended that was last known to run, so that it has a length.

        Without a time that was ``said``, in the second it began, that is a second later. Raises
        BeganThenError for such a time; one more request says whether that timer still runs.
        """
        if running is None or running.start != end:
            return end
        if not said:
            return shift(end, 1)
        try:
            running = References(self._entries, self._account, end).current()
        except NoError:
            raise
        except ClocktoolError:  # then what was last known has to do
            raise BeganThenError(running.description) from None
        if running.start == end:
            raise BeganThenError(running.description)
        return end

    def stop_with(
        self, running: Entry, end: "Instant", filed: Filed, description: str | None
    ) -> Entry:
        """End a running entry, filled in as said.

        Tags are added to those it has; a first project makes it billable, if that is.
        Raises RefusedError for an end before its start. What is said is written with the end in
        one request, so that rules about finished entries see it (operation 4).
        """
        if end < running.start:
            raise _began_later(running, end)
        draft = changed(Draft.of(running), filed)
        if filed.tag_ids is not None:
            tags = (*(tag.id for tag in running.tags), *filed.tag_ids)
            draft = msgspec.structs.replace(draft, tag_ids=tuple(dict.fromkeys(tags)))
        if filed.project_id and running.project is None and filed.project_billable:
            draft = msgspec.structs.replace(draft, billable=True)
        if description is not None:
            draft = msgspec.structs.replace(draft, description=description)
        if draft == Draft.of(running):
            return self.stop(end)
        draft = msgspec.structs.replace(draft, end=end)
        return self._changes.update(self._account.workspace, running, draft)

    def stop_unseen(
        self, end: "Instant", longest: int | None, fill: "Fill | None", *, silent: bool
    ) -> Entry:
        """Keep that the timer is to be ended, where what runs could not be read."""
        workspace = self._account.workspace
        return self._changes.stop_later(workspace, end, longest, fill, silent=silent)

    def _end(self, at: "Instant") -> Entry | None:
        try:
            ended = self.stop(at, silent=True)
        except NoError:
            return None
        except RefusedError as refusal:
            if not isinstance(refusal, BeganLaterError):
                refusal.message = f"the running timer cannot be ended: {refusal.message}"
            hint = refusal.hint or ""
            refusal.hint = hint.replace("say it with", "end it first: clocktool stop")
            raise
        return ended if ended.id else None

    def _run_again(self, ended: Entry, refusal: ClocktoolError) -> None:
        draft = msgspec.structs.replace(Draft.of(ended), end=None)
        try:
            self._changes.update(self._account.workspace, ended, draft)
        except KeyboardInterrupt:
            raise InterruptedWorkError("interrupted", _after(ended)) from None
        except ClocktoolError as failure:
            refusal.message += f"; and the timer before could not run again: {failure.message}"
            refusal.hint = f"start it again with: clocktool resume {ended.id}"
        else:
            self._changes.put_back()
            refusal.message += "; the timer before still runs"


def _after(ended: Entry) -> str:
    """Return what to do when a timer was ended and it is not known whether the next one runs."""
    return (
        "the timer before is ended; see 'clocktool running', then start again"
        f" (or: clocktool resume {ended.id})"
    )


def _may_have_arrived(error: ClocktoolError) -> bool:
    lost = (OfflineError, RateLimitedError, ServerError)
    return isinstance(error, lost) and not isinstance(error, WrongServerError)


def _began_later(running: Entry, end: "Instant") -> BeganLaterError:
    return BeganLaterError(running.description, format_duration(running.start - end))


def latest_end(running: Entry, end: "Instant", longest: int | None) -> "Instant":
    """Return the end of a timer that may run ``longest`` seconds: never later than given."""
    return end if longest is None else min(end, shift(running.start, longest))
