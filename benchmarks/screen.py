"""What a table costs on a terminal: ``list`` and ``report`` there, against ``running``."""

import os
import pty
import statistics
import subprocess
from collections.abc import Mapping, Sequence

from benchmarks.bench import Bench, ms
from benchmarks.measure import ours

REACH = 1.7
"""How many times the CPU time of ``running`` each may take."""


def measure(bench: Bench) -> None:
    """Measure them on a day of a few entries."""
    env = {**bench.env("screen"), "COLUMNS": "80", "PAGER": "cat"}
    subprocess.run(ours("projects", "add", "Site", "-q"), env=env, check=True)
    for minutes in (5, 4, 3, 2):
        words = ours("add", "fix", "-p", "Site", "--for", f"{minutes}m", "-q")
        subprocess.run(words, env=env, check=True, capture_output=True)
    subprocess.run(ours("start", "x", "-q"), env=env, check=True, capture_output=True)
    bench.heading("Tables on a terminal, local, CPU time against running")
    lines = ("running", "list", "report")
    rounds = [[_spent(ours(line), env) for line in lines] for _ in range(bench.times)]
    series = dict(zip(lines, zip(*rounds, strict=True), strict=True))
    running = statistics.median(series["running"])
    for line in lines[1:]:
        ratio = statistics.median(series[line]) / running
        bench.row(line, ms(series[line]), f"running {ms(running)}", ratio, REACH)


def _spent(words: Sequence[str], env: Mapping[str, str]) -> float:
    """Return the seconds of CPU that a command takes on a terminal."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(words[0], list(words), dict(env))  # noqa: S606
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:  # that is how a terminal ends on Linux
        pass
    _, status, usage = os.wait4(child, 0)
    os.close(terminal)
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), list(words))
    return usage.ru_utime + usage.ru_stime
