"""Rates, rounding and budgets of an account: the service's settings, estimates and requests."""

from collections.abc import Callable, Iterator

import msgspec
import pytest

from clocktool.backends.base import Reply, Request
from tests.conftest import Console
from tests.contract.worlds import W
from tests.history.truth import World, world


@pytest.fixture(params=["guide", "service"])
def there(
    request: pytest.FixtureRequest,
    new_console: Callable[[str], Console],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """An account with a project of ACME, and 50 minutes of it today."""
    kind = str(request.param)
    with world(new_console(kind), kind, monkeypatch) as made:
        client = made.ask("POST", "/clients", {"name": "ACME"})["id"]
        body = {"name": "Site", "clientId": client, "billable": True}
        project = made.ask("POST", "/projects", body)["id"]
        entry = {
            "start": "2026-11-24T08:00:00Z",
            "end": "2026-11-24T08:50:00Z",
            "projectId": project,
            "billable": True,
        }
        made.ask("POST", "/time-entries", entry)
        yield made


def answering(there: World, path: str, change: Callable[[dict[str, object]], None]) -> None:
    """Change each object in the replies to GET requests of a path."""

    def before(request: Request) -> Reply | None:
        if request.method != "GET" or request.path != path or request.only_if_cached:
            return None
        reply = there.behind.send(request)
        body = msgspec.json.decode(reply.body)
        for each in body if isinstance(body, list) else [body]:
            change(each)
        return Reply(reply.status, reply.headers, msgspec.json.encode(body))

    there.line.before = before


@pytest.mark.parametrize(
    ("words", "minutes", "rounded"),
    [
        ("Round up to", "15", 3600),
        ("Round down to", 15, 2700),
        ("Round to nearest", "30", 3600),
        ("Round sideways", "15", None),
        ("Round up to", "no", None),
    ],
)
def test_the_workspace_rounds_as_its_settings_say(
    there: World, words: str, minutes: str | int, rounded: int | None
) -> None:
    """``--round workspace`` reads them; what can't be read rounds nothing."""

    def change(workspace: dict[str, object]) -> None:
        settings = workspace.setdefault("workspaceSettings", {})
        assert isinstance(settings, dict)
        settings |= {"timeRoundingInReports": True, "round": {"round": words, "minutes": minutes}}

    answering(there, W, change)
    report = there.run.ok("report", "--round", "workspace", "-o", "json").json
    assert report.get("roundedSeconds") == rounded


def test_estimates_of_projects_are_listed(there: World) -> None:
    """An ISO duration or milliseconds as text; inactive ones are left out; an own budget wins."""

    def change(project: dict[str, object]) -> None:
        project["timeEstimate"] = {"estimate": "PT10H", "active": True, "resetOption": "MONTHLY"}

    answering(there, f"{W}/projects", change)
    (found,) = there.run.ok("budgets", "-o", "json").json
    assert (found["project"], found["per"], found["source"]) == ("Site", "month", "service")
    assert (found["budgetSeconds"], found["usedSeconds"]) == (36_000, 3000)
    there.run.ok("budgets", "set", "3h", "-p", "Site")
    (found,) = there.run.ok("budgets", "-o", "json").json
    assert (found["budgetSeconds"], found["source"]) == (10_800, "config")


def test_milliseconds_and_inactive_estimates(there: World) -> None:
    """36,000,000 ms are ten hours."""
    active = True

    def change(project: dict[str, object]) -> None:
        project["timeEstimate"] = {"estimate": "36000000", "active": active}
        project["budgetEstimate"] = {"estimate": 50_000, "active": active}

    answering(there, f"{W}/projects", change)
    time, money = there.run.ok("budgets", "-o", "json").json
    assert (time["budgetSeconds"], time["per"]) == (36_000, None)
    assert money["budgetAmount"] == 50_000
    active = False
    assert there.run.ok("budgets", "-o", "json").json == []


def test_own_rates_count_for_an_account_too(there: World) -> None:
    """Without the network as well, and a report makes the same requests as without rates."""
    there.run.ok("report")
    there.server.asked.clear()
    there.run.ok("report")
    without = list(there.server.asked)
    there.run.ok("rates", "set", "120", "EUR", "-p", "ACME/Site")
    there.server.asked.clear()
    report = there.run.ok("report", "-o", "json").json
    assert there.server.asked == without
    assert report["amounts"] == [{"amount": 10_000, "currency": "EUR"}]
    offline = there.run.ok("--offline", "report", "-o", "json").json
    assert offline["amounts"] == report["amounts"]
    assert there.run("--offline", "rates").code == 0
    assert there.run("--offline", "budgets").code == 0


def test_start_checks_a_budget_without_a_request(there: World) -> None:
    """From what is kept on this machine."""
    there.run.ok("list", "month")
    there.run.ok("start", "x", "-p", "Site")
    there.server.asked.clear()
    there.run.ok("start", "y", "-p", "Site")
    without = len(there.server.asked)
    there.run.ok("budgets", "set", "1h", "-p", "Site", "--per", "month")
    there.server.asked.clear()
    result = there.run.ok("start", "z", "-p", "Site")
    assert len(there.server.asked) == without
    assert "The budget of ACME/Site is nearly used: 50m of 1h 00m a month (83.3 %)" in result.err


def test_budgets_ask_for_each_thing_once(there: World) -> None:
    """A wide period holds the narrow ones, and the list of projects has also their estimates."""
    there.run.ok("budgets", "set", "3h", "--client", "ACME")
    there.run.ok("budgets", "set", "3h", "-p", "Site", "--per", "week")
    said = there.run.ok("budgets", "-v").err
    assert said.count("/projects?page=1&") == 1, said
    assert said.count("page=1&") == 2, said
    there.run.ok("rates", "set", "5", "EUR", "-p", "Site")
    assert there.run.ok("rates", "-v").err.count("page=1&") == 1
