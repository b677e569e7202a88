"""``balance`` at the front door: tables, what is left today, every format."""

import pytest

from tests.conftest import Console


@pytest.fixture
def week(run: Console) -> Console:
    """Hours from 16 November on, and a week of work with a timer since 09:00 on Tuesday."""
    run.configure('timezone = "Europe/Berlin"\n[targets]\n2026-11-16 = "mon..thu=8h fri=6h"\n')
    run.at("2026-11-20 20:00")
    for day in range(16, 20):
        run.ok("add", "x", "--from", f"2026-11-{day} 08:00", "--for", "8h30m")
    run.ok("add", "x", "--from", "2026-11-20 08:00", "--for", "5h")
    run.at("2026-11-23 20:00").ok("add", "x", "--from", "8", "--for", "7h45m")
    run.at("2026-11-24 09:00").ok("start", "x")
    return run.at("2026-11-24 12:30")


def test_the_week_by_day_with_what_is_left_today(week: Console) -> None:
    """Today counts with its whole target; days to come have only that."""
    assert week("balance") == (
        0,
        (
            "Mon 23 Nov to Sun 29 Nov 2026\n"
            "             worked   target       +/-  balance\n"
            "Mon 23 Nov   7h 45m   8h 00m      -15m     +45m\n"
            "Tue 24 Nov   3h 30m   8h 00m   -4h 30m  -3h 45m\n"
            "Wed 25 Nov            8h 00m\n"
            "Thu 26 Nov            8h 00m\n"
            "Fri 27 Nov            6h 00m\n"
            "Sat 28 Nov                 ·\n"
            "Sun 29 Nov                 ·\n"
            "total       11h 15m  38h 00m  -26h 45m  -3h 45m\n"
            "4h 30m left today, done at 17:00.\n"
        ),
        "",
    )


def test_longer_periods_by_week_month_and_year(week: Console) -> None:
    """Each row has all its days; the balance is the same at the end."""
    assert week("balance", "month", "--by", "week").out == (
        "Sun 1 Nov to Mon 30 Nov 2026\n"
        "           worked   target       +/-  balance\n"
        "2026-W44        ·        ·        0m\n"
        "2026-W45        ·        ·        0m\n"
        "2026-W46        ·        ·        0m\n"
        "2026-W47  39h 00m  38h 00m   +1h 00m  +1h 00m\n"
        "2026-W48  11h 15m  38h 00m  -26h 45m  -3h 45m\n"
        "2026-W49            8h 00m\n"
        "total     50h 15m  84h 00m  -33h 45m  -3h 45m\n"
        "4h 30m left today, done at 17:00.\n"
        "The balance counts from Mon 16 Nov 2026.\n"
    )
    assert week("balance", "all", "--by", "month").out == (
        "Mon 16 Nov to Tue 24 Nov 2026\n"
        "          worked   target      +/-  balance\n"
        "2026-11  50h 15m  54h 00m  -3h 45m  -3h 45m\n"
        "total    50h 15m  54h 00m  -3h 45m  -3h 45m\n"
        "4h 30m left today, done at 17:00.\n"
    )


def test_a_past_period_has_its_own_end(week: Console) -> None:
    """Nothing is left of it."""
    assert week("balance", "last", "week").out == (
        "Mon 16 Nov to Sun 22 Nov 2026\n"
        "             worked   target      +/-  balance\n"
        "Mon 16 Nov   8h 30m   8h 00m     +30m     +30m\n"
        "Tue 17 Nov   8h 30m   8h 00m     +30m  +1h 00m\n"
        "Wed 18 Nov   8h 30m   8h 00m     +30m  +1h 30m\n"
        "Thu 19 Nov   8h 30m   8h 00m     +30m  +2h 00m\n"
        "Fri 20 Nov   5h 00m   6h 00m  -1h 00m  +1h 00m\n"
        "Sat 21 Nov        ·        ·       0m  +1h 00m\n"
        "Sun 22 Nov        ·        ·       0m  +1h 00m\n"
        "total       39h 00m  38h 00m  +1h 00m  +1h 00m\n"
    )


def test_json_has_exact_seconds(week: Console) -> None:
    """Of the whole and of each row."""
    week.later(7)
    found = week.ok("balance", "mon..tue", "-o", "json").json
    assert found == {
        "from": "2026-11-23",
        "to": "2026-11-24",
        "zone": "Europe/Berlin",
        "workedSeconds": 40507,
        "targetSeconds": 57600,
        "differenceSeconds": -17093,
        "balanceSeconds": -13493,
        "doneAt": "2026-11-24T16:00:00Z",
        "rows": [
            {
                "period": "2026-11-23",
                "workedSeconds": 27900,
                "targetSeconds": 28800,
                "differenceSeconds": -900,
                "balanceSeconds": 2700,
                "off": None,
            },
            {
                "period": "2026-11-24",
                "workedSeconds": 12607,
                "targetSeconds": 28800,
                "differenceSeconds": -16193,
                "balanceSeconds": -13493,
                "off": None,
            },
        ],
    }
    past = week.ok("balance", "last-week", "-o", "json").json
    assert (past["balanceSeconds"], past["doneAt"]) == (3600, None)


def test_other_formats(week: Console) -> None:
    """CSV has seconds, Markdown and templates minutes."""
    assert week("balance", "mon..wed", "-o", "csv").out == (
        "period,worked_seconds,target_seconds,difference_seconds,balance_seconds,off\n"
        "2026-11-23,27900,28800,-900,2700,\n"
        "2026-11-24,12600,28800,-16200,-13500,\n"
        "2026-11-25,0,28800,-28800,-13500,\n"
    )
    assert week("balance", "mon..tue", "-o", "md").out == (
        "| Period | Worked | Target | Difference | Balance | Off |\n"
        "|---|---:|---:|---:|---:|---|\n"
        "| 2026-11-23 | 7h 45m | 8h 00m | -15m | +45m |  |\n"
        "| 2026-11-24 | 3h 30m | 8h 00m | -4h 30m | -3h 45m |  |\n"
        "| total | 11h 15m | 16h 00m | -4h 45m | -3h 45m |  |\n"
    )
    line = "{period} {worked} {difference} {balance} {balance_seconds}"
    assert week("balance", "mon..wed", "--template", line).out == (
        "2026-11-23 7h 45m -15m +45m 2700\n"
        "2026-11-24 3h 30m -4h 30m -3h 45m -13500\n"
        "2026-11-25 0m -8h 00m  -13500\n"
    )
    assert week("balance", "--template", "{nope}").code == 2
    assert week("balance", "-q") == (0, "", "")


def test_days_off_are_named(week: Console) -> None:
    """And lower the target, by half or all of it."""
    week.ok("targets", "off", "mon", "Moving house", "--half")
    week.ok("targets", "off", "wed..thu", "Trip")
    assert week("balance", "mon..thu").out == (
        "Mon 23 Nov to Thu 26 Nov 2026\n"
        "             worked   target      +/-  balance  off\n"
        "Mon 23 Nov   7h 45m   4h 00m  +3h 45m  +4h 45m  Moving house\n"
        "Tue 24 Nov   3h 30m   8h 00m  -4h 30m     +15m\n"
        "Wed 25 Nov                 ·                    Trip\n"
        "Thu 26 Nov                 ·                    Trip\n"
        "total       11h 15m  12h 00m     -45m     +15m\n"
        "4h 30m left today, done at 17:00.\n"
    )


def test_breaks_are_no_work(week: Console) -> None:
    """In a break nothing says when the target is reached."""
    week.at("2026-11-24 12:00").ok("start", "lunch", "--break")
    week.at("2026-11-24 12:30")
    found = week.ok("balance", "today", "-o", "json").json
    assert (found["workedSeconds"], found["doneAt"]) == (3 * 3600, None)
    assert week("balance", "today").out.endswith("\n5h 00m left today.\n")
    week.ok("start", "x")
    assert week("balance", "today").out.endswith("\n5h 00m left today, done at 17:30.\n")


def test_over_the_target_nothing_is_left(week: Console) -> None:
    """It is said by how much."""
    week.at("2026-11-24 17:00")
    assert week("balance", "today").out.endswith("\nDone for today.\n")
    week.at("2026-11-24 17:40")
    assert week("balance", "today").out.endswith("\n40m over today's target.\n")
    assert week.ok("balance", "today", "-o", "json").json["doneAt"] is None


def test_a_timer_over_midnight_counts_on_each_day(week: Console) -> None:
    """What is left is counted from midnight on, and may be reached tomorrow."""
    week.ok("targets", "set", "mon..sun=3h", "--from", "2026-11-24")
    week.at("2026-11-24 12:30").ok("stop")
    week.ok("targets", "set", "mon..sun=8h", "--from", "2026-11-24")
    week.at("2026-11-24 23:00").ok("start", "late")
    week.at("2026-11-24 23:30")
    assert week("balance", "today").out.endswith("\n4h 00m left today, done at 03:30+1d.\n")
    week.at("2026-11-25 01:00")
    assert week("balance", "today").out.endswith("\n7h 00m left today, done at 08:00.\n")


def test_a_day_of_23_hours_has_the_target_of_its_weekday(run: Console) -> None:
    """The clocks go forward at 02:00: work from midnight to 09:00 is eight hours."""
    run.configure('timezone = "Europe/Berlin"\n[targets]\n2026-03-28 = "mon..sun=8h"\n')
    run.at("2026-03-29 00:00").ok("start", "night")
    run.at("2026-03-29 01:30")
    assert run.ok("balance", "today", "-o", "json").json["doneAt"] == "2026-03-29T07:00:00Z"
    run.at("2026-03-29 09:00")
    found = run.ok("balance", "today", "-o", "json").json
    assert (found["workedSeconds"], found["targetSeconds"]) == (8 * 3600, 8 * 3600)
    assert found["balanceSeconds"] == -8 * 3600


def test_what_was_brought_along_is_in_the_balance_from_its_day_on(week: Console) -> None:
    """It is said where it is in the period."""
    week.ok("targets", "carry", "-1h30m", "--from", "2026-11-24")
    assert week("balance", "mon..tue").out == (
        "Mon 23 Nov to Tue 24 Nov 2026\n"
        "             worked   target      +/-  balance\n"
        "Mon 23 Nov   7h 45m   8h 00m     -15m     +45m\n"
        "Tue 24 Nov   3h 30m   8h 00m  -4h 30m  -5h 15m\n"
        "total       11h 15m  16h 00m  -4h 45m  -5h 15m\n"
        "4h 30m left today, done at 17:00.\n"
        "The balance includes -1h 30m brought along.\n"
    )


def test_what_was_brought_along_before_the_first_target_counts_from_that_on(
    week: Console,
) -> None:
    """However the period is divided, the balance of today is the same."""
    week.ok("targets", "carry", "+2h", "--from", "2026-11-01")
    for period in "mon..tue", "month", "all":
        for unit in "day", "week", "month":
            found = week.ok("balance", period, "--by", unit, "-o", "json").json
            assert found["balanceSeconds"] == 2 * 3600 - 3 * 3600 - 45 * 60


def test_without_targets_only_work_is_shown(run: Console) -> None:
    """And how to set some."""
    run.ok("add", "x", "--for", "2h")
    assert run("balance", "today") == (
        0,
        "Tue 24 Nov 2026\n            worked\nTue 24 Nov  2h 00m\ntotal       2h 00m\n",
        "No targets yet: clocktool targets set mon..thu=8h fri=6h\n",
    )
    found = run.ok("balance", "today", "-o", "json").json
    assert (found["targetSeconds"], found["balanceSeconds"]) == (0, None)


def test_less_than_a_minute_is_shown_in_seconds(run: Console) -> None:
    """It was worked, however short."""
    run.ok("add", "x", "--for", "45s")
    assert run("balance", "today").out == (
        "Tue 24 Nov 2026\n            worked\nTue 24 Nov     45s\ntotal          45s\n"
    )


def test_a_period_of_centuries_is_refused(week: Console) -> None:
    """It would be a table without end."""
    assert week("balance", "1900..2100") == (
        2,
        "",
        "error: the period is too long for a balance\nhint: use at most 100 years\n",
    )
    assert week("balance", "lastmonth").err == (
        "error: invalid period `lastmonth`\nhint: did you mean last-month?\n"
    )


@pytest.mark.parametrize("columns", [32, 40, 80, 200])
def test_it_fits_the_terminal(week: Console, columns: int) -> None:
    """The days and their balance are always there."""
    week.ok("targets", "off", "wed..thu", "A trip with a very long name to somewhere far away")
    lines = week.ok("balance", columns=columns, env={"NO_COLOR": "1"}).out.splitlines()
    assert max(map(len, lines)) <= columns
    assert "+45m" in lines[2]


def test_a_chart_goes_up_and_down_from_a_line(week: Console) -> None:
    """Days of a short period, weeks of a long one; days to come are left out."""
    assert week(
        "balance", "2026-11-16..2026-11-29", "--chart", columns=80, env={"NO_COLOR": "1"}
    ) == (
        0,
        (
            "Mon 16 Nov to Sun 29 Nov 2026\n"
            "    +30m  ▄▄▄  ▄▄▄  ▄▄▄  ▄▄▄\n"
            "       0  ───────────────────────────────────────────\n"
            "                              ███                 ███\n"
            "                                                  ███\n"
            "                                                  ███\n"
            " -4h 30m                                          ███\n"
            "          Mon  Tue  Wed  Thu  Fri  Sat  Sun  Mon  Tue\n"
            "50h 15m worked, balance -3h 45m\n"
            "4h 30m left today, done at 17:00.\n"
        ),
        "",
    )
    assert week("balance", "--chart").out == (
        "Thu 1 Jan to Thu 31 Dec 2026\n"
        " +1h 00m  ███\n"
        "       0  ────────\n"
        "               ███\n"
        "               ███\n"
        "               ███\n"
        " -4h 45m       ███\n"
        "          Nov\n"
        "50h 15m worked, balance -3h 45m\n"
        "4h 30m left today, done at 17:00.\n"
        "The balance counts from Mon 16 Nov 2026.\n"
    )


@pytest.mark.parametrize("columns", [32, 40, 80, 200])
def test_a_chart_fits_the_terminal(week: Console, columns: int) -> None:
    """The last bars are shown where there is little room."""
    week.ok("targets", "set", "mon..fri=8h", "--from", "2026-01-01")
    for by in ("day", "week", "month", "year"):
        line = ("balance", "year", "--by", by, "--chart")
        lines = week.ok(*line, columns=columns, env={"NO_COLOR": "1"}).out.splitlines()
        assert max(map(len, lines)) <= columns


@pytest.mark.parametrize("end", ["svg", "html"])
def test_a_picture_is_saved(week: Console, end: str) -> None:
    """Of the table, and of the chart."""
    path = week.home / f"balance.{end}"
    for chart in ([], ["--chart"]):
        result = week("balance", "month", *chart, "--save", str(path), columns=80)
        assert result == (0, "", f"Saved to {path}\n")
        text = path.read_text("utf-8")
        assert "balance" in text
        assert ("█" in text) is bool(chart)


def test_a_chart_has_no_other_format(week: Console) -> None:
    """Nor has a picture."""
    both = "error: --chart can't be combined with another format\nhint: use one of them\n"
    assert week("balance", "--chart", "--template", "{off}") == (2, "", both)
    assert week("balance", "--save", "x.svg", "-o", "csv").code == 2
    assert week("balance", "--save", "x.png").code == 2


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Apia"])
@pytest.mark.parametrize("period", ["2026-10-24..2026-10-26", "2026-10", "2026-W44", "all"])
def test_worked_time_is_that_of_lists_and_reports(run: Console, zone: str, period: str) -> None:
    """To the second: over midnights, clocks that change, overlaps, breaks, a timer so far."""
    run.configure(f'timezone = "{zone}"\n[targets]\n2026-10-01 = "mon..sun=7h36m"\n')
    run.zone = zone
    run.at("2026-10-27 23:00")
    for start, length in (
        ("2026-10-24 22:10", "9h17m31s"),
        ("2026-10-25 00:30", "4h"),
        ("2026-10-25 23:59", "2m"),
        ("2026-10-03 08:00", "7h3m9s"),
    ):
        run.ok("add", "x", "--from", start, "--for", length, "-q")
    run.ok("add", "--break", "--from", "2026-10-25 12:00", "--for", "30m", "-q")
    run.ok("start", "late", "--at", "2026-10-26 20:00", "-q")
    report = run.ok("report", period, "--by", "day", "-o", "json").json
    of_days = {group["name"]: group["totalSeconds"] for group in report["groups"]}
    wholes = set()
    for by in ("day", "week", "month", "year"):
        found = run.ok("balance", period, "--by", by, "-o", "json").json
        rows = found["rows"]
        assert sum(row["workedSeconds"] for row in rows) == found["workedSeconds"]
        assert sum(row["targetSeconds"] for row in rows) == found["targetSeconds"]
        assert sum(row["differenceSeconds"] for row in rows) == found["differenceSeconds"]
        assert found["targetSeconds"] % 27360 == 0
        wholes.add((found["workedSeconds"], found["targetSeconds"], found["balanceSeconds"]))
        if by == "day":
            worked = {row["period"]: row["workedSeconds"] for row in rows}
            assert {day: length for day, length in worked.items() if length} == of_days
    assert len(wholes) == 1
    assert wholes.pop()[0] == report["totalSeconds"]
