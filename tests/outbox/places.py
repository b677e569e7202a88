"""A console, a server on a real socket, and the line between them, which a test can cut."""

import contextlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clocktool.backends.base import Reply, Request
from clocktool.backends.http import HttpTransport
from clocktool.backends.local.workspace import LocalWorkspace
from clocktool.domain.time.instant import parse_iso
from clocktool.domain.time.zone import Zone
from clocktool.errors import OfflineError
from clocktool.tracking.last_timer import file_name
from tests.conftest import BERLIN, Console, Result
from tests.contract.worlds import ME, Begun, Shop, W, World, connect, fill, workspace_of
from tests.guide_server import KEY, GuideServer
from tests.service_server import ServiceServer

GONE = "server could not be reached: no network"
LATE = "no answer from server within 30 s"

KEPT = f"Kept, to be sent later: {GONE} (see clocktool pending)\n"
KEPT_LATE = f"Kept, to be sent later: {LATE} (see clocktool pending)\n"


def gone() -> OfflineError:
    """Return what is raised where no connection can be made."""
    return OfflineError(GONE, "check the network, then try again", failed_fast=True, not_sent=True)


def late() -> OfflineError:
    """Return what is raised where no answer comes in time."""
    return OfflineError(LATE, "it may have arrived all the same")


def broken() -> OfflineError:
    """Return what is raised where the connection breaks under an exchange."""
    return OfflineError("the connection to server broke", failed_fast=True)


class Line:
    """The line to the server. ``before`` and ``after`` answer in its place, or raise."""

    def __init__(self) -> None:
        self.tried: list[str] = []
        self.mend()

    def mend(self) -> None:
        """Let every request through."""
        self.before: Callable[[Request], Reply | None] = lambda _: None
        self.after: Callable[[Request], Reply | None] = lambda _: None

    def cut(
        self,
        error: Callable[[], OfflineError] = gone,
        *,
        writes_only: bool = False,
        method: str = "",
    ) -> None:
        """Let nothing through, or no writes; with a method nothing of that only."""

        def fail(request: Request) -> Reply | None:
            if request.method == (method or request.method) and not (
                request.method == "GET" and writes_only
            ):
                raise error()
            return None

        self.before = fail

    def lose(self, error: Callable[[], OfflineError] = late, method: str = "") -> None:
        """Let every write through, and lose its answer; with a method those of that only."""

        def fail(request: Request) -> Reply | None:
            if request.method == (method or request.method) and request.method != "GET":
                raise error()
            return None

        self.after = fail

    def answer(self, status: int, *, writes_only: bool = True, **headers: str) -> None:
        """Answer in the server's place."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        reply = Reply(status, given, b'{"message": "no", "code": 0}')

        def tell(request: Request) -> Reply | None:
            return reply if request.method != "GET" or not writes_only else None

        self.before = tell

    def send(self, request: Request, on: Callable[[Request], Reply]) -> Reply:
        """Carry a request."""
        if not request.only_if_cached:
            self.tried.append(f"{request.method} {request.path.removeprefix(W)}")
            told = self.before(request)
            if told is not None:
                return told
        reply = on(request)
        return reply if request.only_if_cached else self.after(request) or reply


class Place:
    """The console, with the line and what is behind it."""

    def __init__(
        self, console: Console, behind: LocalWorkspace, server: GuideServer, line: Line, shop: Shop
    ) -> None:
        self.run = console
        self.behind = behind
        self.server = server
        self.line = line
        self.shop = shop
        self.url = server.url

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Do behind the console's back what somebody else does, on the web say."""
        reply = self.behind.send(Request(method, W + path, (), body))
        assert 200 <= reply.status < 300, reply
        return msgspec.json.decode(reply.body) if reply.body else None

    def away(self, *argv: str, **given: Any) -> Result:
        """Run a command that must end well without a network, which comes back after it."""
        self.line.cut()
        result = self.run.ok(*argv, **given)
        self.line.mend()
        return result

    def asked(self, *argv: str) -> list[str]:
        """Run a command that must succeed; return the requests that reached the server."""
        self.server.asked.clear()
        self.run.ok(*argv)
        return self.requests

    @property
    def requests(self) -> list[str]:
        """The requests that reached the server, shortened: ``POST time-entries``."""
        return [
            each.replace(f"/v1{W}/", "").replace(f"user/{ME}/", "").split("?")[0]
            for each in self.server.asked
        ]

    @property
    def entries(self) -> list[str]:
        """The entries of the server, oldest first: ``fix 09:00-10:00 Site``."""
        zone = Zone(BERLIN)
        found = self.ask("GET", f"/user/{ME}/time-entries")
        lines = []
        for entry in sorted(found, key=lambda it: str(it["timeInterval"]["start"])):
            ends = [entry["timeInterval"][name] for name in ("start", "end")]
            at = [f"{zone.local_time(parse_iso(each)):%H:%M}" if each else "" for each in ends]
            project = (entry.get("project") or {}).get("name", "")
            lines.append(f"{entry['description']} {'-'.join(at)} {project}".strip())
        return lines

    @property
    def journal(self) -> Path:
        """The file of the journal."""
        return self.run.home / "data" / "journal" / "@default.sqlite3"

    @property
    def states(self) -> list[str]:
        """How far each change in the journal has got, the oldest first."""
        return rows(self.journal, "SELECT state FROM changes ORDER BY number")

    @property
    def waits(self) -> str:
        """What ``pending`` says, in one line a change: ``p1 waiting start 'x' 12:30``."""
        found = self.run.ok("pending", "-o", "json").json
        return "".join(f"{it['id']} {it['state']} {it['change']}\n" for it in found)


def rows(path: Path, sql: str) -> list[Any]:
    """Return the first column of what a query finds in a file."""
    with contextlib.closing(sqlite3.connect(path)) as file:
        return [row[0] for row in file.execute(sql)]


def write(path: Path, dump: Path) -> None:
    """Write a database from its dump, where there is one."""
    if dump.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(path)) as file:
            file.executescript(dump.read_text("utf-8"))


@contextlib.contextmanager
def first_place(kind: str, console: Console) -> Iterator[Begun[Shop]]:
    """Set up the place of a kind, ``guide`` or ``service``, that others are copies of."""
    behind = workspace_of(console, console.home / "server.sqlite3")
    shop = fill(behind)
    server = server_of(kind, behind)
    with server.serving():
        connect(console, server.url, "service" if kind == "service" else "auto")
        yield Begun(World(kind, console, behind, server.url, server), shop, console.zone)


@contextlib.contextmanager
def copied(first: Begun[Shop], console: Console, patch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Set up a place like the first one."""
    line = patched(patch)
    with first.copy(console) as world:
        assert world.server is not None
        yield Place(console, world.behind, world.server, line, first.made)
        assert world.server.refused == []


def server_of(kind: str, behind: LocalWorkspace) -> GuideServer:
    """Return a server of a kind in front of a workspace."""
    return (ServiceServer if kind == "service" else GuideServer)(behind)


def patched(patch: pytest.MonkeyPatch) -> Line:
    """Return the line through which requests go from now on."""
    line, send = Line(), HttpTransport.send
    patch.setattr(
        HttpTransport, "send", lambda self, it: line.send(it, lambda one: send(self, one))
    )
    return line


@contextlib.contextmanager
def placed(
    console: Console, kind: str, patch: pytest.MonkeyPatch, dumps: Path | None = None
) -> Iterator[Place]:
    """Set up a place with a server of a kind, ``guide`` or ``service``.

    With a folder of ``dumps`` both begin with what is in those.
    """
    data = console.home / "data"
    if dumps is not None:
        write(console.home / "server.sqlite3", dumps / "server.sql")
        write(data / "journal" / "@default.sqlite3", dumps / "journal.sql")
        write(data / "invoiced.sqlite3", dumps / "invoiced.sql")
    line = patched(patch)
    workspace = workspace_of(console, console.home / "server.sqlite3")
    with contextlib.closing(workspace) as behind:
        shop = fill(behind) if dumps is None else Shop(*(f"{n:024x}" for n in range(3, 10)))
        server = server_of(kind, behind)
        with server.serving():
            connect(console, server.url, "service" if kind == "service" else "auto")
            if dumps is not None and (dumps / "known.json").exists():
                name = file_name(("api_key", KEY), server.url, "")
                (data / "known").mkdir()
                shutil.copy(dumps / "known.json", data / "known" / name)
            yield Place(console, behind, server, line, shop)
        assert server.refused == []
