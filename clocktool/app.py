"""The App: everything a command is given, each part built when it is first used.

This is also the one place that picks where requests go: to a server, or to the local workspace.
"""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from clocktool import paths
from clocktool.config import LOCAL
from clocktool.domain.instant import Instant
from clocktool.domain.zone import Zone
from clocktool.errors import ClocktoolError, SetupError
from clocktool.process import Process

if TYPE_CHECKING:
    from clocktool.account import Account
    from clocktool.api.client import Client
    from clocktool.cache import Cache
    from clocktool.config import Config
    from clocktool.domain.entry import Entry
    from clocktool.local.workspace import LocalWorkspace
    from clocktool.names import Names
    from clocktool.render.output import Output
    from clocktool.transport import Transport


class Flags(msgspec.Struct):
    """The global options of this run, and settings that a command puts before all others."""

    profile: str | None = None
    workspace: str | None = None
    verbose: bool = False
    debug: bool = False
    settings: dict[str, str] = {}
    makes_profile: bool = False


class App:
    """One run of the command line. ``transport`` replaces the one the configuration picks."""

    def __init__(self, process: Process, transport: "Transport | None" = None) -> None:
        self.process = process
        self.flags = Flags()
        self.interrupted = False
        self._transport = transport
        self._local_note: Callable[[], str | None] = lambda: None

    @cached_property
    def now(self) -> Instant:
        """The instant of this command, read once."""
        return self.process.now()

    @cached_property
    def config_path(self) -> Path:
        """Where the configuration file is, or would be."""
        return paths.config_file(self.process.env)

    @cached_property
    def data_folder(self) -> Path:
        """The folder of the local workspace, the cache and what was invoiced."""
        return paths.data_folder(self.process.env)

    @property
    def profile(self) -> str | None:
        """The profile that was chosen, None for none."""
        return self.flags.profile or self.process.env.get("CLOCKTOOL_PROFILE") or None

    @cached_property
    def config(self) -> "Config":
        """The configuration in force."""
        from clocktool import config
        from clocktool.config_file import directory_file, load

        env = self.process.env
        directory = directory_file(self.process.folder)
        return config.resolve(
            flags={"workspace": self.flags.workspace, **self.flags.settings},
            env=env,
            file=load(self.config_path),
            path=self.config_path,
            profile=self.profile,
            directory=None if directory is None else load(directory),
            directory_path=directory,
            new_profile=self.flags.makes_profile,
        )

    @cached_property
    def out(self) -> "Output":
        """Where results and notes go."""
        from clocktool.render.output import Output

        return Output.of(
            self.process.stdout, self.process.stderr, self.process.env, self.process.columns
        )

    @cached_property
    def transport(self) -> "Transport":
        """Where requests go."""
        if self._transport is not None:
            return self._traced(self._transport)
        if self._credential is None:
            self._refuse_to_guess()
            return self._traced(self._local_workspace())
        from clocktool.api.http import HttpTransport
        from clocktool.cache import Cached
        from clocktool.retry import Retried

        kind, value = self._credential
        header = "X-Addon-Token" if kind == "addon_token" else "X-Api-Key"
        sent = self._traced(HttpTransport(str(self.config.get("base_url")), {header: value}))
        again = Retried(sent, self.process.sleep, self.if_verbose, self.process.monotonic)
        return again if self.cache is None else Cached(again, self.cache)

    @property
    def tracks(self) -> tuple[str, str]:
        """Where time goes, and why: a server's address, or the file on this machine."""
        credential = self.config.credential
        if credential is not None:
            return str(self.config.get("base_url")), f"there is {credential[0]}"
        if self._is_meant_for_a_server:
            return "nowhere: there is no key", f"{self.profile or self.config.get('base_url')}"
        why = "profile local" if self.profile == LOCAL else "no key is set up"
        return str(self.local_path), why

    @property
    def _is_meant_for_a_server(self) -> bool:
        """Whether a server is named, by profile or address, though there is no key for it."""
        named = self.profile is not None or self.config.settings["base_url"].source != "default"
        return self.config.credential is None and self.profile != LOCAL and named

    def _refuse_to_guess(self) -> None:
        """Raise SetupError where a server is meant and only its key is missing.

        Time that someone meant for a client's account must not land in the local file.
        """
        if self._is_meant_for_a_server:
            meant = f"profile {self.profile!r}" if self.profile else self.config.get("base_url")
            flag = f" --profile {self.profile}" if self.profile else ""
            raise SetupError(
                f"there is no key for {meant}",
                f"clocktool login{flag}, or track on this machine with --profile local",
            )

    def _traced(self, transport: "Transport") -> "Transport":
        if not self.flags.verbose:
            return transport
        from clocktool.trace import Traced

        return Traced(transport, self.out.note, self.process.monotonic)

    def if_verbose(self, text: str) -> None:
        """Say something that only who asks for it (-v) wants to know."""
        if self.flags.verbose:
            self.out.note(text)

    @cached_property
    def _credential(self) -> tuple[str, str] | None:
        """The credential in force and its value; a password manager is asked for it here."""
        credential = self.config.credential
        if credential is None or credential[0] != "api_key_command":
            return credential
        from clocktool.key_command import run_key_command

        return "api_key", run_key_command(credential[1])

    @cached_property
    def cache(self) -> "Cache | None":
        """What is known of the account here; None for the local workspace, which is all here.

        Its file is named for the host and the key, of which it holds a one-way digest only.
        """
        if self._transport is not None or self._credential is None:
            return None
        from hashlib import sha256

        from clocktool.cache import Cache

        whose = "\n".join((str(self.config.get("base_url")), *self._credential))
        name = sha256(whose.encode()).hexdigest()[:16]
        path = self.data_folder / "cache" / f"{name}.sqlite3"
        return Cache(path, self.process.now, self.if_verbose)

    def _local_workspace(self) -> "Transport":
        workspace = self.local_workspace(lambda: self.now)
        if self.profile is None:
            self._local_note = lambda: (
                f"No API key is set up, so time is tracked in {self.local_path}."
                " To use Clockify: clocktool login"
                if _exists(self.local_path) and workspace.is_new
                else None
            )
        return workspace

    @property
    def local_path(self) -> Path:
        """Where the file of the local workspace is, or would be."""
        return self.data_folder / "local.sqlite3"

    def local_workspace(self, now: Callable[[], Instant]) -> "LocalWorkspace":
        """Return the local workspace; ``now`` is its clock."""
        from clocktool.local.workspace import LocalWorkspace

        env = self.process.env
        return LocalWorkspace(
            self.local_path,
            now=now,
            new_id=self.process.new_id,
            zone=self._zone_of_config().name,
            user=env.get("USER") or env.get("USERNAME") or "me",
        )

    @cached_property
    def api(self) -> "Client":
        """The service's client."""
        from clocktool.api.client import Client
        from clocktool.api.routes import GUIDE, routes_for

        config = self.config
        routes = GUIDE  # the local workspace answers both
        if self._credential is not None:
            routes = routes_for(str(config.get("routes")), str(config.get("base_url")))
        return Client(self.transport, routes, self.cache)

    def completed(self, entry: "Entry") -> "Entry":
        """Return an entry with every name of it, asking for those that are not known here.

        What was asked for is done by then: where they cannot be had, the ids have to do.
        """
        if not entry.named:
            try:
                entry = self.api.entries.get(self.account.workspace, entry.id)
            except ClocktoolError as error:
                self.if_verbose(f"the names are not known: {error.message}")
        return self.with_user(entry)

    def with_user(self, entry: "Entry") -> "Entry":
        """Return an entry with the name of its user, where that is who is tracking."""
        if not entry.user and entry.user_id == self.account.user.id:
            return msgspec.structs.replace(entry, user=self.account.user.name)
        return entry

    def all_named(self, entries: "list[Entry]") -> "list[Entry]":
        """Return entries of others with their names, asking for the lists they are in.

        At most one request for projects, one for tags, and one a project for tasks; each a day.
        """
        if self.cache is None or all(entry.named for entry in entries):
            return entries
        from clocktool.api.directory import DAY, Search

        directory, workspace = self.api.directory, self.account.workspace
        search = Search(age=DAY)
        if any(entry.project and not entry.project.name for entry in entries):
            self.cache.learn(directory.projects(workspace, search))
        if any(not tag.name for entry in entries for tag in entry.tags):
            self.cache.learn(directory.tags(workspace, search))
        for project in {
            entry.project.id
            for entry in entries
            if entry.project and entry.task and not entry.task.name
        }:
            self.cache.learn(directory.tasks(workspace, project, search))
        return [self.cache.named(entry) for entry in entries]

    @cached_property
    def account(self) -> "Account":
        """Who is tracking, and in which workspace."""
        from clocktool.account import find_account

        return find_account(self.api.directory, self.config.text("workspace"))

    @cached_property
    def names(self) -> "Names":
        """Names to ids, in the workspace of the account."""
        return self._names(looking=False)

    @cached_property
    def names_of_past(self) -> "Names":
        """The same for filters, where what is out of use has a name, too."""
        return self._names(looking=True)

    def _names(self, *, looking: bool) -> "Names":
        from clocktool.names import Names

        directory, workspace, cache = self.api.directory, self.account.workspace, self.cache
        if cache is None:
            return Names(directory, workspace, looking=looking)
        return Names(
            directory,
            workspace,
            looking=looking,
            learn=cache.learn,
            remembered=cache.names,
        )

    @cached_property
    def zone(self) -> Zone:
        """The zone of wall-clock times: configured, else the account's, else the machine's."""
        if self.config.get("timezone") is None and self.account.user.zone is not None:
            try:
                return Zone(self.account.user.zone)
            except ValueError as error:
                raise SetupError(
                    f"the account's time zone is unknown here: {error}",
                    "say which it is: clocktool config set timezone Europe/Berlin",
                ) from error
        return self._zone_of_config()

    def _zone_of_config(self) -> Zone:
        named = self.config.text("timezone")
        return self.process.machine_zone() if named is None else Zone(named)

    @cached_property
    def week_start(self) -> int:
        """The day weeks start on, 0 for Monday: configured, else the account's, else Monday."""
        named = self.config.text("week_start")
        if named is not None:
            from clocktool.config import WEEK_DAYS

            return WEEK_DAYS.index(named)
        return self.account.user.week_start or 0

    def close(self, *, say: bool = True) -> None:
        """Say what is to be said once, and let go of files and connections."""
        note = self._local_note()
        if note is not None and say:
            self.out.note(note)
        close = getattr(self.__dict__.get("transport"), "close", None)
        if close is not None:
            close()


def _exists(path: Path) -> bool:
    """Whether a file is there; what cannot be looked at fails when it is opened, with a reason."""
    try:
        return path.exists()
    except OSError:
        return False
