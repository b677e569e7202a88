"""The connection of a command to a server or to the local workspace.

Only this module decides which of them is used. Each part is built when it is first used.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from clocktool.app.process import Invocation
from clocktool.config.config import LOCAL
from clocktool.domain.time.instant import shift
from clocktool.errors import NotDoneError, ServerError, SetupError, literal

if TYPE_CHECKING:
    from clocktool.api.client import Client
    from clocktool.backends.base import Backend
    from clocktool.backends.cache import Cache
    from clocktool.backends.ledger import Ledger
    from clocktool.backends.limits import Limited
    from clocktool.backends.local.workspace import LocalWorkspace
    from clocktool.domain.directory import Account
    from clocktool.domain.entry import Entry
    from clocktool.domain.limits import Quota
    from clocktool.domain.time.instant import Instant
    from clocktool.history.listener import OwnWrites
    from clocktool.history.mirror import Mirror
    from clocktool.invoicing.marks import Marks
    from clocktool.outbox.change import Action
    from clocktool.outbox.outbox import Outbox
    from clocktool.tracking.last_timer import LastTimer
    from clocktool.tracking.names import Names


class AccountSource(Protocol):
    """The account and what depends on it; each part is looked up when it is first used."""

    @property
    def account(self) -> "Account":
        """The user and the workspace."""
        ...

    @property
    def account_to_write(self) -> "Account":
        """The account for changes that can be queued; its ids are empty while it is unknown."""
        ...

    @property
    def names_as_sent(self) -> "Names":
        """The names of the workspace without pending changes, as the service has them."""
        ...

    def loaded_account(self) -> "Account | None":
        """Return the account if this run has looked it up, else None."""
        ...

    def format_time(self, instant: "Instant") -> str:
        """Return an instant as text: the time of day, with the date unless it is today."""
        ...


class Target(msgspec.Struct, frozen=True):
    """What the configuration says about where requests go."""

    credential: tuple[str, str] | None
    """The kind and the value of the configured credential: a key, or the command that prints it."""
    lacks_key: bool
    """Whether a profile or an address names a server, but no key for it is configured."""
    is_local: bool
    """Whether requests go to the file on this machine."""


class Connection:
    """The connection of a run. A ``given`` backend replaces that of the configuration."""

    def __init__(
        self, run: Invocation, accounts: AccountSource, given: "Backend | None" = None
    ) -> None:
        self._run = run
        self._accounts = accounts
        self._given = given
        self._local: LocalWorkspace | None = None
        self._other_outboxes: list[Outbox] = []
        self._limited: Limited | None = None
        self.needs_catch_up = False
        """Whether there may be pending changes or an unfinished undo, and none was sent yet."""

    @cached_property
    def target(self) -> Target:
        """The server or the file that requests go to, decided once."""
        run = self._run
        profile, config = run.profile, run.config
        named = profile is not None or config.settings["base_url"].source != "default"
        lacks_key = config.credential is None and profile != LOCAL and named
        is_local = self._given is None and config.credential is None and not lacks_key
        return Target(config.credential, lacks_key, is_local)

    @cached_property
    def backend(self) -> "Backend":
        """Where requests go. Raises SetupError where the key is missing or for another host."""
        if self._given is not None:
            return self._traced(self._given)
        run, lacks_key = self._run, self.target.lacks_key
        self._check_credential_url()
        credential = self.credential
        if lacks_key:
            raise self._key_missing()
        if credential is None:
            self._local = self.local_workspace(lambda: run.now)
            return self._traced(self._local)
        from clocktool.backends.cached import Cached

        server = self._offline() if run.flags.offline else self._server(credential)
        return server if self.cache is None else Cached(server, self.cache)

    def _offline(self) -> "Backend":
        from clocktool.backends.offline import Offline

        return Offline()

    def _server(self, credential: tuple[str, str]) -> "Backend":
        """Return the server of the configuration, with retries and limits."""
        from clocktool.backends.http import HttpTransport
        from clocktool.backends.limits import Limited

        run, (kind, value) = self._run, credential
        header = "X-Addon-Token" if kind == "addon_token" else "X-Api-Key"
        address = run.config.base_url
        while_waiting = partial(_import_renderer, run.command, run.process.columns)
        sent = self._traced(HttpTransport(address, {header: value}, while_waiting=while_waiting))
        process = run.process
        self._limited = Limited(
            sent,
            sleep=process.sleep,
            monotonic=process.monotonic,
            random=process.random,
            say=run.out.note,
            trace=run.note_if_verbose,
            ledger=self.ledger,
            workspace=self._last_workspace,
            is_urgent=run.command.partition(" ")[0] in URGENT,
        )
        return self._limited

    @cached_property
    def ledger(self) -> "Ledger | None":
        """The ledger of requests; None for the local workspace, where none are counted."""
        if self._given is not None or self.target.credential is None:
            return None
        from urllib.parse import urlsplit

        from clocktool.backends.ledger import Ledger

        run = self._run
        return Ledger(
            run.data_folder / "requests.sqlite3",
            urlsplit(run.config.base_url).netloc.lower(),
            run.process.now,
            clock=self.clock,
            say=run.note_if_verbose,
        )

    def quota(self, count: int = 1) -> "Quota | None":
        """Return the quota of the workspace, for ``count`` requests that only read.

        It is None for the local workspace.
        """
        return None if self.ledger is None else self.ledger.quota(self._last_workspace(), count)

    @property
    def requests_note(self) -> str | None:
        """How many requests this run has made, and how many are left of the hour."""
        quota = None if self._limited is None else self.quota()
        if self._limited is None or quota is None:
            return None
        count = self._limited.requests
        made = "1 request" if count == 1 else f"{count} requests"
        if quota.allowed is None:
            return f"{made}; {quota.last_hour} in the last hour"
        return f"{made}; {quota.left} of {quota.allowed} left this hour"

    def _last_workspace(self) -> str:
        """Return the id of the workspace in use, empty while it was never looked up."""
        from clocktool.tracking.names import last_workspace

        account = self._accounts.loaded_account()
        if account is not None:
            return account.workspace
        return last_workspace(self.api.directory, self._run.config.workspace)

    def clock(self, instant: "Instant") -> str:
        """Return an instant as a time of day, rounded up to the minute; this makes no request."""
        run = self._run
        account = self._accounts.loaded_account()
        user = self.api.directory.kept_me() if account is None else account.user
        try:
            zone = run.zone_of(None if user is None else user.zone)
        except ValueError:  # the account's zone is unknown on this machine
            zone = run.own_zone
        local = zone.local_time(shift(instant, -instant % 60))
        is_today = local.date() == zone.day(run.now)
        return f"{local:%H:%M}" if is_today else f"{local:%a} {local.day} {local:%b} {local:%H:%M}"

    def local_workspace(self, now: "Callable[[], Instant]") -> "LocalWorkspace":
        """Return the local workspace; ``now`` is its clock."""
        from clocktool.backends.local.workspace import LocalWorkspace

        run = self._run
        env = run.process.env

        def currency() -> str:
            from clocktool.domain.currency import currency_of_locale

            return currency_of_locale(env)

        return LocalWorkspace(
            run.local_path,
            now=now,
            new_id=run.process.new_id,
            zone=run.own_zone,
            user=env.get("USER") or env.get("USERNAME") or "me",
            currency=currency,
        )

    @property
    def destination(self) -> tuple[str, str]:
        """Where entries are stored, and why: a server's address, or the file on this machine."""
        run, credential = self._run, self.target.credential
        if credential is not None:
            return run.config.base_url, f"{credential[0]} is set"
        if self.target.lacks_key:
            return "nowhere: no API key", run.profile or run.config.base_url
        why = "profile local" if run.profile == LOCAL else "no key is set"
        return str(run.local_path), why

    def _key_missing(self) -> SetupError:
        """Return the error for a server that is named, but has no key.

        Time that belongs to a client's account must not land in the local file.
        """
        run = self._run
        where = f"profile {literal(run.profile)}" if run.profile else run.config.base_url
        return SetupError(
            f"no API key for {where}",
            f"run `{run.login}`, or track on this machine with --profile local",
        )

    def _check_credential_url(self) -> None:
        """Raise SetupError where a credential would be sent to a host that it is not for."""
        run, config = self._run, self._run.config
        if config.credential_url is None or config.credential is None:
            return
        key, source = config.credential[0], config.settings[config.credential[0]].source
        hint = f"unset {source}, or set CLOCKTOOL_BASE_URL to the server of that key"
        if not source.startswith("$"):
            hint = f"store a key for that server: {run.login}"
        raise SetupError(
            f"{key} in {source} is for {config.credential_url}, not for {config.base_url}",
            hint,
        )

    def _traced(self, backend: "Backend") -> "Backend":
        run = self._run
        if not run.flags.verbose:
            return backend
        from clocktool.backends.trace import Traced

        return Traced(backend, run.out.note, run.process.monotonic)

    @cached_property
    def credential(self) -> tuple[str, str] | None:
        """The kind of the credential and its value; this runs ``api_key_command``."""
        credential = self.target.credential
        if credential is None or credential[0] != "api_key_command":
            return credential
        from clocktool.config.key_command import run_key_command

        return "api_key", run_key_command(credential[1])

    @cached_property
    def cache(self) -> "Cache | None":
        """The cache of the account; None for the local workspace, which needs none.

        The name of its file is a hash of host and key, from which the key can't be derived.
        """
        if self._given is not None or self.credential is None:
            return None
        from clocktool.backends.cache import Cache
        from clocktool.backends.cache_file import cache_path, pointer_path

        run = self._run
        folder, host = run.data_folder / "cache", run.config.base_url
        path, said = cache_path(folder, host, self.credential), self.target.credential
        pointer = pointer_path(folder, host, said) if said and said != self.credential else None
        return Cache(path, run.process.now, run.note_if_verbose, pointer)

    @cached_property
    def last_timer(self) -> "LastTimer | None":
        """The last known timer; None where the account is not known.

        The name of its file comes from the configuration alone: ``api_key_command`` is not run.
        """
        target = self.target
        if self._given is not None or target.lacks_key:
            return None
        from clocktool.tracking.last_timer import FOLDER, LastTimer, file_name, prompt_file_name

        run, config = self._run, self._run.config
        folder = run.data_folder / FOLDER
        return LastTimer(
            folder / file_name(target.credential, config.base_url, config.workspace or ""),
            folder / prompt_file_name(run.profile),
            run.process.now,
            run.note_if_verbose,
            ages=not target.is_local,
        )

    @cached_property
    def api(self) -> "Client":
        """The client of the service; ``App.connect`` sends pending changes before it returns it."""
        from clocktool.api.client import Client
        from clocktool.api.directory import Directory
        from clocktool.api.entries import TimeEntries
        from clocktool.api.routes import GUIDE, routes_for
        from clocktool.api.session import Session

        backend = self.backend  # first: it checks the host before ``api_key_command`` is run
        session, own_writes = Session(backend, self.cache), self._own_writes()
        routes = GUIDE  # the local workspace answers both
        if self.target.credential is not None:
            config = self._run.config
            routes = routes_for(str(config.get("routes")), config.base_url)
        self.needs_catch_up = self._may_have_unsent()
        entries = TimeEntries(session, routes, self.last_timer, own_writes)
        return Client(entries, Directory(session, routes))

    def _own_writes(self) -> "OwnWrites | None":
        if self._given is not None or self.target.credential is None:
            return None
        from clocktool.history.listener import OwnWrites

        return OwnWrites(lambda: self.mirror, self._accounts.loaded_account, self._run.process.now)

    @cached_property
    def mirror(self) -> "Mirror | None":
        """The mirror of the account's entries; None for the local workspace, which needs none."""
        if self._given is not None or self.target.credential is None:
            return None
        from clocktool.history.mirror import Mirror, file_name

        run, account = self._run, self._accounts.account
        name = file_name(run.config.base_url, account.user.id, account.workspace)
        return Mirror(self._mirrors / name, run.out.note)

    @property
    def _mirrors(self) -> Path:
        return self._run.data_folder / "mirror"

    def _known_user(self) -> str | None:
        """Return the id of the key's user in the cache, None if it is not there."""
        from clocktool.backends.base import Request
        from clocktool.wire import user

        request = Request("GET", "/user", only_if_cached=True)
        reply = None if self.cache is None else self.cache.reply(request)
        return None if reply is None or reply.status != 200 else user(reply.body).id

    def drop_mirrors(self) -> None:
        """Delete the mirrors of the account, or if it is unknown, all of its server."""
        from clocktool.history.mirror import file_pattern
        from clocktool.storage.files import SIDE_FILES, remove, side_file

        for path in self._mirrors.glob(file_pattern(self._run.config.base_url, self._known_user())):
            for end in (*SIDE_FILES, ""):
                remove(side_file(path, end))

    @cached_property
    def outbox(self) -> "Outbox":
        """The outbox of this account: every change goes through it."""
        return self._outbox(self.outbox_path)

    def _outbox(self, path: Path) -> "Outbox":
        from clocktool.outbox.outbox import Outbox
        from clocktool.outbox.queue import Setting
        from clocktool.outbox.schema import KIND
        from clocktool.outbox.store import Store
        from clocktool.storage.database import Database
        from clocktool.storage.lock import Lock

        run = self._run
        durable = path.name != f"{LOCAL}.sqlite3"
        unfinished = _unfinished(path)
        kind = msgspec.structs.replace(KIND, durable=durable)
        database = Database(path, kind, run.out.note)
        return Outbox(
            Store(database, run.out.note, unfinished),
            Lock(path.with_suffix(".turn")),
            Setting(self, self._accounts, run.process.now, run.out.note, lambda: run.command),
            self._replay,
            _finish,
        )

    def _replay(self, outbox: "Outbox", before: int | None) -> bool:
        """Send pending changes; the module is imported only where there are some."""
        from clocktool.outbox.replay import Replay

        with self.backend.urgent():
            return Replay(outbox).send_waiting(before)

    def named(self, entry: "Entry") -> "Entry":
        """Return an entry with the names that are stored on this machine."""
        return entry if entry.has_names or self.cache is None else self.cache.named(entry)

    def is_billable(self, project: str) -> bool | None:
        """Whether entries of a project are billable by default; None if unknown."""
        return None if self.cache is None else self.cache.is_billable(project)

    def follow(self, workspace: str, old: str, new: "Entry", *, is_part: bool) -> None:
        """Move the mark of an invoiced entry to its new id, or copy it to a part of the entry."""
        self._with_marks(
            workspace,
            lambda marks: marks.add_part(old, new) if is_part else marks.rename(old, str(new.id)),
        )

    def forget(self, workspace: str, entry: str) -> None:
        """Merge the mark of a deleted part into that of the entry it was cut from."""
        self._with_marks(workspace, lambda marks: marks.merge_part(entry))

    def _with_marks(self, workspace: str, do: "Callable[[Marks], None]") -> None:
        run = self._run
        if not _exists(run.marks_path):
            return
        from clocktool.invoicing.marks import Marks

        try:
            do(Marks(run.marks_path, workspace))
        except ServerError as error:  # the change itself is done
            run.out.note(error.message)

    @cached_property
    def outbox_path(self) -> Path:
        """The path of the outbox; each profile has its own."""
        from urllib.parse import quote

        run = self._run
        if self.target.is_local:
            name = LOCAL
        else:  # a quoted name never has an @
            name = quote(run.profile, safe="") if run.profile else "@default"
        return run.data_folder / "journal" / f"{name}.sqlite3"

    def other_outboxes(self) -> "Iterator[tuple[str, Outbox]]":
        """Yield the other outboxes on this machine, each with its profile, to read only."""
        from urllib.parse import unquote

        for path in sorted(self.outbox_path.parent.glob("*.sqlite3")):
            if path != self.outbox_path:
                name = path.name.removesuffix(".sqlite3")
                outbox = self._outbox(path)
                self._other_outboxes.append(outbox)
                yield "default" if name == "@default" else unquote(name), outbox

    def _may_have_unsent(self) -> bool:
        """Whether the outbox may have pending changes or an unfinished undo."""
        if self.target.is_local:
            return _exists(_unfinished(self.outbox_path))
        return self.outbox_path.exists()

    @property
    def has_pending(self) -> bool:
        """Whether the outbox may have pending changes; those of the local workspace never wait."""
        return not self.target.is_local and self.outbox_path.exists()

    @property
    def local_note(self) -> str | None:
        """The note that the local workspace was created by this command, else None."""
        run, local = self._run, self._local
        if local is None or run.profile is not None or not _exists(run.local_path):
            return None
        if not local.is_new:
            return None
        from clocktool.domain.currency import currency_of_locale

        code = currency_of_locale(run.process.env)
        change = "clocktool workspaces set currency CODE"
        money = f". Amounts are in {code}, which {change!r} changes" if code else ""
        return (
            f"No API key is set up, so time is tracked in {run.local_path}."
            f" To use Clockify: clocktool login{money}"
        )

    def decision_note(self, command: str) -> str | None:
        """Return the note that changes wait for a decision, after a command that used the API."""
        if command.startswith("pending") or "backend" not in self.__dict__:
            return None
        if not self.has_pending or self.outbox.has_reported:
            return None
        try:
            count = self.outbox.undecided
        except NotDoneError:  # a note must not fail a command
            return None
        if not count:
            return None
        many = "1 change waits" if count == 1 else f"{count} changes wait"
        return f"{many} for a decision: clocktool pending"

    def close(self, account: "Account | None") -> None:
        """Store the last known timer, and close files and connections.

        ``account`` is the account if this run has looked it up.
        """
        parts = self.__dict__
        last_timer: LastTimer | None = parts.get("last_timer")
        try:
            waits = last_timer is not None and self.has_pending
            overlay = partial(self.with_pending, account=account) if waits else None
            if "backend" in parts and self.target.is_local:
                self._read_local_timer(account)
                self.backend.close()  # its last write; the file of the timer must be newer
            if last_timer is not None and "api" in parts:  # else it was only shown
                if last_timer.may_be_sent:
                    self._find_timer(last_timer, account)
                last_timer.save(None if account is None else account.user.zone, overlay)
        finally:
            if "backend" in parts:
                self.backend.close()
            for name in ("cache", "ledger", "mirror", "outbox"):
                if parts.get(name) is not None:
                    parts[name].close()
            for outbox in self._other_outboxes:
                outbox.close()

    def _read_local_timer(self, account: "Account | None") -> None:
        """Read the timer of the local workspace if that has changed since it was saved."""
        last_timer, local = self.last_timer, self._local
        if account is None or last_timer is None or local is None or last_timer.is_read:
            return
        if last_timer.is_newer(self._run.local_files):
            return
        from clocktool.api.entries import TimeEntries
        from clocktool.api.routes import GUIDE
        from clocktool.api.session import Session
        from clocktool.errors import ClocktoolError

        with suppress(ClocktoolError):  # the command itself has said it, or did not need it
            entries = TimeEntries(Session(local), GUIDE, last_timer)
            entries.current(account.workspace, account.user.id)

    def _find_timer(self, last_timer: "LastTimer", account: "Account | None") -> None:
        """Take the timer from the mirror: what is in the file may have been sent since.

        A run that was killed after it had sent that did not write the file.
        """
        from clocktool.storage.failure import StorageError

        mirror = None if account is None else self.mirror
        with suppress(StorageError):  # then the file tells what was known before
            if account is not None and mirror is not None:
                last_timer.on_known(mirror.timer(account.user.id))

    def with_pending(self, timer: "Entry | None", account: "Account | None") -> "Entry | None":
        """Return the timer as it will be once the pending changes are sent.

        ``account`` limits that to its changes; None takes those of any account.
        """
        owner = None if account is None else (account.user.id, account.workspace)
        return self.outbox.timer(timer, owner)


def _unfinished(outbox: Path) -> Path:
    return outbox.with_suffix(".unfinished")


def _finish(outbox: "Outbox", action: "Action") -> None:
    """Finish an interrupted undo; its module is imported only for that."""
    from clocktool.outbox.undo import finish

    finish(outbox, action)


URGENT = ("start", "in", "switch", "stop", "out", "resume", "continue", "back", "pending")
"""The commands that may use the last requests of a small quota: they start and stop timers, or send
a change that waits. ``sync`` sends only what waits."""


SHOW_ENTRIES = ("running", "list", "start", "stop", "resume", "add", "edit", "show")
"""The commands that show single entries of a reply."""


SHOW_TABLES = (
    *("list", "report", "show", "dup", "bulk", "invoice", "projects", "clients", "tags", "tasks"),
    *("users", "workspaces", "fields"),
)
"""The commands that show a reply as a table."""


def _import_renderer(command: str, columns: int | None) -> None:
    """Import what renders the reply while the request is under way."""
    if command in SHOW_ENTRIES:
        import_module("clocktool.render.entries")
    if command in SHOW_TABLES and columns is not None:
        import_module("clocktool.render.terminal")


def _exists(path: Path) -> bool:
    """Whether a file exists; False for one in a folder that can't be read."""
    try:
        return path.exists()
    except OSError:
        return False
