"""The truth about entries on a server, at any time, to compare answers of the mirror with."""

import contextlib
import re
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any, NamedTuple

import msgspec
import pytest

from clocktool.backends.base import Reply, Request
from clocktool.backends.http import HttpTransport
from clocktool.backends.local.workspace import LocalWorkspace
from clocktool.domain.time.instant import Instant, format_iso, parse_iso
from clocktool.domain.time.zone import Zone
from tests.conftest import Console, Result
from tests.contract.worlds import ME, W, connect, workspace_of
from tests.guide_server import GuideServer
from tests.outbox.places import Line
from tests.service_server import ServiceServer


class State(NamedTuple):
    """An entry, as far as it is compared."""

    start: Instant
    end: Instant | None
    description: str


class World:
    """A console with an account on a server, and what the server had at each time."""

    def __init__(self, console: Console, behind: LocalWorkspace, server: GuideServer) -> None:
        self.run = console
        self.behind = behind
        self.server = server
        self.line = Line()
        self.states: dict[str, list[tuple[Instant, State | None]]] = {}

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Do what somebody else does, on the web say."""
        reply = self.behind.send(Request(method, W + path, (), body))
        assert 200 <= reply.status < 300, reply
        return msgspec.json.decode(reply.body) if reply.body else None

    def note(self) -> None:
        """Note what the server has now."""
        now: dict[str, State] = {}
        for page in range(1, 1000):
            query = (("page", str(page)), ("page-size", "1000"))
            reply = self.behind.send(Request("GET", f"{W}/user/{ME}/time-entries", query))
            found = msgspec.json.decode(reply.body)
            now |= {each["id"]: _state(each) for each in found}
            if len(found) < 1000:
                break
        for entry in {*now, *self.states}:
            log = self.states.setdefault(entry, [])
            if not log or log[-1][1] != now.get(entry):
                log.append((self.run.now, now.get(entry)))

    def possible(self, entry: str, as_of: Instant) -> set[State | None]:
        """Return the states that an entry had from an instant on."""
        log = self.states.get(entry, [])
        before = [state for at, state in log if at <= as_of]
        return {before[-1] if before else None, *(state for at, state in log if at > as_of)}

    def check(
        self, result: Result, window: tuple[Instant, Instant] | None, words: str = ""
    ) -> None:
        """Compare the entries of a list with what they were from its "as of" on.

        ``words`` are those of a filter by description. An entry that was moved since then may be in
        no part: neither where it was, in a newer part, nor where it is, in an older one.
        """
        shown = {each["id"]: _state(each) for each in result.json}
        as_of = self.as_of(result.err)
        now = self.run.now
        for entry in {*shown, *self.states}:
            possible = self.possible(entry, as_of)
            allowed = {
                each
                if each is not None and words in each.description and _is_in(each, window, now)
                else None
                for each in possible
            }
            if len({each.start for each in possible if each is not None}) > 1:
                allowed.add(None)
            assert shown.get(entry) in allowed, (entry, shown.get(entry), allowed, result.err)

    def as_of(self, said: str) -> Instant:
        """Return the instant that a note says, now if it says none."""
        found = re.search(r"as of (?:\w{3} (\d+) (\w{3}) )?(\d\d):(\d\d)", said)
        if found is None:
            return self.run.now
        zone = Zone(self.run.zone)
        day = zone.day(self.run.now)
        if found[1]:
            while f"{day.day} {day:%b}" != f"{found[1]} {found[2]}":
                day -= timedelta(days=1)
        clock = time(int(found[3]), int(found[4]))
        return zone.resolve(day, clock).instant

    def add(self, start: int, length: int | None, description: str = "theirs") -> str:
        """Create an entry as somebody else does; without a length its timer runs."""
        body = {"start": format_iso(Instant(start)), "description": description}
        if length is not None:
            body["end"] = format_iso(Instant(start + length))
        made = self.ask("POST", "/time-entries", body)
        self.note()
        return str(made["id"])

    def move(self, entry: str, start: int, length: int, description: str = "moved") -> None:
        """Change the times of an entry as somebody else does."""
        body = {
            "start": format_iso(Instant(start)),
            "end": format_iso(Instant(start + length)),
            "description": description,
        }
        self.ask("PUT", f"/time-entries/{entry}", body)
        self.note()

    def delete(self, entry: str) -> None:
        """Delete an entry as somebody else does."""
        self.ask("DELETE", f"/time-entries/{entry}")
        self.note()

    def fail_after(self, count: int, status: int | None = None) -> None:
        """Answer some requests, then none, or each with a status."""
        left = [count]
        cut = Line()
        cut.cut()
        reply = Reply(status or 0, {}, b'{"message": "no", "code": 0}')

        def before(request: Request) -> Reply | None:
            if request.only_if_cached:
                return None
            left[0] -= 1
            if left[0] >= 0:
                return None
            return cut.before(request) if status is None else reply

        self.line.before = before


@contextlib.contextmanager
def world(
    console: Console, kind: str, patch: pytest.MonkeyPatch, cap: int = 1000
) -> Iterator[World]:
    """Set up a world; the guide's server reads bounds as instants, the service's as wall clock."""
    zone = "UTC" if kind == "guide" else console.zone
    with contextlib.closing(workspace_of(console, console.home / "server.sqlite3", zone)) as behind:
        server = (
            ServiceServer(behind, zone=console.zone, cap=cap)
            if kind == "service"
            else GuideServer(behind, zone=console.zone)
        )
        made = World(console, behind, server)
        send = HttpTransport.send
        patch.setattr(
            HttpTransport, "send", lambda self, it: made.line.send(it, lambda one: send(self, one))
        )
        with server.serving():
            connect(console, server.url, "service" if kind == "service" else "auto")
            yield made


def _state(entry: Any) -> State:
    times = entry["timeInterval"]
    end = times["end"]
    return State(
        parse_iso(times["start"]), None if end is None else parse_iso(end), entry["description"]
    )


def _is_in(state: State, window: tuple[Instant, Instant] | None, now: Instant) -> bool:
    if window is None:
        return True
    first, after = window
    end = max(state.start, now if state.end is None else state.end)
    return state.start < after and (end > first or state.start == end >= first)
