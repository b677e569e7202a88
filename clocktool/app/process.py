"""One run: its process, and what it was called with: options, configuration, paths of files.

Environment, streams, clock and randomness are read only here, so that a test can replace all of
them with its own Process.
"""

import io
import os
import re
import struct
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from zoneinfo import ZoneInfo

import msgspec

from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone
from clocktool.errors import SetupError
from clocktool.render.output import Output

if TYPE_CHECKING:
    from clocktool.config.config import Config


class PagerProgram:
    """A running pager; ``write`` raises BrokenPipeError once the user has quit it."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write = write
        self.code = 0
        """Its exit code; 0 while it runs."""


class Process(msgspec.Struct, frozen=True):
    """The process a command runs in, as far as commands use it.

    ``columns`` and ``rows`` are the size of the terminal at the start, None where standard output
    is not a terminal; ``width`` returns the columns it has now. ``is_interactive`` says that the
    user can answer questions, ``shows_progress`` that standard error is a terminal. ``start_pager``
    starts a pager and waits for its end; it raises OSError where the program can't be started.
    """

    env: Mapping[str, str]
    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    now: Callable[[], Instant]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    new_id: Callable[[], str]
    random: Callable[[], float]
    folder: Path
    columns: int | None
    width: Callable[[], int | None]
    is_interactive: bool
    shows_progress: bool
    machine_zone: Callable[[], Zone]
    ask_secret: Callable[[str], str]
    rows: int | None
    start_pager: Callable[[Sequence[str], Mapping[str, str]], AbstractContextManager[PagerProgram]]
    new_secret: Callable[[], str] = lambda: os.urandom(24).hex()


def _new_id() -> str:
    """Return a new id of 24 hexadecimal digits.

    It begins with the time, so that ids sort by age like those of Clockify; its end is random.
    """
    seconds, rest = divmod(time.time_ns(), 10**9)
    return f"{seconds:08x}{(rest << 32) // 10**9:08x}{os.urandom(4).hex()}"


def this_process() -> Process:
    """Return this process."""
    return Process(
        env=os.environ,
        stdin=sys.stdin,
        stdout=sys.stdout,
        stderr=sys.stderr,
        now=_now,
        monotonic=time.monotonic,
        sleep=time.sleep,
        new_id=_new_id,
        random=_random,
        folder=_folder(),
        columns=_columns(),
        width=_width,
        is_interactive=sys.stdin.isatty() and sys.stderr.isatty(),
        shows_progress=sys.stderr.isatty(),
        machine_zone=lambda: machine_zone(os.environ),
        ask_secret=_ask_secret,
        rows=_rows(),
        start_pager=_start_pager,
    )


def _random() -> float:
    from random import random

    return random()  # noqa: S311  # for waits, not for secrets


def _columns() -> int | None:
    if not sys.stdout.isatty():
        return None
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size(1).columns) or 80
    except (OSError, ValueError):
        return 80


def _rows() -> int | None:
    if not sys.stdout.isatty():
        return None
    try:
        return max(2, int(os.environ.get("LINES") or os.get_terminal_size(1).lines or 24))
    except (OSError, ValueError):
        return 24


@contextmanager
def _start_pager(words: Sequence[str], env: Mapping[str, str]) -> Iterator[PagerProgram]:
    """Start a pager; until it ends, Ctrl-C reaches the pager only."""
    import signal
    import subprocess

    program = subprocess.Popen(  # noqa: S603  # the user's own environment names it
        words,
        stdin=subprocess.PIPE,
        env=dict(env),
        encoding=sys.stdout.encoding,
        errors="replace",
        bufsize=1,
    )
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    assert program.stdin is not None  # noqa: S101  # it is a pipe
    reader = PagerProgram(program.stdin.write)
    try:
        yield reader
    finally:
        with suppress(OSError):
            program.stdin.close()
        reader.code = program.wait()
        signal.signal(signal.SIGINT, before)


def _width() -> int | None:
    try:
        return os.get_terminal_size(1).columns or None
    except (OSError, ValueError):
        return None


def _folder() -> Path:
    try:
        return Path.cwd()
    except OSError:  # the folder was deleted: no .clocktool.toml applies
        return Path(os.sep)


def _ask_secret(prompt: str) -> str:
    from getpass import getpass

    return getpass(prompt, sys.stderr)


LOCALTIME = Path("/etc/localtime")

POSIX = (
    r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?\d{1,2}(?::\d\d){0,2}"
    r"(?P<summer>(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)(?:[+-]?\d{1,2}(?::\d\d){0,2})?)?"
    r"(?P<rules>,[^,]+,[^,]+)?"
)
"""The form of a zone with its own offsets and rules: ``CET-1CEST,M3.5.0,M10.5.0/3`` (POSIX)."""

DAY_FROM_0 = r"(?<=,)\d+"
"""A day of the year in a rule, counted from 0."""

USUAL_RULES = ",M3.2.0,M11.1.0"
"""Begin and end of summer time where ``TZ`` names no dates: the default of the C library."""


def _now() -> Instant:
    """Return the current instant, in whole seconds."""
    return Instant(int(time.time()))


def machine_zone(env: Mapping[str, str], localtime: Path = LOCALTIME) -> Zone:
    """Return the time zone of this machine: ``TZ`` of the environment, else the system's.

    Raises SetupError if no valid one is found: a guess would record wrong times.
    """
    name = env.get("TZ")
    try:
        if name is not None:
            return _zone_of(name.removeprefix(":") or "UTC")
        return _system_zone(localtime)
    except ValueError as error:
        raise SetupError(
            "this machine's time zone is unknown",
            "set it: clocktool config set timezone Europe/Berlin",
            why=str(error),
        ) from error


def _zone_of(name: str) -> Zone:
    """Return the zone of a ``TZ`` value: a file, an IANA name, or offsets with rules."""
    if name.startswith("/"):
        return _system_zone(Path(name))
    try:
        return Zone(name)
    except ValueError:
        found = re.fullmatch(POSIX, name)
        if found is None:
            raise
        rules = USUAL_RULES if found["summer"] and not found["rules"] else ""
        return Zone(name, _zone_of_posix_rule(name + rules))


def _zone_of_posix_rule(rule: str) -> ZoneInfo:
    """Return the zone of a POSIX rule. Raises ValueError where a number is out of range.

    Some versions of ``zoneinfo`` take days counted from 0 a day too early; the probe finds them.
    """
    probe = _zone_file("AAA0BBB,59,300")  # from 1 March on
    if datetime(2026, 2, 28, 12, tzinfo=probe).utcoffset():
        rule = re.sub(DAY_FROM_0, lambda day: str(int(day[0]) + 1), rule)
    return _zone_file(rule)


def _zone_file(rule: str) -> ZoneInfo:
    """Return the zone of a zone file (RFC 8536) with no transitions, only a rule in its footer."""
    # Version 1 and version 2 data blocks, each with one local time type and a name of one byte.
    block = struct.pack(">5s15x6llBBx", b"TZif2", 0, 0, 0, 0, 1, 1, 0, 0, 0)
    return ZoneInfo.from_file(io.BytesIO(block + block + f"\n{rule}\n".encode()), rule)


def _system_zone(localtime: Path) -> Zone:
    try:
        where = localtime.resolve(strict=True)
    except OSError:
        return _zone_from_tzlocal(localtime)
    _, found, name = where.as_posix().partition("/zoneinfo/")
    if found:
        return Zone(name.removeprefix("posix/").removeprefix("right/"))
    with where.open("rb") as file:
        return Zone("local", ZoneInfo.from_file(file, "local"))


def _zone_from_tzlocal(localtime: Path) -> Zone:
    try:
        from tzlocal import get_localzone_name  # type: ignore[import-not-found,unused-ignore]
    except ImportError:  # it is a dependency only on Windows
        if localtime.is_symlink():
            raise ValueError(f"{localtime} points to nothing") from None
        return Zone("UTC")  # the C library does the same without /etc/localtime
    return Zone(get_localzone_name())


class Flags(msgspec.Struct):
    """The global options of this run, and settings of a command that override all others.

    ``makes_profile`` allows a profile that does not exist yet, for ``login`` and ``config set``.
    """

    profile: str | None = None
    workspace: str | None = None
    fresh: bool = False
    offline: bool = False
    verbose: bool = False
    debug: bool = False
    settings: dict[str, str] = {}
    makes_profile: bool = False


class Invocation:
    """A command line with its process and its configuration."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.flags = Flags()
        self.commands: Collection[str] = ()
        """The names of all commands, which no alias may have."""
        self.command = ""
        """The command, as undo calls it: ``start``, ``projects edit Site``."""
        self.now = process.now()
        """The instant of this command, read once."""
        self.out = Output.of(process.stdout, process.stderr, process.env, process.columns)
        """The output: results, and notes on standard error."""

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
    def login(self) -> str:
        """The command line that logs in to the profile in use."""
        from shlex import quote

        profile = f"--profile {quote(self.profile)} " if self.profile else ""
        return f"clocktool {profile}login"

    @cached_property
    def config(self) -> "Config":
        """The configuration in force."""
        from clocktool.config.config import read

        config = read(
            self.config_path,
            self.process.folder,
            flags={"workspace": self.flags.workspace, **self.flags.settings},
            env=self.process.env,
            profile=self.profile,
            new_profile=self.flags.makes_profile,
        )
        if config.has_table("aliases"):
            from clocktool.config.aliases import check_aliases

            check_aliases(config.table("aliases"), self.commands)
        return config

    def note_if_verbose(self, text: str) -> None:
        """Print a note, but only with ``--verbose``."""
        if self.flags.verbose:
            self.out.note(text)

    @cached_property
    def local_path(self) -> Path:
        """The path of the local workspace's file, which may not exist."""
        return self.data_folder / "local.sqlite3"

    @property
    def local_files(self) -> tuple[Path, Path]:
        """The file of the local workspace, and SQLite's log of it; a write changes one of them."""
        return self.local_path, self.local_path.with_name(f"{self.local_path.name}-wal")

    @property
    def marks_path(self) -> Path:
        """The path of the file with the entries that were marked as invoiced on this machine."""
        return self.data_folder / "invoiced.sqlite3"

    @cached_property
    def own_zone(self) -> Zone:
        """The configured time zone, else the machine's."""
        return self.config.zone or self.process.machine_zone()

    def zone_of(self, account: str | None) -> Zone:
        """Return the configured time zone, else the account's if given, else the machine's.

        Raises ValueError if the account's zone is unknown on this machine.
        """
        is_own = account is None or self.config.zone is not None
        return self.own_zone if is_own else Zone(str(account))

    def reload_config(self) -> None:
        """Read the configuration again when it is used next: its file was changed."""
        self.__dict__.pop("config", None)
        self.__dict__.pop("own_zone", None)
