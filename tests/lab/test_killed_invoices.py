"""Numbered invoices by real processes: killed at every statement, and eight at once."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NOON, Console
from tests.lab.kills import Beginning, kill_at
from tests.lab.place import Place, place_of
from tests.tracking.servers import run_sql

pytestmark = pytest.mark.slow

CONFIG = """\
[seller]
name = "Jo Doe"
address = ["Street 1", "10115 Berlin"]
country = "DE"
vat_id = "DE136695976"
[invoices]
tax = 19
[rates]
default = "60 EUR"
[profiles.local.rates]
default = "60 EUR"
"""

COMMANDS = {
    "invoice": ("invoice", "2026", "--number", "next", "-y"),
    "save": ("invoice", "2026", "--save", "a.csv", "-y"),
    "cancel": ("invoices", "cancel", "2026-001", "-y"),
    "undo": ("undo",),
    "redo": ("redo",),
    "invoice undo": ("invoice", "--undo", "-y"),
}


@contextmanager
def placed(folder: Path, routes: str) -> Iterator[Place]:
    """Set up a place with three billable entries of ACME, and a configured seller."""
    with place_of(Console(folder), routes, NOON) as place:
        run = place.console
        path = Path(run.env["CLOCKTOOL_CONFIG"])
        path.write_text((path.read_text() if path.exists() else "") + CONFIG)
        if routes == "local":
            run.ok("clients", "add", "ACME")
            run.ok("projects", "add", "Site", "--client", "ACME", "--billable")
        for hour in (8, 9, 10):
            words = ("--from", f"2026-11-23 {hour}:00", "--for", "20m", "-p", "Site")
            run.ok("add", f"e{hour}", *words, "--billable")
        yield place


@contextmanager
def prepared(folder: Path, routes: str, command: str) -> Iterator[Place]:
    """Set up a place in which each of the commands has something to do."""
    with placed(folder, routes) as place:
        run = place.console
        if command not in ("invoice", "save"):
            run.ok(*COMMANDS["invoice"])
        if command == "redo":
            run.ok("undo")
        run.later(60)
        yield place


def state(run: Console) -> Any:
    """Return numbers with their status, and the entries that are marked here and there."""
    data = Path(run.env["CLOCKTOOL_DATA"])
    here = data / "invoiced.sqlite3"
    marks: list[Any] = []
    if here.exists():
        marks = run_sql(here, "SELECT entry FROM marks WHERE stands ORDER BY entry")
    there = data / "local.sqlite3" if (data / "local.sqlite3").exists() else None
    path = there or run.home / "server.sqlite3"
    invoiced = run_sql(path, "SELECT id FROM entries WHERE invoiced = 1 ORDER BY id")
    found = run.ok("invoices", "-o", "json").json
    return [(each["number"], each["status"]) for each in found], marks, invoiced


CASES = [
    (command, routes)
    for command in COMMANDS
    for routes in ("local", "service", "guide")
    if routes != "guide" or command == "invoice"
]


@pytest.mark.parametrize(("command", "routes"), CASES)
def test_killed_at_any_statement_it_is_done_whole_or_not_at_all(
    tmp_path: Path, command: str, routes: str
) -> None:
    """Number, row and marks at once; the marks of the service after the next ``sync``."""
    was_killed, done = True, set[bool]()
    with prepared(tmp_path / "place", routes, command) as place:
        run = place.console
        beginning = Beginning(run, place.server)
        before = state(run)
        run.ok(*COMMANDS[command])
        whole = state(run)
        assert whole != before
        for point in beginning.points():
            was_killed = kill_at(run, COMMANDS[command], point, every="invoiced.sqlite3")
            numbers, marks, _ = state(run)
            assert (numbers, marks) in (before[:2], whole[:2]), point
            run.ok("sync")
            assert state(run) in (before, whole), point
            run.ok("invoices", "verify")
            if not was_killed:
                break
            done.add(state(run) == whole) if routes == "local" else done.add(numbers == whole[0])
    assert not was_killed
    assert done == {True, False}


@pytest.mark.parametrize("routes", ["local", "service"])
def test_eight_at_once_get_eight_numbers(tmp_path: Path, routes: str) -> None:
    """Each with an entry of its own: no number is missing, none is given twice."""
    with placed(tmp_path / "place", routes) as place:
        run = place.console
        for hour in range(11, 16):
            words = ("--from", f"2026-11-23 {hour}:00", "--for", "20m", "-p", "Site")
            run.ok("add", f"e{hour}", *words, "--billable")
        ids = [each["id"] for each in run.ok("list", "2026", "-o", "json").json]
        assert len(ids) == 8
        started = [place.begin("invoice", each, "--number", "next", "-y") for each in ids]
        finish(started)
        found = run.ok("invoices", "-o", "json").json
        assert [each["number"] for each in found] == [f"2026-{each:03}" for each in range(1, 9)]
        assert sorted(each["entries"][0] for each in found) == sorted(ids)
        place.send_the_rest()
        assert len(state(run)[2]) == 8
        run.ok("invoices", "verify")


def test_of_eight_that_invoice_the_same_one_gets_the_number(tmp_path: Path) -> None:
    """Nothing is billed twice."""
    with placed(tmp_path / "place", "local") as place:
        started = [place.begin(*COMMANDS["invoice"]) for _ in range(8)]
        for process in started:
            process.communicate(timeout=60)
        codes = [process.returncode for process in started]
        assert codes.count(0) == 1
        assert set(codes) <= {0, 1, 5}
        assert [number for number, _ in state(place.console)[0]] == ["2026-001"]


def finish(started: list["subprocess.Popen[str]"]) -> None:
    """Wait for processes, which all end well."""
    for process in started:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, (out, err)
