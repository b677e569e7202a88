"""Real processes: killed by SIGKILL at every point that matters, and eight at once."""

import contextlib
import itertools
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NOON, Console
from tests.lab.kills import WRITES, Beginning, kill_at
from tests.lab.place import Place, place_of
from tests.lab.server import Fault

pytestmark = pytest.mark.slow

ROUTES = ("guide", "service")


KILLED = [
    (("start", "new"), 1, False),
    (("start", "new"), 1, True),
    (("start", "new"), 2, False),
    (("start", "new"), 2, True),
    (("add", "new", "--for", "5m"), 1, False),
    (("add", "new", "--for", "5m"), 1, True),
]
"""A command, at which of its writes it is killed, and whether that is carried out."""


@pytest.mark.parametrize(("line", "nth", "acts"), KILLED)
@pytest.mark.parametrize("routes", ROUTES)
def test_a_killed_process_has_done_it_once_after_the_next_command(
    run: Console, routes: str, line: tuple[str, ...], nth: int, acts: bool
) -> None:
    """What was in the journal when it was killed is there once; the timer before has ended."""
    run.env.pop("CLOCKTOOL_PROFILE")
    with place_of(run, routes) as place:
        assert place.server is not None
        run.ok("start", "old", "--at", "-1h")
        processes: list[subprocess.Popen[str]] = []
        seen = Counter[str]()

        def kill(method: str, path: str, body: bytes) -> Fault:
            seen["writes"] += method in WRITES
            if method not in WRITES or seen["writes"] != nth:
                return Fault.NONE
            while not processes:  # it asks before we know who it is
                time.sleep(0.001)
            if not acts:
                processes[0].kill()
                return Fault.DROP_BEFORE
            return Fault.DROP_AFTER

        def acted(method: str, *_: object) -> None:
            if method in WRITES and seen["writes"] == nth:
                processes[0].kill()

        place.server.choose, place.server.acted = kill, acted
        processes.append(place.begin(*line))
        processes[0].communicate(timeout=30)
        assert processes[0].returncode == -9
        place.send_the_rest()
        names = place.names()
        assert names == {"old": 1, "new": 1}
        shown = {each["description"]: each for each in run.ok("list", "7d", "-o", "json").json}
        assert (shown["old"]["timeInterval"]["end"] is None) == (line[0] == "add")


COMMANDS = {
    "start": ("start", "new"),
    "stop": ("stop",),
    "split": ("split", "last", "10:20", "10:40"),
    "dup": ("dup", "last", "--on", "2026-11-17", "--on", "2026-11-18"),
    "delete": ("delete", "-y", "last", "that"),
    "join": ("join", "last", "last~1", "last~2"),
    "bulk": ("bulk", "today", "--shift", "-30m", "-y"),
    "edit": ("edit", "--day", "today", "-y"),
    "undo": ("undo",),
    "redo": ("redo",),
}
"""Commands of several changes each, where they can be."""


Moment = tuple[str, str, str | None]
"""Of an entry its description, start and end."""


@contextlib.contextmanager
def prepared(folder: Path, routes: str, command: str) -> Iterator[Place]:
    """Set up a place in which each of the commands has something to do."""
    with place_of(Console(folder), routes, NOON) as place:
        run = place.console
        run.ok("add", "one", "--from", "8", "--to", "9")
        run.ok("add", "two", "--from", "10", "--to", "11")
        if command == "stop":
            run.ok("start", "old", "--at", "-10m")
        if command == "start":
            run.ok("start", "old", "--at", "-1h")
        if command == "join":
            run.ok("add", "three", "--from", "9", "--to", "10")
        if command == "edit":
            run.env["EDITOR"] = "sed -i -e /one/s/09:00/08:30/ -e '$a 9-9:30 new' -e /two/d"
        if command in ("undo", "redo"):
            run.ok("split", "last", "10:20", "10:40")
        if command == "redo":
            run.ok("undo")
        run.later(60)
        yield place


def entries(run: Console) -> list[Moment]:
    """Return what there is, as a read shows it."""
    shown = run.ok("list", "30d", "-o", "json").json
    interval = [each["timeInterval"] for each in shown]
    return sorted(
        (each["description"], time["start"], time["end"])
        for each, time in zip(shown, interval, strict=True)
    )


@pytest.mark.parametrize(
    ("command", "routes"),
    [*itertools.product(COMMANDS, ["service", "local"]), ("bulk", "guide"), ("edit", "guide")],
)
def test_killed_at_any_point_it_is_done_whole_or_not_at_all(
    tmp_path: Path, command: str, routes: str
) -> None:
    """On an account after the next command, on the local workspace at once; then undo works."""
    ends = Counter[bool]()
    with prepared(tmp_path / "place", routes, command) as place:
        run = place.console
        beginning = Beginning(run, place.server)
        before = entries(run)
        run.ok(*COMMANDS[command])
        whole = entries(run)
        assert whole != before
        for point in beginning.points():
            was_killed = kill_at(run, COMMANDS[command], point)
            if routes != "local":
                assert run("sync").code == 0
            after = entries(run)
            assert after in (before, whole), point
            assert run.ok("pending", "-o", "json").json == []
            if after == whole and command not in ("undo", "redo"):
                assert run.ok("undo").err.startswith(f"Undo of '{command}'"), point
                assert entries(run) == before, point
            if not was_killed:
                break
            ends[after == whole] += 1
    assert not was_killed
    assert min(ends[True], ends[False]) > 0


@pytest.mark.parametrize("routes", [*ROUTES, "local"])
def test_eight_at_once_are_eight(run: Console, routes: str) -> None:
    """All end well, though answers are lost; afterwards each is there once."""
    run.env.pop("CLOCKTOOL_PROFILE")
    with place_of(run, routes) as place:
        if place.server is not None:
            asked = Counter[str]()

            def lose(method: str, path: str, body: bytes) -> Fault:
                asked[method] += 1
                time.sleep(0.01)
                some = (Fault.NONE, Fault.DROP_AFTER, Fault.NONE, Fault.FAIL_BEFORE)
                return some[asked[method] % 4] if method in WRITES else Fault.NONE

            place.server.choose = lose
        lines = [
            ("add", f"e{each}", "--for", f"{each + 1}m") if each else ("start", f"e{each}")
            for each in range(8)
        ]
        started = [place.begin(*line) for line in lines]
        for process in started:
            out, err = process.communicate(timeout=60)
            assert process.returncode == 0, (out, err)
        place.send_the_rest()
        assert place.names() == {f"e{each}": 1 for each in range(8)}
