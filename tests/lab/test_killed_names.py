"""Changes of names by real processes, killed by SIGKILL at every point that matters."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import NOON, Console
from tests.lab.test_killed import kill_at, place_of

pytestmark = pytest.mark.slow

COMMANDS = {
    "add": ("projects", "add", "New", "--client", "ACME", "--rate", "50"),
    "rename": ("tags", "edit", "dev", "--name", "devel"),
    "archive": ("projects", "archive", "Site", "Ops"),
    "delete": ("tags", "delete", "urgent", "-y"),
    "undo": ("undo",),
    "redo": ("redo",),
}
"""Commands of one change, of several, and of several requests for one."""

MADE = (
    ("clients", "add", "ACME"),
    ("projects", "add", "Site", "--client", "ACME"),
    ("projects", "add", "Ops"),
    ("tags", "add", "dev"),
    ("tags", "add", "urgent"),
)
"""What servers have when they begin."""


@contextmanager
def prepared(folder: Path, routes: str, command: str) -> Iterator[Console]:
    """Set up a place in which each of the commands has something to do."""
    with place_of(Console(folder), routes, NOON) as place:
        run = place.console
        if routes == "local":
            for line in MADE:
                run.ok(*line)
        if command in ("undo", "redo"):
            run.ok("tags", "delete", "dev", "-y")
        if command == "redo":
            run.ok("undo")
        run.later(60)
        yield run


def names(run: Console) -> list[tuple[str, str, str]]:
    """Return the names that a read shows, with whether they are archived."""
    return sorted(
        (kind, each["name"], str(each["archived"]))
        for kind in ("projects", "tags")
        for each in run.ok(kind, "--all", "-o", "json").json
    )


@pytest.mark.parametrize("routes", ["service", "guide", "local"])
@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_any_point_it_is_done_once_and_whole_or_not_at_all(
    tmp_path: Path, routes: str, command: str
) -> None:
    """On an account after the next command, on the local workspace at once; then undo works."""
    with prepared(tmp_path / "whole", routes, command) as run:
        before = names(run)
        run.ok(*COMMANDS[command])
        whole = names(run)
    assert whole != before
    was_killed, done = True, set[bool]()
    for point in range(1, 60):
        with prepared(tmp_path / str(point), routes, command) as run:
            was_killed = kill_at(run, COMMANDS[command], point)
            if routes != "local":
                assert run("sync").code == 0
            after = names(run)
            assert after in (before, whole), point
            assert run.ok("pending", "-o", "json").json == []
            if after == whole and command not in ("undo", "redo"):
                run.ok("undo")
                assert names(run) == before, point
        if not was_killed:
            break
        done.add(after == whole)
    assert not was_killed
    assert done == {True, False}
