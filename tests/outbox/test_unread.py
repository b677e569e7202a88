"""A read that fails before a write that would go through: what was not read is not written."""

from collections.abc import Callable
from functools import partial

import pytest

from clocktool.backends.base import Reply, Request
from tests.contract.worlds import ME
from tests.outbox.places import Place, broken, late

PAGE = b"<!DOCTYPE html><html><body>Welcome to Hotel WiFi</body></html>"


def page(_: Request) -> Reply:
    """Return a proxy's page."""
    return Reply(200, {"content-type": "text/html"}, PAGE)


def failed(_: Request) -> Reply:
    """Return the answer of a server that fails."""
    return Reply(503, {}, b"")


def timed_out(_: Request) -> Reply:
    """Raise what is raised where no answer comes in time."""
    raise late()


def cut_off(_: Request) -> Reply:
    """Raise what is raised where the connection breaks."""
    raise broken()


FAILURES = [page, failed, timed_out, cut_off]


@pytest.fixture(params=FAILURES, ids=lambda it: str(it.__name__))
def blind(request: pytest.FixtureRequest, place: Place) -> Place:
    """A place with two finished entries and the timer, where reads of entries will fail."""
    place.run.ok("add", "one", "--from", "8", "--to", "9", "-q")
    place.run.ok("add", "two", "--from", "9", "--to", "10", "-q")
    place.run.ok("start", "now", "--at", "12", "-q")
    place.run.ok("list")
    fail: Callable[[Request], Reply] = request.param

    def tell(asked: Request) -> Reply | None:
        is_read = asked.method == "GET" and "/time-entries" in asked.path
        return fail(asked) if is_read else None

    place.line.before = tell
    return place


def on_the_web(place: Place, name: str, **changes: object) -> None:
    """Change an entry on the web; without changes delete it."""
    found = place.ask("GET", f"/user/{ME}/time-entries")
    (entry,) = [it for it in found if it["description"] == name]
    times = {key: entry["timeInterval"][key] for key in ("start", "end")}
    body = times | {"description": name, "billable": False} | changes
    place.ask("PUT" if changes else "DELETE", f"/time-entries/{entry['id']}", body)


EDIT = ("edit", "last", "-d", "mine")
DELETE = ("delete", "last", "-y")
BULK = ("bulk", "last", "--set-description", "mine", "-y")
TWO = ("bulk", "last", "last~1", "--set-billable", "-y")
SPLIT = ("split", "last", "9:30")
JOIN = ("join", "last", "last~1", "-y")
LINES = [EDIT, DELETE, BULK, TWO, SPLIT, JOIN]


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_a_change_elsewhere_is_not_overwritten(blind: Place, line: tuple[str, ...]) -> None:
    """What was shown is the mirror's, so it is kept; the next command sees the difference."""
    on_the_web(blind, "two", description="theirs", billable=True)
    before = blind.entries
    result = blind.run.ok(*line)
    assert "to be sent later" in result.err
    assert blind.entries == before
    blind.line.mend()
    assert "waits: it was changed elsewhere since" in blind.run.ok("sync").err
    if line is not TWO:  # each entry is a change of its own there
        assert blind.entries == before
    assert blind.waits.count("conflict") == 1


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_what_was_deleted_elsewhere_stays_deleted(blind: Place, line: tuple[str, ...]) -> None:
    """Nothing of it comes back, and nothing else is lost for it."""
    on_the_web(blind, "two")
    before = blind.entries
    blind.run.ok(*line)
    assert blind.entries == before
    blind.line.mend()
    blind.run.ok("sync")
    (first, *_) = blind.entries
    assert len(blind.entries) == 2
    assert first.startswith("one 08:00-")


def test_a_join_whose_first_entry_was_deleted_elsewhere_deletes_no_other(blind: Place) -> None:
    """The whole command waits for a decision."""
    on_the_web(blind, "one")
    blind.run.ok(*JOIN)
    blind.line.mend()
    assert "was refused: the entry was deleted elsewhere" in blind.run.ok("sync").err
    assert blind.entries == ["two 09:00-10:00", "now 12:00-"]


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_without_a_difference_it_is_done_by_the_next_command(
    blind: Place, line: tuple[str, ...]
) -> None:
    """The result is that of the same command with answers."""
    blind.run.ok(*line)
    blind.line.mend()
    blind.run.ok("sync")
    assert blind.waits == ""
    left = {
        EDIT: ["one 08:00-09:00", "mine 09:00-10:00"],
        BULK: ["one 08:00-09:00", "mine 09:00-10:00"],
        DELETE: ["one 08:00-09:00"],
        TWO: ["one 08:00-09:00", "two 09:00-10:00"],
        SPLIT: ["one 08:00-09:00", "two 09:00-09:30", "two 09:30-10:00"],
        JOIN: ["one 08:00-10:00"],
    }
    assert blind.entries == [*left[line], "now 12:00-"]


TIMER = [
    ("edit", "current", "-d", "mine"),
    ("stop", "-d", "mine"),
    ("bulk", "current", "--set-description", "mine", "-y"),
    ("delete", "current", "-y"),
    ("split", "current", "12:15"),
]


@pytest.mark.parametrize("line", TIMER, ids=" ".join)
@pytest.mark.parametrize("restarted", [False, True])
def test_a_timer_that_was_stopped_elsewhere_does_not_run_again(
    blind: Place, line: tuple[str, ...], restarted: bool
) -> None:
    """Nor does a second one run beside the one that was started there."""
    on_the_web(blind, "now", end="2026-11-24T11:20:00Z")
    running = []
    if restarted:
        blind.ask("POST", "/time-entries", {"start": "2026-11-24T11:25:00Z", "description": "web"})
        running = ["web 12:25-"]
    before = blind.entries
    blind.run(*line)
    assert blind.entries == before
    blind.line.mend()
    blind.run.ok("sync")
    assert blind.entries == before
    assert [it for it in blind.entries if it.endswith("-")] == running


def test_undo_without_a_read_sends_nothing(blind: Place) -> None:
    """What it would write back is older than what may be there: exit code 6 or 8."""
    blind.line.mend()
    blind.run.ok("edit", "last", "-d", "mine")
    on_the_web(blind, "mine", description="theirs")
    before = blind.entries
    for fail in FAILURES:
        blind.line.before = partial(_reads, fail)
        assert blind.run("undo").code in (6, 8)
        assert blind.entries == before


def _reads(fail: Callable[[Request], Reply], asked: Request) -> Reply | None:
    return fail(asked) if asked.method == "GET" else None


def test_a_write_after_a_read_of_this_run_asks_nothing_more(place: Place) -> None:
    """The request that reads the entry is the only one before it."""
    place.run.ok("add", "one", "--from", "8", "--to", "9", "-q")
    place.line.tried.clear()
    place.run.ok("edit", "last", "-d", "mine", "-q")
    entries = [each for each in place.line.tried if "time-entries" in each]
    assert [each.split()[0] for each in entries] == ["GET", "PUT"]


def test_an_old_day_as_text_is_read_before_it_is_written(place: Place) -> None:
    """Older months are otherwise shown from the mirror for a day."""
    place.run.ok("add", "old", "--from", "2026-08-03 8:00", "--to", "2026-08-03 9:00", "-q")
    place.run.ok("list", "2026-08")
    on_the_web(place, "old", description="theirs")
    place.run.env["EDITOR"] = "true"
    place.run.ok("edit", "2026-08-03")
    assert place.run.ok("--offline", "list", "2026-08", "-o", "csv").out.count("theirs") == 1
