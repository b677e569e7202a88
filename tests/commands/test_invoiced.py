"""What was invoiced is known as such: seen, said before it is changed, and valued when it was."""

import sys

import pytest

from tests.conftest import Console

SAID = "1 entry is marked as invoiced.\n"


@pytest.fixture
def billed(day: Console) -> Console:
    """The day, its two billable entries (0009, 000a) marked as invoiced."""
    day.ok("invoice", "-y", "-q")
    return day


CHANGES = {
    "edit": ("edit", "0009", "-d", "x"),
    "split": ("split", "0009", "10:00"),
    "delete": ("delete", "0009"),
    "bulk": ("bulk", "000a", "--add-tag", "urgent"),
    "join": ("join", "0009", "000c"),
    "edit --day": ("edit", "--day", "today"),
    "stop -d": ("stop", "-d", "x"),
    "purge": ("purge", "today", "-p", "Site", "--yes-delete", "4"),
    "merge": ("projects", "merge", "Site", "Ops"),
}


@pytest.fixture
def editing(billed: Console) -> Console:
    """The billed day, with an entry (000c) to join; the timer is invoiced, and the editor types."""
    billed.ok("add", "More", "--from", "10:30", "--to", "10:40", "-p", "Site", "-q")
    program = billed.home / "editor"
    program.write_text(f"#!{sys.executable}\n{TYPE}")
    program.chmod(0o755)
    billed.env["EDITOR"] = str(program)
    return billed


TYPE = """
import pathlib, sys
path = pathlib.Path(sys.argv[1])
path.write_text(path.read_text().replace("Fix login page", "Fix"))
"""


@pytest.fixture
def invoiced_timer(editing: Console) -> None:
    """An invoiced entry that runs: an entry and the timer after it became one."""
    editing.ok("add", "Before", "12:00-12:30", "-p", "Site", "-q")
    editing.ok("invoice", "last", "-y", "-q")
    editing.ok("join", "last", "current", "-y", "-q")


@pytest.mark.usefixtures("invoiced_timer")
@pytest.mark.parametrize("line", CHANGES.values(), ids=CHANGES)
def test_off_a_terminal_a_change_of_it_is_refused_without_a_yes(
    editing: Console, line: tuple[str, ...]
) -> None:
    """Exit code 5, by every command alike, and nothing has changed; with -y it is said and done."""
    before = editing.ok("list", "-o", "json").out
    refused = editing(*line)
    assert refused.code == 5
    assert "marked as invoiced\nhint: to change " in refused.err
    assert refused.err.endswith(" anyway, add --yes\n") or line[1:] == ("--day", "today")
    assert editing.ok("list", "-o", "json").out == before
    assert "marked as invoiced.\n" in editing.ok(*line, "-y").err
    assert editing.ok("list", "-o", "json").out != before


@pytest.mark.usefixtures("invoiced_timer")
@pytest.mark.parametrize("line", CHANGES.values(), ids=CHANGES)
def test_with_a_yes_nothing_is_asked_on_a_terminal(editing: Console, line: tuple[str, ...]) -> None:
    """It reads nothing from the keyboard."""
    assert "[y/N]" not in editing.ok(*line, "-y", asks=True).err


@pytest.mark.parametrize(
    "line",
    [
        ("edit", "000b", "-d", "x"),
        ("split", "000b", "13:00"),
        ("delete", "000b", "-y"),
        ("bulk", "000b", "--add-tag", "urgent", "-y"),
        ("stop", "-d", "x"),
    ],
)
def test_nothing_is_said_of_one_that_is_not_invoiced(
    billed: Console, line: tuple[str, ...]
) -> None:
    """Though others are."""
    assert "invoiced" not in billed.ok(*line).err


@pytest.mark.parametrize(
    "line", [("edit", "000b", "-p", "Shop"), ("bulk", "000b", "--set-project", "Shop")]
)
def test_a_yes_creates_no_name(day: Console, line: tuple[str, ...]) -> None:
    """Nothing is asked either: a name that nothing has is to be confirmed by --create."""
    refused = day(*line, "-y", asks=True, stdin="y\n")
    assert refused.code == 4
    assert refused.err.endswith("hint: to create it, add --create\n")
    day.ok(*line, "-y", "--create")


def test_purge_with_a_yes_alone_deletes_nothing(billed: Console) -> None:
    """It asks nothing either: the number is to be given."""
    refused = billed("purge", "today", "-y", asks=True)
    assert refused.code == 2
    assert refused.err.endswith("hint: add --yes-delete 3\n")


@pytest.mark.parametrize("line", [("edit", "0009", "-d", "x"), ("split", "0009", "10:00")])
def test_on_a_terminal_a_change_of_an_invoiced_entry_asks(
    billed: Console, line: tuple[str, ...]
) -> None:
    """A no changes nothing."""
    before = billed.ok("list", "-o", "json").out
    result = billed(*line, asks=True, stdin="\n")
    assert (result.code, result.out) == (1, "")
    assert result.err == f"{SAID}Change it anyway? [y/N] Nothing was changed\n"
    assert billed.ok("list", "-o", "json").out == before
    billed.ok(*line, asks=True, stdin="y\n")
    assert billed.ok("list", "-o", "json").out != before


def test_list_and_show_mark_invoiced_entries(billed: Console) -> None:
    """By a sign, and by a line; other entries have none."""
    rows = [line for line in billed.ok("list").out.splitlines() if "–" in line]
    assert [line[:1] for line in rows] == ["✓", "✓", "●"]
    assert "   invoiced  yes\n" in billed.ok("show", "0009").out
    assert "invoiced" not in billed.ok("show", "000b").out


def test_a_mark_of_another_kind_does_not_hide_it(billed: Console) -> None:
    """What overlaps an invoiced entry has one sign, the invoiced one two."""
    billed.ok("add", "over", "--from", "9:30", "--to", "10:00")
    rows = [line for line in billed.ok("list").out.splitlines() if "–" in line]
    assert [line[:2] for line in rows] == ["!✓", "! ", "✓ ", "● "]


def test_check_shows_old_and_new_and_what_it_is_worth(billed: Console) -> None:
    """The difference of each entry at its rate, a deleted one whole, and the sum."""
    assert billed("invoice", "--check").code == 0
    billed.ok("edit", "0009", "--to", "10:00", "-y", "-q")
    billed.ok("delete", "000a", "-y", "-q")
    assert billed("invoice", "--check", "-o", "json").json == [
        {
            "start": "2026-11-24 09:00",
            "description": "Fix login page",
            "changed": "end",
            "before": "10:30",
            "after": "10:00",
            "worth": "-52.50 USD",
            "id": "000000000000000000000009",
        },
        {
            "start": "2026-11-24 10:45",
            "description": "Review",
            "changed": "deleted",
            "before": "",
            "after": "",
            "worth": "-131.25 USD",
            "id": "00000000000000000000000a",
        },
    ]
    table = billed("invoice", "--check")
    assert table.code == 1
    assert table.out.endswith("worth -183.75 USD\n")
