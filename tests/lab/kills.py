"""Commands that are killed, one point after the other, each time from the same beginning."""

import itertools
import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from clocktool.backends.base import Reply, Request
from clocktool.backends.http import HttpTransport
from tests.conftest import Console
from tests.guide_server import GuideServer

WRITES = ("POST", "PUT", "PATCH", "DELETE")


class Beginning:
    """The files, the clock and the ids that a console and the server in its home begin with.

    They are put back for each point: to make them anew would take longer than all that follows.
    """

    def __init__(self, console: Console, server: GuideServer | None) -> None:
        self._console = console
        self._server = server
        self._close()
        self._kept = Console(console.home.with_name(f"{console.home.name}.kept")).like(console)

    def points(self) -> Iterator[int]:
        """Yield the points at which to kill a command, each time from the beginning."""
        for point in range(1, 400):
            self._close()
            shutil.rmtree(self._console.home)
            self._console.like(self._kept)
            yield point

    def _close(self) -> None:
        if self._server is not None:
            self._server.workspace.close()


def kill_at(
    run: Console,
    line: tuple[str, ...],
    point: int,
    *,
    folder: str = "",
    every: str = "",
    methods: tuple[str, ...] = WRITES,
) -> bool:
    """Run a command in a process that is killed at a point; return whether it came so far.

    A point is where a transaction of a file is about to end, or where a write goes out, or where
    its answer has come: what is on disk and at the server changes nowhere else. With a folder only
    the files in folders of that name count. With ``every`` a point is each statement that is run on
    the file of that name, too. Other ``methods`` than those that write may count.
    """
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    left = itertools.count(point - 1, -1)
    connect, send = sqlite3.connect, HttpTransport.send

    def reach() -> None:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def traced(*args: Any, **given: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **given)
        path = Path(args[0])
        if path.parent.name.endswith(folder):
            is_point = (lambda _: True) if path.name == every else (lambda sql: sql == "COMMIT")
            connection.set_trace_callback(lambda sql: reach() if is_point(sql) else None)
        return connection

    def sent(self: HttpTransport, request: Request) -> Reply:
        if request.method in methods:
            reach()
        reply = send(self, request)
        if request.method in methods:
            reach()
        return reply

    try:
        with mock.patch("sqlite3.connect", traced), mock.patch.object(HttpTransport, "send", sent):
            run(*line)
    finally:
        os._exit(0)
