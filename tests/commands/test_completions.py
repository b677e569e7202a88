"""``completions``: the scripts, as printed and as they lie in the repository."""

import shutil
import subprocess
from pathlib import Path

import pytest

from clocktool.completion.scripts import SCRIPTS
from tests.conftest import Console

FOLDER = Path(__file__).parents[2] / "completions"


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_folder_holds_what_the_command_prints(run: Console, shell: str) -> None:
    """To make a file anew: clocktool completions SHELL > completions/NAME."""
    name, script = SCRIPTS[shell]
    assert run("completions", shell) == (0, script, "")
    assert (FOLDER / name).read_text("utf-8") == script


def test_the_folder_holds_nothing_else() -> None:
    """A file for each shell."""
    assert {each.name for each in FOLDER.iterdir()} == {name for name, _ in SCRIPTS.values()}


def test_another_shell_has_none(run: Console) -> None:
    """The four are named."""
    assert run("completions", "tcsh") == (
        2,
        "",
        (
            "error: invalid value for 'SHELL': 'tcsh' is not one of 'bash', 'zsh', 'fish',"
            " 'powershell'\nhint: see 'clocktool completions --help'\n"
        ),
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_can_read_its_script(shell: str) -> None:
    """Read, not run (-n); where the shell is installed. PowerShell is not to be had here."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    name, _ = SCRIPTS[shell]
    argv = [program, "-n", str(FOLDER / name)]
    read = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.parametrize(("shell", "fields"), [("zsh", 1), ("fish", 1), ("powershell", 1)])
def test_every_script_asks_in_the_same_way(shell: str, fields: int) -> None:
    """The variable, the shell's own name as the first field, no word said on the way."""
    _, script = SCRIPTS[shell]
    assert "_CLOCKTOOL_COMPLETE" in script
    assert script.count("2>/dev/null") + script.count("2>$null") == fields
    assert f"'{shell}'" in script or f" {shell}" in script or f"={shell}" in script
