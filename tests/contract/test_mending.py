"""Corrections of entries after they were typed: the same in each world."""

import shlex
import sys

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


def test_entries_become_one_and_several_again(place: World) -> None:
    """The earliest stays; undo creates the others again, redo deletes them."""
    run = place.console
    run.ok("add", "one", "9:00-9:30", "-q")
    run.ok("add", "two", "9:30-10:30", "-q")
    run.ok("add", "three", "10:30-11:00", "-q")
    one, *_ = run.ok("list", "-o", "id").out.split()
    run.ok("join", "last", "last~1", "last~2", "-q")
    ends = ("list", "--template", "{description} {start} {end}")
    assert run.ok(*ends).out == "one 09:00 11:00\n"
    assert run.ok("list", "-o", "id").out == f"{one}\n"
    run.ok("undo", "-q")
    assert run.ok(*ends).out == "one 09:00 09:30\ntwo 09:30 10:30\nthree 10:30 11:00\n"
    run.ok("redo", "-q")
    assert run.ok(*ends).out == "one 09:00 11:00\n"


def test_a_timer_is_joined_with_the_entry_before_it(place: World) -> None:
    """There is one timer at any time."""
    run = place.console
    run.ok("add", "one", "9:00-12:00", "-q")
    run.ok("start", "two", "--at", "12:00", "-q")
    run.ok("join", "current", "last", "-q")
    assert run.ok("running", "--template", "{description} {start}").out == "one 09:00\n"
    run.ok("undo", "-q")
    assert run.ok("running", "--template", "{description} {start}").out == "two 12:00\n"
    assert run.ok("list", "--template", "{description} {end}").out == "one 12:00\ntwo \n"


def test_a_day_as_text_is_one_change(place: World) -> None:
    """An edit, a new entry and a delete, taken back by one undo."""
    run = place.console
    run.ok("add", "one", "9:00-9:30", "-q")
    run.ok("add", "two", "9:30-10:30", "-q")
    run.ok("add", "three", "10:30-11:00", "-q")
    program = (
        "import pathlib, sys; path = pathlib.Path(sys.argv[1]); "
        "lines = path.read_text(encoding='utf-8').splitlines(); "
        "lines = [line.replace('one', 'first') for line in lines if 'two' not in line]; "
        "path.write_text('\\n'.join([*lines, '8-8:30 zero']), encoding='utf-8')"
    )
    env = {"EDITOR": shlex.join([sys.executable, "-c", program])}
    done = run("edit", "--day", "today", "-y", env=env)
    assert (done.code, done.out.splitlines()[-1]) == (0, "1 changed, 1 added, 1 deleted")
    assert run.ok(*STARTS).out == "zero 08:00\nfirst 09:00\nthree 10:30\n"
    run.ok("undo", "-q")
    assert run.ok(*STARTS).out == "one 09:00\ntwo 09:30\nthree 10:30\n"
    run.ok("redo", "-q")
    assert run.ok(*STARTS).out == "zero 08:00\nfirst 09:00\nthree 10:30\n"
