"""The command that finds out what became of a lost answer is killed: all reads still agree."""

from collections.abc import Callable

import pytest

from tests.conftest import Console
from tests.contract.worlds import Begin, Shop
from tests.lab.kills import Beginning, kill_at
from tests.outbox.conftest import asked
from tests.outbox.places import copied

pytestmark = pytest.mark.slow

LOST = {
    "start": ("new", ("start", "new")),
    "stop": ("", ("stop",)),
    "switch": ("new", ("switch", "new")),
}
"""A command whose answers are lost, and what runs after it."""


def running(run: Console) -> set[str]:
    """Return what runs, by each of the ways to ask that needs no network."""
    known = run("running", "-o", "json")
    shown = known.json["description"] if known.code == 0 else ""
    prompt = run("running", "--prompt", "-o", "json").json["entry"]
    listed = run("list", "today", "--running", "-o", "json").json
    file = (run.home / "data" / "known" / "prompt").read_text().splitlines()
    return {
        shown,
        "" if prompt is None else prompt["description"],
        "".join(each["description"] for each in listed),
        file[2] if file else "",
    }


@pytest.mark.parametrize("command", LOST)
@pytest.mark.parametrize("next_line", [("list",), ("projects",), ("running", "--prompt")])
def test_what_runs_is_the_same_in_each_read(
    new_console: Callable[[str], Console],
    monkeypatch: pytest.MonkeyPatch,
    begun: Begin[Shop],
    command: str,
    next_line: tuple[str, ...],
) -> None:
    """Wherever the finder was killed, and whatever command comes after it."""
    run = new_console("service")
    with copied(begun(asked, "service"), run, monkeypatch) as place:
        if command != "start":
            run.ok("start", "old", "--at", "-1h")
        expected, line = LOST[command]
        place.line.lose()
        run(*line)
        place.line.mend()
        run.later(60)
        for point in Beginning(run, place.server).points():
            was_killed = kill_at(run, ("list",), point, methods=("GET", "POST", "PATCH", "PUT"))
            run(*next_line)
            place.line.cut()
            assert running(run) == {expected}, point
            place.line.mend()
            if not was_killed:
                break
        assert point > 3
