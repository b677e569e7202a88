"""The ledger of requests: each is counted on disk, and the last five of an hour are kept."""

import contextlib
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from clocktool.backends.base import Request
from clocktool.backends.ledger import HOUR, Ledger
from clocktool.domain.limits import Quota
from clocktool.domain.time.instant import Instant, format_iso
from clocktool.errors import RateLimitedError
from clocktool.storage.database import Database
from tests.conftest import NOON, Console
from tests.contract.stub import DROP, Say, Stub
from tests.contract.worlds import ME, WORKSPACE, connect, fill, workspace_of, world
from tests.guide_server import KEY
from tests.permissions import as_anyone
from tests.service_server import ServiceServer

NOTHING = Say(200, b"[]")

ASK_PLAN = f"GET /v1/workspaces/{WORKSPACE}"


class Place(NamedTuple):
    """A console and the server that it talks to."""

    console: Console
    server: ServiceServer

    def last_line(self, *argv: str, code: int = 0) -> str:
        """Run a command with -v; return the last line on standard error."""
        result = self.console("-v", *argv)
        assert result.code == code, result
        return result.err.splitlines()[-1]

    def ask_entry(self, ago: int) -> None:
        """Store an entry on the server, so many hours ago."""
        start = self.console.now - ago * HOUR
        times = {"start": start, "end": start + HOUR // 2}
        body = {name: format_iso(Instant(time)) for name, time in times.items()}
        path = f"/workspaces/{WORKSPACE}/time-entries"
        assert self.server.workspace.send(Request("POST", path, body=body)).status == 201

    def use(self, count: int) -> None:
        """Make requests until there are so many of this hour."""
        while len(self.server.made) < count:
            self.console.ok("list")


@pytest.fixture
def place(new_console: Callable[[str], Console]) -> Iterator[Place]:
    """A server of the service's kind, on the free plan."""
    console = new_console("free")
    with contextlib.closing(workspace_of(console, console.home / "server.sqlite3")) as workspace:
        fill(workspace)
        server = ServiceServer(workspace)
        server.plan, server.allowed, server.now = "FREE", 30, lambda: console.now
        with server.serving():
            connect(console, server.url, "service")
            yield Place(console, server)


def test_each_request_is_counted_whichever_process_made_it(place: Place) -> None:
    """-v ends with how many this run has made, and how many were made in the last hour."""
    assert place.last_line("list") == "2 requests; 2 in the last hour"
    assert place.last_line("list", "--total") == "1 request; 3 in the last hour"
    assert place.console("stop").code == 1
    assert place.last_line("tags") == "1 request; 5 in the last hour"


def test_the_plan_is_learnt_from_replies_that_are_read_anyway(place: Place) -> None:
    """A start reads the rules of the workspace once a day; they say that the plan is free."""
    assert place.last_line("start", "x") == "4 requests; 26 of 30 left this hour"
    assert place.last_line("list") == "1 request; 25 of 30 left this hour"
    place.console.later(HOUR - 1)
    assert place.last_line("list") == "1 request; 24 of 30 left this hour"
    place.console.later(1)
    assert place.last_line("list") == "1 request; 28 of 30 left this hour"


def test_a_list_of_workspaces_tells_the_plan_too(place: Place) -> None:
    """It is read where the workspace is given by name."""
    assert place.last_line("-w", "Local", "list") == "3 requests; 27 of 30 left this hour"


def test_a_paid_plan_has_no_allowance(place: Place) -> None:
    """Also one that was free before."""
    place.console.ok("start", "x")
    place.server.plan, place.server.allowed = "PRO", None
    place.console.later(86_400 + HOUR)
    assert place.last_line("start", "y") == "4 requests; 4 in the last hour"
    for _ in range(30):
        place.console.ok("list")


def test_the_last_five_are_for_the_timer(place: Place) -> None:
    """A read that would take them is not sent, and says when it may be; start and stop are."""
    place.console.ok("start", "x")
    place.use(25)
    place.server.asked.clear()
    place.console.later(60)
    refused = place.console("list", "last-month")
    assert (refused.code, refused.out, refused.err) == (
        7,
        "",
        (
            "error: 2026-10-01..2026-10-31 is not on this machine: rate limit reached: 25 of 30"
            " requests made in the last hour; the last 5 are for start, stop and what waits\n"
            "hint: try again at 13:30\n"
        ),
    )
    assert place.server.asked == []
    assert place.last_line("start", "y") == "2 requests; 3 of 30 left this hour"
    assert place.last_line("stop") == "1 request; 2 of 30 left this hour"
    place.console.at("2026-11-24 13:30").ok("list", "last-month")
    assert place.server.in_vain == []


def test_many_requests_ask_for_the_plan_first(place: Place) -> None:
    """A home that has never asked for it does before the tenth request of an hour, once a day."""
    place.console.ok("list")
    while len(place.server.made) < 25:
        place.console("list", "--total")
    plans = [each for each in place.server.asked if each == ASK_PLAN]
    assert len(plans) == 1
    assert place.server.asked.index(plans[0]) == 9
    assert place.console("list", "last-month").code == 7
    assert place.last_line("start", "y").endswith("of 30 left this hour")
    assert place.server.in_vain == []


def test_a_plan_that_cannot_be_learnt_is_asked_for_once_a_day(place: Place) -> None:
    """A server that says none has no limit that is known; a refusal does not stop the read."""
    place.server.plan, place.server.allowed = None, None
    for _ in range(20):
        place.console.ok("list", "--total")
    assert place.server.asked.count(ASK_PLAN) == 1
    place.console.later(86_400)
    for _ in range(20):
        place.console.ok("list", "--total")
    assert place.server.asked.count(ASK_PLAN) == 2


def test_a_load_of_many_pages_leaves_the_last_five(place: Place) -> None:
    """Its first request tells how many it may make; what was read is kept, and start works."""
    place.server.cap = 1
    for hour in range(1, 41):
        place.ask_entry(hour)
    refused = place.console("mirror", "load", "all")
    assert refused.code == 7
    assert "of 30 left this hour" in refused.err
    assert len(place.server.made) == 25
    assert place.last_line("start", "y").endswith("of 30 left this hour")
    assert place.server.in_vain == []


def test_a_write_that_would_take_them_is_kept(place: Place) -> None:
    """It says so, and is sent by the next command, as what waits may take them."""
    place.console.ok("start", "x")
    place.use(25)
    place.server.asked.clear()
    kept = place.console.ok("add", "call", "--for", "5m")
    assert kept.err == (
        "Kept, to be sent later: rate limit reached: 25 of 30 requests made in the last hour; the"
        " last 5 are for start, stop and what waits (see clocktool pending)\n"
    )
    assert place.server.asked == []
    place.console.ok("sync")
    assert [each.partition(" ")[0] for each in place.server.asked] == ["POST"]


def test_nothing_leaves_once_all_are_used(place: Place) -> None:
    """A start is kept then, and is sent when the hour is over."""
    place.console.ok("start", "x")
    place.use(25)
    place.console.later(60)
    for _ in range(5):
        place.console.ok("stop", "--if-running")
    place.server.asked.clear()
    kept = place.console.ok("start", "y")
    assert kept.err == (
        "2 changes kept, to be sent later: rate limit reached: 30 of 30 requests made in the last"
        " hour (see clocktool pending)\n"
    )
    assert place.console("sync").code == 7
    assert place.server.asked == place.server.in_vain == []
    place.console.later(HOUR)
    assert place.console.ok("sync").err == "1 change sent.\n"


def test_requests_of_others_are_learnt_from_a_refusal(place: Place) -> None:
    """Nothing is sent before the time that the service has named, and all of it is sent then."""
    place.console.ok("list")
    place.server.plan = None
    place.server.made = [place.console.now - 60] * 30
    assert place.console("tags").err == "error: rate limit reached\nhint: try again in 59m\n"
    place.server.asked.clear()
    place.console.later(59 * 60 - 1)
    assert place.console("tags").err == "error: rate limit reached\nhint: try again at 13:29\n"
    assert "rate limit reached" in place.console.ok("start", "x").err
    assert place.server.asked == []
    place.console.later(1).ok("list")
    assert [each.partition(" ")[0] for each in place.server.asked].count("POST") == 1


def test_the_workspace_in_use_pays_for_who_one_is(place: Place) -> None:
    """GET /user and GET /workspaces have no workspace in their path."""
    place.console.ok("-w", "Local", "list")
    made = Request("POST", "/workspaces", (), {"name": "Other"})
    assert place.server.workspace.send(made).status == 201
    assert place.last_line("list") == "1 request; 26 of 30 left this hour"
    other = place.last_line("-w", "Other", "list")
    assert other == "2 requests; 28 of 30 left this hour"


def test_retries_count_and_what_never_left_does_not(new_console: Callable[[str], Console]) -> None:
    """Three tries are three requests; a closed port has received nothing."""
    console = new_console("retry")
    with Stub(DROP, DROP, NOTHING).serving() as stub:
        connect(console, stub.url)
        assert console.ok("-v", "list").err.splitlines()[-1] == "4 requests; 4 in the last hour"
    for _ in range(3):
        console("-v", "list")
    with contextlib.closing(sqlite3.connect(ledger_of(console))) as file:
        assert file.execute("SELECT count(*) FROM requests").fetchone() == (4,)


def test_a_login_is_counted_and_learns_the_plan(place: Place) -> None:
    """It reads the user and the workspaces, of which the chosen one pays."""
    del place.console.env["CLOCKIFY_API_KEY"]
    arguments = ("-v", "login", "--api-key-stdin", "--base-url", place.server.url)
    result = place.console.ok(*arguments, stdin=f"{KEY}\n")
    assert result.err.splitlines()[-1] == "2 requests; 28 of 30 left this hour"


def test_serve_is_a_host_like_any_other(new_console: Callable[[str], Console]) -> None:
    """Requests to it are counted, and it has no plan."""
    with world("serve", new_console("serve")) as served:
        assert served.console.ok("-v", "start", "x").err.splitlines()[-1] == (
            "4 requests; 4 in the last hour"
        )


def test_processes_count_together(place: Place) -> None:
    """Programs that run at the same time lose no request and refuse nothing in error."""
    environment = {**os.environ, **place.console.env, "TZ": "Europe/Berlin"}
    place.server.allowed = None
    words = [sys.executable, "-m", "clocktool", "list", "--total"]
    programs = [subprocess.Popen(words, env=environment, stdout=subprocess.PIPE) for _ in range(6)]
    assert [each.communicate()[0] for each in programs] == [b"0:00:00\n"] * 6
    with contextlib.closing(sqlite3.connect(ledger_of(place.console))) as file:
        (count,) = file.execute("SELECT count(*) FROM requests").fetchone()
    assert count == len(place.server.asked) >= 7


def test_a_redirect_is_a_request(new_console: Callable[[str], Console]) -> None:
    """It is not followed, so it is one."""
    console = new_console("portal")
    with Stub(Say(302, b"<html>", {"Location": "http://127.0.0.1:1/"})).serving() as stub:
        connect(console, stub.url)
        assert "\n2 requests; 2 in the last hour\n" in console("-v", "list").err


def test_the_local_workspace_counts_nothing(run: Console) -> None:
    """There is no file, and -v has no such line."""
    assert " requests; " not in run.ok("-v", "start", "x").err
    assert not ledger_of(run).exists()


def test_the_file_is_private_and_has_no_key(place: Place) -> None:
    """Host and workspace are in it, and nothing else that names an account."""
    place.console.ok("start", "x")
    path = ledger_of(place.console)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    files = b"".join(each.read_bytes() for each in path.parent.glob("requests.sqlite3*"))
    assert KEY.encode() not in files
    assert ME.encode() not in files
    assert WORKSPACE.encode() in files


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_file_is_replaced(place: Place, content: bytes) -> None:
    """The command works, and counting begins again."""
    place.console.ok("list")
    ledger_of(place.console).write_bytes(content)
    assert place.console.ok("list").err == "No entries: Tue 24 Nov 2026.\n"
    assert place.last_line("list") == "1 request; 2 in the last hour"


def test_pages_that_are_damaged_later_are_replaced_too(place: Place) -> None:
    """The header is whole, the rows are not."""
    for _ in range(5):
        place.console.ok("list")
    path = ledger_of(place.console)
    data = bytearray(path.read_bytes())
    data[5000:] = b"\x55" * (len(data) - 5000)
    path.write_bytes(data)
    assert place.console.ok("list").err == "No entries: Tue 24 Nov 2026.\n"
    place.console.ok("list")
    assert place.last_line("list").startswith("1 request; ")


def test_a_read_only_folder_fails_no_command(place: Place) -> None:
    """Requests are counted in memory, on top of what is in the file."""
    place.console.ok("start", "x")
    folder = Path(place.console.env["CLOCKTOOL_DATA"])
    folder.chmod(0o500)
    try:
        line = as_anyone(lambda: place.last_line("list"))
    finally:
        folder.chmod(0o700)
    assert line == "1 request; 25 of 30 left this hour"


def test_something_else_in_its_place_fails_no_command(place: Place) -> None:
    """A folder of that name is left alone."""
    ledger_of(place.console).mkdir(parents=True)
    assert place.last_line("list") == "2 requests; 2 in the last hour"
    assert ledger_of(place.console).is_dir()


def test_a_full_disk_fails_no_command(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are then counted in memory."""
    place.console.ok("list")
    write = Database.write

    @contextlib.contextmanager
    def full(database: Database) -> Iterator[sqlite3.Connection]:
        with write(database) as connection:
            if database.path.name == "requests.sqlite3" and not database._in_memory:
                full_disk = sqlite3.OperationalError("database or disk is full")
                full_disk.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise full_disk
            yield connection

    monkeypatch.setattr(Database, "write", full)
    assert place.last_line("list") == "1 request; 3 in the last hour"


# The ledger itself.


class Clock:
    """A clock that a test sets, and the ledgers by it."""

    def __init__(self) -> None:
        self.now = NOON
        self.ledgers: list[Ledger] = []

    def ledger(self, path: Path, host: str = "h") -> Ledger:
        """Return a ledger by this clock."""
        self.ledgers.append(Ledger(path, host, lambda: self.now, clock=str, say=lambda _: None))
        return self.ledgers[-1]


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A clock whose ledgers are closed at the end."""
    clock = Clock()
    yield clock
    for each in clock.ledgers:
        each.close()


def test_an_hour_is_a_rolling_one(tmp_path: Path, clock: Clock) -> None:
    """Each request counts for an hour after its own instant; the free time is the exact one."""
    ledger = clock.ledger(tmp_path / "requests.sqlite3")
    ledger.set_plan("w", "FREE")
    for _ in range(25):
        assert ledger.quota("w").free_at is None
        ledger.count("w", is_write=False, is_urgent=False)
        clock.now = Instant(clock.now + 10)
    assert ledger.quota("w") == Quota(25, 30, Instant(NOON + HOUR))
    for _ in range(5):
        with pytest.raises(RateLimitedError):
            ledger.count("w", is_write=False, is_urgent=False)
        ledger.count("w", is_write=False, is_urgent=True)
    with pytest.raises(RateLimitedError):
        ledger.count("w", is_write=False, is_urgent=True)
    assert ledger.quota("w") == Quota(30, 30, Instant(NOON + HOUR + 50))
    clock.now = Instant(NOON + HOUR - 1)
    with pytest.raises(RateLimitedError):
        ledger.count("w", is_write=False, is_urgent=True)
    clock.now = Instant(NOON + HOUR)
    ledger.count("w", is_write=False, is_urgent=True)


@pytest.mark.parametrize("back", [60, 86_400, 365 * 86_400])
def test_a_clock_that_was_set_back_blocks_for_an_hour_at_most(
    tmp_path: Path, clock: Clock, back: int
) -> None:
    """What was counted later than now counts as made now; a named time does not hold."""
    ledger = clock.ledger(tmp_path / "requests.sqlite3")
    ledger.set_plan("w", "FREE")
    for _ in range(30):
        ledger.count("w", is_write=False, is_urgent=True)
    ledger.block("v", HOUR, writes_only=False)
    clock.now = Instant(NOON - back)
    ledger.count("v", is_write=False, is_urgent=False)
    assert ledger.quota("w") == Quota(30, 30, Instant(clock.now + HOUR))
    with pytest.raises(RateLimitedError):
        ledger.count("w", is_write=False, is_urgent=True)
    clock.now = Instant(clock.now + HOUR)
    ledger.count("w", is_write=False, is_urgent=True)
    assert ledger.quota("w").last_hour == 1


def test_no_count_is_lost_between_processes(tmp_path: Path, clock: Clock) -> None:
    """Eight that count at once take exactly what is allowed."""
    path = tmp_path / "requests.sqlite3"
    clock.ledger(path).set_plan("w", "FREE")

    def take(place: int) -> int:
        ledger, taken = clock.ledger(path), 0
        for _ in range(20):
            with contextlib.suppress(RateLimitedError):
                ledger.count("w", is_write=False, is_urgent=place % 2 == 0)
                taken += 1
            ledger.count("v", is_write=False, is_urgent=False)
        ledger.close()
        return taken

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(8))) == 30
    assert clock.ledger(path).quota("w").last_hour == 30
    assert clock.ledger(path).quota("v").last_hour == 160


def test_hosts_and_workspaces_count_apart(tmp_path: Path, clock: Clock) -> None:
    """The same workspace on another host is another one."""
    path = tmp_path / "requests.sqlite3"
    ledger, other = clock.ledger(path), clock.ledger(path, "other")
    ledger.set_plan("w", "FREE")
    ledger.count("w", is_write=False, is_urgent=False)
    assert (ledger.quota("w"), other.quota("w")) == (Quota(1, 30, None), Quota(0, None, None))
    assert ledger.quota("v") == Quota(0, None, None)


def ledger_of(console: Console) -> Path:
    """Return the path of a console's ledger."""
    return Path(console.env["CLOCKTOOL_DATA"]) / "requests.sqlite3"
