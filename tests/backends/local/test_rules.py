"""The rules of a workspace: required fields, locks, approval, ids, types and limits."""

from typing import Any

import pytest

from tests.backends.local.conftest import Local, at

SPAN = {"start": at("09:00"), "end": at("10:00")}


@pytest.mark.parametrize(
    ("setting", "word"),
    [
        ("forceProjects", "project"),
        ("forceTasks", "task"),
        ("forceTags", "tags"),
        ("forceDescription", "description"),
    ],
)
def test_a_required_field_is_checked_when_an_entry_is_finished(
    local: Local, setting: str, word: str
) -> None:
    """A start may leave it out, but not a finished entry, an update or a stop."""
    entry = local.entry("01:00", "02:00")
    local.settings(**{setting: True})
    refused = local.post("W/time-entries", SPAN)
    assert refused.failed == (400, 501)
    assert word in refused.json["message"]
    assert local.put(f"W/time-entries/{entry['id']}", SPAN).failed == (400, 501)
    assert local.post(f"W/time-entries/{entry['id']}/duplicate", SPAN).failed == (400, 501)
    timer = local.entry("11:00", end=None)
    assert local.patch("U", {"end": at("12:00")}).failed == (400, 501)
    assert local.entries(in_progress="true") == [timer["id"]]


def test_an_entry_with_every_required_field_is_accepted(local: Local) -> None:
    """It is created."""
    project, tag = local.project(), local.tag("t")
    task = local.task(project)
    local.settings(forceProjects=True, forceTasks=True, forceTags=True, forceDescription=True)
    local.entry(projectId=project["id"], taskId=task["id"], tagIds=[tag["id"]], description="done")


def test_a_required_custom_field_is_checked_too(local: Local) -> None:
    """A required custom field is checked like other fields."""
    field = local.field("Ticket", "TXT", required=True)
    refused = local.post("W/time-entries", SPAN)
    assert refused.failed == (400, 501)
    assert "Ticket" in refused.json["message"]
    local.entry(customFields=[{"customFieldId": field["id"], "value": "v"}])


def test_locked_entries_do_not_change(local: Local) -> None:
    """Everything that starts before the lock is 403 with code 1003, and says it is locked."""
    old, new = local.entry("01:00", "02:00"), local.entry("09:00", "10:00")
    local.settings(lockTimeEntries=at("08:00"))
    path = f"W/time-entries/{old['id']}"
    assert local.get(path).json["isLocked"]
    assert not local.get(f"W/time-entries/{new['id']}").json["isLocked"]
    assert local.put(path, SPAN).failed == (403, 1003)
    assert local.delete(path).failed == (403, 1003)
    edit = {
        "timeEntryIds": [new["id"], old["id"]],
        "operations": [{"op": "CHANGE-BILLABLE-STATUS", "value": True}],
    }
    assert local.put("W/time-entries/bulk-edit", edit).failed == (403, 1003)
    assert not local.get(f"W/time-entries/{new['id']}").json["billable"]


def test_nothing_is_written_to_the_locked_period(local: Local) -> None:
    """Creating, moving and duplicating to before the lock is 403 with code 1003."""
    entry = local.entry("09:00", "10:00")
    local.settings(lockTimeEntries=at("08:00"))
    past = {"start": at("07:00"), "end": at("08:30")}
    assert local.post("W/time-entries", past).failed == (403, 1003)
    assert local.put(f"W/time-entries/{entry['id']}", past).failed == (403, 1003)
    assert local.post(f"W/time-entries/{entry['id']}/duplicate", past).failed == (403, 1003)
    local.settings(lockTimeEntries=None)
    assert local.post("W/time-entries", past).status == 201


def test_approved_entries_do_not_change(local: Local) -> None:
    """They answer 403 with code 4005, to an update, a deletion, a bulk edit."""
    entry = local.entry()
    local.approve(entry)
    path = f"W/time-entries/{entry['id']}"
    assert local.get(path).json["approvalRequestId"] == "a"
    assert local.put(path, SPAN).failed == (403, 4005)
    assert local.delete(path).failed == (403, 4005)
    edit = {"timeEntryIds": [entry["id"]], "operations": []}
    assert local.put("W/time-entries/bulk-edit", edit).failed == (403, 4005)
    assert local.put("U", [{"id": entry["id"], **SPAN}]).failed == (403, 4005)


@pytest.mark.parametrize(
    "body",
    [
        {"projectId": "nothing"},
        {"tagIds": ["nothing"]},
        {"taskId": "nothing"},
        {"customFields": [{"customFieldId": "nothing", "value": 1}]},
    ],
)
def test_an_unknown_id_is_refused(local: Local, body: dict[str, Any]) -> None:
    """It is 400 with code 501, not 404, and the message names the kind of thing."""
    reply = local.post("W/time-entries", SPAN | body)
    assert reply.failed == (400, 501)
    assert "doesn't belong to" in reply.json["message"]


def test_ids_of_another_workspace_are_unknown(local: Local) -> None:
    """Neither projects nor entries of another workspace can be used."""
    project, entry = local.project(), local.entry()
    other = local.raw("POST", "/workspaces", {"name": "Other"}).json["id"]
    path = f"/workspaces/{other}/time-entries"
    assert local.raw("POST", path, SPAN | {"projectId": project["id"]}).failed == (400, 501)
    assert local.raw("GET", f"{path}/{entry['id']}").failed == (400, 501)
    assert local.raw("POST", path, SPAN).status == 201


def test_a_timer_runs_in_each_workspace(local: Local) -> None:
    """The limit of one running timer per user holds within a workspace."""
    mine = local.entry(end=None)
    other = local.raw("POST", "/workspaces", {"name": "Other"}).json["id"]
    assert (
        local.raw("POST", f"/workspaces/{other}/time-entries", {"start": at("09:30")}).status == 201
    )
    assert local.entries(in_progress="true") == [mine["id"]]


def test_a_task_needs_its_own_project(local: Local) -> None:
    """Without a project, or with another one, it is refused."""
    site, other = local.project("Site"), local.project("Other")
    task = local.task(site)["id"]
    assert local.post("W/time-entries", SPAN | {"taskId": task}).failed == (400, 501)
    wrong = SPAN | {"taskId": task, "projectId": other["id"]}
    assert local.post("W/time-entries", wrong).failed == (400, 501)


def test_archived_and_done_things_are_refused_for_entries(local: Local) -> None:
    """An archived project or tag and a done task are refused on a write, but not on a stop."""
    project, tag = local.project(), local.tag("t")
    task = local.task(project)
    whole = {"projectId": project["id"], "taskId": task["id"], "tagIds": [tag["id"]]}
    entry = local.entry(**whole)
    local.entry("11:00", end=None, **whole)
    for path, off, on in (
        (f"W/projects/{project['id']}", {"archived": True}, {"archived": False}),
        (
            f"W/projects/{project['id']}/tasks/{task['id']}",
            {"name": "Build", "status": "DONE"},
            {"name": "Build", "status": "ACTIVE"},
        ),
        (f"W/tags/{tag['id']}", {"archived": True}, {"archived": False}),
    ):
        assert local.put(path, off).status == 200
        assert local.post("W/time-entries", SPAN | whole).failed == (400, 501)
        copy = local.post(f"W/time-entries/{entry['id']}/duplicate", SPAN)
        assert copy.failed == (400, 501)
        assert local.put(path, on).status == 200
    local.put(f"W/projects/{project['id']}", {"archived": True})
    assert local.patch("U", {"end": at("12:00")}).status == 200


def test_an_end_before_the_start_is_refused(local: Local) -> None:
    """It is 400 with code 501."""
    backwards = {"start": at("10:00"), "end": at("09:00")}
    assert local.post("W/time-entries", backwards).failed == (400, 501)


def test_descriptions_have_a_limit_but_may_hold_brackets(local: Local) -> None:
    """Any 3000 characters are accepted; one more is refused."""
    text = "<b>é</b>" + "x" * 2992
    assert local.entry(description=text)["description"] == text
    assert local.post("W/time-entries", SPAN | {"description": text + "x"}).failed == (400, 501)


VALUES: list[tuple[str, list[object], list[object]]] = [
    ("TXT", ["", "text"], [1, True, ["a"], {}, "x" * 3001, "\0", "\ud800"]),
    ("LINK", ["https://example.com"], [1, False]),
    ("NUMBER", [0, -2, 1.5], ["1", True, float("nan"), float("inf"), 10**400, 2**63]),
    ("CHECKBOX", [True, False], [0, "true"]),
    ("DROPDOWN_SINGLE", ["a"], ["c", ["a"], 1, "NoneType"]),
    ("DROPDOWN_MULTIPLE", [[], ["a", "b"]], ["a", ["c"], ["a", 1], [["a"]]]),
]


@pytest.mark.parametrize(("kind", "right", "wrong"), VALUES, ids=[value[0] for value in VALUES])
def test_custom_fields_accept_values_of_their_type(
    local: Local, kind: str, right: list[object], wrong: list[object]
) -> None:
    """A valid value is returned unchanged, an invalid one is refused, null clears it."""
    field = local.field("F", kind, allowedValues=["a", "b"])["id"]
    for value in right:
        entry = local.entry(customFields=[{"customFieldId": field, "value": value}])
        assert entry["customFieldValues"][0]["value"] == value
        assert entry["customFieldValues"][0]["type"] == kind
    for value in wrong:
        given = {"customFields": [{"customFieldId": field, "value": value}]}
        assert local.post("W/time-entries", SPAN | given).failed == (400, 501), value
    assert (
        local.entry(customFields=[{"customFieldId": field, "value": None}])["customFieldValues"]
        == []
    )


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "start"),
        ({"start": None}, "start"),
        ({"start": "2024-03-01T09:00:00"}, "start"),
        ({"start": 1}, "start"),
        (SPAN | {"end": "soon"}, "end"),
        (SPAN | {"billable": "yes"}, "billable"),
        (SPAN | {"description": True}, "description"),
        (SPAN | {"projectId": 5}, "projectId"),
        (SPAN | {"tagIds": "t"}, "tagIds"),
        (SPAN | {"tagIds": [1]}, "tagIds"),
        (SPAN | {"customFields": {}}, "customFields"),
        (SPAN | {"customFields": [1]}, "customFields"),
        (SPAN | {"customFields": [{}]}, "customFieldId"),
        (SPAN | {"type": "HOLIDAY"}, "type"),
        (None, "body"),
        ([], "body"),
        ("x", "body"),
    ],
)
def test_a_body_of_the_wrong_shape_is_named(local: Local, body: object, word: str) -> None:
    """It is 400 with code 3002, and the message names the field."""
    reply = local.post("W/time-entries", body)
    assert reply.failed == (400, 3002)
    assert word in reply.json["message"]


@pytest.mark.parametrize(
    ("text", "flag"), [("true", True), ("false", False), ("True", True), ("FALSE", False)]
)
def test_a_boolean_may_be_sent_as_a_text(local: Local, text: str, flag: bool) -> None:
    """Published clients send it, in any case; a boolean is stored."""
    entry = local.entry(billable=text)
    assert entry["billable"] is flag
    ids = [entry["id"]]
    step = {"op": "CHANGE-BILLABLE-STATUS", "value": text}
    edit = {"timeEntryIds": ids, "operations": [step]}
    assert local.put("W/time-entries/bulk-edit", edit).json[0]["billable"] is flag
    mark = {"timeEntryIds": ids, "invoiced": text}
    assert local.patch("W/time-entries/invoiced", mark).json[0]["invoiced"] is flag
    project = local.project(billable=text, isPublic=text)
    assert (project["billable"], project["public"]) == (flag, flag)
    archived = local.put(f"W/projects/{project['id']}", {"archived": text}).json["archived"]
    assert archived is flag
    local.settings(forceTags=text)
    assert local.get("W").json["workspaceSettings"]["forceTags"] is flag


@pytest.mark.parametrize("value", [" true", "", "yes", "1", 1, 0, [], ["true"], {}])
def test_other_values_are_not_booleans(local: Local, value: object) -> None:
    """It is 400 with code 3002."""
    assert local.post("W/time-entries", SPAN | {"billable": value}).failed == (400, 3002)


def test_unknown_fields_are_ignored(local: Local) -> None:
    """A newer client may send more."""
    local.entry(customAttributes=[{"deep": [[]]}], unheard={"of": 1})


def test_repeated_tags_count_once_and_keep_their_order(local: Local) -> None:
    """Tags have the given order."""
    b, a = local.tag("b")["id"], local.tag("a")["id"]
    assert local.entry(tagIds=[b, a, b])["tagIds"] == [b, a]
