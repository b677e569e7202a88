"""The outbox: it saves every change on disk before sending it, and sends changes in their order.

A change that can't be sent (no connection, a lost reply, a long rate limit, a failing server) stays
and is sent later; its expected result is returned. A change that the service refuses is an error.
On the local workspace a command is one transaction, and no change waits.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.directory import AnyNamed
from clocktool.domain.entry import Draft, Entry
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.errors import (
    UNAVAILABLE,
    AnswerIsNoError,
    ClocktoolError,
    InterruptedWorkError,
    NotDoneError,
    NotFoundError,
    OfflineError,
)
from clocktool.outbox.change import (
    MAY_HAVE_ARRIVED,
    Action,
    Arrived,
    Change,
    Conflict,
    Desk,
    Due,
    Later,
    Moot,
    Result,
    Row,
    State,
    state_after,
)
from clocktool.outbox.desk import RowDesk
from clocktool.outbox.queue import Queue, Setting
from clocktool.storage.failure import BlockedError, StorageError
from clocktool.storage.files import is_there, remove
from clocktool.storage.lock import LOCK_SECONDS

if TYPE_CHECKING:
    from clocktool.api.entries import TimeEntries
    from clocktool.backends.base import Backend
    from clocktool.outbox.store import Outcome, Store
    from clocktool.storage.lock import Lock

BUSY = "another clocktool is sending"
EARLIER = "earlier changes wait"
CHANGED_ELSEWHERE = "it was changed elsewhere since"
UNDECIDED_BEFORE = "an earlier change waits for a decision"


class Outbox(Queue):
    """The outbox of a run.

    ``replay`` sends pending changes, with a number only those before it, and returns whether all
    were sent. ``finish`` continues an undo that was killed.
    """

    def __init__(
        self,
        store: "Store",
        lock: "Lock",
        setting: Setting,
        replay: "Callable[[Outbox, int | None], bool]",
        finish: "Callable[[Outbox, Action], None]",
    ) -> None:
        self.store = store
        self.setting = setting
        self.fresh = {}
        self.idle = None
        self._is_broken = False
        self._warning = ""
        self.lock = lock
        self._replay = replay
        self._finish = finish
        self.away = ""
        """Why changes can't be sent now; empty if they can."""
        self.kept: list[Row] = []
        """The changes of this run that are sent later."""
        self.reason = ""
        """Why the last change of this run that is kept was kept."""
        self.held: set[int] = set()
        """The changes that have become conflicts in this run."""
        self.sent = 0
        """The number of pending changes sent in this run."""
        self.is_limited = False
        self.is_whole = False
        """Whether all changes of this run wait while one of them waits for a decision."""
        self._action: Action | None = None
        self._first: list[Row] = []
        """The changes of this run that create names, for the changes that follow."""
        self._is_awaiting = False
        """Whether a request was sent and its answer has not come."""
        self._is_ready = False
        self._is_read_only = False
        self.has_reported = False
        """Whether this run has reported that changes wait for the user's decision."""
        self._mutex = threading.RLock()
        self._done: list[Outcome] | None = None

    @cached_property
    def backend(self) -> "Backend":
        """Where changes are sent."""
        return self.setting.connection.backend

    @cached_property
    def is_atomic(self) -> bool:
        """Whether a command is one transaction; then no change waits."""
        return self.backend.is_atomic

    @cached_property
    def entries(self) -> "TimeEntries":
        """The requests that send changes."""
        return self.setting.connection.api.entries

    def desk_of(self, row: Row) -> Desk:
        """Return the desk of a change: the requests and the records that it acts with."""
        return RowDesk(
            self,
            row,
            self.is_atomic,
            self.entries,
            row.number,
            row.state in MAY_HAVE_ARRIVED,
            row.at,
            Known(row.user),
            Known(row.workspace),
        )

    # Writing.

    def carry_out(self, *changes: Change) -> list[Entry | None]:
        """Save and send changes that belong together, in order; return the entry after each.

        If one is refused, those before it are undone and the error is raised; see
        ``error.rolled_back``.
        """
        return [each.entry for each in self._carry_out(changes)]

    def carry_out_names(self, *changes: Change) -> list[AnyNamed | None]:
        """Save and send changes of names; return the item after each. Raises like ``carry_out``."""
        return [each.thing for each in self._carry_out(changes)]

    def carry_out_first(self, change: Change) -> EntryId:
        """Save and send a change that creates a name for the next ones; return the id of the name.

        If the next ones are refused, it is undone with them.
        """
        (left,) = self._carry_out([change], is_first=True)
        self._first = self.rows_of_this_run()
        if left.result is None:
            return self._first[-1].id
        return left.result.entry

    def _carry_out(self, changes: Sequence[Change], *, is_first: bool = False) -> list[Arrived]:
        with self.transaction():
            return self._send_rows(
                self.keep(changes, whole=is_first or len(changes) > 1, sending=1)
            )

    def send_names(self, rows: Sequence[Row]) -> list[AnyNamed | None]:
        """Send saved changes of names, in order; return the item after each.

        Raises like ``carry_out``; the changes that are not sent are dropped then.
        """
        return [each.thing for each in self._send_rows([*rows])]

    def _send_rows(self, rows: list[Row]) -> list[Arrived]:
        if len(rows) > 1 and (kept := self._kept_unread(rows)) is not None:
            return kept  # none is sent before it is known that all can be
        left: list[Arrived] = []
        for place in range(len(rows)):
            try:
                left.append(self._send_next(rows, place))
            except ClocktoolError as error:
                self.drop(rows[place:])
                error.steps_done = place
                is_known = error.rolled_back is not False  # else it may have arrived
                if is_known and (self._first or any(each.entry or each.thing for each in left)):
                    from clocktool.outbox.failure import as_left, roll_back

                    roll_back(self, [*self._first, *as_left(self, rows, left)], error)
                raise
            except KeyboardInterrupt as error:
                if self._is_awaiting and len(rows) == 1 and rows[0].number:
                    raise self._doubtful(rows) from error
                if len(rows) == 1 or self.is_atomic:
                    self.drop(rows[place:])
                    raise
                from clocktool.outbox.failure import interrupted

                raise interrupted(self, rows, place) from None
        return left

    def keep(
        self,
        changes: Sequence[Change | Later],
        *,
        whole: bool = False,
        sending: int = 0,
        undoes: int | None = None,
        note: str = "",
        cancelled: Sequence[Row] = (),
        restored: Sequence[Row] = (),
    ) -> list[Row]:
        """Save changes on disk before the first is sent; a row without a number could not be saved.

        A change may be made from the numbers of those before it.
        The first ``sending`` changes are saved as being sent. For an undo, ``undoes`` is the undone
        action, ``cancelled`` its changes that will not be sent, and ``restored`` those that wait
        again. Raises OfflineError if the changes can be neither sent nor saved.
        """
        account = self.setting.accounts.account_to_write
        owner = account.user.id, account.workspace
        ready = self.ready()
        with self._mutex:
            action = self._action or Action(
                0,
                self.setting.now(),
                self.setting.command(),
                whole or self.is_whole,
                undoes,
                note=note,
            )
            none = [0] * len(changes)
            unsaved = [each if isinstance(each, Change) else each(none) for each in changes]
            rows = [Row(0, 0, action.at, State.SENDING, *owner, change) for change in unsaved]
            if not self._is_broken or undoes is not None:
                at_once = len(changes) if self.is_atomic else sending if ready else 0
                try:
                    self._action, rows = self.store.add(
                        action,
                        owner,
                        changes,
                        sending=at_once,
                        reason="" if ready else self.away,
                        cancelled=_numbers(cancelled),
                        restored=_numbers(restored),
                    )
                except StorageError as error:
                    if undoes is not None:
                        raise  # an undo that can't be saved is not started
                    self._on_write_error(error)
        if not ready and rows and not rows[0].number:
            raise OfflineError(
                f"not saved: no connection ({self.away}), and the journal can't be written",
                "try again when the network is back",
            )
        return rows

    def send(self, row: Row) -> Entry | None:
        """Send a saved change and record its result."""
        return self._send(row).entry

    def _send(self, row: Row, then: Sequence[Row] = ()) -> Arrived:
        rows = [row]

        def send(desks: Sequence[Desk]) -> Sequence[Arrived | Moot]:
            return [self.with_ids(rows[0].change, desks[0]).send(desks[0])]

        return self._send_batch(rows, send, then=then)[0]

    def with_ids(self, change: Change, desk: Desk) -> Change:
        """Return a change as it is sent, with ids for the names in its draft.

        On the local workspace a name keeps its id. Elsewhere it may have got another one since.
        """
        draft = change.get_draft() if change.has_draft else None
        if draft is None or (self.is_atomic and not draft.is_unresolved):
            return change
        return change.with_draft(desk.resolve(draft))

    def send_batch(
        self,
        rows: Sequence[Row],
        send: Callable[[Sequence[Desk]], Sequence[Arrived | Moot]],
    ) -> list[Entry | None]:
        """Send changes in one request and record their results; return the entry after each.

        Raises what the request raises if it had no effect; the rows then still wait.
        """
        return [each.entry for each in self._send_batch([*rows], send)]

    def _send_batch(
        self,
        rows: list[Row],
        send: Callable[[Sequence[Desk]], Sequence[Arrived | Moot]],
        *,
        then: Sequence[Row] = (),
    ) -> list[Arrived]:
        """Send changes in one request and record their results; ``then`` are sent next."""
        if not (self.is_atomic or self._can_send(rows)) or not self._is_noted(rows):
            return self._wait(rows, State.WAITING, self.away)
        if (kept := self._kept_unread(rows)) is not None:
            return kept
        desks = [self.desk_of(row) for row in rows]
        try:
            self._is_awaiting = not self.is_atomic
            arrived = send(desks)
            self._is_awaiting = False
        except UNAVAILABLE as error:
            if isinstance(error, NotDoneError) and not error.not_sent:
                self._mark_unsent(rows)
                raise
            return self._wait_for(rows, error)
        except ClocktoolError:
            self._mark_unsent(rows)
            raise
        self.conclude(rows, desks, arrived, then=then)
        if self._warning:
            self.show_warning()
        return [Arrived() if isinstance(each, Moot) else each for each in arrived]

    def _doubtful(self, rows: Sequence[Row]) -> InterruptedWorkError:
        """Keep a change whose answer the user did not await, as if its answer were lost."""
        reason = "interrupted before the answer came"
        self._note(lambda: self.store.mark(_numbers(rows), State.UNSURE, reason=reason))
        error = InterruptedWorkError(
            "interrupted", "the next command finds out, and finishes it; or: clocktool undo"
        )
        error.effect = "the change may have arrived"
        return error

    def _wait_for(self, rows: Sequence[Row], error: ClocktoolError) -> list[Arrived]:
        """Leave changes for later after a failed request; raise its error if one can't wait."""
        if not all(row.number and row.change.can_wait for row in rows):
            raise _with_doubt(error)
        self._note(partial(self.store.record_rate_limit, error, self.setting.now()))
        self.away = error.message
        return self._wait(rows, state_after(error), error.message)

    def _kept_unread(self, rows: list[Row]) -> list[Arrived] | None:
        """Return the expected results of changes that must wait, None if they can be sent.

        No version of an entry is written back or deleted that this run has not read: the mirror's
        may be old. So the entry is read first; without an answer the changes wait, and a difference
        is a conflict. Raises NotFoundError for an entry that was deleted elsewhere.
        """
        if self.is_atomic or not self.ready():
            return None
        for place, row in enumerate(rows):
            base = row.change.base
            known = None if base is None else self.server_id(base.id)
            if base is None or known is None or self.entries.was_read(base):
                continue
            if any(not row.about.isdisjoint(each.about) for each in self.store.undecided()):
                return self._wait(rows, State.WAITING, UNDECIDED_BEFORE)
            try:
                found = row.change.find(
                    self.desk_of(msgspec.structs.replace(row, state=State.WAITING))
                )
            except UNAVAILABLE as error:
                error.not_sent = True
                return self._wait_for(rows, error)
            if isinstance(found, Moot):
                raise NotFoundError(found.reason, "list entries: clocktool list")
            if isinstance(found, Conflict):
                left = self._wait(rows, State.WAITING, "")
                self.hold(row, found.theirs)
                self.held.update(_numbers(rows))
                return left
            if isinstance(found, Due) and row.number:
                self.store.rewrite(row.number, found.change)
                rows[place] = msgspec.structs.replace(row, change=found.change)
        return None

    def hold(self, row: Row, theirs: "Entry | AnyNamed") -> None:
        """Leave a change to the user's decision, as its entry or item was changed elsewhere."""
        self.store.mark([row.number], State.CONFLICT, reason=CHANGED_ELSEWHERE, theirs=theirs)
        self.held.add(row.number)
        self.has_reported = True
        what = row.change.describe(self.setting.accounts.format_time)
        decide = f"clocktool pending keep mine|theirs {row.name}"
        self.setting.say(f"{what} waits: {CHANGED_ELSEWHERE} ({decide})")

    def _mark_unsent(self, rows: Sequence[Row]) -> None:
        """Record that refused changes had no effect; on the local workspace they are dropped."""
        if not self.is_atomic:
            self._note(lambda: self.store.mark(_numbers(rows), State.WAITING))

    def _send_next(self, rows: list[Row], place: int) -> Arrived:
        """Send one of several changes; with its result, record that the next one is sent."""
        row, after = rows[place], rows[place + 1 : place + 2]
        arrived = self._send(row, then=after)
        if after and not self.away and not self._is_broken and not self.is_kept(row):
            rows[place + 1] = msgspec.structs.replace(after[0], state=State.SENDING)
        return arrived

    def _is_noted(self, rows: Sequence[Row]) -> bool:
        """Record that changes are being sent; False if that fails: they must not be sent then."""
        unnoted = [row for row in rows if row.number and row.state is State.WAITING]
        if not unnoted:
            return True
        try:
            self.store.mark(_numbers(unnoted), State.SENDING)
        except StorageError as error:
            self._on_write_error(error)
            self.away = "the journal can't be written"
            return False
        return True

    def conclude(
        self,
        rows: Sequence[Row],
        desks: Sequence[Desk],
        arrived: Sequence[Arrived | Moot],
        *,
        sent: Change | None = None,
        then: Sequence[Row] = (),
    ) -> None:
        """Record that the server has changes, and update the records on this machine.

        ``sent`` is the change that was sent instead of the first one. ``then`` are sent next.
        """
        from clocktool.outbox.store import Outcome

        outcomes: list[Outcome] = []
        for row, each in zip(rows, arrived, strict=True):
            if isinstance(each, Moot):
                outcomes.append(Outcome(row.number, is_moot=True))
                continue
            change = sent if sent is not None and row is rows[0] else row.change
            if each.entry is not None:
                self.fresh[each.entry.id] = each.entry
            left = each.result
            if each.entry is not None and not isinstance(each.entry.id, Queued):
                left = Result(each.entry.id, Draft.of(each.entry).digest)
            keep = each.keep or change.shortened()
            outcomes.append(Outcome(row.number, left, None if keep is row.change else keep))
        if self._done is not None:
            self._done += outcomes
        else:
            kept = [outcome for outcome in outcomes if outcome.number]
            self._note(lambda: self.store.done(kept, then=_numbers(then)))
        for row, desk, each in zip(rows, desks, arrived, strict=True):
            change = sent if sent is not None and row is rows[0] else row.change
            if isinstance(each, Arrived):
                if self.idle and (each.entry is None or each.entry.end is None):
                    self.idle.discard((desk.workspace, desk.user))
                change.on_done(desk, each.entry)
                if each.result is not None:
                    change.on_name_done(desk, each.result)

    def note_found(self, desk: Desk, arrived: Arrived) -> None:
        """Update the mirror with the entry of a change that is on the server already."""
        if arrived.entry is not None:
            self.entries.note_arrived(desk.workspace, [arrived.entry])

    def with_dependent(self, row: Row) -> list[Row]:
        """Return a pending change, after those of what it would create, newest first."""
        later = [
            each for each in self.waiting() if row.id in each.about and each.number > row.number
        ]
        return [*reversed(later), row]

    def discard(self, row: Row) -> None:
        """Drop a pending change, and the pending changes of what it would create."""
        self.store.drop(_numbers(self.with_dependent(row)))

    def retry_names(self) -> None:
        """Retry changes of entries refused for a name: it may exist, or be active, by now."""
        for row in self.store.undecided():
            reason = (row.reason or "").casefold()
            is_for_name = any(noun in reason for noun in ("project", "task", "tag", "client"))
            if row.state is State.REFUSED and row.change.has_names and is_for_name:
                self.store.mark([row.number], State.WAITING, reason=row.reason)

    def drop(self, rows: Sequence[Row]) -> None:
        """Drop changes that will not be sent; if that fails, write the commands that drop them."""
        numbers = _numbers(rows)
        if numbers and not self._note(lambda: self.store.drop(numbers)):
            how = "; ".join(f"clocktool pending drop p{number}" for number in numbers)
            self.setting.say(f"The change stays in the journal; drop it when that works: {how}")

    def drop_unsent(self, rows: Sequence[Row]) -> None:
        """Drop those of some saved changes that are neither sent nor kept for later."""
        numbers = {row.number for row in rows} - {row.number for row in self.kept}
        self.drop([row for row in self.still_there() if row.number in numbers])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the requests of a block one transaction on the local workspace.

        On a service each request is separate. Changes of an interrupted block are dropped.
        """
        if not self.is_atomic or self._done is not None:
            yield
            return
        self.settle_killed()
        self._done = []
        try:
            with self.backend.transaction():
                yield
            done, self._done = self._done, None
            self._note(lambda: self.store.done(done))
            if self._warning:
                self.show_warning()
        except BaseException:
            self._done = None
            self._note(self._drop_unfinished)
            raise

    def _drop_unfinished(self) -> None:
        """Drop the changes of an interrupted block; those of earlier blocks can be undone."""
        if self._action is None:
            return
        action, self._action = self._action, None
        self.store.drop([row.number for row in self.store.open() if row.action == action.number])
        self._action = self.store.action(action.number)

    def settle_killed(self) -> None:
        """Complete the changes of a killed process before a transaction uses their results.

        The results are written at once, as undo reads them from the file.
        """
        if not self.is_atomic or self._done is not None:
            return
        try:
            waits, is_undoing = self.store.left_over()
            if waits:
                self._settle_sent()
            if waits or is_undoing or is_there(self.store.unfinished):
                self._finish_undo()
        except StorageError as error:
            self._on_write_error(error)

    def alias(self, old: EntryId, new: Known) -> None:
        """Record the new id of an entry; a failure is only reported."""
        self._note(lambda: self.store.alias(old, new))

    def _note(self, write: Callable[[], None]) -> bool:
        """Write to the store; a failure is only reported, as the request has been sent."""
        try:
            write()
        except StorageError as error:
            self._on_write_error(error)
            return False
        return True

    def _on_write_error(self, error: StorageError) -> None:
        """Warn once that the journal can't be written; on the local workspace after a request.

        Raises BlockedError if the path is not a file: the user must move that away.
        """
        if isinstance(error, BlockedError):
            raise error
        if not self._is_broken:
            self._is_broken = True
            self._warning = (
                "The journal can't be written, so failed changes are lost and nothing can be"
                f" undone: {error.message}; {error.hint}"
            )
            if not self.is_atomic:
                self.show_warning()

    def show_warning(self) -> None:
        """Write the warning that was held back until a request was made."""
        if self._warning:
            text, self._warning = self._warning, ""
            self.setting.say(text)

    def _settle_sent(self) -> None:
        """Settle the changes of a command on the local workspace that was killed or has failed."""
        if rows := self.waiting():
            from clocktool.outbox.failure import settle

            with self.backend.transaction():
                settle(self, rows)

    def _finish_undo(self) -> None:
        """Continue an undo that was killed between two of its batches."""
        undo = self.store.under_way()
        if undo is None and not is_there(self.store.unfinished):
            return
        if undo is not None and self._action is not None and undo.number == self._action.number:
            return
        had_lock = self.lock.is_held
        if not self.lock.acquire(0):
            return  # its process is still running
        before = self._action
        try:
            self._settle_sent()
            self._action = self.store.under_way()
            if self._action is None:
                remove(self.store.unfinished)
            else:
                self._finish(self, self._action)
        finally:
            self._action = before
            if not had_lock:
                self.lock.release()

    # Sending pending changes.

    def ready(self) -> bool:
        """Send pending changes first; return whether a new change can be sent now."""
        if self.is_atomic:
            return True
        with self._mutex:
            if not self._is_ready and not self.away:
                self._is_ready = True
                try:
                    if not self.lock.acquire(LOCK_SECONDS):
                        self.away = BUSY
                    elif self.store.waiting() and not self._replay(self, None):
                        self.away = self.away or EARLIER
                except StorageError as error:
                    self._stop(error)
            return not self.away

    def send_before(self, row: Row) -> None:
        """Send the pending changes before a change of this run, to keep their order."""
        try:
            if not self.is_atomic and self.ready() and not self._replay(self, row.number):
                self.away = self.away or EARLIER
        except StorageError as error:
            self._stop(error)

    def catch_up(self) -> None:
        """Send pending changes, unless another process is sending.

        The lock is released afterwards, so that a command that waits for input blocks no other.
        """
        if self._is_ready or self._is_read_only:
            return
        if self.is_atomic:
            with suppress(StorageError):  # a read works without a writable journal
                self._finish_undo()
            return
        try:
            if self.store.waiting() and self.lock.acquire(0):
                try:
                    if not self._replay(self, None):
                        self.away = self.away or EARLIER
                finally:
                    self.lock.release()
        except StorageError as error:
            self._stop(error)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the send lock in a block.

        Raises AnswerIsNoError if another process holds it for too long.
        """
        if self.is_atomic:
            yield
            return
        if not self.lock.acquire(LOCK_SECONDS):
            raise AnswerIsNoError(BUSY, "try again in a moment")
        self._is_ready = True
        yield

    def is_alone(self) -> bool:
        """Take the lock until the end of the run, also on the local workspace.

        It is for commands that read and then write several transactions. False if another process
        holds it.
        """
        if not self.is_atomic:
            return self.ready() or self.away != BUSY
        try:
            return self.lock.acquire(LOCK_SECONDS)
        except StorageError as error:
            self._on_write_error(error)
            return True

    def stop_sending(self) -> None:
        """Stop sending pending changes for the rest of this run."""
        self._is_read_only = True

    def is_kept(self, row: Row) -> bool:
        """Whether a change of this run is sent later."""
        return any(each.number == row.number for each in self.kept)

    def rows_of_this_run(self) -> list[Row]:
        """Return the changes of this run, as they are stored."""
        return [] if self._action is None else self.store.of_action(self._action.number)

    def close(self) -> None:
        """Release the send lock and close the files."""
        self.lock.release()
        self.store.close()

    # Failures.

    def _wait(self, rows: Sequence[Row], state: State, reason: str) -> list[Arrived]:
        """Leave changes for later and return their expected results. Raises OfflineError."""
        if not all(row.number for row in rows):
            raise _not_saved(reason or EARLIER)
        try:
            self.store.mark(_numbers(rows), state, reason=reason)
        except StorageError as error:
            self._on_write_error(error)
            there = {row.number for row in self.still_there()}
            if not all(row.number in there for row in rows):
                not_saved = _not_saved(reason)
                raise (_with_doubt(not_saved) if state is State.UNSURE else not_saved) from error
        self.kept += rows
        self.reason = reason or self.reason
        return self.expected(rows)

    def _stop(self, error: StorageError) -> None:
        """Stop sending if pending changes can't be recorded as sent, to keep their order."""
        self._on_write_error(error)
        if self.still_there():
            self.away = self.away or f"{EARLIER}, and the journal can't be written"

    def _can_send(self, rows: Sequence[Row]) -> bool:
        """Whether changes can be sent now: nothing waits, and their entries are on the server."""
        if not self.ready() or not all(row.workspace for row in rows):
            return False
        needed = [(row.id, each) for row in rows for each in row.about if isinstance(each, Queued)]
        return all(self.server_id(each) is not None for made, each in needed if each != made)


def _not_saved(reason: str) -> OfflineError:
    why = f"{reason}, and the journal can't be written"
    return OfflineError("not saved", "try again when the network is back", why=why)


def _with_doubt(error: ClocktoolError) -> ClocktoolError:
    """Return the error of a change that is not kept; it says so if the change may have arrived."""
    if state_after(error) is State.UNSURE:
        error.rolled_back = False
        error.hint = "it may have arrived: check with clocktool list before you try again"
    return error


def _numbers(rows: Sequence[Row]) -> list[int]:
    return [row.number for row in rows if row.number]
