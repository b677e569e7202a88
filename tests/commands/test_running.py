"""``running`` at the front door."""

import pytest

from tests.conftest import Console


def test_the_timer_and_todays_total(day: Console) -> None:
    """The running entry so far, and what today adds up to with it."""
    assert day("running") == (0, "● 12:30  1h 00m  Deploy  Ops  000b\n  today 3h 45m\n", "")


def test_without_a_timer_todays_total_is_shown(day: Console) -> None:
    """The exit code is 1."""
    day.ok("stop")
    assert day("running") == (1, "", "Nothing is running; today 3h 45m\n")


def test_without_a_timer_json_is_an_error_object(run: Console) -> None:
    """It is on standard error, and standard output stays empty."""
    result = run("running", "-o", "json")
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        '{"error":{"code":1,"message":"nothing is running; today 0m","hint":null}}\n'
    )


def test_only_what_lies_on_today_counts(run: Console) -> None:
    """A timer since yesterday counts today from midnight on."""
    run.at("2026-11-23 23:00").ok("start", "late")
    run.at("2026-11-24 00:30")
    assert run("running").out == "● Mon 23 Nov 2026 23:00  1h 30m  late  0003\n  today 30m\n"


def test_the_length_is_so_far(day: Console) -> None:
    """A running entry has no end and no duration, but seconds so far."""
    entry = day("running", "-o", "json").json
    assert entry["timeInterval"] == {"start": "2026-11-24T11:30:00Z", "end": None, "duration": None}
    assert entry["durationSeconds"] == 3600
    assert entry["project"]["name"] == "Ops"


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (["-o", "id"], "00000000000000000000000b\n"),
        (["--template", r"{project}\t{duration}"], "Ops\t1h 00m\n"),
        (
            ["-o", "csv"],
            (
                "id,start,end,duration_seconds,description,project,client,task,tags,billable,user,type\n"
                "00000000000000000000000b,2026-11-24T12:30:00+01:00,,3600,Deploy,Ops,,,,false,ada,REGULAR\n"
            ),
        ),
    ],
)
def test_other_outputs(day: Console, output: list[str], expected: str) -> None:
    """Id, template and CSV write the timer alone."""
    assert day("running", *output) == (0, expected, "")


def test_everyones_timers(day: Console) -> None:
    """--all is a table of every timer in the workspace, with its user; JSON is an array."""
    assert day("running", "--all") == (
        0,
        (
            "user  id      times    duration  project  description\n"
            "ada   ● 000b  12:30–…    1h 00m  Ops      Deploy\n"
        ),
        "",
    )
    assert [each["userName"] for each in day("running", "--all", "-o", "json").json] == ["ada"]


def test_everyones_timers_where_a_terminal_is_narrow(day: Console) -> None:
    """Each timer is a paragraph there, with a line for each value."""
    assert day("running", "--all", columns=32, env={"NO_COLOR": "1"}).out == (
        "user         ada\n"
        "id           ● 000b\n"
        "times        12:30–…\n"
        "duration     1h 00m\n"
        "project      Ops\n"
        "description  Deploy\n"
    )


def test_a_timer_of_yesterday_is_listed_with_its_day(run: Console) -> None:
    """A forgotten timer is easy to see."""
    run.ok("start", "Ship", "--at", "yesterday 12:00")
    assert run.ok("running", "--all").out == (
        "user  id      times                    duration  description\n"
        "ada   ● 0003  Mon 23 Nov 2026 12:00–…   24h 30m  Ship\n"
    )


def test_without_any_timer_all_is_exit_code_1(run: Console) -> None:
    """The message says so."""
    assert run("running", "--all") == (1, "", "No timer is running\n")


def test_a_timer_that_others_named_is_shown_as_text(run: Console) -> None:
    """Markup and escape codes of a description are shown, not obeyed."""
    run.ok("start", "[bold]x[/] \x1b[31mred")
    assert run("running").out == "● 12:30  [bold]x[/] �[31mred  0003\n  today 0m\n"
