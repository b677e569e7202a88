"""``rates`` at the front door: a person's own rates, each from a day on."""

import tomllib
from pathlib import Path

import pytest

from tests.conftest import Console

MINE = """\
# agreed with ACME
[rates] # by hand
"ACME/Site" = "100 EUR" # since ever
"""


@pytest.fixture
def office(run: Console) -> Console:
    """A workspace with a client, its project and a task, and two entries of it."""
    del run.env["CLOCKTOOL_PROFILE"]
    run.ok("clients", "add", "ACME", "-q")
    run.ok("projects", "add", "Site", "-q")
    run.ok("projects", "edit", "Site", "--client", "ACME", "-q")
    run.ok("tasks", "add", "Bugfix", "-p", "Site", "-q")
    for day in ("mon", "today"):
        run.ok("add", "x", "-p", "Site", "--billable", "--from", f"{day} 9:00", "--for", "30m")
    return run


def config(run: Console) -> Path:
    """Return the path of the configuration."""
    return Path(run.env["CLOCKTOOL_CONFIG"])


def amounts(run: Console, *words: str) -> dict[str, list[object]]:
    """Return the amounts of a report by day."""
    groups = run.ok("report", "week", "--by", "day", *words, "-o", "json").json["groups"]
    return {each["name"]: each["amounts"] for each in groups}


def test_a_rate_counts_from_its_day_on_and_changes_nothing_before(office: Console) -> None:
    """Monday keeps 100, Tuesday has 110: in the report, the list and the invoice."""
    assert office.ok("rates", "set", "100", "EUR", "-p", "Site").out == (
        "Set the rate of ACME/Site: 100.00 EUR\n"
    )
    before = amounts(office)
    assert before["2026-11-23"] == [{"amount": 5000, "currency": "EUR"}]
    office.ok("rates", "set", "110", "EUR", "-p", "Site", "--from", "2026-11-24")
    after = amounts(office)
    assert after["2026-11-23"] == before["2026-11-23"]
    assert after["2026-11-24"] == [{"amount": 5500, "currency": "EUR"}]
    listed = office.ok("list", "week", "-o", "json").json
    assert [each["hourlyRate"]["amount"] for each in listed] == [10000, 11000]
    lines = office.ok("invoice", "week", "--dry-run", "-o", "json").json
    assert [each["amount"] for each in lines] == ["50.00", "55.00"]
    assert office.ok("report", "week", "-o", "csv").out.splitlines()[1].endswith("105.00,EUR")


def test_own_rates_go_before_those_of_the_service(office: Console) -> None:
    """Also the user's own default; 0 is a rate."""
    office.ok("projects", "edit", "Site", "--rate", "50")
    assert amounts(office)["2026-11-24"] == [{"amount": 2500, "currency": "USD"}]
    office.ok("rates", "set", "12000", "JPY")
    assert amounts(office)["2026-11-24"] == [{"amount": 6000, "currency": "JPY"}]
    assert office.ok("rates").out.splitlines()[1].split() == ["default", "12000", "JPY", "config"]
    office.ok("rates", "set", "0", "EUR", "--client", "ACME")
    assert amounts(office)["2026-11-24"] == [{"amount": 0, "currency": "EUR"}]


def test_rows_are_listed_with_where_they_come_from(office: Console) -> None:
    """The service's projects stand beside the user's own rows."""
    office.ok("projects", "edit", "Site", "--rate", "50")
    office.ok("rates", "set", "99.50", "EUR", "-p", "Site", "-t", "Bugfix", "--from", "mon")
    assert office.ok("rates", "-o", "json").json == [
        {
            "client": "ACME",
            "project": "Site",
            "task": None,
            "from": None,
            "amount": 5000,
            "currency": "USD",
            "source": "service",
        },
        {
            "client": "ACME",
            "project": "Site",
            "task": "Bugfix",
            "from": "2026-11-23",
            "amount": 9950,
            "currency": "EUR",
            "source": "config",
        },
    ]
    assert office.ok("rates").out == (
        "client  project  task    from         rate  currency  source\n"
        "ACME    Site                         50.00  USD       service\n"
        "ACME    Site     Bugfix  2026-11-23  99.50  EUR       config\n"
    )


def test_comments_and_order_of_the_file_stay(office: Console) -> None:
    """A second day makes a table of the one rate, on the same line."""
    office.configure(MINE)
    office.ok("rates", "set", "110", "EUR", "-p", "site", "--from", "2026-07-01")
    assert config(office).read_text() == MINE.replace(
        '"100 EUR" #', '{always = "100 EUR", 2026-07-01 = "110 EUR"} #'
    )
    office.ok("rates", "set", "120", "EUR", "-p", "Site", "--from", "2026-08-01")
    office.ok("rates", "remove", "-p", "Site", "--from", "2026-07-01")
    table = config(office).read_text().partition("{")[2].partition("}")[0]
    assert table.split() == ["always", "=", '"100', 'EUR",', "2026-08-01", "=", '"120', 'EUR"']
    office.ok("rates", "remove", "-p", "Site")
    office.ok("rates", "remove", "-p", "Site", "--from", "2026-08-01")
    assert config(office).read_text().startswith("# agreed with ACME\n[rates] # by hand\n")
    assert office.ok("rates").out == ""


def test_a_name_that_does_not_exist_is_said_once_and_passed_over(office: Console) -> None:
    """Reports go on without it."""
    office.configure('[rates]\n"ACME/Gone" = "100 EUR"\n"Nobody/" = { 2026-01-01 = "1 EUR" }\n')
    result = office.ok("rates")
    assert result.err == (
        "[rates] has ACME/Gone, which does not exist.\n[rates] has Nobody/, which does not exist.\n"
    )
    assert amounts(office)["2026-11-24"] == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            '"Site" = "100 EUR"',
            "must be `default`, `ACME/`, `/Ops`, `ACME/Site`",
        ),
        ('"ACME/Site" = "lots"', '`rates."ACME/Site"` must be an amount'),
        ('"ACME/Site" = "100 EUX"', "must be an amount"),
        ('"ACME/Site" = { monday = "100 EUR" }', "must be an amount"),
        ("default = true", "must be an amount"),
    ],
)
def test_a_row_that_can_not_be_understood_names_file_and_key(
    office: Console, row: str, said: str
) -> None:
    """Exit 3, with what is accepted."""
    office.configure(f"[rates]\n{row}\n")
    result = office("report")
    assert result.code == 3
    assert said in result.err
    assert str(config(office)) in result.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("set", "1.5", "JPY"), 2),
        (("set", "1.005", "EUR"), 2),
        (("set", "5", "eur"), 2),
        (("set", "5", "XYZ"), 2),
        (("set", "-5", "EUR"), 2),
        (("set", "five"), 2),
        (("set", "5", "EUR", "-t", "Bugfix"), 2),
        (("set", "5", "EUR", "-p", "Site", "--client", "ACME"), 2),
        (("set", "5", "EUR", "-p", "Nothing"), 4),
        (("set", "5", "EUR", "--from", "someday"), 2),
        (("remove",), 4),
        (("remove", "-p", "Site"), 4),
    ],
)
def test_anything_else_changes_nothing(office: Console, words: tuple[str, ...], code: int) -> None:
    """Numbers, currencies, names and days are checked before the file is written."""
    result = office("rates", *words)
    assert result.code == code
    assert "hint: " in result.err
    assert not config(office).exists()


def test_rates_follow_a_rename_and_come_back_with_undo(office: Console) -> None:
    """Of the project, of its client and of the task; days and comments stay."""
    text = '[rates]\n"ACME/Site#Bugfix" = "1 EUR" # a\n"ACME/" = { 2026-01-01 = "2 EUR" } # b\n'
    office.configure(text)
    office.ok("projects", "edit", "Site", "--name", "Shop")
    assert config(office).read_text() == text.replace("/Site", "/Shop")
    office.ok("clients", "edit", "ACME", "--name", "A/C")
    office.ok("tasks", "edit", "Bugfix", "-p", "Shop", "--name", "Fix")
    changed = config(office).read_text()
    assert '"A\\\\/C/Shop#Fix"' in changed or "'A\\/C/Shop#Fix'" in changed
    for _ in range(3):
        office.ok("undo")
    assert config(office).read_text() == text


def test_rates_follow_the_rename_of_a_task_of_a_project_with_signs_in_its_name(
    office: Console,
) -> None:
    """A number sign and a slash in the name of the project are escaped in the key."""
    office.ok("projects", "edit", "Site", "--name", "R\\/D #1")
    office.ok("rates", "set", "1", "EUR", "-p", "R/D #1", "-t", "Bugfix")
    before = config(office).read_text()
    assert r"\\/D \\#1#Bugfix" in before
    office.ok("tasks", "edit", "Bugfix", "-p", "R/D #1", "--name", "Fix")
    assert config(office).read_text() == before.replace("Bugfix", "Fix")
    office.ok("undo")
    assert config(office).read_text() == before


def test_a_project_of_no_client_has_no_client_in_json(office: Console) -> None:
    """As in the budgets: null, and not an empty text."""
    office.ok("projects", "add", "Ops")
    office.ok("rates", "set", "1", "EUR", "-p", "Ops")
    (found,) = office.ok("rates", "-o", "json").json
    assert (found["client"], found["project"]) == (None, "Ops")


@pytest.mark.parametrize(
    ("currency", "typed", "written"),
    [("JPY", "60", "60 JPY"), ("KWD", "60.125", "60.125 KWD"), ("CHF", "60.5", "60.50 CHF")],
)
def test_a_currency_left_out_is_that_of_the_client(
    office: Console, currency: str, typed: str, written: str
) -> None:
    """It is written with the amount, which has the decimals of that currency."""
    path = office.configure(f'[clients.ACME]\ncurrency = "{currency}"\n')
    assert office.ok("rates", "set", typed, "-p", "Site").out.endswith(f"{currency}\n")
    assert f'"ACME/Site" = "{written}"' in path.read_text()
    office.ok("rates")
    assert office("rates", "set", "60.1234", "-p", "Site").code == 2
    assert office("rates", "set", "60.1", "-p", "Site").code == (2 if currency == "JPY" else 0)


def test_a_currency_left_out_is_that_of_the_workspace(office: Console) -> None:
    """Where the client has none."""
    assert office.ok("rates", "set", "95", "-p", "Site").out == (
        "Set the rate of ACME/Site: 95.00 USD\n"
    )


def test_only_the_row_that_is_named_is_removed(office: Console) -> None:
    """Without --from that of always: others from a day on stay, and are named if it is missing."""
    office.ok("rates", "set", "100", "EUR", "-p", "Site")
    office.ok("rates", "set", "110", "EUR", "-p", "Site", "--from", "2026-07-01")
    assert office.ok("rates", "remove", "-p", "Site").out == (
        "Removed the rate of ACME/Site: 100.00 EUR\n"
    )
    (row,) = office.ok("rates", "-o", "json").json
    assert (row["from"], row["amount"]) == ("2026-07-01", 11000)
    assert office("rates", "remove", "-p", "Site") == (
        4,
        "",
        "error: no own rate of ACME/Site\nhint: there is one with --from 2026-07-01\n",
    )
    office.ok("rates", "remove", "-p", "Site", "--from", "2026-07-01")
    assert office.ok("rates", "-o", "json").json == []


def test_a_profile_keeps_the_rates_from_above_and_removes_only_its_own(office: Console) -> None:
    """Its value of a name replaces the one above: a new day is added to a copy."""
    above = (
        'timezone = "Europe/Berlin"\nweek_start = "monday"\n'
        '[rates]\ndefault = { always = "100 EUR", 2026-07-01 = "110 EUR" }\n'
    )
    path = office.configure(f'{above}[profiles.x]\napi_key = "x"\nworkspace = "{"0" * 24}"\n')
    office.ok("--profile", "x", "rates", "set", "120", "EUR", "--from", "2026-08-01")
    rates = tomllib.loads(path.read_text())["profiles"]["x"]["rates"]
    expected = {"always": "100 EUR", "2026-07-01": "110 EUR", "2026-08-01": "120 EUR"}
    assert rates["default"] == expected
    for code in (0, 4):
        result = office("--profile", "x", "rates", "remove", "--from", "2026-07-01")
        assert result.code == code, result
    assert path.read_text().startswith(above)


def test_a_rate_with_its_words_in_another_order_has_a_hint_that_works(office: Console) -> None:
    """The name belongs to -p; the amount may be one word with its currency."""
    result = office("rates", "set", "ACME/Site", "80 EUR")
    assert (result.code, result.err) == (
        2,
        (
            "error: invalid rate `ACME/Site`\n"
            "hint: for a project: clocktool rates set 80 EUR -p ACME/Site\n"
        ),
    )
    office.ok(*result.err.split("clocktool ")[1].split())
    assert office.ok("rates", "set", "90 EUR").out == "Set the default rate: 90.00 EUR\n"
