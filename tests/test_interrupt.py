"""Ctrl-C between requests that belong together: exit code 130, what is said is what is true."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clocktool.backends.base import Backend, Reply, Request
from clocktool.backends.local.workspace import LocalWorkspace
from tests.conftest import Console
from tests.contract.worlds import workspace_of

OLD = "000000000000000000000003"
AFTER = (
    "the previous timer has ended; check: clocktool running; then start again"
    f", or: clocktool resume {OLD}"
)
MAYBE = "error: interrupted\nhint: the previous timer may have ended; check: clocktool running\n"
SAID = f"error: interrupted\nhint: {AFTER}\n"
RUNNING = "one 09:00-\n"
ENDED = "one 09:00-10:00\n"
BOTH = f"{ENDED}two 10:00-\n"


class Told(Backend):
    """A backend in front of a local workspace; a test says what happens before and after."""

    def __init__(self, inner: LocalWorkspace) -> None:
        self.inner = inner
        self.sent: list[str] = []
        self.before: Callable[[Request], Reply | None] = lambda _: None
        self.after: Callable[[Request], Reply | None] = lambda _: None

    def send(self, request: Request) -> Reply:
        """Answer as it was told to, else from the workspace."""
        self.sent.append(request.method)
        told = self.before(request)
        if told is not None:
            return told
        reply = self.inner.send(request)
        return self.after(request) or reply


def at(method: str) -> Callable[[Request], Reply | None]:
    """Return what types Ctrl-C at the requests of a method."""

    def ctrl_c(request: Request) -> Reply | None:
        if request.method == method:
            raise KeyboardInterrupt
        return None

    return ctrl_c


def answering(method: str, reply: Reply) -> Callable[[Request], Reply | None]:
    """Return what answers the requests of a method in the workspace's place."""
    return lambda request: reply if request.method == method else None


class Place:
    """A console with a timer 'one' since 9:00; it is 10:00 now."""

    def __init__(self, console: Console, told: Told) -> None:
        self.console = console
        self.told = told

    def start(self, *more: str) -> tuple[int, str, str]:
        """Start 'two' as the transport was told, and return what the command left behind."""
        result = self.console("start", "two", *more)
        self.told.before = self.told.after = lambda _: None
        return result

    @property
    def state(self) -> str:
        """The entries that are there, oldest first."""
        return self.console.ok("list", "--template", "{description} {start}-{end}").out


@pytest.fixture
def place(run: Console) -> Iterator[Place]:
    """A console on a transport of the test's own."""
    with contextlib.closing(workspace_of(run, run.home / "behind.sqlite3")) as workspace:
        told = Told(workspace)
        run.backend = told
        run.at("2026-11-24 09:00").ok("start", "one")
        run.at("2026-11-24 10:00")
        told.sent.clear()
        yield Place(run, told)


def test_an_interrupt_before_the_stop_leaves_everything_as_it_was(place: Place) -> None:
    """Nothing was sent on: the old timer runs, and it is said that it may not."""
    place.told.before = at("PATCH")
    assert place.start() == (130, "", MAYBE)
    assert place.told.sent[-1] == "PATCH"
    assert place.state == RUNNING


def test_an_interrupt_before_the_create_says_that_the_old_timer_is_ended(place: Place) -> None:
    """The old one ended and the new one is not there; the hint brings it back."""
    place.told.before = at("POST")
    assert place.start() == (130, "", SAID)
    assert place.state == ENDED
    place.console.ok("resume", OLD)
    assert place.state == f"{ENDED}one 10:00-\n"


def test_an_interrupt_after_the_create_doubles_nothing(place: Place) -> None:
    """The new one arrived though its answer was lost: it is there once, and running shows it."""
    place.told.after = at("POST")
    assert place.start() == (130, "", SAID)
    assert place.state == BOTH
    assert "two" in place.console.ok("running").out
    assert place.told.sent.count("POST") == 1


def test_an_interrupt_of_a_first_timer_has_no_hint_of_another(run: Console) -> None:
    """Where nothing ran nothing was ended, and nothing else is said."""
    with contextlib.closing(workspace_of(run, run.home / "behind.sqlite3")) as workspace:
        told = Told(workspace)
        run.backend = told
        told.before = at("POST")
        assert run("start", "two") == (130, "", "error: interrupted\n")
        told.before = lambda _: None
        assert run.ok("list", "-o", "json").json == []


@pytest.mark.parametrize("quiet", [(), ("-q",)])
def test_quiet_does_not_hide_that_the_old_timer_is_ended(
    place: Place, quiet: tuple[str, ...]
) -> None:
    """What -q hides are results, not this."""
    place.told.before = at("POST")
    assert place.start(*quiet) == (130, "", SAID)


def test_an_interrupt_is_an_object_in_json(place: Place) -> None:
    """The error object has code, message and hint on one line."""
    place.told.before = at("POST")
    assert place.start("-o", "json") == (
        130,
        "",
        f'{{"error":{{"code":130,"message":"interrupted","hint":"{AFTER}"}}}}\n',
    )


def test_an_interrupt_after_the_stop_says_that_the_old_timer_may_be_ended(place: Place) -> None:
    """The stop arrived though its answer was lost: whoever typed Ctrl-C must be told to look."""
    place.told.after = at("PATCH")
    assert place.start() == (130, "", MAYBE)
    assert place.state == ENDED


def test_an_interrupt_of_the_way_back_is_finished_by_the_next_command(place: Place) -> None:
    """The new one was refused, and Ctrl-C came when the old one was to run again."""

    def before(request: Request) -> Reply | None:
        if request.method == "POST":
            return Reply(400, {}, b'{"code":501,"message":"no"}')
        return at("PUT")(request)

    place.told.before = before
    assert place.start()[0] == 130
    assert place.state == RUNNING


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_split_interrupted_at_its_first_step_leaves_the_timer_running(
    place: Place, when: str
) -> None:
    """Whether the end arrived or not: the timer is put back as it was, and that is said."""
    first = at("PUT")

    def once(request: Request) -> Reply | None:
        if request.method == "PUT":
            place.told.before = place.told.after = lambda _: None
        return first(request)

    setattr(place.told, when, once)
    code, out, err = place.console("split", "current", "9:15", "9:30")
    assert (code, out) == (130, "")
    assert "the entry is unchanged" in err
    assert place.state == RUNNING


def test_a_split_that_cannot_be_taken_back_is_finished_by_the_next_command(place: Place) -> None:
    """Whoever types Ctrl-C again: nothing is lost, and undo gives the whole back."""
    made: list[Request] = []

    def last(request: Request) -> Reply | None:
        if request.method == "POST":
            made.append(request)
        if len(made) == 2:
            raise KeyboardInterrupt
        return None

    place.told.before = last
    code, _, err = place.console("split", "current", "9:15", "9:30")
    place.told.before = lambda _: None
    assert code == 130
    assert err == (
        "error: interrupted\nhint: the next command finishes it; to undo it: clocktool undo\n"
    )
    assert place.state == "one 09:00-09:15\none 09:15-09:30\none 09:30-\n"
    place.console.ok("undo")
    assert place.state == RUNNING


REFUSALS = [
    (8, Reply(404, {}, b'{"code":3000,"message":"No such route"}')),
    (4, Reply(404, {}, b"")),
    (2, Reply(400, {}, b'{"code":3000,"message":"no"}')),
    (5, Reply(400, {}, b'{"code":501,"message":"no"}')),
    (5, Reply(413, {}, b"")),
    (5, Reply(403, {}, b'{"code":1003,"message":"locked"}')),
    (3, Reply(401, {}, b'{"code":4003,"message":"no"}')),
    (8, Reply(405, {}, b"")),
    (8, Reply(415, {}, b"")),
]


@pytest.mark.parametrize(("code", "reply"), REFUSALS)
def test_a_refusal_that_proves_nothing_was_created_leaves_the_old_timer_running(
    place: Place, code: int, reply: Reply
) -> None:
    """It runs again as it was, and the error says so."""
    place.told.before = answering("POST", reply)
    result = place.start()
    assert (result[0], result[1]) == (code, "")
    assert "; the previous timer is still running\n" in result[2]
    assert place.state == RUNNING


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "reply",
    [
        Reply(500, {}, b""),
        Reply(503, {}, b""),
        Reply(201, {}, b"x"),
        Reply(302, {}, b"<html>moved</html>"),
        Reply(404, {}, b"<html>not here</html>"),
    ],
)
def test_a_start_whose_answer_is_lost_is_there_once(place: Place, reply: Reply, when: str) -> None:
    """Whether it arrived or not: it is kept, looked for, and runs from when it was typed."""
    setattr(place.told, when, answering("POST", reply))
    code, out, err = place.start()
    assert (code, out.splitlines()[0]) == (0, "■ Stopped 09:00–10:00  1h 00m  one  0003")
    assert (out.count("Started"), err.count("Kept, to be sent later: ")) == (1, 1)
    assert place.told.sent[-2:] == ["PATCH", "POST"]
    place.told.sent.clear()
    place.console.at("2026-11-24 10:30").ok("sync")
    assert place.told.sent.count("POST") == (1 if when == "before" else 0)
    assert place.state == BOTH
    assert place.console.ok("sync").err == "No pending changes.\n"


@pytest.mark.parametrize("method", ["PATCH", "POST"])
def test_resume_is_interrupted_like_start(place: Place, method: str) -> None:
    """The same two requests, the same words and nothing doubled."""
    place.console.ok("add", "old", "--from", "7", "--to", "8")
    place.told.before = at(method)
    result = place.console("resume", "last")
    place.told.before = lambda _: None
    assert result == (130, "", SAID if method == "POST" else MAYBE)
    assert place.state == "old 07:00-08:00\n" + (ENDED if method == "POST" else RUNNING)


# The real program.


def program(home: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the local workspace of a home."""
    return subprocess.run(
        [sys.executable, "-m", "clocktool", *argv],
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
        env=environment(home),
    )


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a program that tracks in a home."""
    return {
        "CLOCKTOOL_DATA": str(home / "data"),
        "CLOCKTOOL_CONFIG": str(home / "config.toml"),
        "CLOCKTOOL_PROFILE": "local",
        "TZ": "Europe/Berlin",
    }


@pytest.mark.skipif(os.name != "posix", reason="a signal of POSIX")
def test_ctrl_c_at_four_hundred_copies_makes_none(tmp_path: Path) -> None:
    """On the local workspace a command is one transaction: it ends at once, and left nothing."""
    program(tmp_path, "add", "x", "--from", "2024-01-01 09:00", "--to", "2024-01-01 09:10")
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "clocktool", "-v"),
            *("dup", "last", "--on", "2024-02-02..2025-03-07", "-o", "id"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(tmp_path),
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        said = []
        for line in process.stderr:  # -v says each request when it was answered
            said.append(line)
            if sum(each.startswith("POST ") for each in said) == 5:
                process.send_signal(signal.SIGINT)
                break
        # Not communicate(): it would miss what this stream has read ahead.
        rest, out = process.stderr.read(), process.stdout.read()
    ids = out.split()
    left = [each for each in rest.splitlines() if not each.startswith(("POST ", "GET "))]
    assert (process.returncode, left, ids) == (130, ["error: interrupted"], [])
    assert program(tmp_path, "list", "2024-02-02..2025-03-07", "-o", "id").stdout == ""


CTRL_C = """
import sys

class CtrlC:
    def find_spec(self, name, *_):
        if {when}:
            raise KeyboardInterrupt

sys.meta_path.insert(0, CtrlC())
from clocktool.__main__ import main
main()
"""


@pytest.mark.parametrize(
    "when",
    [
        "name not in (*sys.builtin_module_names, 'clocktool', 'clocktool.__main__')",
        "name == 'clocktool.app'",
        "name == 'clocktool.errors'",
        "name == 'clocktool.cli'",
        "name == 'clocktool.commands.list'",
    ],
)
def test_ctrl_c_while_the_program_loads_is_quiet(tmp_path: Path, when: str) -> None:
    """Whatever is being imported: exit code 130, no traceback."""
    ran = subprocess.run(
        [sys.executable, "-c", CTRL_C.format(when=when), "list"],
        capture_output=True,
        text=True,
        check=False,
        env={"CLOCKTOOL_DATA": str(tmp_path), "CLOCKTOOL_CONFIG": str(tmp_path / "c")},
    )
    assert (ran.returncode, ran.stdout) == (130, "")
    assert ran.stderr in ("", "error: interrupted\n")


@pytest.mark.skipif(os.name != "posix", reason="a signal of POSIX")
def test_ctrl_c_reaches_programs_of_tests_that_were_started_without_it() -> None:
    """Jobs in the background ignore it, and what they start would: conftest sets it right."""
    code = (
        "import signal, subprocess, sys\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "import tests.conftest\n"
        "assert signal.getsignal(signal.SIGINT) is signal.default_int_handler\n"
        "again = 'import signal; print(signal.getsignal(signal.SIGINT).__name__)'\n"
        "print(subprocess.check_output([sys.executable, '-c', again], text=True), end='')\n"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "default_int_handler\n", "")
