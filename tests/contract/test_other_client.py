"""Another vendor's client against ``serve``: its query values, its order of requests, flat replies.

It is in New York, uses none of our commands, and speaks HTTP as Clockify documents it.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from clocktool.backends.serve.wsgi import Service
from tests.conftest import Console
from tests.contract.worlds import served, workspace_of

pytestmark = pytest.mark.slow

KEY = "secret"
ZONE = "America/New_York"
NIGHT = "2026-11-25T03:00:00Z"
FLAT = {
    "billable": bool,
    "customFieldValues": list,
    "description": str,
    "id": str,
    "isLocked": bool,
    "tagIds": list,
    "timeInterval": dict,
    "type": str,
    "userId": str,
    "workspaceId": str,
}
"""What an entry has that is not hydrated, besides ``projectId`` and ``taskId``."""


class OtherClient:
    """Asks as that client does, with a slash behind some paths."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, headers={"X-Api-Key": KEY}, timeout=20)
        self.workspace = ""
        self.user = ""

    def ask(self, method: str, path: str, status: int, body: object = None, **query: object) -> Any:
        """Send a request below the workspace, or below the root; ``page_size`` is page-size."""
        path = path.replace("W", f"/workspaces/{self.workspace}").replace("U", f"/{self.user}")
        pairs = {name.replace("_", "-"): str(value) for name, value in query.items()}
        reply = self.http.request(method, path, params=pairs, json=body)
        assert reply.status_code == status, (method, path, reply.text)
        return reply.json() if reply.content else None

    def get(self, path: str, **query: object) -> Any:
        """Send a GET that is answered well."""
        return self.ask("GET", path, 200, **query)

    def today(self) -> Any:
        """List this day by local time, as the client does: the Z means nothing."""
        return self.get(
            "W/userU/time-entries",
            start="2026-11-24T00:00:00Z",
            end="2026-11-24T23:59:59Z",
            hydrated=1,
            page=1,
            page_size=50,
        )


@pytest.fixture
def console(new_console: Callable[[str], Console]) -> Console:
    """A console in New York at half past ten in the evening: in UTC it is tomorrow."""
    console = new_console("other")
    console.zone = ZONE
    return console.at("2026-11-24 22:30")


@pytest.fixture
def client(console: Console) -> Iterator[OtherClient]:
    """The client, with nothing known yet."""
    failures: list[str] = []
    with (
        contextlib.closing(workspace_of(console, console.home / "server.sqlite3")) as behind,
        served(Service(behind, KEY, time.monotonic, failures.append)) as url,
    ):
        client = OtherClient(url)
        with client.http:
            yield client
    assert failures == []


def check_flat(entry: dict[str, Any]) -> None:
    """Compare an entry with the shape that the service documents for it."""
    assert {name: type(entry[name]) for name in FLAT} == FLAT
    for name in ("projectId", "taskId"):
        assert entry[name] is None or isinstance(entry[name], str)
        assert (entry[name] is None) == (name.removesuffix("Id") not in entry)
    interval = entry["timeInterval"]
    assert interval.keys() >= {"start", "end", "duration"}
    assert (interval["end"] is None) == (interval["duration"] is None)


def test_a_day_with_another_client(client: OtherClient) -> None:
    """It finds its way, starts, stops, lists today until midnight, edits and deletes."""
    user = client.get("/user")
    assert (user["settings"]["timeZone"], user["status"]) == (ZONE, "ACTIVE")
    client.user = user["id"]
    (workspace,) = client.get("/workspaces/")
    client.workspace = workspace["id"]
    assert workspace["id"] == user["activeWorkspace"]
    assert {"forceProjects", "forceTasks", "forceTags"} <= workspace["workspaceSettings"].keys()

    site = client.ask("POST", "W/projects", 201, {"name": "Site", "isPublic": True})["id"]
    tag = client.ask("POST", "W/tags", 201, {"name": "dev"})["id"]
    (project,) = client.get("W/projects", archived=0, page=1, page_size=50, hydrated=0)
    assert (project["id"], project["public"], project["archived"]) == (site, True, False)
    assert client.get("W/projects", archived=1, page=1, page_size=50) == []
    (found,) = client.get("W/tags", archived="False", name="DE")
    assert (found["id"], found["name"]) == (tag, "dev")
    assert client.get(f"W/projects/{site}/tasks", is_active="YES") == []

    running = {"in_progress": 1, "hydrated": 1, "consider_duration_format": 0}
    assert client.get("W/userU/time-entries", **running) == []
    timed = {"start": NIGHT, "billable": True}
    filed = {"projectId": site, "tagIds": [tag]}
    started = client.ask("POST", "W/time-entries/", 201, timed | filed)
    check_flat(started)
    assert (started["projectId"], started["tagIds"]) == (site, [tag])
    (timer,) = client.get("W/userU/time-entries", **running)
    assert (timer["id"], timer["project"]["name"]) == (started["id"], "Site")
    assert timer["user"]["id"] == client.user
    (timer,) = client.get("W/time-entries/status/in-progress", page=1, page_size=10)
    check_flat(timer)

    stopped = client.ask("PATCH", "W/userU/time-entries", 200, {"end": "2026-11-25T03:29:30Z"})
    check_flat(stopped)
    assert stopped["timeInterval"] == {
        "start": "2026-11-25T03:00:00Z",
        "end": "2026-11-25T03:29:30Z",
        "duration": "PT29M30S",
    }
    again = client.ask("PATCH", "W/userU/time-entries", 404, {"end": "2026-11-25T03:29:30Z"})
    assert again["code"] == 404

    for start, end in (
        ("2026-11-24T04:59:00Z", "2026-11-24T05:10:00Z"),  # yesterday, 23:59
        ("2026-11-24T05:00:00Z", "2026-11-24T05:10:00Z"),  # midnight
        ("2026-11-25T04:59:59Z", "2026-11-25T05:10:00Z"),  # 23:59:59
        ("2026-11-25T05:00:00Z", "2026-11-25T05:10:00Z"),  # tomorrow
    ):
        check_flat(client.ask("POST", "W/time-entries", 201, {"start": start, "end": end}))
    assert [(each["timeInterval"]["start"], each.get("project")) for each in client.today()] == [
        ("2026-11-25T04:59:59Z", None),
        ("2026-11-25T03:00:00Z", timer["project"]),
        ("2026-11-24T05:00:00Z", None),
    ]

    path = f"W/time-entries/{started['id']}"
    changed = {
        "start": "2026-11-25T03:00:00Z",
        "end": "2026-11-25T03:15:00Z",
        "billable": False,
        "description": "Changed",
    }
    edited = client.ask("PUT", path, 200, changed)
    check_flat(edited)
    assert (edited["description"], edited["projectId"], edited["tagIds"]) == ("Changed", None, [])
    assert client.get(path, hydrated="off") == edited

    assert client.ask("DELETE", path, 204) is None
    gone = client.ask("GET", path, 400)
    assert (gone["code"], "doesn't belong to" in gone["message"]) == (501, True)
    assert len(client.today()) == 2


def test_names_with_another_client(client: OtherClient) -> None:
    """It renames, archives with flags in any case, and deletes from the task up to the client."""
    client.workspace = client.get("/user")["activeWorkspace"]
    acme = client.ask("POST", "W/clients/", 201, {"name": "Acme", "email": "a@b.example"})
    body = {"name": "Site", "clientId": acme["id"], "isPublic": "True", "billable": "FALSE"}
    site = client.ask("POST", "W/projects", 201, body)
    assert (site["public"], site["billable"]) == (True, False)
    path = f"W/projects/{site['id']}"
    task = client.ask("POST", f"{path}/tasks", 201, {"name": "Build"})
    tag = client.ask("POST", "W/tags", 201, {"name": "dev"})
    for where in (path, f"{path}/tasks/{task['id']}", f"W/tags/{tag['id']}"):
        refused = client.ask("DELETE", where, 400)
        assert (refused["code"], "before it is deleted" in refused["message"]) == (501, True)

    shop = client.ask("PUT", path, 200, site | {"name": "Shop", "isPublic": "TRUE"})
    assert shop == site | {"name": "Shop"}
    body = {"name": "Acme", "archived": "True"}
    flags = {"archive_projects": "TRUE", "mark_tasks_as_done": "Yes"}
    acme_path = f"W/clients/{acme['id']}"
    assert client.ask("PUT", acme_path, 200, body, **flags)["email"] == ""
    assert client.get(path)["archived"] is True
    done = client.get(f"{path}/tasks/{task['id']}")
    assert done["status"] == "DONE"
    archived = client.ask("PUT", f"W/tags/{tag['id']}", 200, {"name": "dev", "archived": True})

    refused = client.ask("POST", "W/time-entries", 400, {"start": NIGHT, "projectId": site["id"]})
    assert (refused["code"], "is archived" in refused["message"]) == (501, True)
    assert client.ask("DELETE", f"{path}/tasks/{task['id']}", 200) == done
    assert client.ask("DELETE", f"W/tags/{tag['id']}/", 200) == archived
    assert client.ask("DELETE", path, 200)["name"] == "Shop"
    assert client.ask("DELETE", acme_path, 200)["archived"] is True
    lists = ("W/clients", "W/projects", "W/tags")
    assert [client.get(each) for each in lists] == [[], [], []]


@pytest.mark.parametrize("place", ["clients", "projects", "tags"])
def test_no_client_chooses_ids_or_takes_snapshots(client: OtherClient, place: str) -> None:
    """HTTP has no route for what undo does on this machine, whatever the body."""
    client.workspace = client.get("/user")["activeWorkspace"]
    made = client.ask("POST", f"W/{place}", 201, {"name": "Shop"})["id"]
    for body in ({"name": "x"}, [{"name": "x"}], None):
        client.ask("POST", f"W/{place}/00000000000000000000abcd", 404, body)
        client.ask("PUT", f"W/{place}/{made}/snapshot", 404, body)
    client.ask("GET", f"W/{place}/{made}/snapshot", 404)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "W/approval-requests"),
        ("POST", "W/invoices"),
        ("GET", "W/webhooks"),
        ("GET", "W/time-off/requests"),
        ("PUT", "/user"),
        ("GET", "/shared-reports/1"),
    ],
)
def test_what_is_not_offered(client: OtherClient, method: str, path: str) -> None:
    """Status 404 with the service's body, and never an empty success."""
    client.workspace = client.get("/user")["activeWorkspace"]
    body: object = None if method == "GET" else {}
    assert client.ask(method, path, 404, body) == {"code": 3000, "message": "No such route"}


@pytest.fixture
def known(client: OtherClient) -> OtherClient:
    """The client, which has found its user and the workspace."""
    user = client.get("/user")
    client.user, client.workspace = user["id"], user["activeWorkspace"]
    return client


def test_several_entries_are_read_by_their_ids(known: OtherClient) -> None:
    """Those that exist are returned, in the order of the ids; hydrated ones have their user."""
    ids = [
        known.ask("POST", "W/time-entries", 201, {"start": start, "end": NIGHT})["id"]
        for start in ("2026-11-25T01:00:00Z", "2026-11-25T02:00:00Z")
    ]
    body = {"timeEntryIds": [ids[1], "0" * 24, ids[0]]}
    found = known.ask("POST", "W/time-entries/batch", 200, body)
    assert [each["id"] for each in found] == [ids[1], ids[0]]
    (first, _) = known.ask("POST", "W/time-entries/batch", 200, body, hydrated="true")
    assert first["user"]["id"] == known.user
    assert known.ask("POST", "W/time-entries/batch", 400, {"ids": ids})["code"] == 3002
    known.ask(
        "POST", "W/time-entries/batch", 400, {"timeEntryIds": [f"{n:024}" for n in range(1001)]}
    )


def test_the_week_before_has_only_what_is_filed(known: OtherClient) -> None:
    """Seven days until the local time, and only entries with a project."""
    site = known.ask("POST", "W/projects", 201, {"name": "Site"})["id"]
    for start, project in (
        ("2026-11-17T17:59:59Z", site),
        ("2026-11-18T18:00:00Z", site),
        ("2026-11-23T18:00:00Z", None),
        ("2026-11-24T18:00:00Z", site),
    ):
        body = {"start": start, "end": start[:11] + "19:00:00Z", "projectId": project}
        known.ask("POST", "W/time-entries", 201, body)
    before = "2026-11-24T13:00:00Z"  # in New York it is 18:00 UTC
    found = known.get("W/userU/time-entries", get_week_before=before)
    starts = [each["timeInterval"]["start"] for each in found]
    assert starts == ["2026-11-24T18:00:00Z", "2026-11-18T18:00:00Z"]
    first = "2026-11-20T00:00:00Z"
    assert len(known.get("W/userU/time-entries", get_week_before=before, start=first)) == 1
    assert known.ask("GET", "W/userU/time-entries", 400, get_week_before="soon")["code"] == 3000


def test_what_a_description_requires_or_allows_is_taken(known: OtherClient) -> None:
    """Parameters that change nothing here are no reason to refuse a request."""
    (me,) = known.get("W/users", include_roles="true", memberships="NONE")
    assert me["id"] == known.user
    assert known.get("W/projects", contains_group="true", expense_limit=20, user_status="ALL") == []
    words = {"name": "Ticket", "type": "TXT", "description": "a number", "placeholder": "ABC-1"}
    assert known.ask("POST", "W/custom-fields", 201, words)["name"] == "Ticket"
    profile = known.get("W/member-profileU")
    assert (profile["name"], profile["workCapacity"]) == (me["name"], None)
    assert known.ask("GET", "W/member-profile/nobody", 400)["code"] == 501
    assert known.get("W/holidays") == []
    period = {"start": "2026-01-01", "end": "2026-12-31", "assigned_to": known.user}
    assert known.get("W/holidays/in-period", **period) == []
