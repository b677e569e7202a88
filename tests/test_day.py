"""A day from the terminal: the same commands and output on a file and over a real socket."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from clocktool.backends.local.workspace import LocalWorkspace
from clocktool.domain.time.zone import Zone
from tests.conftest import Console
from tests.guide_server import KEY, GuideServer


class Place(NamedTuple):
    """Where a day is tracked: the console, and the server where there is one."""

    console: Console
    server: GuideServer | None


@pytest.fixture(params=["local", "socket"])
def place(request: pytest.FixtureRequest, new_console: Callable[[str], Console]) -> Iterator[Place]:
    """The local workspace, then a server on a socket that answers as the guide says."""
    console = new_console(str(request.param))
    if request.param == "local":
        console.env["CLOCKTOOL_PROFILE"] = "local"
        yield Place(console, None)
        return
    workspace = LocalWorkspace(
        console.home / "server.sqlite3",
        now=lambda: console.now,
        new_id=console.new_id,
        zone=Zone(console.zone),
        user="ada",
    )
    server = GuideServer(workspace)
    with server.serving():
        console.env |= {"CLOCKIFY_API_KEY": KEY, "CLOCKTOOL_BASE_URL": server.url}
        yield Place(console, server)
    workspace.close()


SCRIPT = """
# 2026-11-24 08:55
$ clients add ACME
+ Added client ACME
$ projects add Site --client ACME --billable --rate 105
+ Added project Site
$ projects add Ops --no-billable
+ Added project Ops
$ tasks add Login -p Site
+ Added task Login
$ tags add dev
+ Added tag dev
$ fields add Ticket
+ Added field Ticket
# 2026-11-24 09:00
$ start fix login -p Site -t Login -T dev --field Ticket=CF-1
● Started 09:00  fix login  Site · ACME: Login  $ #dev  0009
# 2026-11-24 10:30
$ start Review -p ACME/Site --at -15m
■ Stopped 09:00–10:15  1h 15m  fix login  Site · ACME: Login  $ #dev  0009
● Started 10:15  15m  Review  Site · ACME  $  000a
$ running
● 10:15  15m  Review  Site · ACME  $  000a
  today 1h 30m
# 2026-11-24 12:00
$ stop
■ Stopped 10:15–12:00  1h 45m  Review  Site · ACME  $  000a
$ stop
! 1
$ running
! 1
$ add Plan --from 8 --to 8:30 -p Ops
+ Added 08:00–08:30  30m  Plan  Ops  000b
$ add Mail --from 8:30 --for 20m
+ Added 08:30–08:50  20m  Mail  000c
$ add Call --for 10m
+ Added 11:50–12:00  10m  Call  000d
$ add Night --from 'yesterday 23:50' --to 'today 0:20' -p Ops
+ Added Mon 23 Nov 2026 23:50–00:20+1d  30m  Night  Ops  000e
$ add x --from 23:50 --to 23:55
! 2
$ add x --from 11 --to 10
! 5
$ add x --for 5m -p Nope
! 4
$ edit 00c -d 'Mail and chat' -T dev --to 8:55
~ Changed 08:30–08:55  25m  Mail and chat  #dev  000c
$ delete d -y
✗ Deleted 11:50–12:00  10m  Call  000d
$ show last~1 last -o id
000000000000000000000009
00000000000000000000000a
# 2026-11-24 13:00
$ resume 0009
● Started 13:00  fix login  Site · ACME: Login  $ #dev  000f
# 2026-11-24 14:00
$ list
Tue 24 Nov 2026                                                         5h 15m
  000e  00:00–00:20     20m  Ops                 Night
  000b  08:00–08:30     30m  Ops                 Plan
  000c  08:30–08:55     25m                      Mail and chat  #dev
  0009  09:00–10:15  1h 15m  Site · ACME: Login  fix login      $ #dev
  000a  10:15–12:00  1h 45m  Site · ACME         Review         $
● 000f  13:00–…      1h 00m  Site · ACME: Login  fix login      $ #dev
                                               billable 4h 00m    total 5h 15m
$ list yesterday
Mon 23 Nov 2026                                                            10m
  000e  23:50–24:00     10m  Ops  Night
                                                                     total 10m
$ list --total
5:15:00
$ list yesterday..today --total
5:25:00
$ list --total-decimal
5.25
$ list -p Site -T dev -o id
000000000000000000000009
00000000000000000000000f
$ list --running --template '{start} {description} {duration}'
13:00 fix login 1h 00m
$ list --running -o csv
id,start,end,duration_seconds,description,project,client,task,tags,billable,user,type
00000000000000000000000f,2026-11-24T13:00:00+01:00,,3600,fix login,Site,ACME,Login,dev,true,ada,REGULAR
$ list -p Site -d review -o md
| Date | Start | End | Duration | Project | Client | Task | Description | Tags |
|---|---|---|---:|---|---|---|---|---|
| 2026-11-24 | 10:15 | 12:00 | 1h 45m | Site | ACME |  | Review |  |
$ list tomorrow
$ stop --at 13:45 -d 'fix login for good'
■ Stopped 13:00–13:45  45m  fix login for good  Site · ACME: Login  $ #dev  000f
$ show f
description  fix login for good
      start  Tue 24 Nov 2026 13:00:00 (+01:00)
        end  Tue 24 Nov 2026 13:45:00 (+01:00)
   duration  45m (0:45:00)
    project  Site
     client  ACME
       task  Login
       tags  dev
   billable  yes
       rate  105.00 USD an hour
     Ticket  CF-1
       user  ada
         id  00000000000000000000000f
$ tags
name  id
dev   000000000000000000000007
$ users
name  id
ada   000000000000000000000001
"""  # noqa: E501  # as it is printed


def steps() -> Iterator[tuple[str, str, str, int]]:
    """Yield clock, command line, expected output and exit code of each step of the script."""
    clock = ""
    command = ""
    code = 0
    expected: list[str] = []
    for line in [*SCRIPT.strip().splitlines(), "# end"]:
        mark, _, rest = line.partition(" ")
        if mark in ("#", "$"):
            if command:
                yield clock, command, "".join(f"{each}\n" for each in expected), code
            expected, code, command = [], 0, rest if mark == "$" else ""
            clock = rest if mark == "#" else clock
        elif mark == "!":
            code = int(rest)
        else:
            expected.append(line)


def test_a_day_is_the_same_on_a_file_and_over_a_socket(place: Place) -> None:
    """Start, start again, stop, add, edit, delete, resume and list, with the same output."""
    import shlex

    said: list[str] = []
    for clock, line, expected, code in steps():
        if clock:
            place.console.at(clock)
        result = place.console("-v", *shlex.split(line))
        assert (result.code, result.out) == (code, expected), (line, result)
        said += [result.out, result.err]
    assert KEY not in repr(said)
    if place.server is not None:
        assert place.server.refused == []
        assert place.server.asked != []


def test_json_is_the_same_on_a_file_and_over_a_socket(
    new_console: Callable[[str], Console], place: Place
) -> None:
    """The objects of list -o json are equal whatever the replies looked like."""
    other = new_console("other")
    other.env["CLOCKTOOL_PROFILE"] = "local"
    found = []
    for console in (other, place.console):
        for line in (
            ("clients", "add", "ACME"),
            ("projects", "add", "Site", "--client", "ACME"),
            ("tags", "add", "dev"),
            ("tasks", "add", "Login", "-p", "Site"),
            ("fields", "add", "Ticket"),
            ("add", "x", "--for", "1h", "-p", "Site", "-t", "Login", "-T", "dev", "-q"),
            ("start", "y", "--field", "Ticket=7", "-q"),
        ):
            console.ok(*line)
        found.append([console.ok("list", "-o", output).out for output in ("json", "jsonl", "csv")])
    assert found[0] == found[1]


@pytest.mark.parametrize("flag", ["-v", "--verbose"])
def test_verbose_says_each_request_and_never_the_key(place: Place, flag: str) -> None:
    """Method, path, status and milliseconds on standard error; the result stays as it is."""
    quiet = place.console.ok("start", "x")
    loud = place.console.ok(flag, "stop")
    assert quiet.out == "● Started 12:30  x  0003\n"
    assert loud.out == "■ Stopped 12:30–12:30  1s  x  0003\n"
    assert "PATCH /workspaces/" in loud.err
    assert " 200 " in loud.err
    assert KEY not in repr((quiet, loud))
    assert KEY not in repr(place.console("list", flag, "-o", "json"))


def test_a_refused_start_leaves_the_old_timer_running(place: Place) -> None:
    """Over the socket too, the ended entry runs again as it was."""
    place.console.ok("start", "old", "--at", "9:00")
    before = place.console.ok("show", "current", "-o", "json").json
    result = place.console("start", "a" * 3001)
    assert (result.code, result.out) == (5, "")
    assert "the previous timer is still running" in result.err
    assert place.console.ok("show", "current", "-o", "json").json == before


def test_a_wrong_key_is_not_set_up(place: Place) -> None:
    """A key that the server refuses is exit code 3, and is not shown."""
    if place.server is None:
        pytest.skip("the local workspace has no key")
    result = place.console("running", env={"CLOCKIFY_API_KEY": "not-the-key"})
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith("error: the API key was refused\nhint: ")
    assert "not-the-key" not in result.err


def test_a_server_that_is_gone_is_no_connection(new_console: Callable[[str], Console]) -> None:
    """A closed port is exit code 6, in one line with its hint."""
    console = new_console("gone")
    console.env |= {"CLOCKIFY_API_KEY": KEY, "CLOCKTOOL_BASE_URL": "http://127.0.0.1:1/v1"}
    result = console("running")
    assert (result.code, result.out) == (6, "")
    assert [line.partition(":")[0] for line in result.err.splitlines()] == ["error", "hint"]
    assert KEY not in result.err


def test_usage_errors_send_nothing(place: Place) -> None:
    """Words that are no TIME or PERIOD are refused before a request leaves."""
    if place.server is None:
        pytest.skip("nothing leaves the local workspace")
    place.console.env["CLOCKTOOL_TIMEZONE"] = "Europe/Berlin"
    for line in (["start", "--at", "soon"], ["add", "--for", "x"], ["stop", "--max", "x"]):
        assert place.console(*line).code == 2
    assert place.server.asked == []
