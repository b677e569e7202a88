"""Import of 10,000 entries (quick: 1,000), and export of a million in flat memory."""

import json
import subprocess
import time
from pathlib import Path

from benchmarks import data, local
from benchmarks.bench import Bench, ms
from benchmarks.measure import Run, in_turns, median, ours, peak

MOST = 150
"""Megabytes."""


def measure(bench: Bench) -> None:
    """Measure both, where there are such commands."""
    bench.heading("Import and export")
    env = bench.env("import")
    if _is_there(env, "import"):
        _import(bench, env)
    else:
        bench.notes.append("There is no clocktool import.")
    if _is_there(env, "export"):
        many = local.large(bench)
        count = local.older(bench) + local.A_MONTH
        most = peak(Run(ours("export"), many))
        ratio = most / MOST
        bench.row(f"export of {count:,}, peak", f"{most:.0f} MB", f"{MOST} MB", ratio, 1.0)
    else:
        bench.notes.append("There is no clocktool export.")


def _is_there(env: dict[str, str], command: str) -> bool:
    words = ours(command, "--help")
    return subprocess.run(words, env=env, capture_output=True, check=False).returncode == 0


def _import(bench: Bench, env: dict[str, str]) -> None:
    count = 1_000 if bench.quick else 10_000
    path = Path(bench.folder, "import.jsonl")
    with path.open("w", encoding="utf-8") as file:
        for each in data.entries(count, data.YEAR, int(time.time())):
            file.write(json.dumps(each) + "\n")
    words = ours("import", str(path), "--create-missing")
    fresh = ["rm", "-rf", env["CLOCKTOOL_DATA"], f"{bench.folder}/inserted.sqlite3"]
    insert = Run(bench.python("insert", str(path), f"{bench.folder}/inserted.sqlite3"), env, fresh)
    mine, theirs = in_turns([Run(words, env, fresh), insert], bench.long)
    ratio = median(lambda own, its: own / its, mine, theirs)
    bench.row(f"import of {count:,}", ms(mine), f"json.loads, SQLite {ms(theirs)}", ratio)
    (again,) = in_turns([Run(words, env)], bench.long)
    bench.row("the same once more, nothing to add", ms(again), "", None)
    most = peak(Run(words, env))
    their_peak = peak(insert)
    against = f"json.loads, SQLite {their_peak:.0f} MB"
    bench.row("the same, peak", f"{most:.0f} MB", against, most / their_peak)
