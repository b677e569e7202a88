"""What mends entries after they were typed: the same in each world."""

from tests.contract.worlds import World

STARTS = ("list", "--template", "{description} {start}")


def test_entries_move_together(place: World) -> None:
    """Times that move, and one undo that takes all back."""
    run = place.console
    run.ok("add", "one", "9:00-9:30", "-q")
    run.ok("add", "two", "10:00-10:30", "-q")
    run.ok("bulk", "today", "--shift", "-1h", "-y", "-q")
    assert run.ok(*STARTS).out == "one 08:00\ntwo 09:00\n"
    run.ok("undo", "-q")
    assert run.ok(*STARTS).out == "one 09:00\ntwo 10:00\n"
