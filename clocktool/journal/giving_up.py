"""Giving up a change that was not sent."""

from typing import TYPE_CHECKING

from clocktool.domain.entry import Entry
from clocktool.journal.change import Create, Row, Stop
from clocktool.journal.journal import Journal

if TYPE_CHECKING:
    from clocktool.journal.watch import Watch


def give_up(journal: Journal, watch: "Watch | None", row: Row) -> None:
    """Forget a change that was not sent: a timer it started does not run, one it ended does."""
    journal.file.drop([row.number])
    if not journal.file.of_action(row.action):
        journal.file.undone(row.action)
    journal.given_up(row)
    heard_dropped(watch, row)


def heard_dropped(watch: "Watch | None", row: Row) -> None:
    """Hear that a change was given up."""
    if watch is None:
        return
    match row.change:
        case Create():
            watch.ended(row.name)
        case Stop(known=Entry() as known) if watch.running() is None:
            watch.runs(known)
