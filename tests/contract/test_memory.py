"""Twenty thousand entries over a socket: each is written, in little memory and few requests."""

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

COUNT = 20_000
MOST = 120
"""Megabytes."""

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


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_twenty_thousand_entries_take_little_memory(new_console: Callable[[str], Console]) -> None:
    """A year as JSON lines: a request a page and at most three more, all names, below 120 MB."""
    console = new_console("many")
    with contextlib.closing(workspace_of(console, console.home / "server.sqlite3")) as workspace:
        fill(workspace)
        with (
            contextlib.closing(sqlite3.connect(console.home / "server.sqlite3")) as connection,
            connection,
        ):
            connection.executemany(
                "INSERT INTO entries (seq, id, member, start_at, end_at, description, project,"
                " task, billable, type, created_at)"
                " VALUES (?, ?, 1, ?, ?, ?, 1, 1, 1, 'REGULAR', 0)",
                (
                    (number, f"{number:024x}", at := NOON - number * 900, at + 600, "work " * 10)
                    for number in range(1000, 1000 + COUNT)
                ),
            )
            connection.executemany(
                "INSERT INTO entry_tags (entry, tag, position) VALUES (?, 1, 0)",
                ((number,) for number in range(1000, 1000 + COUNT)),
            )
        server = ServiceServer(workspace)
        with server.serving():
            connect(console, server.url, "service")
            run = subprocess.run(
                [sys.executable, "-c", CHILD, "list", "2026", "-o", "jsonl"],
                env={**os.environ, **console.env},
                capture_output=True,
                text=True,
                check=True,
            )
    lines = run.stdout.splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == len(lines) == COUNT
    first = json.loads(lines[0])
    assert (first["project"]["name"], first["task"]["name"]) == ("Site", "Login")
    assert [tag["name"] for tag in first["tags"]] == ["dev"]
    assert 0 <= len(server.asked) - (1 + COUNT // 1000) <= 3
    assert int(run.stderr) // 1024 < MOST
