"""Measuring: processes side by side in turns, their time, their peak of memory."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

Words = Sequence[str]

PEAK = """
import os, sys

out = os.open(os.devnull, os.O_WRONLY)
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,
                         file_actions=[(os.POSIX_SPAWN_DUP2, out, 1)])
_, status, usage = os.wait4(process, 0)
print(usage.ru_maxrss, usage.ru_utime + usage.ru_stime)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Runs a process and prints its peak, in kilobytes (bytes on macOS), and its seconds of CPU."""


class Run(NamedTuple):
    """A process: its command line and environment.

    ``before`` is done first, is not timed, and may fail.
    """

    words: Words
    env: Mapping[str, str]
    before: Words | None = None
    folder: str | None = None


def ours(*words: str) -> list[str]:
    """Return the command line of a clocktool command."""
    return [sys.executable, "-m", "clocktool", *words]


def spent(run: Run) -> float:
    """Return the seconds that a process takes. Raises CalledProcessError when it fails."""
    if run.before is not None:
        subprocess.run(run.before, env=run.env, capture_output=True, check=False)
    start = time.perf_counter()
    subprocess.run(
        run.words,
        env=run.env,
        cwd=run.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start


def in_turns(runs: Sequence[Run], times: int) -> list[list[float]]:
    """Return the seconds of each run, one after another and so many times; the first is unseen."""
    for run in runs:
        spent(run)
    rounds = [[spent(run) for run in runs] for _ in range(times)]
    return [list(each) for each in zip(*rounds, strict=True)]


def median(of: Callable[..., float], *series: Sequence[float]) -> float:
    """Return the median of what a function gives for each round."""
    return statistics.median(of(*each) for each in zip(*series, strict=True))


class Cost(NamedTuple):
    """What a process takes: seconds of CPU, and megabytes at most."""

    seconds: float
    megabytes: float


def peak(run: Run) -> float:
    """Return the megabytes that a process has at most."""
    return cost(run.words, run.env).megabytes


def cost(command: Words, env: Mapping[str, str]) -> Cost:
    """Return what a process takes.

    ``ru_maxrss`` counts what the parent had when the process was made, so that the parent is a
    small one.
    """
    words = [sys.executable, "-S", "-c", PEAK, *command]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
    most, seconds = done.stdout.split()
    return Cost(float(seconds), int(most) / (1024 * 1024 if sys.platform == "darwin" else 1024))
