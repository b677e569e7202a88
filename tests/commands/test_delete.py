"""``delete`` at the front door."""

import pytest

from tests.conftest import Console

NINE = "09:00–10:30  1h 30m  Fix login page  Site · ACME  $ #dev  0009\n"
TEN = "10:45–12:00  1h 15m  Review  Site · ACME  $  000a\n"


def test_on_a_terminal_it_asks_for_confirmation(day: Console) -> None:
    """The entries are shown, and only yes deletes them."""
    question = f"  {NINE}Delete this entry? [y/N] "
    assert day("delete", "9", asks=True, stdin="n\n") == (
        1,
        "",
        f"{question}Nothing was deleted\n",
    )
    assert day("delete", "9", asks=True, stdin="") == (1, "", f"{question}Nothing was deleted\n")
    assert day("delete", "9", asks=True, stdin="y\n") == (0, f"✗ Deleted {NINE}", question)
    assert day("show", "9").code == 4


def test_off_a_terminal_confirmation_is_required(day: Console) -> None:
    """Exit code 2, nothing is changed without -y."""
    result = day("delete", "9")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        f"  {NINE}error: confirmation required: Delete this entry?\nhint: add --yes\n"
    )
    assert day("show", "9").code == 0


def test_several_with_yes(day: Console) -> None:
    """-y deletes all that are named, each once."""
    assert day("delete", "last", "9", "a", "-y") == (0, f"✗ Deleted {TEN}✗ Deleted {NINE}", "")
    assert day("list", "-o", "id").out == "00000000000000000000000b\n"


def test_ids_from_standard_input(day: Console) -> None:
    """List -o id piped into delete - deletes what was listed."""
    ids = day.ok("list", "-p", "Site", "-o", "id").out
    assert day("delete", "-", "-y", "-q", stdin=ids) == (0, "", "")
    assert day("list", "--total").out == "1:00:00\n"


def test_an_unknown_ref_deletes_nothing(day: Console) -> None:
    """All REFs are looked up before the first entry is deleted."""
    assert day("delete", "9", "ffff", "-y").code == 4
    assert day("show", "9").code == 0


def test_the_running_timer_can_be_deleted(day: Console) -> None:
    """No timer is running then."""
    assert day("delete", "current", "-y").out == ("✗ Deleted 12:30  1h 00m  Deploy  Ops  000b\n")
    assert day("running").code == 1


def test_locked_entries_are_refused(day: Console) -> None:
    """What lies in locked time cannot be deleted."""
    day.ok("workspaces", "set", "lock-before", "2026-11-25")
    assert day("delete", "9", "-y").err.startswith("error: the entry is locked\n")
    assert day("delete", "9", "-y").code == 5


@pytest.mark.parametrize("words", [[], ["-y"]])
def test_without_a_ref_it_is_a_usage_error(day: Console, words: list[str]) -> None:
    """Nothing is deleted by default."""
    assert day("delete", *words).code == 2
