"""What runs when all that waits is sent."""

from collections.abc import Iterable

from clocktool.domain.entry import Entry
from clocktool.journal.change import Create, Delete, Row, Stop, Update, guess


def running_then(known: Entry | None, rows: Iterable[Row]) -> Entry | None:
    """Return the timer that changes leave running; ``known`` is what was heard to run.

    A server that could be read, and not written to, still shows the timer of before them.
    """
    for row in rows:
        match row.change:
            case Create(draft, None) if draft.end is None:
                known = guess(row.number, draft)
            case Stop():
                known = None
            case Update(before, draft) if draft.end is None:
                known = guess(row.number, draft, id=before.id, like=before)
            case Update(before) | Delete(before) if known is not None and known.id == before.id:
                known = None
    return known
