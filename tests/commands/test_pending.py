"""``pending``: what waits, and giving it up."""

import shlex

import pytest

from tests.journal.places import GONE, Place, late


def test_nothing_waits(place: Place) -> None:
    """It is said, without a request; as JSON it is an empty array."""
    assert place.run.ok("pending") == (0, "", "Nothing waits.\n")
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
        "id  state    at     change           reason\n"
        "p1  unsure   12:30  add 'fix' 11:30  no answer from server within 30 s\n"
        "p2  waiting  12:31  stop 12:31       no answer from server within 30 s\n"
    )


def test_the_reason_is_there_for_each(place: Place) -> None:
    """Also for what was kept without being tried."""
    place.run.ok("start", "one", "--at", "12:00")
    place.away("start", "two")
    assert [it["reason"] for it in place.run.ok("pending", "-o", "json").json] == [GONE, GONE]


def test_it_sends_nothing(place: Place) -> None:
    """Whoever looks does not send."""
    place.away("add", "fix", "--for", "1h")
    assert place.asked("pending") == []
    assert place.states == ["waiting"]


def test_it_needs_no_network(place: Place) -> None:
    """All of it is on this machine."""
    place.away("add", "fix", "--for", "1h")
    assert "p1" in place.away("pending").out


def test_hostile_words_are_shown_as_words(place: Place) -> None:
    """A description is text: no escape codes, no markup."""
    place.away("add", "\x1b[31mred[/]", "--for", "1h")
    out = place.run.ok("pending").out
    assert "\x1b" not in out
    assert "red[/]" in out


def test_a_change_that_is_dropped_is_not_sent(place: Place) -> None:
    """It is said what it was."""
    place.away("add", "fix", "--for", "1h")
    assert place.run.ok("pending", "drop", "p1").out == "✗ Deleted add 'fix' 11:30\n"
    assert place.run.ok("sync").err == "Nothing waits.\n"
    assert place.entries == []


def test_dropping_sends_nothing_that_waits(place: Place) -> None:
    """The last chance to keep a change from going out."""
    place.away("add", "fix", "--for", "1h")
    assert place.asked("pending", "drop", "P1") == []


def test_a_dropped_start_is_no_timer_any_more(place: Place) -> None:
    """What is known to run is not what was given up."""
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
        "error: no change 'p9' waits\nhint: clocktool pending lists them\n",
    )


def test_keep_is_for_conflicts(place: Place) -> None:
    """What only waits has no other side."""
    place.away("add", "fix", "--for", "1h")
    result = place.run("pending", "keep", "mine", "p1")
    assert (result.code, result.err.splitlines()[0]) == (
        2,
        "error: p1 is no conflict, it is waiting",
    )


@pytest.mark.parametrize(
    ("line", "again"),
    [
        (
            ("add", "it's", "--for", "1h", "-p", "Nope"),
            "--from 2026-11-24T11:30:00+01:00 --to 2026-11-24T12:30:00+01:00",
        ),
        (("start", "it's", "-p", "Nope"), "--at 2026-11-24T12:30:00+01:00"),
    ],
    ids=["add", "start"],
)
def test_what_was_refused_can_be_typed_again_with_its_times(
    place: Place, line: tuple[str, ...], again: str
) -> None:
    """The hint is the command, to be mended: dropping it would lose when that was."""
    place.away(*line)
    place.run.ok("sync")
    (row,) = place.run.ok("pending", "-o", "json").json[-1:]
    code, _, err = place.run("pending", "keep", "mine", row["id"])
    typed = f"clocktool {line[0]} -p Nope {again} -- 'it'\"'\"'s'"
    drop = f"clocktool pending drop {row['id']}"
    assert (code, err) == (
        2,
        (
            f"error: {row['id']} is no conflict, it is refused\n"
            f"hint: to type it again, mended: {typed}; then {drop}\n"
        ),
    )
    place.run.ok(*shlex.split(typed.replace("Nope", "Site"))[1:])
    place.run.ok("pending", "drop", row["id"])
    assert place.entries[-1].startswith("it's ")


@pytest.mark.parametrize("command", [("add", "--for", "1h"), ("start",)], ids=["add", "start"])
def test_what_is_typed_again_has_all_that_it_had(place: Place, command: tuple[str, ...]) -> None:
    """Task, tags, the mark, fields and a description that looks like an option: nothing is lost."""
    filed = ("-p", "Site", "-t", "Login", "-T", "dev", "-T", "urgent", "--no-billable")
    line = (*command, *filed, "--field", "Ticket=AB 1", "--", "-x  y")
    place.run.ok(*line)
    place.run.ok("undo", "-y")
    place.away(*line)
    place.line.answer(400)
    place.run.ok("sync")
    place.line.mend()
    (row,) = place.run.ok("pending", "-o", "json").json[-1:]
    hint = place.run("pending", "keep", "mine", row["id"]).err.partition(", mended: ")[2]
    words = shlex.split(hint.partition("; then ")[0])
    place.run.ok(*words[1:])
    made = place.run.ok("show", "current" if command == ("start",) else "last", "-o", "json").json
    made = made[0] if isinstance(made, list) else made
    assert made["description"] == "-x  y"
    assert made["billable"] is False
    assert (made["project"]["name"], made["task"]["name"]) == ("Site", "Login")
    assert sorted(tag["name"] for tag in made["tags"]) == ["dev", "urgent"]
    assert [it["value"] for it in made["customFieldValues"]] == ["AB 1"]


def test_keep_wants_mine_or_theirs(place: Place) -> None:
    """Nobody else has a version."""
    result = place.run("pending", "keep", "ours", "p1")
    assert (result.code, result.err) == (
        2,
        "error: 'ours' is nobody\nhint: say mine or theirs\n",
    )
