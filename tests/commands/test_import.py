"""``import`` at the front door."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clocktool.domain.instant import Instant, format_iso
from clocktool.journal.turn import Turn
from clocktool.local.workspace import LocalWorkspace
from clocktool.transport import Reply, Request
from tests.commands.conftest import put
from tests.conftest import Console, local_console
from tests.contract.worlds import WORKSPACE, WORLDS, fill, world
from tests.tracking.servers import ENTRIES, ROUTES, Place, interrupt, place, says

HEADER = "start,end,description,project,client,task,tags,billable,user\n"
ROWS = HEADER + (
    "2026-11-23T09:00:00+01:00,2026-11-23T10:00:00+01:00,Fix,Site,ACME,Login,dev,true,\n"
    '2026-11-23T10:00:00+01:00,2026-11-23T11:00:00+01:00,Sort,Site,Beta,,"""a, b"", dev",false,\n'
    "2026-11-23T11:00:00+01:00,2026-11-23T12:00:00+01:00,Rest,,,,,,\n"
)


def told(console: Console) -> list[dict[str, Any]]:
    """Return what entries of a console say, without ids and rates."""
    lines = [json.loads(line) for line in console.ok("export").out.splitlines()]
    return [
        {
            "times": line["timeInterval"],
            "description": line["description"],
            "project": line["project"] and [line["project"][each] for each in FILED],
            "task": line["task"] and line["task"]["name"],
            "tags": [tag["name"] for tag in line["tags"]],
            "fields": [(each["name"], each["value"]) for each in line["customFieldValues"]],
            "billable": line["billable"],
            "type": line["type"],
        }
        for line in lines
    ]


FILED = ("name", "clientName", "color")


def test_names_are_created_on_the_local_workspace(run: Console) -> None:
    """What was done is said; what is there already is not added again."""
    assert run("import", "-", stdin=ROWS) == (
        0,
        "3 entries added, 0 there already.\n",
        (
            "Read as csv.\n"
            "Created client 'ACME', client 'Beta', project 'ACME/Site', project 'Beta/Site',"
            " task 'Login' of project 'ACME/Site', tag 'dev', tag 'a, b'.\n"
        ),
    )
    assert run("import", "-", stdin=ROWS) == (
        0,
        "0 entries added, 3 there already.\n",
        "Read as csv.\n",
    )
    assert [each["project"][:2] for each in told(run)[1:]] == [["Site", "Beta"], ["Site", "ACME"]]


def test_a_dry_run_writes_nothing(run: Console) -> None:
    """It says what would be."""
    result = run.ok("import", "-", "--dry-run", stdin=ROWS)
    assert result.out == (
        "Would create client 'ACME', client 'Beta', project 'ACME/Site', project 'Beta/Site',"
        " task 'Login' of project 'ACME/Site', tag 'dev', tag 'a, b'.\n"
        "3 entries would be added, 0 there already.\n"
    )
    assert run.ok("export").out == ""
    assert run.ok("projects", "-o", "id").out == ""


def test_equal_rows_are_entries_of_their_own(run: Console) -> None:
    """Two in the file are two, however often they are imported; one more row is one more."""
    row = ROWS.splitlines(keepends=True)[3]
    assert run.ok("import", "-", stdin=HEADER + row * 2).out.startswith("2 entries added, 0")
    assert run.ok("import", "-", stdin=HEADER + row * 2).out.startswith("0 entries added, 2")
    assert run.ok("import", "-", stdin=HEADER + row * 3).out.startswith("1 entry added, 2")


def test_bad_rows_are_named_before_anything_is_written(run: Console) -> None:
    """By line; the first ten."""
    result = run("import", "-", stdin=ROWS + "x,,,,,,,,\n" * 12)
    assert (result.code, result.out) == (2, "")
    lines = result.err.splitlines()
    assert lines[0] == "line 5: 'x' is no time like 2026-11-24T09:00:00+01:00"
    assert lines[10:] == [
        "and 2 more",
        "error: 12 of 15 rows cannot be read; nothing was written",
        "hint: mend these lines, or leave them out; it was read as csv, --from says what it is",
    ]
    assert run.ok("export").out == ""


def test_what_is_no_file(run: Console) -> None:
    """Exit 2, and why."""
    assert run("import", "gone.csv") == (
        2,
        "",
        (
            "error: 'gone.csv' cannot be read: No such file or directory\n"
            "hint: FILE is a file of entries, or - for standard input\n"
        ),
    )
    assert "cannot be read: Is a directory\n" in run("import", str(run.home)).err
    assert run("import", "-", stdin="hello\n") == (
        2,
        "",
        (
            "error: standard input cannot be read: it looks like no format that is known\n"
            "hint: --from takes jsonl, csv, toggl, timewarrior, watson\n"
        ),
    )


@pytest.mark.parametrize("text", ["", "\n", "[]", HEADER])
def test_an_empty_file_is_nothing_to_import(run: Console, text: str) -> None:
    """Exit 0, and a word about it."""
    result = run.ok("import", "-", stdin=text)
    assert (result.out, result.err.splitlines()[-1]) == ("", "Nothing to import.")


def test_running_timers_are_left_out(day: Console, new_console: Callable[[str], Console]) -> None:
    """With a word; the rest is there."""
    other = local(new_console("other"))
    result = other.ok("import", "-", stdin=day.ok("export").out)
    assert "Left out, as the timer runs: 1 entry.\n" in result.err
    assert result.out == "2 entries added, 0 there already.\n"


def local(console: Console) -> Console:
    """Let a console track in its local workspace."""
    console.env["CLOCKTOOL_PROFILE"] = "local"
    return console


@pytest.fixture
def history(shop: Console) -> Console:
    """A shop with twins, a break, a custom field and hostile texts."""
    shop.ok("clients", "add", "Beta")
    shop.ok("projects", "add", "Site", "--client", "Beta", "--color", "#FF0000")
    shop.ok("projects", "add", "=1+1")
    shop.ok("tags", "add", 'a, "b"')
    shop.ok("tags", "add", "@x")
    shop.ok("fields", "add", "Ticket")
    line = ("--from", "2026-11-23 09:00", "--for", "1h")
    shop.ok("add", "=HYPERLINK(1)", *line, "-p", "ACME/Site", "-t", "Login", "-T", "dev")
    shop.ok("add", "'-quoted", *line, "-p", "Beta/Site", "-T", 'a, "b"', "-T", "@x")
    shop.ok("add", 'two\nlines, "quoted"', *line, "-p", "=1+1", "--no-billable")
    shop.ok("add", "[bold]x[/bold] ✓", *line)
    shop.ok("add", "same", *line)
    shop.ok("add", "same", *line)
    return shop


@pytest.mark.parametrize("output", ["jsonl", "csv"])
def test_a_history_comes_back_as_it_was(
    history: Console, new_console: Callable[[str], Console], output: str
) -> None:
    """In a fresh workspace, twins, formulas and quotes; once more into it or back adds nothing."""
    other = local(new_console("other"))
    text = history.ok("export", "-o", output).out
    assert other.ok("import", "-", stdin=text).out == "6 entries added, 0 there already.\n"
    expected = told(history)
    if output == "csv":
        for entry in expected:
            entry["project"] = entry["project"] and [*entry["project"][:2], "#03A9F4"]
    assert sorted(told(other), key=json.dumps) == sorted(expected, key=json.dumps)
    for console in (other, history):
        again = console.ok("import", "-", stdin=text)
        assert again.out == "0 entries added, 6 there already.\n"


def test_json_lines_keep_breaks_colours_and_custom_fields(
    history: Console, new_console: Callable[[str], Console]
) -> None:
    """A custom field that is not there is said, one of that name is filled in."""
    history.ok("add", "noon", "--for", "30m", "--break", "--field", "Ticket=T1", "-p", "Beta/Site")
    text = history.ok("export", "-d", "noon").out
    without, other = local(new_console("without")), local(new_console("other"))
    other.ok("fields", "add", "Ticket")
    result = without.ok("import", "-", stdin=text)
    assert "There is no custom field 'Ticket': values left out: 1.\n" in result.err
    other.ok("import", "-", stdin=text)
    (entry,) = told(other)
    assert entry["project"] == ["Site", "Beta", "#FF0000"]
    assert (entry["type"], entry["fields"]) == ("BREAK", [("Ticket", "T1")])


def test_the_backup_of_purge_is_imported(day: Console) -> None:
    """What was deleted is back, with its tags."""
    before = told(day)[1:]
    day.ok("purge", "today", "-p", "Site", "--yes-delete", "2")
    (backup,) = (Path(day.env["CLOCKTOOL_DATA"]) / "purged").glob("*")
    assert day.ok("import", str(backup)).out == "2 entries added, 0 there already.\n"
    assert told(day)[1:] == before


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
        (("bob", "bob"), 2, "All rows are of 'bob': they become yours.\n"),
    ],
)
def test_rows_of_one_user_become_ones_own(
    run: Console, users: tuple[str, ...], added: int, note: str
) -> None:
    """Of oneself, or all of somebody else."""
    result = run.ok("import", "-", stdin=rows_of(*users))
    assert result == (0, f"{added} entries added, 0 there already.\n", f"Read as csv.\n{note}")


def test_of_several_users_one_is_chosen(run: Console) -> None:
    """Exit 2 with the users; --user says whose rows become one's own."""
    assert run("import", "-", stdin=rows_of("ada", "bob")) == (
        2,
        "",
        (
            "Read as csv.\n"
            "error: the rows are of several users: 'ada', 'bob'\n"
            "hint: say whose rows become yours: --user NAME\n"
        ),
    )
    assert run("import", "-", "--user", "eve", stdin=rows_of("ada", "bob")).err.endswith(
        "error: no row is of 'eve'\nhint: there are 'ada', 'bob'\n"
    )
    result = run.ok("import", "-", "--user", "bob", stdin=rows_of("ada", "bob"))
    assert result.out == "1 entry added, 0 there already.\n"
    assert result.err == "Read as csv.\nLeft out as they are not of 'bob': 1.\n"


def test_names_that_may_be_several_are_named_by_line(shop: Console) -> None:
    """Where the file does not know clients a name of twins is nobody's."""
    shop.ok("clients", "add", "Beta")
    shop.ok("projects", "add", "Site", "--client", "Beta")
    result = shop("import", "-", stdin='[[1700000000, 1700003600, "Ops"],\n[1, 2, "Site"]]')
    assert (result.code, result.out) == (4, "")
    assert result.err == (
        "Read as watson.\n"
        "line 2: project 'Site' may be any of these: project 'ACME/Site', project 'Beta/Site'\n"
        "error: names of the file cannot be used; nothing was written\n"
        "hint: make them active, or say which is meant: rename one, or leave these rows out\n"
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
        "error: 2 of 4 rows are against the workspace's rules; nothing was written\n"
        "hint: change these rows, or ask whoever owns the workspace\n"
    )
    assert shop.ok("export").out == ""


def test_a_name_is_never_a_part_of_another(shop: Console) -> None:
    """'Op' is a project of its own, not the start of Ops; 'ops' is Ops."""
    shop.ok(
        "import", "-", stdin='[[1700000000, 1700003600, "Op"],\n[1700000001, 1700003601, "ops"]]'
    )
    assert [each["project"][0] for each in told(shop)] == ["Ops", "Op"]


@pytest.mark.parametrize("name", WORLDS)
def test_everywhere_it_is_the_same(name: str, new_console: Callable[[str], Console]) -> None:
    """On a server names are created when that is asked for; what comes out is what went in."""
    console = new_console(name)
    with world(name, console) as there:
        fill(there.behind)
        if name != "local":
            result = console("import", "-", stdin=ROWS)
            assert (result.code, result.out) == (4, "")
            assert result.err == (
                "Read as csv.\n"
                "error: not there: client 'Beta' (line 3), project 'Beta/Site' (line 3),"
                " tag 'a, b' (line 3)\n"
                "hint: --create-missing creates them\n"
            )
        result = console.ok("import", "-", "--create-missing", stdin=ROWS)
        assert result.out == "3 entries added, 0 there already.\n"
        assert [each["tags"] for each in told(console)] == [[], ["a, b", "dev"], ["dev"]]
        again = console.ok("import", "-", stdin=ROWS)
        assert again.out == "0 entries added, 3 there already.\n"


@pytest.mark.parametrize("name", ["guide", "service"])
def test_a_local_history_moves_to_a_new_account(
    history: Console, name: str, new_console: Callable[[str], Console]
) -> None:
    """Export there, import here; all of it arrives."""
    console = new_console("account")
    with world(name, console):
        text = history.ok("export").out
        result = console.ok("import", "-", "--create-missing", stdin=text)
        assert result.out == "6 entries added, 0 there already.\n"
        assert sorted(told(console), key=json.dumps) == sorted(told(history), key=json.dumps)


@pytest.fixture(params=ROUTES)
def there(request: pytest.FixtureRequest, new_console: Callable[[str], Console]) -> Iterator[Place]:
    """A server of each route set that does as it is told."""
    with place(str(request.param), new_console("told")) as made:
        yield made


MANY = HEADER + "".join(
    f"2026-11-23T09:00:{second:02}Z,2026-11-23T10:00:00Z,work,Site,ACME,,,,\n"
    for second in range(60)
)


@pytest.mark.parametrize("how", ["refused", "failed", "lost", "Ctrl-C"])
def test_what_ended_halfway_is_finished_by_a_second_run(there: Place, how: str) -> None:
    """Nothing is missing then, and nothing there twice."""
    count = 0

    def fail(request: Request) -> Any:
        nonlocal count
        count += request.method == "POST"
        if request.method != "POST" or count != 30:
            return None
        if how == "Ctrl-C":
            interrupt()
            return None
        if how == "refused":
            return says(401, 1000, "Key is gone")
        if how == "failed":
            return says(500, 1, "Sorry")
        there.world.behind.send(request)  # it arrives, and its answer does not
        return says(504, 1, "Gone")

    there.before = fail
    result = there.console("import", "-", stdin=MANY)
    assert result.out != ""
    there.before = lambda _: None
    there.console.later(3600)
    there.console.ok("import", "-", stdin=MANY)
    starts = there.sql("SELECT start_at, count(*) FROM entries GROUP BY start_at")
    assert [times for _, times in starts] == [1] * 60


def test_what_waits_in_the_journal_is_there_already(there: Place) -> None:
    """A server that lets nothing in for now: a second run keeps nothing twice."""
    there.before = lambda request: says(500, 1, "Sorry") if request.method == "POST" else None
    first = there.console.ok("import", "-", stdin=MANY)
    assert "60 changes kept" in first.err
    again = there.console.ok("import", "-", stdin=MANY)
    assert again.out == "0 entries added, 60 there already.\n"
    there.before = lambda _: None
    there.console.later(3600).ok("sync")
    assert there.sql("SELECT count(*) FROM entries") == [(60,)]


def test_a_refused_entry_is_named_by_its_line(there: Place) -> None:
    """The others are written."""
    there.before = lambda request: (
        says(400, 501, "Month is closed")
        if isinstance(request.body, dict) and request.body.get("start") == "2026-11-23T09:00:07Z"
        else None
    )
    result = there.console("import", "-", stdin=MANY)
    assert (result.code, result.out) == (5, "59 entries added, 0 there already.\n")
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


def test_standard_input_may_be_anything(run: Console) -> None:
    """Half a surrogate pair is no UTF-8."""
    result = run("import", "-", "--from", "jsonl", stdin='{"id": "\udc80"}\n')
    assert result.code == 2
    assert result.err.startswith("line 1: it is")


def test_help_shows_the_formats(run: Console) -> None:
    """What --from takes is what is read."""
    assert "jsonl|csv|toggl|timewarrior|watson" in run.ok("import", "--help").out


def limited(seconds: int) -> Any:
    """Return the answer of a service that takes no more requests for so long."""
    return 429, {"Retry-After": str(seconds)}, {"message": "Too many requests", "code": 429}


def test_what_waits_to_be_deleted_is_not_there(there: Place) -> None:
    """A backup is restored in full, also while the purge before it is still to be sent."""
    there.console.ok("import", "-", stdin=MANY)
    text = there.console.ok("export").out
    there.before = lambda request: limited(3000) if request.method == "DELETE" else None
    there.console.ok("delete", "last", "last~1", "-y")
    result = there.console.ok("import", "-", stdin=text)
    assert result.out == "0 entries added, 2 kept to be sent later, 58 there already.\n"
    there.before = lambda _: None
    there.console.later(3600).ok("sync")
    assert there.sql("SELECT count(*) FROM entries") == [(60,)]


def test_what_waits_for_another_workspace_is_not_there(there: Place) -> None:
    """It is of that one alone."""
    row = HEADER + "2026-11-23T09:00:00Z,2026-11-23T10:00:00Z,work,,,,,,\n"
    there.world.ask("POST", "/workspaces", {"name": "Side"})
    there.before = lambda request: limited(3000) if request.method == "POST" else None
    there.console.ok("import", "-", stdin=row)
    result = there.console.ok("-w", "Side", "import", "-", stdin=row)
    assert result.out == "0 entries added, 1 kept to be sent later, 0 there already.\n"
    there.before = lambda _: None
    there.console.later(3600).ok("sync")
    assert there.sql("SELECT count(*) FROM entries") == [(2,)]


def test_two_at_once_are_one_after_the_other(run: Console) -> None:
    """The second waits for the first, and adds nothing where it takes too long."""
    run.ok("add", "x", "--for", "5m")
    turn = Turn(run.home / "data" / "journal" / "local.turn")
    assert turn.take(0)
    with closing_turn(turn), pytest.MonkeyPatch.context() as patch:
        patch.setattr("clocktool.journal.journal.TURN_SECONDS", 0.01)
        result = run("import", "-", stdin=ROWS)
    assert (result.code, result.out) == (8, "")
    assert result.err.splitlines()[1:] == [
        "error: another clocktool is sending; nothing was written",
        "hint: try again when it is done",
    ]
    assert run.ok("import", "-", stdin=ROWS).out == "3 entries added, 0 there already.\n"


@contextmanager
def closing_turn(turn: Turn) -> Iterator[None]:
    """Give the turn at the end."""
    try:
        yield
    finally:
        turn.give()


def test_of_rows_alike_the_one_with_other_tags_is_new(run: Console) -> None:
    """Start, end, description and project are the same: tags, task and billable tell them apart."""
    first, second = (
        f"2026-11-23T09:00:00Z,2026-11-23T10:00:00Z,work,Site,,,{tag},,\n" for tag in "ab"
    )
    run.ok("import", "-", stdin=HEADER + second)
    result = run.ok("import", "-", stdin=HEADER + first + second)
    assert result.out == "1 entry added, 1 there already.\n"
    assert sorted(each["tags"] for each in told(run)) == [["a"], ["b"]]
    run.ok("import", "-", stdin=HEADER + first + second)
    assert len(told(run)) == 2


def test_names_that_are_out_of_use_stop_only_what_is_new(shop: Console) -> None:
    """What is there already is no reason to refuse a file, whatever became of its project."""
    row = "2026-11-2{}T09:00:00Z,2026-11-2{}T10:00:00Z,work,Ops,,,,,\n"
    old, new = (row.format(day, day) for day in (1, 2))
    shop.ok("import", "-", stdin=HEADER + old)
    put(shop, "/projects/" + id_of(shop, "projects", "Ops"), {"archived": True})
    shop.ok("workspaces", "set", "lock-before", "2026-11-22")
    assert shop.ok("import", "-", stdin=HEADER + old).out == "0 entries added, 1 there already.\n"
    result = shop("import", "-", stdin=HEADER + old + new)
    assert (result.code, result.out) == (4, "")
    assert result.err.splitlines()[1:3] == [
        "line 3: project 'Ops' is archived",
        "error: names of the file cannot be used; nothing was written",
    ]


def id_of(console: Console, noun: str, name: str) -> str:
    """Return the id of a thing by its name."""
    return next(str(it["id"]) for it in console.ok(noun, "-o", "json").json if it["name"] == name)


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
    assert result.err.splitlines()[0] == "line 1: custom field 'Count' does not take its value"
    put(run, "/custom-fields", {"name": "Case", "type": "TXT", "required": True}, "POST")
    result = run("import", "-", stdin=ROWS)
    assert (result.code, result.out) == (5, "")
    assert result.err.splitlines()[1] == "line 2: it needs a value of custom field 'Case'"


def test_the_service_takes_no_angle_brackets(there: Place) -> None:
    """Checked before the first is written, where the service is what is spoken to."""
    row = HEADER + "2026-11-23T09:00:00Z,2026-11-23T10:00:00Z,a -> b,,,,,,\n"
    result = there.console("import", "-", stdin=row)
    if there.world.name == "guide":
        assert result.code == 0
    else:
        assert (result.code, there.writes()) == (5, [])
        assert result.err.splitlines()[1] == "line 2: a description may not have >"


def test_no_manual_entries_ends_it_at_once(there: Place) -> None:
    """It is about all of them: not one refusal a row."""
    there.before = lambda request: (
        says(403, 4030, "Manual mode disabled") if request.method == "POST" else None
    )
    result = there.console("import", "-", stdin=MANY)
    assert (result.code, result.out) == (5, "0 entries added, 0 there already.\n")
    assert len(there.writes()) <= 4
    assert "takes no manual entries" in result.err


def test_names_are_created_at_the_pace_of_the_service(there: Place) -> None:
    """A limit of seconds is waited for; one of an hour ends it, and the next run goes on."""
    rows = HEADER + "".join(
        f"2026-11-23T09:00:{n:02}Z,2026-11-23T10:00:00Z,work,P{n},,T,,,\n" for n in range(6)
    )
    answers = iter([limited(2), None, None, None, None])
    there.before = lambda request: (
        next(answers, limited(3000)) if request.method == "POST" else None
    )
    result = there.console("import", "-", "--create-missing", stdin=rows)
    assert (result.code, result.out) == (7, "")
    lines = result.err.splitlines()
    assert lines[1] == "the service asks to wait 2 s"
    assert lines[2].startswith("Created project 'P0', project 'P1', task 'T' of project 'P0'")
    assert lines[-1] == "hint: do it again: it goes on where it ended"
    there.before = lambda _: None
    there.console.later(3600).ok("import", "-", "--create-missing", stdin=rows)
    assert there.sql("SELECT count(*) FROM entries") == [(6,)]
    assert there.sql("SELECT count(*) FROM tasks WHERE name = 'T'") == [(6,)]


def test_lists_of_tasks_are_not_asked_for_again_and_again(there: Place) -> None:
    """A quota of thirty an hour would be spent on them, run after run."""
    rows = HEADER + "2026-11-23T09:00:00Z,2026-11-23T10:00:00Z,work,Site,ACME,Login,,,\n"
    there.console.ok("import", "-", stdin=rows)
    there.sent.clear()
    there.console.ok("import", "-", stdin=rows)
    assert [each for each in there.sent if each.path.endswith("/tasks")] == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_file_that_powershell_wrote(run: Console, encoding: str) -> None:
    """UTF-16 with a mark, and UTF-8 with one."""
    path = run.home / "rows.csv"
    path.write_bytes(ROWS.replace("\n", "\r\n").encode(encoding))
    assert run.ok("import", str(path)).out == "3 entries added, 0 there already.\n"


def test_the_array_of_list_is_imported_too(
    day: Console, new_console: Callable[[str], Console]
) -> None:
    """'list -o json' is as good as 'export'."""
    other = local(new_console("other"))
    result = other.ok("import", "-", stdin=day.ok("list", "-o", "json").out)
    assert "Read as jsonl.\n" in result.err
    assert result.out == "2 entries added, 0 there already.\n"


def test_marks_that_csv_cannot_hold_are_no_other_name(run: Console) -> None:
    """A project with a mark of direction in its name is the same after a trip through CSV."""
    run.ok("projects", "add", "x\u200ey")
    run.ok("add", "a\u200fb", "--for", "5m", "-p", "x\u200ey")
    text = run.ok("export", "-o", "csv").out
    assert run.ok("import", "-", stdin=text).out == "0 entries added, 1 there already.\n"


def test_rows_of_one_user_and_of_nobody_are_all_ones_own(run: Console) -> None:
    """One name alone is in the file: there is nobody else to be meant."""
    row = "2026-11-23T0{}:00:00Z,2026-11-23T10:00:00Z,work,,,,,,{}\n"
    result = run.ok("import", "-", stdin=HEADER + row.format(8, "zoe") + row.format(9, ""))
    assert result.out == "2 entries added, 0 there already.\n"
    assert "All rows are of 'zoe' or of nobody: they become yours.\n" in result.err


def test_of_many_local_rows_a_refused_one_stops_no_other(
    run: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are written together, and a refused one stands alone in the end: it is named by line."""
    seen = LocalWorkspace.send

    def refuse(self: LocalWorkspace, request: Request) -> Any:
        body = request.body
        if isinstance(body, dict) and body.get("start") == "2026-11-23T09:00:07Z":
            return Reply(400, {}, b'{"message": "Month is closed", "code": 501}')
        return seen(self, request)

    monkeypatch.setattr(LocalWorkspace, "send", refuse)
    result = run("import", "-", stdin=MANY)
    assert (result.code, result.out) == (5, "59 entries added, 0 there already.\n")
    assert "line 9\nerror: 59 of 60 entries done, 1 failed: " in result.err
    monkeypatch.undo()
    assert run.ok("import", "-", stdin=MANY).out == "1 entry added, 59 there already.\n"
    run.ok("undo", "-y")
    assert len(told(run)) == 59


def test_names_that_differ_in_blanks_and_capitals_are_one(run: Console) -> None:
    """They are created once, and a second run finds them."""
    rows = HEADER + "".join(
        f"2026-11-23T0{hour}:00:00Z,2026-11-23T10:00:00Z,work,{name},,,My{blanks}Tag,,\n"
        for hour, name, blanks in ((7, "Foo Bar", " "), (8, "Foo  Bar", "  "), (9, "foo bar", " "))
    )
    result = run.ok("import", "-", stdin=rows)
    assert "Created project 'Foo Bar', tag 'My Tag'.\n" in result.err
    assert run.ok("import", "-", stdin=rows).out == "0 entries added, 3 there already.\n"


TEXTS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn"]), max_size=8
).map(str.strip) | st.sampled_from(["=1+1", "'=x", "a, b", 'a "b"', "-", "漢字", "[red]x[/]"])
NAMES = st.sampled_from(["Site", "site", "Ops", "=1+1", "a, b", "ACME"]) | TEXTS.filter(bool)


def object_of(
    at: tuple[int, int], text: str, filed: tuple[str, str, str], tags: list[str], kind: str
) -> str:
    """Return an entry as a line of JSON, with nothing but what an export tells."""
    start, length = at
    project, client, task = filed
    return json.dumps(
        {
            "id": f"{start:024x}",
            "description": text,
            "timeInterval": {
                "start": format_iso(Instant(start)),
                "end": format_iso(Instant(start + length)),
            },
            "project": {"id": "p", "name": project, "clientName": client} if project else None,
            "task": {"id": "t", "name": task} if project and task else None,
            "tags": [{"id": "g", "name": tag} for tag in tags],
            "billable": length % 2 == 0,
            "type": kind,
        }
    )


LINES = st.builds(
    object_of,
    st.tuples(st.integers(10**9, 2 * 10**9), st.integers(0, 10**6)),
    TEXTS,
    st.tuples(st.just("") | NAMES, st.just("") | NAMES, st.just("") | NAMES),
    st.lists(NAMES, max_size=3),
    st.sampled_from(["REGULAR", "BREAK"]),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=st.lists(LINES, min_size=1, max_size=5))
def test_any_history_comes_back_by_either_format(
    lines: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Into one workspace, out of it, into another: all is there, and once more adds nothing."""
    home = tmp_path_factory.mktemp("round")
    first = local_console(home / "first")
    first.ok("import", "-", "--from", "jsonl", stdin="\n".join(lines))
    assert len(told(first)) == len(lines)
    for output in ("jsonl", "csv"):
        other = local_console(home / output)
        text = first.ok("export", "-o", output).out
        other.ok("import", "-", stdin=text)
        assert comparable(told(other), output) == comparable(told(first), output)
        again = other.ok("import", "-", stdin=text).out
        assert again == f"0 entries added, {len(lines)} there already.\n"
        assert other.ok("list", "2001-01-01..2034-01-01", "--total").out == (
            first.ok("list", "2001-01-01..2034-01-01", "--total").out
        )


def comparable(entries: list[dict[str, Any]], output: str) -> list[str]:
    """Return entries in an order of their own; CSV tells no colours and no breaks."""
    if output == "csv":
        for entry in entries:
            del entry["type"]
            entry["project"] = entry["project"] and entry["project"][:2]
    return sorted(map(json.dumps, entries))


@pytest.mark.parametrize(("count", "named"), [(4, "line 2, 3, 4, 5"), (12, " 10, 11 and 2 more")])
def test_rows_that_fail_for_one_reason_are_named_in_a_line(
    there: Place, count: int, named: str
) -> None:
    """The first ten of them; the reason is said once, behind the count."""
    row = "2026-10-{0:02}T08:00:00Z,2026-10-{0:02}T09:00:00Z,x{0},,,,,,\n"
    there.before = lambda it: says(400, 501, "No") if it.method == "POST" else None
    rows = "".join(map(row.format, range(1, count + 1)))
    result = there.console("import", "-", stdin=HEADER + rows)
    assert (result.code, result.out) == (5, "0 entries added, 0 there already.\n")
    failed = f"error: 0 of {count} entries done, {count} failed: refused by a rule: No\n"
    assert f"{named}\n{failed}" in result.err
