"""Pending changes are sent in order: none is lost, none is sent twice."""

import contextlib
import shutil
import sqlite3

import pytest

from clocktool.backends.base import Reply, Request
from clocktool.outbox.store import Store
from clocktool.storage.failure import StorageError
from tests.contract.worlds import ME
from tests.outbox.places import Place, late

GET, POST = "GET time-entries", "POST time-entries"


def test_sync_sends_pending_changes(either: Place) -> None:
    """One request, and one line about it; with -q no line."""
    either.away("add", "fix", "--for", "1h")
    assert either.run.ok("sync").err == "1 change sent.\n"
    assert either.entries == ["fix 11:30-12:30"]
    either.away("add", "more", "--for", "1h")
    assert either.run.ok("sync", "-q") == (0, "", "")
    assert len(either.entries) == 2


def test_sync_without_pending_changes_makes_no_request(place: Place) -> None:
    """Cron can run it every five minutes."""
    assert place.asked("sync") == []


def test_a_create_that_was_not_sent_is_one_request(place: Place) -> None:
    """It can't have arrived, so the server is not checked first."""
    place.away("add", "fix", "--for", "1h")
    assert place.asked("sync") == [POST]


def test_a_day_without_a_network_is_sent_after_one_look_at_the_timer(place: Place) -> None:
    """As nothing runs, each start with its stop is one request more, the last start two."""
    for number in range(4):
        place.away("start", f"fix {number}")
        place.run.later(900)
        place.away("stop")
        place.run.later(900)
    place.away("start", "last")
    assert place.asked("sync") == [GET, *[POST] * 4, GET, POST]
    assert place.run.ok("list", "--total").out == "1:00:00\n"


def test_what_is_found_on_the_server_is_kept_for_reads_without_it(place: Place) -> None:
    """A stop and an entry had arrived, but their replies were lost: a read offline shows both."""
    shown = ("list", "--template", "{start} {end} {description}")
    place.run.ok("start", "fix", "--at", "12:00")
    place.run.ok("list")
    place.line.lose()
    place.run.ok("stop")
    place.line.mend()
    place.run.ok("sync")
    assert place.run.ok(*shown, "--offline").out == "12:00 12:30 fix\n"
    place.line.lose()
    place.run.ok("add", "call", "--from", "9", "--to", "10")
    place.line.mend()
    place.run.ok("sync")
    assert place.run.ok(*shown, "--offline").out == "09:00 10:00 call\n12:00 12:30 fix\n"


def test_the_next_command_with_a_request_sends_pending_changes(place: Place) -> None:
    """Also a command that only reads: it sees the sent change."""
    place.away("add", "fix", "--for", "1h")
    assert place.run.ok("list", "--template", "{description}").out == "fix\n"
    assert place.states == ["done"]


def test_pending_changes_are_sent_before_a_new_one(place: Place) -> None:
    """In the order in which they were typed."""
    place.away("add", "one", "--from", "9", "--to", "10")
    place.away("add", "two", "--from", "10", "--to", "11")
    seen: list[object] = []

    def look(request: Request) -> Reply | None:
        if request.method == "POST":
            assert isinstance(request.body, dict)
            seen.append(request.body["description"])
        return None

    place.line.before = look
    place.run.ok("add", "three", "--from", "11", "--to", "12")
    assert seen == ["one", "two", "three"]


def test_a_new_change_waits_if_a_pending_one_cannot_be_sent(place: Place) -> None:
    """The network is back for half a second only: the order stays."""
    place.away("add", "one", "--from", "9", "--to", "10")
    place.line.cut()
    place.run.ok("add", "two", "--from", "10", "--to", "11")
    assert place.states == ["waiting", "waiting"]
    place.line.mend()
    assert place.run.ok("sync").err == "2 changes sent.\n"
    assert place.entries == ["one 09:00-10:00", "two 10:00-11:00"]


def test_after_a_lost_answer_the_change_is_found(either: Place) -> None:
    """It had arrived: one read finds it, and nothing is sent again."""
    either.line.lose()
    either.run.ok("add", "fix", "--for", "1h", "-p", "Site")
    either.line.mend()
    assert either.asked("sync") == [GET]
    assert either.entries == ["fix 11:30-12:30 Site"]
    assert either.states == ["done"]


def test_after_a_lost_request_the_change_is_sent(either: Place) -> None:
    """It had not arrived: after one read it is sent."""
    either.line.cut(late, writes_only=True)
    either.run.ok("add", "fix", "--for", "1h")
    either.line.mend()
    assert either.asked("sync") == [GET, POST]
    assert either.entries == ["fix 11:30-12:30"]


@pytest.mark.parametrize(
    "other",
    [
        {"description": "fax"},
        {"start": "2026-11-24T10:30:01Z"},
        {"end": "2026-11-24T11:30:01Z"},
        {"projectId": None},
    ],
    ids=lambda it: next(iter(it)),
)
def test_a_similar_entry_is_not_taken_for_it(place: Place, other: dict[str, str]) -> None:
    """Start, end, description and project must all be equal."""
    like = {
        "description": "fix",
        "start": "2026-11-24T10:30:00Z",
        "end": "2026-11-24T11:30:00Z",
        "projectId": place.shop.site,
    }
    place.ask("POST", "/time-entries", like | other)
    place.line.cut(late, writes_only=True)
    place.run.ok("add", "fix", "--for", "1h", "-p", "Site")
    place.line.mend()
    assert place.asked("sync") == [GET, POST]
    assert len(place.entries) == 2


def test_two_equal_creates_with_lost_answers_are_two_entries(place: Place) -> None:
    """An entry that is the result of one change is not taken for that of another."""
    for _ in range(2):
        place.line.lose()
        place.run.ok("add", "fix", "--for", "1h")
    place.line.mend()
    place.run.ok("sync")
    assert place.entries == ["fix 11:30-12:30"] * 2


def test_a_start_with_a_lost_answer_is_not_sent_twice(place: Place) -> None:
    """The next command finds the running timer."""
    place.line.lose(method="POST")
    place.run.ok("start", "fix")
    place.line.mend()
    place.run.later(600)
    place.run.ok("running")
    assert place.entries == ["fix 12:30-"]


def test_a_stop_with_a_lost_answer_does_not_stop_another_timer(place: Place) -> None:
    """It had arrived, and another timer runs now: that one continues."""
    place.run.ok("start", "one")
    place.run.later(600)
    place.line.lose()
    place.run.ok("stop")
    place.line.mend()
    place.ask("POST", "/time-entries", {"start": "2026-11-24T11:45:00Z", "description": "web"})
    place.run.later(3600)
    place.run.ok("sync")
    assert place.entries == ["one 12:30-12:40", "web 12:45-"]


def test_start_and_stop_without_a_network_are_one_request(either: Place) -> None:
    """With both instants."""
    either.away("start", "fix", "-p", "Site", "-T", "dev")
    either.run.later(1800)
    either.away("stop")
    either.run.later(7200)
    assert [each for each in either.asked("sync") if each.startswith("P")] == [POST]
    assert either.entries == ["fix 12:30-13:00 Site"]


@pytest.mark.parametrize("sent", [True, False], ids=["a timer", "one that waits, too"])
def test_values_set_by_a_stop_without_a_network_are_sent_with_it(either: Place, sent: bool) -> None:
    """Description, project, tags and custom fields, in one request with the end."""
    either.run.ok("add", "known", "--from", "8", "--to", "9", "--field", "Ticket=CF-0")
    (either.run.ok if sent else either.away)("start", "fix", "--at", "12:00")
    either.away("stop", "-d", "mend", "-p", "Site", "-T", "dev", "--field", "Ticket=CF-1")
    either.run.ok("sync")
    assert either.entries == ["known 08:00-09:00", "mend 12:00-12:30 Site"]
    entry, _ = either.ask("GET", f"/user/{ME}/time-entries")
    assert [tag["name"] for tag in entry["tags"]] == ["dev"]
    assert [it["value"] for it in entry["customFieldValues"]] == ["CF-1"]


def test_a_day_of_timers_without_a_network(either: Place) -> None:
    """Start, start, stop, start: three adjacent entries, the last one running."""
    either.away("start", "one", "--at", "9:00")
    either.away("start", "two", "--at", "10:00")
    either.away("stop", "--at", "11:00")
    either.away("start", "three", "--at", "11:30")
    either.run.ok("sync")
    assert either.entries == ["one 09:00-10:00", "two 10:00-11:00", "three 11:30-"]


def test_a_start_without_a_network_ends_the_timer_before(either: Place) -> None:
    """At the start of the new timer, whenever that is sent."""
    either.run.ok("start", "one", "--at", "9:00")
    either.away("start", "two", "--at", "10:00")
    either.run.later(7200)
    either.run.ok("sync")
    assert either.entries == ["one 09:00-10:00", "two 10:00-"]


def test_a_timer_stopped_earlier_elsewhere_keeps_that_end(either: Place) -> None:
    """It was stopped on the web at 12:40: that end is kept, with a note."""
    either.run.ok("start", "fix")
    either.run.later(3600)
    either.away("stop")
    either.ask("PATCH", f"/user/{ME}/time-entries", {"end": "2026-11-24T11:40:00Z"})
    said = either.run.ok("sync").err
    assert said == "stop 'fix' 13:30: it was stopped elsewhere at 12:40; kept that end\n"
    assert either.entries == ["fix 12:30-12:40"]


def test_a_timer_stopped_elsewhere_between_read_and_stop_keeps_that_end(place: Place) -> None:
    """It was stopped on the web at 12:40, after our read and before our stop."""
    place.run.ok("start", "fix")
    place.run.later(3600)
    place.away("stop")

    def stop_first(request: Request) -> Reply | None:
        if request.method == "PATCH":
            place.line.mend()
            place.ask("PATCH", f"/user/{ME}/time-entries", {"end": "2026-11-24T11:40:00Z"})
        return None

    place.line.before = stop_first
    said = place.run.ok("sync").err
    assert said == "stop 'fix' 13:30: it was stopped elsewhere at 12:40; kept that end\n"
    assert place.entries == ["fix 12:30-12:40"]


def test_a_stop_without_a_network_and_without_a_last_timer_file(place: Place) -> None:
    """The timer was started from here, so the stop ends it."""
    place.run.ok("start", "fix", "--at", "-1h")
    shutil.rmtree(place.run.home / "data" / "known")
    place.away("stop")
    place.run.later(60).ok("sync")
    assert place.entries == ["fix 11:30-12:30"]


def test_a_refused_stop_delays_the_start_of_its_command(place: Place) -> None:
    """A rule requires a field of the timer: the next timer is not started."""
    place.run.ok("start", "old", "--at", "9:00")
    place.away("start", "new")
    place.ask("PUT", "", {"workspaceSettings": {"forceProjects": True}})
    assert "was refused" in place.run.ok("sync").err
    assert place.waits == "p3 refused stop 'old' 12:30\np4 waiting start 'new' 12:30\n"
    assert place.entries == ["old 09:00-"]


def test_a_stop_does_not_end_a_timer_started_elsewhere_later(place: Place) -> None:
    """That start ended our timer, and the new timer continues."""
    place.run.ok("start", "fix")
    place.run.later(3600)
    place.away("stop")
    place.ask("PATCH", f"/user/{ME}/time-entries", {"end": "2026-11-24T11:40:00Z"})
    place.ask("POST", "/time-entries", {"start": "2026-11-24T11:40:00Z", "description": "web"})
    said = place.run.ok("sync").err
    assert said == "stop 'fix' 13:30: it was stopped elsewhere at 12:40; kept that end\n"
    assert place.entries == ["fix 12:30-12:40", "web 12:40-"]


def test_a_stop_of_a_timer_deleted_elsewhere_is_dropped(place: Place) -> None:
    """A note says so, and nothing is pending."""
    place.run.ok("start", "fix")
    place.away("stop")
    (entry,) = place.ask("GET", f"/user/{ME}/time-entries")
    place.ask("DELETE", f"/time-entries/{entry['id']}")
    assert place.run.ok("sync").err == "stop 'fix' 12:30: the entry was deleted elsewhere\n"
    assert place.waits == ""


@pytest.mark.parametrize("at", ["12:30", "13:00"])
def test_a_start_ends_at_a_later_start_elsewhere(place: Place, at: str) -> None:
    """Our timer ends at the start of the other one, with a note; also in the same second."""
    place.away("start", "fix")
    place.run.later(3600)
    place.ask("POST", "/time-entries", {"start": f"2026-11-24T{at}:00+01:00", "description": "web"})
    said = place.run.ok("sync").err.splitlines()
    assert said[-2:] == [
        f"start 'fix' 12:30: another timer was started elsewhere at {at}, so that it ended there",
        "1 change sent.",
    ]
    assert sorted(place.entries) == [f"fix 12:30-{at}", f"web {at}-"]


def test_a_timer_moved_after_its_stop_keeps_running(place: Place) -> None:
    """Its start was corrected while both were pending: no entry ends before its start."""
    place.away("start", "fix", "--at", "9:00")
    place.away("stop", "--at", "10:00")
    place.away("pending", "edit", "p2", "--from", "11:00")
    assert place.run.ok("sync").err == (
        "stop 'fix' 10:00: the timer started after that\n1 change sent.\n"
    )
    assert place.entries == ["fix 11:00-"]
    assert place.waits == ""


@pytest.mark.parametrize("arrived", [True, False])
def test_a_stop_after_an_unsure_start_is_sent_separately(place: Place, arrived: bool) -> None:
    """The start may have arrived: the stop ends that timer."""
    if arrived:
        place.line.lose(method="POST")
    else:
        place.line.cut(late, method="POST")
    place.run.ok("start", "fix")
    place.line.cut()
    place.run.later(1800).ok("stop")
    place.line.mend()
    place.run.later(1800).ok("sync")
    assert place.entries == ["fix 12:30-13:00"]
    assert place.waits == ""


def test_a_start_that_did_not_arrive_ends_at_its_stop(place: Place) -> None:
    """A timer that was started elsewhere since does not change its end."""
    place.line.cut(late, method="POST")
    place.run.ok("start", "fix")
    place.line.mend()
    place.run.later(1800)
    place.away("stop")
    place.ask("POST", "/time-entries", {"start": "2026-11-24T12:15:00Z", "description": "web"})
    assert place.run.later(3600).ok("sync").err == "2 changes sent.\n"
    assert place.entries == ["fix 12:30-13:00", "web 13:15-"]


def test_a_start_delayed_by_a_wrong_name_ends_at_its_stop(place: Place) -> None:
    """A later start from here has overtaken it, and its answer was lost, too."""
    place.away("start", "one", "-p", "Nosuch")
    place.run.later(600)
    place.away("start", "two")
    place.run.later(600)
    place.line.cut(late, writes_only=True)
    place.run.ok("start", "three")
    place.line.mend()
    place.run.later(600)
    place.line.lose()
    place.run.ok("start", "four")
    place.line.mend()
    place.run.later(600).ok("stop")
    place.run.ok("sync")
    place.run.ok("pending", "edit", "p2", "-p", "Site")
    place.run.ok("sync")
    assert place.waits == ""
    assert place.entries == [
        "one 12:30-12:40 Site",
        "two 12:40-12:50",
        "three 12:50-13:00",
        "four 13:00-13:10",
    ]


def test_two_pending_edits_of_one_entry_are_not_a_conflict(place: Place) -> None:
    """Both edits are from here, and both take effect."""
    place.run.ok("add", "fix", "--for", "1h", "-p", "Site")
    place.line.answer(503)
    place.run.ok("edit", "last", "-d", "mend")
    place.run.ok("edit", "last", "-p", "Ops")
    place.line.mend()
    assert place.run.ok("sync").err == "2 changes sent.\n"
    assert place.entries == ["mend 11:30-12:30 Ops"]


def test_a_pending_edit_and_delete_of_one_entry_are_not_a_conflict(place: Place) -> None:
    """A change from here does not prevent the delete."""
    place.run.ok("add", "fix", "--for", "1h")
    place.line.answer(503)
    place.run.ok("edit", "last", "-d", "mend")
    place.run.ok("delete", "last", "-y")
    place.line.mend()
    assert place.run.ok("sync").err == "2 changes sent.\n"
    assert place.entries == []


def test_a_pending_edit_keeps_the_end_of_a_pending_stop(place: Place) -> None:
    """Both take effect on the same entry."""
    place.run.ok("start", "fix")
    place.line.answer(503)
    place.run.later(600).ok("stop")
    place.run.later(600).ok("edit", "last", "-d", "mend")
    place.line.mend()
    place.run.ok("sync")
    assert place.entries == ["mend 12:30-12:40"]
    assert place.waits == ""


@pytest.mark.parametrize("status", [0, 503], ids=["late", "503"])
def test_a_failed_read_does_not_make_an_unsent_change_unsure(place: Place, status: int) -> None:
    """It can't have arrived, so undo needs no request."""
    place.away("start", "fix")

    def fail(request: Request) -> Reply | None:
        if request.method == "GET" and status:
            return Reply(status, {}, b"")
        if request.method == "GET":
            raise late()
        return None

    place.line.before = fail
    assert place.run("sync").code == 6
    assert set(place.states) == {"waiting"}
    place.run.ok("undo", "-y")
    place.line.mend()
    assert place.run.ok("sync").err == "No pending changes.\n"
    assert place.entries == []


def test_a_change_of_a_killed_process_is_found(place: Place) -> None:
    """Its state is ``sending``: the next command checks the server and finds it."""
    place.run.ok("add", "fix", "--for", "1h")
    with contextlib.closing(sqlite3.connect(place.journal)) as file, file:
        file.execute("UPDATE changes SET state = 'sending', after = NULL")
    assert place.asked("sync") == [GET]
    assert place.entries == ["fix 11:30-12:30"]
    assert place.states == ["done"]


def test_no_request_is_sent_before_a_rate_limit_ends(place: Place) -> None:
    """The service gave that time when pending changes were sent."""
    place.away("add", "fix", "--for", "1h")
    place.line.answer(429, retry_after="600")
    assert place.run("sync").code == 7
    place.line.mend()
    place.server.asked.clear()
    place.run.later(300)
    result = place.run("sync")
    assert result.code == 7
    assert "no more requests until 12:40" in result.err
    assert place.requests == []
    place.run.later(301).ok("sync")
    assert place.entries == ["fix 11:30-12:30"]


def test_a_pending_edit_is_sent_after_a_check(either: Place) -> None:
    """The entry is unchanged: one read, one write."""
    either.run.ok("add", "fix", "--for", "1h", "-p", "Site", "-T", "dev")
    either.line.cut(writes_only=True)
    either.run.ok("edit", "last", "-d", "mend")
    either.line.mend()
    (entry,) = either.ask("GET", f"/user/{ME}/time-entries")
    one = f"time-entries/{entry['id']}"
    assert either.asked("sync") == [f"GET {one}", f"PUT {one}"]
    assert either.entries == ["mend 11:30-12:30 Site"]


def test_an_edit_with_a_lost_answer_is_not_sent_twice(either: Place) -> None:
    """It had arrived: one read shows that."""
    either.run.ok("add", "fix", "--for", "1h")
    either.line.lose()
    either.run.ok("edit", "last", "-d", "mend")
    either.line.mend()
    asked = either.asked("sync")
    assert [each.split()[0] for each in asked] == ["GET"]
    assert either.entries == ["mend 11:30-12:30"]


def test_a_pending_delete_is_sent(either: Place) -> None:
    """The entry is unchanged, so it is deleted."""
    either.run.ok("add", "fix", "--for", "1h")
    either.line.cut(writes_only=True)
    either.run.ok("delete", "last", "-y")
    either.line.mend()
    either.run.ok("sync")
    assert either.entries == []
    assert either.states[-1] == "done"


def test_a_delete_with_a_lost_answer_is_done(either: Place) -> None:
    """The entry does not exist any more."""
    either.run.ok("add", "fix", "--for", "1h")
    either.line.lose()
    either.run.ok("delete", "last", "-y")
    either.line.mend()
    assert either.run.ok("sync").code == 0
    assert either.waits == ""
    assert either.states[-1] == "done"


def test_names_are_looked_up_when_the_change_is_sent(either: Place) -> None:
    """Project, task and tag could not be looked up before."""
    either.away("add", "fix", "--for", "1h", "-p", "Site", "-t", "Login", "-T", "dev")
    either.run.ok("sync")
    (entry,) = either.run.ok("list", "-o", "json").json
    assert (entry["project"]["name"], entry["task"]["name"]) == ("Site", "Login")
    assert [tag["name"] for tag in entry["tags"]] == ["dev"]


def test_a_change_with_an_unknown_name_is_refused(place: Place) -> None:
    """It stays with its reason until it is dropped; later changes are sent."""
    place.away("add", "fix", "--for", "1h", "-p", "Nope")
    place.away("add", "more", "--for", "1h")
    said = place.run.ok("sync").err
    assert said == (
        "add 'fix' 11:30 was refused: no project 'Nope' (clocktool pending)\n1 change sent.\n"
    )
    assert place.waits == "p1 refused add 'fix' 11:30\n"
    assert "no project 'Nope'" in place.run.ok("pending").out
    assert place.entries == ["more 11:30-12:30"]


def test_a_change_refused_later_is_reported_once(place: Place) -> None:
    """A day was locked meanwhile: the row keeps the reason and is not sent again."""
    place.away("add", "fix", "--for", "1h")
    place.ask("PUT", "", {"workspaceSettings": {"forceProjects": True}})
    assert "was refused" in place.run.ok("sync").err
    assert place.asked("sync") == []
    assert place.waits == "p1 refused add 'fix' 11:30\n"


def test_a_refused_key_keeps_pending_changes(place: Place) -> None:
    """They are sent with a key that is accepted."""
    place.away("add", "fix", "--for", "1h")
    place.line.answer(401, writes_only=False)
    assert place.run("sync").code != 0
    place.line.mend()
    place.run.ok("sync")
    assert place.entries == ["fix 11:30-12:30"]


def test_sync_without_a_network_ends_with_6(place: Place) -> None:
    """Cron sees the exit code and one line; the changes stay pending."""
    place.away("add", "fix", "--for", "1h")
    place.line.cut()
    code, out, err = place.run("sync")
    assert (code, out) == (6, "")
    assert err.startswith("error: 1 pending change not sent: server could not be reached")
    assert place.states == ["waiting"]


def test_a_create_is_found_though_the_server_trims_its_description(place: Place) -> None:
    """It is not created twice."""
    place.line.lose()
    row = "2026-11-23T09:00:00Z,2026-11-23T10:00:00Z,trail \n"
    place.run.ok("import", "-", stdin=f"start,end,description\n{row}")
    (entry,) = place.ask("GET", f"/user/{ME}/time-entries")
    body = {
        "start": entry["timeInterval"]["start"],
        "end": entry["timeInterval"]["end"],
        "description": "trail",
    }
    place.ask("PUT", f"/time-entries/{entry['id']}", body)
    place.line.mend()
    place.run.ok("sync")
    assert len(place.entries) == 1


def test_add_and_delete_without_a_network_make_no_request(either: Place) -> None:
    """Both can still be undone."""
    either.away("add", "fix", "--from", "9", "--to", "10")
    either.away("delete", "last", "-y")
    writes = [each for each in either.asked("sync") if not each.startswith("GET")]
    assert writes == []
    assert either.waits == ""
    either.run.ok("undo")
    assert either.entries == ["fix 09:00-10:00"]


def test_a_start_keeps_running_if_its_stop_was_not_recorded(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full: the stop before it does not end it in its first second."""

    def full(*_: object, **__: object) -> None:
        raise StorageError(place.journal, "the disk is full", "free some space and try again")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "done", full)
        place.run.ok("start", "fix")
    place.run.later(600).ok("sync")
    assert place.waits == ""
    assert place.entries == ["fix 12:30-"]


def test_no_request_is_sent_before_the_rate_limit_of_a_write_ends(place: Place) -> None:
    """Later changes stay pending, too."""
    place.line.answer(429, retry_after="600")
    place.run.ok("add", "one", "--from", "8", "--to", "9")
    place.line.mend()
    assert place.asked("add", "two", "--from", "9", "--to", "10") == []
    place.run.later(601).ok("sync")
    assert place.entries == ["one 08:00-09:00", "two 09:00-10:00"]
