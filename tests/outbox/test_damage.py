"""A damaged journal is set aside with a message; no command fails because of it."""

import contextlib
import inspect
import os
import resource
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from clocktool.outbox.schema import KIND
from clocktool.outbox.store import Store
from tests.conftest import Console
from tests.outbox.places import Place, rows
from tests.permissions import as_anyone

pytestmark = pytest.mark.slow

VERSION = KIND.version

LINES = {
    "start": ("start", "new"),
    "stop": ("stop",),
    "add": ("add", "new", "--for", "10m"),
    "list": ("list",),
    "running": ("running",),
    "sync": ("sync",),
    "pending": ("pending",),
    "undo --list": ("undo", "--list"),
}

DAMAGE = {
    "random bytes": lambda _: os.urandom(20_000),
    "text": lambda _: b"no database at all " * 500,
    "a header only": lambda data: data[:100],
    "truncated": lambda data: data[:5000],
    "a zeroed middle": lambda data: data[:4096] + bytes(len(data) - 4096),
    "a scrambled middle": lambda data: data[:4096] + b"\xaa" * (len(data) - 4096),
}


@pytest.fixture
def used(place: Place) -> Place:
    """A place with a timer since 12 and a change that waits."""
    place.run.ok("start", "fix", "--at", "12:00")
    place.away("add", "waits", "--from", "9", "--to", "10")
    return place


def settle(file: Path) -> None:
    """Write what SQLite keeps beside a file into it."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)


def asides(place: Place) -> list[str]:
    """The names of the journals that were set aside."""
    names = (each.name for each in place.journal.parent.glob("*.damaged-*"))
    return sorted(each for each in names if not each.endswith(("-wal", "-shm")))


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_journal_is_set_aside(used: Place, line: tuple[str, ...], damage: object) -> None:
    """One message on standard error; the command succeeds."""
    settle(used.journal)
    used.journal.write_bytes(damage(used.journal.read_bytes()))  # type: ignore[operator]
    result = used.run(*line)
    assert result.code in (0, 1), result
    if asides(used):
        assert asides(used) == ["@default.sqlite3.damaged-1"]
        assert str(used.journal) + ".damaged-1" in result.err
        assert "can't be written" not in result.err
    for again in (("add", "more", "--for", "5m"), ("pending",), ("sync",), ("undo", "--list")):
        used.run.ok(*again)
    assert len(asides(used)) == 1
    assert any(each.startswith("more ") for each in used.entries)


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE changes SET change = X'00ff00'",
        'UPDATE changes SET change = \'{"type": "other"}\'',
        "UPDATE changes SET change = '{}', state = 'waiting'",
        "UPDATE changes SET state = 'waiting', change = replace(change, 'fix', char(0))",
        "DROP TABLE actions",
        "DROP TABLE changes",
        "DROP TABLE facts",
    ],
)
def test_unreadable_rows_stop_no_command(used: Place, line: tuple[str, ...], sql: str) -> None:
    """The file opens, but its rows can't be read: one message."""
    settle(used.journal)
    with contextlib.closing(sqlite3.connect(used.journal)) as file, file:
        file.execute(sql)
    result = used.run(*line)
    assert result.code in (0, 1), result
    used.run("sync")
    used.run("pending")
    used.run.ok("add", "more", "--for", "5m")
    for again in (("pending",), ("sync",), ("undo", "--list")):
        result = used.run.ok(*again)
        assert "damaged" not in result.err, again
    assert any(each.startswith("more ") for each in used.entries)


def test_a_flipped_bit_does_not_stop_a_command(used: Place) -> None:
    """At any place in the file."""
    settle(used.journal)
    sound = used.journal.read_bytes()
    for place in range(64, len(sound), max(1, len(sound) // 40)):
        data = bytearray(sound)
        data[place] ^= 0x55
        used.journal.write_bytes(bytes(data))
        for line in (("running",), ("pending",), ("list",)):
            assert used.run(*line).code in (0, 1), (place, line)
        for end in ("-wal", "-shm"):
            used.journal.with_name(used.journal.name + end).unlink(missing_ok=True)


def test_a_journal_of_a_newer_version_is_set_aside(used: Place) -> None:
    """A newer clocktool finds it by its name."""
    with contextlib.closing(sqlite3.connect(used.journal)) as file, file:
        file.execute(f"PRAGMA user_version = {VERSION + 1}")
    said = used.run.ok("add", "new", "--from", "9", "--for", "10m").err
    assert said == (
        "The journal cannot be used (it was written by a newer clocktool);"
        f" it is set aside as {used.journal}.damaged-1\n"
    )
    assert used.run.ok("undo", "--list", "-o", "csv").out.count("\n") == 2
    aside = used.journal.with_name("@default.sqlite3.damaged-1")
    assert rows(aside, "PRAGMA user_version") == [VERSION + 1]


def test_a_journal_of_an_older_version_is_migrated(used: Place) -> None:
    """Its pending changes are sent."""
    with contextlib.closing(sqlite3.connect(used.journal)) as file, file:
        file.execute("PRAGMA user_version = 1")
        file.execute("DROP TABLE aliases")
        file.execute("DROP INDEX changes_open")
        file.execute("DROP INDEX changes_entry")
        file.execute("DROP INDEX actions_undoes")
        for table, column in (("actions", "whole"), ("actions", "undoes")):
            file.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        for column in ("entry", "digest"):
            file.execute(f"ALTER TABLE changes DROP COLUMN {column}")
        file.execute("CREATE INDEX changes_state ON changes (state, number)")
    assert used.run.ok("sync").err == "1 change sent.\n"
    assert rows(used.journal, "PRAGMA user_version") == [VERSION]
    assert asides(used) == []


KEEPING = {"close", "set_aside", "drop_unreadable"}


def test_every_method_of_the_store_recovers_from_damage() -> None:
    """None is forgotten."""
    operations = [
        each
        for name, each in vars(Store).items()
        if inspect.isfunction(each) and not name.startswith("_") and name not in KEEPING
    ]
    assert len(operations) > 10
    assert [each.__name__ for each in operations if not hasattr(each, "__wrapped__")] == []


def test_an_empty_file_becomes_a_journal(used: Place) -> None:
    """A process was killed while it created the file: nothing was lost."""
    settle(used.journal)
    used.journal.write_bytes(b"")
    assert used.run.ok("add", "new", "--from", "9", "--for", "10m").err == ""
    assert asides(used) == []


def test_a_database_of_another_program_is_set_aside(used: Place) -> None:
    """It is not changed, even with a table of the same name."""
    settle(used.journal)
    used.journal.unlink()
    with contextlib.closing(sqlite3.connect(used.journal)) as file, file:
        file.execute("CREATE TABLE changes (something TEXT)")
    assert ".damaged-1" in used.run.ok("add", "new", "--for", "10m").err
    assert used.run.ok("undo", "--list").err == ""
    aside = used.journal.with_name("@default.sqlite3.damaged-1")
    assert rows(aside, "SELECT name FROM pragma_table_info('changes')") == ["something"]


def test_a_folder_in_place_of_the_journal_is_an_error(used: Place) -> None:
    """It is left alone, and no change is sent that could not be kept."""
    settle(used.journal)
    used.journal.unlink()
    used.journal.mkdir()
    for line in (("add", "new", "--for", "10m"), ("list",), ("pending",), ("undo", "--list")):
        code, out, err = used.run(*line)
        assert (code, out) == (8, "")
        assert err.splitlines() == [
            f"error: cannot use {used.journal}: it is a folder",
            f"hint: move it away to start with a new file: mv {used.journal} {used.journal}.broken",
        ]
    assert list(used.journal.iterdir()) == []
    assert used.entries == ["fix 12:00-"]


def test_a_file_that_is_set_aside_is_private(used: Place) -> None:
    """Like the new one."""
    settle(used.journal)
    used.journal.write_bytes(b"noise" * 1000)
    used.run.ok("add", "new", "--for", "10m")
    modes = {stat.S_IMODE(each.stat().st_mode) for each in used.journal.parent.iterdir()}
    assert modes == {0o600}


def test_a_second_damaged_file_gets_the_next_number(used: Place) -> None:
    """No earlier one is overwritten."""
    for number in (1, 2):
        settle(used.journal)
        used.journal.write_bytes(b"noise" * 1000)
        used.run.ok("add", f"new{number}", "--for", "10m")
    assert asides(used) == ["@default.sqlite3.damaged-1", "@default.sqlite3.damaged-2"]


def test_a_journal_that_cannot_be_written(used: Place) -> None:
    """Changes are sent, with a warning that none can be kept."""
    used.run.ok("sync")
    settle(used.journal)
    used.journal.chmod(0o400)
    used.journal.parent.chmod(0o500)
    try:
        result = as_anyone(lambda: used.run.ok("add", "new", "--for", "10m"))
    finally:
        used.journal.parent.chmod(0o700)
        used.journal.chmod(0o600)
    assert "failed changes are lost" in result.err
    assert any(each.startswith("new ") for each in used.entries)


def test_a_journal_that_can_only_be_read(used: Place) -> None:
    """Pending and done changes are listed; a command that would write shows why it can't."""
    settle(used.journal)
    used.journal.chmod(0o400)
    used.journal.parent.chmod(0o500)

    def look() -> None:
        assert used.waits == "p3 waiting add 'waits' 09:00\n"
        assert "add 'waits' 09:00" in used.run.ok("undo", "--list").out
        for line in (("undo", "-y"), ("sync",), ("pending", "drop", "p3")):
            code, _, err = used.run(*line)
            assert code != 0, line
            assert f"check that you may write to {used.journal.name} and to its folder" in err
        assert used.run("add", "new", "--for", "10m").code == 6

    try:
        as_anyone(look)
    finally:
        used.journal.parent.chmod(0o700)
        used.journal.chmod(0o600)
    assert used.run.ok("sync").err == "1 change sent.\n"


@pytest.mark.parametrize("what", ["file", "link"])
def test_a_file_in_place_of_the_folder_of_the_journal(fresh: Place, what: str) -> None:
    """A file or a dangling link: one message, and the command succeeds."""
    folder = fresh.journal.parent
    folder.parent.mkdir(parents=True)
    if what == "file":
        folder.write_text("in the way")
    else:
        folder.symlink_to("/proc/nowhere")
    result = fresh.run.ok("add", "new", "--for", "10m")
    assert len(result.err.splitlines()) == 1
    assert "failed changes are lost" in result.err
    assert fresh.entries == ["new 12:20-12:30"]


def test_without_a_journal_and_a_network_a_change_is_an_error(fresh: Place) -> None:
    """It can be neither sent nor kept: exit code 6, never 0."""
    fresh.run("running")
    fresh.journal.parent.write_text("in the way")
    fresh.line.cut()
    assert fresh.run("add", "new", "--for", "10m").code == 6


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", os.urandom(300), b'{"at": "x"}', b'{"at": 1, "entry": 7}'],
    ids=["empty", "half", "list", "null", "noise", "type", "entry"],
)
def test_a_damaged_file_of_the_last_timer_is_replaced(used: Place, content: bytes) -> None:
    """No command depends on it."""
    (known,) = (used.run.home / "data" / "known").glob("*.json")
    known.write_bytes(content)
    assert used.run.ok("running", "--prompt").code == 0
    used.run.ok("list")
    used.run.ok("running")
    assert "fix" in used.away("running").out


def test_a_folder_in_place_of_the_last_timer_is_ignored(used: Place) -> None:
    """No timer is known then, and no command fails."""
    (known,) = (used.run.home / "data" / "known").glob("*.json")
    known.unlink()
    known.mkdir()
    assert used.run.ok("running", "--prompt").out == ""
    used.run.ok("running")
    used.run.ok("stop")


def spoil(place: Place, sql: str) -> None:
    """Change the journal as a damaged disk, or somebody's hand, does."""
    with contextlib.closing(sqlite3.connect(place.journal)) as file, file:
        file.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE changes SET change = CAST('[' || substr(change, 2) AS BLOB) WHERE number = 1",
        "UPDATE changes SET user = CAST(X'ff41' AS TEXT) WHERE number = 1",
        "UPDATE changes SET state = CAST(X'ff41' AS TEXT) WHERE number = 1",
        "UPDATE changes SET reason = CAST(X'ff41' AS TEXT) WHERE number = 1",
        "UPDATE changes SET at = 'garb' WHERE number = 1",
        "UPDATE changes SET at = 9223372036854775807 WHERE number = 1",
        "UPDATE changes SET action = 'garb' WHERE number = 1",
    ],
)
def test_one_unreadable_row_loses_no_other(place: Place, sql: str) -> None:
    """The others are sent in order and once; a message names the copy with the unreadable row."""
    for number in range(4):
        place.away("add", f"n{number}", "--from", f"{8 + number}", "--for", "30m")
    spoil(place, sql)
    said = place.run.ok("pending").err + place.run.ok("sync").err
    assert place.entries == ["n1 09:00-09:30", "n2 10:00-10:30", "n3 11:00-11:30"]
    assert "3 changes sent." in said
    assert "The journal has 1 row that can't be read (" in said
    assert "): left out, 3 changes that wait are kept. As it was it is" in said
    assert "what clocktool list does not show is to be typed again" in said
    assert asides(place) == ["@default.sqlite3.damaged-1"]
    aside = place.journal.with_name("@default.sqlite3.damaged-1")
    assert rows(aside, "SELECT count(*) FROM changes") == [4]
    assert place.run.ok("sync").err == "No pending changes.\n"


def test_a_change_is_checked_after_an_unreadable_row_was_removed(place: Place) -> None:
    """Nothing is sent twice."""
    place.line.lose()
    place.run.ok("add", "once", "--from", "9", "--to", "10")
    place.line.mend()
    spoil(place, "UPDATE changes SET state = 'sending'")
    place.away("add", "next", "--from", "10", "--to", "11")
    spoil(place, "UPDATE changes SET change = X'00' WHERE number = 2")
    assert "1 change sent." in place.run.ok("sync").err
    assert place.entries == ["once 09:00-10:00"]


def test_without_space_for_a_copy_no_row_is_removed(place: Place) -> None:
    """No partial copy stays; the row is removed once there is space."""
    place.away("add", "bad", "--from", "8", "--to", "9")
    place.away("add", "good", "--from", "9", "--to", "10")
    spoil(place, "UPDATE changes SET change = zeroblob(99999) WHERE number = 1")
    settle(place.journal)
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (place.journal.stat().st_size - 4096, most[1]))
    try:
        code, _, err = place.run("pending")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert code == 8
    assert "the damaged file cannot be copied: cannot use" in err
    assert "check the disk and its free space" in err
    assert asides(place) == []
    place.run.ok("sync")
    assert place.entries == ["good 09:00-10:00"]


def test_an_unreadable_done_row_stops_no_command(used: Place) -> None:
    """Also if SQLite itself evaluates it."""
    spoil(used, "UPDATE changes SET after = X'7b' WHERE state = 'done'")
    used.line.lose()
    used.run.ok("add", "late", "--from", "7", "--to", "8")
    used.line.mend()
    used.run.ok("sync")
    assert "late 07:00-08:00" in used.entries
    assert "waits 09:00-10:00" in used.entries
    assert len(used.entries) == 3


@pytest.mark.parametrize(
    "sql", ["UPDATE actions SET at = 'garb'", "UPDATE actions SET command = CAST(X'ff' AS TEXT)"]
)
def test_an_unreadable_action_loses_no_change(used: Place, sql: str) -> None:
    """It can't be undone any more; pending changes are sent."""
    spoil(used, sql)
    assert "No changes to undo." in used.run.ok("undo", "--list").err
    assert used.run.ok("sync").err == "1 change sent.\n"


@pytest.mark.parametrize("sql", ["state = 'garb'", "at = 'garb'", "change = '{}'"])
def test_an_unreadable_action_is_not_undone(place: Place, sql: str) -> None:
    """Exit code 1, and no earlier action is undone instead; the next undo continues there."""
    place.run.ok("add", "first", "--from", "8", "--to", "9")
    place.run.ok("add", "second", "--from", "9", "--to", "10")
    spoil(place, f"UPDATE changes SET {sql} WHERE number = 2")
    code, out, err = place.run("undo", "-y")
    assert (code, out) == (1, "")
    assert "The journal has 1 row that can't be read (" in err
    assert err.endswith(
        "What 'add' changed can't be read any more\n"
        "earlier changes can be undone: clocktool undo --list\n"
    )
    place.run.ok("undo", "-y")
    assert place.entries == ["second 09:00-10:00"]


IN_THE_WAY = {
    "a link to itself": lambda path: (path.parent.mkdir(), path.symlink_to(path)),
    "a file for its folder": lambda path: path.parent.write_text("in the way"),
    "a link for its folder": lambda path: path.parent.symlink_to(path.parent),
}


@pytest.mark.parametrize("put", IN_THE_WAY.values(), ids=IN_THE_WAY)
def test_the_local_workspace_warns_that_nothing_can_be_undone(
    run: Console, put: Callable[[Path], object]
) -> None:
    """Once, after the result; and undo does not claim that nothing was changed."""
    run.ok("running", "--prompt")
    path = run.home / "data" / "journal" / "local.sqlite3"
    path.parent.parent.mkdir(exist_ok=True)
    put(path)
    for line in (("add", "one", "--from", "9", "--to", "10"), ("delete", "last", "-y")):
        said = run.ok(*line).err.splitlines()
        found = [each for each in said if each.startswith("The journal can't be written, ")]
        assert len(found) == 1
        assert "nothing can be undone" in found[0]
        assert str(path.parent) in found[0]
    assert run("add", "never", "--from", "10", "--to", "9").err.startswith("error: ")
    assert "journal" not in run.ok("list").err
    for asked in ("undo", "undo --list", "redo"):
        code, _, err = run(*asked.split())
        assert code == 8, asked
        assert err.startswith(f"error: cannot use {path}: ")
        assert err.endswith(
            f"hint: check that you may write to {path.name} and to its folder {path.parent}\n"
        )
        assert "Nothing was changed" not in err


def test_a_failing_local_workspace_is_one_message(run: Console) -> None:
    """The error of its file; the missing journal is not mentioned."""
    data = run.home / "data"
    data.write_text("in the way")
    assert len(run("add", "one", "--for", "1h").err.splitlines()) <= 2
    assert "journal" not in run("add", "one", "--for", "1h").err


def test_a_pending_change_beside_an_unreadable_row_is_counted_once(place: Place) -> None:
    """The count tells a user how many changes to type again."""
    place.away("add", "bad", "--from", "8", "--to", "9")
    place.away("add", "good", "--from", "9", "--to", "10")
    spoil(place, "UPDATE changes SET change = '{}' WHERE number = 1")
    said = place.run.ok("pending").err
    assert said.startswith("The journal has 1 row that can't be read (")
    assert ": left out, 1 change that waits is kept. As it was it is " in said
    assert place.run.ok("sync").err == "1 change sent.\n"
    assert place.entries == ["good 09:00-10:00"]


def test_a_row_removed_by_another_process_sets_nothing_aside(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two commands find it at once: the other pending changes are sent."""
    place.away("add", "odd", "--from", "8", "--to", "9")
    place.away("add", "fix", "--from", "9", "--to", "10")
    spoil(place, "UPDATE changes SET change = X'00' WHERE number = 1")
    drop_unreadable = Store.drop_unreadable

    def both(store: Store, reason: str) -> bool:
        monkeypatch.setattr(Store, "drop_unreadable", drop_unreadable)
        return drop_unreadable(store, reason) and drop_unreadable(store, reason)

    monkeypatch.setattr(Store, "drop_unreadable", both)
    assert "1 change sent." in place.run.ok("sync").err
    assert place.entries == ["fix 09:00-10:00"]
