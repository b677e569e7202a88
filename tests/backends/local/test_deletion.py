"""Deleting clients, projects, tasks and tags, and what is refused."""

from typing import Any

import pytest

from tests.backends.local.conftest import Local, at


class Shelf:
    """A client, a project, a task and two tags, with an entry that shows them all.

    All but the second tag are archived or done, as they must be to be deleted.
    """

    def __init__(self, local: Local) -> None:
        self.client = local.made("W/clients", {"name": "Acme"})
        self.project = local.project(clientId=self.client["id"])
        self.task = local.task(self.project)
        self.tag, self.other = local.tag("deep"), local.tag("late")
        self.entry = local.entry(
            projectId=self.project["id"],
            taskId=self.task["id"],
            tagIds=[self.tag["id"], self.other["id"]],
        )
        self.paths = {
            "client": f"W/clients/{self.client['id']}",
            "project": f"W/projects/{self.project['id']}",
            "task": f"W/projects/{self.project['id']}/tasks/{self.task['id']}",
            "tag": f"W/tags/{self.tag['id']}",
        }
        self.set(local, closed=True)

    def set(self, local: Local, *, closed: bool) -> None:
        """Archive or restore all that an entry shows; a task is done or active."""
        for kind in ("client", "project", "tag"):
            local.change(self.paths[kind], archived=closed)
        local.change(self.paths["task"], status="DONE" if closed else "ACTIVE")


@pytest.fixture
def shelf(local: Local) -> Shelf:
    """Create the things to delete."""
    return Shelf(local)


KINDS = ("client", "project", "task", "tag")


def read(local: Local, entry: Any) -> Any:
    """Read an entry again."""
    return local.get(f"W/time-entries/{entry['id']}").json


def is_consistent(local: Local) -> bool:
    """Return whether no row of the file refers to a deleted one."""
    return not local.sql("PRAGMA foreign_key_check")


@pytest.mark.parametrize("kind", KINDS)
def test_a_delete_answers_with_the_deleted_thing(local: Local, shelf: Shelf, kind: str) -> None:
    """The answer is 200 with the same object as GET; then the id is unknown."""
    path = shelf.paths[kind]
    before = local.get(path).json
    deleted = local.delete(path)
    assert (deleted.status, deleted.json) == (200, before)
    for again in (local.get(path), local.delete(path)):
        assert again.failed == (400, 501)
        assert "doesn't belong to" in again.json["message"]
    assert is_consistent(local)


def test_deleting_a_project_clears_it_and_its_task_from_entries(local: Local, shelf: Shelf) -> None:
    """The entry stays as it was otherwise; entries of other projects keep theirs."""
    before, other = read(local, shelf.entry), local.project("Other")
    kept = local.entry("11:00", "12:00", projectId=other["id"], taskId=local.task(other)["id"])
    assert local.delete(shelf.paths["project"]).status == 200
    del before["project"], before["task"]
    assert read(local, shelf.entry) == before | {"projectId": None, "taskId": None}
    assert read(local, kept) == kept
    assert [one["id"] for one in local.get("W/projects").json] == [other["id"]]
    assert local.sql("SELECT count(*) FROM tasks") == [(1,)]


def test_deleting_a_task_keeps_its_entries_on_the_project(local: Local, shelf: Shelf) -> None:
    """The path must have the project of the task."""
    before, other = read(local, shelf.entry), local.project("Other")
    strange = f"W/projects/{other['id']}/tasks/{shelf.task['id']}"
    assert local.delete(strange).failed == (400, 501)
    assert local.delete(shelf.paths["task"]).status == 200
    del before["task"]
    assert read(local, shelf.entry) == before | {"taskId": None}
    assert local.get(f"{shelf.paths['project']}/tasks").json == []


def test_deleting_a_tag_removes_it_from_entries(local: Local, shelf: Shelf) -> None:
    """Other tags stay, also on running entries."""
    local.change(shelf.paths["tag"], archived=False)
    timer = local.entry("12:00", None, tagIds=[shelf.tag["id"]])
    local.change(shelf.paths["tag"], archived=True)
    assert local.delete(shelf.paths["tag"]).status == 200
    assert read(local, shelf.entry)["tagIds"] == [shelf.other["id"]]
    assert read(local, timer) == timer | {"tagIds": [], "tags": []}
    assert [one["id"] for one in local.get("W/tags").json] == [shelf.other["id"]]


def test_deleting_a_client_clears_it_from_projects(local: Local, shelf: Shelf) -> None:
    """Neither they nor their entries have a client then."""
    assert local.delete(shelf.paths["client"]).status == 200
    project = local.get(shelf.paths["project"]).json
    assert (project["clientId"], project["clientName"]) == ("", "")
    entry = read(local, shelf.entry)
    assert entry["projectId"] == project["id"]
    assert (entry["project"]["clientId"], entry["project"]["clientName"]) == (None, None)


def test_a_client_stays_if_its_projects_would_share_a_name(local: Local, shelf: Shelf) -> None:
    """The delete is refused until the project without a client has another name."""
    other = local.project("SITE")
    refused = local.delete(shelf.paths["client"])
    assert refused.failed == (400, 501)
    assert "'Site' already exists" in refused.json["message"]
    assert local.get(shelf.paths["project"]).json["clientName"] == "Acme"
    local.change(f"W/projects/{other['id']}", name="Shop")
    assert local.delete(shelf.paths["client"]).status == 200


@pytest.mark.parametrize("kind", KINDS)
def test_an_active_thing_is_not_deleted(local: Local, shelf: Shelf, kind: str) -> None:
    """It must be archived first, or a task done."""
    path = shelf.paths[kind]
    shelf.set(local, closed=False)
    before = local.get(path).json
    refused = local.delete(path)
    assert refused.failed == (400, 501)
    wanted = "done" if kind == "task" else "archived"
    message = f"{kind.title()} '{before['name']}' must be {wanted} before it is deleted"
    assert refused.json["message"] == message
    assert local.get(path).json == before
    local.change(path, **({"status": "DONE"} if kind == "task" else {"archived": True}))
    assert local.delete(path).status == 200


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("held", ["locked", "approved"])
def test_a_thing_used_by_a_protected_entry_is_not_deleted(
    local: Local, shelf: Shelf, kind: str, held: str
) -> None:
    """No entry changes; once the entry is not protected, the delete works."""
    body = {"projectId": shelf.entry["projectId"], "taskId": shelf.entry["taskId"]}
    shelf.set(local, closed=False)
    free = local.entry("11:00", "12:00", tagIds=shelf.entry["tagIds"], **body)
    shelf.set(local, closed=True)
    if held == "locked":
        local.settings(lockTimeEntries=at("09:01"))
    else:
        local.approve(shelf.entry)
    before = [read(local, one) for one in (shelf.entry, free)]
    refused = local.delete(shelf.paths[kind])
    assert refused.failed == (400, 501)
    assert "locked or approved" in refused.json["message"]
    assert [read(local, one) for one in (shelf.entry, free)] == before
    local.settings(lockTimeEntries=at("09:00"))
    local.sql("UPDATE entries SET approval_id = NULL")
    assert local.delete(shelf.paths[kind]).status == 200


def test_other_protected_entries_do_not_prevent_a_delete(local: Local, shelf: Shelf) -> None:
    """An approved entry that does not use the thing does not matter."""
    other = local.tag("other")
    local.approve(local.entry("11:00", "12:00", tagIds=[other["id"]]))
    for kind in reversed(KINDS):
        assert local.delete(shelf.paths[kind]).status == 200
    assert is_consistent(local)


def test_the_name_of_a_deleted_thing_can_be_used_again(local: Local, shelf: Shelf) -> None:
    """It is a new thing, on no entry."""
    assert local.delete(shelf.paths["tag"]).status == 200
    made = local.tag("deep")
    assert made["id"] != shelf.tag["id"]
    assert made["id"] not in read(local, shelf.entry)["tagIds"]


def test_another_workspace_cannot_delete(local: Local, shelf: Shelf) -> None:
    """An id of one workspace is unknown in another."""
    other = local.raw("POST", "/workspaces", {"name": "Other"}).json["id"]
    for path in shelf.paths.values():
        reply = local.raw("DELETE", path.replace("W", f"/workspaces/{other}", 1))
        assert reply.failed == (400, 501)
        assert local.get(path).status == 200
