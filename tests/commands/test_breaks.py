"""Breaks are listed and summed apart, and count in no total."""

import csv
import io

import pytest

from tests.conftest import Console

PLAIN = {"NO_COLOR": "1"}


@pytest.fixture
def pause(day: Console) -> Console:
    """The day with half an hour for lunch, filed under a billable project by mistake."""
    day.ok("add", "Lunch", "--from", "12", "--to", "12:30", "--break", "-p", "Site", "-q")
    return day


def test_a_list_sums_them_apart(pause: Console) -> None:
    """The day and the whole are those without it; it is marked."""
    assert pause("list") == (
        0,
        (
            "Tue 24 Nov 2026                                                         3h 45m\n"
            "  0009  09:00–10:30  1h 30m  Site · ACME  Fix login page  $ #dev\n"
            "  000a  10:45–12:00  1h 15m  Site · ACME  Review          $\n"
            "  000c  12:00–12:30     30m  Site · ACME  Lunch           $ break\n"
            "● 000b  12:30–…      1h 00m  Ops          Deploy\n"
            f"{'break 30m    billable 2h 45m    total 3h 45m':>78}\n"
        ),
        "",
    )


@pytest.mark.parametrize("command", ["list", "report"])
def test_they_are_in_no_total(pause: Console, command: str) -> None:
    """As a number and in hours."""
    assert pause(command, "--total").out == "3:45:00\n"
    assert pause(command, "--total-decimal").out == "3.75\n"


def test_a_report_is_of_work(pause: Console) -> None:
    """Below its total it says how long breaks were; shares and amounts are those of the work."""
    assert pause("report").out == (
        "Tue 24 Nov 2026                               total  billable           amount\n"
        "Site · ACME                             73%  2h 45m    2h 45m       288.75 USD\n"
        "Ops                                     27%  1h 00m\n"
        "total                                        3h 45m    2h 45m  73%  288.75 USD\n"
        "break                                           30m\n"
    )
    assert pause("report", "-o", "md").out.splitlines()[-2:] == [
        "| **total** | **3h 45m** | **2h 45m** | **100%** | **288.75 USD** |",
        "| break | 30m |  |  |  |",
    ]
    made = pause("report", "-o", "json").json
    assert (made["totalSeconds"], made["breakSeconds"]) == (13_500, 1800)
    rows = csv.DictReader(io.StringIO(pause("report", "-o", "csv").out))
    assert sum(int(row["seconds"]) for row in rows) == 13_500


def test_a_report_of_a_break_alone(run: Console) -> None:
    """Nothing was worked, in each form of the table."""
    run.ok("add", "Lunch", "--from", "12", "--to", "12:30", "--break", "-q")
    for words in (
        ("report",),
        ("report", "week", "--by", "project,day"),
        ("report", "week", "--chart"),
        ("report", "year", "--by", "day", "--chart"),
    ):
        out = run.ok(*words).out
        assert "total" in out
        assert "break" in out
        assert "30m" in out
        assert run.ok(*words, columns=40, env=PLAIN).out


def test_a_timesheet_and_a_heat_map_are_of_work(pause: Console) -> None:
    """Each says how long breaks were, apart."""
    lines = pause("report", "week", "--by", "project,day").out.splitlines()
    assert lines[4].split()[-1] == "3:45"
    assert lines[5].strip() == "break 30m    billable 2h 45m 73%    288.75 USD"
    out = pause("report", "100d", "--by", "day", "--chart").out
    assert out.splitlines()[-6:-2] == [
        "total           3h 45m",
        "billable        2h 45m",
        "break           30m",
        "busiest day     Tue 24 Nov 2026  3h 45m",
    ]


def test_todays_total_is_of_work(pause: Console) -> None:
    """While a break runs, too."""
    assert pause("running").out.splitlines()[1] == "  today 3h 45m"
    pause.ok("start", "coffee", "--break", "-q")
    pause.later(600)
    assert pause("running").out == "● 13:30  10m  coffee  break  000d\n  today 3h 45m\n"


def test_rows_say_what_is_a_break(pause: Console) -> None:
    """So that who adds up rows can leave them out; import reads it again."""
    rows = list(csv.DictReader(io.StringIO(pause("list", "-o", "csv").out)))
    assert [row["type"] for row in rows] == ["REGULAR", "REGULAR", "BREAK", "REGULAR"]
    work = sum(int(row["duration_seconds"]) for row in rows if row["type"] != "BREAK")
    assert work == 13_500
    assert "| 12:00 | 12:30 | break 30m | Site |" in pause("list", "-o", "md").out
    assert pause("list", "--template", "{type}").out.split()[2] == "break"
    text = pause("export", "-o", "csv").out
    pause.ok("delete", "c", "-y", "-q")
    pause.ok("import", "-", "-q", stdin=text)
    assert pause("list", "--total").out == "3:45:00\n"
    assert "break 30m" in pause("list").out


def test_an_invoice_has_none(pause: Console) -> None:
    """Though it is billable there: that it is left out is said."""
    pause.ok("edit", "c", "--billable", "-q")
    result = pause("invoice", "--dry-run", "-o", "csv")
    assert result.out.splitlines()[1].split(",")[:3] == ["ACME", "Site", "2:45:00"]
    assert result.err == "Left out: 1 not billable, 1 break.\n"


def test_a_break_beside_work_is_no_overlap(pause: Console) -> None:
    """No time of work counts twice."""
    pause.ok("edit", "c", "--from", "11:30", "--to", "12", "-q")
    assert "overlap" not in pause("list").out
    assert "more than once" not in pause("report").out


def test_a_filter_finds_them(pause: Console) -> None:
    """Only breaks, or only work."""
    assert pause("list", "--break", "-o", "id").out == f"{'c':>024}\n"
    assert pause("list", "--no-break").out.count("break") == 0
    assert pause("list", "--break", "--total").out == "0:00:00\n"
    assert pause("bulk", "today", "--break", "--set-description", "x", "-y").out.count("→") == 1
