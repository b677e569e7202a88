"""Listing entries: filters, windows, paging, and how fast the file finds them (operation 2)."""

import pytest

from clocktool.local import store
from tests.local.conftest import Local, at


def test_entries_come_newest_start_first(local: Local) -> None:
    """The order is by start, and by id among equal starts, whatever the order of writing."""
    early, late, middle = (local.entry(f"{hour}:00", f"{hour}:30") for hour in ("07", "12", "09"))
    twin = local.entry("12:00", "13:00")
    assert local.entries() == [twin["id"], late["id"], middle["id"], early["id"]]


def test_a_window_holds_the_entries_that_start_in_it(local: Local) -> None:
    """Both bounds are included, and only the start counts."""
    local.entry("06:00", "09:30")
    first, last = local.entry("09:00", "09:10"), local.entry("10:00", "15:00")
    local.entry("10:01", "10:05")
    assert local.entries(start=at("09:00"), end=at("10:00")) == [last["id"], first["id"]]
    assert local.entries(start=at("10:00"), end=at("09:00")) == []
    assert len(local.entries(start="0001-01-01T00:00:00Z", end="9999-12-31T23:59:59Z")) == 4


@pytest.mark.parametrize(
    ("start", "end", "place"),
    [("01:00", "02:00", 0), ("12:00", "13:00", -1), ("08:00", "11:00", 1)],
)
def test_a_running_entry_appears_in_every_window(
    local: Local, start: str, end: str, place: int
) -> None:
    """Outside the window it stands where its start puts it, and it is there only once."""
    running = local.entry("09:00", end=None)
    for clock in ("01:30", "08:30", "10:30", "12:30"):
        local.entry(clock, clock)
    found = local.entries(start=at(start), end=at(end))
    assert found.count(running["id"]) == 1
    assert found[place] == running["id"]
    assert local.entries(start=at(start)).count(running["id"]) == 1
    assert local.entries(end=at(end)).count(running["id"]) == 1


def test_filters_narrow_the_list(local: Local) -> None:
    """Description in any case, project, task, all of the tags, and having a project or task."""
    site, red, blue = local.project(), local.tag("red"), local.tag("blue")
    task = local.task(site)
    plain = local.entry("01:00", "02:00", description="Ärger im Büro")
    sited = local.entry("02:00", "03:00", projectId=site["id"], tagIds=[red["id"]])
    tasked = local.entry(
        "03:00",
        "04:00",
        projectId=site["id"],
        taskId=task["id"],
        tagIds=[blue["id"], red["id"]],
    )
    assert local.entries(description="ärGER") == [plain["id"]]
    assert local.entries(description="%") == []
    assert local.entries(project=site["id"]) == [tasked["id"], sited["id"]]
    assert local.entries(task=task["id"]) == [tasked["id"]]
    assert local.entries(tags=red["id"]) == [tasked["id"], sited["id"]]
    assert local.entries(tags=[red["id"], blue["id"]]) == [tasked["id"]]
    assert local.entries(tags=f"{red['id']},{blue['id']}") == [tasked["id"]]
    assert local.entries(project_required="false") == [plain["id"]]
    assert local.entries(project_required="true") == [tasked["id"], sited["id"]]
    assert local.entries(task_required="true") == [tasked["id"]]
    assert local.entries(task_required="false", project_required="true") == [sited["id"]]


def test_a_running_entry_still_obeys_the_other_filters(local: Local) -> None:
    """Only the window is waived for it."""
    site = local.project()
    local.entry("09:00", end=None)
    assert local.entries(project=site["id"], start=at("10:00")) == []
    assert local.entries(project=site["id"], in_progress="true") == []


def test_in_progress_false_lists_all(local: Local) -> None:
    """Only ``true`` narrows the list."""
    local.entry("07:00", "08:00")
    local.entry(end=None)
    assert len(local.entries(in_progress="false")) == 2


def test_pages_are_cut_without_loss(local: Local) -> None:
    """Pages join to the whole list, the running entry included; the header tells the last one."""
    running = local.entry("00:30", end=None)
    for hour in range(1, 10):
        local.entry(f"0{hour}:00", f"0{hour}:30")
    whole = local.entries(start=at("03:00"))
    assert whole[-1] == running["id"]
    pages = [local.get("U", start=at("03:00"), page=page, page_size=3) for page in (1, 2, 3)]
    assert [one["id"] for page in pages for one in page.json] == whole
    assert [page.headers["last-page"] for page in pages] == ["false", "false", "true"]
    beyond = local.get("U", page=99, page_size=3)
    assert (beyond.json, beyond.headers["last-page"]) == ([], "true")


def test_fifty_entries_make_a_page(local: Local) -> None:
    """The page size defaults to 50."""
    for minute in range(51):
        local.entry(f"09:{minute:02}", "10:00")
    assert len(local.entries()) == 50
    assert len(local.entries(page=2)) == 1
    assert len(local.entries(page_size=5000)) == 51


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("start", "yesterday"),
        ("start", "2024-03-01"),
        ("end", "2024-03-01T09:00:00"),
        ("page", "0"),
        ("page", "-1"),
        ("page", "x"),
        ("page", "1" * 30),
        ("page", "²"),
        ("page-size", "5001"),
        ("page-size", "0"),
        ("hydrated", "maybe"),
        ("in-progress", "1"),
        ("project-required", "yes"),
        ("task-required", "no"),
        ("consider-duration-format", "?"),
        ("description", "\0"),
        ("description", "\ud800"),
    ],
)
def test_a_bad_query_value_is_refused(local: Local, name: str, value: str) -> None:
    """The answer is 400 with code 3000."""
    path = f"/workspaces/{local.me['activeWorkspace']}/user/{local.me['id']}/time-entries"
    assert local.raw("GET", path, query=((name, value),)).failed == (400, 3000)


@pytest.mark.parametrize("name", ["project", "task", "tags"])
def test_an_unknown_id_in_a_filter_is_refused(local: Local, name: str) -> None:
    """It is not taken for a filter that matches nothing."""
    reply = local.get("U", **{name: "nothing"})
    assert reply.failed == (400, 501)
    assert "doesn't belong to" in reply.json["message"]


def test_an_unknown_user_is_refused(local: Local) -> None:
    """A list is of a member of the workspace."""
    assert local.get("W/user/nobody/time-entries").failed == (400, 501)


@pytest.mark.parametrize(
    "wanted",
    [
        store.EntryFilter(),
        store.EntryFilter(start=0),
        store.EntryFilter(start=0, end=1),
        store.EntryFilter(start=0, end=1, project=1, tags=(1,), description="x"),
    ],
)
def test_a_list_is_read_from_an_index_in_order(local: Local, wanted: store.EntryFilter) -> None:
    """No table is read from end to end, and nothing is sorted."""
    sql, values = store.list_query(1, wanted)
    plan = [row[3] for row in local.sql(f"EXPLAIN QUERY PLAN {sql}", *values, 50, 0)]
    assert not [step for step in plan if step.startswith("SCAN") or "TEMP B-TREE" in step], plan


def test_a_day_of_a_large_file_is_a_narrow_search(local: Local) -> None:
    """The index is entered at the user and the window, not only at the user."""
    sql, values = store.list_query(1, store.EntryFilter(start=0, end=1))
    plan = [row[3] for row in local.sql(f"EXPLAIN QUERY PLAN {sql}", *values, 50, 0)]
    assert any("entries_newest (member=? AND start_at>? AND start_at<?)" in step for step in plan)
    assert any("entries_running (member=?)" in step for step in plan)
