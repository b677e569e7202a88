"""REF while changes wait: an entry that waits is meant, and none is taken in its place."""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Console
from tests.outbox.places import Place, placed


@pytest.fixture
def place(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """A server that takes no writes just now, with an entry and a timer of before."""
    with placed(new_console("service"), "service", monkeypatch) as made:
        made.run.ok("add", "old", "--from", "8", "--to", "9")
        made.run.ok("start", "before", "--at", "12:00")
        made.line.answer(429, retry_after="600")
        yield made


@pytest.mark.parametrize(
    ("line", "left"),
    [
        (("edit", "current", "-d", "x"), ["before 12:00-12:30", "x 12:30-"]),
        (("delete", "current", "-y"), ["before 12:00-12:30"]),
    ],
    ids=["edit", "delete"],
)
def test_a_timer_that_waits_is_not_the_one_before_it(
    place: Place, line: tuple[str, ...], left: list[str]
) -> None:
    """``running`` shows it, so that is what is meant, and the change waits behind it."""
    place.run.ok("start", "new")
    assert "new" in place.run.ok("running").out
    place.run.ok(*line)
    assert place.waits.count("\n") == 3
    place.line.mend()
    place.run.later(601).ok("sync")
    assert place.entries == ["old 08:00-09:00", *left]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        (("edit", "last", "-d", "x"), ["x 09:00-10:00", "before 12:00-"]),
        (("delete", "last", "-y"), ["before 12:00-"]),
    ],
    ids=["edit", "delete"],
)
def test_an_entry_that_waits_is_not_the_last_one_before_it(
    place: Place, line: tuple[str, ...], left: list[str]
) -> None:
    """The same for what was added; the one before is there by its own name."""
    place.run.ok("add", "new", "--from", "9", "--to", "10")
    assert place.run.ok("show", "last~1", "--template", "{description}").out == "old\n"
    place.run.ok(*line)
    place.line.mend()
    place.run.later(601).ok("sync")
    assert place.entries == ["old 08:00-09:00", *left]


@pytest.mark.parametrize("ref", ["current", "that"])
def test_show_reads_a_timer_that_waits(place: Place, ref: str) -> None:
    """What only reads takes it as it will be."""
    place.run.ok("start", "new")
    assert place.run.ok("show", ref, "--template", "{id} {description}").out == "p5 new\n"


def test_what_waits_can_be_started_again(place: Place) -> None:
    """A copy needs nothing of it but what was typed."""
    place.run.ok("add", "new", "--from", "9", "--to", "10")
    assert place.run.ok("show", "last", "--template", "{description}").out == "new\n"
    assert place.run.ok("resume", "that", "--template", "{description}").out == "new\n"


def test_a_stop_ends_what_waits_all_the_same(place: Place) -> None:
    """Filled in or not: it is kept behind its start."""
    place.run.ok("start", "new", "--at", "12:10")
    place.run.ok("stop", "-d", "done")
    place.line.mend()
    place.run.later(601).ok("sync")
    assert place.entries == ["old 08:00-09:00", "before 12:00-12:10", "done 12:10-12:30"]
