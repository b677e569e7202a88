"""Changes of names that wait: kept, shown at once, sent in order, found again, decided."""

from clocktool.backends.base import Reply, Request
from clocktool.completion import SEPARATOR, VARIABLE
from tests.outbox.places import KEPT, KEPT_LATE, Place

KNOWN = (("projects",), ("clients",), ("tags",), ("tasks", "-p", "Site"))
"""The lists that are read before the network goes."""


def known(place: Place) -> Place:
    """Return a place with its lists of names kept on this machine."""
    for line in KNOWN:
        place.run.ok(*line)
    return place


def names(place: Place, *line: str) -> list[str]:
    """Return the names that a list has, without a network."""
    return [each["name"] for each in place.away(*line, "-o", "json").json]


def test_a_rename_is_shown_at_once_and_sent_later(either: Place) -> None:
    """Without a network the project is listed and found under its new name, and by no other."""
    place = known(either)
    assert place.away("projects", "edit", "Site", "--name", "Shop") == (
        0,
        "~ Renamed project Site to Shop\n",
        KEPT,
    )
    assert names(place, "projects") == ["Ops", "Shop"]
    assert (
        place.away("start", "fix", "-p", "Shop").out == "● Started 12:30  fix  Shop · ACME  $  p3\n"
    )
    assert place.run("pending").out.splitlines()[1].split("  ")[:2] == ["p1", "waiting"]
    written = [each for each in place.asked("running") if not each.startswith("GET ")]
    assert written == ["PUT projects/000000000000000000000004", "POST time-entries"]
    assert place.entries == ["fix 12:30- Shop"]


def test_entries_show_the_new_name_while_it_waits(either: Place) -> None:
    """Also those that the service has, where only writes fail."""
    place = known(either)
    place.run.ok(
        "add", "call", "--from", "9", "--to", "10", "-p", "Site", "-t", "Login", "-T", "dev"
    )
    place.line.answer(429, retry_after="3600")
    for line in (
        ("projects", "edit", "Site", "--name", "Shop"),
        ("clients", "edit", "ACME", "--name", "Globex"),
        ("tasks", "edit", "Login", "-p", "Shop", "--name", "Sign in"),
        ("tags", "edit", "dev", "--name", "devel"),
    ):
        assert place.run.ok(*line).err.startswith("Kept, to be sent later: ")
    shown = place.run.ok("list", "--template", "{project} {client} {task} {tags}")
    assert shown.out == "Shop Globex Sign in devel\n"
    assert "not sent yet" not in shown.err


def test_what_is_archived_and_deleted_is_gone_at_once(either: Place) -> None:
    """--all shows what is archived; what is deleted is in no list."""
    place = known(either)
    place.away("projects", "archive", "Ops")
    place.away("tags", "delete", "urgent", "--force", "-y")
    place.away("tasks", "done", "Login", "-p", "Site")
    assert names(place, "projects") == ["Site"]
    assert names(place, "projects", "--all") == ["Ops", "Site"]
    assert names(place, "tags") == ["dev"]
    assert names(place, "tasks", "-p", "Site") == []
    place.run.ok("sync")
    assert place.run.ok("projects", "-o", "id").out == f"{place.shop.site}\n"
    assert [each["name"] for each in place.ask("GET", "/tags")] == ["dev"]


def test_new_names_build_on_each_other(either: Place) -> None:
    """A client, its project, a task of that and an entry: all wait, and are made in order."""
    place = known(either)
    place.away("clients", "add", "Initech", "--email", "pay@initech.example")
    place.away("projects", "add", "Deep", "--client", "Initech", "--rate", "50")
    place.away("tasks", "add", "Plan", "-p", "Deep")
    place.away("tasks", "edit", "Plan", "-p", "Deep", "--name", "Design")
    assert names(place, "tasks", "-p", "Deep") == ["Design"]
    assert names(place, "clients") == ["ACME", "Initech"]
    place.away("start", "x", "-p", "Deep", "-t", "Design")
    assert place.waits == (
        "p1 waiting add client 'Initech'\n"
        "p2 waiting add project 'Deep'\n"
        "p3 waiting add task 'Plan'\n"
        "p4 waiting rename task 'Plan' to 'Design'\n"
        "p5 waiting stop 12:30\n"
        "p6 waiting start 'x' 12:30\n"
    )
    place.run.ok("sync")
    (made,) = [each for each in place.ask("GET", "/projects") if each["name"] == "Deep"]
    assert (made["clientName"], made["hourlyRate"]["amount"]) == ("Initech", 5000)
    (task,) = place.ask("GET", f"/projects/{made['id']}/tasks")
    assert task["name"] == "Design"
    assert place.entries == ["x 12:30- Deep"]
    for _ in range(5):
        place.run.ok("undo")
    assert "Deep" not in [each["name"] for each in place.ask("GET", "/projects")]
    assert [each["name"] for each in place.ask("GET", "/clients")] == ["ACME"]
    for _ in range(5):
        place.run.ok("redo")
    (made,) = [each for each in place.ask("GET", "/projects") if each["name"] == "Deep"]
    assert (made["clientName"], made["hourlyRate"]["amount"]) == ("Initech", 5000)
    assert place.entries == ["x 12:30- Deep"]


def test_what_waits_is_not_filtered_by(either: Place) -> None:
    """It has no id that a service would understand."""
    place = known(either)
    place.away("projects", "add", "Deep")
    place.line.answer(429, retry_after="3600", writes_only=True)
    result = place.run("list", "-p", "Deep")
    assert (result.code, result.err.splitlines()[:2]) == (
        4,
        ["error: project 'Deep' waits to be sent", "hint: send it first: clocktool sync"],
    )


def test_a_name_that_waits_is_taken(either: Place) -> None:
    """So is one that was read before; both are refused with nothing kept."""
    place = known(either)
    place.away("tags", "add", "travel")
    place.line.cut()
    for name in ("travel", "dev"):
        assert place.run("tags", "add", name) == (
            5,
            "",
            f"error: the tag '{name}' exists already\nhint: use that one, or take another name\n",
        )
    assert place.waits == "p1 waiting add tag 'travel'\n"


def test_a_lost_answer_doubles_nothing(either: Place) -> None:
    """What arrived is found, by its name or by what it is now, and not sent again."""
    place = known(either)
    for line in (
        ("tags", "add", "travel"),
        ("clients", "add", "Initech"),
        ("projects", "add", "Deep", "--client", "ACME"),
        ("tasks", "add", "Plan", "-p", "Site"),
        ("projects", "edit", "Site", "--name", "Shop", "--rate", "90", "--color", "#00FF00"),
        ("projects", "edit", "Shop", "--name", "  Store "),
        ("tasks", "edit", "Login", "-p", "Store", "--estimate", "2h", "--assignee", "ada"),
        ("tags", "archive", "dev"),
    ):
        place.line.lose()
        assert place.run.ok(*line).err == KEPT_LATE
        place.line.mend()
        assert all(each.startswith("GET ") for each in place.asked("sync"))
    assert [each["name"] for each in place.ask("GET", "/tags")] == ["dev", "travel", "urgent"]
    assert len(place.ask("GET", "/clients")) == 2
    assert len(place.ask("GET", "/projects")) == 3


def test_a_delete_whose_answers_are_lost_goes_on(either: Place) -> None:
    """It may have got no further than to archive; undo brings back what was active."""
    place = known(either)
    place.line.lose(method="PUT")
    place.run.ok("tags", "delete", "urgent", "-y")
    place.line.mend()
    assert place.asked("sync") == [
        "GET tags/000000000000000000000008",
        "GET tags/000000000000000000000008",
        "DELETE tags/000000000000000000000008",
    ]
    place.run.ok("undo")
    assert [(it["name"], it["archived"]) for it in place.ask("GET", "/tags")] == [
        ("dev", False),
        ("urgent", False),
    ]
    place.line.lose(method="DELETE")
    place.run.ok("tags", "delete", "urgent", "-y")
    place.line.mend()
    assert len(place.asked("sync")) == 1
    assert [each["name"] for each in place.ask("GET", "/tags")] == ["dev"]


def test_what_was_changed_elsewhere_is_decided_by_a_person(either: Place) -> None:
    """The server's version stays until then; a change of another field does not conflict."""
    place = known(either)
    place.away("tags", "edit", "dev", "--name", "mine")
    place.away("projects", "edit", "Ops", "--color", "#00ff00")
    place.ask("PUT", f"/tags/{place.shop.dev}", {"name": "theirs"})
    place.ask("PUT", f"/projects/{place.shop.ops}", {"name": "Operations"})
    assert place.run("running").err.splitlines()[0] == (
        "rename tag 'dev' to 'mine' waits: it was changed elsewhere since"
        " (clocktool pending keep mine|theirs p1)"
    )
    assert place.ask("GET", f"/tags/{place.shop.dev}")["name"] == "theirs"
    ops = place.ask("GET", f"/projects/{place.shop.ops}")
    assert (ops["name"], ops["color"]) == ("Operations", "#00ff00")
    assert place.run("pending").out.splitlines()[-4:-2] == [
        "  p1 mine    name 'mine'",
        "  p1 theirs  name 'theirs'",
    ]
    (conflict,) = place.run("pending", "-o", "json").json
    assert (conflict["mine"]["name"], conflict["theirs"]["name"]) == ("mine", "theirs")
    assert place.run.ok("pending", "keep", "mine", "p1").out == "Kept your version.\n"
    assert place.ask("GET", f"/tags/{place.shop.dev}")["name"] == "mine"
    place.run.ok("undo", "1")
    assert place.ask("GET", f"/tags/{place.shop.dev}")["name"] == "theirs"


def test_their_version_can_stay(either: Place) -> None:
    """Then the change is given up, also where it was to delete."""
    place = known(either)
    place.away("tags", "delete", "dev", "--force", "-y")
    place.ask("PUT", f"/tags/{place.shop.dev}", {"name": "theirs"})
    place.run("running")
    assert place.run("pending").out.splitlines()[-4:-2] == [
        "  p1 mine    deleted",
        "  p1 theirs  name 'theirs'",
    ]
    assert place.run.ok("pending", "keep", "theirs", "p1").out == "Kept their version.\n"
    assert [each["name"] for each in place.ask("GET", "/tags")] == ["theirs", "urgent"]


def test_what_was_deleted_elsewhere_is_not_changed(either: Place) -> None:
    """It is said, and the change is dropped."""
    place = known(either)
    place.away("tags", "edit", "dev", "--name", "mine")
    place.ask("PUT", f"/tags/{place.shop.dev}", {"name": "dev", "archived": True})
    place.ask("DELETE", f"/tags/{place.shop.dev}")
    assert place.run("running").err.splitlines()[0] == (
        "rename tag 'dev' to 'mine': the tag was deleted elsewhere"
    )
    assert place.waits == ""


def test_undo_takes_back_what_waits(either: Place) -> None:
    """It was never sent, and is not; redo lets it wait again."""
    place = known(either)
    place.away("projects", "edit", "Site", "--name", "Shop")
    place.away("undo")
    assert names(place, "projects") == ["Ops", "Site"]
    place.away("redo")
    assert names(place, "projects") == ["Ops", "Shop"]
    place.run.ok("sync")
    assert [each["name"] for each in place.ask("GET", "/projects")] == ["Ops", "Shop"]


def test_undo_is_refused_where_the_name_was_changed_since(either: Place) -> None:
    """Somebody else has named it otherwise."""
    place = known(either)
    place.run.ok("tags", "edit", "dev", "--name", "mine")
    place.ask("PUT", f"/tags/{place.shop.dev}", {"name": "theirs"})
    result = place.run("undo")
    assert (result.code, result.err.splitlines()[-2]) == (
        5,
        "error: the tag 'theirs' has changed since",
    )
    assert place.ask("GET", f"/tags/{place.shop.dev}")["name"] == "theirs"


def test_that_is_the_last_entry_and_no_name(either: Place) -> None:
    """A change of a name is not what ``that`` means."""
    place = known(either)
    place.run.ok("add", "call", "--from", "9", "--to", "10")
    place.run.ok("tags", "edit", "dev", "--name", "devel")
    assert place.run.ok("show", "that", "-o", "json").json[0]["description"] == "call"


def refusing(place: Place, path: str) -> None:
    """Let the service refuse to change what is at a path."""

    def refuse(request: Request) -> Reply | None:
        if request.method == "PUT" and request.path.endswith(path):
            return Reply(400, {}, b'{"message": "no such luck", "code": 501}')
        return None

    place.line.before = refuse


def test_several_are_closed_all_or_none(either: Place) -> None:
    """If one is refused, those before it are restored, and nothing is left to undo."""
    place = known(either)
    refusing(place, place.shop.site)
    result = place.run("projects", "archive", "Ops", "Site")
    assert (result.code, result.out) == (5, "")
    place.line.mend()
    assert not any(each["archived"] for each in place.ask("GET", "/projects"))
    assert place.run("undo").code == 1


def test_what_is_refused_later_waits_for_a_decision(either: Place) -> None:
    """What comes after it about other names is sent all the same."""
    place = known(either)
    place.away("projects", "edit", "Site", "--name", "Shop")
    place.away("tags", "edit", "dev", "--name", "devel")
    refusing(place, place.shop.site)
    assert place.run("running").err.splitlines()[0] == (
        "rename project 'Site' to 'Shop' was refused: refused by a rule: no such luck"
        " (clocktool pending)"
    )
    place.line.mend()
    assert place.waits == "p1 refused rename project 'Site' to 'Shop'\n"
    assert place.ask("GET", f"/tags/{place.shop.dev}")["name"] == "devel"
    place.run.ok("pending", "drop", "p1")
    assert place.run.ok("projects", "-o", "csv").out.splitlines()[-1].startswith("Site,")


def test_what_waits_below_what_was_sent_is_still_found(either: Place) -> None:
    """A task is listed under its project, which was sent before it."""
    place = known(either)
    place.away("projects", "add", "Deep")
    place.away("tasks", "add", "Plan", "-p", "Deep")

    def no_tasks(request: Request) -> Reply | None:
        if request.method == "POST" and request.path.endswith("/tasks"):
            return Reply(429, {"retry-after": "3600"}, b"{}")
        return None

    place.line.before = no_tasks
    place.run("running")
    place.line.mend()
    assert place.waits == "p2 waiting add task 'Plan'\n"
    assert [each["name"] for each in place.run.ok("tasks", "-p", "Deep", "-o", "json").json] == [
        "Plan"
    ]
    place.run.later(7200).ok("sync")
    assert place.run.ok("tasks", "-p", "Deep", "-o", "id").out == "00000000000000000000000b\n"


def test_what_was_refused_for_an_archived_name_is_sent_once_that_is_back(either: Place) -> None:
    """Restoring the project is all that was missing."""
    place = known(either)
    place.away("start", "x", "-p", "Ops")
    place.ask("PUT", f"/projects/{place.shop.ops}", {"name": "Ops", "archived": True})
    assert "was refused: refused by a rule: Project" in place.run("running").err
    place.run.ok("projects", "restore", "Ops")
    place.run.ok("sync")
    assert place.entries == ["x 12:30- Ops"]


def test_the_time_of_what_waits_is_listed(either: Place) -> None:
    """A project and entries that only this machine has count; a task is that of its project."""
    place = known(either)
    place.run.ok("add", "a", "--from", "9", "--to", "9:10", "-p", "Site", "-t", "Login")
    place.line.answer(429, retry_after="3600")
    for line in (
        ("projects", "edit", "Site", "--name", "Shop"),
        ("projects", "add", "New"),
        ("tasks", "add", "First", "-p", "New"),
        ("add", "b", "--from", "9:10", "--to", "9:40", "-p", "New", "-t", "First"),
        ("add", "c", "--from", "9:40", "--to", "10", "-p", "Shop", "-t", "Login"),
    ):
        assert place.run.ok(*line).err.startswith("Kept, to be sent later: ")

    def seconds(*line: str) -> dict[str, int]:
        listed = place.run.ok(*line, "--hours", "today", "-o", "json").json
        return {each["name"]: each["durationSeconds"] for each in listed}

    assert seconds("projects") == {"New": 1800, "Ops": 0, "Shop": 1800}
    assert seconds("clients") == {"ACME": 1800}
    assert seconds("tasks", "-p", "Shop") == {"Login": 1800}
    assert seconds("tasks", "-p", "New") == {"First": 1800}


def test_lists_have_what_was_written_before_the_network_went_away(either: Place) -> None:
    """Everything that was sent from here, though the list was not read again since."""
    place = known(either)
    run = place.run
    run.ok("projects", "--all")
    run.ok("clients", "add", "Globex")
    run.ok("projects", "add", "Shop", "--client", "Globex", "--rate", "90")
    run.ok("projects", "edit", "Site", "--name", "Store", "--color", "#0088ff")
    run.ok("projects", "archive", "Ops")
    run.ok("clients", "edit", "Globex", "--name", "Initech")
    run.ok("tasks", "add", "Fix", "-p", "Store")
    run.ok("tasks", "edit", "Fix", "-p", "Store", "--estimate", "2h")
    run.ok("tags", "delete", "urgent", "-y")
    lines = (("projects", "--all"), ("clients",), ("tags",), ("tasks", "-p", "Store"))
    away = [place.away(*line, "-o", "json").json for line in (("projects",), *lines)]
    assert away == [run.ok(*line, "-o", "json").json for line in (("projects",), *lines)]
    assert [each["name"] for each in away[0]] == ["Store", "Shop"]
    run.ok("undo", "-q")
    assert "urgent" in names(place, "tags")


def test_an_entry_that_waits_follows_a_rename_made_elsewhere(either: Place) -> None:
    """A whole name in a list that was read has its id when the entry is kept."""
    place = known(either)
    place.away("start", "fix", "-p", "acme/site", "-t", "Login", "-T", "dev", "--at", "12:00")
    site = place.ask("GET", f"/projects/{place.shop.site}")
    place.ask("PUT", f"/projects/{place.shop.site}", site | {"name": "Shop"})
    place.ask("PUT", f"/tags/{place.shop.dev}", {"name": "devel"})
    assert place.run.ok("running").code == 0
    assert place.waits == ""
    assert place.entries == ["fix 12:00- Shop"]


def test_a_part_of_a_name_is_looked_up_when_the_entry_is_sent(either: Place) -> None:
    """Only the service can tell what it means."""
    place = known(either)
    place.away("start", "fix", "-p", "Sit", "--at", "12:00")
    place.ask("POST", "/projects", {"name": "Sit"})
    place.run.ok("running")
    assert place.entries == ["fix 12:00- Sit"]


def test_a_name_of_the_last_known_timer_is_not_deleted(either: Place) -> None:
    """Neither of a start that was sent, nor of one that waits."""
    place = known(either)
    refused = "error: a timer runs on the project 'Ops'"
    place.run.ok("start", "x", "-p", "Ops")
    place.line.cut()
    result = place.run("projects", "delete", "Ops", "--force", "-y")
    assert (result.code, result.err.splitlines()[0]) == (5, refused)
    place.run.ok("start", "y", "-p", "Site")
    result = place.run("projects", "delete", "Site", "--force", "-y")
    assert (result.code, result.err.splitlines()[0]) == (5, refused.replace("Ops", "Site"))
    place.run.ok("projects", "delete", "Ops", "--force", "-y")


def test_it_is_said_where_no_timer_is_known(fresh: Place) -> None:
    """The name is deleted all the same: --force was given."""
    place = fresh
    place.run.ok("projects")
    result = place.away("projects", "delete", "Ops", "--force", "-y")
    assert "It is not known whether a timer uses it" in result.err


def offered(place: Place, *words: str) -> list[str]:
    """Return what TAB offers for the last word."""
    out = place.run(env={VARIABLE: SEPARATOR.join(("zsh", *words))}).out
    return [line.partition("\t")[0] for line in out.splitlines()]


def test_tab_offers_names_as_they_will_be(either: Place) -> None:
    """Renamed, archived, added and deleted ones, before any of it is sent."""
    place = known(either)
    place.away("projects", "archive", "Ops")
    place.away("projects", "edit", "Site", "--name", "Shop")
    place.away("clients", "edit", "ACME", "--name", "Globex")
    place.away("tasks", "done", "Login", "-p", "Shop")
    place.away("tags", "add", "rush")
    place.away("tags", "delete", "dev", "--force", "-y")
    place.away("start", "x", "-p", "Shop")
    assert offered(place, "projects", "restore", "") == ["Ops"]
    assert offered(place, "start", "-p", "") == ["Shop"]
    assert offered(place, "start", "-p", "Glo") == []
    assert offered(place, "start", "-p", "Globex/") == ["Globex/Shop"]
    assert offered(place, "tasks", "-p", "Shop", "reopen", "") == ["Login"]
    assert offered(place, "start", "-p", "Shop", "-t", "") == []
    assert offered(place, "start", "-T", "") == ["urgent", "rush"]
    assert offered(place, "clients", "edit", "") == ["Globex"]
