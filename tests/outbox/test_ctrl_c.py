"""Ctrl-C while an answer is awaited is an answer that was lost."""

import pytest

from clocktool.backends.base import Reply, Request
from tests.outbox.places import Place


def interrupt(place: Place, method: str, *, arrives: bool) -> None:
    """Press Ctrl-C while the answer to a write is awaited, or just before it is carried out."""

    def press(request: Request) -> Reply | None:
        if request.method == method:
            raise KeyboardInterrupt
        return None

    if arrives:
        place.line.after = press
    else:
        place.line.before = press


SAID = "interrupted; the change may have arrived\n"
HINT = "the next command finds out, and finishes it; or: clocktool undo\n"


@pytest.mark.parametrize("arrives", [True, False])
def test_an_interrupted_add_is_there_once(place: Place, arrives: bool) -> None:
    """It stays as unsure; the next command finds it, or sends it."""
    interrupt(place, "POST", arrives=arrives)
    result = place.run("add", "fix", "--for", "1h")
    assert (result.code, result.out) == (130, "")
    assert SAID in result.err.lower()
    assert HINT in result.err.lower()
    assert place.waits == "p1 unsure add 'fix' 11:30\n"
    place.line.mend()
    place.run.ok("list")
    assert place.entries == ["fix 11:30-12:30"]
    assert place.waits == ""


@pytest.mark.parametrize("arrives", [True, False])
def test_undo_reaches_what_was_interrupted(place: Place, arrives: bool) -> None:
    """Nothing of it is left, whether it had arrived or not."""
    interrupt(place, "POST", arrives=arrives)
    assert place.run("add", "fix", "--for", "1h").code == 130
    place.line.mend()
    place.run.ok("undo", "-y")
    assert place.entries == []
    place.run.ok("sync")
    assert place.entries == []


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize(
    ("line", "method", "left"),
    [
        (("edit", "last", "-d", "mine"), "PUT", ["mine 11:30-12:30"]),
        (("delete", "last", "-y"), "DELETE", []),
    ],
    ids=["edit", "delete"],
)
def test_other_interrupted_changes_are_done_once(
    place: Place, line: tuple[str, ...], method: str, left: list[str], arrives: bool
) -> None:
    """The next command finishes them."""
    place.run.ok("add", "fix", "--for", "1h")
    interrupt(place, method, arrives=arrives)
    assert place.run(*line).code == 130
    place.line.mend()
    place.run.ok("sync")
    assert (place.entries, place.waits) == (left, "")


def test_ctrl_c_while_reading_changes_nothing(place: Place) -> None:
    """Nothing was sent, so nothing waits."""
    place.run.ok("add", "fix", "--for", "1h")
    interrupt(place, "GET", arrives=False)
    assert place.run("edit", "last", "-d", "mine").code == 130
    place.line.mend()
    assert place.waits == ""
    assert place.entries == ["fix 11:30-12:30"]
