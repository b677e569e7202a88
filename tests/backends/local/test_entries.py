"""Creating, reading, replacing, deleting and stopping entries: operations 1 to 8, 10 and 12."""

import contextlib
from typing import Any

import pytest

from tests.backends.local.conftest import Local, at


def test_a_created_entry_comes_back_nested_and_flat(local: Local) -> None:
    """Operation 1 answers 201 with the guide's object and the service's ids beside it."""
    client = local.made("W/clients", {"name": "Acme"})
    project = local.project(clientId=client["id"], color="#abcdef", hourlyRate={"amount": 9000})
    task, tag = local.task(project), local.tag("deep")
    field = local.field("Ticket", "TXT")
    entry = local.entry(
        description="write docs",
        projectId=project["id"],
        taskId=task["id"],
        tagIds=[tag["id"]],
        customFields=[{"customFieldId": field["id"], "value": "CF-001"}],
    )
    assert entry == {
        "approvalRequestId": None,
        "billable": True,
        "costRate": None,
        "customFieldValues": [
            {
                "customFieldId": field["id"],
                "name": "Ticket",
                "sourceType": "WORKSPACE",
                "timeEntryId": entry["id"],
                "type": "TXT",
                "value": "CF-001",
            }
        ],
        "description": "write docs",
        "hourlyRate": {"amount": 9000, "currency": "USD"},
        "id": entry["id"],
        "invoiced": False,
        "isLocked": False,
        "kioskId": None,
        "project": {
            "clientId": client["id"],
            "clientName": "Acme",
            "color": "#abcdef",
            "id": project["id"],
            "name": "Site",
            "workspaceId": local.me["activeWorkspace"],
        },
        "projectId": project["id"],
        "tagIds": [tag["id"]],
        "tags": [
            {
                "archived": False,
                "id": tag["id"],
                "name": "deep",
                "workspaceId": local.me["activeWorkspace"],
            }
        ],
        "task": {"id": task["id"], "name": "Build", "projectId": project["id"]},
        "taskId": task["id"],
        "timeInterval": {"duration": "PT1H", "end": at("10:00"), "start": at("09:00")},
        "type": "REGULAR",
        "userId": local.me["id"],
        "workspaceId": local.me["activeWorkspace"],
    }
    assert local.get(f"W/time-entries/{entry['id']}").json == entry
    hydrated = local.get(f"W/time-entries/{entry['id']}", hydrated="true").json
    assert hydrated == entry | {"user": {"id": local.me["id"], "name": "Ada"}}


@pytest.mark.parametrize(
    ("end", "duration"),
    [
        ("2024-03-01T09:00:00Z", "PT0S"),
        ("2024-03-01T09:00:38.9Z", "PT38S"),
        ("2024-03-01T10:30:00Z", "PT1H30M"),
        ("2024-03-03T10:00:00+01:00", "PT48H"),
    ],
)
def test_durations_have_no_days_and_whole_seconds(local: Local, end: str, duration: str) -> None:
    """A duration is ISO-8601 in hours, minutes and seconds, whatever offset the times came with."""
    entry = local.post("W/time-entries", {"start": at("09:00"), "end": end}).json
    assert entry["timeInterval"]["duration"] == duration


def test_billable_comes_from_the_project_by_default(local: Local) -> None:
    """Left out, billable is the project's, or false without a project; given, it is kept."""
    free, paid = local.project("Free", billable=False), local.project("Paid", billable=True)
    assert not local.entry()["billable"]
    assert local.entry(projectId=paid["id"])["billable"]
    assert not local.entry(projectId=free["id"])["billable"]
    assert not local.entry(projectId=paid["id"], billable=False)["billable"]
    assert local.entry(billable=True)["billable"]


def test_the_most_specific_rate_is_used(local: Local) -> None:
    """The task's rate wins over the project's, that over the workspace's; none is null."""
    project = local.project(hourlyRate={"amount": 200})
    task = local.task(project, hourlyRate={"amount": 300})
    assert local.entry()["hourlyRate"] is None
    local.put("W", {"hourlyRate": {"amount": 100}, "currency": "EUR"})
    assert local.entry()["hourlyRate"] == {"amount": 100, "currency": "EUR"}
    assert local.entry(projectId=project["id"])["hourlyRate"]["amount"] == 200
    rate = local.entry(projectId=project["id"], taskId=task["id"])["hourlyRate"]
    assert rate == {"amount": 300, "currency": "EUR"}


def test_a_timer_runs_until_it_is_stopped(local: Local) -> None:
    """Without an end the entry runs, with null end and duration; operation 6 ends it."""
    timer = local.entry(end=None)
    assert timer["timeInterval"] == {"start": at("09:00"), "end": None, "duration": None}
    assert local.get("U", in_progress="true").json == [timer]
    stopped = local.patch("U", {"end": at("09:45")})
    assert (stopped.status, stopped.json["id"]) == (200, timer["id"])
    assert stopped.json["timeInterval"]["duration"] == "PT45M"
    assert local.get("U", in_progress="true").json == []


def test_stopping_nothing_is_404(local: Local) -> None:
    """Operation 6 without a running timer answers 404 with code 404."""
    assert local.patch("U", {"end": at("10:00")}).failed == (404, 404)


def test_a_stop_before_the_start_changes_nothing(local: Local) -> None:
    """A refused stop leaves the timer running."""
    local.entry(end=None)
    assert local.patch("U", {"end": at("08:00")}).failed == (400, 501)
    assert local.patch("U", {}).failed == (400, 3002)
    assert len(local.entries(in_progress="true")) == 1


def test_a_new_timer_ends_the_old_one_at_its_start(local: Local) -> None:
    """One timer runs per user: starting another ends the first at the new start."""
    old = local.entry(end=None)
    new = local.entry("09:30", end=None)
    assert local.entries(in_progress="true") == [new["id"]]
    ended = local.get(f"W/time-entries/{old['id']}").json
    assert ended["timeInterval"]["end"] == at("09:30")


def test_a_timer_cannot_start_before_the_running_one(local: Local) -> None:
    """Ending the old timer before its start is refused, and so is the new one."""
    old = local.entry("09:00", end=None)
    assert local.post("W/time-entries", {"start": at("08:00")}).failed == (400, 501)
    assert local.entries() == [old["id"]]


def test_the_implicit_stop_obeys_required_fields(local: Local) -> None:
    """A timer that may not be stopped is not replaced by a new one."""
    old = local.entry(end=None)
    local.settings(forceDescription=True)
    refused = local.post("W/time-entries", {"start": at("09:30"), "description": "x"})
    assert refused.failed == (400, 501)
    assert "description" in refused.json["message"]
    assert local.entries(in_progress="true") == [old["id"]]


def test_put_replaces_the_whole_entry(local: Local) -> None:
    """Operation 4 clears what is left out; without an end the entry runs again."""
    project, tag = local.project(), local.tag("deep")
    field = local.field("Ticket", "TXT")
    entry = local.entry(
        description="x",
        projectId=project["id"],
        tagIds=[tag["id"]],
        type="BREAK",
        customFields=[{"customFieldId": field["id"], "value": "v"}],
    )
    reply = local.put(f"W/time-entries/{entry['id']}", {"start": at("08:00"), "end": at("08:30")})
    assert reply.status == 200
    changed = reply.json
    assert changed["id"] == entry["id"]
    assert changed["description"] == ""
    assert (changed["projectId"], changed["tagIds"]) == (None, [])
    assert (changed["customFieldValues"], changed["billable"]) == ([], False)
    assert changed["type"] == "REGULAR"
    again = local.put(f"W/time-entries/{entry['id']}", {"start": at("08:00")})
    assert again.json["timeInterval"]["end"] is None
    same = local.put(f"W/time-entries/{entry['id']}", {"start": at("08:10")})
    assert same.status == 200


def test_put_leaves_billable_false_when_omitted(local: Local) -> None:
    """An update does not take billable from the project."""
    project = local.project(billable=True)
    entry = local.entry(projectId=project["id"])
    body = {"start": at("09:00"), "end": at("10:00"), "projectId": project["id"]}
    assert not local.put(f"W/time-entries/{entry['id']}", body).json["billable"]


def test_put_cannot_start_a_second_timer(local: Local) -> None:
    """An update without an end is refused while another timer runs."""
    entry = local.entry()
    local.entry("11:00", end=None)
    assert local.put(f"W/time-entries/{entry['id']}", {"start": at("09:00")}).failed == (400, 501)


def test_delete_also_deletes_tags_and_field_values(local: Local) -> None:
    """Operation 5 answers 204 and leaves no tag or field value of the entry behind."""
    field, tag = local.field("Ticket", "TXT"), local.tag("deep")
    entry = local.entry(
        tagIds=[tag["id"]], customFields=[{"customFieldId": field["id"], "value": "v"}]
    )
    reply = local.delete(f"W/time-entries/{entry['id']}")
    assert (reply.status, reply.content) == (204, b"")
    assert local.sql("SELECT * FROM entry_fields") == []
    assert local.sql("SELECT * FROM entry_tags") == []
    assert local.get(f"W/time-entries/{entry['id']}").failed == (400, 501)


def test_running_timers_of_the_workspace_in_both_shapes(local: Local) -> None:
    """Operation 7 lists every member's timer, all in the guide's shape, paged in the service's."""
    mine = local.entry(end=None)
    other = local.made("W/users", {"email": "bo@example.com"})
    path = f"W/user/{other['id']}/time-entries"
    theirs = local.post(path, {"start": at("09:30")}).json
    local.entry("07:00", "08:00")
    running = [theirs["id"], mine["id"]]
    assert [one["id"] for one in local.get("W/time-entries/in-progress").json] == running
    assert [one["id"] for one in local.get("W/time-entries/status/in-progress").json] == running
    first = local.get("W/time-entries/status/in-progress", page_size=1)
    assert ([one["id"] for one in first.json], first.headers["last-page"]) == (
        [theirs["id"]],
        "false",
    )
    assert local.get("W/time-entries/status/in-progress", page_size=1001).failed == (400, 3000)


def test_an_entry_for_another_user(local: Local) -> None:
    """Operation 8 creates for any member and refuses other users."""
    other = local.made("W/users", {"email": "bo@example.com", "name": "Bo"})
    body = {"start": at("09:00"), "end": at("10:00")}
    reply = local.post(f"W/user/{other['id']}/time-entries", body)
    assert (reply.status, reply.json["userId"]) == (201, other["id"])
    assert local.entries() == []
    assert local.post("W/user/nobody/time-entries", body).failed == (400, 501)


def test_each_user_has_a_timer_of_their_own(local: Local) -> None:
    """Starting a timer for someone else does not stop the current user's."""
    mine = local.entry(end=None)
    other = local.made("W/users", {"email": "bo@example.com"})
    local.post(f"W/user/{other['id']}/time-entries", {"start": at("09:30")})
    assert local.entries(in_progress="true") == [mine["id"]]


def _rich(local: Local) -> Any:
    project, tag = local.project(), local.tag("deep")
    task, field = local.task(project), local.field("Ticket", "TXT")
    return local.entry(
        description="x",
        projectId=project["id"],
        taskId=task["id"],
        tagIds=[tag["id"]],
        type="BREAK",
        billable=False,
        customFields=[{"customFieldId": field["id"], "value": "v"}],
    )


def _but_times(entry: Any) -> Any:
    values = [(value["customFieldId"], value["value"]) for value in entry["customFieldValues"]]
    rest = {name: entry[name] for name in entry if name not in {"id", "timeInterval"}}
    return rest | {"customFieldValues": values}


def test_a_duplicate_keeps_everything_but_the_times(local: Local) -> None:
    """Operation 10 copies project, task, tags, type, billable and custom fields to new times."""
    entry = _rich(local)
    times = {"start": at("13:00"), "end": at("13:30")}
    reply = local.post(f"W/time-entries/{entry['id']}/duplicate", times)
    assert reply.status == 201
    assert reply.json["id"] != entry["id"]
    assert reply.json["timeInterval"]["duration"] == "PT30M"
    assert _but_times(reply.json) == _but_times(entry)


def test_a_duplicate_without_an_end_runs(local: Local) -> None:
    """Operation 10 without an end starts a timer and stops the running one."""
    entry, running = local.entry(), local.entry("11:00", end=None)
    reply = local.post(f"W/time-entries/{entry['id']}/duplicate", {"start": at("12:00")})
    assert local.entries(in_progress="true") == [reply.json["id"]]
    ended = local.get(f"W/time-entries/{running['id']}").json
    assert ended["timeInterval"]["end"] == at("12:00")


def test_the_guide_duplicate_needs_a_start(local: Local) -> None:
    """Operation 10 in the guide's shape refuses a missing body and a missing start."""
    entry = local.entry()
    assert local.post(f"W/time-entries/{entry['id']}/duplicate").failed == (400, 3002)
    assert local.post(f"W/time-entries/{entry['id']}/duplicate", {}).failed == (400, 3002)


def test_the_service_duplicate_copies_the_times(local: Local) -> None:
    """Operation 10 in the service's shape takes no body and lands on the same times."""
    entry = _rich(local)
    reply = local.post(f"U/{entry['id']}/duplicate")
    assert (reply.status, reply.json["timeInterval"]) == (201, entry["timeInterval"])
    assert _but_times(reply.json) == _but_times(entry)


def test_deleting_all_keeps_locked_and_approved_entries(local: Local) -> None:
    """Operation 12 of the guide deletes every other entry, and answers 204."""
    locked, approved = local.entry("01:00", "02:00"), local.entry("05:00", "06:00")
    local.entry("06:00", "07:00")
    local.entry("07:00", end=None)
    local.approve(approved)
    local.settings(lockTimeEntries=at("04:00"))
    assert local.delete("U").status == 204
    assert local.entries() == [approved["id"], locked["id"]]


def test_deleting_by_ids_answers_with_the_deleted_entries(local: Local) -> None:
    """Operation 12 in the service's shape deletes the ids given, repeated or with commas."""
    one, two, three = (local.entry(f"0{hour}:00", f"0{hour}:30") for hour in (1, 2, 3))
    reply = local.delete("U", time_entry_ids=[one["id"], three["id"]])
    assert (reply.status, reply.json) == (200, [one, three])
    assert local.entries() == [two["id"]]


def test_deleting_by_ids_is_all_or_nothing(local: Local) -> None:
    """An approved or unknown id refuses all; an empty list does not mean all."""
    one, two = local.entry("01:00", "02:00"), local.entry("03:00", "04:00")
    local.approve(two)
    assert local.delete("U", time_entry_ids=[one["id"], two["id"]]).failed == (403, 4005)
    assert local.delete("U", time_entry_ids=[one["id"], "nothing"]).failed == (400, 501)
    assert local.delete("U", time_entry_ids="").failed == (400, 3000)
    assert len(local.entries()) == 2


def test_another_users_entries_are_not_deleted_by_id(local: Local) -> None:
    """Ids must be of the user in the path."""
    other = local.made("W/users", {"email": "bo@example.com"})
    mine = local.entry()
    path = f"W/user/{other['id']}/time-entries"
    assert local.delete(path, time_entry_ids=mine["id"]).failed == (400, 501)
    assert local.entries() == [mine["id"]]


def test_requests_of_a_transaction_are_all_or_none(local: Local) -> None:
    """A refused request is rolled back alone, an error rolls back all; no reader sees a part."""
    body = {"start": "2026-11-23T09:00:00Z", "end": "2026-11-23T10:00:00Z"}
    with local.transport.transaction():
        assert local.post("W/time-entries", body).status == 201
        assert local.post("W/time-entries", {**body, "projectId": "f" * 24}).status == 400
        assert local.post("W/time-entries", body).status == 201
    assert len(local.get("U").json) == 2
    with contextlib.suppress(KeyboardInterrupt), local.transport.transaction():
        assert local.post("W/time-entries", body).status == 201
        raise KeyboardInterrupt
    assert len(local.get("U").json) == 2
    assert local.post("W/time-entries", body).status == 201
