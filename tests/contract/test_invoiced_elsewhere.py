"""An entry that another program marked as invoiced is not billed from here."""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Console
from tests.contract.worlds import W, World, world

LEFT_OUT = "Left out: {} marked already.\nNothing to invoice.\n"


@pytest.fixture(params=["local", "serve", "guide"])  # the service does not show the mark
def billed(
    request: pytest.FixtureRequest, new_console: Callable[[str], Console]
) -> Iterator[World]:
    """An entry to bill that another program has marked (operation 11)."""
    with world(request.param, new_console(request.param)) as place:
        place.console.ok("projects", "add", "Site", "--billable")
        place.console.ok("add", "review", "9:00-11:30", "-p", "Site")
        mark(place, invoiced=True)
        yield place


def mark(place: World, *, invoiced: bool) -> None:
    """Set or remove the mark of the only entry, as another program does."""
    (entry,) = place.console.ok("list", "-o", "id").out.split()
    body = {"timeEntryIds": [entry], "invoiced": invoiced}
    place.ask("PATCH", f"{W}/time-entries/invoiced", body)


def test_a_read_that_shows_the_mark_counts(billed: World) -> None:
    """It is left out, 'show' and 'list' say it, and it is not changed without a yes."""
    run = billed.console
    assert run.ok("invoice", "-y").err == LEFT_OUT.format(1)
    assert "invoiced  yes\n" in run.ok("show", "last").out
    assert "✓" in run.ok("list").out
    run.ok("add", "more", "11:30-12:00", "-p", "Site")
    assert run("join", "last", "last~1").code == 5


@pytest.mark.parametrize(
    ("line", "count"),
    [
        (("split", "last", "10:00", "-y"), 2),
        (("edit", "last", "-d", "reviewed", "-y"), 1),
        (("delete", "last", "-y"), 1),
    ],
)
def test_what_a_change_leaves_of_it_is_not_billed(
    billed: World, line: tuple[str, ...], count: int
) -> None:
    """Its parts are invoiced, and so is what 'undo' makes again."""
    run = billed.console
    run.ok(*line)
    if line[0] == "delete":
        run.ok("undo")
    assert run.ok("invoice", "-y").err == LEFT_OUT.format(count)
    assert run("invoice", "--undo", "-y").code == 1


def test_a_mark_that_the_other_program_takes_back_counts_no_more(billed: World) -> None:
    """Nothing of it is kept here as long as nothing was changed."""
    run = billed.console
    run.ok("show", "last")
    mark(billed, invoiced=False)
    assert run.ok("invoice", "-y").err.endswith("1 of 1 marked as invoiced, in 1 line.\n")
