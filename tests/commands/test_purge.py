"""``purge`` at the front door."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from clocktool import wire
from clocktool.backends.base import Request
from tests.conftest import Console
from tests.contract.worlds import W
from tests.guide_server import Answer
from tests.tracking.servers import (
    ENTRIES,
    MINE,
    Place,
    ids_of,
    interrupt,
    place,
    run_sql,
    says,
)


def left(console: Console) -> str:
    """Return the ends of the ids that are still there."""
    ids = console.ok("list", "2020-01-01..2026-12-31", "-o", "id").out.split()
    return " ".join(sorted(each[-1] for each in ids))


def backups(console: Console) -> list[Path]:
    """Return the files that were saved, oldest first."""
    return sorted((Path(console.env["CLOCKTOOL_DATA"]) / "purged").glob("*"))


def approve(console: Console, entry: str) -> None:
    """Approve an entry of the local workspace; no command can."""
    path = Path(console.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
    run_sql(path, "UPDATE entries SET approval_id = 'a' WHERE id LIKE ?", f"%{entry}")


def test_the_exact_count_deletes(day: Console) -> None:
    """Count and hours, the file, and how many are gone."""
    result = day("purge", "today", "-p", "Site", "--yes-delete", "2")
    (path,) = backups(day)
    assert result == (0, f"Saved to {path}\n2 of 2 deleted.\n", "")
    assert left(day) == "b"


@pytest.mark.parametrize("count", ["1", "3", "0", "-1"])
def test_a_wrong_count_deletes_nothing(day: Console, count: str) -> None:
    """Exit code 2, with the right count, hours and days."""
    result = day("purge", "today", "-p", "Site", "--yes-delete", count)
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        f"error: --yes-delete {count} does not match: 2 entries, 2h 45m, of Tue 24 Nov 2026\n"
        "hint: give the exact number\n"
    )
    assert (left(day), backups(day)) == ("9 a b", [])


def test_off_a_terminal_the_count_is_needed(day: Console) -> None:
    """Exit 2, and how to say it; nothing is saved, nothing deleted."""
    result = day("purge", "today")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "error: confirmation required to delete 3 entries, 3h 45m, of Tue 24 Nov 2026\n"
        "hint: add --yes-delete 3\n"
    )
    assert (left(day), backups(day)) == ("9 a b", [])


ASKED = (
    "Delete 2 entries, 2h 45m, of Tue 24 Nov 2026?\n"
    "Type the workspace's name, Local, to delete them: "
)


def test_the_name_of_the_workspace_is_typed(day: Console) -> None:
    """On a terminal that is the yes."""
    result = day("purge", "today", "-p", "Site", asks=True, stdin="Local\n")
    (path,) = backups(day)
    assert result == (0, f"Saved to {path}\n2 of 2 deleted.\n", ASKED)
    assert left(day) == "b"


@pytest.mark.parametrize("typed", ["y\n", "yes\n", "local\n", "Loca\n", "", "\n"])
def test_any_other_answer_deletes_nothing(day: Console, typed: str) -> None:
    """A yes is not enough."""
    result = day("purge", "today", "-p", "Site", asks=True, stdin=typed)
    assert result == (1, "", f"{ASKED}Nothing was deleted\n")
    assert (left(day), backups(day)) == ("9 a b", [])


def call(console: Console, name: str) -> None:
    """Give the local workspace a name that a server of others could send."""
    path = Path(console.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
    run_sql(path, "UPDATE workspaces SET name = ?", name)


def test_a_name_that_others_chose_can_be_typed_and_is_no_terminal_code(day: Console) -> None:
    """It has to be typed as it is shown, without blanks around it."""
    call(day, "  \x1b[31mSite\x07  ")
    result = day("purge", "today", "-p", "Site", asks=True, stdin="\ufffd[31mSite\ufffd\n")
    assert result.code == 0
    assert result.err == ASKED.replace("Local", "\ufffd[31mSite\ufffd")


@pytest.mark.parametrize(("typed", "code"), [("", 1), ("\n", 1), ("1\n", 1), ("2\n", 0)])
def test_where_the_workspace_has_no_name_the_count_is_typed(
    day: Console, typed: str, code: int
) -> None:
    """Enter, or the end of the input, deletes nothing."""
    call(day, " ")
    result = day("purge", "today", "-p", "Site", asks=True, stdin=typed)
    assert result.code == code
    assert "Type their number, 2, to delete them: " in result.err
    assert len(backups(day)) == (code == 0)


def test_dry_run_deletes_nothing(day: Console) -> None:
    """Count and hours alone."""
    result = day("purge", "today", "--dry-run")
    assert result == (0, "3 entries, 3h 45m, of Tue 24 Nov 2026: not deleted.\n", "")
    assert (left(day), backups(day)) == ("9 a b", [])


def test_nothing_to_delete_is_no_failure(day: Console) -> None:
    """No question, no file."""
    result = day("purge", "yesterday", "--yes-delete", "0")
    assert result == (0, "0 entries, 0m, of Mon 23 Nov 2026: nothing to delete.\n", "")
    assert backups(day) == []


def test_the_file_holds_every_entry_whole(day: Console) -> None:
    """JSON lines that read back as the entries were; for its owner alone."""
    day.ok("edit", "9", "-t", "Login", "-T", "urgent", "-T", "dev", "-q")
    before = day.ok("list", "-o", "json").json
    entries = wire.entries(json.dumps(before).encode())
    day.ok("purge", "today", "--yes-delete", "3", "-q")
    (path,) = backups(day)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.suffix == ".jsonl"
    lines = path.read_bytes().splitlines()
    assert [wire.entry(line) for line in lines] == entries
    assert [json.loads(line) for line in lines] == before


def test_each_purge_has_a_file_of_its_own(day: Console) -> None:
    """Also within the same second: nothing is written over."""
    day.ok("purge", "today", "-p", "Site", "--yes-delete", "2")
    day.ok("purge", "today", "--yes-delete", "1")
    assert [len(path.read_text().splitlines()) for path in backups(day)] == [2, 1]


def test_where_nothing_can_be_saved_nothing_is_deleted(day: Console) -> None:
    """Exit 8, and the file is named."""
    folder = Path(day.env["CLOCKTOOL_DATA"]) / "purged"
    folder.write_text("in the way")
    result = day("purge", "today", "--yes-delete", "3")
    assert (result.code, result.out) == (8, "")
    assert result.err.startswith(f"error: the backup {folder}/2026-11-24-133000-")
    assert result.err.endswith("; nothing was deleted\n")
    assert left(day) == "9 a b"


def test_an_incomplete_backup_is_removed(day: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a full disk there is no file, and no entry is deleted."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    result = day("purge", "today", "--yes-delete", "3")
    assert result.code == 8
    assert "No space left on device" in result.err
    assert backups(day) == []
    assert left(day) == "9 a b"


def test_locked_and_approved_entries_are_skipped_and_listed(day: Console) -> None:
    """They are not counted, and the others are deleted."""
    day.ok("add", "Old", "--from", "yesterday 9", "--for", "1h", "-q")
    day.ok("workspaces", "set", "lock-before", "2026-11-24", "-q")
    approve(day, "a")
    result = day("purge", "week", "--yes-delete", "2")
    assert result.code == 0
    assert result.out.endswith("\n2 of 2 deleted.\n")
    assert result.err == (
        "locked, skipped: Mon 23 Nov 2026 09:00–10:00  1h 00m  Old  locked  000c\n"
        "approved, skipped: 10:45–12:00  1h 15m  Review  Site · ACME  $ ✓  000a\n"
    )
    assert left(day) == "a c"


FILTERS: dict[str, tuple[tuple[str, ...], str]] = {
    "all": ((), ""),
    "period": (("today",), "c"),
    "from": (("--from", "today"), "c"),
    "project": (("-p", "Ops"), "9 a c"),
    "client": (("--client", "ACME"), "b c"),
    "tag": (("-T", "dev"), "a b c"),
    "not tag": (("--not-tag", "dev"), "9"),
    "text": (("2026", "-d", "review"), "9 b c"),
    "billable": (("--billable",), "b c"),
    "no project": (("--no-project",), "9 a b"),
    "running": (("--running",), "9 a c"),
}


@pytest.mark.parametrize("name", FILTERS)
def test_which_entries_are_deleted(day: Console, name: str) -> None:
    """By a period and filters; all there are without."""
    day.ok("add", "Old", "--from", "2021-05-05 09:00", "--for", "1h", "-q")
    words, expected = FILTERS[name]
    count = 4 - len(expected.split())
    day.ok("purge", *words, "--yes-delete", str(count))
    assert left(day) == expected


def rows(there: Place) -> list[str]:
    """Return the ids that the server still has, oldest first."""
    return [row[0] for row in there.sql("SELECT id FROM entries ORDER BY start_at")]


def test_all_of_a_user_is_one_request_by_the_guide(there: Place) -> None:
    """Operation 12; by the service's it is ids, a hundred at a time."""
    ids = there.add(230)
    there.console.ok("purge", "--yes-delete", "230")
    assert rows(there) == []
    assert {(each.method, each.path) for each in there.writes()} == {("DELETE", MINE)}
    asked = [ids_of(each) for each in there.writes()]
    chunks = [ids[first : first + 100] for first in (0, 100, 200)]
    assert asked == ([[]] if there.routes == "guide" else chunks)


def test_with_filters_it_is_never_all(there: Place) -> None:
    """By the guide's routes entries go one by one, by the service's by their ids."""
    ids = there.add(30)
    there.sql("UPDATE entries SET billable = 1 WHERE id = ?", ids[7])
    there.console.ok("purge", "--no-billable", "--yes-delete", "29")
    assert rows(there) == [ids[7]]
    gone = [each for each in ids if each != ids[7]]
    if there.routes == "guide":
        assert sorted(each.path for each in there.writes()) == [
            f"{ENTRIES}/{each}" for each in gone
        ]
    else:
        (request,) = there.writes()
        assert (request.path, ids_of(request)) == (MINE, gone)


@pytest.mark.parametrize("words", [("2026",), ("--from", "2026-01-01")])
def test_a_period_is_a_filter(there: Place, words: tuple[str, ...]) -> None:
    """Whatever lies outside of it stays, although it holds all that was found."""
    ids = there.add(3)
    there.sql("UPDATE entries SET start_at = 0, end_at = 60 WHERE id = ?", ids[1])
    there.console.ok("purge", *words, "--yes-delete", "2")
    assert rows(there) == [ids[1]]


def test_the_entries_of_somebody_else(there: Place) -> None:
    """--user deletes theirs, and no other's; also all of theirs."""
    ids = there.add(2)
    grace = str(there.world.ask("POST", f"{W}/users", {"name": "Grace"})["id"])
    for hour in (7, 8):
        body = {"start": f"2026-11-24T0{hour}:30:00Z", "end": f"2026-11-24T0{hour}:50:00Z"}
        there.world.ask("POST", f"{W}/user/{grace}/time-entries", body)
    result = there.console.ok("purge", "--user", "grace", "--yes-delete", "2")
    assert result.out.endswith("\n2 of 2 deleted.\n")
    assert rows(there) == ids
    assert [each.path for each in there.writes()] == [f"{W}/user/{grace}/time-entries"]


def test_what_is_refused_is_named_and_the_rest_deleted(there: Place) -> None:
    """Locked since it was read: exit 5, and the server's state is what was said."""
    ids = there.add(150)
    bad = {ids[30], ids[120]}

    def locked(request: Request) -> Answer | None:
        named = {*ids_of(request), request.path.rpartition("/")[2]}
        if request.method == "DELETE" and bad & named:
            return says(403, 1003, "Time entry is locked")
        return None

    there.before = locked
    result = there.console("purge", "2026", "--yes-delete", "150")
    assert set(rows(there)) == bad
    assert result.code == 5
    assert result.out.endswith("\n148 of 150 deleted.\n")
    lines = result.err.splitlines()
    assert ["work 0030" in lines[0], "work 0120" in lines[1]] == [True, True]
    assert lines[2] == "error: 148 of 150 entries done, 2 failed: the entry is locked"


def test_ctrl_c_in_the_middle(there: Place) -> None:
    """What is gone is counted, the rest is there, exit 130; the file has them all."""
    there.add(350)

    def stop(request: Request) -> None:
        if request.method == "DELETE" and len(there.writes()) == 2:
            interrupt()

    there.after = stop
    result = there.console("purge", "2026", "--yes-delete", "350")
    gone = 350 - len(rows(there))
    assert result.code == 130
    assert 0 < gone < 350
    assert result.out.endswith(f"\n{gone} of 350 deleted.\n")
    assert result.err.splitlines()[-2:] == [
        f"{gone} of 350 entries done, {350 - gone} not tried",
        "error: interrupted",
    ]
    (path,) = backups(there.console)
    assert len(path.read_text().splitlines()) == 350


def test_what_came_since_it_was_read_is_not_deleted_unseen(
    new_console: Callable[[str], Console],
) -> None:
    """By the guide's one request: an entry that is not in the file must stay."""
    with place("guide", new_console("purge")) as there:
        there.add(2)
        came: list[object] = []

        def meanwhile(request: Request) -> None:
            if request.path == MINE and not came:
                body = {"start": "2026-11-24T08:00:00Z", "end": "2026-11-24T09:00:00Z"}
                came.append(there.world.behind.send(Request("POST", ENTRIES, (), body)))

        there.after = meanwhile
        result = there.console.ok("purge", "--yes-delete", "2")
        assert result.out.endswith("\n2 of 2 deleted.\n")
        assert len(rows(there)) == 1
