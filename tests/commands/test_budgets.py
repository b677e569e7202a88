"""``budgets`` at the front door: what is used, what is left, and until when it lasts."""

from pathlib import Path

import pytest

from tests.conftest import Console

FILE = """\
[rates]
"ACME/Site" = "100 EUR"
[budgets] # agreed
"ACME/Site" = "10h/month" # until June
"/Ops" = "4h/week"
"ACME/" = "1000 EUR/year"
"""


@pytest.fixture
def office(run: Console) -> Console:
    """Four entries of Site this month, 8 hours in all, one of Ops this week, and a break."""
    del run.env["CLOCKTOOL_PROFILE"]
    run.ok("clients", "add", "ACME", "-q")
    run.ok("projects", "add", "ACME/Site", "-q")
    run.ok("projects", "add", "Ops", "-q")
    for day in ("02", "05", "10", "17"):
        start = f"2026-11-{day} 9:00"
        run.ok("add", "x", "-p", "Site", "--billable", "--from", start, "--for", "2h", "-q")
    run.ok("add", "y", "-p", "Ops", "--from", "mon 9:00", "--for", "5h", "-q")
    run.ok("add", "-p", "Site", "--break", "--from", "mon 14:00", "--for", "30m", "-q")
    return run


def test_budgets_are_listed_with_their_use(office: Console) -> None:
    """Of a client in money, of projects in time; breaks count in none."""
    office.configure(FILE)
    assert office.ok("budgets").out == (
        "budget       per                       %        used           of        left"
        "  exhausted on\n"
        "Ops          week   ████████████  125.0%      5h 00m       4h 00m     -1h 00m"
        "  Tue 24 Nov 2026\n"
        "ACME         year   █████████▌··   80.0%  800.00 EUR  1000.00 EUR  200.00 EUR\n"
        "Site · ACME  month  █████████▌··   80.0%      8h 00m      10h 00m      2h 00m"
        "  Mon 30 Nov 2026\n"
    )
    of = {each["per"]: each for each in office.ok("budgets", "-o", "json").json}
    assert of["month"] == {
        "client": "ACME",
        "project": "Site",
        "per": "month",
        "from": "2026-11-01",
        "to": "2026-11-30",
        "budgetSeconds": 36000,
        "usedSeconds": 28800,
        "currency": None,
        "percent": 80.0,
        "exhaustedOn": "2026-11-30",
        "over": False,
        "source": "config",
    }
    year = of["year"]
    assert (year["budgetAmount"], year["usedAmount"], year["currency"]) == (100000, 80000, "EUR")
    assert (year["from"], year["exhaustedOn"]) == ("2026-01-01", None)
    assert office.ok("budgets", "-o", "csv").out.splitlines()[0] == (
        "client,project,per,from,to,budget_seconds,used_seconds,budget_amount,used_amount,"
        "currency,percent,exhausted_on,over,source"
    )


def test_minutes_used_and_left_add_up(office: Console) -> None:
    """With seconds of a running timer; over the budget, too."""
    office.ok("budgets", "set", "9h", "-p", "Site")
    office.ok("start", "x", "-p", "Site")
    for seconds, used, left in ((30, "8h 00m", "1h 00m"), (3630, "9h 01m", "-1m")):
        row = office.later(seconds).ok("budgets").out.splitlines()[1]
        assert (used in row, row.split("9h 00m")[-1].lstrip().startswith(left)) == (True, True), row


def test_the_pace_counts_working_days_where_there_are_targets(office: Console) -> None:
    """A tenth of it a week: 17 of 21 working days are over, of which 22 would be needed."""
    agreed = '[budgets]\n"ACME/Site" = "10h/month"\n'
    office.configure(agreed)
    assert office.ok("budgets", "-o", "json").json[0]["exhaustedOn"] == "2026-11-30"
    office.configure(agreed + '[targets]\n2026-01-01 = "mon..fri=8h"\n')
    assert office.ok("budgets", "-o", "json").json[0]["exhaustedOn"] is None
    office.ok("targets", "off", "2026-11-09..2026-11-13", "Trip")
    assert office.ok("budgets", "-o", "json").json[0]["exhaustedOn"] == "2026-11-27"


def test_check_exits_with_1_where_one_is_over(office: Console) -> None:
    """100 % is not over."""
    office.configure('[budgets]\n"/Ops" = "5h"\n')
    assert office("budgets", "--check", "-q") == (0, "", "")
    office.configure('[budgets]\n"/Ops" = "4h59m"\n')
    result = office("budgets", "--check", "-q")
    assert (result.code, result.out) == (1, "")
    assert "/Ops" in result.err


def test_set_replaces_and_remove_removes_with_comments_kept(office: Console) -> None:
    """One budget a project."""
    path = office.configure(FILE)
    assert office.ok("budgets", "set", "40h", "-p", "Site", "--per", "quarter").out == (
        "Set the budget of ACME/Site: 40h/quarter\n"
    )
    office.ok("budgets", "set", "5000 EUR", "-p", "Ops")
    text = FILE.replace('"10h/month"', '"40h/quarter"').replace('"4h/week"', '"5000.00 EUR"')
    assert path.read_text() == text
    office.ok("budgets", "remove", "--client", "ACME")
    assert path.read_text() == text.replace('"ACME/" = "1000 EUR/year"\n', "")
    assert office("budgets", "remove", "--client", "ACME").code == 4


def test_other_currencies_are_named_and_not_added(office: Console) -> None:
    """Two currencies are never one sum."""
    office.configure(FILE.replace("1000 EUR", "1000 USD"))
    result = office.ok("budgets", "-o", "json")
    assert result.json[1]["usedAmount"] == 0
    assert result.err == "ACME/: 800.00 EUR not counted, the budget is in USD.\n"


def test_a_project_that_does_not_exist_is_named_once(office: Console) -> None:
    """Exit 0: the others are shown."""
    office.configure(FILE + '"ACME/Gone" = "3h"\n')
    result = office.ok("budgets", "-q")
    assert result.err == ""
    assert office.ok("budgets").err == "[budgets] has ACME/Gone, which does not exist.\n"


def test_time_is_cut_at_the_midnights_of_the_period(office: Console) -> None:
    """An entry over midnight of Monday counts from Monday on."""
    office.ok("add", "-p", "Ops", "--from", "2026-11-22 23:00", "--to", "2026-11-23 01:00", "-q")
    office.configure('[budgets]\n"/Ops" = "10h/week"\n')
    (ops,) = office.ok("budgets", "-o", "json").json
    assert ops["usedSeconds"] == 6 * 3600


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("set", "120"), 2),
        (("set", "0h", "-p", "Site"), 2),
        (("set", "120h"), 2),
        (("set", "120h", "-p", "Site", "--per", "day"), 2),
        (("set", "120h/month", "-p", "Site", "--per", "month"), 2),
        (("set", "5 XYZ", "-p", "Site"), 2),
        (("set", "-3h", "-p", "Site"), 2),
        (("set", "120h", "-p", "Nothing"), 4),
        (("set", "120h", "-p", "Site", "--client", "ACME"), 2),
        (("remove", "-p", "Site"), 4),
        (("--save", "x.png"), 2),
    ],
)
def test_anything_else_changes_nothing(office: Console, words: tuple[str, ...], code: int) -> None:
    """Each with a hint."""
    result = office("budgets", *words)
    assert (result.code, "hint: " in result.err) == (code, True)
    assert not Path(office.env["CLOCKTOOL_CONFIG"]).exists()


@pytest.mark.parametrize(
    "row",
    [
        '"Site" = "3h"',
        'default = "3h"',
        '"ACME/Site#Bugfix" = "3h"',
        '"ACME/Site" = "3"',
        '"ACME/Site" = 3',
        '"ACME/Site" = "3h/day"',
    ],
)
def test_a_row_that_can_not_be_understood_names_file_and_key(office: Console, row: str) -> None:
    """Exit 3, with what is accepted."""
    path = office.configure(f"[budgets]\n{row}\n")
    result = office("budgets")
    assert result.code == 3
    assert str(path) in result.err
    assert "`budgets." in result.err


def test_money_needs_no_quotes(office: Console) -> None:
    """The currency may be a word of its own, as with rates."""
    words = ("budgets", "set", "5000", "EUR", "-p", "Site", "--per", "year")
    assert office.ok(*words).out == "Set the budget of ACME/Site: 5000.00 EUR/year\n"
    assert office("budgets", "set", "3h", "EUR", "-p", "Site").code == 2


def test_a_picture_is_saved(office: Console) -> None:
    """With the bars."""
    office.configure(FILE)
    picture = office.home / "budgets.svg"
    assert office.ok("budgets", "--save", str(picture)).out == ""
    assert "████" in picture.read_text()


def test_start_says_once_a_day_that_a_budget_is_nearly_used(office: Console) -> None:
    """Of the project and of its client; another project has none to speak of."""
    office.configure(FILE.replace("10h/month", "9h/month").replace("1000 EUR", "700 EUR"))
    said = office.ok("start", "x", "-p", "Site").err
    assert said == (
        "The budget of ACME/ is over: 800.00 EUR of 700.00 EUR a year (114.3 %).\n"
        "The budget of ACME/Site is nearly used: 8h 00m of 9h 00m a month (88.9 %).\n"
    )
    assert office.ok("start", "y", "-p", "Site").err == ""
    assert office.ok("start", "z", "-p", "Ops").err.startswith("The budget of /Ops is over: 5h 00m")
    office.later(24 * 3600)
    assert "nearly used" in office.ok("stop", "-q").err + office.ok("start", "-p", "Site").err


def test_start_says_nothing_below_that(office: Console) -> None:
    """80 % is not above 80 %, and -q says nothing at all."""
    office.configure(FILE)
    assert office.ok("start", "x", "-p", "Site").err == ""
    assert office.ok("start", "x", "-p", "Ops", "-q").err == ""
