"""A forgotten timer: the next command says so once, with the command that corrects it."""

import shlex
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Console
from tests.contract.worlds import World, fill, world


@pytest.fixture(params=["local", "service", "guide"])
def place(request: pytest.FixtureRequest, new_console: Callable[[str], Console]) -> Iterator[World]:
    """A timer since Monday 16:00, in each world; it is Tuesday 9:00."""
    name = str(request.param)
    with world(name, new_console(name)) as made:
        fill(made.behind)
        made.console.at("2026-11-23 16:00").ok("start", "it's late")
        made.console.at("2026-11-24 09:00")
        yield made


RUNS = (
    "'it's late' runs since Mon 23 Nov 16:00, 17h 00m."
    " If it was forgotten: clocktool stop --at '2026-11-23 18:00'\n"
)


def pasted(said: str) -> list[str]:
    """Return the words of the command that a sentence ends with, as a shell reads them."""
    words = shlex.split(said.strip().rpartition("clocktool ")[2])
    assert words
    return words


@pytest.mark.parametrize("line", [("list",), ("running",), ("report",)], ids=" ".join)
def test_over_midnight_it_is_said_once(place: World, line: tuple[str, ...]) -> None:
    """By the next command that reads it; later ones are silent."""
    assert place.console.ok(*line).err == RUNS
    assert place.console.ok(*line).err == ""
    assert place.console.ok("list").err == ""


def test_the_command_works_when_it_is_pasted(place: World) -> None:
    """It ends the timer in the evening of the day it was started on."""
    place.console.ok(*pasted(place.console.ok("running").err))
    out = place.console.ok("list", "yesterday", "--template", "{start} {end}").out
    assert out == "16:00 18:00\n"
    assert place.console("running").err == "Nothing is running; today 0m\n"


@pytest.mark.parametrize("line", [("start", "new"), ("stop",)], ids=" ".join)
def test_what_ends_it_says_how_to_mend_it(place: World, line: tuple[str, ...]) -> None:
    """The entry is there with all of the night; the command that is named cuts it."""
    said = place.console.ok(*line).err
    assert said.startswith("'it's late' ran since Mon 23 Nov 16:00, 17h 00m. If it was forgotten: ")
    place.console.ok(*pasted(said))
    out = place.console.ok("list", "yesterday", "--template", "{start} {end} {description}").out
    assert out == "16:00 18:00 it's late\n"


@pytest.mark.parametrize("line", [("list", "-q"), ("running", "-q"), ("stop", "-q")], ids=" ".join)
def test_quiet_stays_quiet(place: World, line: tuple[str, ...]) -> None:
    """-q is for scripts."""
    assert place.console.ok(*line) == (0, "", "")


def test_a_stop_after_it_was_said_is_silent(place: World) -> None:
    """Once for each timer: whoever stops it now has read it."""
    place.console.ok("list")
    assert place.console.ok("stop").err == ""


def test_a_stop_at_a_time_is_meant_as_it_is(place: World) -> None:
    """The command that corrects it prints no note."""
    assert place.console.ok("stop", "--at", "2026-11-24 02:00").err == ""


def test_json_is_still_json(place: World) -> None:
    """The sentence is on standard error."""
    result = place.console.ok("running", "-o", "json")
    assert result.json["description"] == "it's late"
    assert result.err == RUNS


def test_another_timer_that_is_forgotten_is_said_again(place: World) -> None:
    """Once is once for each."""
    place.console.ok("list")
    place.console.ok("start", "again", "-q")
    place.console.at("2026-11-25 09:00")
    assert place.console.ok("list").err.startswith("'again' runs since Tue 24 Nov 09:00, 24h 00m.")


@pytest.fixture
def timed(run: Console) -> Console:
    """Timers run ten hours at most; one was started at 8:00."""
    run.configure('[profiles.local]\nmax_timer = "10h"\n')
    run.at("2026-11-24 08:00").ok("start", "fix")
    return run


def test_within_max_timer_nothing_is_said(timed: Console) -> None:
    """Ten hours are ten hours."""
    timed.at("2026-11-24 18:00")
    assert timed.ok("list").err == ""


def test_over_max_timer_it_is_said_once(timed: Console) -> None:
    """Also on the same day; after the correction it has exactly that length."""
    timed.at("2026-11-24 18:01")
    said = timed.ok("list").err
    assert said == (
        "'fix' runs since Tue 24 Nov 08:00, 10h 01m."
        " If it was forgotten: clocktool stop --at '2026-11-24 18:00'\n"
    )
    assert timed.ok("list").err == ""
    timed.ok(*pasted(said))
    assert timed.ok("list", "--total").out == "10:00:00\n"


def test_the_command_has_a_line_of_its_own_where_a_terminal_would_break_it(timed: Console) -> None:
    """So that it can be pasted."""
    timed.at("2026-11-24 18:01")
    assert timed("list", columns=80).err == (
        "'fix' runs since Tue 24 Nov 08:00, 10h 01m. If it was forgotten:\n"
        "  clocktool stop --at '2026-11-24 18:00'\n"
    )


def test_minutes_over_midnight_are_said_too(run: Console) -> None:
    """Midnight is one whatever ``max_timer`` says; the end offered is of the day of the start."""
    run.at("2026-11-23 23:50").ok("start", "night")
    run.at("2026-11-24 00:30")
    said = run.ok("running").err
    assert said.startswith("'night' runs since Mon 23 Nov 23:50, 40m. If it was forgotten: ")
    run.ok(*pasted(said))
    assert run.ok("list", "yesterday", "--template", "{start} {end}").out == "23:50 23:59\n"


@pytest.mark.parametrize("started", ["23:59:00", "23:59:30", "18:00:00", "17:59:59"])
def test_the_command_works_for_every_start(run: Console, started: str) -> None:
    """At the last minute of a day, and around the evening: never an end before the start."""
    hours, minutes, seconds = started.split(":")
    run.at(f"2026-11-23 {hours}:{minutes}").later(int(seconds)).ok("start", "x")
    run.at("2026-11-24 09:00")
    run.ok(*pasted(run.ok("running").err))
    assert run("running").code == 1


def test_without_a_description_it_is_the_timer(run: Console) -> None:
    """No quotes around nothing."""
    run.at("2026-11-23 16:00").ok("start")
    run.at("2026-11-24 09:00")
    assert run.ok("list").err.startswith("The timer runs since Mon 23 Nov 16:00, 17h 00m.")


def test_hostile_words_are_shown_as_words(run: Console) -> None:
    """No escape codes from a description; the command is the last of the line all the same."""
    run.at("2026-11-23 16:00").ok("start", "\x1b[31m$(rm -rf ~)\nnext")
    run.at("2026-11-24 09:00")
    said = run.ok("list").err
    assert "\x1b" not in said
    assert len(said.splitlines()) == 1
    assert pasted(said) == ["stop", "--at", "2026-11-23 18:00"]


def test_a_finished_entry_over_midnight_is_nobodys_business(run: Console) -> None:
    """It was added as it is."""
    run.ok("add", "night", "--from", "2026-11-23 22:00", "--to", "2026-11-24 02:00")
    assert run.ok("list").err == ""


def test_max_timer_is_a_setting(run: Console) -> None:
    """``config set`` takes a DURATION, and says what that is otherwise."""
    run.ok("config", "set", "max_timer", "10h")
    assert run.ok("config", "get", "max_timer").out == "10h\n"
    for wrong in ("ten", "10", "-1h", "0h"):
        result = run("config", "set", "max_timer", wrong)
        assert (result.code, result.out) == (2, ""), wrong
        assert result.err.startswith("error: "), wrong
    assert run.ok("config", "get", "max_timer").out == "10h\n"


def test_a_max_timer_in_the_file_that_is_none(run: Console) -> None:
    """It names the file, the key and what is accepted: exit code 3."""
    path = run.configure('[profiles.local]\nmax_timer = "ten"\n')
    result = run("list")
    assert (result.code, result.out) == (3, "")
    assert str(path) in result.err
    assert "max_timer" in result.err
