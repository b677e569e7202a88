"""What the README shows works as it is typed, in that order, on a fresh machine."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Console

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")

CONSOLE_CLOCKS = {"start fix login": "09:00", "start review": "10:34", "stop": "12:05"}
"""When the first example is typed, by how a line begins; each goes on until the next."""

DAY_CLOCKS = {
    "start fix login": "10:00",
    "start review": "11:00",
    "running": "11:30",
    "stop --if-running": "18:30",
    "stop": "13:00",
    "resume": "13:30",
    "add call": "15:00",
}


def console_lines() -> list[tuple[str, str]]:
    """Return the lines of the first example, each with what it prints."""
    block = README.partition("```console\n")[2].partition("```")[0]
    found = re.findall(r"^\$ clocktool (.*)\n((?:(?!\$).*\n)*)", block, re.MULTILINE)
    return [(re.sub(r"\s+#.*", "", line), shown) for line, shown in found]


def table_rows(heading: str) -> Iterator[list[str]]:
    """Yield the commands of each row of the table below a heading; one row may have several."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    for row in re.findall(r"^\| .* \| (`.*) \|$", section, re.MULTILINE):
        yield [line.replace("\\|", "|") for line in re.findall(r"`(clocktool [^`]*)`", row)]


def set_clock(console: Console, day: str, clocks: dict[str, str], line: str) -> None:
    """Set the clock to when a line is typed."""
    for begin, clock in clocks.items():
        if line.startswith(begin):
            console.at(f"{day} {clock}")
            return


def typed(console: Console, line: str, ending: str) -> None:
    """Type a line, pipes and files included; a yes to what is asked."""
    text = "y\n"
    asks = True
    for part in re.split(r" \| clocktool ", line.removeprefix("clocktool ")):
        words = shlex.split(part.partition(" >")[0].replace("c4f2", ending))
        text = console.ok(*words, stdin=text, asks=asks).out
        asks = False


@pytest.fixture
def fresh(new_console: Callable[[str], Console]) -> Console:
    """A machine on which clocktool was never used."""
    return new_console("fresh")


def test_the_first_example_prints_what_is_shown(fresh: Console) -> None:
    """Nothing has to be there before; ids differ."""
    for line, shown in console_lines():
        set_clock(fresh, "2026-11-23", CONSOLE_CLOCKS, line)
        out = fresh.ok(*shlex.split(line)).out
        assert re.sub(r"  \w{4}$", "", out, flags=re.MULTILINE) == re.sub(
            r"  \w{4}$", "", shown, flags=re.MULTILINE
        )


def test_the_examples_of_both_tables_work_in_their_order(
    fresh: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day after the first example, then the end of the month; each form of a row is tried."""
    monkeypatch.chdir(tmp_path)
    Path("toggl.csv").write_text(
        "User,Email,Project,Description,Start date,Start time,End date,End time,Duration\n"
        "ada,,,x,2026-11-20,09:00:00,2026-11-20,10:00:00,01:00:00\n",
        encoding="utf-8",
    )
    for line, _ in console_lines():
        set_clock(fresh, "2026-11-23", CONSOLE_CLOCKS, line)
        fresh.ok(*shlex.split(line))
    first = fresh.ok("list", "-o", "id").out.split()[0][-6:]
    count = 0
    for heading in ("A day", "The end of the week, and of the month"):
        if heading != "A day":
            fresh.at("2026-12-02 09:00")
        for number, row in enumerate(table_rows(heading)):
            for line in row[1:]:
                other = Console(tmp_path / f"{heading[:5]}-{number}-{count}").like(fresh)
                set_clock(other, "2026-11-24", DAY_CLOCKS, line.removeprefix("clocktool "))
                typed(other, line, first)
                count += 1
            if heading == "A day":
                set_clock(fresh, "2026-11-24", DAY_CLOCKS, row[0].removeprefix("clocktool "))
            typed(fresh, row[0], first)
            count += 1
    assert count > 25


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_aliases_are_taken_by_each_shell(shell: str) -> None:
    """What is said for a shell is no error there, and each word becomes a command."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not here")
    blocks = re.findall(r"```(\w+)\n(#[^\n]*\n(?:alias .*\n)+)```", README)
    text = dict(blocks)["fish" if shell == "fish" else "sh"]
    ran = subprocess.run(
        [program, "-c", f"{text}\nalias out"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "clocktool stop" in ran.stdout
    words = [word for line in text.splitlines() for word in re.findall(r"(\w+)='", line)]
    assert ("in" in words) is (shell != "fish")
