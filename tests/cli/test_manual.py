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


def test_the_page_in_the_package_is_what_is_made() -> None:
    """To make it anew: python -m clocktool.cli.manual."""
    assert PAGE.read_text("utf-8") == page(COMMANDS, describe)


def test_it_has_every_command_and_topic() -> None:
    """And no word that is to be filled in."""
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


def test_mandoc_has_nothing_against_it() -> None:
    """Errors and warnings, but for the date that it leaves out."""
    shown("mandoc", "-T", "lint", "-W", "error")


def test_the_wheel_brings_it_where_man_looks() -> None:
    """And the scripts of the shells where those look; each of the files is there."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    shared = tomllib.loads(text)["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert shared["clocktool/data/clocktool.1"] == "share/man/man1/clocktool.1"
    assert all((ROOT / each).is_file() for each in shared)
