"""The WSGI application of ``serve``: a backend as a web service, for this machine only.

It forwards requests below ``/api/v1`` and ``/v1`` that have the key. An add-on token may send 50
requests a second, as on Clockify.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from clocktool.backends.base import Backend, Reply, Request
from clocktool.domain.limits import TOKEN_REQUESTS
from clocktool.errors import ClocktoolError

BASE_PATHS = ("/api/v1", "/v1")

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

StartResponse = Callable[[str, list[tuple[str, str]]], object]

_REASONS = {
    200: "OK",
    201: "Created",
    204: "No Content",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


class Service:
    """A WSGI application in front of a backend. ``say`` is called with each internal error."""

    def __init__(
        self,
        backend: Backend,
        key: str,
        monotonic: Callable[[], float],
        say: Callable[[str], None],
    ) -> None:
        self._backend = backend
        self._key = key.encode()
        self._monotonic = monotonic
        self._say = say
        self._request_times: deque[float] = deque()
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        reply = self._authorized(environ)
        headers = [("Content-Length", str(len(reply.body)))]
        if reply.body:
            headers.append(("Content-Type", "application/json"))
        headers += [
            (name.title(), value)
            for name, value in reply.headers.items()
            if name not in ("content-type", "content-length")
        ]
        start(f"{reply.status} {_REASONS.get(reply.status, 'Unknown')}", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else reply.body]

    def _authorized(self, environ: dict[str, Any]) -> Reply:
        """Return the reply, after checking the host, the key and the rate."""
        host = environ.get("HTTP_HOST", "").rpartition(":")[0] or environ.get("HTTP_HOST", "")
        if host.strip("[]") not in ("127.0.0.1", "localhost", "::1"):
            # A web page may use a domain that resolves to this machine (DNS rebinding).
            return refusal(403, 403, "The Host header must be a name of this machine")
        api_key = environ.get("HTTP_X_API_KEY")
        token = environ.get("HTTP_X_ADDON_TOKEN")
        if (api_key is None) == (token is None):
            return refusal(401, 1000, "Full authentication is required: exactly one key")
        given = (api_key or token or "").encode("latin-1", "replace")
        if not compare_digest(given, self._key):
            return (
                refusal(401, 4003, "Api key does not exist")
                if token is None
                else refusal(401, 4017, "Addon token is not valid")
            )
        if token is not None and not self._count_request():
            return refusal(429, 429, "Too many requests", {"retry-after": "1"})
        try:
            return self._forward(environ)
        except ClocktoolError as error:
            self._say(error.message)
            return refusal(500, 500, error.message)

    def _count_request(self) -> bool:
        """Count a request with the token; return False if that exceeds its rate limit."""
        with self._lock:
            now = self._monotonic()
            while self._request_times and self._request_times[0] <= now - 1:
                self._request_times.popleft()
            if len(self._request_times) >= TOKEN_REQUESTS:
                return False
            self._request_times.append(now)
            return True

    def _forward(self, environ: dict[str, Any]) -> Reply:
        """Forward a request to the backend, without a final slash, and HEAD as GET."""
        method = environ["REQUEST_METHOD"]
        path = environ.get("PATH_INFO", "").encode("latin-1").decode(errors="replace")
        base = next((each for each in BASE_PATHS if path.startswith(f"{each}/")), None)
        if base is None:
            return refusal(404, 3000, f"No route {path}; this service is at {BASE_PATHS[0]}")
        if method not in METHODS:
            return refusal(405, 3000, f"{method} is not allowed")
        length = int(environ.get("CONTENT_LENGTH") or 0)
        data = environ["wsgi.input"].read(length) if length else b""
        try:
            body = msgspec.json.decode(data) if data.strip() else None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return refusal(400, 3002, "The body is not JSON")
        query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True, errors="replace")
        method = "GET" if method == "HEAD" else method
        path = path.removeprefix(base).removesuffix("/") or "/"
        return self._backend.send(Request(method, path, tuple(query), body))


def refusal(status: int, code: int, message: str, headers: dict[str, str] | None = None) -> Reply:
    """Return an error reply in Clockify's format."""
    return Reply(status, headers or {}, msgspec.json.encode({"message": message, "code": code}))
