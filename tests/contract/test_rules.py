"""Rules of the workspace: what is required, locked or archived, and what a refusal leaves."""

import contextlib
import sqlite3

import pytest

from tests.contract.worlds import W, World, fill

pytestmark = pytest.mark.slow

REQUIRED = """
# 2026-11-24 10:00
$ workspaces
name   current  requires              id
Local  current  project, description  000000000000000000000002
$ start
● Started 10:00  000a
? To stop it, add a description and a project: clocktool stop -d TEXT -p PROJECT
$ stop
? error: refused by a rule: project is a required field in this workspace
? hint: clocktool stop -p PROJECT
! 5
$ stop -p Site
? error: refused by a rule: description is a required field in this workspace
? hint: clocktool stop -d TEXT
! 5
$ stop -p Site -d Plan
■ Stopped 10:00–10:00  1s  Plan  Site · ACME  $  000a
"""

AGAIN = """
# 2026-11-24 11:00
$ start x
● Started 11:00  x  000b
? To stop it, add a project: clocktool stop -p PROJECT
$ stop
? error: refused by a rule: project is a required field in this workspace
? hint: clocktool stop -p PROJECT
! 5
$ stop -p Ops
■ Stopped 11:00–11:00  1s  x  Ops  000b
"""


def test_required_fields_are_told_at_start_and_filled_in_at_stop(place: World) -> None:
    """A warning at start, a refusal that names field and cure, and a stop that brings both."""
    fill(place.behind)
    place.set_rules(forceProjects=True, forceDescription=True)
    place.play(REQUIRED)


def test_a_refused_stop_does_not_end_the_warnings(place: World) -> None:
    """The rules that are known stay known, whatever is refused or created meanwhile."""
    fill(place.behind)
    place.set_rules(forceProjects=True)
    place.console.ok("workspaces")
    place.console.ok("start", "first")
    assert place.console("stop").code == 5
    place.console.ok("tags", "add", "new")
    place.console.ok("stop", "-p", "Ops")
    place.play(AGAIN.replace("000b", "000c"))


TASKS_AND_TAGS = r"""
# 2026-11-24 10:00
$ start tidy
● Started 10:00  tidy  000a
? To stop it, add a task and a tag: clocktool stop -t TASK -T TAG
$ stop -p Site
? error: refused by a rule: task is a required field in this workspace
? hint: clocktool stop -p PROJECT -t TASK
! 5
$ stop -p Site -t Login
? error: refused by a rule: tags is a required field in this workspace
? hint: clocktool stop -T TAG
! 5
$ stop -p Site -t Login -T dev
■ Stopped 10:00–10:00  1s  tidy  Site · ACME: Login  $ #dev  000a
$ start again
● Started 10:00  again  000b
? To stop it, add a task and a tag: clocktool stop -t TASK -T TAG
$ start more
? error: the running timer can't be ended: refused by a rule: task is a required field \
in this workspace
? hint: end it first: clocktool stop -p PROJECT -t TASK
! 5
$ running
● 10:00  again  000b
  today 1s
$ add x --for 5m
? error: refused by a rule: task is a required field in this workspace
? hint: add -p PROJECT -t TASK
! 5
"""


def test_required_tasks_and_tags(place: World) -> None:
    """Each refusal names its field; a start that cannot end the old timer leaves it running."""
    fill(place.behind)
    place.set_rules(forceTags=True, forceTasks=True)
    place.play(TASKS_AND_TAGS)


LOCKED = """
$ edit a -d x
? error: the entry is locked
? hint: ask an owner of the workspace to unlock it
! 5
$ delete a -y
? error: the entry is locked
? hint: ask an owner of the workspace to unlock it
! 5
$ add Late --from 'yesterday 12' --for 1h
? error: this time is locked
? hint: ask an owner of the workspace to unlock it
! 5
$ start Late --at 'yesterday 23:00'
? error: this time is locked
? hint: ask an owner of the workspace to unlock it
! 5
$ list yesterday..today --template '{start} {description}'
09:00 Old
08:00 New
"""


def test_locked_entries_stay_as_they_are(place: World) -> None:
    """What is locked can be listed, and not be changed, deleted or added to."""
    fill(place.behind)
    place.console.at("2026-11-24 09:00")
    place.console.ok("add", "Old", "--from", "yesterday 9", "--for", "1h", "-p", "Site")
    place.console.ok("add", "New", "--from", "8", "--for", "30m", "-p", "Site")
    place.set_rules(lockTimeEntries="2026-11-24T00:00:00+01:00")
    place.play(LOCKED)


APPROVED = """
$ edit a -d x
? error: the entry is approved
? hint: withdraw the approval first, then change it
! 5
$ delete 00000000000000000000000a -y
? error: the entry is approved
? hint: withdraw the approval first, then change it
! 5
$ show a --template '{description}'
Done
"""


def test_approved_entries_stay_as_they_are(place: World) -> None:
    """What is approved is marked, and is neither changed nor deleted."""
    fill(place.behind)
    place.console.ok("add", "Done", "--from", "9", "--to", "10")
    path = place.console.home / "server.sqlite3"
    if place.name == "local":
        path = place.console.home / "data" / "local.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE entries SET approval_id = 'f'")
    assert "✓" in place.console.ok("list").out
    place.play(APPROVED)


ARCHIVED = """
# 2026-11-24 11:00
$ start Deploy -p Ops
? error: project 'Ops' is archived
? hint: to use it again: clocktool projects restore Ops
! 4
$ running
● 10:00  1h 00m  Work  Site · ACME  $  000a
  today 1h 00m
$ start Deploy -p 000000000000000000000005
? error: refused by a rule: Project 'Ops' is archived; the previous timer is still running
? hint: to use it again: clocktool projects restore NAME
! 5
$ running
● 10:00  1h 00m  Work  Site · ACME  $  000a
  today 1h 00m
$ list -p Ops
? No entries: Tue 24 Nov 2026.
$ add x --for 5m -p Ops
? error: project 'Ops' is archived
? hint: to use it again: clocktool projects restore Ops
! 4
$ projects
name  client  color    billable  id
Site  ACME    #03A9F4  billable  000000000000000000000004
$ projects --all
name  client  color    billable  archived  id
Ops           #E65100            archived  000000000000000000000005
Site  ACME    #03A9F4  billable            000000000000000000000004
"""


def test_an_archived_project_takes_no_time(place: World) -> None:
    """By name it is said to be archived, by id it is refused, and the old timer still runs."""
    shop = fill(place.behind)
    place.console.at("2026-11-24 10:00").ok("start", "Work", "-p", "Site")
    place.ask("PUT", f"{W}/projects/{shop.ops}", {"archived": True})
    place.play(ARCHIVED)


def test_a_refused_start_leaves_the_old_timer_as_it_was(place: World) -> None:
    """Project, task, tags and custom fields of the timer that runs again are all there."""
    fill(place.behind)
    filing = ("-p", "Site", "-t", "Login", "-T", "urgent", "-T", "dev", "--field", "Ticket=7")
    place.console.at("2026-11-24 10:00").ok("start", "Work", *filing)
    before = place.ask("GET", f"{W}/time-entries/00000000000000000000000a")
    place.console.later(600)
    result = place.console("start", "x" * 3001)
    assert (result.code, result.out) == (5, "")
    assert result.err.splitlines()[0].endswith("; the previous timer is still running")
    assert place.ask("GET", f"{W}/time-entries/00000000000000000000000a") == before


@pytest.mark.parametrize(
    "change",
    [("-d", "new"), ("--to", "10:30"), ("-T", "dev"), ("--break",), ("--no-billable",)],
)
def test_an_edit_keeps_all_it_does_not_name(place: World, change: tuple[str, ...]) -> None:
    """The whole entry is written back: custom fields, project, task, tags and times stay."""
    fill(place.behind)
    filing = ("-p", "Site", "-t", "Login", "-T", "urgent", "-T", "dev", "--field", "Ticket=7")
    place.console.ok("add", "Work", "--from", "9", "--to", "10", *filing)
    path = f"{W}/time-entries/00000000000000000000000a"
    before = place.ask("GET", path)
    place.console.ok("edit", "last", *change)
    after = place.ask("GET", path)
    changed = {name for name in before if before[name] != after[name]}
    named = {
        "-d": {"description"},
        "--to": {"timeInterval"},
        "-T": {"tags", "tagIds"},
        "--break": {"type"},
        "--no-billable": {"billable"},
    }
    assert changed == named[change[0]]


def test_a_first_project_at_stop_makes_it_billable(place: World) -> None:
    """Site is billable: so becomes what gets its first project, at its stop or by an edit."""
    fill(place.behind)

    def is_billable(*line: str) -> bool:
        found = place.console.ok(*line, "-o", "json").json
        assert found["project"]["name"] == line[-1]
        return bool(found["billable"])

    place.console.ok("start", "Plan")
    place.console.later(600)
    assert is_billable("stop", "-p", "Site")
    assert is_billable("edit", "last", "-p", "Ops")
    place.console.ok("start", "Plan", "-p", "Ops")
    place.console.later(600)
    assert not is_billable("stop", "-p", "Site")
    place.console.ok("add", "Old", "--for", "5m")
    assert is_billable("edit", "last", "-p", "Site")


KEPT = """
$ edit last -d new --billable -q
$ list -d new --template '{description} {project} {task} {tags}'
new Site Login dev
$ bulk today -p Site --set-description newer -y -q
$ bulk today -p Site --add-tag urgent -y -q
$ list -p Site --template '{description} {tags}'
newer dev, urgent
$ undo -q
$ undo -q
$ undo -q
$ list -p Site --template '{description} {tags}'
old dev
$ dup last --at 9 -q
? Tue 24 Nov 2026 09:00
? error: 0 of 1 copies done, 1 failed: refused by a rule: Project 'Site' is archived
? hint: to use it again: clocktool projects restore NAME
! 5
"""


def test_an_entry_keeps_what_was_archived_since(place: World) -> None:
    """Archived names take no new time; what has them already can be changed otherwise."""
    fill(place.behind)
    run = place.console
    add = ("add", "old", "--from", "8", "--for", "1h", "-p", "Site", "-t", "Login", "-T", "dev")
    run.ok(*add, "--billable", "-q")
    run.ok("tasks", "done", "Login", "-p", "Site", "-q")
    run.ok("projects", "archive", "Site", "-q")
    run.ok("tags", "archive", "dev", "-q")
    place.play(KEPT)
