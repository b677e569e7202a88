"""Marking entries as invoiced."""

from collections.abc import Sequence
from typing import ClassVar

from clocktool.domain.ids import EntryId
from clocktool.domain.time.instant import FIRST, Instant
from clocktool.errors import NotFoundError, RefusedError
from clocktool.outbox.change import Arrived, Change, Clock, Desk, Due, Finding, Overlay, Result


class Mark(Change, frozen=True, tag="mark", omit_defaults=True):
    """Entries to mark as invoiced or not (operation 11); repeating it changes nothing."""

    effect: ClassVar[str] = "mark"

    entries: tuple[EntryId, ...]
    invoiced: bool
    number: str = ""
    """The number of the invoice; it stands even if the service refuses the marks."""

    def describe(self, clock: Clock) -> str:
        """Return the change as text."""
        del clock
        entries = "1 entry" if len(self.entries) == 1 else f"{len(self.entries)} entries"
        of = f" ({self.number})" if self.number else ""
        return f"{'mark' if self.invoiced else 'unmark'} {entries} as invoiced{of}"

    def about(self, number: int) -> frozenset[EntryId]:
        """Return the entries."""
        del number
        return frozenset(self.entries)

    def send(self, desk: Desk) -> Arrived:
        """Mark the entries that are on the server.

        A refusal of an invoice's marks is only noted: they are kept on this machine.
        """
        ids = [each for each in map(desk.server_id, self.entries) if each is not None]
        try:
            if ids:
                desk.entries.mark_invoiced(desk.workspace, ids, invoiced=self.invoiced)
        except (RefusedError, NotFoundError) as error:
            if not self.number:
                raise
            desk.say(f"kept on this machine only: {error.message}")
        return Arrived()

    def find(self, desk: Desk) -> Finding:
        """Return that it must be sent: the service does not return the mark."""
        del desk
        return Due(self)

    def results(self, number: int) -> Sequence[tuple[Instant, EntryId]]:
        """Return the entries; their starts are unknown."""
        del number
        return [(FIRST, each) for each in self.entries]

    def overlay(self, entries: Overlay, number: int) -> None:
        """Change nothing: reads do not contain the mark."""

    def revert(self, desk: Desk, result: Result | None) -> list[Change]:
        """Set the opposite mark."""
        del desk, result
        return [Mark(self.entries, not self.invoiced, self.number)]
