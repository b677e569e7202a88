"""Sends pending changes in order.

For a change that may have arrived, the server is checked first. A newer state on the server is
kept, with a note. A change that needs the user's decision waits, and so do all changes that depend
on it.
"""

from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Draft, Entry, same_content
from clocktool.domain.ids import EntryId
from clocktool.domain.time.instant import Instant, shift
from clocktool.errors import (
    UNAVAILABLE,
    AnswerIsNoError,
    ClocktoolError,
    ForeignReplyError,
    NotFoundError,
    RateLimitedError,
    RefusedError,
    SetupError,
    UsageError,
)
from clocktool.outbox.change import (
    Arrived,
    Change,
    Conflict,
    Desk,
    Due,
    Finding,
    Moot,
    Row,
    State,
    state_after,
)

if TYPE_CHECKING:
    from clocktool.outbox.outbox import Outbox


AGAIN_SECONDS = 600
"""How long a change is not tried again that something else than the service has answered."""


class Replay:
    """Sends the pending changes of an outbox; the send lock must be held."""

    def __init__(self, outbox: "Outbox") -> None:
        self._outbox = outbox
        self._store = outbox.store
        self._setting = outbox.setting
        self._blocked: set[EntryId] = set()
        """The entries with a change that waits for a decision."""
        self._blocked_actions: set[int] = set()
        self._checked: set[int] = set()
        """The whole actions whose entries were compared before the first change was sent."""

    def send_waiting(self, before: int | None = None) -> bool:
        """Send pending changes, oldest first; return whether a new change can be sent now.

        With a number, send only the changes ``before`` it. Failures of the server or the network
        are not raised: ``outbox.away`` has the reason.
        """
        rows = self._store.waiting()
        if before is not None:
            rows = [row for row in rows if row.number < before]
        limited = self._store.rate_limited_until(self._setting.now())
        if rows and limited is not None:
            until = self._setting.accounts.format_time(limited)
            self._outbox.away = f"the service takes no more requests until {until}"
            self._outbox.is_limited = True
            return False
        if rows and self._was_tried_lately(rows[0]):
            self._outbox.away = rows[0].reason
            return False
        for row in self._store.undecided():
            self._block(row)
        self._outbox.idle = set()
        try:
            return self._send(rows)
        finally:
            self._outbox.idle = None

    def _was_tried_lately(self, row: Row) -> bool:
        """Whether something else than the service has answered a change within ten minutes."""
        number, at = self._store.foreign_answer() or (0, Instant(0))
        return number == row.number and at <= self._setting.now() < shift(at, AGAIN_SECONDS)

    def _send(self, rows: list[Row]) -> bool:
        """Send changes; return whether all of them were tried."""
        while rows:
            row = rows.pop(0)
            if row.action in self._blocked_actions or not self._blocked.isdisjoint(row.about):
                self._block(row)
                continue
            change, combined_rows = self._combined(row, rows)
            try:
                if self._is_blocked_as_whole(row, rows):
                    continue
                unsent_row = self._carry_out(change, combined_rows)
                if unsent_row is not None:
                    rows.insert(0, unsent_row)
            except (*UNAVAILABLE, SetupError, UsageError) as error:
                self._store.record_rate_limit(error, self._setting.now())
                if isinstance(error, ForeignReplyError):
                    self._store.record_foreign_answer(row.number, self._setting.now())
                return self._interrupted(combined_rows, error)
        return True

    def _is_blocked_as_whole(self, row: Row, rows: list[Row]) -> bool:
        """Whether an entry of a whole action was changed or is gone: none of it is sent then."""
        action = self._store.action(row.action)
        if action is None or not action.whole or row.action in self._checked:
            return False
        self._checked.add(row.action)
        together = [each for each in [row, *rows] if each.action == row.action]
        seen: set[EntryId] = set()
        for each in together:
            base = each.change.base
            if base is None or base.id in seen:
                continue
            seen.add(base.id)
            desk = self._outbox.desk_of(each)
            if desk.server_id(base.id) is None or not each.user:
                continue
            try:
                found = each.change.find(desk)
            except (RefusedError, NotFoundError, UsageError):
                continue  # it is said when it is sent
            match found:
                case Conflict():
                    return self._settled(each, found, [each], desk)
                case Moot(reason) if len(together) > 1:  # nothing is made or lost for what is gone
                    self._refuse(each, reason)
                    return True
                case Due(change) if change.base is not None:
                    self._outbox.fresh[change.base.id] = change.base  # it is not read again
        return False

    def force(self, row: Row) -> None:
        """Send a change even though its entry was changed elsewhere.

        Raises RefusedError if it was changed once more than the version that was shown.
        """
        change = row.change if row.theirs is None else row.change.override(row.theirs)
        if isinstance(row.theirs, Entry):
            self._check_shown(row, row.theirs)
        self._store.mark([row.number], State.SENDING, change=change)
        desk = self._outbox.desk_of(row)
        arrived: Arrived | Moot
        try:
            arrived = self._outbox.with_ids(change, desk).send(desk)
        except NotFoundError:
            if change.effect != "delete":
                self._back_to_conflict(row)
                raise
            arrived = Arrived()  # the entry is already deleted
        except (ClocktoolError, KeyboardInterrupt):
            self._back_to_conflict(row)
            raise
        if isinstance(arrived, Moot):
            return self._drop([row], desk, arrived.reason)
        return self._conclude(change, [row], desk, arrived)

    def _check_shown(self, row: Row, theirs: Entry) -> None:
        desk = self._outbox.desk_of(row)
        try:
            now = desk.get(theirs.id)
        except NotFoundError:
            return  # a delete has nothing to do, and an edit says so
        if not same_content(Draft.of(now), Draft.of(theirs)):
            self._outbox.hold(row, now)
            raise RefusedError(
                "the entry was changed elsewhere once more", "see both: clocktool pending"
            )

    def _back_to_conflict(self, row: Row) -> None:
        self._store.mark(
            [row.number], State.CONFLICT, reason=row.reason, theirs=row.theirs, change=row.change
        )

    def _combined(self, row: Row, rows: list[Row]) -> tuple[Change | Moot, list[Row]]:
        """Combine a change with later changes of the same entry that one request can send."""
        change: Change | Moot = row.change
        combined_rows = [row]
        if row.state is State.WAITING:
            for later in tuple(rows):
                if isinstance(change, Moot) or row.about.isdisjoint(later.about):
                    continue
                combined = None
                if later.state is State.WAITING and self._has_names(later.change):
                    combined = change.combine(later.change, row.number)
                if combined is None:
                    break
                change = combined
                combined_rows.append(later)
                rows.remove(later)
        return change, combined_rows

    def _has_names(self, change: Change) -> bool:
        """Whether the names that a change uses are created."""
        return all(self._outbox.server_id(each) is not None for each in change.uses)

    def _carry_out(self, change: Change | Moot, combined_rows: list[Row]) -> Row | None:
        """Send one change, which may combine several rows.

        A change that may have arrived is only looked for. If it has not arrived, return it as a
        waiting one, as it may be combined with later changes.
        """
        owned = [self._owned(each) for each in combined_rows]
        row, combined_rows = owned[0], [each for each in owned if each is not None]
        if row is None:
            return None  # it belongs to another account and waits for its key
        desk = self._outbox.desk_of(row)
        if isinstance(change, Moot):
            self._conclude(row.change, combined_rows, desk, Arrived())
            return None
        try:
            for last_try in (False, True):
                try:
                    found = change.find(desk)
                    if self._settled(row, found, combined_rows, desk):
                        return None
                    if desk.unsure:
                        return msgspec.structs.replace(row, state=State.WAITING)
                    change = getattr(found, "change", change)
                    self._store.mark([each.number for each in combined_rows], State.SENDING)
                    self._store.rewrite(row.number, change)
                    left = self._outbox.with_ids(change, desk).send(desk)
                    if isinstance(left, Moot):
                        self._drop(combined_rows, desk, left.reason)
                    else:
                        self._conclude(change, combined_rows, desk, left)
                    break
                except AnswerIsNoError:  # the timer was ended elsewhere just now
                    if last_try:
                        raise
        except AnswerIsNoError:
            self._drop(combined_rows, desk, "no timer was running")
        except (RefusedError, NotFoundError, UsageError) as error:
            for later in combined_rows[1:]:
                self._store.mark([later.number], State.WAITING)
            self._refuse(row, error.message)
        return None

    def _refuse(self, row: Row, reason: str) -> None:
        self._store.mark([row.number], State.REFUSED, reason=reason)
        self._block(row)
        self._say(row, f"was refused: {reason} (clocktool pending)")

    def _settled(self, row: Row, found: Finding, combined_rows: list[Row], desk: Desk) -> bool:
        """Record what was found; return True if no request is needed."""
        match found:
            case Arrived():
                self._outbox.note_found(desk, found)
                self._conclude(row.change, combined_rows, desk, found)
            case Moot(reason):
                self._drop(combined_rows, desk, reason)
            case Conflict(theirs):
                self._outbox.hold(row, theirs)
                self._block(row)
            case _:
                return False
        return True

    def _conclude(
        self, change: Change, combined_rows: list[Row], desk: Desk, arrived: Arrived
    ) -> None:
        """Record that the server has a change; the rows it combines have the same result."""
        desks = [desk, *(self._outbox.desk_of(row) for row in combined_rows[1:])]
        outcomes = [arrived, *([Arrived(arrived.entry)] * (len(combined_rows) - 1))]
        self._outbox.conclude(combined_rows, desks, outcomes, sent=change)
        self._outbox.sent += len(combined_rows)

    def _say(self, row: Row, text: str) -> None:
        self._outbox.has_reported = True
        self._setting.say(f"{row.change.describe(self._setting.accounts.format_time)} {text}")

    def _drop(self, combined_rows: list[Row], desk: Desk, reason: str) -> None:
        if reason:
            desk.say(reason)
        self._store.drop([row.number for row in combined_rows])

    def _owned(self, row: Row) -> Row | None:
        """Return a change with the account's ids, None if it belongs to another account."""
        account = self._setting.accounts.account
        if row.user not in ("", account.user.id):
            return None
        if row.user and row.workspace:
            return row
        workspace = row.workspace or account.workspace
        self._store.set_owner(row.number, account.user.id, workspace)
        return msgspec.structs.replace(row, user=account.user.id, workspace=workspace)

    def _block(self, row: Row) -> None:
        """Leave later changes of the same entries, and the rest of the command, for later."""
        self._blocked |= row.about
        action = self._store.action(row.action)
        if action is not None and action.whole:
            self._blocked_actions.add(row.action)

    def _interrupted(self, combined_rows: list[Row], error: ClocktoolError) -> bool:
        """Record that a change could not be sent, and whether it may have arrived."""
        for row in combined_rows:
            state = row.state
            if state is State.SENDING:
                state = State.UNSURE  # its process is gone
            elif self._store.state_of(row.number) is State.SENDING:
                state = state_after(error)
            self._store.mark([row.number], state, reason=error.message)
            if state is State.WAITING:  # each can be undone separately
                self._store.rewrite(row.number, row.change)
        self._outbox.away = error.message
        self._outbox.is_limited = isinstance(error, RateLimitedError)
        return False
