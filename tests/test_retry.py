"""Reads are tried again for a few seconds; a write that may have arrived never is."""

import contextlib
import re
import socket
from collections.abc import Callable

import pytest

from clocktool.api.http import HttpTransport
from clocktool.errors import OfflineError
from clocktool.retry import LONGEST, LONGEST_WAIT, TRIES, Retried
from clocktool.transport import Reply, Request
from tests.conftest import Console
from tests.contract.stub import DROP, ENTRY, NO_TIMER, STALL, Say, Stub
from tests.contract.worlds import connect
from tests.guide_server import KEY

NOTHING = Say(200, b"[]")
FAILED = Say(503, b"<html>busy</html>")
READ = "GET time-entries"
NO_REPLY = "Server disconnected without sending a response."


def limited(after: str | None) -> Say:
    """Return the answer that asks to wait."""
    return Say(429, b"{}", {} if after is None else {"Retry-After": after})


@pytest.fixture
def console(new_console: Callable[[str], Console]) -> Console:
    """A console that knows who it is, so that one command is one request."""
    made = new_console("retry")
    made.env["CLOCKTOOL_TIMEZONE"] = "Europe/Berlin"
    return made


@pytest.mark.parametrize("failure", [DROP, FAILED, Say(500), Say(502), Say(504), limited("2")])
@pytest.mark.parametrize("times", [1, 2])
def test_a_read_that_fails_for_a_moment_is_tried_again(
    console: Console, failure: Say, times: int
) -> None:
    """A dropped connection, a server's failure and a short rate limit pass unseen."""
    with Stub(*[failure] * times, NOTHING).serving() as stub:
        connect(console, stub.url)
        result = console.ok("list")
    assert stub.asked == [READ] * (times + 1)
    assert (result.out, result.err) == ("", "No entries: Tue 24 Nov 2026.\n")
    assert len(console.slept) == times
    assert all(0 <= each <= LONGEST_WAIT for each in console.slept)
    if failure.status == 429:
        assert console.slept == [2] * times


@pytest.mark.parametrize(
    ("failure", "code", "said"),
    [
        (DROP, 6, "the connection to 127.0.0.1"),
        (FAILED, 8, "the server failed (503)"),
        (limited("1"), 7, "the service takes no more requests for now"),
    ],
)
def test_it_is_given_up_after_three_tries(
    console: Console, failure: Say, code: int, said: str
) -> None:
    """The error is the one of the last try, and all of it took seconds at most."""
    with Stub(failure).serving() as stub:
        connect(console, stub.url)
        result = console("list")
    assert (result.code, result.out) == (code, "")
    assert said in result.err.splitlines()[0]
    assert stub.asked == [READ] * TRIES
    assert len(console.slept) == TRIES - 1
    assert sum(console.slept) <= 2 * LONGEST_WAIT


@pytest.mark.parametrize("after", ["6", "60", "3600", "Wed, 24 Nov 2027 10:00:00 GMT", "", None])
def test_a_long_rate_limit_is_told_and_not_waited_for(console: Console, after: str | None) -> None:
    """Exit code 7 at once, saying when, where the service said it in seconds."""
    with Stub(limited(after)).serving() as stub:
        connect(console, stub.url)
        result = console("list")
    assert (result.code, result.out, console.slept) == (7, "", [])
    assert stub.asked == [READ]
    error, hint = result.err.splitlines()
    assert error == "error: the service takes no more requests for now"
    wait = {"6": "in 6 s", "60": "in 1m", "3600": "in 1h 00m"}.get(after or "", "later")
    assert hint == f"hint: try again {wait}"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 302])
def test_a_refusal_is_not_tried_again(console: Console, status: int) -> None:
    """What will be refused the next time, too, is asked once."""
    with Stub(Say(status)).serving() as stub:
        connect(console, stub.url)
        assert console("list").code in (3, 4, 5, 8)
    assert (stub.asked, console.slept) == ([READ], [])


ID = "00000000000000000000000a"
READY = ENTRY._replace(status=200)
WRITES = [
    ("stop", [], ["PATCH time-entries"]),
    ("start x", [], ["PATCH time-entries"]),
    ("start x", [NO_TIMER], ["PATCH time-entries", "POST time-entries"]),
    ("add x --for 1h", [], ["POST time-entries"]),
    (f"edit {ID} -d x", [READY], [f"GET {ID}", f"PUT {ID}"]),
    (f"delete {ID} -y", [READY], [f"GET {ID}", f"DELETE {ID}"]),
]
"""Lines that write, what is answered before the write that fails, and what is asked."""


@pytest.mark.parametrize("failure", [DROP, FAILED, Say(500)])
@pytest.mark.parametrize(("line", "before", "asked"), WRITES)
def test_a_write_that_may_have_arrived_is_sent_once(
    console: Console, line: str, before: list[Say], asked: list[str], failure: Say
) -> None:
    """POST, PATCH, PUT and DELETE are sent once, and kept as unsure: nothing is sent after them."""
    with Stub(*before, failure).serving() as stub:
        connect(console, stub.url)
        result = console.ok(*line.split())
        assert (stub.asked, console.slept) == (asked, [])
        said = result.err.replace(stub.url.split("/")[2], "HOST")
        pending = console.ok("pending", "-o", "json").json
    why = {0: f"the connection to HOST broke: {NO_REPLY}", 503: "the server failed (503)"}
    many = "2 changes kept" if len(pending) == 2 else "Kept"
    reason = why.get(failure.status, "the server failed (500)")
    assert said == f"{many}, to be sent later: {reason} (see clocktool pending)\n"
    assert [each["state"] for each in pending] == ["unsure", "waiting"][: len(pending)]
    assert len(pending) == (2 if (line, before) == ("start x", []) else 1)


@pytest.mark.parametrize(("line", "before", "asked"), WRITES)
def test_a_write_waits_for_a_short_rate_limit(
    console: Console, line: str, before: list[Say], asked: list[str]
) -> None:
    """It was not carried out: it is sent again when the service says, a few times, then kept."""
    with Stub(*before, limited("1")).serving() as stub:
        connect(console, stub.url)
        result = console.ok(*line.split())
        assert stub.asked == [*asked, *asked[-1:] * 3]
        assert console.slept == [1, 1, 1]
        states = [each["state"] for each in console.ok("pending", "-o", "json").json]
    assert set(states) == {"waiting"}
    assert "to be sent later: the service takes no more requests for now" in result.err


def test_a_short_rate_limit_passes_unseen(console: Console) -> None:
    """One wait, and the entry is there: nothing is said, nothing is kept."""
    with Stub(limited("2"), ENTRY).serving() as stub:
        connect(console, stub.url)
        assert console.ok("add", "x", "--for", "1h").err == ""
        assert stub.asked == ["POST time-entries"] * 2
        assert console.ok("pending") == (0, "", "Nothing waits.\n")
    assert console.slept == [2]


def test_nothing_is_asked_before_the_time_of_a_long_rate_limit(console: Console) -> None:
    """What is kept waits for it, and is then sent once."""
    with Stub(limited("3600"), NOTHING).serving() as stub:
        connect(console, stub.url)
        console.ok("add", "x", "--for", "1h")
        console.later(3599).ok("list")
        assert stub.asked == ["POST time-entries", READ]
        stub.script = [ENTRY, NOTHING]
        console.later(1).ok("list")
        assert stub.asked == ["POST time-entries", READ, "POST time-entries", READ]
    assert console.slept == []


@pytest.mark.parametrize("failure", [DROP, FAILED, Say(500), limited("1")])
def test_a_write_that_is_not_kept_is_sent_once(console: Console, failure: Say) -> None:
    """What is no time entry is an error at once, which says that it may have arrived."""
    with Stub(failure).serving() as stub:
        connect(console, stub.url)
        result = console("tags", "add", "x")
    assert (stub.asked, console.slept) == (["POST tags"], [])
    assert (result.code, result.out) == ({0: 6, 429: 7}.get(failure.status, 8), "")
    if failure is DROP:
        assert result.err.splitlines()[1] == (
            "hint: it may have arrived all the same: look (clocktool list) before you do it again"
        )


def test_a_closed_port_is_tried_again(console: Console) -> None:
    """Nothing listens: a read is tried three times, then there is no connection."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        connect(console, f"http://127.0.0.1:{bound.getsockname()[1]}/v1")
        result = console("list")
    assert (result.code, len(console.slept)) == (6, TRIES - 1)


def test_a_write_to_a_closed_port_is_tried_once(console: Console) -> None:
    """A connection that is refused is no reason to send a write again, and nothing has arrived."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/v1"
        retried = Retried(HttpTransport(url, {}), console.slept.append, lambda _: None, lambda: 0.0)
        with contextlib.closing(retried), pytest.raises(OfflineError) as caught:
            retried.send(Request("POST", "/workspaces", (), {}))
    assert console.slept == []
    assert caught.value.hint == "check the network, then try again"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_time_out_is_not_tried_again(method: str) -> None:
    """It took half a minute already; the hint of a write says that it may have arrived."""
    slept: list[float] = []
    with Stub(STALL).serving() as stub:
        transport = HttpTransport(stub.url, {"X-Api-Key": KEY}, total_seconds=0.1)
        retried = Retried(transport, slept.append, lambda _: None, lambda: 0.0)
        with pytest.raises(OfflineError, match=r"no answer from 127\.0\.0\.1:\d+ within 0\.1 s"):
            retried.send(Request(method, "/workspaces"))
        stub.end.set()
        retried.close()
    assert (stub.asked, slept) == ([f"{method} workspaces"], [])


class Slow:
    """A server that takes its time, on a clock of its own, and then asks to come again."""

    def __init__(self, takes: float) -> None:
        self.takes = takes
        self.now = 0.0
        self.began: list[float] = []

    def send(self, request: Request) -> Reply:
        """Take so long, then ask to wait as long as is ever waited."""
        self.began.append(self.now)
        self.wait(self.takes)
        return Reply(429, {"retry-after": str(LONGEST_WAIT)}, b"")

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.now += seconds


@pytest.mark.parametrize(
    ("takes", "began"),
    [
        (0, [0, 5, 10]),
        (10.5, [0]),
        (29, [0]),
        (4, [0, 9]),
        pytest.param(
            8,
            [0],
        ),
        pytest.param(
            5.5,
            [0],
        ),
    ],
)
def test_no_try_begins_long_after_the_first(takes: float, began: list[float]) -> None:
    """Ten seconds after it, what is said is what came."""
    slow = Slow(takes)
    retried = Retried(slow, slow.wait, lambda _: None, lambda: slow.now)
    assert retried.send(Request("GET", "/user")).status == 429
    assert slow.began == began
    assert max(slow.began) <= LONGEST


def test_verbose_says_each_request_and_each_wait(console: Console) -> None:
    """Three requests and two waits, with status and time, and never the key."""
    with Stub(DROP, limited("3"), NOTHING).serving() as stub:
        connect(console, stub.url)
        result = console.ok("list", "-v")
    lines = result.err.splitlines()
    path = "/workspaces/000000000000000000000002/user/000000000000000000000001/time-entries"
    shape = [
        r"GET /user 200 \d+ ms",
        rf"GET {path}\?\S+ no reply \d+ ms",
        rf"GET {path}: trying again in [0-2]\.\d s",
        rf"GET {path}\?\S+ 429 \d+ ms",
        rf"GET {path}: trying again in 3\.0 s",
        rf"GET {path}\?\S+ 200 \d+ ms",
        r"No entries: Tue 24 Nov 2026\.",
    ]
    assert len(lines) == len(shape)
    for line, expected in zip(lines, shape, strict=True):
        assert re.fullmatch(expected, line), line
    assert KEY not in result.err
    assert [headers["X-Api-Key"] for headers in stub.headers] == [KEY] * 4


def test_a_quiet_command_says_nothing_of_waits(console: Console) -> None:
    """Without -v a wait of a second is nobody's business."""
    with Stub(limited("1"), NOTHING).serving() as stub:
        connect(console, stub.url)
        assert console.ok("list", "--total").err == ""
