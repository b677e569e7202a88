"""Any walk of commands, undos and redos gives the states it gave before, in every world.

``WALKS=500 pytest -n 2 tests/outbox/test_walks.py`` looks at many, each time at others.
"""

import contextlib
import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clocktool.backends.http import HttpTransport
from clocktool.storage.lock import Lock
from tests.conftest import MEMORY, Console, Result
from tests.contract.worlds import ME, WORLDS, W, World, fill, world
from tests.outbox.places import Line

pytestmark = pytest.mark.slow

WALKS = int(os.environ.get("WALKS", "0"))

Step = tuple[str, str, int, str]
"""How far the network reaches, a verb, which entry it means, and what is to become of it."""

OPTIONS = {
    "plain": ["--no-billable"],
    "site": ["-p", "Site", "-t", "Login", "--billable"],
    "ops": ["-p", "Ops", "-T", "dev", "-T", "urgent", "--no-billable"],
    "field": ["--field", "Ticket=A-1", "--no-billable", "-T", "dev"],
    "bare": ["--no-project", "--no-tags", "--billable"],
    "break": ["--break", "--no-billable"],
}
NETS = ("there", "there", "there", "limited", "limited", "gone")
VERBS = (
    *("start", "stop", "add", "edit", "move", "delete", "delete two", "dup", "bulk", "split"),
    *("shift", "join", "day", "resume", "back"),
    *("merge", "merge", "restore"),
    *("undo", "undo", "undo", "redo", "redo"),
)

steps = st.lists(
    st.tuples(
        st.sampled_from(NETS),
        st.sampled_from(VERBS),
        st.integers(0, 3),
        st.sampled_from(list(OPTIONS)),
    ),
    min_size=4,
    max_size=16,
)


class Walker:
    """A console on the way through its commands, and the states that it has been in."""

    def __init__(self, place: World, line: Line) -> None:
        self.place = place
        self.run = place.console
        self.line = line
        self.typed: list[str] = []
        self.states: list[list[Any]] = [[], self.state()]
        self.at = 1

    def state(self) -> list[Any]:
        """Return what is shown of all entries, with what waits; nothing is sent for that."""
        return sorted(map(content, self.shown()), key=repr)

    def shown(self) -> list[Any]:
        """Return the entries as ``list`` shows them, oldest first; another process sends."""
        locks = [Lock(path) for path in (self.run.home / "data" / "journal").glob("*.turn")]
        assert all(each.acquire(0) for each in locks)
        found = self.run.ok("list", "2026", "-o", "json").json
        for each in locks:
            each.release()
        return list(found)

    def held(self) -> list[Any]:
        """Return what the server holds."""
        found = self.place.ask("GET", f"{W}/user/{ME}/time-entries")
        return sorted(map(content, found), key=repr)

    def newest(self) -> int:
        """Return the number of the last command in the list of those that can be taken back."""
        found = self.run.ok("undo", "--list", "-o", "json").json
        return max((each["id"] for each in found), default=0)

    def step(self, step: Step) -> None:
        """Type a command and look at what became of it."""
        net, verb, which, how = step
        argv = self.words(verb, which, how)
        if argv is None:
            return
        before = self.newest()
        self.run.later(660)
        if net == "gone":
            self.line.cut()
        elif net == "limited":
            self.line.answer(429, retry_after="600")
        self.run.env["EDITOR"] = editor(len(self.typed))
        result = self.run(*argv)
        self.line.mend()
        self.run.later(660)  # until when the service takes no requests
        self.typed.append(f"{net}: {' '.join(argv)}: {result}")
        self.judge(verb, result, is_new=self.newest() != before, may_fail=net == "gone")

    def judge(self, verb: str, result: Result, *, is_new: bool, may_fail: bool) -> None:
        """Compare what is there with where the walk should be."""
        assert result.code in (0, 1, 2, 4, 5, 6, 7), self.typed
        now = self.state()
        step = {"undo": -1, "redo": 1}.get(verb)
        if step is None:
            if is_new:
                assert result.code == 0, self.typed
                self.at += 1
                self.states[self.at :] = [now]
        elif 0 <= self.at + step < len(self.states):
            assert result.code == 0 or (may_fail and result.code in (5, 6)), self.typed
            if result.code == 0:
                self.at += step
        else:
            assert result.code == 1, self.typed
        assert now == self.states[self.at], self.typed

    def words(self, verb: str, which: int, how: str) -> list[str] | None:
        """Return a command line."""
        entries = self.shown()
        options = OPTIONS[how]
        ids = [each["id"] for each in entries]
        one = ids[which % len(ids)] if ids else ""
        is_whole = "--no-project" not in options
        match verb:
            case "undo" | "redo":
                return [verb]
            case "back":
                return [verb]
            case "resume" if one:
                return [verb, one]
            case "shift" if one:
                return ["edit", one, "--shift", f"-{1 + which}m"]
            case "day":
                return ["edit", "--day", "today", "-y"]
            case "join":
                for first, second in itertools.pairwise(entries):
                    if first["timeInterval"]["end"] == second["timeInterval"]["start"]:
                        return ["join", second["id"], first["id"], "-y"]
            case "stop" if any(each["timeInterval"]["end"] is None for each in entries):
                return [verb]
            case "start" if is_whole and how != "break":
                return ["start", f"work {which}", *options]
            case "add" if is_whole:
                hour = 1 + len(self.typed) % 9
                times = ["--from", f"{hour}:00", "--to", f"{hour}:{30 + which}"]
                return ["add", f"done {which}", *options, *times]
            case "edit" if one and how != "break":
                return ["edit", one, "-d", f"edited {which}", *options]
            case "move" if one:
                return ["edit", one, "--from", f"0:{10 + which}"]
            case "delete" if one:
                return ["delete", one, "-y"]
            case "delete two" if len(ids) > 1:
                return ["delete", *ids[:2], "-y"]
            case "dup" if one:
                return ["dup", one, "--on", f"2026-11-1{which}"]
            case "bulk" if one:
                return ["bulk", "2026", *BULK[which], "-y"]
            case "merge":
                return [*MERGES[which], "-y"]
            case "restore":
                return [*MERGES[which][:1], "restore", MERGES[which][2]]
            case "split" if one:
                entry = entries[which % len(ids)]
                clock, _, minutes = self.clock(entry).partition(":")
                return ["split", entry["id"], f"{clock}:{int(minutes) + 5:02}"]
        return None

    def clock(self, entry: Any) -> str:
        """Return when an entry starts."""
        return str(self.run.ok("show", entry["id"], "--template", "{start}").out.strip())


def editor(number: int) -> str:
    """Return the command of an editor that changes some lines, and adds one."""
    line = f"0:{10 + number}-0:{11 + number} new {number}"
    return f"sed -i -e 's/ work / day {number} /' -e '$a {line}'"


BULK = (
    ["--add-tag", "urgent"],
    ["--set-description", "all"],
    ["--set-project", "Ops"],
    ["--remove-tag", "dev"],
)


MERGES = (
    ["projects", "merge", "Site", "Ops"],
    ["projects", "merge", "Ops", "Site"],
    ["tags", "merge", "dev", "urgent"],
    ["tags", "merge", "urgent", "dev"],
)


def content(entry: Any) -> tuple[Any, ...]:
    """Return what of an entry a walk must give back."""
    times = entry["timeInterval"]
    tags = [each["name"] for each in entry.get("tags") or ()]
    fields = [
        (each["customFieldId"], each["value"]) for each in entry.get("customFieldValues") or ()
    ]
    return (
        *(times["start"], times["end"], entry["description"] or ""),
        *(_name_of(entry, "project"), _name_of(entry, "task"), sorted(tags)),
        *(entry["billable"], entry["type"], sorted(fields)),
    )


def _name_of(entry: Any, kind: str) -> str | None:
    found = entry.get(kind)
    return found and str(found["name"])


@contextlib.contextmanager
def walker(name: str) -> Iterator[Walker]:
    """Set up a world, and the line to it."""
    line = Line()
    send = HttpTransport.send
    room = str(MEMORY) if os.access(MEMORY, os.W_OK) else None
    with (
        tempfile.TemporaryDirectory(dir=room) as folder,
        pytest.MonkeyPatch.context() as patch,
        world(name, Console(Path(folder))) as place,
    ):
        patch.setattr(
            HttpTransport, "send", lambda self, it: line.send(it, lambda one: send(self, one))
        )
        fill(place.behind)
        place.console.ok("list")
        place.console.ok("add", "first", "--from", "8", "--to", "9", "-p", "Site", "--billable")
        yield Walker(place, line)


@pytest.mark.parametrize("name", WORLDS)
@settings(
    max_examples=WALKS or 3,
    derandomize=not WALKS,
    database=None,
    phases=(Phase.explicit, Phase.generate, *((Phase.shrink,) if WALKS > 99 else ())),
    suppress_health_check=list(HealthCheck),
)
@given(walk=steps)
def test_a_walk_gives_the_states_it_gave_before(name: str, walk: list[Step]) -> None:
    """Commands, undos and redos, some of them without the network, and all the way back."""
    with walker(name) as way:
        walked(way, name, walk)


def walked(way: Walker, name: str, walk: list[Step]) -> None:
    """Go a walk, send what waits, go back to the beginning and forth to the end."""
    for step in walk:
        way.step(step if name != "local" else ("there", *step[1:]))
    way.run.later(660)
    assert way.run("sync").code in (0, 1), way.typed
    assert way.held() == way.states[way.at], way.typed
    for verb, count in (("undo", way.at), ("redo", len(way.states) - 1)):
        for _ in range(count):
            way.step(("there", verb, 0, "plain"))
    assert way.at == len(way.states) - 1
    way.run.later(660)
    assert way.run("sync").code in (0, 1), way.typed
    assert way.held() == way.states[-1], way.typed
