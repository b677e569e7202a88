"""What is sent again, waited for, paced and counted; a write that may have arrived is sent once."""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocktool.backends.base import Backend, Reply, Request
from clocktool.backends.http import HttpTransport
from clocktool.backends.limits import Limited
from clocktool.errors import CancelledError, OfflineError
from tests.conftest import Console
from tests.contract.stub import DROP, ENTRY, NO_TIMER, STALL, Say, Stub
from tests.contract.worlds import connect
from tests.guide_server import KEY

NOTHING = Say(200, b"[]")
FAILED = Say(503, b"<html>busy</html>")
READ = "GET time-entries"
NO_REPLY = "no complete answer came"


def limited(after: str | None) -> Say:
    """Return the answer that asks to wait."""
    return Say(429, b"{}", {} if after is None else {"Retry-After": after})


@pytest.fixture
def console(new_console: Callable[[str], Console]) -> Console:
    """A console with a known account, so that one command is one request."""
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
    assert all(0 <= each <= 5 for each in console.slept)
    if failure.status == 429:
        assert console.slept == [2] * times


@pytest.mark.parametrize(
    ("failure", "code", "said"),
    [
        (DROP, 6, "the connection to 127.0.0.1"),
        (FAILED, 8, "the server failed (503)"),
        (limited("1"), 7, "rate limit reached"),
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
    assert stub.asked == [READ] * 3
    assert len(console.slept) == 2
    assert sum(console.slept) <= 10


@pytest.mark.parametrize("after", ["6", "60", "3600", "Wed, 24 Nov 2027 10:00:00 GMT", "", None])
def test_a_long_rate_limit_is_told_and_not_waited_for(console: Console, after: str | None) -> None:
    """Exit code 7 at once, saying when, where the service said it in seconds."""
    with Stub(limited(after)).serving() as stub:
        connect(console, stub.url)
        result = console("list")
    assert (result.code, result.out, console.slept) == (7, "", [])
    assert stub.asked == [READ]
    error, hint = result.err.splitlines()
    assert error == "error: rate limit reached"
    wait = {"6": "in 6 s", "60": "in 1m", "3600": "in 1h 00m"}.get(after or "", "later")
    assert hint == f"hint: try again {wait}"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 302])
def test_a_refusal_is_not_tried_again(console: Console, status: int) -> None:
    """What will be refused the next time, too, is asked once."""
    with Stub(Say(status)).serving() as stub:
        connect(console, stub.url)
        assert console("list").code in (3, 4, 5, 8)
    assert (stub.asked, console.slept) == ([READ], [])


class Clock:
    """A clock that stands still but for who sleeps by it, and what it was told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self.said: list[str] = []
        self.traced: list[str] = []

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += seconds

    def limited(self, inner: Backend, random: float = 0.5) -> Limited:
        """Return what is tested, by this clock."""
        return Limited(
            inner,
            sleep=self.sleep,
            monotonic=lambda: self.now,
            random=lambda: random,
            say=self.said.append,
            trace=self.traced.append,
        )


class Script(Backend):
    """A server that takes its time and answers in the order of a script, in the end with 200."""

    def __init__(
        self, clock: Clock, script: Sequence[Reply | OfflineError], takes: float = 0
    ) -> None:
        self._clock = clock
        self._takes = takes
        self._lock = threading.Lock()
        self.script = [*script]
        self.began: list[float] = []

    def send(self, request: Request) -> Reply:
        """Answer, or fail."""
        with self._lock:
            self.began.append(self._clock.now)
            self._clock.now += self._takes
            outcome = self.script.pop(0) if self.script else Reply(200, {}, b"[]")
        if isinstance(outcome, OfflineError):
            raise outcome
        return outcome


def limit(seconds: int | None) -> Reply:
    """Return a reply that asks to wait so long."""
    return Reply(429, {} if seconds is None else {"retry-after": str(seconds)}, b"{}")


READ_ME = Request("GET", "/user")
WRITE_ME = Request("POST", "/workspaces/w/tags")

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
    assert "to be sent later: rate limit reached" in result.err


def test_a_short_rate_limit_passes_unseen(console: Console) -> None:
    """One wait, and the entry is there: nothing is said, nothing is kept."""
    with Stub(limited("2"), ENTRY).serving() as stub:
        connect(console, stub.url)
        assert console.ok("add", "x", "--for", "1h").err == ""
        assert stub.asked == ["POST time-entries"] * 2
        assert console.ok("pending") == (0, "", "No pending changes.\n")
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


@pytest.mark.parametrize("failure", [DROP, FAILED, Say(500), limited("6")])
def test_a_write_that_is_not_kept_is_sent_once(console: Console, failure: Say) -> None:
    """A write that is never kept is an error at once, which says that it may have arrived."""
    with Stub(failure).serving() as stub:
        connect(console, stub.url)
        result = console("workspaces", "add", "x")
    assert (stub.asked, console.slept) == (["POST workspaces"], [])
    assert (result.code, result.out) == ({0: 6, 429: 7}.get(failure.status, 8), "")
    if failure is DROP:
        assert result.err.splitlines()[1] == (
            "hint: it may have arrived: check with clocktool list before you try again"
        )


def test_a_write_that_is_not_kept_waits_for_a_short_rate_limit(console: Console) -> None:
    """A tag is made like an entry: the refused request was not carried out."""
    tag = Say(201, b'{"id": "0000000000000000000000aa", "name": "x"}')
    with Stub(limited("2"), tag).serving() as stub:
        connect(console, stub.url)
        console.ok("tags", "add", "x")
    assert (stub.asked, console.slept) == (["POST tags"] * 2, [2])


def test_a_closed_port_is_tried_again(console: Console) -> None:
    """Nothing listens: a read is tried three times, then there is no connection."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        connect(console, f"http://127.0.0.1:{bound.getsockname()[1]}/v1")
        result = console("list")
    assert (result.code, len(console.slept)) == (6, 2)


def test_a_write_to_a_closed_port_is_tried_once() -> None:
    """After a refused connection a write is not sent again, and nothing has arrived."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/v1"
        clock = Clock()
        limited = clock.limited(HttpTransport(url, {}))
        with contextlib.closing(limited), pytest.raises(OfflineError) as caught:
            limited.send(Request("POST", "/workspaces", (), {}))
    assert (limited.requests, clock.slept) == (1, [])
    assert caught.value.hint == "check the network, then try again"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_time_out_is_not_tried_again(method: str) -> None:
    """It took half a minute already; the hint of a write says that it may have arrived."""
    clock = Clock()
    with Stub(STALL).serving() as stub:
        transport = HttpTransport(stub.url, {"X-Api-Key": KEY}, total_seconds=0.1)
        limited = clock.limited(transport)
        with pytest.raises(OfflineError, match=r"no answer from 127\.0\.0\.1:\d+ within 0\.1 s"):
            limited.send(Request(method, "/workspaces"))
        stub.end.set()
        limited.close()
    assert (stub.asked, clock.slept) == ([f"{method} workspaces"], [])


@pytest.mark.parametrize(
    ("takes", "began"), [(0, [0, 5, 10]), (4, [0, 9]), (5.5, [0]), (8, [0]), (10.5, [0]), (29, [0])]
)
def test_no_try_begins_long_after_the_first(takes: float, began: list[float]) -> None:
    """Ten seconds after it, what is said is what came."""
    clock = Clock()
    server = Script(clock, [limit(5)] * 9, takes=takes)
    assert clock.limited(server).send(READ_ME).status == 429
    assert server.began == began


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
        rf"GET {path}: retrying in [0-2]\.\d s",
        rf"GET {path}\?\S+ 429 \d+ ms",
        rf"GET {path}: retrying in 3\.0 s",
        rf"GET {path}\?\S+ 200 \d+ ms",
        r"No entries: Tue 24 Nov 2026\.",
        r"4 requests; 4 in the last hour",
    ]
    assert len(lines) == len(shape)
    for line, expected in zip(lines, shape, strict=True):
        assert re.fullmatch(expected, line), line
    assert KEY not in result.err
    assert [headers["X-Api-Key"] for headers in stub.headers] == [KEY] * 4


def test_a_quiet_command_says_nothing_of_waits(console: Console) -> None:
    """Without -v a wait of a second is not mentioned."""
    with Stub(limited("1"), NOTHING).serving() as stub:
        connect(console, stub.url)
        assert console.ok("list", "--total").err == ""


DROPPED = OfflineError("broke", failed_fast=True)
TIMED_OUT = OfflineError("no answer", failed_fast=False)
NOT_SENT = OfflineError("no route", failed_fast=True, not_sent=True)


@pytest.mark.parametrize("random", [0.0, 0.5, 0.999])
def test_the_wait_after_a_failure_is_random_and_doubles(random: float) -> None:
    """At most 0.2 s and 0.4 s, so that many clients don't come back at the same time."""
    clock = Clock()
    assert clock.limited(Script(clock, [DROPPED, Reply(500, {}, b"")]), random).send(READ_ME)
    assert clock.slept == [random * 0.2, random * 0.4]
    said = [f"GET /user: retrying in {seconds:.1f} s" for seconds in clock.slept]
    assert (clock.traced, clock.said) == (said, [])


@pytest.mark.parametrize(
    ("retry_after", "waits"), [("3", 3.0), ("5", 5.0), ("6", 0.1), ("soon", 0.1)]
)
def test_a_failure_that_says_when_is_taken_at_its_word(retry_after: str, waits: float) -> None:
    """For up to five seconds; else the wait is as for any failure."""
    clock = Clock()
    busy = Reply(503, {"retry-after": retry_after}, b"")
    assert clock.limited(Script(clock, [busy])).send(READ_ME).status == 200
    assert clock.slept == [waits]


@pytest.mark.parametrize(("lost", "tries"), [(TIMED_OUT, 1), (NOT_SENT, 3)])
def test_a_server_that_is_away_is_not_asked_again_in_this_run(
    lost: OfflineError, tries: int
) -> None:
    """Neither by a read nor by a write: the same error, without a request."""
    clock = Clock()
    server = Script(clock, [lost] * 3)
    limited = clock.limited(server)
    for request in (READ_ME, WRITE_ME, READ_ME):
        with pytest.raises(OfflineError) as caught:
            limited.send(request)
        assert caught.value is lost
    assert len(server.began) == limited.requests == tries


def test_a_connection_that_broke_may_be_used_again() -> None:
    """The next request may do better, so that it is sent."""
    clock = Clock()
    limited = clock.limited(Script(clock, [DROPPED] * 3))
    with pytest.raises(OfflineError):
        limited.send(READ_ME)
    assert limited.send(READ_ME).status == 200


outcomes = st.one_of(
    st.builds(limit, st.one_of(st.none(), st.integers(0, 90))),
    st.sampled_from([200, 201, 204, 400, 401, 403, 404, 500, 502, 503, 504]).map(
        lambda status: Reply(status, {}, b"")
    ),
    st.sampled_from([DROPPED, TIMED_OUT, NOT_SENT]),
)


"""No test measures how busy the machine is."""


@given(st.lists(outcomes, max_size=9), st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]))
def test_a_write_is_never_sent_twice_but_after_a_rate_limit(
    script: list[Reply | OfflineError], method: str
) -> None:
    """Whatever comes: each reply but the last was a 429 of at most five seconds, waited for."""
    clock = Clock()
    server = Script(clock, script)
    limited = clock.limited(server)
    with contextlib.suppress(OfflineError):
        limited.send(Request(method, "/x"))
    before = script[: len(server.began) - 1]
    assert all(isinstance(each, Reply) and each.status == 429 for each in before)
    assert clock.slept == [each.retry_after for each in before if isinstance(each, Reply)]
    assert all(each <= 5 for each in clock.slept)
    assert len(before) <= 3


@given(st.lists(outcomes, max_size=9), st.floats(0, 4), st.floats(0, 1, exclude_max=True))
def test_a_read_takes_three_tries_and_ten_seconds_at_most(
    script: list[Reply | OfflineError], takes: float, random: float
) -> None:
    """Whatever comes; and what comes out of it is what came last."""
    clock = Clock()
    server = Script(clock, script, takes)
    limited = clock.limited(server, random)
    outcome: Reply | OfflineError
    try:
        outcome = limited.send(READ_ME)
    except OfflineError as error:
        outcome = error
    assert len(server.began) == limited.requests == len(clock.slept) + 1 <= 3
    assert server.began[-1] <= 10
    tried = [*script, Reply(200, {}, b"[]")][: len(server.began)]
    assert outcome == tried[-1]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(("seconds", "slept"), [(1, [1]), (5, [5]), (6, []), (None, [])])
def test_a_single_request_waits_for_a_rate_limit_of_five_seconds(
    method: str, seconds: int | None, slept: list[float]
) -> None:
    """Any request; a longer or unknown wait is an error at once."""
    clock = Clock()
    status = clock.limited(Script(clock, [limit(seconds)])).send(Request(method, "/x")).status
    assert (status, clock.slept) == (200 if slept else 429, slept)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("seconds", "waits"), [(0, 0), (60, 60), (61, 0), (3600, 0), (None, 0)])
def test_a_batch_waits_for_a_rate_limit_of_a_minute(
    method: str, seconds: int | None, waits: int
) -> None:
    """A wait of sixty seconds is noted and kept; a longer or unknown one is an error at once."""
    clock = Clock()
    limited = clock.limited(Script(clock, [limit(seconds)]))
    with limited.batch(threading.Event()):
        status = limited.send(Request(method, "/x")).status
    assert status == (200 if seconds in (0, 60) else 429)
    assert sum(clock.slept) == pytest.approx(waits or (0.02 if seconds == 0 else 0))
    assert clock.said == ([f"rate limited; waiting {waits} s"] if waits else [])


def test_a_minute_is_slept_in_pieces() -> None:
    """So that Ctrl-C never waits for the end of it."""
    clock = Clock()
    limited = clock.limited(Script(clock, [limit(60)]))
    with limited.batch(threading.Event()):
        limited.send(WRITE_ME)
    assert max(clock.slept) <= 0.1


def test_a_request_of_a_batch_that_is_always_limited_is_given_up() -> None:
    """After five waits the last reply is what came of it."""
    clock = Clock()
    server = Script(clock, [limit(1)] * 100)
    limited = clock.limited(server)
    with limited.batch(threading.Event()):
        assert limited.send(WRITE_ME).status == 429
    assert len(server.began) == 6
    assert clock.said == ["rate limited; waiting 1 s"] * 5


def test_a_rate_limit_holds_up_the_whole_batch() -> None:
    """What another thread sends meanwhile waits, too, and it is said once."""
    clock = Clock()
    server = Script(clock, [limit(7)])
    limited = clock.limited(server)
    with limited.batch(threading.Event()), ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(limited.send, [WRITE_ME] * 20))
    assert [reply.status for reply in replies] == [200] * 20
    assert all(began >= 7 for began in server.began[1 + 3 :])  # three may have been under way
    assert clock.said == ["rate limited; waiting 7 s"]


def test_a_request_that_waits_is_called_off_when_its_batch_ends() -> None:
    """It was not carried out: it is neither sent again nor taken for an answer."""
    clock, ended = Clock(), threading.Event()
    server = Script(clock, [limit(50)])
    limited = clock.limited(server)

    def sleep(seconds: float) -> None:
        clock.now += seconds
        if clock.now > 20:
            ended.set()

    limited._sleep = sleep
    with limited.batch(ended), pytest.raises(CancelledError):
        limited.send(WRITE_ME)
    assert len(server.began) == 1
    assert clock.now < 21


def test_a_batch_that_ended_sends_what_belongs_together() -> None:
    """Between two requests of one thing nothing is called off, unless the service asks to wait."""
    clock, ended = Clock(), threading.Event()
    limited = clock.limited(Script(clock, []))
    with limited.batch(ended):
        limited.send(WRITE_ME)
        ended.set()
        assert limited.send(WRITE_ME).status == 200


def test_no_second_of_a_batch_has_more_than_fifty_requests() -> None:
    """In no second, wherever it starts; batches after one another count together."""
    clock = Clock()
    server = Script(clock, [])
    limited = clock.limited(server)
    for _ in range(3):
        with limited.batch(threading.Event()), ThreadPoolExecutor(4) as pool:
            list(pool.map(limited.send, [READ_ME] * 60))
    assert limited.requests == len(server.began) == 180
    began = sorted(server.began)
    assert max(sum(first <= each < first + 0.999 for each in began) for first in began) <= 50
    assert clock.now == pytest.approx(179 / 50)


def test_a_single_request_keeps_no_pace() -> None:
    """A command of three requests is not made slower, and after a batch it is as before."""
    clock = Clock()
    limited = clock.limited(Script(clock, []))
    with limited.batch(threading.Event()):
        limited.send(READ_ME)
    for _ in range(100):
        limited.send(READ_ME)
    assert (clock.slept, limited.requests) == ([], 101)


def test_every_request_is_counted_whatever_its_thread() -> None:
    """Also the ones that were sent again."""
    clock = Clock()
    server = Script(clock, [DROPPED, Reply(500, {}, b"")] * 50)
    limited = clock.limited(server)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: _status(limited), range(200)))
    assert limited.requests == len(server.began)


def _status(backend: Backend) -> int:
    try:
        return backend.send(READ_ME).status
    except OfflineError:
        return 0
