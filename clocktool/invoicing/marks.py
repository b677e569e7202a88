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
_PARTS = (
    # Of what is cut from an invoiced entry: the entry that was whole.
    "ALTER TABLE marks ADD COLUMN whole TEXT",
    # A mark that was taken back is kept, as that may be undone without a network.
    "ALTER TABLE marks ADD COLUMN stands INTEGER NOT NULL DEFAULT 1",
)
_FILE = Kind("the file of what is invoiced", (_MARKS, _PARTS))

_OF_ONE = "workspace = ?1 AND (entry = ?2 OR whole = ?2) AND entry <> ?3"
"""The marks of an entry that was whole, and of its parts, but for one."""


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
                " description FROM marks WHERE workspace = ? AND stands ORDER BY start",
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
        marks = ", ".join("?" * 11) + ", NULL, 1"
        rows = [
            (self._workspace, *msgspec.structs.astuple(Mark.of(entry, batch, at)))
            for entry in entries
        ]
        with self._write() as connection:
            connection.executemany(f"INSERT OR REPLACE INTO marks VALUES ({marks})", rows)  # noqa: S608

    def cut(self, entry: str, part: Entry) -> None:
        """Remember what was cut off a marked entry as marked with it.

        The marks of its parts are what its own was, cut where the part begins.
        """
        at = (self._workspace, entry)
        with self._write() as file:
            found = file.execute(
                "SELECT coalesce(whole, entry) FROM marks WHERE workspace = ? AND entry = ?"
                " AND NOT EXISTS (SELECT 1 FROM marks WHERE workspace = ?1 AND entry = ?3)",
                (*at, str(part.id)),
            ).fetchone()
            if found is None:
                return
            of = (self._workspace, found[0], str(part.id))
            before, start, end = file.execute(
                f"SELECT entry, start, end FROM marks WHERE {_OF_ONE}"  # noqa: S608
                " ORDER BY start <= ?4 DESC, start DESC, end DESC LIMIT 1",
                (*of, part.start),
            ).fetchone()
            where = min(max(start, part.start), end)
            file.execute(
                "INSERT INTO marks SELECT workspace, ?3, batch, at, ?4, end, project, amount,"
                " currency, billable, description, ?2, stands FROM marks"
                " WHERE workspace = ?1 AND entry = ?5",
                (*of, where, before),
            )
            file.execute(
                "UPDATE marks SET end = ? WHERE workspace = ? AND entry = ?",
                (where, self._workspace, before),
            )

    def join(self, part: str) -> None:
        """Give the mark of a part, which is no more, back to that which it was cut from."""
        if not self._database.exists:
            return
        at = (self._workspace, part)
        with self._write() as file:
            found = file.execute(
                "SELECT whole, start, end FROM marks WHERE workspace = ? AND entry = ?", at
            ).fetchone()
            if found is None:
                return
            whole, start, end = found
            beside = file.execute(
                f"SELECT entry FROM marks WHERE {_OF_ONE}"  # noqa: S608
                " ORDER BY end = ?4 DESC, start = ?5 DESC, start LIMIT 1",
                (self._workspace, whole, part, start, end),
            ).fetchone()
            file.execute("DELETE FROM marks WHERE workspace = ? AND entry = ?", at)
            if beside is not None:
                file.execute(
                    "UPDATE marks SET start = min(start, ?), end = max(end, ?)"
                    " WHERE workspace = ? AND entry = ?",
                    (start, end, self._workspace, beside[0]),
                )

    def rename(self, old: str, new: str) -> None:
        """Let the mark of an entry be of the one that was made in its place."""
        if not self._database.exists:
            return
        with self._write() as file:
            for column in ("entry", "whole"):
                file.execute(
                    f"UPDATE OR REPLACE marks SET {column} = ?"  # noqa: S608
                    f" WHERE workspace = ? AND {column} = ?",
                    (new, self._workspace, old),
                )

    def remove(self, entries: Sequence[str]) -> None:
        """Take back the marks of entries; what they were is kept."""
        with self._write() as file:
            file.executemany(
                "UPDATE marks SET stands = 0 WHERE workspace = ? AND entry = ?",
                [(self._workspace, entry) for entry in entries],
            )

    def restore(self, entries: Sequence[str]) -> bool:
        """Let a mark of one of these ids stand again; return whether there is one."""
        with self._write() as file:
            changed = file.executemany(
                "UPDATE marks SET stands = 1 WHERE workspace = ? AND entry = ?",
                [(self._workspace, entry) for entry in entries],
            )
        return changed.rowcount > 0

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
