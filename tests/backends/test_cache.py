"""The cache is never needed: damaged, locked or read-only, commands go on and are right."""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from clocktool.backends.cache import CACHE
from tests.conftest import Console
from tests.contract.worlds import connect, fill, workspace_of
from tests.guide_server import KEY
from tests.permissions import as_anyone
from tests.service_server import ServiceServer

LINE = ("start", "x", "-p", "Site", "-T", "dev")


class Place(NamedTuple):
    """A console, the server it talks to and the file of its cache."""

    console: Console
    server: ServiceServer
    file: Path

    def asked(self, *argv: str) -> int:
        """Run a command that must do the right thing; return how many requests it took."""
        self.server.asked.clear()
        result = self.console(*argv)
        assert result.code == 0, result
        assert KEY not in repr(result)
        assert result.err == "", result
        if argv == LINE:
            assert "x  Site · ACME  $ #dev  " in result.out
        return len(self.server.asked)


@pytest.fixture
def place(new_console: Callable[[str], Console]) -> Iterator[Place]:
    """A console with the names of ``LINE`` in its cache."""
    console = new_console("cache")
    with contextlib.closing(workspace_of(console, console.home / "server.sqlite3")) as workspace:
        fill(workspace)
        server = ServiceServer(workspace)
        with server.serving():
            connect(console, server.url, "service")
            console.ok(*LINE)
            (file,) = (console.home / "data" / "cache").iterdir()
            yield Place(console, server, file)


COLD = 6
"""The user, two names and the rules are asked for, then the timer ends and starts."""


def test_it_is_one_file_for_its_owner_alone(place: Place) -> None:
    """Mode 0600 in a folder of 0700, and its name shows no account."""
    assert stat.S_IMODE(place.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.file.parent.stat().st_mode) == 0o700
    assert KEY not in place.file.name
    assert place.asked(*LINE) == 2


def test_the_folders_above_it_are_for_their_owner_alone(place: Place) -> None:
    """The data folder, when it is the cache that makes it, has mode 0700, too."""
    assert stat.S_IMODE(place.file.parent.parent.stat().st_mode) == 0o700


def test_the_key_is_not_in_it(place: Place) -> None:
    """Not a byte of it, after all that a command may keep."""
    for line in ("list", "running", "stop", "projects", "tags", "workspaces", "list -o json"):
        place.console.ok(*line.split())
    assert list(place.file.parent.iterdir()) == [place.file]
    assert KEY.encode() not in place.file.read_bytes()


@pytest.mark.parametrize(
    "content",
    [b"", b"no database at all" * 200, b"SQLite format 3\x00" + b"\xff" * 4096, os.urandom(5000)],
    ids=["empty", "text", "header", "noise"],
)
def test_a_damaged_one_is_made_anew(place: Place, content: bytes) -> None:
    """The command goes on without it; the next ones have one again, silently."""
    place.file.write_bytes(content)
    assert place.asked(*LINE) == COLD
    place.asked(*LINE)
    assert place.asked(*LINE) == 2
    assert stat.S_IMODE(place.file.stat().st_mode) == 0o600


def test_one_that_is_damaged_in_the_middle_is_made_anew(place: Place) -> None:
    """Also when it opens well and fails later."""
    data = bytearray(place.file.read_bytes())
    data[4096:] = b"\xaa" * (len(data) - 4096)
    place.file.write_bytes(bytes(data))
    assert place.asked(*LINE) == COLD
    place.asked(*LINE)
    assert place.asked(*LINE) == 2


@pytest.mark.parametrize("version", [0, CACHE.version - 1, CACHE.version + 1, 99])
def test_one_of_another_version_is_made_anew(place: Place, version: int) -> None:
    """Older or newer, with tables of other shapes: all of it can be asked again."""
    with contextlib.closing(sqlite3.connect(place.file)) as file:
        file.execute(f"PRAGMA user_version = {version}")
        file.execute("DROP TABLE names")
        file.execute("CREATE TABLE names (something TEXT)")
        file.execute("CREATE TABLE other (something TEXT)")
        file.commit()
    assert place.asked(*LINE) == COLD
    assert place.asked(*LINE) == 2


def test_kept_replies_that_make_no_sense_are_asked_again(place: Place) -> None:
    """A body of another shape is replaced, without an error."""
    with contextlib.closing(sqlite3.connect(place.file)) as file:
        file.execute("UPDATE replies SET body = ?", (b'{"message": 1}',))
        file.commit()
    assert place.asked(*LINE) == COLD
    assert place.asked(*LINE) == 2


def test_one_that_another_process_locks_is_done_without(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known is used, what cannot be written is not kept."""
    connect_to = sqlite3.connect

    def hasty(path: Path, **given: object) -> sqlite3.Connection:
        if Path(path) == place.file:
            given["timeout"] = 0.01
        return connect_to(path, **given)  # type: ignore[call-overload, no-any-return]

    lock = connect_to(place.file, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(sqlite3, "connect", hasty)
    try:
        assert place.asked(*LINE) == 2
        assert place.asked("list", "--total") == 1
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    assert place.asked(*LINE) == 2


def test_a_place_that_cannot_be_written(place: Place) -> None:
    """A read-only folder or file: what is known is used, nothing is kept, nothing fails."""
    place.file.chmod(0o400)
    place.file.parent.chmod(0o500)
    try:
        assert as_anyone(lambda: place.asked(*LINE)) == 2
    finally:
        place.file.parent.chmod(0o700)
        place.file.chmod(0o600)


@pytest.mark.parametrize("what", ["file", "folder", "link"])
def test_a_place_where_no_file_can_be(place: Place, what: str) -> None:
    """A folder in its place, a file in its folder's place, or a link to nowhere."""
    place.file.unlink()
    if what == "file":
        place.file.mkdir()
    else:
        place.file.parent.rmdir()
        if what == "folder":
            place.file.parent.write_text("in the way")
        else:
            place.file.parent.symlink_to("/proc/nowhere")
    for _ in range(2):
        assert place.asked(*LINE) == COLD


def test_verbose_says_why_the_cache_cannot_be_used(place: Place) -> None:
    """With -v one line gives the reason, without the key; without -v there is none."""
    place.file.unlink()
    place.file.mkdir()
    said = [line for line in place.console.ok("list", "-v").err.splitlines() if "the cache" in line]
    assert len(said) == 1
    assert str(place.file) in said[0]
    assert KEY not in said[0]


def test_the_local_workspace_has_none(run: Console) -> None:
    """It is all on this machine already."""
    run.ok("start", "x")
    run.ok("list")
    assert not (run.home / "data" / "cache").exists()
