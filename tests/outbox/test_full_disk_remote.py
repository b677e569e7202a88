"""A disk that is full while requests get through: nothing is said that is not known."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from clocktool.backends.base import Reply, Request
from clocktool.errors import OfflineError
from clocktool.outbox.store import Run, Store
from clocktool.storage.failure import StorageError
from tests.outbox.places import Place, late

PAGE = Reply(502, {"content-type": "text/html"}, b"<html>Bad gateway</html>")
FAILED = Reply(500, {"content-type": "application/json"}, b'{"message": "no", "code": 1}')
REFUSED = Reply(403, {"content-type": "application/json"}, b'{"message": "no", "code": 0}')
MAYBE = "it may have arrived: check with clocktool list before you try again"


def fill_up(patch: pytest.MonkeyPatch, after: int) -> None:
    """Let the journal take so many transactions and no more."""
    write, left = Store._write, [after]  # every write goes through it

    @contextmanager
    def full(store: Store) -> Iterator[Run]:
        left[0] -= 1
        if left[0] < 0:
            reason, hint = "the disk is full", "free some space and try again"
            raise StorageError(store._database.path, reason, hint)
        with write(store) as run:
            yield run

    patch.setattr(Store, "_write", full)


def refuse(method: str) -> Callable[[Request], Reply | None]:
    """Return what refuses the requests of a method."""
    return lambda request: REFUSED if request.method == method else None


def lose(method: str, instead: Reply | Callable[[], OfflineError]) -> Callable[[Request], Reply]:
    """Return what answers the requests of a method in the place of the answer."""

    def tell(request: Request) -> Reply | None:
        if request.method != method:
            return None
        if isinstance(instead, Reply):
            return instead
        raise instead()

    return tell  # type: ignore[return-value]


LOST: dict[str, Reply | Callable[[], OfflineError]] = {
    "page": PAGE,
    "500": FAILED,
    "time-out": late,
}


@pytest.mark.parametrize("after", range(6))
def test_a_refused_start_says_that_the_old_timer_runs_only_if_it_does(
    place: Place, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """It is made to run again from what this run knows, also without a journal."""
    place.run.ok("start", "one", "--at", "12")
    place.line.before = refuse("POST")
    fill_up(monkeypatch, after)
    result = place.run("start", "two")
    if result.code == 0:
        return  # it is kept
    assert result.code == 5
    assert "the previous timer is still running" in result.err
    assert place.entries == ["one 12:00-"]


@pytest.mark.parametrize("after", range(6))
def test_a_refused_start_whose_old_timer_cannot_run_again_says_so(
    place: Place, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """The hint starts it again."""
    place.run.ok("start", "one", "--at", "12")
    refused = refuse("POST"), refuse("PUT")
    place.line.before = lambda it: refused[0](it) or refused[1](it)
    fill_up(monkeypatch, after)
    result = place.run("start", "two")
    if result.code == 0:
        return  # it is kept
    assert result.code == 5
    assert "the previous timer could not be restarted" in result.err
    assert "start it again: clocktool resume" in result.err
    assert place.entries == ["one 12:00-12:30"]


@pytest.mark.parametrize("after", range(6))
def test_a_refused_split_leaves_no_part_behind(
    place: Place, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """The entry is unchanged, as it says."""
    place.run.ok("add", "one", "--from", "8", "--to", "10")
    place.line.before = refuse("PUT")
    fill_up(monkeypatch, after)
    result = place.run("split", "last", "8:30", "9:00")
    if result.code == 0:
        return  # it is kept
    assert result.code == 5
    assert "the entry is unchanged" in result.err
    assert place.entries == ["one 08:00-10:00"]


@pytest.mark.parametrize("after", range(6))
def test_a_refused_split_whose_parts_cannot_be_deleted_says_which_stand(
    place: Place, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """The hint deletes them."""
    place.run.ok("add", "one", "--from", "8", "--to", "10")
    refused = refuse("PUT"), refuse("DELETE")
    place.line.before = lambda it: refused[0](it) or refused[1](it)
    fill_up(monkeypatch, after)
    result = place.run("split", "last", "8:30", "9:00")
    if result.code == 0:
        return  # it is kept
    assert result.code == 5
    assert "2 of the new parts could not be deleted again" in result.err
    assert "unchanged" not in result.err
    place.line.mend()
    monkeypatch.undo()
    hint = result.err.splitlines()[-1].removeprefix("hint: delete them: clocktool ")
    place.server.asked.clear()
    assert len(hint.split()) == 3


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("after", range(4))
@pytest.mark.parametrize(
    ("line", "method"),
    [
        (("add", "two", "--from", "10", "--to", "11"), "POST"),
        (("start", "two"), "POST"),
        (("start", "two"), "PATCH"),
        (("stop",), "PATCH"),
        (("edit", "last", "-d", "mine"), "PUT"),
        (("delete", "last", "-y"), "DELETE"),
        (("bulk", "last", "--set-description", "mine", "-y"), "PUT"),
    ],
    ids=lambda it: it if isinstance(it, str) else it[0],
)
def test_a_lost_answer_that_cannot_be_recorded_may_have_arrived(
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    line: tuple[str, ...],
    method: str,
    after: int,
    lost: str,
) -> None:
    """A change is kept and looked for, or it is said that it may have arrived, once each."""
    place.run.ok("add", "one", "--from", "8", "--to", "9")
    place.run.ok("start", "now", "--at", "12")
    before = place.entries
    place.line.after = lose(method, LOST[lost])
    with monkeypatch.context() as patch:
        fill_up(patch, after)
        result = place.run(*line)
    place.line.mend()
    kept = rows_in(place) > 2
    if result.code == 0:
        assert kept
    else:
        assert (result.code, MAYBE in result.err) == (6 if lost == "time-out" else 8, True)
        assert "unchanged" not in result.err
        assert ("the previous timer has ended" in result.err) == (
            line[0] == "start" and method == "POST"
        )
        assert not [state for state in place.states if state != "done"]
    assert place.entries != before
    there = place.entries
    place.run("sync")
    if result.code or method != "PATCH" or line[0] != "start":
        assert [it for it in there if it not in place.entries] == []


def rows_in(place: Place) -> int:
    """Return how many changes the journal has."""
    try:
        return len(place.states)
    except sqlite3.OperationalError:
        return 0
