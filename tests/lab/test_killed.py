"""Real processes: killed by SIGKILL at a request, and eight at once."""

import contextlib
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from clocktool.domain.instant import Instant
from tests.conftest import Console
from tests.contract.worlds import connect, fill, workspace_of
from tests.lab.server import Fault, Faults, FaultyGuide, FaultyService

WRITES = ("POST", "PUT", "PATCH", "DELETE")
ROUTES = ("guide", "service")


class Place:
    """A faulty server, and processes that talk to it as one user of one machine."""

    def __init__(self, console: Console, server: Faults | None) -> None:
        self.console = console
        self.server = server

    def begin(self, *argv: str) -> "subprocess.Popen[str]":
        """Start a process with a command line."""
        env = {**self.console.env, "PYTHONPATH": str(Path.cwd()), "TZ": "UTC"}
        return subprocess.Popen(
            [sys.executable, "-m", "clocktool", *argv],
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def send_the_rest(self) -> None:
        """Let the network be well again, and send until nothing waits."""
        if self.server is not None:
            self.server.choose = lambda *_: Fault.NONE
            self.server.acted = lambda *_: None
        self.console.later(2 * 86_400)
        for _ in range(4):
            if self.console("sync").code == 0:
                break
        assert self.console("pending", "-o", "json").json == []

    def names(self) -> Counter[str]:
        """Count the entries by description."""
        shown = self.console.ok("list", "7d", "-o", "json").json
        return Counter(each["description"] for each in shown)


@contextlib.contextmanager
def place_of(console: Console, routes: str) -> Iterator[Place]:
    """Set up a server, and what is known of the account."""
    console.now = Instant(int(time.time()))
    console.env["CLOCKTOOL_TIMEZONE"] = "UTC"
    if routes == "local":
        console.env["CLOCKTOOL_PROFILE"] = "local"
        yield Place(console, None)
        return
    with contextlib.closing(workspace_of(console, console.home / "server.sqlite3")) as behind:
        fill(behind)
        kind = FaultyService if routes == "service" else FaultyGuide
        server = kind(behind, lambda: console.now)
        with server.serving():
            connect(console, server.url, routes if routes == "service" else "auto")
            console.ok("list")
            yield Place(console, server)


KILLED = [
    (("start", "new"), 1, False),
    (("start", "new"), 1, True),
    (("start", "new"), 2, False),
    (("start", "new"), 2, True),
    (("add", "new", "--for", "5m"), 1, False),
    (("add", "new", "--for", "5m"), 1, True),
]
"""A command, at which of its writes it is killed, and whether that is carried out."""


@pytest.mark.parametrize(("line", "nth", "acts"), KILLED)
@pytest.mark.parametrize("routes", ROUTES)
def test_a_killed_process_has_done_it_once_after_the_next_command(
    run: Console, routes: str, line: tuple[str, ...], nth: int, acts: bool
) -> None:
    """What was in the journal when it was killed is there once; the timer before has ended."""
    run.env.pop("CLOCKTOOL_PROFILE")
    with place_of(run, routes) as place:
        assert place.server is not None
        run.ok("start", "old", "--at", "-1h")
        processes: list[subprocess.Popen[str]] = []
        seen = Counter[str]()

        def kill(method: str, path: str, body: bytes) -> Fault:
            seen["writes"] += method in WRITES
            if method not in WRITES or seen["writes"] != nth:
                return Fault.NONE
            while not processes:  # it asks before we know who it is
                time.sleep(0.001)
            if not acts:
                processes[0].kill()
                return Fault.DROP_BEFORE
            return Fault.DROP_AFTER

        def acted(method: str, *_: object) -> None:
            if method in WRITES and seen["writes"] == nth:
                processes[0].kill()

        place.server.choose, place.server.acted = kill, acted
        processes.append(place.begin(*line))
        processes[0].communicate(timeout=30)
        assert processes[0].returncode == -9
        place.send_the_rest()
        names = place.names()
        if line[0] == "add" or nth == 2:
            assert names == {"old": 1, "new": 1}
        else:  # killed before the start was in the journal: the timer before has ended
            assert names == {"old": 1}
        shown = {each["description"]: each for each in run.ok("list", "7d", "-o", "json").json}
        assert (shown["old"]["timeInterval"]["end"] is None) == (line[0] == "add")


@pytest.mark.parametrize("routes", [*ROUTES, "local"])
def test_eight_at_once_are_eight(run: Console, routes: str) -> None:
    """All end well, though answers are lost; afterwards each is there once."""
    run.env.pop("CLOCKTOOL_PROFILE")
    with place_of(run, routes) as place:
        if place.server is not None:
            asked = Counter[str]()

            def lose(method: str, path: str, body: bytes) -> Fault:
                asked[method] += 1
                time.sleep(0.01)
                some = (Fault.NONE, Fault.DROP_AFTER, Fault.NONE, Fault.FAIL_BEFORE)
                return some[asked[method] % 4] if method in WRITES else Fault.NONE

            place.server.choose = lose
        lines = [
            ("add", f"e{each}", "--for", f"{each + 1}m") if each else ("start", f"e{each}")
            for each in range(8)
        ]
        started = [place.begin(*line) for line in lines]
        for process in started:
            out, err = process.communicate(timeout=60)
            assert process.returncode == 0, (out, err)
        place.send_the_rest()
        assert place.names() == {f"e{each}": 1 for each in range(8)}
