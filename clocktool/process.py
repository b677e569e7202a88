"""The process a command runs in: environment, streams, clock, randomness.

They are read here and nowhere else, so a test makes a Process of its own.
"""

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

import msgspec

from clocktool import clock
from clocktool.domain.instant import Instant
from clocktool.domain.zone import Zone


class Process(msgspec.Struct, frozen=True):
    """What a command may know and use of the process it runs in.

    ``columns`` is the width of the terminal that standard output is, None when it is none;
    ``asks`` says that someone can be asked, ``shows_progress`` that someone is watching.
    """

    env: Mapping[str, str]
    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    now: Callable[[], Instant]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    new_id: Callable[[], str]
    folder: Path
    columns: int | None
    asks: bool
    shows_progress: bool
    machine_zone: Callable[[], Zone]
    ask_unseen: Callable[[str], str]


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
        new_id=lambda: os.urandom(12).hex(),
        folder=_folder(),
        columns=_columns(),
        asks=sys.stdin.isatty() and sys.stderr.isatty(),
        shows_progress=sys.stderr.isatty(),
        machine_zone=lambda: clock.machine_zone(os.environ),
        ask_unseen=_ask_unseen,
    )


def _columns() -> int | None:
    if not sys.stdout.isatty():
        return None
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size(1).columns) or 80
    except (OSError, ValueError):
        return 80


def _folder() -> Path:
    try:
        return Path.cwd()
    except OSError:  # it was deleted under our feet: then no folder's defaults apply
        return Path(os.sep)


def _ask_unseen(prompt: str) -> str:
    from getpass import getpass

    return getpass(prompt, sys.stderr)
