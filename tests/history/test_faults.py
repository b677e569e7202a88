"""Files that fail, processes that are killed, and servers that answer strangely."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from clocktool.backends.base import Reply, Request
from clocktool.domain.time.instant import Instant
from clocktool.history import mirror as module
from clocktool.history.held import Part
from tests.conftest import Console
from tests.contract.worlds import ME, W
from tests.guide_server import Answer
from tests.history.truth import World, world
from tests.lab.player import few_writes

HOUR = 3600
DAY = 86_400


@pytest.fixture
def there(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """A service that gives five entries a page, with twelve of today."""
    with world(new_console("service"), "service", monkeypatch, cap=5) as made:
        for place in range(12):
            made.add(made.run.now - HOUR * 11 + place * 600, 600, f"entry {place}")
        made.run("running")
        yield made


def file_of(place: World) -> Path:
    """Return the file of the mirror."""
    (found,) = (place.run.home / "data" / "mirror").glob("*.sqlite3")
    return found


def ids(place: World, *line: str) -> list[str]:
    """Return the ids that a command lists."""
    return place.run.ok(*line, "-o", "id").out.split()


def test_a_damaged_file_is_thrown_away_and_said_once(there: World) -> None:
    """The command answers, and the file is whole again."""
    right = there.run.ok("list")
    path = file_of(there)
    path.write_bytes(b"not a database at all" * 500)
    damaged = there.run.ok("list")
    assert damaged.out == right.out
    assert damaged.err == f"the mirror {path} is thrown away: it is damaged or not a database\n"
    assert there.run("list") == right
    assert there.run.ok("--offline", "list").out == right.out


def test_damage_inside_the_file_is_no_answer(there: World) -> None:
    """What can't be read is asked for again; without a network it is not held."""
    right = there.run.ok("list")
    path = file_of(there)
    for offline in (False, True):
        with contextlib.closing(sqlite3.connect(path)) as file, file:
            file.execute("UPDATE entries SET body = x'7b' WHERE id LIKE '%d'")
        result = there.run(*(("--offline",) if offline else ()), "list")
        assert (result.code, result.out) == ((6, "") if offline else (0, right.out))
        assert there.run.ok("list").out == right.out


@pytest.mark.parametrize("page", [0, 1, 2])
def test_a_disk_that_fills_while_a_page_is_stored(
    there: World, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    """The command answers, and the mirror has whole pages or is as it was."""
    there.run.later(60)
    for back in (300, 60):
        there.add(there.run.now - back, 30)
    stored, keep = [0], module._keep

    def full(file: Any, *args: Any) -> None:
        keep(file, *args)
        if file.execute("PRAGMA database_list").fetchone()[2]:
            stored[0] += 1
            if stored[0] == page + 1:
                (count,) = file.execute("PRAGMA page_count").fetchone()
                file.execute(f"PRAGMA max_page_count = {count}")
                file.execute("CREATE TABLE more AS SELECT zeroblob(1000000)")

    with monkeypatch.context() as patch:
        patch.setattr(module, "_keep", full)
        result = there.run.ok("list", "-o", "id")
    assert (len(result.out.split()), result.err) == (14, "")
    there.line.cut()
    kept = there.run.ok("list", "-o", "id")
    assert len(kept.out.split()) == (14 if page else 12)
    assert "as of 12:30" in kept.err
    there.line.mend()
    assert len(ids(there, "list")) == 14
    assert len(ids(there, "list", "--offline")) == 14


def test_a_mirror_that_cannot_be_opened_costs_requests_only(there: World) -> None:
    """A folder is in its place."""
    right = there.run.ok("list")
    path = file_of(there)
    for each in path.parent.iterdir():
        each.unlink()
    path.mkdir()
    assert there.run.ok("list").out == right.out
    assert there.run("--offline", "list").code == 6


def test_pages_that_came_before_a_fault_are_held(there: World) -> None:
    """And the next read asks for the rest only, where older months are."""
    start = there.run.now - 150 * DAY
    for place in range(12):
        there.add(start - place * DAY, HOUR, f"old {place}")
    there.fail_after(2)
    assert there.run("list", "2026-05..2026-07").code == 6
    there.line.mend()
    there.server.asked.clear()
    assert len(ids(there, "list", "2026-05..2026-07")) == 12
    assert len(there.server.asked) == 1
    there.server.asked.clear()
    assert len(ids(there, "list", "2026-05..2026-07")) == 12
    assert there.server.asked == []


def test_a_page_that_comes_twice_makes_nothing_held(there: World) -> None:
    """A proxy answers with an older page: what follows it is not known to be gone."""
    assert len(ids(there, "list")) == 12
    right = there.server.answer

    def twice(method: str, target: str, key: str | None, body: bytes) -> Answer:
        return right(method, target.replace("page=2&", "page=1&"), key, body)

    there.server.answer = twice  # type: ignore[method-assign]
    assert len(ids(there, "list")) == 12
    there.server.answer = right  # type: ignore[method-assign]
    there.line.cut()
    assert len(ids(there, "list")) == 12


def test_a_stopped_timer_is_never_kept_as_ended(there: World) -> None:
    """It was stopped elsewhere at an unknown time, so it is requested again."""
    there.run.ok("start", "timer", "--at", "12:00")
    there.run.ok("list")
    there.run.later(HOUR)
    there.ask("PATCH", f"/user/{ME}/time-entries", {"end": "2026-11-24T11:45:00Z"})
    assert there.run("show", "current").code == 1
    there.line.cut()
    assert there.run("list").code == 6
    there.line.mend()
    shown = there.run.ok("list", "-d", "timer", "--total").out
    assert shown == "0:45:00\n"


def test_a_timer_of_long_ago_shows_as_long_as_it_runs(there: World) -> None:
    """It is in every list; once it is missing there, it has ended."""
    timer = there.add(there.run.now - 40 * DAY, None, "forgotten")
    assert timer in ids(there, "list", "all")
    assert timer in ids(there, "list")
    assert timer in ids(there, "--offline", "list")
    there.move(timer, there.run.now - 40 * DAY, HOUR)
    assert timer not in ids(there, "list")
    assert timer not in ids(there, "--offline", "list")


def test_entries_that_reach_into_a_window_from_long_before_show(there: World) -> None:
    """Ten years long, where they were read before."""
    long = there.add(there.run.now - 3650 * DAY, 3649 * DAY + 20 * HOUR, "an age")
    assert long not in ids(there, "list", "--fresh", "week")
    assert long in ids(there, "list", "all")
    assert long in ids(there, "list", "week")
    assert long in ids(there, "--offline", "list", "week")
    assert long in ids(there, "--offline", "list", "2020-05-05")


def test_many_entries_of_equal_start_are_kept(there: World) -> None:
    """More than a page, so that no page proves a second."""
    for place in range(13):
        there.add(there.run.now - 100 * DAY, 60 * place, "at once")
    there.fail_after(2)
    assert there.run("list", "2026-08").code == 6
    there.line.mend()
    assert len(ids(there, "list", "2026-08")) == 13
    assert len(ids(there, "--offline", "list", "2026-08")) == 13


def test_types_that_are_not_known_are_kept(there: World) -> None:
    """Replies may have others than those that can be written."""
    right = there.server.shaped

    def shaped(request: Request) -> Answer:
        status, headers, found = right(request)
        if isinstance(found, list):
            found = [{**each, "type": "SABBATICAL"} for each in found]
        return status, headers, found

    there.server.shaped = shaped  # type: ignore[method-assign]
    there.run.ok("list")
    shown = there.run.ok("--offline", "list", "-o", "json").json
    assert {each["type"] for each in shown} == {"SABBATICAL"}


def begin(place: World, *argv: str) -> "subprocess.Popen[str]":
    """Start a process."""
    env = {**os.environ, **place.run.env, "PYTHONPATH": str(Path.cwd()), "TZ": place.run.zone}
    return subprocess.Popen(
        [sys.executable, "-m", "clocktool", *argv],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize("nth", range(1, 5))
def test_a_killed_process_leaves_whole_pages(there: World, nth: int) -> None:
    """What is held afterwards is the truth, and the next command completes it."""
    right = there.server.answer
    processes: list[subprocess.Popen[str]] = []
    count = [0]

    def kill(method: str, target: str, key: str | None, body: bytes) -> Answer:
        if "time-entries" in target:
            count[0] += 1
            if count[0] == nth and processes:
                processes[0].send_signal(signal.SIGKILL)
        return right(method, target, key, body)

    there.server.answer = kill  # type: ignore[method-assign]
    processes.append(begin(there, "list", "all", "-o", "id"))
    processes[0].communicate(timeout=60)
    there.server.answer = right  # type: ignore[method-assign]
    offline = there.run("--offline", "list", "2026-11-24", "-o", "id")
    assert offline.code in (0, 6)
    if offline.code == 0:
        assert len(offline.out.split()) == 12
    assert len(ids(there, "list", "all")) == 12
    assert len(ids(there, "--offline", "list", "all")) == 12


@pytest.mark.slow
def test_two_processes_at_once_keep_the_same(there: World) -> None:
    """Each answers, and what both have stored is whole."""
    some = [begin(there, "list", "all", "-o", "id") for _ in range(3)]
    found = [each.communicate(timeout=60) for each in some]
    assert [len(out.split()) for out, _ in found] == [12] * 3
    assert {err.partition("as of")[0] for _, err in found} <= {"", "Older entries "}
    assert len(ids(there, "--offline", "list", "all")) == 12


def test_an_older_reply_does_not_undo_a_newer_one(tmp_path: Path) -> None:
    """A list that began before a write or another list is stored after it."""
    from clocktool.domain.entry import Entry
    from clocktool.domain.ids import Known

    mirror = module.Mirror(tmp_path / "m.sqlite3", print)
    entry = Entry(Known("a"), Instant(100), Instant(200), "old", user_id="me")
    new = Entry(Known("a"), Instant(150), Instant(200), "new", user_id="me")
    gone = Entry(Known("b"), Instant(120), Instant(200), "gone", user_id="me")
    span = (Instant(0), Instant(1000))
    early = mirror.begin(Instant(1))
    late = mirror.begin(Instant(2))
    mirror.keep_page("me", [entry, gone], mirror.begin(Instant(0)), span)
    mirror.keep([new], Instant(3))
    mirror.remove(["b"])
    mirror.keep_page("me", [entry, gone], late, span)
    mirror.keep_page("me", [entry, gone], early, span)
    assert list(mirror.entries([Part("me", span)])) == [new]
    mirror.keep_page("me", [], mirror.begin(Instant(4)), span)
    mirror.keep_page("me", [entry, gone], early, span)
    assert list(mirror.entries([Part("me", span)])) == []
    assert [each.as_of for each in mirror.held("me")] == [4]
    mirror.close()


def test_a_disk_that_damages_each_file_ends_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is deleted once, then the run goes on without one."""
    from clocktool.domain.entry import Entry
    from clocktool.domain.ids import Known
    from clocktool.storage.database import Database
    from clocktool.storage.failure import DamagedError

    said: list[str] = []
    mirror = module.Mirror(tmp_path / "m.sqlite3", said.append)
    entry = Entry(Known("a"), Instant(100), Instant(200), "work", user_id="me")
    connection = Database._connection

    def damaged(self: Database, *, to_write: bool) -> object:
        if not self._in_memory:
            raise DamagedError(self.path, "it is damaged", "")
        return connection(self, to_write=to_write)

    monkeypatch.setattr(Database, "_connection", damaged)
    mirror.keep([entry], Instant(300))
    assert mirror.get("a") is not None
    assert len(said) == 1
    assert mirror.problem is not None
    mirror.close()


def test_an_older_reply_does_not_bring_back_a_deleted_entry(tmp_path: Path) -> None:
    """The list was on its way when the entry was deleted; nothing was held before."""
    from clocktool.domain.entry import Entry
    from clocktool.domain.ids import Known

    mirror = module.Mirror(tmp_path / "m.sqlite3", print)
    kept, gone = (
        Entry(Known(each), Instant(100), Instant(200), each, user_id="me") for each in "ab"
    )
    span = (Instant(0), Instant(1000))
    early = mirror.begin(Instant(1))
    mirror.remove(["b"])
    mirror.keep_page("me", [kept, gone], early, span)
    assert list(mirror.entries([Part("me", span)])) == [kept]
    mirror.close()


def test_foreign_replies_are_no_network(there: World) -> None:
    """The page of a portal or proxy, whatever its status."""
    right = there.run.ok("list")
    for status in (200, 403, 502):
        there.line.before = page_of(status)
        result = there.run("list")
        assert (result.code, result.out) == (0, right.out), (status, result)
        assert "as of 12:30" in result.err
        there.line.mend()
    assert W in there.server.asked[-1]


def page_of(status: int) -> Callable[[Request], Reply | None]:
    """Return what answers each request with a page."""
    page = Reply(status, {"content-type": "text/html"}, b"<html>Hello</html>")
    return lambda request: None if request.only_if_cached else page


def test_pages_are_asked_for_one_after_the_other(there: World) -> None:
    """An entry added between a page that is read ahead and one before it would hide another."""
    for place in range(18):
        there.add(there.run.now - 90_000 - place * 600, 60)
    there.server.asked.clear()
    assert len(ids(there, "list", "3d")) == 30
    lists = [each for each in there.server.asked if "/time-entries?" in each]
    asked = [parse_qs(urlsplit(each).query)["page"] for each in lists]
    assert asked == [[str(page)] for page in range(1, 7)]


def test_an_answer_of_before_a_clock_was_set_back_is_no_newer(there: World) -> None:
    """The order of requests counts, not their instants."""
    there.run.ok("list", "yesterday")
    there.run.later(HOUR)
    there.run.ok("list", "today")
    there.run.later(-HOUR // 2)
    assert "as of 12:30:" not in there.run.ok("--offline", "list", "today").err
    assert there.run.ok("--offline", "list", "today").err == "Shown as of 13:30\n"
    assert there.run.ok("--offline", "list", "2d").err == "Shown as of 12:30\n"


def test_an_entry_of_long_ago_makes_an_answer_as_old_as_it_is(there: World) -> None:
    """Also if the other entries were read later by a clock that was set back since."""
    there.add(there.run.now - 100 * DAY, 3650 * DAY, "an age")
    there.run.ok("list", "all")
    there.run.later(DAY)
    there.run.ok("list", "week")
    there.run.later(-HOUR)
    assert there.run.ok("--offline", "list", "week").err == "Shown as of Tue 24 Nov 12:30\n"


def test_an_older_page_again_is_no_answer(there: World) -> None:
    """What is kept is shown, and where nothing is, it is the server's failure."""
    right = there.server.answer

    def again(method: str, target: str, key: str | None, body: bytes) -> Answer:
        return right(method, target.replace("page=3&", "page=2&"), key, body)

    there.run.ok("mirror", "drop")
    there.server.answer = again  # type: ignore[method-assign]
    assert there.run("list").code == 8
    there.server.answer = right  # type: ignore[method-assign]
    shown = there.run.ok("list")
    there.run.later(60)
    there.server.answer = again  # type: ignore[method-assign]
    kept = there.run.ok("list")
    assert kept.out == shown.out
    assert kept.err == "Shown as of 12:30: page 3 of the list is an older one\n"


@pytest.mark.parametrize("room", [0, 3, 12])
def test_a_load_onto_a_full_disk_is_no_success(there: World, room: int) -> None:
    """It ends before requests are made in vain; what was kept before stays."""
    before = there.run("--offline", "list", "all").code
    with few_writes(room, "mirror"):
        result = there.run("mirror", "load")
    assert result.code == 8
    assert "the disk is full" in result.err
    assert there.run("--offline", "list", "all").code == before
    assert len(ids(there, "list")) == 12
