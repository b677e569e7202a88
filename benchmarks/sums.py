"""Sums over many entries, on this machine and mirrored; long lists; what does not grow.

Everything is measured in the CPU time of whole processes, in turns with ``running``: other work on
the machine weighs little on that.
"""

import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import data
from benchmarks.bench import Bench, ms
from benchmarks.measure import Cost, Run, cost, ours

YEARS = "2010..2026"
SMALL = 1_000
A_YEAR = 71_000
MIRRORED = 100_000
PAGE = 5_000

PAGES = """
import json, sys, time
from pathlib import Path
from clocktool.api.session import Session
from clocktool.backends.cache import Cache
from clocktool.history.held import ALL_TIME
from clocktool.history.mirror import Mirror

folder, *files = map(Path, sys.argv[1:])
now = int(time.time())
session = Session(None, Cache(folder / "cache.sqlite3", lambda: now, print, None))
mirror = Mirror(folder / "mirror.sqlite3", print)
reading = storing = 0.0
for file in files:
    body = file.read_bytes()
    begin = time.process_time()
    entries = session.read_entries(body)
    read = time.process_time()
    until = ALL_TIME[1] if file == files[0] else entries[0].start + 1
    mirror.keep_page(entries[0].user_id, entries, mirror.begin(now), (ALL_TIME[0], until))
    reading, storing = reading + read - begin, storing + time.process_time() - read
print(json.dumps([reading / len(files), storing / len(files)]))
"""
"""Reads pages as the client does, and stores each in a mirror; prints the seconds of both."""


def measure(bench: Bench) -> None:
    """Measure all of it."""
    bench.heading("Sums over many entries, in CPU time")
    small = _filled(bench, "sums-small", SMALL)
    for size in (100_000,) if bench.quick else (100_000, 1_000_000):
        _local(bench, small, size)
    if not bench.quick:
        _long_list(bench)
    _mirrored(bench)
    _page(bench)
    _peers(bench)


def _filled(bench: Bench, name: str, count: int) -> dict[str, str]:
    """Return an environment with so many entries of ten years, and a timer."""
    env = bench.env(name)
    data.fill_local(env, 0, count, int(time.time()))
    cost(ours("start", "x"), env)
    return env


def _local(bench: Bench, small: dict[str, str], size: int) -> None:
    """Compare reports over a size with ``running``, and small commands with those of 1,000."""
    env = _filled(bench, f"sums-{size}", size)
    many, report = f"{size:,}", ("report", YEARS, "--by", "client")
    total = ("list", YEARS, "--total")
    reach = 4 if size <= 100_000 else 20
    found = _rows(bench, env, ("running",), [(report, reach), (total, 15)], many)
    (few,) = _turns([(report, small)], bench.long)
    most, before = (max(each.megabytes for each in of) for of in (found[0], few))
    against = f"of {SMALL:,} {before:.0f} MB"
    bench.row(f"report of {many}, peak", f"{most:.0f} MB", against, most / before, 2.0)
    for words in (("stop",), ("start", "x"), ("running",), ("list",), ("report",)):
        _against_small(bench, " ".join(words), words, (env, small), many)
    fields = "\x1f".join(("bash", "clocktool", "start", "x", "-p", "S"))
    tabs = tuple({**each, "_CLOCKTOOL_COMPLETE": fields} for each in (env, small))
    _against_small(bench, "TAB", (), (tabs[0], tabs[1]), many)


def _against_small(
    bench: Bench,
    name: str,
    words: Sequence[str],
    envs: tuple[dict[str, str], dict[str, str]],
    many: str,
) -> None:
    before = ("start", "before") if words[:1] in (("start",), ("stop",)) else None
    mine, theirs = _turns([(words, env) for env in envs], bench.times, before)
    own, other = _median(mine), _median(theirs)
    bench.row(f"{name}, among {many}", ms(own), f"among {SMALL:,} {ms(other)}", own / other, 1.1)


def _long_list(bench: Bench) -> None:
    """Compare the list of a year, in a pipe, with ``running``."""
    env = _filled(bench, "sums-year", 10 * A_YEAR)
    year = str(time.localtime().tm_year - 1)
    _rows(bench, env, ("running",), [(("list", year), 25)], f"{A_YEAR:,}")


def _mirrored(bench: Bench) -> None:
    """Compare reports of the mirror with ``running``, without a network."""
    bench.serve(MIRRORED, 5 * data.YEAR, 0)
    env = bench.env("sums-mirror", remote=True)
    for words in (("running",), ("mirror", "load", "-q")):
        cost(ours(*words), env)
    report = ("report", YEARS, "--by", "client", "--by", "year", "--offline")
    base = ("running", "--offline")
    _rows(bench, env, base, [(report, 8)], f"{MIRRORED:,} mirrored")


def _page(bench: Bench) -> None:
    """Compare storing a page in the mirror with reading it."""
    folder = Path(bench.folder, "sums-pages")
    folder.mkdir()
    every = list(data.entries(4 * PAGE, data.YEAR, int(time.time())))
    files = [folder / f"{first}.json" for first in range(0, len(every), PAGE)]
    for place, file in enumerate(files):
        page = every[place * PAGE : (place + 1) * PAGE]
        file.write_text(json.dumps(page), encoding="utf-8")
    script = folder / "pages.py"
    script.write_text(PAGES, encoding="utf-8")
    found = bench.output([str(script), str(folder), *map(str, files)])
    reading, storing = json.loads(found)
    name, against = f"a page of {PAGE:,} stored", f"read {ms(reading)}"
    bench.row(name, ms(storing), against, storing / reading, 1.0)


def _peers(bench: Bench) -> None:
    """Compare a report over 100,000 entries with those of others."""
    now, home = int(time.time()), bench.folder / "sums-100000"
    env = bench.env("sums-100000")
    data.write_frames(home / "watson", 100_000, 5 * data.YEAR, now)
    data.write_intervals(home / "timewarrior", 100_000, 5 * data.YEAR, now)
    for name, path, line in (
        ("Watson report", bench.peers.watson, "report --no-pager --from 2010-01-01"),
        ("timewarrior summary", bench.peers.timew, "summary 2010-01-01 - now"),
    ):
        if path is not None:
            run, other = Run(ours("report", YEARS), env), Run([path, *line.split()], env)
            what = "report of 100,000"
            bench.compare(what, run, other, name, reach=1.0, times=1)


def _rows(
    bench: Bench,
    env: dict[str, str],
    base: Sequence[str],
    rows: Sequence[tuple[Sequence[str], float]],
    many: str,
) -> list[list[Cost]]:
    """Print the ratio of commands to a small one, and return what each took."""
    first, *found = _turns([(base, env), *((words, env) for words, _ in rows)], bench.long)
    small = _median(first)
    for (words, reach), spent in zip(rows, found, strict=True):
        own, against = _median(spent), f"{' '.join(base)} {ms(small)}"
        bench.row(f"{' '.join(words)}, {many}", ms(own), against, own / small, reach)
    return found


def _turns(
    commands: Sequence[tuple[Sequence[str], dict[str, str]]],
    times: int,
    before: Sequence[str] | None = None,
) -> list[list[Cost]]:
    """Return what each command takes, so many times in turns; ``before`` is done before each."""
    found: list[list[Cost]] = [[] for _ in commands]
    for _ in range(times):
        for place, (words, env) in enumerate(commands):
            if before is not None:
                cost(ours(*before), env)
            found[place].append(cost(ours(*words), env))
    return found


def _median(spent: Sequence[Cost]) -> float:
    return statistics.median(each.seconds for each in spent)
