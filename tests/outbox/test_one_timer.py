"""An undo or a redo never lets two timers run."""

import pytest

from tests.outbox.places import Place


@pytest.fixture
def later(place: Place) -> Place:
    """A timer that was stopped, and another that runs."""
    place.run.ok("start", "one", "--at", "12:00")
    place.run.ok("stop", "--at", "12:10")
    place.run.ok("start", "two", "--at", "12:20")
    return place


def stop_of(place: Place, command: str) -> str:
    """Return the number of the newest command in the log that begins so."""
    rows = place.run.ok("undo", "--list", "-o", "json").json
    return next(str(row["id"]) for row in rows if row["command"].startswith(command))


def test_the_undo_of_an_earlier_stop_is_refused_while_another_timer_runs(later: Place) -> None:
    """Exit 5, with its name; after its end the undo works."""
    before = later.entries
    stop = stop_of(later, "stop")
    assert later.run("undo", stop, "-y") == (
        5,
        "",
        (
            "error: 'two' is running since 12:20, and only one timer can run\n"
            "hint: end it first: clocktool stop\n"
        ),
    )
    assert later.entries == before
    later.run.ok("stop", "--at", "12:25")
    later.run.ok("undo", stop, "-y")
    assert later.entries == ["one 12:00-", "two 12:20-12:25"]


def test_a_timer_that_waits_to_be_sent_counts(place: Place) -> None:
    """Also if it was started without a network."""
    place.run.ok("start", "one", "--at", "12:00")
    place.run.ok("stop", "--at", "12:10")
    place.line.cut(writes_only=True)
    place.run.ok("start", "two", "--at", "12:20")
    result = place.run("undo", stop_of(place, "stop"), "-y")
    assert (result.code, "'two' is running since 12:20" in result.err) == (5, True)


def test_a_start_is_not_redone_beside_another_timer(place: Place) -> None:
    """The other one was started after the undo."""
    place.run.ok("start", "one", "--at", "12:00")
    place.run.ok("undo", "-y")
    place.ask("POST", "/time-entries", {"start": "2026-11-24T11:20:00Z", "description": "web"})
    result = place.run("redo")
    assert (result.code, "'web' is running since 12:20" in result.err) == (5, True)
    assert place.entries == ["web 12:20-"]


def test_the_undo_of_a_start_lets_the_timer_before_it_run_again(place: Place) -> None:
    """The later one is deleted by the same undo."""
    place.run.ok("start", "one", "--at", "12:00")
    place.run.ok("start", "two", "--at", "12:20")
    place.run.ok("undo", "-y")
    assert place.entries == ["one 12:00-"]
    place.run.ok("redo")
    assert place.entries == ["one 12:00-12:20", "two 12:20-"]


def test_a_start_that_was_dropped_is_no_timer_of_the_prompt(fresh: Place) -> None:
    """Also if the account was never reached."""
    fresh.line.cut()
    fresh.run.ok("start", "one")
    assert fresh.run.ok("running", "--prompt").out == "● 0m one\n"
    fresh.run.ok("pending", "drop", "p2")
    assert fresh.run("running", "--prompt") == (0, "", "")
