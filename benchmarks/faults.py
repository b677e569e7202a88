"""The fault laboratory at length: thousands of seeded runs in which everything fails.

    python benchmarks/faults.py [RUNS] [SEED]
    python benchmarks/faults.py reads [RUNS] [SEED]

RUNS are shared between a guide-shaped server, a service-shaped one, and the local workspace. Those
of ``reads`` are on both servers, where somebody else changes entries, and compare all that is read.
Prints a Markdown table: for each fault, on the way of which commands it was met and how often, in
how many runs, and how many entries those runs lost, doubled or have at wrong instants. A run that
is wrong is printed whole, with its seed. Exit code 1 when there was one.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.lab import reader
from tests.lab.player import PLACES, Outcome, play

SHOWN = ["start", "stop", "add", "edit", "delete", "dup", "resume", "split", "undo", "redo", "sync"]
READS = ["list", "report", "show", "mirror load", "mirror verify"]
WRONG = ("lost", "doubled", "wrong", "denied")


def one(job: tuple[int, str]) -> Outcome:
    """Play one run."""
    return play(*job)


def one_reader(job: tuple[int, str]) -> Outcome:
    """Play one run in which somebody else changes entries."""
    return reader.read(*job)


def table_of_reads(outcomes: list[Outcome]) -> Iterator[str]:
    """Yield the lines of the table of runs that compare all reads."""
    met = sum((outcome.met for outcome in outcomes), Counter())
    yield "| fault | " + " | ".join(READS) + " | writes | runs | wrong |"
    yield "|---|" + "--:|" * (len(READS) + 3)
    for fault in sorted({fault for fault, _ in met}):
        cells = [met[fault, command] for command in READS]
        cells.append(sum(count for (each, _), count in met.items() if each == fault) - sum(cells))
        its = [it for it in outcomes if any(each == fault for each, _ in it.met)]
        cells += [len(its), sum(bool(outcome.problems) for outcome in its)]
        yield f"| {fault} | " + " | ".join(f"{each:,}" for each in cells) + " |"


def table(outcomes: list[Outcome]) -> Iterator[str]:
    """Yield the lines of the table."""
    met: Counter[tuple[str, str]] = Counter()
    runs: Counter[str] = Counter()
    verdicts: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        for (fault, command), count in outcome.met.items():
            met[fault, command] += count
        for each in {str(fault) for fault, _ in outcome.met}:
            runs[each] += 1
            verdicts.setdefault(each, Counter()).update(outcome.verdict)
    yield "| fault | " + " | ".join(SHOWN) + " | reads | runs | lost | doubled | wrong |"
    yield "|---|" + "--:|" * (len(SHOWN) + 5)
    for name in sorted(runs):
        of = {command: count for (each, command), count in met.items() if each == name}
        reads = sum(count for command, count in of.items() if command not in SHOWN)
        cells = [of.get(command, 0) for command in SHOWN] + [reads, runs[name]]
        found = verdicts[name]
        cells += [found["lost"], found["doubled"], found["wrong"] + found["denied"]]
        yield f"| {name} | " + " | ".join(f"{each:,}" for each in cells) + " |"


def main() -> int:
    """Play the runs and print what came of them."""
    is_reads = "reads" in sys.argv
    numbers = [int(each) for each in sys.argv[1:] if each != "reads"]
    most, seed = [*numbers, *(3000, 1000)[len(numbers) :]]
    all_places = reader.PLACES if is_reads else PLACES
    jobs = [(seed + number, all_places[number % len(all_places)]) for number in range(most)]
    began = time.monotonic()
    with ProcessPoolExecutor(max(1, os.cpu_count() or 1)) as pool:
        outcomes = list(pool.map(one_reader if is_reads else one, jobs, chunksize=20))
    bad = [outcome for outcome in outcomes if outcome.problems]
    for outcome in bad:
        print(outcome, end="\n\n")
    total = sum((outcome.verdict for outcome in outcomes), Counter())
    faults = sum(sum(outcome.met.values()) for outcome in outcomes)
    commands = sum(outcome.commands for outcome in outcomes)
    places = Counter(outcome.place for outcome in outcomes)
    contested = sum(outcome.contested for outcome in outcomes)
    print("\n".join((table_of_reads if is_reads else table)(outcomes)))
    print(
        f"\n{most:,} runs ({', '.join(f'{name} {count:,}' for name, count in places.items())}),"
        f" {commands:,} commands, {faults:,} faults met:"
        f" lost {total['lost']}, doubled {total['doubled']}, wrong instants or fields"
        f" {total['wrong']}, done though denied {total['denied']}, runs with anything wrong said or"
        f" left {len(bad)}; somebody else changed what waited in {contested};"
        f" {time.monotonic() - began:.0f} s"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
