"""The mirror: entries of an account and workspace on this machine, in one SQLite file.

All of it can be read again from the service. A damaged file is deleted, and one that can't be
written is replaced by a copy in memory for this run.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from clocktool.api.entries import LONGEST_ENTRY
from clocktool.domain.entry import Draft, Entry, same_content
from clocktool.domain.time.instant import DAY, Instant
from clocktool.domain.totals import Question, Totals
from clocktool.history.held import (
    ALL_TIME,
    END,
    Part,
    Piece,
    Span,
    cover,
    extended,
    with_piece,
    without_span,
)
from clocktool.storage.database import Database
from clocktool.storage.failure import DamagedError, StorageError, damaged
from clocktool.storage.files import SIDE_FILES, side_file
from clocktool.storage.kind import Damage, Kind

if TYPE_CHECKING:
    import sqlite3

    from clocktool.history.mirror_sums import Extra

T = TypeVar("T")

_PART = (
    "SELECT start, body FROM entries WHERE user = ? AND start >= ? AND start < ? AND number >= ?"
)
LONG = f"end - start > {DAY * LONGEST_ENTRY}"

_REACHING = (
    f"SELECT body, number, as_of FROM entries WHERE user = ? AND end >= ? AND {LONG} AND start < ?"  # noqa: S608
)
_TIMERS = "SELECT body, number, as_of FROM entries WHERE user = ? AND end IS NULL AND start < ?"

_TABLES = (
    """CREATE TABLE entries (
        id TEXT PRIMARY KEY, user TEXT, start INTEGER, end INTEGER, project TEXT, task TEXT,
        client TEXT, billable INTEGER, type TEXT, rate INTEGER, currency TEXT, description TEXT,
        as_of INTEGER, number INTEGER, body BLOB)""",
    "CREATE TABLE tags (entry TEXT, tag TEXT, PRIMARY KEY (entry, tag)) WITHOUT ROWID",
    """CREATE TRIGGER changed AFTER UPDATE OF body ON entries
        BEGIN DELETE FROM tags WHERE entry = old.id; END""",
    """CREATE TRIGGER removed AFTER DELETE ON entries
        BEGIN DELETE FROM tags WHERE entry = old.id; END""",
    """CREATE TABLE held (
        user TEXT, start INTEGER, end INTEGER, as_of INTEGER, number INTEGER,
        PRIMARY KEY (user, start)) WITHOUT ROWID""",
    """CREATE TABLE present (
        user TEXT PRIMARY KEY, start INTEGER, end INTEGER, as_of INTEGER, number INTEGER)
        WITHOUT ROWID""",
    "CREATE TABLE gone (id TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID",
    "CREATE TABLE clock (number INTEGER)",
    "INSERT INTO clock VALUES (0)",
    "CREATE INDEX by_start ON entries (user, start)",
    f"CREATE INDEX by_end ON entries (user, end) WHERE {LONG}",
    "CREATE INDEX by_timer ON entries (user) WHERE end IS NULL",
    "CREATE INDEX by_project ON entries (project, start) WHERE project IS NOT NULL",
    "CREATE INDEX by_tag ON tags (tag)",
)
MIRROR = Kind("the mirror", (_TABLES,), durable=False, seconds=2, damage=Damage.THROW_AWAY)
"""A file of another version is deleted, too. ``number`` orders requests: it grows with each."""

MAX_GONE = 10_000
"""How many deleted entries are remembered, so that a reply from before does not bring them back."""

MAX_TERMS = 400
"""How many parts are read by one query; SQLite takes 500."""

_UPSERT = """INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET user = excluded.user, start = excluded.start,
    end = excluded.end, project = excluded.project, task = excluded.task,
    client = excluded.client, billable = excluded.billable, type = excluded.type,
    rate = excluded.rate, currency = excluded.currency, description = excluded.description,
    as_of = excluded.as_of, number = excluded.number, body = excluded.body
    WHERE excluded.number >= number"""

_BODIES = "SELECT id, body FROM entries WHERE user = ? AND start BETWEEN ? AND ?"

_SEEN_AGAIN = """UPDATE entries SET number = ?1, as_of = ?2 WHERE id = ?3 AND number <= ?1"""

_PRESENT = """INSERT INTO present VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (user) DO UPDATE SET start = excluded.start, end = excluded.end,
    as_of = excluded.as_of, number = excluded.number WHERE excluded.number >= number"""

_EXAMPLES = """SELECT body FROM entries WHERE id IN (
    SELECT max(id) FROM entries WHERE project IS NOT NULL GROUP BY project
    UNION SELECT max(id) FROM entries WHERE task IS NOT NULL GROUP BY task
    UNION SELECT max(entry) FROM tags GROUP BY tag)"""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Entry).decode


def file_name(host: str, user: str, workspace: str) -> str:
    """Return the name of the file of an account and workspace: hashes of what it is for."""
    return f"{_hash(host)}-{_hash(user)}-{_hash(workspace)}.sqlite3"


def file_pattern(host: str, user: str | None) -> str:
    """Return the pattern of the names of all files of an account; without a user, of a host."""
    return f"{_hash(host)}-{'*' if user is None else _hash(user)}-*.sqlite3"


def _hash(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


class Stamp(msgspec.Struct, frozen=True):
    """The number of a request, and the instant as of which its reply counts.

    A later request has a greater number. Clocks may be set back, numbers are not.
    """

    number: int
    as_of: Instant


NEWEST = 2**62
"""A number after that of every request."""


class Kept(msgspec.Struct, frozen=True):
    """An entry in the mirror, and the request as of which it is known."""

    entry: Entry
    stamp: Stamp


class Status(msgspec.Struct, frozen=True):
    """What the mirror has: the first and last start, and the oldest and newest ``as_of``."""

    entries: int
    first: Instant | None
    last: Instant | None
    oldest: Instant | None
    newest: Instant | None
    bytes: int


class Differences(msgspec.Struct, frozen=True):
    """How the entries of the service differ from those of the mirror."""

    added: list[Entry]
    changed: list[tuple[Entry, Entry]]
    """Each as it was kept, and as it is."""
    gone: list[Entry]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.gone)


class Mirror:
    """The mirror of an account and workspace. ``say`` is called if a damaged file is deleted."""

    def __init__(self, path: Path, say: Callable[[str], None]) -> None:
        self.path = path
        self._say = say
        self._database = Database(path, MIRROR, say)
        self.problem: StorageError | None = None
        """Why nothing is kept in this run; None if the file works."""
        self._was_deleted = False

    # Writing.

    def begin(self, as_of: Instant) -> Stamp:
        """Return the stamp of a request that is about to be sent."""
        return Stamp(self._write(_next_number), as_of)

    def keep_page(
        self, user: str, entries: Sequence[Entry], stamp: Stamp, proved: Span | None = None
    ) -> None:
        """Store entries of a reply in one transaction.

        ``proved`` is the span for which the reply has all entries of the user: other entries there
        are removed, and the span is held from now on.
        """
        self._write(lambda file: _keep(file, user, entries, stamp, proved))

    def keep(self, entries: Sequence[Entry], as_of: Instant, user: str = "") -> None:
        """Store entries from the reply to a write or a single read; that makes no span held.

        ``user`` is the owner of entries that name none.
        """
        of_user: dict[str, list[Entry]] = {}
        for each in entries:
            of_user.setdefault(each.user_id or user, []).append(each)

        def store(file: "sqlite3.Connection") -> None:
            stamp = Stamp(_next_number(file), as_of)
            for owner, some in of_user.items():
                _keep(file, owner, some, stamp)

        self._write(store)

    def remove(self, entries: Iterable[str]) -> None:
        """Remove entries that no longer exist."""
        ids = [(each,) for each in entries]

        def store(file: "sqlite3.Connection") -> None:
            number = _next_number(file)
            file.executemany("DELETE FROM entries WHERE id = ?", ids)
            rows = ((each, number) for (each,) in ids)
            file.executemany("INSERT OR REPLACE INTO gone VALUES (?, ?)", rows)
            file.execute("DELETE FROM gone WHERE number < ?", (number - MAX_GONE,))

        self._write(store)

    def remove_timers(self, user: str, stamp: Stamp, before: Instant = END) -> None:
        """Remove running entries of a user that a request did not return: they have ended.

        They started before an instant. When they ended is unknown, so the second in which each
        started is no longer held.
        """
        query = "SELECT id, start FROM entries WHERE user = ? AND end IS NULL AND number < ?"
        query += " AND start < ?"

        def store(file: "sqlite3.Connection") -> None:
            held = _held(file, user)
            for entry, start in file.execute(query, (user, stamp.number, before)).fetchall():
                file.execute("DELETE FROM entries WHERE id = ?", (entry,))
                held = without_span(held, (start, Instant(start + 1)))
            _write_held(file, user, held)

        if self._read(lambda file: file.execute(query, (user, stamp.number, before)).fetchall()):
            self._write(store)

    def unhold(self, user: str, span: Span) -> None:
        """Mark a span of a user as not held; its entries stay."""
        self._write(lambda file: _write_held(file, user, without_span(_held(file, user), span)))

    def forget(self, user: str, span: Span = ALL_TIME) -> None:
        """Mark a span of a user as not held, and remove its entries."""

        def store(file: "sqlite3.Connection") -> None:
            _remove_others(file, user, span, _next_number(file))
            _write_held(file, user, without_span(_held(file, user), span))
            file.execute(
                "DELETE FROM present WHERE user = ? AND start < ? AND end > ?",
                (user, span[1], span[0]),
            )

        self._write(store)

    def drop(self) -> None:
        """Delete the file. Raises StorageError."""
        self._database.delete()

    # Reading.

    def held(self, user: str) -> list[Piece]:
        """Return the pieces that are held of a user, in order."""
        return self._read(lambda file: _held(file, user)) if self._exists else []

    def coverage(self, user: str) -> list[Piece]:
        """Return what is held of a user; days after the last request count as of that request."""

        def read(file: "sqlite3.Connection") -> list[Piece]:
            query = "SELECT start, end, as_of, number FROM present WHERE user = ?"
            row = file.execute(query, (user,)).fetchone()
            return extended(_held(file, user), None if row is None else Piece(*row))

        return self._read(read) if self._exists else []

    def users(self) -> list[str]:
        """Return the users of whom something is held."""
        found = self._read(lambda file: file.execute("SELECT DISTINCT user FROM held").fetchall())
        return [str(user) for (user,) in found]

    def entries(self, parts: Sequence[Part]) -> Iterator[Entry]:
        """Yield the entries that start in some parts, newest start first, without keeping them."""
        for first in range(0, len(parts), MAX_TERMS):
            some = parts[first : first + MAX_TERMS]
            terms = " UNION ALL ".join([_PART] * len(some))
            values = [value for it in some for value in (it.user, *it.span, it.number)]
            yield from self._stream(f"{terms} ORDER BY start DESC", values)

    def totals(
        self,
        parts: Sequence[Part],
        question: Question,
        extra: "Extra",
        renamed: Callable[[Entry], Entry],
    ) -> Totals:
        """Return the time of a user's entries that start in some parts, added up."""
        from clocktool.history.mirror_sums import totals

        return self._answer(
            lambda file: totals(
                file, parts, question, extra, lambda body: renamed(self._entry(body))
            )
        )

    def among(self, parts: Sequence[Part], ids: Iterable[str]) -> list[Entry]:
        """Return the entries with these ids that start in some parts."""
        if not parts:
            return []
        part = "(user = ? AND start >= ? AND start < ? AND number >= ?)"
        values = [value for it in parts for value in (it.user, *it.span, it.number)]
        query = f"SELECT body FROM entries WHERE id = ? AND ({' OR '.join([part] * len(parts))})"  # noqa: S608
        found = self._answer(
            lambda file: [file.execute(query, (each, *values)).fetchone() for each in ids]
        )
        return [self._entry(row[0]) for row in found if row is not None]

    def reaching(self, user: str, before: Instant, into: Span) -> list[Kept]:
        """Return the entries that start before an instant and reach into a span, newest first."""
        found = self._read(
            lambda file: [
                *file.execute(_TIMERS, (user, min(before, into[1]))),
                *file.execute(_REACHING, (user, into[0], before)),
            ]
        )
        return sorted(map(self._kept, found), key=lambda it: it.entry.start, reverse=True)

    def get(self, entry: str) -> Kept | None:
        """Return an entry by its id, None if it is not kept."""
        found = self._read(
            lambda file: file.execute(
                "SELECT body, number, as_of FROM entries WHERE id = ?", (entry,)
            ).fetchone()
        )
        return None if found is None else self._kept(found)

    def ending(self, user: str, ending: str, count: int = 20) -> list[Kept]:
        """Return the newest entries of a user with an id that ends with a text."""
        found = self._read(
            lambda file: file.execute(
                "SELECT body, number, as_of FROM entries WHERE user = ? AND substr(id, ?) = ?"
                " ORDER BY start DESC LIMIT ?",
                (user, -len(ending), ending, count),
            ).fetchall()
        )
        return list(map(self._kept, found))

    def examples(self) -> list[Entry]:
        """Return entries that include each project, task and tag of the mirror."""
        return [
            self._entry(body) for (body,) in self._read(lambda file: [*file.execute(_EXAMPLES)])
        ]

    def timer(self, user: str) -> Entry | None:
        """Return the running entry of a user, None for no timer."""
        found = self._read(
            lambda file: file.execute(
                "SELECT body, number, as_of FROM entries WHERE user = ? AND end IS NULL"
                " ORDER BY start DESC",
                (user,),
            ).fetchone()
        )
        return None if found is None else self._kept(found).entry

    def count(self, user: str, span: Span, most: int) -> int:
        """Return how many entries of a user start in a span, at most ``most``."""
        return self._read(
            lambda file: int(
                file.execute(
                    "SELECT count(*) FROM (SELECT 1 FROM entries WHERE user = ? AND start >= ?"
                    " AND start < ? LIMIT ?)",
                    (user, *span, most),
                ).fetchone()[0]
            )
        )

    def status(self) -> Status:
        """Return how much is kept, of when, and the size of the file."""

        def read(file: "sqlite3.Connection") -> Status:
            of_entries = "SELECT count(*), min(start), max(start) FROM entries"
            entries, first, last = file.execute(of_entries).fetchone()
            oldest, newest = file.execute("SELECT min(as_of), max(as_of) FROM held").fetchone()
            return Status(entries, first, last, oldest, newest, self._bytes())

        return self._read(read)

    def counts_by_year(self, years: Sequence[Instant]) -> list[int]:
        """Return how many entries start in each year; ``years`` are where they start and end."""
        count = "SELECT count(*) FROM entries WHERE start >= ? AND start < ?"
        return self._read(
            lambda file: [int(file.execute(count, span).fetchone()[0]) for span in pairwise(years)]
        )

    def differences(self, user: str, span: Span, entries: Iterable[Entry]) -> Differences:
        """Compare the entries of the service that start in a span with those that are held.

        A span that is not held counts as equal. An entry that was moved to another time has
        changed.
        """
        held = self.held(user)
        is_held = _membership(cover(held, span))
        kept = {each.id: each for each in self.entries([Part(user, span)]) if is_held(each.start)}
        added: list[Entry] = []
        changed: list[tuple[Entry, Entry]] = []
        gone = dict(kept)
        for each in entries:
            was = gone.pop(each.id, None)
            if was is None:
                elsewhere = self.get(str(each.id))
                was = None if elsewhere is None else elsewhere.entry
            if was is None:
                if is_held(each.start):
                    added.append(each)
            elif not _is_same(was, each):
                changed.append((was, each))
        return Differences(added, changed, list(gone.values()))

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    # The file.

    @property
    def _exists(self) -> bool:
        return self.problem is not None or self._database.exists

    def _bytes(self) -> int:
        sizes = 0
        for end in ("", *SIDE_FILES):
            try:
                sizes += side_file(self.path, end).stat().st_size
            except OSError:
                continue
        return sizes

    def _kept(self, row: tuple[bytes, int, int]) -> Kept:
        body, number, as_of = row
        return Kept(self._entry(body), Stamp(number, Instant(as_of)))

    def _entry(self, body: bytes) -> Entry:
        try:
            return _decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, TypeError) as error:
            raise damaged(self.path, "it is damaged") from error

    def _stream(self, query: str, values: Sequence[object]) -> Iterator[Entry]:
        with self._database.read() as file:
            for _, body in file.execute(query, values):
                yield self._entry(body)

    def _write(self, do: "Callable[[sqlite3.Connection], T]") -> T:
        while True:
            try:
                with self._database.write() as file:
                    return do(file)
            except StorageError as error:
                self.recover(error)

    def _read(self, do: "Callable[[sqlite3.Connection], T]") -> T:
        while True:
            try:
                with self._database.read() as file:
                    return do(file)
            except StorageError as error:
                self.recover(error)

    def _answer(self, do: "Callable[[sqlite3.Connection], T]") -> T:
        """Read a part of an answer. A damaged file is deleted before the error is raised."""
        try:
            with self._database.read() as file:
                return do(file)
        except DamagedError as error:
            self.recover(error)
            raise

    def recover(self, error: StorageError) -> None:
        """Delete a damaged file, or use a copy in memory if the file can't be used.

        A file is deleted once a run: damage that returns comes from the disk itself. Raises the
        error if the copy fails, too.
        """
        if self.problem is not None:
            raise error
        if isinstance(error, DamagedError) and not self._was_deleted:
            try:
                self._database.delete()
            except StorageError as failed:
                error = failed
            else:
                self._was_deleted = True
                self._say(f"the mirror {self.path} is thrown away: {error.why}")
                self._database = Database(self.path, MIRROR, lambda _: None)
                return
        self.problem = error
        self._database.use_memory()


def _is_same(one: Entry, other: Entry) -> bool:
    """Whether two entries differ in names only, which are shown as they are now."""
    same = same_content(Draft.of(one), Draft.of(other)) and one.type == other.type
    return same and (one.hourly_rate, one.locked, one.approval_id) == (
        other.hourly_rate,
        other.locked,
        other.approval_id,
    )


def _next_number(file: "sqlite3.Connection") -> int:
    (number,) = file.execute("UPDATE clock SET number = number + 1 RETURNING number").fetchone()
    return int(number)


def _keep(
    file: "sqlite3.Connection",
    user: str,
    entries: Sequence[Entry],
    stamp: Stamp,
    proved: Span | None = None,
) -> None:
    held, number = _held(file, user), stamp.number
    later = [each for each in held if each.number > number]
    gone = {row[0] for row in file.execute("SELECT id FROM gone WHERE number > ?", (number,))}
    fresh = entries
    if later or gone:
        is_later = _membership(later)
        fresh = [it for it in entries if it.id not in gone and not is_later(it.start)]
    _insert(file, user, fresh, stamp)
    if proved is None:
        return
    pieces = with_piece(held, Piece(*proved, stamp.as_of, number))
    for each in pieces:
        if each.number == number:
            _remove_others(file, user, (each.start, each.end), number)
    _write_held(file, user, pieces)
    if proved[0] <= stamp.as_of < proved[1]:
        file.execute(_PRESENT, (user, *proved, stamp.as_of, number))


def _insert(file: "sqlite3.Connection", user: str, entries: Sequence[Entry], stamp: Stamp) -> None:
    """Insert or replace entries, the oldest first, as indexes grow at their ends then.

    Of an entry that is as it was only the stamp is replaced.
    """
    if not entries:
        return
    starts = [each.start for each in entries]
    known = dict(file.execute(_BODIES, (user, min(starts), max(starts))).fetchall())
    rows = [_row(each, user, stamp) for each in reversed(entries)]
    new = [row for row in rows if known.get(row[0]) != row[-1]]
    file.executemany(_UPSERT, new)
    if len(new) < len(rows):
        ids = {row[0] for row in new}
        same = [(*msgspec.structs.astuple(stamp), row[0]) for row in rows if row[0] not in ids]
        file.executemany(_SEEN_AGAIN, same)
        entries = [each for each in entries if each.id in ids]
    (newest,) = file.execute("SELECT number FROM clock").fetchone()
    later: set[str] = set()
    if newest > stamp.number:
        query = "SELECT id FROM entries WHERE number > ?"
        later = {entry for (entry,) in file.execute(query, (stamp.number,))}
    tags = [(it.id, str(tag.id)) for it in entries if it.id not in later for tag in it.tags]
    file.executemany("INSERT OR IGNORE INTO tags VALUES (?, ?)", tags)


def _remove_others(file: "sqlite3.Connection", user: str, span: Span, number: int) -> None:
    """Remove the entries of a span that requests before a number have stored."""
    others = "DELETE FROM entries WHERE user = ? AND start >= ? AND start < ? AND number < ?"
    file.execute(others, (user, *span, number))


def _held(file: "sqlite3.Connection", user: str) -> list[Piece]:
    query = "SELECT start, end, as_of, number FROM held WHERE user = ? ORDER BY start"
    return [Piece(*row) for row in file.execute(query, (user,))]


def _write_held(file: "sqlite3.Connection", user: str, pieces: Sequence[Piece]) -> None:
    file.execute("DELETE FROM held WHERE user = ?", (user,))
    file.executemany(
        "INSERT INTO held VALUES (?, ?, ?, ?, ?)",
        [(user, *msgspec.structs.astuple(each)) for each in pieces],
    )


def _membership(pieces: Sequence[Piece]) -> Callable[[Instant], bool]:
    """Return a function that says whether a piece holds an instant."""
    spans = [(each.start, each.end) for each in pieces]
    return lambda instant: any(start <= instant < end for start, end in spans)


def _row(entry: Entry, user: str, stamp: Stamp) -> tuple[object, ...]:
    of, task, rate = entry.project, entry.task, entry.hourly_rate
    return (
        entry.id,
        user,
        entry.start,
        entry.end,
        None if of is None else of.id,
        None if task is None else task.id,
        None if of is None else of.client_id,
        entry.billable,
        entry.type,
        None if rate is None else rate.amount,
        None if rate is None else rate.currency,
        entry.description.casefold(),
        stamp.as_of,
        stamp.number,
        _encode(entry),
    )
