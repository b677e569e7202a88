"""Reads while the network is away: what is known is shown and marked, the rest says so."""

from collections.abc import Callable, Iterator

import pytest

from clocktool.backends.base import Request
from tests.conftest import Console
from tests.contract.worlds import Begin, Shop, W
from tests.outbox.places import GONE, LATE, Place, copied, first_place, gone, late

AS_KNOWN = f"~ as last known 12:30: {GONE}\n"
ERROR = f"error: {GONE}\nhint: check the network, then try again\n"
REST = "~ not sent yet; other entries can't be read now.\n"


@pytest.fixture
def fresh(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch, begun: Begin[Shop]
) -> Iterator[Place]:
    """A console that has asked nothing yet."""
    with copied(begun(first_place, "service"), new_console("service"), monkeypatch) as made:
        yield made


@pytest.fixture
def place(fresh: Place) -> Place:
    """A console with a known timer since 12."""
    fresh.run.ok("start", "fix", "--at", "12:00", "-p", "Site")
    return fresh


def test_running_shows_the_last_known_timer_marked(place: Place) -> None:
    """With the time of the last answer and the reason."""
    place.line.cut()
    place.run.later(1800)
    assert place.run("running") == (0, "~ 12:00  1h 00m  fix  Site · ACME  $  000a\n", AS_KNOWN)


def test_an_entry_that_waits_overlaps_those_that_were_sent(place: Place) -> None:
    """It has the user that will own it: lists mark it, ``audit`` finds it, ``join`` takes it."""
    place.run.ok("stop", "--at", "12:20")
    place.run.ok("list", "-q")
    place.line.cut()
    place.run.ok("add", "call", "12:10-12:25", "-p", "Site")
    listed = place.run.ok("list").out
    assert "! 2 entries overlap: 10m counted twice\n" in listed
    assert "'fix' and 'call' overlap by 10m" in place.run("audit", "today").out
    assert place.run.ok("join", "last", "last~1").out.startswith("~ Joined 12:00–12:25  25m  fix")
    place.line.mend()
    place.run.ok("sync")
    assert place.run.ok("list", "--total").out == "0:25:00\n"


def test_running_as_json_is_still_one_object(place: Place) -> None:
    """The mark is on standard error."""
    place.line.cut()
    result = place.run.ok("running", "-o", "json")
    assert result.json["description"] == "fix"
    assert result.err == AS_KNOWN


def test_running_says_that_nothing_was(place: Place) -> None:
    """As last known: exit code 1, like with a network."""
    place.run.ok("stop")
    place.line.cut()
    assert place.run("running") == (
        1,
        "",
        f"Nothing is running, as last known 12:30: {GONE}\n",
    )


def test_running_shows_what_was_started_while_away(place: Place) -> None:
    """The journal is part of what is known."""
    place.away("start", "new", "--at", "12:20")
    place.line.cut()
    assert place.run.ok("running").out == "~ 12:20  10m  new  p4\n"


def test_running_knows_what_was_stopped_while_away(place: Place) -> None:
    """Exit code 1."""
    place.away("stop")
    place.line.cut()
    assert place.run("running").code == 1


def test_running_with_nothing_known_is_an_error(fresh: Place) -> None:
    """Exit code 6, and nothing on standard output."""
    fresh.line.cut()
    assert fresh.run("running") == (6, "", ERROR)


@pytest.mark.parametrize(
    "line",
    [
        ("list",),
        ("list", "-o", "json"),
        ("list", "--total"),
        ("report",),
        ("show", "last"),
        ("running", "--all"),
        ("projects",),
    ],
    ids=" ".join,
)
def test_a_bare_read_is_an_error(place: Place, line: tuple[str, ...]) -> None:
    """Exit code 6: nothing is made up."""
    place.line.cut()
    result = place.run(*line)
    assert (result.code, result.out) == (6, "")


def test_list_shows_what_waits(place: Place) -> None:
    """Marked, then that the rest cannot be read: exit code 6 all the same."""
    place.away("add", "review", "--from", "9", "--to", "10", "-p", "Site")
    place.line.cut()
    code, out, err = place.run("list")
    assert code == 6
    assert out.splitlines()[1] == "~ p3  09:00–10:00  1h 00m  Site · ACME  review  $"
    assert err == REST + ERROR


def test_list_of_another_day_shows_nothing_of_today(place: Place) -> None:
    """What waits is of the day it is on."""
    place.away("add", "review", "--from", "9", "--to", "10")
    place.line.cut()
    result = place.run("list", "yesterday")
    assert (result.code, result.out) == (6, "")


def test_list_shows_nothing_of_what_ended_at_midnight(place: Place) -> None:
    """A window begins with its first instant: no table that only has a total of nothing."""
    place.away("add", "late", "--from", "yesterday 23:00", "--for", "1h")
    place.line.cut()
    assert place.run("list") == (6, "", ERROR)
    assert "23:00–00:00" in place.run("list", "yesterday").out


def test_list_shows_the_end_of_a_timer_that_was_stopped_while_away(place: Place) -> None:
    """The entry of the server, with the end that waits."""
    place.away("stop", "--at", "12:15")
    place.line.cut()
    assert "12:00–12:15" in place.run("list").out


def test_a_list_as_json_shows_nothing_that_waits(place: Place) -> None:
    """A script gets all or nothing."""
    place.away("add", "review", "--from", "9", "--to", "10")
    place.line.cut()
    result = place.run("list", "-o", "json")
    assert (result.code, result.out) == (6, "")


@pytest.mark.parametrize("error", [gone, late], ids=["gone", "late"])
@pytest.mark.parametrize(
    "line",
    [
        ("running",),
        ("list",),
        ("report",),
        ("start", "x", "-p", "New", "-T", "other"),
        ("stop",),
        ("stop", "--max", "10h", "-p", "New"),
        ("add", "x", "--for", "1h", "-p", "New", "-t", "Task", "-T", "other"),
        ("edit", "current", "-d", "x"),
        ("show", "last", "last~1"),
    ],
    ids=" ".join,
)
def test_a_server_that_does_not_answer_costs_one_time_out(
    place: Place, line: tuple[str, ...], error: Callable[[], Exception]
) -> None:
    """However much a command has to ask; what could not be reached is tried three times at most."""
    place.run.env["CLOCKTOOL_TIMEZONE"] = "Europe/Berlin"
    place.line.cut(error)  # type: ignore[arg-type]
    place.line.tried.clear()
    assert place.run(*line).code in (0, 6)
    assert len(place.line.tried) <= (1 if error is late else 3), place.line.tried


def test_what_waits_and_a_read_cost_one_time_out_together(place: Place) -> None:
    """The journal tries first; the read does not wait once more."""
    place.away("add", "review", "--from", "9", "--to", "10")
    place.line.cut(late)
    place.line.tried.clear()
    assert place.run("list").code == 6
    assert len(place.line.tried) == 1


def test_a_server_that_fails_shows_what_is_known_too(place: Place) -> None:
    """503 is as good as away."""
    place.line.answer(503, writes_only=False)
    result = place.run("running")
    assert result.code == 0
    assert result.out.startswith("~ 12:00  30m  fix")


def test_a_refused_key_is_no_network_problem(place: Place) -> None:
    """Exit code 3, and nothing of what was known: the key may belong to another account."""
    place.line.answer(401, writes_only=False)
    result = place.run("running")
    assert (result.code, result.out) == (3, "")


def test_late_names_the_time(place: Place) -> None:
    """The reason is the network's own."""
    place.line.cut(late)
    assert place.run("running").err == f"~ as last known 12:30: {LATE}\n"


def test_what_waits_lies_over_what_can_be_read(place: Place) -> None:
    """Where only writes fail, a timer that was stopped does not run for any command."""
    place.line.answer(429, retry_after="3600")
    place.run.later(1800).ok("stop")
    place.run.ok("add", "call", "--from", "9", "--to", "10", "-p", "Site")
    place.line.mend()
    assert place.run("running").code == 1
    assert place.run("running", "--prompt").out == ""
    listed = place.run.ok("list")
    assert listed.out == (
        "Tue 24 Nov 2026                                                         2h 00m\n"
        "~   p4  09:00–10:00  1h 00m  Site · ACME  call  $\n"
        "~ 000a  12:00–13:00  1h 00m  Site · ACME  fix   $\n"
        "                                               billable 2h 00m    total 2h 00m\n"
    )
    assert listed.err == "~ not sent yet (see clocktool pending).\n"
    assert place.run.ok("list", "--total").out == "2:00:00\n"
    report = place.run.ok("report", "--total")
    assert report.out == "2:00:00\n"
    assert report.err == "Includes 2 entries not sent yet (see clocktool pending).\n"
    place.run.later(3601).ok("sync")
    assert [entry["durationSeconds"] for entry in place.run.ok("list", "-o", "json").json] == [
        3600,
        3600,
    ]


def test_what_was_deleted_while_away_is_not_listed(place: Place) -> None:
    """Every read shows a pending delete as done."""
    place.run.ok("add", "gone", "--from", "9", "--to", "10")
    place.line.answer(500)
    place.run.ok("delete", "last", "-y")
    assert "gone" not in place.run.ok("list").out


def test_a_start_that_waits_is_billable_as_its_project_is(place: Place) -> None:
    """The service will decide so; what is read shows it as soon as it waits."""
    place.run.ok("stop", "--at", "12:10")
    started = place.away("start", "new", "-p", "Site", "--at", "12:20")
    assert started.out == "● Started 12:20  10m  new  Site · ACME  $  p5\n"
    place.line.cut()
    assert place.run("running").out == "~ 12:20  10m  new  Site · ACME  $  p5\n"
    assert "   billable  yes\n" in place.run.ok("show", "current").out
    place.line.answer(302)
    assert "new  $\n" in place.run.ok("list").out
    assert place.run.ok("report", "-o", "json").json["billableSeconds"] == 1200
    place.line.mend()
    assert place.run.ok("report", "-o", "json").json["billableSeconds"] == 1200


@pytest.mark.parametrize(
    "line",
    [("-p", "Site", "--no-billable"), ("-p", "Ops"), ("-p", "Unknown"), ()],
    ids=" ".join,
)
def test_an_entry_that_waits_is_not_billable_where_that_is_said(
    place: Place, line: tuple[str, ...]
) -> None:
    """By the person, or by a project, or by there being none; one that is unknown says nothing."""
    place.run.ok("add", "before", "--from", "7", "--to", "8", "-p", "Ops")
    place.away("add", "new", "--from", "9", "--to", "10", *line)
    place.line.answer(302)
    assert [line.endswith("$") for line in place.run.ok("list").out.splitlines()[1:4]] == [
        False,
        False,
        True,
    ]
    assert place.run.ok("report", "-o", "json").json["billableSeconds"] == 1800


def test_an_edit_that_waits_makes_no_timer_sure(place: Place) -> None:
    """What runs at the service is still what was last known of it."""
    place.line.answer(500)
    place.run.ok("edit", "current", "-d", "new")
    place.line.cut()
    shown = place.run("running")
    assert shown == (0, "~ 12:00  30m  new  Site · ACME  $  000a\n", AS_KNOWN)
    assert place.run("show", "current") == (6, "", ERROR)


def test_what_waits_is_not_shown_among_another_users_entries(place: Place) -> None:
    """The timer is from this machine."""
    place.line.answer(500)
    place.run.ok("add", "mine", "--from", "9", "--to", "10")
    bob = place.behind.send(Request("POST", f"{W}/users", (), {"email": "bob@example.org"}))
    assert bob.status < 300, bob
    assert "mine" in place.run.ok("list").out
    assert "mine" not in place.run.ok("list", "--user", "bob@example.org").out


def test_the_name_of_what_waited_is_good_after_it_was_sent(place: Place) -> None:
    """A person who has just read it types it."""
    place.away("add", "mine", "--from", "9", "--to", "10")
    assert place.run.ok("show", "p3", "--template", "{description}").out == "mine\n"


def test_a_list_shows_what_waits_for_an_account_that_was_never_reached(fresh: Place) -> None:
    """The pending entries are all that is known; the account's zone is not, so the machine's."""
    fresh.line.cut()
    fresh.run.ok("start", "fix")

    result = fresh.run("list")

    assert result.code == 6
    assert "fix" in result.out
    assert result.err == f"{REST}{ERROR}"


def test_reads_of_an_account_that_was_never_reached_show_what_waits(fresh: Place) -> None:
    """Sums, and the timer, which can be changed, too; what else there is cannot be said."""
    fresh.line.cut()
    fresh.run.ok("add", "one", "--from", "9", "--to", "10:30")
    fresh.run.ok("start", "two", "--at", "11")
    assert fresh.run("list", "--total") == (6, "3:00:00\n", REST + ERROR)
    code, out, err = fresh.run("report", "--by", "description")
    assert code == 6
    assert [line.split()[0] for line in out.splitlines()[-3:]] == ["one", "two", "total"]
    assert err == f"Only what is not sent yet; other entries can't be read now.\n{ERROR}"
    assert fresh.run("report", "-o", "json").out == ""
    assert fresh.run.ok("show", "current", "--template", "{description}").out == "two\n"
    assert fresh.run.ok("show", "last", "--template", "{description}").out == "one\n"
    fresh.run.ok("edit", "current", "-d", "three", "-q")
    assert fresh.run.ok("show", "current", "--template", "{description}").out == "three\n"
