"""Start-up of local commands against a Typer hello with two commands, side by side in one run.

    python benchmarks/startup.py [RUNS]

Prints the median of each, and the ratio to the hello, pair by pair. Every command is a process of
its own, on a local workspace in a temporary folder.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HELLO = """
import typer

app = typer.Typer()


@app.command()
def hello(name: str = "world") -> None:
    print("hello", name)


@app.command()
def bye(name: str = "world") -> None:
    print("bye", name)


app()
"""

COMMANDS: tuple[tuple[tuple[str, ...], float], ...] = (
    (("start", "x"), 1.7),
    (("running",), 1.7),
    (("stop",), 1.7),
    (("list",), 2.2),
    (("--version",), 1.35),
)
"""The commands, and the ratio each is to stay below."""


def main() -> None:
    """Measure and print a table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder, "hello.py")
        hello.write_text(HELLO, encoding="utf-8")
        env = {
            **os.environ,
            "CLOCKTOOL_DATA": folder,
            "CLOCKTOOL_CONFIG": f"{folder}/config.toml",
            "CLOCKTOOL_PROFILE": "local",
        }
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # or every run would compile the sources again
        floor = [sys.executable, str(hello), "hello"]
        print(f"{'command':<12}{'hello ms':>10}{'ms':>8}{'ratio':>8}{'reach':>8}")
        for words, reach in COMMANDS:
            command = [sys.executable, "-m", "clocktool", *words]
            spent(command, env), spent(floor, env)
            pairs = []
            for _ in range(runs):
                if words[0] in ("running", "stop"):
                    spent([sys.executable, "-m", "clocktool", "start", "x"], env)
                pairs.append((spent(floor, env), spent(command, env)))
            ratio = statistics.median(ours / theirs for theirs, ours in pairs)
            theirs, ours = (statistics.median(each) * 1000 for each in zip(*pairs, strict=True))
            print(f"{' '.join(words):<12}{theirs:>10.1f}{ours:>8.1f}{ratio:>8.2f}{reach:>8.2f}")


def spent(command: list[str], env: dict[str, str]) -> float:
    """Return the seconds a process takes."""
    start = time.perf_counter()
    subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
