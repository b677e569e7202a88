"""``import`` at the front door: what is read, checked and said."""

import contextlib
import json
from collections.abc import Callable

import pytest

from clocktool.backends.base import Request
from tests.commands.conftest import put
from tests.commands.rows import HEADER, MANY, ROWS, local, told
from tests.conftest import Console
from tests.contract.worlds import WORKSPACE, WORLDS, fill, workspace_of, world
from tests.tracking.servers import ENTRIES, Place, says


def test_names_are_created_on_the_local_workspace(run: Console) -> None:
    """What was done is said; what is there already is not added again."""
    assert run("import", "-", stdin=ROWS) == (
        0,
        "3 entries added, 0 already there.\n",
        (
            "Read as csv.\n"
            "Created client 'ACME', client 'Beta', project 'Site · ACME', project 'Site · Beta',"
            " task 'Login' of project 'Site · ACME', tag 'dev', tag 'a, b'.\n"
        ),
    )
    assert run("import", "-", stdin=ROWS) == (
        0,
        "0 entries added, 3 already there.\n",
        "Read as csv.\n",
    )
    assert [each["project"][:2] for each in told(run)[1:]] == [["Site", "Beta"], ["Site", "ACME"]]


def test_a_dry_run_writes_nothing(run: Console) -> None:
    """It says what would be."""
    result = run.ok("import", "-", "--dry-run", stdin=ROWS)
    assert result.out == (
        "Would create client 'ACME', client 'Beta', project 'Site · ACME', project 'Site · Beta',"
        " task 'Login' of project 'Site · ACME', tag 'dev', tag 'a, b'.\n"
        "3 entries would be added, 0 already there.\n"
    )
    assert run.ok("export").out == ""
    assert run.ok("projects", "-o", "id").out == ""


def test_bad_rows_are_named_before_anything_is_written(run: Console) -> None:
    """By line; the first ten."""
    result = run("import", "-", stdin=ROWS + "x,,,,,,,,\n" * 12)
    assert (result.code, result.out) == (2, "")
    lines = result.err.splitlines()
    assert lines[0] == "line 5: invalid time 'x', expected one like 2026-11-24T09:00:00+01:00"
    assert lines[10:] == [
        "and 2 more",
        "error: 12 of 15 rows can't be read; nothing was written",
        "hint: correct or remove these lines; for another format than csv add --from",
    ]
    assert run.ok("export").out == ""


def test_a_file_that_cannot_be_read_is_a_usage_error(run: Console) -> None:
    """The error says why."""
    assert run("import", "gone.csv") == (
        2,
        "",
        (
            "error: can't read 'gone.csv': No such file or directory\n"
            "hint: FILE is a file of entries, or - for standard input\n"
        ),
    )
    assert ": Is a directory\n" in run("import", str(run.home)).err
    assert run("import", "-", stdin="hello\n") == (
        2,
        "",
        (
            "error: can't read standard input: unknown format\n"
            "hint: --from takes jsonl, csv, clockify, toggl, timewarrior, watson, klog, bartib\n"
        ),
    )


@pytest.mark.parametrize("text", ["", "\n", "[]", HEADER])
def test_an_empty_file_imports_nothing(run: Console, text: str) -> None:
    """Exit code 0, with a note."""
    result = run.ok("import", "-", stdin=text)
    assert (result.out, result.err.splitlines()[-1]) == ("", "Nothing to import.")


def test_running_timers_are_left_out(day: Console, new_console: Callable[[str], Console]) -> None:
    """With a word; the rest is there."""
    other = local(new_console("other"))
    result = other.ok("import", "-", stdin=day.ok("export").out)
    assert "Skipped 1 entry of a running timer.\n" in result.err
    assert result.out == "2 entries added, 0 already there.\n"


def test_undo_takes_an_import_back(run: Console) -> None:
    """All of it; the names stay."""
    run.ok("import", "-", stdin=ROWS)
    run.ok("undo", "-y")
    assert run.ok("export").out == ""


def rows_of(*users: str) -> str:
    """Return a file with a row for each of some users."""
    row = "2026-11-23T09:00:00+01:00,2026-11-23T10:00:00+01:00,Fix,,,,,,{}\n"
    return HEADER + "".join(row.format(user) for user in users)


@pytest.mark.parametrize(
    ("users", "added", "note"),
    [
        (("ada", "ADA", ""), 3, ""),
        (("bob", "bob"), 2, "All rows are of 'bob'; they become yours.\n"),
    ],
)
def test_rows_of_one_user_become_yours(
    run: Console, users: tuple[str, ...], added: int, note: str
) -> None:
    """They may be your own, or all of another user."""
    result = run.ok("import", "-", stdin=rows_of(*users))
    assert result == (0, f"{added} entries added, 0 already there.\n", f"Read as csv.\n{note}")


def test_of_several_users_one_is_chosen(run: Console) -> None:
    """Exit 2 with the users; --user chooses the rows to import."""
    assert run("import", "-", stdin=rows_of("ada", "bob")) == (
        2,
        "",
        (
            "Read as csv.\n"
            "error: the rows are of several users: 'ada', 'bob'\n"
            "hint: choose one: --user NAME\n"
        ),
    )
    assert run("import", "-", "--user", "eve", stdin=rows_of("ada", "bob")).err.endswith(
        "error: no row has user 'eve'\nhint: users: 'ada', 'bob'\n"
    )
    result = run.ok("import", "-", "--user", "bob", stdin=rows_of("ada", "bob"))
    assert result.out == "1 entry added, 0 already there.\n"
    assert result.err == "Read as csv.\nLeft out as they are not of 'bob': 1.\n"


def test_names_that_may_be_several_are_named_by_line(shop: Console) -> None:
    """Without clients in the file, a name that two projects have is ambiguous."""
    shop.ok("clients", "add", "Beta")
    shop.ok("projects", "add", "Site", "--client", "Beta")
    result = shop("import", "-", stdin='[[1700000000, 1700003600, "Ops"],\n[1, 2, "Site"]]')
    assert (result.code, result.out) == (4, "")
    assert result.err == (
        "Read as watson.\n"
        "line 2: 'Site' matches 2 projects: Site · ACME, Site · Beta\n"
        "error: the file has names that can't be used; nothing was written\n"
        "hint: make them active, rename one of two with the same name, or remove these rows\n"
    )


def test_rows_against_a_rule_are_named_by_line(shop: Console) -> None:
    """Before anything is written: exit 5."""
    shop.ok("workspaces", "set", "force-project", "true")
    shop.ok("workspaces", "set", "lock-before", "2026-11-22")
    old = "2026-11-21T09:00:00+01:00,2026-11-21T10:00:00+01:00,Old,Ops,,,,,\n"
    result = shop("import", "-", stdin=ROWS + old)
    assert (result.code, result.out) == (5, "")
    assert result.err == (
        "Read as csv.\n"
        "line 4: it needs a project\n"
        "line 5: its time is locked\n"
        "error: 2 of 4 rows break the workspace's rules; nothing was written\n"
        "hint: change these rows, or ask the owner of the workspace\n"
    )
    assert shop.ok("export").out == ""


def test_a_name_is_never_a_part_of_another(shop: Console) -> None:
    """'Op' is a project of its own, not the start of Ops; 'ops' is Ops."""
    shop.ok(
        "import", "-", stdin='[[1700000000, 1700003600, "Op"],\n[1700000001, 1700003601, "ops"]]'
    )
    assert [each["project"][0] for each in told(shop)] == ["Ops", "Op"]


@pytest.mark.parametrize("name", WORLDS)
def test_an_import_works_alike_on_every_backend(
    name: str, new_console: Callable[[str], Console]
) -> None:
    """On a server names are created with --create-missing."""
    console = new_console(name)
    with world(name, console) as there:
        fill(there.behind)
        if name != "local":
            result = console("import", "-", stdin=ROWS)
            assert (result.code, result.out) == (4, "")
            assert result.err == (
                "Read as csv.\n"
                "error: not found: client 'Beta' (line 3), project 'Site · Beta' (line 3),"
                " tag 'a, b' (line 3)\n"
                "hint: create them: add --create-missing\n"
            )
        result = console.ok("import", "-", "--create-missing", stdin=ROWS)
        assert result.out == "3 entries added, 0 already there.\n"
        assert [each["tags"] for each in told(console)] == [[], ["a, b", "dev"], ["dev"]]
        again = console.ok("import", "-", stdin=ROWS)
        assert again.out == "0 entries added, 3 already there.\n"


def test_a_refused_entry_is_named_by_its_line(there: Place) -> None:
    """The others are written."""
    there.before = lambda request: (
        says(400, 501, "Month is closed")
        if isinstance(request.body, dict) and request.body.get("start") == "2026-11-23T09:00:07Z"
        else None
    )
    result = there.console("import", "-", stdin=MANY)
    assert (result.code, result.out) == (5, "59 entries added, 0 already there.\n")
    assert "line 9\nerror: 59 of 60 entries done, 1 failed: " in result.err


def test_requests(there: Place) -> None:
    """Names and rules once, what is there once, then one for each entry."""
    there.console.ok("projects")
    there.sent.clear()
    there.console.ok("import", "-", stdin=MANY)
    asked = [request.path.rsplit("/", 1)[-1] for request in there.sent]
    assert asked[-60:] == ["time-entries"] * 60
    assert sorted(set(asked[:-60])) == [WORKSPACE, "custom-fields", "projects", "time-entries"]
    assert asked[:-60].count("time-entries") == 1
    assert {request.path for request in there.writes()} == {ENTRIES}


def test_standard_input_may_be_invalid_utf_8(run: Console) -> None:
    """Half a surrogate pair is an error of the file."""
    result = run("import", "-", "--from", "jsonl", stdin='{"id": "\udc80"}\n')
    assert result.code == 2
    assert result.err.startswith("line 1: not a time entry: it is not UTF-8\n")


def test_help_shows_the_formats(run: Console) -> None:
    """What --from takes is what is read."""
    assert (
        "jsonl|csv|clockify|toggl|timewarrior|watson|klog|bartib" in run.ok("import", "--help").out
    )


def test_custom_fields_are_checked_before_anything_is_written(run: Console) -> None:
    """A value of another type, and one that is required and missing, are named by line."""
    run.ok("fields", "add", "Ticket")
    run.ok("fields", "add", "Count", "--type", "number")
    run.ok("add", "x", "--for", "5m", "--field", "Count=3", "--field", "Ticket=A")
    entry = json.loads(run.ok("export").out)
    entry["description"] = "y"
    for field in entry["customFieldValues"]:
        field["value"] = "text"
    result = run("import", "-", "--from", "jsonl", stdin=json.dumps(entry))
    assert (result.code, result.out) == (5, "")
    assert result.err.splitlines()[0] == "line 1: invalid value for custom field 'Count'"
    put(run, "/custom-fields", {"name": "Case", "type": "TXT", "required": True}, "POST")
    result = run("import", "-", stdin=ROWS)
    assert (result.code, result.out) == (5, "")
    assert result.err.splitlines()[1] == "line 2: a value is required for custom field 'Case'"


def test_the_service_takes_no_angle_brackets(there: Place) -> None:
    """Checked before the first is written, where the service is what is spoken to."""
    row = HEADER + "2026-11-23T09:00:00Z,2026-11-23T10:00:00Z,a -> b,,,,,,\n"
    result = there.console("import", "-", stdin=row)
    if there.world.name == "guide":
        assert result.code == 0
    else:
        assert (result.code, there.writes()) == (5, [])
        assert result.err.splitlines()[1] == "line 2: a description can't contain >"


def test_a_workspace_without_manual_entries_ends_the_import(there: Place) -> None:
    """It concerns all rows: they are not refused one by one."""
    there.before = lambda request: (
        says(403, 4030, "Manual mode disabled") if request.method == "POST" else None
    )
    result = there.console("import", "-", stdin=MANY)
    assert (result.code, result.out) == (5, "0 entries added, 0 already there.\n")
    assert len(there.writes()) <= 4
    assert "no manual entries" in result.err


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_file_that_powershell_wrote(run: Console, encoding: str) -> None:
    """UTF-16 with a mark, and UTF-8 with one."""
    path = run.home / "rows.csv"
    path.write_bytes(ROWS.replace("\n", "\r\n").encode(encoding))
    assert run.ok("import", str(path)).out == "3 entries added, 0 already there.\n"


def test_rows_of_one_user_and_without_a_user_become_yours(run: Console) -> None:
    """The file has only one name."""
    row = "2026-11-23T0{}:00:00Z,2026-11-23T10:00:00Z,work,,,,,,{}\n"
    result = run.ok("import", "-", stdin=HEADER + row.format(8, "zoe") + row.format(9, ""))
    assert result.out == "2 entries added, 0 already there.\n"
    assert "All rows are of 'zoe' or have no user; they become yours.\n" in result.err


@pytest.mark.parametrize(("count", "named"), [(4, "line 2, 3, 4, 5"), (12, " 10, 11 and 2 more")])
def test_rows_that_fail_for_one_reason_are_named_in_a_line(
    there: Place, count: int, named: str
) -> None:
    """The first ten of them; the reason is said once, behind the count."""
    row = "2026-10-{0:02}T08:00:00Z,2026-10-{0:02}T09:00:00Z,x{0},,,,,,\n"
    there.before = lambda it: says(400, 501, "No") if it.method == "POST" else None
    rows = "".join(map(row.format, range(1, count + 1)))
    result = there.console("import", "-", stdin=HEADER + rows)
    assert (result.code, result.out) == (5, "0 entries added, 0 already there.\n")
    failed = f"error: 0 of {count} entries done, {count} failed: refused by a rule: No\n"
    assert f"{named}\n{failed}" in result.err


def test_an_import_of_which_an_entry_was_changed_since_is_not_taken_back(run: Console) -> None:
    """By another program that writes to the workspace, say: exit code 5, and all stays."""
    run.ok("import", "-", stdin=ROWS)
    (entry,) = run.ok("list", "30d", "-o", "json").json[:1]
    body = {name: entry["timeInterval"][name] for name in ("start", "end")}
    with contextlib.closing(workspace_of(run, run.home / "data" / "local.sqlite3")) as other:
        path = f"/workspaces/{WORKSPACE}/time-entries/{entry['id']}"
        assert other.send(Request("PUT", path, (), body | {"description": "new"})).status == 200
    result = run("undo")
    assert (result.code, result.out) == (5, "")
    assert f"the entry {entry['id']} has changed since" in result.err
    assert len(told(run)) == 3
