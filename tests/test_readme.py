"""What README and docs show works as it is typed, in that order, on a fresh machine."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from unittest import mock

import pytest

from clocktool.backends.http import HttpTransport
from clocktool.domain.time.instant import parse_iso
from clocktool.errors import ExitCode
from tests.conftest import Console
from tests.examples import BLOCK, PAGES, README, ROOT, Machine, first_minute, played, unreachable

DOCS = ROOT / "docs"
PEOPLE = [ROOT / name for name in ("SECURITY.md", "CONTRIBUTING.md", "benchmarks/README.md")]

on_each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)

NOT_TRIED = (
    "login",
    "serve",
    "config edit",
    "edit --day",
    "edit today",
    "edit yesterday",
    "running --watch",
    "--profile client-x",
)
"""What asks for a key or goes on until it is ended; it has tests of its own."""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine on which clocktool was never used."""
    return Machine(tmp_path / "fresh")


def blocks(page: Path, *kinds: str) -> Iterator[str]:
    """Yield the blocks of a page that are of one of these kinds."""
    for block in BLOCK.finditer(page.read_text("utf-8")):
        if block[1] in kinds:
            yield block[3]


@on_each_page
def test_examples_print_what_is_shown(page: Path, machine: Machine) -> None:
    """Nothing has to be there before. ``python -m tests.examples`` writes what is new."""
    assert played(page, machine) == page.read_text("utf-8")


@pytest.mark.parametrize(
    "at", ["2026-11-24T00:10+01:00", "2026-03-29T03:30+02:00", "2026-10-25T02:30+01:00"]
)
@pytest.mark.parametrize("begin", [[], ["start my first timer"], ["start x", "undo"]])
def test_the_first_minute_works_at_any_hour(at: str, begin: list[str], machine: Machine) -> None:
    """After midnight, when the clocks change, and with the timer of the set-up."""
    text = re.sub(r"<!-- 2026\S+ \S+ -->\n", "", README.read_text("utf-8"))
    machine.now = parse_iso(f"{at[:16]}:00{at[16:]}")
    for line in begin:
        machine.type(f"clocktool {line}")
        machine.later(20)
    for line, _ in first_minute(text, machine):
        assert machine.code == 0, line
        machine.later(5)


@pytest.mark.slow
@on_each_page
def test_commands_in_the_text_work(page: Path, machine: Machine, tmp_path: Path) -> None:
    """Each is tried where the examples of its page end. What is named is there, but for p12."""
    played(page, machine)
    text = BLOCK.sub("", page.read_text("utf-8")).replace("\\|", "|")
    for number, line in enumerate(re.findall(r"`(clocktool [^`]+)`", text)):
        words = line.removeprefix("clocktool ")
        if words.startswith(NOT_TRIED) or "NAME" in words:
            continue
        other = Machine(tmp_path / str(number))
        other.like(machine)
        with mock.patch.object(HttpTransport, "send", unreachable):
            printed = other.type(line)
        wrong = {ExitCode.USAGE, ExitCode.SETUP, ExitCode.BUG}
        assert other.code not in wrong, (line, printed)
        if page.stem == "tour":
            assert other.code in {ExitCode.DONE, ExitCode.NO}, (line, printed)


@on_each_page
def test_configuration_in_examples_is_accepted(page: Path, run: Console) -> None:
    """Each block of TOML is read; those of clocktool are taken."""
    for block in blocks(page, "toml"):
        assert tomllib.loads(block)
        if "[custom." not in block:
            run.configure(block)
            run.ok("config")


def test_the_table_of_exit_codes_has_each_code() -> None:
    """Scripts rely on it."""
    text = (DOCS / "scripting.md").read_text("utf-8")
    assert re.findall(r"^\| (\d+) \|", text, re.MULTILINE) == [str(int(it)) for it in ExitCode]


def test_lines_for_cron_are_silent(run: Console) -> None:
    """Both, and with a timer that runs."""
    (block,) = blocks(DOCS / "scripting.md", "crontab")
    lines = [line.split("bin/clocktool ")[1] for line in block.splitlines()]
    assert len(lines) == 2
    run.at("2026-11-24 17:00").ok("start", "x")
    run.at("2026-11-24 18:00")
    for line in lines:
        assert run(*shlex.split(line)) == (0, "", "")


@pytest.fixture
def shell_env(tmp_path: Path) -> dict[str, str]:
    """An environment with clocktool first in its PATH and a home of its own."""
    program = tmp_path / "bin" / "clocktool"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m clocktool "$@"\n', "utf-8")
    program.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    return {
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(home),
        "CLOCKTOOL_CONFIG": str(tmp_path / "config.toml"),
        "CLOCKTOOL_DATA": str(tmp_path / "data"),
        "LC_ALL": "C.UTF-8",
    }


def in_shell(shell: str, text: str, env: dict[str, str]) -> str:
    """Run text in a shell that must like it; return what it prints."""
    program = shutil.which(shell)
    if program is None or sys.platform == "win32":
        pytest.skip(f"{shell} is not here")
    plain = {"bash": ["--norc"], "zsh": ["-f"]}.get(shell, [])
    ran = subprocess.run(
        [program, *plain, "-c", text], capture_output=True, text=True, check=False, env=env
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_installed_as_said(shell: str, shell_env: dict[str, str]) -> None:
    """A file is there then."""
    (text,) = (each for each in blocks(DOCS / "shells.md", shell) if "completions" in each)
    in_shell(shell, text, shell_env)
    (made,) = (each for each in Path(shell_env["HOME"]).rglob("*clocktool*") if each.is_file())
    assert "clocktool" in made.read_text("utf-8")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_lines_for_each_shell_show_the_timer(shell: str, shell_env: dict[str, str]) -> None:
    """Also one with a description that means something to it; the short words are commands."""
    (text,) = (each for each in blocks(DOCS / "shells.md", shell) if "--aliases" in each)
    shown = {
        "bash": 'eval "$PROMPT_COMMAND"; printf "%s\\n" "${PS1@P}"; alias out',
        "zsh": '$precmd_functions[1]; print -r -- "${(%%)RPROMPT}"; alias out',
        "fish": "fish_right_prompt; functions out",
    }[shell]
    start = "clocktool start '50% of #1 $(x)' >/dev/null 2>&1"
    printed = in_shell(shell, f"{start}\n{text}\n{shown}", shell_env)
    assert "50% of #1 $(x)" in printed
    assert "clocktool stop" in printed


def test_the_status_of_tmux_shows_the_timer(shell_env: dict[str, str]) -> None:
    """A # is doubled twice: once for the format, once for the time."""
    (text,) = blocks(DOCS / "shells.md", "tmux")
    (command,) = re.findall(r"#\((.*)\)", text)
    start = "clocktool start 'fix #1' >/dev/null 2>&1"
    assert "fix ####1" in in_shell("sh", f"{start}\n{command}", shell_env)


def test_the_line_of_i3status_begins_with_the_timer(shell_env: dict[str, str]) -> None:
    """And is the plain one while nothing runs; a description is only text."""
    (text,) = (each for each in blocks(DOCS / "shells.md", "bash") if "i3status" in each)
    program = Path(shell_env["PATH"].split(os.pathsep)[0], "i3status")
    program.write_text("#!/bin/sh\necho 'load 0.1'\n")
    program.chmod(0o755)
    assert in_shell("bash", text, shell_env) == "load 0.1\n"
    start = "clocktool start '50% $(x) `y`' >/dev/null 2>&1"
    assert "50% $(x) `y` | load 0.1\n" in in_shell("bash", f"{start}\n{text}", shell_env)


def test_the_module_of_polybar_shows_formats_as_text(shell_env: dict[str, str]) -> None:
    """%{ is no format any more; an empty line hides the module while nothing runs."""
    (text,) = blocks(DOCS / "shells.md", "ini")
    (command,) = re.findall(r"^exec = (.*)$", text, re.MULTILINE)
    assert in_shell("sh", command, shell_env) == "\n"
    start = "clocktool start '%{A1:x:} y' >/dev/null 2>&1"
    assert "% {A1:x:} y\n" in in_shell("sh", f"{start}\n{command}", shell_env)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_oh_my_posh_is_given_the_timer(shell: str, shell_env: dict[str, str]) -> None:
    """As it is, in an exported variable."""
    (text,) = (each for each in blocks(DOCS / "shells.md", "bash") if "poshcontext" in each)
    start = f"clocktool start '50% $(x)' >/dev/null 2>&1; eval \"$(clocktool init {shell})\""
    shown = in_shell(shell, f"{start}\n{text}\nset_poshcontext; printenv CLOCKTOOL_NOW", shell_env)
    assert "50% $(x)\n" in shown


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_starship_shows_the_timer(shell: str, shell_env: dict[str, str]) -> None:
    """Escaped for the shell."""
    if shutil.which("starship") is None:
        pytest.skip("starship is not installed")
    (text,) = blocks(DOCS / "shells.md", "toml")
    config = Path(shell_env["HOME"], "starship.toml")
    config.write_text(f"command_timeout = 20000\nformat = '$custom'\n{text}", "utf-8")
    env = {**shell_env, "STARSHIP_CONFIG": str(config), "STARSHIP_SHELL": shell, "TERM": "xterm"}
    start = "clocktool start 'fix $(x)' >/dev/null 2>&1"
    shown = in_shell("sh", f"{start}\nstarship prompt", env)
    assert ("fix \\$(x)" if shell == "bash" else "fix $(x)") in shown


def test_shell_lines_of_each_page_are_well_formed(shell_env: dict[str, str]) -> None:
    """A shell reads them; those of README are run by who sets up a clone."""
    for page in PAGES:
        for block in blocks(page, "sh", "bash"):
            in_shell("bash", f"set -n\n{block}", shell_env)
            for words in re.findall(r"^(?:.*\| )?clocktool (.*?)(?: \| .*)?$", block, re.MULTILINE):
                assert shlex.split(words)


def test_the_readme_is_read_in_a_minute() -> None:
    """The rest is in docs."""
    assert len(README.read_text("utf-8").splitlines()) <= 150


@pytest.mark.parametrize("page", [*PAGES, *PEOPLE], ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    """To a file that is there, and to a heading in it."""
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            assert anchor in [
                re.sub(r"[^\w -]", "", it).lower().replace(" ", "-") for it in headings
            ]


def test_each_dependency_says_why_it_is_there() -> None:
    """In the table of CONTRIBUTING."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    table = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Dependencies")[2]
    for need in [*project["dependencies"], *(each for extra in extras for each in extra)]:
        name = re.split(r"[^\w-]", need)[0]
        assert name == "clocktool" or re.search(rf"\b{name}\b", table), name


def test_modules_that_are_named_exist() -> None:
    """Where CONTRIBUTING and the internals say that something is, it is."""
    for page in (ROOT / "CONTRIBUTING.md", *(DOCS / "internals").glob("*.md")):
        for path in re.findall(r"`([\w/]+\.py)`", page.read_text("utf-8")):
            if "NAME" not in path:
                assert (ROOT / path).exists() or (ROOT / "clocktool" / path).exists(), path


def test_each_page_is_reached_from_the_readme() -> None:
    """By a link of README, or of a page that it leads to."""
    seen: set[Path] = set()
    ahead = [README]
    while ahead:
        page = ahead.pop().resolve()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
        with suppress(OSError):
            ahead += [page.parent / link for link in links if not link.startswith("https://")]
    assert [page for page in PAGES if page not in seen] == []
