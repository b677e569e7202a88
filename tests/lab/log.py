"""What the server had at each moment of a run, to compare answers with: the truth, and since when.

A moment is a number that grows with each change and each command: clocks may be set back.
"""

import contextlib
import dataclasses
import re
import sqlite3
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec

from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone

Span = tuple[Instant, Instant]

_AS_OF = re.compile(r"as of (?:\w{3} (\d+ \w{3})(?: \d{4})? )?(\d\d:\d\d)")

MAX_AGE = 86_400
"""How old an answer without a fault may be, in seconds."""


@dataclasses.dataclass(frozen=True)
class State:
    """An entry, as far as it is compared."""

    start: int
    end: int | None
    description: str

    def is_in(self, window: Span | None, now: int) -> bool:
        """Whether a window has a part of it; one without a length is where it starts."""
        if window is None:
            return True
        end = max(self.start, now if self.end is None else self.end)
        return self.start < window[1] and (end > window[0] or self.start == end >= window[0])

    def seconds(self, window: Span | None, now: int) -> int:
        """Return how much of it is in a window."""
        end = max(self.start, now if self.end is None else self.end)
        first, after = (self.start, end) if window is None else window
        return max(0, min(end, after) - max(self.start, first))


class Log:
    """The states of the entries in the server's file, and when commands were typed."""

    def __init__(self, file: Path, zone: Zone) -> None:
        self.zone = zone
        self.states: dict[str, list[tuple[int, State | None]]] = {}
        self._moment = 0
        self._typed: list[tuple[Instant, int]] = []
        self._lock = Lock()
        self._file = sqlite3.connect(file, check_same_thread=False)

    def close(self) -> None:
        """Close the server's file."""
        self._file.close()

    def typed(self, now: Instant) -> int:
        """Note that a command is typed; return the moment."""
        with self._lock:
            self._moment += 1
            self._typed.append((now, self._moment))
            return self._moment

    def note(self) -> None:
        """Note what the server has now."""
        with self._lock:
            query = "SELECT id, start_at, end_at, description FROM entries"
            found = {row[0]: State(*row[1:]) for row in self._file.execute(query)}
            self._moment += 1
            for entry in {*found, *self.states}:
                log = self.states.setdefault(entry, [])
                if not log or log[-1][1] != found.get(entry):
                    log.append((self._moment, found.get(entry)))

    def now(self) -> dict[str, State]:
        """Return what there is."""
        last = {entry: log[-1][1] for entry, log in self.states.items()}
        return {entry: state for entry, state in last.items() if state is not None}

    def since(self, entry: str, moment: int) -> set[State | None]:
        """Return the states that an entry had from a moment on."""
        log = self.states.get(entry, [])
        before = [state for at, state in log if at <= moment]
        return {before[-1] if before else None, *(state for at, state in log if at > moment)}

    def as_of(self, said: str) -> tuple[Instant, int] | None:
        """Return the instant that a note says, and the first moment that it may be.

        None if it says none. The command that read it was typed then.
        """
        found = _AS_OF.search(said)
        if found is None:
            return None
        now = self._typed[-1][0]
        today = self.zone.local_time(now)
        wanted = found[1] or f"{today.day} {today:%b}"
        for instant, moment in self._typed:
            local = self.zone.local_time(instant)
            if f"{local:%H:%M}" == found[2] and f"{local.day} {local:%b}" == wanted:
                return instant, moment
        raise AssertionError(f"nothing was typed at {found[0]}")


class Waiting:
    """What of the journal is not done, as another reader of its file sees it."""

    def __init__(self, journal: Path) -> None:
        self.made: dict[int, State] = {}
        """Entries to create, by the numbers of their changes."""
        self.ids: set[str] = set()
        """The entries on the server that are to be changed."""
        self.deleted: set[int] = set()
        """The entries to create that are to be deleted again."""
        self.drafts: list[State] = []
        self.stops: list[int] = []
        """Instants at which a timer is to end, whichever it is."""
        if not journal.exists():
            return
        with contextlib.closing(sqlite3.connect(journal)) as file:
            sql = (
                "SELECT number, change FROM changes WHERE state NOT IN ('done', 'cancelled')"
                " ORDER BY number"
            )
            for number, data in file.execute(sql):
                self._read(number, msgspec.json.decode(data))

    def _read(self, number: int, change: dict[str, Any]) -> None:
        entry = (change.get("before") or change.get("timer") or {}).get("id")
        if isinstance(entry, str):
            self.ids.add(entry)
        if change["type"] == "stop":
            self.stops.append(change["end"])
            timer = change.get("timer")
            if timer is not None:
                self.drafts.append(State(timer["start"], change["end"], timer["description"]))
        if change["type"] == "delete" and isinstance(entry, dict):
            self.deleted.add(entry["change"])
        draft = change.get("draft")
        if draft is None:
            return
        state = State(draft["start"], draft["end"], draft["description"])
        self.drafts.append(state)
        if change["type"] == "create":
            self.made[number] = state

    def may_be(self, entry: str, states: set[State | None]) -> set[State | None]:
        """Return what an entry may look like with that, or with some of it."""
        found = set(states)
        names = {state.description for state in states if state is not None}
        ends = {it.description for it in self.made.values()} & names
        if entry in self.ids or ends:
            found |= {None, *self.drafts}
        for state in [*found]:
            if state is not None and state.end is None:
                found |= {dataclasses.replace(state, end=end) for end in self.stops}
        return found
