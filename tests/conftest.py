"""The front door: ``run("start", …)`` gives exit code, standard output and standard error."""

import contextlib
import functools
import io
import itertools
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, time
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

from clocktool.__main__ import run as run_command
from clocktool.app.app import App
from clocktool.app.process import PagerProgram, Process
from clocktool.backends.base import Backend
from clocktool.domain.time.instant import Instant, parse_iso
from clocktool.domain.time.zone import Zone

MEMORY = Path("/dev/shm")  # noqa: S108
ROOM = 2**30
"""How much must be free there, in bytes: a container may have less."""

if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
    # Homes of tests are in memory: thousands of files that wait for a disk take a minute.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A job in the background, and some CI, are started with Ctrl-C ignored, which the programs that
    # tests start would inherit.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine makes no test fail.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that .ci/run measures coverage with."""
    parser.addoption("--sample", type=int, default=1, help="run one in so many tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no core is idle at the end.

    The laboratory is first: it kills children, and a young process has them sooner.
    """

    def order(item: pytest.Item) -> tuple[bool, bool]:
        return item.get_closest_marker("slow") is None, "lab" not in item.path.parts

    items.sort(key=order)
    count = config.getoption("--sample")
    items[:] = [item for item in items if crc32(item.nodeid.encode()) % count == 0]


BERLIN = "Europe/Berlin"
NOON = parse_iso("2026-11-24T12:30:00+01:00")
"""Tuesday, half past twelve in Berlin: when commands of the tests are typed, unless they say."""


class Result(NamedTuple):
    """What a command line left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, read as JSON."""
        return json.loads(self.out)


def _no_program(
    words: Sequence[str], env: Mapping[str, str]
) -> AbstractContextManager[PagerProgram]:
    raise FileNotFoundError(words[0])


class Console:
    """A console in a home of its own, with a clock that a test sets."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.now = NOON
        self.env: dict[str, str] = {
            "CLOCKTOOL_CONFIG": str(home / "config.toml"),
            "CLOCKTOOL_DATA": str(home / "data"),
            "USER": "ada",
        }
        self.zone = BERLIN
        self.folder = home / "folder"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.backend: Backend | None = None
        self.slept: list[float] = []
        self.sleep: Callable[[float], None] = self.slept.append
        self.start_pager = _no_program
        self.prompts: list[str] = []
        self._made = 0

    def like(self, other: "Console") -> "Console":
        """Take over what another console has done: its files, its clock and how many ids it made.

        A workspace that many tests begin with is made once, and copied.
        """
        shutil.copytree(other.home, self.home, dirs_exist_ok=True)
        self.now, self._made = other.now, other._made
        return self

    def at(self, clock: str) -> "Console":
        """Set the clock: ``2026-11-24 09:00`` in this console's zone."""
        day, _, local = clock.partition(" ")
        moment = Zone(self.zone).resolve(date.fromisoformat(day), time.fromisoformat(local))
        self.now = moment.instant
        return self

    def later(self, seconds: int) -> "Console":
        """Move the clock."""
        self.now = Instant(self.now + seconds)
        return self

    def __call__(
        self,
        *argv: str,
        stdin: str = "",
        columns: int | None = None,
        rows: int | None = None,
        asks: bool = False,
        env: Mapping[str, str] | None = None,
        secret: str = "",
        merged: bool = False,
    ) -> Result:
        """Run a command line. ``columns`` makes standard output a terminal, ``asks`` the input.

        With ``rows``, too, what is longer goes to what ``start_pager`` starts. ``merged`` writes
        errors into the output, as a terminal shows them.
        """
        out = io.StringIO()
        err = out if merged else io.StringIO()
        ticks = itertools.count()

        def ask_secret(prompt: str) -> str:
            self.prompts.append(prompt)
            return secret

        app = App(
            Process(
                env={**self.env, **(env or {})},
                stdin=io.StringIO(stdin),
                stdout=out,
                stderr=err,
                now=lambda: self.now,
                monotonic=lambda: next(ticks) / 1000,
                sleep=self.sleep,
                new_id=self.new_id,
                random=lambda: 0.5,
                folder=self.folder,
                columns=columns,
                width=lambda: columns,
                is_interactive=asks,
                shows_progress=False,
                machine_zone=lambda: Zone(self.zone),
                ask_secret=ask_secret,
                rows=rows,
                start_pager=self.start_pager,
            ),
            self.backend,
        )
        code = run_command(list(argv), app)
        return Result(int(code), out.getvalue(), "" if merged else err.getvalue())

    def ok(self, *argv: str, **given: Any) -> Result:
        """Run a command line that must succeed."""
        result = self(*argv, **given)
        assert result.code == 0, result
        return result

    def new_id(self) -> str:
        """Return ids that differ in their ends: 000000000000000000000001 and so on."""
        self._made += 1
        return f"{self._made:024x}"

    def configure(self, text: str) -> Path:
        """Write the configuration file."""
        path = Path(self.env["CLOCKTOOL_CONFIG"])
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path


def local_console(home: Path) -> Console:
    """Return a console on a local workspace."""
    console = Console(home)
    console.env["CLOCKTOOL_PROFILE"] = "local"
    return console


@pytest.fixture
def run(tmp_path: Path) -> Console:
    """A console on a fresh local workspace, Tuesday 24 November 2026, 12:30 in Berlin."""
    return local_console(tmp_path)


@pytest.fixture
def new_console(tmp_path: Path) -> Callable[[str], Console]:
    """Return consoles by name, each in a home of its own."""
    return lambda name: Console(tmp_path / name)


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """Set up what many tests begin with once a process: see ``tests.contract.worlds.Begun``."""
    with contextlib.ExitStack() as opened:

        @functools.cache
        def begin(open_world: Callable[[str, Console], Any], name: str) -> Any:
            return opened.enter_context(open_world(name, Console(tmp_path_factory.mktemp(name))))

        yield begin


@pytest.fixture(autouse=True)
def _no_real_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep every test away from the home folder, settings and proxies of who runs it."""
    for name in list(os.environ):
        of_proxy = name.upper().endswith("_PROXY") or name.upper() == "SSL_CERT_FILE"
        if of_proxy or name.startswith(("CLOCKTOOL_", "CLOCKIFY_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TZ", "UTC")
