"""Names: one thing each, or an error that says which there are, the same in each world."""

import pytest

from tests.contract.worlds import W, World, fill

pytestmark = pytest.mark.slow

NAMES = """
$ start x -p Site
? error: 'Site' matches 2 projects: Site · ACME, Site · Beta
? hint: say which: -p ACME/Site
! 4
$ start x -p beta/site
● Started 12:30  x  Site · Beta  $  000d
$ stop -q
$ start x -p arch
● Started 12:30  x  Site archive · Beta  $  000e
$ stop -q
$ start x -p Sit
? error: 'Sit' matches 3 projects: Site · ACME, Site · Beta, Site archive · Beta
? hint: say which: -p ACME/Site
! 4
$ start x -p Sote
? error: no project 'Sote'
? hint: did you mean Site? To create it, add --create
! 4
$ start x -p ACME/Site -t log -T DE -T ur
● Started 12:30  x  Site · ACME: Login  $ #dev #urgent  000f
$ stop -q
$ start x -T nope
? error: no tag 'nope'
? hint: to create it, add --create
! 4
$ start x --field Ticke=5
● Started 12:30  x  0010
$ stop -q
$ start x --field Nope=5
? error: no field 'Nope'
? hint: clocktool fields lists them, clocktool fields add creates one
! 4
$ add x --for 1h --user Adam
? error: no user 'Adam'
? hint: did you mean ada?
! 4
$ list --client acm --template '{project} {client} {task} {tags}'
Site ACME Login dev, urgent
$ list --client nobody
? error: no client 'nobody'
? hint: clocktool clients lists them, clocktool clients add creates one
! 4
$ list -t log --template '{project} {task}'
Site Login
$ list -t Zx -p Ops
? error: no task 'Zx'
? hint: clocktool tasks -p Ops lists them
! 4
$ list -t Lugin
? error: no task 'Lugin'
? hint: did you mean Login?
! 4
$ show 0000
? error: no id of your newest 1000 entries ends with '0000'
? hint: use the whole id: clocktool list -o id
! 4
$ show ffff
? error: no id of your newest 1000 entries ends with 'ffff'
? hint: use the whole id: clocktool list -o id
! 4
$ show 00000000000000000000ffff
? error: not found: Time entry with id 00000000000000000000ffff doesn't belong to Workspace
? hint: it may be deleted, or in another workspace (-w)
! 4
"""


def test_names_are_never_guessed(place: World) -> None:
    """Twins, parts, misspelt names, tasks of another project, unknown tags, fields and users."""
    fill(place.behind)
    beta = place.ask("POST", f"{W}/clients", {"name": "Beta"})["id"]
    for name in ("Site", "Site archive"):
        place.ask("POST", f"{W}/projects", {"name": name, "clientId": beta})
    place.play(NAMES)


EVERYONE = """
$ add mine --for 1h -p Site -q
$ add eves --for 2h --user eve -p Ops -T dev -q
$ list --user all --template '{user} {description}'
eve eves
ada mine
$ list --user all --not-tag dev --template '{user} {description}'
ada mine
$ list --user all --no-client --template '{user} {description}'
eve eves
$ report --user all --by user -o csv
user,seconds,billable_seconds,hours,amount,currency
eve,7200,0,2.00,,
ada,3600,3600,1.00,,
$ report --user all --by quarter,user -o csv
quarter,user,seconds,billable_seconds,hours,amount,currency
2026-Q4,eve,7200,0,2.00,,
2026-Q4,ada,3600,3600,1.00,,
$ purge --user all --yes-delete 1
? error: --yes-delete 1 does not match: 2 entries, 3h 00m
? hint: give the exact number
! 2
"""


def test_everyone_is_one_word(place: World) -> None:
    """Entries of all members, with their names, through filters and groups."""
    fill(place.behind)
    place.ask("POST", f"{W}/users", {"email": "eve@example.org"})
    place.play(EVERYONE)
    place.console.ok("purge", "--user", "all", "--yes-delete", "2")
    assert place.console("list", "--user", "all", "--total").out == "0:00:00\n"


def test_a_task_is_looked_for_in_its_project_alone(place: World) -> None:
    """A task of another project is not found."""
    fill(place.behind)
    assert place.console("start", "x", "-p", "Ops", "-t", "Login") == (
        4,
        "",
        "error: no task 'Login'\nhint: to create it, add --create\n",
    )


def test_names_are_created_with_their_entry(place: World) -> None:
    """The client, its project, a task and a tag; undo takes all of them back, redo makes them."""
    fill(place.behind)
    console = place.console

    def state() -> list[list[str]]:
        """Return the names of each kind, and what the entries have."""
        nouns = ("clients", "projects", "tags")
        found = [[each["name"] for each in console.ok(noun, "-o", "json").json] for noun in nouns]
        shown = "{description} {project} {client} {task} {tags}"
        return [*found, console.ok("list", "--template", shown).out.splitlines()]

    before = state()
    console.ok("start", "fix", "-p", "New/Shop", "-t", "Fix", "-T", "rare", "--create")
    started = state()
    assert started[3] == ["fix Shop New Fix rare"]
    console.ok("edit", "current", "-p", "ACME/Store", "-T", "other", "--create")
    edited = state()
    assert edited[3] == ["fix Store ACME  other"]
    console.ok("bulk", "today", "--set-project", "New/Stall", "--add-tag", "more", "--create", "-y")
    moved = state()
    assert moved[3] == ["fix Stall New  other, more"]
    for expected in (edited, started, before):
        console.ok("undo")
        assert state() == expected
    for expected in (started, edited, moved):
        console.ok("redo")
        assert state() == expected
