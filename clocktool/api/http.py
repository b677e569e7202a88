"""The transport that leaves the machine, on httpx. The only file that knows httpx.

Connecting takes at most 5 seconds and a whole exchange at most 30, also when a server answers a
byte at a time. The key is sent to one host only, over https or to this machine, and follows no
redirect.
"""

import socket
import threading
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from clocktool import __version__
from clocktool.errors import OfflineError, SetupError
from clocktool.transport import Reply, Request

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 30.0


class HttpTransport:
    """Sends requests below a base URL with a key's header. Raises OfflineError without a reply."""

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        *,
        connect_seconds: float = CONNECT_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        check_safe(base_url)
        self._base = base_url.rstrip("/")
        self._host = urlsplit(base_url).netloc.rpartition("@")[2]
        self._total = total_seconds
        self._watch: _Watch | None = None
        # No transport= here: httpx then takes proxies from the environment.
        self._client = httpx.Client(
            headers={"User-Agent": f"clocktool/{__version__}", **headers},
            timeout=httpx.Timeout(total_seconds, connect=connect_seconds),
            follow_redirects=False,
        )

    def send(self, request: Request) -> Reply:
        """Send one request, bounded in time; see ``Transport.send``."""
        content = None if request.body is None else msgspec.json.encode(request.body)
        watch = _Watch(self._total, self._watch.socket if self._watch else None)
        self._watch = watch
        try:
            with watch:
                reply = self._client.request(
                    request.method,
                    self._base + request.path,
                    params=list(request.query),
                    content=content,
                    headers={} if content is None else {"Content-Type": "application/json"},
                    extensions={"trace": watch.trace},
                )
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise self._offline(error, timed_out=watch.rang) from error
        except httpx.InvalidURL as error:
            raise SetupError(f"base_url {self._base!r} is no address: {error}") from error
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return Reply(reply.status_code, headers, reply.content)

    def close(self) -> None:
        """Close connections."""
        self._client.close()

    def _offline(self, error: httpx.HTTPError, *, timed_out: bool) -> OfflineError:
        if timed_out or isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout):
            what = f"no answer from {self._host} within {self._total:g} s"
        elif isinstance(error, httpx.ConnectTimeout):
            what = f"{self._host} could not be reached in time"
        elif isinstance(error, httpx.ConnectError):
            what = f"{self._host} could not be reached: {_reason(error)}"
        else:
            what = f"the connection to {self._host} broke: {_reason(error)}"
        return OfflineError(what, "check the network; nothing was changed here")


class _Watch:
    """Ends an exchange that takes too long by shutting its socket down.

    httpx bounds each read, so a server that sends a byte now and then would hold us for ever.
    """

    def __init__(self, seconds: float, kept_alive: socket.socket | None) -> None:
        self.rang = False
        self.socket = kept_alive
        self._timer = threading.Timer(seconds, self._ring)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Keep the newest socket of this exchange (httpcore's trace extension)."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self.socket = info["return_value"].get_extra_info("socket")

    def _ring(self) -> None:
        self.rang = True
        if self.socket is not None:
            try:
                self.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it is gone already


def check_safe(base_url: str) -> None:
    """Raise SetupError unless a key may be sent there: https, or http to this machine."""
    try:
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        raise SetupError(f"base_url {base_url!r} is no address: {error}") from error
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


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
