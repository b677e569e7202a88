"""Imports of several batches, which are transactions of their own, and their undo."""

import contextlib
import itertools
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Thread
from typing import Any
from unittest import mock

import pytest

from clocktool.backends.local import batch_store
from clocktool.backends.local.refusal import broken_rule
from clocktool.outbox import outbox
from clocktool.outbox.batch import CreateBatch, DeleteBatch
from clocktool.outbox.outbox import Outbox
from clocktool.tracking import importing
from tests.conftest import Console, Result, local_console
from tests.lab.kills import Beginning, kill_at
from tests.storage.test_writer_queue import until_it_waits

pytestmark = pytest.mark.slow

ROWS = "Description,Start Date,Start Time,End Date,End Time\n" + "".join(
    f"e{at},2026-11-{at + 2:02},09:00:00,2026-11-{at + 2:02},10:00:00\n" for at in range(6)
)
"""Six entries of an hour each, from e0 to e5."""


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an import of six entries have three batches."""
    monkeypatch.setattr(importing, "BATCH_SIZE", 2)


@pytest.fixture
def other(run: Console) -> Console:
    """Another console on the same workspace, into which six entries were imported."""
    run.ok("import", "-", stdin=ROWS)
    run.later(60)
    other = Console(run.home.parent / "other").like(run)
    other.env = run.env
    return other


def there(run: Console) -> list[str]:
    """Return the descriptions of what there is, the oldest first."""
    return run.ok("list", "30d", "--template", "{description}").out.split()


def test_undo_of_an_import_takes_back_the_batches_before_a_refused_one(
    run: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are written; what was refused after them drops only itself."""
    insert = batch_store.insert

    def refuse(connection: Any, member: int, plans: Sequence[Any], now: int) -> None:
        if any(plan.description == "e3" for _, plan in plans):
            raise broken_rule("no")
        insert(connection, member, plans, now)

    monkeypatch.setattr(batch_store, "insert", refuse)
    assert run("import", "-", stdin=ROWS).code != 0
    assert there(run) == ["e0", "e1", "e2", "e4", "e5"]
    run.ok("undo")
    assert there(run) == []
    run.ok("redo")
    assert there(run) == ["e0", "e1", "e2", "e4", "e5"]


@contextlib.contextmanager
def between_batches(do: Callable[[int], None]) -> Iterator[None]:
    """Call a function before each batch that an undo or redo writes, with how many there were."""
    count = itertools.count()

    def traced(kind: type[CreateBatch | DeleteBatch]) -> Any:
        send = kind.send

        def told(self: Any, desk: Any) -> Any:
            do(next(count))
            return send(self, desk)

        return mock.patch.object(kind, "send", told)

    with traced(CreateBatch), traced(DeleteBatch):
        yield


def killed(run: Console, *line: str, at: int) -> None:
    """Run a command in a process that is killed at a batch."""

    def kill(count: int) -> None:
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if not child:
        try:
            with between_batches(kill):
                run(*line)
        finally:
            os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])


ALL = ["e0", "e1", "e2", "e3", "e4", "e5"]


def undone(run: Console) -> bool:
    """Whether the import counts as undone."""
    return bool(run.ok("undo", "--list", "-o", "json").json[-1]["undone"])


@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("line", [("list",), ("start", "x"), ("report",)], ids=" ".join)
def test_an_undo_that_is_killed_between_two_batches_is_finished(
    run: Console, line: tuple[str, ...], at: int
) -> None:
    """By the next command, whichever that is; one that had not begun has not happened."""
    run.ok("import", "-", stdin=ROWS)
    run.later(60)
    killed(run, "undo", at=at)
    assert not undone(run)
    run.ok(*line)
    assert undone(run) == (at > 0)
    assert [each for each in there(run) if each != "x"] == ([] if at else ALL)
    if line[0] != "start" and at:
        run.ok("redo")
        assert there(run) == ALL
        assert not undone(run)


@pytest.mark.parametrize("verb", ["undo", "redo"])
def test_a_redo_that_is_killed_between_two_batches_is_finished(run: Console, verb: str) -> None:
    """Also by an undo, which takes it back then, and by a redo, which finds nothing more to do."""
    run.ok("import", "-", stdin=ROWS)
    run.ok("undo")
    killed(run, "redo", at=1)
    result = run(verb)
    assert (result.code, there(run)) == ((0, []) if verb == "undo" else (1, ALL))
    assert undone(run) == (verb == "undo")


def do_before_a_batch(number: int, do: Callable[[], None]) -> Any:
    """Return a block in which something is done before an undo begins one of its batches."""
    transaction, count = Outbox.transaction, itertools.count()
    undo: list[Outbox] = []

    def told(self: Outbox) -> Any:
        undo.append(self)
        if self is undo[0] and next(count) == number:
            do()
        return transaction(self)

    return mock.patch.object(Outbox, "transaction", told)


def test_others_write_between_two_batches_of_an_undo(run: Console, other: Console) -> None:
    """One that has begun to wait in the second is done before the third begins."""
    found: list[Result] = []
    writer = Thread(target=lambda: found.append(other("start", "x")))

    def begin(count: int) -> None:
        if count == 1:
            writer.start()
            until_it_waits(run.home / "data" / "local.sqlite3", writer)

    def wait() -> None:
        writer.join()
        assert there(other) == ["e0", "e1", "x"]

    with between_batches(begin), do_before_a_batch(2, wait):
        run.ok("undo")
    assert [result.code for result in found] == [0]
    assert there(run) == ["x"]


def test_no_other_undo_or_import_begins_between_two_batches(run: Console, other: Console) -> None:
    """Each would build on what is still to change; they are refused, and can be tried again."""
    results: list[tuple[int, str]] = []

    def begin() -> None:
        with mock.patch.object(outbox, "LOCK_SECONDS", 0.0):
            for line in (("undo",), ("redo",), ("import", "-")):
                code, _, err = other(*line, stdin=ROWS)
                results.append((code, err.splitlines()[-2]))

    with do_before_a_batch(1, begin):
        run.ok("undo")
    assert results == [
        (1, "Another clocktool is sending"),
        (1, "Another clocktool is sending"),
        (8, "error: another clocktool is sending; nothing was written"),
    ]
    assert there(run) == []


def test_an_entry_that_is_changed_between_two_batches_stays(run: Console, other: Console) -> None:
    """The undo is refused there; what it has taken back can be done again by itself."""
    with do_before_a_batch(1, lambda: other.ok("edit", "last", "-d", "mine") and None):
        result = run("undo")
    assert result.code == 5
    assert "Undone in part; repeat the command to continue.\n" in result.err
    assert "has changed since" in result.err
    assert (there(run), undone(run)) == (["e0", "e1", "e2", "mine"], False)


def test_an_undo_that_is_called_off_leaves_the_rest(run: Console) -> None:
    """What was taken back can be done again, and the rest be taken back."""
    run.ok("import", "-", stdin=ROWS)
    run.later(60)

    def call_off(count: int) -> None:
        if count == 2:
            raise KeyboardInterrupt

    with between_batches(call_off):
        result = run("undo")
    assert result.code == 130
    assert "Undone in part; repeat the command to continue.\n" in result.err
    assert (there(run), undone(run)) == (["e0", "e1"], False)
    run.ok("undo")
    assert (there(run), undone(run)) == ([], True)
    run.ok("redo")
    run.ok("redo")
    assert (there(run), undone(run)) == (ALL, False)


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["undo", "redo"])
def test_wherever_it_is_killed_all_or_nothing_is_undone(tmp_path: Path, verb: str) -> None:
    """At the end of each transaction of any file; a read is enough to finish it."""
    seen: list[bool] = []
    run = local_console(tmp_path / "place")
    run.ok("import", "-", stdin=ROWS)
    run.later(60)
    if verb == "redo":
        run.ok("undo")
    for point in Beginning(run, None).points():
        was_killed = kill_at(run, (verb,), point)
        left = there(run)
        assert left in ([], ALL), point
        assert undone(run) == (left == []), point
        seen.append(left == [])
        run.ok("start", "x")
        assert [each for each in there(run) if each != "x"] == left, point
        if not was_killed:
            break
    assert not was_killed
    assert seen == sorted(seen, reverse=verb == "redo")
    assert {*seen} == {True, False}
