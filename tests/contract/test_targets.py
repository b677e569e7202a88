"""Targets, balance and status: the same in each world; those of Clockify are imported."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clocktool.backends.base import Request
from tests.conftest import Console
from tests.contract.worlds import ME, W, World, connect, fill, workspace_of
from tests.guide_server import Answer
from tests.service_server import ServiceServer

WEEK = """
# 2026-11-24 17:00
$ targets set mon..thu=8h fri=6h
~ Target from Mon 23 Nov 2026: mon..thu 8h, fri 6h
$ add x --from 'mon 8:00' --for 8h30m -q
$ add y --from 8 --for 5h -q
$ start Fix -p Site --at 15:00 -q
$ start lunch --break --at 15:30 -q
$ start Fix -p Site --at 16:00 -q
# 2026-11-24 17:30
$ balance mon..tue
Mon 23 Nov to Tue 24 Nov 2026
             worked   target      +/-  balance
Mon 23 Nov   8h 30m   8h 00m     +30m     +30m
Tue 24 Nov   7h 00m   8h 00m  -1h 00m     -30m
total       15h 30m  16h 00m     -30m     -30m
1h 00m left today, done at 18:30.
$ status
● Fix  Site · ACME  $

  timer     1h 30m  since 16:00
  today     7h 00m  1h 00m left of 8h 00m, done at 18:30
  week     15h 30m  22h 30m left of 38h 00m
  balance     -30m
$ running --template '{left} until {done_at}, {today} of today, {week}, {balance}: {timer}'
1h 00m until 18:30, 7h 00m of today, 15h 30m, -30m: 1h 30m Fix · Site
$ running --prompt --template '{left} until {done_at}, {balance}'
1h 00m until 18:30, -30m
$ stop
■ Stopped 16:00–17:30  1h 30m  Fix  Site · ACME  $  000e
# 2026-11-24 18:00
$ running --prompt --template '{today}'
$ running --template '{today}'
? Nothing is running
! 1
$ status --template '{timer}|{today}|{left}|{done_at}'
|7h 00m|1h 00m|
"""


def test_a_week_with_targets_is_the_same_everywhere(place: World) -> None:
    """Work without breaks, so far, against what was agreed."""
    with place.transport() as transport:
        fill(transport)
    place.play(WEEK)


class Planned(ServiceServer):
    """A service with a plan that has working hours and holidays."""

    profile: Any
    holidays: Any
    is_paid = True

    def shaped(self, request: Request) -> Answer:
        """Answer what a member should work, and holidays of a period; 403 without the plan."""
        if request.path == f"{W}/member-profile/{ME}":
            return (200, {}, self.profile) if self.is_paid else _UNPAID
        if request.path == f"{W}/holidays/in-period":
            return (200, {}, self.holidays) if self.is_paid else _UNPAID
        return super().shaped(request)


_UNPAID: Answer = (403, {}, {"message": "Access Denied", "code": 501})


@pytest.fixture
def planned(new_console: Callable[[str], Console]) -> Iterator[tuple[Console, Planned]]:
    """A console on such a service, in which one workspace was used before."""
    console = new_console("planned")
    path = console.home / "server.sqlite3"
    with contextlib.closing(workspace_of(console, path)) as workspace:
        fill(workspace)
        server = Planned(workspace)
        server.profile = {
            "workCapacity": "PT7H",
            "workingDays": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY"],
            "weekStart": "MONDAY",
        }
        server.holidays = [
            {"name": "Christmas", "datePeriod": _days("2026-12-25", "2026-12-26")},
            {"name": "New Year", "datePeriod": _days("2027-01-01", "2027-01-01")},
            {"name": "Party", "datePeriod": _days("2027-01-01", "2027-01-01")},
        ]
        with server.serving():
            connect(console, server.url, "service")
            console("running")
            server.asked.clear()
            yield console, server


def _days(first: str, last: str) -> dict[str, str]:
    return {"startDate": first, "endDate": last}


def test_hours_and_holidays_are_imported(planned: tuple[Console, Planned]) -> None:
    """Two requests: the profile, and the holidays of this year and the next."""
    console, server = planned
    assert console("targets", "import") == (
        0,
        (
            "~ Target from Mon 23 Nov 2026: mon..thu 7h\n"
            "  Fri 25 Dec to Sat 26 Dec 2026  Christmas\n"
            "  Fri 1 Jan 2027  New Year, Party\n"
        ),
        "",
    )
    assert server.asked == [
        f"GET /v1{W}/member-profile/{ME}",
        f"GET /v1{W}/holidays/in-period?assigned-to={ME}&start=2026-01-01&end=2027-12-31",
    ]
    text = (console.home / "config.toml").read_text("utf-8")
    assert text == (
        'routes = "service"\n\n[targets]\n2026-11-23 = "mon..thu=7h"\n\n[days_off]\n'
        '"2026-12-25..2026-12-26" = "Christmas"\n2027-01-01 = "New Year, Party"\n'
    )
    console.ok("targets", "import")
    assert (console.home / "config.toml").read_text("utf-8") == text


def test_working_days_may_be_a_text_that_has_a_list(planned: tuple[Console, Planned]) -> None:
    """Some accounts answer so; dates may be instants."""
    console, server = planned
    server.profile = {"workCapacity": "PT7H30M", "workingDays": '["MONDAY","FRIDAY"]'}
    server.holidays = [{"datePeriod": _days("2026-12-25T00:00:00Z", "2026-12-25T23:59:59Z")}]
    found = console.ok("targets", "import", "--from", "2026-01-01", "-o", "json").json
    assert found["weeks"][0]["from"] == "2026-01-01"
    assert [found["weeks"][0][day] for day in ("mon", "tue", "fri")] == [27000, 0, 27000]
    assert found["off"] == [
        {"from": "2026-12-25", "to": "2026-12-25", "name": "Holiday", "half": False}
    ]


@pytest.mark.parametrize("why", ["plan", "empty"])
def test_without_the_plan_nothing_is_changed(planned: tuple[Console, Planned], why: str) -> None:
    """It is refused by a rule, and said how to go on."""
    console, server = planned
    if why == "plan":
        server.is_paid = False
    else:
        server.profile = {"workCapacity": None, "workingDays": None}
    before = (console.home / "config.toml").read_text("utf-8")
    result = console("targets", "import")
    assert (result.code, result.out) == (5, "")
    assert "clocktool targets set mon..thu=8h fri=6h\n" in result.err
    assert (console.home / "config.toml").read_text("utf-8") == before


def test_a_server_without_the_route_has_none(place: World) -> None:
    """Nothing is changed there either."""
    assert place.console("targets", "import")[:2] == (5, "")
    assert not (place.console.home / "config.toml").exists() or "targets" not in (
        place.console.home / "config.toml"
    ).read_text("utf-8")
