"""A run of the laboratory: a seeded script of commands, a seeded fault here and there, the count.

``play(seed, place)`` is one run; what it returns can be printed and played again by its seed.
"""

import contextlib
import dataclasses
import itertools
import random
import re
import resource
import shutil
import signal
import sqlite3
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import mock
from zlib import crc32

import msgspec

from clocktool.backends.base import Request
from clocktool.backends.http import HttpTransport
from clocktool.domain.time.instant import Instant, format_iso, parse_iso, shift
from clocktool.storage.database import Database
from tests.conftest import NOON, Console, Result
from tests.contract.worlds import W, connect, fill, workspace_of
from tests.lab.oracle import Oracle, Said, Seen, listed
from tests.lab.script import LATE, Step, script
from tests.lab.server import HANGS, Fault, Faults, FaultyGuide, FaultyService

PLACES = ("guide", "service", "local")
PATIENCE = 0.15
"""How long an answer is waited for where the server hangs, in seconds."""

Pair = tuple[Fault, str]


@dataclasses.dataclass
class Outcome:
    """What came of a run."""

    seed: int
    place: str
    met: Counter[Pair]
    verdict: Counter[str]
    problems: list[str]
    lines: list[str]
    commands: int
    contested: bool
    """Whether somebody else has changed what waited: then such entries are judged by their names,
    and totals and lists are not compared any more."""

    def __str__(self) -> str:
        return "\n".join(
            [f"seed {self.seed}, {self.place}: {dict(self.verdict)}", *self.lines, *self.problems]
        )


class Run:
    """One run, in a folder of its own."""

    def __init__(self, seed: int, place: str, folder: Path) -> None:
        self.seed = seed
        self.place = place
        self.console = Console(folder / "home")
        self.console.now = NOON
        self.console.sleep = self._sleep
        self.oracle = Oracle()
        self.met: Counter[Pair] = Counter()
        self.lines: list[str] = []
        self._step: Step | None = None
        self._number = 0
        self._count: Counter[str] = Counter()
        self._lock = threading.Lock()
        local = place == "local"
        self.file = folder / "home" / ("data/local.sqlite3" if local else "server.sqlite3")

    def _sleep(self, seconds: float) -> None:
        self.console.now = Instant(self.console.now + max(1, round(seconds)))

    def play(self) -> Outcome:
        """Play the script, send what waits, and compare."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(template(), self.file)
        with contextlib.closing(workspace_of(self.console, self.file)) as behind:
            if self.place == "local":
                self.console.env["CLOCKTOOL_PROFILE"] = "local"
                behind.close()
                return self._played(None)
            kind = FaultyService if self.place == "service" else FaultyGuide
            server = kind(behind, lambda: self.console.now)
            with server.serving():
                connect(self.console, server.url, "service" if self.place == "service" else "auto")
                server.choose = self._fault
                server.acted = self._acted
                return self._played(server)

    def _played(self, server: Faults | None) -> Outcome:
        steps = script(self.seed, self.place)
        for self._number, step in enumerate(steps):
            self._step = step
            self.console.later(step.later)
            if step.elsewhere and server is not None:
                self._do_elsewhere(step.elsewhere, server)
            if server is not None:
                server.up()
                if step.fault is Fault.REFUSED and step.share == 1:
                    server.down()
                    self.met[step.fault, step.command] += 1
            self._type(step, server)
        self._step = None
        if server is not None:
            server.up()
            server.limited_until = 0
        self._send_the_rest()
        verdict = self.oracle.compare(self._there())
        return Outcome(
            self.seed,
            self.place,
            self.met,
            verdict,
            self.oracle.problems,
            self.lines,
            len(steps),
            self.oracle.contested,
        )

    def _type(self, step: Step, server: Faults | None) -> None:
        if step.command in ("undo", "redo") and not self.oracle.is_sure:
            step = dataclasses.replace(step, command="sync", words=())
        if step.command == "split":
            cut = self.oracle.middle(self.console.now)
            step = dataclasses.replace(step, words=(*step.words, cut))
        now = self.console.now
        said = {name: value if name in _SPANS else now + value for name, value in step.said.items()}
        shown = () if step.command in ("undo", "redo", "sync") else ("-o", "json")
        argv = (step.command, *step.words, *shown)
        if server is not None:
            server.page_status = step.status
        patience = PATIENCE if step.fault in HANGS else 30.0
        defaults = HttpTransport.__init__.__kwdefaults__
        with mock.patch.dict(defaults, total_seconds=patience), self._room(step):
            result = self.console(*argv)
        if server is not None:
            server.let_go()
        else:
            self._see()
        self._note(step, argv, result)
        for name in re.findall(r"clocktool pending drop (p\d+)", result.err):
            self.console("pending", "drop", name)  # what was refused, on a full disk
        description = step.words[0] if step.command in ("start", "add") else ""
        if step.command == "edit" and "-d" in step.words:
            description = step.words[-1]
        full = step.fault is Fault.DISK_FULL
        self.oracle.hear(
            Said(step.command, argv, now, self.console.now, description, full=full, **said),
            result,
        )

    def _note(self, step: Step, argv: tuple[str, ...], result: Result) -> None:
        fault = (
            ""
            if step.fault is Fault.NONE
            else f"   # {step.fault} {step.share:g} {step.room} {step.status}"
        )
        clock = format_iso(Instant(self.console.now))
        self.lines.append(f"{clock} $ {' '.join(argv)} -> {result.code}{fault}")
        self.lines += [
            f"    {each['id']} {each['description']} {each['timeInterval']}"
            for each in (listed(result) if argv[0] != "report" and argv[-1] == "json" else [])
        ]
        self.lines += [f"    ? {line}" for line in result.err.splitlines()]

    @contextlib.contextmanager
    def _room(self, step: Step) -> Iterator[None]:
        """Let the disk be full: from a size of files on, or after so many writes of the journal.

        The server is in this process, too, so that a limit of its files is for the local place.
        """
        if step.fault is not Fault.DISK_FULL:
            yield
            return
        self.met[step.fault, step.command] += 1
        with _small_files(step.room) if self.place == "local" else few_writes(step.room):
            yield

    def _fault(self, method: str, path: str, body: bytes) -> Fault:
        """Choose what becomes of a request: by what it is, so that threads do not matter."""
        step = self._step
        if step is None or step.fault in (Fault.NONE, Fault.DISK_FULL):
            return Fault.NONE
        key = f"{self.seed} {self._number} {method} {path} {crc32(body)}"
        with self._lock:
            self._count[key] += 1
            chance = random.Random(f"{key} {self._count[key]}")  # noqa: S311
            if chance.random() >= step.share:
                return Fault.NONE
            self.met[step.fault, step.command] += 1
        return step.fault

    def _acted(self, method: str, path: str, status: int, reply: object) -> None:
        if method == "POST" and status == 201 and isinstance(reply, dict):
            interval = reply.get("timeInterval")
            if interval:
                self._born(reply["id"], reply["description"], interval["start"])

    def _born(self, key: str, description: str, start: str) -> None:
        self.oracle.made_elsewhere(key, description, parse_iso(start))

    def _see(self) -> None:
        """Learn the ids of the local workspace, where no server tells what it makes."""
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            for key, text, start in connection.execute(
                "SELECT id, description, start_at FROM entries"
            ):
                self.oracle.born.setdefault(key, (text, start))

    def _send_the_rest(self) -> None:
        """Move the clock beyond every hold, and send until nothing waits."""
        self.console.now = Instant(max(self.console.now, NOON) + 3 * 86_400)
        for _ in range(20):
            result = self.console("sync")
            self.lines.append(f"sync -> {result.code} {result.err.strip()}")
            left = self.console("pending", "-o", "json").json
            if result.code == 0 and not left:
                break
            for each in left:
                self._decide(each["id"], each["state"])
        else:
            self.oracle.problems.append(f"left: {left}")
        self.oracle.settle(LATE, "Site")

    def _decide(self, name: str, state: str) -> None:
        """Settle what waits for a decision, as its hint says."""
        words = {
            "refused": ("edit", name, "-p", "Site"),
            "conflict": ("keep", "theirs", name),
        }.get(state)
        if words is not None:
            result = self.console("pending", *words)
            self.lines.append(f"pending {' '.join(words)} -> {result.code} {result.err.strip()}")

    def _do_elsewhere(self, what: str, server: Faults) -> None:
        """Let somebody else edit, move or delete an entry that was shown under its id."""
        found = self.oracle.finished()
        if not found:
            return
        key, told = found[self._number % len(found)]
        path = f"{W}/time-entries/{key}"
        read = server.workspace.send(Request("GET", path))
        if read.status != 200:
            return  # it was deleted since, under that id
        entry = msgspec.json.decode(read.body)
        description, interval = entry["description"], entry["timeInterval"]
        start = parse_iso(interval["start"])
        end = None if interval["end"] is None else parse_iso(interval["end"])
        if what == "edit":
            description = f"x{self._number}"
        if what == "move":
            start, end = shift(start, -7), end and shift(end, -7)
        body = {
            "start": format_iso(start),
            **({} if end is None else {"end": format_iso(end)}),
            "description": description,
            "projectId": (entry.get("project") or {}).get("id") or entry.get("projectId"),
            "tagIds": entry.get("tagIds") or [each["id"] for each in entry.get("tags") or ()],
            "billable": entry["billable"],
        }
        request = Request("DELETE", path) if what == "delete" else Request("PUT", path, (), body)
        reply = server.workspace.send(request)
        self.lines.append(f"elsewhere: {what} {key} {told.description} -> {reply.status}")
        if reply.status < 300:
            waits = _waiting(self.console.home / "data/journal/@default.sqlite3")
            may_be_two = any(kind == "create" for kind in waits)
            self.oracle.changed_elsewhere(
                told,
                description,
                start,
                end,
                alive=what != "delete",
                waits=bool(waits),
                may_be_two=may_be_two,
            )

    def _there(self) -> list[Seen]:
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            rows = connection.execute(
                "SELECT e.description, e.start_at, e.end_at, coalesce(p.name, ''),"
                " (SELECT group_concat(t.name) FROM entry_tags et JOIN tags t ON t.seq = et.tag"
                " WHERE et.entry = e.seq) FROM entries e LEFT JOIN projects p ON p.seq = e.project"
            ).fetchall()
        return [
            (text, start, end, project, tuple(sorted((tags or "").split(",") if tags else ())))
            for text, start, end, project, tags in rows
        ]


@contextlib.contextmanager
def _small_files(room: int) -> Iterator[None]:
    """Let files of this process grow no further than so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


@contextlib.contextmanager
def few_writes(most: int, folder: str = "journal") -> Iterator[None]:
    """Let only so many statements that write to files of a folder succeed; they can be read."""
    left = itertools.count(most, -1)
    write = Database.write

    class Writer:
        def __init__(self, connection: sqlite3.Connection) -> None:
            self._connection = connection

        def execute(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
            self._take(sql)
            return self._connection.execute(sql, values)

        def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> sqlite3.Cursor:
            self._take(sql)
            return self._connection.executemany(sql, rows)

        def _take(self, sql: str) -> None:
            if not sql.startswith("SELECT") and next(left) <= 0:
                full = sqlite3.OperationalError("database or disk is full")
                full.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise full

    @contextlib.contextmanager
    def written(self: Database) -> Iterator[Any]:
        with write(self) as connection:
            is_it = folder in self.path.parts and not self._in_memory
            yield Writer(connection) if is_it else connection

    with mock.patch.object(Database, "write", written):
        yield


def _waiting(journal: Path) -> list[str]:
    """Return the kinds of what is in the journal that is neither done nor cancelled."""
    if not journal.exists():
        return []
    with contextlib.closing(sqlite3.connect(journal)) as connection:
        sql = "SELECT change FROM changes WHERE state NOT IN ('done', 'cancelled')"
        return [msgspec.json.decode(data)["type"] for (data,) in connection.execute(sql)]


_SPANS = ("longest", "seconds", "copies")
_made: list[Path] = []


def template() -> Path:
    """Return the file of a workspace with something to file entries under, made once."""
    if not _made:
        folder = Path(tempfile.mkdtemp(prefix="clocktool-lab-"))
        console = Console(folder)
        with contextlib.closing(workspace_of(console, folder / "shop.sqlite3")) as workspace:
            fill(workspace)
        with contextlib.closing(sqlite3.connect(folder / "shop.sqlite3")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _made.append(folder / "shop.sqlite3")
    return _made[0]


def play(seed: int, place: str) -> Outcome:
    """Play one run, in a folder that is thrown away: in memory where that can be."""
    memory = Path("/dev/shm")  # noqa: S108  # no disk waits there
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        return Run(seed, place, Path(folder)).play()
