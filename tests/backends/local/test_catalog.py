"""The directory: user, workspaces, members, clients, projects, tasks, tags, custom fields."""

from collections.abc import Callable
from typing import Any

import pytest

from clocktool.backends.local.router import ROUTES
from tests.backends.local.conftest import Local, at


def test_the_user_has_a_workspace_and_a_zone(new_local: Callable[[str], Local]) -> None:
    """The user has the injected name and zone, and one active workspace."""
    me = new_local("Europe/Paris").raw("GET", "/user").json
    assert (me["name"], me["status"]) == ("Ada", "ACTIVE")
    assert me["activeWorkspace"] == me["defaultWorkspace"]
    assert me["settings"]["timeZone"] == "Europe/Paris"
    assert me["settings"]["weekStart"] == "MONDAY"


def test_a_new_file_holds_one_workspace(local: Local) -> None:
    """It is named Local, has its user as a member, and no rules."""
    (workspace,) = local.raw("GET", "/workspaces").json
    assert workspace["name"] == "Local"
    assert workspace["id"] == local.me["activeWorkspace"]
    assert workspace["memberships"][0]["userId"] == local.me["id"]
    assert workspace["workspaceSettings"]["forceProjects"] is False
    assert workspace["workspaceSettings"]["lockTimeEntries"] is None
    assert workspace["hourlyRate"] is None
    assert local.get("W").json == workspace


def test_a_new_workspace_has_its_creator_as_member(local: Local) -> None:
    """It is listed after the first, which stays the active one."""
    made = local.raw("POST", "/workspaces", {"name": " Other "})
    assert (made.status, made.json["name"]) == (201, "Other")
    assert made.json["memberships"][0]["userId"] == local.me["id"]
    assert [one["name"] for one in local.raw("GET", "/workspaces").json] == ["Local", "Other"]
    assert local.raw("GET", "/user").json["activeWorkspace"] == local.me["activeWorkspace"]


def test_the_rules_of_a_workspace_can_be_set(local: Local) -> None:
    """Only what is given changes; a lock is cleared with null."""
    local.settings(forceTags=True, lockTimeEntries=at("08:00"))
    reply = local.put("W", {"name": "Mine", "currency": "EUR", "hourlyRate": {"amount": 5000}})
    assert reply.status == 200
    assert reply.json["name"] == "Mine"
    assert reply.json["hourlyRate"] == {"amount": 5000, "currency": "EUR"}
    assert reply.json["currencies"][0]["code"] == "EUR"
    assert reply.json["workspaceSettings"]["forceTags"] is True
    assert reply.json["workspaceSettings"]["lockTimeEntries"] == at("08:00")
    local.settings(lockTimeEntries=None, forceTags=False)
    assert local.get("W").json["workspaceSettings"]["lockTimeEntries"] is None
    assert local.put("W", {"hourlyRate": None}).json["hourlyRate"] is None
    rate = local.put("W", {"hourlyRate": {"amount": 1, "currency": "GBP"}}).json["hourlyRate"]
    assert rate == {"amount": 1, "currency": "GBP"}


@pytest.mark.parametrize(
    "body",
    [
        None,
        {"name": ""},
        {"currency": "euro"},
        {"hourlyRate": 5},
        {"hourlyRate": {"amount": -1}},
        {"hourlyRate": {"amount": 1.5}},
        {"hourlyRate": {"amount": True}},
        {"hourlyRate": {"amount": 2**63}},
        {"workspaceSettings": []},
        {"workspaceSettings": {"forceTags": 1}},
        {"workspaceSettings": {"lockTimeEntries": "soon"}},
    ],
)
def test_wrong_rules_are_refused(local: Local, body: object) -> None:
    """The answer is 400, and nothing changes."""
    before = local.get("W").json
    assert local.put("W", body).status == 400
    assert local.get("W").json == before


MADE: list[tuple[str, dict[str, Any]]] = [
    ("W/clients", {}),
    ("W/projects", {}),
    ("W/tags", {}),
    ("W/custom-fields", {"type": "TXT"}),
    ("W/projects/P/tasks", {}),
]


@pytest.mark.parametrize(("path", "more"), MADE, ids=[path for path, _ in MADE])
def test_names_are_unique_in_any_case(local: Local, path: str, more: dict[str, Any]) -> None:
    """A second thing of the same name is refused with 501, one without a name too."""
    path = path.replace("P/", f"{local.project('Home')['id']}/")
    assert local.made(path, {"name": " Ärger ", **more})["name"] == "Ärger"
    again = local.post(path, {"name": "äRGER", **more})
    assert again.failed == (400, 501)
    assert "already exists" in again.json["message"]
    assert local.post(path, {"name": "  ", **more}).failed == (400, 501)
    assert local.post(path, {**more}).failed == (400, 3002)
    assert local.post(path, {"name": 1, **more}).failed == (400, 3002)
    longest = 1000 if path.endswith("tasks") else 250
    assert local.post(path, {"name": "x" * (longest + 1), **more}).failed == (400, 501)
    assert len([one for one in local.get(path).json if one["name"] != "Home"]) == 1


def test_project_names_are_unique_within_a_client(local: Local) -> None:
    """Two clients may each have a project of the same name, and so may no client."""
    acme, bolt = (local.made("W/clients", {"name": name})["id"] for name in ("Acme", "Bolt"))
    local.project("Site")
    site = local.project("Site", clientId=acme)
    assert (site["clientId"], site["clientName"]) == (acme, "Acme")
    other = local.project("Site", clientId=bolt)
    assert local.post("W/projects", {"name": "site", "clientId": acme}).failed == (400, 501)
    assert local.post("W/projects", {"name": "site"}).failed == (400, 501)
    assert local.put(f"W/projects/{other['id']}", {"clientId": acme}).failed == (400, 501)
    assert local.change(f"W/projects/{other['id']}", name="SITE")["name"] == "SITE"
    assert local.put(f"W/projects/{other['id']}", {"name": "SITE"}).failed == (400, 501)
    assert local.post("W/projects", {"name": "x", "clientId": "nothing"}).failed == (400, 501)
    found = local.get("W/projects", clients=[acme, bolt]).json
    assert {one["id"] for one in found} == {site["id"], other["id"]}
    assert [one["id"] for one in local.get("W/projects", clients=f"{acme}").json] == [site["id"]]


def test_a_project_has_the_fields_it_was_created_with(local: Local) -> None:
    """Colour, rate, billable and public are kept; billable and public are the default."""
    project = local.project(
        color="#abc", hourlyRate={"amount": 100}, billable=False, isPublic=False
    )
    assert project == local.get(f"W/projects/{project['id']}").json
    assert (project["color"], project["billable"], project["public"]) == ("#abc", False, False)
    assert project["hourlyRate"] == {"amount": 100, "currency": "USD"}
    plain = local.project("Plain")
    assert (plain["billable"], plain["public"], plain["archived"]) == (True, True, False)
    assert (plain["hourlyRate"], plain["template"]) == (None, False)
    assert local.post("W/projects", {"name": "x", "color": "red"}).failed == (400, 501)


def test_things_can_be_renamed_and_archived(local: Local) -> None:
    """Lists can be filtered by archived; an unknown id is refused."""
    client = local.made("W/clients", {"name": "Acme"})
    for path, thing in (
        ("W/projects", local.project()),
        ("W/tags", local.tag("t")),
        ("W/clients", client),
    ):
        changed = local.change(f"{path}/{thing['id']}", archived=True, name="New")
        assert changed == thing | {"archived": True, "name": "New"}
        assert local.get(f"{path}/{thing['id']}").json == changed
        assert local.get(path, archived="false").json == []
        assert local.get(path, archived="true").json == [changed]
        assert local.get(path).json == [changed]
        assert local.put(f"{path}/{thing['id']}", {"archived": "yes"}).failed == (400, 3002)
        assert local.put(f"{path}/nothing", {}).failed == (400, 501)
        assert local.get(f"{path}/nothing").failed == (400, 501)


def test_tasks_belong_to_their_project(local: Local) -> None:
    """They inherit billable, can be done, and are found only under their project."""
    site, other = local.project(billable=False), local.project("Other")
    task = local.task(site)
    assert (task["billable"], task["status"], task["projectId"]) == (False, "ACTIVE", site["id"])
    path = f"W/projects/{site['id']}/tasks"
    body = {"name": "Build", "status": "DONE", "hourlyRate": {"amount": 1}}
    done = local.put(f"{path}/{task['id']}", body).json
    assert (done["status"], done["hourlyRate"]["amount"]) == ("DONE", 1)
    assert local.get(path).json == [done]
    assert local.get(path, is_active="true").json == []
    assert local.get(path, is_active="false").json == [done]
    assert local.get(f"{path}/{task['id']}").json == done
    assert local.put(f"{path}/{task['id']}", body | {"status": "LATE"}).failed == (400, 3002)
    assert local.put(f"{path}/{task['id']}", {"status": "DONE"}).failed == (400, 3002)
    assert local.get(f"W/projects/{other['id']}/tasks").json == []
    assert local.get(f"W/projects/{other['id']}/tasks/{task['id']}").failed == (400, 501)
    assert local.get("W/projects/nothing/tasks").failed == (400, 501)
    local.task(other)


def test_lists_are_searched_by_name_and_paged(local: Local) -> None:
    """A name matches anywhere in any case, or exactly if asked; names are in order."""
    for name in ("Übung", "übungen", "bau", "100%"):
        local.tag(name)
    names = [one["name"] for one in local.get("W/tags").json]
    assert names == ["100%", "bau", "Übung", "übungen"]
    found = local.get("W/tags", name="ÜBUNG").json
    assert [one["name"] for one in found] == ["Übung", "übungen"]
    strict = local.get("W/tags", name="ÜBUNG", strict_name_search="true").json
    assert [one["name"] for one in strict] == ["Übung"]
    assert [one["name"] for one in local.get("W/tags", name="%").json] == ["100%"]
    first, second = (local.get("W/tags", page=page, page_size=3) for page in (1, 2))
    assert [one["name"] for one in first.json + second.json] == names
    assert (first.headers["last-page"], second.headers["last-page"]) == ("false", "true")
    assert local.get("W/tags", page=0).failed == (400, 3000)
    assert local.get("W/tags", archived="maybe").failed == (400, 3000)


def test_members_are_added_by_e_mail(local: Local) -> None:
    """The name defaults to the part before the @; nobody is added twice, in any case."""
    made = local.post("W/users", {"email": "bo@example.com"})
    assert (made.status, made.json["name"], made.json["email"]) == (201, "bo", "bo@example.com")
    assert [one["name"] for one in local.get("W/users").json] == ["Ada", "bo"]
    assert local.get("W/users", name="BO").json == [made.json]
    assert local.post("W/users", {"email": "BO@example.com"}).failed == (400, 501)
    for email in ("", "bo", "b o@example.com", "a@b@c"):
        assert local.post("W/users", {"email": email}).failed == (400, 501)
    assert local.post("W/users", {"email": 1}).failed == (400, 3002)


def test_a_user_can_be_in_two_workspaces(local: Local) -> None:
    """The same e-mail address stays the same user."""
    bo = local.made("W/users", {"email": "bo@example.com"})
    other = local.raw("POST", "/workspaces", {"name": "Other"}).json["id"]
    again = local.raw("POST", f"/workspaces/{other}/users", {"email": "bo@example.com"}).json
    assert again["id"] == bo["id"]


def test_custom_fields_are_listed_whole(local: Local) -> None:
    """They have a type, choices and whether they are required; paging is ignored."""
    one = local.field("A", "DROPDOWN_SINGLE", allowedValues=["x", "y", "x"], required=True)
    two = local.field("B", "NUMBER")
    assert (one["allowedValues"], one["required"], one["type"]) == (
        ["x", "y"],
        True,
        "DROPDOWN_SINGLE",
    )
    assert (two["allowedValues"], two["required"]) == ([], False)
    assert local.get("W/custom-fields", page=2, page_size=1).json == [one, two]
    for more in ({"type": "DATE"}, {}, {"type": "TXT", "allowedValues": [1]}):
        assert local.post("W/custom-fields", {"name": "C", **more}).failed == (400, 3002)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", ""),
        ("GET", "/v1/user"),
        ("POST", "/user"),
        ("DELETE", "/workspaces"),
        ("GET", "/workspaces/"),
        ("GET", "/workspaces/x/nothing"),
        ("GET", "/workspaces/x/tags/\ud800"),
        ("get", "/user"),
        ("GET", "/user/"),
    ],
)
def test_an_unknown_route_is_404(local: Local, method: str, path: str) -> None:
    """It has code 3000."""
    assert local.raw(method, path).failed == (404, 3000)


def test_an_unknown_workspace_is_404_without_a_body(local: Local) -> None:
    """As on the service, for every route below a workspace."""
    for method, path, _ in ROUTES:
        if path.startswith("/workspaces/{}"):
            reply = local.raw(method, path.replace("{}", "nothing"))
            assert (reply.status, reply.content) == (404, b"")


def test_every_route_has_a_handler(local: Local) -> None:
    """Unknown ids and an empty body never raise an exception."""
    for method, path, _ in ROUTES:
        place = path.replace("{}", local.me["activeWorkspace"], 1).replace("{}", "nothing")
        assert local.raw(method, place, {}).status < 500, (method, path)


def test_replies_are_json(local: Local) -> None:
    """The content type is JSON; only paged lists have the Last-Page header."""
    assert local.raw("GET", "/user").headers == {"content-type": "application/json"}
    assert local.get("W/tags").headers == {"content-type": "application/json", "last-page": "true"}
