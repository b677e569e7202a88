"""The file of the journal: one for each profile, on disk before anything is sent.

Every method is one transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.instant import Instant
from clocktool.journal.change import UNDER_WAY, UNREADABLE, Action, Change, Row, State
from clocktool.journal.database import Database, marks
from clocktool.journal.mended import mended
from clocktool.journal.schema import ACTION_COLUMNS, COLUMNS
from clocktool.journal.transaction import DamagedError

KEPT_ACTIONS = 200
"""How many commands are kept for undo, at least."""

PRUNED_EVERY = 50
"""After how many commands older ones are forgotten."""

T = TypeVar("T")

_IS_MARK = " AND json_extract(change, '$.type') = 'invoiced'"
"""Such a change names entries by their ids alone."""


class JournalFile(Database):
    """Changes and the commands they belong to.

    Raises JournalError where the file cannot be read or written.
    """

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
        with self._lock, self._connected() as run:
            if isinstance(action, str):
                run("INSERT INTO actions (at, command) VALUES (?, ?)", (at, action))
                action = _number(run)
                if action % PRUNED_EVERY == 0:
                    self._prune(run)
            for change in changes:
                run(
                    "INSERT INTO changes (action, at, state, user, workspace, change, reason)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (action, at, state, *whose, msgspec.json.encode(change), reason),
                )
                numbers.append(_number(run))
        return action, numbers

    def _prune(self, run: Callable[..., list[tuple[Any, ...]]]) -> None:
        under_way = marks(UNDER_WAY)
        run(
            f"DELETE FROM changes WHERE state NOT IN ({under_way})"  # noqa: S608
            " AND action <= (SELECT max(number) FROM actions) - ?",
            (*UNDER_WAY, KEPT_ACTIONS),
        )
        run(
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
        with self._lock, self._connected() as run:
            for number in numbers:
                run(
                    "UPDATE changes SET state = ?, reason = ?, theirs = ? WHERE number = ?",
                    (state, reason, data, number),
                )

    @mended
    def done(self, outcomes: Iterable[tuple[int, Entry | None]]) -> None:
        """Note that changes were carried out, and the entries they left."""
        with self._lock, self._connected() as run:
            for number, after in outcomes:
                run(
                    "UPDATE changes SET state = ?, reason = '', theirs = NULL, after = ?"
                    " WHERE number = ?",
                    (State.DONE, None if after is None else msgspec.json.encode(after), number),
                )

    @mended
    def rewrite(self, number: int, change: Change) -> None:
        """Put another change in the place of one."""
        with self._lock, self._connected() as run:
            run(
                "UPDATE changes SET change = ? WHERE number = ?",
                (msgspec.json.encode(change), number),
            )

    @mended
    def rename(self, old: str, new: str) -> None:
        """Let what was done to an entry be of the one that was made again in its place."""
        with self._lock, self._connected() as run:
            for column, mark in (("change", '"id":'), ("after", '"id":'), ("change", "")):
                was, which = f'{mark}"{old}"', "" if mark else _IS_MARK
                run(
                    f"UPDATE changes SET {column} = CAST(replace({column}, ?, ?) AS BLOB)"  # noqa: S608
                    f" WHERE state = ? AND instr({column}, CAST(? AS BLOB)){which}",
                    (was, f'{mark}"{new}"', State.DONE, was),
                )

    @mended
    def own(self, number: int, user: str, workspace: str) -> None:
        """Note whose a change is that was kept before that was known."""
        with self._lock, self._connected() as run:
            run(
                "UPDATE changes SET user = ?, workspace = ? WHERE number = ?",
                (user, workspace, number),
            )

    @mended
    def drop(self, numbers: Iterable[int]) -> None:
        """Forget changes."""
        with self._lock, self._connected() as run:
            for number in numbers:
                run("DELETE FROM changes WHERE number = ?", (number,))

    @mended
    def rows(self, states: Sequence[State]) -> list[Row]:
        """Return the changes in some states, the oldest first."""
        return self._rows(f"state IN ({marks(states)})", states)

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
        with self._lock, self._connected() as run:
            (count,) = run("SELECT count(*) FROM changes WHERE action = ?", (action,))
        first = "number = (SELECT min(number) FROM changes WHERE action = ?)"
        return next(iter(self._rows(first, (action,))), None), int(count[0])

    @mended
    def of_action(self, action: int) -> list[Row]:
        """Return the changes of a command, the oldest first."""
        return self._rows("action = ?", (action,))

    @mended
    def known_ids(self, since: Instant) -> set[str]:
        """Return the ids of entries that changes since then are known to have made."""
        with self._lock, self._connected() as run:
            found = run(
                "SELECT json_extract(after, '$.id') FROM changes WHERE state = ? AND at >= ?"
                " AND json_extract(change, '$.type') = 'create'",
                (State.DONE, since),
            )
        return {_text(identity) for (identity,) in found if identity is not None}

    @mended
    def command_of(self, row: Row) -> str:
        """Return the command that a change belongs to."""
        with self._lock, self._connected() as run:
            found = run("SELECT command FROM actions WHERE number = ?", (row.action,))
        return _text(found[0][0]) if found else ""

    @mended
    def actions(self, most: int = 20) -> list[Action]:
        """Return the last commands that changed something, the newest first."""
        with self._lock, self._connected() as run:
            found = run(
                f"SELECT {ACTION_COLUMNS} FROM actions WHERE number IN"  # noqa: S608
                " (SELECT action FROM changes) ORDER BY number DESC LIMIT ?",
                (most,),
            )
        return self._read(Action.of, found)

    @mended
    def undone(
        self, action: int, instead: Mapping[int, Change | None] | None = None, *, is_so: bool = True
    ) -> None:
        """Note that a command was taken back, or not; ``instead`` replaces changes, or drops."""
        with self._lock, self._connected() as run:
            run("UPDATE actions SET undone = ? WHERE number = ?", (is_so, action))
            for number, change in (instead or {}).items():
                if change is None:
                    run("DELETE FROM changes WHERE number = ?", (number,))
                else:
                    data = msgspec.json.encode(change)
                    run("UPDATE changes SET change = ? WHERE number = ?", (data, number))

    @mended
    def note(self, action: int, text: str) -> None:
        """Keep a text with a command, like where its backup is."""
        with self._lock, self._connected() as run:
            run("UPDATE actions SET note = ? WHERE number = ?", (text, action))

    @mended
    def hold(self, until: Instant) -> None:
        """Note that the service takes no request before then."""
        with self._lock, self._connected() as run:
            run("INSERT OR REPLACE INTO facts VALUES ('hold', ?)", (until,))

    @mended
    def held_until(self) -> Instant:
        """Return before when the service takes no request; long ago for no such time."""
        with self._lock, self._connected() as run:
            found = run("SELECT value FROM facts WHERE name = 'hold'")
        return Instant(found[0][0] if found and isinstance(found[0][0], int) else 0)

    def _rows(self, where: str, values: Sequence[object]) -> list[Row]:
        with self._lock, self._connected() as run:
            found = run(f"SELECT {COLUMNS} FROM changes WHERE {where} ORDER BY number", values)  # noqa: S608
        return self._read(Row.of, found)

    def _read(self, read: Callable[[tuple[Any, ...]], T], found: list[tuple[Any, ...]]) -> list[T]:
        try:
            return [read(row) for row in found]
        except UNREADABLE as error:
            raise DamagedError(self._path, error) from error


def _number(run: Callable[..., list[tuple[Any, ...]]]) -> int:
    return int(run("SELECT last_insert_rowid()")[0][0])


def _text(column: bytes) -> str:
    return str(column, "utf-8", "replace")
