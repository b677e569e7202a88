"""The App: everything a command is given, each part built when it is first used.

Where requests go is picked in ``connection``.
"""

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from clocktool.app.connection import Connection
from clocktool.app.invocation import Invocation
from clocktool.app.process import Process
from clocktool.domain.ids import Queued
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone
from clocktool.errors import (
    ClocktoolError,
    NotDoneError,
    SetupError,
)

if TYPE_CHECKING:
    from clocktool.api.client import Client
    from clocktool.backends.base import Backend
    from clocktool.backends.cache import Cache
    from clocktool.domain.directory import Account
    from clocktool.domain.entry import Entry
    from clocktool.history.history import History
    from clocktool.outbox.outbox import Outbox
    from clocktool.tracking.names import Names


class App(Invocation):
    """One run of the command line. ``backend`` replaces the one the configuration picks."""

    def __init__(self, process: Process, backend: "Backend | None" = None) -> None:
        super().__init__(process)
        self.connection = Connection(self, self, backend)
        self._caught_up = False
        self._unknown: ClocktoolError | None = None

    def connect(self) -> "Client":
        """Send what waits in the journal, once a run, and return the service's client."""
        if not self._caught_up:
            self._caught_up = True
            if self.connection.needs_catch_up:
                self.connection.outbox.catch_up()
        return self.connection.api

    @property
    def outbox(self) -> "Outbox":
        """The one door for writes."""
        return self.connection.outbox

    @cached_property
    def history(self) -> "History":
        """The one door for reads of entries."""
        from clocktool.history.history import History

        connection = self.connection
        return History(
            lambda: self.connect().entries,
            lambda: self.account,
            lambda: connection.outbox if connection.has_pending else None,
            self.now,
        )

    @property
    def cache(self) -> "Cache | None":
        """What is known of the account here; None for the local workspace, which is all here."""
        return self.connection.cache

    def with_names(self, entry: "Entry") -> "Entry":
        """Return an entry with every name of it, asking for those that are not known here.

        What was asked for is done by then: where they cannot be had, the ids have to do.
        """
        known = None if isinstance(entry.id, Queued) else entry.id
        if not entry.has_names and known and not (self.connection.has_pending and self.outbox.away):
            try:
                entry = self.connect().entries.get(self.account.workspace, known)
            except ClocktoolError as error:
                self.note_if_verbose(f"the names are not known: {error.message}")
        return self.with_user(entry)

    def with_user(self, entry: "Entry") -> "Entry":
        """Return an entry with the name of its user, where that is who is tracking."""
        user = self.account_to_write.user
        if not entry.user and entry.user_id == user.id:
            return msgspec.structs.replace(entry, user=user.name)
        return entry

    @cached_property
    def account(self) -> "Account":
        """Who is tracking, and in which workspace."""
        from clocktool.app.account import find_account

        if self._unknown is not None:
            raise self._unknown  # it is not asked again a moment later
        # Not by ``connect``, which sends what waits: what only looks at it needs an account, too.
        return find_account(self.connection.api.directory, self.config.text("workspace"))

    @cached_property
    def account_to_write(self) -> "Account":
        """The same for what can be kept: with empty ids where it cannot be asked who that is."""
        from clocktool.domain.directory import Account, User

        try:
            return self.account
        except ClocktoolError as error:
            if not error.is_temporary:
                raise
            self._unknown = error
            self.connection.outbox.away = error.message
            return Account(User(""), "")

    @cached_property
    def names(self) -> "Names":
        """Names to ids, in the workspace of the account."""
        return self._names()

    @cached_property
    def names_to_write(self) -> "Names":
        """The same for what can be kept: a name that cannot be looked up waits, too."""
        return self._names(to_write=True)

    @cached_property
    def names_to_filter(self) -> "Names":
        """The same for filters, where what is out of use has a name, too."""
        return self._names(with_inactive=True)

    def _names(self, *, with_inactive: bool = False, to_write: bool = False) -> "Names":
        from clocktool.tracking.names import Names

        account = self.account_to_write if to_write else self.account
        directory, workspace, cache = self.connect().directory, account.workspace, self.cache
        if cache is None:
            return Names(directory, workspace, with_inactive=with_inactive)
        return Names(
            directory,
            workspace,
            with_inactive=with_inactive,
            learn=cache.learn,
            cached_names=cache.names,
        )

    @cached_property
    def zone(self) -> Zone:
        """The zone of wall-clock times: configured, else the account's, else the machine's."""
        account = None if self.config.zone else self.account_to_write.user.zone
        if account is not None:
            try:
                return Zone(account)
            except ValueError as error:
                raise SetupError(
                    "the account's time zone is unknown here",
                    "say which it is: clocktool config set timezone Europe/Berlin",
                    why=str(error),
                ) from error
        return self.zone_of_config()

    @cached_property
    def week_start(self) -> int:
        """The day weeks start on, 0 for Monday: configured, else the account's, else Monday."""
        if self.config.week_start is not None:
            return self.config.week_start
        return self.account_to_write.user.week_start or 0

    def known_account(self) -> "Account | None":
        """Return the account, None where it is not known without a request."""
        return self.account if "account" in self.__dict__ else None

    def zone_of_account(self) -> str | None:
        """Return the account's zone, None where it is not known without a request."""
        return self.account.user.zone if "account" in self.__dict__ else None

    def clock(self, instant: Instant) -> str:
        """Return an instant for a sentence: the time of day, with the day if it is not today."""
        local = self.zone.local_time(instant)
        day = (
            "" if local.date() == self.zone.day(self.now) else f"{local:%a} {local.day} {local:%b} "
        )
        return f"{day}{local:%H:%M}"

    def close(self, *, say: bool = True) -> None:
        """Say what is to be said once, and let go of files and connections."""
        connection = self.connection
        try:
            if say:
                notes = (self.key_file_warning, connection.local_note, self._kept_note())
                for note in (*notes, self._forgotten_note(), self._undecided_note()):
                    if note:
                        self.out.note(note)
        finally:
            connection.close()

    @property
    def max_timer(self) -> int | None:
        """How long a timer should run at most, in seconds; None where nothing is said."""
        return self.config.max_timer

    def _forgotten_note(self) -> str | None:
        """Return that the timer runs suspiciously long, once; only after a command that asked."""
        if "api" not in self.connection.__dict__:
            return None
        last_timer = self.connection.last_timer
        if last_timer is None or last_timer.running() is None:
            return None
        try:
            return last_timer.new_note(self.now, self.zone, self.max_timer)
        except ClocktoolError:  # a note fails no command
            return None

    def _undecided_note(self) -> str | None:
        """Return that changes wait for a decision; after a command that asked the service."""
        connection = self.connection
        if self.command == "pending" or "backend" not in connection.__dict__:
            return None
        if not connection.has_pending or connection.outbox.has_told:
            return None
        try:
            count = connection.outbox.undecided
        except NotDoneError:  # a note fails no command
            return None
        if not count:
            return None
        many = "1 change waits" if count == 1 else f"{count} changes wait"
        return f"{many} for a decision: clocktool pending"

    def _kept_note(self) -> str | None:
        """Return that changes wait, and why."""
        outbox = self.connection.__dict__.get("outbox")
        if outbox is None or not outbox.kept:
            return None
        many = len({row.number for row in outbox.kept})
        what = "Kept" if many == 1 else f"{many} changes kept"
        why = outbox.away or "a name could not be looked up"
        return f"{what}, to be sent later: {why} (see clocktool pending)"
