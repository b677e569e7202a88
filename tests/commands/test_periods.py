"""PERIOD and TIME through the front door: the same words mean the same days everywhere."""

import pytest

from tests.conftest import Console


@pytest.fixture
def weeks(run: Console) -> Console:
    """A console with an entry on each day from Monday 16 to Tuesday 24 November 2026."""
    for day in range(16, 25):
        run.ok("add", f"{day}", "--from", f"2026-11-{day} 9:00", "--for", "1h")
    return run


def listed(run: Console, *words: str) -> list[str]:
    """Return the descriptions that a list has."""
    return run.ok("list", *words, "--template", "{description}").out.split()


def test_a_weekday_is_this_weeks_in_every_command(weeks: Console) -> None:
    """Alone, in a range, as a day to copy to, as a day to copy, as a filter."""
    copied = weeks.ok("dup", "last", "--on", "fri", "--template", "{date}").out
    assert copied == "2026-11-27\n"
    assert listed(weeks, "fri") == ["24"]
    assert listed(weeks, "fri..sun") == ["24"]
    assert listed(weeks, "--from", "mon", "--to", "fri") == ["23", "24", "24"]
    assert weeks.ok("report", "fri", "--total").out == "1:00:00\n"
    assert weeks.ok("export", "fri", "-o", "csv").out.count("\n") == 2
    day = weeks.ok("dup", "--day", "fri", "--on", "sat", "--template", "{date}").out
    assert day == "2026-11-28\n"


def test_a_weekday_in_a_time_is_the_latest(weeks: Console) -> None:
    """What is typed of the past lies in the past."""
    made = weeks.ok("add", "x", "--from", "fri 12:00", "--for", "1h", "--template", "{date}")
    assert made.out == "2026-11-20\n"


def test_weeks_start_where_the_configuration_says(weeks: Console) -> None:
    """Sunday is this week's first day then, and already past."""
    weeks.ok("config", "set", "week_start", "sunday")
    assert listed(weeks, "sun") == ["22"]
    assert listed(weeks, "week") == ["22", "23", "24"]
    weeks.ok("config", "set", "week_start", "monday")
    assert listed(weeks, "week") == ["23", "24"]
    assert weeks("list", "sun").err == "No entries: Sun 29 Nov 2026.\n"


def test_a_filter_that_ends_before_a_weekday_says_which_one_it_is(weeks: Console) -> None:
    """From Friday until today is no period on a Tuesday."""
    assert weeks("list", "--from", "fri").err == (
        "error: --to 2026-11-24 is before --from 2026-11-27\n"
        "hint: a weekday is this week's: write the date\n"
    )


@pytest.mark.parametrize("command", ["list", "report", "export"])
def test_a_period_may_be_two_words(weeks: Console, command: str) -> None:
    """As they are spoken, or as one."""
    one = weeks.ok(command, "last-week", "-o", "csv").out
    assert weeks.ok(command, "last", "week", "-o", "csv").out == one
    assert weeks.ok(command, "last week", "-o", "csv").out == one
    assert weeks.ok(command, "this", "month", "-o", "csv").out != one


def test_two_words_that_are_no_period_are_refused_whole(weeks: Console) -> None:
    """With what may have been meant."""
    result = weeks("list", "2026-11-16", "2026-11-18")
    assert (result.code, result.err) == (
        2,
        (
            "error: invalid period `2026-11-16 2026-11-18`\n"
            "hint: did you mean 2026-11-16..2026-11-18?\n"
        ),
    )
    result = weeks("bulk", "last", "week", "--add-tag", "x")
    assert (result.code, result.err) == (
        2,
        "error: invalid entry `week`\nhint: did you mean the period last-week?\n",
    )


def test_all_is_every_day_also_those_to_come(weeks: Console) -> None:
    """For list, report, export, and what changes many."""
    weeks.ok("add", "later", "--from", "2027-03-01 9:00", "--for", "1h", "--future")
    assert listed(weeks, "all") == [*map(str, range(16, 25)), "later"]
    assert weeks.ok("report", "all", "--total").out == "10:00:00\n"
    assert weeks.ok("report", "all", "--by", "day", "-o", "csv").out.count("\n") == 11
    assert weeks.ok("report", "all").out.startswith("Mon 16 Nov 2026 to Mon 1 Mar 2027")
    assert weeks.ok("export", "all").out == weeks.ok("export").out
    assert weeks.ok("bulk", "all", "--set-description", "x", "-y").out.endswith(
        "10 of 10 changed\n"
    )
    assert weeks.ok("purge", "all", "--dry-run").out == "10 entries, 10h 00m: not deleted.\n"


def test_no_entry_of_all_days_is_said(run: Console) -> None:
    """Without two dates that nobody typed."""
    assert run.ok("list", "all").err == "No entries: all days.\n"


def test_near_misses_are_named(run: Console) -> None:
    """For a time, a duration and a period; nothing is done."""
    for words, error in {
        ("start", "x", "--at", "9.30"): "invalid time `9.30`\nhint: did you mean 9:30?",
        ("start", "x", "--at", "17h"): "invalid time `17h`\nhint: did you mean 17:00 or -17h?",
        ("start", "x", "--at", "last friday 9:00"): (
            'invalid time `last friday 9:00`\nhint: did you mean "friday 9:00"?'
        ),
        ("add", "x", "--for", "1h30"): "invalid duration `1h30`\nhint: did you mean 1h30m?",
        ("list", "lastweek"): "invalid period `lastweek`\nhint: did you mean last-week?",
    }.items():
        result = run(*words)
        assert (result.code, result.out, result.err) == (2, "", f"error: {error}\n")
    assert run.ok("add", "x", "--from", "yesterday noon", "--for", "1,5h").code == 0
