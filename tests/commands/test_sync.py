"""``sync``: its words; what it sends is in tests/journal."""

import pytest

from tests.conftest import Console
from tests.outbox.places import GONE, Place

WAITS = f"error: 1 pending change not sent: {GONE}\nhint: list them with: clocktool pending\n"


def test_without_pending_changes_sync_says_so(place: Place) -> None:
    """-q prints nothing."""
    assert place.run.ok("sync") == (0, "", "No pending changes.\n")
    assert place.run.ok("sync", "-q") == (0, "", "")


def test_changes_that_need_a_decision_are_reported(place: Place) -> None:
    """By every command until it is resolved, and by sync -q; a wrong name is tried again."""
    place.away("add", "one", "--for", "1h", "-p", "Nope")
    refused = "add 'one' 11:30 was refused: no project 'Nope' (clocktool pending)\n"
    assert place.run.ok("sync") == (0, "", refused)
    said = "1 change waits for a decision: clocktool pending\n"
    assert place.run.ok("list").err.endswith(said)
    assert place.run("running").err.startswith(said)
    assert place.run.ok("sync", "-q").err == said
    place.away("add", "two", "--for", "1h")
    assert place.run.ok("sync").err == f"{refused}1 change sent.\n"


def test_the_local_workspace_has_no_pending_changes(run: Console) -> None:
    """All of it is on this machine."""
    run.ok("start", "x")
    assert run.ok("sync") == (0, "", "No pending changes.\n")


def test_it_counts_what_it_sent(place: Place) -> None:
    """One or many."""
    place.away("add", "one", "--for", "1h")
    assert place.run.ok("sync").err == "1 change sent.\n"
    place.away("add", "two", "--for", "1h")
    place.away("add", "three", "--for", "1h")
    assert place.run.ok("sync").err == "2 changes sent.\n"


def test_sync_reports_what_it_could_not_send(place: Place) -> None:
    """The network fails after the first change: exit code 6."""
    place.away("add", "one", "--from", "9", "--to", "10")
    place.away("add", "two", "--from", "10", "--to", "11")
    place.line.before = lambda _: place.line.cut()
    place.line.tried.clear()
    assert place.run("sync") == (
        6,
        "",
        f"1 change sent.\n{WAITS}",
    )
    assert place.entries == ["one 09:00-10:00"]


def test_quiet_without_a_network_prints_nothing(place: Place) -> None:
    """Cron would mail a line every quarter of an hour."""
    place.away("add", "one", "--for", "1h")
    place.line.cut()
    assert place.run("sync", "-q") == (6, "", "")


@pytest.mark.parametrize("headers", [{}, {"retry_after": "600"}], ids=["for now", "for long"])
def test_a_rate_limit_is_exit_code_7(place: Place, headers: dict[str, str]) -> None:
    """Also for who asks again before it is over, and in silence."""
    place.away("add", "one", "--for", "1h")
    place.line.answer(429, writes_only=False, **headers)
    for quiet in ((), ("-q",)):
        assert place.run("sync", *quiet).code == 7


def test_a_connection_that_is_there_no_more_is_exit_code_6(place: Place) -> None:
    """Though there was a rate limit before it."""
    place.away("add", "one", "--for", "1h")
    place.line.answer(429, writes_only=False)
    assert place.run("sync").code == 7
    place.line.cut()
    assert place.run("sync").code == 6
