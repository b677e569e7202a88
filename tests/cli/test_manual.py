"""The man page, as it is made and as it lies in the package."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from clocktool.cli.manual import PAGE, page
from clocktool.cli.root import COMMANDS, SUMMARIES, describe
from clocktool.cli.topics import TOPICS, text_of

ROOT = Path(__file__).parents[2]


def test_the_man_page_in_the_package_is_up_to_date() -> None:
    """To write it: python -m clocktool.cli.manual."""
    assert PAGE.read_text("utf-8") == page(COMMANDS, describe)


def test_the_man_page_has_every_command_and_topic() -> None:
    """And no placeholder is left."""
    made = page(COMMANDS, describe)
    assert all(f"\\fBclocktool {name}\\fR" in made for name in SUMMARIES)
    assert made.count("\n.SH ") == 5 + len(TOPICS)
    assert "\n@" not in made


def shown(program: str, *args: str) -> str:
    """Return the page as a program shows it; it may not warn."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    argv = [path, *args, str(PAGE)]
    said = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    return said.stdout


def test_groff_shows_it_without_a_warning() -> None:
    """Every line of a topic is there, dots, dashes and quotes included."""
    lines = shown("groff", "-ww", "-man", "-Tascii", "-P-cbou", "-rLL=100n")
    flat = " ".join(lines.split())
    for topic in TOPICS:
        for line in text_of(topic).splitlines():
            assert " ".join(line.split()) in flat, line


def test_mandoc_finds_no_errors() -> None:
    """Nor warnings, except about the missing date."""
    shown("mandoc", "-T", "lint", "-W", "error")


def test_the_wheel_installs_the_man_page_where_man_looks() -> None:
    """And the completion scripts where the shells look; every file exists."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    shared = tomllib.loads(text)["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert shared["clocktool/data/clocktool.1"] == "share/man/man1/clocktool.1"
    assert all((ROOT / each).is_file() for each in shared)
