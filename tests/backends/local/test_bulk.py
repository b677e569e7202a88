"""Bulk edit and invoicing: operations 9 and 11."""

from tests.backends.local.conftest import Answered, Local, at


def _edit(local: Local, ids: list[str], *operations: tuple[str, object]) -> Answered:
    body = {
        "timeEntryIds": ids,
        "operations": [{"op": op, "value": value} for op, value in operations],
    }
    return local.put("W/time-entries/bulk-edit", body)


def test_every_operation_of_a_bulk_edit(local: Local) -> None:
    """Billable, project, task and tags change in one request, in the order of the ids."""
    project, red, blue = local.project(), local.tag("red")["id"], local.tag("blue")["id"]
    task = local.task(project)
    one = local.entry("01:00", "02:00", tagIds=[blue])["id"]
    two = local.entry("03:00", "04:00")["id"]
    reply = _edit(
        local,
        [two, one, two],
        ("CHANGE-BILLABLE-STATUS", True),
        ("CHANGE-PROJECT", project["id"]),
        ("CHANGE-TASK", task["id"]),
        ("ADD-TAGS", [red]),
        ("REMOVE-TAGS", [blue]),
    )
    assert reply.status == 200
    assert [entry["id"] for entry in reply.json] == [two, one]
    for entry in reply.json:
        assert entry["billable"]
        assert entry["project"]["name"] == "Site"
        assert entry["task"]["name"] == "Build"
        assert entry["tagIds"] == [red]
    assert reply.json[1]["timeInterval"]["duration"] == "PT1H"


def test_another_project_clears_the_task(local: Local) -> None:
    """CHANGE-PROJECT clears the task, unless the project stays the same."""
    site, other = local.project(), local.project("Other")
    task = local.task(site)["id"]
    entry = local.entry(projectId=site["id"], taskId=task)["id"]
    assert _edit(local, [entry], ("CHANGE-PROJECT", site["id"])).json[0]["taskId"] == task
    changed = _edit(local, [entry], ("CHANGE-PROJECT", other["id"])).json[0]
    assert (changed["projectId"], changed["taskId"]) == (other["id"], None)
    for nothing in (None, ""):
        assert "project" not in _edit(local, [entry], ("CHANGE-PROJECT", nothing)).json[0]


def test_null_clears_the_task(local: Local) -> None:
    """CHANGE-TASK with null keeps the project."""
    site = local.project()
    entry = local.entry(projectId=site["id"], taskId=local.task(site)["id"])["id"]
    changed = _edit(local, [entry], ("CHANGE-TASK", None)).json[0]
    assert (changed["projectId"], changed["taskId"]) == (site["id"], None)


def test_a_bulk_edit_is_all_or_nothing(local: Local) -> None:
    """A refusal of the last entry undoes the first ones."""
    site = local.project()
    one = local.entry("01:00", "02:00", projectId=site["id"])["id"]
    two = local.entry("03:00", "04:00")["id"]
    task = local.task(site)["id"]
    assert _edit(local, [one, two], ("CHANGE-TASK", task)).failed == (400, 501)
    assert _edit(local, [one, "nothing"], ("CHANGE-BILLABLE-STATUS", True)).failed == (400, 501)
    fresh = local.get(f"W/time-entries/{one}").json
    assert (fresh["taskId"], fresh["billable"]) == (None, True)


def test_a_bulk_edit_obeys_required_fields(local: Local) -> None:
    """A finished entry cannot lose a required field."""
    entry = local.entry(projectId=local.project()["id"])["id"]
    local.settings(forceProjects=True)
    assert _edit(local, [entry], ("CHANGE-PROJECT", None)).failed == (400, 501)


def test_the_shape_of_a_bulk_edit_is_checked(local: Local) -> None:
    """Unknown operations, wrong values, foreign ids and too many entries are refused."""
    entry = local.entry()["id"]
    assert _edit(local, [entry], ("EXPLODE", 1)).failed == (400, 3002)
    assert _edit(local, [entry], ("CHANGE-BILLABLE-STATUS", None)).failed == (400, 3002)
    assert _edit(local, [entry], ("CHANGE-PROJECT", 1)).failed == (400, 3002)
    assert _edit(local, [entry], ("ADD-TAGS", "x")).failed == (400, 3002)
    assert _edit(local, [entry], ("ADD-TAGS", ["x"])).failed == (400, 501)
    assert _edit(local, [f"{n:x}" for n in range(1001)]).failed == (400, 501)
    bodies: list[object] = [None, {}, {"timeEntryIds": [entry]}, {"operations": []}, []]
    for body in bodies:
        assert local.put("W/time-entries/bulk-edit", body).failed == (400, 3002)


def test_an_archived_tag_can_be_removed_but_not_added(local: Local) -> None:
    """REMOVE-TAGS works on archived tags, ADD-TAGS does not."""
    tag = local.tag("t")["id"]
    entry = local.entry(tagIds=[tag])["id"]
    local.put(f"W/tags/{tag}", {"archived": True})
    assert _edit(local, [entry], ("ADD-TAGS", [tag])).failed == (400, 501)
    assert _edit(local, [entry], ("REMOVE-TAGS", [tag])).json[0]["tags"] == []


def test_the_service_replaces_whole_entries(local: Local) -> None:
    """An array replaces each entry, and the reply has the same order."""
    tag = local.tag("t")["id"]
    one = local.entry("01:00", "02:00", description="one", tagIds=[tag])["id"]
    two = local.entry("03:00", "04:00", description="two")["id"]
    times = {"start": at("05:00"), "end": at("06:00")}
    reply = local.put("U", [{"id": two, **times, "tagIds": [tag]}, {"id": one, **times}])
    assert reply.status == 200
    assert [entry["id"] for entry in reply.json] == [two, one]
    assert [entry["description"] for entry in reply.json] == ["", ""]
    assert [entry["tagIds"] for entry in reply.json] == [[tag], []]


def test_the_service_bulk_edit_is_all_or_nothing(local: Local) -> None:
    """One invalid entry refuses all; ids must be of the user in the path."""
    one = local.entry("01:00", "02:00", description="one")["id"]
    times = {"start": at("05:00"), "end": at("06:00")}
    assert local.put("U", [{"id": one, **times}, {"id": "no", **times}]).failed == (400, 501)
    backwards = {"id": one, "start": at("06:00"), "end": at("05:00")}
    assert local.put("U", [{"id": one, **times}, backwards]).failed == (400, 501)
    assert local.put("U", [times]).failed == (400, 3002)
    assert local.put("U", {"id": one}).failed == (400, 3002)
    other = local.made("W/users", {"email": "bo@example.com"})["id"]
    theirs = local.put(f"W/user/{other}/time-entries", [{"id": one, **times}])
    assert theirs.failed == (400, 501)
    assert local.get(f"W/time-entries/{one}").json["description"] == "one"


def test_entries_are_marked_as_invoiced_and_back(local: Local) -> None:
    """Operation 11 answers the entries, locked and approved ones too, and keeps the flag."""
    one, two = local.entry("01:00", "02:00")["id"], local.entry("03:00", "04:00")["id"]
    local.settings(lockTimeEntries=at("02:00"))
    for flag in (True, False):
        reply = local.patch(
            "W/time-entries/invoiced", {"timeEntryIds": [two, one], "invoiced": flag}
        )
        assert reply.status == 200
        assert [(entry["id"], entry["invoiced"]) for entry in reply.json] == [
            (two, flag),
            (one, flag),
        ]
        assert local.get(f"W/time-entries/{one}").json["invoiced"] is flag


def test_the_shape_of_an_invoicing_is_checked(local: Local) -> None:
    """Both fields are required, the flag is a boolean, and ids must be known."""
    bodies: list[object] = [None, {}, {"timeEntryIds": []}, {"timeEntryIds": [], "invoiced": "yes"}]
    for body in bodies:
        assert local.patch("W/time-entries/invoiced", body).failed == (400, 3002)
    unknown = {"timeEntryIds": ["x"], "invoiced": True}
    assert local.patch("W/time-entries/invoiced", unknown).failed == (400, 501)


def test_a_copy_of_an_invoiced_entry_is_not_invoiced(local: Local) -> None:
    """The flag belongs to the entry that was billed."""
    entry = local.entry()["id"]
    local.patch("W/time-entries/invoiced", {"timeEntryIds": [entry], "invoiced": True})
    assert not local.post(f"U/{entry}/duplicate").json["invoiced"]
