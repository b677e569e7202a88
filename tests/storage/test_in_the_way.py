"""A path that is not a regular file: the error names it, it is not changed, and nothing blocks."""

import os
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Console
from tests.outbox.places import Place, placed


def listen(path: Path) -> None:
    """Put a socket there; its name is too long but for a path from its folder."""
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


ODD: dict[str, Callable[[Path], object]] = {
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
    "a socket": listen,
    "a device": lambda path: path.symlink_to("/dev/zero"),
}
odd = pytest.mark.parametrize("what", ODD)


def put(what: str, path: Path) -> tuple[int, int]:
    """Put it in the place of a file; return what it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    ODD[what](path)
    return kind_of(path)


def kind_of(path: Path) -> tuple[int, int]:
    """Return which file something is, and of which kind."""
    found = path.lstat()
    return found.st_ino, stat.S_IFMT(found.st_mode)


def names_it(console: Console, path: Path, what: str, *line: str) -> None:
    """Run a command that must name the file and how to begin anew, exit code 8."""
    code, out, err = console(*line)
    hint = f"move it away to start with a new file: mv {path} {path}.broken"
    if what == "a device":
        hint = "choose another file; this one is a device of the system"
    assert (code, out) == (8, ""), (line, err)
    assert err.splitlines()[-2:] == [
        f"error: cannot use {path}: it is {what}",
        f"hint: {hint}",
    ]


LINES = (("list",), ("running",), ("start", "y"), ("add", "y", "--for", "5m"))


@odd
def test_in_the_place_of_the_local_workspace(run: Console, what: str) -> None:
    """No command goes on without it."""
    path = run.home / "data" / "local.sqlite3"
    before = put(what, path)
    for line in LINES:
        names_it(run, path, what, *line)
    assert kind_of(path) == before


@odd
def test_in_the_place_of_the_outbox(run: Console, what: str) -> None:
    """Nothing is done that could not be undone; it can be read all the same."""
    run.ok("start", "x")
    path = run.home / "data" / "journal" / "local.sqlite3"
    before = put(what, path)
    for line in (("stop",), ("undo", "-y"), ("undo", "--list")):
        names_it(run, path, what, *line)
    assert kind_of(path) == before


@odd
def test_in_the_place_of_the_marks(run: Console, what: str) -> None:
    """Nothing is invoiced that may have been."""
    run.ok("projects", "add", "Site", "--rate", "90", "--billable")
    run.ok("add", "x", "-p", "Site", "--from", "9", "--to", "10", "--billable")
    path = run.home / "data" / "invoiced.sqlite3"
    before = put(what, path)
    names_it(run, path, what, "invoice", "today")
    names_it(run, path, what, "invoice", "today", "-y")
    assert kind_of(path) == before


@odd
def test_in_the_place_of_the_configuration(run: Console, what: str) -> None:
    """Reading it would hang, writing would replace it: neither is done."""
    path = Path(run.env["CLOCKTOOL_CONFIG"])
    before = put(what, path)
    for line in (*LINES, ("config", "set", "timezone", "UTC")):
        names_it(run, path, what, *line)
    run.env["EDITOR"] = "true"
    names_it(run, path, what, "config", "edit")
    assert kind_of(path) == before


@odd
def test_in_the_place_of_the_key_of_serve(run: Console, what: str) -> None:
    """No server is started without a readable key."""
    path = run.home / "data" / "serve.key"
    before = put(what, path)
    names_it(run, path, what, "serve", "--port", "0")
    assert kind_of(path) == before


@pytest.fixture
def place(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """A console of an account that has asked for its timer."""
    with placed(new_console("service"), "service", monkeypatch) as made:
        made.run.ok("start", "x")
        yield made


@odd
def test_in_the_place_of_the_outbox_of_an_account(place: Place, what: str) -> None:
    """It is not known what waits, and nothing goes out that could not be kept."""
    path = place.run.home / "data" / "journal" / "@default.sqlite3"
    before = put(what, path)
    place.server.asked.clear()
    for line in (("stop",), ("list",), ("pending",), ("sync",)):
        names_it(place.run, path, what, *line)
    assert kind_of(path) == before
    assert place.requests == []


@odd
def test_in_the_place_of_the_send_lock(place: Place, what: str) -> None:
    """Nothing goes out that another may send, too; it can be read all the same."""
    path = place.run.home / "data" / "journal" / "@default.turn"
    before = put(what, path)
    names_it(place.run, path, what, "stop")
    assert kind_of(path) == before
    assert place.entries == ["x 12:30-"]
    assert place.run.ok("running").err == ""


@odd
@pytest.mark.parametrize("files", ["cache/*", "known/*.json", "known/prompt"])
def test_in_the_place_of_what_can_be_asked_again(place: Place, what: str, files: str) -> None:
    """It is done without, and left alone."""
    (path,) = (place.run.home / "data").glob(files)
    before = put(what, path)
    for line in (("running",), ("list",), ("add", "y", "--for", "5m"), ("stop",)):
        assert place.run.ok(*line).err in ("", "Stopped.\n")
    assert place.run.ok("running", "--prompt").code == 0
    assert kind_of(path) == before
