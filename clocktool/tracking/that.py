"""REF ``that``: what the last command from here made or changed, read from the journal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from clocktool.domain.entry import Entry
from clocktool.journal.change import Create, Delete, Mark, Row, Stop, Update

if TYPE_CHECKING:
    from clocktool.journal.file import JournalFile


def last_changed(file: "JournalFile", user: str, workspace: str) -> list[str]:
    """Return the ids of the entries that a user's last command in a workspace left behind.

    An entry that waits to be sent is called by the name of its row, ``p12``. Of a command that
    started a timer it is the timer, not the one that it ended; of one that deleted, nothing.
    """
    for action in file.actions(or_undone=True):
        rows = file.of_action(action.number)
        if not rows:
            return []  # it was taken back, or given up, before it was sent
        mine = [row for row in rows if row.is_of(user, workspace)]
        if mine:
            found = sorted(_entries(file, mine), key=lambda each: each[0])
            return list(dict.fromkeys(entry for _, entry in found))
    return []


def _entries(file: "JournalFile", rows: Sequence[Row]) -> Iterator[tuple[int, str]]:
    """Yield start and id of each entry that changes left behind; 0 for a start that is unknown."""
    makes = any(isinstance(row.change, Create) for row in rows)
    for row in rows:
        match row.change:
            case Delete():
                continue
            case Stop() if makes:
                continue
            case Mark(entries):
                yield from ((0, each) for each in entries)
            case Stop(after=int(number)):
                started = file.row(number)
                if started is not None:
                    yield _entry(started)
            case _:
                yield _entry(row)


def _entry(row: Row) -> tuple[int, str]:
    match row:
        case (
            Row(after=Entry() as left)
            | Row(change=Update(left))
            | Row(change=Stop(known=Entry() as left))
        ):
            return left.start, left.id
        case Row(change=Create(draft)):
            return draft.start, row.name
    return 0, row.name
