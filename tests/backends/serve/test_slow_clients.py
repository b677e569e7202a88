"""``serve`` and clients that keep it waiting: none of them keeps anybody else waiting."""

import contextlib
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from clocktool.backends.base import Backend, Reply, Request
from clocktool.backends.serve.wsgi import Service
from tests.backends.serve.test_serve import ask, running
from tests.contract.worlds import served

SECONDS = 20
HEAD = "POST /v1/workspaces HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: secret\r\n"
HALVES = {
    "nothing": b"",
    "a byte": b"P",
    "half a head": HEAD.encode(),
    "half a body": f"{HEAD}Content-Length: 100\r\n\r\n".encode() + b'{"name": ',
    "half a chunk": f"{HEAD}Transfer-Encoding: chunked\r\n\r\n64\r\n".encode() + b'{"name": ',
    "a wait for a go": f"{HEAD}Content-Length: 9\r\nExpect: 100-continue\r\n\r\n".encode(),
    "a second half": b"GET /v1/user HTTP/1.1\r\nHost: localhost\r\n\r\nGET /v1/us",
}

Address = tuple[str, int]


class Long(Backend):
    """A transport with replies longer than any buffer of the system."""

    def send(self, request: Request) -> Reply:
        """Answer."""
        return Reply(200, {}, b" " * 20_000_000)


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    """A server that waits a fifth of a second, and half a second for a whole request."""
    service = Service(Long(), "secret", lambda: 1.0, pytest.fail)
    with served(service, idle_seconds=0.2, request_seconds=0.5) as url:
        parts = urlsplit(url)
        yield str(parts.hostname), int(parts.port or 0)


def until_closed(sock: socket.socket) -> bytes:
    """Return what comes before the other side closes a connection."""
    found = b""
    with contextlib.suppress(ConnectionError):
        while data := sock.recv(65536):
            found += data
    return found


def test_half_requests_keep_nobody_waiting(tmp_path_factory: pytest.TempPathFactory) -> None:
    """With 130 of them open, the next request is answered at once."""
    with running(tmp_path_factory.mktemp("serve")) as serving, contextlib.ExitStack() as opened:
        halves = [
            opened.enter_context(socket.create_connection(serving.address, SECONDS))
            for _ in range(130)
        ]
        for sock, half in zip(halves, [*HALVES.values()] * 20, strict=False):
            sock.sendall(half)
        before = time.monotonic()
        assert serving.ask("GET", "/v1/user").status == 200
        assert time.monotonic() - before < 2


@pytest.mark.parametrize("half", HALVES)
def test_a_connection_that_says_nothing_more_is_closed(address: Address, half: str) -> None:
    """Whatever it was about to ask."""
    with socket.create_connection(address, SECONDS) as sock:
        sock.sendall(HALVES[half])
        before = time.monotonic()
        until_closed(sock)
        assert time.monotonic() - before < 2


@pytest.mark.parametrize("half", ["a byte", "half a head", "half a body"])
def test_a_request_that_trickles_in_is_cut_off(address: Address, half: str) -> None:
    """Bytes that come now and then don't keep a connection open."""
    with socket.create_connection(address, SECONDS) as sock:
        sock.sendall(HALVES[half])
        sock.settimeout(0.05)
        before = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - before < SECONDS:
                with contextlib.suppress(TimeoutError):
                    if not sock.recv(100):
                        break
                sock.sendall(b"x")
        assert time.monotonic() - before < 3


def test_a_reply_that_nobody_reads_is_given_up(address: Address) -> None:
    """More of them than there are threads, and the next request is answered all the same."""
    get = b"GET /v1/user HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: secret\r\n\r\n"
    with contextlib.ExitStack() as opened:
        for _ in range(6):
            sock = opened.enter_context(socket.create_connection(address, SECONDS))
            sock.sendall(get * 2)
        before = time.monotonic()
        reply = ask(address, "GET", "/v1/user", None, {"X-Api-Key": "secret"})
        assert (reply.status, len(reply.body)) == (200, 20_000_000)
        assert time.monotonic() - before < 10


def test_a_connection_is_used_again(address: Address) -> None:
    """As long as it asks, it stays open: longer than a request may take."""
    get = b"HEAD /v1/user HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: secret\r\n\r\n"
    with socket.create_connection(address, SECONDS) as sock:
        before = time.monotonic()
        while time.monotonic() - before < 0.8:
            sock.sendall(get)
            assert sock.recv(1000).startswith(b"HTTP/1.1 200 ")
