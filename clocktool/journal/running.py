"""What runs when all that waits is sent."""

from collections.abc import Iterable

from clocktool.domain.entry import Entry
from clocktool.journal.change import Create, Delete, Row, Stop, Update, guess


def running_then(heard: Entry | None, rows: Iterable[Row]) -> Entry | None:
    """Return the timer that changes leave running; ``heard`` is what was last heard to run.

    A server that could be read, and not written to, still shows the timer of before them.
    """
    known = heard
    for row in rows:
        match row.change:
            case Create(draft, None) if draft.end is None:
                is_it = heard is not None and heard.start == draft.start
                known = heard if is_it else guess(row.number, draft)
            case Stop():
                known = None
            case Update(before, draft) if draft.end is None:
                known = guess(row.number, draft, id=before.id, like=before)
            case Update(before) | Delete(before) if known is not None and known.id == before.id:
                known = None
    return known
