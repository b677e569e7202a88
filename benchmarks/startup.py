"""Cold start of each command on a local file, against a Typer hello with two commands."""

from benchmarks.bench import Bench
from benchmarks.measure import Run, ours

COMMANDS: tuple[tuple[str, float | None], ...] = (
    ("--version", 1.35),
    ("running --prompt", 1.35),
    ("start x", 1.7),
    ("running", 1.7),
    ("stop", 1.7),
    ("list", 2.2),
    ("add x --for 1m", None),
    ("resume last", None),
    ("show last", None),
    ("edit last -d y", None),
    ("report", None),
    ("dup last --dry-run", None),
    ("bulk today --set-billable --dry-run", None),
    ("invoice today --dry-run", None),
    ("export today", None),
    ("projects", None),
    ("sync", None),
    ("--help", None),
)
"""The commands, and the ratio that each is to stay below."""


def measure(bench: Bench) -> None:
    """Measure them, and timers of others that track in a file."""
    env = bench.env("startup")
    hello = Run(bench.python("hello", "hello"), env)
    bench.heading("Cold start, local, against a Typer hello with two commands")
    bench.compare("(Typer hello)", hello, Run(bench.python("nothing"), env), "bare Python")
    for line, reach in COMMANDS:
        if bench.quick and reach is None:
            continue
        words = line.split()
        before = ours("start", "x", "-q") if words[0] in ("running", "stop") else None
        if "last" in words:
            before = ours("add", "y", "--for", "1m", "-q")
        bench.compare(line, Run(ours(*words), env, before), hello, "hello", reach=reach)
    for name, path, words_of_status in (
        ("Watson", bench.peers.watson, "status"),
        ("timewarrior", bench.peers.timew, "summary"),
    ):
        if path is None:
            continue
        pairs = (("start x", "start x"), ("running", words_of_status), ("stop", "stop"))
        for line, theirs in pairs:
            # Watson starts no timer while one runs.
            begin = [path, "stop" if line == "start x" else "start", *(["x"] * (line != "start x"))]
            run = Run(ours(*line.split()), env, ours("start", "x", "-q"))
            other = Run([path, *theirs.split()], env, begin)
            bench.compare(line, run, other, f"{name} {theirs}", times=bench.long)
