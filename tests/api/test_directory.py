"""The directory: the exact request of each list and each creation, and the reply read."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clocktool.api.directory import Directory, Search
from clocktool.domain.directory import (
    Client,
    CustomField,
    Project,
    Task,
    User,
    Workspace,
)
from clocktool.domain.entry import Rules, Tag
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.domain.time.instant import parse_iso
from clocktool.errors import RefusedError, ServerError
from tests.api.conftest import BASE, Service, W, asked
from tests.api.guide import WORKSPACE

PAGES = "page=1&page-size=5000"
LAST = {"Last-Page": "true"}

PROJECT = {
    "id": "p1",
    "name": "Site",
    "color": "#03A9F4",
    "clientId": "c1",
    "clientName": "Acme",
    "billable": True,
    "archived": True,
    "hourlyRate": {"amount": 9950, "currency": "EUR"},
    "memberships": [],
    "estimate": {"estimate": "PT0S", "type": "AUTO"},
}
PROJECT_READ = Project(
    id="p1",
    name="Site",
    color="#03A9F4",
    client_id="c1",
    client="Acme",
    billable=True,
    archived=True,
    hourly_rate=Rate(9950, "EUR"),
)
ADA = {
    "id": "u1",
    "name": "Ada",
    "email": "ada@example.test",
    "activeWorkspace": "w1",
    "defaultWorkspace": "w2",
    "settings": {"timeZone": "Europe/Paris", "weekStart": "SUNDAY", "timeFormat": "HOUR24"},
}
ADA_READ = User("u1", "Ada", "ada@example.test", "w1", "Europe/Paris", 6)
SPACE = {
    "id": "w1",
    "name": "Studio",
    "hourlyRate": {"amount": 10000, "currency": "EUR"},
    "workspaceSettings": {
        "forceProjects": True,
        "forceTasks": False,
        "forceTags": True,
        "forceDescription": False,
        "lockTimeEntries": "2024-01-01T00:00:00Z",
    },
}
RULES = Rules(force_project=True, force_tags=True, lock_before=parse_iso("2024-01-01T00:00:00Z"))
SPACE_READ = Workspace("w1", "Studio", RULES, Rate(10000, "EUR"))
FIELD = {
    "id": "f1",
    "name": "Level",
    "type": "DROPDOWN_SINGLE",
    "allowedValues": ["low", "high"],
    "required": True,
    "status": "VISIBLE",
}
FIELD_READ = CustomField("f1", "Level", "DROPDOWN_SINGLE", ("low", "high"), required=True)


def test_the_account(service: Service) -> None:
    """Who asks: with the time zone and the week's first day of the account."""
    service.reply(ADA)
    assert service.client.directory.me() == ADA_READ
    assert service.asked == [asked("GET", f"{BASE}/user")]


@pytest.mark.parametrize(
    ("settings", "zone", "week_start"),
    [
        ({"timeZone": "Asia/Tokyo", "weekStart": "MONDAY"}, "Asia/Tokyo", 0),
        ({"timeZone": "", "weekStart": "someday"}, None, None),
        ({"timeZone": None, "weekStart": None}, None, None),
        ({}, None, None),
        (None, None, None),
    ],
)
def test_an_account_that_says_little(
    service: Service, settings: object, zone: str | None, week_start: int | None
) -> None:
    """A missing setting stays unknown; the default workspace stands in for the active one."""
    account = {**ADA, "settings": settings, "name": None, "email": None, "activeWorkspace": None}
    service.reply(account)
    expected = User("u1", active_workspace="w2", zone=zone, week_start=week_start)
    assert service.client.directory.me() == expected


def test_all_workspaces_are_one_request(service: Service) -> None:
    """The workspaces come in one reply, whatever their number, with their rules."""
    service.reply([SPACE, {"id": "w2"}])
    assert service.client.directory.workspaces() == [SPACE_READ, Workspace("w2")]
    assert service.asked == [asked("GET", f"{BASE}/workspaces")]


def test_one_workspace(service: Service) -> None:
    """One workspace is asked for by id."""
    service.reply(SPACE)
    assert service.client.directory.workspace(WORKSPACE) == SPACE_READ
    assert service.asked == [asked("GET", W)]


def test_all_custom_fields_are_one_request(service: Service) -> None:
    """The custom fields come in one reply, whatever their number."""
    service.reply([FIELD, {"id": "f2", "name": "Note", "allowedValues": None}])
    assert service.client.directory.custom_fields(WORKSPACE) == [
        FIELD_READ,
        CustomField("f2", "Note"),
    ]
    assert service.asked == [asked("GET", f"{W}/custom-fields")]


Listing = Callable[[Directory], Iterator[object]]


@pytest.mark.parametrize(
    ("listing", "url", "body", "expected"),
    [
        (lambda d: d.projects(WORKSPACE), "/projects?", PROJECT, PROJECT_READ),
        (
            lambda d: d.projects(WORKSPACE, Search(name="Si & te", archived=False)),
            "/projects?name=Si+%26+te&archived=false&",
            {"id": "p1", "clientId": "", "hourlyRate": None},
            Project("p1"),
        ),
        (
            lambda d: d.tasks(WORKSPACE, "p1"),
            "/projects/p1/tasks?",
            {"id": "t1", "name": "Build", "projectId": "p1", "status": "DONE"},
            Task("t1", "Build", "p1", done=True),
        ),
        (
            lambda d: d.tasks(WORKSPACE, "p/1", Search(name="Build")),
            "/projects/p%2F1/tasks?name=Build&",
            {"id": "t1", "name": "Build", "projectId": "p1", "status": "ACTIVE"},
            Task("t1", "Build", "p1"),
        ),
        (
            lambda d: d.tags(WORKSPACE),
            "/tags?",
            {"id": "g1", "name": "Sprint1", "archived": True, "workspaceId": "w1"},
            Tag(Known("g1"), "Sprint1", archived=True, workspace_id="w1"),
        ),
        (
            lambda d: d.tags(WORKSPACE, Search(name="ü", archived=True)),
            "/tags?name=%C3%BC&archived=true&",
            {"id": "g1"},
            Tag(Known("g1")),
        ),
        (
            lambda d: d.clients(WORKSPACE),
            "/clients?",
            {"id": "c1", "name": "Acme", "archived": True, "email": None},
            Client("c1", "Acme", archived=True),
        ),
        (
            lambda d: d.clients(WORKSPACE, Search(name="Acme", archived=False)),
            "/clients?name=Acme&archived=false&",
            {"id": "c1"},
            Client("c1"),
        ),
        (lambda d: d.users(WORKSPACE), "/users?include-roles=false&", ADA, ADA_READ),
        (
            lambda d: d.users(WORKSPACE, Search(name="Ada")),
            "/users?include-roles=false&name=Ada&",
            ADA,
            ADA_READ,
        ),
    ],
)
def test_a_list(
    service: Service, listing: Listing, url: str, body: dict[str, Any], expected: object
) -> None:
    """A list is asked with its filters and paging, and its items are read."""
    service.reply([body], headers=LAST)
    assert list(listing(service.client.directory)) == [expected]
    assert service.asked == [asked("GET", f"{W}{url}{PAGES}")]


def test_a_list_asks_for_a_page_only_when_it_is_needed(service: Service) -> None:
    """Who takes the first item pays for one page."""
    service.reply([{"id": "g1"}, {"id": "g2"}], headers={"Last-Page": "false"})
    assert next(service.client.directory.tags(WORKSPACE)) == Tag(Known("g1"))
    assert len(service.asked) == 1


def test_create_a_project_with_a_name_alone(service: Service) -> None:
    """What is not said about a project is left to the workspace."""
    service.reply(PROJECT, 201)
    assert service.client.directory.create_project(WORKSPACE, "Site") == PROJECT_READ
    assert service.asked == [asked("POST", f"{W}/projects", {"name": "Site"})]


def test_create_a_project_with_everything(service: Service) -> None:
    """Client, billable, colour and rate are sent under the service's names; false is sent."""
    service.reply(PROJECT, 201)
    service.client.directory.create_project(
        WORKSPACE, "Site", client="c1", billable=False, color="#03A9F4", rate=Rate(9950, "EUR")
    )
    body = {
        "name": "Site",
        "clientId": "c1",
        "billable": False,
        "color": "#03A9F4",
        "hourlyRate": {"amount": 9950},
    }
    assert service.asked == [asked("POST", f"{W}/projects", body)]


def test_create_a_task(service: Service) -> None:
    """A task is posted below its project."""
    service.reply({"id": "t1", "name": "Build", "projectId": "p1", "status": "ACTIVE"}, 201)
    task = service.client.directory.create_task(WORKSPACE, "p1", "Build")
    assert task == Task("t1", "Build", "p1")
    assert service.asked == [asked("POST", f"{W}/projects/p1/tasks", {"name": "Build"})]


def test_create_a_tag(service: Service) -> None:
    """A tag is a name."""
    service.reply({"id": "g1", "name": "Sprint1", "archived": False}, 201)
    assert service.client.directory.create_tag(WORKSPACE, "Sprint1") == Tag(Known("g1"), "Sprint1")
    assert service.asked == [asked("POST", f"{W}/tags", {"name": "Sprint1"})]


def test_create_a_client(service: Service) -> None:
    """A client is a name."""
    service.reply({"id": "c1", "name": "Acme", "archived": False}, 201)
    assert service.client.directory.create_client(WORKSPACE, "Acme") == Client("c1", "Acme")
    assert service.asked == [asked("POST", f"{W}/clients", {"name": "Acme"})]


def test_create_a_workspace(service: Service) -> None:
    """A workspace is a name."""
    service.reply(SPACE, 201)
    assert service.client.directory.create_workspace("Studio") == SPACE_READ
    assert service.asked == [asked("POST", f"{BASE}/workspaces", {"name": "Studio"})]


def test_create_a_user(service: Service) -> None:
    """A member is added by mail address; the reply, a whole workspace, is not read."""
    service.reply(SPACE, 201)
    service.client.directory.create_user(WORKSPACE, "ada@example.test")
    assert service.asked == [asked("POST", f"{W}/users", {"email": "ada@example.test"})]


@pytest.mark.parametrize(
    ("allowed", "sent"),
    [
        ((), {"name": "Level", "type": "TXT"}),
        (("low", "high"), {"name": "Level", "type": "TXT", "allowedValues": ["low", "high"]}),
    ],
)
def test_create_a_custom_field(
    service: Service, allowed: tuple[str, ...], sent: dict[str, object]
) -> None:
    """A custom field has a name and a type, and choices only where there are some."""
    service.reply(FIELD, 201)
    field = service.client.directory.create_custom_field(WORKSPACE, "Level", "TXT", allowed)
    assert field == FIELD_READ
    assert service.asked == [asked("POST", f"{W}/custom-fields", sent)]


def test_set_all_rules(service: Service) -> None:
    """The rules are sent whole, with the workspace's rate and currency."""
    service.reply(SPACE)
    read = service.client.directory.set_rules(WORKSPACE, RULES, rate=Rate(10000), currency="EUR")
    assert read == SPACE_READ
    body = {**SPACE, "hourlyRate": {"amount": 10000}, "currency": "EUR"}
    assert service.asked == [
        asked("PUT", W, {name: body[name] for name in body if name not in ("id", "name")})
    ]


def test_rules_are_not_set_on_the_service(the_service: Service) -> None:
    """It has no such request, and none is sent."""
    with pytest.raises(RefusedError, match="set on the web"):
        the_service.client.directory.set_rules("w", Rules())
    assert the_service.asked == []


def test_set_no_rules(service: Service) -> None:
    """No rule is said as false, no lock as null; a rate that is not said is left out."""
    service.reply({"id": "w1"})
    assert service.client.directory.set_rules(WORKSPACE, Rules()) == Workspace("w1")
    settings = {
        "forceProjects": False,
        "forceTasks": False,
        "forceTags": False,
        "forceDescription": False,
        "lockTimeEntries": None,
    }
    assert service.asked == [asked("PUT", W, {"workspaceSettings": settings})]


def test_a_list_that_is_none_is_the_servers_failure(service: Service) -> None:
    """An object in the place of a list is an error with the place and the request."""
    service.reply({"projects": []})
    with pytest.raises(ServerError, match="unexpected content at") as caught:
        list(service.client.directory.projects(WORKSPACE))
    assert f"GET /workspaces/{WORKSPACE}/projects" in caught.value.message
    assert caught.value.hint
