"""Every kind of refusal, end to end: what a person reads, where it goes, the exit code.

A write that can't be sent, or has a lost answer, succeeds: it is kept, with a note.
"""

import contextlib
import json
from collections.abc import Callable
from typing import NamedTuple

import pytest

from clocktool.backends.base import Backend, Reply, Request
from tests.conftest import Console
from tests.contract.stub import DROP, ENTRY, Say, Stub
from tests.contract.worlds import ME, W, connect, workspace_of
from tests.guide_server import KEY

ID = "00000000000000000000000a"
MINE = f"GET {W}/user/{ME}/time-entries"
OTHER = "is invalid:"
WEB = "change it, or ask an owner of the workspace"
ADDRESS = "check that 'base_url' is the address of a Clockify API (clocktool config)"
FOREIGN = "check for a proxy or a login page, then 'base_url' (clocktool config)"


def says(status: int, code: int, message: str, **headers: str) -> Say:
    """Return a refusal as the service words it."""
    body = json.dumps({"message": message, "code": code}).encode()
    return Say(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


RUNNING = Say(
    200,
    b'[{"id": "00000000000000000000000a", "description": "x",'
    b' "timeInterval": {"start": "2026-11-24T11:30:00Z"}}]',
)
"""The list of what runs: a timer that was started at 12:30 in Berlin."""


class Row(NamedTuple):
    """A kind of answer to a command, and what a person then reads.

    ``then`` is answered to what is asked after it. Code 0: it was kept, ``error`` is why.
    """

    kind: str
    line: str
    answer: Say
    code: int
    error: str
    hint: str
    then: Say | None = None


ROWS = [
    Row(
        "entry not found",
        "show ID",
        says(400, 501, "Time entry with id 00000000000000000000000a doesn't belong to Workspace"),
        4,
        "not found: Time entry with id 00000000000000000000000a doesn't belong to Workspace",
        "it may be deleted, or in another workspace (-w)",
    ),
    Row(
        "foreign project",
        "add x --for 1h -p ID",
        says(400, 501, "Project with id 00000000000000000000000a doesn't belong to Workspace"),
        4,
        "not found: Project with id 00000000000000000000000a doesn't belong to Workspace",
        "it may be deleted, or in another workspace (-w)",
    ),
    Row(
        "required project",
        "add x --for 1h",
        says(400, 501, "Project is required field."),
        5,
        "refused by a rule: Project is required field.",
        "add -p PROJECT",
    ),
    Row(
        "required description at stop",
        "stop",
        says(400, 501, "Description is mandatory"),
        5,
        "refused by a rule: Description is mandatory",
        "clocktool stop -d TEXT",
    ),
    Row(
        "required tags at stop",
        "stop",
        says(400, 501, "Tags are required"),
        5,
        "refused by a rule: Tags are required",
        "clocktool stop -T TAG",
    ),
    Row(
        "required task at stop",
        "stop",
        says(400, 501, "Task is required for time entry"),
        5,
        "refused by a rule: Task is required for time entry",
        "clocktool stop -p PROJECT -t TASK",
    ),
    Row(
        "archived project",
        "add x --for 1h",
        says(400, 501, "Project 'Ops' is archived"),
        5,
        "refused by a rule: Project 'Ops' is archived",
        "to use it again: clocktool projects restore NAME",
    ),
    Row(
        "start after end",
        "add x --for 1h",
        says(400, 501, "Start datetime is after end datetime"),
        5,
        "refused by a rule: Start datetime is after end datetime",
        "change --from, --to or --for, so that the entry ends after its start",
    ),
    Row(
        "stop before start",
        "stop --at 12:00",
        says(400, 501, "Start datetime is after end datetime"),
        5,
        "the running timer 'x' started 30m after that",
        "move its start: clocktool edit current --from TIME",
        RUNNING,
    ),
    Row(
        "forbidden characters",
        "add x --for 1h",
        says(400, 501, "Description contains forbidden characters"),
        5,
        "refused by a rule: Description contains forbidden characters",
        "remove < and >",
    ),
    Row(
        "bad query value",
        "list",
        says(400, 3000, "Value 'x' is not valid for 'page-size'"),
        2,
        "the request was not understood: Value 'x' is not valid for 'page-size'",
        "check the command line; --debug shows more",
    ),
    Row(
        "body of the wrong shape",
        "add x --for 1h",
        says(400, 3002, "Cannot deserialize"),
        2,
        "the request was not understood: Cannot deserialize",
        "check the command line; --debug shows more",
    ),
    Row("400 without a body", "add x --for 1h", Say(400), 5, "refused by a rule", WEB),
    Row(
        "no key",
        "list",
        says(401, 1000, "Full authentication is required to access this resource"),
        3,
        "no key was sent, or two kinds at once",
        "check the key and the host with clocktool config",
    ),
    Row(
        "unknown key",
        "list",
        says(401, 4003, "Api key does not exist"),
        3,
        "the API key was refused",
        "check the key and the host with clocktool config",
    ),
    Row(
        "bad add-on token",
        "list",
        says(401, 4017, "Addon token is not valid"),
        3,
        "the add-on token is not valid",
        "check the key and the host with clocktool config",
    ),
    Row(
        "401 without a body",
        "list",
        Say(401),
        3,
        "the API key was refused",
        "check the key and the host with clocktool config",
    ),
    Row(
        "401 of another kind",
        "list",
        says(401, 4100, "Account is suspended"),
        3,
        "the API key was refused: Account is suspended",
        "check the key and the host with clocktool config",
    ),
    Row(
        "locked",
        "edit ID -d x",
        says(403, 1003, "Time entry is locked"),
        5,
        "the entry is locked",
        "ask an owner of the workspace to unlock it",
    ),
    Row(
        "locked: new entry",
        "add x --for 1h",
        says(403, 1003, "Time entry is locked"),
        5,
        "this time is locked",
        "ask an owner of the workspace to unlock it",
    ),
    Row(
        "approved",
        "edit ID -d x",
        says(403, 4005, "Time entry is approved"),
        5,
        "the entry is approved",
        "withdraw the approval first, then change it",
    ),
    Row(
        "manual entries disabled",
        "add x --for 1h",
        says(403, 4030, "Manual time tracking is disabled"),
        5,
        "this workspace allows only the timer, no manual entries",
        "use 'clocktool start' and 'clocktool stop' without --at",
    ),
    Row(
        "no right",
        "add x --for 1h",
        says(403, 501, "Access is denied"),
        5,
        "not allowed: no permission, or a paid feature: Access is denied",
        "ask an owner of the workspace",
    ),
    Row(
        "403 without a body",
        "add x --for 1h",
        Say(403),
        5,
        "not allowed: no permission, or a paid feature",
        "ask an owner of the workspace",
    ),
    Row(
        "no timer",
        "stop",
        says(404, 404, "Timer is not running"),
        1,
        "No timer is running",
        "start one with: clocktool start WORDS…",
    ),
    Row(
        "no route",
        "running --all",
        says(404, 3000, "No static resource"),
        8,
        "the server has no GET /workspaces/000000000000000000000002/time-entries/in-progress",
        "check 'base_url' and 'routes' (clocktool config)",
    ),
    Row(
        "unknown workspace",
        "list",
        Say(404),
        4,
        "no such workspace, or you are not a member",
        "list yours: clocktool workspaces",
    ),
    Row(
        "404 that is a page",
        "list",
        Say(404, b"<html>nothing here</html>"),
        8,
        f"the answer to {MINE} is not Clockify's (404)",
        FOREIGN,
    ),
    Row(
        "rate limited, seconds",
        "add x --for 1h",
        says(429, 429, "Too many requests", Retry_After="30"),
        0,
        "rate limit reached",
        "",
    ),
    Row(
        "rate limited, an hour",
        "list",
        says(429, 429, "Too many requests", Retry_After="3600"),
        7,
        "rate limit reached",
        "try again in 1h 00m",
    ),
    Row(
        "rate limited, unknown",
        "list",
        Say(429),
        7,
        "rate limit reached",
        "try again later",
    ),
    Row(
        "server failure",
        "add x --for 1h",
        says(500, 500, "Unexpected error"),
        0,
        "the server failed (500): Unexpected error",
        "",
    ),
    Row(
        "gateway, not JSON",
        "list",
        Say(502, b"<html>Bad Gateway</html>"),
        8,
        "the server failed (502)",
        "try again later",
    ),
    Row(
        "server failure, empty",
        "add x --for 1h",
        Say(503),
        0,
        "the server failed (503)",
        "",
    ),
    Row(
        "redirect",
        "list",
        Say(302, b"", {"Location": "https://example.org/"}),
        8,
        f"the answer to {MINE} is not Clockify's (302)",
        FOREIGN,
    ),
    Row(
        "teapot",
        "list",
        Say(418, b"short and stout"),
        8,
        f"the answer to {MINE} is not Clockify's (418)",
        FOREIGN,
    ),
    Row("413", "add x --for 1h", Say(413), 5, "request too large", "choose fewer entries"),
    Row(
        "a page instead of entries",
        "list",
        Say(200, b"<html>login</html>"),
        8,
        f"the reply to {MINE} {OTHER} it is not valid JSON",
        ADDRESS,
    ),
    Row(
        "200, empty",
        "add x --for 1h",
        Say(200),
        0,
        f"the reply to POST {W}/time-entries {OTHER} it is empty",
        "",
    ),
    Row(
        "200, another shape",
        "list",
        Say(200, b'{"entries": []}'),
        8,
        f"the reply to {MINE} {OTHER} unexpected content at `$`",
        ADDRESS,
    ),
    Row(
        "200, not UTF-8",
        "list",
        Say(200, b'[{"id": "\xff"}]'),
        8,
        f"the reply to {MINE} {OTHER} it is not UTF-8",
        ADDRESS,
    ),
    Row(
        "connection dropped on a read",
        "list",
        DROP,
        6,
        "the connection to HOST broke: no complete answer came",
        "check the network, then try again",
    ),
    Row(
        "connection dropped on a write",
        "add x --for 1h",
        DROP,
        0,
        "the connection to HOST broke: no complete answer came",
        "",
    ),
    Row(
        "long message",
        "add x --for 1h",
        says(400, 501, "x" * 500),
        5,
        "refused by a rule: " + "x" * 299 + "…",
        WEB,
    ),
    Row(
        "terminal codes in a message",
        "add x --for 1h",
        says(400, 501, "\x1b[31mred\nline [bold]"),
        5,
        "refused by a rule: �[31mred line [bold]",
        WEB,
    ),
]


MADE = "+ Added 11:30–12:30  1h 00m  x  p1\n"
"""What is shown of the entry that was kept: its id is the one of the change."""


def kept(row: Row) -> str:
    """Return the line that says that a write was kept, and why."""
    return f"Kept, to be sent later: {row.error} (see clocktool pending)"


PARAMETERS = [pytest.param(row, id=row.kind) for row in ROWS]


def answer(console: Console, row: Row, *more: str) -> tuple[int, str, list[str]]:
    """Type the command of a row; return exit code, standard output and the lines of the other."""
    console.env["CLOCKTOOL_TIMEZONE"] = "Europe/Berlin"
    before = [ENTRY._replace(status=200)] if row.line.startswith("edit") else []
    after = [] if row.then is None else [row.then]
    with Stub(*before, row.answer, *after).serving() as stub:
        connect(console, stub.url)
        result = console(*row.line.replace("ID", ID).split(), *more)
    host = stub.url.split("/")[2]
    return result.code, result.out, result.err.replace(host, "HOST").splitlines()


@pytest.mark.parametrize("row", PARAMETERS)
def test_what_a_person_reads(new_console: Callable[[str], Console], row: Row) -> None:
    """One line that says what and why, one that says what to do, nothing on standard output.

    What was kept is shown as it will be.
    """
    lines = [f"error: {row.error}", f"hint: {row.hint}"]
    if row.code == 1:
        lines = [row.error, row.hint]
    if row.code == 0:
        lines = [kept(row)]
    out = MADE if row.code == 0 else ""
    assert answer(new_console("errors"), row) == (row.code, out, lines)


@pytest.mark.parametrize("row", PARAMETERS)
def test_what_a_program_reads(new_console: Callable[[str], Console], row: Row) -> None:
    """With -o json one object on standard error: the same words and code."""
    code, out, lines = answer(new_console("errors"), row, "-o", "json")
    if row.code == 0:
        assert (code, json.loads(out)["id"], lines) == (0, "p1", [kept(row)])
        return
    assert (code, out, len(lines)) == (row.code, "", 1)
    error = json.loads(lines[0])["error"]
    assert error["code"] == row.code
    assert error["message"].lower() == row.error.lower()
    assert error["hint"] == row.hint


def test_the_rows_are_of_each_kind() -> None:
    """Each exit code that a server can cause is among them, and no key is in any."""
    assert {row.code for row in ROWS} == {0, 1, 2, 3, 4, 5, 6, 7, 8}
    assert KEY not in repr(ROWS)


def test_a_start_that_went_to_the_wrong_place_lets_the_old_timer_run(
    new_console: Callable[[str], Console],
) -> None:
    """It is known not to have arrived, so that what it ended is put back."""
    console = new_console("elsewhere")
    ended = ENTRY._replace(status=200)
    answer = says(404, 3000, "No static resource")
    with Stub(ended, answer, ended).serving() as stub:
        connect(console, stub.url)
        result = console("start", "y")
    assert stub.asked == ["PATCH time-entries", "POST time-entries", f"PUT {ID}"]
    assert (result.code, result.out) == (8, "")
    assert result.err.splitlines()[0] == (
        f"error: the server has no POST {W}/time-entries; the previous timer is still running"
    )


@pytest.mark.parametrize("answer", [Say(302), Say(404, b"<html>nothing here</html>")])
def test_a_start_that_something_else_answered_is_kept(
    new_console: Callable[[str], Console], answer: Say
) -> None:
    """What is not Clockify's says nothing about the request: it is looked for later."""
    console = new_console("elsewhere")
    ended = ENTRY._replace(status=200)
    with Stub(ended, answer).serving() as stub:
        connect(console, stub.url)
        result = console.ok("start", "y")
    assert stub.asked == ["PATCH time-entries", "POST time-entries"]
    assert result.err.splitlines()[-1] == (
        f"Kept, to be sent later: the answer to POST {W}/time-entries is not Clockify's"
        f" ({answer.status}) (see clocktool pending)"
    )


class Impatient(Backend):
    """A backend that gets Ctrl-C when an entry is to be created."""

    def __init__(self, inner: Backend) -> None:
        self.inner = inner

    def send(self, request: Request) -> Reply:
        """Send a request on, unless it is that one."""
        if request.method == "POST":
            raise KeyboardInterrupt
        return self.inner.send(request)


def test_a_start_that_is_interrupted_says_what_it_ended(run: Console) -> None:
    """Between its two requests the old timer is ended: exit code 130, and how to go on."""
    with contextlib.closing(workspace_of(run, run.home / "other.sqlite3")) as workspace:
        run.backend = workspace
        run.ok("start", "x")
        entry = run.ok("running", "--template", "{id}").out.strip()
        run.backend = Impatient(workspace)
        assert run("start", "y") == (
            130,
            "",
            (
                "error: interrupted\nhint: the previous timer has ended; check: clocktool running;"
                f" then start again, or: clocktool resume {entry}\n"
            ),
        )
        assert run("running").code == 1
        assert run("start", "y") == (130, "", "error: interrupted\n")
