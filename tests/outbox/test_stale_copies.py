"""No copy that may be old is written over what was changed on the web."""

from typing import Any

import pytest

from clocktool.backends.base import Reply, Request
from tests.contract.worlds import ME
from tests.outbox.places import Place

PAGE = Reply(200, {"content-type": "text/html"}, b"<html>log in</html>")
BUSY = Reply(503, {}, b"<html>busy</html>")

COMMANDS: dict[str, tuple[str, ...]] = {
    "edit": ("edit", "last", "-d", "mine"),
    "delete": ("delete", "last", "-y"),
    "bulk": ("bulk", "last", "--set-description", "mine", "-y"),
    "split": ("split", "last", "12:00"),
    "shift": ("edit", "last", "--shorter", "10m"),
    "join": ("join", "last", "last~1"),
}


def fail_reads(place: Place, reply: Reply, most: int = 1000) -> None:
    """Answer reads of entries with something else; writes go through."""
    left = [most]

    def tell(request: Request) -> Reply | None:
        if request.method == "GET" and "time-entries" in request.path and left[0]:
            left[0] -= 1
            return reply
        return None

    place.line.before = tell


@pytest.fixture
def known(place: Place) -> Place:
    """Two entries that touch, known on this machine; the web has changed the second since."""
    place.run.ok("add", "first", "11:00-11:30")
    place.run.ok("add", "mine once", "11:30-12:20")
    place.run.ok("list")
    return place


def change_on_the_web(place: Place, **fields: object) -> dict[str, Any]:
    """Replace the newest entry as somebody else does."""
    (entry, *_) = place.ask("GET", f"/user/{ME}/time-entries")
    interval = entry["timeInterval"]
    body = {"start": interval["start"], "end": interval["end"], "billable": True, **fields}
    changed: dict[str, Any] = place.ask("PUT", f"/time-entries/{entry['id']}", body)
    return changed


@pytest.mark.parametrize("reply", [PAGE, BUSY], ids=["page", "503"])
@pytest.mark.parametrize("name", COMMANDS)
def test_an_old_copy_is_not_written_over_the_web(known: Place, name: str, reply: Reply) -> None:
    """It is kept while the entry can't be read, and a conflict as soon as it can be."""
    change_on_the_web(known, description="theirs")
    before = known.entries
    fail_reads(known, reply)
    known.run.ok(*COMMANDS[name])
    assert known.entries == before
    assert "waiting" in known.waits
    known.line.mend()
    known.run("sync")
    assert known.entries == before
    assert "conflict" in known.waits


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_still_as_it_was_is_changed_when_it_can_be_read(known: Place, name: str) -> None:
    """The change is kept, and sent by the next command."""
    before = known.entries
    fail_reads(known, PAGE)
    known.run.ok(*COMMANDS[name])
    assert known.entries == before
    known.line.mend()
    known.run.ok("sync")
    assert known.entries != before
    assert known.waits == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_one_failed_read_delays_nothing(known: Place, name: str) -> None:
    """The entry is read once more before it is written: unchanged it is sent, else a conflict."""
    before = known.entries
    fail_reads(known, PAGE, 1)
    known.run.ok(*COMMANDS[name])
    assert known.entries != before
    assert known.waits == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_one_failed_read_and_a_change_elsewhere_are_a_conflict(known: Place, name: str) -> None:
    """It is said at once, with the commands that decide."""
    change_on_the_web(known, description="theirs")
    before = known.entries
    fail_reads(known, PAGE, 1)
    said = known.run.ok(*COMMANDS[name]).err
    assert "it was changed elsewhere since (clocktool pending keep mine|theirs p" in said
    assert "to be sent later" not in said
    assert known.entries == before
    assert "conflict" in known.waits


def start(place: Place) -> None:
    """Start a timer here, and let the web stop it."""
    place.run.ok("start", "timer", "--at", "12:25")
    place.ask("PATCH", f"/user/{ME}/time-entries", {"end": "2026-11-24T11:28:00Z"})


@pytest.mark.parametrize(
    "line", [("edit", "current", "-d", "mine"), ("edit", "current", "--at", "12:26")], ids=str
)
def test_a_timer_that_was_stopped_on_the_web_does_not_run_again(
    known: Place, line: tuple[str, ...]
) -> None:
    """Nor do two timers run, when the web has started another."""
    start(known)
    before = known.entries
    fail_reads(known, BUSY)
    known.run(*line)
    assert known.entries == before
    known.line.mend()
    known.run("sync")
    assert known.entries == before


def test_a_stop_with_a_description_leaves_the_end_that_the_web_has_set(known: Place) -> None:
    """The stop waits, and then the earlier end is kept."""
    start(known)
    before = known.entries
    fail_reads(known, BUSY)
    known.run("stop", "-d", "mine")
    known.line.mend()
    known.run("sync")
    assert known.entries[-1].endswith("12:25-12:28")
    assert len(known.entries) == len(before)


def test_a_decision_is_for_the_version_that_was_shown(known: Place) -> None:
    """If it was changed once more, 'keep mine' shows that one first."""
    fail_reads(known, BUSY)
    known.run.ok("edit", "last", "-d", "mine")
    known.line.mend()
    change_on_the_web(known, description="theirs")
    known.run("sync")
    change_on_the_web(known, description="theirs again")
    result = known.run("pending", "keep", "mine", "p3")
    assert (result.code, "theirs again" in known.run.ok("pending").out) == (5, True)
    assert known.entries[-1].startswith("theirs again")
    known.run.ok("pending", "keep", "mine", "p3")
    assert known.entries[-1].startswith("mine")


def test_a_later_change_waits_behind_one_that_waits_for_a_decision(known: Place) -> None:
    """It is based on that one, which may never be sent."""
    fail_reads(known, BUSY)
    known.run.ok("edit", "last", "-d", "mine")
    known.line.mend()
    change_on_the_web(known, description="theirs")
    known.run("sync")
    before = known.entries
    said = known.run.ok("edit", "last", "--to", "12:10").err
    assert "Kept, to be sent later: an earlier change waits for a decision" in said
    assert known.entries == before
    assert [line.split()[1] for line in known.waits.splitlines()] == ["conflict", "waiting"]
