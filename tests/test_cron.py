"""``stop --if-running --at 18:00 --max 10h -q`` from cron: quiet, bounded, and never wrong."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clocktool.backends import http
from tests.conftest import Console
from tests.contract.worlds import ME, Begin, Shop
from tests.outbox.places import Place, copied, first_place, late

EVENING = ("stop", "--if-running", "--at", "18:00", "--max", "10h", "-q")
SILENT = (0, "", "")


@pytest.fixture
def place(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch, begun: Begin[Shop]
) -> Iterator[Place]:
    """A console with a known account."""
    with copied(begun(first_place, "service"), new_console("service"), monkeypatch) as made:
        made.run("running")
        yield made


def test_nothing_running_is_silent(place: Place) -> None:
    """Exit code 0, on the service and on this machine."""
    place.run.at("2026-11-24 18:05")
    assert place.run(*EVENING) == SILENT
    assert place.entries == []


def test_nothing_running_is_silent_on_this_machine(run: Console) -> None:
    """Before anything was ever tracked, too."""
    run.at("2026-11-24 18:05")
    assert run(*EVENING) == SILENT
    run.ok("add", "x", "--for", "1h")
    assert run(*EVENING) == SILENT


def test_a_timer_ends_at_the_hour(place: Place) -> None:
    """Whenever cron gets to it."""
    place.run.ok("start", "fix", "--at", "9:00")
    place.run.at("2026-11-24 18:05")
    assert place.run(*EVENING) == SILENT
    assert place.entries == ["fix 09:00-18:00"]


def test_a_timer_never_gets_longer_than_max(place: Place) -> None:
    """Started before eight, ten hours are over before the hour."""
    place.run.ok("start", "fix", "--at", "7:00")
    place.run.at("2026-11-24 18:05")
    assert place.run(*EVENING) == SILENT
    assert place.entries == ["fix 07:00-17:00"]


def test_a_timer_of_yesterday_ends_after_max(place: Place) -> None:
    """Not at today's hour: yesterday's was missed, as the machine was off."""
    place.run.ok("start", "fix", "--at", "yesterday 10:00")
    place.run.at("2026-11-24 18:05")
    assert place.run(*EVENING) == SILENT
    (entry,) = place.ask("GET", f"/user/{ME}/time-entries")
    assert entry["timeInterval"]["end"] == "2026-11-23T19:00:00Z"


def test_a_timer_that_was_started_after_the_hour_runs_on(place: Place) -> None:
    """It is left alone, silently; an end before its start is never written."""
    place.run.at("2026-11-24 18:01").ok("start", "late")
    place.run.at("2026-11-24 18:05")
    assert place.run(*EVENING) == SILENT
    assert place.entries == ["late 18:01-"]


def test_the_same_on_this_machine(run: Console) -> None:
    """The local workspace has no other rules."""
    run.at("2026-11-24 18:01").ok("start", "late")
    run.at("2026-11-24 18:05")
    assert run(*EVENING) == SILENT
    assert run.ok("running", "--template", "{start}").out == "18:01\n"


def test_without_max_a_timer_that_was_started_later_runs_on(place: Place) -> None:
    """The same for the plain stop at a time."""
    place.run.at("2026-11-24 18:01").ok("start", "late")
    place.run.at("2026-11-24 18:05")
    assert place.run("stop", "--if-running", "--at", "18:00", "-q") == SILENT
    assert place.entries == ["late 18:01-"]


def test_offline_it_is_kept_and_quiet(place: Place) -> None:
    """It is carried out with its own hour when the network is back."""
    place.run.ok("start", "fix", "--at", "9:00")
    place.run.at("2026-11-24 18:05")
    assert place.away(*EVENING) == SILENT
    place.run.at("2026-11-24 23:00").ok("sync")
    assert place.entries == ["fix 09:00-18:00"]


def test_offline_max_holds_when_it_is_sent(place: Place) -> None:
    """What ran is looked at then: the timer of the web, of which nothing was known here."""
    place.ask("POST", "/time-entries", {"start": "2026-11-24T06:00:00Z", "description": "web"})
    place.run.at("2026-11-24 18:05")
    assert place.away(*EVENING) == SILENT
    place.run.at("2026-11-24 23:00").ok("sync")
    assert place.entries == ["web 07:00-17:00"]


def test_offline_and_started_after_the_hour(place: Place) -> None:
    """Known to run since 18:01: silent, and it runs on."""
    place.run.at("2026-11-24 18:01").ok("start", "late")
    place.run.at("2026-11-24 18:05")
    assert place.away(*EVENING) == SILENT
    place.run.ok("sync", "-q")
    assert place.entries == ["late 18:01-"]


def test_offline_and_idle_nothing_is_said_when_it_is_sent(place: Place) -> None:
    """--if-running: nothing to end is as good, later, too."""
    place.run.at("2026-11-24 18:05")
    assert place.away(*EVENING) == SILENT
    assert place.run("sync", "-q") == SILENT
    assert place.waits == ""


def test_offline_a_timer_started_on_the_web_after_the_hour_runs_on(place: Place) -> None:
    """Nothing of it was known here, so that stop does not concern it."""
    place.run.at("2026-11-24 18:05")
    assert place.away(*EVENING) == SILENT
    place.ask("POST", "/time-entries", {"start": "2026-11-24T18:00:00Z", "description": "web"})
    place.run.at("2026-11-24 23:00")
    assert place.run("sync", "-q") == SILENT
    assert place.entries == ["web 19:00-"]


def test_offline_every_evening_of_a_week(place: Place) -> None:
    """Nothing piles up into something else: one timer, the first evening's end."""
    place.run.ok("start", "fix", "--at", "9:00")
    for day in (24, 25, 26):
        place.run.at(f"2026-11-{day} 18:05")
        assert place.away(*EVENING) == SILENT
    place.run.at("2026-11-27 09:00").ok("sync", "-q")
    assert place.entries == ["fix 09:00-18:00"]
    assert place.waits == ""


def test_it_asks_nothing_even_on_a_terminal(place: Place) -> None:
    """No prompt, ever."""
    place.run.ok("start", "fix", "--at", "9:00")
    place.run.at("2026-11-24 18:05")
    assert place.run(*EVENING, asks=True, columns=80) == SILENT


def test_a_server_that_does_not_answer_costs_one_time_out(place: Place) -> None:
    """Then it is kept."""
    place.run.ok("start", "fix", "--at", "9:00")
    place.run.at("2026-11-24 18:05")
    place.line.cut(late)
    place.line.tried.clear()
    assert place.run(*EVENING) == SILENT
    assert len(place.line.tried) == 1


def test_a_server_that_hangs_is_left_in_time(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a real socket that never answers, with a time-out of a tenth of a second."""
    import socket
    from functools import partial

    with socket.create_server(("127.0.0.1", 0)) as silent:
        place.run.env["CLOCKTOOL_BASE_URL"] = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        monkeypatch.setattr(http, "HttpTransport", partial(http.HttpTransport, total_seconds=0.1))
        place.run.at("2026-11-24 18:05")
        begun = time.monotonic()
        assert place.run(*EVENING) == SILENT
        assert time.monotonic() - begun < 2


def outside(folder: Path, *argv: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a process of its own with nothing in its environment but what is given."""
    given = {"CLOCKTOOL_DATA": str(folder), "CLOCKTOOL_CONFIG": str(folder / "config.toml")}
    return subprocess.run(
        [sys.executable, "-m", "clocktool", *argv],
        env=given | env,
        cwd=Path(__file__).parents[1],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.skipif(os.name != "posix", reason="Windows needs its SystemRoot")
def test_an_empty_environment(tmp_path: Path) -> None:
    """No HOME, no PATH, no terminal: silent when idle, and a timer is ended."""
    evening = [each for each in EVENING if each not in ("--at", "18:00")]
    idle = outside(tmp_path, *evening, CLOCKTOOL_PROFILE="local")
    assert (idle.returncode, idle.stdout, idle.stderr) == SILENT
    outside(tmp_path, "start", "fix", "-q", CLOCKTOOL_PROFILE="local")
    ended = outside(tmp_path, *evening, CLOCKTOOL_PROFILE="local")
    assert (ended.returncode, ended.stdout, ended.stderr) == SILENT
    assert outside(tmp_path, "running", CLOCKTOOL_PROFILE="local").returncode == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows needs its SystemRoot")
def test_an_empty_environment_without_a_network(tmp_path: Path) -> None:
    """A port without a server: kept, silent, exit code 0."""
    env = {"CLOCKIFY_API_KEY": "k", "CLOCKTOOL_BASE_URL": "http://127.0.0.1:9/v1"}
    ended = outside(tmp_path, "stop", "--if-running", "--max", "10h", "-q", **env)
    assert (ended.returncode, ended.stdout, ended.stderr) == SILENT
