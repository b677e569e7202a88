"""A month out of a million local entries: against one out of a thousand, and against others."""

import time
from pathlib import Path

from benchmarks import data
from benchmarks.bench import Bench
from benchmarks.measure import Run, ours

A_MONTH = 1_000


def older(bench: Bench) -> int:
    """Return how many entries lie before the month."""
    return 99_000 if bench.quick else 999_000


def large(bench: Bench) -> dict[str, str]:
    """Return the environment with all the entries; they are made once."""
    env = bench.env("large")
    if not Path(env["CLOCKTOOL_DATA"]).exists():
        data.fill_local(env, A_MONTH, older(bench), int(time.time()))
    return env


def measure(bench: Bench) -> None:
    """Measure a list and a report of 1,000 entries in both files."""
    count = older(bench) + A_MONTH
    bench.heading(f"A month of 1,000 entries, local, out of {count:,}")
    now = int(time.time())
    small, many = bench.env("small"), large(bench)
    data.fill_local(small, A_MONTH, 0, now)
    for line in ("list 31d", "report 31d", "list", "start x"):
        words = line.split()
        run, other = Run(ours(*words), many), Run(ours(*words), small)
        bench.compare(line, run, other, "out of 1,000", reach=1.5)
    data.write_frames(bench.folder / "small" / "watson", A_MONTH, data.MONTH, now)
    data.write_intervals(bench.folder / "small" / "timewarrior", A_MONTH, data.MONTH, now)
    days = time.strftime("%Y-%m-%d", time.localtime(now - data.MONTH))
    for name, path, line in (
        ("Watson report", bench.peers.watson, f"report --no-pager --from {days}"),
        ("timewarrior summary", bench.peers.timew, f"summary {days} - now"),
    ):
        if path is not None:
            run, other = Run(ours("report", "31d"), small), Run([path, *line.split()], small)
            bench.compare("report 31d, out of 1,000", run, other, name, times=bench.long)
