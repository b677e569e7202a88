"""One undo restores the state before a command, whatever part of it was sent; reads agree."""

import pytest

from clocktool.backends.base import Reply, Request
from clocktool.outbox.store import Store
from clocktool.storage.failure import StorageError
from tests.conftest import Console
from tests.outbox.places import Place, gone, late

pytestmark = pytest.mark.slow

LINES = {
    "split": ("split", "last", "10:20", "10:40"),
    "dup": ("dup", "last", "--on", "2026-11-18", "--on", "2026-11-19"),
    "bulk": ("bulk", "7d", "-y", "--add-tag", "dev"),
    "delete": ("delete", "-y", "last", "that"),
}


@pytest.fixture
def two(place: Place) -> Place:
    """A place with two entries, of which nothing waits."""
    place.run.ok("add", "one", "--from", "8", "--to", "9", "-p", "Site")
    place.run.ok("add", "two", "--from", "10", "--to", "11", "-p", "Site", "-T", "dev")
    place.run.ok("tags")
    place.run.ok("list", "7d")
    return place


def there(place: Place) -> list[str]:
    """Return what a read shows, without ids, as these change."""
    shown = place.run.ok("list", "30d", "-o", "json").json
    return sorted(
        f"{each['description']} {each['timeInterval']} {each['project']['name']}"
        f" {[tag['name'] for tag in each['tags']]}"
        for each in shown
    )


@pytest.mark.parametrize("arrives", [0, 1, 2, 3])
@pytest.mark.parametrize("command", LINES)
@pytest.mark.parametrize("is_sent", [False, True])
def test_undo_of_a_kept_command_restores_the_state_before(
    two: Place, command: str, arrives: int, is_sent: bool
) -> None:
    """One change arrives, the answer to the next is lost, the others are not sent."""
    before = there(two)
    writes = [0]

    def lose(request: Request) -> Reply | None:
        if request.method != "GET":
            writes[0] += 1
            if writes[0] == arrives + 1:
                raise late()
        return None

    def cut(request: Request) -> Reply | None:
        if request.method != "GET" and writes[0] > arrives:
            raise gone()
        return None

    two.line.after, two.line.before = lose, cut
    two.run.ok(*LINES[command])
    two.line.mend()
    if is_sent:
        two.run.ok("sync")
    assert two.run.ok("undo").err.startswith(f"Undo of '{command}'")
    two.run.ok("sync")
    assert there(two) == before
    assert two.waits == ""


@pytest.mark.parametrize("status", [403, 429, 500])
def test_a_pending_start_is_shown_after_its_stop_was_sent(place: Place, status: int) -> None:
    """The timer before has ended, the new one is pending: every read shows the new one."""
    place.run.ok("start", "A", "--at", "-1h")

    def cut(request: Request) -> Reply | None:
        return Reply(status, {}, b"<html>") if request.method == "POST" else None

    place.line.before = cut
    place.run.ok("start", "B", "-p", "Site")
    assert place.run.ok("list", "--template", "{description}").out == "A\nB\n"
    for _ in range(2):
        assert place.run.ok("running", "--template", "{description} {project}").out == "B Site\n"
        assert "B" in place.run.ok("running", "--prompt").out
        place.line.cut()


def test_an_undone_pending_start_is_not_restored_later(place: Place) -> None:
    """It was never sent; a note about a long timer a day later does not restore it."""
    place.away("start", "fix")
    place.run.later(86_400)
    place.line.answer(429, writes_only=False, retry_after="3600")
    place.run("list")
    place.line.cut()
    place.run.ok("undo")
    assert place.run("running").code == 1
    assert "fix" not in place.run("running", "--prompt").out


def test_a_refused_timer_is_not_ended_before_its_start(place: Place) -> None:
    """The stop is refused at once, as for a timer at the service."""
    place.away("start", "fix", "-p", "Nosuch")
    place.run.ok("sync")
    for line in (("start", "new", "--at", "-10m"), ("stop", "--at", "-10m")):
        code, out, err = place.run(*line)
        assert (code, out) == (5, "")
        assert "the running timer 'fix' started after that" in err
    assert place.waits.count("\n") == 1


def test_an_undo_that_cannot_be_recorded_is_an_error(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full: pending changes stay pending, and are sent later."""

    def full(*args: object, **more: object) -> None:
        raise StorageError(place.journal, "the disk is full", "free some space and try again")

    place.line.answer(302)
    place.run.ok("start", "A")
    place.line.mend()
    with monkeypatch.context() as patch:
        for name in ("add", "drop", "mark", "done"):
            patch.setattr(Store, name, full)
        result = place.run("undo")
    assert result.code == 8
    assert "Taken back" not in result.err
    place.run.ok("sync")
    assert place.entries == ["A 12:30-"]


def test_a_refused_redo_changes_nothing(place: Place) -> None:
    """It makes no change pending again, and can be repeated."""
    place.run.ok("add", "one", "--from", "8", "--to", "9")
    writes = [0]

    def cut(request: Request) -> Reply | None:
        writes[0] += request.method == "POST"
        if request.method == "POST" and writes[0] > 1:
            raise gone()
        return None

    place.line.before = cut
    place.run.ok("dup", "last", "--on", "2026-11-18", "--on", "2026-11-19")
    place.line.mend()
    place.run.ok("undo")
    assert place.entries == ["one 08:00-09:00"]
    place.line.answer(400)
    assert place.run("redo").code == 5
    place.line.mend()
    assert place.waits == ""
    place.run.ok("redo")
    place.run.ok("sync")
    assert place.entries == ["one 08:00-09:00"] * 3


def test_a_redo_sends_pending_changes_in_order(place: Place) -> None:
    """Half of the command had been sent: after the redo all of it is there."""
    place.run.ok("add", "one", "--from", "8", "--to", "9")
    writes = [0]

    def cut(request: Request) -> Reply | None:
        writes[0] += request.method == "POST"
        if request.method == "POST" and writes[0] > 1:
            raise gone()
        return None

    place.line.before = cut
    place.run.ok("dup", "last", "--on", "2026-11-18", "--on", "2026-11-19")
    place.line.mend()
    place.run.ok("undo")
    place.run.ok("redo")
    assert place.entries == ["one 08:00-09:00"] * 3


def test_a_timer_is_restarted_later_if_that_failed_at_once(place: Place) -> None:
    """The start that ended it was refused, and then the network failed."""
    place.run.ok("start", "A", "--at", "9:00")

    def refuse(request: Request) -> Reply | None:
        if request.method == "POST":
            return Reply(400, {}, b'{"message": "no", "code": 501}')
        if request.method == "PUT":
            raise gone()
        return None

    place.line.before = refuse
    assert place.run("start", "B").code == 5
    place.line.mend()
    assert "A" in place.run.ok("running").out
    assert place.entries == ["A 09:00-"]


def test_an_undo_refused_halfway_changes_nothing_in_the_local_workspace(run: Console) -> None:
    """All of it can be undone later."""
    run.ok("projects", "add", "Site")
    run.ok("add", "one", "--from", "8", "--to", "9")
    run.ok("add", "two", "--from", "9", "--to", "10", "-p", "Site")
    run.ok("delete", "-y", "last~1", "last")
    run.ok("workspaces", "set", "force-project", "true")
    assert run("undo").code == 5
    run.ok("workspaces", "set", "force-project", "false")
    run.ok("undo")
    assert run.ok("list", "--template", "{description}").out == "one\ntwo\n"
