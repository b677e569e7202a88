"""Deleting everything in one request is never kept for later, however the command ended."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator

import pytest

from clocktool.backends.base import Reply, Request
from tests.conftest import Console
from tests.outbox.places import Place, placed

BOTH = ["one 09:00-10:00", "two 10:00-11:00"]


@pytest.fixture
def two(new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Two entries on a server of which one request deletes all."""
    with placed(new_console("guide"), "guide", monkeypatch) as made:
        made.run.ok("add", "one", "--from", "9", "--to", "10")
        made.run.ok("add", "two", "--from", "10", "--to", "11")
        yield made


def killed(place: Place, *, arrived: bool) -> None:
    """Leave the rows of a purge that was killed before its request was sent, or after."""

    def answer(request: Request) -> Reply | None:
        return Reply(204, {}, b"") if request.method == "DELETE" else None

    if not arrived:
        place.line.before = answer
    place.run.ok("purge", "--yes-delete", "2")
    place.line.mend()
    with contextlib.closing(sqlite3.connect(place.journal)) as file, file:
        file.execute(
            "UPDATE changes SET state = 'sending', after = NULL"
            " WHERE json_extract(change, '$.type') = 'delete'"
        )


def test_a_cancelled_delete_is_not_sent_later(two: Place) -> None:
    """After Ctrl-C before the request, no later command deletes anything."""

    def interrupt(request: Request) -> Reply | None:
        if request.method == "DELETE":
            raise KeyboardInterrupt
        return None

    two.line.before = interrupt
    assert two.run("purge", "--yes-delete", "2").code == 130
    two.line.mend()
    assert two.run.ok("pending").err == "No pending changes.\n"
    two.run.ok("list")
    assert two.entries == BOTH


def test_a_delete_killed_before_its_request_is_not_sent_later(two: Place) -> None:
    """The next command finds the entries, so it deletes nothing."""
    killed(two, arrived=False)
    two.run.ok("list")
    assert two.entries == BOTH
    assert two.states == ["done", "done"]


def test_a_delete_killed_after_its_request_can_be_undone(two: Place) -> None:
    """The entries are deleted: the change is done, and undo creates them again."""
    killed(two, arrived=True)
    two.run.ok("list")
    assert two.states == ["done"] * 4
    two.run.ok("undo", "-y")
    assert two.entries == BOTH
