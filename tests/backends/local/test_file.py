"""The file: created on demand, migrated, shared by processes, and its failures."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from msgspec.structs import replace

from clocktool.backends.local import schema, workspace
from clocktool.errors import ServerError
from tests.backends.local.conftest import Local

ROOT = Path(__file__).resolve().parents[3]

WRITER = """
import sys, itertools
from pathlib import Path
from clocktool.domain.time.zone import Zone
from clocktool.backends.local.workspace import LocalWorkspace
from clocktool.backends.base import Request
import msgspec
path, name, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
ids = itertools.count(1)
workspace = LocalWorkspace(
    path, now=lambda: 0, new_id=lambda: f"{name:04x}{next(ids):020x}", zone=Zone("UTC"), user="Ada"
)
me = msgspec.json.decode(workspace.send(Request("GET", "/user")).body)
where = f"/workspaces/{me['activeWorkspace']}/time-entries"
body = {"start": "2024-03-01T09:00:00Z", "end": "2024-03-01T10:00:00Z"}
for _ in range(count):
    reply = workspace.send(Request("POST", where, (), body))
    assert reply.status == 201, reply
    print(msgspec.json.decode(reply.body)["id"], flush=True)
"""


def _writer(path: Path, name: int, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(name), str(count)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def _stored(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return {identity for (identity,) in connection.execute("SELECT id FROM entries")}
    finally:
        connection.close()


def _failure(local: Local, method: str = "GET") -> ServerError:
    with pytest.raises(ServerError) as caught:
        local.raw(method, "/user" if method == "GET" else "/workspaces", {"name": "x"})
    assert "\n" not in caught.value.message
    assert str(local.path) in caught.value.message
    assert caught.value.hint
    return caught.value


def test_the_file_is_made_at_the_first_request_for_its_owner_only(local: Local) -> None:
    """Folders are 0700 and the file 0600; until then nothing exists, and it counts as new."""
    deep = Local(local.path.parent / "a" / "b" / "local.db")
    assert deep.transport.is_new is True
    assert not local.path.parent.exists()
    assert deep.raw("GET", "/user").status == 200
    assert deep.transport.is_new
    assert stat.S_IMODE(deep.path.stat().st_mode) == 0o600
    for folder in (deep.path.parent, deep.path.parent.parent, local.path.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    deep.transport.close()
    assert deep.transport.is_new is True
    again = Local(deep.path)
    assert again.raw("GET", "/user").json == deep.me
    assert not again.transport.is_new
    again.transport.close()
    deep.transport.close()


def test_closing_leaves_one_file(local: Local) -> None:
    """No log file remains, and a later request opens the file again."""
    entry = local.entry()
    local.transport.close()
    assert [path.name for path in local.path.parent.iterdir()] == ["local.db"]
    assert local.entries() == [entry["id"]]


def test_the_file_is_set_up_for_safety(local: Local) -> None:
    """It has a write-ahead log, foreign keys, full syncs, a lock timeout, and an application id."""
    for pragma, value in (
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("synchronous", 2),
        ("busy_timeout", 5000),
        ("application_id", schema.APPLICATION_ID),
        ("user_version", len(schema.MIGRATIONS)),
    ):
        assert local.sql(f"PRAGMA {pragma}") == [(value,)]


def test_the_schema_allows_one_timer_per_user(local: Local) -> None:
    """A second running entry violates a constraint."""
    local.entry("07:00", "08:00")
    local.entry(end=None)
    with pytest.raises(sqlite3.IntegrityError):
        local.sql("UPDATE entries SET end_at = NULL")


def test_an_empty_file_is_refused_and_left_alone(local: Local) -> None:
    """A new file is never empty for others, so an empty one has lost its data."""
    local.path.parent.mkdir()
    local.path.touch()
    assert not local.transport.is_new
    for method in ("GET", "POST"):
        error = _failure(local, method)
        assert error.message == f"cannot use {local.path}: it is empty"
        assert error.hint == (
            "restore it from a backup, or move it away to start with a new file:"
            f" mv {local.path} {local.path}.broken"
        )
    assert local.path.stat().st_size == 0


def test_a_file_of_the_first_version_is_migrated(local: Local) -> None:
    """Everything keeps its id and its fields, and every entry the rate that it had."""
    local.path.parent.mkdir()
    connection = sqlite3.connect(local.path)
    connection.executescript((Path(__file__).parent / "files/version-1.sql").read_text("utf-8"))
    connection.close()
    (acme,) = local.get("W/clients").json
    assert (acme["name"], acme["note"], acme["email"]) == ("Acme", "pays late", "")
    old, ops, site = local.get("W/projects").json
    assert (old["name"], old["archived"], old["hourlyRate"]) == ("Old", True, None)
    assert (ops["name"], ops["billable"], ops["public"]) == ("Ops", False, False)
    assert (site["name"], site["clientName"], site["color"]) == ("Site", "Acme", "#abc")
    assert site["hourlyRate"] == {"amount": 9000, "currency": "EUR"}
    assert [one["userId"] for one in site["memberships"]] == [local.me["id"]]
    build, fix = local.get(f"W/projects/{site['id']}/tasks").json
    assert (build["hourlyRate"], build["estimate"], build["assigneeIds"]) == (None, "PT0S", [])
    assert fix["hourlyRate"] == {"amount": 12000, "currency": "EUR"}
    assert local.get("W").json["hourlyRate"] == {"amount": 5000, "currency": "EUR"}
    rates = [(one["id"][-2:], one["hourlyRate"]["amount"]) for one in local.get("U").json]
    assert rates == [("10", 5000), ("0f", 5000), ("0e", 12000), ("0d", 9000)]
    assert local.sql("PRAGMA user_version") == [(len(schema.MIGRATIONS),)]
    assert local.sql("PRAGMA foreign_key_check") == []
    local.transport.close()
    assert local.get("W/projects").json == [old, ops, site]


def test_a_newer_file_is_left_alone(local: Local) -> None:
    """The error says that a newer clocktool wrote it."""
    local.sql("PRAGMA user_version = 999")
    local.transport.close()
    assert "newer clocktool" in _failure(local).message


def test_another_programs_database_is_left_alone(local: Local) -> None:
    """No tables are created in it."""
    local.path.parent.mkdir()
    with sqlite3.connect(local.path) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    assert "another program" in _failure(local).message


def test_a_folder_in_the_place_of_the_file(local: Local) -> None:
    """The error says it is a folder."""
    local.path.mkdir(parents=True)
    assert "it is a folder" in _failure(local).message


@pytest.mark.parametrize("folder", ["/proc/nothing", "/dev/null/x"])
def test_a_place_where_no_file_can_be(folder: str) -> None:
    """The error names the file and why it could not be made."""
    local = Local(Path(folder) / "local.db")
    _failure(local)


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\0" + b"x" * 5000])
def test_a_file_that_is_not_a_database(local: Local, content: bytes) -> None:
    """The hint says how to move it away, and the file is not touched."""
    local.path.parent.mkdir()
    local.path.write_bytes(content)
    error = _failure(local)
    assert error.hint is not None
    assert "mv " in error.hint
    assert local.path.read_bytes() == content


def test_a_damaged_page_is_reported(local: Local) -> None:
    """A file with an overwritten page raises a StorageError."""
    local.entry()
    local.transport.close()
    content = bytearray(local.path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    local.path.write_bytes(content)
    assert "damaged" in _failure(local).message


def test_a_long_lock_is_reported(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write waits for another process, then reports the lock; reading works."""
    monkeypatch.setattr(workspace, "FILE", replace(schema.FILE, seconds=0.05))
    local = Local(local.path)
    local.entry()
    other = sqlite3.connect(local.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert "locked" in _failure(local, "POST").message
    assert len(local.entries()) == 1
    other.execute("ROLLBACK")
    other.close()
    assert local.raw("POST", "/workspaces", {"name": "x"}).status == 201
    local.transport.close()


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    """Four processes create the file and write to it, and every entry is stored."""
    path = tmp_path / "deep" / "local.db"
    writers = [_writer(path, name, 100) for name in range(1, 5)]
    told: set[str] = set()
    for writer in writers:
        out, err = writer.communicate(timeout=60)
        assert writer.returncode == 0, err
        told |= set(out.split())
    assert len(told) == 400
    assert _stored(path) == told


def test_a_killed_process_loses_nothing_it_answered(tmp_path: Path) -> None:
    """After SIGKILL during many writes, the file is intact and has every answered entry."""
    path = tmp_path / "local.db"
    for name in (1, 2, 3):
        writer = _writer(path, name, 100_000)
        assert writer.stdout is not None
        told = {writer.stdout.readline().strip() for _ in range(50)}
        writer.send_signal(signal.SIGKILL)
        rest, _ = writer.communicate()
        told |= {line for line in rest.split("\n")[:-1] if len(line) == 24}
        assert told <= _stored(path)


def test_threads_share_one_workspace(local: Local) -> None:
    """Requests from several threads are answered one after another."""
    local.me  # noqa: B018  # opens the file
    threads = [Thread(target=lambda: [local.entry() for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(local.entries(page_size=100)) == 80


FULL_DISK = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), int(sys.argv[4])))
"""

REPORTING = """
from clocktool.errors import ServerError
try:
    exec(code)
except ServerError as error:
    print("ServerError", error.message, "|", error.hint)
"""


def test_a_full_disk_is_reported_and_damages_nothing(local: Local) -> None:
    """A write that does not fit raises a StorageError; existing data stays."""
    entry = local.entry()
    local.transport.close()
    script = f"import sys\n{FULL_DISK}\ncode = {WRITER!r}\n{REPORTING}"
    limit = str(local.path.stat().st_size)
    done = subprocess.run(
        [sys.executable, "-c", script, str(local.path), "9", "2000", limit],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert lines[-1].startswith("ServerError"), done.stderr
    assert str(local.path) in lines[-1]
    assert _stored(local.path) == {entry["id"], *lines[:-1]}
    assert local.entry()["id"] in local.entries()


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every user may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def test_a_folder_without_write_permission_can_be_read(shared: Path) -> None:
    """Reading works; a write reports that the file is read-only."""
    local = Local(shared / "local.db")
    local.entry()
    local.transport.close()
    local.path.chmod(0o444)
    shared.chmod(0o555)
    pid = os.fork()
    if pid == 0:  # permissions do not stop root, so a child gives root up
        code = 1
        try:
            if os.getuid() == 0:
                os.setuid(65534)
            assert len(Local(local.path).entries()) == 1
            assert "read-only" in _failure(Local(local.path), "POST").message
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    shared.chmod(0o755)
    assert os.waitstatus_to_exitcode(status) == 0


def test_a_missing_permission_is_reported(shared: Path) -> None:
    """The error names the file and what to check."""
    local = Local(shared / "local.db")
    local.entry()
    local.transport.close()
    local.path.chmod(0)
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            if os.getuid() == 0:
                os.setuid(65534)
            assert "check that you may" in str(_failure(Local(local.path)).hint)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
