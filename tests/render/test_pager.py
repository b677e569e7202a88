"""The pager: on a real terminal, with programs that read as people do."""

import contextlib
import fcntl
import os
import pty
import signal
import sqlite3
import stat
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from clocktool.app.process import PagerProgram
from clocktool.render.pager import page, pager_words
from tests.conftest import NOON, Console
from tests.contract.worlds import fill, workspace_of

pytestmark = pytest.mark.slow

COUNT = 5_000
YEAR = ("list", "2026")
ALL = COUNT + 53 + 52 + 1 + 1
"""Rows, headings of their days, blanks between, the totals, a line about clocks that went back."""


@pytest.fixture
def full(new_console: Callable[[str], Console]) -> Console:
    """A console with five thousand entries of this year, a quarter of an hour each."""
    console = new_console("full")
    console.env["CLOCKTOOL_PROFILE"] = "local"
    path = Path(console.env["CLOCKTOOL_DATA"]) / "local.sqlite3"
    with contextlib.closing(workspace_of(console, path)) as workspace:
        fill(workspace)
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO entries (seq, id, member, start_at, end_at, description, project, task,"
            " billable, type, created_at) VALUES (?, ?, 1, ?, ?, 'work', 1, 1, 1, 'REGULAR', 0)",
            (
                (number, f"{number:024x}", at := NOON - (number - 999) * 900, at + 600)
                for number in range(1000, 1000 + COUNT)
            ),
        )
    return console


def program(home: Path, name: str, code: str) -> Path:
    """Write a Python program; it can be called by its path."""
    path = home / name
    path.write_text(f"#!{sys.executable}\n{code}", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


END = b"\0the end: "
LEADER = f"""
import os, signal, subprocess, sys
signal.signal(signal.SIGINT, lambda *_: None)  # it is for the program, which does not inherit this
words = [sys.executable, "-m", "clocktool", *sys.argv[2:]]
with open(sys.argv[1], "w") as beside:
    code = subprocess.call(words, stderr=beside)
os.write(1, {END!r} + b"%d\\0" % code)
os.read(0, 1)
"""
"""Leads the session of a terminal: what is shown there last is lost where its leader has gone."""


def on_a_terminal(
    console: Console,
    *argv: str,
    env: Mapping[str, str],
    rows: int = 24,
    typed: Callable[[int], object] = lambda _: None,
) -> tuple[int, str]:
    """Run the real program on a terminal; return its exit code and what it wrote.

    That is what was shown there, then what went to standard error, which is not a terminal: there
    would be progress on a slow machine. ``typed`` is given the terminal's other end once something
    is shown.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
    beside = console.home / "beside"
    run = subprocess.Popen(
        [sys.executable, "-c", LEADER, str(beside), *argv],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  # no threads yet
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "TERM": "xterm",
            "TZ": "Europe/Berlin",
            "PYTHONIOENCODING": "utf-8",
            **console.env,
            **env,
        },
    )
    os.close(theirs)
    shown = b""
    watch = threading.Timer(60, run.kill)
    watch.start()
    with contextlib.closing(os.fdopen(ours, "rb", buffering=0)) as terminal:
        while END not in shown or not shown.endswith(b"\0"):
            piece = terminal.read(65536)
            if not shown:
                typed(terminal.fileno())
            shown += piece
    run.wait()  # its terminal has gone, and so it ends
    watch.cancel()
    text, _, code = shown.decode().replace("\r\n", "\n").partition(END.decode())
    return int(code.rstrip("\0")), text + beside.read_text("utf-8")


def test_a_long_list_goes_through_the_pager(full: Console) -> None:
    """Every line once, in colour, and nothing beside it on the terminal."""
    copy = full.home / "copy"
    pager = program(
        full.home, "pager", f"import sys; open({str(copy)!r}, 'w').write(sys.stdin.read())"
    )
    assert on_a_terminal(full, *YEAR, env={"CLOCKTOOL_PAGER": str(pager)}) == (0, "")
    lines = copy.read_text("utf-8").splitlines()
    assert len(lines) == ALL
    assert len({line for line in lines if "work" in line}) == COUNT
    assert "\x1b[1m" in lines[0]
    assert "total" in lines[-2]


def test_quitting_the_pager_early_succeeds(full: Console) -> None:
    """A pager that ends after three lines gives exit code 0."""
    three = "import sys; [print(sys.stdin.readline(), end='') for _ in range(3)]"
    pager = program(full.home, "pager", three)
    code, shown = on_a_terminal(full, *YEAR, env={"PAGER": str(pager), "NO_COLOR": "1"})
    assert (code, len(shown.splitlines())) == (0, 3)
    assert shown.splitlines()[1].endswith("$")


def test_ctrl_c_goes_to_the_pager(full: Console) -> None:
    """Ctrl-C while the pager runs ends nothing; the list is shown to its end."""
    code = (
        "import signal, sys\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})\n"
        "print('ready', flush=True)\n"
        "signal.sigwait({signal.SIGINT})\n"
        "print(len(sys.stdin.read().splitlines()))\n"
    )
    pager = program(full.home, "pager", code)
    result = on_a_terminal(
        full,
        *YEAR,
        env={"PAGER": str(pager)},
        typed=lambda terminal: os.write(terminal, b"\x03"),
    )
    assert result == (0, f"ready\n^C{ALL}\n")


def test_a_pager_that_is_killed_ends_quietly(full: Console) -> None:
    """The command says nothing about it."""
    pager = program(full.home, "pager", f"import os; os.kill(os.getpid(), {int(signal.SIGTERM)})")
    assert on_a_terminal(full, *YEAR, env={"PAGER": str(pager)}) == (0, "")


@pytest.mark.parametrize("pager", ["", "cat", "/there/is/none", "'", "sh -c nosuchpager", "/"])
def test_without_a_pager_all_is_printed(full: Console, pager: str) -> None:
    """The pager is switched off, missing, badly quoted or can't be started."""
    code, shown = on_a_terminal(full, *YEAR, env={"CLOCKTOOL_PAGER": pager, "NO_COLOR": "1"})
    lines = [line for line in shown.splitlines() if "nosuchpager" not in line]
    assert (code, len(lines)) == (0, ALL)


def test_output_that_fits_is_printed(full: Console) -> None:
    """A short list, a number, JSON and quiet need no pager."""
    env = {"PAGER": str(program(full.home, "pager", "print('pager')")), "NO_COLOR": "1"}
    assert on_a_terminal(full, "list", "2026-11-23", env=env, rows=99)[1].count("\n") == 98
    assert on_a_terminal(full, "list", "2026-11-23", env=env, rows=98) == (0, "pager\n")
    assert on_a_terminal(full, *YEAR, "--total", env=env) == (0, "833:20:00\n")
    assert on_a_terminal(full, *YEAR, "-o", "id", env=env)[1].count("\n") == COUNT
    assert on_a_terminal(full, *YEAR, "-q", env=env) == (0, "")


class Screen:
    """A stand-in for a pager that keeps its input, and may quit or fail to start."""

    def __init__(self, *, most: int = 10**9, code: int = 0) -> None:
        self.text = ""
        self.most = most
        self.code = code
        self.started: list[tuple[list[str], dict[str, str]]] = []

    @contextlib.contextmanager
    def start(self, words: Any, env: Any) -> Iterator[PagerProgram]:
        """Start it."""
        self.started.append((list(words), dict(env)))
        reader = PagerProgram(self.write)
        try:
            yield reader
        finally:
            reader.code = self.code

    def write(self, text: str) -> None:
        """Take a text, unless it has quit."""
        if self.text.count("\n") >= self.most:
            raise BrokenPipeError
        self.text += text


def test_the_first_lines_are_shown_before_the_last_are_made() -> None:
    """When the pager quits, at most one more line is made."""
    screen = Screen(most=5)
    made: list[int] = []

    def lines() -> Iterator[str]:
        for number in range(3, 1000):
            if number == 3:
                assert screen.text == "0\n1\n2\n"
            made.append(number)
            yield str(number)

    assert list(page(["0", "1", "2"], lines(), {"PAGER": "x"}, screen.start)) == []
    assert made == [3, 4, 5]
    assert screen.text == "0\n1\n2\n3\n4\n"


def test_a_pager_that_a_shell_could_not_start_leaves_all_to_print() -> None:
    """The lines that were written to it are printed, too."""
    screen = Screen(most=2, code=127)
    left = page(["0", "1"], iter(["2", "3"]), {"PAGER": "x"}, screen.start)
    assert list(left) == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"PAGER": "more"}, ["more"]),
        ({"PAGER": "less -S 'a b'"}, ["less", "-S", "a b"]),
        ({"PAGER": "more", "CLOCKTOOL_PAGER": "most"}, ["most"]),
        ({"PAGER": "more", "CLOCKTOOL_PAGER": ""}, []),
        ({"PAGER": "cat"}, []),
        ({"PAGER": " "}, []),
        ({"PATH": "/nowhere"}, []),
        ({"TERM": "dumb"}, []),
    ],
)
def test_the_pager_is_chosen_by_variables(env: dict[str, str], words: list[str]) -> None:
    """CLOCKTOOL_PAGER goes before PAGER, PAGER before less; empty or cat means no pager."""
    assert pager_words(env) == words


def test_less_keeps_colours_and_exits_after_short_texts(tmp_path: Path) -> None:
    """A LESS variable of the user is kept."""
    program(tmp_path, "less", "")
    for env, less in (({}, "FRX"), ({"LESS": "S"}, "S")):
        screen = Screen()
        assert not list(page(["x"], iter([]), {"PATH": str(tmp_path), **env}, screen.start))
        [(words, given)] = screen.started
        assert (words, given["LESS"], screen.text) == (["less"], less, "x\n")
