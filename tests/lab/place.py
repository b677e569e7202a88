"""A console and a faulty server, and real processes that talk to it."""

import contextlib
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from clocktool.domain.time.instant import Instant
from tests.conftest import Console
from tests.contract.worlds import connect, fill, workspace_of
from tests.lab.server import Fault, Faults, FaultyGuide, FaultyService


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
def place_of(console: Console, routes: str, now: Instant | None = None) -> Iterator[Place]:
    """Set up a server, and what is known of the account."""
    console.now = Instant(int(time.time())) if now is None else now
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
