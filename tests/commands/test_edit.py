"""``edit`` at the front door."""

import pytest

from tests.conftest import Console

DIFFERS = "It stays billable; its project differs: --no-billable changes that.\n"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (["-d", "Fix it"], "09:00–10:30  1h 30m  Fix it  Site · ACME  $ #dev"),
        (["-d", ""], "09:00–10:30  1h 30m  Site · ACME  $ #dev"),
        (["-p", "Ops"], "09:00–10:30  1h 30m  Fix login page  Ops  $ #dev"),
        (["--no-project"], "09:00–10:30  1h 30m  Fix login page  $ #dev"),
        (["-t", "Login"], "09:00–10:30  1h 30m  Fix login page  Site · ACME: Login  $ #dev"),
        (["-T", "urgent"], "09:00–10:30  1h 30m  Fix login page  Site · ACME  $ #urgent"),
        (["--clear-tags"], "09:00–10:30  1h 30m  Fix login page  Site · ACME  $"),
        (["--no-billable"], "09:00–10:30  1h 30m  Fix login page  Site · ACME  #dev"),
        (["--break"], "09:00–10:30  1h 30m  Fix login page  Site · ACME  $ break #dev"),
        (["--from", "8:30"], "08:30–10:30  2h 00m  Fix login page  Site · ACME  $ #dev"),
        (["--to", "10:00"], "09:00–10:00  1h 00m  Fix login page  Site · ACME  $ #dev"),
        (["--for", "30m"], "09:00–09:30  30m  Fix login page  Site · ACME  $ #dev"),
        (["--to", "11", "--for", "1h"], "10:00–11:00  1h 00m  Fix login page  Site · ACME  $ #dev"),
        (
            ["--from", "8", "--for", "1h"],
            "08:00–09:00  1h 00m  Fix login page  Site · ACME  $ #dev",
        ),
    ],
)
def test_only_what_an_option_names_changes(day: Console, flags: list[str], expected: str) -> None:
    """Everything else is written back as it was."""
    notes = "Overlaps 'Review' 10:45–12:00 (000a).\n" if "10:00–11:00" in expected else ""
    notes += DIFFERS if "Ops" in flags else ""
    assert day("edit", "0009", *flags) == (0, f"~ Changed {expected}  0009\n", notes)


def test_nothing_else_is_lost(day: Console) -> None:
    """Fields, task, tags and rates survive an edit of the description."""
    day.ok("fields", "add", "Ticket")
    day.ok("fields", "add", "Points", "--type", "number")
    day.ok("edit", "9", "--field", "Ticket=CF-1", "-t", "Login")
    before = day.ok("show", "9", "-o", "json").json
    day.ok("edit", "9", "-d", "Other")
    assert day.ok("show", "9", "-o", "json").json == before | {"description": "Other"}
    day.ok("edit", "9", "--field", "Points=3")
    values = day.ok("show", "9", "-o", "json").json["customFieldValues"]
    assert [(each["name"], each["value"]) for each in values] == [("Ticket", "CF-1"), ("Points", 3)]
    day.ok("edit", "9", "--field", "Ticket=")
    values = day.ok("show", "9", "-o", "json").json["customFieldValues"]
    assert [(each["name"], each["value"]) for each in values] == [("Points", 3)]


def test_another_project_removes_the_task_with_a_note(day: Console) -> None:
    """A task belongs to a project."""
    day.ok("edit", "9", "-t", "Login")
    assert day("edit", "9", "-p", "Ops") == (
        0,
        "~ Changed 09:00–10:30  1h 30m  Fix login page  Ops  $ #dev  0009\n",
        f"Removed its task, Login: it belongs to the old project.\n{DIFFERS}",
    )
    day.ok("edit", "9", "-p", "Site", "-t", "Login")
    assert day("edit", "9", "--no-task").out == (
        "~ Changed 09:00–10:30  1h 30m  Fix login page  Site · ACME  $ #dev  0009\n"
    )


def test_the_running_entry_stays_running(day: Console) -> None:
    """Editing the timer moves its start, and does not stop it."""
    assert day("edit", "current", "--from", "12:00", "-d", "Ship").out == (
        "~ Changed 12:00  1h 30m  Ship  Ops  000b\n"
    )
    assert day("running").code == 0
    assert day("edit", "current", "--to", "13:00").out == (
        "~ Changed 12:00–13:00  1h 00m  Ship  Ops  000b\n"
    )
    assert day("running").code == 1


def test_bare_times_are_on_the_entrys_own_day(run: Console) -> None:
    """9:30 of yesterday's entry is yesterday's 9:30."""
    run.ok("add", "x", "--from", "yesterday 9", "--for", "2h")
    assert run("edit", "last", "--from", "9:30", "--to", "23:50").out == (
        "~ Changed Mon 23 Nov 2026 09:30–23:50  14h 20m  x  0003\n"
    )


@pytest.mark.parametrize(
    ("flags", "code", "error"),
    [
        ([], 2, "error: nothing to change"),
        (["-p", "Site", "--no-project"], 2, "error: -p and --no-project contradict each other"),
        (["-t", "x", "--no-task"], 2, "error: -t and --no-task contradict each other"),
        (["-T", "dev", "--clear-tags"], 2, "error: -T and --clear-tags contradict each other"),
        (
            ["--from", "9", "--to", "10", "--for", "1h"],
            2,
            "error: --from, --to and --for can't be used together",
        ),
        (["--to", "8:00"], 5, "error: the end 08:00 is before the start 09:00"),
        (["--from", "11:00"], 5, "error: an entry can't end before its start"),
        (["--to", "23:00"], 2, "error: 23:00 is in the future"),
        (["-p", "Nope"], 4, "error: no project 'Nope'"),
        (["-d", "a" * 3001], 5, "error: refused by a rule: description must not be longer"),
    ],
)
def test_a_refused_edit_changes_nothing(
    day: Console, flags: list[str], code: int, error: str
) -> None:
    """The error says why."""
    before = day.ok("show", "9", "-o", "json").json
    result = day("edit", "9", *flags)
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith(error)
    assert day.ok("show", "9", "-o", "json").json == before


def test_locked_entries_are_refused(day: Console) -> None:
    """What lies in locked time stays as it is."""
    day.ok("workspaces", "set", "lock-before", "2026-11-25")
    result = day("edit", "9", "-d", "x")
    assert (result.code, result.out) == (5, "")
    assert result.err.startswith("error: the entry is locked\nhint: ")


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (["-q"], ""),
        (["-o", "id"], "000000000000000000000009\n"),
        (["--template", "{description}"], "x\n"),
    ],
)
def test_other_outputs(day: Console, output: list[str], expected: str) -> None:
    """Id, template, quiet; JSON is one object."""
    assert day("edit", "9", "-d", "x", *output) == (0, expected, "")
    assert day("edit", "9", "-d", "x", "-o", "json").json["description"] == "x"


@pytest.mark.parametrize("line", [("--to", "9"), ("--from", "10:30"), ("--from", "8", "--to", "8")])
def test_no_length_is_left_is_refused(day: Console, line: tuple[str, ...]) -> None:
    """An end moved to the start says why, and changes nothing."""
    before = day.ok("show", "0009", "-o", "json").json
    result = day("edit", "0009", *line)
    assert (result.code, result.out) == (5, "")
    assert result.err.startswith("error: the entry would have no length: it starts and ends at ")
    assert day.ok("show", "0009", "-o", "json").json == before
