"""``serve`` as a WSGI application, with requests as published clients send them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from clocktool.backends.serve.wsgi import Service
from tests.backends.local.conftest import Local

KEY = "k"
Ask = Callable[..., tuple[int, dict[str, str], bytes]]


@pytest.fixture
def ask(local: Local) -> Ask:
    """Return a function that sends a method and a path to ``serve``."""
    service = Service(local.transport, KEY, lambda: 0.0, pytest.fail)

    def send(method: str, path: str, **more: str) -> tuple[int, dict[str, str], bytes]:
        started: list[Any] = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "HTTP_HOST": "127.0.0.1:8787",
            "HTTP_X_API_KEY": KEY,
            "wsgi.input": BytesIO(),
            **more,
        }
        content = b"".join(service(environ, lambda *given: started.extend(given)))
        status, headers = started
        return int(status.split()[0]), dict(headers), content

    return send


@pytest.mark.parametrize("base", ["/api/v1", "/v1"])
def test_a_final_slash_is_ignored(ask: Ask, base: str) -> None:
    """The path has the same reply with and without it."""
    for path in ("/user", "/workspaces"):
        plain = ask("GET", f"{base}{path}")
        assert plain[0] == 200
        assert ask("GET", f"{base}{path}/") == plain


@pytest.mark.parametrize("path", ["/api/v1/user//", "/api/v1//user", "/api/v1/", "/api/v1//", "/"])
def test_only_one_final_slash_is_ignored(ask: Ask, path: str) -> None:
    """More slashes, or a slash alone, are unknown routes."""
    assert ask("GET", path)[0] == 404


@pytest.mark.parametrize("path", ["/api/v1/user", "/api/v1/user/", "/api/v1/nothing"])
def test_head_is_a_get_without_its_body(ask: Ask, path: str) -> None:
    """Status and headers are those of the GET."""
    status, headers, content = ask("GET", path)
    assert content
    assert ask("HEAD", path) == (status, headers, b"")


def test_head_needs_the_key(ask: Ask) -> None:
    """It is refused like any other request, without a body."""
    status, _, content = ask("HEAD", "/api/v1/user", HTTP_X_API_KEY="other")
    assert (status, content) == (401, b"")


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "head"])
def test_other_methods_are_not_allowed(ask: Ask, method: str) -> None:
    """They answer 405, also on a known path."""
    assert ask(method, "/api/v1/user")[0] == 405
