"""``status`` at the front door, and ``clocktool`` alone: what one looks at forty times a day."""

import json
from collections.abc import Callable, Iterator
from unittest import mock

import pytest

from clocktool.backends.http import HttpTransport
from tests.conftest import Console
from tests.contract.worlds import connect, fill, workspace_of
from tests.examples import unreachable
from tests.service_server import ServiceServer

CONFIG = 'timezone = "Europe/Berlin"\n[targets]\n2026-11-16 = "mon..thu=8h fri=6h"\n'
BARE = {"NO_COLOR": "1"}


@pytest.fixture
def week(shop: Console) -> Console:
    """Tuesday, 13:30, with a timer since 12:06."""
    shop.configure(CONFIG)
    shop.at("2026-11-20 20:00")
    for day in range(16, 20):
        shop.ok("add", "x", "--from", f"2026-11-{day} 08:00", "--for", "8h30m")
    shop.ok("add", "x", "--from", "2026-11-20 08:00", "--for", "6h")
    shop.at("2026-11-23 20:00").ok("add", "x", "--from", "8", "--for", "7h45m")
    shop.at("2026-11-24 12:06").ok("add", "y", "--from", "8", "--to", "11")
    shop.ok("start", "Fix", "login", "page", "-p", "Site", "-T", "dev")
    return shop.at("2026-11-24 13:30")


def test_the_timer_today_the_week_and_the_balance(week: Console) -> None:
    """Without a command, too; off a terminal it is plain."""
    shown = (
        "● Fix login page  Site · ACME  $ #dev\n"
        "\n"
        "  timer     1h 24m  since 12:06\n"
        "  today     4h 24m  3h 36m left of 8h 00m, done at 17:06\n"
        "  week     12h 09m  25h 51m left of 38h 00m\n"
        "  balance  -1h 51m\n"
    )
    assert week("status") == (0, shown, "")
    assert week() == (0, shown, "")
    assert week("--profile", "local") == (0, shown, "")


def test_on_a_terminal_there_are_bars(week: Console) -> None:
    """Filled and left differ without colour, too."""
    assert week("status", columns=80, env=BARE).out == (
        "● Fix login page  Site · ACME  $ #dev\n"
        "\n"
        "  timer     1h 24m  since 12:06\n"
        "  today     4h 24m  ━━━━━━━━━━━━──────────  3h 36m left of 8h 00m, done at 17:06\n"
        "  week     12h 09m  ━━━━━━━───────────────  25h 51m left of 38h 00m\n"
        "  balance  -1h 51m\n"
    )
    assert week("status", columns=32, env=BARE).out == (
        "● Fix login …  Site · A…  $ #dev\n"
        "\n"
        "  timer     1h 24m  since 12:06\n"
        "  today     4h 24m  until 17:06\n"
        "  week     12h 09m  25h 51m left\n"
        "  balance  -1h 51m\n"
    )


@pytest.mark.parametrize("columns", [32, 40, 60, 80, 200])
def test_it_has_four_to_eight_lines_that_fit(week: Console, columns: int) -> None:
    """With long names, and a timer since last week."""
    week.ok("stop")
    week.ok("projects", "edit", "Site", "--name", "A project with a very long name indeed")
    week.ok("start", "a description that is much too long for a terminal", "-p", "A project")
    for at in ("2026-11-24 13:31", "2026-11-26 04:00"):
        lines = week.at(at).ok("status", columns=columns, env=BARE).out.splitlines()
        assert 4 <= len(lines) <= 8
        assert max(map(len, lines)) <= columns


def test_colour_is_calm(week: Console) -> None:
    """The mark, the bars and the project have colour; names of figures and notes are dim."""
    lines = week.ok("status", columns=80, env={"FORCE_COLOR": "1"}).out.splitlines()
    assert lines[0] == (
        "\x1b[1;32m●\x1b[0m \x1b[1mFix login page\x1b[0m  \x1b[38;2;3;169;244mSite · ACME\x1b[0m"
        "  \x1b[33m$\x1b[0m \x1b[36m#dev\x1b[0m"
    )
    assert lines[3] == (
        "  \x1b[2mtoday\x1b[0m     \x1b[1m4h 24m\x1b[0m  \x1b[32m━━━━━━━━━━━━\x1b[0m"
        "\x1b[2m──────────\x1b[0m  \x1b[2m3h 36m left of 8h 00m, done at 17:06\x1b[0m"
    )


def test_json_has_every_figure(week: Console) -> None:
    """Null is what is not known."""
    found = week.ok("status", "-o", "json").json
    assert found.pop("timer")["description"] == "Fix login page"
    assert found == {
        "todaySeconds": 15840,
        "weekSeconds": 43740,
        "targetSeconds": 28800,
        "leftSeconds": 12960,
        "doneAt": "2026-11-24T16:06:00Z",
        "balanceSeconds": -6660,
        "weekTargetSeconds": 136800,
        "waiting": 0,
        "requests": {"lastHour": None, "allowed": None},
    }
    week.ok("stop")
    found = week.ok("status", "-o", "json").json
    assert (found["timer"], found["doneAt"], found["leftSeconds"]) == (None, None, 12960)


def test_markdown_has_headings_in_words(week: Console) -> None:
    """As tables of other commands have."""
    assert week.ok("status", "-o", "md").out.splitlines()[0] == (
        "| Timer | Today | Week | Left | Done at | Balance | Waiting |"
    )


def test_a_note_without_room_is_left_out_and_not_cut(week: Console) -> None:
    """A long balance leaves the notes no room in 32 columns."""
    week.ok("targets", "carry", "-1000h", "--from", "2026-11-23")
    assert week.ok("status", columns=32, env=BARE).out.splitlines()[2:] == [
        "  timer        1h 24m  12:06",
        "  today        4h 24m",
        "  week        12h 09m",
        "  balance  -1001h 51m",
    ]


def test_without_targets_there_is_less(day: Console) -> None:
    """No bars, no balance; null in JSON, empty in a template."""
    assert day("status", columns=80, env=BARE).out == (
        "● Deploy  Ops\n\n  timer  1h 00m  since 12:30\n  today  3h 45m\n  week   3h 45m\n"
    )
    found = day.ok("status", "-o", "json").json
    names = ("targetSeconds", "leftSeconds", "doneAt", "balanceSeconds")
    assert [found[name] for name in names] == [None] * 4
    text = "{timer}|{today}|{week}|{left}|{done_at}|{balance}|{project}"
    assert day("status", "--template", text).out == "1h 00m Deploy · Ops|3h 45m|3h 45m||||Ops\n"


def test_nothing_is_running(week: Console) -> None:
    """Exit code 0, and since when today."""
    week.ok("stop")
    week.at("2026-11-24 14:00")
    assert week("status").out.splitlines()[0] == "○ Nothing has run since 13:30"
    week.at("2026-11-25 09:00")
    assert week("status").out.splitlines()[0] == "○ Nothing is running"


def test_a_machine_on_which_nothing_was_tracked_is_told_how_to_begin(run: Console) -> None:
    """And nothing is written there."""
    assert run() == (
        0,
        (
            "○ Nothing is running\n"
            "\n"
            "  today  0m\n"
            "  week   0m\n"
            "\n"
            "  'clocktool start WORDS' starts a timer · 'clocktool help' lists all\n"
        ),
        "",
    )
    assert not (run.home / "data").exists()
    found = run.ok("status", "-o", "json").json
    assert (found["todaySeconds"], found["weekSeconds"], found["timer"]) == (0, 0, None)


def test_the_help_is_still_the_help(run: Console) -> None:
    """By 'help', -h and --help."""
    assert run.ok("-h").out.startswith("Track time from the terminal")
    assert run.ok("help").out.strip() == run.ok("-h").out.strip()


def test_a_break_reaches_no_target(week: Console) -> None:
    """It is named, and nothing says when the day is done."""
    week.ok("start", "lunch", "--break")
    week.at("2026-11-24 14:00")
    assert week("status").out == (
        "● lunch  break\n"
        "\n"
        "  break        30m  since 13:30\n"
        "  today     4h 24m  3h 36m left of 8h 00m\n"
        "  week     12h 09m  25h 51m left of 38h 00m\n"
        "  balance  -1h 51m\n"
    )


def test_days_off_are_named_and_over_is_over(week: Console) -> None:
    """A half day has half a target."""
    week.ok("targets", "off", "tue", "Doctor", "--half")
    assert "  today     4h 24m  24m over 4h 00m, Doctor\n" in week("status").out
    week.ok("targets", "off", "tue", "Christmas")
    assert "  today     4h 24m  day off: Christmas\n" in week("status").out
    week.ok("targets", "on", "tue")
    week.at("2026-11-24 17:06")
    assert "  today     8h 00m  done\n" in week("status").out


def test_rounded_minutes_add_up(week: Console) -> None:
    """What was worked and what is left are the target, and the end is not said too early."""
    week.later(30)
    assert "  today     4h 24m  3h 36m left of 8h 00m, done at 17:06\n" in week("status").out
    assert week.ok("status", "-o", "json").json["leftSeconds"] == 12930
    week.ok("stop")
    week.ok("start", "x")
    week.later(31)
    assert "  today     4h 25m  3h 35m left of 8h 00m, done at 17:06\n" in week("status").out


def test_words_of_others_are_shown_as_text(run: Console) -> None:
    """No markup, no escape codes."""
    run.ok("start", "[bold]x[/] \x1b[31mred")
    assert run("status").out.splitlines()[0] == "● [bold]x[/] �[31mred"


@pytest.fixture
def service(new_console: Callable[[str], Console]) -> Iterator[tuple[Console, ServiceServer]]:
    """A console on a service with work of three months, names and account known."""
    console = new_console("service")
    workspace = workspace_of(console, console.home / "server.sqlite3")
    fill(workspace)
    server = ServiceServer(workspace)
    server.plan = "FREE"
    with server.serving():
        connect(console, server.url, "service")
        console.configure('routes = "service"\n' + CONFIG.replace("2026-11-16", "2026-09-21"))
        console.at("2026-11-24 09:00")
        console.ok("add", "old", "--from", "2026-09-21 08:00", "--for", "9h")
        console.ok("add", "new", "--from", "2026-11-23 08:00", "--for", "8h")
        console.ok("start", "Fix", "-p", "Site")
        console.at("2026-11-24 12:00")
        server.asked.clear()
        yield console, server
    workspace.close()


def test_it_makes_one_request_at_most(service: tuple[Console, ServiceServer]) -> None:
    """Older work comes from this machine: the balance is known once it was read."""
    console, server = service
    found = console.ok("status", "-o", "json").json
    assert len(server.asked) == 1
    assert (found["todaySeconds"], found["weekSeconds"]) == (3 * 3600, 11 * 3600)
    assert found["balanceSeconds"] is None
    assert "  balance        ?  'clocktool balance' reads it\n" in console("status").out
    server.asked.clear()
    whole = console.ok("balance", "-o", "json").json["balanceSeconds"]
    assert len(server.asked) <= 2
    server.asked.clear()
    assert console.ok("balance", "-o", "json").json["balanceSeconds"] == whole
    assert len(server.asked) == 1
    server.asked.clear()
    found = console.ok("status", "-o", "json").json
    assert len(server.asked) == 1
    assert found["balanceSeconds"] == whole
    assert found["requests"]["lastHour"] >= 3
    server.asked.clear()
    assert console.ok("status", "--offline", "-o", "json").json["balanceSeconds"] == whole
    text = "{left} {done_at} {today} {week} {balance}"
    assert console("running", "--prompt", "--template", text) == (
        0,
        f"5h 00m 17:00 3h 00m 11h 00m -{_hours(-whole)}\n",
        "",
    )
    assert server.asked == []


def test_a_balance_needs_no_network_once_it_was_read(
    service: tuple[Console, ServiceServer],
) -> None:
    """What is not on this machine is exit code 6, with the days that are missing."""
    console, server = service
    missing = console("balance", "--offline")
    assert (missing.code, missing.out) == (6, "")
    whole = console.ok("balance", "-o", "json").json
    server.asked.clear()
    assert console.ok("balance", "--offline", "-o", "json").json == whole
    with mock.patch.object(HttpTransport, "send", unreachable):
        console.ok("stop")
        console.later(3600)
        found = console.ok("balance", "-o", "json").json
    assert found["doneAt"] is None
    assert found["balanceSeconds"] == whole["balanceSeconds"]
    assert server.asked == []


def _hours(seconds: int) -> str:
    return f"{seconds // 3600}h {seconds // 60 % 60:02}m"


def test_without_a_network_it_shows_what_is_known(
    service: tuple[Console, ServiceServer],
) -> None:
    """Exit code 0, with what waits."""
    console, _ = service
    console.ok("balance")
    with mock.patch.object(HttpTransport, "send", unreachable):
        console.ok("stop")
        found = console("status", "-o", "json")
        assert found.code == 0
        assert json.loads(found.out)["timer"] is None
        assert json.loads(found.out)["todaySeconds"] == 3 * 3600
        assert json.loads(found.out)["waiting"] == 1
        lines = console("status").out.splitlines()
        assert lines[0].startswith("○ Nothing has run since ")
        assert "1 change waits to be sent" in lines[-1]


def test_a_timer_that_waits_is_not_taken_for_one_that_was_read(
    service: tuple[Console, ServiceServer],
) -> None:
    """What was read without a network changes nothing of what is known of the service."""
    console, _ = service
    console.ok("status")
    with mock.patch.object(HttpTransport, "send", unreachable):
        console.ok("start", "later")
        assert console("status").out.splitlines()[0] == "● later"
        assert console("running", "--prompt").out == "● 0m later\n"
    console.later(60)
    assert console("status").out.splitlines()[0] == "● later"
    assert [each["description"] for each in console.ok("list", "-o", "json").json] == [
        "Fix",
        "later",
    ]


def test_an_account_that_was_never_reached_has_nothing_to_show(
    new_console: Callable[[str], Console],
) -> None:
    """Exit code 0 all the same."""
    console = new_console("away")
    connect(console, "http://127.0.0.1:9/api/v1", "service")
    with mock.patch.object(HttpTransport, "send", unreachable):
        found = console("status")
        assert found.code == 0
        assert found.out.splitlines()[0] == "○ No timer is known"
        found = console("status", "-o", "json")
        assert (found.code, found.json["timer"], found.json["todaySeconds"]) == (0, None, None)
