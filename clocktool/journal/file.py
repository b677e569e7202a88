"""The file of the journal: one for each profile, on disk before anything is sent.

Every method is one transaction.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.instant import Instant
from clocktool.errors import reason_of
from clocktool.journal.change import UNDER_WAY, UNREADABLE, Action, Change, Row, State
from clocktool.journal.mended import mended
from clocktool.journal.schema import (
    ACTION_COLUMNS,
    COLUMNS,
    OF_ACCOUNT,
    OF_LOCAL_WORKSPACE,
)
from clocktool.storage.database import Database
from clocktool.storage.failure import DamagedError, damaged

KEPT_ACTIONS = 200
"""How many commands are kept for undo, at least."""

PRUNED_EVERY = 50
"""After how many commands older ones are forgotten."""

T = TypeVar("T")
_IS_MARK = " AND json_extract(change, '$.type') = 'invoiced'"
"""Such a change names entries by their ids alone."""


class JournalFile:
    """Changes and the commands they belong to. ``say`` is told what of it cannot be read.

    Raises StorageError where the file cannot be used.
    """

    def __init__(self, path: Path, say: Callable[[str], None], *, durable: bool = True) -> None:
        self._path = path
        self._say = say
        self._database = Database(path, OF_ACCOUNT if durable else OF_LOCAL_WORKSPACE, say)

    @property
    def exists(self) -> bool:
        """Whether anything was ever kept, or something is in the way of that."""
        return self._database.exists

    def set_aside(self, reason: str) -> None:
        """Give the file another name, so that a new one is begun."""
        self._database.set_aside(reason)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def leave_out(self, reason: str) -> bool:
        """Take out what cannot be read, where the rest can be; return whether it can.

        What is left keeps its numbers and states; the file as it was is kept under another name.
        """
        try:
            with self._database.write() as file:
                rows = file.execute(f"SELECT {COLUMNS} FROM changes")  # noqa: S608
                bad = [row[0] for row in rows if not _makes(Row.of, row)]
                actions = file.execute(f"SELECT {ACTION_COLUMNS} FROM actions")  # noqa: S608
                worse = [row[0] for row in actions if not _makes(Action.of, row)]
                if not bad and not worse:
                    return True  # another process has done so by now, or it is not the rows
                aside = self._database.copy_aside()
                for number in bad:
                    file.execute("DELETE FROM changes WHERE number = ?", (number,))
                for number in worse:
                    file.execute("DELETE FROM actions WHERE number = ?", (number,))
                which = f"state IN ({marks(UNDER_WAY)})"
                (kept,) = file.execute(
                    f"SELECT count(*) FROM changes WHERE {which}",  # noqa: S608
                    UNDER_WAY,
                ).fetchone()
        except DamagedError:
            return False
        many = len(bad) + len(worse)
        wait = "1 change that waits is kept" if kept == 1 else f"{kept} changes that wait are kept"
        self._say(
            f"The journal has {many} {'row' if many == 1 else 'rows'} that cannot be read"
            f" ({reason}): left out{f', {wait}' if kept else ''}. As it was it is {aside};"
            " what clocktool list does not show is to be typed again"
        )
        return True

    @mended
    def add(
        self,
        action: int | str,
        at: Instant,
        state: State,
        whose: tuple[str, str],
        changes: Sequence[Change],
        *,
        reason: str = "",
    ) -> tuple[int, list[int]]:
        """Keep changes of a user in a workspace, all or none; return their command's number, too.

        The first of a command come with its name: no other process sees it without a change.
        """
        numbers = []
        with self._database.write() as file:
            if isinstance(action, str):
                file.execute("INSERT INTO actions (at, command) VALUES (?, ?)", (at, action))
                action = _number(file)
                if action % PRUNED_EVERY == 0:
                    self._prune(file)
            for change in changes:
                file.execute(
                    "INSERT INTO changes (action, at, state, user, workspace, change, reason)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (action, at, state, *whose, msgspec.json.encode(change), reason),
                )
                numbers.append(_number(file))
        return action, numbers

    def _prune(self, file: sqlite3.Connection) -> None:
        under_way = marks(UNDER_WAY)
        file.execute(
            f"DELETE FROM changes WHERE state NOT IN ({under_way})"  # noqa: S608
            " AND action <= (SELECT max(number) FROM actions) - ?",
            (*UNDER_WAY, KEPT_ACTIONS),
        )
        file.execute(
            "DELETE FROM actions WHERE number NOT IN (SELECT action FROM changes)"
            " AND number < (SELECT max(number) FROM actions)"
        )

    @mended
    def mark(
        self,
        numbers: Iterable[int],
        state: State,
        *,
        reason: str = "",
        theirs: Entry | None = None,
    ) -> None:
        """Note how far changes have got."""
        data = None if theirs is None else msgspec.json.encode(theirs)
        with self._database.write() as file:
            for number in numbers:
                file.execute(
                    "UPDATE changes SET state = ?, reason = ?, theirs = ? WHERE number = ?",
                    (state, reason, data, number),
                )

    @mended
    def done(self, outcomes: Iterable[tuple[int, Entry | None]]) -> None:
        """Note that changes were carried out, and the entries they left."""
        with self._database.write() as file:
            for number, after in outcomes:
                file.execute(
                    "UPDATE changes SET state = ?, reason = '', theirs = NULL, after = ?"
                    " WHERE number = ?",
                    (State.DONE, None if after is None else msgspec.json.encode(after), number),
                )

    @mended
    def rewrite(self, number: int, change: Change) -> None:
        """Put another change in the place of one."""
        with self._database.write() as file:
            file.execute(
                "UPDATE changes SET change = ? WHERE number = ?",
                (msgspec.json.encode(change), number),
            )

    @mended
    def rename(self, old: str, new: str) -> None:
        """Let what was done to an entry be of the one that was made again in its place."""
        with self._database.write() as file:
            for column, mark in (("change", '"id":'), ("after", '"id":'), ("change", "")):
                was, which = f'{mark}"{old}"', "" if mark else _IS_MARK
                file.execute(
                    f"UPDATE changes SET {column} = CAST(replace({column}, ?, ?) AS BLOB)"  # noqa: S608
                    f" WHERE state = ? AND instr({column}, CAST(? AS BLOB)){which}",
                    (was, f'{mark}"{new}"', State.DONE, was),
                )

    @mended
    def own(self, number: int, user: str, workspace: str) -> None:
        """Note whose a change is that was kept before that was known."""
        with self._database.write() as file:
            file.execute(
                "UPDATE changes SET user = ?, workspace = ? WHERE number = ?",
                (user, workspace, number),
            )

    @mended
    def drop(self, numbers: Iterable[int]) -> None:
        """Forget changes."""
        with self._database.write() as file:
            for number in numbers:
                file.execute("DELETE FROM changes WHERE number = ?", (number,))

    @mended
    def rows(self, states: Sequence[State], late: int = 2**62) -> list[Row]:
        """Return the changes in some states, of so many of the newest; the oldest first."""
        newest = "number > (SELECT max(number) FROM changes) - ?"
        which = f"state IN ({marks(states)}) AND {newest}"
        return self._rows(which, (*states, late))

    @mended
    def under_way(self) -> list[Row]:
        """Return the changes that are not over, those of no state that is known among them."""
        return self._rows("state <> ?", (State.DONE,))

    @mended
    def row(self, number: int) -> Row | None:
        """Return a change, None for one that was dropped."""
        return next(iter(self._rows("number = ?", (number,))), None)

    @mended
    def left(self, entry: str, *, before: int) -> Entry | None:
        """Return an entry as the last change of it before a number left it."""
        which = "state = ? AND number < ? AND json_extract(after, '$.id') = ?"
        last = f"number = (SELECT max(number) FROM changes WHERE {which})"  # noqa: S608
        return next((row.after for row in self._rows(last, (State.DONE, before, entry))), None)

    @mended
    def left_since(self, entry: str, *, after: int) -> bool:
        """Whether a change after a number left an entry."""
        which = "state = ? AND number > ? AND json_extract(after, '$.id') = ?"
        return bool(self._rows(which, (State.DONE, after, entry)))

    @mended
    def first_of(self, action: int) -> tuple[Row | None, int]:
        """Return the first change of a command, and how many there are."""
        with self._database.read() as file:
            count = file.execute("SELECT count(*) FROM changes WHERE action = ?", (action,))
            many = int(count.fetchone()[0])
        first = "number = (SELECT min(number) FROM changes WHERE action = ?)"
        return next(iter(self._rows(first, (action,))), None), many

    @mended
    def of_action(self, action: int) -> list[Row]:
        """Return the changes of a command, the oldest first."""
        return self._rows("action = ?", (action,))

    @mended
    def known_ids(self, since: Instant) -> set[str]:
        """Return the ids of entries that changes since then are known to have made."""
        with self._database.read() as file:
            found = file.execute(
                "SELECT json_extract(after, '$.id') FROM changes WHERE state = ? AND at >= ?"
                " AND json_extract(change, '$.type') = 'create'",
                (State.DONE, since),
            ).fetchall()
        return {_text(identity) for (identity,) in found if identity is not None}

    @mended
    def command_of(self, row: Row) -> str:
        """Return the command that a change belongs to."""
        with self._database.read() as file:
            which = "SELECT command FROM actions WHERE number = ?"
            found = file.execute(which, (row.action,)).fetchone()
        return _text(found[0]) if found else ""

    @mended
    def actions(self, most: int = 20, *, or_undone: bool = False) -> list[Action]:
        """Return the last commands that changed something, the newest first.

        With ``or_undone`` those, too, of which no change is left as they were taken back unsent.
        """
        with self._database.read() as file:
            found = file.execute(
                f"SELECT {ACTION_COLUMNS} FROM actions WHERE undone AND ? OR number IN"  # noqa: S608
                " (SELECT action FROM changes) ORDER BY number DESC LIMIT ?",
                (or_undone, most),
            ).fetchall()
        return self._read(Action.of, found)

    @mended
    def undone(
        self, action: int, instead: Mapping[int, Change | None] | None = None, *, is_so: bool = True
    ) -> None:
        """Note that a command was taken back, or not; ``instead`` replaces changes, or drops."""
        with self._database.write() as file:
            file.execute("UPDATE actions SET undone = ? WHERE number = ?", (is_so, action))
            for number, change in (instead or {}).items():
                if change is None:
                    file.execute("DELETE FROM changes WHERE number = ?", (number,))
                else:
                    data = msgspec.json.encode(change)
                    file.execute("UPDATE changes SET change = ? WHERE number = ?", (data, number))

    @mended
    def note(self, action: int, text: str) -> None:
        """Keep a text with a command, like where its backup is."""
        with self._database.write() as file:
            file.execute("UPDATE actions SET note = ? WHERE number = ?", (text, action))

    @mended
    def hold(self, until: Instant) -> None:
        """Note that the service takes no request before then."""
        with self._database.write() as file:
            file.execute("INSERT OR REPLACE INTO facts VALUES ('hold', ?)", (until,))

    @mended
    def held_until(self) -> Instant:
        """Return before when the service takes no request; long ago for no such time."""
        with self._database.read() as file:
            found = file.execute("SELECT value FROM facts WHERE name = 'hold'").fetchone()
        return Instant(found[0] if found and isinstance(found[0], int) else 0)

    def _rows(self, where: str, values: Sequence[object]) -> list[Row]:
        with self._database.read() as file:
            found = file.execute(
                f"SELECT {COLUMNS} FROM changes WHERE {where} ORDER BY number",  # noqa: S608
                values,
            ).fetchall()
        return self._read(Row.of, found)

    def _read(self, read: Callable[[tuple[Any, ...]], T], found: list[tuple[Any, ...]]) -> list[T]:
        try:
            return [read(row) for row in found]
        except UNREADABLE as error:
            raise damaged(self._path, reason_of(error)) from error


def marks(values: Sequence[object]) -> str:
    """Return a question mark for each value."""
    return ", ".join("?" * len(values))


def _number(file: sqlite3.Connection) -> int:
    return int(file.execute("SELECT last_insert_rowid()").fetchone()[0])


def _makes(read: Callable[[tuple[Any, ...]], object], columns: tuple[Any, ...]) -> bool:
    try:
        read(columns)
    except UNREADABLE:
        return False
    return True


def _text(column: bytes) -> str:
    return str(column, "utf-8", "replace")
