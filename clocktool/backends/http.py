"""Requests over HTTP, with httpx.

Timeouts are 5 seconds to connect and 30 for a whole request, however slowly a reply arrives. The
key is sent to one host only, over https or to this machine; redirects are not followed.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from clocktool import __version__
from clocktool.backends.base import Backend, Reply, Request
from clocktool.errors import OfflineError, ServerError, SetupError, UsageError

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 30.0
REASON_LENGTH = 200
"""The greatest length of the reason in a message, in characters."""


class HttpTransport(Backend):
    """Sends requests to a base URL with the headers of a key. Raises OfflineError without a reply.

    ``while_waiting`` is called once, after the first request is sent and before its reply comes.
    """

    is_remote = True

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        *,
        connect_seconds: float = CONNECT_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
        while_waiting: Callable[[], None] | None = None,
    ) -> None:
        check_safe(base_url)
        self._base = base_url.rstrip("/")
        self._host = urlsplit(base_url).netloc
        self._total = total_seconds
        self._while_waiting = while_waiting
        if not all(_is_sendable(value) for value in headers.values()):
            raise SetupError(
                "invalid key: it has spaces, line breaks or non-ASCII characters",
                "copy it again from your profile on Clockify",
            )
        self._headers = {"User-Agent": f"clocktool/{__version__}", **headers}
        self._timeout = httpx.Timeout(total_seconds, connect=connect_seconds)
        self._is_https = urlsplit(base_url).scheme == "https"
        self._clients: list[httpx.Client] = []
        self._per_thread = threading.local()
        try:
            # Created once, as that takes 25 ms; http does not need it.
            self._tls = httpx.create_ssl_context() if self._is_https else False
            self._client()
        except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
            raise SetupError(
                "the environment's proxy or certificates cannot be used",
                "check HTTPS_PROXY, ALL_PROXY, NO_PROXY and SSL_CERT_FILE",
                why="SOCKS needs the package socksio"
                if isinstance(error, ImportError)
                else _reason(error),
            ) from error

    def _client(self) -> httpx.Client:
        """Return the httpx client of this thread; threads do not share connections.

        Without ``transport=`` httpx takes proxies from the environment, but only for https: over
        http a proxy would receive the key in plain text.
        """
        client: httpx.Client | None = getattr(self._per_thread, "client", None)
        if client is None:
            client = httpx.Client(
                headers=self._headers,
                timeout=self._timeout,
                follow_redirects=False,
                trust_env=self._is_https,
                verify=self._tls,
                event_hooks={"response": [_forget_location]},
            )
            self._per_thread.client = client
            self._clients.append(client)
        return client

    def send(self, request: Request) -> Reply:
        """Send one request and wait for its reply at most the total timeout."""
        if request.only_if_cached:
            return Reply(504, {}, b"")  # this layer has no cache
        try:
            content = None if request.body is None else msgspec.json.encode(request.body)
            query = httpx.QueryParams(request.query)
            str(query)
        except UnicodeEncodeError as error:
            raise UsageError(
                "can't send a text that is not UTF-8",
                "type it again, or set LANG to a UTF-8 locale",
            ) from error
        before: _Deadline | None = getattr(self._per_thread, "deadline", None)
        deadline = _Deadline(self._total, before.socket if before else None, self._while_waiting)
        self._per_thread.deadline, self._while_waiting = deadline, None
        try:
            with deadline:
                client = self._client()
                client.cookies.clear()  # send the key, but never cookies
                reply = client.request(
                    request.method,
                    self._base + request.path,
                    params=query,
                    content=content,
                    headers={} if content is None else {"Content-Type": "application/json"},
                    extensions={"trace": deadline.trace},
                )
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise self._offline(request, error, timed_out=deadline.expired) from error
        except MemoryError as error:
            raise ServerError(f"the reply of {self._host} is too large") from error
        except (httpx.InvalidURL, UnicodeError) as error:
            raise SetupError(
                f"invalid base_url {self._base!r}",
                "an example: https://api.clockify.me/api/v1",
                why="its host or port is not valid",
            ) from error
        if deadline.expired:  # without a length, a body that was cut off looks complete
            raise self._offline(request, httpx.ReadTimeout(""), timed_out=True)
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return Reply(reply.status_code, headers, reply.content)

    def close(self) -> None:
        """Close the connections of every thread."""
        for client in tuple(self._clients):  # a prefetching thread may still add one
            client.close()

    def _offline(
        self, request: Request, error: httpx.HTTPError, *, timed_out: bool
    ) -> OfflineError:
        why = None
        slow = timed_out or isinstance(error, httpx.TimeoutException)
        if timed_out or isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout):
            what = f"no answer from {self._host} within {self._total:g} s"
        elif isinstance(error, httpx.ConnectTimeout):
            what = f"{self._host} could not be reached in time"
        elif isinstance(error, httpx.ConnectError):
            what, why = f"{self._host} could not be reached", _reason(error)
        else:
            what, why = f"the connection to {self._host} broke", _reason(error)
        not_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        hint = "check the network, then try again"
        if request.method != "GET" and not not_sent:
            hint = "it may have arrived: check with clocktool list before you try again"
        return OfflineError(what, hint, why=why, failed_fast=not slow, not_sent=not_sent)


class _Deadline:
    """Ends a request that takes too long by shutting down its socket.

    The timeouts of httpx are for each read: a server that sends single bytes would never reach one.
    """

    def __init__(
        self,
        seconds: float,
        kept_alive: socket.socket | None,
        while_waiting: Callable[[], None] | None = None,
    ) -> None:
        self._while_waiting = while_waiting
        self.expired = False
        self.socket = kept_alive
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Store the newest socket of this request (httpcore's ``trace`` extension)."""
        if event.endswith(".send_request_body.complete") and self._while_waiting is not None:
            self._while_waiting()
        # "connection.…", and "proxy.start_tls.complete" for TLS inside a proxy's tunnel
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self.socket = info["return_value"].get_extra_info("socket")
            if self.expired:  # before the socket existed
                self._expire()

    def _expire(self) -> None:
        self.expired = True
        if self.socket is not None:
            try:
                self.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it is closed already


def check_safe(base_url: str) -> None:
    """Raise SetupError unless the key may be sent to this URL: https, or http to this machine."""
    if any(each in base_url for each in "?#@"):
        raise SetupError(
            "invalid base_url: it has a ?, # or @",
            "an example: https://api.clockify.me/api/v1",
        )
    try:
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        raise SetupError(
            f"invalid base_url {base_url!r}",
            "an example: https://api.clockify.me/api/v1",
            why="its host or port is not valid",
        ) from error
    if parts.scheme not in ("https", "http") or not host:
        raise SetupError(
            f"invalid base_url {base_url!r}",
            "an example: https://api.clockify.me/api/v1",
        )
    if parts.scheme == "http" and not _is_loopback(host):
        raise SetupError(
            f"base_url {base_url!r} is not https: the key is sent only over https",
            "http is allowed for this machine only (127.0.0.1, localhost)",
        )


def _is_sendable(value: str) -> bool:
    """Whether a header may have this value; h11 would show an invalid one in its error."""
    return value.isascii() and value.isprintable() and value == value.strip()


def _forget_location(reply: httpx.Response) -> None:
    """Remove the target of a redirect, as httpx parses it although it does not follow it."""
    reply.headers.pop("location", None)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _reason(error: Exception) -> str | None:
    """Return the reason of an error: the system's or the proxy's text, or one of our own.

    The texts of the HTTP library change with its version.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not valid ({cause.verify_message})"
        if isinstance(cause, OSError) and cause.strerror:
            said = f"{cause.filename}: {cause.strerror}" if cause.filename else cause.strerror
            return _one_line(said)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ProxyError):
        return _one_line(str(error))
    return "no complete answer came" if isinstance(error, httpx.ProtocolError) else None


def _one_line(text: str) -> str:
    said = "".join(each if each.isprintable() else " " for each in text[:REASON_LENGTH])
    return " ".join(said.split())
