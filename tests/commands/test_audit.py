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
    assert day("audit") == (0, "", "Nothing found: Sun 1 Nov 2026 to Mon 30 Nov 2026.\n")


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
