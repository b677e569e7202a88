"""The process a command runs in: environment, streams, clock, randomness.

They are read only here, so that a test can replace all of them with its own Process.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TextIO

import msgspec

from clocktool.app import clock
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone


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
        now=clock.now,
        monotonic=time.monotonic,
        sleep=time.sleep,
        new_id=_new_id,
        random=_random,
        folder=_folder(),
        columns=_columns(),
        width=_width,
        is_interactive=sys.stdin.isatty() and sys.stderr.isatty(),
        shows_progress=sys.stderr.isatty(),
        machine_zone=lambda: clock.machine_zone(os.environ),
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
