"""A row of an imported file: an entry with names in place of ids."""

import msgspec

from clocktool.domain.limits import (
    EARLIEST,
    LATEST,
    MAX_DESCRIPTION,
    MAX_NAME,
    MAX_TASK_NAME,
    is_storable,
)
from clocktool.domain.time.instant import Instant
from clocktool.errors import quoted


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False, array_like=True):
    """An entry of a file. ``end`` is None while its timer runs.

    ``client`` is None where the file has no clients, "" where the entry has none. ``user_labels``
    are the names, e-mail addresses and ids of its user. ``has_joined_tags`` says that the file
    separates tags by commas, which the name of a tag may have, too. ``is_ambiguous`` says that a
    local time happened twice and the file does not tell which instant is meant. ``is_untimed`` says
    that the file has only a duration, so that the importer chose the start.
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
    user_labels: tuple[str, ...] = ()
    has_joined_tags: bool = False
    is_ambiguous: bool = False
    is_untimed: bool = False


class Problem(msgspec.Struct, frozen=True):
    """The reason why a line of a file can't be imported."""

    line: int
    what: str


class FormatError(ValueError):
    """The file as a whole is not in its format; ``hint`` says what to do, or is empty."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def check(row: Row) -> Row | Problem:
    """Return a row with trimmed names, or a Problem if it breaks a limit of the service."""
    tags = [name for tag in row.tags if (name := tag.strip())]
    row = msgspec.structs.replace(
        row,
        project=row.project.strip(),
        client=row.client and row.client.strip(),
        task=row.task.strip(),
        tags=tuple(tags if row.has_joined_tags else dict.fromkeys(tags)),
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
        most = MAX_TASK_NAME if name is row.task else MAX_NAME
        if len(name) > most:
            return f"the name {quoted(name)} is longer than {most} characters"
    if row.client and not row.project:
        return f"client {quoted(row.client)} has no project"
    if row.task and not row.project:
        return f"task {quoted(row.task)} has no project"
    for text in (row.description, *names):
        if not is_storable(text):
            return "it has a character that can't be stored"
    return ""


def normalized(text: str) -> str:
    """Return a text for comparison: without control characters and repeated spaces.

    The service trims them and CSV can't hold them, so texts that differ only in them are equal.
    """
    if not text.isprintable() or "\ufffd" in text:
        text = "".join(mark if mark.isprintable() and mark != "\ufffd" else " " for mark in text)
    return " ".join(text.split())
