"""All benchmarks, or those named: ``python -m benchmarks [--quick] [--no-peers] [NAME…]``."""

import argparse
import os
import platform
import tempfile
import time
from pathlib import Path

from benchmarks import local, moving, pages, remote, screen, shells, startup, sums
from benchmarks.bench import Bench

ALL = {
    "startup": startup.measure,
    "shells": shells.measure,
    "screen": screen.measure,
    "remote": remote.measure,
    "pages": pages.measure,
    "local": local.measure,
    "moving": moving.measure,
    "sums": sums.measure,
}


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ALL))
    parser.add_argument("--quick", action="store_true", help="fewer runs, 100,000 local entries")
    parser.add_argument("--no-peers", action="store_true", help="install nothing")
    given = parser.parse_args()
    unknown = set(given.names) - set(ALL)
    if unknown:
        parser.error(f"no benchmark: {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
    begun = time.monotonic()
    print(f"{machine()}, {time.strftime('%Y-%m-%d')}; medians of runs in turns")
    with tempfile.TemporaryDirectory(prefix="clocktool-benchmarks-") as folder:
        bench = Bench(Path(folder), quick=given.quick, peers=not given.no_peers)
        try:
            for name, measure in ALL.items():
                if not given.names or name in given.names:
                    measure(bench)
        finally:
            bench.close()
    print()
    for note in bench.notes:
        print(note)
    print(f"{time.monotonic() - begun:.0f} s in all")


def machine() -> str:
    """Return what this was measured on."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8").splitlines()
        name = next((each.partition(": ")[2] for each in lines if "model name" in each), name)
    python = f"Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {name}, {platform.system()}, {python}"


if __name__ == "__main__":
    main()
