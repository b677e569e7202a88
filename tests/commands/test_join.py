"""``join`` at the front door."""

import pytest

from tests.commands.test_bulk import approve
from tests.conftest import Console


@pytest.fixture
def parts(shop: Console) -> Console:
    """The shop with three entries that follow each other (0009, 000a, 000b), and one later."""
    shop.ok("add", "Fix", "8:00-9:00", "-p", "Site", "-T", "dev", "-q")
    shop.ok("add", "Test", "9:00-9:30", "-p", "Site", "-q")
    shop.ok("add", "Ship", "9:30-10:00", "-p", "Ops", "-q")
    shop.ok("add", "Later", "11:00-12:00", "-p", "Ops", "-q")
    return shop


def test_the_earliest_keeps_its_id_and_fields(parts: Console) -> None:
    """Whatever order is typed; one undo takes it back."""
    assert parts("join", "a", "9") == (
        0,
        "~ Joined 08:00–09:30  1h 30m  Fix  Site · ACME  $ #dev  0009\n",
        "",
    )
    assert parts.ok("list", "--template", "{description} {end}").out == (
        "Fix 09:30\nShip 10:00\nLater 12:00\n"
    )
    parts.ok("undo", "-q")
    assert parts.ok("list", "--template", "{description} {end}").out == (
        "Fix 09:00\nTest 09:30\nShip 10:00\nLater 12:00\n"
    )
    parts.ok("redo", "-q")
    assert parts.ok("list", "--total").out == "3:00:00\n"


def test_less_than_a_minute_between_them_is_closed(parts: Console) -> None:
    """59 seconds are, 60 are not."""
    parts.ok("edit", "a", "--from", "9:00:59", "-q")
    assert parts.ok("join", "9", "a").out.startswith("~ Joined 08:00–09:30  1h 30m  Fix")
    parts.ok("undo", "-q")
    parts.ok("edit", "a", "--from", "9:01", "-q")
    assert parts("join", "9", "a") == (
        5,
        "",
        (
            "error: there is a gap of 1m before 'Test' (000a): from 09:00 to 09:01\n"
            "hint: close it first: clocktool edit 00000009 --longer 1m\n"
        ),
    )


def test_the_gap_is_closed_by_the_command_in_the_hint(parts: Console) -> None:
    """After it they are joined."""
    parts.ok("edit", "a", "--from", "9:01:30", "-q")
    hint = parts("join", "9", "a").err.rpartition("clocktool ")[2]
    parts.ok(*hint.split(), "-q")
    assert parts.ok("join", "9", "a", "-q") == (0, "", "")


def test_different_projects_need_a_yes(parts: Console) -> None:
    """Asked on a terminal, refused off one."""
    assert parts("join", "a", "b") == (
        2,
        "",
        "error: confirmation required: Make Ops a part of Site · ACME?\nhint: add --yes\n",
    )
    asked = parts("join", "a", "b", asks=True, stdin="n\n")
    assert (asked.code, asked.out) == (1, "")
    assert asked.err == "Make Ops a part of Site · ACME? [y/N] Nothing was joined\n"
    assert parts.ok("join", "a", "b", "-y").out == (
        "~ Joined 09:00–10:00  1h 00m  Test  Site · ACME  $  000a\n"
    )


def test_a_break_and_work_need_a_yes(parts: Console) -> None:
    """The break would count as work."""
    parts.ok("edit", "a", "--break", "-q")
    assert parts("join", "9", "a").code == 2


def test_overlaps_are_named_and_count_once(parts: Console) -> None:
    """An entry within another one adds nothing."""
    parts.ok("edit", "a", "--from", "8:30", "--to", "8:45", "-q")
    assert parts("join", "9", "a") == (
        0,
        "~ Joined 08:00–09:00  1h 00m  Fix  Site · ACME  $ #dev  0009\n",
        "'Fix' (0009) and 'Test' (000a) overlap.\n",
    )


def test_a_timer_goes_on_from_the_earlier_start(parts: Console) -> None:
    """The whole runs, and undo gives both back."""
    parts.ok("start", "Go", "-p", "Ops", "--at", "12:00", "-q")
    assert parts.ok("join", "current", "last").out == "~ Joined 11:00  1h 30m  Later  Ops  000c\n"
    assert parts.ok("running", "--template", "{description} {start}").out == "Later 11:00\n"
    parts.ok("undo", "-q")
    assert parts.ok("running", "--template", "{description} {start}").out == "Go 12:00\n"


def test_what_is_locked_stays(parts: Console) -> None:
    """Exit code 5, and nothing changes."""
    approve(parts, "a")
    assert parts("join", "9", "a") == (
        5,
        "",
        "error: 'Test' (000a) is approved and can't be joined\n",
    )


def test_entries_of_others_are_not_joined_with_yours(parts: Console) -> None:
    """They belong to somebody else."""
    parts.ok("users", "add", "Bob", "-q")
    parts.ok("add", "Theirs", "10:00-10:30", "--user", "Bob", "-q")
    (theirs,) = parts.ok("list", "--user", "Bob", "-o", "id").out.split()
    assert parts("join", "b", theirs).code == 5


@pytest.mark.parametrize("refs", [("9",), ("9", "9"), ("last", "000c")])
def test_one_entry_is_not_joined(parts: Console, refs: tuple[str, ...]) -> None:
    """Neither alone nor with itself."""
    assert parts("join", *refs) == (
        2,
        "",
        "error: join needs two entries or more\nhint: like: clocktool join last last~1\n",
    )


def test_ids_come_from_standard_input(parts: Console) -> None:
    """And the result is one entry in JSON."""
    ids = parts.ok("list", "-p", "Site", "-o", "id").out
    joined = parts.ok("join", "-", "-o", "json", stdin=ids).json
    assert joined["timeInterval"]["duration"] == "PT1H30M"
    assert parts.ok("show", "that", "--template", "{description}").out == "Fix\n"
