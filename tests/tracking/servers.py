"""Servers that a test tells what to refuse, break or count, in front of a workspace."""

import contextlib
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from clocktool.backends.base import Request
from clocktool.backends.local.workspace import LocalWorkspace
from tests.conftest import Console
from tests.contract.worlds import Shop, W, World, connect, fill, workspace_of
from tests.guide_server import Answer, GuideServer
from tests.service_server import ServiceServer

ROUTES = ("guide", "service")


class GoneError(Exception):
    """The server closes the connection without an answer."""


class Told:
    """What a server was sent, and what it was told to do about it."""

    def __init__(self) -> None:
        self.sent: list[Request] = []
        self.before: Callable[[Request], Answer | None] = lambda _: None
        """Answers in the place of the workspace; None lets it answer."""
        self.after: Callable[[Request], None] = lambda _: None
        """Is told when the workspace has answered, before the answer goes out."""

    def writes(self) -> list[Request]:
        """Return what it was sent that is no GET."""
        return [each for each in self.sent if each.method != "GET"]

    def heard(self, request: Request, inner: Callable[[Request], Answer]) -> Answer:
        """Answer as it was told to."""
        self.sent.append(request)
        told = self.before(request)
        if told is not None:
            return told
        answer = inner(request)
        self.after(request)
        return answer


class ToldGuide(GuideServer):
    """The guide-shaped server with given answers."""

    def __init__(self, workspace: LocalWorkspace, told: Told) -> None:
        super().__init__(workspace)
        self.told = told

    def shaped(self, request: Request) -> Answer:
        """Answer from the workspace, unless it was told otherwise."""
        return self.told.heard(request, super().shaped)


class ToldService(ServiceServer):
    """The service-shaped server with given answers."""

    def __init__(self, workspace: LocalWorkspace, told: Told) -> None:
        super().__init__(workspace)
        self.told = told

    def shaped(self, request: Request) -> Answer:
        """Answer from the workspace, unless it was told otherwise."""
        return self.told.heard(request, super().shaped)


class Place(Told):
    """A console that talks to a server with a shop behind it; a test tells the server more."""

    def __init__(self, world: World, shop: Shop, path: Path) -> None:
        super().__init__()
        self.world = world
        self.console = world.console
        self.shop = shop
        self.path = path
        self.routes = world.name

    def sql(self, statement: str, *values: object) -> list[Any]:
        """Run SQL on the file behind the server, for what no request can set or show."""
        return run_sql(self.path, statement, *values)

    def add(self, count: int, *, billable: bool = False) -> list[str]:
        """Put finished entries of ten minutes on Site there, oldest first; return their ids."""
        ids = [f"{0x1000 + number:024x}" for number in range(count)]
        start = self.console.now - 40 * 86400
        with contextlib.closing(sqlite3.connect(self.path)) as connection, connection:
            connection.executemany(
                "INSERT INTO entries (seq, id, member, start_at, end_at, description, project,"
                " task, billable, type, created_at)"
                " VALUES (?, ?, 1, ?, ?, ?, 1, 1, ?, 'REGULAR', 0)",
                (
                    (0x1000 + number, each, at, at + 600, f"work {number:04}", billable)
                    for number, each in enumerate(ids)
                    for at in [start + number * 900]
                ),
            )
            connection.executemany(
                "INSERT INTO entry_tags (entry, tag, position) VALUES (?, 1, 0)",
                ((0x1000 + number,) for number in range(count)),
            )
            connection.executemany(
                "INSERT INTO entry_fields (entry, field, value) VALUES (?, 1, ?)",
                ((0x1000 + number, f'"CF-{number}"') for number in range(count)),
            )
        return ids


def run_sql(path: Path, statement: str, *values: object) -> list[Any]:
    """Run a statement on an SQLite file."""
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement, values).fetchall()


@contextlib.contextmanager
def place(routes: str, console: Console) -> Iterator[Place]:
    """Serve a shop with the routes of the guide or of the service."""
    path = console.home / "server.sqlite3"
    with contextlib.closing(workspace_of(console, path)) as behind:
        shop = fill(behind)
        made = Place(World(routes, console, behind), shop, path)
        server = (ToldService if routes == "service" else ToldGuide)(behind, made)
        server._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # GoneError
        with server.serving():
            connect(console, server.url, routes)
            yield made
        assert server.refused == []


def says(status: int, code: int, message: str) -> Answer:
    """Return a refusal as the service words it."""
    return status, {}, {"message": message, "code": code}


def interrupt() -> None:
    """Type Ctrl-C: the signal goes to the main thread, as a terminal's does."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def ids_of(request: Request) -> list[str]:
    """Return the ids that a request on many entries names, in any of their forms."""
    body: Any = request.body
    if isinstance(body, list):
        return [each["id"] for each in body]
    if isinstance(body, dict) and "timeEntryIds" in body:
        return list(body["timeEntryIds"])
    return [value for name, value in request.query if name == "time-entry-ids"]


ENTRIES = f"{W}/time-entries"
MINE = f"{W}/user/000000000000000000000001/time-entries"
