"""A program in a terminal of its own: what tests type, and what it shows."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import clocktool
from tests.conftest import Console


def shell_env(console: Console) -> dict[str, str]:
    """Return an environment for a shell in which clocktool is this one, and nothing is home."""
    programs = console.home / "bin"
    programs.mkdir(exist_ok=True)
    program = programs / "clocktool"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m clocktool "$@"\n')
    program.chmod(0o755)
    return {
        **console.env,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(clocktool.__file__).parents[1]),
        "HOME": str(console.home),
        "LC_ALL": "C.UTF-8",
        "PS1": "> ",
        "TERM": "dumb",
        "TZ": "Europe/Berlin",
    }


ANSWERS = {"\x1b[6n": "\x1b[1;1R", "\x1b[c": "\x1b[?62c"}
"""What programs ask a terminal, and wait for: where the cursor is, and what it can do."""


SIZE = (40, 100)
"""The rows and the columns of the terminal."""


class Terminal:
    """A program in a terminal of its own."""

    def __init__(self, argv: list[str], env: Mapping[str, str], folder: Path) -> None:
        self._process, self._end = pty.fork()
        if self._process == 0:
            os.chdir(folder)
            os.execvpe(argv[0], argv, env)  # noqa: S606
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        self._seen = ""

    def type(self, text: str) -> None:
        """Type keys."""
        os.write(self._end, text.encode())

    def wait_for(self, text: str, seconds: float = 30) -> None:
        """Read until a text is on the screen; fail with what is there when it does not come."""
        deadline = time.monotonic() + seconds
        while text not in self._seen:
            left = deadline - time.monotonic()
            ready = left > 0 and select.select([self._end], [], [], left)[0]
            assert ready, f"no {text!r} in {self._seen!r}"
            self._seen += self._read()
        self._seen = self._seen.partition(text)[2]

    def _read(self) -> str:
        read = os.read(self._end, 65536).decode(errors="replace")
        for asked, answer in ANSWERS.items():
            if asked in read:
                self.type(answer)
        return read

    def wait_for_end(self, seconds: float = 30) -> int:
        """Read until the program ends; return its exit code."""
        deadline = time.monotonic() + seconds
        with suppress(OSError):  # EIO: nothing holds the other end any more
            while left := max(0.0, deadline - time.monotonic()):
                assert select.select([self._end], [], [], left)[0], f"runs on: {self._seen!r}"
                if not (read := self._read()):
                    break
                self._seen += read
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        return os.waitstatus_to_exitcode(status)

    def close(self) -> None:
        """End the program."""
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
        os.close(self._end)
