"""Sending what waits in the journal, in order, so that nothing is lost and nothing done twice.

What may have arrived is looked for first. Where the server has something else by now, its state
stays and the difference is said; an entry that was edited elsewhere waits for a decision.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from clocktool.api.entries import EntryQuery
from clocktool.domain.entry import Draft, Entry, moved, same
from clocktool.domain.instant import Instant, shift
from clocktool.errors import (
    ClocktoolError,
    NoError,
    NotFoundError,
    OfflineError,
    RateLimitedError,
    RefusedError,
    ServerError,
    SetupError,
    UsageError,
)
from clocktool.journal.change import (
    LEFT,
    STUCK,
    Create,
    Delete,
    Mark,
    Row,
    State,
    Stop,
    Update,
    filled,
)
from clocktool.journal.journal import Journal
from clocktool.journal.words import follows, said, touched
from clocktool.tracking.deferred import resolved

if TYPE_CHECKING:
    from clocktool.account import Account
    from clocktool.api.entries import TimeEntries
    from clocktool.names import Names

DAY = 86_400


class Sync:
    """Sends what waits. ``clock`` writes an instant for people; the turn to send is ours."""

    def __init__(
        self,
        entries: "TimeEntries",
        journal: Journal,
        account: "Callable[[], Account]",
        names: "Callable[[], Names]",
        clock: Callable[[Instant], str],
    ) -> None:
        self._entries = entries
        self._journal = journal
        self._file = journal.file
        self._account = account
        self._names = names
        self._clock = clock
        self.sent = 0
        self._taken: set[str] | None = None

    def send_waiting(self) -> bool:
        """Send what waits, the oldest first; return whether a new change overtakes nothing.

        Raises nothing that a server or a network does: why it stopped is in ``journal.away``.
        """
        rows = self._file.rows(LEFT)
        if not rows:
            return True
        held = self._file.held_until()
        if held > self._journal.now():
            self._journal.away = f"the service takes no more requests until {self._clock(held)}"
            return False
        dead = [row.number for row in rows if row.state is State.SENDING]
        self._file.mark(dead, State.UNSURE)  # its process is gone: the turn is ours
        stuck = {key for row in self._file.rows(STUCK) for key in touched(row)}
        for row in self._file.rows(LEFT):
            if stuck.isdisjoint(follows(row)):
                try:
                    if not self._carry_out(row):
                        stuck |= touched(row)
                except OfflineError as error:
                    state = State.WAITING if error.never_left else State.UNSURE
                    return self._interrupted(row, state, error)
                except RateLimitedError as error:
                    if error.retry_after is not None:
                        self._file.hold(shift(self._journal.now(), error.retry_after))
                    return self._interrupted(row, row.state, error)
                except (ServerError, SetupError, UsageError) as error:
                    return self._interrupted(row, State.UNSURE, error)
        return True

    def insist(self, row: Row) -> None:
        """Carry a change out over what someone else made of its entry."""
        theirs, change = row.theirs, row.change
        assert theirs is not None  # noqa: S101  # so a conflict is kept
        after = None
        try:
            if isinstance(change, Update):
                draft = resolved(change.draft, self._names)
                self._file.rewrite(row.number, Update(theirs, draft))  # undo puts theirs back
                self._sending(row)
                after = self._entries.update(row.workspace, theirs.id, draft)
            else:
                self._file.rewrite(row.number, Delete(theirs))
                self._sending(row)
                with suppress(NotFoundError):  # an answer that was lost: it is gone
                    self._entries.delete(row.workspace, theirs.id)
        except (ClocktoolError, KeyboardInterrupt):
            self._file.rewrite(row.number, change)
            self._file.mark([row.number], State.CONFLICT, reason=row.reason, theirs=theirs)
            raise
        self._done(row, after)

    def _interrupted(self, row: Row, state: State, error: ClocktoolError) -> bool:
        now = self._file.row(row.number)
        if row.state is State.UNSURE or now is None or now.state is not State.SENDING:
            state = row.state  # it was not sent this time
        self._file.mark([row.number], state, reason=error.message)
        self._journal.away = error.message
        self._journal.refused = isinstance(error, RateLimitedError)
        return False

    def _carry_out(self, row: Row) -> bool:
        """Carry out one change; return False where it is kept for a decision."""
        account = self._account()
        if row.user not in ("", account.user.id):
            return True  # it is another account's, and waits for that
        if not (row.user and row.workspace):
            self._file.own(row.number, account.user.id, row.workspace or account.workspace)
            row = self._file.row(row.number) or row
        try:
            match row.change:
                case Create():
                    self._create(row, row.change)
                case Stop():
                    self._stop(row, row.change)
                case Update():
                    return self._update(row, row.change)
                case Delete():
                    return self._delete(row, row.change)
                case Mark(entries, invoiced):
                    self._sending(row)
                    self._entries.mark_invoiced(row.workspace, entries, invoiced=invoiced)
                    self._done(row, None)
        except (RefusedError, NotFoundError, UsageError) as error:
            self._file.mark([row.number], State.REFUSED, reason=error.message)
            undo = "; forget the marks here: clocktool invoice --undo"
            more = undo if isinstance(row.change, Mark) and row.change.invoiced else ""
            self._journal.say(
                f"{said(row, self._clock)} was refused: {error.message} (clocktool pending){more}"
            )
            return False
        return True

    def _create(self, row: Row, change: Create) -> None:
        draft = resolved(change.draft, self._names)
        user = change.other or row.user
        if row.state is State.UNSURE:
            for entry in self._like(row, user, draft):
                if entry.running and change.other is None:
                    self._entries.heard(entry)
                return self._made(row, entry)
        if draft.end is None:
            running = self._entries.current(row.workspace, row.user)
            if running is not None and running.start >= draft.start:
                draft = msgspec.structs.replace(draft, end=running.start)
                self._journal.say(
                    f"{said(row, self._clock)}: another timer was started elsewhere at"
                    f" {self._clock(running.start)}, so that it ended there"
                )
        self._file.rewrite(row.number, Create(draft, change.other))
        self._sending(row)
        if change.other is None:
            entry = self._entries.create(row.workspace, draft)
        else:
            entry = self._entries.create_for(row.workspace, user, draft)
        return self._made(row, entry)

    def _made(self, row: Row, entry: Entry) -> None:
        """Note what a create made; what an undo made again is known by that id from now on."""
        self._journal.made(row, entry.id)
        if self._taken is not None:
            self._taken.add(entry.id)
        self._done(row, entry)

    def _like(self, row: Row, user: str, draft: Draft) -> Iterator[Entry]:
        """Yield the entries that an unsure create may have made: with all that it was to have."""
        query = EntryQuery(start=shift(draft.start, -DAY), end=shift(draft.start, DAY + 1))
        if self._taken is None:  # read once: rows come the oldest first
            self._taken = self._file.known_ids(shift(row.at, -30 * DAY))
        for entry in self._entries.list_all(row.workspace, user, query):
            if (
                entry.id not in self._taken
                and entry.start == draft.start
                and draft.end in (entry.end, None)
                and entry.description.strip() == (draft.description or "").strip()
                and (entry.project.id if entry.project else None) == draft.project_id
            ):
                yield entry

    def _stop(self, row: Row, change: Stop) -> None:
        known = self._started(change)
        running = self._entries.current(row.workspace, row.user)
        if running is not None and self._is_meant(row, change, known, running):
            return self._end(row, change, running)
        return self._ended_elsewhere(row, change, known)

    def _is_meant(self, row: Row, change: Stop, known: Entry | None, running: Entry) -> bool:
        """Whether what runs is what a stop was to end, and not a timer that was started since."""
        if running.start > change.end:
            return False
        if known is None:
            if change.silent and running.start == change.end:
                return False  # it is what was started then
            return not self._file.left_since(running.id, after=row.number)
        return known.id == running.id if known.id else known.start == running.start

    def _started(self, change: Stop) -> Entry | None:
        """Return what was running: by now the journal may know which entry its start made."""
        known = change.known
        if known is None or not known.id.startswith("p"):
            return known
        number = known.id[1:]
        start = self._file.row(int(number)) if number.isdecimal() else None
        after = start.after if start is not None and start.state is State.DONE else None
        return after or msgspec.structs.replace(known, id="")

    def _end(self, row: Row, change: Stop, running: Entry) -> None:
        end = change.end
        if change.longest is not None:
            end = min(end, shift(running.start, change.longest))
        draft = msgspec.structs.replace(Draft.of(running), end=end)
        full = resolved(filled(draft, change.fill), self._names)
        self._sending(row)
        if full == draft:
            try:
                entry = self._entries.stop(row.workspace, row.user, end)
            except NoError:  # it was ended elsewhere just now
                return self._ended_elsewhere(row, change, running)
        else:
            entry = self._entries.update(row.workspace, running.id, full)
        return self._done(row, entry)

    def _ended_elsewhere(self, row: Row, change: Stop, known: Entry | None) -> None:
        """Note a stop that has nothing to end any more, and say what the server has instead."""
        entry = None
        if known is not None and known.id:
            try:
                entry = self._entries.get(row.workspace, known.id)
            except NotFoundError:
                self._journal.say(f"{said(row, self._clock)}: the entry was deleted elsewhere")
        elif row.state is State.UNSURE:
            query = EntryQuery(start=shift(change.end, -8 * DAY), end=shift(change.end, DAY))
            found = self._entries.list_all(row.workspace, row.user, query)
            entry = next((each for each in found if each.end == change.end), None)
        if entry is None:
            if not change.silent and (known is None or not known.id):
                self._journal.say(f"{said(row, self._clock)}: nothing was running")
            self._file.drop([row.number])
            return
        if entry.end is None:
            self._journal.say(f"{said(row, self._clock)}: the timer started after that")
            self._file.drop([row.number])
            return
        if entry.end != change.end:
            self._journal.say(
                f"{said(row, self._clock)}: it was stopped elsewhere at {self._clock(entry.end)},"
                " which stays"
            )
            self._file.drop([row.number])
            return
        self._done(row, entry)

    def _update(self, row: Row, change: Update) -> bool:
        draft = resolved(change.draft, self._names)
        now = self._now_of(row, change.before)
        if now is None:
            return True
        if same(Draft.of(now), draft):
            self._done(row, now)
            return True
        if not same(Draft.of(now), Draft.of(change.before)):
            if not self._is_ours(row, now):
                return self._conflict(row, now)
            draft = moved(draft, Draft.of(change.before), Draft.of(now))
            self._file.rewrite(row.number, Update(now, draft))  # undo takes back this one alone
        self._sending(row)
        self._done(row, self._entries.update(row.workspace, now.id, draft))
        return True

    def _delete(self, row: Row, change: Delete) -> bool:
        try:
            now = self._entries.get(row.workspace, change.before.id)
        except NotFoundError:
            self._done(row, None)
            return True
        if change.with_all:  # its process was killed before it was carried out
            self._file.drop([row.number])
            return True
        if not same(Draft.of(now), Draft.of(change.before)):
            if not self._is_ours(row, now):
                return self._conflict(row, now)
            self._file.rewrite(row.number, Delete(now))  # undo makes it again as it was
        self._sending(row)
        self._entries.delete(row.workspace, now.id)
        self._done(row, None)
        return True

    def _is_ours(self, row: Row, now: Entry) -> bool:
        """Whether an entry is as the change from here before this one left it."""
        left = self._file.left(now.id, before=row.number)
        return left is not None and same(Draft.of(left), Draft.of(now))

    def _now_of(self, row: Row, before: Entry) -> Entry | None:
        """Return an entry as it is now; None for one that was deleted, which is said."""
        try:
            return self._entries.get(row.workspace, before.id)
        except NotFoundError:
            self._journal.say(f"{said(row, self._clock)}: the entry was deleted elsewhere")
            self._file.drop([row.number])
            return None

    def _conflict(self, row: Row, theirs: Entry) -> bool:
        reason = "it was changed elsewhere since"
        self._file.mark([row.number], State.CONFLICT, reason=reason, theirs=theirs)
        self._journal.say(
            f"{said(row, self._clock)} waits: {reason}"
            f" (clocktool pending keep mine|theirs {row.name})"
        )
        return False

    def _sending(self, row: Row) -> None:
        """Note, before it goes out, that a change may arrive."""
        self._file.mark([row.number], State.SENDING)

    def _done(self, row: Row, after: Entry | None) -> None:
        self._file.done([(row.number, after)])
        self.sent += 1
