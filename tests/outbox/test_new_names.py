"""Names that are created with an entry, on servers: exact requests, without a network, undone."""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Console
from tests.outbox.places import KEPT_LATE, Place, placed

ALL = ("-p", "New/Shop", "-t", "Fix", "-T", "rare", "--create")


@pytest.fixture(params=["guide", "service"])
def place(
    request: pytest.FixtureRequest,
    new_console: Callable[[str], Console],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Place]:
    """A console that has listed nothing yet, and a server."""
    with placed(new_console("home"), request.param, monkeypatch) as made:
        yield made


def written(place: Place) -> list[str]:
    """Return the requests that change something, and forget all."""
    found = [each for each in place.line.tried if not each.startswith("GET")]
    place.line.tried.clear()
    return found


def shown(place: Place) -> list[tuple[str, str, str]]:
    """Return description, project and task of what is listed."""
    return [
        (
            each["description"],
            (each["project"] or {}).get("name", ""),
            (each["task"] or {}).get("name", ""),
        )
        for each in place.run.ok("list", "-o", "json").json
    ]


def names(place: Place, noun: str) -> list[str]:
    """Return the names of a kind."""
    return [each["name"] for each in place.run.ok(noun, "-o", "json").json]


def test_each_name_is_one_request_before_the_entry(place: Place) -> None:
    """The client, its project, the task, the tag, then the timer."""
    before = {noun: names(place, noun) for noun in ("clients", "projects", "tags")}
    place.line.tried.clear()
    place.run.ok("start", "fix", *ALL)
    posts = [each.split("/")[-1] for each in written(place) if each.startswith("POST")]
    assert posts == ["clients", "projects", "tasks", "tags", "time-entries"]
    assert shown(place) == [("fix", "Shop", "Fix")]
    place.run.ok("undo")
    assert shown(place) == []
    assert {noun: names(place, noun) for noun in before} == before
    place.run.ok("redo")
    assert shown(place) == [("fix", "Shop", "Fix")]


def test_a_found_name_costs_no_request_more(place: Place) -> None:
    """``--create`` changes nothing where the names are there."""
    place.run.ok("start", "fix", "-p", "Site")
    place.run.later(60)
    place.line.tried.clear()
    place.run.ok("start", "one", "-p", "Site")
    plain = list(place.line.tried)
    place.run.later(60)
    place.line.tried.clear()
    place.run.ok("start", "two", "-p", "Site", "--create")
    assert place.line.tried == plain


def test_a_refused_entry_takes_its_names_back(place: Place) -> None:
    """The project is deleted again, and nothing is left to undo of it."""
    place.run.ok("start", "old", "--at", "12:00")
    before = names(place, "projects")
    assert place.run("start", "new", "-p", "Shop", "--create", "--at", "11:00").code == 5
    assert names(place, "projects") == before
    assert shown(place) == [("old", "", "")]


def test_without_a_network_all_is_kept_in_order(place: Place) -> None:
    """The entry shows its names at once; they are sent before it."""
    place.run.ok("projects")
    place.line.cut()
    result = place.run.ok("start", "fix", *ALL)
    assert "fix  Shop · New: Fix  #rare" in result.out
    assert "fix  Shop · New: Fix  #rare" in place.run("running").out
    kept = [each["change"] for each in place.run.ok("pending", "-o", "json").json]
    assert [each.rpartition(" ")[0] for each in kept[:-2]] == [
        "add client",
        "add project",
        "add task",
        "add tag",
    ]
    place.line.mend()
    place.line.tried.clear()
    place.run.ok("sync")
    posts = [each.split("/")[-1] for each in written(place) if each.startswith("POST")]
    assert posts == ["clients", "projects", "tasks", "tags", "time-entries"]
    assert shown(place) == [("fix", "Shop", "Fix")]
    assert place.run.ok("pending").out == ""


def test_what_is_there_when_it_is_sent_is_used(place: Place) -> None:
    """ACME is on the server, though it was never listed here: no second one is created."""
    place.run("running", "--all")
    place.line.cut()
    place.run.ok("start", "fix", "-p", "ACME/Shop", "-t", "Fix", "--create")
    place.line.mend()
    place.run.ok("sync")
    assert names(place, "clients") == ["ACME"]
    assert shown(place) == [("fix", "Shop", "Fix")]


def test_kept_names_and_entry_are_one_undo(place: Place) -> None:
    """Nothing of them is sent; redo lets all of them wait again."""
    place.run.ok("projects")
    place.line.cut()
    place.run.ok("add", "fix", "--for", "5m", *ALL)
    place.run.ok("undo")
    assert place.run.ok("pending").out == ""
    place.run.ok("redo")
    assert len(place.run.ok("pending", "-o", "json").json) == 5
    place.line.mend()
    place.run.ok("sync")
    assert shown(place) == [("fix", "Shop", "Fix")]


def test_an_edit_of_what_waits_creates_its_names_first(place: Place) -> None:
    """The edit is not sent with the entry that it changes, as its project is younger."""
    place.run.ok("projects")
    place.line.cut()
    place.run.ok("start", "fix")
    place.run.ok("edit", "current", "-p", "New/Shop", "--create")
    assert "fix  Shop · New" in place.run("running").out
    place.line.mend()
    place.run.ok("sync")
    assert shown(place) == [("fix", "Shop", "")]
    assert names(place, "projects").count("Shop") == 1


def test_a_name_that_waits_is_used_by_the_next_entry(place: Place) -> None:
    """It is not created twice."""
    place.run.ok("projects")
    place.line.cut()
    for word in ("one", "two"):
        place.run.ok("add", word, "--for", "5m", *ALL)
    place.line.mend()
    place.run.ok("sync")
    assert sorted(shown(place)) == [("one", "Shop", "Fix"), ("two", "Shop", "Fix")]
    assert names(place, "projects").count("Shop") == 1
    assert names(place, "clients").count("New") == 1
    assert names(place, "tags").count("rare") == 1


def test_after_a_lost_answer_nothing_is_doubled(place: Place) -> None:
    """The client has arrived; the rest waits for it, and is sent once."""
    place.run.ok("projects")
    place.line.lose(method="POST")
    result = place.run.ok("add", "fix", "--for", "5m", *ALL)
    assert result.err == KEPT_LATE.replace("Kept", "5 changes kept")
    place.line.mend()
    place.run.ok("sync")
    assert shown(place) == [("fix", "Shop", "Fix")]
    assert names(place, "clients").count("New") == 1
    place.run.ok("undo")
    assert shown(place) == []
    assert "New" not in names(place, "clients")


def test_a_bulk_edit_waits_for_its_name(place: Place) -> None:
    """The answer to the creation is lost: the edits wait, and are filed under it."""
    place.run.ok("add", "one", "--from", "9", "--to", "10")
    place.run.ok("add", "two", "--from", "10", "--to", "11")
    place.line.lose(method="POST")
    place.run("bulk", "today", "--set-project", "New/Shop", "--create", "-y")
    place.line.mend()
    place.run.ok("sync")
    assert sorted(shown(place)) == [("one", "Shop", ""), ("two", "Shop", "")]
    assert names(place, "clients").count("New") == 1
