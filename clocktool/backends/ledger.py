"""The ledger: the requests of the last hour, by host and workspace, whichever process made them.

A free workspace has thirty requests an hour. The last five are for what starts and stops timers and
for what waits; see ``Ledger.count``. They can only be kept where the plan is known, so it is asked
for once many requests were made; see ``Ledger.lacks_plan``. A ledger that can't be read or written
counts in memory, for this run alone, and fails no command.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from clocktool.domain.limits import FREE_REQUESTS, KEPT_REQUESTS, Quota
from clocktool.domain.time.instant import Instant, shift
from clocktool.errors import RateLimitedError
from clocktool.storage.database import Database
from clocktool.storage.failure import DamagedError, StorageError
from clocktool.storage.kind import Damage, Kind

if TYPE_CHECKING:
    from sqlite3 import Connection

T = TypeVar("T")

HOUR = 3600

DAY = 86_400

ASKED_FROM = 10
"""From which request of an hour on the plan must be known."""

ALL, WRITES = "all", "writes"
"""What is blocked."""

REMEMBERED = 30 * DAY
"""How long the page size of a host is remembered, in seconds: its server may be updated."""

_TABLES = (
    "CREATE TABLE requests (host TEXT, workspace TEXT, at INTEGER)",
    "CREATE INDEX requests_at ON requests (at)",
    """CREATE TABLE allowances (
        host TEXT, workspace TEXT, allowed INTEGER, PRIMARY KEY (host, workspace)) WITHOUT ROWID""",
    """CREATE TABLE blocks (
        host TEXT, workspace TEXT, method TEXT, at INTEGER, seconds INTEGER,
        PRIMARY KEY (host, workspace, method)) WITHOUT ROWID""",
    "CREATE TABLE page_sizes (host TEXT PRIMARY KEY, at INTEGER, size INTEGER) WITHOUT ROWID",
)
_WHEN_ASKED = ("ALTER TABLE allowances ADD COLUMN at INTEGER NOT NULL DEFAULT 0",)

LEDGER = Kind(
    "the ledger of requests",
    (_TABLES, _WHEN_ASKED),
    durable=False,
    seconds=2,
    damage=Damage.THROW_AWAY,
)


class Ledger:
    """The ledger of one host. The workspace ``""`` is one that is not known yet.

    ``say`` is called with the reason why the file can't be used, ``clock`` formats instants.
    """

    def __init__(
        self,
        path: Path,
        host: str,
        now: Callable[[], Instant],
        *,
        clock: Callable[[Instant], str],
        say: Callable[[str], None],
    ) -> None:
        self._database = Database(path, LEDGER, say)
        self._host = host
        self._now = now
        self._clock = clock
        self._say = say
        self._failures = 0

    def count(
        self, workspace: str, *, is_write: bool, is_urgent: bool, unassigned: tuple[int, ...] = ()
    ) -> int:
        """Count a request that is about to be sent, and return its number in the ledger.

        ``unassigned`` are the numbers of earlier requests that are now known to be for the same
        workspace. Raises RateLimitedError if the request must not be sent: before the time that the
        service has named, or beyond the allowance. The last requests of the allowance are for
        urgent ones.
        """

        def count(file: "Connection") -> int | RateLimitedError:
            now = self._now()
            file.execute("DELETE FROM requests WHERE at <= ?", (now - HOUR,))
            # If the clock was set back, requests seem to be in the future: count them as made now.
            file.execute("UPDATE requests SET at = ? WHERE at > ?", (now, now))
            for number in unassigned:
                sql = "UPDATE requests SET workspace = ? WHERE rowid = ?"
                file.execute(sql, (workspace, number))
            refusal = self._refusal(file, workspace, now, is_write=is_write, is_urgent=is_urgent)
            if refusal is not None:
                return refusal
            row = (self._host, workspace, now)
            return file.execute("INSERT INTO requests VALUES (?, ?, ?)", row).lastrowid or 0

        counted = self._run(count)
        if isinstance(counted, RateLimitedError):
            raise counted  # after the transaction, which is kept
        return counted

    def _refusal(
        self, file: "Connection", workspace: str, now: Instant, *, is_write: bool, is_urgent: bool
    ) -> RateLimitedError | None:
        """Return the error for a request that must not leave, None if it may."""
        until = self._blocked_until(file, workspace, now, is_write=is_write)
        if until is not None:
            return self._error(until, retry_after=until - now)
        allowed = self._allowed(file, workspace)
        if allowed is None:
            return None
        made = self._times(file, workspace, now)
        until = _free_at(made, allowed if is_urgent else allowed - KEPT_REQUESTS)
        if until is None:
            return None
        why = f"{len(made)} of {allowed} requests made in the last hour"
        if is_urgent:
            return self._error(until, why, retry_after=until - now)
        # No ``retry_after``: what is urgent need not wait for it.
        return self._error(
            until, f"{why}; the last {KEPT_REQUESTS} are for start, stop and what waits"
        )

    def _error(
        self, until: Instant, why: str | None = None, *, retry_after: int | None = None
    ) -> RateLimitedError:
        hint = f"try again at {self._clock(until)}"
        error = RateLimitedError("rate limit reached", hint, why=why, retry_after=retry_after)
        error.not_sent = True
        return error

    def discount(self, number: int) -> None:
        """Remove a request that did not leave this machine."""
        self._run(lambda file: file.execute("DELETE FROM requests WHERE rowid = ?", (number,)))

    def set_plan(self, workspace: str, plan: str | None) -> None:
        """Store the allowance of a workspace by its plan (``featureSubscriptionType``).

        None if it could not be learnt.
        """
        allowed = FREE_REQUESTS if plan == "FREE" else None
        row = (self._host, workspace, allowed, self._now())
        sql = "INSERT OR REPLACE INTO allowances VALUES (?, ?, ?, ?)"
        self._run(lambda file: file.execute(sql, row))

    def lacks_plan(self, workspace: str) -> bool:
        """Whether so many requests were made that the plan must be known, and none asked today."""

        def lacks(file: "Connection") -> bool:
            now = self._now()
            if len(self._times(file, workspace, now)) + 1 < ASKED_FROM:
                return False
            sql = "SELECT at FROM allowances WHERE host = ? AND workspace = ?"
            found = file.execute(sql, (self._host, workspace)).fetchone()
            return found is None or not now - DAY < found[0] <= now

        return self._run(lacks, to_read=True)

    def block(self, workspace: str, seconds: int, *, writes_only: bool) -> None:
        """Store that the service takes no request for this number of seconds, a day at most.

        A refused write blocks writes only: some servers limit these alone.
        """
        method = WRITES if writes_only else ALL
        row = (self._host, workspace, method, self._now(), min(seconds, DAY))
        sql = "INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?, ?)"
        self._run(lambda file: file.execute(sql, row))

    def unblock(self) -> None:
        """Forget the waits that the service asked for, as the user wants to try now."""
        sql = "DELETE FROM blocks WHERE host = ?"
        self._run(lambda file: file.execute(sql, (self._host,)))

    def quota(self, workspace: str, count: int = 1) -> Quota:
        """Return how many requests were made in the last hour, and how many are allowed.

        ``free_at`` of it is when ``count`` requests that only read may be made.
        """
        return self._run(lambda file: self._quota(file, workspace, count), to_read=True)

    def _quota(self, file: "Connection", workspace: str, count: int) -> Quota:
        now = self._now()
        made, allowed = self._times(file, workspace, now), self._allowed(file, workspace)
        until = self._blocked_until(file, workspace, now, is_write=False)
        if until is None and allowed is not None:
            until = _free_at(made, allowed - KEPT_REQUESTS - count + 1)
        return Quota(len(made), allowed, until)

    def page_size(self) -> int | None:
        """Return the largest page size that the host takes; None while none was refused."""
        sql = "SELECT size FROM page_sizes WHERE host = ? AND at > ?"
        values = (self._host, self._now() - REMEMBERED)
        found = self._run(lambda file: file.execute(sql, values).fetchone(), to_read=True)
        return None if found is None else int(found[0])

    def set_page_size(self, size: int) -> None:
        """Store the largest page size that the host takes."""
        row = (self._host, self._now(), size)
        sql = "INSERT OR REPLACE INTO page_sizes VALUES (?, ?, ?)"
        self._run(lambda file: file.execute(sql, row))

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _times(self, file: "Connection", workspace: str, now: Instant) -> list[Instant]:
        """Return the instants of the requests of the last hour, oldest first."""
        sql = (
            "SELECT min(at, ?) FROM requests WHERE host = ? AND workspace IN (?, '') AND at > ?"
            " ORDER BY at"
        )
        rows = file.execute(sql, (now, self._host, workspace, now - HOUR))
        return [Instant(at) for (at,) in rows]

    def _allowed(self, file: "Connection", workspace: str) -> int | None:
        sql = "SELECT allowed FROM allowances WHERE host = ? AND workspace = ?"
        found = file.execute(sql, (self._host, workspace)).fetchone()
        return None if found is None or found[0] is None else int(found[0])

    def _blocked_until(
        self, file: "Connection", workspace: str, now: Instant, *, is_write: bool
    ) -> Instant | None:
        sql = "SELECT at, seconds FROM blocks WHERE host = ? AND workspace = ? AND method IN (?, ?)"
        methods = (ALL, WRITES if is_write else ALL)
        found = [
            shift(at, seconds)
            for at, seconds in file.execute(sql, (self._host, workspace, *methods))
            if at <= now < at + seconds  # else it is over, or the clock was set back
        ]
        return max(found, default=None)

    def _run(self, do: "Callable[[Connection], T]", *, to_read: bool = False) -> T:
        """Run a transaction; on a file that can't be used, in memory."""
        database = self._database
        try:
            with database.read() if to_read else database.write() as file:
                return do(file)
        except StorageError as error:
            self._failures += 1
            if self._failures > 2:
                raise
            self._say(f"can't use {LEDGER.noun}: {error}")
            if isinstance(error, DamagedError) and self._failures == 1:
                self._throw_away()
            else:
                database.use_memory()
        return self._run(do, to_read=to_read)

    def _throw_away(self) -> None:
        try:
            self._database.delete()
        except StorageError:
            self._database.use_memory()


def _free_at(made: list[Instant], allowed: int) -> Instant | None:
    """Return when one more request is within ``allowed`` an hour.

    ``made`` are the instants of all requests of the last hour. None means now, or never if
    ``allowed`` is less than 1.
    """
    if len(made) < allowed or allowed < 1:
        return None
    return shift(made[len(made) - allowed], HOUR)
