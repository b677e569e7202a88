"""A database: made whole or not at all, brought up to date, and set aside when it is damaged."""

import contextlib
import errno
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from clocktool.storage.database import Database
from clocktool.storage.failure import DamagedError, LockedError, StorageError
from clocktool.storage.kind import Damage, Kind
from clocktool.storage.lock import Lock
from clocktool.storage.opening import open_read_only
from tests.conftest import Console
from tests.outbox.places import Place, placed

FIRST = ("CREATE TABLE a (x)",)
SECOND = ("ALTER TABLE a ADD COLUMN y", "INSERT INTO a VALUES (1, 2)")
ONE = Kind("the file", (FIRST,))
TWO = Kind("the file", (FIRST, SECOND), is_compared=True)


def rows(path: Path, kind: Kind = ONE) -> list[tuple[object, ...]]:
    """Return what is in the table of a file."""
    with contextlib.closing(Database(path, kind)) as database, database.read() as file:
        return file.execute("SELECT * FROM a").fetchall()


def add(path: Path, value: object, kind: Kind = ONE) -> None:
    """Put a row into a file of the first version."""
    with contextlib.closing(Database(path, kind)) as database, database.write() as file:
        file.execute("INSERT INTO a VALUES (?)", (value,))


def names(path: Path) -> list[str]:
    """Return what is in the folder of a file."""
    return sorted(each.name for each in path.parent.iterdir())


def killed(do: Callable[[], object]) -> None:
    """Do something in a process that is killed when it does not end before."""
    pid = os.fork()
    if pid == 0:
        try:
            do()
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def test_migrations_run_in_order_and_once(tmp_path: Path) -> None:
    """Only the steps that are missing run, and first rows are given to a new file alone."""
    path = tmp_path / "x.db"
    seeds: list[sqlite3.Connection] = []
    for kind in (ONE, TWO, TWO):
        with contextlib.closing(Database(path, kind, seed=seeds.append)) as database:
            with database.read():
                pass
            assert database.is_new == (kind is ONE)
    assert rows(path, TWO) == [(1, 2)]
    assert len(seeds) == 1
    assert names(path) == ["x.db"]


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """All steps are one transaction."""
    path = tmp_path / "x.db"
    add(path, 1)
    with pytest.raises(DamagedError):
        rows(path, Kind("the file", (FIRST, ("CREATE TABLE b (x)", "NONSENSE"))))
    assert rows(path) == [(1,)]
    with sqlite3.connect(path) as file:
        assert file.execute("SELECT name FROM sqlite_master").fetchall() == [("a",)]
    file.close()


def test_a_transaction_that_fails_has_done_nothing(tmp_path: Path) -> None:
    """A part of one is undone alone."""
    database = Database(tmp_path / "x.db", ONE)
    with contextlib.closing(database):
        with contextlib.suppress(ZeroDivisionError), database.write() as file:
            file.execute("INSERT INTO a VALUES (1)")
            raise ZeroDivisionError
        with database.write() as file:
            file.execute("INSERT INTO a VALUES (2)")
            with contextlib.suppress(ZeroDivisionError), database.write():
                file.execute("INSERT INTO a VALUES (3)")
                raise ZeroDivisionError
            with database.write():
                file.execute("INSERT INTO a VALUES (4)")
    assert rows(tmp_path / "x.db") == [(2,), (4,)]


def test_nothing_is_done_outside_of_a_transaction_that_broke(tmp_path: Path) -> None:
    """SQLite ends it where the disk fails; what would follow in it is refused."""
    database = Database(tmp_path / "x.db", ONE)
    with contextlib.closing(database):

        def go_on() -> None:
            with database.write() as file:
                file.execute("INSERT INTO a VALUES (1)")
                file.execute("ROLLBACK")
                with database.write():
                    file.execute("INSERT INTO a VALUES (2)")

        with pytest.raises(StorageError, match="rolled back"):
            go_on()
        with database.read() as file:
            assert file.execute("SELECT * FROM a").fetchall() == []


def test_a_file_that_is_missing_is_read_as_empty_and_not_made(tmp_path: Path) -> None:
    """It is made when it is first written, also by another."""
    path = tmp_path / "deep" / "x.db"
    database = Database(path, ONE)
    with contextlib.closing(database):
        with database.read() as file:
            assert file.execute("SELECT * FROM a").fetchall() == []
        assert not path.parent.exists()
        add(path, 1)
        with database.read() as file:
            assert file.execute("SELECT * FROM a").fetchall() == [(1,)]


def test_a_process_that_is_killed_as_it_makes_a_file_leaves_none(tmp_path: Path) -> None:
    """What it leaves has another name, and is gone with the next that makes or opens the file."""
    path = tmp_path / "x.db"

    def kill(_: sqlite3.Connection) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def make() -> None:
        with Database(path, ONE, seed=kill).read():
            pass

    killed(make)
    assert not path.exists()
    assert {each.removesuffix("-journal") for each in names(path)} == {"x.db.new"}
    add(path, 1)
    assert names(path) == ["x.db"]
    path.with_name("x.db.new").touch()
    assert rows(path) == [(1,)]
    assert names(path) == ["x.db"]


def test_a_new_file_is_given_nothing_of_one_that_was_moved_away(tmp_path: Path) -> None:
    """What a killed process left beside that is set aside, too."""
    path = tmp_path / "x.db"
    killed(lambda: leave(path))
    path.rename(tmp_path / "x.db.broken")
    add(path, 2)
    assert rows(path) == [(2,)]
    assert "x.db.damaged-1-wal" in names(path)


def leave(path: Path) -> None:
    """Write into a file and keep it open."""
    with Database(path, ONE).write() as file:
        file.execute("INSERT INTO a VALUES (1)")
    os.kill(os.getpid(), signal.SIGKILL)


def test_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    """With all that is beside it, and the folders that were made for it."""
    path = tmp_path / "a" / "b" / "x.db"
    killed(lambda: leave(path))
    assert {each.stat().st_mode & 0o777 for each in path.parent.iterdir()} == {0o600}
    assert {each.stat().st_mode & 0o777 for each in (path.parent, path.parent.parent)} == {0o700}


def test_a_link_to_nowhere_is_a_file_to_be_made_there(tmp_path: Path) -> None:
    """And stays a link."""
    path = tmp_path / "x.db"
    path.symlink_to(tmp_path / "there" / "y.db")
    add(path, 1)
    assert path.is_symlink()
    assert rows(tmp_path / "there" / "y.db") == [(1,)]


def test_a_file_system_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new file is renamed then."""

    def fail(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", fail)
    add(tmp_path / "x.db", 1)
    assert rows(tmp_path / "x.db") == [(1,)]
    assert names(tmp_path / "x.db") == ["x.db"]


BAD = {
    "noise": lambda path: path.write_bytes(b"noise" * 1000),
    "newer": lambda path: execute(path, "PRAGMA user_version = 9"),
    "empty": lambda path: path.write_bytes(b""),
    "another": lambda path: execute(path, "PRAGMA user_version = 0"),
}


def execute(path: Path, sql: str) -> None:
    """Run SQL on a file."""
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        file.execute(sql)


@pytest.mark.parametrize("spoil", BAD.values(), ids=BAD)
def test_what_nothing_else_has_is_named_and_left_alone(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    """Reading and writing say the same."""
    path = tmp_path / "x.db"
    add(path, 1)
    spoil(path)
    before = path.read_bytes()
    for use in (lambda: rows(path), lambda: add(path, 2)):
        with pytest.raises(DamagedError, match=r"cannot use .*x.db: it "):
            use()
    assert path.read_bytes() == before
    assert names(path) == ["x.db"]


@pytest.mark.parametrize("spoil", [BAD["noise"], BAD["newer"]], ids=["noise", "newer"])
def test_what_may_be_set_aside_is(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    """Under a name that says so; that is said once."""
    path = tmp_path / "x.db"
    said: list[str] = []
    add(path, 1)
    spoil(path)
    before = path.read_bytes()
    database = Database(path, replace(ONE, damage=Damage.SET_ASIDE), said.append)
    with contextlib.closing(database):
        with database.read() as file:
            assert file.execute("SELECT * FROM a").fetchall() == []
        with database.write():
            pass
    assert (tmp_path / "x.db.damaged-1").read_bytes() == before
    (line,) = said
    assert line.startswith("The file cannot be used (it ")
    assert line.endswith(f"); it is set aside as {path}.damaged-1")


@pytest.mark.parametrize("spoil", BAD.values(), ids=BAD)
def test_what_can_be_had_again_is_thrown_away(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    """With all that is beside it."""
    path = tmp_path / "x.db"
    add(path, 1)
    spoil(path)
    add(path, 2, replace(ONE, damage=Damage.THROW_AWAY))
    assert rows(path) == [(2,)]
    assert names(path) == ["x.db"]


def test_a_file_whose_tables_were_changed_is_left_alone(tmp_path: Path) -> None:
    """A flipped bit in what SQLite keeps of a table can make it another one."""
    path = tmp_path / "x.db"
    add(path, 1)
    execute(path, "ALTER TABLE a ADD COLUMN z")
    with pytest.raises(DamagedError, match="its tables were changed"):
        rows(path, replace(ONE, is_compared=True))


def test_a_file_that_another_program_has_for_itself_is_not_read(tmp_path: Path) -> None:
    """Half of what that one writes may be in it."""
    path = tmp_path / "x.db"
    add(path, 1)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LockedError, match="another process had it locked"):
            rows(path, replace(ONE, seconds=0.01))


def test_a_file_that_another_process_has_begun_anew_is_not_set_aside(tmp_path: Path) -> None:
    """Only the one that was damaged is."""
    path = tmp_path / "x.db"
    add(path, 1)
    with (
        contextlib.closing(Database(path, ONE)) as database,
        contextlib.closing(Database(path, ONE)) as quicker,
    ):
        for each in (database, quicker):
            with each.read():
                pass
        quicker.set_aside("it is damaged")
        add(path, 2)
        database.set_aside("it is damaged")
        with database.read() as file:
            assert file.execute("SELECT * FROM a").fetchall() == [(2,)]
    assert not path.with_name("x.db.damaged-2").exists()


def test_what_is_read_without_a_lock_is_read_with_its_log(tmp_path: Path) -> None:
    """What another process has just written is not in the file itself yet."""
    path = tmp_path / "x.db"
    add(path, 1)
    with contextlib.closing(Database(path, ONE)) as other:
        with other.write() as file:
            file.execute("INSERT INTO a VALUES (2)")
        with contextlib.closing(open_read_only(path, 1)) as it:
            assert it.execute("SELECT * FROM a").fetchall() == [(1,), (2,)]


def test_a_lock_that_stays_is_told(tmp_path: Path) -> None:
    """After so many seconds; reading goes on."""
    path = tmp_path / "x.db"
    add(path, 1)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        hasty = replace(ONE, seconds=0.01)
        assert rows(path, hasty) == [(1,)]
        with pytest.raises(LockedError, match=r"another process had it locked for 0\.01 seconds"):
            add(path, 2, hasty)


@pytest.fixture
def durable(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How durable the files are that are written, by name: 0 for OFF, 2 for FULL."""
    found: dict[str, int] = {}
    write = Database.write

    @contextlib.contextmanager
    def look(it: Database) -> Iterator[sqlite3.Connection]:
        with write(it) as file:
            (found[f"{it.path.parent.name}/{it.path.stem}"],) = file.execute(
                "PRAGMA synchronous"
            ).fetchone()
            yield file

    monkeypatch.setattr(Database, "write", look)
    return found


def test_what_is_tracked_here_outlives_a_power_cut(run: Console, durable: dict[str, int]) -> None:
    """The workspace does, and marks do; what undo needs of it is on the disk in its own time."""
    run.ok("projects", "add", "Site", "--rate", "90", "--billable")
    run.ok("add", "x", "-p", "Site", "--from", "9", "--to", "10", "--billable")
    run.ok("invoice", "today", "-y")
    assert durable == {"data/local": 2, "journal/local": 0, "data/invoiced": 2}


def test_what_an_account_is_sent_outlives_a_power_cut(
    new_console: Callable[[str], Console],
    monkeypatch: pytest.MonkeyPatch,
    durable: dict[str, int],
) -> None:
    """Before it is sent; what was asked can be asked again."""
    with placed(new_console("service"), "service", monkeypatch) as place:
        assert isinstance(place, Place)
        durable.clear()
        place.away("add", "x", "--for", "5m")
        place.run.ok("sync")
    assert durable.pop("journal/@default") == 2
    assert {value for name, value in durable.items() if name.startswith("cache/")} == {0}


def test_what_the_system_says_is_said_without_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In our words, with what to check."""

    def fail(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("clocktool.storage.files.make_folder", fail)
    path = tmp_path / "x.lock"
    with pytest.raises(StorageError) as caught:
        Lock(path).acquire(0)
    assert caught.value.message == f"cannot use {path}: read-only file system"
    assert caught.value.hint == f"check that you may write to x.lock and to its folder {tmp_path}"
