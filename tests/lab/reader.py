"""A run of the laboratory in which somebody else changes entries, and all reads are compared.

``read(seed, place)`` is one run: while the network fails, the disk is full, and clocks are set,
each answer must be the truth as of its "as of", and never claim to be newer than it is.
"""

import contextlib
import json
import random
import re
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from zlib import crc32

from clocktool.backends.base import Request
from clocktool.backends.http import HttpTransport
from clocktool.domain.time.instant import Instant, format_iso, parse_iso
from clocktool.domain.time.period import parse_period
from clocktool.domain.time.zone import Zone
from tests.conftest import BERLIN, NOON, Console, Result
from tests.contract.worlds import W, connect, workspace_of
from tests.guide_server import Answer
from tests.lab.log import MAX_AGE, Log, Span, State, Waiting
from tests.lab.player import PATIENCE, Outcome, Pair, few_writes, template
from tests.lab.server import HANGS, PAGE_STATUSES, Fault, Faults, FaultyGuide, FaultyService
from tests.service_server import ServiceServer

PLACES = ("guide", "service")
HOUR = 3600
DAY = 86_400
REACH = 7 * DAY
"""How long before a window an entry may start that is found there for sure."""

ON_THE_WAY = {fault: 1 if fault in HANGS else 8 for fault in Fault if fault is not Fault.NONE}

LATER = (61, 61, 180, 600, 600, 3700, 30_000, DAY, DAY + 60, 31 * DAY, -1800, -DAY)


class Paged(Faults):
    """A server with short pages, which calls a function before it acts on a request."""

    cap = 7
    again: Callable[[], bool] = staticmethod(lambda: False)
    """Whether an older page is answered again."""
    meanwhile: Callable[[], None] = staticmethod(lambda: None)
    """What happens before a page that is not the first one."""

    def _act(self, method: str, target: str, key: str | None, body: bytes) -> Answer:
        page = re.search(r"[?&]page=(\d+)", target)
        if page is not None and int(page[1]) > 1:
            self.meanwhile()
            # Without a Last-Page header the first page again is what a server that ignores paging
            # answers: its list has ended.
            if (int(page[1]) > 2 or isinstance(self, ServiceServer)) and self.again():
                older = f"page={int(page[1]) - 1}"
                target = target[: page.start() + 1] + older + target[page.end() :]
        return super()._act(method, target, key, body)

    def shaped(self, request: Request) -> Answer:
        """Answer with short pages, and with an unknown type."""
        most = {"page-size": str(self.cap)} if "time-entries" in request.path else {}
        query = tuple((name, most.get(name, value)) for name, value in request.query)
        status, headers, found = super().shaped(
            Request(request.method, request.path, query, request.body)
        )
        for each in found if isinstance(found, list) else [found]:
            if isinstance(each, dict) and each.get("description") == "odd":
                each["type"] = "SABBATICAL"
        return status, headers, found


class PagedGuide(Paged, FaultyGuide):
    """A guide-shaped server with faults and short pages."""


class PagedService(Paged, FaultyService):
    """A service-shaped server with faults and short pages."""


class Reader:
    """One run, in a folder of its own."""

    def __init__(self, seed: int, place: str, folder: Path) -> None:
        self.seed, self.place = seed, place
        self.chance = random.Random(f"{seed} {place} reads")  # noqa: S311
        self.console = Console(folder / "home")
        self.console.now = NOON
        self.console.sleep = self._sleep
        self.zone = Zone(BERLIN)
        self.met: Counter[Pair] = Counter()
        self.lines: list[str] = []
        self.problems: list[str] = []
        self.commands = 0
        self.told: set[str] = set()
        """The names of own entries that are there once."""
        self._file = folder / "home/server.sqlite3"
        self._fault, self._share, self._number, self._room = Fault.NONE, 0.0, 0, 0
        self._command = ""
        self._lock = threading.Lock()
        self._count: Counter[str] = Counter()
        self._down = self._added = 0
        self._is_over = self._is_limited = False

    def _sleep(self, seconds: float) -> None:
        self.console.now = Instant(self.console.now + max(1, round(seconds)))

    def play(self) -> Outcome:
        """Play, send what waits, and compare all of it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(template(), self._file)
        zone = "UTC" if self.place == "guide" else BERLIN
        with contextlib.closing(workspace_of(self.console, self._file, zone)) as behind:
            kind = PagedService if self.place == "service" else PagedGuide
            self.server = server = kind(behind, lambda: self.console.now)
            server.zone = BERLIN
            server.cap = self.chance.choice((3, 7, 20, 1000))
            with server.serving():
                connect(self.console, server.url, "auto" if self.place == "guide" else "service")
                self.log = Log(self._file, self.zone)
                with contextlib.closing(self.log):
                    server.choose, server.acted = self._choose, self._acted
                    server.again, server.meanwhile = self._again, self._add_meanwhile
                    self._play()
        verdict = Counter({"wrong": len(self.problems)} if self.problems else {})
        return Outcome(
            self.seed,
            self.place,
            self.met,
            verdict,
            self.problems,
            self.lines,
            self.commands,
            False,
        )

    def _play(self) -> None:
        for _ in range(self.chance.choice((10, 40))):
            self._add(self._start(), self._length())
        start = self._start()
        for _ in range(self.chance.choice((0, 0, 9, 25))):
            self._add(start, self._length(), "at once")
        for number in range(self.chance.randint(15, 30)):
            self._number = number
            self.console.later(self.chance.choice(LATER))
            for _ in range(self.chance.choice((0, 1, 1, 2, 5))):
                self._change()
            self._set_fault()
            self.chance.choice((self._write, self._look, self._look, self._look, self._load))()
            self._settle()
        self._end()

    def _end(self) -> None:
        self._fault, self._is_over = Fault.NONE, True
        self.server.up()
        self.server.limited_until = 0
        self.console.later(40 * DAY)
        for _ in range(5):
            result = self._type("sync")
            self._settle()
            if result.code == 0 and not self.console("pending", "-o", "json").json:
                break
        else:
            self.problems.append(f"left: {self.console('pending', '-o', 'json').out}")
        result = self._type("list", "all", "-o", "json", flags=("--fresh",))
        self._must(result.code == 0 and "as of" not in result.err, f"at the end: {result}")
        if result.code == 0:
            self._check(result, None)
            kept = self._type("list", "all", "-o", "json", flags=("--offline",))
            self._must(kept.code == 0 and kept.out == result.out, f"kept is not the same: {kept}")
        names = Counter(each.description for each in self.log.now().values())
        for name in self.told:
            self._must(names[name] == 1, f"{name} is there {names[name]} times")

    # What somebody else does.

    def _ask(self, method: str, path: str, body: object = None) -> int:
        status = self.server.workspace.send(Request(method, W + path, (), body)).status
        self.log.note()
        return status

    def _add(self, start: int, length: int | None, name: str = "") -> None:
        body = {"start": format_iso(Instant(start)), "description": name or self._name()}
        if length is not None:
            body["end"] = format_iso(Instant(start + length))
        self._ask("POST", "/time-entries", body)

    def _add_meanwhile(self) -> None:
        with self._lock:
            if not self._is_over and self.chance.random() < 0.1:
                self._add(self._start(), HOUR, "meanwhile")
                self._added += 1
                self.lines.append(f"meanwhile: {max(self.log.now())}")

    def _change(self) -> None:
        waiting = self._waiting()
        names = {each.description for each in waiting.made.values()}
        some = [
            (key, each)
            for key, each in sorted(self.log.now().items())
            if key not in waiting.ids and each.description not in names
        ]
        if waiting.stops:
            some = [(key, each) for key, each in some if each.end is not None]
        if not some or self.chance.random() < 0.35:
            self._add(self._start(), None if self.chance.random() < 0.05 else self._length())
            return
        entry, was = self.chance.choice(some)
        self.told.discard(was.description)
        if self.chance.random() < 0.35:
            status = self._ask("DELETE", f"/time-entries/{entry}")
            self.lines.append(f"elsewhere: delete {entry} {was} -> {status}")
            return
        state = self.chance.choice(
            (
                State(was.start, was.end, self._name()),
                State(self._start(), 0, was.description),
                State(was.start, 0, was.description),
            )
        )
        end = state.start + self._length() if state.end == 0 else state.end
        body = {"start": format_iso(Instant(state.start)), "description": state.description}
        body |= {} if end is None else {"end": format_iso(Instant(end))}
        status = self._ask("PUT", f"/time-entries/{entry}", body)
        self.lines.append(f"elsewhere: {entry} {was} -> {body} {status}")

    def _name(self) -> str:
        return self.chance.choice(("theirs", "moved", "other", "odd"))

    def _start(self) -> int:
        back = self.chance.choice((0, 0, 0, 1, 1, 2, 6, 9, 20, 30, 33, 55, 60, 75, 110, 300, 900))
        return self.console.now - back * DAY - self.chance.randrange(60 * 20) * 60 - 7 * HOUR

    def _length(self) -> int:
        lengths = (60, HOUR, HOUR, HOUR, 3 * HOUR, 26 * HOUR, 6 * DAY, 3650 * DAY)
        return self.chance.choices(lengths, (4, 4, 4, 4, 4, 2, 1, 0.3))[0]

    # What goes wrong.

    def _set_fault(self) -> None:
        self.server.up()
        self._fault, self._share = Fault.NONE, 0.0
        if self._down:
            self._down -= 1
            self._fault, self._share = Fault.REFUSED, 1.0
        elif self.chance.random() < 0.9:
            self._fault = self.chance.choices([*ON_THE_WAY], [*ON_THE_WAY.values()])[0]
            self._share = self.chance.choice((0.1, 0.4, 1.0, 1.0))
        if self._fault is Fault.REFUSED:
            self._down = self._down or self.chance.choice((0, 0, 1, 3))
        self._room = self.chance.randrange(30)
        self.server.page_status = self.chance.choice(PAGE_STATUSES)

    def _is_met(self, key: str) -> bool:
        with self._lock:
            self._count[key] += 1
            chance = random.Random(f"{self.seed} {key} {self._count[key]}")  # noqa: S311
            if chance.random() >= self._share:
                return False
            self.met[self._fault, self._command] += 1
            return True

    def _choose(self, method: str, path: str, body: bytes) -> Fault:
        if self._fault in (Fault.NONE, Fault.DISK_FULL, Fault.PAGE_AGAIN):
            return Fault.NONE
        is_met = self._is_met(f"{self._number} {method} {path} {crc32(body)}")
        return self._fault if is_met else Fault.NONE

    def _again(self) -> bool:
        if self._fault is not Fault.PAGE_AGAIN:
            return False
        return self._is_met(f"{self._number} again")

    def _acted(self, method: str, *_: object) -> None:
        if method != "GET":
            self.log.note()

    @contextlib.contextmanager
    def _disk(self) -> Iterator[None]:
        if self._fault is not Fault.DISK_FULL:
            yield
            return
        self.met[self._fault, self._command] += 1
        with few_writes(self._room, "mirror"):
            yield

    # What is typed.

    def _waiting(self) -> Waiting:
        return Waiting(self.console.home / "data/journal/@default.sqlite3")

    def _type(self, *words: str, flags: tuple[str, ...] = ()) -> Result:
        self._command = " ".join(words[:2]) if words[0] == "mirror" else words[0]
        self.commands += 1
        self._before, self._met_before = self._waiting(), sum(self.met.values())
        self._now, self._added = self.console.now, 0
        self._typed = self.log.typed(self.console.now)
        if self._fault is Fault.REFUSED and self._share == 1:
            self.server.down()
            self.met[self._fault, self._command] += 1
        patience = PATIENCE if self._fault in HANGS else 30.0
        defaults = HttpTransport.__init__.__kwdefaults__
        with mock.patch.dict(defaults, total_seconds=patience), self._disk():
            result = self.console(*flags, *words)
        self.server.let_go()
        self._after = self._waiting()
        self._is_limited = "rate limit" in result.err
        fault = "" if self._fault is Fault.NONE else f"  # {self._fault} {self._share}"
        clock = self.zone.local_time(self._now)
        self.lines.append(
            f"{clock:%d %b %H:%M} $ {' '.join((*flags, *words))} -> {result.code}{fault}"
        )
        self.lines += [f"    ? {line}" for line in result.err.splitlines()]
        if result.code == 70 or "Traceback" in result.err:
            self.problems.append(f"a bug: {result}")
        return result

    @property
    def _is_well(self) -> bool:
        """Whether the last command met no fault.

        If so many entries were added meanwhile, a page may look like an older one.
        """
        if self._added >= self.server.cap:
            return False
        faults = sum(self.met.values()) - self._met_before
        return faults == 0 and self.server.limited_until <= self._now and not self._is_limited

    def _settle(self) -> None:
        """Take the server's version of all that waits for a decision."""
        if not self._waiting().drafts and not self._waiting().ids:
            return
        for each in self.console("pending", "-o", "json").json:
            if each["state"] in ("refused", "conflict"):
                self.told.clear()
                self.lines.append(f"dropped: {self.console('pending', 'drop', each['id'])}")

    def _write(self) -> None:
        chance, name = self.chance, f"mine {self._number}"
        ids = sorted(self.log.now())
        line = chance.choice(
            (
                ("add", name, "--from", f"-{chance.randint(21, 300)}m", "--for", "20m"),
                ("add", name, "--from", f"-{chance.randint(21, 300)}m", "--for", "20m"),
                ("start", name),
                ("start", name),
                ("stop", "--if-running"),
                ("edit", "last", "-d", "edited"),
                ("edit", "last", "--for", "7m", "--future"),
                ("edit", chance.choice(ids), "-d", "edited"),
                ("delete", chance.choice(ids), "-y"),
                ("delete", "last", "-y"),
                ("running",),
                ("sync",),
            )
        )
        before = {each.description for each in self.log.now().values()} | self.told
        result = self._type(*line)
        if line[0] in ("add", "start") and result.code == 0:
            self.told.add(name)
        if line[0] in ("edit", "delete"):
            self.told -= {
                each for each in before if each in self.told and self._is_about(each, line)
            }

    def _is_about(self, name: str, line: tuple[str, ...]) -> bool:
        """Whether a line may have changed an entry of that name."""
        if line[1] == "last":
            return True
        states = self.log.since(line[1], 0)
        return any(state is not None and state.description == name for state in states)

    def _period(self, today: date) -> str:
        day = today - timedelta(days=self.chance.choice((0, 1, 2, 5, 20, 40, 70, 200)))
        first = (today - timedelta(days=80)).replace(day=1)
        return self.chance.choice(
            (
                *("today", "yesterday", "week", "last-week", "month", "last-month", "9d", "60d"),
                *("all", "all", "all", "year", "last-year", f"{first:%Y-%m}..{today}"),
                *(f"{day}", f"{day:%Y-%m}", f"{day}..{day + timedelta(days=3)}"),
            )
        )

    def _window(self, words: str, today: date) -> Span | None:
        return None if words == "all" else parse_period(words, today).window(self.zone)

    def _look(self) -> None:
        """Read something, and compare it."""
        today = self.zone.day(self.console.now)
        words = self._period(today)
        window = self._window(words, today)
        flags = self.chance.choice(((), (), (), (), ("--fresh",), ("--offline",)))
        what = self.chance.choice(("list", "list", "list", "filter", "report", "total", "show"))
        if what == "show":
            self._show(flags)
            return
        name = self.chance.choice(("moved", "mine")) if what == "filter" else ""
        filters = ("-d", name) if name else ()
        if what in ("list", "filter"):
            result = self._type("list", words, *filters, "-o", "json", flags=flags)
        elif what == "report":
            result = self._type("report", words, "-o", "json", flags=flags)
        else:
            result = self._type("list", words, "--total", flags=flags)
        self._code(result, flags)
        if result.code != 0:
            return
        if what in ("list", "filter"):
            self._check(result, window, name)
        elif what == "report":
            self._check_sum(result, window, json.loads(result.out)["totalSeconds"])
        else:
            hours, minutes, seconds = map(int, result.out.strip().split(":"))
            self._check_sum(result, window, hours * HOUR + minutes * 60 + seconds)
        self._check_age(result, window, flags)

    def _code(self, result: Result, flags: tuple[str, ...]) -> None:
        may = (0, 6, 7, 8) if not self._is_well or "--offline" in flags else (0,)
        self._must(result.code in may, f"{result.code} is not in {may}: {result}")

    def _show(self, flags: tuple[str, ...]) -> None:
        entry = self.chance.choice(sorted(self.log.states))
        result = self._type("show", entry, "-o", "json", flags=flags)
        moment = self._moment(result)
        allowed = self._allowed(entry, moment)
        if result.code == 0:
            found = json.loads(result.out)
            (shown,) = found if isinstance(found, list) else [found]
            self._must(_state(shown) in allowed, f"it shows {_state(shown)}, not {allowed}")
        elif result.code == 4:
            self._must(None in allowed, f"it is there: {allowed}")
        else:
            self._code(result, flags)

    def _load(self) -> None:
        """Load or verify, and compare what is kept then."""
        today = self.zone.day(self.console.now)
        words = self._period(today) if self.chance.random() < 0.4 else "all"
        window = self._window(words, today)
        if self.chance.random() < 0.6:
            result = self._type("mirror", "load", words)
            self._code(result, ())
        else:
            result = self._verify(words)
        sure = self._command == "mirror load" and result.code == 0
        sure = sure and self._fault not in (Fault.DISK_FULL, Fault.PAGE_AGAIN)
        self._fault = Fault.NONE
        kept = self._type("list", words, "-o", "json", flags=("--offline",))
        self._must(kept.code in ((0,) if sure else (0, 6)), f"after {result}: {kept}")
        if kept.code == 0:
            self._check(kept, window)

    def _verify(self, words: str) -> Result:
        fault, self._fault = self._fault, Fault.NONE
        kept = self._type("list", "all", "-o", "json", flags=("--offline",))
        self._fault = fault
        was = {each["id"]: _state(each) for each in json.loads(kept.out)} if kept.code == 0 else {}
        waiting = self._waiting()
        result = self._type("mirror", "verify", words, "-o", "json")
        self._must(result.code in (0, 1, 6, 7, 8), f"verify ends with {result}")
        if words != "all" or kept.code != 0 or result.code > 1 or waiting.drafts or waiting.ids:
            return result
        if not self._is_well or waiting.stops:
            return result
        now = self.log.now()
        said = {(it["difference"], it["entry"]["id"]) for it in json.loads(result.out or "[]")}
        right = {("added", key) for key in now.keys() - was.keys()}
        right |= {("gone", key) for key in was.keys() - now.keys()}
        right |= {("changed", key) for key in now.keys() & was.keys() if now[key] != was[key]}
        since = {key for _, key in right if len(self.log.since(key, self._typed)) > 1}
        unlike = {(what, key) for what, key in said ^ right if key not in since}
        about = [(*each, each in said, was.get(each[1]), now.get(each[1])) for each in unlike]
        self._must(not unlike, f"verify is wrong about {about}")
        return result

    # The comparison.

    def _must(self, right: bool, what: str) -> None:
        if not right:
            line = next(each for each in reversed(self.lines) if " $ " in each)
            self.problems.append(f"{line}: {what}")

    def _moment(self, result: Result) -> int:
        found = self.log.as_of(result.err)
        return self._typed if found is None else min(self._typed, found[1])

    def _allowed(self, entry: str, moment: int) -> set[State | None]:
        states = self.log.since(entry, moment)
        return self._before.may_be(entry, states) | self._after.may_be(entry, states)

    def _allowed_in(
        self, entry: str, moment: int, window: Span | None, name: str = ""
    ) -> set[State | None]:
        """Return what may be shown of an entry in a window."""
        possible = self._allowed(entry, moment)
        now = self._now
        allowed = {
            each
            if each is not None and name in each.description and each.is_in(window, now)
            else None
            for each in possible
        }
        starts = {each.start for each in possible if each is not None}
        long = window is not None and any(start < window[0] - REACH for start in starts)
        if len(starts) > 1 or long:
            allowed.add(None)
        return allowed

    def _check(self, result: Result, window: Span | None, name: str = "") -> None:
        found = json.loads(result.out)
        moment = self._moment(result)
        shown = {each["id"]: _state(each) for each in found}
        self._must(len(shown) == len(found), "an id is shown twice")
        for entry in sorted({*shown, *self.log.states}):
            if entry.startswith("p"):
                drafts = (*self._before.drafts, *self._after.drafts)
                names = {each.description for each in drafts}
                self._must(shown[entry].description in names, f"{entry} does not wait")
                continue
            allowed = self._allowed_in(entry, moment, window, name)
            there = shown.get(entry)
            self._must(there in allowed, f"{entry} is {there}, not one of {allowed}")
        count = Counter(each.description for each in shown.values())
        for mine in [each for each in count if each.startswith("mine")]:
            self._must(count[mine] == 1, f"{mine} is shown {count[mine]} times")
        for number, state in self._after.made.items():
            if number in self._before.made and number not in self._after.deleted:
                is_in = state.is_in(window, self._now) and name in state.description
                changed = len({it.description for it in self._after.drafts}) > 1
                lacks = state.description not in count
                self._must(not (is_in and lacks) or changed, f"p{number} is not shown: {state}")

    def _check_sum(self, result: Result, window: Span | None, seconds: int) -> None:
        moment = self._moment(result)
        least = most = 0
        for entry in self.log.states:
            lengths = [
                0 if each is None else each.seconds(window, now)
                for each in self._allowed_in(entry, moment, window)
                for now in (self._now, self.console.now)
            ]
            least, most = least + min(lengths), most + max(lengths)
        made = {**self._before.made, **self._after.made}.values()
        drafts = {*made, *self._before.drafts, *self._after.drafts}
        most += sum(each.seconds(window, self.console.now) for each in drafts)
        self._must(least <= seconds <= most, f"{seconds} s are not from {least} to {most}")

    def _check_age(self, result: Result, window: Span | None, flags: tuple[str, ...]) -> None:
        """Compare how old an answer is that met no fault."""
        if not self._is_well or "--offline" in flags:
            return
        found = self.log.as_of(result.err)
        if found is None or window is None:
            return
        logs = self.log.states.values()
        states = {it for log in logs for _, it in log if it is not None}
        if any(it.start < window[0] - REACH and it.is_in(window, self._now) for it in states):
            return  # those that began long before may be of any age
        age = self._now - found[0]
        self._must(0 <= age <= MAX_AGE and not flags, f"it is {age} s old")


def _state(shown: Any) -> State:
    times = shown["timeInterval"]
    end = None if times["end"] is None else parse_iso(times["end"])
    return State(parse_iso(times["start"]), end, shown["description"])


def read(seed: int, place: str) -> Outcome:
    """Play one run, in a folder that is thrown away: in memory where that can be."""
    memory = Path("/dev/shm")  # noqa: S108  # no disk waits there
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        return Reader(seed, place, Path(folder)).play()
