"""``workspaces`` at the front door."""

import pytest

from tests.conftest import Console

LOCAL = "000000000000000000000002"


def test_the_local_one_is_there(run: Console) -> None:
    """A new machine has one workspace, which is the current one."""
    assert run("workspaces") == (0, f"name   current  id\nLocal  current  {LOCAL}\n", "")


def test_another_is_added_and_chosen(run: Console) -> None:
    """Entries of one workspace are not in the other; -w, $CLOCKTOOL_WORKSPACE choose it."""
    assert run("workspaces", "add", "Side") == (0, "+ Added workspace Side\n", "")
    run.ok("start", "x", "-w", "Side")
    assert run("running").code == 1
    assert run("-w", "side", "running", "--template", "{description}").out == "x\n"
    assert run("running", env={"CLOCKTOOL_WORKSPACE": "Side"}).code == 0
    assert run("workspaces", "-w", "Side", "-o", "csv").out.splitlines()[1:] == [
        f"Local,false,,,{LOCAL}",
        "Side,true,,,000000000000000000000003",
    ]


@pytest.mark.parametrize("rule", ["project", "task", "tags", "description"])
def test_each_force_rule_is_set_and_taken_back(run: Console, rule: str) -> None:
    """The rule after the change is printed in a line, and the table names what is required."""
    said = f"force-{rule} = true\n"
    assert run("workspaces", "set", f"force-{rule}", "true") == (0, said, "")
    assert run("workspaces").out == (
        f"name   current  requires{' ' * max(0, len(rule) - 8)}  id\n"
        f"Local  current  {rule:<{max(8, len(rule))}}  {LOCAL}\n"
    )
    assert run("workspaces", "set", f"force-{rule}", "False") == (0, f"force-{rule} = false\n", "")


def test_the_lock_is_a_day(run: Console) -> None:
    """lock-before takes a DAY, and none."""
    assert run("workspaces", "set", "lock-before", "mon").out == "lock-before = 2026-11-23\n"
    assert run("workspaces").out.splitlines()[0] == "name   current  locked before  id"
    assert run("workspaces", "set", "lock-before", "none", "-q") == (0, "", "")
    assert run("workspaces").out.splitlines()[0] == "name   current  id"


def test_rate_and_currency(shop: Console) -> None:
    """The hourly rate counts where a project has none, in the workspace's currency."""
    assert shop("workspaces", "set", "hourly-rate", "80").out == "hourly-rate = 80.00 USD\n"
    assert shop("workspaces", "set", "currency", "eur").out == "currency = EUR\n"
    entry = shop("add", "x", "--for", "1h", "-p", "Ops", "-o", "json").json
    assert entry["hourlyRate"] == {"amount": 8000, "currency": "EUR"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["force-project", "maybe"], 2),
        (["force-everything", "true"], 2),
        (["lock-before", "soon"], 2),
        (["hourly-rate", "much"], 2),
        (["currency", "EURO"], 5),
        (["force-project"], 2),
        ([], 2),
    ],
)
def test_a_wrong_rule_or_value_is_refused(run: Console, words: list[str], code: int) -> None:
    """An unknown rule or an invalid value changes nothing."""
    result = run("workspaces", "set", *words)
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith("error: ")


def test_an_unknown_workspace_is_not_found(run: Console) -> None:
    """-w with a name that none has."""
    assert run("-w", "Nope", "list").code == 4
