"""What is invoiced is not billed again: under another id, or in parts."""

import pytest

from tests.conftest import Console
from tests.outbox.places import Place

NOTHING = "Nothing to invoice.\n"


@pytest.mark.parametrize(
    "line",
    [("delete", "9", "-y"), ("delete", "9", "a", "-y"), ("purge", "today", "--yes-delete", "3")],
    ids=["delete", "both", "purge"],
)
def test_what_undo_made_again_is_invoiced_as_it_was(day: Console, line: tuple[str, ...]) -> None:
    """It has a new id; taken back, the mark is of that one."""
    table = day.ok("invoice", "-y").out
    day.ok(*line)
    day.ok("undo", "-y")
    assert day.ok("invoice", "--dry-run").err.endswith(f"2 marked already.\n{NOTHING}")
    day.ok("invoice", "--undo", "-y")
    assert day.ok("invoice", "--dry-run").out == table


def test_the_parts_of_what_is_invoiced_are_invoiced(day: Console) -> None:
    """All of them; what was changed since is said of the one that is shorter."""
    day.ok("invoice", "-y")
    day.ok("split", "a", "11", "11:30")
    assert day.ok("invoice", "--dry-run").err.endswith(f"4 marked already.\n{NOTHING}")
    assert [each["changed"] for each in day("invoice", "--check", "-o", "json").json] == ["end"]


def test_the_parts_of_what_is_not_are_to_be_billed(day: Console) -> None:
    """Nothing is remembered of them."""
    table = day.ok("invoice", "--dry-run").out
    day.ok("split", "a", "11")
    assert day.ok("invoice", "--dry-run").out == table.replace("2\n", "3\n")


def test_a_split_taken_back_leaves_the_marks_as_they_were(day: Console) -> None:
    """Nothing of the parts is left, and the whole is invoiced."""
    day.ok("invoice", "-y")
    day.ok("split", "a", "11")
    day.ok("undo", "-y")
    assert day.ok("invoice", "--check").err == "All 2 are as they were when they were marked.\n"


@pytest.mark.parametrize("lost", [False, True], ids=["waiting", "unsure"])
def test_what_undo_makes_again_later_is_invoiced_as_it_was(place: Place, lost: bool) -> None:
    """The network was away: the mark is of the entry that is made when it is sent."""
    place.run.ok("add", "p3", "--for", "1h", "-p", "Site")
    place.run.ok("invoice", "-y")
    place.run.ok("delete", "last", "-y")
    if lost:
        place.line.lose()
    else:
        place.line.cut(writes_only=True)
    place.run.ok("undo", "-y")
    place.line.mend()
    place.run.ok("sync")
    assert place.entries == ["p3 11:30-12:30 Site"]
    assert place.run.ok("invoice", "--dry-run").err == f"Left out: 1 marked already.\n{NOTHING}"


def test_parts_that_are_made_later_are_invoiced(place: Place) -> None:
    """The network was away when the entry was cut."""
    place.run.ok("add", "p3", "--for", "1h", "-p", "Site")
    place.run.ok("invoice", "-y")
    place.line.cut(writes_only=True)
    place.run.ok("split", "last", "12:00")
    place.line.mend()
    place.run.ok("sync")
    assert place.entries == ["p3 11:30-12:00 Site", "p3 12:00-12:30 Site"]
    assert place.run.ok("invoice", "--dry-run").err == f"Left out: 2 marked already.\n{NOTHING}"


@pytest.mark.parametrize("how", ["undo", "drop"])
def test_a_part_that_was_given_up_leaves_no_mark(place: Place, how: str) -> None:
    """What is made later under the same number of a new journal is not invoiced."""
    place.run.ok("add", "work", "--for", "1h", "-p", "Site")
    place.run.ok("invoice", "-y")
    place.line.cut(writes_only=True)
    place.run.ok("split", "last", "12:00")
    if how == "undo":
        place.run.ok("undo", "-y")
    else:
        for row in place.run.ok("pending", "-o", "json").json:
            place.run.ok("pending", "drop", row["id"])
    place.line.mend()
    assert place.entries == ["work 11:30-12:30 Site"]
    said = "All 1 are as they were when they were marked.\n"
    assert place.run.ok("invoice", "--check").err == said
    assert place.run.ok("invoice", "--undo", "-y").err.endswith("1 of 1 marks taken back.\n")


def test_a_number_of_another_journal_is_another_entry(place: Place) -> None:
    """A journal that was set aside takes no mark of what it kept to the next one."""
    place.run.ok("add", "work", "--for", "1h", "-p", "Site")
    place.run.ok("invoice", "-y")
    place.line.cut(writes_only=True)
    place.run.ok("split", "last", "12:00")
    place.journal.unlink()
    for name in "abcdef":
        place.run.later(60).ok("add", name, "--for", "5m", "-p", "Site")
    place.line.mend()
    place.run.ok("sync")
    result = place.run.ok("invoice", "--dry-run")
    assert result.err.startswith("Left out: 1 marked already.\n")
    assert result.out.splitlines()[2].split() == ["ACME", "Site", "0:30:00", "0.50", "6"]


def test_a_memory_that_is_damaged_is_no_reason_not_to_cut(day: Console) -> None:
    """It is said, and what is taken back is taken back."""
    (day.home / "data" / "invoiced.sqlite3").write_text("no database at all, " * 300)
    result = day.ok("split", "9", "9:30")
    assert "invoiced.sqlite3: it is damaged or no database" in result.err
    result = day.ok("undo", "-y")
    assert result.err.endswith("Taken back.\n")
    assert day.ok("undo", "--list", "-o", "json").json[0]["undone"] is True
