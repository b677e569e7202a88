"""What is invoiced is not billed again: under another id, or in parts."""

import pytest

from tests.conftest import Console
from tests.outbox.places import Place

NOTHING = "Nothing to invoice.\n"


@pytest.mark.parametrize(
    "line",
    [("delete", "9"), ("delete", "9", "a"), ("purge", "today", "--yes-delete", "3")],
    ids=["delete", "both", "purge"],
)
def test_what_undo_made_again_is_invoiced_as_it_was(day: Console, line: tuple[str, ...]) -> None:
    """It has a new id; taken back, the mark is of that one."""
    table = day.ok("invoice", "-y").out
    day.ok(*line, "-y")
    day.ok("undo", "-y")
    assert day.ok("invoice", "--dry-run").err.endswith(f"2 marked already.\n{NOTHING}")
    day.ok("invoice", "--undo", "-y")
    assert day.ok("invoice", "--dry-run").out == table


def test_the_parts_of_what_is_invoiced_are_invoiced(day: Console) -> None:
    """All of them, each for what it was of the whole: nothing has changed."""
    day.ok("invoice", "-y")
    day.ok("split", "a", "11", "11:30", "-y")
    assert day.ok("invoice", "--dry-run").err.endswith(f"4 marked already.\n{NOTHING}")
    assert day.ok("invoice", "--check").err == "None of 4 marked entries has changed.\n"
    day.ok("split", "a", "10:50", "-y")
    assert day.ok("invoice", "--check").err == "None of 5 marked entries has changed.\n"
    day.ok("undo")
    day.ok("undo")
    assert day.ok("invoice", "--check").err == "None of 2 marked entries has changed.\n"
    day.ok("redo")
    assert day.ok("invoice", "--check").err == "None of 4 marked entries has changed.\n"


def test_what_became_longer_and_was_cut_is_more_by_that(day: Console) -> None:
    """An invoiced entry was made longer, then cut: the parts are worth what was added, no more."""
    day.ok("invoice", "-y")
    day.ok("edit", "a", "--from", "10:45", "--to", "12:15", "-y")
    before = day("invoice", "--check").out.splitlines()[-1]
    assert before.startswith("worth ")
    day.ok("split", "a", "11", "12:10", "-y")
    assert day("invoice", "--check").out.splitlines()[-1] == before


def test_the_parts_of_what_is_not_are_to_be_billed(day: Console) -> None:
    """Nothing is remembered of them."""
    table = day.ok("invoice", "--dry-run").out
    day.ok("split", "a", "11")
    assert day.ok("invoice", "--dry-run").out == table.replace("2\n", "3\n")


def test_a_split_taken_back_leaves_the_marks_as_they_were(day: Console) -> None:
    """Nothing of the parts is left, and the whole is invoiced."""
    day.ok("invoice", "-y")
    day.ok("split", "a", "11", "-y")
    day.ok("undo", "-y")
    assert day.ok("invoice", "--check").err == "None of 2 marked entries has changed.\n"


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
    place.run.ok("split", "last", "12:00", "-y")
    place.line.mend()
    place.run.ok("sync")
    assert place.entries == ["p3 11:30-12:00 Site", "p3 12:00-12:30 Site"]
    assert place.run.ok("invoice", "--dry-run").err == f"Left out: 2 marked already.\n{NOTHING}"
    assert place.run.ok("invoice", "--check").err == ("None of 2 marked entries has changed.\n")


def test_parts_that_wait_are_invoiced(place: Place) -> None:
    """They are seen as such, and nothing is said to have changed."""
    place.run.ok("add", "p3", "--for", "1h", "-p", "Site")
    place.run.ok("invoice", "-y")
    place.line.answer(429, retry_after="3600")
    place.run.ok("split", "last", "12:00", "-y")
    rows = [line for line in place.run.ok("list").out.splitlines() if "–" in line]
    assert [line[:2] for line in rows] == ["~✓", "~✓"]
    assert place.run.ok("invoice", "--dry-run").err.startswith("Left out: 2 marked already.\n")
    said = "None of 1 marked entries has changed.\n"
    assert place.run.ok("invoice", "--check").err == said


def test_what_waits_to_be_made_is_not_billed(place: Place) -> None:
    """The service could not mark it: it is billed once it is there."""
    place.line.answer(429, retry_after="3600")
    place.run.ok("add", "p3", "--for", "1h", "-p", "Site", "--billable")
    result = place.run.ok("invoice", "-y")
    assert result.err.startswith(f"Left out: 1 to be sent first.\n{NOTHING}")
    place.line.mend()
    place.run.later(3601).ok("sync")
    assert place.run.ok("invoice", "-y").err.endswith("1 of 1 marked as invoiced, in 1 line.\n")
    assert place.run.ok("invoice", "-y").err == f"Left out: 1 marked already.\n{NOTHING}"


@pytest.mark.parametrize("is_away", [(0, 0, 0, 0), (1, 1, 1, 1), (0, 1, 0, 1), (1, 0, 1, 0)])
@pytest.mark.parametrize(
    "walk", [("undo", "redo", "undo", "redo"), ("undo", "undo", "redo", "redo")]
)
def test_marks_follow_each_step(
    place: Place, walk: tuple[str, ...], is_away: tuple[int, ...]
) -> None:
    """Marked and deleted, taken back and done again, with and without the network."""
    place.run.ok("add", "p3", "--for", "1h", "-p", "Site")
    place.run.ok("invoice", "-y")
    place.run.ok("delete", "last", "-y")
    place.run.later(60)
    steps = {0: (True, False), 1: (True, True), 2: (False, False)}  # is it there, and marked
    at = 2
    for verb, away in zip(walk, is_away, strict=True):
        at += 1 if verb == "redo" else -1
        if away:
            place.line.answer(429, retry_after="60")
        else:
            place.line.mend()
            place.run.later(120)
        place.run.ok(verb)
        rows = [line for line in place.run.ok("list").out.splitlines() if "–" in line]
        there, marked = steps[at]
        assert ["✓" in line for line in rows] == ([marked] if there else []), (verb, at)
        said = place.run.ok("invoice", "--dry-run")
        assert ("1 marked already" in said.err) == (there and marked), (verb, at)
    place.line.mend()
    place.run.later(120).ok("sync")
    there, marked = steps[at]
    said = place.run.ok("invoice", "--dry-run")
    assert ("1 marked already" in said.err) == (there and marked)


@pytest.mark.parametrize("how", ["undo", "drop"])
def test_a_part_that_was_given_up_leaves_no_mark(place: Place, how: str) -> None:
    """What is made later under the same number of a new journal is not invoiced."""
    place.run.ok("add", "work", "--for", "1h", "-p", "Site")
    place.run.ok("invoice", "-y")
    place.line.cut(writes_only=True)
    place.run.ok("split", "last", "12:00", "-y")
    if how == "undo":
        place.run.ok("undo", "-y")
    else:
        for row in place.run.ok("pending", "-o", "json").json:
            place.run.ok("pending", "drop", row["id"])
    place.line.mend()
    assert place.entries == ["work 11:30-12:30 Site"]
    said = "None of 1 marked entries has changed.\n"
    assert place.run.ok("invoice", "--check").err == said
    assert place.run.ok("invoice", "--undo", "-y").err.endswith("1 of 1 marks taken back.\n")


def test_a_number_of_another_journal_is_another_entry(place: Place) -> None:
    """A journal that was set aside takes no mark of what it kept to the next one."""
    place.run.ok("add", "work", "--for", "1h", "-p", "Site")
    place.run.ok("invoice", "-y")
    place.line.cut(writes_only=True)
    place.run.ok("split", "last", "12:00", "-y")
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
    assert "invoiced.sqlite3: it is damaged or not a database" in result.err
    result = day.ok("undo", "-y")
    assert result.err.endswith("Taken back.\n")
    assert day.ok("undo", "--list", "-o", "json").json[0]["undone"] is True


@pytest.mark.parametrize("is_away", [False, True])
def test_a_part_that_was_deleted_before_it_was_sent_comes_back_invoiced(
    place: Place, *, is_away: bool
) -> None:
    """It never was at the service: its mark is that of what it was to be cut from."""
    place.run.ok("add", "p3", "--for", "1h", "-p", "Site")
    place.run.ok("invoice", "-y")
    place.line.answer(429, retry_after="60")
    place.run.ok("split", "last", "12:00", "-y")
    place.run.ok("pending", "drop", "p4")  # the whole stays as long as it is
    place.run.ok("delete", "last", "-y")
    place.line.mend()
    place.run.later(120).ok("sync")
    assert place.entries == ["p3 11:30-12:30 Site"]
    if is_away:
        place.line.answer(429, retry_after="60")
    place.run.ok("undo")
    rows = [line for line in place.run.ok("list").out.splitlines() if "–" in line]
    assert ["✓" in line for line in rows] == [True, True]
    place.line.mend()
    place.run.later(120).ok("sync")
    assert place.entries == ["p3 11:30-12:30 Site", "p3 12:00-12:30 Site"]
    assert place.run.ok("invoice", "--dry-run").err == f"Left out: 2 marked already.\n{NOTHING}"
