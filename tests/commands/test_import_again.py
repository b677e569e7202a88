"""``import`` once more: what is there already, what waits, what ended halfway."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from clocktool.backends.base import Reply, Request
from clocktool.backends.local.workspace import LocalWorkspace
from clocktool.domain.time.instant import parse_iso
from clocktool.outbox.store import Store
from clocktool.storage.lock import Lock
from tests.commands.conftest import put
from tests.commands.rows import HEADER, MANY, ROWS, id_of, limited, told
from tests.conftest import Console
from tests.tracking.servers import Place, interrupt, says

pytestmark = pytest.mark.slow


def test_equal_rows_are_entries_of_their_own(run: Console) -> None:
    """Two in the file are two, however often they are imported; one more row is one more."""
    row = ROWS.splitlines(keepends=True)[3]
    assert run.ok("import", "-", stdin=HEADER + row * 2).out.startswith("2 entries added, 0")
    assert run.ok("import", "-", stdin=HEADER + row * 2).out.startswith("0 entries added, 2")
    assert run.ok("import", "-", stdin=HEADER + row * 3).out.startswith("1 entry added, 2")


@pytest.mark.parametrize("how", ["refused", "failed", "lost", "Ctrl-C"])
def test_an_interrupted_import_is_finished_by_a_second_run(there: Place, how: str) -> None:
    """No entry is missing or duplicated then."""
    count = 0

    def fail(request: Request) -> Any:
        nonlocal count
        count += request.method == "POST"
        if request.method != "POST" or count != 30:
            return None
        if how == "Ctrl-C":
            interrupt()
            return None
        if how == "refused":
            return says(401, 1000, "Key is gone")
        if how == "failed":
            return says(500, 1, "Sorry")
        there.world.behind.send(request)  # it arrives, and its answer does not
        return says(504, 1, "Gone")

    there.before = fail
    result = there.console("import", "-", stdin=MANY)
    assert result.out != ""
    there.before = lambda _: None
    there.console.later(3600)
    there.console.ok("import", "-", stdin=MANY)
    starts = there.sql("SELECT start_at, count(*) FROM entries GROUP BY start_at")
    assert [times for _, times in starts] == [1] * 60


def test_entries_in_the_journal_count_as_there_already(there: Place) -> None:
    """A second run during a rate limit keeps nothing twice."""
    there.before = lambda request: says(500, 1, "Sorry") if request.method == "POST" else None
    first = there.console.ok("import", "-", stdin=MANY)
    assert "60 changes kept" in first.err
    again = there.console.ok("import", "-", stdin=MANY)
    assert again.out == "0 entries added, 60 already there.\n"
    there.before = lambda _: None
    there.console.later(3600).ok("sync")
    assert there.sql("SELECT count(*) FROM entries") == [(60,)]


def test_entries_with_a_pending_delete_count_as_missing(there: Place) -> None:
    """A backup is restored in full while a purge is still to be sent."""
    there.console.ok("import", "-", stdin=MANY)
    text = there.console.ok("export").out
    there.before = lambda request: limited(3000) if request.method == "DELETE" else None
    there.console.ok("delete", "last", "last~1", "-y")
    result = there.console.ok("import", "-", stdin=text)
    assert result.out == "0 entries added, 2 kept to be sent later, 58 already there.\n"
    there.before = lambda _: None
    there.console.later(3600).ok("sync")
    assert there.sql("SELECT count(*) FROM entries") == [(60,)]


def test_what_waits_for_another_workspace_is_not_there(there: Place) -> None:
    """It is of that one alone."""
    row = HEADER + "2026-11-23T09:00:00Z,2026-11-23T10:00:00Z,work,,,,,,\n"
    there.world.ask("POST", "/workspaces", {"name": "Side"})
    there.before = lambda request: limited(3000) if request.method == "POST" else None
    there.console.ok("import", "-", stdin=row)
    result = there.console.ok("-w", "Side", "import", "-", stdin=row)
    assert result.out == "0 entries added, 1 kept to be sent later, 0 already there.\n"
    there.before = lambda _: None
    there.console.later(3600).ok("sync")
    assert there.sql("SELECT count(*) FROM entries") == [(2,)]


def test_two_imports_at_once_run_one_after_the_other(run: Console) -> None:
    """The second waits; if that takes too long, it adds nothing."""
    run.ok("add", "x", "--for", "5m")
    turn = Lock(run.home / "data" / "journal" / "local.turn")
    assert turn.acquire(0)
    with closing_turn(turn), pytest.MonkeyPatch.context() as patch:
        patch.setattr("clocktool.outbox.outbox.LOCK_SECONDS", 0.01)
        result = run("import", "-", stdin=ROWS)
    assert (result.code, result.out) == (8, "")
    assert result.err.splitlines()[1:] == [
        "error: another clocktool is sending; nothing was written",
        "hint: try again when it is done",
    ]
    assert run.ok("import", "-", stdin=ROWS).out == "3 entries added, 0 already there.\n"


@contextmanager
def closing_turn(turn: Lock) -> Iterator[None]:
    """Give the turn at the end."""
    try:
        yield
    finally:
        turn.release()


def test_of_rows_alike_the_one_with_other_tags_is_new(run: Console) -> None:
    """Start, end, description and project are the same: tags, task and billable tell them apart."""
    first, second = (
        f"2026-11-23T09:00:00Z,2026-11-23T10:00:00Z,work,Site,,,{tag},,\n" for tag in "ab"
    )
    run.ok("import", "-", stdin=HEADER + second)
    result = run.ok("import", "-", stdin=HEADER + first + second)
    assert result.out == "1 entry added, 1 already there.\n"
    assert sorted(each["tags"] for each in told(run)) == [["a"], ["b"]]
    run.ok("import", "-", stdin=HEADER + first + second)
    assert len(told(run)) == 2


def test_names_that_are_out_of_use_stop_only_what_is_new(shop: Console) -> None:
    """Existing rows never refuse a file, whatever became of their project."""
    row = "2026-11-2{}T09:00:00Z,2026-11-2{}T10:00:00Z,work,Ops,,,,,\n"
    old, new = (row.format(day, day) for day in (1, 2))
    shop.ok("import", "-", stdin=HEADER + old)
    put(shop, "/projects/" + id_of(shop, "projects", "Ops"), {"archived": True})
    shop.ok("workspaces", "set", "lock-before", "2026-11-22")
    assert shop.ok("import", "-", stdin=HEADER + old).out == "0 entries added, 1 already there.\n"
    result = shop("import", "-", stdin=HEADER + old + new)
    assert (result.code, result.out) == (4, "")
    assert result.err.splitlines()[1:3] == [
        "line 3: project 'Ops' is archived",
        "error: the file has names that can't be used; nothing was written",
    ]


def test_names_are_created_at_the_pace_of_the_service(there: Place) -> None:
    """A limit of seconds is waited for; one of an hour ends it, and the next run goes on."""
    rows = HEADER + "".join(
        f"2026-11-23T09:00:{n:02}Z,2026-11-23T10:00:00Z,work,P{n},,T,,,\n" for n in range(6)
    )
    answers = iter([limited(2), None, None, None, None])
    there.before = lambda request: (
        next(answers, limited(3000)) if request.method == "POST" else None
    )
    result = there.console("import", "-", "--create-missing", stdin=rows)
    assert (result.code, result.out) == (7, "")
    lines = result.err.splitlines()
    assert lines[1] == "rate limited; waiting 2 s"
    assert lines[2].startswith("Created project 'P0', project 'P1', task 'T' of project 'P0'")
    assert lines[-1] == "hint: repeat the import: it goes on where it ended"
    there.before = lambda _: None
    there.console.later(3600).ok("import", "-", "--create-missing", stdin=rows)
    assert there.sql("SELECT count(*) FROM entries") == [(6,)]
    assert there.sql("SELECT count(*) FROM tasks WHERE name = 'T'") == [(6,)]


def test_lists_of_tasks_are_not_asked_for_again_and_again(there: Place) -> None:
    """A quota of thirty an hour would be spent on them, run after run."""
    rows = HEADER + "2026-11-23T09:00:00Z,2026-11-23T10:00:00Z,work,Site,ACME,Login,,,\n"
    there.console.ok("import", "-", stdin=rows)
    there.sent.clear()
    there.console.ok("import", "-", stdin=rows)
    assert [each for each in there.sent if each.path.endswith("/tasks")] == []


def test_of_many_local_rows_a_refused_one_stops_no_other(
    run: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are written together, and a refused one stands alone in the end: it is named by line."""
    seen, bad = LocalWorkspace.send, parse_iso("2026-11-23T09:00:07Z")

    def refuse(self: LocalWorkspace, request: Any) -> Any:
        is_batch = request.method == "POST" and request.path.endswith("/batch")
        if is_batch and any(draft.start == bad for _, draft in request.body):
            return Reply(400, {}, b'{"message": "Month is closed", "code": 501}')
        return seen(self, request)

    monkeypatch.setattr(LocalWorkspace, "send", refuse)
    result = run("import", "-", stdin=MANY)
    assert (result.code, result.out) == (5, "59 entries added, 0 already there.\n")
    assert "line 9\nerror: 59 of 60 entries done, 1 failed: " in result.err
    monkeypatch.undo()
    assert run.ok("import", "-", stdin=MANY).out == "1 entry added, 59 already there.\n"
    run.ok("undo", "-y")
    assert len(told(run)) == 59


def test_what_was_killed_before_it_was_noted_is_undone_like_any_other(
    run: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entries are there: the next command finds them by the ids that were chosen for them."""

    def killed(self: Store, outcomes: Any) -> None:
        del self, outcomes
        raise SystemExit(137)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "done", killed)
        patched.setattr(Store, "drop", killed)  # nor is it noted that it failed
        with pytest.raises(SystemExit):
            run("import", "-", stdin=MANY)
    assert len(told(run)) == 60
    assert run.ok("add", "x", "--for", "1m").code == 0
    run.ok("undo")
    assert run.ok("undo").err.splitlines()[1:] == [
        "  delete 60 entries from Mon 23 Nov 10:00",
        "Taken back.",
    ]
    assert told(run) == []


def test_what_was_killed_before_it_was_carried_out_is_forgotten(
    run: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing to undo of it, and another import adds all of it."""

    def killed(*_: Any) -> None:
        raise SystemExit(137)

    with monkeypatch.context() as patched:
        patched.setattr("clocktool.backends.local.batch_store.insert", killed)
        patched.setattr(Store, "drop", killed)
        with pytest.raises(SystemExit):
            run("import", "-", stdin=MANY)
    assert run.ok("import", "-", stdin=MANY).out == "60 entries added, 0 already there.\n"
    run.ok("undo")
    assert run("undo").err == "Nothing to undo: no change was made here\n"


def test_an_undone_import_is_done_again_under_the_same_ids(run: Console) -> None:
    """Again and again: what was done to one of them is still of it."""
    run.ok("import", "-", stdin=MANY)
    before = run.ok("list", "all", "-o", "id").out
    for _ in range(2):
        run.ok("undo")
        assert told(run) == []
        run.ok("redo")
        assert run.ok("list", "all", "-o", "id").out == before


def test_an_import_of_which_an_entry_was_edited_is_not_taken_back_by_its_number(
    run: Console,
) -> None:
    """The edit is to be taken back first."""
    run.ok("import", "-", stdin=MANY)
    run.ok("edit", "last", "-d", "mine")
    result = run("undo", "1")
    assert (result.code, len(told(run))) == (5, 60)
    assert "'edit' (2) changed the same entry since" in result.err
    run.ok("undo", "2")
    run.ok("undo", "1")
    assert told(run) == []


def test_a_killed_undo_of_an_import_does_not_count_as_done(
    run: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All entries are there, and it can be undone."""

    def killed(*_: Any) -> None:
        raise SystemExit(137)

    run.ok("import", "-", stdin=MANY)
    with monkeypatch.context() as patched:
        patched.setattr("clocktool.backends.local.store.delete", killed)
        patched.setattr(Store, "drop", killed)
        patched.setattr(Store, "undo_stopped", killed)
        with pytest.raises(SystemExit):
            run("undo")
    assert len(told(run)) == 60
    run.ok("undo")
    assert told(run) == []


def test_names_that_differ_in_blanks_and_capitals_are_one(run: Console) -> None:
    """They are created once, and a second run finds them."""
    rows = HEADER + "".join(
        f"2026-11-23T0{hour}:00:00Z,2026-11-23T10:00:00Z,work,{name},,,My{blanks}Tag,,\n"
        for hour, name, blanks in ((7, "Foo Bar", " "), (8, "Foo  Bar", "  "), (9, "foo bar", " "))
    )
    result = run.ok("import", "-", stdin=rows)
    assert "Created project 'Foo Bar', tag 'My Tag'.\n" in result.err
    assert run.ok("import", "-", stdin=rows).out == "0 entries added, 3 already there.\n"
