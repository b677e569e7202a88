"""What may have arrived is looked for, whatever answered in the service's place."""

import contextlib
import sqlite3
from datetime import date, timedelta

import pytest

from clocktool.backends.base import Reply, Request
from clocktool.domain.time.instant import parse_iso
from tests.contract.worlds import ME
from tests.outbox.places import Place, broken, late

pytestmark = pytest.mark.slow

PAGE = b"<!DOCTYPE html><html><body>Welcome to Hotel WiFi</body></html>"
DAY = 86_400
STATUSES = (200, 302, 401, 403, 404, 407, 429, 500, 502, 503)


def spoil(place: Place, sql: str) -> None:
    """Change the journal behind the program's back."""
    with contextlib.closing(sqlite3.connect(place.journal)) as file, file:
        file.execute(sql)


def proxy(place: Place, status: int, *, acts: bool, reads: bool = False) -> None:
    """Let a page stand for the answer of each write, and of each read, too, where said."""

    def tell(request: Request) -> Reply | None:
        if request.method != "GET" or reads:
            return Reply(status, {"content-type": "text/html"}, PAGE)
        return None

    if acts:
        place.line.after = tell
    else:
        place.line.before = tell


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize("status", STATUSES)
def test_a_page_in_the_place_of_an_answer_is_no_refusal(
    place: Place, status: int, acts: bool
) -> None:
    """An add, an edit and a delete behind a proxy are kept, and done once by the next command."""
    place.run.ok("add", "old", "--from", "8", "--to", "9")
    place.run.ok("add", "odd", "--from", "9", "--to", "10")
    for line in (
        ("add", "new", "--from", "10", "--to", "11"),
        ("edit", "last", "-d", "newer"),
        ("delete", "-y", "ID"),
    ):
        proxy(place, status, acts=acts)
        words = ("delete", "-y", _id(place, "odd")) if line[0] == "delete" else line
        assert place.run.ok(*words).err.startswith(("Kept, to be sent later: ", "Overlaps"))
        place.line.mend()
    place.run.ok("sync")
    assert place.entries == ["old 08:00-09:00", "newer 10:00-11:00"]


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("line", ["add", "delete"])
def test_undo_behind_a_proxy_looks_before_it_speaks(
    place: Place, line: str, status: int, acts: bool
) -> None:
    """What arrived is taken back at the server; what did not was not sent. Once is enough."""
    place.run.ok("add", "old", "--from", "8", "--to", "9")
    proxy(place, status, acts=acts)
    if line == "add":
        place.run.ok("add", "new", "--from", "10", "--to", "11")
    else:
        place.run.ok("delete", "last", "-y")
    place.line.mend()
    shown = place.run.ok("undo").err
    assert ("not sent" in shown) == (not acts)
    place.run.ok("sync")
    assert place.entries == ["old 08:00-09:00"]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("line", ["add", "delete", "edit", "stop", "start", "dup", "split"])
def test_undo_that_cannot_look_is_refused(place: Place, line: str, status: int) -> None:
    """It can't be known yet, exit code 5: nothing changes, and later it can be taken back."""
    place.run.ok("add", "old", "--from", "8", "--to", "9")
    if line == "stop":
        place.run.ok("start", "now", "--at", "-10m")
    before = place.entries
    words = {
        "add": ("add", "new", "--from", "10", "--to", "11"),
        "delete": ("delete", "last", "-y"),
        "edit": ("edit", "last", "-d", "new"),
        "stop": ("stop",),
        "start": ("start", "new"),
        "dup": ("dup", "last", "--on", "2026-11-20"),
        "split": ("split", "last", "8:30"),
    }[line]
    proxy(place, status, acts=True)
    place.run.ok(*words)
    waits = place.waits
    assert "unsure" in waits
    proxy(place, status, acts=True, reads=True)
    code, out, err = place.run("undo")
    assert (code, out) == (5, "")
    assert "it is unknown whether" in err
    assert place.waits == waits
    place.line.mend()
    place.run.ok("undo")
    place.run.ok("sync")
    assert place.entries == before


def test_what_was_being_sent_stays_unsure_without_a_network(place: Place) -> None:
    """Its process was killed: an outage since says nothing of whether it arrived."""
    place.run.ok("add", "fix", "--for", "1h")
    spoil(place, "UPDATE changes SET state = 'sending', entry = NULL, digest = NULL")
    place.away("add", "more", "--from", "9", "--to", "10")
    assert place.states == ["unsure", "waiting"]
    place.run.ok("sync")
    assert place.entries == ["more 09:00-10:00", "fix 11:30-12:30"]


@pytest.mark.parametrize("days", [1, 2, 5, 8])
def test_an_unsure_stop_finds_the_timer_that_began_days_ago(place: Place, days: int) -> None:
    """It was never known here what ran, and the answer was lost: the end is looked for."""
    place.ask("POST", "/time-entries", {"start": f"2026-11-{24 - days}T11:30:00Z"})
    place.line.lose()
    place.run.ok("stop")
    place.line.mend()
    place.run.later(60)
    assert place.run.ok("sync").err == "1 change sent.\n"
    assert place.states == ["done"]
    place.run.ok("undo")
    (entry,) = place.ask("GET", f"/user/{ME}/time-entries")
    assert entry["timeInterval"]["end"] is None


@pytest.mark.parametrize("line", [("add", "fix", "--for", "1h"), ("start", "fix", "--at", "11:30")])
@pytest.mark.parametrize("days", [1, 2, 3, 10, 30])
def test_a_lookalike_of_another_day_is_another(
    place: Place, days: int, line: tuple[str, ...]
) -> None:
    """The same words days before or after the start do not prove that it has arrived."""
    for day in (date(2026, 11, 24) - timedelta(days), date(2026, 11, 24) + timedelta(days)):
        like = {"start": f"{day}T10:30:00Z", "end": f"{day}T11:30:00Z"}
        place.ask("POST", "/time-entries", like | {"description": "fix"})
    place.line.cut(broken, method="POST")
    place.run.ok(*line)
    assert place.states == ["unsure"]
    place.line.mend()
    place.run.ok("sync")
    made = "fix 11:30-12:30" if line[0] == "add" else "fix 11:30-"
    assert place.entries == ["fix 11:30-12:30", made, "fix 11:30-12:30"]


def test_a_stop_that_had_nothing_to_end_is_nothing_to_undo(place: Place) -> None:
    """Undo takes back what was done before it."""
    place.run.ok("add", "fix", "--for", "1h")
    place.run.ok("stop", "--if-running")
    assert place.run.ok("undo").err.startswith("Undo of 'add', 12:30:\n")
    assert place.entries == []


@pytest.mark.parametrize("line", [("edit", "last", "-d", "new"), ("delete", "last", "-y")])
def test_a_read_shows_once_what_was_made_and_still_is_to_be_changed(
    place: Place, line: tuple[str, ...]
) -> None:
    """A process was killed between sending an add, and what was done to that since."""
    place.line.lose()
    place.run.ok("add", "fix", "--for", "1h")
    place.line.mend()
    place.away(*line)
    made = f"UPDATE changes SET state = 'done', entry = '{_id(place, 'fix')}' WHERE number = 1"
    spoil(place, made)

    def fail(request: Request) -> Reply | None:
        is_list = request.method == "GET" and request.path.endswith(f"{ME}/time-entries")
        return None if is_list else Reply(500, {}, b"")

    expected = "new\n" if line[0] == "edit" else ""
    place.line.before = fail
    for _ in range(2):
        assert place.run.ok("list", "--template", "{description}").out == expected
    assert place.states == ["done", "waiting"]
    place.line.mend()
    place.run.ok("sync")
    assert place.run.ok("list", "--template", "{description}").out == expected


@pytest.mark.parametrize("lost", [False, True])
def test_a_timer_that_runs_again_is_known_without_a_network(place: Place, lost: bool) -> None:
    """Undo of a stop lets it run on, also where that was found to have arrived only later."""
    place.run.ok("start", "fix", "--at", "-1h")
    place.run.ok("stop")
    if lost:
        place.line.lose()
    place.run.ok("undo")
    place.line.mend()
    place.run.ok("add", "more", "--from", "8", "--to", "9")
    place.line.cut()
    assert "fix" in place.run.ok("running").out


@pytest.mark.parametrize("line", [("edit", "last", "-d", "new"), ("delete", "last", "-y")])
def test_what_builds_on_a_name_that_failed_goes_out_with_the_one_that_was_chosen(
    place: Place, line: tuple[str, ...]
) -> None:
    """An edit, a delete and a split of an entry ask nothing, even if its project is gone."""
    place.away("add", "fax", "--from", "8", "--to", "9", "-p", "Nosuch")
    place.away("edit", "last", "-d", "fix")
    place.away("split", "last", "8:30")
    place.away(*line)
    place.run.ok("sync")
    for name in ("p1", "p3"):
        place.run.ok("pending", "edit", name, "-p", "Site")
        place.run.ok("sync")
    assert place.waits == ""
    last = [] if line[0] == "delete" else ["new 08:30-09:00 Site"]
    assert place.entries == ["fix 08:00-08:30 Site", *last]


def test_an_edit_of_what_had_a_wrong_name_is_taken_back_alone(place: Place) -> None:
    """The name that was chosen since stays: the edit was of something else."""
    place.away("add", "fax", "--from", "8", "--to", "9", "-p", "Nosuch")
    place.away("edit", "last", "-d", "fix")
    place.run.ok("sync")
    place.run.ok("pending", "edit", "p1", "-p", "Site")
    place.run.ok("sync")
    assert place.entries == ["fix 08:00-09:00 Site"]
    place.run.ok("undo")
    assert place.entries == ["fax 08:00-09:00 Site"]
    place.run.ok("redo")
    assert place.entries == ["fix 08:00-09:00 Site"]


def test_an_edit_sent_after_a_name_was_chosen_is_taken_back_alone(place: Place) -> None:
    """It could not go out with the add, as there was a split between: it gives back the name."""
    place.away("add", "fax", "--from", "8", "--to", "9", "-p", "Nosuch")
    place.away("split", "last", "8:30")
    place.away("edit", "p1", "-d", "new")
    place.run.ok("sync")
    for name in ("p1", "p2"):
        place.run.ok("pending", "edit", name, "-p", "Site")
        place.run.ok("sync")
    assert place.entries == ["new 08:00-08:30 Site", "fax 08:30-09:00 Site"]
    place.run.ok("undo")
    assert place.entries == ["fax 08:00-08:30 Site", "fax 08:30-09:00 Site"]


def _id(place: Place, description: str) -> str:
    """Return the id of an entry of the server."""
    found = place.ask("GET", f"/user/{ME}/time-entries")
    return next(str(each["id"]) for each in found if each["description"] == description)


@pytest.mark.parametrize("line", ["add", "start", "dup", "split", "resume"])
def test_what_may_have_arrived_is_shown_once(place: Place, line: str) -> None:
    """It is on the server and in the journal: a read shows it once, and a report counts it once."""
    place.run.ok("add", "old", "--from", "8", "--to", "9")
    place.line.lose(method="POST")
    words = {
        "add": ("add", "new", "--from", "10", "--to", "11"),
        "start": ("start", "new", "--at", "-30m"),
        "dup": ("dup", "last", "--on", "2026-11-23"),
        "split": ("split", "last", "8:30"),
        "resume": ("resume", "--at", "-30m"),
    }[line]
    place.run.ok(*words)
    place.line.mend()
    listing = ("list", "7d", "--template", "{description} {start} {end}")
    report = ("report", "7d", "-o", "json")
    fail_to_look(place)
    shown = place.run.ok(*listing).out
    seconds = place.run.ok(*report).json["totalSeconds"]
    assert "unsure" in place.waits
    place.line.mend()
    place.run.ok("sync")
    assert place.run.ok(*listing).out == shown
    assert place.run.ok(*report).json["totalSeconds"] == seconds


def fail_to_look(place: Place) -> None:
    """Let each request fail by which what waits is looked for: it asks for two days."""

    def fail(request: Request) -> Reply | None:
        query = dict(request.query)
        if "start" in query and parse_iso(query["end"]) - parse_iso(query["start"]) < 3 * DAY:
            return Reply(500, {}, b"")
        return None

    place.line.before = fail


@pytest.mark.parametrize("more", [(), ("--max", "1h")])
def test_a_stop_of_a_timer_that_has_arrived_since(either: Place, more: tuple[str, ...]) -> None:
    """Its start was unsure when it was typed: a read shows it as ended, undo lets it run on."""
    either.run.ok("start", "A", "--at", "8:00")
    either.line.lose(method="POST")
    either.run.ok("start", "B", "--at", "9:00")
    either.line.mend()
    either.away("stop", "--at", "10:00", *more)
    broken_off = Reply(500, {}, b"")
    either.line.before = lambda request: (
        broken_off if any(name == "in-progress" for name, _ in request.query) else None
    )
    shown = either.run.ok("list", "--template", "{description} {start}-{end}").out
    assert shown == "A 08:00-09:00\nB 09:00-10:00\n"
    either.line.mend()
    either.run.ok("show", "last")
    assert either.entries == ["A 08:00-09:00", "B 09:00-10:00"]
    either.run.ok("undo")
    assert either.entries == ["A 08:00-09:00", "B 09:00-"]


def test_an_equal_entry_from_here_is_not_taken_for_it(either: Place) -> None:
    """What was typed twice is there twice, also where the second one never arrived."""
    line = ("add", "x", "--from", "9", "--to", "10")
    either.run.ok(*line)
    either.line.cut(late, writes_only=True)
    either.run.ok(*line)
    either.line.mend()
    either.run.ok("sync")
    assert either.entries == ["x 09:00-10:00"] * 2


@pytest.mark.parametrize("arrived", [False, True])
def test_an_edit_that_was_sent_with_what_it_edits_is_taken_back_alone(
    either: Place, *, arrived: bool
) -> None:
    """The answer of the one request was lost: what it made is looked for first."""
    either.away("add", "A", "--from", "9", "--to", "10")
    either.away("edit", "that", "-d", "B")
    either.line.lose() if arrived else either.line.cut(late, writes_only=True)
    assert either.run("sync").code == 6
    either.line.cut()
    before = either.waits
    result = either.run("undo")
    assert result.code == 5
    assert "it is unknown whether" in result.err
    assert either.waits == before
    either.line.mend()
    either.run.ok("undo")
    either.run.ok("sync")
    assert either.entries == ["A 09:00-10:00"]


def test_a_timer_that_was_deleted_is_not_known_to_run(either: Place) -> None:
    """Its delete had arrived though the answer was lost: a stop without a network ends nothing."""
    either.run.ok("start", "A", "--at", "9:00")
    either.line.lose()
    either.run.ok("undo")
    either.line.mend()
    either.run.ok("sync")
    assert either.run("running", "--prompt") == (0, "", "")
    assert either.away("stop").out == ""
    assert either.entries == []


def test_a_start_after_a_stop_that_must_wait_is_noted_before_it_is_sent(either: Place) -> None:
    """A process that is killed under it does not make the next one send it again."""
    either.away("start", "A", "-p", "Nope", "--at", "9:00")
    either.run.ok("sync")
    seen: list[tuple[str]] = []

    def look(request: Request) -> Reply | None:
        if request.method == "POST":
            with contextlib.closing(sqlite3.connect(either.journal)) as file:
                seen.extend(file.execute("SELECT state FROM changes ORDER BY number DESC LIMIT 1"))
        return None

    either.line.before = look
    either.run.ok("start", "B", "--at", "10:00")
    assert seen == [("sending",)]


def test_a_timer_that_the_next_one_ended_before_it_was_known_runs_again(either: Place) -> None:
    """Its start had arrived, and waits all the same with a name that there is not."""
    either.away("start", "A", "-p", "Late", "--at", "-2h")
    either.line.lose()
    either.run.ok("start", "B", "--at", "-1h")
    either.line.mend()
    either.run.ok("start", "C")
    assert either.entries == ["B 11:30-12:30", "C 12:30-"]
    assert "B" in either.run.ok("undo").err
    assert either.entries == ["B 11:30-"]


def test_an_equal_entry_from_here_is_shown_beside_what_may_have_arrived(place: Place) -> None:
    """It is known to be another change's: both are shown."""
    place.run.ok("add", "fix", "--for", "1h")
    place.line.answer(500)
    place.run.ok("add", "fix", "--for", "1h")
    assert place.run.ok("list", "--template", "{description}").out == "fix\nfix\n"


def test_an_edit_that_waits_shows_what_was_changed_elsewhere_meanwhile(place: Place) -> None:
    """Of an entry that had no id when it was edited, too."""
    place.line.lose(method="POST")
    place.run.ok("add", "fix", "--for", "1h")
    place.away("edit", "last", "-d", "new")
    place.line.answer(429, retry_after="600")
    place.run.ok("list")
    (entry,) = place.ask("GET", f"/user/{ME}/time-entries")
    ends = {name: entry["timeInterval"][name] for name in ("start", "end")}
    site = {"description": "fix", "projectId": place.shop.site}
    place.ask("PUT", f"/time-entries/{entry['id']}", ends | site)
    shown = place.run.ok("list", "--template", "{description} {project}").out
    assert shown == "new Site\n"


def test_a_start_is_noted_with_the_end_of_the_timer_before(place: Place) -> None:
    """A process that is killed after the stop does not make the next one start it twice."""
    place.run.ok("start", "A", "--at", "9:00")
    seen: list[str] = []

    def look(request: Request) -> Reply | None:
        if request.method == "POST":
            seen.extend(place.states[-2:])
        return None

    place.line.before = look
    place.run.ok("start", "B", "--at", "10:00")
    assert seen == ["done", "sending"]
