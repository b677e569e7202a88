"""Files of the version before are migrated: journals, marks, the last timer.

``files/version-1`` has dumps of what that version wrote, with the server it wrote to.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from clocktool.outbox import schema
from tests.conftest import Console
from tests.outbox.places import Place, placed, rows

pytestmark = pytest.mark.slow

FILES = Path(__file__).parent / "files" / "version-1"
DUMPS = ("done", "refused", "reopened", "unnamed", "waiting")

Opened = Callable[[str], Place]


@pytest.fixture
def opened(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Opened]:
    """Return places as the version before left them, an hour ago."""
    with ExitStack() as stack:

        def of(name: str) -> Place:
            console = new_console(name).later(3600)
            for _ in range(64):
                console.new_id()
            return stack.enter_context(placed(console, "service", monkeypatch, FILES / name))

        yield of


def change(path: Path, sql: str) -> None:
    """Change a file by hand."""
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(sql)


def undone(place: Place) -> list[str]:
    """Return what is listed as undone, as far as anything is known of it."""
    found = place.run.ok("undo", "--list", "-o", "json").json
    return [each["change"] for each in found if each["undone"] and each["change"]]


def writes(place: Place) -> list[str]:
    """Return the requests that reached the server and may have changed something."""
    return [each for each in place.requests if not each.startswith("GET ")]


def test_pending_changes_are_shown_as_before(opened: Opened) -> None:
    """With the same words; a stop that was merged into a start is a stop again."""
    place = opened("waiting")
    assert place.waits == (
        "p9 conflict edit 'to conflict' 06:00\n"
        "p10 waiting add 'to split' 10:00\n"
        "p11 waiting edit 'to split' 09:00\n"
        "p12 waiting edit 'to edit' 05:00\n"
        "p13 waiting edit 'to move' 04:00\n"
        "p14 waiting delete 'to delete' 05:30\n"
        "p15 waiting stop 'to stop' 12:20\n"
        "p16 waiting stop 12:31\n"
        "p17 waiting start 'new timer' 12:31\n"
        "p18 unsure add 'arrived' 03:00\n"
        "p19 unsure add 'lost' 03:30\n"
    )
    assert writes(place) == []


def test_pending_changes_are_sent_once_and_in_order(opened: Opened) -> None:
    """A change that had arrived is found; a conflict still needs a decision."""
    place = opened("waiting")
    assert place.run.ok("sync").err == (
        "1 change waits for a decision: clocktool pending\n9 changes sent.\n"
    )
    assert place.entries == [
        "arrived 03:00-03:30 Site",
        "lost 03:30-04:00",
        "to move 04:00-04:30 Site",
        "edited 05:00-05:30 Site",
        "theirs 06:00-06:30",
        "to split 09:00-10:00 Site",
        "to split 10:00-11:00 Site",
        "to stop 12:00-12:20",
        "new timer 12:31-",
    ]
    item = "time-entries/00000000000000000000000"
    assert writes(place) == [
        "POST time-entries",
        f"PUT {item}d",
        f"PUT {item}a",
        f"PUT {item}e",
        f"DELETE {item}b",
        "PATCH time-entries",
        "POST time-entries",
        "POST time-entries",
    ]
    place.server.asked.clear()
    place.run.ok("sync")
    assert writes(place) == []


def test_a_conflict_can_still_be_decided(opened: Opened) -> None:
    """Both versions are kept."""
    place = opened("waiting")
    (row, *_) = place.run.ok("pending", "-o", "json").json
    assert row["state"] == "conflict"
    place.run.ok("pending", "keep", "mine", "p9")
    assert "mine 06:00-06:30" in place.entries


def test_the_mark_of_a_pending_part_moves_to_its_entry(opened: Opened) -> None:
    """In the file of marks it had the number of the change that creates the part."""
    place = opened("waiting")
    marks = place.run.home / "data" / "invoiced.sqlite3"
    named = "SELECT entry FROM marks ORDER BY entry"
    assert [each.partition("@")[0] for each in rows(marks, named)] == [f"{13:024x}", "p10"]
    place.run.ok("sync")
    found = place.run.ok("list", "today", "-o", "json").json
    parts = sorted(each["id"] for each in found if each["description"] == "to split")
    assert rows(marks, named) == parts


def test_pending_changes_can_be_undone_after_they_are_sent(opened: Opened) -> None:
    """All of them, down to the state of the server before."""
    place = opened("waiting")
    place.run.ok("sync")
    for _ in range(9):
        place.run.ok("undo", "-y")
    assert place.entries == [
        "to move 04:00-04:30 Ops",
        "to edit 05:00-05:30 Site",
        "to delete 05:30-06:00",
        "theirs 06:00-06:30",
        "to split 09:00-11:00 Site",
        "to stop 12:00-",
    ]


def test_pending_changes_can_be_undone_before_they_are_sent(opened: Opened) -> None:
    """No request of a start or split that was not sent follows."""
    place = opened("waiting")
    change(place.journal, "DELETE FROM changes WHERE number >= 18 OR number = 9")
    for _ in range(6):
        place.away("undo", "-y")
    assert place.run.ok("pending").err == "No pending changes.\n"
    assert writes(place) == []


def test_the_last_timer_is_known_without_a_request(opened: Opened) -> None:
    """The prompt shows the timer of the earlier version."""
    place = opened("waiting")
    assert place.away("running", "--prompt").out == "● 59m new timer\n"
    assert place.requests == []


def test_names_of_pending_changes_are_looked_up(opened: Opened) -> None:
    """An unknown name needs a decision; a stop of a pending start ends it."""
    place = opened("unnamed")
    result = place.run.ok("sync")
    assert result.err == (
        "add 'nowhere' 07:30 was refused: no project 'Nowhere' (clocktool pending)\n"
        "4 changes sent.\n"
    )
    assert place.entries == [
        "first ever 07:00-07:30 Site",
        "fix login 08:00-08:45 Ops",
        "runs 12:00-",
    ]
    assert writes(place) == ["POST time-entries"] * 3
    assert "first ever  $ #dev" in place.run.ok("list", "today").out


def test_a_merged_stop_can_be_undone_alone(opened: Opened) -> None:
    """Its start then is pending without an end."""
    place = opened("unnamed")
    change(place.journal, "DELETE FROM changes WHERE number > 5")
    place.away("undo", "-y")
    place.run.ok("sync")
    assert place.entries == ["first ever 07:00-07:30 Site", "fix login 08:00- Ops"]


def test_an_undone_stop_stays_undone(opened: Opened) -> None:
    """The earlier version had removed the end from its start."""
    place = opened("reopened")
    assert place.run.ok("running", "--prompt").out == "● 1h 30m runs on\n"
    place.run.ok("sync")
    assert place.entries == ["runs on 12:00-"]
    assert writes(place) == ["POST time-entries"]


def test_a_stop_of_a_dropped_start_is_dropped(opened: Opened) -> None:
    """There is no timer to end, and no message."""
    place = opened("unnamed")
    change(place.journal, "DELETE FROM changes WHERE number <> 5")
    assert place.run.ok("pending") == (0, "", "No pending changes.\n")
    assert place.run.ok("sync") == (0, "", "No pending changes.\n")


def test_a_refused_change_still_needs_a_decision(opened: Opened) -> None:
    """Its reason is kept."""
    place = opened("refused")
    (row,) = place.run.ok("pending", "-o", "json").json
    assert (row["id"], row["state"], row["reason"]) == ("p1", "refused", "refused by a rule: no")
    place.run.ok("pending", "drop", "p1")
    assert place.run.ok("pending").err == "No pending changes.\n"


def test_all_that_could_be_undone_still_can(opened: Opened) -> None:
    """start, stop, add, edit, delete, bulk, split, dup, import, invoice, one after the other."""
    place = opened("done")
    seen = [place.entries]
    while (result := place.run("undo", "-y")).code == 0:
        seen.append(place.entries)
    assert result == (1, "", "Nothing to undo: no change was made here\n")
    assert len(seen) == 17
    assert seen[2:] == UNDONE
    marks = place.run.home / "data" / "invoiced.sqlite3"
    assert rows(marks, "SELECT entry FROM marks WHERE stands") == []


UNDONE = [
    ["four b 10:40-11:00 Site", *(day := ["zero 07:40-07:50", "one 08:00-08:30 Site"]),
     "two 08:40-09:00", "three b 09:00-09:20", "four b 10:00-10:20 Site",
     "four b 10:20-10:40 Site", "four b 10:40-11:00 Site"],
    [*day, "two 08:40-09:00", "three b 09:00-09:20", "four b 10:00-10:20 Site",
     "four b 10:20-10:40 Site", "four b 10:40-11:00 Site"],
    *[[*day, "two 08:40-09:00", "three b 09:00-09:20", "four b 10:00-11:00 Site"]] * 2,
    ["five 07:00-07:30", *day, "two 08:40-09:00", "three b 09:00-09:20", "four b 10:00-11:00 Site"],
    [*day, "two 08:40-09:00", "three b 09:00-09:20", "four b 10:00-11:00 Site"],
    [*day, "two 08:40-09:00", "three b 09:00-09:20", "four 10:00-11:00 Site"],
    [*day, "two 08:40-09:00", "three b 09:00-09:20"],
    [*day, "two 08:40-09:00", "three 09:00-"],
    [*day, "two 08:40-"],
    day,
    ["zero 07:40-07:50", "one 08:00- Site"],
    ["zero 07:40-07:50"],
    ["zero 07:40-"],
    [],
]  # fmt: skip
"""The server's entries after each undo, from that of the import on."""


def test_undone_commands_can_be_redone(opened: Opened) -> None:
    """The earlier version had no redo; its undone commands are listed and can be restored."""
    place = opened("done")
    before = place.entries
    assert undone(place) == ["add 'six' 06:00", "start 'four b' 12:47"]
    place.run.ok("redo", "-y")
    place.run.ok("redo", "-y")
    assert sorted({*place.entries} - {*before}) == ["four b 12:47- Site", "six 06:00-06:30"]
    assert place.run("redo", "-y").code == 1
    assert undone(place) == []
    place.run.ok("undo", "-y")
    place.run.ok("undo", "-y")
    assert place.entries == before


@pytest.mark.parametrize("state", ["sending", "unsure"])
def test_an_unsure_start_is_checked(opened: Opened, state: str) -> None:
    """After a kill or a lost answer it is not created twice, and its end is kept."""
    place = opened("unnamed")
    change(place.journal, "DELETE FROM changes WHERE number NOT IN (4, 5)")
    change(place.journal, f"UPDATE changes SET state = '{state}' WHERE number = 4")
    day = "2026-11-24T0"
    body = {"start": f"{day}7:00:00Z", "end": f"{day}7:45:00Z", "description": "fix login"}
    place.ask("POST", "/time-entries", body | {"projectId": place.shop.ops})
    place.run.ok("sync")
    assert place.entries == ["fix login 08:00-08:45 Ops"]
    assert writes(place) == []


def test_a_refused_split_does_not_shorten_the_entry(opened: Opened) -> None:
    """The changes of a command depend on each other."""
    place = opened("waiting")
    change(place.journal, "DELETE FROM changes WHERE number NOT IN (10, 11)")
    place.line.answer(400)
    place.run.ok("sync")
    place.line.mend()
    place.run.ok("sync")
    assert "to split 09:00-11:00 Site" in place.entries
    assert writes(place) == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE changes SET change = '{' WHERE number = 12",
        'UPDATE changes SET change = \'{"type": "new"}\' WHERE number = 12',
        "UPDATE changes SET change = '[]' WHERE number = 12",
        "UPDATE changes SET state = 7 WHERE number = 12",
        "UPDATE changes SET state = 'lost' WHERE number = 12",
        "UPDATE changes SET theirs = '{}' WHERE number = 12",
        "UPDATE changes SET after = x'ff' WHERE number = 12",
        "UPDATE changes SET at = 'noon' WHERE number = 12",
    ],
)
def test_a_damaged_row_is_removed_and_a_copy_kept(opened: Opened, sql: str) -> None:
    """All other changes are sent."""
    place = opened("waiting")
    change(place.journal, sql)
    said = place.run.ok("pending").err
    assert said.startswith("The journal has 1 row that can't be read (")
    assert "left out, 10 changes that wait are kept. As it was it is " in said
    aside = Path(said.partition("As it was it is ")[2].partition(";")[0])
    assert rows(aside, "SELECT count(*) FROM changes WHERE number = 12") == [1]
    place.run.ok("sync")
    assert "to edit 05:00-05:30 Site" in place.entries
    assert "new timer 12:31-" in place.entries


def test_a_damaged_start_damages_no_other_row(opened: Opened) -> None:
    """Its stop has no timer to end."""
    place = opened("unnamed")
    change(place.journal, "DELETE FROM changes WHERE number NOT IN (1, 4, 5)")
    change(place.journal, "UPDATE changes SET change = '[]' WHERE number = 4")
    assert "left out" in place.run.ok("pending").err
    place.run.ok("sync")
    assert place.entries == ["first ever 07:00-07:30 Site"]
    assert place.run.ok("pending").err == "No pending changes.\n"


@pytest.mark.parametrize("name", DUMPS)
def test_the_batch_size_makes_no_difference(
    opened: Opened, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large file is not in memory as a whole."""
    whole = opened(name)
    whole.run.ok("pending")
    columns = "number, action, state, change, entry, digest, theirs"
    table = f"SELECT {' || '.join(f'quote({each})' for each in columns.split(', '))} FROM changes"
    expected = rows(whole.journal, table)
    whole.journal.unlink()
    monkeypatch.setattr(schema, "BATCH", 2)
    with closing(sqlite3.connect(whole.journal)) as file:
        file.executescript((FILES / name / "journal.sql").read_text("utf-8"))
    whole.run.ok("pending")
    assert len(expected) == len(rows(whole.journal, table))
    assert expected == rows(whole.journal, table)
