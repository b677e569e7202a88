"""What waits is kept apart by workspace and by user: nobody sees or ends another's timer."""

import contextlib
import sqlite3

import pytest

from clocktool.transport import Request
from tests.journal.places import Place


@pytest.fixture
def two(place: Place) -> Place:
    """A place with a second workspace, and a start that waits in the first."""
    place.behind.send(Request("POST", "/workspaces", (), {"name": "Beta"}))
    assert place.run("list", "-w", "Beta").code == 0
    place.line.answer(429, retry_after="600")
    place.run.ok("start", "secret")
    place.line.mend()
    return place


def test_what_waits_in_one_workspace_is_not_in_another(two: Place) -> None:
    """Neither ``list`` nor ``running`` shows it there."""
    assert "secret" in two.run.ok("list").out
    assert "secret" not in two.run.ok("-w", "Beta", "list").out
    assert two.run("-w", "Beta", "running").code == 1


def test_a_timer_that_waits_in_one_workspace_is_not_ended_in_another(two: Place) -> None:
    """The stop is kept by itself: the start keeps running where it is."""
    two.run.later(60).ok("-w", "Beta", "stop")
    assert two.waits.endswith("p2 waiting start 'secret' 12:30\np3 waiting stop 12:31\n")
    two.run.later(900).ok("sync")
    assert two.entries == ["secret 12:30-"]


def test_what_another_user_typed_is_not_shown(two: Place) -> None:
    """After a login as somebody else: it waits for the one before, unseen."""
    with contextlib.closing(sqlite3.connect(two.journal)) as file, file:
        file.execute("UPDATE changes SET user = 'somebody else'")
    assert "secret" not in two.run.ok("list").out
    assert two.run("running").code == 1
    assert two.waits.endswith("p2 waiting start 'secret' 12:30\n")


def test_what_was_kept_before_anyone_knew_whose_it_is_is_shown(fresh: Place) -> None:
    """The first command ever was typed without a network: it is one's own."""
    fresh.away("start", "first")
    fresh.line.cut(writes_only=True)
    assert "first" in fresh.run.ok("running").out
