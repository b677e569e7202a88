"""What waits is sent in order: nothing is lost, nothing is done twice."""

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


def test_sync_sends_what_waits(either: Place) -> None:
    """One request, and a line that says so; with -q not even that."""
    either.away("add", "fix", "--for", "1h")
    assert either.run.ok("sync").err == "1 change sent.\n"
    assert either.entries == ["fix 11:30-12:30"]
    either.away("add", "more", "--for", "1h")
    assert either.run.ok("sync", "-q") == (0, "", "")
    assert len(either.entries) == 2


def test_sync_asks_nobody_when_nothing_waits(place: Place) -> None:
    """Every five minutes from cron: no request at all."""
    assert place.asked("sync") == []


def test_a_create_that_never_left_is_one_request(place: Place) -> None:
    """It cannot have arrived: nothing is looked for."""
    place.away("add", "fix", "--for", "1h")
    assert place.asked("sync") == [POST]


def test_the_next_command_that_goes_out_sends_it(place: Place) -> None:
    """Also one that only reads: it sees what was sent."""
    place.away("add", "fix", "--for", "1h")
    assert place.run.ok("list", "--template", "{description}").out == "fix\n"
    assert place.states == ["done"]


def test_a_later_write_never_overtakes(place: Place) -> None:
    """What waits goes first, in the order of the keys."""
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


def test_a_later_write_waits_behind_one_that_cannot_go(place: Place) -> None:
    """The network is back for half a second only: the order stays."""
    place.away("add", "one", "--from", "9", "--to", "10")
    place.line.cut()
    place.run.ok("add", "two", "--from", "10", "--to", "11")
    assert place.states == ["waiting", "waiting"]
    place.line.mend()
    assert place.run.ok("sync").err == "2 changes sent.\n"
    assert place.entries == ["one 09:00-10:00", "two 10:00-11:00"]


def test_a_lost_answer_is_looked_for_and_found(either: Place) -> None:
    """It had arrived: one read finds it, and nothing is sent again."""
    either.line.lose()
    either.run.ok("add", "fix", "--for", "1h", "-p", "Site")
    either.line.mend()
    assert either.asked("sync") == [GET]
    assert either.entries == ["fix 11:30-12:30 Site"]
    assert either.states == ["done"]


def test_a_lost_request_is_looked_for_and_sent(either: Place) -> None:
    """It had not arrived: one read says so, then it goes out."""
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
def test_an_entry_that_only_looks_alike_is_another(place: Place, other: dict[str, str]) -> None:
    """Start, end, description and project are all the same, or it is not the one."""
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


def test_two_alike_whose_answers_were_lost_are_two(place: Place) -> None:
    """An entry that is known to be another change's is not taken for this one's."""
    for _ in range(2):
        place.line.lose()
        place.run.ok("add", "fix", "--for", "1h")
    place.line.mend()
    place.run.ok("sync")
    assert place.entries == ["fix 11:30-12:30"] * 2


def test_a_start_whose_answer_was_lost_is_not_started_twice(place: Place) -> None:
    """The timer runs; the next command finds it."""
    place.line.lose(method="POST")
    place.run.ok("start", "fix")
    place.line.mend()
    place.run.later(600)
    place.run.ok("running")
    assert place.entries == ["fix 12:30-"]


def test_a_stop_whose_answer_was_lost_stops_nothing_else(place: Place) -> None:
    """It had arrived, and another timer runs by now: that one goes on."""
    place.run.ok("start", "one")
    place.run.later(600)
    place.line.lose()
    place.run.ok("stop")
    place.line.mend()
    place.ask("POST", "/time-entries", {"start": "2026-11-24T11:45:00Z", "description": "web"})
    place.run.later(3600)
    place.run.ok("sync")
    assert place.entries == ["one 12:30-12:40", "web 12:45-"]


def test_start_and_stop_while_away_are_one_entry(either: Place) -> None:
    """With the two instants, in one request."""
    either.away("start", "fix", "-p", "Site", "-T", "dev")
    either.run.later(1800)
    either.away("stop")
    either.run.later(7200)
    assert [each for each in either.asked("sync") if each.startswith("P")] == [POST]
    assert either.entries == ["fix 12:30-13:00 Site"]


@pytest.mark.parametrize("sent", [True, False], ids=["a timer", "one that waits, too"])
def test_what_a_stop_fills_in_while_away_is_sent_with_it(either: Place, sent: bool) -> None:
    """Description, project, tags and custom fields, in one request with the end."""
    either.run.ok("add", "known", "--from", "8", "--to", "9", "--field", "Ticket=CF-0")
    (either.run.ok if sent else either.away)("start", "fix", "--at", "12:00")
    either.away("stop", "-d", "mend", "-p", "Site", "-T", "dev", "--field", "Ticket=CF-1")
    either.run.ok("sync")
    assert either.entries == ["known 08:00-09:00", "mend 12:00-12:30 Site"]
    entry, _ = either.ask("GET", f"/user/{ME}/time-entries")
    assert [tag["name"] for tag in entry["tags"]] == ["dev"]
    assert [it["value"] for it in entry["customFieldValues"]] == ["CF-1"]


def test_a_day_of_timers_while_away(either: Place) -> None:
    """Start, start, stop, start: three entries that touch, the last one running."""
    either.away("start", "one", "--at", "9:00")
    either.away("start", "two", "--at", "10:00")
    either.away("stop", "--at", "11:00")
    either.away("start", "three", "--at", "11:30")
    either.run.ok("sync")
    assert either.entries == ["one 09:00-10:00", "two 10:00-11:00", "three 11:30-"]


def test_a_start_while_away_ends_the_timer_of_before(either: Place) -> None:
    """Where the new one starts, however late that is sent."""
    either.run.ok("start", "one", "--at", "9:00")
    either.away("start", "two", "--at", "10:00")
    either.run.later(7200)
    either.run.ok("sync")
    assert either.entries == ["one 09:00-10:00", "two 10:00-"]


def test_a_timer_stopped_earlier_elsewhere_keeps_that_end(either: Place) -> None:
    """The web stopped it at 12:40: that stays, and it is said."""
    either.run.ok("start", "fix")
    either.run.later(3600)
    either.away("stop")
    either.ask("PATCH", f"/user/{ME}/time-entries", {"end": "2026-11-24T11:40:00Z"})
    said = either.run.ok("sync").err
    assert said == "stop 'fix' 13:30: it was stopped elsewhere at 12:40; kept that end\n"
    assert either.entries == ["fix 12:30-12:40"]


def test_a_timer_stopped_elsewhere_just_now_keeps_that_end(place: Place) -> None:
    """The web stopped it at 12:40, after it was looked at and before our stop came."""
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


def test_a_stop_while_away_of_a_timer_that_is_not_known_any_more(place: Place) -> None:
    """The file of the last timer is gone, but it was started from here: it is what is meant."""
    place.run.ok("start", "fix", "--at", "-1h")
    shutil.rmtree(place.run.home / "data" / "known")
    place.away("stop")
    place.run.later(60).ok("sync")
    assert place.entries == ["fix 11:30-12:30"]


def test_a_stop_that_is_refused_holds_up_the_start_of_its_command(place: Place) -> None:
    """A rule says what the timer lacks: the next one is not started over it."""
    place.run.ok("start", "old", "--at", "9:00")
    place.away("start", "new")
    place.ask("PUT", "", {"workspaceSettings": {"forceProjects": True}})
    assert "was refused" in place.run.ok("sync").err
    assert place.waits == "p3 refused stop 'old' 12:30\np4 waiting start 'new' 12:30\n"
    assert place.entries == ["old 09:00-"]


def test_a_stop_after_which_another_timer_was_started_elsewhere(place: Place) -> None:
    """The web ended ours by starting another: that one is not ours to end."""
    place.run.ok("start", "fix")
    place.run.later(3600)
    place.away("stop")
    place.ask("PATCH", f"/user/{ME}/time-entries", {"end": "2026-11-24T11:40:00Z"})
    place.ask("POST", "/time-entries", {"start": "2026-11-24T11:40:00Z", "description": "web"})
    said = place.run.ok("sync").err
    assert said == "stop 'fix' 13:30: it was stopped elsewhere at 12:40; kept that end\n"
    assert place.entries == ["fix 12:30-12:40", "web 12:40-"]


def test_a_timer_that_was_deleted_elsewhere(place: Place) -> None:
    """There is nothing to end: it is said, and nothing waits."""
    place.run.ok("start", "fix")
    place.away("stop")
    (entry,) = place.ask("GET", f"/user/{ME}/time-entries")
    place.ask("DELETE", f"/time-entries/{entry['id']}")
    assert place.run.ok("sync").err == "stop 'fix' 12:30: the entry was deleted elsewhere\n"
    assert place.waits == ""


@pytest.mark.parametrize("at", ["12:30", "13:00"])
def test_a_start_while_another_timer_was_started_later_elsewhere(place: Place, at: str) -> None:
    """One timer at a time: ours ended where that one began, which is said; also in its second."""
    place.away("start", "fix")
    place.run.later(3600)
    place.ask("POST", "/time-entries", {"start": f"2026-11-24T{at}:00+01:00", "description": "web"})
    said = place.run.ok("sync").err.splitlines()
    assert said[-2:] == [
        f"start 'fix' 12:30: another timer was started elsewhere at {at}, so that it ended there",
        "1 change sent.",
    ]
    assert sorted(place.entries) == [f"fix 12:30-{at}", f"web {at}-"]


def test_a_timer_that_was_moved_behind_its_stop_runs_on(place: Place) -> None:
    """Its start was put right while both waited: no entry ends before it began."""
    place.away("start", "fix", "--at", "9:00")
    place.away("stop", "--at", "10:00")
    place.away("pending", "edit", "p2", "--from", "11:00")
    assert place.run.ok("sync").err == (
        "stop 'fix' 10:00: the timer started after that\n1 change sent.\n"
    )
    assert place.entries == ["fix 11:00-"]
    assert place.waits == ""


@pytest.mark.parametrize("arrived", [True, False])
def test_a_stop_after_a_start_whose_answer_was_lost(place: Place, arrived: bool) -> None:
    """The start may run already: each is sent by itself, and the stop ends that one."""
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


def test_a_start_that_did_not_arrive_ends_at_its_own_stop(place: Place) -> None:
    """Another timer was started elsewhere since: that one has nothing to do with where it ends."""
    place.line.cut(late, method="POST")
    place.run.ok("start", "fix")
    place.line.mend()
    place.run.later(1800)
    place.away("stop")
    place.ask("POST", "/time-entries", {"start": "2026-11-24T12:15:00Z", "description": "web"})
    assert place.run.later(3600).ok("sync").err == "2 changes sent.\n"
    assert place.entries == ["fix 12:30-13:00", "web 13:15-"]


def test_a_start_behind_a_wrong_name_ends_at_its_own_stop(place: Place) -> None:
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


def test_two_edits_of_one_entry_while_writes_fail(place: Place) -> None:
    """The second is no conflict with the first: both are ours, and both are there in the end."""
    place.run.ok("add", "fix", "--for", "1h", "-p", "Site")
    place.line.answer(503)
    place.run.ok("edit", "last", "-d", "mend")
    place.run.ok("edit", "last", "-p", "Ops")
    place.line.mend()
    assert place.run.ok("sync").err == "2 changes sent.\n"
    assert place.entries == ["mend 11:30-12:30 Ops"]


def test_an_edit_and_a_delete_of_one_entry_while_writes_fail(place: Place) -> None:
    """What was changed from here is no reason not to delete it."""
    place.run.ok("add", "fix", "--for", "1h")
    place.line.answer(503)
    place.run.ok("edit", "last", "-d", "mend")
    place.run.ok("delete", "last", "-y")
    place.line.mend()
    assert place.run.ok("sync").err == "2 changes sent.\n"
    assert place.entries == []


def test_a_stop_and_an_edit_of_its_entry_while_writes_fail(place: Place) -> None:
    """The edit keeps the end that the stop gave it."""
    place.run.ok("start", "fix")
    place.line.answer(503)
    place.run.later(600).ok("stop")
    place.run.later(600).ok("edit", "last", "-d", "mend")
    place.line.mend()
    place.run.ok("sync")
    assert place.entries == ["mend 12:30-12:40"]
    assert place.waits == ""


@pytest.mark.parametrize("status", [0, 503], ids=["late", "503"])
def test_a_read_that_fails_leaves_what_was_never_sent_waiting(place: Place, status: int) -> None:
    """Nothing of it can have arrived: it can be taken back without asking anyone."""
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


def test_a_killed_process_leaves_what_may_have_arrived(place: Place) -> None:
    """Its row says 'sending': the next one looks, and finds it."""
    place.run.ok("add", "fix", "--for", "1h")
    with contextlib.closing(sqlite3.connect(place.journal)) as file, file:
        file.execute("UPDATE changes SET state = 'sending', after = NULL")
    assert place.asked("sync") == [GET]
    assert place.entries == ["fix 11:30-12:30"]
    assert place.states == ["done"]


def test_a_rate_limit_while_sending_is_kept_to(place: Place) -> None:
    """Nothing is asked again before the time that the service named."""
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


def test_an_edit_that_waits_is_sent_once_looked_at(either: Place) -> None:
    """The entry is as it was: one read, one write."""
    either.run.ok("add", "fix", "--for", "1h", "-p", "Site", "-T", "dev")
    either.line.cut(writes_only=True)
    either.run.ok("edit", "last", "-d", "mend")
    either.line.mend()
    (entry,) = either.ask("GET", f"/user/{ME}/time-entries")
    one = f"time-entries/{entry['id']}"
    assert either.asked("sync") == [f"GET {one}", f"PUT {one}"]
    assert either.entries == ["mend 11:30-12:30 Site"]


def test_an_edit_whose_answer_was_lost_is_not_written_twice(either: Place) -> None:
    """It had arrived: one read says so."""
    either.run.ok("add", "fix", "--for", "1h")
    either.line.lose()
    either.run.ok("edit", "last", "-d", "mend")
    either.line.mend()
    asked = either.asked("sync")
    assert [each.split()[0] for each in asked] == ["GET"]
    assert either.entries == ["mend 11:30-12:30"]


def test_a_delete_that_waits_is_sent(either: Place) -> None:
    """The entry is as it was: it goes."""
    either.run.ok("add", "fix", "--for", "1h")
    either.line.cut(writes_only=True)
    either.run.ok("delete", "last", "-y")
    either.line.mend()
    either.run.ok("sync")
    assert either.entries == []
    assert either.states[-1] == "done"


def test_a_delete_whose_answer_was_lost_is_done(either: Place) -> None:
    """The entry is gone: as was asked for."""
    either.run.ok("add", "fix", "--for", "1h")
    either.line.lose()
    either.run.ok("delete", "last", "-y")
    either.line.mend()
    assert either.run.ok("sync").code == 0
    assert either.waits == ""
    assert either.states[-1] == "done"


def test_names_that_could_not_be_looked_up_are_when_it_is_sent(either: Place) -> None:
    """Project, task and tag were never asked for: they are by now."""
    either.away("add", "fix", "--for", "1h", "-p", "Site", "-t", "Login", "-T", "dev")
    either.run.ok("sync")
    (entry,) = either.run.ok("list", "-o", "json").json
    assert (entry["project"]["name"], entry["task"]["name"]) == ("Site", "Login")
    assert [tag["name"] for tag in entry["tags"]] == ["dev"]


def test_a_name_that_does_not_exist_waits_as_refused(place: Place) -> None:
    """With its reason, until it is dropped; what comes after it goes out."""
    place.away("add", "fix", "--for", "1h", "-p", "Nope")
    place.away("add", "more", "--for", "1h")
    said = place.run.ok("sync").err
    assert said == (
        "add 'fix' 11:30 was refused: no project 'Nope' (clocktool pending)\n1 change sent.\n"
    )
    assert place.waits == "p1 refused add 'fix' 11:30\n"
    assert "no project 'Nope'" in place.run.ok("pending").out
    assert place.entries == ["more 11:30-12:30"]


def test_a_rule_that_refuses_it_later_is_said_once(place: Place) -> None:
    """A day was locked meanwhile: the row stays with the server's reason and is not sent again."""
    place.away("add", "fix", "--for", "1h")
    place.ask("PUT", "", {"workspaceSettings": {"forceProjects": True}})
    assert "was refused" in place.run.ok("sync").err
    assert place.asked("sync") == []
    assert place.waits == "p1 refused add 'fix' 11:30\n"


def test_a_refused_key_leaves_what_waits(place: Place) -> None:
    """It is about who asks, not about the entry: it waits for a key that is taken."""
    place.away("add", "fix", "--for", "1h")
    place.line.answer(401, writes_only=False)
    assert place.run("sync").code != 0
    place.line.mend()
    place.run.ok("sync")
    assert place.entries == ["fix 11:30-12:30"]


def test_sync_that_cannot_send_ends_with_6(place: Place) -> None:
    """Cron knows by its exit code, and by one line why; what waits stays."""
    place.away("add", "fix", "--for", "1h")
    place.line.cut()
    code, out, err = place.run("sync")
    assert (code, out) == (6, "")
    assert err.startswith("error: 1 pending change not sent: server could not be reached")
    assert place.states == ["waiting"]


def test_a_description_that_the_server_trims_is_found_again(place: Place) -> None:
    """What arrived without its blanks is what was sent: it is not made twice."""
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


def test_what_was_added_and_deleted_without_a_network_is_no_request(either: Place) -> None:
    """Nobody has to know of it; both can be taken back all the same."""
    either.away("add", "fix", "--from", "9", "--to", "10")
    either.away("delete", "last", "-y")
    writes = [each for each in either.asked("sync") if not each.startswith("GET")]
    assert writes == []
    assert either.waits == ""
    either.run.ok("undo")
    assert either.entries == ["fix 09:00-10:00"]


def test_a_start_whose_stop_was_not_noted_runs_on(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full: the stop that made room for it does not end it in its first second."""

    def full(*_: object, **__: object) -> None:
        raise StorageError(place.journal, "the disk is full", "free some space and try again")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "done", full)
        place.run.ok("start", "fix")
    place.run.later(600).ok("sync")
    assert place.waits == ""
    assert place.entries == ["fix 12:30-"]


def test_nothing_is_asked_before_the_time_that_refused_a_write(place: Place) -> None:
    """What comes meanwhile waits with it."""
    place.line.answer(429, retry_after="600")
    place.run.ok("add", "one", "--from", "8", "--to", "9")
    place.line.mend()
    assert place.asked("add", "two", "--from", "9", "--to", "10") == []
    place.run.later(601).ok("sync")
    assert place.entries == ["one 08:00-09:00", "two 09:00-10:00"]
