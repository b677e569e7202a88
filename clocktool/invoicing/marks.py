"""The marks of invoiced entries on this machine: the service accepts a mark but does not return it.

They are in one SQLite file beside the local workspace. A mark holds the values of its entry, so
that later changes can be found. The file can't be rebuilt from the service: if it can't be read or
written, nothing is marked.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.time.instant import Instant
from clocktool.invoicing.schema import KIND
from clocktool.storage.database import Database
from clocktool.storage.failure import damaged

_OF_ONE = "workspace = ?1 AND (entry = ?2 OR whole = ?2) AND entry <> ?3"
"""SQL: the marks of an entry that was split and of its parts, without one part."""


FOREIGN = 0
"""The batch of the marks that another program set: there is no last marking to take back."""


class Mark(msgspec.Struct, frozen=True):
    """The mark of an entry: its batch, when it was set, and the values of the entry then."""

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
            bool(entry.billable),
            entry.description,
        )

    @property
    def is_queued(self) -> bool:
        """Whether its entry is not created at the service yet and has the journal's id."""
        return "@" in self.entry

    def differs(self, entry: Entry) -> list[str]:
        """Return the names of the values of an entry that have changed since it was marked."""
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


def next_batch(file: sqlite3.Connection) -> int:
    """Return the number of the next batch, within a transaction."""
    (found,) = file.execute("SELECT coalesce(max(batch), 0) FROM marks").fetchone()
    return int(found) + 1


def add_marks(
    file: sqlite3.Connection, workspace: str, entries: Iterable[Entry], at: Instant, batch: int
) -> None:
    """Record entries of a workspace as marked in a batch, within a transaction."""
    marks = ", ".join("?" * 11) + ", NULL, 1"
    rows = [(workspace, *msgspec.structs.astuple(Mark.of(entry, batch, at))) for entry in entries]
    file.executemany(f"INSERT OR REPLACE INTO marks VALUES ({marks})", rows)  # noqa: S608


class Marks:
    """The marks of one workspace. Raises StorageError if the file can't be used."""

    def __init__(self, path: Path, workspace: str) -> None:
        self._database = Database(path, KIND)
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
            raise damaged(self._database.path, "it is damaged") from error

    def last_batch(self) -> list[Mark]:
        """Return the marks of the newest batch; empty if there are no marks."""
        marks = self.marks().values()
        newest = max((mark.batch for mark in marks), default=FOREIGN)
        return [mark for mark in marks if mark.batch == newest != FOREIGN]

    def next_batch(self) -> int:
        """Return the number of the next batch."""
        with self._read() as connection:
            return next_batch(connection)

    def add(self, entries: Iterable[Entry], at: Instant, batch: int) -> None:
        """Record entries as marked in a batch."""
        with self._write() as connection:
            add_marks(connection, self._workspace, entries, at, batch)

    def add_part(self, entry: str, part: Entry) -> None:
        """Record a part that was split off a marked entry as marked, too.

        The mark of the entry is split at the start of the part; its other values are copied. A
        removed mark stays whole: it comes back only after the split was undone.
        """
        at = (self._workspace, entry)
        with self._write() as file:
            found = file.execute(
                "SELECT coalesce(whole, entry) FROM marks"
                " WHERE workspace = ? AND entry = ? AND stands"
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

    def merge_part(self, part: str) -> None:
        """Merge the mark of a deleted part into the mark of the entry it was split from.

        A removed mark stays: it comes back only after the part did.
        """
        if not self._database.exists:
            return
        at = (self._workspace, part)
        with self._write() as file:
            found = file.execute(
                "SELECT whole, start, end FROM marks WHERE workspace = ? AND entry = ? AND stands",
                at,
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
        """Give the mark of an entry to the entry that replaces it."""
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
        """Remove the marks of entries; their values are kept for ``restore``."""
        with self._write() as file:
            file.executemany(
                "UPDATE marks SET stands = 0 WHERE workspace = ? AND entry = ?",
                [(self._workspace, entry) for entry in entries],
            )

    def restore(self, entries: Sequence[str]) -> bool:
        """Restore the removed marks of entries; return whether there were any."""
        with self._write() as file:
            changed = file.executemany(
                "UPDATE marks SET stands = 1 WHERE workspace = ? AND entry = ?",
                [(self._workspace, entry) for entry in entries],
            )
        return changed.rowcount > 0

    def check_writable(self) -> None:
        """Raise StorageError if marks can't be written; used before marking at the service."""
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
