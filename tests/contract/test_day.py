"""A day, and a team's day: the same words and the same output in each world."""

import contextlib
import json
import shlex
from collections.abc import Callable

from tests.conftest import Console
from tests.contract.worlds import W, World, connect, fill, workspace_of
from tests.service_server import ServiceServer

DAY = """
# 2026-11-24 09:00
$ start fix login -p Site -t Login -T dev --field Ticket=CF-1
● Started 09:00  fix login  Site · ACME: Login  $ #dev  000a
# 2026-11-24 10:30
$ start Review -p ACME/Site --at -15m
■ Stopped 09:00–10:15  1h 15m  fix login  Site · ACME: Login  $ #dev  000a
● Started 10:15  15m  Review  Site · ACME  $  000b
$ running
● 10:15  15m  Review  Site · ACME  $  000b
  today 1h 30m
# 2026-11-24 12:00
$ stop
■ Stopped 10:15–12:00  1h 45m  Review  Site · ACME  $  000b
$ stop
? No timer is running
? start one with: clocktool start WORDS…
! 1
$ running
? Nothing is running; today 3h 00m
! 1
$ add Plan --from 8 --to 8:30 -p Ops
+ Added 08:00–08:30  30m  Plan  Ops  000c
$ add Night --from 'yesterday 23:50' --to 'today 0:20' -p Ops -T urgent
+ Added Mon 23 Nov 2026 23:50–00:20+1d  30m  Night  Ops  #urgent  000d
$ add Call --for 10m
+ Added 11:50–12:00  10m  Call  000e
? Overlaps 'Review' 10:15–12:00 (000b).
$ edit 00d -d 'Call and mail' -T dev --to 11:55 -p Site -t Login
~ Changed Mon 23 Nov 2026 23:50–11:55+1d  12h 05m  Call and mail  Site · ACME: Login  #dev  000d
? It stays not billable; its project differs: --billable changes that.
? Overlaps 'Plan' 08:00–08:30 (000c), 'fix login' 09:00–10:15 (000a) and 2 more.
$ edit last --no-project --clear-tags --billable
~ Changed 11:50–12:00  10m  Call  $  000e
? Overlaps 'Call and mail' Mon 23 Nov 23:50–11:55 (000d), 'Review' 10:15–12:00 (000b).
$ delete c -y
✗ Deleted 08:00–08:30  30m  Plan  Ops  000c
$ resume a
● Started 12:00  fix login  Site · ACME: Login  $ #dev  000f
# 2026-11-24 13:00
$ running
● 12:00  1h 00m  fix login  Site · ACME: Login  $ #dev  000f
  today 16h 05m
$ list
Tue 24 Nov 2026                                                        16h 05m
! 000d  00:00–11:55  11h 55m  Site · ACME: Login  Call and mail  #dev
! 000a  09:00–10:15   1h 15m  Site · ACME: Login  fix login      $ #dev
! 000b  10:15–12:00   1h 45m  Site · ACME         Review         $
! 000e  11:50–12:00      10m                      Call           $
● 000f  12:00–…       1h 00m  Site · ACME: Login  fix login      $ #dev
                                              billable 4h 10m    total 16h 05m
! 4 entries overlap: 3h 00m counted twice
$ list yesterday..today --total
16:15:00
$ list -p Site --template '{start} {end} {duration} {project} {client} {task} {tags} {user}'
00:00 11:55 11h 55m Site ACME Login dev ada
09:00 10:15 1h 15m Site ACME Login dev ada
10:15 12:00 1h 45m Site ACME   ada
12:00  1h 00m Site ACME Login dev ada
$ list --running -o id
00000000000000000000000f
$ show a
description  fix login
      start  Tue 24 Nov 2026 09:00:00 (+01:00)
        end  Tue 24 Nov 2026 10:15:00 (+01:00)
   duration  1h 15m (1:15:00)
    project  Site
     client  ACME
       task  Login
       tags  dev
   billable  yes
     Ticket  CF-1
       user  ada
         id  00000000000000000000000a
$ stop -d 'fix login for good' --at 12:45
■ Stopped 12:00–12:45  45m  fix login for good  Site · ACME: Login  $ #dev  000f
"""


def test_a_day(place: World) -> None:
    """Start, start again, stop, add, edit, delete, resume, running and list look the same."""
    fill(place.behind)
    place.play(DAY)


def test_the_objects_of_a_day(place: World) -> None:
    """JSON of one entry and of many is equal in each world, names and custom fields filled in."""
    shop = fill(place.behind)
    filing = ("-p", "Site", "-t", "Login", "-T", "dev", "--field", "Ticket=CF-1")
    place.console.at("2026-11-24 12:00").ok("start", "fix", *filing, "-q")
    place.console.later(3600)
    entry = {
        "id": "00000000000000000000000a",
        "description": "fix",
        "billable": True,
        "type": "REGULAR",
        "timeInterval": {"start": "2026-11-24T11:00:00Z", "end": None, "duration": None},
        "durationSeconds": 3600,
        "project": {
            "id": shop.site,
            "name": "Site",
            "color": "#03A9F4",
            "clientId": shop.acme,
            "clientName": "ACME",
        },
        "task": {"id": shop.login, "name": "Login"},
        "tags": [
            {"id": shop.dev, "name": "dev", "archived": False, "workspaceId": W.rpartition("/")[2]}
        ],
        "customFieldValues": [
            {
                "customFieldId": shop.ticket,
                "name": "Ticket",
                "sourceType": "WORKSPACE",
                "timeEntryId": "00000000000000000000000a",
                "value": "CF-1",
            }
        ],
        "hourlyRate": None,
        "costRate": None,
        "isLocked": False,
        "approvalRequestId": None,
        "kioskId": None,
        "userId": "000000000000000000000001",
        "userName": "ada",
        "workspaceId": "000000000000000000000002",
    }
    assert place.console.ok("running", "-o", "json").json == entry
    assert place.console.ok("show", "current", "-o", "json").json == entry
    assert place.console.ok("list", "-o", "json").json == [entry]
    ended = {"start": "2026-11-24T11:00:00Z", "end": "2026-11-24T12:00:00Z", "duration": "PT1H"}
    stopped = place.console.ok("stop", "-o", "json").json
    assert stopped == entry | {"timeInterval": ended}
    assert json.loads(place.console.ok("show", "last", "-o", "jsonl").out) == stopped


TEAM = """
# 2026-11-24 09:00
$ running --all
user   id      times    duration  project  description
Grace  ● 000b  08:30–…       30m  Ops      Ship
$ start Write -p Site
● Started 09:00  Write  Site · ACME  $  000c
$ running --all
user   id      times    duration  project      description  tags
Grace  ● 000b  08:30–…       30m  Ops          Ship
ada    ● 000c  09:00–…        0m  Site · ACME  Write        $
$ running --all -o csv
id,start,end,duration_seconds,description,project,client,task,tags,billable,user,type
00000000000000000000000b,2026-11-24T08:30:00+01:00,,1800,Ship,Ops,,,,false,Grace,REGULAR
00000000000000000000000c,2026-11-24T09:00:00+01:00,,0,Write,Site,ACME,,,true,ada,REGULAR
$ add Meet --for 30m --user Grace -p Ops
+ Added 08:30–09:00  30m  Meet  Ops  000d
$ list --user grace
Tue 24 Nov 2026                                                         1h 00m
● 000b  08:30–…         30m  Ops  Ship
! 000d  08:30–09:00     30m  Ops  Meet
                                                                  total 1h 00m
! 2 entries overlap: 30m counted twice
"""


def a_team(place: World) -> None:
    """Have Grace run a timer on Ops since half past eight."""
    shop = fill(place.behind)
    grace = place.ask("POST", f"{W}/users", {"name": "Grace"})["id"]
    body = {"start": "2026-11-24T07:30:00Z", "description": "Ship", "projectId": shop.ops}
    place.ask("POST", f"{W}/user/{grace}/time-entries", body)


def test_a_team(place: World) -> None:
    """Everyone's timers with their names, an entry for somebody else, and the list of hers."""
    a_team(place)
    place.play(TEAM)


def test_nobody_is_running(place: World) -> None:
    """Without a timer in the workspace the answer is no."""
    place.play("""
$ running --all
? No timer is running
! 1
""")


def test_a_timer_that_was_forgotten_over_the_weekend(place: World) -> None:
    """Stopped on Monday, it is in Monday's list with Monday's hours, as it was while it ran."""
    place.console.at("2026-11-20 17:00").ok("start", "deploy")
    place.console.at("2026-11-23 09:00").ok("stop")
    assert place.console.ok("list", "--total").out == "9:00:00\n"
    assert place.console.ok("list", "week", "--total").out == "9:00:00\n"
    assert place.console.ok("list", "last-week", "--total").out == "55:00:00\n"


MORNING = """
start mail -p Site -t Login -T dev
stop
start call -p Ops
stop
report 2026-08..2026-09
"""

WORKING_DAY = """
# 2026-11-24 08:10
2 start mail -p Site -t Login -T dev
0 running --prompt
# 2026-11-24 08:40
1 stop
1 running
# 2026-11-24 08:45
2 start fix -p Site -t Login
# 2026-11-24 10:00
1 stop
1 list
0 report 2026-09 --by day
# 2026-11-24 10:15
2 start review -p ACME/Site -T urgent
0 running --prompt -o json
# 2026-11-24 11:00
1 stop
# 2026-11-24 11:05
2 start call -p ops
0 list 2026-08
# 2026-11-24 11:30
1 stop
1 list week
# 2026-11-24 12:30
2 start deploy -p Ops -T dev
# 2026-11-24 13:00
1 stop
# 2026-11-24 13:10
2 start review again -p Site
# 2026-11-24 14:00
1 stop
1 list --total
0 running --prompt
# 2026-11-24 14:10
2 start write docs -p Site -t Login -T dev
# 2026-11-24 16:00
1 stop
# 2026-11-24 16:05
2 start mail -p Ops
# 2026-11-24 16:30
1 stop
1 report month
"""


def test_a_normal_day_fits_into_the_hour_of_a_free_plan(
    new_console: Callable[[str], Console],
) -> None:
    """Eight starts and stops and ten looks, five of them at what is on disk: 29 requests."""
    console = new_console("free").at("2026-11-24 08:00")
    with contextlib.closing(workspace_of(console, console.home / "server.sqlite3")) as behind:
        fill(behind)
        server = ServiceServer(behind)
        server.plan = "FREE"
        with server.serving():
            connect(console, server.url, "service")
            for line in MORNING.strip().splitlines():
                console.ok(*shlex.split(line))
            console.ok("start", "x", "-T", "urgent")
            console.ok("stop")
            server.asked.clear()
            for line in WORKING_DAY.strip().splitlines():
                mark, _, words = line.partition(" ")
                if mark == "#":
                    console.at(words)
                    continue
                before = len(server.asked)
                assert console(*shlex.split(words)).code in (0, 1), words
                assert len(server.asked) - before == int(mark), (words, server.asked[before:])
    assert len(server.asked) == 29
