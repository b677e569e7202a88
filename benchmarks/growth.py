"""What a command costs after large imports: CPU, memory, files; ``python -m benchmarks.growth``.

Files are filled by real imports, so that the outbox has its rows. Everything is measured in the
CPU time of whole processes: other work on the machine weighs little on that.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks import data
from benchmarks.measure import Cost, cost, ours

SIZES = (20_000, 200_000)
LAST = 300
"""How many commands follow an import, of which the slowest is looked for."""

TURNS = 9
"""How often a small command is measured."""

HEADINGS = ("what", "entries", "clocktool", "against", "ratio", "reach", "ok")
WIDTHS = (34, 9, 22, 30, 7, 6, 3)

Environment = Mapping[str, str]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="ENTRIES")
    parser.add_argument("--folder", help="where files go, default: a temporary folder")
    parser.add_argument("--last", type=int, default=LAST, help="commands after an import")
    given = parser.parse_args()
    _row(HEADINGS)
    _row(["-" * width for width in WIDTHS])
    with tempfile.TemporaryDirectory(prefix="clocktool-growth-", dir=given.folder) as folder:
        reading: dict[str, tuple[int, float]] = {}
        for size in sorted(given.sizes):
            place = Place(Path(folder, str(size)), size)
            place.fill()
            for name, spent in place.read():
                if name in reading:
                    fewer, before = reading[name]
                    times = size / fewer
                    _ratio(f"{name}, {times:g} x the entries", size, spent, before, times * 1.05)
                reading[name] = size, spent
            place.compare()
            place.follow(given.last)
            place.take_back()


class Place:
    """One folder with so many imported entries."""

    def __init__(self, folder: Path, size: int) -> None:
        self._size = size
        self._data = folder / "data"
        self._file = folder / "import.jsonl"
        folder.mkdir(parents=True)
        self._env = data.own_environment(folder, self._data)

    def fill(self) -> None:
        """Import the entries, and say what that cost."""
        _write(self._file, self._size)
        self._import = self._cost("import", str(self._file), "-q")
        each = self._import.seconds / self._size * 1e6
        _row(_cells("import, CPU an entry", self._size, f"{each:.0f} µs", "60 µs", each / 60, 1.0))
        self._memory("import, peak", self._import, 300)
        outbox, file = _bytes(self._data / "journal"), _bytes(self._data / "local.sqlite3")
        own, other = f"{_mb(outbox)} MB", f"data file {_mb(file)} MB"
        _row(_cells("outbox after it", self._size, own, other, outbox / file, 1.0))
        self._cost("start", "the timer that is running", "-q")

    def read(self) -> Iterator[tuple[str, float]]:
        """Read all of it, in three ways; yield the CPU time of each, less that of starting."""
        start = self._median("running")
        for name, words, limit in (
            ("export", ("export",), 50),
            ("report", ("report", "all"), 100),
            ("total", ("list", "all", "--total"), 100),
        ):
            spent = self._cost(*words)
            self._memory(f"{name}, peak", spent, limit)
            yield name, spent.seconds - start

    def compare(self) -> None:
        """Compare what undo and ``pending`` cost with what ``running`` does."""
        add = ("add", "x", "--for", "1m", "-q")
        self._against_running("pending", 1.1, ("pending",))
        self._against_running("undo of an add", 1.2, ("undo", "-q"), add)
        self._against_running(
            "undo of a delete", 1.3, ("undo", "-q"), add, ("delete", "last", "-y")
        )

    def follow(self, count: int) -> None:
        """Carry out so many commands, and compare the slowest with the one in the middle."""
        spent = [self._cost("add", f"later {at}", "--for", "1m", "-q") for at in range(count)]
        seconds = [each.seconds for each in spent]
        most, middle = max(seconds), statistics.median(seconds)
        name = f"slowest of {count} commands"
        _row(_cells(name, self._size, _ms(most), f"median {_ms(middle)}", most / middle, 3.0))

    def take_back(self) -> None:
        """Undo an import of as many, the only one of a folder."""
        self._data.rename(self._data.with_name("before"))
        again = self._cost("import", str(self._file), "-q")
        before = _bytes(self._data)
        undone = self._cost("undo", "-q")
        own, other = _ms(undone.seconds), f"import {_ms(again.seconds)}"
        ratio = undone.seconds / again.seconds
        _row(_cells("undo of an import, CPU", self._size, own, other, ratio, 1.0))
        limit = 200 if self._size <= 200_000 else None
        self._memory("undo of an import, peak", undone, limit)
        own, other = f"{_mb(_bytes(self._data))} MB", f"before {_mb(before)} MB"
        share = None if limit is None else _bytes(self._data) / limit / 1e6
        _row(_cells("undo of an import, files", self._size, own, other, share, 1.0))
        redone = self._cost("redo", "-q")
        ratio = redone.seconds / again.seconds
        other = f"import {_ms(again.seconds)}"
        _row(_cells("redo of it, CPU", self._size, _ms(redone.seconds), other, ratio, None))

    def _against_running(
        self, name: str, reach: float, words: Sequence[str], *before: Sequence[str]
    ) -> None:
        mine, theirs = [], []
        for _ in range(TURNS):
            for each in before:
                self._cost(*each)
            mine.append(self._cost(*words).seconds)
            theirs.append(self._cost("running").seconds)
        ratio = statistics.median(mine) / statistics.median(theirs)
        own, other = (_ms(statistics.median(each)) for each in (mine, theirs))
        _row(_cells(name, self._size, own, f"running {other}", ratio, reach))

    def _memory(self, name: str, spent: Cost, limit: float | None) -> None:
        ratio = None if limit is None else spent.megabytes / limit
        against = "" if limit is None else f"{limit:.0f} MB"
        own = f"{spent.megabytes:.0f} MB"
        _row(_cells(name, self._size, own, against, ratio, None if limit is None else 1.0))

    def _median(self, *words: str) -> float:
        return statistics.median(self._cost(*words).seconds for _ in range(TURNS))

    def _cost(self, *words: str) -> Cost:
        return cost(ours(*words), self._env)


def _write(path: Path, count: int) -> None:
    """Write so many entries of other programs: names, tags, an hour or so each, oldest first."""
    chosen = random.Random(count)  # noqa: S311  # no secret
    at = int(time.time()) - count * 600 - data.DAY
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            row = {
                "start": data.iso(at),
                "end": data.iso(at + chosen.randrange(60, 590)),
                "description": f"Look into build {number % 5000}",
                "project": data.PROJECTS[number % len(data.PROJECTS)],
                "tags": ["dev"] if number % 2 else [],
                "billable": number % 3 != 0,
            }
            file.write(json.dumps(row) + "\n")
            at += 600


def _bytes(path: Path) -> int:
    """Return how many bytes a file, or all files of a folder, have."""
    if path.is_dir():
        return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    return path.stat().st_size


def _ratio(name: str, size: int, own: float, before: float, reach: float) -> None:
    _row(_cells(name, size, _ms(own), f"before {_ms(before)}", own / before, reach))


def _cells(  # noqa: PLR0917  # the columns
    name: str, size: int, own: str, against: str, ratio: float | None, reach: float | None
) -> tuple[str, ...]:
    ok = "" if ratio is None or reach is None else "yes" if ratio <= reach else "NO"
    figures = ("" if each is None else f"{each:.2f}" for each in (ratio, reach))
    return name, f"{size:,}", own, against, *figures, ok


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


def _mb(count: int) -> str:
    return f"{count / 1e6:.1f}"


def _row(cells: Sequence[str]) -> None:
    shown = (cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    print(f"| {' | '.join(shown)} |", flush=True)


if __name__ == "__main__":
    main()
