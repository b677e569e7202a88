"""Twenty thousand entries from a server, and a month of a thousand: time, pages at once, memory."""

import json
import time
from pathlib import Path

from benchmarks import data
from benchmarks.bench import Bench, ms
from benchmarks.measure import Run, in_turns, median, ours, peak

MANY = 20_000
A_MONTH = 1_000
PAGE = 1_000

LINES = ("report 366d", "list 366d", "list 366d -o jsonl")


def measure(bench: Bench) -> None:
    """Measure lists and reports without latency, then with 100 ms a request."""
    bench.heading("20,000 entries from a server")
    bench.serve(MANY, data.YEAR, 0)
    env = bench.env("pages", remote=True)
    _without_latency(bench, env, _files(bench))
    _with_latency(bench, env)


def _url(bench: Bench) -> str:
    return f"{bench.url}/v1/workspaces/{data.WORKSPACE}/user/{data.USER}/time-entries"


def _files(bench: Bench) -> list[str]:
    """Write the pages as the server gives them; gives their paths."""
    found = []
    every = list(data.entries(MANY, data.YEAR, int(time.time())))
    for first in range(0, MANY, PAGE):
        path = Path(bench.folder, f"page{first}.json")
        path.write_text(json.dumps(every[first : first + PAGE]), encoding="utf-8")
        found.append(str(path))
    return found


def _without_latency(bench: Bench, env: dict[str, str], files: list[str]) -> None:
    nothing = Run(bench.python("nothing"), env)
    loads = Run(bench.python("loads", *files), env)
    pages = Run(bench.python("pages", _url(bench), str(MANY // PAGE)), env)
    one = Run(bench.python("pages", _url(bench), "0"), env)
    for line in LINES[: 1 if bench.quick else None]:
        run = Run(ours(*line.split()), env)
        start = Run(ours(*line.split(), "--running"), env)  # one entry, one request
        series = in_turns([run, start, pages, one, loads, nothing], bench.long)
        mine, begun, theirs, empty, read, bare = series
        work = median(lambda own, get, none: own - (get - none), mine, theirs, empty)
        bench.row(line, ms(mine), f"the same bytes over httpx {ms(theirs)}", None)
        floor = median(lambda own, none: own - none, read, bare)
        up = median(lambda own: own, begun)
        reach = 3.0 if line.startswith("report") else None
        bench.row(
            "  after transfer, less start-up",
            ms(work - up),
            f"json.loads of the same {ms(floor)}",
            (work - up) / floor,
            reach,
        )
    their_peak = peak(Run(bench.python("loads", *files), env))
    for line in LINES[: 1 if bench.quick else None]:
        most = peak(Run(ours(*line.split()), env))
        against = f"json.loads, page by page {their_peak:.0f} MB"
        bench.row(f"{line}, peak", f"{most:.0f} MB", against, most / their_peak)


def _with_latency(bench: Bench, env: dict[str, str]) -> None:
    one_by_one = Run(bench.python("pages", _url(bench), str(MANY // PAGE)), env)
    run = Run(ours("list", "366d"), env)
    near, their_near = in_turns([run, one_by_one], bench.long)
    bench.serve(MANY, data.YEAR, 100)
    count = bench.requests(run)
    mine, theirs = in_turns([run, one_by_one], bench.long)
    ratio = median(lambda own, its: own / its, mine, theirs)
    against = f"httpx, one by one, 20 · {ms(theirs)}"
    bench.row("list 366d, 100 ms a request", f"{count} · {ms(mine)}", against, ratio)
    waits = median(lambda far, close: far - close, mine, near)
    their_waits = median(lambda far, close: far - close, theirs, their_near)
    against = f"of it for httpx, one by one {ms(their_waits)}"
    bench.row("  of it for latency", ms(waits), against, waits / their_waits, 1 / 2)
    wasted = count - MANY // PAGE
    bench.row("  requests in vain", str(wasted), "3", wasted / 3, 1.0)
    _recorded(bench, "list 366d, 100 ms a request", count, mine, recorded=43_000, faster=30)
    bench.serve(A_MONTH, data.MONTH, 100)
    run = Run(ours("list", "31d"), env)
    count = bench.requests(run)
    (mine,) = in_turns([run], bench.long)
    _recorded(
        bench, "list 31d, 1,000 entries, 100 ms a request", count, mine, recorded=2_346, faster=10
    )


def _recorded(
    bench: Bench, what: str, count: int, mine: list[float], *, recorded: int, faster: int
) -> None:
    ratio = median(lambda own: own * 1000 / recorded, mine)
    against = f"clockify-cli {recorded:,} ms (recorded)"
    bench.row(what, f"{count} · {ms(mine)}", against, ratio, 1 / faster)
