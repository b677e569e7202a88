"""``gaps`` at the front door."""

import shlex

import pytest

from tests.conftest import Console

WHOLE = "Mon 23 Nov 2026  all day      24h 00m  clocktool edit --day 2026-11-23\n"


@pytest.fixture
def holes(day: Console) -> Console:
    """The day with a gap of 15 and one of 30 minutes; no other day has an entry."""
    return day


def test_the_holes_of_a_day_and_days_without_entries(holes: Console) -> None:
    """Of this week so far; each with the command that fills it."""
    assert holes("gaps") == (
        0,
        (
            "Mon 23 Nov 2026  all day      24h 00m  clocktool edit --day 2026-11-23\n"
            "Tue 24 Nov 2026  10:30–10:45  15m      clocktool add 10:30-10:45\n"
            "Tue 24 Nov 2026  12:00–12:30  30m      clocktool add 12:00-12:30\n"
        ),
        "",
    )


def test_the_commands_fill_the_gaps(holes: Console) -> None:
    """After them nothing is left, today and on another day."""
    holes.at("2026-11-25 18:00")
    holes.ok("stop", "--at", "2026-11-24 14:00", "-q")
    found = holes.ok("gaps", "2026-11-24", "-o", "json").json
    assert [each["command"] for each in found] == [
        "clocktool add --from '2026-11-24 10:30' --to 10:45",
        "clocktool add --from '2026-11-24 12:00' --to 12:30",
    ]
    for each in found:
        holes.ok(*shlex.split(each["command"])[1:], "-q")
    assert holes("gaps", "2026-11-24") == (0, "", "No gaps: Tue 24 Nov 2026.\n")


def test_json_has_instants(holes: Console) -> None:
    """And seconds."""
    assert holes.ok("gaps", "today", "--min", "30m", "-o", "json").json == [
        {
            "start": "2026-11-24T11:00:00Z",
            "end": "2026-11-24T11:30:00Z",
            "durationSeconds": 1800,
            "command": "clocktool add 12:00-12:30",
        }
    ]


@pytest.mark.parametrize(("least", "count"), [("15m", 2), ("15m1s", 1), ("30m", 1), ("31m", 0)])
def test_the_least_length_is_included(holes: Console, least: str, count: int) -> None:
    """A gap of exactly that length is listed."""
    assert len(holes.ok("gaps", "today", "--min", least, "-o", "json").json) == count


def test_breaks_and_overlaps_fill(holes: Console) -> None:
    """They fill the gaps."""
    holes.ok("add", "lunch", "12:00-12:30", "--break", "-q")
    holes.ok("add", "call", "10:15-10:45", "-q")
    assert holes.ok("gaps", "today").err == "No gaps: Tue 24 Nov 2026.\n"


def test_an_entry_over_midnight_is_in_both_days(run: Console) -> None:
    """The first entry of a day may begin at midnight."""
    run.ok("add", "night", "--from", "yesterday 23:00", "--to", "today 1:00", "-q")
    run.ok("add", "day", "9:00-10:00", "-q")
    assert run.ok("gaps").out == (
        "Tue 24 Nov 2026  01:00–09:00  8h 00m  clocktool add 01:00-09:00\n"
    )


def test_days_with_a_target_are_the_working_days(holes: Console) -> None:
    """A day off does not count, a Saturday with a target does."""
    holes.at("2026-11-30 08:00")
    holes.ok("stop", "--at", "2026-11-24 14:00", "-q")
    days = [
        each["command"].rpartition(" ")[2]
        for each in holes.ok("gaps", "last-week", "--min", "20h", "-o", "json").json
    ]
    assert days == [f"2026-11-{day}" for day in (23, 25, 26, 27)]
    holes.ok("targets", "set", "tue..sat=6h", "--from", "2026-11-01", "-q")
    holes.ok("targets", "off", "2026-11-26", "Holiday", "-q")
    days = [
        each["command"].rpartition(" ")[2]
        for each in holes.ok("gaps", "last-week", "--min", "20h", "-o", "json").json
    ]
    assert days == [f"2026-11-{day}" for day in (25, 27, 28)]


def test_a_working_day_has_as_many_hours_as_the_clock(run: Console) -> None:
    """25 when the clocks go back, on a Sunday with a target."""
    run.at("2026-10-26 08:00")
    run.ok("targets", "set", "sun=2h", "--from", "2026-10-01", "-q")
    (gap,) = run.ok("gaps", "2026-10-25", "-o", "json").json
    assert (gap["start"], gap["durationSeconds"]) == ("2026-10-24T22:00:00Z", 25 * 3600)


def test_a_gap_in_the_hour_that_happens_twice_is_filled(run: Console) -> None:
    """The command says which hour is meant."""
    run.at("2026-10-26 08:00")
    run.ok("add", "a", "--from", "2026-10-25 1:00", "--to", "2026-10-25T02:10+01:00", "-q")
    run.ok("add", "b", "--from", "2026-10-25T02:50+01:00", "--to", "2026-10-25 4:00", "-q")
    (gap,) = run.ok("gaps", "2026-10-25", "-o", "json").json
    assert gap["durationSeconds"] == 2400
    run.ok(*shlex.split(gap["command"])[1:], "-q")
    assert run.ok("gaps", "2026-10-25", "-o", "json").json == []


def test_filters_choose_whose_time_counts(holes: Console) -> None:
    """Between entries of one project, the others are gaps."""
    assert holes.ok("gaps", "today", "-p", "Site").out == (
        "Tue 24 Nov 2026  10:30–10:45  15m  clocktool add 10:30-10:45\n"
    )


def test_all_begins_with_the_first_entry(holes: Console) -> None:
    """Not in the year 1."""
    assert holes.ok("gaps", "all", "--min", "24h").err == "No gaps: all days.\n"


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_a_narrow_terminal_has_the_command_below(holes: Console, columns: int) -> None:
    """Whole, so that it can be copied."""
    out = holes.ok("gaps", columns=columns, env={"NO_COLOR": "1"}).out
    assert "clocktool add 10:30-10:45\n" in out
    assert max(map(len, out.splitlines())) <= columns


@pytest.mark.parametrize("least", ["0m", "5", "x"])
def test_what_is_no_duration_is_refused(holes: Console, least: str) -> None:
    """Exit code 2."""
    assert holes("gaps", "--min", least).code == 2


def test_what_is_to_come_is_no_gap(holes: Console) -> None:
    """Up to a planned entry the gap ends now, if it is long enough then."""
    holes.ok("stop", "-q")
    holes.ok("add", "plan", "15:00-16:00", "--future", "-q")
    assert "13:30" not in holes.ok("gaps", "today").out
    holes.at("2026-11-24 13:36")
    assert holes.ok("gaps", "today", "-o", "json").json[-1]["command"] == (
        "clocktool add 13:30-13:36"
    )


def test_gaps_of_somebody_else_are_filled_for_them(holes: Console) -> None:
    """Today, on another day, and all of one."""
    holes.ok("users", "add", "Bob B", "-q")
    holes.at("2026-11-25 18:00")
    for day in ("2026-11-24", "2026-11-25"):
        for clock in ("09", "11"):
            times = ("--from", f"{day} {clock}:00", "--for", "1h")
            holes.ok("add", clock, *times, "--user", "Bob B", "-q")
    found = holes.ok("gaps", "--user", "Bob B", "-o", "json").json
    assert [each["command"] for each in found] == [
        "clocktool add --user 'Bob B' --from '2026-11-23 09:00' --to 17:00",
        "clocktool add --user 'Bob B' --from '2026-11-24 10:00' --to 11:00",
        "clocktool add --user 'Bob B' 10:00-11:00",
    ]
    for each in found:
        holes.ok(*shlex.split(each["command"])[1:], "-q")
    assert holes.ok("gaps", "--user", "Bob B", "-o", "json").json == []
    assert "--user" not in holes.ok("gaps", "--user", "ada").out
