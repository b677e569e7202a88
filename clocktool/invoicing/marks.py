"""What was marked as invoiced from here: the service takes the mark and cannot be asked for it.

One SQLite file beside the local workspace. An entry is marked once; a mark holds what the entry was
like, so that a later change shows. Unlike the cache it cannot be asked again: where the file cannot
be read or written, nothing is marked.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.time.instant import Instant
from clocktool.errors import reason_of
from clocktool.storage.database import Database
from clocktool.storage.failure import damaged
from clocktool.storage.kind import Kind

_MARKS = (
    """CREATE TABLE marks (
        workspace TEXT, entry TEXT, batch INTEGER, at INTEGER, start INTEGER, end INTEGER,
        project TEXT, amount INTEGER, currency TEXT, billable INTEGER, description TEXT,
        PRIMARY KEY (workspace, entry)) WITHOUT ROWID""",
)
_FILE = Kind("the file of what is invoiced", (_MARKS,))


class Mark(msgspec.Struct, frozen=True):
    """An entry that was marked: in which batch, when, and what it was like then."""

    entry: str
    batch: int
    at: Instant
    start: Instant
    end: Instant
    project: str
    amount: int
    currency: str
    billable: bool
    description: str

    @classmethod
    def of(cls, entry: Entry, batch: int, at: Instant) -> "Mark":
        """Return the mark of a finished entry."""
        rate = entry.hourly_rate
        return cls(
            str(entry.id),
            batch,
            at,
            entry.start,
            entry.start if entry.end is None else entry.end,
            str(entry.project.id) if entry.project else "",
            rate.amount if rate else 0,
            rate.currency if rate else "",
            entry.billable,
            entry.description,
        )

    @property
    def waits(self) -> bool:
        """Whether its entry is still to be made: it has the name that the journal gave it."""
        return "@" in self.entry

    def differs(self, entry: Entry) -> list[str]:
        """Return what of an entry is not what it was, in words."""
        now = Mark.of(entry, self.batch, self.at)
        words = {
            "start": "start",
            "end": "end",
            "project": "project",
            "amount": "rate",
            "currency": "currency",
            "billable": "billable",
            "description": "description",
        }
        return [
            word for field, word in words.items() if getattr(self, field) != getattr(now, field)
        ]


class Marks:
    """The marks of one workspace. Raises StorageError where the file cannot be used."""

    def __init__(self, path: Path, workspace: str) -> None:
        self._database = Database(path, _FILE)
        self._workspace = workspace

    def marks(self) -> dict[str, Mark]:
        """Return every mark, by entry, oldest start first."""
        with self._read() as connection:
            rows = connection.execute(
                "SELECT entry, batch, at, start, end, project, amount, currency, billable,"
                " description FROM marks WHERE workspace = ? ORDER BY start",
                (self._workspace,),
            ).fetchall()
        return {row[0]: self._mark(row) for row in rows}

    def _mark(self, row: tuple[object, ...]) -> Mark:
        values = dict(zip(Mark.__struct_fields__, row, strict=True))
        values["billable"] = values["billable"] == 1
        try:
            return msgspec.convert(values, Mark)
        except msgspec.ValidationError as error:
            raise damaged(self._database.path, f"it is damaged: {reason_of(error)}") from error

    def last_batch(self) -> list[Mark]:
        """Return the marks of the newest batch, empty when there is none."""
        marks = self.marks().values()
        newest = max((mark.batch for mark in marks), default=0)
        return [mark for mark in marks if mark.batch == newest]

    def next_batch(self) -> int:
        """Return the number of the next marking."""
        with self._read() as connection:
            (found,) = connection.execute("SELECT coalesce(max(batch), 0) FROM marks").fetchone()
        return int(found) + 1

    def add(self, entries: Iterable[Entry], at: Instant, batch: int) -> None:
        """Remember entries as marked in a batch."""
        marks = ", ".join("?" * 11)
        rows = [
            (self._workspace, *msgspec.structs.astuple(Mark.of(entry, batch, at)))
            for entry in entries
        ]
        with self._write() as connection:
            connection.executemany(f"INSERT OR REPLACE INTO marks VALUES ({marks})", rows)  # noqa: S608

    def copy(self, entry: str, part: Entry) -> None:
        """Remember what was cut off a marked entry as marked with it."""
        mark = self.marks().get(entry)
        if mark is not None:
            self.add([part], mark.at, mark.batch)

    def rename(self, old: str, new: str) -> None:
        """Let the mark of an entry be of the one that was made in its place."""
        if not self._database.exists:
            return
        with self._write() as connection:
            connection.execute(
                "UPDATE OR REPLACE marks SET entry = ? WHERE workspace = ? AND entry = ?",
                (new, self._workspace, old),
            )

    def remove(self, entries: Sequence[str]) -> None:
        """Forget the marks of entries."""
        with self._write() as connection:
            connection.executemany(
                "DELETE FROM marks WHERE workspace = ? AND entry = ?",
                [(self._workspace, entry) for entry in entries],
            )

    def check_writable(self) -> None:
        """Raise StorageError unless marks can be kept: before anything is marked elsewhere."""
        with closing(self._database):
            self._database.check_writable()

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        with closing(self._database), self._database.read() as file:
            yield file

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with closing(self._database), self._database.write() as file:
            yield file
