"""The journal: the outbox on disk, one SQLite file for each profile.

Every method is one transaction. Raises StorageError if the file can't be read or written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

import msgspec

from clocktool.domain.directory import AnyNamed
from clocktool.domain.entry import Entry
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.time.instant import Instant, shift
from clocktool.errors import ClocktoolError, RateLimitedError
from clocktool.outbox.change import (
    TO_SEND,
    UNDECIDED,
    UNDER_WAY,
    Action,
    Change,
    Later,
    Result,
    Row,
    State,
)
from clocktool.outbox.rows import ACTION, ROW, UNREADABLE, action_of, row_of, text
from clocktool.storage import files
from clocktool.storage.database import Database
from clocktool.storage.failure import DamagedError, damaged


class Outcome(NamedTuple):
    """The result of a change that is done; ``keep`` is what replaces the stored change, if any."""

    number: int
    result: Result | None = None
    keep: Change | None = None
    is_moot: bool = False


Run = Callable[..., list[tuple[Any, ...]]]

KEPT_ACTIONS = 200
"""The number of commands that can be undone, at least."""

PRUNED_AT_ONCE = 100
"""The largest number of old changes that one command deletes."""

FIRST = 20
"""How many changes of a command a summary reads."""

PAGES_AT_ONCE = 2000
"""The largest number of free pages that one command releases to the system."""

P = ParamSpec("P")
T = TypeVar("T")


def recovered(method: "Callable[Concatenate[Store, P], T]") -> "Callable[Concatenate[Store, P], T]":
    """Make a method retry without unreadable rows, or with a new file if that fails, too."""

    @wraps(method)
    def again(store: "Store", /, *args: P.args, **given: P.kwargs) -> T:
        try:
            return method(store, *args, **given)
        except DamagedError as error:
            reason = error.why
        if store.drop_unreadable(reason):
            try:
                return method(store, *args, **given)
            except DamagedError as error:
                reason = error.why
        store.set_aside(reason)
        return method(store, *args, **given)

    return again


class Store:
    """Changes and the actions they belong to. ``say`` writes a note about unreadable rows.

    The file ``unfinished`` exists while an undo may be under way, so that a read of entries need
    not open the journal.
    """

    def __init__(self, database: Database, say: Callable[[str], None], unfinished: Path) -> None:
        self._database = database
        self._say = say
        self.unfinished = unfinished
        self.close = database.close
        self.set_aside = database.set_aside

    @property
    def exists(self) -> bool:
        """Whether the file, or something else in its place, exists."""
        return self._database.exists

    def drop_unreadable(self, reason: str) -> bool:
        """Delete the unreadable rows; return whether the others can be read.

        A copy of the file is kept under another name.
        """
        try:
            with self._write() as run:
                rows = run(f"SELECT {ROW} FROM changes")  # noqa: S608
                bad = [row[0] for row in rows if not _is_readable(row_of, row)]
                actions = run(f"SELECT {ACTION} FROM actions")  # noqa: S608
                worse = [row[0] for row in actions if not _is_readable(action_of, row)]
                if not bad and not worse:
                    return True  # another process has deleted them, or the rows are not the cause
                aside = self._database.copy_aside()
                for number in bad:
                    run("DELETE FROM changes WHERE number = ?", (number,))
                for number in worse:
                    run("DELETE FROM actions WHERE number = ?", (number,))
                ((kept,),) = run("SELECT count(*) FROM changes WHERE state <> 'done'")
        except DamagedError:
            return False
        many = len(bad) + len(worse)
        wait = "1 change that waits is kept" if kept == 1 else f"{kept} changes that wait are kept"
        self._say(
            f"The journal has {many} {'row' if many == 1 else 'rows'} that can't be read"
            f" ({reason}): left out{f', {wait}' if kept else ''}. As it was it is {aside};"
            " what clocktool list does not show is to be typed again"
        )
        return True

    @recovered
    def add(
        self,
        action: Action,
        owner: tuple[str, str],
        changes: Sequence[Change | Later],
        *,
        sending: int = 0,
        reason: str = "",
        cancelled: Iterable[int] = (),
        restored: Iterable[int] = (),
    ) -> tuple[Action, list[Row]]:
        """Save changes of a user in a workspace, all or none; the first ``sending`` as being sent.

        An action without a number is created in the same transaction. An action that undoes another
        one marks it as undone, unless it is under way, and cancels the ``cancelled`` changes. The
        ``restored`` changes wait again and belong to the new action.
        """
        if action.note == UNDER_WAY and not action.number:
            files.make_empty(self.unfinished)
        user, workspace = owner
        states = [
            State.SENDING if place < sending else State.WAITING for place in range(len(changes))
        ]
        with self._write() as run:
            if not action.number:
                action = self._begin(run, action)
                if action.undoes is not None and action.note != UNDER_WAY:
                    run("UPDATE actions SET undone = 1 WHERE number = ?", (action.undoes,))
            for number in cancelled:
                run("UPDATE changes SET state = ? WHERE number = ?", (State.CANCELLED, number))
            for number in restored:
                run(
                    "UPDATE changes SET state = ?, action = ? WHERE number = ?",
                    (State.WAITING, action.number, number),
                )
            numbers: list[int] = []
            rows: list[Row] = []
            for state, each in zip(states, changes, strict=True):
                change = each if isinstance(each, Change) else each(numbers)
                stored = change
                if change.not_stored:
                    stored = msgspec.structs.replace(change, **change.not_stored)
                data = msgspec.json.encode(stored)
                number = _number(
                    run,
                    "INSERT INTO changes (action, at, state, user, workspace, change, reason)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (action.number, action.at, state, user, workspace, data, reason),
                )
                numbers.append(number)
                rows.append(
                    Row(number, action.number, action.at, state, user, workspace, change, reason)
                )
                if state is State.WAITING and change.recreates is not None:
                    self._alias(run, change.recreates, Queued(number))
        self._database.release_pages(PAGES_AT_ONCE)
        return action, rows

    def _begin(self, run: Run, action: Action) -> Action:
        number = _number(
            run,
            "INSERT INTO actions (at, command, whole, undoes, note) VALUES (?, ?, ?, ?, ?)",
            (action.at, action.command, action.whole, action.undoes, action.note),
        )
        self._prune(run, number - KEPT_ACTIONS)
        return msgspec.structs.replace(action, number=number)

    def _prune(self, run: Run, last: int) -> None:
        """Delete a limited number of changes of actions that can't be undone any more."""
        if not run("SELECT 1 FROM actions WHERE number <= ? LIMIT 1", (last,)):
            return
        old = run(
            "SELECT number FROM changes WHERE action <= ? AND state IN (?, ?)"
            " ORDER BY action LIMIT ?",
            (last, State.DONE, State.CANCELLED, PRUNED_AT_ONCE),
        )
        for row in old:
            run("DELETE FROM changes WHERE number = ?", row)
        if len(old) < PRUNED_AT_ONCE:
            run(
                "DELETE FROM actions WHERE number <= ? AND NOT EXISTS"
                " (SELECT 1 FROM changes WHERE changes.action = actions.number)",
                (last,),
            )

    @recovered
    def mark(
        self,
        numbers: Iterable[int],
        state: State,
        *,
        reason: str = "",
        theirs: Entry | AnyNamed | None = None,
        change: Change | None = None,
    ) -> None:
        """Set the state of changes; ``change`` replaces the stored change of a single one."""
        data = None if theirs is None else msgspec.json.encode(theirs)
        with self._write() as run:
            for number in numbers:
                run(
                    "UPDATE changes SET state = ?, reason = ?, theirs = ? WHERE number = ?",
                    (state, reason, data, number),
                )
                if change is not None:
                    self._rewrite(run, number, change)

    @recovered
    def done(self, outcomes: Sequence[Outcome], *, then: Sequence[int] = ()) -> None:
        """Record the results of changes; ``then`` are being sent now.

        A moot change had nothing to do and is deleted.
        """
        with self._write() as run:
            for number, left, keep, is_moot in outcomes:
                if is_moot:
                    self._drop(run, number)
                    continue
                run(
                    "UPDATE changes SET state = ?, reason = '', theirs = NULL,"
                    " entry = ?, digest = ? WHERE number = ?",
                    (State.DONE, left and left.entry, left and left.digest, number),
                )
                if keep is not None:
                    self._rewrite(run, number, keep)
            for number in then:
                run("UPDATE changes SET state = ? WHERE number = ?", (State.SENDING, number))

    @recovered
    def rewrite(self, number: int, change: Change) -> None:
        """Replace the stored change."""
        with self._write() as run:
            self._rewrite(run, number, change)

    def _rewrite(self, run: Run, number: int, change: Change) -> None:
        data = msgspec.json.encode(change)
        run("UPDATE changes SET change = ? WHERE number = ?", (data, number))

    @recovered
    def set_owner(self, number: int, user: str, workspace: str) -> None:
        """Set the user and workspace of a change that was saved before they were known."""
        with self._write() as run:
            run(
                "UPDATE changes SET user = ?, workspace = ? WHERE number = ?",
                (user, workspace, number),
            )

    @recovered
    def drop(self, numbers: Iterable[int]) -> None:
        """Delete changes and actions without changes; an action they undid is in effect again."""
        with self._write() as run:
            for number in numbers:
                run(
                    "UPDATE actions SET undone = 0 WHERE number = (SELECT a.undoes FROM changes c"
                    " JOIN actions a ON a.number = c.action WHERE c.number = ?1) AND NOT EXISTS"
                    " (SELECT 1 FROM changes c JOIN actions a ON a.number = c.action WHERE"
                    " a.undoes = actions.number AND c.number <> ?1)",
                    (number,),
                )
                self._drop(run, number)

    def _drop(self, run: Run, number: int) -> None:
        run(
            "DELETE FROM actions WHERE number = (SELECT action FROM changes"
            " WHERE number = ?1) AND NOT EXISTS (SELECT 1 FROM changes WHERE"
            " action = actions.number AND number <> ?1)",
            (number,),
        )
        run("DELETE FROM changes WHERE number = ?", (number,))

    @recovered
    def undo_stopped(
        self, action: int, *, forgotten: Iterable[int], restored: Iterable[int] = ()
    ) -> None:
        """Record that an action was undone in part; the rest of it can be undone later.

        The undone changes (``forgotten``) are deleted; ``restored`` changes are cancelled again.
        """
        with self._write() as run:
            self._end(run, action, undone=0)
            for number in forgotten:
                run("DELETE FROM changes WHERE number = ?", (number,))
            for number in restored:
                run(
                    "UPDATE changes SET state = ?, action ="
                    " (SELECT undoes FROM actions WHERE number = ?) WHERE number = ?",
                    (State.CANCELLED, action, number),
                )
        files.remove(self.unfinished)

    @recovered
    def undo_finished(self, action: int) -> None:
        """Record that the last batch of an action was undone."""
        with self._write() as run:
            self._end(run, action, undone=1)
        files.remove(self.unfinished)

    def _end(self, run: Run, action: int, *, undone: int) -> None:
        run("UPDATE actions SET undone = ? WHERE number = ?", (undone, action))
        run("UPDATE actions SET note = '' WHERE undoes = ? AND note = ?", (action, UNDER_WAY))

    @recovered
    def left_over(self) -> tuple[bool, bool]:
        """Return whether changes are open, and whether an undo is under way."""
        if not self.exists:
            return False, False
        return bool(self.open()), self.under_way() is not None

    @recovered
    def under_way(self) -> Action | None:
        """Return the undo that still has batches to do, or None."""
        found = self._read(f"SELECT {ACTION} FROM actions WHERE note = ?", (UNDER_WAY,))  # noqa: S608
        return next((self._readable(action_of, row) for row in found), None)

    @recovered
    def waiting(self) -> list[Row]:
        """Return the changes to send, oldest first."""
        return self._rows(f"state IN ({_placeholders(TO_SEND)}) AND state <> 'done'", TO_SEND)

    @recovered
    def undecided(self) -> list[Row]:
        """Return the changes that wait for the user's decision."""
        return self._rows(f"state IN ({_placeholders(UNDECIDED)}) AND state <> 'done'", UNDECIDED)

    @recovered
    def open(self) -> list[Row]:
        """Return the changes that are neither done nor cancelled, oldest first."""
        return self._rows("state <> 'done' AND state <> 'cancelled'", ())

    @recovered
    def rows(self, numbers: Sequence[int]) -> list[Row]:
        """Return changes by their numbers, oldest first."""
        return self._rows(f"number IN ({_placeholders(numbers)})", numbers)

    @recovered
    def state_of(self, number: int) -> State | None:
        """Return the state of a change, None if it was dropped."""
        found = self._read("SELECT state FROM changes WHERE number = ?", (number,))
        return State(text(found[0][0])) if found else None

    @recovered
    def owner(self, action: int) -> str | None:
        """Return the id of the user of an action."""
        found = self._read("SELECT user FROM changes WHERE action = ? LIMIT 1", (action,))
        return text(found[0][0]) if found else None

    @recovered
    def undoer(self, action: int) -> Action | None:
        """Return the last action that undid an action."""
        found = self._read(
            f"SELECT {ACTION} FROM actions WHERE undoes = ? ORDER BY number DESC LIMIT 1",  # noqa: S608
            (action,),
        )
        return next((self._readable(action_of, row) for row in found), None)

    @recovered
    def of_action(self, action: int) -> list[Row]:
        """Return the changes of an action, oldest first."""
        return self._rows("action = ?", (action,))

    @recovered
    def summary(self, action: int) -> tuple[list[Row], int]:
        """Return the first few changes of an action, and the number of its changes."""
        ((count,),) = self._read("SELECT count(*) FROM changes WHERE action = ?", (action,))
        first = "number IN (SELECT number FROM changes WHERE action = ? ORDER BY number LIMIT ?)"
        return self._rows(first, (action, FIRST)), int(count)

    @recovered
    def actions(self, most: int, *, before: int | None = None) -> list[Action]:
        """Return the last actions, newest first, without those that never had a change."""
        found = self._read(
            f"SELECT {ACTION} FROM actions WHERE (?1 IS NULL OR number < ?1)"  # noqa: S608
            " AND (undoes IS NOT NULL"
            " OR EXISTS (SELECT 1 FROM changes WHERE changes.action = actions.number)"
            " OR EXISTS (SELECT 1 FROM actions undo WHERE undo.undoes = actions.number))"
            " ORDER BY number DESC LIMIT ?2",
            (before, most),
        )
        return [self._readable(action_of, row) for row in found]

    @recovered
    def action(self, number: int) -> Action | None:
        """Return an action, None if it was deleted."""
        found = self._read(f"SELECT {ACTION} FROM actions WHERE number = ?", (number,))  # noqa: S608
        return next((self._readable(action_of, row) for row in found), None)

    @recovered
    def newest_done(self, most: int) -> list[Row]:
        """Return the last changes that are done, oldest first."""
        last = "(SELECT coalesce(max(number), 0) FROM changes)"
        return self._rows(f"state = 'done' AND number > {last} - ?", (most,))

    @recovered
    def note(self, action: int, text: str) -> None:
        """Store a text with an action, such as the path of its backup."""
        with self._write() as run:
            run("UPDATE actions SET note = ? WHERE number = ?", (text, action))

    @recovered
    def digest(self, entry: Known) -> int | None:
        """Return the digest of an entry after its last change."""
        found = self._read(
            "SELECT digest FROM changes WHERE entry = ? AND state = 'done'"
            " ORDER BY number DESC LIMIT 1",
            (entry,),
        )
        return int(found[0][0]) if found and isinstance(found[0][0], int) else None

    @recovered
    def has_result(self, entry: Known) -> bool:
        """Whether an entry is the result of a change."""
        found = self._read(
            "SELECT 1 FROM changes WHERE entry = ? AND state = 'done' LIMIT 1", (entry,)
        )
        return bool(found)

    @recovered
    def made_by(self, number: int) -> Known | None:
        """Return the id of the entry that is the result of a change, or None."""
        found = self._read(
            "SELECT entry FROM changes WHERE number = ? AND state = 'done'", (number,)
        )
        return Known(text(found[0][0])) if found and found[0][0] is not None else None

    @recovered
    def alias(self, old: EntryId, new: Known) -> None:
        """Record the new id of an entry that was created again."""
        with self._write() as run:
            self._alias(run, old, new)
            # After several undos and redos an old id may be in use again.
            run("DELETE FROM aliases WHERE old = ?", (new,))

    def _alias(self, run: Run, old: EntryId, new: EntryId) -> None:
        run("INSERT OR REPLACE INTO aliases VALUES (?, ?)", (_key(old), _key(new)))

    @recovered
    def current_id(self, entry: EntryId) -> EntryId:
        """Return the current id of an entry, however often it was created again."""
        return self.ids(entry)[-1]

    @recovered
    def ids(self, entry: EntryId) -> list[EntryId]:
        """Return this id of an entry and the later ones; the last is the current id."""
        ids = [entry]
        for _ in range(KEPT_ACTIONS * 2):
            found = self._read("SELECT new FROM aliases WHERE old = ?", (_key(entry),))
            if not found:
                break
            entry = _of_key(text(found[0][0]))
            ids.append(entry)
        return ids

    @recovered
    def record_rate_limit(self, error: ClocktoolError, now: Instant) -> None:
        """Record until when the service accepts no request, if the error contains that."""
        if not isinstance(error, RateLimitedError) or error.retry_after is None:
            return
        until = shift(now, error.retry_after)
        with self._write() as run:
            run("INSERT OR REPLACE INTO facts VALUES ('hold', ?), ('hold from', ?)", (until, now))

    @recovered
    def rate_limited_until(self, now: Instant) -> Instant | None:
        """Return the time before which the service accepts no request; None without a limit.

        A limit is over, too, if the clock was set back behind its beginning.
        """
        sql = "SELECT value FROM facts WHERE name IN ('hold', 'hold from') ORDER BY name"
        found = [value for (value,) in self._read(sql, ())]
        is_whole = len(found) == 2 and all(isinstance(value, int) for value in found)
        return Instant(found[0]) if is_whole and found[1] <= now < found[0] else None

    @recovered
    def record_foreign_answer(self, number: int, now: Instant) -> None:
        """Record that a change was not answered by the service but by something else."""
        sql = "INSERT OR REPLACE INTO facts VALUES ('foreign', ?), ('foreign at', ?)"
        with self._write() as run:
            run(sql, (number, now))

    @recovered
    def foreign_answer(self) -> tuple[int, Instant] | None:
        """Return the change that was last answered by something else, and when; None for none."""
        sql = "SELECT value FROM facts WHERE name IN ('foreign', 'foreign at') ORDER BY name"
        found = [value for (value,) in self._read(sql, ()) if isinstance(value, int)]
        return (found[0], Instant(found[1])) if len(found) == 2 else None

    @recovered
    def lift_rate_limit(self) -> None:
        """Forget the rate limit, as the user wants to try now."""
        with self._write() as run:
            run("DELETE FROM facts WHERE name IN ('hold', 'hold from')", ())

    @recovered
    def lift_foreign_answer(self) -> None:
        """Forget which change was answered by something else, as the user wants to try now."""
        with self._write() as run:
            run("DELETE FROM facts WHERE name IN ('foreign', 'foreign at')", ())

    def _readable(self, read: Callable[[tuple[Any, ...]], T], row: tuple[Any, ...]) -> T:
        try:
            return read(row)
        except UNREADABLE as error:
            raise damaged(self._database.path, "a row can't be read") from error

    def _read(self, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._database.read() as connection:
            return connection.execute(sql, values).fetchall()

    @contextmanager
    def _write(self) -> Iterator[Run]:
        with self._database.write() as connection:
            yield lambda sql, values=(): connection.execute(sql, values).fetchall()

    def _rows(self, where: str, values: Sequence[object]) -> list[Row]:
        found = self._read(f"SELECT {ROW} FROM changes WHERE {where} ORDER BY number", values)  # noqa: S608
        return [self._readable(row_of, row) for row in found]


def _is_readable(read: Callable[[tuple[Any, ...]], object], row: tuple[Any, ...]) -> bool:
    try:
        read(row)
    except UNREADABLE:
        return False
    return True


def _placeholders(values: Sequence[object]) -> str:
    """Return a question mark for each value."""
    return ", ".join("?" * len(values))


def _key(entry: EntryId) -> str:
    return f"queued {entry.change}" if isinstance(entry, Queued) else entry


def _of_key(key: str) -> EntryId:
    word, _, number = key.partition(" ")
    return Queued(int(number)) if word == "queued" else Known(key)


def _number(run: Run, sql: str, values: Sequence[object]) -> int:
    run(sql, values)
    return int(run("SELECT last_insert_rowid()")[0][0])
