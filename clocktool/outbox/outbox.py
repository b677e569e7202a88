"""The one door for writes: a change is on disk before it is sent, and nothing overtakes another.

A change that cannot be sent (no connection, a lost answer, a long rate limit, a failing server)
stays and counts as done: what it will leave is returned. What the service refuses is an error.
Where requests can be one transaction, a command is one, and nothing ever waits.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.directory import AnyNamed
from clocktool.domain.entry import Entry
from clocktool.domain.ids import Queued
from clocktool.domain.time.instant import shift
from clocktool.errors import (
    AnswerIsNoError,
    ClocktoolError,
    InterruptedWorkError,
    NotDoneError,
    OfflineError,
    RateLimitedError,
    ServerError,
)
from clocktool.outbox.change import Action, Arrived, Change, Moot, Overlay, Result, Row, State
from clocktool.outbox.desk import RowDesk
from clocktool.outbox.names import NameOverlay
from clocktool.outbox.queue import Queue, Setting
from clocktool.storage.failure import StorageError
from clocktool.storage.files import is_there, remove
from clocktool.storage.lock import LOCK_SECONDS

if TYPE_CHECKING:
    from clocktool.outbox.store import Outcome, Store
    from clocktool.storage.lock import Lock

BUSY = "another clocktool is sending"
EARLIER = "earlier changes wait"


class Outbox(Queue):
    """The outbox of a run. ``replay`` sends what waits, and returns whether all of it could be.

    With a number it sends what was kept before that change. ``finish`` goes on with an undo.
    """

    def __init__(
        self,
        store: "Store",
        lock: "Lock",
        setting: Setting,
        replay: "Callable[[Outbox, int | None], bool]",
        finish: "Callable[[Outbox, Action], None]",
    ) -> None:
        super().__init__(store, setting)
        self.lock = lock
        self._replay = replay
        self._finish = finish
        self.away = ""
        """Why nothing can be sent now; empty while it can."""
        self.kept: list[Row] = []
        """What this run has kept for later."""
        self.sent = 0
        """How many changes that waited were sent in this run."""
        self.is_limited = False
        self._action: Action | None = None
        self._is_ready = False
        self._is_read_only = False
        self.has_reported = False
        """Whether a person was told in this run that something waits for a decision."""
        self._mutex = threading.RLock()
        self._done: list[Outcome] | None = None

    # Writing.

    def carry_out(self, *changes: Change) -> list[Entry | None]:
        """Carry out changes that belong together, in order; return the entry that each has left.

        A refusal takes back those before it, and is raised; ``error.rolled_back`` says whether that
        worked.
        """
        return [each.entry for each in self._carry_out(changes)]

    def carry_out_names(self, *changes: Change) -> list[AnyNamed | None]:
        """Carry out changes of names; return what each has left. Raises what ``carry_out`` does."""
        return [each.thing for each in self._carry_out(changes)]

    def _carry_out(self, changes: Sequence[Change]) -> list[Arrived]:
        with self.transaction():
            rows = self.keep(changes, whole=len(changes) > 1, sending=1)
            left: list[Arrived] = []
            for place in range(len(rows)):
                try:
                    left.append(self._send_next(rows, place))
                except ClocktoolError as error:
                    self.drop(rows[place:])
                    error.steps_done = place
                    if any(each.entry or each.thing for each in left):
                        self._roll_back(rows[:place], error)
                    raise
                except KeyboardInterrupt:
                    if len(rows) == 1 or self.is_atomic:
                        self.drop(rows[place:])
                        raise
                    raise self._interrupted(rows, place) from None
        return left

    def _interrupted(self, rows: Sequence[Row], place: int) -> InterruptedWorkError:
        """Take back what an interrupted command has done, but where that only made room.

        The change that was being sent may have arrived: it is looked for first.
        """
        error = InterruptedWorkError("interrupted")
        error.steps_done = place
        row = msgspec.structs.replace(rows[place], state=State.SENDING)
        if rows[0].change.is_preparation:
            self.drop(rows[place:])
            return error
        try:
            desk = RowDesk(self, row)
            found = row.change.find(desk)
            if isinstance(found, Arrived):
                self.conclude([row], [desk], [found])
            else:
                self.drop([row])
        except (ClocktoolError, KeyboardInterrupt):
            error.rolled_back = False
            error.hint = "the next command finishes it; to take it back: clocktool undo"
            return error
        self.drop(rows[place + 1 :])
        self._roll_back(rows[: place + 1], error)
        return error

    def keep(
        self,
        changes: Sequence[Change],
        *,
        whole: bool = False,
        sending: int = 0,
        undoes: int | None = None,
        note: str = "",
        cancelled: Sequence[Row] = (),
        restored: Sequence[Row] = (),
    ) -> list[Row]:
        """Put changes on disk before the first is sent; a row without a number could not be.

        So many are noted as being sent at once, as they are about to be. Those of an undo come with
        what it cancels of the action that it ``undoes``, and with what waits again. Raises
        OfflineError where they can be neither sent nor kept.
        """
        account = self._account()
        ready = self.ready()
        with self._mutex:
            action = self._action or Action(
                0, self.setting.now(), self.setting.command, whole, undoes, note=note
            )
            rows = [Row(0, 0, action.at, State.SENDING, *account, change) for change in changes]
            if not self._is_broken or undoes is not None:
                at_once = len(changes) if self.is_atomic else sending if ready else 0
                try:
                    self._action, rows = self.store.add(
                        action,
                        account,
                        changes,
                        sending=at_once,
                        reason="" if ready else self.away,
                        cancelled=_numbers(cancelled),
                        restored=_numbers(restored),
                    )
                except StorageError as error:
                    if undoes is not None:
                        raise  # what can't be noted is not begun
                    self._on_write_error(error)
        if not ready and rows and not rows[0].number:
            raise OfflineError(
                f"not saved: no connection ({self.away}), and the journal can't be written",
                "try again when the network is back",
            )
        return rows

    def send(self, row: Row) -> Entry | None:
        """Send one change that was kept, and note what became of it."""
        return self._send(row).entry

    def _send(self, row: Row, then: Sequence[Row] = ()) -> Arrived:
        return self._send_batch([row], lambda desks: [row.change.send(desks[0])], then=then)[0]

    def send_batch(
        self,
        rows: Sequence[Row],
        send: Callable[[Sequence[RowDesk]], Sequence[Arrived | Moot]],
    ) -> list[Entry | None]:
        """Send changes in one request, and note what became of them; return what each left.

        Raises what the request raises where it was not carried out; the rows then still wait.
        """
        return [each.entry for each in self._send_batch(rows, send)]

    def _send_batch(
        self,
        rows: Sequence[Row],
        send: Callable[[Sequence[RowDesk]], Sequence[Arrived | Moot]],
        *,
        then: Sequence[Row] = (),
    ) -> list[Arrived]:
        """Do that; ``then`` are sent next."""
        desks = [RowDesk(self, row) for row in rows]
        if not self.ready() or not all(row.workspace and self._is_made(row) for row in rows):
            return self._wait(rows, State.WAITING, self.away)
        if not self._is_noted(rows):
            return self._wait(rows, State.WAITING, self.away)
        try:
            arrived = send(desks)
        except (OfflineError, RateLimitedError, ServerError) as error:
            if isinstance(error, NotDoneError) and not error.not_sent:
                self._note(lambda: self.store.mark(_numbers(rows), State.WAITING))
                raise
            if not all(row.number and row.change.can_wait for row in rows):
                raise
            if isinstance(error, RateLimitedError) and error.retry_after is not None:
                until = shift(self.setting.now(), error.retry_after)
                self._note(lambda: self.store.set_rate_limit(until))
            is_certain = isinstance(error, RateLimitedError) or error.not_sent
            self.away = error.message
            return self._wait(rows, State.WAITING if is_certain else State.UNSURE, error.message)
        except ClocktoolError:
            self._note(lambda: self.store.mark(_numbers(rows), State.WAITING))
            raise
        self.conclude(rows, desks, arrived, then=then)
        self.show_warning()
        return [Arrived() if isinstance(each, Moot) else each for each in arrived]

    def _send_next(self, rows: list[Row], place: int) -> Arrived:
        """Send one of several changes, and note with its outcome that the next one is sent."""
        row, after = rows[place], rows[place + 1 : place + 2]
        arrived = self._send(row, then=after)
        if after and not self.away and not self._is_broken and not self.is_kept(row):
            rows[place + 1] = msgspec.structs.replace(after[0], state=State.SENDING)
        return arrived

    def _is_noted(self, rows: Sequence[Row]) -> bool:
        """Note that changes are being sent. One that is not noted must not be: it stays."""
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
        desks: Sequence[RowDesk],
        arrived: Sequence[Arrived | Moot],
        *,
        sent: Change | None = None,
        then: Sequence[Row] = (),
    ) -> None:
        """Note that the server has changes, and let what is kept here follow.

        ``sent`` is what was sent in the place of the first one. ``then`` are sent next.
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
            left = each.result if each.entry is None else Result.of(each.entry)
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
                change.on_done(desk, each.entry)
                if each.result is not None:
                    change.on_name_done(desk, each.result)

    def discard(self, row: Row) -> None:
        """Drop a change that waits, and those that wait for the entry it was to make."""
        later = [
            each for each in self.waiting() if row.id in each.about and each.number > row.number
        ]
        self.store.drop(_numbers([row, *later]))

    def retry_names(self) -> None:
        """Let changes wait again that were refused for a name: it may be another by now."""
        for row in self.store.undecided():
            if row.state is State.REFUSED and row.change.is_unresolved:
                self.store.mark([row.number], State.WAITING, reason=row.reason)

    def drop(self, rows: Sequence[Row]) -> None:
        """Forget changes that are not to be sent any more; say how to, where they stay."""
        numbers = _numbers(rows)
        if numbers and not self._note(lambda: self.store.drop(numbers)):
            how = "; ".join(f"clocktool pending drop p{number}" for number in numbers)
            self.setting.say(f"It stays in the journal. When that can be written: {how}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the requests of a block one transaction, where they can be: all or none.

        Elsewhere each stands alone. What was kept by an interrupted block is dropped.
        """
        if not self.is_atomic or self._done is not None:
            yield
            return
        self.settle_killed()
        self._done = []
        try:
            with self.entries.transaction():
                yield
            done, self._done = self._done, None
            self._note(lambda: self.store.done(done))
            self.show_warning()
        except BaseException:
            self._done = None
            self._note(self._drop_unfinished)
            raise

    def _drop_unfinished(self) -> None:
        """Drop what an interrupted block has kept. What blocks before it did can be undone."""
        if self._action is None:
            return
        action, self._action = self._action, None
        self.store.drop([row.number for row in self.store.open() if row.action == action.number])
        self._action = self.store.action(action.number)

    def settle_killed(self) -> None:
        """Settle what a killed process has left, before a transaction builds on it.

        What it finds is noted at once, as undo and others look for it in the file.
        """
        if not self.is_atomic or self._done is not None:
            return
        try:
            if self.store.exists:
                self._settle_sent()
                self._finish_undo()
        except StorageError as error:
            self._on_write_error(error)

    def _settle_sent(self) -> None:
        if self.waiting():
            with self.entries.transaction():
                self._replay(self, None)

    def _finish_undo(self) -> None:
        """Go on with an undo whose process was killed between two of its batches."""
        undo = self.store.under_way()
        if undo is None and not is_there(self.store.unfinished):
            return
        if undo is not None and self._action is not None and undo.number == self._action.number:
            return
        had_lock = self.lock.is_held
        if not self.lock.acquire(0):
            return  # it is not killed
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

    # Sending what waits.

    def ready(self) -> bool:
        """Whether a change may be sent now; if not it is kept behind those that wait."""
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
                    self._blocked(error)
            return not self.away

    def send_before(self, row: Row) -> None:
        """Send what was kept before a change of this run, which then overtakes nothing."""
        try:
            if not self.is_atomic and self.ready() and not self._replay(self, row.number):
                self.away = self.away or EARLIER
        except StorageError as error:
            self._blocked(error)

    def catch_up(self) -> None:
        """Send what waits, if anything does and no other process is at it.

        The lock is given back: a person who looks at what was read, or is asked, delays nobody.
        """
        if self._is_ready or self._is_read_only:
            return
        if self.is_atomic:
            with suppress(StorageError):  # what is only read needs no file that can be written
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
            self._blocked(error)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let no other process send in a block.

        Raises AnswerIsNoError where another one goes on sending for long.
        """
        if self.is_atomic:
            yield
            return
        if not self.lock.acquire(LOCK_SECONDS):
            raise AnswerIsNoError(BUSY, "try again in a moment")
        self._is_ready = True
        yield

    def is_alone(self) -> bool:
        """Take the lock to the end of the run, also where requests are transactions.

        It is for what reads first and then writes in more than one; False while another has it.
        """
        if not self.is_atomic:
            return self.ready() or self.away != BUSY
        try:
            return self.lock.acquire(LOCK_SECONDS)
        except StorageError as error:
            self._on_write_error(error)
            return True

    def stop_sending(self) -> None:
        """Let a run that only looks at what waits send nothing of it."""
        self._is_read_only = True

    def is_kept(self, row: Row) -> bool:
        """Whether a change of this run waits."""
        return any(each.number == row.number for each in self.kept)

    def rows_of_this_run(self) -> list[Row]:
        """Return the changes that this run has made so far, as they are kept."""
        return [] if self._action is None else self.store.of_action(self._action.number)

    # Reading what waits.

    def close(self) -> None:
        """Give the send lock back, and close the files."""
        self.lock.release()
        self.store.close()

    # What goes wrong.

    def _roll_back(self, rows: Sequence[Row], error: ClocktoolError) -> None:
        """Take back what was done before a refusal; ``error`` says how that went.

        Of what is taken back nothing is left to be undone.
        """
        error.rolled_back = True
        if self.is_atomic:
            return  # there nothing has happened
        for row in reversed(self.store.rows(_numbers(rows))):
            try:
                desk = RowDesk(self, row)
                changes = row.change.revert(desk, row.result) if row.state is State.DONE else []
                for change in changes:
                    (inverse,) = self.keep([change], sending=1)
                    self.send(inverse)
                    if self.is_kept(inverse):  # then both stay, and are settled later
                        return
                    self.drop([inverse])
                self.drop([row])
            except ClocktoolError as trouble:
                error.rolled_back = trouble
                error.leftover_ids += [] if row.result is None else [row.result.entry]

    def _wait(self, rows: Sequence[Row], state: State, reason: str) -> list[Arrived]:
        """Let changes wait; return what each will leave. Raises OfflineError for one not kept."""
        if not all(row.number for row in rows):
            raise _not_saved(reason or EARLIER)
        try:
            self.store.mark(_numbers(rows), state, reason=reason)
        except StorageError as error:
            self._on_write_error(error)
            there = {row.number for row in self._still_there()}
            if not all(row.number in there for row in rows):
                raise _not_saved(reason) from error
        self.kept += rows
        entries: Overlay = {}
        names = NameOverlay({}, self.current_id)
        left: list[Arrived] = []
        for row in rows:
            row.change.overlay_names(names, row.number)
            thing = next((names.things[key] for key in row.about if names.things.get(key)), None)
            self.with_default_billable(row.change).overlay(entries, row.number)
            entry = next((entries[key] for key in row.about if entries.get(key)), None)
            left.append(Arrived(None if entry is None else self.setting.named(entry), thing=thing))
        return left

    def _still_there(self) -> list[Row]:
        try:
            return self.store.waiting()
        except StorageError:
            return []

    def _blocked(self, error: StorageError) -> None:
        """Let nothing overtake what waits and can't be noted as sent."""
        self._on_write_error(error)
        if self._still_there():
            self.away = self.away or f"{EARLIER}, and the journal can't be written"

    def _is_made(self, row: Row) -> bool:
        """Whether the entries that a change is about are on the server by now."""
        queued = (each for each in row.about if isinstance(each, Queued) and each != row.id)
        return all(self.server_id(each) is not None for each in queued)


def _not_saved(reason: str) -> OfflineError:
    why = f"{reason}, and the journal can't be written"
    return OfflineError("not saved", "try again when the network is back", why=why)


def _numbers(rows: Sequence[Row]) -> list[int]:
    return [row.number for row in rows if row.number]
