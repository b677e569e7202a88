"""What is typed in a run of the laboratory, and what goes wrong on its way: one script a seed."""

import dataclasses
import random

from tests.lab.server import HANGS, PAGE_STATUSES, Fault

COMMANDS = {
    "start": 6,
    "stop": 5,
    "add": 5,
    "edit": 4,
    "delete": 2,
    "dup": 2,
    "resume": 2,
    "split": 2,
    "undo": 3,
    "redo": 2,
    "sync": 1,
    "list": 3,
    "running": 2,
    "show": 1,
    "report": 1,
}
"""How often each command is typed, as weights."""

LATE = "Late"
"""A project that there is not: where that can't be looked up, the entry is kept with it."""

_FILED = ((), (), ("-p", "Site"), ("-p", "Ops", "-T", "dev"))

ON_THE_WAY = {
    fault: 1 if fault in HANGS else 4
    for fault in Fault
    if fault not in (Fault.NONE, Fault.PAGE_AGAIN, Fault.DISK_FULL)
}


@dataclasses.dataclass(frozen=True)
class Step:
    """A command, how much later it is typed, and what goes wrong on its way."""

    later: int
    command: str
    words: tuple[str, ...]
    said: dict[str, int]
    fault: Fault
    share: float
    room: int
    status: int
    """Of a page that a proxy answers."""
    elsewhere: str
    """What somebody else does before it: edit, move or delete an entry; empty for nothing."""


def script(seed: int, place: str) -> list[Step]:
    """Return the steps of a run: the same ones for a seed each time."""
    chance = random.Random(f"{seed} {place}")  # noqa: S311
    steps = []
    down = 0
    for number in range(chance.randint(5, 15)):
        command = chance.choices([*COMMANDS], [*COMMANDS.values()])[0]
        later = chance.choices((chance.randint(61, 1500), -3600, 86_400, 4_000), (40, 1, 1, 3))[0]
        words, said = _words(chance, command, f"e{number}")
        fault, share = Fault.NONE, 0.0
        if down:
            down -= 1
            fault, share = Fault.REFUSED, 1.0
        elif chance.random() < 0.6:
            fault = chance.choices([*ON_THE_WAY], [*ON_THE_WAY.values()])[0]
            share = chance.choice((0.3, 0.6, 1.0))
            if fault is Fault.REFUSED:
                down = chance.choice((0, 0, 1, 3))
        room = -1
        if chance.random() < (0.3 if place == "local" else 0.06):
            sizes = (0, 1, 4096, 16384, 65536) if place == "local" else range(9)
            fault, room = Fault.DISK_FULL, chance.choice(sizes)
        elif place == "local":
            fault = Fault.NONE
        status = chance.choice(PAGE_STATUSES)
        elsewhere = chance.choice(("edit", "move", "delete")) if chance.random() < 0.1 else ""
        steps.append(Step(later, command, words, said, fault, share, room, status, elsewhere))
    return steps


def _words(
    chance: random.Random, command: str, name: str
) -> tuple[tuple[str, ...], dict[str, int]]:
    """Return the words behind a command, and the numbers they mean, in seconds before now."""
    filed = chance.choice((*_FILED, *_FILED, ("-p", LATE)))
    back = chance.choice((0, 0, 0, chance.randint(1, 20)))
    at = ("--at", f"-{back}m") if back else ()
    match command:
        case "start":
            return (name, *filed, *at), {"start": -60 * back}
        case "resume":
            return at, {"start": -60 * back}
        case "stop":
            longest = chance.choice((0, 0, 0, 10, 600))
            more = ("--max", f"{longest}m") if longest else ()
            maybe = ("--if-running",) if chance.random() < 0.4 else ()
            return (*at, *maybe, *more), {"end": -60 * back} | (
                {"longest": 60 * longest} if longest else {}
            )
        case "add":
            length, since = chance.randint(1, 90), chance.randint(91, 500)
            words = (name, "--from", f"-{since}m", "--for", f"{length}m", *filed)
            return words, {"start": -60 * since, "end": 60 * (length - since)}
        case "edit":
            if chance.random() < 0.3:
                seconds = 60 * chance.randint(1, 60)
                return ("last", "--for", f"{seconds // 60}m"), {"seconds": seconds}
            return ("last", "-d", name), {}
        case "delete":
            return ("last", "-y"), {}
        case "dup":
            days = chance.randint(1, 3)
            on = [word for day in range(days) for word in ("--on", f"2026-11-{12 + day}")]
            return ("last", *on), {"copies": days}
        case "split" | "show":
            return ("last",), {}
        case "list" | "report":
            return ("60d",), {}
    return (), {}
