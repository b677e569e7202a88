"""Days in the account's zone: right whether a server reads bounds as instants or as wall clock."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import msgspec
import pytest

from clocktool.backends.base import Request
from clocktool.backends.local.workspace import LocalWorkspace
from clocktool.domain.time.instant import Instant, format_iso
from clocktool.domain.time.zone import Zone
from tests.conftest import Console
from tests.contract.worlds import ME, W, connect, workspace_of
from tests.service_server import ServiceServer

pytestmark = pytest.mark.slow

DAYS = {
    "Pacific/Auckland": ("2026-11-24", "2026-04-05", "2026-09-27"),
    "America/Los_Angeles": ("2026-11-24", "2026-03-08", "2026-11-01"),
    "Europe/Berlin": ("2026-11-24", "2026-03-29", "2026-10-25"),
    "Asia/Kathmandu": ("2026-11-24", "2026-03-01"),
    "Pacific/Chatham": ("2026-11-24", "2026-04-05", "2026-09-27"),
    "Pacific/Kiritimati": ("2026-11-24",),
    "Pacific/Pago_Pago": ("2026-11-24",),
}
"""An ordinary day of each zone, and those on which its clocks change, if they do."""

FAR = {
    "Pacific/Auckland": "Pacific/Pago_Pago",
    "America/Los_Angeles": "Pacific/Kiritimati",
    "Europe/Berlin": "Pacific/Kiritimati",
    "Asia/Kathmandu": "Pacific/Pago_Pago",
    "Pacific/Chatham": "Pacific/Pago_Pago",
    "Pacific/Kiritimati": "Pacific/Pago_Pago",
    "Pacific/Pago_Pago": "Pacific/Kiritimati",
}
"""Where the machine is that is not where the account is: mostly on another day."""

READINGS = ("instants", "wall clock", "on this machine")
"""How the bounds of a list are read: by two kinds of servers, or in the file of this machine."""

Span = tuple[Instant, Instant]

SPANS = [
    (-8, "12:00", 0, "13:00"),
    (-7, "00:00", 0, "00:30"),
    (-7, "00:30", 7, "00:10"),
    (-3, "23:30", 0, "23:59"),
    (-2, "00:00", 0, "00:10"),
    (-2, "23:50", 1, "00:10"),
    (-1, "00:00", 0, "00:05"),
    (-1, "15:00", 0, "16:00"),
    (-1, "23:30", 1, "00:00"),
    (-1, "23:45", 1, "00:15"),
    (0, "00:00", 0, "00:15"),
    (0, "03:30", 0, "05:00"),
    (0, "12:00", 0, "12:45"),
    (0, "23:40", 1, "00:20"),
    (0, "23:59", 1, "00:00"),
    (1, "00:00", 0, "01:00"),
    (1, "23:30", 1, "00:30"),
    (2, "00:00", 0, "01:00"),
    (6, "09:00", 0, "10:00"),
]
"""Entries around a day: days from it, the clock at the start, days on, the clock at the end."""


def instant(zone: Zone, day: date, clock: str) -> Instant:
    """Return when the clocks of a zone show this."""
    return zone.resolve(day, time.fromisoformat(clock)).instant


def midnight(zone: Zone, day: date) -> Instant:
    """Return when a day starts: by the zone's database alone, not by the code that is tested."""
    at = datetime.combine(day, time(), zone.local_time(Instant(0)).tzinfo)
    return Instant(int(at.timestamp()))


@contextlib.contextmanager
def account(console: Console, name: str, reading: str) -> Iterator[LocalWorkspace]:
    """Let a console talk to a new account in a zone; gives what is behind it."""
    if reading == "on this machine":
        console.env |= {"CLOCKTOOL_PROFILE": "local", "CLOCKTOOL_TIMEZONE": name}
        path = Path(console.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
        with contextlib.closing(workspace_of(console, path, name)) as workspace:
            yield workspace
        return
    path = console.home / "server.sqlite3"
    zone = "UTC" if reading == "instants" else name
    with contextlib.closing(workspace_of(console, path, zone)) as workspace:
        server = ServiceServer(workspace, zone=name)
        with server.serving():
            connect(console, server.url, "service")
            yield workspace


def day_around(day: date, zone: Zone, workspace: LocalWorkspace) -> dict[str, Span]:
    """Make the entries around a day; return when they start and end, by their ids."""
    assert workspace.send(Request("GET", "/user")).status == 200
    place = id_of(workspace.send(Request("GET", "/workspaces")).body)
    spans = {}
    for days, start, more, end in SPANS:
        first = day + timedelta(days=days)
        since = instant(zone, first, start)
        until = instant(zone, first + timedelta(days=more), end)
        body = {"start": format_iso(since), "end": format_iso(until)}
        reply = workspace.send(Request("POST", f"/workspaces/{place}/time-entries", (), body))
        spans[id_of(reply.body)] = (since, until)
    return spans


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("machine", ["there", "far away"])
@pytest.mark.parametrize(("name", "text"), [(name, text) for name in DAYS for text in DAYS[name]])
def test_lists_show_the_days_of_the_account(
    new_console: Callable[[str], Console], name: str, text: str, machine: str, reading: str
) -> None:
    """Today, yesterday and the week, just after midnight and just before the next one."""
    console, zone, day = new_console("console"), Zone(name), date.fromisoformat(text)
    console.zone = name if machine == "there" else FAR[name]
    with account(console, name, reading) as workspace:
        spans = day_around(day, zone, workspace)
        tomorrow = midnight(zone, day + timedelta(days=1))
        for now in (Instant(midnight(zone, day) + 20 * 60), Instant(tomorrow - 30)):
            console.now = now
            monday = day - timedelta(days=day.weekday())
            for period, first, last in (
                ("today", day, day),
                ("yesterday", day - timedelta(days=1), day - timedelta(days=1)),
                ("week", monday, monday + timedelta(days=6)),
            ):
                opens = midnight(zone, first)
                closes = midnight(zone, last + timedelta(days=1))
                expected = [
                    each
                    for each, (since, until) in sorted(spans.items(), key=lambda it: it[1])
                    if since < closes and until > opens
                ]
                shown = console.ok("list", period, "-o", "id").out.split()
                assert shown == expected, (format_iso(now), period)
                seconds = sum(
                    min(until, closes) - max(since, opens)
                    for since, until in spans.values()
                    if since < closes and until > opens
                )
                total = console.ok("list", period, "--total").out.strip()
                assert total == f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
                report = console.ok("report", period, "-o", "json").json
                assert report["totalSeconds"] == seconds


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize(("name", "text"), [(name, days[-1]) for name, days in DAYS.items()])
def test_a_day_is_copied_once(
    new_console: Callable[[str], Console], name: str, text: str, reading: str
) -> None:
    """A template day fills the next one, and --skip-existing finds every copy where it is."""
    console, zone, day = new_console("console"), Zone(name), date.fromisoformat(text)
    next_day = str(day + timedelta(days=30))
    with account(console, name, reading) as workspace:
        spans = day_around(day, zone, workspace)
        console.now = Instant(midnight(zone, day + timedelta(days=40)))
        opens, closes = midnight(zone, day), midnight(zone, day + timedelta(days=1))
        on_day = [each for each, (since, _) in spans.items() if opens <= since < closes]
        again = ("dup", "--day", text, "--on", next_day, "--skip-existing")
        console.ok(*again)
        made = console.ok("list", next_day, "-o", "id").out.split()
        assert len(made) == len(on_day)
        console.ok(*again)
        assert console.ok("list", next_day, "-o", "id").out.split() == made


def id_of(body: bytes) -> str:
    """Return the id of a reply, or of the first thing in it."""
    found = msgspec.json.decode(body)
    return str((found[0] if isinstance(found, list) else found)["id"])


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("name", DAYS)
def test_bodies_are_true_utc(
    new_console: Callable[[str], Console], name: str, reading: str
) -> None:
    """What is typed in the account's zone is sent as an instant, and comes back the same."""
    console, zone = new_console("console"), Zone(name)
    console.now = instant(zone, date(2026, 11, 24), "18:00")
    with account(console, name, reading) as place:
        console.zone = "America/St_Johns"
        console.ok("add", "x", "--from", "17:00", "--to", "17:30")
        console.ok("start", "y", "--at", "17:45")
        assert console.ok("list", "--template", "{start} {description}").out == (
            "17:00 x\n17:45 y\n"
        )
        assert console.ok("running").out.splitlines()[1] == "  today 45m"
        (newest, older) = place.send(
            Request("GET", f"{W}/user/{ME}/time-entries", (("hydrated", "false"),))
        ).body.split(b'"start":"')[1:]
        assert older[:20].decode() == format_iso(instant(zone, date(2026, 11, 24), "17:00"))
        assert newest[:20].decode() == format_iso(instant(zone, date(2026, 11, 24), "17:45"))
