"""``merge`` of projects, clients, tags and tasks, by the same command lines in each world."""

import contextlib
import sqlite3

import pytest

from tests.conftest import Console
from tests.contract.worlds import World, fill

pytestmark = pytest.mark.slow

NAMES = (
    ("projects", "--all"),
    ("tasks", "-p", "/Ops", "--all"),
    ("tasks", "-p", "Site", "--all"),
    ("tags", "--all"),
    ("clients", "--all"),
)


def state(run: Console) -> list[str]:
    """Return all names with their fields, without their ids, and what each entry uses."""
    found = []
    for words in NAMES:
        for each in run.ok(*words, "-o", "json").json:
            del each["id"]
            found.append(" ".join(map(str, each.values())))
    template = "{id} {description} {client}/{project} {task} {tags} {billable}"
    return [*found, *run.ok("list", "2026", "--template", template).out.splitlines()]


@pytest.fixture
def filled(place: World) -> World:
    """The world with something in it."""
    fill(place.behind)
    return place


@pytest.fixture
def used(filled: World) -> World:
    """The names of the world with entries; a done task, and one that both projects have."""
    run = filled.console
    for line in (
        ("tasks", "add", "Review", "-p", "Site", "--estimate", "20h"),
        ("tasks", "edit", "Review", "-p", "Site", "--rate", "90", "--billable"),
        ("tasks", "add", "Test", "-p", "Site"),
        ("tasks", "add", "login", "-p", "Ops"),
        ("add", "one", "--from", "8", "--for", "1h", "-p", "Site", "-t", "Login", "-T", "dev"),
        ("add", "two", "--from", "9", "--for", "30m", "-p", "Site", "-t", "Review"),
        ("add", "three", "--from", "10", "--for", "15m", "-p", "Site", "-T", "urgent"),
        ("add", "four", "--from", "11", "--for", "15m", "-p", "Ops", "-T", "dev", "-T", "urgent"),
        ("tasks", "done", "Review", "-p", "Site"),
    ):
        run.ok(*line, "-q")
    return filled


PROJECTS = """
$ projects merge Site Ops --dry-run
  Site · ACME  3 entries  1h 45m
  task Login is merged into Ops
  task Review moves into Ops
? Dry run: nothing was changed.
$ projects merge Site Ops
  Site · ACME  3 entries  1h 45m
  task Login is merged into Ops
  task Review moves into Ops
? error: confirmation required: Merge the project 'Site' into 'Ops'?
? hint: add --yes
! 2
$ projects merge Site Ops -y
  Site · ACME  3 entries  1h 45m
  task Login is merged into Ops
  task Review moves into Ops
3 of 3 entries moved
~ Archived project Site
"""


def test_projects_are_merged_with_their_tasks(used: World) -> None:
    """A task of the same name takes the entries; any other is copied, as done as it was."""
    run = used.console
    before = state(run)
    used.play(PROJECTS)
    assert run.ok("list", "--template", "{description}|{project}|{task}|{tags}").out == (
        "one|Ops|login|dev\ntwo|Ops|Review|\nthree|Ops||urgent\nfour|Ops||dev, urgent\n"
    )
    found = run.ok("tasks", "-p", "Ops", "--all", "-o", "json").json
    assert {each["name"]: each["status"] for each in found} == {
        "login": "ACTIVE",
        "Review": "DONE",
    }
    after = state(run)
    assert run("undo").code == 0
    assert state(run) == before
    run.ok("redo")
    assert state(run) == after
    run.ok("undo")
    assert state(run) == before


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            ("tags", "merge", "dev", "urgent"),
            "  dev  2 entries  1h 15m\n2 of 2 entries moved\n~ Archived tag dev\n",
        ),
        (
            ("tasks", "merge", "Login", "Review", "Test", "-p", "Site"),
            (
                "  Login   1 entry  1h 00m\n  Review  1 entry     30m\n2 of 2 entries moved\n"
                "~ Finished task Login\n~ Finished task Review\n"
            ),
        ),
        (
            ("clients", "merge", "ACME", "Globex"),
            "  ACME  1 project, 3 entries  1h 45m\n1 project moved\n~ Archived client ACME\n",
        ),
    ],
)
def test_others_are_merged_and_taken_back(used: World, line: tuple[str, ...], shown: str) -> None:
    """Undo gives back entries, projects and what is archived; redo does all of it again."""
    run = used.console
    run.ok("clients", "add", "Globex")
    before = state(run)
    assert run(*line, "-y") == (0, shown, "")
    run.ok("undo")
    assert state(run) == before
    run.ok("redo")
    assert state(run) != before
    run.ok("undo")
    assert state(run) == before


def test_an_entry_has_a_tag_once(used: World) -> None:
    """An entry with both tags keeps one of them."""
    used.console.ok("tags", "merge", "dev", "urgent", "-y")
    assert used.console.ok("list", "--template", "{description} {tags}").out == (
        "one urgent\ntwo \nthree urgent\nfour urgent\n"
    )


def test_an_archived_source_is_merged_and_stays_archived(used: World) -> None:
    """Undo moves the entries back into it; restored it is only meanwhile."""
    run = used.console
    for noun, name, into in (("projects", "Site", "Ops"), ("tags", "dev", "urgent")):
        run.ok(noun, "archive", name)
        before = state(run)
        run.ok(noun, "merge", name, into, "-y")
        assert state(run) != before
        run.ok("undo")
        assert state(run) == before
        run.ok(noun, "restore", name)


def test_locked_entries_stay_and_so_does_their_source(used: World) -> None:
    """They are named, the others move, and the exit code is 0."""
    run = used.console
    run.at("2026-11-25 12:30")
    run.ok("add", "new", "--from", "8", "--for", "1h", "-p", "Site", "-q")
    used.set_rules(lockTimeEntries="2026-11-25T00:00:00Z")
    result = run("projects", "merge", "Site", "Ops", "-y")
    assert (result.code, result.out) == (0, "  Site · ACME  1 entry  1h 00m\n1 of 1 entry moved\n")
    first, *_, last = result.err.splitlines()
    assert first.startswith("locked, stays: ")
    assert last == "The project 'Site' was not archived: it has 3 entries left."
    assert run.ok("list", "--template", "{project}").out == "Ops\n"
    run.ok("undo")
    assert run.ok("list", "--template", "{project}").out == "Site\n"


REFUSED = """
$ projects merge Site /Ops Site
? error: the project 'Site' can't be merged into itself
? hint: the last name is the project that gets the entries
! 5
$ tags merge dev DEV urgent
? error: the tag 'dev' is named twice
? hint: name it once
! 5
$ clients merge ACME
? error: merge needs two names or more
? hint: name the ones to merge, then the one that stays
! 2
$ projects merge Site Nowhere
? error: no project 'Nowhere'
? hint: clocktool projects lists them, clocktool projects add creates one
! 4
"""


def test_what_can_not_be_merged_is_refused(filled: World) -> None:
    """Into itself, twice, a single name, a name that is not there: nothing is changed."""
    filled.play(REFUSED)
    if filled.server is not None:
        assert all(each.startswith("GET ") for each in filled.server.asked)


def test_two_projects_of_the_same_name_stop_a_merge_of_clients(filled: World) -> None:
    """Both are named, and nothing is moved."""
    run = filled.console
    run.ok("clients", "add", "Globex")
    run.ok("projects", "add", "site", "--client", "Globex", "-q")
    before = run.ok("projects", "-o", "json").json
    assert run("clients", "merge", "ACME", "Globex", "-y") == (
        5,
        "",
        (
            "error: the projects 'Site · ACME' and 'site · Globex' have the same name\n"
            "hint: rename one, or merge them first: clocktool projects merge FROM INTO\n"
        ),
    )
    assert run.ok("projects", "-o", "json").json == before


def test_a_target_that_is_archived_is_refused(filled: World) -> None:
    """By name and by id."""
    run = filled.console
    (ops,) = [each for each in run.ok("projects", "-o", "json").json if each["name"] == "Ops"]
    run.ok("projects", "archive", "Ops")
    for name in ("Ops", ops["id"]):
        result = run("projects", "merge", "Site", name, "-y")
        assert result.code == 4
        assert result.err.startswith("error: project 'Ops' is archived\n")


def test_everyone_whom_the_account_may_list_is_counted_and_moved(used: World) -> None:
    """Entries of others move, too."""
    run = used.console
    if used.name == "local":
        run.ok("users", "add", "Grace", "-q")
        run.ok("add", "hers", "--from", "7", "--for", "1h", "-p", "Site", "--user", "Grace", "-q")
    else:
        grace = used.ask("POST", "/workspaces/000000000000000000000002/users", {"name": "Grace"})
        body = {
            "start": "2026-11-24T06:00:00Z",
            "end": "2026-11-24T07:00:00Z",
            "projectId": "000000000000000000000004",
        }
        where = f"/workspaces/000000000000000000000002/user/{grace['id']}/time-entries"
        used.ask("POST", where, body)
    result = run.ok("projects", "merge", "Site", "Ops", "-y")
    assert result.out.splitlines()[0] == "  Site · ACME  4 entries  2h 45m"
    assert run.ok("list", "2026", "--user", "Grace", "--template", "{project}").out == "Ops\n"


def test_it_takes_the_requests_that_it_needs(used: World) -> None:
    """Names, members, lists, one request for all entries, and the archive."""
    if used.server is None:
        return
    run, server = used.console, used.server
    for noun in ("dev", "urgent"):
        run("list", "-T", noun)
    server.asked.clear()
    run.ok("tags", "merge", "dev", "urgent", "-y")
    where = "/v1/workspaces/000000000000000000000002/"
    asked = [each.replace(where, "").split("?")[0] for each in server.asked]
    tag, entries = "tags/000000000000000000000007", "user/000000000000000000000001/time-entries"
    if used.name == "guide":
        writes = [each for each in asked if not each.startswith("GET ")]
        assert writes == ["PUT time-entries/bulk-edit", f"PUT {tag}"]
        return
    assert asked == [
        f"GET {tag}",
        "GET users",
        f"GET {entries}",
        f"PUT {entries}",
        f"PUT {tag}",
    ]


def test_approved_entries_stay_and_the_rest_moves(used: World) -> None:
    """They are named; one undo moves back the rest, and the next merge finds the same."""
    run = used.console
    path = run.home / "server.sqlite3"
    if used.name == "local":
        path = run.home / "data" / "local.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE entries SET approval_id = 'f' WHERE description = 'two'")
    before = state(run)
    dry = run.ok("projects", "merge", "Site", "Ops", "--dry-run")
    result = run("projects", "merge", "Site", "Ops", "-y")
    assert (result.code, result.out.splitlines()) == (
        0,
        [
            "  Site · ACME  2 entries  1h 15m",
            "  task Login is merged into Ops",
            "2 of 2 entries moved",
        ],
    )
    assert dry.err.splitlines()[0] == result.err.splitlines()[0]
    first, *_, last = result.err.splitlines()
    assert first.startswith("approved, stays: 09:00–09:30  30m  two  Site")
    assert last == "The project 'Site' was not archived: it has 1 entry left."
    assert run.ok("list", "-p", "Site", "--template", "{description}").out == "two\n"
    run.ok("undo")
    assert state(run) == before
