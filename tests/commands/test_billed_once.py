"""What is invoiced is not billed again: under another id, or in parts."""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Console
from tests.journal.places import Place, placed

NOTHING = "Nothing to invoice.\n"


@pytest.fixture
def place(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """A console that knows whose its key is."""
    with placed(new_console("service"), "service", monkeypatch) as made:
        made.run("running")
        yield made


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
    assert [each["changed"] for each in day.ok("invoice", "--check", "-o", "json").json] == ["end"]


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
