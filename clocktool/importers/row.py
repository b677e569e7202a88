"""A row of a file: an entry as far as the file tells, with names in the place of ids."""

import msgspec

from clocktool.domain.limits import EARLIEST, LATEST, MAX_DESCRIPTION, MAX_NAME, is_storable
from clocktool.domain.time.instant import Instant
from clocktool.errors import quoted


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False, array_like=True):
    """An entry of a file. ``end`` is None while its timer runs.

    ``client`` is None where the file does not know clients, "" where it says that there is none.
    ``who`` is every word that the file has for its user: name, e-mail address, id. ``joined`` says
    that tags were written with commas between them, which a tag's own name may have, too. ``twice``
    is for a wall-clock time that happened twice, where the file does not tell which it was.
    """

    line: int
    start: Instant
    end: Instant | None
    description: str = ""
    project: str = ""
    client: str | None = None
    color: str = ""
    task: str = ""
    tags: tuple[str, ...] = ()
    billable: bool | None = None
    type: str | None = None
    fields: tuple[tuple[str, object], ...] = ()
    who: tuple[str, ...] = ()
    joined: bool = False
    twice: bool = False


class Problem(msgspec.Struct, frozen=True):
    """Why a line of a file is no entry."""

    line: int
    what: str


class FormatError(ValueError):
    """The file as a whole is not of its format. ``hint`` is what to do, where that is known."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def checked(row: Row) -> Row | Problem:
    """Return a row with tidy names, or why no service would take it."""
    tags = [name for tag in row.tags if (name := tag.strip())]
    row = msgspec.structs.replace(
        row,
        project=row.project.strip(),
        client=row.client and row.client.strip(),
        task=row.task.strip(),
        tags=tuple(tags if row.joined else dict.fromkeys(tags)),
    )
    what = _wrong_times(row) or _wrong_texts(row)
    return Problem(row.line, what) if what else row


def _wrong_times(row: Row) -> str:
    end = row.start if row.end is None else row.end
    if not (EARLIEST <= row.start <= LATEST and EARLIEST <= end <= LATEST):
        return "its times are out of range: 1900 to 9998"
    if end < row.start:
        return "its end is before its start"
    return ""


def _wrong_texts(row: Row) -> str:
    if len(row.description) > MAX_DESCRIPTION:
        return f"its description is longer than {MAX_DESCRIPTION} characters"
    names = (row.project, row.client or "", row.task, *row.tags)
    for name in names:
        if len(name) > MAX_NAME:
            return f"the name {quoted(name)} is longer than {MAX_NAME} characters"
    if row.client and not row.project:
        return f"client {quoted(row.client)} has no project"
    if row.task and not row.project:
        return f"task {quoted(row.task)} has no project"
    for text in (row.description, *names):
        if not is_storable(text):
            return "it holds a character that cannot be stored"
    return ""


def comparable(text: str) -> str:
    """Return a text without what a service trims and CSV cannot hold: blanks, control characters.

    Two texts that differ in these alone are meant to be one.
    """
    if not text.isprintable() or "\ufffd" in text:
        text = "".join(mark if mark.isprintable() and mark != "\ufffd" else " " for mark in text)
    return " ".join(text.split())
