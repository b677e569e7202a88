"""A full disk under the local workspace: what failed has done nothing, and does nothing later."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pytest

from clocktool.backends.local.workspace import LocalWorkspace
from clocktool.storage.failure import StorageError
from tests.conftest import Console, local_console
from tests.lab.player import few_writes

KB = 1024
SIZES = (*range(0, 100, 8), 120, 150, 200)
"""Free space in KB."""

COMMANDS: dict[str, tuple[str, ...]] = {
    "edit": ("edit", "last", "-d", "other"),
    "delete": ("delete", "last", "-y"),
    "start": ("start", "new", "-p", "Site"),
    "stop": ("stop",),
    "add": ("add", "new", "--from", "9", "--to", "10", "-T", "dev"),
    "split": ("split", "last", "11:00"),
    "join": ("join", "last", "last~1"),
    "bulk": ("bulk", "today", "--set-description", "other", "-y"),
    "dup": ("dup", "last", "--on", "2026-11-20..2026-11-23"),
    "rename": ("projects", "edit", "Site", "--name", "Shop"),
    "undo": ("undo", "-y"),
    "merge": ("tags", "merge", "dev", "web", "-y"),
}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Console:
    """A workspace with a few entries, a timer, and something to undo."""
    console = local_console(tmp_path_factory.mktemp("begun"))
    console.ok("projects", "add", "Site", "-q")
    console.ok("tags", "add", "dev", "-q")
    console.ok("tags", "add", "web", "-q")
    console.ok("add", "one", "--from", "10", "--to", "10:30", "-p", "Site", "-T", "dev", "-q")
    console.ok("add", "two", "--from", "10:30", "--to", "11:30", "-p", "Site", "-q")
    console.ok("start", "three", "--at", "12:00", "-q")
    return console


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    try:
        made = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        made = False
    if not made:
        pytest.skip("a file system can't be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@contextlib.contextmanager
def filled(folder: Path, free: int) -> Iterator[None]:
    """Leave so many bytes of a file system free."""
    ballast = folder / "ballast"
    found = os.statvfs(folder)
    size = found.f_bavail * found.f_frsize - free
    if size > 0:
        with ballast.open("wb") as file:
            file.write(b"x" * size)
    yield
    ballast.unlink(missing_ok=True)


def placed(begun: Console, disk: Path) -> Console:
    """Copy the workspace to the small disk."""
    home = disk / "home"
    shutil.rmtree(home, ignore_errors=True)
    return local_console(home).like(begun)


def everything(console: Console) -> str:
    """Return all entries and names, without the ids, which a retry may draw anew."""
    entries = console.ok("list", "all", "-o", "csv").out.splitlines()
    names = [console.ok(noun, "--all", "-o", "csv").out for noun in ("projects", "tags")]
    return "\n".join([*(line.partition(",")[2] for line in entries), *names])


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_failed_has_done_nothing_and_does_nothing_later(
    begun: Console, disk: Path, name: str
) -> None:
    """At each size of free space it is done, and exits with 0, or it is not, now and later."""
    before = everything(placed(begun, disk))
    done = placed(begun, disk)
    done.ok(*COMMANDS[name])
    after = everything(done)
    codes = set()
    for size in SIZES:
        console = placed(begun, disk)
        with filled(disk, size * KB):
            result = console(*COMMANDS[name])
        codes.add(result.code)
        wanted = after if result.code == 0 else before
        assert everything(console) == wanted, (size, result)
        console.ok("add", "unrelated", "--from", "8", "--to", "8:10", "-q")
        console.ok("sync", "-q")
        console.ok("delete", "-y", "-q", newest_id(console, "unrelated"))
        assert everything(console) == wanted, (size, result)
        assert "Traceback" not in result.err
    assert codes <= {0, 8}


@contextlib.contextmanager
def no_commit() -> Iterator[None]:
    """Let the disk be full at the end of a transaction of the local workspace."""
    begin = LocalWorkspace.transaction

    @contextlib.contextmanager
    def transaction(self: LocalWorkspace) -> Iterator[None]:
        with begin(self):
            yield
            raise StorageError(self._path, "the disk is full", "free some space and try again")

    with mock.patch.object(LocalWorkspace, "transaction", transaction):
        yield


@pytest.mark.parametrize("room", range(12))
@pytest.mark.parametrize("name", COMMANDS)
def test_a_journal_that_has_the_change_does_not_bring_it_later(
    begun: Console, tmp_path: Path, name: str, room: int
) -> None:
    """The file with the entries is full; the journal takes a few more writes, then none."""
    console = local_console(tmp_path / "home").like(begun)
    before = everything(console)
    with few_writes(room), no_commit():
        assert console(*COMMANDS[name]).code == 8
    assert everything(console) == before
    console.ok("add", "unrelated", "--from", "8", "--to", "8:10", "-q")
    console.ok("delete", "-y", "-q", newest_id(console, "unrelated"))
    assert everything(console) == before


def newest_id(console: Console, description: str) -> str:
    """Return the id of the newest entry with a description."""
    return console.ok("list", "all", "-d", description, "-o", "id").out.split()[-1]


@pytest.mark.slow
@pytest.mark.parametrize("size", [20, 40, 60, 80])
@pytest.mark.parametrize("name", ["edit", "delete", "start", "add", "split"])
def test_a_command_killed_on_a_full_disk_is_done_or_not_and_never_later(
    begun: Console, disk: Path, name: str, size: int
) -> None:
    """Killed at any instant: both before and after the next command it is one of the two."""
    before = everything(placed(begun, disk))
    done = placed(begun, disk)
    done.ok(*COMMANDS[name])
    after = everything(done)
    for delay in (0.05, 0.1, 0.15, 0.2, 0.3):
        console = placed(begun, disk)
        with filled(disk, size * KB):
            kill_after(console, COMMANDS[name], delay)
        found = everything(console)
        assert found.count("\n") in (before.count("\n"), after.count("\n"))
        console.ok("add", "unrelated", "--from", "8", "--to", "8:10", "-q")
        console.ok("delete", "-y", "-q", newest_id(console, "unrelated"))
        assert everything(console) == found


def kill_after(console: Console, line: tuple[str, ...], seconds: float) -> None:
    """Run a command in a process of its own, and kill it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "clocktool", *line],
        env={**os.environ, **console.env, "TZ": "Europe/Berlin"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    ended = wait(lambda: process.poll() is not None, seconds)
    if not ended:
        process.send_signal(signal.SIGKILL)
    process.wait()


def wait(is_over: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is over, at most so long; return whether it is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_over():
            return True
    return False
