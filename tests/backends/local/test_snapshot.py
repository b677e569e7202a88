"""Deleting and restoring: everything is as before, with the same ids."""

from typing import Any

import pytest

from tests.backends.local.conftest import Local, at

KINDS = ("client", "project", "task", "tag")


class Whole:
    """A client, a project, tasks and tags with every field set, on entries."""

    def __init__(self, local: Local) -> None:
        self.local = local
        bo = local.made("W/users", {"email": "bo@example.com"})["id"]
        self.client = local.made("W/clients", {"name": "Acme", "email": "a@b", "note": "n"})
        local.change(f"W/clients/{self.client['id']}", ccEmails=["c@d"], address="1 Road")
        self.site = local.project(clientId=self.client["id"], note="n", costRate={"amount": 3})
        place = f"W/projects/{self.site['id']}"
        local.change(place, hourlyRate={"amount": 10})
        local.change(place, hourlyRate={"amount": 20, "since": at("09:30")})
        local.put(f"{place}/users/{bo}/hourly-rate", {"amount": 7})
        local.patch(f"{place}/estimate", {"timeEstimate": {"estimate": "PT5H", "active": True}})
        self.task = local.task(
            self.site, estimate="PT8H", assigneeIds=[bo, local.me["id"]], hourlyRate={"amount": 9}
        )
        self.ship = local.task(self.site, "Ship", status="DONE")
        self.tags = [local.tag("deep"), local.tag("late")]
        both = [tag["id"] for tag in self.tags]
        work = {"projectId": self.site["id"], "taskId": self.task["id"], "tagIds": both}
        self.entries = [
            local.entry("09:00", "10:00", **work),
            local.entry("10:00", None, projectId=self.site["id"], tagIds=both[::-1]),
            local.entry("12:00", "13:00"),
        ]
        self.paths = {
            "client": f"W/clients/{self.client['id']}",
            "project": place,
            "task": f"{place}/tasks/{self.task['id']}",
            "tag": f"W/tags/{both[0]}",
        }

    def close(self, kind: str) -> None:
        """Archive a thing; mark a task as done."""
        closed: dict[str, Any] = {"status": "DONE"} if kind == "task" else {"archived": True}
        self.local.change(self.paths[kind], **closed)

    def take(self, kind: str) -> Any:
        """Delete a thing and return its snapshot."""
        self.close(kind)
        snapshot = self.local.send("GET", f"{self.paths[kind]}/snapshot", ()).json
        assert self.local.delete(self.paths[kind]).status == 200
        return snapshot

    def give_back(self, kind: str, snapshot: Any) -> Any:
        """Put a thing back."""
        return self.local.put(f"{self.paths[kind]}/snapshot", (snapshot,))

    def all(self) -> list[Any]:
        """Return everything that requests show, and every rate."""
        lists = ("W/clients", "W/projects", f"{self.paths['project']}/tasks", "W/tags", "U")
        shown = [self.local.get(each).json for each in lists]
        return [*shown, self.local.sql("SELECT * FROM rates ORDER BY holder, user, cost, since")]


@pytest.fixture
def whole(local: Local) -> Whole:
    """Create them."""
    return Whole(local)


@pytest.mark.parametrize("kind", KINDS)
def test_a_restored_thing_is_as_before(whole: Whole, kind: str) -> None:
    """It has its id, tasks, all rates, estimates, members and entries again."""
    whole.close(kind)
    before = whole.all()
    snapshot = whole.take(kind)
    assert whole.all() != before
    made = whole.give_back(kind, snapshot)
    assert made.status == 201
    assert made.json == whole.local.get(whole.paths[kind]).json
    assert whole.all() == before
    assert whole.local.sql("PRAGMA foreign_key_check") == []


def test_several_deletes_are_restored_in_reverse_order(whole: Whole) -> None:
    """Everything is as before."""
    for kind in KINDS:
        whole.close(kind)
    before = whole.all()
    order = ("tag", "task", "project", "client")
    taken = [(kind, whole.take(kind)) for kind in order]
    for kind, snapshot in reversed(taken):
        assert whole.give_back(kind, snapshot).status == 201
    assert whole.all() == before


def test_later_changes_of_entries_and_projects_stay(whole: Whole) -> None:
    """An entry on another project or deleted, and a project with another client, stay so."""
    other = whole.local.project("Other")
    client = whole.take("client")
    bolt = whole.local.made("W/clients", {"name": "Bolt"})
    whole.local.change(whole.paths["project"], clientId=bolt["id"])
    assert whole.give_back("client", client).status == 201
    assert whole.local.get(whole.paths["project"]).json["clientName"] == "Bolt"
    project = whole.take("project")
    first, second, _ = whole.entries
    body = {"start": first["timeInterval"]["start"], "end": first["timeInterval"]["end"]}
    body["projectId"] = other["id"]
    assert whole.local.put(f"W/time-entries/{first['id']}", body).status == 200
    assert whole.local.delete(f"W/time-entries/{second['id']}").status == 204
    assert whole.give_back("project", project).status == 201
    assert whole.local.get(f"W/time-entries/{first['id']}").json["projectId"] == other["id"]
    assert len(whole.local.entries()) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_that_exists_again_is_refused(whole: Whole, kind: str) -> None:
    """Nothing is restored then."""
    name = whole.local.get(whole.paths[kind]).json["name"]
    snapshot = whole.take(kind)
    more = {"clientId": whole.client["id"]} if kind == "project" else {}
    whole.local.made(whole.paths[kind].rpartition("/")[0], {"name": name.upper(), **more})
    before = whole.all()
    refused = whole.give_back(kind, snapshot)
    assert refused.failed == (400, 501)
    assert refused.json["message"] == f"{kind.title()} with name '{name}' already exists"
    assert whole.all() == before


@pytest.mark.parametrize("kind", KINDS)
def test_an_existing_thing_is_not_restored(whole: Whole, kind: str) -> None:
    """The id exists."""
    snapshot = whole.local.send("GET", f"{whole.paths[kind]}/snapshot", ()).json
    assert whole.give_back(kind, snapshot).failed == (400, 501)


@pytest.mark.parametrize(("kind", "home"), [("project", "client"), ("task", "project")])
def test_the_client_or_project_of_a_thing_must_exist(whole: Whole, kind: str, home: str) -> None:
    """A project without its client, or a task without its project, is not restored."""
    snapshot = whole.take(kind)
    whole.take(home)
    refused = whole.give_back(kind, snapshot)
    assert refused.failed == (400, 501)
    assert "doesn't belong to" in refused.json["message"]


@pytest.mark.parametrize("kind", ["project", "task", "tag"])
def test_protected_entries_prevent_a_restore(whole: Whole, kind: str) -> None:
    """The restore is refused until they are not protected."""
    snapshot = whole.take(kind)
    whole.local.settings(lockTimeEntries=at("09:01"))
    refused = whole.give_back(kind, snapshot)
    assert refused.failed == (400, 501)
    assert "now locked or approved" in refused.json["message"]
    whole.local.settings(lockTimeEntries=None)
    assert whole.give_back(kind, snapshot).status == 201


@pytest.mark.parametrize("kind", KINDS)
def test_json_cannot_read_a_snapshot(whole: Whole, kind: str) -> None:
    """Over HTTP the route does not exist."""
    bodies: tuple[object, ...] = (None, {}, [])
    for body in bodies:
        for method in ("GET", "PUT"):
            answered = whole.local.send(method, f"{whole.paths[kind]}/snapshot", body)
            assert answered.failed == (404, 3000)
    assert whole.give_back(kind, {}).failed == (400, 3002)
    assert whole.give_back(kind, 5).failed == (400, 3002)
