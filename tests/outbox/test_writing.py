"""Each change is in the journal before it goes out, and stays there when it cannot."""

import contextlib
import sqlite3
import stat
from collections.abc import Iterator

import pytest

from clocktool.backends.base import Reply, Request
from clocktool.storage.database import Database
from tests.guide_server import KEY
from tests.outbox.places import (
    GONE,
    KEPT,
    KEPT_LATE,
    LATE,
    Place,
    broken,
    gone,
    late,
    rows,
)

WRITES = {
    "start": ("start", "new"),
    "stop": ("stop",),
    "add": ("add", "new", "--for", "1h"),
    "edit": ("edit", "current", "-d", "other"),
    "delete": ("delete", "last", "-y"),
    "dup": ("dup", "last", "--on", "2026-11-23"),
    "resume": ("resume", "last"),
    "split": ("split", "last", "9:30"),
    "bulk": ("bulk", "today", "--set-description", "all", "-y"),
    "invoice": ("invoice", "today", "-y"),
    "purge": ("purge", "today", "--yes-delete", "2"),
}


@pytest.fixture
def busy(place: Place) -> Place:
    """A place with an entry from 9 to 10 and a timer since 12."""
    place.run.ok("add", "done", "--from", "9", "--to", "10", "-p", "Site")
    place.run.ok("start", "runs", "--at", "12:00")
    return place


@pytest.mark.parametrize("line", WRITES.values(), ids=WRITES)
def test_a_change_is_on_disk_before_it_goes_out(busy: Place, line: tuple[str, ...]) -> None:
    """While the first write is under way its row says 'sending', with what is to be done."""
    seen: list[str] = []

    def look(request: Request) -> Reply | None:
        if request.method != "GET" and not seen:
            seen.extend(rows(busy.journal, "SELECT state FROM changes WHERE state <> 'done'"))
        return None

    busy.line.before = look
    busy.run.ok(*line)
    assert seen[0] == "sending"
    assert set(seen) <= {"sending", "waiting"}
    assert set(busy.states) == {"done"}


def test_no_command_is_ever_there_without_a_change(
    busy: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process that prunes old actions must not take it for a finished one."""
    seen: list[list[int]] = []
    write = Database.write

    @contextlib.contextmanager
    def count(it: Database) -> Iterator[sqlite3.Connection]:
        with write(it) as file:
            yield file
        empty = "SELECT number FROM actions WHERE number NOT IN (SELECT action FROM changes)"
        seen.append(rows(busy.journal, empty))

    monkeypatch.setattr(Database, "write", count)
    busy.run.ok("start", "new")
    assert seen
    assert [each for each in seen if each] == []


def test_where_nothing_waits_nothing_is_loaded_to_send_it(
    busy: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change costs what it needs."""

    def fail(_: object) -> bool:
        raise AssertionError

    monkeypatch.setattr("clocktool.outbox.replay.Replay.send_waiting", fail)
    busy.run.ok("add", "new", "--for", "1h")


def test_it_holds_fixed_instants(place: Place) -> None:
    """``--at -15m`` is an instant by the time it is written down, not a quarter ago."""
    place.away("start", "fix", "--at", "-15m")
    place.run.later(7200)
    place.run.ok("sync")
    assert place.entries == ["fix 12:15-"]


def test_what_is_done_keeps_the_reply(place: Place) -> None:
    """The entry as the server left it is beside what was asked for."""
    place.run.ok("add", "fix", "--for", "1h")
    (id,) = rows(place.journal, "SELECT entry FROM changes")  # noqa: A001
    assert id == place.run.ok("list", "-o", "id").out.strip()


@pytest.mark.parametrize(
    "line", [WRITES["edit"], WRITES["delete"], WRITES["bulk"]], ids=["edit", "delete", "bulk"]
)
def test_it_keeps_what_an_entry_was_before(busy: Place, line: tuple[str, ...]) -> None:
    """With description and start, so that it can be made again."""
    busy.run.ok(*line)
    sql = "SELECT json_extract(change, '$.before.description') FROM changes ORDER BY number"
    assert set(rows(busy.journal, sql)[-1:]) <= {"done", "runs"}


@pytest.mark.parametrize("error", [gone, late, broken], ids=["gone", "late", "broken"])
def test_what_cannot_be_sent_is_kept(place: Place, error: object) -> None:
    """Exit code 0, the entry as it will be, and one line that says so."""
    place.line.cut(error)  # type: ignore[arg-type]
    code, out, err = place.run("add", "fix", "--for", "1h")
    assert (code, out) == (0, "+ Added 11:30–12:30  1h 00m  fix  p1\n")
    assert err == f"Kept, to be sent later: {error().message} (see clocktool pending)\n"  # type: ignore[operator]
    assert place.states == ["waiting" if error is gone else "unsure"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failure_of_the_server_keeps_it(place: Place, status: int) -> None:
    """It may have been carried out: the next attempt looks first."""
    place.line.answer(status)
    result = place.run.ok("add", "fix", "--for", "1h")
    assert "Kept, to be sent later: " in result.err
    assert len(result.err.splitlines()) == 1
    assert place.states == ["unsure"]


def test_a_long_rate_limit_keeps_it(place: Place) -> None:
    """It was certainly not carried out, and ten minutes are too long to wait."""
    place.line.answer(429, retry_after="600")
    result = place.run.ok("add", "fix", "--for", "1h")
    assert "Kept, to be sent later: " in result.err
    assert place.states == ["waiting"]
    assert place.run.slept == []


def test_a_rate_limit_of_seconds_is_waited_for(place: Place) -> None:
    """The write goes out after it, once, and nothing is said."""
    place.line.answer(429, retry_after="2")

    def sleep(seconds: float) -> None:
        place.run.slept.append(seconds)
        place.line.mend()

    place.run.sleep = sleep
    assert place.run.ok("add", "fix", "--for", "1h").err == ""
    assert place.run.slept == [2]
    assert place.entries == ["fix 11:30-12:30"]


@pytest.mark.parametrize(("status", "code"), [(400, 5), (401, 3), (403, 5), (404, 4)], ids=str)
def test_a_refusal_is_an_error_at_once(place: Place, status: int, code: int) -> None:
    """And it is not kept: trying again would change nothing."""
    place.line.answer(status)
    assert place.run("add", "fix", "--for", "1h").code == code
    place.line.mend()
    assert place.states == []
    assert place.run.ok("pending").err == "No pending changes.\n"


def test_the_first_command_ever_is_kept_too(fresh: Place) -> None:
    """No account is known yet: the changes belong to that of the key, once it answers."""
    result = fresh.away("add", "fix", "--for", "1h", "-p", "Site")
    assert result == (0, "+ Added 11:30–12:30  1h 00m  fix  Site  p1\n", KEPT)
    fresh.run.ok("sync")
    assert fresh.entries == ["fix 11:30-12:30 Site"]


def test_quiet_says_nothing_of_it(place: Place) -> None:
    """-q is for cron: exit code 0, not a word."""
    assert place.away("start", "fix", "-q") == (0, "", "")
    assert place.away("stop", "-q") == (0, "", "")
    place.run.ok("sync")
    assert place.entries == ["fix 12:30-12:30"]


@pytest.mark.parametrize("line", [("start", "x"), ("stop",), ("add", "x", "--for", "1h")], ids=str)
def test_json_is_still_one_object(place: Place, line: tuple[str, ...]) -> None:
    """Standard output is the entry as it will be; the line about it is on standard error."""
    place.run.ok("start", "runs", "--at", "12:00")
    result = place.away(*line, "-o", "json")
    assert isinstance(result.json, dict)
    assert result.json["timeInterval"]["start"]
    assert "kept, to be sent later" in result.err.lower()


def test_several_that_wait_are_said_in_one_line(place: Place) -> None:
    """``start`` is a stop and a create; who waits for a network reads one line."""
    place.run.ok("start", "one", "--at", "12:00")
    said = place.away("start", "two").err
    assert said == f"2 changes kept, to be sent later: {GONE} (see clocktool pending)\n"


def test_only_one_time_out_is_spent(place: Place) -> None:
    """After the first write without an answer the next one of the run is not tried."""
    place.run.ok("start", "one", "--at", "12:00")
    place.line.tried.clear()
    place.line.cut(late)
    place.run.ok("start", "two")
    assert len(place.line.tried) == 1


def test_the_file_is_for_its_owner_alone(place: Place) -> None:
    """Mode 0600 in a folder of 0700, with what SQLite keeps beside it."""
    place.run.ok("start", "x")
    assert stat.S_IMODE(place.journal.parent.stat().st_mode) == 0o700
    modes = {
        each.name: stat.S_IMODE(each.stat().st_mode) for each in place.journal.parent.iterdir()
    }
    assert set(modes.values()) == {0o600}, modes


def test_the_key_is_never_in_it(place: Place) -> None:
    """Not a byte of it in any file of the folder, whatever went wrong."""
    place.away("start", "x")
    place.run.ok("stop")
    place.line.answer(401)
    place.run("start", "y")
    files = list(place.journal.parent.iterdir())
    assert place.journal in files
    assert [file for file in files if KEY.encode() in file.read_bytes()] == []


def test_each_profile_has_its_own(place: Place) -> None:
    """What waits for a client's account is never sent to another."""
    file = place.run.env["CLOCKTOOL_CONFIG"]
    with open(file, "a", encoding="utf-8") as config:  # noqa: PTH123
        config.write("[profiles.client]\n")
    place.away("add", "theirs", "--for", "1h", "--profile", "client")
    assert place.run.ok("sync").err == "No pending changes.\n"
    assert place.entries == []
    assert place.run.ok("sync", "--profile", "client").err == "1 change sent.\n"
    assert place.entries == ["theirs 11:30-12:30"]


def test_what_waits_for_another_account_is_not_sent_to_this_one(place: Place) -> None:
    """The key of a profile was changed: what the one before typed stays where it is."""
    place.away("add", "fix", "--for", "1h")
    with contextlib.closing(sqlite3.connect(place.journal)) as file, file:
        file.execute("UPDATE changes SET user = 'somebody else'")
    place.run("sync")
    assert place.entries == []
    assert place.states == ["waiting"]


def test_a_purge_of_everything_is_never_kept(place: Place) -> None:
    """Entries that came since would go, too: without a network it is an error."""
    place.run.ok("add", "done", "--for", "1h")
    place.line.cut()
    result = place.run("purge", "--yes-delete", "1")
    place.line.mend()
    assert result.code == 6
    assert place.entries == ["done 11:30-12:30"]
    assert place.states == ["done"]


def test_late_is_said_as_late(place: Place) -> None:
    """The reason is the server's or the network's own."""
    place.line.lose()
    assert place.run.ok("add", "fix", "--for", "1h").err == KEPT_LATE
    assert LATE in place.run.ok("pending").out


def test_a_profile_called_default_has_a_journal_of_its_own(place: Place) -> None:
    """What waits without a profile is not sent to the account of one with that name."""
    place.away("add", "secret", "--for", "5m")
    file = (place.run.home / "config.toml").read_text("utf-8")
    place.run.configure(f"{file}\n[profiles.default]\n")
    assert place.asked("--profile", "default", "sync") == []
    assert place.run.ok("--profile", "default", "pending", "-o", "json").json == []
    assert place.waits == "p1 waiting add 'secret' 12:25\n"


@pytest.mark.parametrize("words", [("pending",), ("undo", "--list")])
def test_what_is_only_here_asks_no_password_manager(place: Place, words: tuple[str, ...]) -> None:
    """The journal is named for the profile, so that no key is needed to look at it."""
    place.away("add", "secret", "--for", "5m")
    del place.run.env["CLOCKIFY_API_KEY"], place.run.env["CLOCKTOOL_BASE_URL"]
    place.run.configure('api_key_command = "no-such-program"\ntimezone = "UTC"\n')
    assert "secret" in place.run.ok(*words).out


def test_entries_that_wait_for_the_same_time_are_said_to_overlap(place: Place) -> None:
    """In the order in which they were made."""
    place.away("add", "one", "--for", "1h")
    place.away("add", "two", "--for", "1h")
    said = place.away("add", "three", "--for", "1h").err
    assert said == f"Overlaps 'one' 11:30–12:30 (p1), 'two' 11:30–12:30 (p2).\n{KEPT}"


@pytest.mark.parametrize(
    ("line", "there"),
    [
        (("edit", "current", "-d", "words"), ["A 09:00-10:00", "words 10:00-"]),
        (("split", "current", "11:00"), ["A 09:00-10:00", "B 10:00-11:00", "B 11:00-"]),
        (
            ("dup", "current", "--on", "yesterday", "--for", "1h"),
            ["B 10:00-11:00", "A 09:00-10:00", "B 10:00-"],
        ),
        (("delete", "current", "-y"), ["A 09:00-10:00"]),
        (("stop", "-d", "words"), ["A 09:00-10:00", "words 10:00-12:30"]),
    ],
    ids=lambda line: line[0],
)
def test_current_is_the_timer_that_waits(
    either: Place, line: tuple[str, ...], there: list[str]
) -> None:
    """Without an answer it is the timer that was started last from here."""
    either.run.ok("start", "A", "--at", "9:00")
    either.away("start", "B", "--at", "10:00")
    either.away("show", "current")
    either.away(*line)
    either.run.ok("sync")
    assert either.entries == there
