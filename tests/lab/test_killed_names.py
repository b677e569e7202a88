"""Changes of names by real processes, killed by SIGKILL at every point that matters."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import NOON, Console
from tests.lab.kills import Beginning, kill_at
from tests.lab.place import Place, place_of

pytestmark = pytest.mark.slow

COMMANDS = {
    "add": ("projects", "add", "New", "--client", "ACME", "--rate", "50"),
    "rename": ("tags", "edit", "dev", "--name", "devel"),
    "archive": ("projects", "archive", "Site", "Ops"),
    "delete": ("tags", "delete", "urgent", "-y"),
    "merge projects": ("projects", "merge", "Site", "Ops", "-y"),
    "merge clients": ("clients", "merge", "ACME", "Globex", "-y"),
    "merge tags": ("tags", "merge", "dev", "urgent", "-y"),
    "merge tasks": ("tasks", "merge", "Login", "Review", "-p", "Site", "-y"),
    "undo": ("undo",),
    "redo": ("redo",),
}
"""Commands of one change, of several, and of several requests for one."""

MADE: tuple[tuple[str, ...], ...] = (
    ("clients", "add", "ACME"),
    ("projects", "add", "Site", "--client", "ACME"),
    ("projects", "add", "Ops"),
    ("tasks", "add", "Login", "-p", "Site"),
    ("tags", "add", "dev"),
    ("tags", "add", "urgent"),
)
"""What servers have when they begin."""

USED: tuple[tuple[str, ...], ...] = (
    ("clients", "add", "Globex"),
    ("tasks", "add", "Review", "-p", "Site"),
    ("add", "one", "--from", "8", "--to", "9", "-p", "Site", "-t", "Login", "-T", "dev"),
    ("add", "two", "--from", "9", "--to", "10", "-p", "Site", "-t", "Review"),
    ("add", "three", "--from", "10", "--to", "11", "-p", "Ops", "-T", "urgent", "-T", "dev"),
)
"""What merges move."""


@contextmanager
def prepared(folder: Path, routes: str, command: str) -> Iterator[Place]:
    """Set up a place in which each of the commands has something to do."""
    with place_of(Console(folder), routes, NOON) as place:
        run = place.console
        if routes == "local":
            for line in MADE:
                run.ok(*line)
        if command.startswith("merge"):
            for line in USED:
                run.ok(*line)
        if command in ("undo", "redo"):
            run.ok("tags", "delete", "dev", "-y")
        if command == "redo":
            run.ok("undo")
        run.later(60)
        yield place


def names(run: Console) -> list[str]:
    """Return the names that a read shows, whether they are archived, and what uses them."""
    of = (("projects",), ("tags",), ("clients",), ("tasks", "-p", "Site"), ("tasks", "-p", "Ops"))
    found = [
        f"{words[0]} {each['name']} {each.get('clientName')} {each.get('archived')}"
        f" {each.get('status')}"
        for words in of
        for each in run.ok(*words, "--all", "-o", "json").json
    ]
    template = "{description} {client}/{project} {task} {tags}"
    return sorted([*found, *run.ok("list", "--template", template).out.splitlines()])


ALIKE = ("merge clients", "merge tags", "merge tasks")
"""Commands that are killed on the service only: elsewhere they are like a merge of projects."""

CASES = [
    (command, routes)
    for command in COMMANDS
    for routes in ("service", "guide", "local")
    if routes == "service" or command not in ALIKE
]


@pytest.mark.parametrize(("command", "routes"), CASES)
def test_killed_at_any_point_it_is_done_once_and_whole_or_not_at_all(
    tmp_path: Path, command: str, routes: str
) -> None:
    """On an account after the next command, on the local workspace at once; then undo works."""
    # A merge reads much: what is counted and cached of that has no part in it.
    folder = "journal" if command.startswith("merge") and routes != "local" else ""
    was_killed, done = True, set[bool]()
    with prepared(tmp_path / "place", routes, command) as place:
        run = place.console
        beginning = Beginning(run, place.server)
        before = names(run)
        run.ok(*COMMANDS[command])
        whole = names(run)
        assert whole != before
        for point in beginning.points():
            was_killed = kill_at(run, COMMANDS[command], point, folder=folder)
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
