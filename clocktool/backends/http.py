"""Requests over HTTP, on httpx. The only file that knows httpx.

Connecting takes at most 5 seconds and a whole exchange at most 30, also when a server answers a
byte at a time. The key is sent to one host only, over https or to this machine, and follows no
redirect.
"""

import socket
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
REASON = 200
"""How much is shown of why a connection failed, in characters."""


class HttpTransport(Backend):
    """Sends requests below a base URL with a key's header. Raises OfflineError without a reply.

    ``while_waiting`` is called once, when the first request is out and its reply is not there yet.
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
                "the key is none: it has blanks, line breaks or letters beyond ASCII",
                "copy it again from your profile on Clockify",
            )
        self._headers = {"User-Agent": f"clocktool/{__version__}", **headers}
        self._timeout = httpx.Timeout(total_seconds, connect=connect_seconds)
        self._is_https = urlsplit(base_url).scheme == "https"
        self._lines: list[httpx.Client] = []
        self._own = threading.local()
        try:
            # Made once, as it takes 25 ms; http needs none.
            self._tls = httpx.create_ssl_context() if self._is_https else False
            self._line()
        except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
            raise SetupError(
                "the environment's proxy or certificates cannot be used",
                "look at HTTPS_PROXY, ALL_PROXY, NO_PROXY and SSL_CERT_FILE",
                why=_reason(error),
            ) from error

    def _line(self) -> httpx.Client:
        """Return the client of this thread, whose connection no other thread uses.

        No transport= here: httpx then takes proxies from the environment. Http stays on this
        machine: a proxy would carry the key away in the clear.
        """
        client: httpx.Client | None = getattr(self._own, "client", None)
        if client is None:
            client = httpx.Client(
                headers=self._headers,
                timeout=self._timeout,
                follow_redirects=False,
                trust_env=self._is_https,
                verify=self._tls,
                event_hooks={"response": [_forget_location]},
            )
            self._own.client = client
            self._lines.append(client)
        return client

    def send(self, request: Request) -> Reply:
        """Send one request, bounded in time; see ``Backend.send``."""
        if request.only_if_cached:
            return Reply(504, {}, b"")  # nothing is kept here
        try:
            content = None if request.body is None else msgspec.json.encode(request.body)
            query = httpx.QueryParams(request.query)
            str(query)
        except UnicodeEncodeError as error:
            raise UsageError(
                "a text that is no UTF-8 cannot be sent", "type it again, or set LANG to UTF-8"
            ) from error
        before: _Watch | None = getattr(self._own, "watch", None)
        watch = _Watch(self._total, before.socket if before else None, self._while_waiting)
        self._own.watch, self._while_waiting = watch, None
        try:
            with watch:
                line = self._line()
                line.cookies.clear()  # a key is all that is ever sent of us
                reply = line.request(
                    request.method,
                    self._base + request.path,
                    params=query,
                    content=content,
                    headers={} if content is None else {"Content-Type": "application/json"},
                    extensions={"trace": watch.trace},
                )
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise self._offline(request, error, timed_out=watch.rang) from error
        except MemoryError as error:
            raise ServerError(f"the reply of {self._host} is too large") from error
        except (httpx.InvalidURL, UnicodeError) as error:
            raise SetupError(
                f"base_url {self._base!r} is no address",
                "it looks like https://api.clockify.me/api/v1",
                why=_reason(error),
            ) from error
        if watch.rang:  # a body without a length looks whole when the socket is shut down
            raise self._offline(request, httpx.ReadTimeout(""), timed_out=True)
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return Reply(reply.status_code, headers, reply.content)

    def close(self) -> None:
        """Close the connections of every thread."""
        for client in tuple(self._lines):  # a thread that reads ahead may still add its own
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
            hint = "it may have arrived all the same: look (clocktool list) before you do it again"
        return OfflineError(what, hint, why=why, failed_fast=not slow, not_sent=not_sent)


class _Watch:
    """Ends an exchange that takes too long by shutting its socket down.

    httpx bounds each read, so a server that sends a byte now and then would hold us for ever.
    """

    def __init__(
        self,
        seconds: float,
        kept_alive: socket.socket | None,
        while_waiting: Callable[[], None] | None = None,
    ) -> None:
        self._while_waiting = while_waiting
        self.rang = False
        self.socket = kept_alive
        self._timer = threading.Timer(seconds, self._ring)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Keep the newest socket of this exchange (httpcore's trace extension); use the wait."""
        if event.endswith(".send_request_body.complete") and self._while_waiting is not None:
            self._while_waiting()
        # "connection.…", and "proxy.start_tls.complete" for TLS inside a proxy's tunnel
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self.socket = info["return_value"].get_extra_info("socket")
            if self.rang:  # before there was one
                self._ring()

    def _ring(self) -> None:
        self.rang = True
        if self.socket is not None:
            try:
                self.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it is gone already


def check_safe(base_url: str) -> None:
    """Raise SetupError unless a key may be sent there: https, or http to this machine."""
    if any(each in base_url for each in "?#@"):
        raise SetupError(
            "base_url is more than an address: it has a ?, # or @",
            "it looks like https://api.clockify.me/api/v1",
        )
    try:
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        raise SetupError(
            f"base_url {base_url!r} is no address",
            "it looks like https://api.clockify.me/api/v1",
            why=str(error),
        ) from error
    if parts.scheme not in ("https", "http") or not host:
        raise SetupError(
            f"base_url {base_url!r} is no address",
            "it looks like https://api.clockify.me/api/v1",
        )
    if parts.scheme == "http" and not _is_loopback(host):
        raise SetupError(
            f"base_url {base_url!r} is not https: a key is sent only over https",
            "http is for addresses of this machine (127.0.0.1, localhost)",
        )


def _is_sendable(value: str) -> bool:
    """Whether a header may have this value: h11 would refuse it, and show it."""
    return value.isascii() and value.isprintable() and value == value.strip()


def _forget_location(reply: httpx.Response) -> None:
    """Keep httpx from reading where a redirect leads: it is not followed."""
    reply.headers.pop("location", None)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _reason(error: Exception) -> str:
    """Return why something failed: in the words of the system where it was the system."""
    text = str(error)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            text = f"{cause.filename}: {cause.strerror}" if cause.filename else cause.strerror
        cause = cause.__cause__ or cause.__context__
    said = "".join(each if each.isprintable() else " " for each in text[:REASON])
    return " ".join(said.split()) or type(error).__name__
