"""What must be there when all is sent: what the user was told, and nothing else."""

import dataclasses
import functools
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from clocktool.domain.time.instant import Instant, parse_iso
from clocktool.domain.time.zone import Zone
from tests.conftest import BERLIN, Result

Birth = tuple[str, int]
"""What an entry was made with: description and start."""

Seen = tuple[str, int, int | None, str, tuple[str, ...]]
"""An entry as the server has it: description, start, end, project, tags."""

Undoing = Callable[[], None]

_TAKEN_BACK = re.compile(
    r"^(?:Undo|Redo) of '(\w+)', (?:(\w+ \d+ \w+) )?(\d\d:\d\d):", re.MULTILINE
)


@dataclasses.dataclass
class Told:
    """An entry as the user was told it is."""

    description: str
    start: int
    end: int | None
    project: str
    tags: tuple[str, ...]
    called: set[Birth]
    """All it was called, and when it started: an edit that waits may go out with its create."""
    alive: bool = True
    remade: bool = False
    touched: bool = False
    """Whether somebody else has changed it."""
    contested: list[str] = dataclasses.field(default_factory=list)
    """What it may be called, where somebody else has changed it while something waited."""
    may_be_two: bool = False
    """Whether somebody else has changed it before it was known here that it had been made.

    Nobody can tell then that it is what was asked for, so that it is made again.
    """
    is_noted: bool = True
    """Whether the journal has it: not for sure where the disk was full."""
    twins: list["Told"] = dataclasses.field(default_factory=list)
    """Entries just like it that may be taken for it: when the answer to a second one like it is
    lost, one that the journal does not have looks like what has become of that."""
    untouchable: set[int] = dataclasses.field(default_factory=set)
    """The actions that were done before somebody else changed it: undo leaves it as it is."""

    @property
    def seen(self) -> Seen:
        """What the server must have of it."""
        return self.description, self.start, self.end, self.project, self.tags


@dataclasses.dataclass(frozen=True)
class Said:
    """A command that was typed: what it asks for, with the instants as numbers."""

    command: str
    argv: tuple[str, ...]
    now: int
    until: int
    description: str = ""
    start: int = 0
    end: int | None = None
    longest: int | None = None
    seconds: int | None = None
    copies: int = 0
    full: bool = False
    """Whether the disk was full: then it may not be in the journal, for undo."""


@dataclasses.dataclass
class Action:
    """A command that changed something, with what takes it back."""

    command: str
    undo: list[Undoing]
    about: list[Told]
    clocks: tuple[str, ...] = ()
    again: list[Undoing] = dataclasses.field(default_factory=list)
    """What does it again, once it was taken back."""
    maybe: bool = False
    """Whether it may not be in the journal, or nothing may be left of it there."""


class Oracle:
    """Follows the output of commands. ``problems`` has what was wrong at once."""

    def __init__(self) -> None:
        self.entries: list[Told] = []
        self.problems: list[str] = []
        self.born: dict[str, Birth] = {}
        self._ids: dict[str, Told] = {}
        self._actions: list[Action] = []
        self._undone: list[Action] = []
        self.contested = False
        """Whether what there is depends on decisions that are still to be made."""
        self._result = Result(0, "", "")
        self._is_full = False
        self._strays: list[str] = []
        """What contested entries were called since, where it is not known which they are."""

    def hear(self, said: Said, result: Result) -> None:
        """Take note of a command and of its answer."""
        if result.code == 70 or "Traceback" in result.err:
            self._wrong(said, "a bug")
        self._result, self._is_full = result, said.full
        getattr(self, f"_hear_{said.command}")(said, result)

    @property
    def is_sure(self) -> bool:
        """Whether the last command is in the journal, and can be taken back as it was told."""
        return not any(stack and stack[-1].maybe for stack in (self._actions, self._undone))

    def made_elsewhere(self, key: str, description: str, start: int) -> None:
        """Hear from the server what an entry was made with."""
        self.born[key] = (description, start)

    def finished(self) -> list[tuple[str, Told]]:
        """Return the finished entries that were shown under the server's ids."""
        return [
            (key, told)
            for key, told in self._ids.items()
            if told.alive and told.end is not None and not key.startswith("p") and key in self.born
        ]

    def changed_elsewhere(
        self,
        told: Told,
        description: str,
        start: int,
        end: int | None,
        *,
        alive: bool,
        waits: bool,
        may_be_two: bool,
    ) -> None:
        """Record a change of an entry by somebody else.

        One that runs there is as ended here as it was: the stop waits.
        """
        told.touched = True
        told.may_be_two = told.may_be_two or may_be_two
        end = told.end if end is None else end
        told.untouchable |= {id(action) for action in (*self._actions, *self._undone)}
        if waits or told.contested:
            told.contested += [told.description, description]
            self.contested = True
        _set(told, description=description, start=start, end=end, alive=alive)

    def settle(self, name: str, project: str) -> None:
        """Hear that what was filed under a name that there is not is filed under another."""
        for told in self.entries:
            if told.project == name:
                told.project = project

    def compare(self, there: Sequence[Seen]) -> Counter[str]:
        """Return how many entries are lost, doubled, wrong, or were made though it was denied."""
        left = list(there)
        missing = []
        verdict: Counter[str] = Counter()
        for told in self.entries:
            if not told.alive:
                continue
            if told.seen in left:
                left.remove(told.seen)
            else:
                missing.append(told)
        gone = [each for each in missing if all(twin in missing for twin in each.twins)]
        missing = [each for each in missing if each in gone or not each.twins]
        for told in self.entries:
            if told.contested:
                names = (*told.contested, told.description)
                missing = [each for each in missing if each is not told]
                for _ in range(2 if told.may_be_two else 1):
                    other = next((each for each in left if each[0] in names), None)
                    left = [each for each in left if each is not other]
        for name in self._strays:
            other = next((each for each in left if each[0] == name), None)
            left = [each for each in left if each is not other]
        for told in missing:
            other = next((each for each in left if each[0] == told.description), None)
            if other is None:
                verdict["lost"] += 1
                self.problems.append(f"lost: {told}")
            else:
                left.remove(other)
                verdict["wrong"] += 1
                self.problems.append(f"wrong: {told} but there is {other}")
        for each in left:
            known = any(told.alive and told.description == each[0] for told in self.entries)
            kind = "doubled" if known else "denied"
            verdict[kind] += 1
            self.problems.append(f"{kind}: {each}")
        return verdict

    # The commands.

    def _hear_start(self, said: Said, result: Result) -> None:
        before = self._running()
        if result.code != 0:
            ended = ("the previous timer has ended", "the previous timer could not be restarted")
            if any(each in result.err for each in ended) and before is not None:
                was = before
                was.end = said.start
                undo_it: list[Undoing] = [lambda: _set(was, end=None)]
                self._did(said, Action(said.command, undo_it, [was], maybe=True))
            return
        if before is not None and before.start > said.start and not before.contested:
            self._wrong(said, f"it was to be refused, as {before} began later")
        shown = json.loads(result.out)
        told = self._new(shown)
        self._must(said, told.start == said.start and told.end is None, "the instants differ")
        if said.command == "start":
            self._must(said, told.description == said.description, "the description differs")
        undo: list[Undoing] = [lambda: self._gone(told)]
        if before is not None:
            before.end = said.start
            undo.append(lambda: _set(before, end=None))
        self._did(said, Action(said.command, undo, [told]))

    _hear_resume = _hear_start

    def _hear_stop(self, said: Said, result: Result) -> None:
        before = self._running()
        assert said.end is not None
        end = said.end
        if before is not None and said.longest is not None:
            end = min(end, before.start + said.longest)
        if result.code == 1 and before is not None and not self._is_contested(before):
            self._wrong(said, f"it was said that nothing runs, but {before} does")
        if result.code != 0:
            return
        if not result.out:
            if "Kept" in result.err:
                self._did(said, Action("stop", [], [], maybe=True))
            if before is None or before.start > end:
                return
            if "Kept" not in result.err:
                self._wrong(said, f"nothing was said, but {before} runs")
            before.end = end
            self._did(said, Action("stop", [lambda: _set(before, end=None)], [before], maybe=True))
            return
        shown = json.loads(result.out)
        told = self._of(shown["id"], parse_iso(shown["timeInterval"]["start"]))
        if told is None or told is not before:
            if not self._is_contested(told) and not self._is_contested(before):
                self._wrong(said, f"{shown['id']} was stopped, which is {told}; {before} runs")
            self._stray(said, shown["description"])
            return
        until = parse_iso(shown["timeInterval"]["end"])
        self._must(said, until == end, f"{told}: stopped at {until}, not at {end}")
        told.end = until
        self._did(said, Action("stop", [lambda: _set(told, end=None)], [told]))

    def _hear_add(self, said: Said, result: Result) -> None:
        if result.code != 0:
            return
        told = self._new(json.loads(result.out))
        right = (told.description, told.start, told.end)
        self._must(said, right == (said.description, said.start, said.end), "it differs")
        self._did(said, Action("add", [lambda: self._gone(told)], [told]))

    def _hear_edit(self, said: Said, result: Result) -> None:
        if result.code != 0:
            return
        shown = json.loads(result.out)
        told = self._of(shown["id"], parse_iso(shown["timeInterval"]["start"]))
        if told is None or not told.alive:
            if not self._is_contested(told):
                self._wrong(said, f"{shown['id']} was changed, which is {told}")
            self._stray(said, shown["description"])
            return
        self._doubt(told, result)
        was = dataclasses.replace(told)
        if said.description:
            _set(told, description=shown["description"])
            self._must(said, told.description == said.description, "the description differs")
        if said.seconds is not None:
            told.end = parse_iso(shown["timeInterval"]["end"])
            self._must(said, told.end == told.start + said.seconds, "the end differs")

        def undo() -> None:
            _set(told, description=was.description, end=was.end)

        self._did(said, Action("edit", [undo], [told]))

    def _hear_delete(self, said: Said, result: Result) -> None:
        shown = listed(result)
        if result.code != 0:
            self._must(said, not shown, "it failed, and shows what was deleted")
            return
        for each in shown:
            told = self._of(each["id"], parse_iso(each["timeInterval"]["start"]))
            if told is None or not told.alive:
                if not self._is_contested(told):
                    self._wrong(said, f"{each['id']} was deleted, which is {told}")
                self._stray(said, each["description"])
                continue
            self._doubt(told, result)
            told.alive = False
            self._did(said, Action("delete", [functools.partial(self._back, told)], [told]))

    def _hear_dup(self, said: Said, result: Result) -> None:
        made = [self._new(each) for each in listed(result)]
        if (
            result.code == 0
            and "Skipped copies with the same day and time as their original" not in result.err
        ):
            self._must(said, len(made) == said.copies, f"{len(made)} copies, not {said.copies}")
        if made:
            undo: list[Undoing] = [
                functools.partial(self._gone_if_shown, each, len(made)) for each in made
            ]
            self._did(said, Action("dup", undo, made))

    def _hear_undo(self, said: Said, result: Result) -> None:
        if result.code != 0:
            return
        named = _TAKEN_BACK.search(result.err)
        self._must(said, named is not None, "it does not say what it takes back")
        before = [(told, _values(told)) for told in self.entries]
        nothing = "Nothing left to undo." in result.err
        while self._actions and named is not None:
            action = self._actions.pop()
            command, _, clock = named.groups()
            is_it = command == action.command and clock in action.clocks
            if not is_it and action.maybe:
                continue
            self._must(said, is_it, f"it passes over {action}")
            if nothing:
                left = [it for it in action.about if it.alive and not it.remade]
                self._must(said, not left, f"nothing is left of {left}")
            else:
                for each in action.undo:
                    each()
            for told, values in before:
                if id(action) in told.untouchable and not _is_cancelled(result):
                    _set(told, **values)
            action.clocks, action.maybe = _clocks(said), said.full
            action.again = [
                functools.partial(self._again, told, values)
                for told, values in before
                if values != _values(told)
            ]
            self._undone.append(action)
            return
        self._wrong(said, "there is nothing to take back")

    def _hear_redo(self, said: Said, result: Result) -> None:
        if result.code != 0:
            self._must(said, result.code != 1 or not self._undone, "it does not do it again")
            return
        named = _TAKEN_BACK.search(result.err)
        if named is None or not self._undone:
            self._wrong(said, f"{self._undone} is to be done again")
            return
        action = self._undone.pop()
        command, _, clock = named.groups()
        is_it = command == action.command and clock in action.clocks
        self._must(said, is_it, f"it passes over {action}")
        before = [(told, _values(told)) for told in self.entries]
        for each in action.again:
            each()
        for told, values in before:
            if id(action) in told.untouchable:
                _set(told, **values)
        action.clocks, action.maybe = _clocks(said), said.full
        self._actions.append(action)

    def _hear_split(self, said: Said, result: Result) -> None:
        if result.code != 0:
            return
        first, *rest = listed(result)
        told = self._of(first["id"], parse_iso(first["timeInterval"]["start"]))
        if told is None or not told.alive:
            if not self._is_contested(told):
                self._wrong(said, f"{first['id']} was cut, which is {told}")
            for each in rest:
                self._new(each).contested.append(each["description"])
            self._stray(said, first["description"])
            return
        self._doubt(told, result)
        end, whole = told.end, (told.description, told.project, told.tags)
        start = parse_iso(first["timeInterval"]["start"])
        self._must(said, start == told.start or bool(told.contested), "it moved")
        told.end = parse_iso(first["timeInterval"]["end"])
        parts = [self._new(each) for each in rest]
        at = told.end
        for part in parts:
            if told.contested:
                part.contested += told.contested
                continue
            self._must(said, (part.description, part.project, part.tags) == whole, "it differs")
            self._must(said, part.start == at, "the parts do not touch")
            at = Instant(part.end or 0)
        self._must(said, at == (end or 0) or bool(told.contested), "the last part ends elsewhere")
        undo: list[Undoing] = [lambda: _set(told, end=end)]
        undo += [functools.partial(self._gone, part) for part in parts]
        self._did(said, Action("split", undo, [told, *parts]))

    def _is_contested(self, told: Told | None) -> bool:
        """Whether an entry may be gone, or be back, by what somebody else has done."""
        if told is None or not told.touched:
            return self.contested
        self.contested = True
        told.contested.append(told.description)
        return True

    def _doubt(self, told: Told, result: Result) -> None:
        """Contest an entry that was changed as it was kept, before somebody else had changed it."""
        if told.touched and _is_kept(result):
            self._is_contested(told)

    def _stray(self, said: Said, description: str) -> None:
        """Record that a command has changed an entry, where it is unknown which one."""
        self._strays.append(description)
        self._did(said, Action(said.command, [], []))

    def middle(self, now: int) -> str:
        """Return where to cut the newest entry, as it is typed."""
        finished = [it for it in self.entries if it.alive and it.end and it.start <= now]
        last = max(finished, key=lambda it: it.start, default=None)
        start, end = (now - 600, now) if last is None else (last.start, last.end or now)
        cut = Instant((start + end) // 120 * 60)
        return Zone(BERLIN).local_time(cut).strftime("%Y-%m-%d %H:%M")

    def _again(self, told: Told, values: dict[str, Any]) -> None:
        """Let an entry be as it was before an undo; the server may have made it anew."""
        if values["alive"] and not told.alive:
            told.remade = True
        _set(told, **values)

    def _did(self, said: Said, action: Action) -> None:
        action.clocks = _clocks(said)
        action.maybe = action.maybe or said.full
        self._actions.append(action)
        self._undone.clear()

    def _hear_sync(self, said: Said, result: Result) -> None:
        self._must(said, result.code in (0, 6, 7, 8), "sync ends with another code")

    def _hear_list(self, said: Said, result: Result) -> None:
        self._must(said, result.code in (0, 6, 7, 8), "list ends with another code")
        if result.code != 0 or self.contested or self._is_of_before(result):
            return
        shown = Counter(seen(each) for each in listed(result))
        told = Counter(it.seen for it in self.entries if it.alive)
        for what, which in (("hides", told - shown), ("invents", shown - told)):
            here = [each for each in which if each[1] <= said.now]
            self._must(said, not here, f"it {what} {here}")

    def _hear_running(self, said: Said, result: Result) -> None:
        self._must(said, result.code in (0, 1, 6, 7, 8), "running ends with another code")
        before = self._running()
        if result.code == 1:
            right = before is None or self._is_contested(before)
            self._must(said, right, f"nothing is said to run, but {before}")
        if result.code == 0:
            (shown,) = listed(result)
            right = before is not None and seen(shown) == before.seen
            if "as last known" in result.err and before is not None and before.touched:
                right = seen(shown)[:2] in before.called
            right = right or (before is not None and bool(before.contested))
            self._must(said, right, f"{seen(shown)} is said to run, not {before}")

    def _hear_show(self, said: Said, result: Result) -> None:
        self._must(said, result.code in (0, 4, 6, 7, 8), "show ends with another code")
        for each in listed(result) if result.code == 0 else ():
            told = self._of(each["id"], parse_iso(each["timeInterval"]["start"]))
            right = told is not None and told.alive and seen(each) == told.seen
            right = right or self.contested or self._is_of_before(result)
            self._must(said, right, f"it shows {seen(each)}, not {told}")

    def _hear_report(self, said: Said, result: Result) -> None:
        self._must(said, result.code in (0, 6, 7, 8), "report ends with another code")
        if result.code != 0 or self.contested or self._is_of_before(result):
            return
        if any(it.alive and it.start > said.now for it in self.entries):
            return
        total = json.loads(result.out)["totalSeconds"]
        right = sum((it.end or said.until) - it.start for it in self.entries if it.alive)
        self._must(said, abs(total - right) <= said.until - said.now, f"{total} s, not {right}")

    # What is known.

    def _is_of_before(self, result: Result) -> bool:
        """Whether an answer of this machine may be of before somebody else has changed something.

        ``reader.py`` compares such answers.
        """
        return _is_kept(result) and any(told.touched for told in self.entries)

    def _running(self) -> Told | None:
        return next((it for it in self.entries if it.alive and it.end is None), None)

    def _new(self, shown: Any) -> Told:
        description, start, end, project, tags = seen(shown)
        told = Told(description, start, end, project, tags, {(description, start)})
        told.is_noted = not self._is_full
        told.twins = [
            it
            for it in self.entries
            if it.alive and not it.is_noted and (it.description, it.start) == (description, start)
        ]
        for twin in told.twins:
            twin.twins.append(told)
            self.contested = self.contested or "Kept" in self._result.err
        self.entries.append(told)
        self._ids[shown["id"]] = told
        return told

    def _of(self, key: str, start: int | None = None) -> Told | None:
        """Return the entry of an id: as it was printed, or as the server made it.

        On a full disk one may be shown by the name of the change that has made it.
        """
        if key not in self._ids and start is not None and key.startswith("p"):
            told = next((it for it in self.entries if it.alive and it.start == start), None)
            if told is not None:
                self._ids[key] = told
        if key not in self._ids and key in self.born:
            bound = [told for known, told in self._ids.items() if not known.startswith("p")]
            free = [
                told
                for told in self.entries
                if self.born[key] in told.called
                and (told.remade or not any(told is each for each in bound))
            ]
            if free:
                self._ids[key] = next((each for each in free if each.alive), free[0])
        return self._ids.get(key)

    def _gone_if_shown(self, told: Told, copies: int) -> None:
        """Let a copy be gone: on a full disk some of many may be in the journal, which it shows."""
        lines = [line.rstrip() for line in self._result.err.splitlines()]
        if sum("✗" in line or "not sent" in line for line in lines) == copies:
            told.alive = False
        bound = {key: each for key, each in self._ids.items() if not key.startswith("p")}
        endings = [key[-4:] for key, each in bound.items() if each is told]
        if not endings:  # it was shown before its id was known
            endings = [
                key[-4:]
                for key, born in self.born.items()
                if born in told.called and key not in bound
            ]
        if any(line.endswith(ending) for line in lines for ending in endings):
            told.alive = False

    def _gone(self, told: Told) -> None:
        told.alive = False

    def _back(self, told: Told) -> None:
        """Let a deleted entry be there again; the server may make it anew."""
        told.alive = told.remade = True

    def _must(self, said: Said, right: bool, what: str) -> None:
        if not right:
            self._wrong(said, what)

    def _wrong(self, said: Said, what: str) -> None:
        self.problems.append(f"{' '.join(said.argv)}: {what}")


def seen(shown: Any) -> Seen:
    """Return an entry as it was printed."""
    interval = shown["timeInterval"]
    return (
        shown["description"],
        parse_iso(interval["start"]),
        None if interval["end"] is None else parse_iso(interval["end"]),
        (shown["project"] or {}).get("name", ""),
        tuple(sorted(each["name"] for each in shown["tags"])),
    )


def _is_kept(result: Result) -> bool:
    """Whether an answer is from this machine."""
    return "as of" in result.err


def _clocks(said: Said) -> tuple[str, ...]:
    """Return the minutes in which a command may have been typed, as they are printed."""
    minutes = range(said.now // 60, said.until // 60 + 1)
    return tuple(Zone(BERLIN).local_time(Instant(60 * each)).strftime("%H:%M") for each in minutes)


def _values(told: Told) -> dict[str, Any]:
    """Return what can change of an entry."""
    names = ("description", "start", "end", "project", "tags", "alive")
    return {name: getattr(told, name) for name in names}


def listed(result: Result) -> list[Any]:
    """Return the entries that were printed."""
    found = json.loads(result.out) if result.out.strip() else []
    return found if isinstance(found, list) else [found]


def _is_cancelled(result: Result) -> bool:
    """Whether all that was taken back had not been sent: nobody else can have changed that."""
    lines = [line for line in result.err.splitlines() if line.startswith("  ")]
    return bool(lines) and all(line.endswith(": not sent") for line in lines)


def _set(told: Told, **values: Any) -> None:
    for name, value in values.items():
        setattr(told, name, value)
    told.called.add((told.description, told.start))
