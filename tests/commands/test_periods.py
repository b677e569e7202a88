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
    """From Friday until today is invalid on a Tuesday."""
    assert weeks("list", "--from", "fri").err == (
        "error: --to 2026-11-24 is before --from 2026-11-27\n"
        "hint: a weekday means this week's: use the date\n"
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


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("quarter", "2026-10-01 2026-12-31"),
        ("last-quarter", "2026-07-01 2026-09-30"),
        ("this quarter", "2026-10-01 2026-12-31"),
        ("last-year", "2025-01-01 2025-12-31"),
        ("last year", "2025-01-01 2025-12-31"),
        ("year", "2026-01-01 2026-12-31"),
        ("2026-Q1..2026-05-03", "2026-01-01 2026-05-03"),
        ("2019..2026", "2019-01-01 2026-12-31"),
        ("2026-01..2026-03", "2026-01-01 2026-03-31"),
        ("2025-W52..2026-Q1", "2025-12-22 2026-03-31"),
        ("2026..mon", "2026-01-01 2026-11-23"),
        ("mon..2026-W48", "2026-11-23 2026-11-29"),
    ],
)
def test_what_lies_between_the_ends_of_a_period(run: Console, period: str, expected: str) -> None:
    """Quarters and years reach to their last day; ends may be of different kinds."""
    found = run.ok("report", *period.split(), "-o", "json").json
    assert f"{found['from']} {found['to']}" == expected


@pytest.mark.parametrize("command", ["list", "report", "export", "bulk", "invoice", "purge"])
def test_a_period_beside_from_or_to_is_refused(run: Console, command: str) -> None:
    """One way or the other says which days: exit 2 in every command."""
    more = ["--add-tag", "x"] if command == "bulk" else []
    for days in (["--from", "mon"], ["--from", "mon", "--to", "tue"], ["--to", "tue"]):
        result = run(command, "week", *days, *more)
        assert (result.code, result.out, result.err) == (
            2,
            "",
            (
                "error: `week` can't be used with --from or --to\n"
                "hint: use a period, or --from and --to\n"
            ),
        )


def test_no_entry_of_all_days_is_said(run: Console) -> None:
    """Without two dates that were not typed."""
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
        ("list", "lastquarter"): "invalid period `lastquarter`\nhint: did you mean last-quarter?",
        ("report", "2026-Q1-2026-Q2"): (
            "invalid period `2026-Q1-2026-Q2`\nhint: did you mean 2026-q1..2026-q2?"
        ),
        ("export", "2026-01-2026-03"): (
            "invalid period `2026-01-2026-03`\nhint: did you mean 2026-01..2026-03?"
        ),
    }.items():
        result = run(*words)
        assert (result.code, result.out, result.err) == (2, "", f"error: {error}\n")
    assert run.ok("add", "x", "--from", "yesterday noon", "--for", "1,5h").code == 0
