"""An entry that was changed elsewhere since is not overwritten: both versions wait."""

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


def test_it_is_said_once_and_nothing_is_written(edited: Place) -> None:
    """The server's stays; the command that finds it says what to do, later ones that it waits."""
    shown = "~ not sent yet (see clocktool pending).\n"
    assert edited.run.ok("list", "--total") == (0, "1:00:00\n", SAID + shown)
    waits = "1 change waits for a decision: clocktool pending\n"
    assert edited.run.ok("list", "--total").err == shown + waits
    assert edited.entries == ["theirs 11:30-12:30"]


def test_pending_shows_both(edited: Place) -> None:
    """The change with its reason, then mine and theirs."""
    edited.run.ok("sync")
    assert edited.run.ok("pending").out == (
        "id  state     at     change            reason\n"
        "p2  conflict  12:30  edit 'fix' 11:30  it was changed elsewhere since\n"
        "  p2 mine   11:30–12:30  1h 00m  mine  000a\n"
        "  p2 theirs 11:30–12:30  1h 00m  theirs  000a\n"
    )


def test_keep_mine_writes_it_over(edited: Place) -> None:
    """And nothing waits any more."""
    edited.run.ok("sync")
    assert edited.run.ok("pending", "keep", "mine", "p2").out == "Kept your version.\n"
    assert edited.entries == ["mine 11:30-12:30"]
    assert edited.waits == ""


def test_undo_of_mine_puts_theirs_back(edited: Place) -> None:
    """It was there before: not what was there before both."""
    edited.run.ok("sync")
    edited.run.ok("pending", "keep", "mine", "p2")
    edited.run.ok("undo", "-y")
    assert edited.entries == ["theirs 11:30-12:30"]


def test_mine_is_noted_before_it_goes_out(edited: Place) -> None:
    """A process that is killed meanwhile leaves what may have arrived, and was decided."""
    edited.run.ok("sync")
    seen: list[str] = []

    def look(request: Request) -> Reply | None:
        seen.extend(edited.states)
        return None

    edited.line.before = look
    edited.run.ok("pending", "keep", "mine", "p2")
    assert seen == ["done", "sending"]
    with contextlib.closing(sqlite3.connect(edited.journal)) as file, file:
        file.execute("UPDATE changes SET state = 'sending', after = NULL WHERE number = 2")
    assert edited.run.ok("sync").err == "1 change sent.\n"
    assert edited.entries == ["mine 11:30-12:30"]


def test_keep_theirs_gives_it_up(edited: Place) -> None:
    """Without a request."""
    edited.run.ok("sync")
    assert edited.asked("pending", "keep", "theirs", "p2") == []
    assert edited.entries == ["theirs 11:30-12:30"]
    assert edited.waits == ""


def test_drop_gives_it_up_too(edited: Place) -> None:
    """The word for whatever waits."""
    edited.run.ok("sync")
    assert edited.run.ok("pending", "drop", "p2").out == "✗ Deleted edit 'fix' 11:30\n"
    assert edited.waits == ""
    edited.run.ok("sync")
    assert edited.entries == ["theirs 11:30-12:30"]


def test_keep_mine_without_a_network_stays_a_conflict(edited: Place) -> None:
    """Exit code 6; it can be decided again."""
    edited.run.ok("sync")
    edited.line.cut()
    assert edited.run("pending", "keep", "mine", "p2").code == 6
    edited.line.mend()
    assert edited.waits == "p2 conflict edit 'fix' 11:30\n"
    edited.run.ok("pending", "keep", "mine", "p2")
    assert edited.entries == ["mine 11:30-12:30"]


def test_a_later_change_of_the_same_entry_waits_behind_it(edited: Place) -> None:
    """Order matters for one entry; what is about another goes on."""
    edited.line.cut(writes_only=True)
    edited.run.ok("edit", "last", "--to", "12:00")
    edited.run.ok("add", "more", "--from", "9", "--to", "10")
    edited.line.mend()
    edited.run.ok("sync")
    assert edited.entries == ["more 09:00-10:00", "theirs 11:30-12:30"]
    assert edited.waits == "p2 conflict edit 'fix' 11:30\np3 waiting edit 'mine' 11:30\n"


def test_the_same_change_made_elsewhere_is_no_conflict(place: Place) -> None:
    """Both say the same: it is done."""
    place.run.ok("add", "fix", "--for", "1h")
    place.line.cut(writes_only=True)
    place.run.ok("edit", "last", "-d", "mine")
    place.line.mend()
    put(place, description="mine")
    assert place.run.ok("sync").err == "1 change sent.\n"


def test_a_delete_of_what_was_edited_elsewhere_waits(place: Place) -> None:
    """Nobody's words are deleted unseen; 'mine' deletes them."""
    place.run.ok("add", "fix", "--for", "1h")
    place.line.cut(writes_only=True)
    place.run.ok("delete", "last", "-y")
    place.line.mend()
    put(place, description="theirs")
    place.run.ok("sync")
    assert place.entries == ["theirs 11:30-12:30"]
    assert place.run.ok("pending").out.splitlines()[2:] == [
        "  p2 mine    deleted",
        "  p2 theirs 11:30–12:30  1h 00m  theirs  000a",
    ]
    place.run.ok("pending", "keep", "mine", "p2")
    assert place.entries == []


def test_a_delete_of_theirs_whose_answer_was_lost_is_done_the_next_time(place: Place) -> None:
    """It is gone, as was asked for; undo makes theirs again."""
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


def test_an_entry_that_was_deleted_elsewhere_is_said(place: Place) -> None:
    """The edit has nothing to go to: it is said, and nothing waits."""
    place.run.ok("add", "fix", "--for", "1h")
    place.line.cut(writes_only=True)
    place.run.ok("edit", "last", "-d", "mine")
    place.line.mend()
    (entry,) = place.ask("GET", f"/user/{ME}/time-entries")
    place.ask("DELETE", f"/time-entries/{entry['id']}")
    assert place.run.ok("sync").err == "edit 'fix' 11:30: the entry was deleted elsewhere\n"
    assert place.waits == ""


def test_keep_mine_of_what_was_deleted_since_is_said(edited: Place) -> None:
    """There is nothing left to write over: exit code 4, and it can be dropped."""
    edited.run.ok("sync")
    (entry,) = edited.ask("GET", f"/user/{ME}/time-entries")
    edited.ask("DELETE", f"/time-entries/{entry['id']}")
    assert edited.run("pending", "keep", "mine", "p2").code == 4
    edited.run.ok("pending", "drop", "p2")
    assert edited.waits == ""
