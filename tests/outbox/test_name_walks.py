"""Any changes of names, followed by as many undos, leave what was there before, in every world.

``WALKS=500 pytest -n 2 tests/outbox/test_name_walks.py`` looks at many, each time at others.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import MEMORY, Console
from tests.contract.worlds import ME, WORLDS, W, World, fill, world
from tests.outbox.test_walks import content

pytestmark = pytest.mark.slow

WALKS = int(os.environ.get("WALKS", "0"))

KINDS = ("projects", "clients", "tags", "tasks")
VERBS = ("add", "rename", "edit", "close", "close all", "open", "delete", "merge", "merge")
NEW = ("Alpha", "Beta", "Gamma/Delta")
EDITS = {
    "projects": (
        ["--no-client", "--rate", "110"],
        ["--client", "ACME", "--note", "n"],
        ["--color", "#0088ff", "--billable", "--private"],
        ["--no-rate", "--no-billable", "--public"],
    ),
    "clients": (
        ["--email", "a@b.example"],
        ["--note", "n"],
        ["--address", "Road 1"],
        ["--note", ""],
    ),
    "tags": (["--name", "red"], ["--name", "green"], ["--name", "blue"], ["--name", "dev"]),
    "tasks": (
        ["--estimate", "20h"],
        ["--assignee", "ada", "--billable"],
        ["--no-assignee", "--no-billable"],
        ["--estimate", "1h", "--name", "Other"],
    ),
}

ENTRIES = (
    ("tasks", "add", "Review", "-p", "Site"),
    ("tasks", "add", "login", "-p", "Ops"),
    ("add", "x", "--from", "8", "--to", "9", "-p", "Site", "-t", "Login", "-T", "dev"),
    ("add", "y", "--from", "9", "--to", "10", "-p", "Ops", "-T", "dev", "-T", "urgent"),
    ("add", "z", "--from", "10", "--to", "11", "-p", "Site", "-t", "Review"),
)
"""What uses the names."""

Step = tuple[str, str, int, int]
"""A kind, a verb, which of its things it is about, and what is to become of that."""

steps = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from(VERBS), st.integers(0, 3), st.integers(0, 3)),
    min_size=3,
    max_size=12,
)


class Walker:
    """A world on the way through changes of its names."""

    def __init__(self, place: World) -> None:
        self.place = place
        self.run = place.console
        self.typed: list[tuple[str, ...]] = []

    def state(self) -> list[Any]:
        """Return all that the server holds; only on this machine a delete gives back ids."""
        projects = self.place.ask("GET", f"{W}/projects")
        tasks = [self.place.ask("GET", f"{W}/projects/{each['id']}/tasks") for each in projects]
        others = [self.place.ask("GET", f"{W}/{kind}") for kind in ("clients", "tags")]
        entries = self.place.ask("GET", f"{W}/user/{ME}/time-entries")
        if self.place.name == "local":
            for each in entries:
                each.pop("tagIds", None)
                each["tags"] = sorted(each["tags"] or (), key=repr)
            return [projects, tasks, *others, entries]
        found = [projects, sorted(tasks, key=repr), *others]
        return [*map(without_ids, found), sorted(map(content, entries), key=repr)]

    def line(self, step: Step) -> tuple[str, ...] | None:
        """Return the command line of a step, None where there is nothing for it."""
        kind, verb, which, how = step
        of = ("-p", "Site") if kind == "tasks" else ()
        if verb == "add":
            return (kind, "add", NEW[which % len(NEW)], *of)
        named = self.run(kind, *of, "--all", "-o", "json")
        found = [each["id"] for each in named.json] if named.code == 0 else []
        if not found:
            return None
        one = found[which % len(found)]
        closing, opening = ("done", "reopen") if of else ("archive", "restore")
        match verb:
            case "rename":
                return (kind, "edit", one, *of, "--name", NEW[how % len(NEW)])
            case "edit":
                return (kind, "edit", one, *of, *EDITS[kind][how])
            case "close":
                return (kind, closing, one, *of)
            case "close all":
                return (kind, closing, *found, *of)
            case "open":
                return (kind, opening, one, *of)
            case "merge" if len(found) > 1:
                into = found[how % len(found)]
                sources = [one] if one != into else [each for each in found if each != into]
                return (kind, "merge", *sources, into, *of, "-y")
            case "merge":
                return None
            case _ if self.place.name == "local":
                return (kind, "delete", one, *of, "--force")
            case _ if kind in ("tags", "tasks"):  # nothing is below them that would not come back
                return (kind, "delete", one, *of, "-y")
        return None

    def count(self) -> int:
        """Return how many commands could be taken back."""
        return len(
            [it for it in self.run.ok("undo", "--list", "-o", "json").json if not it["undone"]]
        )

    def walk(self, walk: Sequence[Step]) -> None:
        """Go a walk, back to its beginning, and forth to its end."""
        states = [self.state()]
        for step in walk:
            line = self.line(step)
            if line is None:
                continue
            before = self.count()
            result = self.run(*line)
            self.typed.append(line)
            assert result.code in (0, 4, 5), (self.typed, result)
            if self.count() > before:
                states.append(self.state())
            else:
                assert self.state() == states[-1], (self.typed, result)
        for state in reversed(states[:-1]):
            self.run.ok("undo")
            assert self.state() == state, self.typed
        for state in states[1:]:
            self.run.ok("redo")
            assert self.state() == state, self.typed


def without_ids(things: Any) -> Any:
    """Return things without ids, which are others after a delete was taken back."""
    if isinstance(things, list):
        return sorted(map(without_ids, things), key=repr)
    if isinstance(things, dict):
        left_out = ("id", "clientId", "projectId", "targetId", "memberships")
        return {name: without_ids(it) for name, it in things.items() if name not in left_out}
    return things


@contextmanager
def walker(name: str) -> Iterator[Walker]:
    """Set up a world with names, and entries that use some."""
    room = str(MEMORY) if os.access(MEMORY, os.W_OK) else None
    with (
        tempfile.TemporaryDirectory(dir=room) as folder,
        world(name, Console(Path(folder))) as place,
    ):
        fill(place.behind)
        for line in ENTRIES:
            place.console.ok(*line)
        yield Walker(place)


@pytest.mark.parametrize("name", WORLDS)
@settings(
    max_examples=WALKS or 4,
    derandomize=not WALKS,
    database=None,
    phases=(Phase.explicit, Phase.generate, *((Phase.shrink,) if WALKS else ())),
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
@given(walk=steps)
def test_undo_and_redo_walk_over_any_changes_of_names(name: str, walk: list[Step]) -> None:
    """Every state on the way back and forth is the one that was there before."""
    with walker(name) as way:
        way.walk(walk)
