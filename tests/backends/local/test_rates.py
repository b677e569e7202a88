"""Which rate counts for an entry, and from when."""

from typing import Any

import pytest

from clocktool.domain.time.instant import shift
from tests.backends.local.conftest import Local, at


class Rated:
    """A project with a task and a timer, in a workspace without rates."""

    def __init__(self, local: Local) -> None:
        self.local = local
        self.me = local.me["id"]
        self.project = local.project()
        self.task = local.task(self.project)
        path = f"W/projects/{self.project['id']}"
        self.paths = {
            "workspace": "W",
            "member": f"W/users/{self.me}",
            "project": path,
            "person": f"{path}/users/{self.me}",
            "task": f"{path}/tasks/{self.task['id']}",
        }

    def set(self, what: str, amount: int, since: str | None = None, kind: str = "hourly") -> Any:
        """Set a rate by the request for it; a project's is in the project itself."""
        body = {"amount": amount, **({} if since is None else {"since": at(since)})}
        if what == "project":
            reply = self.local.put(self.paths[what], {"name": "Site", f"{kind}Rate": body})
        else:
            reply = self.local.put(f"{self.paths[what]}/{kind}-rate", body)
        assert reply.status == 200, reply.content
        return reply.json

    def amounts(self, start: str = "12:00") -> tuple[int | None, int | None]:
        """Return the hourly rate and the cost rate of an entry with a project and a task."""
        body = {"projectId": self.project["id"], "taskId": self.task["id"]}
        entry = self.local.entry(start, "23:00", **body)
        assert self.local.get(f"W/time-entries/{entry['id']}").json == entry
        hourly, cost = (
            entry[name] and entry[name]["amount"] for name in ("hourlyRate", "costRate")
        )
        return hourly, cost


@pytest.fixture
def rated(local: Local) -> Rated:
    """Create the things that can have rates."""
    return Rated(local)


def test_the_most_specific_rate_counts(rated: Rated) -> None:
    """The order is task, user in the project, project, user in the workspace, workspace."""
    assert rated.amounts() == (None, None)
    for place, what in enumerate(("workspace", "member", "project", "person", "task")):
        rated.set(what, 100 + place)
        assert rated.amounts() == (100 + place, 100 + place - 1 if place else None)
        rated.set(what, 100 + place, kind="cost")
        assert rated.amounts() == (100 + place, 100 + place)


def test_a_rate_counts_from_its_time_on(rated: Rated) -> None:
    """Earlier entries keep their rate; a rate without a time counts from the beginning."""
    rated.set("project", 10)
    rated.set("project", 20, since="10:00")
    rated.set("project", 30, since="11:00")
    assert [rated.amounts(start)[0] for start in ("09:59", "10:00", "10:59", "11:00")] == [
        10,
        20,
        20,
        30,
    ]
    rated.set("project", 40, since="10:30")
    assert [rated.amounts(start)[0] for start in ("09:00", "10:29", "11:30")] == [10, 20, 40]
    rated.set("project", 50)
    assert [rated.amounts(start)[0] for start in ("09:00", "10:29", "11:30")] == [50, 50, 50]


@pytest.mark.parametrize("what", ["workspace", "member", "person", "task"])
def test_each_rate_has_a_history(rated: Rated, what: str) -> None:
    """Before a specific rate starts, the more general one counts."""
    rated.set("workspace", 10)
    rated.set(what, 20, since="10:00")
    assert [rated.amounts(start)[0] for start in ("09:00", "10:00")] == [10, 20]


def test_replies_show_the_current_rate(rated: Rated) -> None:
    """It is 2023, so a rate from 2024 on is not shown yet."""
    shown = rated.set("task", 5)
    assert shown["hourlyRate"] == {"amount": 5, "currency": "USD"}
    assert rated.set("task", 6, since="10:00")["hourlyRate"]["amount"] == 5
    rated.local.clock = shift(rated.local.clock, 10**9)
    assert rated.local.get(rated.paths["task"]).json["hourlyRate"]["amount"] == 6


def test_rates_of_users_are_in_memberships(rated: Rated) -> None:
    """They are in those of the workspace and of the project, for each user."""
    workspace = rated.set("member", 7)
    assert workspace["memberships"][0]["hourlyRate"] == {"amount": 7, "currency": "USD"}
    rated.set("member", 6, kind="cost")
    (user,) = rated.local.get("W/users", memberships="WORKSPACE").json
    assert user["memberships"][0]["costRate"]["amount"] == 6
    project = rated.set("person", 8)
    assert project["memberships"][0]["hourlyRate"]["amount"] == 8
    bo = rated.local.made("W/users", {"email": "bo@example.com"})["id"]
    path = f"{rated.paths['project']}/users/{bo}/hourly-rate"
    members = rated.local.put(path, {"amount": 9}).json["memberships"]
    assert [(one["userId"], one["hourlyRate"]["amount"]) for one in members] == [
        (rated.me, 8),
        (bo, 9),
    ]


def test_a_rate_of_the_workspace_can_set_its_currency(rated: Rated) -> None:
    """It is three capital letters, and all rates have it."""
    reply = rated.local.put("W/hourly-rate", {"amount": 5, "currency": "EUR"})
    assert reply.json["hourlyRate"] == {"amount": 5, "currency": "EUR"}
    assert rated.local.get("W").json == reply.json
    assert rated.local.put("W/hourly-rate", {"amount": 5, "currency": "euro"}).status == 400


def test_null_deletes_a_rate(rated: Rated) -> None:
    """Its whole history is deleted; a rate left out stays."""
    rated.set("project", 10)
    rated.set("project", 20, since="10:00")
    rated.local.put(rated.paths["project"], {"name": "Site"})
    assert rated.amounts("09:00")[0] == 10
    rated.local.put(rated.paths["project"], {"name": "Site", "hourlyRate": None})
    assert [rated.amounts(start)[0] for start in ("09:00", "11:00")] == [None, None]


@pytest.mark.parametrize("what", ["project", "task"])
def test_a_rate_sent_back_unchanged_keeps_its_history(rated: Rated, what: str) -> None:
    """A client that renames a thing sends the current rate; earlier rates stay."""
    rated.local.clock = shift(rated.local.clock, 10**9)
    rated.set(what, 10)
    rated.set(what, 20, since="10:00")
    rated.local.change(rated.paths[what], name="Shop")
    assert [rated.amounts(start)[0] for start in ("09:00", "11:00")] == [10, 20]
    rated.local.change(rated.paths[what], hourlyRate={"amount": 20, "since": at("11:00")})
    rated.local.change(rated.paths[what], hourlyRate={"amount": 30})
    assert [rated.amounts(start)[0] for start in ("09:00", "11:00")] == [30, 30]


def test_rates_are_deleted_with_their_project_and_tasks(rated: Rated) -> None:
    """A deleted project leaves no rates, not even of its tasks and members."""
    for what in ("project", "person", "task"):
        rated.set(what, 5)
    rated.set("workspace", 1)
    rated.amounts()
    rated.local.change(rated.paths["project"], archived=True)
    assert rated.local.delete(rated.paths["project"]).status == 200
    assert rated.local.sql("SELECT amount FROM rates") == [(1,)]
    assert rated.local.get("U").json[0]["hourlyRate"]["amount"] == 1


@pytest.mark.parametrize("what", ["workspace", "member", "person", "task"])
@pytest.mark.parametrize("kind", ["hourly", "cost"])
@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"amount": None},
        {"amount": -1},
        {"amount": 1.5},
        {"amount": "5"},
        {"amount": True},
        {"amount": {"amount": 5}},
        {"amount": 2**63},
        {"amount": 5, "since": "yesterday"},
        {"amount": 5, "since": 5},
        {"amount": 5, "since": "0001-01-01T00:00:00Z"},
    ],
    ids=range(13),
)
def test_an_invalid_rate_is_refused(rated: Rated, what: str, kind: str, body: object) -> None:
    """It is 400, and nothing changes; the same holds for an unknown user."""
    assert rated.local.put(f"{rated.paths[what]}/{kind}-rate", body).status == 400
    assert rated.amounts() == (None, None)
    if what != "workspace":
        strange = rated.paths[what].rpartition("/")[0] + "/nobody"
        assert rated.local.put(f"{strange}/{kind}-rate", {"amount": 5}).failed == (400, 501)
