"""Names are changed, closed, deleted and brought back by the same command lines in each world."""

import shlex

import pytest

from tests.contract.worlds import World, fill
from tests.service_server import ServiceServer

pytestmark = pytest.mark.slow

FIRST = """
$ projects edit Site --name Shop
~ Renamed project Site to Shop
$ projects edit Shop --no-client --rate 110 --color '#0088ff' --billable --note hi
~ Changed project Shop
$ clients edit ACME --name Globex --email pay@globex.example --address 'Road 1' --note pays
~ Renamed client ACME to Globex
$ tags edit dev --name devel
~ Renamed tag dev to devel
$ tasks edit Log -p Shop --name 'Sign in' --estimate 20h --assignee ada --no-billable
~ Renamed task Login to Sign in
$ projects -o csv
name,client,rate,color,billable,archived,id
Ops,,,#E65100,false,false,000000000000000000000005
Shop,,110.00 USD,#0088ff,true,false,000000000000000000000004
$ projects edit Shop --client glob
~ Changed project Shop
$ add x --for 1h -p Globex/Shop -t Sign -T devel
+ Added 11:30–12:30  1h 00m  x  Shop · Globex: Sign in  $ #devel  000a
$ undo -q
$ undo
? Undo of 'projects edit Shop', 12:30:
?   edit project 'Shop'
? Taken back.
$ undo -q
$ undo -q
$ undo -q
$ undo -q
$ undo -q
$ projects -o csv
name,client,rate,color,billable,archived,id
Ops,,,#E65100,false,false,000000000000000000000005
Site,ACME,,#03A9F4,true,false,000000000000000000000004
$ tags -o csv
name,archived,id
dev,false,000000000000000000000007
urgent,false,000000000000000000000008
$ tasks -p Site -o csv
name,estimate_seconds,rate,billable,done,id
Login,0,,true,false,000000000000000000000006
$ redo
? Redo of 'projects edit Site', 12:30:
?   rename project 'Site' to 'Shop'
? Done again.
$ projects archive Ops Shop
~ Archived project Ops
~ Archived project Shop
$ projects -q
$ start x -p Shop
? error: project 'Shop · ACME' is archived
? hint: to use it again: clocktool projects restore ACME/Shop
! 4
$ projects restore Shop
~ Restored project Shop
$ tasks done Login -p Shop
~ Finished task Login
$ tasks reopen Login -p Shop
~ Reopened task Login
$ clients archive ACME
~ Archived client ACME
$ clients restore ACME
~ Restored client ACME
$ tags archive dev urgent
~ Archived tag dev
~ Archived tag urgent
$ tags restore dev urgent -o csv
name,archived,id
dev,false,000000000000000000000007
urgent,false,000000000000000000000008
"""

IN_USE = """
$ add x --for 1h30m -p Site -t Login -T dev -q
$ projects delete Site -y
? error: 1 entry (1h 30m) uses the project 'Site'
? hint: clocktool projects archive ACME/Site hides it, clocktool projects merge ACME/Site INTO \
moves its entries; --force deletes it anyway
! 5
$ clients delete ACME -y
? error: 1 entry (1h 30m) uses the client 'ACME'
? hint: clocktool clients archive ACME hides it, clocktool clients merge ACME INTO moves its \
entries; --force deletes it anyway
! 5
$ tasks delete Login -p Site -y
? error: 1 entry (1h 30m) uses the task 'Login'
? hint: clocktool tasks done Login -p PROJECT hides it, clocktool tasks merge Login INTO \
-p PROJECT moves its entries; --force deletes it anyway
! 5
$ tags delete dev -y
? error: 1 entry (1h 30m) uses the tag 'dev'
? hint: clocktool tags archive dev hides it, clocktool tags merge dev INTO moves its \
entries; --force deletes it anyway
! 5
$ start y -p Ops -q
$ projects delete Ops --force -y
? error: a timer runs on the project 'Ops'
? hint: stop it first: clocktool stop
! 5
$ undo --list -o csv
id,at,age,command,change,undone
2,2026-11-24T12:30:00+01:00,0,start,start 'y' 12:30,false
1,2026-11-24T12:30:00+01:00,0,add,add 'x' 11:00,false
"""

REFUSED = """
$ projects edit Site
? error: nothing to change
? hint: add --name, --client, --rate, --color, --billable, --public or --note
! 2
$ clients edit ACME
? error: nothing to change
? hint: add --name, --email, --address or --note
! 2
$ tags edit dev
? error: nothing to change
? hint: add --name
! 2
$ tasks edit Login -p Site
? error: nothing to change
? hint: add --name, --rate, --billable, --estimate or --assignee
! 2
$ projects edit Site --client ACME --no-client
? error: --client and --no-client contradict each other
? hint: keep one of them
! 2
$ tags edit dev --name '  '
? error: a tag needs a name
? hint: use a name that is not blank
! 5
$ tags edit nope --name x
? error: no tag 'nope'
? hint: clocktool tags lists them, clocktool tags add creates one
! 4
"""


@pytest.fixture
def filled(place: World) -> World:
    """The world with something in it."""
    fill(place.behind)
    return place


def test_names_are_changed_and_closed_and_brought_back(filled: World) -> None:
    """What is not said stays; undo and redo walk over all of it."""
    filled.play(FIRST)


def test_a_name_in_use_is_not_deleted(filled: World) -> None:
    """How many entries, how many hours, and the two ways out; never under a running timer."""
    filled.play(IN_USE)


def test_what_changes_nothing_or_can_not_be_is_refused(filled: World) -> None:
    """Nothing is sent to be changed."""
    filled.play(REFUSED)
    if filled.server is not None:
        assert all(each.startswith("GET ") for each in filled.server.asked)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (("projects", "add", "Site", "--client", "ACME"), "Site"),
        (("projects", "edit", "Ops", "--name", "Site", "--client", "ACME"), "Site"),
        (("clients", "add", "ACME"), "ACME"),
        (("tags", "add", "dev"), "dev"),
        (("tags", "edit", "urgent", "--name", "dev"), "dev"),
        (("tasks", "add", "Login", "-p", "Site"), "Login"),
        (("tags", "edit", "dev", "--name", "x" * 300), "300"),
        (("projects", "add", "x" * 251), "251"),
        (("projects", "edit", "Site", "--color", "red"), "six hexadecimal digits"),
    ],
)
def test_a_name_that_can_not_be_is_refused(filled: World, line: tuple[str, ...], word: str) -> None:
    """It exists already (the error names it), is too long, or has an invalid colour: exit 5."""
    before = [
        filled.console.ok(each, "-o", "json").json for each in ("projects", "clients", "tags")
    ]
    result = filled.console(*line)
    assert (result.code, result.out) == (5, "")
    assert word in result.err
    after = [filled.console.ok(each, "-o", "json").json for each in ("projects", "clients", "tags")]
    assert after == before


@pytest.mark.parametrize(
    ("line", "code", "hint"),
    [
        ("projects add Shop --color blue", 5, "use six hexadecimal digits: '#0088ff'"),
        (
            "projects edit Site --color '#12345g'",
            5,
            "use six hexadecimal digits: '#0088ff'",
        ),
        ("projects edit Site --rate -5", 2, "use a number like 105 or 99.50"),
        ("tasks edit Login -p Site --rate much", 2, "use a number like 105 or 99.50"),
        ("tasks add Fix -p Site --estimate soon", 2, "use 1h30m, 90m, 1:30"),
        ("projects add ' '", 5, "use a name that is not blank"),
        ("projects add ACME/", 5, "use a name that is not blank"),
        ("projects edit Site --name ''", 5, "use a name that is not blank"),
        ("clients edit ACME --name ' '", 5, "use a name that is not blank"),
        ("tasks edit Login -p Site --name ' '", 5, "use a name that is not blank"),
        (f"tags add {'x' * 251}", 5, "at most"),
        (f"tasks add {'x' * 1001} -p Site", 5, "use 1000 at most"),
    ],
)
def test_a_wrong_value_is_refused_before_any_request(
    filled: World, line: str, code: int, hint: str
) -> None:
    """The error says what is accepted, not that an owner may change it."""
    result = filled.console(*shlex.split(line))
    assert (result.code, result.out) == (code, "")
    assert hint in result.err.splitlines()[-1]
    if filled.server is not None:
        assert filled.server.asked == []


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("tags add 'a<b'", "use a name without < and >"),
        ("projects edit Site --name 'Shop>'", "use a name without < and >"),
        ("projects add X", "use 2 characters at least"),
        (f"clients add {'x' * 101}", "use 100 at most"),
    ],
)
def test_a_name_that_the_service_refuses_is_never_sent(filled: World, line: str, hint: str) -> None:
    """Other servers accept it."""
    if filled.name != "service" or filled.server is None:
        filled.console.ok(*shlex.split(line))
        return
    result = filled.console(*shlex.split(line))
    assert (result.code, result.err.splitlines()[1]) == (5, f"hint: {hint}")
    assert filled.server.asked == []


def test_a_project_is_added_with_its_client(filled: World) -> None:
    """CLIENT/NAME creates a client that is new, both are one undo; an escaped slash is plain."""
    run = filled.console
    result = run.ok("projects", "add", "New/Shop", "--rate", "90")
    assert (result.out, result.err) == ("+ Added project Shop\n", "The client New is new, too.\n")
    assert run.ok("projects", "add", "acm/Blog").err == ""
    run.ok("projects", "add", "Rand\\/Dev")
    run.ok("projects", "add", "AA/BB", "--client", "ACME")
    run.ok("projects", "add", "/Inner")

    def listed() -> list[tuple[str, str]]:
        found = run.ok("projects", "-o", "json").json
        return [(each["clientName"], each["name"]) for each in found]

    before = [("", "Ops"), ("ACME", "Site")]
    assert listed() == [
        *(("", each) for each in ("Inner", "Ops", "Rand/Dev")),
        *(("ACME", each) for each in ("AA/BB", "Blog", "Site")),
        ("New", "Shop"),
    ]
    result = run("projects", "add", "Rand/Dev")
    assert (result.code, result.err.splitlines()[0]) == (
        5,
        "error: the project 'Rand/Dev' exists already",
    )
    for _ in range(4):
        run.ok("undo", "-q")
    assert run.ok("undo").err.splitlines()[0] == "Undo of 'projects add Shop', 12:30:"
    assert listed() == before
    assert run.ok("clients", "-o", "json").json[0]["name"] == "ACME"
    assert len(run.ok("clients", "--all", "-o", "json").json) == 1
    run.ok("redo")
    assert listed() == [*before, ("New", "Shop")]


def test_a_project_moves_to_a_client_with_its_new_name(filled: World) -> None:
    """The client must be there: a slash in a name is more likely meant then."""
    run = filled.console

    def listed() -> list[tuple[str, str]]:
        found = run.ok("projects", "-o", "json").json
        return [(each["clientName"], each["name"]) for each in found]

    run.ok("projects", "edit", "Ops", "--name", "ACME/Shop")
    assert listed() == [("ACME", "Shop"), ("ACME", "Site")]
    run.ok("projects", "edit", "Shop", "--name", "/Ops")
    assert listed() == [("", "Ops"), ("ACME", "Site")]
    run.ok("projects", "edit", "Ops", "--name", "Rand\\/Dev")
    assert listed() == [("", "Rand/Dev"), ("ACME", "Site")]
    assert run("projects", "edit", "Rand/Dev", "--name", "Rand/Eng").err == (
        "error: no client 'Rand'\n"
        "hint: clocktool clients lists them, clocktool clients add creates one;"
        " a plain slash is \\/\n"
    )
    run.ok("projects", "edit", "Rand/Dev", "--name", "Rand/Eng", "--no-client")
    assert listed() == [("", "Rand/Eng"), ("ACME", "Site")]


def test_a_slash_in_a_task_or_a_tag_is_plain(filled: World) -> None:
    """Only projects have clients."""
    run = filled.console
    run.ok("tasks", "add", "UI/UX", "-p", "Site")
    run.ok("tags", "add", "a/b")
    run.ok("clients", "add", "Q/A")
    run.ok("add", "x", "--for", "5m", "-p", "Site", "-t", "UI/UX", "-T", "a/b")
    assert run.ok("list", "--template", "{task}|{tags}").out == "UI/UX|a/b\n"
    run.ok("projects", "add", "Q/A/Test")
    assert run.ok("projects", "-o", "json").json[-1]["clientName"] == "Q/A"


def test_a_delete_is_taken_back(filled: World) -> None:
    """On this machine with its id and its entries, elsewhere under another id, which is asked."""
    run, is_local = filled.console, filled.name == "local"
    run.ok("add", "x", "--for", "1h", "-p", "Site", "-t", "Login", "-T", "dev")
    if not is_local:
        result = run("projects", "delete", "Site", "--force")
        assert result.code == 2
        assert result.err.splitlines()[0] == (
            "Undo creates the project again, under a new id; its tasks are lost, and its entries"
            " have no project then."
        )
    run.ok("projects", "edit", "Site", "--note", "kept", "--rate", "105", "--public")
    before = run.ok("projects", "-o", "csv").out
    result = run.ok("projects", "delete", "Site", "--force", "-y")
    assert result.out == "✗ Deleted project Site\n"
    assert (result.err == "") is is_local
    assert run.ok("projects", "-o", "csv").out == before.replace(
        "Site,ACME,105.00 USD,#03A9F4,true,false,000000000000000000000004\n", ""
    )
    assert run.ok("list", "--template", "{project}|{task}|{tags}").out == "||dev\n"
    run.ok("undo")
    again = run.ok("projects", "-o", "csv").out
    assert (again == before) is is_local
    assert "Site,ACME,105.00 USD,#03A9F4,true,false," in again
    expected = "Site|Login|dev\n" if is_local else "||dev\n"
    assert run.ok("list", "--template", "{project}|{task}|{tags}").out == expected
    run.ok("redo")
    assert "Site" not in run.ok("projects", "-o", "csv").out


def test_each_change_takes_the_requests_that_it_needs(filled: World) -> None:
    """One to find the name, one to read all of it, one to write it back: and no other."""
    server = filled.server
    if filled.name != "service" or server is None:
        return

    def asked(*line: str) -> list[str]:
        server.asked.clear()
        filled.console.ok(*line)
        path = "/v1/workspaces/000000000000000000000002/"
        return [each.replace(path, "").split("&page=")[0] for each in server.asked]

    filled.console("running")
    site, dev = "projects/000000000000000000000004", "tags/000000000000000000000007"
    assert asked("projects", "edit", "Site", "--rate", "90") == [
        "GET /v1/workspaces/000000000000000000000002",  # its currency, asked once a day
        "GET projects?name=site",
        f"GET {site}",
        f"PUT {site}",
    ]
    assert asked("undo") == [f"GET {site}", f"PUT {site}"]
    assert asked("tags", "archive", "dev") == ["GET tags?name=dev", f"GET {dev}", f"PUT {dev}"]
    assert asked("tags", "add", "travel") == ["POST tags"]
    assert asked("clients", "add", "Initech") == ["POST clients"]
    entries = "user/000000000000000000000001/time-entries"
    assert asked("tags", "delete", "dev", "-y") == [
        "GET tags?name=dev",
        f"GET {dev}",
        "GET users?include-roles=false",
        f"GET {entries}?tags=000000000000000000000007&hydrated=true",
        f"DELETE {dev}",
    ]


@pytest.mark.parametrize(
    ("line", "who"),
    [
        (("projects", "edit", "Site", "--name", "Shop"), "manager"),
        (("clients", "archive", "ACME"), "managers"),
        (("tags", "delete", "urgent", "-y"), "admins"),
        (("tasks", "done", "Login", "-p", "Site"), "manager"),
        (("tags", "add", "travel"), "admins"),
    ],
)
def test_a_member_is_told_which_right_is_missing(
    filled: World, line: tuple[str, ...], who: str
) -> None:
    """It is refused with nothing kept, and nothing is there to be undone."""
    if not isinstance(filled.server, ServiceServer):
        return
    filled.server.is_member = True
    result = filled.console(*line)
    assert (result.code, result.out) == (5, "")
    assert "error: not allowed: only " in result.err
    assert who in result.err
    assert filled.console("undo").code == 1
    assert filled.console.ok("pending", "-o", "json").json == []


def test_one_undo_takes_back_all_that_were_closed_together(filled: World) -> None:
    """They are one action, named in one line."""
    run = filled.console
    run.ok("projects", "archive", "Site", "Ops", "Site")
    assert run.ok("projects", "-o", "id").out == ""
    assert run.ok("undo").err == (
        "Undo of 'projects archive Site Ops', 12:30:\n"
        "  restore project 'Ops'\n"
        "  restore project 'Site'\n"
        "Taken back.\n"
    )
    assert len(run.ok("projects", "-o", "id").out.split()) == 2


def test_copies_are_filed_under_names_that_are_created(filled: World) -> None:
    """Operation 10 copies the old names on some servers: these copies are created one by one."""
    run = filled.console
    run.ok("add", "x", "--for", "1h", "-p", "Site", "-t", "Login", "-T", "dev")
    line = ("dup", "last", "--on", "2026-11-20", "--on", "2026-11-21", "--create", "-q")
    run.ok(*line, "-p", "New/Shop", "-t", "Fix", "-T", "rush")
    listed = ("list", "2026-11-20..2026-11-21", "--template", "{client}|{project}|{task}|{tags}")
    assert run.ok(*listed).out == "New|Shop|Fix|rush\n" * 2
    run.ok("undo", "-q")
    assert run.ok(*listed).out == ""
    assert [each["name"] for each in run.ok("clients", "-o", "json").json] == ["ACME"]


def test_undo_of_the_first_rate_of_a_task(filled: World) -> None:
    """The service can't remove it: the project's takes its place, which is said beforehand."""
    run = filled.console
    run.ok("projects", "edit", "Site", "--rate", "105")
    result = run.ok("tasks", "edit", "Login", "-p", "Site", "--rate", "90")
    undone = run.ok("undo").err

    def rate() -> str:
        return str(run.ok("tasks", "-p", "Site", "-o", "csv").out.splitlines()[1].split(",")[2])

    if filled.name == "service":
        assert result.err == (
            "Undo can't remove the rate of a task: it will set the project's rate instead.\n"
        )
        assert "can't remove the rate; set the one that counts without it: 105.00 USD" in undone
        assert rate() == "105.00 USD"
    else:
        assert result.err == ""
        assert rate() == ""
    run.ok("redo")
    assert rate() == "90.00 USD"
    assert run.ok("tasks", "edit", "Login", "-p", "Site", "--rate", "80").err == ""
