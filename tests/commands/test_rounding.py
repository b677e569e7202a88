"""``--round`` at the front door: reports and invoices, beside the exact time."""

import json
from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests.conftest import Console

ENTRIES = (
    ("mon 9:00", "20m", "Site"),
    ("mon 11:00", "7m", "Site"),
    ("mon 23:50", "25m", "Site"),
    ("today 9:00", "15m", "Ops"),
)


@pytest.fixture
def week(run: Console) -> Console:
    """Three entries of Site on Monday, one of them over midnight, and one of Ops today."""
    for name in ("Site", "Ops"):
        run.ok("projects", "add", name, "-q")
        run.ok("projects", "edit", name, "--rate", "90", "--billable", "-q")
    for start, length, project in ENTRIES:
        run.ok("add", "x", "-p", project, "--from", start, "--for", length, "-q")
    return run


def rounded(run: Console, *words: str) -> tuple[int, dict[str, int], str]:
    """Return the rounded whole, that of each group, and the amount."""
    report = run.ok("report", "week", *words, "-o", "json").json
    groups = {each["name"]: each["roundedSeconds"] for each in report["groups"]}
    (amount,) = report["amounts"]
    return report["roundedSeconds"], groups, f"{amount['amount'] / 100:.2f}"


def price(minutes: int) -> str:
    """Return so many minutes at 90 an hour, computed by decimals."""
    exact = Decimal(minutes) * 90 / 60
    return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("rule", "site", "ops"),
    [
        ("up:15m", 30 + 15 + 30, 15),
        ("up:15m/entry", 30 + 15 + 30, 15),
        ("down:15m", 15 + 0 + 15, 15),
        ("nearest:10m", 20 + 10 + 30, 20),
        # Monday has 20 + 7 + 10 minutes, Tuesday 15 after midnight.
        ("up:15m/day", 45 + 15, 15),
        ("down:15m/day", 30 + 15, 15),
        ("nearest:10m/day", 40 + 20, 20),
        ("up:15m/total", 60, 15),
        ("down:15m/total", 45, 15),
        ("nearest:10m/total", 50, 20),
    ],
)
def test_reports_and_invoices_round_alike(week: Console, rule: str, site: int, ops: int) -> None:
    """By entry, by day or by line, computed by hand; the exact sum stays beside it."""
    whole, groups, amount = rounded(week, "--round", rule)
    assert groups == {"Site": site * 60, "Ops": ops * 60}
    assert whole == (site + ops) * 60
    assert amount == price(site + ops)
    assert week.ok("report", "week", "--round", rule, "-o", "json").json["totalSeconds"] == 67 * 60
    lines = week.ok("invoice", "week", "--dry-run", "--round", rule, "-o", "json").json
    assert {each["project"]: each["amount"] for each in lines} == {
        "Site": price(site),
        "Ops": price(ops),
    }


def test_an_entry_over_midnight_gives_the_difference_to_its_last_day(week: Console) -> None:
    """Monday's 20, 7 and 25 minutes are 30, 15 and 30, of which 20 are on Tuesday."""
    whole, days, _ = rounded(week, "--round", "up:15m", "--by", "day")
    assert days == {"2026-11-23": (30 + 15 + 10) * 60, "2026-11-24": (20 + 15) * 60}
    assert whole == sum(days.values())


def test_a_table_has_the_rounded_time_beside_the_exact(week: Console) -> None:
    """Amounts come from the rounded time."""
    assert week.ok("report", "week", "--round", "up:15m").out == (
        "Mon 23 Nov to Sun 29 Nov 2026\n"
        "                                    total  rounded  billable            amount\n"
        "Site                          78%     52m   1h 15m       52m        112.50 USD\n"
        "Ops                           22%     15m      15m       15m         22.50 USD\n"
        "total                              1h 07m   1h 30m    1h 07m  100%  135.00 USD\n"
    )
    assert week.ok("report", "week", "--round", "up:15m", "--total").out == "1:30:00\n"
    csv = week.ok("report", "week", "--round", "up:15m", "-o", "csv").out.splitlines()
    assert csv[0].endswith("hours,rounded_seconds,amount,currency")
    assert csv[1].endswith("0.87,4500,112.50,USD")
    template = week.ok("report", "week", "--round", "up:15m", "--template", "{rounded}").out
    assert template == "1h 15m\n15m\n"


def test_time_that_is_rounded_to_nothing_is_shown_as_that(week: Console) -> None:
    """Else nothing would explain an amount of 0.00."""
    assert week.ok("report", "week", "--round", "down:1h").out == (
        "Mon 23 Nov to Sun 29 Nov 2026         total  rounded  billable          amount\n"
        "Site                            78%     52m       0m       52m        0.00 USD\n"
        "Ops                             22%     15m       0m       15m        0.00 USD\n"
        "total                                1h 07m       0m    1h 07m  100%  0.00 USD\n"
    )


def test_an_invoice_has_the_rounded_hours_beside_the_exact(week: Console) -> None:
    """Decimal hours are those that the amount comes from."""
    assert week.ok("invoice", "week", "--dry-run", "--round", "up:15m", "-o", "csv").out == (
        "client,project,hours,rounded,decimal,rate,amount,currency,entries\n"
        ",Ops,0:15:00,0:15:00,0.25,90.00,22.50,USD,1\n"
        ",Site,0:52:00,1:15:00,1.25,90.00,112.50,USD,3\n"
    )


def test_a_configured_rule_holds_until_none_is_said(week: Console) -> None:
    """``[defaults] round`` is for reports and invoices; --round goes before it."""
    exact = week.ok("report", "week", "-o", "json").json
    assert "roundedSeconds" not in exact
    week.ok("config", "set", "defaults.round", "up:15m")
    assert rounded(week)[0] == 90 * 60
    assert rounded(week, "--round", "down:15m")[0] == 45 * 60
    assert week.ok("report", "week", "--round", "none", "-o", "json").json == exact
    lines = week.ok("invoice", "week", "--dry-run", "-o", "json").json
    assert sum(Decimal(each["amount"]) for each in lines) == Decimal("135.00")
    assert week.ok("list", "week", "--total").out == "1:07:00\n"


def test_a_running_entry_is_rounded_as_of_now_and_said(week: Console) -> None:
    """It may be rounded to another length a minute later."""
    week.ok("start", "y", "-p", "Ops")
    week.later(60)
    result = week.ok("report", "--by", "description", "--round", "up:15m", "-o", "json")
    assert result.err == "The running entry is rounded as of now.\n"
    groups = {each["name"]: each for each in json.loads(result.out)["groups"]}
    assert (groups["y"]["totalSeconds"], groups["y"]["roundedSeconds"]) == (60, 900)


@pytest.mark.parametrize(
    "rule", ["", "up", "up:0m", "up:25h", "up:15", "sideways:15m", "up:15m/week", "15m"]
)
def test_no_rule_is_refused_with_what_is_one(week: Console, rule: str) -> None:
    """Exit 2 on the command line, exit 3 in the configuration."""
    for words in (("report",), ("invoice", "--dry-run")):
        result = week(*words, "--round", rule)
        assert result.code == 2
        assert "hint: " in result.err
    if rule:
        week.configure(f'[profiles.local.defaults]\nround = "{rule}"\n')
        result = week("report")
        assert result.code == 3
        assert "`profiles.local.defaults.round` must be `up`, `down` or `nearest`" in result.err


def test_a_workspace_without_a_rule_rounds_nothing(week: Console) -> None:
    """The local workspace has no such setting."""
    result = week.ok("report", "week", "--round", "workspace", "--total")
    assert (result.out, result.err) == (
        "1:07:00\n",
        "Nothing is rounded: the workspace has no rounding in its settings.\n",
    )
