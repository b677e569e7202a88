"""``import`` of Clockify's own report and of JSON rows that other programs write."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.commands.rows import told
from tests.conftest import Console
from tests.contract.worlds import WORLDS, fill, world
from tests.tracking.servers import ENTRIES, Place, says

HEADER = (
    "Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,"
    "End Date,End Time,Duration (h),Duration (decimal),Billable Rate (EUR),Billable Amount (EUR)\n"
)
FIX = (
    'Site,ACME,Fix,Login,Ada,,,"dev, urgent",Yes,'
    "23/11/2026,09:00:00,23/11/2026,10:00:00,01:00:00,1.00,100.00,100.00\n"
)
SORT = "Ops,,Sort,,Ada,,,,No,23/11/2026,10:00:00,23/11/2026,11:30:00,01:30:00,1.50,0.00,0.00\n"
REPORT = HEADER + FIX + SORT
APRIL = HEADER + SORT.replace("23/11/2026", "03/04/2026")


@pytest.mark.parametrize("name", WORLDS)
def test_everywhere_a_report_is_the_same(name: str, new_console: Callable[[str], Console]) -> None:
    """Two entries; the same file again adds nothing, a row that is there twice is two entries."""
    console = new_console(name)
    with world(name, console) as there:
        fill(there.behind)
        result = console.ok("import", "-", stdin=REPORT)
        assert result[1:] == ("2 entries added, 0 already there.\n", "Read as clockify.\n")
        sort, fix = told(console)
        assert (fix["project"][:2], fix["task"], fix["billable"]) == (
            ["Site", "ACME"],
            "Login",
            True,
        )
        assert (fix["tags"], sort["project"][0], sort["billable"]) == (
            ["dev", "urgent"],
            "Ops",
            False,
        )
        assert fix["times"]["start"] == "2026-11-23T08:00:00Z"
        assert fix["times"]["duration"] == "PT1H"
        again = console.ok("import", "-", "--from", "clockify", stdin=REPORT)
        assert again.out == "0 entries added, 2 already there.\n"
        twice = console.ok("import", "-", stdin=REPORT + FIX)
        assert twice.out == "1 entry added, 2 already there.\n"


def test_dates_that_may_be_two_days_are_refused(run: Console) -> None:
    """Exit 2 with what to say; what is said counts."""
    assert run("import", "-", stdin=APRIL) == (
        2,
        "",
        (
            "error: can't read standard input: its dates may be day/month/year or"
            " month/day/year, like '03/04/2026' (line 2)\n"
            "hint: choose one: --dates dmy or --dates mdy\n"
        ),
    )
    run.ok("import", "-", "--dates", "mdy", stdin=APRIL)
    assert told(run)[0]["times"]["start"] == "2026-03-04T09:00:00Z"
    refused = run("import", "-", "--dates", "ymd", stdin=APRIL)
    assert refused.code == 2
    assert refused.err.startswith(
        "line 2: invalid date '03/04/2026', expected one like 2026-11-24\n"
    )
    assert run("import", "-", "--dates", "ydm", stdin=APRIL).code == 2


def test_a_row_that_contradicts_itself_is_named(run: Console) -> None:
    """By its line, before anything is written: exit 2."""
    result = run("import", "-", stdin=REPORT.replace("01:30:00", "01:31:00"))
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "line 3: its duration 01:31:00 is not the time from 23/11/2026 10:00:00"
        " to 23/11/2026 11:30:00\n"
        "error: 1 of 2 rows can't be read; nothing was written\n"
        "hint: correct or remove these lines; for another format than clockify add --from\n"
    )
    assert run.ok("export").out == ""


def test_of_several_users_one_is_chosen(run: Console) -> None:
    """By the name or the address; the others' rows are left out with a word."""
    other = SORT.replace("Ada,,", "Bob,,bob@x.org")
    refused = run("import", "-", stdin=REPORT + other)
    assert refused.code == 2
    assert "error: the rows are of several users: 'Ada', 'Bob'\n" in refused.err
    result = run.ok("import", "-", "--user", "bob@x.org", stdin=REPORT + other)
    assert result.out == "1 entry added, 0 already there.\n"
    assert "Left out as they are not of 'bob@x.org': 2.\n" in result.err


def test_tags_with_commas_are_known_by_their_names(run: Console) -> None:
    """A whole name that is there goes before its parts; others are cut at each comma."""
    run.ok("tags", "add", "a, b")
    rows = HEADER + FIX.replace("dev, urgent", "x, A, b, y")
    for file in (rows, 'Start date,Start time,Duration,Tags\n2026-11-22,09:00,1:00:00,"x,a, b"\n'):
        run.ok("import", "-", stdin=file)
    assert [each["tags"] for each in told(run)] == [["x", "a, b", "y"], ["x", "a, b"]]
    assert run.ok("import", "-", stdin=rows).out == "0 entries added, 1 already there.\n"


def test_custom_fields_stand_behind(run: Console) -> None:
    """Each in the type that it has here; what is not here, or not of the type, is said."""
    for name, kind in (("Ticket", "text"), ("Count", "number"), ("Paid", "checkbox")):
        run.ok("fields", "add", name, "--type", kind)
    head = HEADER.replace("\n", ",Ticket,Count,Paid,Other\n")
    row = FIX.replace("\n", ",A-1,3,Yes,x\n")
    result = run.ok("import", "-", stdin=head + row)
    assert "No custom field 'Other': skipped 1 value.\n" in result.err
    assert told(run)[0]["fields"] == [("Ticket", "A-1"), ("Count", 3), ("Paid", True)]
    bad = run("import", "-", stdin=head + row.replace(",3,", ",three,").replace("Fix", "Other"))
    assert bad.code == 5
    assert "line 2: invalid value for custom field 'Count'\n" in bad.err


def test_times_that_came_twice_are_said(run: Console) -> None:
    """Where the duration does not tell which was meant."""
    row = "Ops,,Night,,Ada,,,,No,25/10/2026,02:10:00,25/10/2026,02:30:00,00:20:00,0.33,0.00,0.00\n"
    result = run.ok("import", "-", stdin=HEADER + row)
    assert "Times that happened twice, read as the first: line 2.\n" in result.err


def line(**members: Any) -> str:
    """Return a JSON line of an hour with further members."""
    times = {"start": "2026-11-23T08:00:00Z", "end": "2026-11-23T09:00:00Z"}
    return json.dumps({**times, **members}) + "\n"


@pytest.mark.parametrize("name", WORLDS)
def test_rows_need_no_id(name: str, new_console: Callable[[str], Console]) -> None:
    """Two of the same are two entries, the same file again adds nothing."""
    console = new_console(name)
    rows = line(description="Fix", project="Site") * 2 + line(description="Rest")
    with world(name, console) as there:
        fill(there.behind)
        assert console.ok("import", "-", stdin=rows).out == "3 entries added, 0 already there.\n"
        again = console.ok("import", "-", stdin=rows)
        assert again.out == "0 entries added, 3 already there.\n"
        more = console.ok("import", "-", stdin=rows + line(description="Rest"))
        assert more.out == "1 entry added, 3 already there.\n"
        filed = sorted((each["description"], each["project"]) for each in told(console))
        assert [(name, of and of[:2]) for name, of in filed] == [
            ("Fix", ["Site", "ACME"]),
            ("Fix", ["Site", "ACME"]),
            ("Rest", None),
            ("Rest", None),
        ]


@pytest.mark.parametrize(
    ("members", "project", "task", "tags"),
    [
        ({"project": {"id": "", "name": "X"}}, ["X", ""], None, []),
        (
            {"project": {"id": "", "name": "X"}, "task": {"id": "", "name": "T"}},
            ["X", ""],
            "T",
            [],
        ),
        ({"project": {"id": None, "name": "X"}, "task": "T"}, ["X", ""], "T", []),
        ({"project": {"name": "X", "clientName": "C"}}, ["X", "C"], None, []),
        ({"project": {"name": "X", "client": {"name": "C"}}}, ["X", "C"], None, []),
        ({"project": "X", "client": "C"}, ["X", "C"], None, []),
        ({"tags": ["a", {"name": "b"}, {"id": "c"}], "tagIds": ["c"]}, None, None, ["a", "b", "c"]),
        ({"projectName": "X", "taskName": "T", "clientName": "C"}, ["X", "C"], "T", []),
        ({"project": {}, "projectName": "X"}, ["X", ""], None, []),
        ({"project": None, "task": None, "tags": None}, None, None, []),
        ({"project": {"id": "", "name": ""}, "tags": [{"id": "", "name": "a"}]}, None, None, ["a"]),
    ],
)
def test_a_row_is_taken_whole(
    run: Console, members: dict[str, Any], project: Any, task: str | None, tags: list[str]
) -> None:
    """Names without ids are names."""
    run.ok("import", "-", stdin=line(**members))
    (entry,) = told(run)
    assert (entry["project"] and entry["project"][:2], entry["task"], entry["tags"]) == (
        project,
        task,
        tags,
    )


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (line(task="T"), "task 'T' has no project"),
        (line(client="C"), "client 'C' has no project"),
        (line(project={"id": "", "clientName": "C"}), "client 'C' has no project"),
        (line(customFieldValues=[{"value": 3}]), "it has a custom field without a name"),
        (line(timeInterval={"start": "2026-11-23T07:00:00Z"}), "it has two start times"),
        ('{"description": "x"}\n', "it has no start"),
        ('{"start": "2026-11-23T08:00:00Z"}\n', "it has no end and no duration"),
        (
            '{"start": "2026-11-23T08:00:00Z", "stop": "2026-11-23T09:00:00Z"}\n',
            "it has no end and no duration",
        ),
        (line(project=7), "not a time entry: unexpected content at `$.project`"),
        (
            line(end="2026-11-23"),
            "invalid time '2026-11-23', expected one like 2026-11-24T09:00:00+01:00",
        ),
    ],
)
def test_a_row_that_cannot_be_taken_whole_is_named(run: Console, row: str, what: str) -> None:
    """With its line: exit 2, and nothing is written."""
    result = run("import", "-", stdin=line() + row)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"line 2: {what}")
    assert run.ok("export").out == ""


@pytest.mark.parametrize(
    "row",
    [
        {"start": "2026-11-23T08:00:00Z", "end": "2026-11-23T09:00:00Z"},
        {"timeInterval": {"start": "2026-11-23T08:00:00Z", "end": "2026-11-23T09:00:00Z"}},
        {"start": "2026-11-23T09:00:00+01:00", "duration": "PT1H"},
        {"timeInterval": {"start": "2026-11-23T08:00:00Z", "duration": "PT1H"}},
        {"start": "2026-11-23 09:00", "durationSeconds": 3600},
        {"start": "2026-11-23T09:00:00", "end": "2026-11-23T10:00:00", "duration": None},
    ],
)
@pytest.mark.parametrize("form", ["lines", "array"])
def test_times_may_be_said_in_several_places(run: Console, row: dict[str, Any], form: str) -> None:
    """Nested or flat, with an end or a duration, with an offset or of the zone."""
    described = {**row, "description": "Fix"}
    text = json.dumps([described] if form == "array" else described)
    for argv in ((), ("--from", "jsonl")):
        run.ok("import", "-", *argv, stdin=text)
    (entry,) = told(run)
    assert entry["times"] == {
        "start": "2026-11-23T08:00:00Z",
        "end": "2026-11-23T09:00:00Z",
        "duration": "PT1H",
    }
    assert entry["description"] == "Fix"


@pytest.mark.parametrize(
    ("output", "first", "again"),
    [
        (
            "json",
            '{\n  "added": 2,\n  "there": 0,\n  "kept": 0\n}\n',
            '{\n  "added": 0,\n  "there": 2,\n  "kept": 0\n}\n',
        ),
        ("jsonl", '{"added":2,"there":0,"kept":0}\n', '{"added":0,"there":2,"kept":0}\n'),
        ("csv", "added,there,kept\n2,0,0\n", "added,there,kept\n0,2,0\n"),
        (
            "md",
            "| Added | There | Kept |\n|---|---|---|\n| 2 | 0 | 0 |\n",
            "| Added | There | Kept |\n|---|---|---|\n| 0 | 2 | 0 |\n",
        ),
    ],
)
def test_numbers_for_programs(run: Console, output: str, first: str, again: str) -> None:
    """How many were added, were there, and are kept to be sent later."""
    assert run.ok("import", "-", "-o", output, "--dry-run", stdin=REPORT).out == first
    assert run.ok("import", "-", "-o", output, stdin=REPORT).out == first
    assert run.ok("import", "-", "-o", output, stdin=REPORT).out == again
    assert run.ok("import", "-", "-o", output, "-q", stdin=REPORT) == (0, "", "")
    empty = run.ok("import", "-", "-o", output, stdin=HEADER).out
    assert empty == again.replace("2", "0")


def test_entries_kept_to_be_sent_later_are_counted(there: Place) -> None:
    """They are neither added nor lost."""
    there.before = lambda request: says(500, 1, "Sorry") if request.method == "POST" else None
    rows = line(description="Fix") + line(description="Rest")
    result = there.console.ok("import", "-", "-o", "json", stdin=rows)
    assert result.json == {"added": 0, "there": 0, "kept": 2}
    again = there.console.ok("import", "-", "-o", "json", stdin=rows)
    assert again.json == {"added": 0, "there": 2, "kept": 0}
    assert {request.path for request in there.writes()} == {ENTRIES}


def test_what_failed_is_an_object_on_standard_error(there: Place) -> None:
    """The numbers say what was done all the same."""
    there.before = lambda request: (
        says(400, 501, "Closed")
        if isinstance(request.body, dict) and request.body.get("description") == "Fix"
        else None
    )
    rows = line(description="Fix") + line(description="Rest")
    result = there.console("import", "-", "-o", "json", stdin=rows)
    assert (result.code, result.json) == (5, {"added": 1, "there": 0, "kept": 0})
    error = json.loads(result.err.splitlines()[-1])["error"]
    assert error["message"].startswith("1 of 2 entries done, 1 failed")


def test_a_report_of_another_user_becomes_yours(run: Console) -> None:
    """With a note, if the file has only that user."""
    result = run.ok("import", "-", stdin=HEADER + SORT.replace("Ada,,", "Bob,,bob@x.org"))
    assert result.out == "1 entry added, 0 already there.\n"
    assert result.err.splitlines()[1] == "All rows are of 'Bob'; they become yours."
