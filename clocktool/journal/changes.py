"""Changes of time entries, each in the journal before it is sent.

What cannot be sent (no connection, a time-out, a rate limit of more than seconds, a failure of the
server) stays there and counts as done: the entry as it will be is returned. What a rule refuses is
an error at once, and is not kept. Nothing overtakes what waits.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Draft, Entry
from clocktool.domain.instant import Instant, shift
from clocktool.errors import (
    ClocktoolError,
    NotDoneError,
    OfflineError,
    RateLimitedError,
    ServerError,
)
from clocktool.journal.change import (
    Create,
    Delete,
    Fill,
    Mark,
    Row,
    State,
    Stop,
    Update,
    ended,
    filled,
    guess,
    starts,
    unresolved,
)
from clocktool.journal.giving_up import heard_dropped
from clocktool.journal.journal import Journal
from clocktool.journal.running import running_then
from clocktool.journal.words import BeganLaterError
from clocktool.journal.writer import Writer

if TYPE_CHECKING:
    from clocktool.api.entries import TimeEntries
    from clocktool.api.routes import Operation
    from clocktool.journal.watch import Watch


class Changes:
    """Makes changes of one's own entries, by way of the journal; see ``TimeEntries`` for each."""

    def __init__(
        self,
        entries: "TimeEntries",
        journal: Journal,
        user: str,
        *,
        watch: "Watch | None" = None,
        named: Callable[[Entry], Entry] = lambda entry: entry,
    ) -> None:
        self._entries = entries
        self._journal = journal
        self._user = user
        self._watch = watch
        self._named = named
        self._writer = Writer(journal, user, named)

    def create(self, workspace: str, draft: Draft) -> Entry:
        """Make an entry of one's own (operation 1)."""
        entry = self._writer.one(
            workspace,
            Create(draft),
            lambda: self._entries.create(workspace, draft),
            lambda number: guess(number, draft),
            can_be_sent=not unresolved(draft),
        )
        return self._heard(entry)

    def create_many(self, workspace: str, drafts: Sequence[Draft]) -> list[Entry]:
        """Make finished entries of one's own, all or none, where ``creates_many`` says it can."""
        return self._writer.many(
            workspace,
            [Create(draft) for draft in drafts],
            lambda: self._entries.create_many(workspace, drafts),
            lambda numbers: list(map(guess, numbers, drafts)),
        )

    def create_for(self, workspace: str, user: str, draft: Draft) -> Entry:
        """Make an entry of another user (operation 8)."""
        return self._writer.one(
            workspace,
            Create(draft, other=user),
            lambda: self._entries.create_for(workspace, user, draft),
            lambda number: guess(number, draft),
            can_be_sent=not unresolved(draft),
        )

    def duplicate(
        self, workspace: str, entry: Entry, start: Instant, end: Instant | None = None
    ) -> Entry:
        """Copy an entry to other times (operation 10)."""
        draft = msgspec.structs.replace(Draft.of(entry), start=start, end=end)
        return self._writer.one(
            workspace,
            Create(draft),
            lambda: self._entries.duplicate(workspace, entry, start, end),
            lambda number: guess(number, draft, like=entry),
        )

    def stop(self, workspace: str, end: Instant, *, silent: bool = False) -> Entry:
        """End the running timer (operation 6). Raises NoError when none runs."""
        return self._stop(
            workspace,
            Stop(end, known=self._known(), silent=silent),
            lambda: self._entries.stop(workspace, self._user, end),
        )

    def stop_later(
        self, workspace: str, end: Instant, longest: int | None, fill: Fill | None, *, silent: bool
    ) -> Entry:
        """Keep that the timer is to be ended: what runs could not be read."""
        self._journal.away = self._journal.away or "what runs could not be read"
        known = self._running_then(self._known(), workspace)
        if known is not None and longest is not None:
            end = min(end, shift(known.start, longest))
        return self._stop(workspace, Stop(end, known, longest, fill, silent), None)

    def update(self, workspace: str, before: Entry, draft: Draft) -> Entry:
        """Put a draft in the place of an entry, as it was read (operation 4)."""
        self._journal.check_not_deleted(before)
        entry = self._writer.one(
            workspace,
            Update(before, draft),
            lambda: self._entries.update(workspace, before.id, draft),
            lambda number: guess(number, draft, id=before.id, like=before),
            can_be_sent=not unresolved(draft),
        )
        return self._heard(entry)

    def delete(self, workspace: str, before: Entry) -> None:
        """Delete an entry, as it was read (operation 5)."""
        self._journal.check_not_deleted(before)

        def delete() -> Entry:
            self._entries.delete(workspace, before.id)
            return before

        self._writer.one(workspace, Delete(before), delete, lambda _: before)
        if self._watch is not None:
            self._watch.ended(before.id)

    def delete_many(self, workspace: str, user: str, entries: Sequence[Entry]) -> None:
        """Delete entries of a user, as they were read, all or none (operation 12)."""

        def delete() -> list[Entry]:
            self._entries.delete_many(workspace, user, [entry.id for entry in entries])
            return list(entries)

        self._writer.many(
            workspace, [Delete(entry) for entry in entries], delete, lambda _: list(entries)
        )

    def delete_all(self, workspace: str, user: str, entries: Sequence[Entry]) -> None:
        """Delete every entry of a user, as they were read (operation 12 of the guide).

        It is never kept for later: entries that came since would go, too.
        """
        journal = self._journal
        if not journal.ready():
            raise OfflineError(f"it cannot be sent: {journal.away}", "try again later")
        changes = [Delete(entry, with_all=True) for entry in entries]
        numbers = journal.add(State.SENDING, (self._user, workspace), changes)
        try:
            self._entries.delete_all(workspace, user)
        except (ClocktoolError, KeyboardInterrupt):
            journal.safely(lambda: journal.file.drop(numbers))
            raise
        journal.safely(lambda: journal.file.done([(number, None) for number in numbers]))
        journal.tell()

    def bulk_edit(
        self,
        workspace: str,
        user: str,
        entries: Sequence[Entry],
        operations: "Sequence[Operation]",
    ) -> list[Entry]:
        """Change many entries of a user at once, as they were read (operation 9)."""
        from clocktool.api.routes import applied

        drafts = [applied(Draft.of(entry), operations) for entry in entries]
        return self._replace(
            workspace,
            entries,
            drafts,
            lambda: self._entries.bulk_edit(workspace, user, entries, operations),
        )

    def replace_many(
        self, workspace: str, user: str, drafts: Sequence[tuple[Entry, Draft]]
    ) -> list[Entry]:
        """Put drafts in the place of many entries of a user (operation 9 of the service)."""
        return self._replace(
            workspace,
            [entry for entry, _ in drafts],
            [draft for _, draft in drafts],
            lambda: self._entries.replace_many(
                workspace, user, [(entry.id, draft) for entry, draft in drafts]
            ),
        )

    def mark_invoiced(self, workspace: str, entries: Sequence[str], *, invoiced: bool) -> None:
        """Mark entries as invoiced or not (operation 11)."""

        def mark() -> list[Entry]:
            self._entries.mark_invoiced(workspace, entries, invoiced=invoiced)
            return []

        self._writer.many(workspace, [Mark(tuple(entries), invoiced)], mark, lambda _: [])

    def put_back(self) -> None:
        """Forget what this command has changed: all of it was put back, nothing is to be undone."""
        journal, action = self._journal, self._journal.action
        if action is not None:
            journal.safely(
                lambda: journal.file.drop(
                    row.number for row in journal.file.of_action(action) if row.state is State.DONE
                )
            )

    def heard_dropped(self, row: Row) -> None:
        """Hear that a change was given up that was not sent."""
        self._journal.given_up(row)
        heard_dropped(self._watch, row)

    def goes_on(self, entry: Entry) -> None:
        """Hear that a timer runs on, the end of which was taken back."""
        self._heard(self._named(entry))

    def _replace(
        self,
        workspace: str,
        entries: Sequence[Entry],
        drafts: Sequence[Draft],
        send: Callable[[], list[Entry]],
    ) -> list[Entry]:
        pairs = list(zip(entries, drafts, strict=True))

        def replace() -> list[Entry]:
            changed = {entry.id: entry for entry in send()}
            return [changed.get(entry.id, entry) for entry in entries]

        return self._writer.many(
            workspace,
            [Update(entry, draft) for entry, draft in pairs],
            replace,
            lambda numbers: [
                guess(number, draft, id=entry.id, like=entry)
                for number, (entry, draft) in zip(numbers, pairs, strict=True)
            ],
        )

    def _stop(self, workspace: str, change: Stop, send: Callable[[], Entry] | None) -> Entry:
        """End a timer; one whose start waits, too, becomes one entry with both instants."""
        journal, known = self._journal, change.known
        away = send is None or not journal.ready() or not workspace
        if away:
            known = self._running_then(known, workspace)
            change = msgspec.structs.replace(change, known=known)
        later = None
        if known is not None and known.start > change.end:
            later = BeganLaterError(known.description)
        if away:
            merged = self._merged(workspace, change)
            if merged is not None:
                return merged
            if later is not None:
                raise later
        try:
            entry = self._writer.one(
                workspace,
                change,
                send or _never,
                lambda _: ended(change),
                can_be_sent=send is not None,
                can_be_kept=later is None,
            )
        except (OfflineError, RateLimitedError, ServerError) as error:
            if later is None or isinstance(error, NotDoneError):
                raise
            raise later from error
        if self._watch is not None:
            self._watch.ended()
        return entry

    def _merged(self, workspace: str, change: Stop) -> Entry | None:
        """Give the last start that waits its end; None where there is none."""
        journal = self._journal
        try:
            if not journal.turn.take(0):
                return None  # whoever has it may be sending that start
            rows = journal.waiting((self._user, workspace))
        except NotDoneError:
            return None
        started = next((row for row in reversed(rows) if starts(row)), None)
        if started is None or not isinstance(started.change, Create):
            return None
        later = [row for row in rows if row.number > started.number]
        if any(isinstance(row.change, Stop) for row in later):
            return None
        draft = started.change.draft
        end = change.end
        if change.longest is not None:
            end = min(end, shift(draft.start, change.longest))
        if end < draft.start:
            raise BeganLaterError(draft.description)
        if started.state is not State.WAITING:
            return None  # it may run already: then it is ended by itself
        known = guess(started.number, draft)
        draft = filled(msgspec.structs.replace(draft, end=end), change.fill)
        numbers = journal.add(
            State.DONE, (started.user, started.workspace), [Stop(end, known, after=started.number)]
        )
        if not numbers:
            raise OfflineError(f"it cannot be sent ({journal.away}), and not be kept")
        journal.file.rewrite(started.number, Create(draft))
        journal.kept.append(started.number)
        entry = self._named(guess(started.number, draft))
        if self._watch is not None:
            self._watch.ended()
        return entry

    def _running_then(self, known: Entry | None, workspace: str) -> Entry | None:
        return running_then(known, self._journal.waiting((self._user, workspace)))

    def _known(self) -> Entry | None:
        return None if self._watch is None else self._watch.running()

    def _heard(self, entry: Entry) -> Entry:
        """Return an entry; what is one's own and runs is the timer now."""
        if self._watch is not None and entry.running and entry.user_id in ("", self._user):
            self._watch.runs(entry)
        return entry


def _never() -> Entry:
    raise AssertionError("what cannot be sent is kept")
