"""Listing entries: filters, windows, paging, and how fast the file finds them (operation 2)."""

from collections.abc import Callable

import pytest

from clocktool.backends.local import store
from clocktool.domain.time.instant import Instant, format_iso, parse_iso
from tests.backends.local.conftest import Local, at


def test_entries_come_newest_start_first(local: Local) -> None:
    """They are sorted by start, then by id, in any order of creation."""
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
    """It is listed once, in the order of its start."""
    running = local.entry("09:00", end=None)
    for clock in ("01:30", "08:30", "10:30", "12:30"):
        local.entry(clock, clock)
    found = local.entries(start=at(start), end=at(end))
    assert found.count(running["id"]) == 1
    assert found[place] == running["id"]
    assert local.entries(start=at(start)).count(running["id"]) == 1
    assert local.entries(end=at(end)).count(running["id"]) == 1


def test_entries_are_filtered(local: Local) -> None:
    """Filters are description in any case, project, task, all tags, and having project or task."""
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


def test_a_running_entry_must_match_the_other_filters(local: Local) -> None:
    """Only the window does not apply to it."""
    site = local.project()
    local.entry("09:00", end=None)
    assert local.entries(project=site["id"], start=at("10:00")) == []
    assert local.entries(project=site["id"], in_progress="true") == []


def test_in_progress_false_lists_all(local: Local) -> None:
    """Only ``true`` filters the list."""
    local.entry("07:00", "08:00")
    local.entry(end=None)
    assert len(local.entries(in_progress="false")) == 2


@pytest.mark.parametrize("way", [str.lower, str.upper, str.title])
@pytest.mark.parametrize(
    ("yes", "no"), [("true", "false"), ("1", "0"), ("yes", "no"), ("on", "off")]
)
def test_a_flag_has_four_spellings(
    local: Local, yes: str, no: str, way: Callable[[str], str]
) -> None:
    """All are accepted in any case and in every list."""
    yes, no = way(yes), way(no)
    done, site = local.entry("07:00", "08:00"), local.project()
    sited = local.entry("08:00", "08:30", projectId=site["id"])
    running = local.entry(end=None)
    assert local.entries(in_progress=yes) == [running["id"]]
    assert local.entries(in_progress=no) == [running["id"], sited["id"], done["id"]]
    assert local.entries(project_required=yes) == [sited["id"]]
    assert local.entries(task_required=yes) == []
    for path in ("U", "W/time-entries/in-progress", "W/time-entries/status/in-progress"):
        assert local.get(path, hydrated=yes).json[0]["user"]["name"] == "Ada"
        assert "user" not in local.get(path, hydrated=no).json[0]
    one = local.get(f"W/time-entries/{done['id']}", hydrated=yes, consider_duration_format=no)
    assert one.json["user"]["name"] == "Ada"
    local.task(site)
    for path in ("W/projects", "W/clients", "W/tags"):
        assert local.get(path, archived=yes, strict_name_search=no).json == []
        assert local.get(path, archived=no, strict_name_search=yes).status == 200
    tasks = f"W/projects/{site['id']}/tasks"
    assert [len(local.get(tasks, is_active=flag).json) for flag in (yes, no)] == [1, 0]


def test_pages_make_up_the_list(local: Local) -> None:
    """Pages have all entries, also the running one, and the header marks the last page."""
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
        ("in-progress", "2"),
        ("project-required", "y"),
        ("task-required", "truefalse"),
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
    """It does not give an empty list."""
    reply = local.get("U", **{name: "nothing"})
    assert reply.failed == (400, 501)
    assert "doesn't belong to" in reply.json["message"]


def test_an_unknown_user_is_refused(local: Local) -> None:
    """The user must be a member of the workspace."""
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
    """There is no full table scan, and no more is sorted than entries of the same second."""
    sql, values = store.list_query(1, wanted)
    plan = [row[3] for row in local.sql(f"EXPLAIN QUERY PLAN {sql}", *values, 50, 0)]
    plan = [step for step in plan if step != "USE TEMP B-TREE FOR LAST TERM OF ORDER BY"]
    assert not [step for step in plan if step.startswith("SCAN") or "TEMP B-TREE" in step], plan


def test_a_day_of_a_large_file_is_a_narrow_search(local: Local) -> None:
    """The index is searched by user and window, not only by user."""
    sql, values = store.list_query(1, store.EntryFilter(start=0, end=1))
    plan = [row[3] for row in local.sql(f"EXPLAIN QUERY PLAN {sql}", *values, 50, 0)]
    assert any("entries_by_start (member=? AND start_at>? AND start_at<?)" in step for step in plan)
    assert any("entries_running (member=?)" in step for step in plan)


@pytest.mark.parametrize("ending", ["Z", ".000Z", ".987654Z", "+00:00", "+13:00", "-09:30"])
@pytest.mark.parametrize(
    ("zone", "opens", "closes"),
    [
        ("Europe/Berlin", "2024-02-29T23:00:00Z", "2024-03-01T22:59:59Z"),
        ("Pacific/Kiritimati", "2024-02-29T10:00:00Z", "2024-03-01T09:59:59Z"),
        ("Pacific/Pago_Pago", "2024-03-01T11:00:00Z", "2024-03-02T10:59:59Z"),
        ("America/St_Johns", "2024-03-01T03:30:00Z", "2024-03-02T03:29:59Z"),
    ],
)
def test_bounds_are_local_times_of_the_accounts_zone(
    new_local: Callable[[str], Local], zone: str, opens: str, closes: str, ending: str
) -> None:
    """As on the service, Z is ignored: 00:00:00 to 23:59:59 is the account's day."""
    local = new_local(zone)
    ids = [
        local.made("W/time-entries", {"start": format_iso(at), "end": format_iso(at)})["id"]
        for edge in (parse_iso(opens), parse_iso(closes))
        for at in (Instant(edge - 1), edge, Instant(edge + 1))
    ]
    first, last = f"2024-03-01T00:00:00{ending}", f"2024-03-01T23:59:59{ending}"
    assert local.entries(start=first, end=last) == ids[4:0:-1]
    assert local.entries(start=first) == ids[5:0:-1]
    assert local.entries(end=last) == ids[4::-1]


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({"start": "2026-03-29T02:30:00Z"}, ["01:00", "01:30"]),
        ({"end": "2026-03-29T02:30:00Z"}, ["00:30", "00:59"]),
        ({"start": "2026-03-29T02:00:00Z", "end": "2026-03-29T02:59:59Z"}, []),
        ({"start": "2026-03-29T03:00:00Z"}, ["01:00", "01:30"]),
        ({"start": "2026-03-29T01:59:00Z", "end": "2026-03-29T03:00:00Z"}, ["00:59", "01:00"]),
    ],
)
def test_a_bound_that_daylight_saving_skips(
    new_local: Callable[[str], Local], bounds: dict[str, str], found: list[str]
) -> None:
    """A skipped bound lies between the last instant before the gap and the first after it."""
    assert (
        starts(new_local("Europe/Berlin"), "2026-03-29", bounds, "00:30 00:59 01:00 01:30") == found
    )


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({"start": "2026-10-25T02:30:00Z"}, ["00:30", "01:15", "01:30", "02:00"]),
        ({"end": "2026-10-25T02:30:00Z"}, ["00:15", "00:30", "01:15", "01:30"]),
        (
            {"start": "2026-10-25T02:30:00Z", "end": "2026-10-25T02:30:00Z"},
            ["00:30", "01:15", "01:30"],
        ),
        ({"start": "2026-10-25T03:00:00Z"}, ["02:00"]),
    ],
)
def test_a_bound_that_occurs_twice(
    new_local: Callable[[str], Local], bounds: dict[str, str], found: list[str]
) -> None:
    """A start is the first of the two instants and an end the second, so none is lost."""
    clocks = "00:15 00:30 01:15 01:30 02:00"
    assert starts(new_local("Europe/Berlin"), "2026-10-25", bounds, clocks) == found


def starts(local: Local, day: str, bounds: dict[str, str], clocks: str) -> list[str]:
    """Create entries at times of a day in UTC; return the starts of those listed."""
    for clock in clocks.split():
        moment = f"{day}T{clock}:00Z"
        local.made("W/time-entries", {"start": moment, "end": moment})
    listed = local.get("U", **bounds).json
    return [each["timeInterval"]["start"][11:16] for each in reversed(listed)]


def add(local: Local, hour: int, number: int | None = None) -> str:
    """Add an entry with its number as description; return its id."""
    descriptions = str(hour if number is None else number)
    made = local.entry(f"{hour:02}:00", f"{hour:02}:30", description=descriptions)
    return str(made["id"])


def descriptions(local: Local, page: int, size: int) -> list[str]:
    """Return the descriptions of the entries of a page."""
    return [each["description"] for each in local.get("U", page=page, page_size=size).json]


def test_the_next_page_continues_after_the_last_one(local: Local) -> None:
    """Entries added or deleted between pages hide or repeat no other entry."""
    made = [add(local, hour) for hour in range(8)]
    assert descriptions(local, 1, 3) == ["7", "6", "5"]
    local.delete(f"W/time-entries/{made[6]}")
    add(local, 9)
    assert descriptions(local, 2, 3) == ["4", "3", "2"]
    assert descriptions(local, 2, 3) == ["4", "3", "2"]
    assert descriptions(local, 3, 3) == ["1", "0"]
    assert local.get("U", page=3, page_size=3).headers["last-page"] == "true"


def test_a_page_out_of_order_counts_the_rows_before_it(local: Local) -> None:
    """So does a page requested a minute later, or of another list."""
    for hour in range(8):
        add(local, hour)
    local.get("U", page=1, page_size=2)
    add(local, 9)
    assert descriptions(local, 3, 2) == ["4", "3"]
    assert descriptions(local, 2, 3) == ["5", "4", "3"]
    local.clock = Instant(local.clock + 61)
    assert descriptions(local, 2, 2) == ["6", "5"]


def test_entries_with_the_same_start_are_paged_without_loss(local: Local) -> None:
    """They are sorted by id."""
    for number in range(5):
        add(local, 1, number)
    found = [descriptions(local, page, 2) for page in (1, 2, 3)]
    assert found == [["4", "3"], ["2", "1"], ["0"]]


@pytest.mark.parametrize("running", [False, True])
def test_a_next_page_is_a_search_of_an_index(local: Local, running: bool) -> None:
    """Also with a window: a running entry outside it is found by the index of running entries."""
    wanted = store.EntryFilter(start=0, end=1, running=running)
    sql, values = store.list_query(1, wanted, (1, "a"))
    plan = [row[3] for row in local.sql(f"EXPLAIN QUERY PLAN {sql}", *values, 50, 0)]
    searches = [step for step in plan if step.startswith("SEARCH")]
    bounds = "(member=? AND start_at>? AND (start_at,id)<(?,?))"
    window = [] if running else [f"SEARCH e USING COVERING INDEX entries_by_start {bounds}"]
    assert searches == [*window, "SEARCH e USING INDEX entries_running (member=?)"]
