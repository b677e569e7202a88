"""Reading where nothing can be written: a full disk, a read-only folder, a file of others."""

import contextlib
import os
import resource
import shutil
import signal
import sqlite3
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clocktool.storage.database import Database
from clocktool.storage.kind import Kind
from tests.conftest import Console, local_console
from tests.contract.worlds import connect, fill, workspace_of
from tests.service_server import ServiceServer

pytestmark = pytest.mark.slow

READS = (
    ("running",),
    ("running", "--prompt"),
    ("list",),
    ("list", "-o", "json"),
    ("report", "week"),
    ("show", "last"),
    ("export",),
    ("pending",),
    ("undo", "--list"),
)
ASKING = ("running", "list", "report", "show", "export")
NOBODY = 65534


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every user may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(params=["local", "account"])
def used(request: pytest.FixtureRequest, shared: Path) -> Iterator[Console]:
    """A console that has tracked something, on this machine and in an account."""
    if request.param == "local":
        console = local_console(shared / "home")
        track(console)
        yield console
        return
    console = Console(shared / "home")
    with contextlib.closing(workspace_of(console, shared / "server.sqlite3")) as workspace:
        fill(workspace)
        server = ServiceServer(workspace)
        with server.serving():
            connect(console, server.url, "service")
            track(console)
            yield console


def track(console: Console) -> None:
    """Add an entry and start a timer."""
    console.ok("add", "done", "--from", "9", "--to", "10")
    console.ok("start", "x", "--at", "12")


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def as_nobody(do: Callable[[], object]) -> None:
    """Do something in a process without the rights of root, which permissions do not stop."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            if os.getuid() == 0:
                os.setuid(NOBODY)
            do()
            code = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_reading_works_on_a_full_disk(used: Console) -> None:
    """Every command that only reads answers as before, with no word about the disk."""
    right = {line: used.ok(*line) for line in READS}
    with full_disk():
        found = {line: used(*line) for line in READS}
    assert found == right


def test_a_write_on_a_full_disk_is_refused_and_does_not_hurt(run: Console) -> None:
    """Exit code 8; what was there is there."""
    track(run)
    right = run.ok("list")
    with full_disk():
        assert run("add", "more", "--for", "5m").code == 8
        assert run("list") == right
    assert run.ok("list") == right


def only_to_read(home: Path) -> None:
    """Make a folder and all below it read-only for everyone."""
    for each in (home, *home.rglob("*")):
        each.chmod(0o555 if each.is_dir() else 0o444)


def test_reading_works_in_a_read_only_folder(used: Console) -> None:
    """Also files of another user; a note says that entries are not kept."""
    right = {line: used.ok(*line) for line in READS}
    only_to_read(used.home)
    notes = [
        f"Entries can't be kept for later: cannot use {each}: it is read-only\n"
        for each in (used.home / "data" / "mirror").glob("*.sqlite3")
    ]

    def read() -> None:
        for line in READS:
            note = "".join(notes) if line[0] in ASKING and "--prompt" not in line else ""
            assert used(*line) == right[line]._replace(err=right[line].err + note)

    try:
        as_nobody(read)
    finally:
        for each in (used.home, *used.home.rglob("*")):
            each.chmod(0o755 if each.is_dir() else 0o644)


LEFT = {"nothing": (), "a log": ("-wal",), "a log and its index": ("-wal", "-shm")}


@pytest.mark.parametrize("left", LEFT.values(), ids=LEFT)
@pytest.mark.parametrize("folder", [0o555, 0o777], ids=["read-only", "writable"])
@pytest.mark.parametrize("mode", [0o444, 0o666], ids=["its-file", "all"])
def test_what_a_killed_process_left_beside_a_file_is_read(
    shared: Path, left: tuple[str, ...], folder: int, mode: int
) -> None:
    """What was answered is there, whatever may be written."""
    console = local_console(shared / "home")
    track(console)
    data = shared / "home" / "data"
    file = data / "local.sqlite3"
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("SELECT count(*) FROM entries").fetchone()  # the log stays as it is
        console.ok("add", "late", "--from", "10", "--to", "11")
        copies = {end: file.with_name(file.name + end).read_bytes() for end in ("", "-wal", "-shm")}
    right = console.ok("list")
    assert "late" in right.out
    if left:
        for end, content in copies.items():
            beside = file.with_name(file.name + end)
            beside.unlink(missing_ok=True)
            if not end or end in left:
                beside.write_bytes(content)
    shutil.rmtree(data / "known")
    shutil.rmtree(data / "journal")
    for each in data.glob("local.sqlite3*"):
        each.chmod(mode)
    for place in (shared / "home", data):
        place.chmod(folder)

    def read() -> None:
        found = console("list")
        assert found == right, found.err
        assert "x" in console("running").out

    try:
        as_nobody(read)
    finally:
        for place in (shared / "home", data):
            place.chmod(0o755)


def test_what_a_killed_process_wrote_half_of_is_not_read(shared: Path) -> None:
    """A file without a log has a journal of what was there before: that is what is read."""
    path = shared / "x.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("CREATE TABLE a (x)")
        file.executemany("INSERT INTO a VALUES (?)", [("before" * 100,)] * 100)
        file.execute("PRAGMA user_version = 1")
        file.execute("PRAGMA cache_size = 1")
        file.execute("BEGIN")
        file.execute("UPDATE a SET x = 'after'")
        copies = {end: path.with_name(path.name + end).read_bytes() for end in ("", "-journal")}
    for end, content in copies.items():
        path.with_name(path.name + end).write_bytes(content)
    only_to_read(shared)

    def read() -> None:
        kind = Kind("the file", (("CREATE TABLE a (x)",),))
        with contextlib.closing(Database(path, kind)) as database, database.read() as it:
            assert it.execute("SELECT DISTINCT x FROM a").fetchall() == [("before" * 100,)]

    try:
        as_nobody(read)
    finally:
        shared.chmod(0o755)
