"""What every benchmark is given: a folder, scripts, a server, peers; and the table it fills."""

import os
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from benchmarks import floors
from benchmarks.measure import Run, Words, in_turns, median, ours, spent
from benchmarks.peers import Peers

HEADINGS = ("what", "clocktool", "against", "ratio", "reach", "ok")
WIDTHS = (46, 16, 42, 8, 8, 3)


class Bench:
    """One run of the benchmarks. ``times`` is how often each is measured."""

    def __init__(self, folder: Path, *, quick: bool, peers: bool) -> None:
        self.folder = folder
        self.quick = quick
        self.times = 5 if quick else 15
        self.long = 2 if quick else 5
        self.peers = Peers(folder, install=peers)
        self.scripts = floors.write(folder)
        self._server: subprocess.Popen[str] | None = None
        self.url = ""
        self.notes = self.peers.notes

    def env(self, name: str, *, remote: bool = False) -> dict[str, str]:
        """Return the environment of a home of its own, by name."""
        home = Path(self.folder, name)
        home.mkdir(exist_ok=True)
        kept = {
            each: value
            for each, value in os.environ.items()
            if not each.startswith(("CLOCKTOOL_", "CLOCKIFY_", "WATSON_"))
        }
        # PYTHONDONTWRITEBYTECODE would have every run compile the sources again.
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        env = {
            **kept,
            "HOME": str(home),
            "CLOCKTOOL_DATA": str(home / "data"),
            "CLOCKTOOL_CONFIG": str(home / "config.toml"),
            "WATSON_DIR": str(home / "watson"),
            "TIMEWARRIORDB": str(home / "timewarrior"),
        }
        if not remote:
            return {**env, "CLOCKTOOL_PROFILE": "local"}
        env |= {"CLOCKIFY_API_KEY": "k", "CLOCKTOOL_BASE_URL": f"{self.url}/v1"}
        if not (home / "config.toml").exists():
            (home / "config.toml").write_text('routes = "service"\n', encoding="utf-8")
            (home / "config.toml").chmod(0o600)
        return env

    def python(self, script: str, *words: str) -> list[str]:
        """Return the command line of one of our scripts."""
        return [sys.executable, self.scripts[script], *words]

    def serve(self, count: int, seconds: int, milliseconds: int, *, running: bool = True) -> None:
        """Let the server have so many entries, and take so long to answer."""
        if self._server is None:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.server"],
                stdout=subprocess.PIPE,
                text=True,
                cwd=Path(__file__).parent.parent,
            )
            assert self._server.stdout is not None
            self.url = self._server.stdout.readline().strip()
        self._ask(f"set/{count}/{seconds}/{milliseconds}/{int(running)}")

    def output(self, words: Sequence[str]) -> str:
        """Return what a script of ours prints."""
        done = subprocess.run(
            [sys.executable, *words],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parent.parent,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        )
        return done.stdout

    def requests(self, run: Run) -> int:
        """Return how many requests a run takes."""
        before = int(self._ask("count"))
        spent(run)
        return int(self._ask("count")) - before

    def _ask(self, path: str) -> bytes:
        with urllib.request.urlopen(f"{self.url}/{path}") as reply:  # noqa: S310  # our own
            found: bytes = reply.read()
            return found

    def close(self) -> None:
        """End the server."""
        if self._server is not None:
            self._server.terminate()
            self._server.communicate()

    def compare(
        self,
        what: str,
        run: Run,
        other: Run,
        name: str,
        *,
        reach: float | None = None,
        times: int | None = None,
    ) -> None:
        """Measure a command and something else in turns, and print the row."""
        mine, theirs = in_turns([run, other], times or self.times)
        ratio = median(lambda own, its: own / its, mine, theirs)
        self.row(what, ms(mine), f"{name} {ms(theirs)}", ratio, reach)

    def row(
        self, what: str, own: str, against: str, ratio: float | None, reach: float | None = None
    ) -> None:
        """Print a row of the table."""
        ok = "" if reach is None or ratio is None else "yes" if ratio <= reach else "NO"
        digits = 2 if reach is None or reach > 0.2 else 3
        figures = ("" if each is None else f"{each:.{digits}f}" for each in (ratio, reach))
        print_row((what, own, against, *figures, ok))

    def heading(self, text: str) -> None:
        """Print the heading of a table."""
        print(f"\n{text}\n")
        print_row(HEADINGS)
        print_row(["-" * width for width in WIDTHS])

    def command(self, env: dict[str, str], *words: str, before: Words | None = None) -> Run:
        """Return the run of a clocktool command."""
        return Run(ours(*words), env, before)


def ms(seconds: Sequence[float] | float) -> str:
    """Return the median of seconds as milliseconds."""
    found = seconds if isinstance(seconds, float) else statistics.median(seconds)
    return f"{found * 1000:,.0f} ms"


def print_row(cells: Sequence[str]) -> None:
    """Print the cells of a row, aligned, as a Markdown table has them."""
    shown = (cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    print(f"| {' | '.join(shown)} |", flush=True)
