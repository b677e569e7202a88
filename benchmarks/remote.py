"""Commands against a server: requests, and time at no latency and at 100 ms a request."""

from pathlib import Path

from benchmarks import data
from benchmarks.bench import Bench, ms
from benchmarks.measure import Run, in_turns, median, ours

LATENCY = 0.1

COMMANDS = (
    ("running", 1, 208, 1.0),
    ("list", 1, 210, 1.0),
    ("start x", 2, 817, 1 / 2),
    ("stop", 1, 309, 2 / 3),
)
"""Each with its requests by CLI.md, clockify-cli's milliseconds, and the part it may take."""

TODAY = 5
"""How many entries there are today, about."""


def measure(bench: Bench) -> None:
    """Measure the four, at both latencies."""
    bench.heading(
        "Against a server, names cached: against hello and one httpx request,"
        " less the round trips of either"
    )
    for latency in (0, 100):
        bench.serve(TODAY, 2 * data.DAY, latency)
        env = bench.env("remote", remote=True)
        hello = Run(bench.python("request", "hello", "--name", f"{bench.url}/v1/user"), env)
        for line, most, recorded, part in COMMANDS:
            run = Run(ours(*line.split()), env)
            bench.requests(run)
            count = bench.requests(run)
            mine, theirs = in_turns([run, hello], bench.times)
            trips, trip = count * latency / 1000, latency / 1000
            ratio = median(lambda own, its, t=trips, o=trip: (own - t) / (its - o), mine, theirs)
            what = f"{line}, {latency} ms a request"
            bench.row(what, f"{count} · {ms(mine)}", f"hello, 1 · {ms(theirs)}", ratio, 3.0)
            if latency:
                against = f"clockify-cli {recorded} ms (recorded)"
                whole = median(lambda own, it=recorded: own * 1000 / it, mine)
                bench.row(what, f"{count} · {ms(mine)}", against, whole, part)
                bench.row(f"{line}, requests", str(count), f"CLI.md {most}", count / most, 1.0)
    if bench.peers.cft is not None:
        # It cannot read an entry that runs.
        bench.serve(TODAY, 2 * data.DAY, 100, running=False)
        run = Run(ours("list"), env)
        other = Run(bench.peers.cft_words(bench.url, "list"), _with_cft(bench))
        count = bench.requests(other)
        bench.compare(
            "list, 100 ms a request", run, other, f"clockifytool, {count} ·", times=bench.long
        )


def _with_cft(bench: Bench) -> dict[str, str]:
    """Return an environment in which clockifytool is set up."""
    env = bench.env("cft", remote=True)
    text = f"api key: k\nworkspace: '{data.WORKSPACE}'\n"
    Path(env["HOME"], ".cft.yml").write_text(text, encoding="utf-8")
    return env
