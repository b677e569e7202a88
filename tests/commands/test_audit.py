"""``audit`` at the front door."""

import shlex

import pytest

from tests.conftest import Console


def found(console: Console, *words: str) -> list[tuple[str, str]]:
    """Return the problems with their messages."""
    result = console("audit", *words, "-o", "json")
    assert result.code == (1 if result.json else 0)
    assert result.err == ""
    return [(each["problem"], each["message"]) for each in result.json]


def test_nothing_wrong_is_said(day: Console) -> None:
    """Exit code 0, and a note with the days."""
    assert day("audit") == (0, "", "Nothing found: Sun 1 Nov to Mon 30 Nov 2026.\n")


PROBLEMS = {
    "overlap": (
        ("call", "10:15-10:40", "-p", "Ops"),
        "'Fix login page' and 'call' overlap by 15m",
        "clocktool edit 00000009 --to 10:15",
    ),
    "long": (
        ("long", "--from", "2026-11-23 8:00", "--to", "2026-11-23 19:30", "-p", "Ops"),
        "'long' is 11h 30m long",
        "clocktool edit 0000000c --to '2026-11-23 18:00'",
    ),
    "not-billable": (
        ("call", "8:00-8:20", "-p", "Site", "--no-billable"),
        "'call' is not billable, though its project is",
        "clocktool edit 0000000c --billable",
    ),
    "no-project": (
        ("call", "8:00-8:20"),
        "'call' has no project",
        "clocktool edit --day 2026-11-24",
    ),
    "no-description": (
        ("8:00-8:20", "-p", "Ops"),
        "an entry has no description",
        "clocktool edit --day 2026-11-24",
    ),
    "no-rate": (
        ("call", "8:00-8:20", "-p", "Ops", "--billable"),
        "'call' is billable, but has no rate",
        "clocktool edit 0000000c --no-billable",
    ),
    "future": (
        ("call", "15:00-16:00", "-p", "Ops", "--future"),
        "'call' starts in the future",
        "clocktool edit 0000000c --shift -24h",
    ),
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_each_problem_is_found_with_what_mends_it(day: Console, problem: str) -> None:
    """And is the only one."""
    words, message, command = PROBLEMS[problem]
    day.ok("add", *words, "-q")
    result = day("audit", "-o", "json")
    assert result.code == 1
    (it,) = result.json
    assert (it["problem"], it["message"], it["command"]) == (problem, message, command)
    assert len(it["entries"]) == (2 if problem == "overlap" else 1)
    if "--day" not in command:
        day.ok(*shlex.split(command)[1:], "-q")
        assert found(day) == []


def test_an_end_in_the_future_is_found(day: Console) -> None:
    """The entry has begun."""
    day.ok("stop", "-q")
    day.ok("add", "call", "13:30-16:00", "-p", "Ops", "--future", "-q")
    day.later(60)
    assert found(day) == [("future", "'call' ends in the future")]


def test_an_entry_of_no_length_is_found(day: Console) -> None:
    """No command makes one, but others do."""
    from tests.commands.conftest import put

    put(
        day,
        "/time-entries",
        {
            "start": "2026-11-24T07:00:00Z",
            "end": "2026-11-24T07:00:00Z",
            "description": "nothing",
            "projectId": day.ok("projects", "-o", "json").json[0]["id"],
        },
        "POST",
    )
    assert [problem for problem, _ in found(day)] == ["empty"]


def test_breaks_need_nothing(day: Console) -> None:
    """Neither project, description nor rate."""
    day.ok("add", "12:00-12:30", "--break", "--billable", "-q")
    assert found(day) == []


def test_each_pair_that_overlaps_is_one_row(day: Console) -> None:
    """Three entries at the same time are three pairs; touching is none."""
    day.ok("add", "a", "8:00-9:00", "-p", "Ops", "-q")
    day.ok("add", "b", "8:10-9:00", "-p", "Ops", "-q")
    day.ok("add", "c", "8:20-8:30", "-p", "Ops", "-q")
    assert [message for _, message in found(day)] == [
        "'a' and 'b' overlap by 50m",
        "'a' and 'c' overlap by 10m",
        "'b' and 'c' overlap by 10m",
    ]


def test_the_longest_time_is_configured(day: Console) -> None:
    """``max_timer``; a timer that runs too long is stopped by the command."""
    day.ok("config", "set", "max_timer", "30m", "-q")
    result = day("audit", "-o", "json")
    assert [(each["message"], each["command"]) for each in result.json] == [
        ("'Fix login page' is 1h 30m long", "clocktool edit 00000009 --to '2026-11-24 09:30'"),
        ("'Review' is 1h 15m long", "clocktool edit 0000000a --to '2026-11-24 11:15'"),
        ("'Deploy' runs 1h 00m", "clocktool stop --at '2026-11-24 13:00'"),
    ]


def test_the_table_has_a_line_for_each(day: Console) -> None:
    """Exit code 1 without a message: the rows say it."""
    day.ok("add", "call", "10:15-10:40", "-q")
    assert day("audit", "today") == (
        1,
        (
            "Tue 24 Nov 2026 09:00  'Fix login page' and 'call' overlap by 15m"
            "  clocktool edit 00000009 --to 10:15\n"
            "Tue 24 Nov 2026 10:15  'call' has no project                     "
            "  clocktool edit --day 2026-11-24\n"
        ),
        "",
    )
    assert day("audit", "-q") == (1, "", "")


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_command_is_never_wrapped(day: Console, columns: int) -> None:
    """It stands below where it does not fit."""
    day.ok("add", "call", "10:15-10:40", "-q")
    assert (
        "clocktool edit 00000009 --to 10:15\n"
        in day("audit", columns=columns, env={"NO_COLOR": "1"}).out
    )


def test_filters_choose(day: Console) -> None:
    """Only entries of the project are looked at."""
    day.ok("add", "call", "8:00-8:20", "-q")
    assert found(day, "-p", "Site") == []
    assert [problem for problem, _ in found(day, "--no-project")] == ["no-project"]


def test_an_old_entry_has_its_whole_id(day: Console) -> None:
    """Its end might not be found among the newest entries."""
    day.ok("add", "x", "--from", "2025-03-03 9:00", "--for", "1h", "-p", "Ops", "--billable", "-q")
    (it,) = day("audit", "2025", "-o", "json").json
    assert it["command"] == "clocktool edit 00000000000000000000000c --no-billable"


ODD = (
    ("a", "2026-11-20 9:00", "2026-11-20 11:00"),
    ("b", "2026-11-20 10:00", "2026-11-20 12:00"),
    ("c", "2026-11-20 10:30", "2026-11-20 13:00"),  # three that share time
    ("seconds", "2026-11-19 9:00:10", "2026-11-19 11:00:20"),
    ("late", "2026-11-19 11:00:05", "2026-11-19 12:00"),
    ("night", "2026-11-17 20:00", "2026-11-18 09:00"),
    ("old", "2026-03-02 20:00", "2026-03-03 09:00"),
    ("autumn", "2026-10-25 1:00", "2026-10-25 3:00"),
    ("second hour", "2026-10-25T02:30+01:00", "2026-10-25 3:30"),
    ("far", "2026-12-24 15:00", "2026-12-25 02:00"),
    ("ends", "2026-11-24 13:00", "2026-11-24 14:00"),
)


def test_the_commands_mend_what_was_found(shop: Console) -> None:
    """Pasted one after the other, until nothing is found: no command spoils what one before did."""
    for text, start, end in ODD:
        times = ("--from", start, "--to", end, "--future")
        shop.ok("add", text, *times, "-p", "Ops", "--billable", "-q")
    shop.at("2026-11-24 13:30")
    for _ in range(2):  # a future entry that is too long is first shortened, then moved
        for each in shop("audit", "all", "-o", "json").json:
            shop.ok(*shlex.split(each["command"])[1:], "-q")
    assert shop("audit", "all") == (0, "", "Nothing found: all days.\n")
    assert shop.ok("list", "2026-11-20", "--template", "{description} {start} {end}").out == (
        "a 09:00 10:00\nb 10:00 10:30\nc 10:30 13:00\n"
    )


def test_a_timer_that_was_too_long_in_the_second_hour_gets_an_end_after_its_start(
    shop: Console,
) -> None:
    """The command has the offset."""
    shop.configure('max_timer = "30m"\n')
    start = "2026-10-25T02:10+01:00"
    shop.ok("add", "x", "--from", start, "--to", "2026-10-25 4:00", "-p", "Ops", "-q")
    (row,) = shop("audit", "2026-10-25", "-o", "json").json
    assert row["command"] == "clocktool edit 00000009 --to '2026-10-25T02:40+01:00'"
    shop.ok(*shlex.split(row["command"])[1:], "-q")
    assert shop("audit", "2026-10-25").code == 0


def test_what_others_have_is_named_so_that_it_is_found(shop: Console) -> None:
    """By whole ids; their days can be listed, not edited as text."""
    shop.ok("users", "add", "Bob B", "-q")
    for text, start, end in (("a", "9:00", "10:00"), ("b", "9:30", "11:00")):
        shop.ok("add", text, "--from", start, "--to", end, "--user", "Bob B", "-q")
    rows = shop("audit", "today", "--user", "all", "-o", "json").json
    assert list(dict.fromkeys(each["command"] for each in rows)) == [
        "clocktool edit 00000000000000000000000a --to 09:30",
        "clocktool list 2026-11-24 --user 'Bob B'",
    ]
    for each in rows:
        shop.ok(*shlex.split(each["command"])[1:])
    assert [each["problem"] for each in shop("audit", "--user", "Bob", "-o", "json").json] == [
        "no-project",
        "no-project",
    ]
