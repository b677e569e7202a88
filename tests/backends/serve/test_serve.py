"""``serve``: the local workspace over HTTP, to who has the key, on this machine, until told off."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from clocktool.backends.base import Backend, Reply, Request
from clocktool.backends.serve.server import BODY_LIMIT, HEADER_LIMIT
from clocktool.backends.serve.wsgi import Service
from clocktool.domain.limits import TOKEN_REQUESTS
from tests.conftest import Console, Result
from tests.contract.worlds import served, workspace_of

SECONDS = 20


class Answer(NamedTuple):
    """A reply over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def code(self) -> int:
        """The code of a refusal."""
        return int(json.loads(self.body)["code"])


class Serving(NamedTuple):
    """A ``serve`` that runs in a process of its own."""

    process: "subprocess.Popen[str]"
    url: str
    key: str
    home: Path

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 0)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request below the server's root; with the key unless headers are given."""
        return ask(self.address, method, path, body, headers or {"X-Api-Key": self.key})

    def end(self, how: signal.Signals) -> Result:
        """Send a signal; return how it ended."""
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=SECONDS)
        return Result(self.process.returncode, out, err)


def ask(
    address: tuple[str, int],
    method: str,
    path: str,
    body: bytes | None,
    headers: Mapping[str, str],
) -> Answer:
    """Send one request on a connection of its own."""
    with contextlib.closing(http.client.HTTPConnection(*address, timeout=SECONDS)) as connection:
        connection.request(method, path, body, dict(headers))
        reply = connection.getresponse()
        return Answer(reply.status, dict(reply.getheaders()), reply.read())


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a clocktool in a home of its own."""
    return {
        **os.environ,
        "HOME": str(home),
        "CLOCKTOOL_CONFIG": str(home / "config.toml"),
        "CLOCKTOOL_DATA": str(home / "data"),
        "TZ": "UTC",
    }


def start(home: Path, *words: str) -> "subprocess.Popen[str]":
    """Start ``clocktool serve``."""
    return subprocess.Popen(
        [sys.executable, "-m", "clocktool", "serve", *words],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextlib.contextmanager
def running(home: Path) -> Iterator[Serving]:
    """Run ``serve`` on a free port as long as the context lasts."""
    home.mkdir(parents=True, exist_ok=True)
    process = start(home, "--port", "0")
    out: IO[str] = process.stdout  # type: ignore[assignment]
    try:
        url = out.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/api/v1", url), process.communicate()
        yield Serving(process, url, (home / "data" / "serve.key").read_text().strip(), home)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One process for the tests that do not end it; it answers and ends well after all of them."""
    with running(tmp_path_factory.mktemp("serve")) as serving:
        yield serving
        assert serving.ask("GET", "/api/v1/user").status == 200
        result = serving.end(signal.SIGTERM)
        assert (result.code, result.out) == (0, "")
        assert serving.key not in result.err
        first, last = result.err.splitlines()  # and no log of the server's
        assert str(serving.home / "data" / "serve.key") in first
        assert last == "Stopped."


def test_a_console_works_on_it(server: Serving, new_console: Callable[[str], Console]) -> None:
    """The first line is the address that a configuration takes, the key is in the file."""
    console = new_console("client")
    result = console("login", "--base-url", server.url, "--api-key-stdin", stdin=server.key)
    assert (result.code, result.err) == (0, "")
    name = str(console.ok("config", "get", "workspace").out).strip()
    assert name != ""
    console.ok("tags", "add", "from afar")
    started = console.ok("start", "x", "-T", "from afar", "--at", "9:00", "-o", "json").json
    assert started["tags"][0]["name"] == "from afar"
    assert console.ok("delete", started["id"], "-y").code == 0


def test_the_key_file_is_for_its_owner_alone(server: Serving) -> None:
    """Mode 0600 in a folder of 0700, made once."""
    path = server.home / "data" / "serve.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(server.key) == 48


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Accept": "*/*"}, 1000),
        ({"X-Api-Key": "wrong"}, 4003),
        ({"X-Api-Key": ""}, 4003),
        ({"X-Addon-Token": "wrong"}, 4017),
        ({"X-Api-Key": "KEY", "X-Addon-Token": "KEY"}, 1000),
        ({"Authorization": "Bearer KEY"}, 1000),
        ({"X-Api-Key": "K\u00e9y"}, 4003),
    ],
)
def test_one_key_of_one_kind_is_required(
    server: Serving, headers: dict[str, str], code: int
) -> None:
    """None, a wrong one and two kinds at once are refused, each with its code."""
    given = {name: value.replace("KEY", server.key) for name, value in headers.items()}
    for path in ("/api/v1/user", "/v1/workspaces", "/api/v1/nothing", "/"):
        reply = server.ask("GET", path, headers=given)
        assert (reply.status, reply.code) == (401, code)
        assert server.key.encode() not in reply.body


@pytest.mark.parametrize("header", ["X-Api-Key", "X-Addon-Token"])
@pytest.mark.parametrize("base", ["/api/v1", "/v1"])
def test_both_bases_and_both_kinds_of_keys(server: Serving, base: str, header: str) -> None:
    """Below /api/v1 and /v1, to an API key and an add-on token alike."""
    reply = server.ask("GET", f"{base}/user", headers={header: server.key})
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    assert json.loads(reply.body)["settings"]["timeZone"] == "UTC"


def test_both_sets_of_routes(server: Serving) -> None:
    """Team timers, bulk edit, duplicate and delete all answer in the guide's and the service's."""
    user = json.loads(server.ask("GET", "/v1/user").body)
    workspace = f"/v1/workspaces/{user['activeWorkspace']}"
    mine = f"{workspace}/user/{user['id']}/time-entries"
    times = {"start": "2026-11-24T09:00:00Z", "end": "2026-11-24T10:00:00Z"}
    made = server.ask("POST", f"{workspace}/time-entries", json.dumps(times).encode())
    entry = json.loads(made.body)["id"]
    for method, path, body, status in (
        ("GET", f"{workspace}/time-entries/in-progress", None, 200),
        ("GET", f"{workspace}/time-entries/status/in-progress", None, 200),
        ("PUT", f"{workspace}/time-entries/bulk-edit", {"timeEntryIds": [], "operations": []}, 200),
        ("PUT", mine, [{"id": entry, **times, "billable": True}], 200),
        ("POST", f"{workspace}/time-entries/{entry}/duplicate", times, 201),
        ("POST", f"{mine}/{entry}/duplicate", None, 201),
        ("DELETE", f"{mine}?time-entry-ids={entry}", None, 200),
        ("DELETE", mine, None, 204),
    ):
        given = None if body is None else json.dumps(body).encode()
        reply = server.ask(method, path, given)
        assert reply.status == status, (method, path, reply)
    assert json.loads(server.ask("GET", mine).body) == []


def test_the_life_of_names(server: Serving) -> None:
    """Another client makes, rates, replaces, archives and deletes a project over the socket."""
    user = json.loads(server.ask("GET", "/v1/user").body)
    workspace = f"/v1/workspaces/{user['activeWorkspace']}"

    def ask(method: str, path: str, body: object = None, status: int = 200) -> Any:
        given = None if body is None else json.dumps(body).encode()
        reply = server.ask(method, f"{workspace}{path}", given)
        assert reply.status == status, (method, path, reply)
        return json.loads(reply.body)

    client = ask("POST", "/clients", {"name": "ACME"}, 201)
    project = ask("POST", "/projects", {"name": "Shop", "clientId": client["id"]}, 201)
    place = f"/projects/{project['id']}"
    task = ask("POST", f"{place}/tasks", {"name": "Build", "assigneeIds": [user["id"]]}, 201)
    since = {"amount": 9000, "since": "2026-01-01T00:00:00Z"}
    ask("PUT", f"{place}/users/{user['id']}/hourly-rate", since)
    ask("PATCH", f"{place}/estimate", {"timeEstimate": {"estimate": "PT9H", "active": True}})
    times = {"start": "2026-11-24T09:00:00Z", "end": "2026-11-24T10:00:00Z"}
    entry = ask("POST", "/time-entries", {"projectId": project["id"], **times}, 201)
    assert entry["hourlyRate"]["amount"] == 9000
    (found,) = ask("GET", "/projects?hydrated=yes&billable=1&is-template=0&client-status=ACTIVE")
    assert (found["client"], found["tasks"]) == (client, [task])
    assert found["timeEstimate"]["estimate"] == "PT9H"
    assert ask("DELETE", place, status=400)["code"] == 501
    assert ask("DELETE", f"{place}/tasks/{task['id']}", status=400)["code"] == 501
    ask("PUT", f"{place}/tasks/{task['id']}", {"name": "Build", "status": "DONE"})
    ask("DELETE", f"{place}/tasks/{task['id']}")
    assert ask("PUT", place, {"name": "Shop", "archived": True})["clientName"] == ""
    refused = ask("POST", "/time-entries", {"projectId": project["id"], **times}, 400)
    assert refused == {"code": 501, "message": "Project 'Shop' is archived"}
    ask("DELETE", place)
    assert ask("GET", f"/time-entries/{entry['id']}")["projectId"] is None
    (me,) = ask("GET", f"/users?email={user['email']}&memberships=NONE")
    assert me["settings"] == user["settings"]
    assert server.ask("DELETE", f"{workspace}/time-entries/{entry['id']}").status == 204


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "reports/detailed"),
        ("GET", "approval-requests"),
        ("PATCH", "projects/x/template"),
        ("POST", "projects/from-template"),
        ("DELETE", "custom-fields/x"),
        ("PUT", "users/x"),
        ("GET", "user-groups"),
    ],
)
def test_what_is_not_offered_is_not_found(server: Serving, method: str, path: str) -> None:
    """With the body that the service has for a route that does not exist."""
    user = json.loads(server.ask("GET", "/v1/user").body)
    reply = server.ask(method, f"/v1/workspaces/{user['activeWorkspace']}/{path}", b"{}")
    assert (reply.status, json.loads(reply.body)) == (
        404,
        {"code": 3000, "message": "No such route"},
    )


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:1", 200),
        ("localhost", 200),
        ("localhost:8787", 200),
        ("rebound.example", 403),
        ("rebound.example:8787", 403),
        ("127.0.0.1.example", 403),
        ("localhost.example:80", 403),
        ("", 403),
    ],
)
def test_only_names_of_this_machine_are_answered_to(
    server: Serving, host: str, status: int
) -> None:
    """A page in a browser that points a name of its own here is refused, key or not."""
    headers = {"Host": host, "X-Api-Key": server.key}
    assert server.ask("GET", "/v1/user", headers=headers).status == status


@pytest.mark.parametrize(
    "body",
    [b"{", b"nonsense", b"\xff\xfe", b'{"name": "\xff"}', b"[" * 100_000, b"{}}", b"NaN"],
)
def test_a_body_that_is_not_json_is_refused(server: Serving, body: bytes) -> None:
    """Status 400 and code 3002, as for a body of the wrong shape."""
    user = json.loads(server.ask("GET", "/v1/user").body)
    path = f"/v1/workspaces/{user['activeWorkspace']}/tags"
    for given in (body, b"[1, 2]"):
        reply = server.ask("POST", path, given)
        assert (reply.status, reply.code) == (400, 3002)


def test_a_body_over_the_limit_is_refused(server: Serving) -> None:
    """Status 413, whether its length is said or it comes in chunks."""
    head = f"POST /v1/workspaces HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {server.key}\r\n"
    with socket.create_connection(server.address, SECONDS) as sock:
        sock.sendall(f"{head}Content-Length: {BODY_LIMIT + 1}\r\n\r\n".encode())
        assert sock.recv(100).startswith(b"HTTP/1.1 413 ")
    chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    with contextlib.suppress(OSError), socket.create_connection(server.address, SECONDS) as sock:
        sock.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        for _ in range(BODY_LIMIT // 0x100000 + 2):
            sock.sendall(chunk)
        assert sock.recv(100).startswith(b"HTTP/1.1 413 ")
    assert server.ask("GET", "/v1/user").status == 200


def test_headers_over_the_limit_are_refused(server: Serving) -> None:
    """Status 431 or 400, and the next request is answered."""
    headers = {"X-Api-Key": server.key, "X-Long": "x" * (HEADER_LIMIT + 1)}
    with contextlib.suppress(OSError):  # closed while we are still writing
        assert server.ask("GET", "/v1/user", headers=headers).status in (400, 431)
    assert server.ask("GET", "/v1/user").status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/api/v1", 404),
        ("GET", "/api/v2/user", 404),
        ("GET", "/v1/v1/user", 404),
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/../v1/user", 404),
        ("GET", "/v1/%2e%2e/user", 404),
        ("GET", "/v1/user%00", 404),
        ("GET", "/v1/%ff", 404),
        ("DELETE", "/v1/user", 404),
        ("HEAD", "/v1/nothing", 404),
        ("OPTIONS", "/v1/user", 405),
        ("TRACE", "/v1/user", 405),
        ("NONSENSE", "/v1/user", 405),
    ],
)
def test_what_is_no_route(server: Serving, method: str, path: str, status: int) -> None:
    """An unknown path or method has code 3000; a HEAD has no body."""
    reply = server.ask(method, path)
    assert reply.status == status
    if method == "HEAD":
        assert reply.body == b""
    else:
        assert reply.code == 3000


def test_a_head_is_a_get_without_its_body(server: Serving) -> None:
    """The same headers, and nothing behind them."""
    head, get = server.ask("HEAD", "/v1/user"), server.ask("GET", "/v1/user")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(get.body))


def test_a_page_of_another_origin_may_read_nothing(server: Serving) -> None:
    """No reply allows an origin, so a browser keeps it from any page."""
    headers = {"X-Api-Key": server.key, "Origin": "https://example.org"}
    for method in ("GET", "OPTIONS"):
        reply = server.ask(method, "/v1/user", headers=headers)
        assert not [name for name in reply.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize(
    ("request_line", "more", "status"),
    [
        ("GET http://[::1/v1/user HTTP/1.1", "", 400),
        ("get /v1/user HTTP/1.1", "", 400),
        ("GET /v1/us\xe9r HTTP/1.1", "", 400),
        ("GET /v1/user HTTP/1.1", "X Y: 1\r\n", 400),
        ("GET /v1/user HTTP/1.1", f"Content-Length: {'9' * 5000}\r\n", 400),
        ("GET /v1/user HTTP/1.1", f"Content-Length: {'9' * 4000}\r\n", 413),
        ("POST /v1/user HTTP/1.1", "Transfer-Encoding: gzip\r\n", 501),
        ("POST /v1/user HTTP/1.1", "Transfer-Encoding: chunked\r\n", 400),
        (f"GET /v1/user?{'a' * HEADER_LIMIT} HTTP/1.1", "", 431),
        ("PROPFIND /v1/user HTTP/1.1", "", 405),
        ("GET /v1/%zz HTTP/1.1", "", 404),
        ("GET /v1/user?%zz=%ff&a&&=1;b HTTP/1.1", "", 200),
    ],
    ids=lambda given: str(given)[:40],
)
def test_what_is_hardly_http_is_refused_as_json(
    server: Serving, request_line: str, more: str, status: int
) -> None:
    """In the shape of the service, also where the service itself is never asked."""
    head = f"{request_line}\r\nHost: localhost\r\nX-Api-Key: {server.key}\r\n{more}"
    with socket.create_connection(server.address, SECONDS) as sock:
        sock.sendall(f"{head}Connection: close\r\n\r\nzz\r\n".encode("latin-1"))
        with http.client.HTTPResponse(sock) as reply:
            reply.begin()
            body = json.loads(reply.read())
    assert (reply.status, reply.headers["Content-Type"]) == (status, "application/json")
    assert status == 200 or body.keys() == {"message", "code"}


def test_who_sends_too_much_reads_why(server: Serving) -> None:
    """All of a body that is too large may be sent before the refusal is read."""
    head = f"POST /v1/workspaces HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {server.key}\r\n"
    with socket.create_connection(server.address, SECONDS) as sock:
        sock.sendall(f"{head}Content-Length: {2 * BODY_LIMIT}\r\n\r\n".encode())
        sock.sendall(b" " * 2 * BODY_LIMIT)
        with http.client.HTTPResponse(sock) as reply:
            reply.begin()
            assert json.loads(reply.read()) == {"message": "Request Entity Too Large", "code": 413}


def test_requests_that_come_together_are_answered_in_order(server: Serving) -> None:
    """A client that doesn't wait for replies gets each of them."""
    head = f"Host: localhost\r\nX-Api-Key: {server.key}\r\n"
    paths = ["user", "nothing", "workspaces"] * 10
    with socket.create_connection(server.address, SECONDS) as sock:
        sock.sendall("".join(f"HEAD /v1/{path} HTTP/1.1\r\n{head}\r\n" for path in paths).encode())
        sock.sendall(f"GET / HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode())
        found = b""
        while data := sock.recv(65536):
            found += data
    statuses = re.findall(rb"HTTP/1.1 (\d+)", found)
    assert statuses == [*([b"200", b"404", b"200"] * 10), b"404"]


def test_rubbish_on_the_socket_harms_nobody(server: Serving) -> None:
    """Half a request, no request and binary: each is refused or dropped, others are answered."""
    for rubbish in (b"\r\n\r\n", b"\x16\x03\x01\x00\xa5", b"GET / HTTP/9.9\r\n\r\n", b"GET"):
        with socket.create_connection(server.address, SECONDS) as sock:
            sock.sendall(rubbish)
    for length in ("-1", "x", "1, 2", "99999999999999999999"):
        with socket.create_connection(server.address, SECONDS) as sock:
            head = f"POST /v1/workspaces HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {server.key}\r\n"
            sock.sendall(f"{head}Content-Length: {length}\r\n\r\n".encode())
            assert sock.recv(12)[9:10] == b"4"
    assert server.ask("GET", "/v1/user").status == 200


class Counting(Backend):
    """A backend that counts."""

    def __init__(self) -> None:
        self.count = 0

    def send(self, request: Request) -> Reply:
        """Answer."""
        self.count += 1
        return Reply(200, {}, b"{}")


def test_a_token_may_ask_fifty_times_a_second() -> None:
    """The fifty-first request has to wait a second; a key of the other kind never does."""
    clock, transport, seen = [100.0], Counting(), Counter[str]()
    service = Service(transport, "secret", lambda: clock[0], lambda _: None)

    def send(header: str) -> None:
        def begin(status: str, headers: list[tuple[str, str]]) -> None:
            seen[status[:3]] += 1
            assert (("Retry-After", "1") in headers) == (status[:3] == "429")

        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/v1/user",
            "HTTP_HOST": "localhost:1",
            header: "secret",
        }
        for part in service(environ, begin):
            assert b"secret" not in part

    for _ in range(60):
        send("HTTP_X_ADDON_TOKEN")
    assert seen == {"200": TOKEN_REQUESTS, "429": 10}
    for _ in range(60):
        send("HTTP_X_API_KEY")
    assert seen == {"200": TOKEN_REQUESTS + 60, "429": 10}
    clock[0] += 0.999
    send("HTTP_X_ADDON_TOKEN")
    assert seen["429"] == 11
    clock[0] += 0.001
    for _ in range(60):
        send("HTTP_X_ADDON_TOKEN")
    assert seen == {"200": 2 * TOKEN_REQUESTS + 60, "429": 21}
    assert transport.count == 2 * TOKEN_REQUESTS + 60


def test_a_token_is_limited_over_the_socket() -> None:
    """Sixty requests at one instant: fifty are answered, ten refused, none is lost."""
    seen = Counter[int]()
    with served(Service(Counting(), "secret", lambda: 1.0, lambda _: None)) as url:
        parts = urlsplit(url)
        with contextlib.closing(
            http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=SECONDS)
        ) as connection:
            for _ in range(60):
                connection.request("GET", "/v1/user", headers={"X-Addon-Token": "secret"})
                reply = connection.getresponse()
                reply.read()
                seen[reply.status] += 1
                if reply.status == 429:
                    assert reply.headers["Retry-After"] == "1"
    assert seen == {200: TOKEN_REQUESTS, 429: 10}


def test_a_console_with_a_token_waits_and_goes_on(new_console: Callable[[str], Console]) -> None:
    """Reads and writes of our own client survive the limit: each is waited for, none is lost."""
    console = new_console("token")
    instant = [1.0]

    def sleep(seconds: float) -> None:
        console.slept.append(seconds)
        instant[0] += seconds

    console.sleep = sleep
    with (
        contextlib.closing(workspace_of(console, console.home / "w.sqlite3")) as workspace,
        served(Service(workspace, "secret", lambda: instant[0], lambda _: None)) as url,
    ):
        console.env |= {"CLOCKTOOL_ADDON_TOKEN": "secret", "CLOCKTOOL_BASE_URL": url}
        console.ok("start", "x")
        for _ in range(TOKEN_REQUESTS):
            assert console.ok("stop", "--if-running").err in ("", "No timer is running\n")
        assert console.slept == [1.0]
        for _ in range(TOKEN_REQUESTS):
            console.ok("list")
        assert console.slept == [1.0, 1.0]
        assert console.ok("pending").err == "No pending changes.\n"


def test_many_clients_at_once_lose_nothing(server: Serving) -> None:
    """Eight threads create at once: each entry is there once, with its own id."""
    user = json.loads(server.ask("GET", "/v1/user").body)
    workspace = f"/v1/workspaces/{user['activeWorkspace']}"
    statuses: list[int] = []

    def work(number: int) -> None:
        for each in range(12):
            body = {
                "start": "2026-01-02T09:00:00Z",
                "end": "2026-01-02T10:00:00Z",
                "description": f"{number}-{each}",
            }
            reply = server.ask("POST", f"{workspace}/time-entries", json.dumps(body).encode())
            statuses.append(reply.status)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(statuses) == {201: 96}
    mine = f"{workspace}/user/{user['id']}/time-entries"
    found = json.loads(server.ask("GET", f"{mine}?page-size=1000").body)
    assert len({each["id"] for each in found}) == 96
    assert {each["description"] for each in found} == {
        f"{number}-{each}" for number in range(8) for each in range(12)
    }
    assert server.ask("DELETE", mine).status == 204


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_what_is_being_answered_is_answered_before_the_end(
    tmp_path: Path, how: signal.Signals
) -> None:
    """Ctrl-C and a polite kill end it with 0; the write in flight is done, its reply arrives."""
    with running(tmp_path) as serving:
        user = json.loads(serving.ask("GET", "/v1/user").body)
        path = f"/v1/workspaces/{user['activeWorkspace']}/tags"
        lock = sqlite3.connect(tmp_path / "data" / "local.sqlite3", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        with socket.create_connection(serving.address, SECONDS) as sock:
            body = b'{"name": "in flight"}'
            head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {serving.key}\r\n"
            sock.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            assert serving.ask("GET", "/").status == 404  # so the one before is being answered
            serving.process.send_signal(how)
            lock.execute("ROLLBACK")
            lock.close()
            assert sock.recv(100).startswith(b"HTTP/1.1 201 ")
        out, err = serving.process.communicate(timeout=SECONDS)
        assert (serving.process.returncode, out) == (0, "")
        assert err.splitlines()[-1] == "Stopped."
        assert "Traceback" not in err
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "local.sqlite3")) as file:
        assert file.execute("SELECT name FROM tags").fetchall() == [("in flight",)]


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    """Exit code 3, one line and how to choose another."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start(tmp_path, "--port", str(port))
        out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out) == (3, "")
    assert err == (
        f"error: can't listen on port {port}: Address already in use\nhint: use another: --port 0\n"
    )


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_what_is_no_port(run: Console, port: str) -> None:
    """A usage error."""
    assert run("serve", "--port", port).code == 2


def test_without_waitress_it_says_how_to_install_it(
    run: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3 and the extra; nothing is made."""
    for name in ("waitress", "waitress.channel"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "clocktool.backends.serve.server")
    result = run("serve", "--port", "0")
    assert (result.code, result.out) == (3, "")
    error, hint = result.err.splitlines()
    assert error == "error: 'serve' needs waitress"
    assert hint == ("hint: install it: pip install waitress, or: pipx inject clocktool waitress")
    assert not (run.home / "data").exists()


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe"])
def test_a_key_file_that_is_damaged(run: Console, content: bytes) -> None:
    """Exit code 3, naming the file."""
    path = run.home / "data" / "serve.key"
    path.parent.mkdir()
    path.write_bytes(content)
    result = run("serve", "--port", "0")
    assert (result.code, result.out) == (3, "")
    assert str(path) in result.err


def test_a_workspace_that_fails_is_a_servers_failure(run: Console) -> None:
    """A damaged file is a 500 with its reason, said on standard error, and never a traceback."""
    path = run.home / "w.sqlite3"
    path.write_bytes(b"no database at all" * 100)
    said: list[str] = []
    with (
        contextlib.closing(workspace_of(run, path)) as workspace,
        served(Service(workspace, "secret", time.monotonic, said.append)) as url,
    ):
        parts = urlsplit(url)
        address = (str(parts.hostname), int(parts.port or 0))
        reply = ask(address, "GET", "/v1/user", None, {"X-Api-Key": "secret"})
    assert (reply.status, reply.code) == (500, 500)
    assert len(said) == 1
    assert "damaged or not a database" in said[0]
