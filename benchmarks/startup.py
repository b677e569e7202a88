"""Cold start of each command on a local file, against a Typer hello with two commands."""

import subprocess
import time
from pathlib import Path

from benchmarks import data
from benchmarks.bench import Bench
from benchmarks.measure import Run, ours

COMMANDS: tuple[tuple[str, float | None], ...] = (
    ("--version", 1.35),
    ("running --prompt", 1.35),
    ("start x", 1.7),
    ("running", 1.7),
    ("status", 2.2),
    ("stop", 1.7),
    ("list", 2.2),
    ("add x --for 1m", None),
    ("resume last", None),
    ("show last", None),
    ("edit last -d y", None),
    ("report", None),
    ("balance", None),
    ("targets", None),
    ("dup last --dry-run", None),
    ("bulk today --set-billable --dry-run", None),
    ("invoice today --dry-run", None),
    ("export today", None),
    ("delete last -y", None),
    ("purge 2019 --dry-run", None),
    ("import - --dry-run", None),
    ("undo --list", None),
    ("pending", None),
    ("sync", None),
    ("projects", None),
    ("tasks -p Site", None),
    ("clients", None),
    ("tags", None),
    ("users", None),
    ("fields", None),
    ("workspaces", None),
    ("config", None),
    ("init bash", None),
    ("completions bash", None),
    ("help", None),
    ("--help", None),
)
"""The commands, and the ratio that each is to stay below."""


def measure(bench: Bench) -> None:
    """Measure them, and timers of others that track in a file."""
    env = bench.env("startup")
    hello = Run(bench.python("hello", "hello"), env)
    subprocess.run(ours("projects", "add", "Site", "-q"), env=env, check=True)
    bench.heading("Cold start, local, against a Typer hello with two commands")
    bench.compare("(Typer hello)", hello, Run(bench.python("nothing"), env), "bare Python")
    for line, reach in COMMANDS:
        if bench.quick and reach is None:
            continue
        words = line.split()
        before = ours("start", "x", "-q") if words[0] in ("running", "status", "stop") else None
        if "last" in words:
            before = ours("add", "y", "--for", "1m", "-q")
        bench.compare(line, Run(ours(*words), env, before), hello, "hello", reach=reach)
    watson, timew = bench.peers.watson, bench.peers.timew
    # Watson starts no timer while one runs; timewarrior ends none in the second that it began.
    pairs = [
        ("Watson", watson, "start x", "start x", "stop"),
        ("Watson", watson, "running", "status", "start x"),
        ("Watson", watson, "stop", "stop", "start x"),
        ("timewarrior", timew, "start x", "start x", "cancel"),
        ("timewarrior", timew, "running", "summary", "start x"),
    ]
    if timew is not None:  # it asks whether it may make its folder
        data.write_intervals(Path(env["TIMEWARRIORDB"]), 0, data.DAY, int(time.time()))
    for name, path, line, theirs, before_theirs in pairs:
        if path is not None:
            run = Run(ours(*line.split()), env, ours("start", "x", "-q"))
            other = Run([path, *theirs.split()], env, [path, *before_theirs.split()])
            bench.compare(line, run, other, f"{name} {theirs}", times=bench.long)
