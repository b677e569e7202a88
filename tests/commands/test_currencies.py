"""Amounts in currencies of no, two and three decimals, on every way in and out."""

import json

import pytest

from tests.conftest import Console

CURRENCIES = {"JPY": ("5000", 5000), "EUR": ("50.25", 5025), "KWD": ("5.125", 5125)}
"""A rate as it is typed, and in minor units."""


@pytest.fixture(params=CURRENCIES)
def currency(request: pytest.FixtureRequest, run: Console) -> str:
    """The currency of the workspace, in which an hour was worked on a billable project."""
    code = str(request.param)
    run.ok("workspaces", "set", "currency", code)
    run.ok("projects", "add", "Site", "--billable", "-q")
    run.ok("add", "work", "9:00-10:00", "-p", "Site", "-q")
    return code


WAYS: dict[str, tuple[str, ...]] = {
    "project": ("projects", "edit", "Site", "--rate", "{rate}"),
    "workspace": ("workspaces", "set", "hourly-rate", "{rate}"),
    "own": ("rates", "set", "{rate}"),
    "own of a project": ("rates", "set", "{rate}", "-p", "Site"),
    "own with its currency": ("rates", "set", "{rate}", "{code}", "-p", "Site"),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_hour_costs_its_rate(run: Console, currency: str, way: str) -> None:
    """In the invoice, the report and the entry, whichever way the rate was typed."""
    typed, minor = CURRENCIES[currency]
    run.ok(*(word.format(rate=typed, code=currency) for word in WAYS[way]))
    entry = run.ok("show", "last", "-o", "json").json
    assert entry["hourlyRate"] == {"amount": minor, "currency": currency}
    (line,) = run.ok("invoice", "today", "--dry-run", "-o", "json").json
    assert (line["amount"], line["currency"]) == (typed, currency)
    report = json.dumps(run.ok("report", "today", "-o", "json").json)
    assert str(minor) in report
    assert f"{typed} {currency}" in run.ok("report", "today").out


def test_the_rate_of_a_task_has_the_decimals_of_the_currency(run: Console, currency: str) -> None:
    """As a project's has."""
    typed, minor = CURRENCIES[currency]
    run.ok("tasks", "-p", "Site", "add", "Build", "-q")
    run.ok("tasks", "-p", "Site", "edit", "Build", "--rate", typed)
    run.ok("edit", "last", "-t", "Build", "-q")
    assert run.ok("show", "last", "-o", "json").json["hourlyRate"]["amount"] == minor


def test_a_budget_is_used_in_the_same_units(run: Console, currency: str) -> None:
    """Twice the rate is half used after an hour."""
    typed, minor = CURRENCIES[currency]
    run.ok("projects", "edit", "Site", "--rate", typed)
    digits = {"JPY": 0, "EUR": 2, "KWD": 3}[currency]
    twice = f"{2 * minor / 10**digits:.{digits}f}"
    run.ok("budgets", "set", twice, currency, "-p", "Site")
    (budget,) = run.ok("budgets", "-o", "json").json
    assert (budget["budgetAmount"], budget["usedAmount"], budget["percent"]) == (
        2 * minor,
        minor,
        50,
    )


@pytest.mark.parametrize("text", ["50.5", "50.25"])
def test_a_currency_without_decimals_takes_none(run: Console, text: str) -> None:
    """JPY has no sen: the amount is refused, and an example is shown."""
    run.ok("workspaces", "set", "currency", "JPY")
    result = run("projects", "add", "Site", "--rate", text)
    assert (result.code, "without decimals" in result.err) == (2, True)


@pytest.mark.parametrize(
    ("env", "code"),
    [
        ({"LANG": "de_DE.UTF-8"}, "EUR"),
        ({"LANG": "de_DE.UTF-8", "LC_MONETARY": "de_CH.UTF-8"}, "CHF"),
        ({"LANG": "ja_JP", "LC_ALL": "en_GB.UTF-8"}, "GBP"),
        ({"LANG": "sr_RS@latin"}, ""),
        ({"LANG": "C.UTF-8"}, ""),
        ({}, ""),
    ],
)
def test_a_new_workspace_has_the_currency_of_the_locale(
    run: Console, env: dict[str, str], code: str
) -> None:
    """It is said once, with the command that changes it; else it is USD."""
    run.env.pop("CLOCKTOOL_PROFILE", None)
    said = run.ok("add", "work", "9:00-10:00", env=env).err
    assert (f"Amounts are in {code}, which 'clocktool workspaces set currency" in said) is bool(
        code
    )
    assert run.ok("add", "more", "10:00-11:00", env=env).err == ""
    run.ok("projects", "add", "Site", "--billable", "--rate", "10", "-q")
    run.ok("edit", "last", "-p", "Site", "-q")
    assert run.ok("show", "last", "-o", "json").json["hourlyRate"]["currency"] == (code or "USD")
    run.ok("workspaces", "set", "currency", "CAD")
    assert run.ok("show", "last", "-o", "json").json["hourlyRate"]["currency"] == "CAD"
