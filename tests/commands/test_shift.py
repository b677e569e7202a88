"""``--shift``, ``--longer`` and ``--shorter`` at the front door."""

import pytest

from tests.conftest import Console

REVIEW = "Review  Site · ACME  $  000a\n"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--shift", "+10m"], "10:55–12:10  1h 15m"),
        (["--shift", "-1h"], "09:45–11:00  1h 15m"),
        (["--shift", "-24h"], "Mon 23 Nov 2026 10:45–12:00  1h 15m"),
        (["--longer", "10m"], "10:45–12:10  1h 25m"),
        (["--shorter", "10m"], "10:45–11:50  1h 05m"),
    ],
)
def test_an_entry_is_moved_or_resized(day: Console, options: list[str], expected: str) -> None:
    """--shift moves both times, --longer and --shorter the end."""
    assert day("edit", "last", *options, "-q") == (0, "", "")
    assert day.ok("show", "a", "--template", "{description}").out == "Review\n"
    day.ok("undo", "-q")
    assert day.ok("edit", "last", *options).out == f"~ Changed {expected}  {REVIEW}"


def test_other_fields_change_with_it(day: Console) -> None:
    """One edit, one undo."""
    assert day.ok("edit", "last", "--shorter", "10m", "-d", "Read").out == (
        "~ Changed 10:45–11:50  1h 05m  Read  Site · ACME  $  000a\n"
    )
    day.ok("undo", "-q")
    assert day.ok("list", "--total").out == "3:45:00\n"


def test_of_a_timer_only_the_start_moves(day: Console) -> None:
    """It has no end."""
    assert day.ok("edit", "current", "--shift", "-10m").out == (
        "~ Changed 12:20  1h 10m  Deploy  Ops  000b\n"
    )


REFUSED = {
    "no sign": (
        ("last", "--shift", "10m"),
        2,
        "error: `10m` has no sign\nhint: write +10m for later, or -10m for earlier\n",
    ),
    "no duration": (
        ("last", "--shift", "+10"),
        2,
        "error: invalid duration `10`\nhint: did you mean 10m or 10h?\n",
    ),
    "with times": (
        ("last", "--shift", "+10m", "--to", "12"),
        2,
        "error: --shift can't be used with --from, --to or --for\nhint: use one of them\n",
    ),
    "two of them": (
        ("last", "--longer", "1m", "--shorter", "1m"),
        2,
        "error: --longer can't be used with --shorter\nhint: use one of them\n",
    ),
    "nothing left": (
        ("last", "--shorter", "75m"),
        5,
        (
            "error: the entry is 1h 15m long, so nothing would be left\n"
            "hint: use a shorter time, or delete it: clocktool delete last\n"
        ),
    ),
    "timer": (
        ("current", "--shorter", "5m"),
        5,
        (
            "error: the entry is still running, so it has no end to move\n"
            "hint: move its start: --shift -10m, or stop it: clocktool stop --at TIME\n"
        ),
    ),
    "future": (
        ("last", "--shift", "+2h"),
        2,
        ("error: the entry would end in the future, at Tue 14:00\nhint: allow it with --future\n"),
    ),
    "timer in the future": (
        ("current", "--shift", "+2h"),
        2,
        (
            "error: the entry would start in the future, at Tue 14:30\n"
            "hint: allow it with --future\n"
        ),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused(day: Console, case: str) -> None:
    """Nothing is changed."""
    words, code, said = REFUSED[case]
    assert day("edit", *words) == (code, "", said)
    assert day.ok("list", "--total").out == "3:45:00\n"
    assert day("undo", "--list", "-o", "json").json[0]["command"] == "start"


def test_a_shift_keeps_the_clock_time_when_the_clocks_change(run: Console) -> None:
    """24 hours later is the same time, in a night of 25 hours too."""
    run.at("2026-10-26 18:00")
    run.ok("add", "x", "--from", "2026-10-24 9:00", "--to", "2026-10-24 10:00", "-q")
    assert run.ok("edit", "last", "--shift", "+24h").out == (
        "~ Changed Sun 25 Oct 2026 09:00–10:00  1h 00m  x  0003\n"
    )
    run.ok("edit", "last", "--shift", "-24h", "-q")
    run.ok("edit", "last", "--shift", "-7h", "-q")
    result = run("edit", "last", "--shift", "+24h")
    assert result.out == "~ Changed Sun 25 Oct 2026 02:00–03:00  2h 00m  x  0003\n"
    assert result.err == "02:00 happens twice on Sun 2026-10-25: using the first\n"


def test_many_entries_move_together(day: Console) -> None:
    """The plan shows the times before and after; one undo takes all back."""
    shown = day.ok("bulk", "today", "--shift", "-30m", "-y")
    assert shown.out == (
        "  0009  Tue 24 Nov 2026 09:00  Fix login page  09:00–10:30 → 08:30–10:00\n"
        "  000a  Tue 24 Nov 2026 10:45  Review          10:45–12:00 → 10:15–11:30\n"
        "  000b  Tue 24 Nov 2026 12:30  Deploy          12:30 → 12:00\n"
        "3 of 3 changed\n"
    )
    assert day.ok("list", "--template", "{start} {end}").out == (
        "08:30 10:00\n10:15 11:30\n12:00 \n"
    )
    day.ok("undo", "-q")
    assert day.ok("list", "--total").out == "3:45:00\n"


def test_a_move_to_another_day_is_shown(day: Console) -> None:
    """The new day stands before the new times; a dry run changes nothing."""
    shown = day.ok("bulk", "last", "--shift", "-24h", "--dry-run").out
    assert "10:45–12:00 → Mon 23 Nov 2026 10:45–12:00\n" in shown
    assert day.ok("list", "yesterday", "-o", "id").out == ""


def test_a_move_with_other_changes_is_one_change(day: Console) -> None:
    """Times, project and tags at once."""
    day.ok("bulk", "last", "--shift", "-15m", "--add-tag", "urgent", "--set-project", "Ops", "-y")
    assert day.ok("show", "a", "--template", "{duration} {project} {tags}").out == (
        "1h 15m Ops urgent\n"
    )


def test_one_entry_that_cannot_move_stops_all(day: Console) -> None:
    """It is named, and nothing was changed."""
    assert day("bulk", "today", "--shift", "+1h40m", "-y") == (
        2,
        "",
        (
            "error: 'Review' (000a): the entry would end in the future, at Tue 13:40\n"
            "hint: allow it with --future\n"
        ),
    )
    assert day.ok("list", "--total").out == "3:45:00\n"


def test_a_shift_that_is_none_is_refused_before_entries_are_read(day: Console) -> None:
    """Whether there are entries to move or not; the error names none."""
    for days in ("today", "2020"):
        assert day("bulk", days, "--shift", "10m", "-y") == (
            *(2, ""),
            "error: `10m` has no sign\nhint: write +10m for later, or -10m for earlier\n",
        )
