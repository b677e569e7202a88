"""Conflicts: an entry that was changed elsewhere is not overwritten, and both versions are kept."""

import contextlib
import sqlite3

import pytest

from clocktool.backends.base import Reply, Request
from tests.contract.worlds import ME
from tests.outbox.places import Place


def put(place: Place, **changes: object) -> None:
    """Change the only entry on the web."""
    (entry,) = place.ask("GET", f"/user/{ME}/time-entries")
    times = entry["timeInterval"]
    body = {"start": times["start"], "end": times["end"], "description": entry["description"]}
    place.ask("PUT", f"/time-entries/{entry['id']}", body | changes)


@pytest.fixture
def edited(place: Place) -> Place:
    """An entry that was edited here without a network, then on the web."""
    place.run.ok("add", "fix", "--for", "1h")
    place.line.cut(writes_only=True)
    place.run.ok("edit", "last", "-d", "mine")
    place.line.mend()
    put(place, description="theirs")
    return place


SAID = (
    "edit 'fix' 11:30 waits: it was changed elsewhere since"
    " (clocktool pending keep mine|theirs p2)\n"
)


def test_a_conflict_is_reported_and_nothing_is_sent(edited: Place) -> None:
    """The first command says what to do; later ones only mention that a decision is needed."""
    shown = "~ not sent yet (see clocktool pending).\n"
    assert edited.run.ok("list", "--total") == (0, "1:00:00\n", SAID + shown)
    waits = "1 change waits for a decision: clocktool pending\n"
    assert edited.run.ok("list", "--total").err == shown + waits
    assert edited.entries == ["theirs 11:30-12:30"]


def test_pending_shows_both_versions(edited: Place) -> None:
    """It shows the change with its reason, then mine and theirs."""
    edited.run.ok("sync")
    assert edited.run.ok("pending").out == (
        "id  state     at     change\n"
        "p2  conflict  12:30  edit 'fix' 11:30\n"
        "p2: it was changed elsewhere since\n"
        "  p2 mine   11:30–12:30  1h 00m  mine  000a\n"
        "  p2 theirs 11:30–12:30  1h 00m  theirs  000a\n"
        "  clocktool pending keep mine p2\n"
        "  clocktool pending keep theirs p2\n"
    )


def test_keep_mine_sends_the_change(edited: Place) -> None:
    """After that nothing is pending."""
    edited.run.ok("sync")
    assert edited.run.ok("pending", "keep", "mine", "p2").out == "Kept your version.\n"
    assert edited.entries == ["mine 11:30-12:30"]
    assert edited.waits == ""


def test_undo_after_keep_mine_restores_theirs(edited: Place) -> None:
    """It restores the version that was on the server, not the one before both."""
    edited.run.ok("sync")
    edited.run.ok("pending", "keep", "mine", "p2")
    edited.run.ok("undo", "-y")
    assert edited.entries == ["theirs 11:30-12:30"]


def test_keep_mine_is_recorded_before_it_is_sent(edited: Place) -> None:
    """After a kill the change may have arrived, and the decision is not lost."""
    edited.run.ok("sync")
    seen: list[str] = []

    def look(request: Request) -> Reply | None:
        seen.extend(edited.states)
        return None

    edited.line.before = look
    edited.run.ok("pending", "keep", "mine", "p2")
    assert seen[-2:] == ["done", "sending"]
    with contextlib.closing(sqlite3.connect(edited.journal)) as file, file:
        file.execute("UPDATE changes SET state = 'sending', after = NULL WHERE number = 2")
    assert edited.run.ok("sync").err == "1 change sent.\n"
    assert edited.entries == ["mine 11:30-12:30"]


def test_keep_theirs_discards_the_change(edited: Place) -> None:
    """It sends no request."""
    edited.run.ok("sync")
    assert edited.asked("pending", "keep", "theirs", "p2") == []
    assert edited.entries == ["theirs 11:30-12:30"]
    assert edited.waits == ""


def test_drop_discards_a_conflict(edited: Place) -> None:
    """``pending drop`` discards any pending change."""
    edited.run.ok("sync")
    assert edited.run.ok("pending", "drop", "p2").out == "✗ Deleted edit 'fix' 11:30\n"
    assert edited.waits == ""
    edited.run.ok("sync")
    assert edited.entries == ["theirs 11:30-12:30"]


def test_keep_mine_without_a_network_stays_a_conflict(edited: Place) -> None:
    """Exit code 6; the decision can be repeated."""
    edited.run.ok("sync")
    edited.line.cut()
    assert edited.run("pending", "keep", "mine", "p2").code == 6
    edited.line.mend()
    assert edited.waits == "p2 conflict edit 'fix' 11:30\n"
    edited.run.ok("pending", "keep", "mine", "p2")
    assert edited.entries == ["mine 11:30-12:30"]


def test_later_changes_of_an_entry_wait_for_its_conflict(edited: Place) -> None:
    """Changes of other entries are sent."""
    edited.line.cut(writes_only=True)
    edited.run.ok("edit", "last", "--to", "12:00")
    edited.run.ok("add", "more", "--from", "9", "--to", "10")
    edited.line.mend()
    edited.run.ok("sync")
    assert edited.entries == ["more 09:00-10:00", "theirs 11:30-12:30"]
    assert edited.waits == "p2 conflict edit 'fix' 11:30\np3 waiting edit 'mine' 11:30\n"


def test_the_same_change_made_elsewhere_is_not_a_conflict(place: Place) -> None:
    """The entry already has those values: the change is done."""
    place.run.ok("add", "fix", "--for", "1h")
    place.line.cut(writes_only=True)
    place.run.ok("edit", "last", "-d", "mine")
    place.line.mend()
    put(place, description="mine")
    assert place.run.ok("sync").err == "1 change sent.\n"


def test_a_delete_of_an_entry_edited_elsewhere_is_a_conflict(place: Place) -> None:
    """The edit is not deleted unseen; ``keep mine`` deletes the entry."""
    place.run.ok("add", "fix", "--for", "1h")
    place.line.cut(writes_only=True)
    place.run.ok("delete", "last", "-y")
    place.line.mend()
    put(place, description="theirs")
    place.run.ok("sync")
    assert place.entries == ["theirs 11:30-12:30"]
    assert place.run.ok("pending").out.splitlines()[3:5] == [
        "  p2 mine    deleted",
        "  p2 theirs 11:30–12:30  1h 00m  theirs  000a",
    ]
    place.run.ok("pending", "keep", "mine", "p2")
    assert place.entries == []


def test_keep_mine_of_a_delete_with_a_lost_answer_is_found_done(place: Place) -> None:
    """The entry is deleted; undo creates the version from elsewhere again."""
    place.run.ok("add", "fix", "--for", "1h")
    place.line.cut(writes_only=True)
    place.run.ok("delete", "last", "-y")
    place.line.mend()
    put(place, description="theirs")
    place.run.ok("sync")
    place.line.lose()
    assert place.run("pending", "keep", "mine", "p2").code == 6
    place.line.mend()
    place.run.ok("pending", "keep", "mine", "p2")
    assert place.waits == ""
    place.run.ok("undo", "-y")
    assert place.entries == ["theirs 11:30-12:30"]


def test_an_edit_of_an_entry_deleted_elsewhere_is_dropped(place: Place) -> None:
    """A note says so, and nothing is pending."""
    place.run.ok("add", "fix", "--for", "1h")
    place.line.cut(writes_only=True)
    place.run.ok("edit", "last", "-d", "mine")
    place.line.mend()
    (entry,) = place.ask("GET", f"/user/{ME}/time-entries")
    place.ask("DELETE", f"/time-entries/{entry['id']}")
    assert place.run.ok("sync").err == "edit 'fix' 11:30: the entry was deleted elsewhere\n"
    assert place.waits == ""


def test_keep_mine_of_a_deleted_entry_is_an_error(edited: Place) -> None:
    """Exit code 4; the change can be dropped."""
    edited.run.ok("sync")
    (entry,) = edited.ask("GET", f"/user/{ME}/time-entries")
    edited.ask("DELETE", f"/time-entries/{entry['id']}")
    assert edited.run("pending", "keep", "mine", "p2").code == 4
    edited.run.ok("pending", "drop", "p2")
    assert edited.waits == ""
