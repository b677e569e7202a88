"""Pending changes belong to a workspace and a user; another one neither shows nor changes them."""

import contextlib
import sqlite3

import pytest

from clocktool.backends.base import Request
from tests.contract.worlds import ME
from tests.outbox.places import Place


@pytest.fixture
def two(place: Place) -> Place:
    """A place with a second workspace, and a start that waits in the first."""
    place.behind.send(Request("POST", "/workspaces", (), {"name": "Beta"}))
    assert place.run("list", "-w", "Beta").code == 0
    place.line.answer(429, retry_after="600")
    place.run.ok("start", "secret")
    place.line.mend()
    return place


def test_a_pending_start_is_shown_in_its_workspace_only(two: Place) -> None:
    """In another workspace ``list`` and ``running`` do not show it."""
    assert "secret" in two.run.ok("list").out
    assert "secret" not in two.run.ok("-w", "Beta", "list").out
    assert two.run("-w", "Beta", "running").code == 1


def test_a_stop_in_another_workspace_does_not_end_a_pending_timer(two: Place) -> None:
    """The stop is kept separately, and the pending timer keeps running."""
    two.run.later(60).ok("-w", "Beta", "stop")
    assert two.waits.endswith("p2 waiting start 'secret' 12:30\np3 waiting stop 12:31\n")
    two.run.later(900).ok("sync")
    assert two.entries == ["secret 12:30-"]


def test_pending_changes_of_another_user_are_not_shown(two: Place) -> None:
    """They stay pending until that user logs in again."""
    with contextlib.closing(sqlite3.connect(two.journal)) as file, file:
        file.execute("UPDATE changes SET user = 'somebody else'")
    assert "secret" not in two.run.ok("list").out
    assert two.run("running").code == 1
    assert two.waits.endswith("p2 waiting start 'secret' 12:30\n")


def of_somebody_else(place: Place, which: str = "1") -> None:
    """Give changes to another account, which was used before."""
    with contextlib.closing(sqlite3.connect(place.journal)) as file, file:
        file.execute(f"UPDATE changes SET user = 'somebody else' WHERE {which}")


def test_undo_does_not_revert_a_change_of_another_user(place: Place) -> None:
    """It can be undone after a login to its account."""
    place.run.ok("add", "mine", "--from", "8", "--to", "9")
    place.run.ok("add", "theirs", "--from", "9", "--to", "10")
    of_somebody_else(place, "number = 2")
    assert "mine" in place.run.ok("undo", "-y").err
    assert place.entries == ["theirs 09:00-10:00"]
    assert place.run("undo", "-y") == (
        1,
        "",
        (
            "The changes made here belong to another account\n"
            "use the profile with that account's key\n"
        ),
    )
    listed = place.run.ok("undo", "--list", "-o", "json").json
    assert [it["undone"] for it in listed if "theirs" in it["change"]] == [False]


def test_undo_does_not_cancel_a_pending_change_of_another_user(place: Place) -> None:
    """Only ``pending drop`` discards it."""
    place.away("add", "theirs", "--from", "9", "--to", "10")
    of_somebody_else(place)
    assert place.run("undo", "-y").code == 1
    assert place.waits == "p1 waiting add 'theirs' 09:00\n"


def test_a_conflict_of_another_user_is_not_resolved(place: Place) -> None:
    """Exit code 5; the conflict stays until a login to its account."""
    place.run.ok("add", "fix", "--from", "8", "--to", "9")
    place.line.cut(writes_only=True)
    place.run.ok("edit", "last", "-d", "mine")
    place.line.mend()
    (entry,) = place.ask("GET", f"/user/{ME}/time-entries")
    times = {name: entry["timeInterval"][name] for name in ("start", "end")}
    place.ask("PUT", f"/time-entries/{entry['id']}", {**times, "description": "theirs"})
    place.run.ok("sync")
    of_somebody_else(place)
    assert place.run("pending", "keep", "mine", "p2") == (
        5,
        "",
        "error: p2 belongs to another account\nhint: use the profile with that account's key\n",
    )
    assert place.waits == "p2 conflict edit 'fix' 08:00\n"
    assert place.entries == ["theirs 08:00-09:00"]


def test_sync_reports_pending_changes_of_another_account(place: Place) -> None:
    """It succeeds, and a note says that not everything was sent."""
    place.away("add", "mine", "--from", "8", "--to", "9")
    place.away("add", "theirs", "--from", "9", "--to", "10")
    of_somebody_else(place, "number = 2")
    assert place.run.ok("sync").err == (
        "1 change sent.\n1 change belongs to another account: log in to it to send them.\n"
    )
    assert place.run.ok("sync", "-q") == (0, "", "")


def test_a_change_kept_before_the_first_login_is_shown(fresh: Place) -> None:
    """Without a network the user of a first command is unknown; the current user sees it."""
    fresh.away("start", "first")
    fresh.line.cut(writes_only=True)
    assert "first" in fresh.run.ok("running").out


def test_changes_sent_in_one_request_are_undone_separately(fresh: Place) -> None:
    """Also if their user was unknown when they were typed."""
    fresh.away("start", "A", "--at", "9:00")
    fresh.away("stop", "--at", "10:00")
    fresh.run.ok("sync")
    assert fresh.entries == ["A 09:00-10:00"]
    for there in (["A 09:00-"], []):
        fresh.run.ok("undo")
        assert fresh.entries == there
    for there in (["A 09:00-"], ["A 09:00-10:00"]):
        fresh.run.ok("redo")
        assert fresh.entries == there
