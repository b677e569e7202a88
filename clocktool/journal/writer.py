"""Writing by way of the journal: keep, send, note what became of it."""

from collections.abc import Callable, Sequence

from clocktool.domain.entry import Entry
from clocktool.domain.instant import shift
from clocktool.errors import (
    ClocktoolError,
    NotDoneError,
    OfflineError,
    RateLimitedError,
    ServerError,
)
from clocktool.journal.change import Change, Delete, State
from clocktool.journal.journal import Journal
from clocktool.storage.failure import StorageError


class Writer:
    """Writes changes of a user; ``named`` fills in the names that are known of an entry."""

    def __init__(self, journal: Journal, user: str, named: Callable[[Entry], Entry]) -> None:
        self._journal = journal
        self._user = user
        self._named = named

    def one(
        self,
        workspace: str,
        change: Change,
        send: Callable[[], Entry],
        expect: Callable[[int], Entry],
        *,
        can_be_sent: bool = True,
        can_be_kept: bool = True,
    ) -> Entry:
        """Write one change; ``expect`` makes the entry it will leave, by its number."""
        (entry,) = self.many(
            workspace,
            [change],
            lambda: [send()],
            lambda numbers: [expect(numbers[0])],
            can_be_sent=can_be_sent,
            can_be_kept=can_be_kept,
        )
        return entry

    def many(
        self,
        workspace: str,
        changes: Sequence[Change],
        send: Callable[[], list[Entry]],
        expect: Callable[[list[int]], list[Entry]],
        *,
        can_be_sent: bool = True,
        can_be_kept: bool = True,
    ) -> list[Entry]:
        """Keep changes, send them, note what became of them; return the entries they left.

        What would be refused later is not kept: then it raises why it could not be sent.
        """
        journal = self._journal
        ready = journal.ready() and can_be_sent and workspace != ""
        state = State.SENDING if ready else State.WAITING
        numbers = journal.add(state, (self._user, workspace), changes)
        if not ready:
            if not numbers:
                raise OfflineError(
                    f"it cannot be sent ({journal.away}), and not be kept",
                    "try again when the network is back",
                )
            journal.kept += numbers
            return self._expected(numbers, expect)
        try:
            found = send()
        except (OfflineError, RateLimitedError, ServerError) as error:
            if isinstance(error, NotDoneError) or not can_be_kept or not numbers:
                journal.safely(lambda: journal.file.drop(numbers))
                raise
            certain = isinstance(error, RateLimitedError) or (
                isinstance(error, OfflineError) and error.never_left
            )
            try:
                journal.keep(numbers, State.WAITING if certain else State.UNSURE, error.message)
                if isinstance(error, RateLimitedError) and error.retry_after is not None:
                    journal.file.hold(shift(journal.now(), error.retry_after))
            except StorageError as failure:
                journal.useless(failure)
                if not journal.holds(numbers):
                    raise error from failure
                journal.kept += numbers  # as what is being sent, which is looked for first
            journal.away = error.message
            return self._expected(numbers, expect)
        except (ClocktoolError, KeyboardInterrupt):  # refused, or called off by who typed it
            journal.safely(lambda: journal.file.drop(numbers))
            raise
        if numbers:
            left: list[Entry | None] = [*found, *([None] * len(numbers))]
            outcomes = [
                (number, None if isinstance(change, Delete) else entry)
                for number, change, entry in zip(numbers, changes, left, strict=False)
            ]
            journal.safely(lambda: journal.file.done(outcomes))
        journal.tell()
        return found

    def _expected(
        self, numbers: list[int], expect: Callable[[list[int]], list[Entry]]
    ) -> list[Entry]:
        return [self._named(entry) for entry in expect(numbers)]
