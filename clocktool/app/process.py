"""The process a command runs in: environment, streams, clock, randomness.

They are read here and nowhere else, so a test makes a Process of its own.
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


class Reader:
    """A program that reads text: ``write`` raises BrokenPipeError once it has quit."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write = write
        self.code = 0
        """How it ended; 0 until then."""


class Process(msgspec.Struct, frozen=True):
    """What a command may know and use of the process it runs in.

    ``columns`` is the width of the terminal that standard output is, None when it is none, and
    ``width`` what it is by now;
    ``asks`` says that someone can be asked, ``shows_progress`` that someone is watching. ``rows``
    is how high that terminal is; ``start_reader`` starts a program on it that is given text, and
    waits for it in the end. It raises OSError where it cannot be started.
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
    asks: bool
    shows_progress: bool
    machine_zone: Callable[[], Zone]
    ask_unseen: Callable[[str], str]
    rows: int | None
    start_reader: Callable[[Sequence[str], Mapping[str, str]], AbstractContextManager[Reader]]
    new_secret: Callable[[], str] = lambda: os.urandom(24).hex()


def _new_id() -> str:
    """Return an id of 24 hexadecimal digits: as a server's, a later one is greater.

    It begins with the time, and its end is random.
    """
    seconds, rest = divmod(time.time_ns(), 10**9)
    return f"{seconds:08x}{(rest << 32) // 10**9:08x}{os.urandom(4).hex()}"


def this_process() -> Process:
    """Return the process that runs."""
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
        asks=sys.stdin.isatty() and sys.stderr.isatty(),
        shows_progress=sys.stderr.isatty(),
        machine_zone=lambda: clock.machine_zone(os.environ),
        ask_unseen=_ask_unseen,
        rows=_rows(),
        start_reader=_start_reader,
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
def _start_reader(words: Sequence[str], env: Mapping[str, str]) -> Iterator[Reader]:
    """Start a program that reads what is written; Ctrl-C is meant for it while it runs."""
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
    assert program.stdin is not None  # noqa: S101  # it was asked for
    reader = Reader(program.stdin.write)
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
    except OSError:  # it was deleted under our feet: then no folder's defaults apply
        return Path(os.sep)


def _ask_unseen(prompt: str) -> str:
    from getpass import getpass

    return getpass(prompt, sys.stderr)
