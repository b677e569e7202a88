"""Reading, updating, deleting and creating again: the exact requests and bodies."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from clocktool.api.directory import Directory
from clocktool.backends.base import Request
from clocktool.domain.directory import AnyNamed, Client, Project, Record, Task
from clocktool.domain.entry import Tag
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.errors import NotAllowedError, NotFoundError, RefusedError
from tests.api.conftest import Service, W, asked, refusal
from tests.api.guide import WORKSPACE

RATE = {"amount": 9950, "currency": "EUR"}
ESTIMATES: dict[str, Any] = {
    "timeEstimate": {
        "active": True,
        "estimate": "PT40H",
        "includeNonBillable": True,
        "resetOption": None,
        "type": "MANUAL",
    },
    "budgetEstimate": None,
    "estimateReset": {"interval": "MONTHLY", "dayOfMonth": 1},
}
PROJECT: dict[str, Any] = {
    "id": "p1",
    "workspaceId": WORKSPACE,
    "name": "Site",
    "color": "#03A9F4",
    "clientId": "c1",
    "clientName": "Acme",
    "billable": True,
    "public": True,
    "archived": False,
    "note": "n",
    "hourlyRate": RATE,
    "costRate": {"amount": 4000.0, "currency": "EUR"},
    "memberships": [
        {
            "userId": "u1",
            "targetId": "p1",
            "membershipType": "PROJECT",
            "membershipStatus": "ACTIVE",
            "hourlyRate": RATE,
            "costRate": None,
        }
    ],
    "duration": "PT5H",
    "estimate": {"estimate": "PT40H", "type": "MANUAL"},
    **ESTIMATES,
    "template": False,
    "sector": {"code": 7},
}
"""With an unknown field."""
PROJECT_BACK: dict[str, Any] = {
    "name": "Site",
    "color": "#03A9F4",
    "clientId": "c1",
    "billable": True,
    "isPublic": True,
    "archived": False,
    "note": "n",
    "hourlyRate": {"amount": 9950},
    "costRate": {"amount": 4000},
    "sector": {"code": 7},
}
PROJECT_READ = Project(
    id="p1",
    name="Site",
    color="#03A9F4",
    client_id="c1",
    client="Acme",
    billable=True,
    hourly_rate=Rate(9950, "EUR"),
    note="n",
    public=True,
)
CLIENT: dict[str, Any] = {
    "id": "c1",
    "workspaceId": WORKSPACE,
    "name": "Acme",
    "email": "a@b.example",
    "ccEmails": ["c@d.example"],
    "address": "1 Road",
    "note": None,
    "archived": True,
    "currencyId": "e1",
    "currencyCode": "EUR",
}
CLIENT_BACK: dict[str, Any] = {
    "name": "Acme",
    "email": "a@b.example",
    "ccEmails": ["c@d.example"],
    "address": "1 Road",
    "archived": True,
    "currencyId": "e1",
}
CLIENT_READ = Client("c1", "Acme", archived=True, email="a@b.example", address="1 Road")
TAG: dict[str, Any] = {"id": "g1", "name": "dev", "archived": True, "workspaceId": WORKSPACE}
TAG_BACK: dict[str, Any] = {"name": "dev", "archived": True}
TAG_READ = Tag(Known("g1"), "dev", archived=True, workspace_id=WORKSPACE)
TASK: dict[str, Any] = {
    "id": "t1",
    "name": "Build",
    "projectId": "p1",
    "status": "DONE",
    "estimate": "PT8H",
    "billable": True,
    "assigneeId": "u1",
    "assigneeIds": ["u1", "u2"],
    "userGroupIds": ["g"],
    "budgetEstimate": 5000,
    "hourlyRate": RATE,
    "costRate": None,
    "duration": "PT1H",
}
TASK_BACK: dict[str, Any] = {
    "name": "Build",
    "status": "DONE",
    "estimate": "PT8H",
    "billable": True,
    "assigneeIds": ["u1", "u2"],
    "userGroupIds": ["g"],
    "budgetEstimate": 5000,
}
TASK_READ = Task(
    "t1",
    "Build",
    "p1",
    done=True,
    estimate=28800,
    billable=True,
    assignee_ids=("u1", "u2"),
    hourly_rate=Rate(9950, "EUR"),
)

EACH: list[tuple[str, dict[str, Any], dict[str, Any], AnyNamed]] = [
    ("/projects/p1", PROJECT, PROJECT_BACK, PROJECT_READ),
    ("/clients/c1", CLIENT, CLIENT_BACK, CLIENT_READ),
    ("/tags/g1", TAG, TAG_BACK, TAG_READ),
    ("/projects/p1/tasks/t1", TASK, TASK_BACK, TASK_READ),
]
each = pytest.mark.parametrize(("url", "found", "back", "thing"), EACH, ids=[e[0] for e in EACH])


def read(thing: AnyNamed, found: dict[str, Any]) -> Record[Any]:
    """Return a record."""
    return Record(thing, json.dumps(found).encode())


def changed(thing: AnyNamed, **fields: object) -> Any:
    """Return a thing with other values."""
    return msgspec.structs.replace(thing, **fields)


@each
def test_a_thing_is_read_by_its_id(
    service: Service, url: str, found: dict[str, Any], back: dict[str, Any], thing: AnyNamed
) -> None:
    """Known fields are decoded, and the whole JSON is kept."""
    del back
    service.reply(found)
    record: Record[Any] = service.client.directory.read(WORKSPACE, thing)
    assert record.thing == thing
    assert json.loads(record.whole) == found
    assert service.asked == [asked("GET", f"{W}{url}")]


@each
def test_an_update_sends_back_all_fields(
    service: Service, url: str, found: dict[str, Any], back: dict[str, Any], thing: AnyNamed
) -> None:
    """Fields have their names of requests, including fields unknown to clocktool, each once."""
    service.reply({**found, "name": "Shop"})
    new = changed(thing, name="Shop")
    record: Record[Any] = service.client.directory.replace(WORKSPACE, read(thing, found), new)
    assert record.thing == new
    assert service.asked == [asked("PUT", f"{W}{url}", {**back, "name": "Shop"})]


@pytest.mark.parametrize(
    ("thing", "found", "fields", "body"),
    [
        (
            PROJECT_READ,
            PROJECT,
            {"client_id": None, "client": "", "hourly_rate": None, "note": "", "public": False},
            PROJECT_BACK | {"clientId": "", "hourlyRate": None, "note": "", "isPublic": False},
        ),
        (
            PROJECT_READ,
            PROJECT,
            {"client_id": "c2", "hourly_rate": Rate(1), "color": "#ffffff", "billable": False},
            PROJECT_BACK
            | {"clientId": "c2", "hourlyRate": {"amount": 1}, "color": "#ffffff"}
            | {"billable": False},
        ),
        (PROJECT_READ, PROJECT, {"archived": True}, PROJECT_BACK | {"archived": True}),
        (
            CLIENT_READ,
            CLIENT,
            {"archived": False, "email": "", "address": "2 Road", "note": "pays"},
            CLIENT_BACK | {"archived": False, "email": "", "address": "2 Road", "note": "pays"},
        ),
        (TAG_READ, TAG, {"archived": False}, {"name": "dev", "archived": False}),
        (
            TASK_READ,
            TASK,
            {"done": False, "estimate": 0, "billable": False, "assignee_ids": ()},
            TASK_BACK
            | {"status": "ACTIVE", "estimate": "PT0S", "billable": False, "assigneeIds": []},
        ),
        (TASK_READ, TASK, {"hourly_rate": None}, TASK_BACK | {"hourlyRate": None}),
    ],
)
def test_each_field_is_written_as_the_service_names_it(
    service: Service, thing: AnyNamed, found: dict[str, Any], fields: dict[str, Any], body: object
) -> None:
    """A cleared field is sent, not left out."""
    service.reply(found)
    service.client.directory.replace(WORKSPACE, read(thing, found), changed(thing, **fields))
    assert service.asked[0].body == body


def test_missing_fields_are_not_sent(service: Service) -> None:
    """A reply with few fields is sent back with the same fields."""
    service.reply({"id": "p1"})
    found = {"id": "p1", "name": "Site", "hourlyRate": {"currency": "EUR"}, "clientId": None}
    record = read(Project("p1", "Site"), found)
    service.client.directory.replace(WORKSPACE, record, Project("p1", "Shop"))
    assert service.asked == [asked("PUT", f"{W}/projects/p1", {"name": "Shop"})]


@each
@pytest.mark.parametrize("status", [200, 204])
def test_a_thing_is_deleted(
    service: Service,
    url: str,
    found: dict[str, Any],
    back: dict[str, Any],
    thing: AnyNamed,
    status: int,
) -> None:
    """Any success will do, with the object or without."""
    del back
    service.reply(found if status == 200 else None, status)
    service.client.directory.delete(WORKSPACE, thing)
    assert service.asked == [asked("DELETE", f"{W}{url}")]


@pytest.mark.parametrize(
    ("url", "found", "thing", "body"),
    [
        (
            "/projects",
            PROJECT,
            PROJECT_READ,
            PROJECT_BACK
            | {
                "memberships": [
                    {
                        "userId": "u1",
                        "membershipType": "PROJECT",
                        "membershipStatus": "ACTIVE",
                        "hourlyRate": {"amount": 9950},
                    }
                ]
            },
        ),
        ("/clients", CLIENT, CLIENT_READ, CLIENT_BACK),
        ("/tags", TAG, TAG_READ, TAG_BACK),
        (
            "/projects/p1/tasks",
            TASK,
            TASK_READ,
            TASK_BACK | {"hourlyRate": {"amount": 9950}},
        ),
    ],
)
def test_a_deleted_thing_is_created_again(
    service: Service, url: str, found: dict[str, Any], thing: AnyNamed, body: object
) -> None:
    """It has all its fields and an id of the server."""
    service.reply({**found, "id": "new"}, 201)
    record: Record[Any] = service.client.directory.create_again(WORKSPACE, read(thing, found))
    assert record.thing == changed(thing, id="new")
    assert service.asked == [asked("POST", f"{W}{url}", body)]


def test_estimates_are_restored(service: Service) -> None:
    """They have a separate request, which a project without estimates does not need."""
    service.reply(PROJECT)
    made = Project("new", "Site")
    restore = service.client.directory.restore_estimates
    restore(WORKSPACE, read(PROJECT_READ, PROJECT), made)
    body = {name: ESTIMATES[name] for name in ("timeEstimate", "estimateReset")}
    assert service.asked == [asked("PATCH", f"{W}/projects/new/estimate", body)]
    none = {"timeEstimate": {"active": False, "estimate": "PT0S"}, "estimateReset": None}
    restore(WORKSPACE, read(PROJECT_READ, PROJECT | none), made)
    restore(WORKSPACE, read(PROJECT_READ, {"id": "p1"}), made)


def test_the_rate_of_a_task_is_set(service: Service) -> None:
    """The service has a separate request for it."""
    service.reply(TASK)
    assert service.client.directory.set_rate(WORKSPACE, TASK_READ, Rate(9950)).thing == TASK_READ
    url = f"{W}/projects/p1/tasks/t1/hourly-rate"
    assert service.asked == [asked("PUT", url, {"amount": 9950})]


@pytest.mark.parametrize(
    ("create", "url", "body", "found"),
    [
        (
            lambda d: d.create_project(WORKSPACE, "Site", public=False, note="n"),
            "/projects",
            {"name": "Site", "isPublic": False, "note": "n"},
            PROJECT,
        ),
        (
            lambda d: d.create_client(WORKSPACE, "Acme", email="a@b", address="x", note="n"),
            "/clients",
            {"name": "Acme", "email": "a@b", "address": "x", "note": "n"},
            CLIENT,
        ),
        (
            lambda d: d.create_task(WORKSPACE, "p1", "Build", estimate=5400, assignees=["u1"]),
            "/projects/p1/tasks",
            {"name": "Build", "estimate": "PT1H30M", "assigneeIds": ["u1"]},
            TASK,
        ),
    ],
)
def test_a_thing_is_created_with_more_fields(
    service: Service,
    create: Callable[[Directory], object],
    url: str,
    body: object,
    found: dict[str, Any],
) -> None:
    """Under the service's names."""
    service.reply(found, 201)
    create(service.client.directory)
    assert service.asked == [asked("POST", f"{W}{url}", body)]


@each
def test_refusals_are_reported(
    service: Service, url: str, found: dict[str, Any], back: dict[str, Any], thing: AnyNamed
) -> None:
    """These are an unknown id, and a thing that is not archived."""
    del back, found
    service.reply({"message": "X with id p1 doesn't belong to WORKSPACE", "code": 501}, 400)
    with pytest.raises(NotFoundError):
        service.client.directory.read(WORKSPACE, thing)
    service.reply({"message": "Cannot delete an active project", "code": 501}, 400)
    with pytest.raises(RefusedError, match="Cannot delete an active project"):
        service.client.directory.delete(WORKSPACE, thing)
    assert [each.method for each in service.asked] == ["GET", "DELETE"]
    assert {each.url for each in service.asked} == {W + url}


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("POST", "clients", "admins of the workspace and project managers may create clients"),
        ("PUT", "clients/c", "admins of the workspace and project managers may change clients"),
        ("POST", "projects", "admins of the workspace and project managers may create projects"),
        ("PUT", "projects/p", "admins of the workspace and its manager may change a project"),
        ("PATCH", "projects/p/estimate", "of the workspace and its manager may change a project"),
        ("DELETE", "projects/p", "admins of the workspace and its manager may delete a project"),
        ("POST", "projects/p/tasks", "and the project's manager may create its tasks"),
        ("PUT", "projects/p/tasks/t/hourly-rate", "project's manager may change its tasks"),
        ("DELETE", "projects/p/tasks/t", "and the project's manager may delete its tasks"),
        ("PUT", "tags/g", "only admins of the workspace may change tags"),
    ],
)
@pytest.mark.parametrize("body", [b"", b'{"message": "Access Denied", "code": 501}'])
def test_a_missing_right_is_named(method: str, path: str, right: str, body: bytes) -> None:
    """A member without rights cannot change names."""
    error = refusal(403, body, request=Request(method, f"/workspaces/w/{path}", body={}))
    assert isinstance(error, NotAllowedError)
    assert right in error.message
    assert error.hint == "ask an owner of the workspace for that permission"


def test_a_missing_right_to_read_is_named() -> None:
    """The error does not name the rights to change."""
    error = refusal(403, request=Request("GET", "/workspaces/w/projects"))
    assert error.what == "not allowed: no permission, or a paid feature"
