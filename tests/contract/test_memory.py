"""Many entries: each is written, in little memory and, over a socket, in few requests."""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import NOON, Console
from tests.contract.worlds import connect, fill, workspace_of
from tests.service_server import ServiceServer

pytestmark = pytest.mark.slow

COUNT = 20_000
MOST = 120
MOST_OF_EXPORT = 60
PAGE = 8
"""Megabytes; the last one is what 5,000 entries take, which one request asks for."""

CHILD = """
import atexit, sys
from pathlib import Path
from clocktool.__main__ import main

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    print(next(line for line in lines if line.startswith("VmHWM")).split()[1], file=sys.stderr)

atexit.register(peak)
main()
"""
"""Not ``ru_maxrss``: that of a child counts what its parent had when it was made."""


measured = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak is read from /proc"
)


@measured
def test_twenty_thousand_entries_take_little_memory(new_console: Callable[[str], Console]) -> None:
    """A year as JSON lines: a request a page and at most three more, all names, below 120 MB."""
    console = new_console("many")
    with contextlib.closing(workspace_of(console, console.home / "server.sqlite3")) as workspace:
        fill(workspace)
        _add(console.home / "server.sqlite3", COUNT)
        server = ServiceServer(workspace)
        with server.serving():
            connect(console, server.url, "service")
            out, peak = _peak(console, "list", "2026", "-o", "jsonl")
    lines = out.splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == len(lines) == COUNT
    first = json.loads(lines[0])
    assert (first["project"]["name"], first["task"]["name"]) == ("Site", "Login")
    assert [tag["name"] for tag in first["tags"]] == ["dev"]
    assert 0 <= len(server.asked) - (1 + COUNT // 1000) <= 3
    assert peak < MOST


@measured
def test_export_takes_as_much_memory_for_few_as_for_many(run: Console) -> None:
    """40,000 local entries take that of 20,000, four pages, and two pages more than 2,000."""
    run.ok("projects", "add", "Site")
    run.ok("tasks", "add", "Login", "-p", "Site")
    run.ok("tags", "add", "dev")
    path = run.home / "data" / "local.sqlite3"
    peaks = []
    for count in (2_000, 20_000, 40_000):
        _add(path, count)
        out, peak = _peak(run, "export")
        assert len(out.splitlines()) == count
        peaks.append(peak)
    within_a_page, pages, many = peaks
    assert many - pages < 5
    assert many - within_a_page < 2 * PAGE
    assert many < MOST_OF_EXPORT


@measured
@pytest.mark.parametrize(
    "line",
    [
        ("report", "all"),
        ("list", "all", "--total"),
        ("report", "all", "--by", "client", "-o", "json"),
    ],
    ids=["report", "total", "json"],
)
def test_sums_take_as_much_memory_for_few_as_for_many(run: Console, line: tuple[str, ...]) -> None:
    """40,000 local entries are added up in the memory of 2,000, but for a few megabytes."""
    run.ok("projects", "add", "Site")
    run.ok("tasks", "add", "Login", "-p", "Site")
    run.ok("tags", "add", "dev")
    path = run.home / "data" / "local.sqlite3"
    _add(path, 2_000)
    _, least = _peak(run, *line)
    _add(path, 40_000)
    _, most = _peak(run, *line)
    assert most - least < 10


def _add(path: Path, count: int) -> None:
    """Put so many entries in the place of all that are in a file, each with everything."""
    first = 1000
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript("DELETE FROM entry_tags; DELETE FROM entries")
        connection.executemany(
            "INSERT INTO entries (seq, id, member, start_at, end_at, description, project,"
            " task, billable, type, created_at)"
            " VALUES (?, ?, 1, ?, ?, ?, 1, 1, 1, 'REGULAR', 0)",
            (
                (number, f"{number:024x}", at := NOON - number * 900, at + 600, "work " * 10)
                for number in range(first, first + count)
            ),
        )
        connection.executemany(
            "INSERT INTO entry_tags (entry, tag, position) VALUES (?, 1, 0)",
            ((number,) for number in range(first, first + count)),
        )


def _peak(console: Console, *argv: str) -> tuple[str, float]:
    """Run a command line in a process of its own; return what it writes and its peak in MB."""
    run = subprocess.run(
        [sys.executable, "-c", CHILD, *argv],
        env={**os.environ, **console.env},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout, int(run.stderr.splitlines()[-1]) / 1024
