"""The transport over real sockets: slow, silent, broken and hostile servers, and what is refused.

Servers run in threads and wait on events with a time-out; nothing sleeps.
"""

import contextlib
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator

import httpx
import pytest
import respx

from clocktool.api.session import Session
from clocktool.backends.base import Reply, Request
from clocktool.backends.http import HttpTransport, _Deadline
from clocktool.errors import ClocktoolError, OfflineError, ServerError, SetupError, UsageError
from tests.clients import client_of

KEY = "sk-do-not-show-me"
ME = Request("GET", "/user")
SOON = 20.0
"""Seconds within which a bounded exchange must be over; an unbounded one never ends."""

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Connection:
    """One connection that a server took."""

    def __init__(self, server: "Server", conn: socket.socket) -> None:
        self._server = server
        self._conn = conn

    def request(self) -> bool:
        """Read one request, head and body; False when there is none."""
        data = b""
        while b"\r\n\r\n" not in data:
            if not (more := self._conn.recv(65536)):
                return False
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        lengths = [
            int(line.partition(b":")[2])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        ]
        while lengths and len(body) < lengths[0]:
            body += self._conn.recv(65536)
        self._server.requests.append(head + b"\r\n\r\n" + body)
        return True

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self._conn.sendall(data)

    def drip(self, data: bytes = b" ") -> None:
        """Send a byte now and then until the test is over or the client has gone."""
        while not self._server.over.wait(0.05):
            self._conn.sendall(data)

    def hold(self) -> None:
        """Say nothing until the test is over."""
        self._server.over.wait(10)


Script = Callable[[Connection], None]


class Server:
    """A server on this machine that plays a script to each connection."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.02)
        self._threads: list[threading.Thread] = []
        self.over = threading.Event()
        self.connections = 0
        self.requests: list[bytes] = []
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"

    @contextlib.contextmanager
    def serving(self) -> Iterator["Server"]:
        """Take connections as long as the context lasts."""
        taker = threading.Thread(target=self._take)
        taker.start()
        try:
            yield self
        finally:
            self.over.set()
            taker.join()
            for thread in self._threads:
                thread.join()
            self._listener.close()

    def _take(self) -> None:
        while not self.over.is_set():
            with contextlib.suppress(TimeoutError):
                conn, _ = self._listener.accept()
                conn.settimeout(5)
                self.connections += 1
                thread = threading.Thread(target=self._play, args=(conn,))
                self._threads.append(thread)
                thread.start()

    def _play(self, conn: socket.socket) -> None:
        with conn, contextlib.suppress(OSError):
            self._script(Connection(self, conn))


def answers(*replies: bytes) -> Script:
    """Return the script that reads a request and gives the next reply, then hangs up."""

    def script(conn: Connection) -> None:
        for reply in replies:
            if conn.request():
                conn.send(reply)

    return script


@contextlib.contextmanager
def transport_to(
    url: str, *, key: str = KEY, total_seconds: float = 5.0
) -> Iterator[HttpTransport]:
    """Give a transport that is closed in the end."""
    transport = HttpTransport(url, {"X-Api-Key": key}, total_seconds=total_seconds)
    try:
        yield transport
    finally:
        transport.close()


def asked(script: Script, request: Request = ME, *, total_seconds: float = 5.0) -> Reply:
    """Return the reply of a server that plays a script."""
    with (
        Server(script).serving() as server,
        transport_to(server.url, total_seconds=total_seconds) as transport,
    ):
        return transport.send(request)


def failed(script: Script, request: Request = ME, *, total_seconds: float = 5.0) -> ClocktoolError:
    """Return the error of asking a server that plays a script; it never shows the key."""
    with pytest.raises(ClocktoolError) as caught:
        asked(script, request, total_seconds=total_seconds)
    keeps_the_key(caught.value)
    return caught.value


def keeps_the_key(error: ClocktoolError, key: str = KEY) -> None:
    """Check that nothing of an error shows the key, nor what --debug prints of it."""
    shown = [str(error), repr(error), error.message, error.hint or ""]
    shown += traceback.format_exception(error)
    assert not [text for text in shown if key in text]


def test_a_request_and_its_reply() -> None:
    """The key, the body and what kind it is arrive; status, headers and body come back."""
    reply = b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\nLast-Page: true\r\n\r\n"
    with (
        Server(answers(reply + b'{"a": 1}\n')).serving() as server,
        transport_to(server.url) as transport,
    ):
        request = Request("POST", "/a%2Fb", (("t", "x y"), ("t", "ü")), {"name": "ü"})
        assert transport.send(request) == Reply(
            201, {"content-length": "9", "last-page": "true"}, b'{"a": 1}\n'
        )
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    first, *headers = head.decode().split("\r\n")
    assert first == "POST /v1/a%2Fb?t=x+y&t=%C3%BC HTTP/1.1"
    named = {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in headers}
    assert named["x-api-key"] == KEY
    assert named["content-type"] == "application/json"
    assert named["host"] == f"127.0.0.1:{server.port}"
    assert named["user-agent"].startswith("clocktool/")
    assert body == '{"name":"ü"}'.encode()
    assert len(server.requests) == 1


def test_a_request_without_a_body_says_so_by_having_none() -> None:
    """No body, no Content-Type."""
    with Server(answers(OK)).serving() as server, transport_to(server.url) as transport:
        transport.send(Request("DELETE", "/x"))
    assert server.requests[0].endswith(b"\r\n\r\n")
    assert b"content-type" not in server.requests[0].lower()


def test_a_slash_at_the_end_of_the_base_url_is_one() -> None:
    """Slashes at the end of base_url double nothing."""
    with Server(answers(OK)).serving() as server, transport_to(server.url + "//") as transport:
        transport.send(ME)
    assert server.requests[0].startswith(b"GET /v1/user HTTP/1.1\r\n")


def test_requests_share_a_connection() -> None:
    """The second request does not connect again."""
    with Server(answers(OK, OK)).serving() as server, transport_to(server.url) as transport:
        transport.send(ME)
        transport.send(ME)
    assert server.connections == 1
    assert len(server.requests) == 2


def test_a_kept_connection_that_the_server_closed_is_replaced() -> None:
    """A server that hangs up after a reply is connected to again."""
    reply = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with Server(answers(reply)).serving() as server, transport_to(server.url) as transport:
        assert transport.send(ME).status == 200
        assert transport.send(ME).status == 200
    assert server.connections == 2


def test_a_refused_connection_is_offline() -> None:
    """Nobody listens there: exit code 6, and the host is named."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with transport_to(f"http://127.0.0.1:{port}/v1") as transport:
        with pytest.raises(OfflineError) as caught:
            transport.send(ME)
        keeps_the_key(caught.value)
    assert caught.value.message == f"127.0.0.1:{port} could not be reached: Connection refused"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (httpx.ConnectError(""), "api.example.test could not be reached"),
        (httpx.ConnectTimeout("slow"), "api.example.test could not be reached in time"),
        (httpx.ReadTimeout("slow"), "no answer from api.example.test within 5 s"),
        (httpx.WriteTimeout("slow"), "no answer from api.example.test within 5 s"),
        (httpx.PoolTimeout("slow"), "the connection to api.example.test broke"),
        (httpx.ReadError("reset"), "the connection to api.example.test broke"),
        (httpx.ProxyError("502"), "the connection to api.example.test broke: 502"),
    ],
)
def test_what_never_arrived(error: Exception, message: str) -> None:
    """An unknown name, timeouts and resets are errors of one line, with the host."""
    with (
        respx.mock() as router,
        transport_to("https://api.example.test/v1") as transport,
    ):
        router.get("https://api.example.test/v1/user").mock(side_effect=error)
        with pytest.raises(OfflineError) as caught:
            transport.send(ME)
    assert caught.value.message == message
    assert caught.value.__cause__ is error


def test_a_server_that_never_answers() -> None:
    """Accepted and then silence: the time runs out."""

    def script(conn: Connection) -> None:
        conn.request()
        conn.hold()

    started = time.monotonic()
    error = failed(script, total_seconds=0.3)
    assert type(error) is OfflineError
    assert "within 0.3 s" in error.message
    assert time.monotonic() - started < SOON


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n",
    ],
)
def test_a_server_that_drips(start: bytes) -> None:
    """A byte every 50 ms would go on for ever: the exchange as a whole is bounded."""

    def script(conn: Connection) -> None:
        conn.request()
        conn.send(start)
        conn.drip(b"1")

    started = time.monotonic()
    error = failed(script, total_seconds=0.15)
    assert type(error) is OfflineError
    assert error.message.startswith("no answer from 127.0.0.1:")
    assert time.monotonic() - started < SOON


def test_a_server_that_drips_chunks() -> None:
    """Chunks without an end are bounded as well."""

    def script(conn: Connection) -> None:
        conn.request()
        conn.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        conn.drip(b"1\r\n \r\n")

    assert type(failed(script, total_seconds=0.15)) is OfflineError


def test_a_body_cut_by_the_time_limit_is_no_reply() -> None:
    """A body that ends with the connection must not pass for whole when we cut it ourselves."""

    def script(conn: Connection) -> None:
        conn.request()
        conn.send(b"HTTP/1.1 200 OK\r\n\r\n[]")
        conn.drip()

    assert type(failed(script, total_seconds=0.15)) is OfflineError


def test_a_server_that_drips_on_a_second_request() -> None:
    """A kept-alive connection is bounded on every request, not just on its first."""

    def script(conn: Connection) -> None:
        conn.request()
        conn.send(OK)
        conn.request()
        conn.drip(b"1")

    with (
        Server(script).serving() as server,
        transport_to(server.url, total_seconds=0.3) as transport,
    ):
        assert transport.send(ME).body == b"{}"
        started = time.monotonic()
        with pytest.raises(OfflineError, match=r"within 0\.3 s"):
            transport.send(ME)
        assert time.monotonic() - started < SOON
        assert server.connections == 1


def test_after_a_time_out_the_next_request_is_a_new_one() -> None:
    """A connection that took too long is not used again, and the next request is bounded too."""
    first = threading.Event()

    def script(conn: Connection) -> None:
        conn.request()
        if first.is_set():
            conn.send(OK)
        else:
            first.set()
            conn.drip(b"1")

    with (
        Server(script).serving() as server,
        transport_to(server.url, total_seconds=0.15) as transport,
    ):
        with pytest.raises(OfflineError):
            transport.send(ME)
        assert transport.send(ME).body == b"{}"
        assert server.connections == 2


def test_a_watch_that_rings_before_there_is_a_socket_shuts_the_one_that_comes() -> None:
    """On a busy machine the time may be up while a connection is still being made."""
    ours, theirs = socket.socketpair()

    class Stream:
        def get_extra_info(self, name: str) -> socket.socket:
            assert name == "socket"
            return ours

    deadline = _Deadline(3600, None)
    with ours, theirs:
        deadline._expire()
        deadline.trace("connection.connect_tcp.complete", {"return_value": Stream()})
        assert theirs.recv(1) == b""


@pytest.mark.parametrize(
    "event",
    [
        "connection.connect_tcp.complete",
        "connection.start_tls.complete",
        pytest.param(
            "proxy.start_tls.complete",
        ),
    ],
)
def test_the_watch_knows_every_socket(event: str) -> None:
    """Each way to a connected socket, TLS through a proxy included, is bounded by the deadline."""

    class Stream:
        """A network stream of httpcore."""

        def __init__(self, conn: socket.socket) -> None:
            self._conn = conn

        def get_extra_info(self, _: str) -> socket.socket:
            """Return the socket."""
            return self._conn

    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.25)
        deadline = _Deadline(0.05, None)
        deadline.trace(event, {"return_value": Stream(ours)})
        with deadline:
            assert ours.recv(1) == b""
        assert deadline.expired


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"\x16\x03\x01\x00\xff\xfe\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 200_000 + b"\r\n\r\n",
    ],
)
def test_a_reply_that_breaks_off_or_is_none(reply: bytes) -> None:
    """Dropped before, in the middle of the head or the body, or no HTTP at all: no reply came."""
    error = failed(answers(reply))
    assert type(error) is OfflineError
    assert error.message.startswith("the connection to 127.0.0.1:")
    assert len(error.message.splitlines()) == 1


@pytest.mark.parametrize("coding", [b"gzip", b"deflate", b"gzip, deflate"])
def test_a_reply_that_does_not_unpack(coding: bytes) -> None:
    """Junk that calls itself compressed is an error of the tree."""
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + b"\r\nContent-Length: 4\r\n\r\n"
    with (
        Server(answers(head + b"junk")).serving() as server,
        transport_to(server.url) as transport,
        pytest.raises((OfflineError, ServerError)) as caught,
    ):
        client_of(transport).directory.me()
    keeps_the_key(caught.value)
    assert len(caught.value.message.splitlines()) == 1


def test_a_reply_that_is_no_utf_8() -> None:
    """Bytes that are not text are a failure of the server."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=latin-1\r\n"
    script = answers(head + b'Content-Length: 12\r\n\r\n{"id": "\xff\xfe"}')
    with (
        Server(script).serving() as server,
        transport_to(server.url) as transport,
        pytest.raises(ServerError) as caught,
    ):
        client_of(transport).directory.me()
    keeps_the_key(caught.value)


@pytest.mark.parametrize("status", [b"301 Moved", b"302 Found", b"307 Temporary", b"308 Moved"])
def test_a_redirect_is_not_followed(status: bytes) -> None:
    """The key goes to one host: another one that a reply names never gets a connection."""
    with Server(answers(OK)).serving() as other:
        where = f"http://localhost:{other.port}/v1/user".encode()
        head = b"HTTP/1.1 " + status + b"\r\nLocation: " + where
        script = answers(head + b"\r\nContent-Length: 0\r\n\r\n")
        with Server(script).serving() as server, transport_to(server.url) as transport:
            with pytest.raises(ServerError, match="is not Clockify's") as caught:
                Session(transport).send(ME)
            keeps_the_key(caught.value)
        assert len(server.requests) == 1
    assert other.connections == 0


@pytest.mark.parametrize(
    "where",
    [
        b"https://[",
        b"http://",
        b"//",
        b"https://h:99999/",
        b"\xff\xfe",
        b"/elsewhere",
        pytest.param(
            b"mailto:x",
        ),
    ],
)
def test_a_redirect_to_nowhere_is_the_servers_failure(where: bytes) -> None:
    """What a Location says is not even read."""
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + where + b"\r\n\r\n"
    assert asked(answers(head)).status == 302


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.test/api/v1",
        "http://api.clockify.me/api/v1",
        "HTTP://10.0.0.1/v1",
        "http://0.0.0.0:8080/v1",
        "http://127.0.0.1.example.test/v1",
        "http://localhost.example.test/v1",
        "http://[fe80::1]/v1",
        "http://2130706433/v1",
    ],
)
def test_http_to_another_machine_is_refused_before_any_request(url: str) -> None:
    """A key never travels in the clear: such an address is refused when it is said."""
    with pytest.raises(SetupError, match="only over https") as caught:
        HttpTransport(url, {"X-Api-Key": KEY})
    keeps_the_key(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.test",
        "ftp://x",
        "file:///etc/passwd",
        "http://",
        "https://",
        "https:///v1",
        "https://[",
        "https://h:99999",
        "https://h:port",
        "//h/v1",
    ],
)
def test_what_is_no_address(url: str) -> None:
    """Anything else than https (or http to this machine) with a host is a mistake in the setup."""
    with pytest.raises(SetupError, match="invalid base_url") as caught:
        HttpTransport(url, {"X-Api-Key": KEY})
    keeps_the_key(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.test/api/v1",
        "HTTPS://API.EXAMPLE.TEST:8443/v1/",
        "http://127.0.0.1",
        "http://127.0.0.1:8080/v1",
        "http://127.1.2.3/v1",
        "http://localhost",
        "http://LOCALHOST:8080/v1",
        "http://[::1]",
        "http://[::1]:8080/v1",
    ],
)
def test_addresses_that_a_key_may_go_to(url: str) -> None:
    """Any host over https; this machine also without."""
    with transport_to(url) as transport:
        assert KEY not in repr(transport)


@pytest.mark.parametrize(
    "url",
    [
        "https://h/\x01",
        "https://\u200b.example.test/v1",
        pytest.param(
            "https://a..example.test/v1",
        ),
        pytest.param(
            "https://" + "a" * 64 + ".example.test/v1",
        ),
        pytest.param(
            "https://xn--/v1",
        ),
    ],
)
def test_a_host_that_can_be_no_name(url: str) -> None:
    """What only the sending of a request finds out is a mistake in the setup too."""
    with pytest.raises(SetupError) as caught, transport_to(url) as transport:
        transport.send(ME)
    keeps_the_key(caught.value)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(
            "sk-do-not\nshow-me",
        ),
        pytest.param(
            " sk-do-not-show-me",
        ),
        pytest.param(
            "schlüssel",
        ),
    ],
)
def test_a_key_that_cannot_be_sent(key: str) -> None:
    """A key with a line break or beyond ASCII is a mistake in the setup, and is not shown."""
    with (
        Server(answers(OK)).serving() as server,
        pytest.raises(SetupError) as caught,
        transport_to(server.url, key=key) as transport,
    ):
        transport.send(ME)
    keeps_the_key(caught.value, key[-6:])


@pytest.mark.parametrize(
    "request_",
    [
        Request("POST", "/x", body={"description": "caf\udce9"}),
        Request("GET", "/x", (("description", "caf\udce9"),)),
    ],
)
def test_text_that_cannot_be_sent(request_: Request) -> None:
    """Bytes typed in another encoding arrive as surrogates: the words are wrong, not the tool."""
    with pytest.raises(UsageError):
        asked(answers(OK), request_)


def test_https_goes_through_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """HTTPS_PROXY is asked for a tunnel, and never sees the key."""
    script = answers(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
    with Server(script).serving() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        with transport_to("https://api.example.test/v1") as transport:
            with pytest.raises(OfflineError) as caught:
                transport.send(ME)
            keeps_the_key(caught.value)
    assert len(proxy.requests) == 1
    assert proxy.requests[0].startswith(b"CONNECT api.example.test:443 HTTP/1.1\r\n")
    assert KEY.encode() not in proxy.requests[0]


def test_no_proxy_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host of NO_PROXY is asked directly."""
    with (
        Server(answers(OK)).serving() as proxy,
        Server(answers(OK)).serving() as server,
    ):
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        with transport_to(server.url) as transport:
            assert transport.send(ME).status == 200
    assert (proxy.connections, server.connections) == (0, 1)


def test_this_machine_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Http is allowed because it stays here: a proxy would carry the key away in the clear."""
    with (
        Server(answers(OK)).serving() as proxy,
        Server(answers(OK)).serving() as server,
    ):
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        with transport_to(server.url) as transport:
            transport.send(ME)
    assert (proxy.connections, server.connections) == (0, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1080"),
        ("HTTPS_PROXY", "foo://127.0.0.1:1"),
        ("HTTPS_PROXY", "http://h:port"),
        ("SSL_CERT_FILE", "/no/such/file.pem"),
    ],
)
def test_an_environment_that_cannot_be_used_is_a_mistake_in_the_setup(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """A proxy of an unknown kind or missing certificates end in a line, not in a traceback."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SetupError), transport_to("https://api.example.test/v1"):
        pass


@pytest.mark.parametrize("url", ["https://me:pw@h/v1", "https://h/v1?x=1", "https://h/v1#x"])
def test_an_address_with_user_query_or_fragment_is_refused(url: str) -> None:
    """User names, queries and fragments would land where requests do not expect them."""
    with pytest.raises(SetupError, match="it has a") as caught:
        HttpTransport(url, {"X-Api-Key": KEY})
    assert "pw" not in caught.value.message


@pytest.mark.parametrize(("method", "maybe"), [("GET", False), ("POST", True)])
def test_a_write_whose_answer_is_lost_may_have_arrived(method: str, *, maybe: bool) -> None:
    """The hint after a lost answer to a write is to look first, not to do it again."""
    with (
        respx.mock() as router,
        transport_to("https://api.example.test/v1") as transport,
    ):
        router.route().mock(side_effect=httpx.ReadError("gone"))
        with pytest.raises(OfflineError) as caught:
            transport.send(Request(method, "/user", body=None if method == "GET" else {}))
    assert ("may have arrived" in (caught.value.hint or "")) is maybe


def test_what_no_cache_has_is_not_asked_for() -> None:
    """A request for kept replies alone never leaves."""
    with respx.mock(), transport_to("https://api.example.test/v1") as transport:
        reply = transport.send(Request("GET", "/user", only_if_cached=True))
    assert reply.status == 504


def test_the_wait_for_the_first_reply_is_used() -> None:
    """``while_waiting`` is called once, when the request is sent and its reply has not come."""
    done, calls = threading.Event(), []

    def while_waiting() -> None:
        calls.append(len(server.requests))
        done.set()

    def script(conn: Connection) -> None:
        while conn.request():
            assert done.wait(5)  # the reply comes only then
            conn.send(OK)

    server = Server(script)
    with server.serving():
        transport = HttpTransport(server.url, {"X-Api-Key": KEY}, while_waiting=while_waiting)
        with contextlib.closing(transport):
            replies = [transport.send(Request("GET", "/user")).status for _ in range(2)]
    assert (replies, len(calls)) == ([200, 200], 1)
