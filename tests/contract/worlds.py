"""The worlds in which the same command lines must do the same: on this machine and on servers."""

import contextlib
import shlex
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from clocktool.backends.base import Backend, Request
from clocktool.backends.http import HttpTransport
from clocktool.backends.local.workspace import LocalWorkspace
from clocktool.backends.serve.server import IDLE_SECONDS, REQUEST_SECONDS, HttpServer
from clocktool.backends.serve.wsgi import Service
from clocktool.domain.time.zone import Zone
from tests.conftest import Console
from tests.guide_server import KEY, GuideServer
from tests.service_server import ServiceServer

ME = "000000000000000000000001"
WORKSPACE = "000000000000000000000002"
W = f"/workspaces/{WORKSPACE}"

T = TypeVar("T")


class World(NamedTuple):
    """A console, and the workspace that is behind what it talks to."""

    name: str
    console: Console
    behind: LocalWorkspace
    url: str | None = None
    server: GuideServer | None = None

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Do behind the console's back what somebody else does, on the web say."""
        reply = self.behind.send(Request(method, path, (), body))
        assert 200 <= reply.status < 300, reply
        return msgspec.json.decode(reply.body) if reply.body else None

    def set_rules(self, **settings: object) -> None:
        """Set the workspace's rules, in the words of the service: ``forceProjects`` and so on."""
        self.ask("PUT", W, {"workspaceSettings": settings})

    @contextlib.contextmanager
    def transport(self) -> Iterator[Backend]:
        """Give what requests of this world go through, without a cache."""
        if self.url is None:
            yield self.behind
            return
        with contextlib.closing(HttpTransport(self.url, {"X-Api-Key": KEY})) as transport:
            yield transport

    def play(self, script: str) -> None:
        """Type the lines of a script and compare everything that is shown with what it says.

        ``# DAY CLOCK`` sets the clock, ``$ WORDS`` is a command line, ``! N`` the exit code that
        it must have, ``? TEXT`` a line on standard error, any other a line on standard output; a
        backslash at its end joins a line with the next one.
        """
        for step in steps(script):
            if step.clock:
                self.console.at(step.clock)
            result = self.console(*shlex.split(step.line))
            said = (result.code, result.out, result.err)
            assert said == (step.code, step.out, step.err), (self.name, step.line, said)
            assert KEY not in repr(said)
        if self.server is not None:
            assert self.server.refused == []


class Step(NamedTuple):
    """A line of a script with what must be seen of it."""

    clock: str
    line: str
    code: int
    out: str
    err: str


def steps(script: str) -> Iterator[Step]:
    """Yield the steps of a script."""
    clock = line = ""
    code, out, err = 0, "", ""
    for text in [*script.replace("\\\n", "").strip("\n").splitlines(), "# end"]:
        mark, _, rest = text.partition(" ")
        if mark in ("#", "$"):
            if line:
                yield Step(clock, line, code, out, err)
                clock = ""
            line, code, out, err = "", 0, "", ""
            clock, line = (rest, "") if mark == "#" else (clock, rest)
        elif mark == "!" and rest.isdigit():
            code = int(rest)
        elif mark == "?":
            err += rest + "\n"
        else:
            out += text + "\n"


def workspace_of(console: Console, path: Path, zone: str | None = None) -> LocalWorkspace:
    """Return a workspace with the clock and the ids of a console."""
    return LocalWorkspace(
        path,
        now=lambda: console.now,
        new_id=console.new_id,
        zone=Zone(zone or console.zone),
        user="ada",
    )


@contextlib.contextmanager
def served(
    application: Any,
    *,
    idle_seconds: float = IDLE_SECONDS,
    request_seconds: float = REQUEST_SECONDS,
) -> Iterator[str]:
    """Serve a WSGI application as ``serve`` does; gives its address."""
    sockets: dict[int, Any] = {}
    server = HttpServer(
        application, idle_seconds=idle_seconds, request_seconds=request_seconds, sockets=sockets
    )
    over = threading.Event()

    def loop() -> None:
        while not over.is_set():
            server.asyncore.loop(timeout=0.05, map=sockets, count=1)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}/api/v1"
    finally:
        over.set()
        server.pull_trigger()
        thread.join()
        server.task_dispatcher.shutdown()
        server.close()
        server.asyncore.close_all(sockets)


def connect(console: Console, url: str, routes: str = "auto") -> None:
    """Let a console talk to a server."""
    console.env.pop("CLOCKTOOL_PROFILE", None)
    console.env |= {"CLOCKIFY_API_KEY": KEY, "CLOCKTOOL_BASE_URL": url}
    if routes != "auto":
        console.configure(f'routes = "{routes}"\n')


@contextlib.contextmanager
def world(name: str, console: Console) -> Iterator[World]:
    """Set up a world: ``local``, ``serve``, ``guide`` or ``service``."""
    if name == "local":
        console.env["CLOCKTOOL_PROFILE"] = "local"
        path = Path(console.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
    else:
        path = console.home / "server.sqlite3"
    # The guide-shaped server reads bounds of lists as instants, all others as wall clock.
    zone = "UTC" if name == "guide" else console.zone
    with contextlib.closing(workspace_of(console, path, zone)) as behind:
        if name == "local":
            yield World(name, console, behind)
        elif name == "serve":
            failures: list[str] = []
            with served(Service(behind, KEY, time.monotonic, failures.append)) as url:
                connect(console, url)
                yield World(name, console, behind, url)
            assert failures == []
        else:
            shape = ServiceServer if name == "service" else GuideServer
            server = shape(behind, zone=console.zone)
            with server.serving():
                connect(console, server.url, "service" if name == "service" else "auto")
                yield World(name, console, behind, server.url, server)


WORLDS = ("local", "serve", "guide", "service")


class Begun(Generic[T]):
    """A world in which something was done once; each test has a copy, behind the same server.

    What is on disk names the server by its address, so that has to stay. ``made`` is what was done.
    """

    def __init__(self, world: World, made: T, zone: str) -> None:
        world.behind.close()
        self.world = world
        self.made = made
        self._zone = zone
        self._server = {} if world.server is None else dict(vars(world.server))

    @contextlib.contextmanager
    def copy(self, console: Console) -> Iterator[World]:
        """Let a console begin where the first one ended."""
        name, first, _, url, server = self.world
        path = console.like(first).home / "server.sqlite3"
        if server is None or url is None:
            console.env["CLOCKTOOL_PROFILE"] = "local"
            path = Path(console.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
        else:
            connect(console, url, "service" if name == "service" else "auto")
        with contextlib.closing(workspace_of(console, path, self._zone)) as behind:
            if server is not None:
                vars(server).clear()
                vars(server).update(
                    (key, list(value) if isinstance(value, list) else value)
                    for key, value in self._server.items()
                )
                server.workspace = behind
            yield World(name, console, behind, url, server)


Opened = Callable[[str, Console], contextlib.AbstractContextManager[Begun[T]]]
"""Sets up the world of a name, and does something in it."""

Begin = Callable[[Opened[T], str], Begun[T]]


class Shop(NamedTuple):
    """Something to file entries under, made behind the console's back."""

    acme: str
    site: str
    ops: str
    login: str
    dev: str
    urgent: str
    ticket: str


def fill(transport: Backend) -> Shop:
    """Make a client, two projects, a task, two tags and a custom field: 0003 to 0009."""

    def made(path: str, **body: object) -> str:
        reply = transport.send(Request("POST", W + path, (), body))
        assert reply.status == 201, reply
        return str(msgspec.json.decode(reply.body)["id"])

    assert transport.send(Request("GET", "/user")).status == 200
    acme = made("/clients", name="ACME")
    site = made("/projects", name="Site", clientId=acme, billable=True)
    return Shop(
        acme=acme,
        site=site,
        ops=made("/projects", name="Ops", billable=False),
        login=made(f"/projects/{site}/tasks", name="Login"),
        dev=made("/tags", name="dev"),
        urgent=made("/tags", name="urgent"),
        ticket=made("/custom-fields", name="Ticket", type="TXT"),
    )
