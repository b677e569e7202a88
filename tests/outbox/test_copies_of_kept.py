"""What is made from an entry that waits is billable as its project is, once that is known."""

import pytest

from tests.outbox.places import Place

COPIES: dict[str, tuple[tuple[str, ...], ...]] = {
    "dup": (("dup", "last", "--at", "14:00"),),
    "split": (("split", "last", "9:30"),),
    "resume": (("resume", "last"),),
    "edit": (("edit", "last", "-d", "changed"),),
    "edit and dup": (("edit", "last", "-d", "changed"), ("dup", "last", "--at", "14:00")),
    "twice": (("dup", "last", "--at", "14:00"), ("dup", "last", "--at", "16:00")),
    "bulk": (("bulk", "last", "--set-description", "changed", "-y"),),
    "move": (("edit", "last", "--from", "9:10"),),
}


@pytest.mark.parametrize("name", COPIES)
def test_copies_of_a_waiting_entry_are_billable_as_its_project_is(either: Place, name: str) -> None:
    """The flag is decided when the project is known, for each of them."""
    either.line.cut()
    either.run.ok("add", "one", "9:00-10:00", "-p", "ACME/Site", "-q")
    for line in COPIES[name]:
        either.run.ok(*line)
    waiting = either.run.ok("list", "-o", "json").json
    assert {each["billable"] for each in waiting} == {None}
    assert "as the project is" in either.run.ok("show", "last").out
    either.line.mend()
    either.run.ok("sync")
    assert either.waits == ""
    entries = either.run.ok("list", "-o", "json").json
    assert len(entries) == len(waiting)
    assert {each["billable"] for each in entries} == {True}
