"""``merge`` at the front door: the question, the formats, and a network that fails."""

import pytest

from clocktool.backends.base import Reply, Request
from tests.conftest import Console
from tests.contract.worlds import ME, W
from tests.guide_server import Answer
from tests.outbox import places
from tests.outbox.places import GONE, Place
from tests.tracking import servers

PLAN = "  Site · ACME  2 entries  2h 45m\n"
DONE = "2 of 2 entries moved\n~ Archived project Site\n"


def test_a_terminal_is_asked(day: Console) -> None:
    """A no changes nothing, a yes merges."""
    question = "Merge the project 'Site' into 'Ops'? [y/N] "
    line = ("projects", "merge", "Site", "Ops")
    assert day(*line, asks=True, stdin="n\n") == (1, PLAN, f"{question}Nothing was changed\n")
    assert day(*line, asks=True, stdin="y\n") == (0, PLAN + DONE, question)


def test_several_sources_are_one_question(day: Console) -> None:
    """Each has a line in the plan, also one without entries."""
    day.ok("projects", "add", "Old", "-q")
    result = day("projects", "merge", "Site", "Old", "Ops", asks=True, stdin="y\n")
    assert result == (
        0,
        (
            "  Site · ACME  2 entries  2h 45m\n  Old          0 entries      0m\n"
            "2 of 2 entries moved\n~ Archived project Site\n~ Archived project Old\n"
        ),
        "Merge 2 projects into 'Ops'? [y/N] ",
    )


def test_objects_are_the_sources_as_they_are_then(day: Console) -> None:
    """The plan is on standard error."""
    result = day.ok("tags", "merge", "dev", "urgent", "-y", "-o", "json")
    assert [(each["name"], each["archived"]) for each in result.json] == [("dev", True)]
    assert result.err == "  dev  1 entry  1h 30m\n"
    dry = day.ok("tags", "merge", "dev", "urgent", "--dry-run", "-o", "json")
    assert dry.json == []


def test_a_running_timer_moves_and_goes_on(day: Console) -> None:
    """It has the other project then."""
    day.ok("projects", "merge", "Ops", "Site", "-y", "-q")
    assert day.ok("running").out.startswith("● 12:30  1h 00m  Deploy  Site · ACME")


def test_without_a_network_nothing_is_counted(place: Place) -> None:
    """Exit code 6, and nothing is kept."""
    place.run.ok("projects", "-q")
    place.line.cut()
    result = place.run("projects", "merge", "Site", "Ops", "-y")
    assert (result.code, result.out) == (6, "")
    assert GONE in result.err
    assert place.run.ok("pending", "-o", "json").json == []


@pytest.fixture
def shared(place: Place) -> Place:
    """Two entries on Site, one with a task, both on the server."""
    for line in (
        ("add", "one", "--from", "8", "--for", "1h", "-p", "Site", "-t", "Login"),
        ("add", "two", "--from", "9", "--for", "1h", "-p", "Site"),
    ):
        place.run.ok(*line, "-q")
    return place


def filed(place: Place) -> list[str]:
    """Return the project and the task of each entry, and what is archived."""
    shown = place.run.ok("list", "--template", "{description} {project} {task}").out.splitlines()
    projects = place.run.ok("projects", "--all", "-o", "json").json
    return [*shown, *(each["name"] for each in projects if each["archived"])]


MERGED = ["one Ops Login", "two Ops ", "Site"]
APART = ["one Site Login", "two Site "]


@pytest.mark.parametrize("step", range(4))
def test_a_lost_answer_in_the_middle_is_found_again(shared: Place, step: int) -> None:
    """Whatever write loses its answer: all of it is shown at once, and is sent once."""
    writes = 0

    def lose(request: Request) -> Reply | None:
        nonlocal writes
        writes += request.method != "GET"
        if request.method != "GET" and writes == step + 1:
            raise places.late()
        return None

    shared.line.after = lose
    result = shared.run("projects", "merge", "Site", "Ops", "-y")
    assert result.code == 0
    assert places.LATE in result.err
    shared.line.mend()
    shared.run.ok("sync")
    assert filed(shared) == MERGED
    assert shared.run.ok("pending", "-o", "json").json == []
    tasks = shared.run.ok("tasks", "-p", "Ops", "-o", "json").json
    assert [each["name"] for each in tasks] == ["Login"]
    shared.run.ok("undo")
    assert filed(shared) == APART
    shared.run.ok("redo")
    assert filed(shared) == MERGED


def test_what_waits_is_shown_as_done(shared: Place) -> None:
    """The network fails after the plan: the entries show the project that they will have."""
    shared.line.cut(writes_only=True)
    result = shared.run("projects", "merge", "Site", "Ops", "-y")
    assert (result.code, result.out.splitlines()[-1]) == (0, "~ Archived project Site")
    shown = shared.run("list").out.splitlines()[1:3]
    assert [" ".join(line.split()) for line in shown] == [
        "~ 000a 08:00–09:00 1h 00m Ops: Login one $",
        "~ 000b 09:00–10:00 1h 00m Ops two $",
    ]
    shared.line.mend()
    shared.run.ok("undo")
    assert filed(shared) == APART
    writes = [each for each in shared.requests if not each.startswith("GET ")]
    assert writes == ["POST time-entries"] * 2


def test_a_plain_member_merges_nothing_of_others(shared: Place) -> None:
    """A note names what is not counted, and who may archive."""
    shared.server.is_member = True  # type: ignore[attr-defined]
    result = shared.run("tags", "merge", "dev", "urgent", "--dry-run")
    assert result == (
        0,
        "  dev  0 entries  0m\n",
        (
            "Only your entries are counted and moved: this account can't list users.\n"
            "Dry run: nothing was changed.\n"
        ),
    )


def test_a_member_who_can_not_archive_is_told_what_moved(shared: Place) -> None:
    """The entries have moved, and one undo moves them back."""
    shared.run.ok("tasks", "add", "Login", "-p", "Ops", "-q")
    shared.server.is_member = True  # type: ignore[attr-defined]
    result = shared.run("projects", "merge", "Site", "Ops", "-y")
    assert result.code == 5
    error = result.err.splitlines()[-2]
    assert error.startswith("error: 2 of 2 entries moved, nothing archived: ")
    template = ("list", "--template", "{description} {project} {task}")
    assert shared.run.ok(*template).out.splitlines() == MERGED[:2]
    shared.run.ok("undo")
    assert shared.run.ok(*template).out.splitlines() == APART


def test_the_body_of_each_request(there: servers.Place) -> None:
    """One request for all entries on the service; on the guide, one for each task."""
    ids, shop = there.add(3), there.shop
    there.sql("UPDATE entries SET task = NULL WHERE id = ?", ids[2])
    target = there.world.ask("POST", f"{W}/projects/{shop.ops}/tasks", {"name": "LOGIN"})["id"]
    there.console.ok("projects", "merge", "Site", "Ops", "-y")
    *moves, archive = there.writes()
    assert (archive.method, archive.path) == ("PUT", f"{W}/projects/{shop.site}")
    assert isinstance(archive.body, dict)
    assert (archive.body["archived"], archive.body["clientId"]) == (True, shop.acme)
    if there.routes == "service":
        (move,) = moves
        assert isinstance(move.body, list)
        assert [(each["id"], each["projectId"], each.get("taskId")) for each in move.body] == [
            (ids[0], shop.ops, target),
            (ids[1], shop.ops, target),
            (ids[2], shop.ops, None),
        ]
        assert [each["customFields"][0]["value"] for each in move.body] == ["CF-0", "CF-1", "CF-2"]
        return
    project = {"op": "CHANGE-PROJECT", "value": shop.ops}
    task = {"op": "CHANGE-TASK", "value": target}
    assert [each.body for each in moves] == [
        {"timeEntryIds": ids[:2], "operations": [project, task]},
        {"timeEntryIds": ids[2:], "operations": [project]},
    ]


def test_one_that_is_refused_keeps_its_project_in_use(there: servers.Place) -> None:
    """The others move; the refused one is named, and the project is not archived."""
    ids = there.add(4)
    there.sql("UPDATE entries SET task = NULL")

    def locked(request: Request) -> Answer | None:
        if request.method == "PUT" and ids[2] in servers.ids_of(request):
            return servers.says(403, 1003, "Time entry is locked")
        return None

    there.before = locked
    result = there.console("projects", "merge", "Site", "Ops", "-y")
    assert (result.code, result.out.splitlines()[-1]) == (5, "3 of 4 entries moved")
    assert "The project 'Site' was not archived: it has 1 entry left.\n" in result.err
    assert all("/projects/" not in each.path for each in there.writes())


def test_nothing_is_archived_while_an_entry_waits_for_a_decision(shared: Place) -> None:
    """An entry that was changed elsewhere meanwhile is a conflict; the rest follows it."""
    shared.run.ok("tasks", "add", "Login", "-p", "Ops", "-q")
    shared.line.cut(writes_only=True)
    shared.run.ok("projects", "merge", "Site", "Ops", "-y")
    shared.line.mend()
    *_, one = shared.ask("GET", f"/user/{ME}/time-entries")
    times = {name: one["timeInterval"][name] for name in ("start", "end")}
    shared.ask("PUT", f"/time-entries/{one['id']}", {**times, "description": "theirs"})
    shared.run.ok("sync", "-q")
    waits = [
        (each["state"], each["change"]) for each in shared.run.ok("pending", "-o", "json").json
    ]
    assert waits[0] == ("conflict", "edit 'one' 08:00")
    assert waits[-1] == ("waiting", "archive project 'Site'")
    assert not shared.ask("GET", f"/projects/{shared.shop.site}")["archived"]
    (number,) = [each["id"] for each in shared.run.ok("pending", "-o", "json").json][:1]
    shared.run.ok("pending", "keep", "mine", number)
    shared.run.ok("sync")
    assert shared.run.ok("pending", "-o", "json").json == []
    assert filed(shared) == MERGED


def test_a_merge_that_changes_nothing_more_is_no_step_of_undo(shared: Place) -> None:
    """The source is archived already, and nothing of it moves: no request but reads."""
    shared.run.ok("projects", "merge", "Site", "Ops", "-y")
    before = shared.run.ok("undo", "--list", "-o", "json").json
    shared.line.tried.clear()
    result = shared.run.ok("projects", "merge", "Site", "Ops", "-y")
    assert (result.out, result.err) == (
        "  Site · ACME  0 entries  0m\n",
        "The project 'Site' was archived before, and is empty.\n",
    )
    assert all(each.startswith("GET ") for each in shared.line.tried)
    assert shared.run.ok("undo", "--list", "-o", "json").json == before
