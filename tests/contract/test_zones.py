"""Days in the account's zone: right whether a server reads bounds as instants or as wall clock."""

import contextlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import msgspec
import pytest

from clocktool.domain.instant import Instant, format_iso
from clocktool.domain.zone import Zone
from clocktool.transport import Request
from tests.conftest import Console
from tests.contract.worlds import ME, W, connect, workspace_of
from tests.service_server import ServiceServer

DAYS = {
    "Pacific/Auckland": ("2026-11-24", "2026-04-05", "2026-09-27"),
    "America/Los_Angeles": ("2026-11-24", "2026-03-08", "2026-11-01"),
    "Europe/Berlin": ("2026-11-24", "2026-03-29", "2026-10-25"),
    "Asia/Kathmandu": ("2026-11-24", "2026-03-01"),
}
"""An ordinary day of each zone, and those on which its clocks change, if they do."""

FAR = {
    "Pacific/Auckland": "Pacific/Pago_Pago",
    "America/Los_Angeles": "Pacific/Kiritimati",
    "Europe/Berlin": "Pacific/Kiritimati",
    "Asia/Kathmandu": "Pacific/Pago_Pago",
}
"""Where the machine is that is not where the account is: mostly on another day."""

SPANS = [
    (-8, "12:00", 0, "13:00"),
    (-7, "00:00", 0, "00:30"),
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
    return zone.moment(day, time.fromisoformat(clock)).instant


def midnight(zone: Zone, day: date) -> Instant:
    """Return when a day starts: by the zone's database alone, not by the code that is tested."""
    at = datetime.combine(day, time(), zone.wall(Instant(0)).tzinfo)
    return Instant(int(at.timestamp()))


@pytest.mark.parametrize("reading", ["instants", "wall clock"])
@pytest.mark.parametrize("machine", ["there", "far away"])
@pytest.mark.parametrize("name", DAYS)
def test_lists_show_the_days_of_the_account(
    new_console: Callable[[str], Console], name: str, machine: str, reading: str
) -> None:
    """Today, yesterday and the week, just after midnight and just before the next one."""
    console, zone = new_console("console"), Zone(name)
    console.zone = name if machine == "there" else FAR[name]
    path = console.home / "server.sqlite3"
    for number, text in enumerate(DAYS[name]):
        day = date.fromisoformat(text)
        with contextlib.closing(
            workspace_of(console, path.with_name(f"{number}.sqlite3"), name)
        ) as workspace:
            assert workspace.send(Request("GET", "/user")).status == 200
            server = ServiceServer(workspace, wall_clock=name if reading == "wall clock" else None)
            place = id_of(workspace.send(Request("GET", "/workspaces")).body)
            spans: dict[str, tuple[Instant, Instant]] = {}
            for days, start, more, end in SPANS:
                first = day + timedelta(days=days)
                since = instant(zone, first, start)
                until = instant(zone, first + timedelta(days=more), end)
                body = {"start": format_iso(since), "end": format_iso(until)}
                where = f"/workspaces/{place}/time-entries"
                reply = workspace.send(Request("POST", where, (), body))
                spans[id_of(reply.body)] = (since, until)
            with server.serving():
                connect(console, server.url, "service")
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
                        assert shown == expected, (text, format_iso(now), period)
                    seconds = sum(
                        min(until, closes) - max(since, opens)
                        for since, until in spans.values()
                        if since < closes and until > opens
                    )
                    total = console.ok("list", "week", "--total").out.strip()
                    assert total == f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def id_of(body: bytes) -> str:
    """Return the id of a reply, or of the first thing in it."""
    found = msgspec.json.decode(body)
    return str((found[0] if isinstance(found, list) else found)["id"])


@pytest.mark.parametrize("reading", ["instants", "wall clock"])
@pytest.mark.parametrize("name", DAYS)
def test_bodies_are_true_utc(
    new_console: Callable[[str], Console], name: str, reading: str
) -> None:
    """What is typed in the account's zone is sent as an instant, and comes back the same."""
    console, zone = new_console("console"), Zone(name)
    console.now = instant(zone, date(2026, 11, 24), "18:00")
    with contextlib.closing(workspace_of(console, console.home / "server.sqlite3", name)) as place:
        server = ServiceServer(place, wall_clock=name if reading == "wall clock" else None)
        with server.serving():
            connect(console, server.url, "service")
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
