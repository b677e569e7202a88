"""Which imported rows are there already: an import that ran before, or ended halfway."""

from collections.abc import Callable, Iterable, Sequence

from clocktool.domain.entry import Draft, Entry
from clocktool.domain.instant import Instant
from clocktool.exchange.row import Row
from clocktool.journal.change import LEFT, Create
from clocktool.journal.file import JournalFile
from clocktool.journal.transaction import JournalError

_Mark = tuple[Instant, Instant | None, str, str | None]


def new_rows(
    rows: Sequence[Row],
    project_of: Callable[[Row], str | None],
    entries: Iterable[Entry],
    drafts: Iterable[Draft],
) -> list[Row]:
    """Return the rows that are neither among the entries nor among the drafts that wait.

    A row is there when start, end, description and project are. Of two equal rows both are new
    until there are two such entries. Entries are read one by one, and none is kept.
    """
    marks = [_mark(row.start, row.end, row.description, project_of(row)) for row in rows]
    there = dict.fromkeys(marks, 0)
    for entry in entries:
        project = entry.project.id if entry.project else None
        mark = _mark(entry.start, entry.end, entry.description, project)
        if mark in there:
            there[mark] += 1
    for draft in drafts:
        mark = _mark(draft.start, draft.end, draft.description or "", draft.project_id)
        if mark in there:
            there[mark] += 1
    new = []
    for row, mark in zip(rows, marks, strict=True):
        if there[mark] > 0:
            there[mark] -= 1
        else:
            new.append(row)
    return new


def waiting(file: JournalFile) -> list[Draft]:
    """Return the entries that the journal keeps for later: they are there before long."""
    if not file.exists:
        return []
    try:
        changes = [row.change for row in file.rows(LEFT)]
    except JournalError:  # nothing can be kept there either
        return []
    return [each.draft for each in changes if isinstance(each, Create) and each.other is None]


def _mark(start: Instant, end: Instant | None, description: str, project: str | None) -> _Mark:
    return start, end, _comparable(description), project


def _comparable(text: str) -> str:
    """Return a text without what a service trims and CSV cannot hold: blanks, control characters.

    Two entries of the same times and project do not differ in these alone.
    """
    if not text.isprintable() or "\ufffd" in text:
        text = "".join(mark if mark.isprintable() and mark != "\ufffd" else " " for mark in text)
    return " ".join(text.split())
