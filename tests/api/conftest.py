"""A service that answers what a test says, and a client that asks it over the real transport."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import httpx
import pytest
import respx

from clocktool.api.client import Client
from clocktool.api.routes import GUIDE, SERVICE
from clocktool.api.session import Session
from clocktool.backends.base import Backend, Reply, Request
from clocktool.backends.http import HttpTransport
from clocktool.errors import ClocktoolError
from tests.clients import client_of

BASE = "https://api.example.test/api/v1"
W = f"{BASE}/workspaces/64a687e29ae1f428e7ebe303"
"""The URL of the guide's workspace."""


class Asked(NamedTuple):
    """A request as the service saw it."""

    method: str
    url: str
    body: Any
    content_type: str | None
    keys: Mapping[str, str]


def asked(method: str, url: str, body: Any = None) -> Asked:
    """Return the request that must have been seen: with the key, and JSON only if there is any."""
    kind = None if body is None else "application/json"
    return Asked(method, url, body, kind, {"x-api-key": "k"})


class Service:
    """Answers in the order that a test says, and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.client: Client
        self._replies: list[httpx.Response] = []

    def reply(
        self, body: Any = None, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """Queue a reply of JSON; None is an empty body."""
        content = b"" if body is None else json.dumps(body).encode()
        self._replies.append(httpx.Response(status, content=content, headers=headers))

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer a request; one too many is a failure."""
        auth = {
            name: value
            for name, value in request.headers.items()
            if name in ("x-api-key", "x-addon-token", "authorization", "cookie")
        }
        body = json.loads(request.content) if request.content else None
        kind = request.headers.get("content-type")
        self.asked.append(Asked(request.method, str(request.url), body, kind, auth))
        assert self._replies, f"one request too many: {self.asked[-1]}"
        return self._replies.pop(0)

    @property
    def unsaid(self) -> int:
        """How many replies were never asked for."""
        return len(self._replies)


def _serving(headers: Mapping[str, str], service: Service, *, guide: bool) -> Iterator[Service]:
    with respx.mock(assert_all_called=False) as router:
        router.route().mock(side_effect=service.answer)
        transport = HttpTransport(BASE, headers)
        service.client = client_of(transport, GUIDE if guide else SERVICE)
        yield service
        transport.close()
        assert len(router.calls) == len(service.asked)
    assert service.unsaid == 0


@pytest.fixture
def service() -> Iterator[Service]:
    """A guide-shaped service, asked with an API key."""
    yield from _serving({"X-Api-Key": "k"}, Service(), guide=True)


@pytest.fixture
def the_service() -> Iterator[Service]:
    """The service itself, asked with an API key."""
    yield from _serving({"X-Api-Key": "k"}, Service(), guide=False)


@pytest.fixture
def addon_service() -> Iterator[Service]:
    """A guide-shaped service, asked with an add-on's token."""
    yield from _serving({"X-Addon-Token": "t"}, Service(), guide=True)


class Canned(Backend):
    """A backend that gives one reply to everything and keeps the requests."""

    def __init__(
        self, status: int = 200, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        self.answer = Reply(status, headers or {}, body)
        self.requests: list[Request] = []

    def send(self, request: Request) -> Reply:
        """Give the reply."""
        self.requests.append(request)
        return self.answer


def refusal(
    status: int,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    request: Request | None = None,
) -> ClocktoolError:
    """Return the error that a client raises for a reply."""
    session = Session(Canned(status, body, headers))
    with pytest.raises(ClocktoolError) as caught:
        session.send(request or Request("GET", "/workspaces/w/time-entries/e"))
    return caught.value
