"""``bulk`` at the front door."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import tests.conftest
from clocktool.app.process import Process
from clocktool.backends.base import Request
from tests.conftest import Console
from tests.contract.worlds import W
from tests.guide_server import Answer
from tests.tracking.servers import ENTRIES, MINE, Place, ids_of, run_sql, says

FIX = "Tue 24 Nov 2026 09:00  Fix login page"
REVIEW = "Tue 24 Nov 2026 10:45  Review"


def approve(console: Console, entry: str) -> None:
    """Approve an entry of the local workspace; no command can."""
    path = Path(console.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
    run_sql(path, "UPDATE entries SET approval_id = 'a' WHERE id LIKE ?", f"%{entry}")


def look(console: Console) -> dict[str, str]:
    """Return what is filed where: the end of the id, and all that bulk changes."""
    found = console.ok("list", "2026", "-o", "json").json
    return {
        each["id"][-1]: " ".join(
            [
                (each["project"] or {}).get("name", "-"),
                (each["task"] or {}).get("name", "-"),
                each["description"],
                "$" if each["billable"] else "",
                *sorted(tag["name"] for tag in each["tags"]),
            ]
        )
        for each in found
    }


CHANGES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "project": (("--set-project", "Ops"), "Site · ACME → Ops", "Ops - Fix login page $ dev"),
    "no project": (("--set-project", ""), "Site · ACME → no project", "- - Fix login page $ dev"),
    "task": (("--set-task", "Login"), "task no task → Login", "Site Login Fix login page $ dev"),
    "text": (("--set-description", "Fix it"), "text → Fix it", "Site - Fix it $ dev"),
    "no text": (("--set-description", ""), "text → none", "Site -  $ dev"),
    "not billable": (("--set-no-billable",), "not billable", "Site - Fix login page  dev"),
    "tag": (("--add-tag", "urgent"), "+#urgent", "Site - Fix login page $ dev urgent"),
    "tags": (
        ("--add-tag", "urgent", "--add-tag", "dev"),
        "+#urgent",
        "Site - Fix login page $ dev urgent",
    ),
    "no tag": (("--remove-tag", "dev"), "-#dev", "Site - Fix login page $"),
    "all": (
        (
            *("--set-project", "Ops", "--set-description", "Go", "--set-no-billable"),
            *("--add-tag", "urgent", "--remove-tag", "dev"),
        ),
        "Site · ACME → Ops; text → Go; not billable; +#urgent; -#dev",
        "Ops - Go  urgent",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_shown_and_made(day: Console, name: str) -> None:
    """Before → after is shown, and then it is so; other entries stay as they were."""
    flags, shown, expected = CHANGES[name]
    before = look(day)
    result = day("bulk", "9", *flags, "-y")
    assert result == (0, f"  0009  {FIX}  {shown}\n1 of 1 changed\n", "")
    assert look(day) == before | {"9": expected}


def test_billable_is_set(day: Console) -> None:
    """--set-billable, also of a running timer, which goes on."""
    assert day.ok("bulk", "current", "--set-billable", "-y").out == (
        "  000b  Tue 24 Nov 2026 12:30  Deploy  billable\n1 of 1 changed\n"
    )
    assert day.ok("running").out.startswith("● 12:30  1h 00m  Deploy  Ops  $  000b\n")


CHOICES: dict[str, tuple[tuple[str, ...], str]] = {
    "today": (("today",), "9 a b"),
    "from": (("--from", "today"), "9 a b"),
    "project": (("today", "-p", "Site"), "9 a"),
    "client": (("week", "--client", "ACME"), "9 a"),
    "tag": (("today", "-T", "dev"), "9"),
    "not tag": (("today", "--not-tag", "dev"), "a b"),
    "text": (("today", "-d", "LOGIN"), "9"),
    "billable": (("today", "--billable"), "9 a"),
    "not billable": (("today", "--no-billable"), "b"),
    "no task": (("today", "--no-task", "-p", "Ops"), "b"),
    "running": (("--running",), "b"),
    "nothing": (("yesterday",), ""),
    "refs": (("9", "current"), "9 b"),
    "last": (("last", "last~1"), "9 a"),
    "the same twice": (("9", "0009"), "9"),
}


@pytest.mark.parametrize("name", CHOICES)
def test_which_entries_are_chosen(day: Console, name: str) -> None:
    """By a period and filters, or by REFs."""
    words, expected = CHOICES[name]
    out = day.ok("bulk", *words, "--add-tag", "urgent", "--dry-run").out
    assert " ".join(sorted(line.split()[0][-1] for line in out.splitlines())) == expected


def test_ids_from_standard_input(day: Console) -> None:
    """List -o id piped into bulk - changes what was listed."""
    ids = day.ok("list", "-p", "Site", "-o", "id").out
    result = day("bulk", "-", "--add-tag", "urgent", "-y", "-q", stdin=ids)
    assert result == (0, "", "")
    assert {end for end, filed in look(day).items() if "urgent" in filed} == {"9", "a"}


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--add-tag", "dev"), "which entries?"),
        (("today",), "nothing to change"),
        (("9", "a", "-p", "Site", "--add-tag", "dev"), "filters can't be combined with REFs"),
        (("9", "-p", "Site", "--add-tag", "dev"), "filters can't be combined with REFs"),
        (("someday", "--add-tag", "dev"), "invalid period `someday`"),
    ],
)
def test_incomplete_arguments_are_usage_errors(
    day: Console, words: tuple[str, ...], error: str
) -> None:
    """No entries are chosen by default."""
    before = look(day)
    result = day("bulk", *words, "-y")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"error: {error}")
    assert look(day) == before


@pytest.mark.parametrize(
    "flags", [("--add-tag", "no"), ("--set-project", "no"), ("--set-task", "no")]
)
def test_a_name_that_is_not_there(day: Console, flags: tuple[str, ...]) -> None:
    """Exit 4, and nothing is changed."""
    before = look(day)
    assert day("bulk", "9", *flags, "-y").code == 4
    assert look(day) == before


PREVIEW = f"  0009  {FIX}  Site · ACME → Ops\n  000a  {REVIEW}          Site · ACME → Ops\n"


@pytest.mark.parametrize("answer", ["n\n", "", "\n", "never\n"])
def test_on_a_terminal_any_answer_but_yes_changes_nothing(day: Console, answer: str) -> None:
    """The question is asked after the preview."""
    before = look(day)
    result = day("bulk", "-d", "e", "-p", "Site", "--set-project", "Ops", asks=True, stdin=answer)
    assert result.code == 1
    assert result.out == PREVIEW
    assert result.err == "Change these 2 entries? [y/N] Nothing was changed\n"
    assert look(day) == before


def test_on_a_terminal_yes_changes_the_entries(day: Console) -> None:
    """Preview, question, then the number of changed entries."""
    result = day("bulk", "today", "-p", "Site", "--set-project", "Ops", asks=True, stdin="y\n")
    assert result == (0, f"{PREVIEW}2 of 2 changed\n", "Change these 2 entries? [y/N] ")


def test_off_a_terminal_confirmation_is_required(day: Console) -> None:
    """Exit code 2, nothing is changed without -y."""
    before = look(day)
    result = day("bulk", "today", "-p", "Site", "--set-project", "Ops")
    assert (result.code, result.out) == (2, PREVIEW)
    assert result.err == (
        "error: confirmation required: Change these 2 entries?\nhint: add --yes\n"
    )
    assert look(day) == before


def test_dry_run_changes_nothing(day: Console) -> None:
    """It needs no yes; what would change is shown."""
    before = look(day)
    result = day("bulk", "today", "-p", "Site", "--set-project", "Ops", "--dry-run")
    assert (result.code, result.out) == (0, PREVIEW)
    assert look(day) == before


def test_entries_that_would_not_change_are_not_written(day: Console) -> None:
    """They are counted apart; if there are no others, it succeeds."""
    result = day("bulk", "today", "-p", "Site", "--add-tag", "dev", "-y")
    assert result == (0, f"  000a  {REVIEW}  +#dev\n1 of 1 changed, 1 unchanged\n", "")
    again = day("bulk", "today", "-p", "Site", "--add-tag", "dev", "-y")
    assert again == (0, "", "Nothing to change, 2 unchanged\n")


def test_locked_and_approved_are_left_out_and_named(day: Console) -> None:
    """The rest goes on, and the summary counts them."""
    day.ok("add", "Old", "--from", "yesterday 9", "--for", "1h", "-p", "Site", "-q")
    day.ok("workspaces", "set", "lock-before", "2026-11-24", "-q")
    approve(day, "9")
    before = look(day)
    result = day("bulk", "week", "-p", "Site", "--set-project", "Ops", "-y")
    assert result == (
        0,
        f"  000a  {REVIEW}  Site · ACME → Ops\n1 of 1 changed, 2 locked or approved\n",
        (
            "locked, skipped: Mon 23 Nov 2026 09:00–10:00  1h 00m  Old  Site · ACME  $ locked"
            "  000c\n"
            "approved, skipped: 09:00–10:30  1h 30m  Fix login page  Site · ACME  $ ✓ #dev  0009\n"
        ),
    )
    assert look(day) == before | {"a": "Ops - Review $"}


def test_moving_to_another_project_removes_the_task_with_a_note(day: Console) -> None:
    """Within the same project the task stays."""
    day.ok("edit", "9", "-t", "Login", "-q")
    assert day.ok("bulk", "9", "--set-project", "Site", "--add-tag", "urgent", "-y").out == (
        f"  0009  {FIX}  +#urgent\n1 of 1 changed\n"
    )
    assert day.ok("bulk", "9", "--set-project", "Ops", "-y").out == (
        f"  0009  {FIX}  Site · ACME → Ops; task Login → no task\n1 of 1 changed\n"
    )
    assert look(day)["9"] == "Ops - Fix login page $ dev urgent"


def test_a_task_belongs_to_the_new_project(day: Console) -> None:
    """It is looked up there, and there alone."""
    result = day("bulk", "today", "--set-task", "Login", "-y")
    assert result.code == 2
    assert result.err == (
        "error: a task belongs to one project, and these entries have several or none\n"
        "hint: name the project: --set-project PROJECT --set-task Login\n"
    )
    assert day("bulk", "today", "--set-project", "Ops", "--set-task", "Login", "-y").code == 4
    assert day.ok("bulk", "today", "--set-project", "Site", "--set-task", "Login", "-y")
    assert {filed.split(" ")[0:2][-1] for filed in look(day).values()} == {"Login"}
    assert day.ok("bulk", "9", "--set-task", "", "-y").out.startswith(
        f"  0009  {FIX}  task Login → no task\n"
    )


def test_objects_of_what_was_changed(day: Console) -> None:
    """-o json: the array on standard output, what changes beside it."""
    result = day.ok("bulk", "today", "-p", "Site", "--add-tag", "urgent", "-y", "-o", "json")
    assert result.json == [
        each for each in day.ok("list", "-o", "json").json if each["id"][-1] in "9a"
    ]
    assert "+#urgent" in result.err
    for words in (("--dry-run",), ("-y",)):
        nothing = day.ok("bulk", "9", "--add-tag", "urgent", *words, "-o", "json")
        assert nothing.json == []
    ids = day.ok("bulk", "today", "--add-tag", "dev", "-y", "-o", "id").out.split()
    assert [each[-1] for each in ids] == ["a", "b"]


def test_an_archived_tag_can_be_taken_off_but_not_put_on(day: Console) -> None:
    """What is out of use is still on entries."""
    path = Path(day.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
    run_sql(path, "UPDATE tags SET archived = 1 WHERE name = 'dev'")
    assert day("bulk", "a", "--add-tag", "dev", "-y").code == 4
    assert day.ok("bulk", "9", "--remove-tag", "dev", "-y").out.endswith("1 of 1 changed\n")


def whole(there: Place, number: int, **changed: object) -> dict[str, object]:
    """Return the whole entry as the service takes it back, times of 15 October first."""
    row = there.sql("SELECT start_at, end_at FROM entries WHERE seq = ?", 0x1000 + number)[0]
    from clocktool.domain.time.instant import Instant, format_iso

    return {
        "id": f"{0x1000 + number:024x}",
        "start": format_iso(Instant(row[0])),
        "end": format_iso(Instant(row[1])),
        "billable": False,
        "description": f"work {number:04}",
        "projectId": there.shop.site,
        "taskId": there.shop.login,
        "tagIds": [there.shop.dev],
        "customFields": [{"customFieldId": there.shop.ticket, "value": f"CF-{number}"}],
        "type": "REGULAR",
    } | changed


Ops = Callable[[Place], dict[str, object]]
OPERATIONS: dict[str, tuple[tuple[str, ...], Ops, Ops]] = {
    "CHANGE-BILLABLE-STATUS": (
        ("--set-billable",),
        lambda _: {"op": "CHANGE-BILLABLE-STATUS", "value": True},
        lambda _: {"billable": True},
    ),
    "CHANGE-PROJECT": (
        ("--set-project", "Ops"),
        lambda there: {"op": "CHANGE-PROJECT", "value": there.shop.ops},
        lambda there: {"projectId": there.shop.ops, "taskId": None},
    ),
    "CHANGE-TASK": (
        ("--set-task", ""),
        lambda _: {"op": "CHANGE-TASK", "value": ""},
        lambda _: {"taskId": None},
    ),
    "ADD-TAGS": (
        ("--add-tag", "urgent"),
        lambda there: {"op": "ADD-TAGS", "value": [there.shop.urgent]},
        lambda there: {"tagIds": [there.shop.dev, there.shop.urgent]},
    ),
    "REMOVE-TAGS": (
        ("--remove-tag", "dev"),
        lambda there: {"op": "REMOVE-TAGS", "value": [there.shop.dev]},
        lambda _: {"tagIds": []},
    ),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_body_of_each_operation(there: Place, name: str) -> None:
    """The guide's operation by its name; the service's array of whole entries, nothing lost."""
    ids = there.add(2)
    flags, operation, changed = OPERATIONS[name]
    bodies = [whole(there, number, **changed(there)) for number in range(2)]
    there.console.ok("bulk", "2026", *flags, "-y")
    (request,) = there.writes()
    if there.routes == "guide":
        assert (request.method, request.path) == ("PUT", f"{ENTRIES}/bulk-edit")
        assert request.body == {"timeEntryIds": ids, "operations": [operation(there)]}
    else:
        assert (request.method, request.path) == ("PUT", MINE)
        assert request.body == [
            {key: value for key, value in body.items() if value is not None} for body in bodies
        ]


def test_the_body_of_all_of_them_together(there: Place) -> None:
    """One request; the project before its task."""
    ids = there.add(1)
    there.sql("UPDATE entries SET project = 2, task = NULL")
    there.console.ok(
        *("bulk", "2026", "--set-project", "Site", "--set-task", "Login", "--set-billable"),
        *("--add-tag", "urgent", "--remove-tag", "dev", "-y"),
    )
    (request,) = there.writes()
    if there.routes == "guide":
        assert request.body == {
            "timeEntryIds": ids,
            "operations": [
                {"op": "CHANGE-PROJECT", "value": there.shop.site},
                {"op": "CHANGE-TASK", "value": there.shop.login},
                {"op": "CHANGE-BILLABLE-STATUS", "value": True},
                {"op": "ADD-TAGS", "value": [there.shop.urgent]},
                {"op": "REMOVE-TAGS", "value": [there.shop.dev]},
            ],
        }
    else:
        assert request.body == [whole(there, 0, billable=True, tagIds=[there.shop.urgent])]


def test_a_description_is_a_put_each_by_the_guide(there: Place) -> None:
    """Its bulk edit has no field for it; the service's has. Nothing else is lost in either."""
    there.add(3)
    bodies = [whole(there, number, description="new", billable=True) for number in range(3)]
    there.console.ok("bulk", "2026", "--set-description", "new", "--set-billable", "-y")
    requests = sorted(there.writes(), key=lambda each: each.path)
    if there.routes == "guide":
        assert [each.path for each in requests] == [
            f"{ENTRIES}/{body.pop('id')}" for body in bodies
        ]
        assert [each.body for each in requests] == bodies
    else:
        assert [(each.path, each.body) for each in requests] == [(MINE, bodies)]
    assert there.sql("SELECT description, billable, task FROM entries") == [("new", 1, 1)] * 3


def test_a_break_and_a_running_timer_stay_what_they_are(there: Place) -> None:
    """The type travels; a running one is written without an end and goes on."""
    there.add(1)
    there.sql("UPDATE entries SET type = 'BREAK'")
    there.console.ok("start", "now", "-q")
    there.console.ok("bulk", "2026", "--set-billable", "-y", "-q")
    assert there.sql("SELECT type, end_at IS NULL, billable FROM entries ORDER BY start_at") == [
        ("BREAK", 0, 1),
        ("REGULAR", 1, 1),
    ]


def test_entries_of_somebody_else(there: Place) -> None:
    """--user: the service's array goes to the route of that user."""
    grace = str(there.world.ask("POST", f"{W}/users", {"name": "Grace"})["id"])
    body = {"start": "2026-11-24T07:30:00Z", "end": "2026-11-24T08:30:00Z", "description": "Ship"}
    hers = str(there.world.ask("POST", f"{W}/user/{grace}/time-entries", body)["id"])
    there.sent.clear()
    there.console.ok("bulk", "today", "--user", "grace", "--set-billable", "-y")
    (request,) = there.writes()
    mine = f"{W}/user/{grace}/time-entries"
    assert request.path == (f"{ENTRIES}/bulk-edit" if there.routes == "guide" else mine)
    assert ids_of(request) == [hers]
    assert there.sql("SELECT billable FROM entries") == [(1,)]


def test_unchanged_and_locked_ones_are_not_in_the_request(there: Place) -> None:
    """Only what changes is written."""
    ids = there.add(4)
    there.sql("UPDATE entries SET billable = 1 WHERE id = ?", ids[0])
    there.sql("UPDATE entries SET approval_id = 'a' WHERE id = ?", ids[1])
    result = there.console.ok("bulk", "2026", "--set-billable", "-y")
    (request,) = there.writes()
    assert ids_of(request) == ids[2:]
    assert result.out.splitlines()[-1] == ("2 of 2 changed, 1 unchanged, 1 locked or approved")


def test_a_refused_entry_does_not_stop_the_others(there: Place) -> None:
    """It was locked after it was read: it is listed, exit code 5."""
    ids = there.add(4)

    def locked(request: Request) -> Answer | None:
        if request.method == "PUT" and ids[2] in ids_of(request):
            return says(403, 1003, "Time entry is locked")
        return None

    there.before = locked
    result = there.console("bulk", "2026", "--set-billable", "-y")
    assert result.code == 5
    assert result.out.splitlines()[-1] == "3 of 4 changed"
    named, error, hint = result.err.splitlines()
    assert "work 0002" in named
    assert error == "error: 3 of 4 entries done, 1 failed: the entry is locked"
    assert hint == "hint: ask an owner of the workspace to unlock it"
    assert there.sql("SELECT billable FROM entries ORDER BY start_at") == [(1,), (1,), (0,), (1,)]


def test_each_failure_is_named_with_its_own_reason(there: Place) -> None:
    """Two rules, two lines that say which is which."""
    ids = there.add(6)
    rules = {ids[1]: says(403, 1003, "locked"), ids[4]: says(403, 4005, "approved")}

    def refused(request: Request) -> Answer | None:
        named = ids_of(request)
        return next((rules[each] for each in named if each in rules), None)

    there.before = refused
    lines = there.console("bulk", "2026", "--set-billable", "-y").err.splitlines()
    assert [line.rpartition("  ")[2] for line in lines[:2]] == [
        "1001: the entry is locked",
        "1004: the entry is approved",
    ]
    assert lines[2].startswith("error: 4 of 6 entries done, 2 failed")


def test_a_missing_permission_is_reported_once(there: Place) -> None:
    """It ends the batch: no smaller requests are tried."""
    there.add(200)
    there.before = lambda request: (
        says(403, 501, "Access is denied") if request.method == "PUT" else None
    )
    result = there.console("bulk", "2026", "--set-billable", "-y")
    assert len(there.writes()) == 1
    assert result.code == 5
    assert result.err.splitlines()[-2] == (
        "error: 0 of 200 entries done, 100 failed, 100 not tried:"
        " not allowed: no permission, or a paid feature: Access is denied"
    )


def test_many_entries_show_a_progress_bar(there: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal; a few entries show none."""
    bars: list[tuple[int, str]] = []
    counts: list[int] = []

    @contextlib.contextmanager
    def bar(total: int, noun: str, stream: object) -> Iterator[Callable[[int], None]]:
        bars.append((total, noun))
        yield counts.append

    def watched(**given: Any) -> Process:
        return Process(**{**given, "shows_progress": True})

    monkeypatch.setattr("clocktool.render.progress.bar", bar)
    monkeypatch.setattr(tests.conftest, "Process", watched)
    there.add(250)
    there.console.ok("bulk", "2026", "--set-billable", "-y", "-q")
    assert bars == [(250, "entries")]
    assert counts == [100, 200, 250]
    there.console.ok("bulk", "last", "--set-no-billable", "-y", "-q")
    assert len(bars) == 1
