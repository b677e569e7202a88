"""The App: everything a command needs, each part built when it is first used.

``connection`` picks the backend.
"""

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from clocktool.app.connection import Connection
from clocktool.app.process import Invocation, Process
from clocktool.domain.ids import Queued
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone
from clocktool.errors import (
    ClocktoolError,
    RateLimitedError,
    SetupError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from clocktool.api.client import Client
    from clocktool.backends.base import Backend
    from clocktool.backends.cache import Cache
    from clocktool.config.config import Config
    from clocktool.domain.budgets import Row
    from clocktool.domain.directory import Account, AnyNamed, Workspace
    from clocktool.domain.entry import Entry
    from clocktool.domain.rates import RateBook
    from clocktool.history.directory import PendingDirectory
    from clocktool.history.history import History
    from clocktool.history.loader import Loader
    from clocktool.invoicing.budgets import Calendar
    from clocktool.outbox.outbox import Outbox
    from clocktool.tracking.name_changes import NameChanges
    from clocktool.tracking.names import Names
    from clocktool.tracking.timer import Timer


class App(Invocation):
    """One run of the command line. A given ``backend`` replaces that of the configuration."""

    def __init__(self, process: Process, backend: "Backend | None" = None) -> None:
        super().__init__(process)
        self.connection = Connection(self, self, backend)
        self.warns_of_key_file = True
        """Whether to warn that others can read the key in the configuration file."""

        self._account_error: ClocktoolError | None = None

    def connect(self) -> "Client":
        """Return the client of the service, after sending pending changes once a run."""
        connection = self.connection
        client = connection.api
        if connection.needs_catch_up:
            connection.needs_catch_up = False
            if connection.target.is_local or not self.flags.offline:
                connection.outbox.catch_up()
        return client

    @cached_property
    def outbox(self) -> "Outbox":
        """The outbox: every change of entries and names goes through it."""
        return self.connection.outbox

    @property
    def queue(self) -> "Outbox | None":
        """The outbox if it may have pending changes, which reads show as done."""
        connection = self.connection
        if connection.target.is_local or not connection.has_pending:
            return None
        return connection.outbox

    @property
    def timer(self) -> "Timer":
        """The user's timer, after sending pending changes."""
        from clocktool.tracking.timer import Timer

        self.connect()
        connection, account = self.connection, self.account_to_write
        last_timer = connection.last_timer
        last = None if last_timer is None else last_timer.running()
        if last_timer is not None and connection.has_pending:
            last = connection.with_pending(last, account if account.workspace else None)
        return Timer(connection.outbox, last, lambda: self.history)

    @cached_property
    def history(self) -> "History":
        """The history: every read of entries goes through it."""
        from clocktool.history.history import History

        return History(self)

    @cached_property
    def loader(self) -> "Loader | None":
        """Asks for entries and keeps them; None for the local workspace, which needs none."""
        mirror = self.connection.mirror
        if mirror is None:
            return None
        from clocktool.history.loader import Loader

        return Loader(
            lambda: self.connect().entries,
            self.account.workspace,
            mirror,
            self.now,
            lambda: self.zone,
            fresh=self.flags.fresh,
            is_offline=self.flags.offline,
        )

    @cached_property
    def rates(self) -> "RateBook":
        """The user's own hourly rates, from the configuration."""
        from clocktool.invoicing.rates import rate_book

        return rate_book(
            self.config.table("rates"), lambda: self.currency, self._currencies_of_clients
        )

    @property
    def config_source(self) -> str:
        """The source of the values that commands change: the file, or the profile in it."""
        from clocktool.config.config import source_of

        return source_of(self.config_path, self.profile)

    def currency_of(self, client: str | None) -> str:
        """Return the currency of amounts of a client that are written without one."""
        return self._currencies_of_clients.get((client or "").casefold()) or self.currency

    @property
    def _currencies_of_clients(self) -> dict[str, str]:
        return {
            name.casefold(): str(values["currency"])
            for name, values in self.config.tables("clients").items()
            if "currency" in values
        }

    @property
    def budgets(self) -> "Iterator[Row]":
        """The user's own budgets, then the service's estimates of projects without one."""
        from clocktool.invoicing.budgets import own_budgets, with_estimates

        def currency() -> str:
            return self.currency

        own = list(own_budgets(self.config.table("budgets"), currency))
        directory, workspace = self.connect().directory, self.account.workspace
        return with_estimates(own, directory, workspace, currency)

    @property
    def calendar(self) -> "Calendar":
        """Today, the zone, the first day of the week and the working days."""
        from clocktool.domain.time.period import Period
        from clocktool.history.sums import Days
        from clocktool.invoicing.budgets import Calendar
        from clocktool.tracking.targets import targets_of

        today = self.zone.day(self.now)
        days = Days(Period(today, today), self.zone, self.week_start)
        return Calendar(days, targets_of(self.config).is_working)

    @cached_property
    def workspace(self) -> "Workspace":
        """The workspace with its settings, at most a day old."""
        from clocktool.api.directory import DAY

        return self.connection.api.directory.workspace(self.account.workspace, age=DAY)

    @cached_property
    def currency(self) -> str:
        """The currency of the workspace; empty where it has none, or it is not known now."""
        try:
            return self.workspace.currency
        except ClocktoolError as error:
            if not error.is_temporary:
                raise
            return ""

    @property
    def rated(self) -> "Callable[[Entry], Entry] | None":
        """Sets the user's own rate of an entry; None without own rates."""
        if not self.config.has_table("rates"):
            return None
        rates, zone = self.rates, self.zone
        return lambda entry: rates.applied(entry, zone.day(entry.start))

    @property
    def rate_changes(self) -> "Sequence[Instant]":
        """The instants at which the user's own rates begin to count, sorted."""
        if not self.config.has_table("rates"):
            return ()
        return [self.zone.start_of_day(day) for day in self.rates.days]

    def with_ids(self, entry: "Entry") -> "Entry":
        """Return an entry with the ids of its names, as far as they are in the cache."""
        from clocktool.tracking.select import with_ids

        return with_ids(entry, self._cached_names)

    def renamed(self, entry: "Entry") -> "Entry":
        """Return an entry of the mirror with the current names of its project, task and tags."""
        return entry if self.cache is None else self.cache.renamed(entry)

    @cached_property
    def _cached_names(self) -> "Names":
        return self._names(with_inactive=True, from_cache=True)

    @property
    def cache(self) -> "Cache | None":
        """The cache of the account; None for the local workspace, which needs none."""
        return self.connection.cache

    def with_names(self, entry: "Entry") -> "Entry":
        """Return an entry with the names of its project, task and tags, read if they are missing.

        Without a connection the entry keeps ids in place of names: the command itself is done.
        """
        entry = self.with_user(entry)
        if entry.has_names or isinstance(entry.id, Queued) or not entry.id:
            return entry
        queue = self.queue
        if queue is not None and queue.away:
            return entry
        try:
            entry = self.connect().entries.get(self.account.workspace, entry.id)
        except ClocktoolError as error:
            self.note_if_verbose(f"can't look up names: {error.message}")
        return self.with_user(entry)

    def with_user(self, entry: "Entry") -> "Entry":
        """Return an entry with the name of its user if that is the user of the account."""
        user = self.account_to_write.user
        if not entry.user and entry.user_id == user.id:
            return msgspec.structs.replace(entry, user=user.name)
        return entry

    @cached_property
    def account(self) -> "Account":
        """The user and the workspace. Raises a ClocktoolError where they can't be looked up."""
        from clocktool.api.directory import DAY
        from clocktool.domain.directory import Account

        if self._account_error is not None:
            raise self._account_error  # one failed request a run is enough
        # Not by ``connect``, which sends pending changes: ``pending`` needs an account, too.
        directory, workspace = self.connection.api.directory, self.config.workspace
        user = directory.me(age=DAY)
        if workspace is not None:
            from clocktool.tracking.names import find_workspace

            return Account(user, find_workspace(directory, workspace))
        if not user.active_workspace:
            directory.forget_me()
            raise SetupError(
                "the account has no active workspace",
                "choose one: clocktool config set workspace NAME",
            )
        return Account(user, user.active_workspace)

    @cached_property
    def account_to_write(self) -> "Account":
        """The account for changes that can be queued; its ids are empty while it is unknown."""
        try:
            return self.account
        except ClocktoolError as error:
            if not error.is_temporary:
                raise
            from clocktool.domain.directory import Account, User

            self._account_error = error
            self.connection.outbox.away = error.message
            return Account(User(""), "")

    @cached_property
    def names(self) -> "Names":
        """The names of the workspace, to find ids by."""
        return self._names()

    @cached_property
    def names_to_write(self) -> "Names":
        """The names for changes that can be queued: an unknown name is resolved later."""
        return self._names(to_write=True)

    @cached_property
    def names_to_create(self) -> "Names":
        """The names for changes that may create some: without a connection, those last listed."""
        return self._names(to_write=True, falls_back=True)

    @cached_property
    def names_to_filter(self) -> "Names":
        """The names for filters: archived projects and done tasks are found, too."""
        if self.connection.mirror is None:
            return self._names(with_inactive=True)
        return self._names(with_inactive=True, falls_back=True)

    def _kept_names(self) -> "Iterator[AnyNamed]":
        """Yield the names of entries in the mirror."""
        from clocktool.history.kept_names import kept_names

        mirror, cache = self.connection.mirror, self.cache
        found = [] if mirror is None else mirror.examples()
        return kept_names(found if cache is None else map(cache.renamed, found))

    @cached_property
    def names_to_change(self) -> "Names":
        """The names for commands that change them: archived and pending ones, too."""
        from clocktool.tracking.names import Names

        workspace = self.account.workspace
        return Names(
            self.directory, workspace, with_inactive=True, cached_names=self._names_in_cache
        )

    @cached_property
    def names_as_sent(self) -> "Names":
        """The names as the service has them, without pending changes."""
        from clocktool.tracking.names import Names

        directory, workspace = self.connection.api.directory, self.account.workspace
        return Names(directory, workspace, cached_names=self._names_in_cache)

    @property
    def name_changes(self) -> "NameChanges":
        """The use cases that change names."""
        from clocktool.tracking.name_changes import NameChanges

        pending = self.directory
        client, workspace = self.connect(), self.account.workspace
        return NameChanges(self.outbox, client.directory, pending, workspace, self.process.new_id)

    @cached_property
    def directory(self) -> "PendingDirectory":
        """The lists of names with pending changes; without a connection, from the cache."""
        return self._pending_directory(self.account, falls_back=True)

    def _pending_directory(
        self,
        account: "Account",
        *,
        falls_back: bool = False,
        kept: "Callable[[], Iterable[AnyNamed]]" = tuple,
    ) -> "PendingDirectory":
        from clocktool.history.directory import PendingDirectory

        directory = self.connect().directory
        return PendingDirectory(directory, self.queue, account, falls_back=falls_back, kept=kept)

    def _names(
        self,
        *,
        with_inactive: bool = False,
        from_cache: bool = False,
        to_write: bool = False,
        falls_back: bool = False,
    ) -> "Names":
        from clocktool.tracking.names import Names

        account = self.account_to_write if to_write else self.account
        client = self.connect()
        if self.queue is None and not falls_back:
            return Names(
                client.directory,
                account.workspace,
                with_inactive=with_inactive,
                from_cache=from_cache,
                cached_names=self._names_in_cache,
            )
        kept = self._kept_names if falls_back and not to_write else tuple
        directory = self._pending_directory(account, falls_back=falls_back, kept=kept)
        return Names(
            directory,
            account.workspace,
            with_inactive=with_inactive,
            from_cache=from_cache,
            queued=directory.queued,
            may_wait=to_write,
            cached_names=self._names_in_cache,
        )

    def _names_in_cache(self, kind: str) -> "Iterable[str]":
        return () if self.cache is None else self.cache.names(kind)

    @cached_property
    def zone(self) -> Zone:
        """The time zone: the configured one, else the account's, else the machine's."""
        if self.config.zone is not None or self.connection.target.is_local:
            return self.own_zone
        try:
            return self.zone_of(self.account_to_write.user.zone)
        except ValueError as error:
            raise SetupError(
                "the account's time zone is unknown on this machine",
                "set it: clocktool config set timezone Europe/Berlin",
                why=str(error),
            ) from error

    @cached_property
    def week_start(self) -> int:
        """The first day of the week, 0 for Monday: configured, else the account's, else Monday."""
        if self.config.week_start is not None:
            return self.config.week_start
        return self.account_to_write.user.week_start or 0

    def loaded_account(self) -> "Account | None":
        """Return the account if this run has looked it up, else None."""
        return self.account if "account" in self.__dict__ else None

    def format_time(self, instant: Instant) -> str:
        """Return an instant as text: the time of day, with the date unless it is today."""
        local = self.zone.local_time(instant)
        day = (
            "" if local.date() == self.zone.day(self.now) else f"{local:%a} {local.day} {local:%b} "
        )
        return f"{day}{local:%H:%M}"

    def close(self, *, say: bool = True) -> None:
        """Print the notes of this run, and close files and connections."""
        connection = self.connection
        try:
            if say:
                key_file = self._key_file_warning()
                of_reads = self._queued_note(), self._age_note(), self._mirror_note()
                long_timer = self._long_timer_note()
                local, decision = connection.local_note, connection.decision_note(self.command)
                for note in (key_file, local, *of_reads, long_timer, decision):
                    if note:
                        self.out.note(note)
                if self.flags.verbose and connection.requests_note:
                    self.out.note(connection.requests_note)
        finally:
            connection.close(self.loaded_account())

    def _key_file_warning(self) -> str | None:
        """Return the warning that others can read the key, if the configuration was read."""
        config: Config | None = self.__dict__.get("config")
        if config is None or not config.has_secret or not self.warns_of_key_file:
            return None
        from clocktool.config.file import key_file_warning

        return key_file_warning(self.config_path)

    def _long_timer_note(self) -> str | None:
        """Return the note that the timer has run very long, after a command that used the API."""
        if "api" not in self.connection.__dict__:
            return None
        last_timer = self.connection.last_timer
        if last_timer is None:
            return None
        try:
            running = last_timer.running()
            if running is None:
                return None
            return last_timer.new_note(running, self.now, self.zone, self.config.max_timer)
        except ClocktoolError:  # a note must not fail a command
            return None

    def _age_note(self) -> str | None:
        """Return the note of how old entries of the mirror are, if this run has shown some."""
        history = self.__dict__.get("history")
        if history is None or history.as_of is None:
            return None
        when = f"as of {self.format_time(history.as_of)}"
        if history.error is None:
            return f"Older entries {when} (--fresh asks again)"
        if self.flags.offline:
            return f"Shown {when}"
        again = f"; {history.error.hint}" if isinstance(history.error, RateLimitedError) else ""
        return f"Shown {when}: {history.error.message}{again}"

    def _mirror_note(self) -> str | None:
        """Return the note that entries of this read can't be kept, because of permissions."""
        mirror = self.connection.__dict__.get("mirror")
        if mirror is None or mirror.problem is None or "history" not in self.__dict__:
            return None
        from clocktool.storage.failure import DeniedError

        if isinstance(mirror.problem, DeniedError):
            return f"Entries can't be kept for later: {mirror.problem.message}"
        self.note_if_verbose(f"entries can't be kept for later: {mirror.problem.message}")
        return None

    def _queued_note(self) -> str | None:
        """Return the note that changes were queued, and why."""
        outbox = self.connection.__dict__.get("outbox")
        many = 0 if outbox is None else len({row.number for row in outbox.kept} - outbox.held)
        if outbox is None or not many:
            return None
        what = "Kept" if many == 1 else f"{many} changes kept"
        why = outbox.away or outbox.reason or "a name could not be looked up"
        return f"{what}, to be sent later: {why} (see clocktool pending)"
