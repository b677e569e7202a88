"""What was invoiced is known as such: seen, said before it is changed, and valued when it was."""

import pytest

from tests.conftest import Console

SAID = "1 entry is marked as invoiced.\n"


@pytest.fixture
def billed(day: Console) -> Console:
    """The day, its two billable entries (0009, 000a) marked as invoiced."""
    day.ok("invoice", "-y", "-q")
    return day


@pytest.mark.parametrize(
    "line",
    [
        ("edit", "0009", "-d", "x"),
        ("split", "0009", "10:00"),
        ("delete", "0009", "-y"),
        ("bulk", "000a", "--add-tag", "urgent", "-y"),
    ],
)
def test_a_change_of_it_says_so_and_is_done_off_a_terminal(
    billed: Console, line: tuple[str, ...]
) -> None:
    """On standard error, exit code 0; nothing is said of one that is not invoiced, or with -q."""
    assert SAID in billed.ok(*line).err
    other = tuple(
        {"0009": "000b", "000a": "000b", "10:00": "13:00"}.get(word, word) for word in line
    )
    assert "invoiced" not in billed.ok(*other).err


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
    billed.ok("edit", "0009", "--to", "10:00", "-q")
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
