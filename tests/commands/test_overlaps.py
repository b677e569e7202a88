"""What is written over another entry says so, in a line, from what is known on this machine."""

import pytest

from tests.conftest import Console
from tests.outbox.places import Place

REVIEW = "Overlaps 'Review' 10:45–12:00 (000a).\n"
LOGIN = "Overlaps 'Fix login page' 09:00–10:30 (0009)"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("add", "x", "--from", "11:30", "--to", "12:15"), REVIEW),
        (("add", "x", "--from", "13:00", "--for", "5m"), "Overlaps 'Deploy' 12:30–… (000b).\n"),
        (("add", "x", "--from", "10:30", "--to", "10:45"), ""),
        (("add", "x", "--from", "9:30", "--to", "11"), f"{LOGIN}, {REVIEW.partition(' ')[2]}"),
        (("edit", "0009", "--to", "11"), REVIEW),
        (("edit", "0009", "-d", "Fix it"), ""),
        (("dup", "0009", "--at", "10:00"), f"{LOGIN}, {REVIEW.partition(' ')[2]}"),
    ],
)
def test_it_is_said_beside_the_result(day: Console, line: tuple[str, ...], said: str) -> None:
    """Exit code 0; what only touches does not overlap; a timer runs up to now."""
    result = day(*line)
    assert (result.code, result.err) == (0, said)
    assert day.ok("undo", "-y", "-q") == (0, "", "")
    assert day.ok(*line, "-q") == (0, "", "")


def test_a_timer_that_is_started_or_resumed_in_the_past_says_so(day: Console) -> None:
    """Both start --at and resume --at may begin within an entry that has ended."""
    day.ok("stop")
    assert day.ok("start", "x", "--at", "11:00").err.endswith(
        "Overlaps 'Review' 10:45–12:00 (000a), 'Deploy' 12:30–13:30 (000b).\n"
    )
    day.ok("delete", "current", "-y")
    assert REVIEW.rstrip(".\n") in day.ok("resume", "0009", "--at", "11:00").err


def test_split_and_bulk_say_it_of_what_they_changed(day: Console) -> None:
    """The parts of an entry overlap what it overlapped, and not each other."""
    assert day.ok("split", "0009", "10:00").err == ""
    day.ok("add", "Call", "--from", "11", "--to", "11:30")
    call = day.ok("list", "-d", "Call", "-o", "id").out.strip()[-4:]
    said = f"Overlaps 'Call' 11:00–11:30 ({call}).\n"
    assert day.ok("split", "000a", "11:15").err == said
    assert said in day.ok("bulk", "000a", "--add-tag", "urgent", "-y").err


def test_with_an_account_no_request_is_made_for_it(place: Place) -> None:
    """What the journal, the known timer and this command's own reads hold is known."""
    run = place.run
    run.ok("add", "one", "--from", "9", "--to", "10")
    place.line.tried.clear()
    result = run.ok("add", "two", "--from", "9:30", "--to", "10:30")
    assert result.err.startswith("Overlaps 'one' 09:00–10:00 (")
    assert len(place.line.tried) == 1
    run.ok("delete", "last~1", "-y")
    assert run.ok("add", "three", "--from", "9", "--to", "9:20").err == ""
    run.ok("start", "four", "--at", "11:00")
    place.line.tried.clear()
    assert "Overlaps 'four' 11:00–… (" in run.ok("add", "x", "--from", "11", "--to", "11:05").err
    assert len(place.line.tried) == 1


def test_what_waits_to_be_sent_is_known_too(place: Place) -> None:
    """Without a network the journal says it."""
    place.away("add", "one", "--from", "9", "--to", "10")
    assert (
        "Overlaps 'one' 09:00–10:00 (" in place.away("add", "x", "--from", "9", "--to", "9:30").err
    )
