"""Play the examples of README and docs on a fresh machine.

``python -m tests.examples`` rewrites what they print. A block ``console`` is typed line by line at
a terminal of 80 columns. Comments before it say more:

``<!-- 2026-11-23 09:00 10:30 -->``: when each line is typed; the last time is for the rest, too.
``<!-- goes on from tour.md -->``: the page that is played before this one.
``<!-- account -->``: from here on there is a Clockify. ``<!-- no network -->``: nothing is reached.

A block whose first line names a file, ``csv toggl.csv``, is that file.
"""

import contextlib
import hashlib
import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from clocktool.backends.base import Reply, Request
from clocktool.backends.http import HttpTransport
from clocktool.errors import OfflineError
from tests.conftest import Console, Result
from tests.contract.worlds import fill, workspace_of
from tests.guide_server import KEY
from tests.service_server import ServiceServer

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").rglob("*.md")))

WIDTH = 80

CLOCKIFY = "https://api.clockify.me/api/v1"

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A block of code: its kind, its file's name, and what is in it."""

_PLACE = re.compile(r"<!-- (account|no network) -->")
_CLOCKS = re.compile(r"<!-- (\d{4}-\d\d-\d\d)((?: \d\d:\d\d)+) -->\n\Z")
_BEFORE = re.compile(r"<!-- goes on from (\S+) -->")
_ALSO = " | clocktool "


def unreachable(transport: HttpTransport, request: Request) -> Reply:
    """Raise what a machine without a network raises."""
    del transport, request
    raise OfflineError(
        "api.clockify.me could not be reached: no network",
        "check the network, then try again",
        failed_fast=True,
        not_sent=True,
    )


class Machine(Console):
    """A machine of Ada's on which clocktool was never used. It shows what a terminal does."""

    def __init__(self, home: Path, *, colour: bool = False) -> None:
        super().__init__(home)
        self.code = 0
        self.url = CLOCKIFY
        self.is_filling = False
        """Whether the account is being filled: there ids are those that ``fill`` promises."""
        self.env["FORCE_COLOR" if colour else "NO_COLOR"] = "1"

    def new_id(self) -> str:
        """Return ids with ends as they happen to be, the same each time."""
        number = int(plain := super().new_id(), 16)
        if self.is_filling:
            return plain
        return f"{number:020x}{hashlib.sha256(b'%d' % number).hexdigest()[:4]}"

    def type(self, line: str) -> str:
        """Type a line, pipes and files included, and return what appears."""
        with contextlib.chdir(self.folder):
            return self._type(line)

    def _type(self, line: str) -> str:
        if line == "echo $?":
            return f"{self.code}\n"
        assert line.startswith("clocktool "), line
        line, _, file = line.partition(" > ")
        words = line.removeprefix("clocktool ").split(_ALSO)
        text = ""
        for part in words[:-1]:
            text = self.ok(*shlex.split(part), stdin=text).out
        if file:
            Path(file).write_text(self.ok(*shlex.split(words[-1])).out, "utf-8")
            return ""
        result = self.at_terminal(words[-1], text)
        self.code = result.code
        return self.shown(result.out).replace("[y/N] ", "[y/N] y\n")

    def at_terminal(self, words: str, stdin: str = "") -> Result:
        """Run a command line, a yes to whatever it asks."""
        return self(
            *shlex.split(words),
            stdin=stdin or "y\n",
            secret=KEY,
            columns=WIDTH,
            asks=not stdin,
            merged=True,
        )

    @contextlib.contextmanager
    def account(self) -> Iterator[None]:
        """Let there be a Clockify at the address that is built in."""
        with (
            contextlib.closing(workspace_of(self, self.home / "server.sqlite3")) as behind,
            (server := ServiceServer(behind)).serving(),
        ):
            server.plan = "FREE"
            self.is_filling = True
            fill(behind)
            self.is_filling = False
            self.env["CLOCKTOOL_BASE_URL"] = self.url = server.url
            self.configure('routes = "service"\n')
            yield

    @contextlib.contextmanager
    def unplugged(self) -> Iterator[None]:
        """Let somebody who has an account be without a network."""
        self.env["CLOCKIFY_API_KEY"] = KEY
        with mock.patch.object(HttpTransport, "send", unreachable):
            yield

    def shown(self, text: str) -> str:
        """Return what appears on a machine with the home /home/ada."""
        data = Path(self.env["CLOCKTOOL_DATA"])
        text = text.replace(f"{data}{os.sep}", "/home/ada/.local/share/clocktool/")
        return text.replace(self.url, CLOCKIFY)


_PLACES = {"account": Machine.account, "no network": Machine.unplugged}


def played(page: Path, machine: Machine) -> str:
    """Return a page with what its examples print today; the machine has done them all then."""
    text = page.read_text("utf-8")
    before = _BEFORE.search(text)
    if before:
        played(page.parent / before[1], machine)
    done: list[str] = []
    end = 0
    with contextlib.ExitStack() as stack:
        for block in BLOCK.finditer(text):
            done.append(text[end : block.start()])
            end = block.end()
            for place in _PLACE.findall(done[-1]):
                stack.enter_context(_PLACES[place](machine))
            kind, name, body = block.groups()
            if name:
                (machine.folder / name).write_text(body, "utf-8")
            if kind == "console":
                lines = _typed(block, machine)
                body = "".join(f"$ {line}\n{printed}" for line, printed in lines)
                done.append(f"```{kind}\n{body}```")
            else:
                done.append(block[0])
    return "".join((*done, text[end:]))


def first_minute(text: str, machine: Machine) -> Iterator[tuple[str, str]]:
    """Type the first example of README; yield each line and what appears."""
    block = next(each for each in BLOCK.finditer(text) if each[1] == "console")
    yield from _typed(block, machine)


def _typed(block: re.Match[str], machine: Machine) -> Iterator[tuple[str, str]]:
    lines = re.findall(r"^\$ (.*)$", block[3], re.MULTILINE)
    clocks = _CLOCKS.search(block.string[: block.start()])
    times = clocks[2].split() if clocks else []
    for number, line in enumerate(lines):
        if clocks and number < len(times):
            machine.at(f"{clocks[1]} {times[number]}")
        yield line, machine.type(line)
        code_is_shown = lines[number + 1 : number + 2] == ["echo $?"]
        assert machine.code == 0 or code_is_shown or line == "echo $?", (line, machine.code)


def main() -> None:
    """Rewrite what examples print, page by page."""
    for page in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            page.write_text(played(page, Machine(Path(folder))), "utf-8")


if __name__ == "__main__":
    main()
