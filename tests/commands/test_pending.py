"""``pending``: what waits, and giving it up."""

import pytest

from tests.contract.worlds import ME
from tests.outbox.places import GONE, Place, late


def test_without_pending_changes_it_says_so(place: Place) -> None:
    """It makes no request; in JSON it is an empty array."""
    assert place.run.ok("pending") == (0, "", "No pending changes.\n")
    assert place.run.ok("pending", "-o", "json").json == []
    place.run.ok("add", "fix", "--for", "1h")
    assert place.asked("pending") == []


def test_it_lists_what_waits_and_why(place: Place) -> None:
    """One line a change, the oldest first: what was sent without an answer is unsure."""
    place.line.lose()
    place.run.ok("add", "fix", "--for", "1h")
    place.run.later(60)
    place.line.cut(late)
    place.run.ok("stop")
    assert place.run.ok("pending").out == (
        "id  state    at     change\n"
        "p1  unsure   12:30  add 'fix' 11:30\n"
        "p2  waiting  12:31  stop 12:31\n"
        "p1, p2: no answer from server within 30 s\n"
        "  clocktool sync\n"
    )


def test_the_reason_is_there_for_each(place: Place) -> None:
    """Also for what was kept without being tried."""
    place.run.ok("start", "one", "--at", "12:00")
    place.away("start", "two")
    assert [it["reason"] for it in place.run.ok("pending", "-o", "json").json] == [GONE, GONE]


def test_listing_pending_changes_sends_nothing(place: Place) -> None:
    """Only other commands and sync send them."""
    place.away("add", "fix", "--for", "1h")
    assert place.asked("pending") == []
    assert place.states == ["waiting"]


def test_it_needs_no_network(place: Place) -> None:
    """All of it is on this machine."""
    place.away("add", "fix", "--for", "1h")
    assert "p1" in place.away("pending").out


def test_descriptions_are_shown_without_escape_codes(place: Place) -> None:
    """They are text: no markup either."""
    place.away("add", "\x1b[31mred[/]", "--for", "1h")
    out = place.run.ok("pending").out
    assert "\x1b" not in out
    assert "red[/]" in out


def test_a_change_that_is_dropped_is_not_sent(place: Place) -> None:
    """It is said what it was."""
    place.away("add", "fix", "--for", "1h")
    assert place.run.ok("pending", "drop", "p1").out == "✗ Deleted add 'fix' 11:30\n"
    assert place.run.ok("sync").err == "No pending changes.\n"
    assert place.entries == []


def test_dropping_a_change_sends_no_other(place: Place) -> None:
    """It is the last chance to keep a change from being sent."""
    place.away("add", "fix", "--for", "1h")
    assert place.asked("pending", "drop", "P1") == []


def test_a_dropped_start_is_no_longer_the_running_timer(place: Place) -> None:
    """The last known timer is the one before."""
    place.away("start", "fix")
    for row in place.run.ok("pending", "-o", "json").json:
        place.run.ok("pending", "drop", row["id"])
    result = place.run("running", "--prompt")
    assert (result.code, result.out) == (0, "")


@pytest.mark.parametrize("line", [("drop", "p9"), ("keep", "mine", "p9")], ids=str)
def test_a_change_that_is_not_there(place: Place, line: tuple[str, ...]) -> None:
    """Exit code 4, and how to see those that are."""
    assert place.run("pending", *line) == (
        4,
        "",
        "error: no pending change 'p9'\nhint: list them: clocktool pending\n",
    )


def test_keep_refuses_a_change_without_a_conflict(place: Place) -> None:
    """A waiting change has no other version."""
    place.away("add", "fix", "--for", "1h")
    result = place.run("pending", "keep", "mine", "p1")
    assert (result.code, result.err.splitlines()[0]) == (
        2,
        "error: p1 is not a conflict, it is waiting",
    )


@pytest.mark.parametrize("command", ["add", "start"])
def test_what_was_refused_is_corrected_and_sent_with_its_times(place: Place, command: str) -> None:
    """The hint is the command: typing it anew would lose when that was."""
    place.away(
        *{"add": ("add", "it's", "--for", "1h"), "start": ("start", "it's")}[command], "-p", "Nope"
    )
    place.run.ok("sync")
    (row,) = place.run.ok("pending", "-o", "json").json[-1:]
    code, _, err = place.run("pending", "keep", "mine", row["id"])
    assert (code, err) == (
        2,
        (
            f"error: {row['id']} is not a conflict, it is refused\n"
            f"hint: fix it: clocktool pending edit {row['id']} -p NAME; or discard it: clocktool"
            f" pending drop {row['id']}\n"
        ),
    )
    place.run.ok("pending", "edit", row["id"], "-p", "Site")
    place.run.later(3600).ok("sync")
    times = {"add": "11:30-12:30", "start": "12:30-"}[command]
    assert place.entries[-1] == f"it's {times} Site"
    assert place.waits == ""


def test_a_pending_change_can_be_edited_in_full(place: Place) -> None:
    """Times, description and assignment; what no option names stays."""
    place.away("add", "fix", "--from", "9", "--to", "10", "-p", "Nope", "-T", "dev")
    place.away("pending", "edit", "p1", "-d", "mend", "--to", "9:30", "-p", "Ops")
    place.run.ok("sync")
    assert place.entries == ["mend 09:00-09:30 Ops"]
    assert place.run("pending", "edit", "p1", "-d", "x").code == 4


def test_a_project_that_is_made_lets_what_was_refused_for_it_go(place: Place) -> None:
    """Its name was wrong only until then; the next command sends it."""
    place.away("add", "fix", "--for", "1h", "-p", "Nope")
    place.run.ok("sync")
    assert place.run.ok("projects", "add", "Nope").code == 0
    place.run.ok("sync")
    assert place.entries == ["fix 11:30-12:30 Nope"]


def test_json_has_both_versions_of_a_conflict(place: Place) -> None:
    """Who decides by a program sees what would be written, and over what."""
    place.run.ok("add", "fix", "--for", "1h")
    place.line.cut(writes_only=True)
    place.run.ok("edit", "last", "-d", "mine")
    place.line.mend()
    (entry,) = place.ask("GET", f"/user/{ME}/time-entries")
    interval = entry["timeInterval"]
    body = {"start": interval["start"], "end": interval["end"], "description": "theirs"}
    place.ask("PUT", f"/time-entries/{entry['id']}", body)
    place.run.ok("sync")
    (row,) = place.run.ok("pending", "-o", "json").json
    assert (row["mine"]["description"], row["theirs"]["description"]) == ("mine", "theirs")


def test_keep_accepts_only_mine_or_theirs(place: Place) -> None:
    """Another word is a usage error."""
    result = place.run("pending", "keep", "ours", "p1")
    assert (result.code, result.err) == (
        2,
        "error: invalid version `ours`\nhint: use mine or theirs\n",
    )


def test_each_change_is_settled_by_the_commands_that_are_shown(place: Place) -> None:
    """The reason is said once; what is typed as shown leaves nothing pending."""
    place.away("add", "one", "--for", "1h", "-p", "Nope")
    place.away("add", "two", "--for", "1h")
    lines = place.run.ok("pending").out.splitlines()[3:]
    assert lines == [f"p1, p2: {GONE}", "  clocktool sync"]
    place.run("sync")
    refused, *commands = place.run.ok("pending").out.splitlines()[2:]
    assert refused.startswith("p1: ")
    assert commands == ["  clocktool pending edit p1 -p NAME", "  clocktool pending drop p1"]
    (row,) = place.run.ok("pending", "-o", "json").json
    assert [f"  {each}" for each in row["settle"]] == commands
    place.run.ok(*commands[0].replace("NAME", "Site").split()[1:])
    place.run.ok("sync")
    assert place.waits == ""
