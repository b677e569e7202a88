"""``mirror load`` killed at each point, twice at once, and of very many entries of equal start."""

import contextlib
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clocktool.backends.base import Request
from clocktool.domain.time.instant import Instant
from tests.conftest import BERLIN, NOON, Console
from tests.contract.worlds import W, connect, fill, workspace_of
from tests.lab.kills import Beginning, kill_at
from tests.lab.place import Place
from tests.lab.reader import PLACES, Paged, PagedGuide, PagedService

pytestmark = pytest.mark.slow

CAP = 3
MONTHS = ("2026-11", "2026-10", "2026-08", "2026-07", "2025-01")
"""The months in which entries start, newest first."""
LOAD = ("mirror", "load")


@contextlib.contextmanager
def place_of(console: Console, kind: str, now: Instant = NOON) -> Iterator[tuple[Place, Paged]]:
    """Set up a server with two entries in each of some months, and five of equal start."""
    console.now = now
    zone = "UTC" if kind == "guide" else BERLIN
    path = console.home / "server.sqlite3"
    with contextlib.closing(workspace_of(console, path, zone)) as behind:
        fill(behind)
        days = [f"{month}-{day}" for month in MONTHS for day in ("10", "12")]
        for number, day in enumerate([*days, *["2026-08-20"] * 5]):
            times = {"start": f"{day}T08:00:00Z", "end": f"{day}T09:00:00Z"}
            body = {**times, "description": f"e{number}"}
            assert behind.send(Request("POST", f"{W}/time-entries", (), body)).status == 201
        server = (PagedService if kind == "service" else PagedGuide)(behind, lambda: console.now)
        server.zone, server.cap = BERLIN, CAP
        with server.serving():
            connect(console, server.url, "service" if kind == "service" else "auto")
            console("running")
            yield Place(console, server), server


def lists(server: Paged) -> int:
    """Return how many lists of entries were asked for."""
    return sum("/time-entries?" in each for each in server.asked)


def names(run: Console, period: str) -> list[str] | None:
    """Return what is kept of a period; None if it is not held."""
    result = run("--offline", "list", period, "-o", "json")
    assert result.code in (0, 6), result
    return None if result.code else sorted(each["description"] for each in result.json)


def held(run: Console) -> dict[str, list[str] | None]:
    """Return what is kept of each month."""
    return {month: names(run, month) for month in MONTHS}


@pytest.mark.parametrize("kind", PLACES)
def test_a_load_that_is_killed_leaves_whole_pieces(tmp_path: Path, kind: str) -> None:
    """At each commit and around each reply; the next load goes on, and all of it is there."""
    seen = set()
    with place_of(Console(tmp_path / "place"), kind) as (place, server):
        run = place.console
        beginning = Beginning(run, server)
        server.asked.clear()
        run.ok(*LOAD)
        pages, whole = lists(server), held(run)
        assert pages >= 5
        assert names(run, "all") is not None
        for point in beginning.points():
            was_killed = kill_at(run, LOAD, point, folder="mirror", methods=("GET",))
            after = held(run)
            assert all(kept in (None, whole[month]) for month, kept in after.items()), after
            kept = sum(each is not None for each in after.values())
            seen.add(kept)
            run.later(60)
            server.asked.clear()
            run.ok(*LOAD)
            assert lists(server) <= pages + 1
            assert held(run) == whole
            assert run("mirror", "verify").code == 0
            if not was_killed:
                break
    assert not was_killed
    assert len(seen) > 3


@pytest.mark.parametrize("kind", PLACES)
def test_two_loads_at_once_are_one(run: Console, kind: str) -> None:
    """Both end well; what they have stored is whole, also if a third one is killed meanwhile."""
    with place_of(run, kind, Instant(int(time.time()))) as (place, server):
        server.asked.clear()
        loads = [place.begin(*LOAD) for _ in range(3)]
        while not lists(server):
            time.sleep(0.01)
        loads[2].kill()
        for each in loads:
            _, err = each.communicate(timeout=60)
            assert each.returncode == 0 or each is loads[2], err
        assert names(run, "all") == sorted(f"e{number}" for number in range(15))
        assert run("mirror", "verify").code == 0


def test_five_thousand_entries_of_equal_start_are_all_there(run: Console) -> None:
    """A page of a thousand proves no second of them; only all pages do."""
    with place_of(run, "service") as (_, server):
        server.cap = 1000
        with contextlib.closing(sqlite3.connect(run.home / "server.sqlite3")) as file, file:
            file.execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
                " INSERT INTO entries (id, member, start_at, end_at, description, billable, type,"
                " created_at) SELECT printf('%024x', 1048576 + i), member, start_at, end_at,"
                " 'many', billable, type, created_at FROM n, entries WHERE description = 'e14'"
            )
        server.asked.clear()
        run.ok(*LOAD)
        assert lists(server) == 6
        assert len(names(run, "all") or []) == 5015
        assert run("mirror", "verify").code == 0


def test_a_process_is_never_in_the_way_of_another(run: Console) -> None:
    """A report reads while entries are loaded."""
    with place_of(run, "service", Instant(int(time.time()))) as (place, server):
        load: subprocess.Popen[str] = place.begin(*LOAD)
        report = run.ok("report", "all", "-o", "json").json
        _, err = load.communicate(timeout=60)
        assert load.returncode == 0, err
        assert report["totalSeconds"] == 15 * 3600
        assert server.refused == []
