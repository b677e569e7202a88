"""The journal of a run: where changes are kept, whose turn it is to send, and what was kept."""

import re
import threading
from collections.abc import Callable, Sequence

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.instant import Instant
from clocktool.errors import NotFoundError
from clocktool.journal.change import (
    LEFT,
    Change,
    Create,
    Delete,
    Row,
    State,
    Stop,
    Update,
    guess,
)
from clocktool.journal.file import JournalFile
from clocktool.storage.failure import BlockedError, StorageError
from clocktool.storage.lock import Lock

TURN_SECONDS = 5.0
"""How long another process that is sending is waited for; after that a change is kept."""


BUSY = "another clocktool is sending"


class Journal:
    """The journal of a run: where changes are kept, whose turn it is, and what was kept.

    ``send_waiting`` sends what waits, in order, and returns whether nothing is left that a change
    could overtake; ``refused`` that it met a rate limit. ``renamed`` is told, by workspace, the id
    that an entry had, and has now; empty for one that was given up. One that waits is called there
    by its ``lasting`` name.
    """

    def __init__(
        self,
        file: JournalFile,
        turn: Lock,
        now: Callable[[], Instant],
        say: Callable[[str], None],
        *,
        command: str,
    ) -> None:
        self.file = file
        self.turn = turn
        self.now = now
        self.say = say
        self.command = command
        self.kept: list[int] = []
        self.away: str = ""
        self.refused = False
        self.tells_late = False
        """Whether that nothing can be kept is said only once something was done all the same."""
        self.send_waiting: Callable[[], bool] = lambda: True
        self.renamed: Callable[[str, str, str], None] = lambda *_: None
        self._action: int | None = None
        self._ready = False
        self._rests = False
        self._broken = False
        self._unsaid = ""
        self._gate = threading.RLock()

    @property
    def action(self) -> int | None:
        """The number of this command in the journal, None before it changes something."""
        return self._action

    def ready(self) -> bool:
        """Return whether a change may be sent now; if not it is kept behind those that wait."""
        with self._gate:
            if not self._ready and not self.away:
                self._ready = True
                try:
                    if not self.turn.take(TURN_SECONDS):
                        self.away = BUSY
                    elif self.file.rows(LEFT) and not self.send_waiting():
                        self.away = self.away or "earlier changes wait"
                except StorageError as error:
                    self._blocked(error)
            return not self.away

    @property
    def is_busy(self) -> bool:
        """Whether another process has the turn to send, and had it for long."""
        return self.away == BUSY

    @property
    def is_limited(self) -> bool:
        """Whether the service takes no more requests for now."""
        return self.refused or self.file.held_until() > self.now()

    def rest(self) -> None:
        """Let a run that only looks at what waits send nothing of it."""
        self._rests = True

    def catch_up(self) -> None:
        """Send what waits, if anything does and nobody else is at it.

        The turn is given back: whoever looks at what was read, or is asked, holds up nobody.
        """
        if self._ready or self._rests:
            return  # it is being sent, or was, or is not to be
        try:
            if self.file.rows(LEFT) and self.turn.take(0):
                try:
                    if not self.send_waiting():
                        self.away = self.away or "earlier changes wait"
                finally:
                    self.turn.give()
        except StorageError as error:
            self._blocked(error)

    def waiting(self, whose: tuple[str, str] | None = None, *, stuck: bool = False) -> "list[Row]":
        """Return what is still to be sent, of a user's workspace or of all.

        With ``stuck`` what needs a decision is there, too.
        """
        rows = self.file.under_way() if stuck else self.file.rows(LEFT)
        return [row for row in rows if whose is None or row.is_of(*whose)]

    def check_not_deleted(self, entry: Entry) -> None:
        """Raise NotFoundError for an entry that was deleted from here, which waits to be sent."""
        if self.kept or self.away:
            for row in self.waiting():
                if row.deletes(entry):
                    raise NotFoundError(f"that entry was deleted: {row.name} waits to be sent")

    def unsent(self, whose: tuple[str, str] | None) -> dict[str, Entry | None]:
        """Return what entries will be once what waits is sent, by id; None for deleted ones."""
        found: dict[str, Entry | None] = {}
        for row in self.waiting(whose):
            match row.change:
                case Create(draft, None):
                    found[row.name] = guess(row.number, draft)
                case Stop(end=end, known=Entry() as known):
                    found[known.id] = msgspec.structs.replace(known, end=max(known.start, end))
                case Update(before, draft):
                    found[before.id] = guess(row.number, draft, id=before.id, like=before)
                case Delete(before):
                    found[before.id] = None
                case _:
                    continue
        return found

    def add(self, state: State, whose: tuple[str, str], changes: Sequence[Change]) -> list[int]:
        """Keep changes; return their numbers, none where nothing can be kept."""
        if self._broken:
            return []
        kept = (self.now(), state, whose, changes)
        try:
            with self._gate:
                if self._action is None:
                    begun = self.file.add(self.command, *kept, reason=self.away)
                    self._action, numbers = begun
                    return numbers
            return self.file.add(self._action, *kept, reason=self.away)[1]
        except StorageError as error:
            self.useless(error)
            return []

    def safely(self, do: Callable[[], None]) -> None:
        """Write to the journal; where that fails what was done is done all the same."""
        try:
            do()
        except StorageError as error:
            self.useless(error)

    def useless(self, error: StorageError) -> None:
        """Say once that nothing can be kept. Raises for what only a person can move away."""
        if isinstance(error, BlockedError):
            raise error
        if not self._broken:
            self._broken = True
            self._unsaid = (
                "The journal is of no use, what fails now is not kept,"
                f" and nothing can be undone: {error}; {error.hint}"
            )
            if not self.tells_late:
                self.tell()

    def tell(self) -> None:
        """Say what was not said before something was done."""
        if self._unsaid:
            self.say(self._unsaid)
            self._unsaid = ""

    def made(self, row: Row, entry: str) -> None:
        """Note the id of what a change has made that waited, where it is known by another."""
        if self.file.command_of(row) == "undo":  # of what it has made again
            self.file.rename(row.name, entry)
        self.renamed(row.workspace, row.lasting_name, entry)

    def given_up(self, row: Row) -> None:
        """Hear that what a change was to make will not be."""
        self.renamed(row.workspace, row.lasting_name, "")

    def lasting(self, entry: str) -> str:
        """Return the id of an entry, for one that waits the name that it has in this journal."""
        found = re.fullmatch(r"p(\d{1,15})", entry)  # a server may call an entry anything
        row = self.file.row(int(found[1])) if found else None
        return entry if row is None else row.lasting_name

    def _blocked(self, error: StorageError) -> None:
        """Hear that what waits cannot be sent, as that could not be noted: nothing overtakes it."""
        self.useless(error)
        if self.holds():
            self.away = self.away or "earlier changes wait, and the journal cannot be written"

    def holds(self, numbers: Sequence[int] = ()) -> bool:
        """Whether changes, or any, are there to be sent, though nothing more can be written."""
        try:
            there = {row.number for row in self.file.rows(LEFT)}
        except StorageError:
            return False
        return set(numbers) <= there if numbers else bool(there)

    def keep(self, numbers: Sequence[int], state: State, reason: str) -> None:
        """Note that changes wait, and why; raises StorageError where they cannot be kept."""
        self.file.mark(numbers, state, reason=reason)
        self.kept += numbers
