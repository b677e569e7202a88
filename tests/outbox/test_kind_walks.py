"""Walks of undo, redo and ``undo ID`` over every kind of change, in every world.

``WALKS=500 pytest -n 2 tests/outbox/test_kind_walks.py`` looks at many, each time at others.
"""

import contextlib
import itertools
import os
import random
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import MEMORY, Console
from tests.contract.worlds import ME, WORLDS, W, World, fill, world
from tests.outbox.test_name_walks import without_ids
from tests.outbox.test_walks import content, editor
from tests.tracking.servers import run_sql

pytestmark = pytest.mark.slow

WALKS = int(os.environ.get("WALKS", "0"))

CONFIG = """\
[{}rates]
"ACME/Site" = "100 EUR"
"/Ops" = "80 EUR"
[seller]
name = "Jo Doe"
address = ["Street 1", "10115 Berlin"]
country = "DE"
vat_id = "DE136695976"
[invoices]
tax = 19
"""
KINDS = ("projects", "clients", "tags", "tasks")
VERBS = (
    *("start", "stop", "back", "resume", "add", "edit", "shift", "resize", "delete", "dup"),
    *("bulk", "split", "join", "day", "import", "purge", "mark", "unmark", "number"),
    *("name add", "name edit", "name close", "name open", "name delete", "name merge"),
)
BACK = ("undo", "redo", "undo ID")
Step = tuple[str, int, int]
"""A verb, which thing it is about, and what is to become of that."""


def walk_of(seed: int) -> list[Step]:
    """Return a walk with every verb once, in any order, with steps back and forth between them."""
    chosen = random.Random(seed)  # noqa: S311  # a test
    verbs = [*VERBS, *BACK * 3]
    chosen.shuffle(verbs)
    return [(verb, chosen.randrange(8), chosen.randrange(4)) for verb in verbs]


OPTIONS = (
    ["-p", "ACME/Site", "-t", "Login", "--billable"],
    ["-p", "/Ops", "-T", "dev", "--no-billable"],
    ["--field", "Ticket=A-1", "-T", "dev", "-T", "urgent"],
    ["-p", "ACME/Site", "--break"],
)
EDITS = {
    "projects": (["--note", "n"], ["--name", "Shop"], ["--rate", "110"], ["--no-client"]),
    "clients": (["--note", "n"], ["--name", "Corp"], ["--email", "a@b.example"], ["--note", ""]),
    "tags": (["--name", "red"], ["--name", "green"], ["--name", "dev"], ["--name", "urgent"]),
    "tasks": (["--estimate", "20h"], ["--name", "Other"], ["--billable"], ["--no-billable"]),
}
REFUSED = re.compile(r" is archived\b| is done\b")
BULK = (
    ["--add-tag", "urgent"],
    ["--set-description", "all"],
    ["--set-project", "/Ops"],
    ["--shift", "-10m"],
)


class Walker:
    """A console, what its commands left, and which of them are in effect.

    What is there is a matter of which commands are in effect, however the walk came there.
    """

    def __init__(self, place: World) -> None:
        self.place = place
        self.run = place.console
        self.typed: list[str] = []
        self.is_over = False
        self.newest = 0
        self.done: list[int] = []
        """The commands that are in effect, the one that ``undo`` takes back last."""
        self.undone: list[int] = []
        """What ``redo`` does again, the next one last."""
        self.states: dict[frozenset[int], Any] = {frozenset(): self.state()}

    def state(self) -> Any:
        """Return all that is there: at the server, in the configuration, marks and invoices."""
        ask = self.place.ask
        projects = ask("GET", f"{W}/projects")
        tasks = [ask("GET", f"{W}/projects/{each['id']}/tasks") for each in projects]
        others = [ask("GET", f"{W}/{kind}") for kind in ("clients", "tags")]
        entries = ask("GET", f"{W}/user/{ME}/time-entries")
        names = [without_ids(each) for each in (projects, tasks, *others)]
        config = Path(self.run.env["CLOCKTOOL_CONFIG"]).read_text()
        marks = self.marks("description, start, end")
        invoices = self.run("invoices", "all", "-o", "json").json if marks else []
        for each in invoices:
            each["entries"] = len(each["entries"])
        return (names, sorted(map(content, entries), key=repr), config, marks, invoices)

    def marks(self, columns: str) -> list[Any]:
        """Return what this machine remembers as invoiced."""
        path = self.run.home / "data" / "invoiced.sqlite3"
        query = f"SELECT {columns} FROM marks WHERE stands ORDER BY start, description"
        return sorted(run_sql(path, query)) if path.exists() else []

    def marked(self) -> set[str]:
        """Return the ids of the entries that are remembered as invoiced."""
        return {entry for (entry,) in self.marks("entry")}

    def listed(self) -> dict[int, bool]:
        """Return the last commands by their numbers, with whether they are in effect."""
        found = self.run.ok("undo", "--list", "-o", "json").json
        return {each["id"]: not each["undone"] for each in found}

    def step(self, step: Step) -> None:
        """Type a command and look at what became of it."""
        if self.is_over:
            return
        verb, which, how = step
        self.run.later(660)
        if verb in ("undo", "redo"):
            self.walk_back(verb)
        elif verb == "undo ID":
            self.undo_one(which)
        elif (argv := self.words(verb, which, how)) is not None:
            env = {"EDITOR": editor(len(self.typed))}
            result = self.run(*argv, env=env)
            self.typed.append(f"{' '.join(argv)}: {result}")
            assert result.code in (0, 1, 2, 4, 5), self.typed
            new = max(self.listed())
            if new > self.newest:
                assert result.code == 0, self.typed
                self.newest = new
                self.done.append(new)
                self.undone.clear()
        self.check()

    def walk_back(self, verb: str) -> None:
        """Undo or redo; nothing is refused where nothing else has changed."""
        here, there = (self.done, self.undone) if verb == "undo" else (self.undone, self.done)
        result = self.run(verb)
        self.typed.append(f"{verb}: {result}")
        if REFUSED.search(result.err):
            self.is_over = True  # no entry is filed under such a name, and the error says the cure
            return
        assert result.code == (0 if here else 1), self.typed
        if here:
            there.append(here.pop())

    def undo_one(self, which: int) -> None:
        """Undo a command of the middle, unless a later one depends on it."""
        if not self.done:
            return
        number = sorted(self.done)[which % len(self.done)]
        result = self.run("undo", str(number))
        self.typed.append(f"undo {number}: {result}")
        assert result.code in (0, 5), self.typed
        if result.code == 0:
            self.done.remove(number)
            self.undone.append(number)

    def check(self) -> None:
        """Compare what is there with what was there with the same commands in effect."""
        for number, is_in_effect in self.listed().items():
            assert is_in_effect == (number in self.done), self.typed
        now = self.state()
        assert self.states.setdefault(frozenset(self.done), now) == now, self.typed

    def words(self, verb: str, which: int, how: int) -> list[str] | None:
        """Return a command line, None where there is nothing for it."""
        if verb.startswith("name "):
            return self.words_of_names(verb.removeprefix("name "), which, how)
        entries = self.entries()
        one = entries[which % len(entries)] if entries else None
        number = len(self.typed)
        match verb:
            case "start":
                return ["start", f"work {number}", *OPTIONS[how]]
            case "add":
                times = ["--from", f"{1 + number % 9}:00", "--for", f"{10 + how}m"]
                return ["add", f"done {number}", *OPTIONS[how], *times]
            case "import" if "'Site'" in repr(self.place.ask("GET", f"{W}/projects")):
                # A name that an import creates would stay after an undo.
                path = self.run.home / "rows.csv"
                path.write_text(
                    "start,end,description,project\n"
                    f"2026-11-0{1 + how}T09:00Z,2026-11-0{1 + how}T10:00Z,row {number},Site\n"
                    f"2026-11-0{1 + how}T10:00Z,2026-11-0{1 + how}T11:00Z,row {number},\n"
                )
                return ["import", str(path), "-q"]
            case "stop" | "back":
                return [verb]
            case "bulk":
                return ["bulk", "2026", *BULK[how], "-y"]
            case "day":
                return ["edit", "--day", "today", "-y"]
            case "mark" | "number" if any(each.startswith("invoice --undo") for each in self.typed):
                return None  # a second mark of an entry replaces the values of the removed one
            case "mark":
                return ["invoice", "2026", "-y"]
            case "unmark" if self.marked() <= {each["id"] for each in entries}:
                # The mark of a deleted entry is no change that could be taken back.
                return ["invoice", "--undo", "-y"]
            case "number":
                return ["invoice", "2026", "--client", "ACME", "--number", "next", "-y"]
        return None if one is None else self.words_of(verb, entries, one, how)

    def entries(self) -> list[Any]:
        """Return the entries that the server holds, oldest first."""
        return sorted(
            self.place.ask("GET", f"{W}/user/{ME}/time-entries"),
            key=lambda each: (each["timeInterval"]["start"], each["id"]),
        )

    def words_of(self, verb: str, entries: list[Any], one: Any, how: int) -> list[str] | None:
        """Return a command line about an entry."""
        entry = one["id"]
        match verb:
            case "resume":
                return ["resume", entry]
            case "edit":
                return ["edit", entry, "-d", f"edited {len(self.typed)}", *OPTIONS[how]]
            case "shift":
                return ["edit", entry, "--shift", f"-{1 + how}m"]
            case "resize":
                return ["edit", entry, ("--longer", "--shorter")[how % 2], f"{1 + how}m"]
            case "delete":
                return ["delete", *{entry, entries[how % len(entries)]["id"]}, "-y"]
            case "dup":
                return ["dup", entry, "--on", f"2026-11-1{how}"]
            case "purge":
                text = (one["description"] or "").split()[:1]
                found = [it for it in entries if text and text[0] in (it["description"] or "")]
                if not found or any(it["timeInterval"]["end"] is None for it in found):
                    return None
                return ["purge", "2026", "-d", text[0], "--yes-delete", str(len(found))]
            case "split":
                clock = self.run.ok("show", entry, "--template", "{start}").out.strip()
                hour, _, minutes = clock.partition(":")
                return ["split", entry, f"{hour}:{int(minutes) + 5:02}"]
            case "join":
                for first, second in itertools.pairwise(entries):
                    if first["timeInterval"]["end"] == second["timeInterval"]["start"]:
                        return ["join", second["id"], first["id"], "-y"]
        return None

    def words_of_names(self, verb: str, which: int, how: int) -> list[str] | None:
        """Return a command line about a name."""
        kind = KINDS[which % len(KINDS)]
        of = ["-p", "ACME/Site"] if kind == "tasks" else []
        if verb == "add":
            return [kind, "add", f"New {len(self.typed)}", *of]
        named = self.run(kind, *of, "--all", "-o", "json")
        if named.code != 0 or not named.json:
            return None
        found = [each["id"] for each in named.json]
        one, two = found[how % len(found)], found[which % len(found)]
        match verb:
            case "edit":
                return [kind, "edit", one, *of, *EDITS[kind][how]]
            case "close" if how == 0 or one not in repr(self.entries()):
                return [kind, "done" if of else "archive", one, *of]
            case "open":
                return [kind, "reopen" if of else "restore", one, *of]
            case "delete" if self.place.name == "local" or kind in ("tags", "tasks"):
                return [kind, "delete", one, *of, "-y"]  # on servers nothing is below these
            case "merge" if one != two:
                return [kind, "merge", one, two, *of, "-y"]
        return None


@contextlib.contextmanager
def walker(name: str) -> Iterator[Walker]:
    """Set up a world with two entries, one of them billable."""
    room = str(MEMORY) if os.access(MEMORY, os.W_OK) else None
    with (
        tempfile.TemporaryDirectory(dir=room) as folder,
        world(name, Console(Path(folder))) as place,
    ):
        fill(place.behind)
        path = Path(place.console.env["CLOCKTOOL_CONFIG"])
        before = path.read_text() if path.exists() else ""
        place.console.configure(before + CONFIG.format("profiles.local." * (name == "local")))
        for text, more in (("first", OPTIONS[0]), ("second", OPTIONS[1])):
            hour = "8" if text == "first" else "9"
            place.console.ok("add", text, *more, "--from", f"{hour}:00", "--for", "1h")
        way = Walker(place)
        way.done += sorted(way.listed())
        way.newest = way.done[-1]
        way.states = {frozenset(way.done): way.state()}
        yield way


def walked(way: Walker, walk: list[Step]) -> None:
    """Go a walk, back to its beginning, and forth to its end."""
    for step in walk:
        way.step(step)
    for _ in range(len(way.done)):
        way.step(("undo", 0, 0))
    for _ in range(len(way.undone)):
        way.step(("redo", 0, 0))


@pytest.mark.parametrize("name", WORLDS)
@settings(
    max_examples=WALKS or 1,
    derandomize=not WALKS,
    database=None,
    phases=(Phase.explicit, Phase.generate, *((Phase.shrink,) if WALKS > 99 else ())),
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
@given(walk=st.integers(0, 2**32).map(walk_of))
def test_what_is_there_depends_on_the_commands_in_effect_alone(name: str, walk: list[Step]) -> None:
    """However they came to be in effect: done, undone, redone, or undone by their number."""
    with walker(name) as way:
        walked(way, walk)
