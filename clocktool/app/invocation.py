"""One run of the command line: process, global options, configuration, paths of files.

None of it needs a request; each part is read when it is first used.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from clocktool.app.process import Process
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone
from clocktool.errors import SetupError

if TYPE_CHECKING:
    from clocktool.config.config import Config
    from clocktool.render.output import Output


class Flags(msgspec.Struct):
    """The global options of this run, and settings of a command that override all others.

    ``makes_profile`` allows a profile that does not exist yet, for ``login``.
    """

    profile: str | None = None
    workspace: str | None = None
    verbose: bool = False
    debug: bool = False
    settings: dict[str, str] = {}
    makes_profile: bool = False


class Invocation:
    """A command line with its process and its configuration."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.flags = Flags()
        self.command = ""
        """The command, as undo calls it: ``start``, ``projects edit Site``."""
        self.has_secret = False
        """Whether the configuration was read and its file has a key."""

    @cached_property
    def now(self) -> Instant:
        """The instant of this command, read once."""
        return self.process.now()

    @cached_property
    def config_path(self) -> Path:
        """The path of the configuration file, which may not exist."""
        named = self._named_path("CLOCKTOOL_CONFIG")
        if named is not None:
            return named
        from platformdirs import user_config_path

        return user_config_path("clocktool", appauthor=False) / "config.toml"

    @cached_property
    def data_folder(self) -> Path:
        """The folder of all data files; ``clocktool help offline`` lists them."""
        named = self._named_path("CLOCKTOOL_DATA")
        if named is not None:
            return named
        from platformdirs import user_data_path

        return user_data_path("clocktool", appauthor=False)

    def _named_path(self, variable: str) -> Path | None:
        """Return the path in an environment variable, None where it is not set."""
        named = self.process.env.get(variable)
        if not named:
            return None
        try:
            return Path(named).expanduser()
        except RuntimeError as error:
            raise SetupError(f"${variable} is not a valid path", why=str(error)) from error

    @cached_property
    def profile(self) -> str | None:
        """The profile in use, None for none."""
        return self.flags.profile or self.process.env.get("CLOCKTOOL_PROFILE") or None

    @property
    def key_file_warning(self) -> str | None:
        """The warning that others can read the key in the configuration file, else None."""
        if not self.has_secret:
            return None
        from clocktool.config.file import key_file_warning

        return key_file_warning(self.config_path)

    @property
    def login(self) -> str:
        """The command line that logs in to the profile in use."""
        from shlex import quote

        profile = f"--profile {quote(self.profile)} " if self.profile else ""
        return f"clocktool {profile}login"

    @cached_property
    def config(self) -> "Config":
        """The configuration in force."""
        from clocktool.config import config
        from clocktool.config.file import folder_file, has_secret, load

        env = self.process.env
        folder_path = folder_file(self.process.folder)
        file = load(self.config_path)
        resolved = config.resolve(
            flags={"workspace": self.flags.workspace, **self.flags.settings},
            env=env,
            file=file,
            path=self.config_path,
            profile=self.profile,
            folder=None if folder_path is None else load(folder_path),
            folder_path=folder_path,
            new_profile=self.flags.makes_profile,
        )
        self.has_secret = has_secret(file)
        return resolved

    @cached_property
    def out(self) -> "Output":
        """The output: results, and notes on standard error."""
        from clocktool.render.output import Output

        return Output.of(
            self.process.stdout, self.process.stderr, self.process.env, self.process.columns
        )

    def note_if_verbose(self, text: str) -> None:
        """Print a note, but only with ``--verbose``."""
        if self.flags.verbose:
            self.out.note(text)

    @property
    def local_path(self) -> Path:
        """The path of the local workspace's file, which may not exist."""
        return self.data_folder / "local.sqlite3"

    @property
    def local_files(self) -> tuple[Path, Path]:
        """That file and SQLite's log beside it; a write changes one of them."""
        return self.local_path, self.local_path.with_name(f"{self.local_path.name}-wal")

    @property
    def marks_path(self) -> Path:
        """The path of the file with the entries that were marked as invoiced on this machine."""
        return self.data_folder / "invoiced.sqlite3"

    def zone_of_config(self, account: str | None = None) -> Zone:
        """Return the configured time zone, else the account's if given, else the machine's."""
        if self.config.zone is not None:
            return self.config.zone
        return self.process.machine_zone() if account is None else Zone(account)
